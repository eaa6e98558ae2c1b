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
      model.norms[place] == 0 ? 1 : model.norms[place]
    }
    var room = Room(model)
    var size = room.length(model.point, scale)
    var radius = initialRadius * (size == 0 ? 1 : size)
    var damping = 0.0
    var iteration = 0
    while iteration < limits.iterations {
      if model.loss == 0 || model.largestCosine < 1e-16 {
        return result(model, iteration, .converged)
      }
      var trial = try attempt(
        function, &model, scale, radius: radius, damping: &damping, &room)
      if iteration == 0 { radius = min(radius, trial.length) }
      adjust(&radius, &damping, after: trial)
      iteration += 1
      if trial.isAccepted {
        try model.move(to: room.point, function)
        guard model.isFinite else { return result(model, iteration, .notFinite) }
        for place in scale.indices {
          scale[place] = max(scale[place], model.norms[place])
        }
        size = room.length(model.point, scale)
        trial.loss = model.loss
      }
      let progress = SolverProgress(
        iteration: iteration, loss: model.loss, parameters: model.point)
      guard report(progress) else { return result(model, iteration, .interrupted) }
      if trial.hasSettled(limits.tolerance) || radius <= limits.tolerance * size {
        try polish(function, &model, &room)
        return result(model, iteration, .converged)
      }
    }
    return result(model, iteration, .iterationLimit)
  }

  private func result(
    _ model: borrowing LinearizedResiduals, _ iterations: Int, _ reason: SolverResult.Reason
  ) -> SolverResult {
    SolverResult(
      parameters: model.point, loss: model.loss, iterations: iterations, reason: reason,
      optimality: model.largestCosine)
  }

  /// What the steps of a run are worked out in, taken once.
  private struct Room: ~Copyable {
    var steps: DampedStep
    /// The point that was tried last.
    var point: [Double]
    let residuals: UnsafeMutablePointer<Double>
    let step: UnsafeMutablePointer<Double>
    private let products: UnsafeMutablePointer<Double>

    init(_ model: borrowing LinearizedResiduals) {
      let (rows, columns) = (model.rowCount, model.columnCount)
      steps = DampedStep(rowCount: rows, columnCount: columns)
      point = [Double](repeating: 0, count: columns)
      residuals = .allocate(capacity: rows + 2 * columns)
      step = residuals + rows
      products = step + columns
    }

    deinit { residuals.deallocate() }

    func length(_ vector: [Double], _ scale: [Double]) -> Double {
      for place in scale.indices { products[place] = vector[place] * scale[place] }
      return VectorMath.norm(products, scale.count)
    }

    /// The same of the step.
    func stepLength(_ scale: [Double]) -> Double {
      for place in scale.indices { products[place] = step[place] * scale[place] }
      return VectorMath.norm(products, scale.count)
    }
  }

  /// A step that was tried.
  private struct Trial {
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
    radius: Double, damping: inout Double, _ room: inout Room
  ) throws(RunError) -> Trial {
    let step = room.step
    while true {
      room.steps.take(&model, scale: scale)
      let used = room.steps.find(radius: radius, damping: damping)
      step.update(repeating: 0, count: scale.count)
      for (place, column) in model.free.enumerated() { step[column] = room.steps.step[place] }
      // What stands on a bound and would be pushed through it does not move.
      var movable = 0
      for place in model.free where !function.box.blocks(place, model.point[place], step[place]) {
        movable += 1
      }
      if movable == model.free.count || movable == 0 {
        damping = used
        break
      }
      let point = model.point
      model.free.removeAll { function.box.blocks($0, point[$0], step[$0]) }
    }
    for place in scale.indices {
      room.point[place] = function.box.clipped(model.point[place] + step[place], place)
    }
    // The step that is taken.
    for place in scale.indices { step[place] = room.point[place] - model.point[place] }
    try function.residuals(room.point, room.residuals)
    let loss = VectorMath.dot(room.residuals, room.residuals, model.rowCount)
    // A loss ten times as large, or none at all, teaches nothing about curvature.
    let actual = loss.squareRoot() < 10 * model.loss.squareRoot() ? 1 - loss / model.loss : -1
    return Trial(
      loss: loss, length: room.stepLength(scale), actual: actual,
      predicted: model.predictedReduction(step) / model.loss,
      slope: 2 * VectorMath.dot(model.gradient, step, scale.count) / model.loss)
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
    _ function: LeastSquaresFunction, _ best: inout LinearizedResiduals, _ room: inout Room
  ) throws(RunError) {
    let scale = [Double](repeating: 1, count: best.columnCount)
    var next = LinearizedResiduals(
      rowCount: best.rowCount, columnCount: best.columnCount)
    for _ in 0..<polishingSteps where best.loss > 0 {
      room.steps.take(&best, scale: scale)
      room.steps.findNewton()
      for place in scale.indices { room.point[place] = best.point[place] }
      for (place, column) in best.free.enumerated() {
        room.point[column] += room.steps.step[place]
      }
      for place in scale.indices {
        room.point[place] = function.box.clipped(room.point[place], place)
      }
      if room.point == best.point { break }
      try next.move(to: room.point, function)
      guard next.isFinite, next.loss <= best.loss * (1 + 1e-12),
        next.largestCosine < best.largestCosine
      else { break }
      swap(&best, &next)
    }
  }
}
