/// min ‖A x - b‖ by orthogonal factorisation, refined with residuals in twice the precision
/// (Björck, Iterative refinement of linear least squares solutions, 1967).
package struct LinearLeastSquares {
  /// A.
  package let matrix: ColumnMatrix
  /// Of A with its columns scaled.
  package let factors: PivotedQR
  /// The norms of the columns, by which they are divided before they are factorised.
  let norms: [Double]
  /// The columns that are independent to working precision.
  package let rank: Int
  /// R^-1 of the scaled columns, a column after another; empty where the rank is not full.
  let inverse: [Double]
  private let range: MagnitudeRange
  /// Whether the matrix is R of another one, so that there is nothing to refine with.
  private let isCondensed: Bool

  /// Factorises, in 2 m n^2 operations; right sides are then solved for in m n each.
  package init(_ matrix: ColumnMatrix) { self.init(matrix, isCondensed: false) }

  private init(_ matrix: ColumnMatrix, isCondensed: Bool) {
    self.matrix = matrix
    self.isCondensed = isCondensed
    norms = (0..<matrix.columnCount).map { column in
      VectorMath.scale(ofNorm: matrix.columnNorm(column))
    }
    factors = PivotedQR(matrix, over: norms)
    range = MagnitudeRange(matrix.entries)
    // What rounding leaves of a column that depends on others grows with the rows, about as their
    // root; below some ten rows it is a few units.
    rank = factors.rank(tolerance: max(1e-15, 2 * Double(matrix.rowCount).squareRoot() * 0x1p-52))
    inverse = rank == matrix.columnCount ? factors.inverseOfR : []
  }

  /// What stands for A where only A' A counts: R of A = Q R, as long as that costs (A' A)^-1 no
  /// digits that count, and else A itself.
  init(condensing matrix: ColumnMatrix) {
    if matrix.rowCount > matrix.columnCount, let short = Self(standingFor: matrix.triangle) {
      self = short
    } else {
      self.init(matrix)
    }
  }

  /// R of A = Q R instead of A; nil where that could cost digits that count.
  init?(standingFor triangle: ColumnMatrix) {
    self.init(triangle, isCondensed: true)
    guard conditionBound <= Self.mostCondition else { return nil }
  }

  /// Rounding of the factors changes (A' A)^-1 by this times some 1e-16, as a share.
  private static let mostCondition = 2e4

  /// A bound of the condition number, by Frobenius' norms; infinite where the rank is not full.
  private var conditionBound: Double {
    guard rank == matrix.columnCount else { return .infinity }
    var squares = 0.0
    for column in 0..<rank {
      for row in 0...column { squares += factors.r(row, column) * factors.r(row, column) }
    }
    return squares.squareRoot() * VectorMath.norm(inverse)
  }

  /// What a right side gives.
  package struct Solution {
    /// x, one number for each column of A.
    package var parameters: [Double]
    /// b - A x.
    package var residuals: [Double]
  }

  /// The minimum for a right side b.
  package func solve(_ right: [Double]) -> Solution {
    refined(right, [Double](repeating: 0, count: matrix.columnCount))
  }

  /// A diagonal entry of (A' A)^-1; infinite where the data do not determine the parameter.
  package func inverseGramDiagonal(_ place: Int) -> Double {
    guard let row = factors.pivots.firstIndex(of: place), row < rank else { return .infinity }
    if isCondensed {
      let size = norm(ofInverseRow: row) / norms[place]
      return size * size
    }
    var unit = [Double](repeating: 0, count: matrix.columnCount)
    unit[place] = -1
    // [I A; A' 0] [r; x] = [0; -e] has x = (A' A)^-1 e.
    return refined([Double](repeating: 0, count: matrix.rowCount), unit).parameters[place]
  }

  /// The norm of a row of R^-1.
  func norm(ofInverseRow row: Int) -> Double {
    var squares = 0.0
    for column in row..<rank {
      let value = inverse[column * rank + row]
      squares += value * value
    }
    return squares.squareRoot()
  }

  /// Solves [I A; A' 0] [r; x] = [b; c].
  private func refined(_ right: [Double], _ lower: [Double]) -> Solution {
    let (rows, columns) = (matrix.rowCount, matrix.columnCount)
    var x = [Double](repeating: 0, count: columns)
    var r = [Double](repeating: 0, count: rows)
    let room = UnsafeMutablePointer<Double>.allocate(capacity: rows + 4 * columns)
    defer { room.deallocate() }
    let (upper, below) = (room, room + rows)
    let (dx, h, work) = (below + columns, below + 2 * columns, below + 3 * columns)
    var before = Double.infinity
    for round in 0..<20 {
      if round == 0 {
        // Of nothing all is missing.
        for row in 0..<rows { upper[row] = right[row] }
        for column in 0..<columns { below[column] = lower[column] }
      } else {
        findDefects(right, lower, x, r, upper, below)
      }
      factors.withFactors { correct($0, upper, below, dx, h, work) }
      for place in x.indices { work[place] = dx[place] * norms[place] }
      let size = VectorMath.norm(work, columns)
      guard size.isFinite, size < before / 2 || before == .infinity else { break }
      for place in x.indices { x[place] += dx[place] }
      for place in r.indices { r[place] += upper[place] }
      before = size
      if size == 0 { break }
    }
    return Solution(parameters: x, residuals: r)
  }

  /// What is missing in both equations, summed in twice the precision.
  private func findDefects(
    _ right: [Double], _ lower: [Double], _ x: [Double], _ r: [Double],
    _ upper: UnsafeMutablePointer<Double>, _ below: UnsafeMutablePointer<Double>
  ) {
    let (rows, columns) = (matrix.rowCount, matrix.columnCount)
    let (splitsX, splitsR) = (range.splits(with: x), range.splits(with: r))
    matrix.entries.withUnsafeBufferPointer { entries in
      var done = 0
      if splitsX {
        while done + 4 <= rows {
          findFourDefects(right, x, r, upper, from: done, entries)
          done += 4
        }
      }
      for row in done..<rows {
        var sum = TwofoldSum(right[row])
        sum.add(-r[row])
        for column in 0..<columns {
          sum.add(-entries[column * rows + row], times: x[column], bySplitting: splitsX)
        }
        upper[row] = sum.value
      }
      done = 0
      if splitsR {
        while done + 4 <= columns {
          findFourDefects(below, lower, r, from: done, entries)
          done += 4
        }
      }
      for column in done..<columns {
        var sum = TwofoldSum(lower[column])
        for row in 0..<rows {
          sum.add(-entries[column * rows + row], times: r[row], bySplitting: splitsR)
        }
        below[column] = sum.value
      }
    }
  }

  /// Those of four rows at once.
  private func findFourDefects(
    _ right: [Double], _ x: [Double], _ r: [Double], _ upper: UnsafeMutablePointer<Double>,
    from row: Int, _ entries: UnsafeBufferPointer<Double>
  ) {
    var sums = TwofoldSums(
      SIMD4(right[row], right[row + 1], right[row + 2], right[row + 3]))
    sums.add(SIMD4(-r[row], -r[row + 1], -r[row + 2], -r[row + 3]))
    for column in x.indices {
      let place = column * matrix.rowCount + row
      sums.add(
        SIMD4(-entries[place], -entries[place + 1], -entries[place + 2], -entries[place + 3]),
        times: x[column])
    }
    for lane in 0..<4 { upper[row + lane] = sums.value[lane] }
  }

  /// Those of four columns at once.
  private func findFourDefects(
    _ below: UnsafeMutablePointer<Double>, _ lower: [Double], _ r: [Double], from column: Int,
    _ entries: UnsafeBufferPointer<Double>
  ) {
    let rows = matrix.rowCount
    var sums = TwofoldSums(
      SIMD4(lower[column], lower[column + 1], lower[column + 2], lower[column + 3]))
    var place = column * rows
    for row in 0..<rows {
      sums.add(
        SIMD4(
          -entries[place], -entries[place + rows], -entries[place + 2 * rows],
          -entries[place + 3 * rows]), times: r[row])
      place += 1
    }
    for lane in 0..<4 { below[column + lane] = sums.value[lane] }
  }

  /// Turns the upper defects into the change of r, and finds that of x.
  private func correct(
    _ factors: QRFactors, _ upper: UnsafeMutablePointer<Double>,
    _ below: UnsafeMutablePointer<Double>, _ dx: UnsafeMutablePointer<Double>,
    _ h: UnsafeMutablePointer<Double>, _ work: UnsafeMutablePointer<Double>
  ) {
    let columns = matrix.columnCount
    for place in 0..<columns {
      let column = factors.pivots[place]
      h[place] = below[column] / norms[column]
    }
    factors.solveTransposedR(h, rank: rank)
    factors.applyTransposedQ(to: upper)
    for place in 0..<rank { work[place] = upper[place] - h[place] }
    factors.solveR(work, rank: rank)
    dx.update(repeating: 0, count: columns)
    for place in 0..<rank { dx[factors.pivots[place]] = work[place] }
    for place in 0..<columns { dx[place] /= norms[place] }
    for place in 0..<rank { upper[place] = h[place] }
    factors.applyQ(to: upper)
  }
}

