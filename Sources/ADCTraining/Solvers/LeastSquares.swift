/// Residuals of parameters, whose sum of squares is to be small.
package struct LeastSquaresFunction {
  package typealias Linearization = (residuals: [Double], jacobian: ColumnMatrix)

  package var box: Box
  package var residuals: ([Double]) throws(RunError) -> [Double]
  /// The residuals, and their derivatives by the parameters, one column for each.
  package var linearization: ([Double]) throws(RunError) -> Linearization

  package init(
    box: Box, residuals: @escaping ([Double]) throws(RunError) -> [Double],
    linearization: @escaping ([Double]) throws(RunError) -> Linearization
  ) {
    self.box = box
    self.residuals = residuals
    self.linearization = linearization
  }
}

/// A linear model of residuals around a point, restricted to the parameters that may move.
struct LinearizedResiduals {
  let point: [Double]
  let residuals: [Double]
  let jacobian: ColumnMatrix
  let gradient: [Double]
  /// The sum of squares.
  let loss: Double
  var free: [Int]

  init(_ function: LeastSquaresFunction, at point: [Double]) throws(RunError) {
    self.point = point
    (residuals, jacobian) = try function.linearization(point)
    gradient = jacobian.transposedTimes(residuals)
    loss = VectorMath.dot(residuals, residuals)
    free = function.box.free(at: point, gradient: gradient)
  }

  var isFinite: Bool { loss.isFinite && gradient.allSatisfy(\.isFinite) }

  /// The largest cosine of the angle between the residuals and a free column of the Jacobian:
  /// 0 where the residuals are orthogonal to all directions in which they can be changed.
  var largestCosine: Double {
    let length = loss.squareRoot()
    guard length > 0 else { return 0 }
    return free.reduce(0) { largest, place in
      let norm = jacobian.columnNorm(place)
      return norm == 0 ? largest : max(largest, abs(gradient[place]) / norm / length)
    }
  }

  /// By how much the sum of squares falls for a step, if the model were linear.
  func predictedReduction(_ step: [Double]) -> Double {
    let change = jacobian.times(step)
    return -(2 * VectorMath.dot(residuals, change) + VectorMath.dot(change, change))
  }
}

/// The step that minimises the linear model within a length, ‖D p‖ ≤ Δ (Moré, The
/// Levenberg-Marquardt algorithm: implementation and theory, 1978).
struct DampedStep {
  let factors: PivotedQR
  /// Q' (-r).
  let target: [Double]
  /// The lengths by which components are measured, in the order of the columns.
  let scale: [Double]
  private let rank: Int

  init(_ model: LinearizedResiduals, scale: [Double]) {
    factors = PivotedQR(model.jacobian.columns(model.free))
    target = factors.transposedQ(times: model.residuals.map { -$0 })
    self.scale = model.free.map { scale[$0] }
    rank = factors.rank(tolerance: 1e-15)
  }

  /// The step without damping; of the shortest ones where columns depend on each other, roughly.
  var newton: [Double] { factors.unpivoted(factors.solveR(target, rank: rank)) }

  /// The step, and the damping that gives it its length.
  func step(radius: Double, damping: Double) -> (step: [Double], damping: Double) {
    let full = newton
    var length = norm(full)
    if length <= 1.1 * radius { return (full, 0) }
    var excess = length - radius
    var lower = 0.0
    if rank == factors.columnCount {
      let slope = VectorMath.norm(factors.solveTransposedR(direction(full, length), rank: rank))
      lower = excess / radius / (slope * slope)
    }
    let gradient = gradientNorm
    var upper = gradient / radius
    if upper == 0 { upper = .leastNormalMagnitude / min(radius, 0.1) }
    var damping = min(max(damping, lower), upper)
    if damping == 0 { damping = gradient / length }
    var result = full
    for _ in 0..<12 {
      if damping == 0 { damping = max(.leastNormalMagnitude, 0.001 * upper) }
      let (step, damped) = damped(damping)
      result = step
      length = norm(step)
      let before = excess
      excess = length - radius
      if abs(excess) <= 0.1 * radius || (lower == 0 && excess <= before && before < 0) { break }
      let pivoted = damped.pivoted(scaled(step, length))
      let slope = VectorMath.norm(damped.solveTransposedR(pivoted, rank: damped.columnCount))
      let change = excess / radius / (slope * slope)
      if excess > 0 { lower = max(lower, damping) } else { upper = min(upper, damping) }
      damping = max(lower, damping + change)
    }
    return (result, damping)
  }

  private func norm(_ step: [Double]) -> Double {
    VectorMath.norm(step.indices.map { step[$0] * scale[$0] })
  }

  /// D² p / ‖D p‖.
  private func scaled(_ step: [Double], _ length: Double) -> [Double] {
    step.indices.map { scale[$0] * (scale[$0] * step[$0] / length) }
  }

  private func direction(_ step: [Double], _ length: Double) -> [Double] {
    factors.pivoted(scaled(step, length))
  }

  /// ‖D^-1 J' r‖.
  private var gradientNorm: Double {
    let depth = min(factors.rowCount, factors.columnCount)
    let parts = (0..<factors.columnCount).map { column in
      var sum = 0.0
      for row in 0...column where row < depth { sum += factors.r(row, column) * target[row] }
      return sum / scale[factors.pivots[column]]
    }
    return VectorMath.norm(parts)
  }

  /// Solves [R; sqrt(damping) D] p = [Q' (-r); 0].
  private func damped(_ damping: Double) -> (step: [Double], factors: PivotedQR) {
    let (depth, count) = (min(factors.rowCount, factors.columnCount), factors.columnCount)
    var stacked = ColumnMatrix(rowCount: depth + count, columnCount: count)
    let root = damping.squareRoot()
    for column in 0..<count {
      let place = factors.pivots[column]
      for row in 0...column where row < depth { stacked[row, place] = factors.r(row, column) }
      stacked[depth + place, place] = root * scale[place]
    }
    let inner = PivotedQR(stacked)
    let right =
      inner.transposedQ(
        times: Array(target.prefix(depth)) + [Double](repeating: 0, count: count))
    return (inner.unpivoted(inner.solveR(right, rank: count)), inner)
  }
}
