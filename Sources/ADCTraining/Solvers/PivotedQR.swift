/// A matrix stored column by column.
package struct ColumnMatrix: Equatable, Sendable {
  package let rowCount: Int
  package let columnCount: Int
  package var entries: [Double]

  package init(rowCount: Int, columnCount: Int, entries: [Double]) {
    precondition(entries.count == rowCount * columnCount, "a matrix has all its entries")
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.entries = entries
  }

  package init(rowCount: Int, columnCount: Int) {
    self.init(
      rowCount: rowCount, columnCount: columnCount,
      entries: [Double](repeating: 0, count: rowCount * columnCount))
  }

  package subscript(row: Int, column: Int) -> Double {
    get { entries[column * rowCount + row] }
    set { entries[column * rowCount + row] = newValue }
  }

  /// The product with a vector of `columnCount` numbers.
  package func times(_ vector: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: rowCount)
    for column in 0..<columnCount where vector[column] != 0 {
      let (start, factor) = (column * rowCount, vector[column])
      for row in 0..<rowCount { result[row] += entries[start + row] * factor }
    }
    return result
  }

  /// The product with another matrix.
  package func times(_ other: ColumnMatrix) -> ColumnMatrix {
    var entries: [Double] = []
    entries.reserveCapacity(rowCount * other.columnCount)
    for column in 0..<other.columnCount {
      let start = column * other.rowCount
      entries += times(Array(other.entries[start..<start + other.rowCount]))
    }
    return ColumnMatrix(rowCount: rowCount, columnCount: other.columnCount, entries: entries)
  }

  package func row(_ row: Int) -> [Double] { (0..<columnCount).map { self[row, $0] } }

  /// The first rows.
  package func rows(_ count: Int) -> ColumnMatrix {
    rows(Array(0..<count))
  }

  /// The rows of some places, in their order.
  package func rows(_ places: [Int]) -> ColumnMatrix {
    var result = ColumnMatrix(rowCount: places.count, columnCount: columnCount)
    for column in 0..<columnCount {
      for (place, row) in places.enumerated() { result[place, column] = self[row, column] }
    }
    return result
  }

  /// The product of the transpose with a vector of `rowCount` numbers.
  package func transposedTimes(_ vector: [Double]) -> [Double] {
    (0..<columnCount).map { column in
      let start = column * rowCount
      var sum = 0.0
      for row in 0..<rowCount { sum += entries[start + row] * vector[row] }
      return sum
    }
  }

  /// The columns of some places, in their order.
  package func columns(_ places: [Int]) -> ColumnMatrix {
    var chosen: [Double] = []
    chosen.reserveCapacity(places.count * rowCount)
    for place in places {
      chosen += entries[place * rowCount..<(place + 1) * rowCount]
    }
    return ColumnMatrix(rowCount: rowCount, columnCount: places.count, entries: chosen)
  }

  package func columnNorm(_ column: Int) -> Double {
    VectorMath.norm(entries[column * rowCount..<(column + 1) * rowCount])
  }
}