/// A sum of numbers and of products, kept as two doubles (Ogita, Rump and Oishi, Accurate sum and
/// dot product, 2005, algorithm 5.3).
struct TwofoldSum {
  private var high: Double
  private var low = 0.0

  init(_ start: Double) { high = start }

  var value: Double { high + low }

  mutating func add(_ term: Double) {
    let sum = high + term
    let shadow = sum - high
    low += (high - (sum - shadow)) + (term - shadow)
    high = sum
  }

  /// - Parameter splits: whether the product and its error are far from the ends of the range, so
  ///   that the error comes out exact by splitting the factors (Dekker, A floating-point technique
  ///   for extending the available precision, 1971). That spares the call that fusing takes where
  ///   the processor may lack it.
  @inline(__always)
  mutating func add(_ left: Double, times right: Double, bySplitting splits: Bool) {
    let product = left * right
    if splits {
      let (first, second) = (Self.halves(left), Self.halves(right))
      let rest = product - first.high * second.high - first.low * second.high
      low += first.low * second.low - (rest - first.high * second.low)
    } else {
      low += (-product).addingProduct(left, right)
    }
    add(product)
  }

  /// A number as the sum of two of 26 bits each.
  @inline(__always)
  static func halves(_ value: Double) -> (high: Double, low: Double) {
    let shifted = 134_217_729 * value
    let high = shifted - (shifted - value)
    return (high, value - high)
  }
}

