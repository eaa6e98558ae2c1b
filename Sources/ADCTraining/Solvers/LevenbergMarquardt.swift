/// Least squares by damped Gauss-Newton steps within a region of trust (Moré, 1978), with bounds.
///
/// Parameters are measured by the largest norm that their column of the Jacobian had, so that units
/// do not matter. A parameter at a bound that the step would leave through stays there; a step that
/// meets a bound ends on it.
package struct LevenbergMarquardt {
  package var limits = SolverLimits()
  /// The length of the first step, as a share of the start's.
  package var initialRadius = 100.0
  /// Steps of Gauss and Newton at the end, as long as they bring the residuals nearer to being
  /// orthogonal to the Jacobian: the sum of squares itself says nothing below its rounding.
  package var polishingSteps = 10

  package init() {}

  /// - Parameter report: told of every iteration; ends the run by returning false.
  package func minimize(
    _ function: LeastSquaresFunction, from start: [Double],
    report: (SolverProgress) -> Bool = { _ in true }
  ) throws(RunError) -> SolverResult {
    var model = try LinearizedResiduals(function, at: function.box.clipped(start))
    guard model.isFinite else { return result(model, 0, .notFinite) }
    var scale = model.point.indices.map { place in
      let norm = model.jacobian.columnNorm(place)
      return norm == 0 ? 1 : norm
    }
    var size = length(model.point, scale)
    var radius = initialRadius * (size == 0 ? 1 : size)
    var damping = 0.0
    var iteration = 0
    while iteration < limits.iterations {
      if model.loss == 0 || model.largestCosine < 1e-16 {
        return result(model, iteration, .converged)
      }
      var trial = try attempt(function, &model, scale, radius: radius, damping: &damping)
      if iteration == 0 { radius = min(radius, trial.length) }
      adjust(&radius, &damping, after: trial)
      iteration += 1
      if trial.isAccepted {
        model = try LinearizedResiduals(function, at: trial.point)
        guard model.isFinite else { return result(model, iteration, .notFinite) }
        for place in scale.indices {
          scale[place] = max(scale[place], model.jacobian.columnNorm(place))
        }
        size = length(model.point, scale)
        trial.loss = model.loss
      }
      let progress = SolverProgress(
        iteration: iteration, loss: model.loss, parameters: model.point)
      guard report(progress) else { return result(model, iteration, .interrupted) }
      if trial.hasSettled(limits.tolerance) || radius <= limits.tolerance * size {
        let polished = try polish(function, model)
        return result(polished, iteration, .converged)
      }
    }
    return result(model, iteration, .iterationLimit)
  }

  private func result(
    _ model: LinearizedResiduals, _ iterations: Int, _ reason: SolverResult.Reason
  ) -> SolverResult {
    SolverResult(
      parameters: model.point, loss: model.loss, iterations: iterations, reason: reason,
      optimality: model.largestCosine)
  }

  private func length(_ point: [Double], _ scale: [Double]) -> Double {
    VectorMath.norm(point.indices.map { point[$0] * scale[$0] })
  }

  /// A step that was tried.
  private struct Trial {
    var point: [Double]
    var loss: Double
    var length: Double
    /// By how much the objective fell, and should have; both as shares of what it was.
    var actual: Double
    var predicted: Double
    /// The slope along the step, as a share of the objective.
    var slope: Double

    var ratio: Double { predicted > 0 ? actual / predicted : 0 }
    var isAccepted: Bool { ratio >= 1e-4 }

    func hasSettled(_ tolerance: Double) -> Bool {
      abs(actual) <= tolerance && predicted <= tolerance && ratio <= 2
    }
  }

  private func attempt(
    _ function: LeastSquaresFunction, _ model: inout LinearizedResiduals, _ scale: [Double],
    radius: Double, damping: inout Double
  ) throws(RunError) -> Trial {
    var step: [Double]
    while true {
      let solver = DampedStep(model, scale: scale)
      let (free, used) = solver.step(radius: radius, damping: damping)
      step = [Double](repeating: 0, count: model.point.count)
      for (place, value) in zip(model.free, free) { step[place] = value }
      // What stands on a bound and would be pushed through it does not move.
      let blocked = model.free.filter { place in
        (step[place] < 0 && model.point[place] <= function.box.lower[place])
          || (step[place] > 0 && model.point[place] >= function.box.upper[place])
      }
      if blocked.isEmpty || blocked.count == model.free.count {
        damping = used
        break
      }
      model.free.removeAll { blocked.contains($0) }
    }
    let point = function.box.clipped(VectorMath.sum(model.point, 1, step))
    let taken = VectorMath.sum(point, -1, model.point)
    let residuals = try function.residuals(point)
    let loss = VectorMath.dot(residuals, residuals)
    // A loss ten times as large, or none at all, teaches nothing about curvature.
    let actual = loss.squareRoot() < 10 * model.loss.squareRoot() ? 1 - loss / model.loss : -1
    return Trial(
      point: point, loss: loss, length: length(taken, scale), actual: actual,
      predicted: model.predictedReduction(taken) / model.loss,
      slope: 2 * VectorMath.dot(model.gradient, taken) / model.loss)
  }

  private func adjust(_ radius: inout Double, _ damping: inout Double, after trial: Trial) {
    if trial.ratio <= 0.25 {
      var factor = 0.5
      if trial.actual < 0 {
        factor = 0.5 * trial.slope / (trial.slope + trial.actual)
        if !(factor >= 0.1) || trial.actual <= -1 { factor = 0.1 }
        factor = min(factor, 0.5)
      }
      radius = factor * min(radius, trial.length * 10)
      damping /= factor
    } else if damping == 0 || trial.ratio >= 0.75 {
      radius = trial.length * 2
      damping /= 2
    }
  }

  private func polish(
    _ function: LeastSquaresFunction, _ start: LinearizedResiduals
  ) throws(RunError) -> LinearizedResiduals {
    var best = start
    let scale = [Double](repeating: 1, count: start.point.count)
    for _ in 0..<polishingSteps where best.loss > 0 {
      let step = DampedStep(best, scale: scale).newton
      var point = best.point
      for (place, value) in zip(best.free, step) { point[place] += value }
      point = function.box.clipped(point)
      if point == best.point { break }
      let next = try LinearizedResiduals(function, at: point)
      guard next.isFinite, next.loss <= best.loss * (1 + 1e-12),
        next.largestCosine < best.largestCosine
      else { break }
      best = next
    }
    return best
  }
}