/// A factorisation A P = Q R by Householder reflections with column pivoting (Golub and Van Loan,
/// Matrix Computations, algorithm 5.4.1). Takes 2 m n^2 operations.
package struct PivotedQR: Sendable {
  package let rowCount: Int
  package let columnCount: Int
  /// The place in A of each column of R.
  package private(set) var pivots: [Int]
  /// R on and above the diagonal, the reflections' vectors below it.
  private var factors: ColumnMatrix
  /// The first entries of the reflections' vectors, and 2 / (v' v).
  private var heads: [Double]
  private var scales: [Double]

  package init(_ matrix: ColumnMatrix) {
    (rowCount, columnCount) = (matrix.rowCount, matrix.columnCount)
    factors = matrix
    pivots = Array(0..<matrix.columnCount)
    heads = []
    scales = []
    for step in 0..<min(rowCount, columnCount) {
      bringLargest(to: step)
      reflect(step)
    }
  }

  /// The number of reflections, min(m, n).
  private var depth: Int { min(rowCount, columnCount) }

  private mutating func bringLargest(to step: Int) {
    var (best, largest) = (step, -1.0)
    for column in step..<columnCount {
      let start = column * rowCount
      let norm = VectorMath.norm(factors.entries[start + step..<start + rowCount])
      // The first of equal ones, so that the order is the same on every run.
      if norm > largest { (best, largest) = (column, norm) }
    }
    guard best != step else { return }
    pivots.swapAt(step, best)
    for row in 0..<rowCount {
      factors.entries.swapAt(step * rowCount + row, best * rowCount + row)
    }
  }

  private mutating func reflect(_ step: Int) {
    let start = step * rowCount
    let norm = VectorMath.norm(factors.entries[start + step..<start + rowCount])
    let first = factors[step, step]
    guard norm > 0, norm.isFinite else {
      heads.append(0)
      scales.append(0)
      return
    }
    let corner = first > 0 ? -norm : norm
    // v = x - corner e1, scaled by the norm so that squares cannot overflow.
    let head = (first - corner) / norm
    var square = head * head
    for row in step + 1..<max(rowCount, step + 1) {
      factors.entries[start + row] /= norm
      square += factors.entries[start + row] * factors.entries[start + row]
    }
    heads.append(head)
    scales.append(2 / square)
    factors[step, step] = corner
    for column in step + 1..<max(columnCount, step + 1) {
      let other = column * rowCount
      var dot = head * factors.entries[other + step]
      for row in step + 1..<rowCount {
        dot += factors.entries[start + row] * factors.entries[other + row]
      }
      dot *= scales[step]
      factors.entries[other + step] -= dot * head
      for row in step + 1..<rowCount {
        factors.entries[other + row] -= dot * factors.entries[start + row]
      }
    }
  }

  /// An entry of R.
  package func r(_ row: Int, _ column: Int) -> Double { row > column ? 0 : factors[row, column] }

  /// The number of diagonal entries of R above a share of the largest; columns should be scaled.
  package func rank(tolerance: Double) -> Int {
    guard depth > 0 else { return 0 }
    let limit = abs(factors[0, 0]) * tolerance
    return (0..<depth).firstIndex { !(abs(factors[$0, $0]) > limit) } ?? depth
  }

  private func applyReflection(_ step: Int, to vector: inout [Double]) {
    let start = step * rowCount
    var dot = heads[step] * vector[step]
    for row in step + 1..<max(rowCount, step + 1) {
      dot += factors.entries[start + row] * vector[row]
    }
    dot *= scales[step]
    vector[step] -= dot * heads[step]
    for row in step + 1..<max(rowCount, step + 1) {
      vector[row] -= dot * factors.entries[start + row]
    }
  }

  /// Q' b, of m numbers.
  package func transposedQ(times vector: [Double]) -> [Double] {
    var result = vector
    for step in 0..<depth { applyReflection(step, to: &result) }
    return result
  }

  /// Q b, of m numbers.
  package func q(times vector: [Double]) -> [Double] {
    var result = vector
    for step in (0..<depth).reversed() { applyReflection(step, to: &result) }
    return result
  }

  /// R^-1 b for the leading block of R, in the order of the pivots.
  package func solveR(_ vector: [Double], rank: Int) -> [Double] {
    var result = Array(vector.prefix(rank))
    for row in (0..<rank).reversed() {
      var sum = result[row]
      for column in row + 1..<max(rank, row + 1) { sum -= factors[row, column] * result[column] }
      result[row] = sum / factors[row, row]
    }
    return result
  }

  /// R'^-1 b for the leading block of R, in the order of the pivots.
  package func solveTransposedR(_ vector: [Double], rank: Int) -> [Double] {
    var result = Array(vector.prefix(rank))
    for row in 0..<rank {
      var sum = result[row]
      for column in 0..<row { sum -= factors[column, row] * result[column] }
      result[row] = sum / factors[row, row]
    }
    return result
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