/// Four sums like `TwofoldSum`, of products that split.
private struct TwofoldSums {
  private var high: SIMD4<Double>
  private var low = SIMD4<Double>()

  init(_ start: SIMD4<Double>) { high = start }

  var value: SIMD4<Double> { high + low }

  @inline(__always)
  mutating func add(_ term: SIMD4<Double>) {
    let sum = high + term
    let shadow = sum - high
    low += (high - (sum - shadow)) + (term - shadow)
    high = sum
  }

  @inline(__always)
  mutating func add(_ left: SIMD4<Double>, times right: Double) {
    let product = left * right
    let shifted = 134_217_729 * left
    let leftHigh = shifted - (shifted - left)
    let leftLow = left - leftHigh
    let (high, low) = TwofoldSum.halves(right)
    let rest = product - leftHigh * high - leftLow * high
    self.low += leftLow * low - (rest - leftHigh * low)
    add(product)
  }
}

/// The largest of some magnitudes, and the smallest that is not 0.
struct MagnitudeRange {
  private var smallest = Double.infinity
  private var largest = 0.0
  private var isFinite = true

  init(_ values: [Double]) {
    for value in values {
      let size = abs(value)
      largest = max(largest, size)
      if size > 0 { smallest = min(smallest, size) }
      if !size.isFinite { isFinite = false }
    }
  }

  /// Whether products of these with other values are exact by `TwofoldSum`'s splitting.
  func splits(with others: [Double]) -> Bool {
    let other = MagnitudeRange(others)
    return isFinite && other.isFinite && largest < 1e290 && other.largest < 1e290
      && largest * other.largest < 1e300 && smallest * other.smallest > 1e-260
  }
}
