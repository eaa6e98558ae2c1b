/// A factorisation A P = Q R by Householder reflections with column pivoting (Golub and Van Loan,
/// Matrix Computations, algorithm 5.4.1). Takes 2 m n^2 operations.
package struct PivotedQR: Sendable {
  /// Of A.
  package let rowCount: Int
  /// Of A.
  package let columnCount: Int
  /// The place in A of each column of R.
  package private(set) var pivots: [Int]
  /// What `QRFactors` keeps, one after another.
  private var storage: [Double]

  /// Factorizes a copy of the matrix.
  ///
  /// - Parameter divisors: numbers that the columns are divided by first; nil for none.
  package init(_ matrix: ColumnMatrix, over divisors: [Double]? = nil) {
    let (rows, columns) = (matrix.rowCount, matrix.columnCount)
    (rowCount, columnCount) = (rows, columns)
    pivots = []
    pivots.reserveCapacity(columns)
    for column in 0..<columns { pivots.append(column) }
    storage = []
    storage.reserveCapacity(QRFactors.storage(rows, columns))
    for column in 0..<columns {
      let divisor = divisors?[column] ?? 1
      for row in 0..<rows { storage.append(matrix.entries[column * rows + row] / divisor) }
    }
    for _ in 0..<2 * min(rows, columns) { storage.append(0) }
    storage.withUnsafeMutableBufferPointer { storage in
      pivots.withUnsafeMutableBufferPointer { pivots in
        guard let storage = storage.baseAddress, let pivots = pivots.baseAddress else { return }
        QRFactors(rows, columns, storage, pivots).factorise()
      }
    }
  }

  /// The number of reflections, min(m, n).
  private var depth: Int { min(rowCount, columnCount) }

  /// Lets the factors be used where they lie; they do not change.
  func withFactors(_ work: (QRFactors) -> Void) {
    storage.withUnsafeBufferPointer { storage in
      pivots.withUnsafeBufferPointer { pivots in
        guard let storage = storage.baseAddress, let pivots = pivots.baseAddress else { return }
        work(
          QRFactors(
            rowCount, columnCount, UnsafeMutablePointer(mutating: storage),
            UnsafeMutablePointer(mutating: pivots)))
      }
    }
  }

  /// A changed copy of a vector.
  private func changed(
    _ vector: [Double], _ work: (QRFactors, UnsafeMutablePointer<Double>) -> Void
  ) -> [Double] {
    var result = vector
    result.withUnsafeMutableBufferPointer { result in
      guard let result = result.baseAddress else { return }
      withFactors { work($0, result) }
    }
    return result
  }

  /// An entry of R.
  package func r(_ row: Int, _ column: Int) -> Double {
    row > column ? 0 : storage[column * rowCount + row]
  }

  /// The number of diagonal entries of R above a share of the largest; columns should be scaled.
  package func rank(tolerance: Double) -> Int {
    guard depth > 0 else { return 0 }
    let limit = abs(r(0, 0)) * tolerance
    return (0..<depth).firstIndex { !(abs(r($0, $0)) > limit) } ?? depth
  }

  /// Q b, of m numbers.
  package func q(times vector: [Double]) -> [Double] {
    changed(vector) { $0.applyQ(to: $1) }
  }

  /// R^-1 b for the leading block of R, in the order of the pivots.
  package func solveR(_ vector: [Double], rank: Int) -> [Double] {
    changed(Array(vector.prefix(rank))) { $0.solveR($1, rank: rank) }
  }

  /// R'^-1 b for the leading block of R, in the order of the pivots.
  package func solveTransposedR(_ vector: [Double], rank: Int) -> [Double] {
    changed(Array(vector.prefix(rank))) { $0.solveTransposedR($1, rank: rank) }
  }

  /// R^-1 where R is square and its rank is full, a column after another.
  var inverseOfR: [Double] {
    let order = columnCount
    var inverse = [Double](repeating: 0, count: order * order)
    inverse.withUnsafeMutableBufferPointer { inverse in
      guard let inverse = inverse.baseAddress else { return }
      withFactors { factors in
        for column in 0..<order {
          let own = inverse + column * order
          own[column] = 1
          factors.solveR(own, rank: column + 1)
        }
      }
    }
    return inverse
  }

  /// A vector in the order of the pivots brought into that of A's columns; what is missing is 0.
  package func unpivoted(_ vector: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: columnCount)
    for (place, value) in vector.enumerated() { result[pivots[place]] = value }
    return result
  }

  /// A vector in the order of A's columns brought into that of the pivots.
  package func pivoted(_ vector: [Double]) -> [Double] { pivots.map { vector[$0] } }
}
