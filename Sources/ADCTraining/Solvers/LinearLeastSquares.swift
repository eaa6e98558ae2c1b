/// min ‖A x - b‖ by orthogonal factorisation, refined with residuals in twice the precision
/// (Björck, Iterative refinement of linear least squares solutions, 1967).
package struct LinearLeastSquares {
  package let matrix: ColumnMatrix
  package let factors: PivotedQR
  /// The norms of the columns, by which they are divided before they are factorised.
  let norms: [Double]
  package let rank: Int

  package init(_ matrix: ColumnMatrix) {
    self.matrix = matrix
    norms = (0..<matrix.columnCount).map { column in
      let norm = matrix.columnNorm(column)
      // A power of two, so that dividing rounds nothing.
      return norm == 0 || !norm.isFinite
        ? 1 : Double(sign: .plus, exponent: norm.exponent, significand: 1)
    }
    var scaled = matrix
    for column in 0..<matrix.columnCount {
      for row in 0..<matrix.rowCount { scaled[row, column] /= norms[column] }
    }
    factors = PivotedQR(scaled)
    rank = factors.rank(tolerance: 1e-15)
  }

  package struct Solution {
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
    var unit = [Double](repeating: 0, count: matrix.columnCount)
    unit[place] = -1
    // [I A; A' 0] [r; x] = [0; -e] has x = (A' A)^-1 e.
    return refined([Double](repeating: 0, count: matrix.rowCount), unit).parameters[place]
  }

  /// Solves [I A; A' 0] [r; x] = [b; c].
  private func refined(_ right: [Double], _ lower: [Double]) -> Solution {
    var x = [Double](repeating: 0, count: matrix.columnCount)
    var r = [Double](repeating: 0, count: matrix.rowCount)
    var before = Double.infinity
    for _ in 0..<20 {
      let (f, g) = defects(right, lower, x, r)
      let (dx, dr) = correction(f, g)
      let size = VectorMath.norm(x.indices.map { dx[$0] * norms[$0] })
      guard size.isFinite, size < before / 2 || before == .infinity else { break }
      for place in x.indices { x[place] += dx[place] }
      for place in r.indices { r[place] += dr[place] }
      before = size
      if size == 0 { break }
    }
    return Solution(parameters: x, residuals: r)
  }

  /// What is missing in both equations, summed in twice the precision.
  private func defects(
    _ right: [Double], _ lower: [Double], _ x: [Double], _ r: [Double]
  ) -> (upper: [Double], lower: [Double]) {
    let upper = r.indices.map { row in
      var sum = TwofoldSum(right[row])
      sum.add(-r[row])
      for column in x.indices { sum.add(-matrix[row, column], times: x[column]) }
      return sum.value
    }
    let below = x.indices.map { column in
      var sum = TwofoldSum(lower[column])
      for row in r.indices { sum.add(-matrix[row, column], times: r[row]) }
      return sum.value
    }
    return (upper, below)
  }

  private func correction(
    _ upper: [Double], _ lower: [Double]
  ) -> (x: [Double], r: [Double]) {
    let scaled = lower.indices.map { lower[$0] / norms[$0] }
    let h = factors.solveTransposedR(factors.pivoted(scaled), rank: rank)
    var d = factors.transposedQ(times: upper)
    let x = factors.unpivoted(
      factors.solveR((0..<rank).map { d[$0] - h[$0] }, rank: rank))
    for place in 0..<rank { d[place] = h[place] }
    return (x.indices.map { x[$0] / norms[$0] }, factors.q(times: d))
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

  mutating func add(_ left: Double, times right: Double) {
    let product = left * right
    low += (-product).addingProduct(left, right)
    add(product)
  }
}
