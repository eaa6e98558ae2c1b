import ADCModel

/// Least squares by damped Gauss-Newton steps within a region of trust (Moré, 1978), with bounds.
///
/// Parameters are measured by the largest norm that their column of the Jacobian had, so that units
/// do not matter. A parameter at a bound that the step would leave through stays there; a step that
/// meets a bound ends on it.
package struct LevenbergMarquardt {
  /// When the search ends.
  package var limits = SolverLimits()
  /// The length of the first step, as a share of the start's.
  package var initialRadius = SolverUse.Kind.radius
  /// Whether whole steps, where they come nearer to a minimum slowly, take note of those before
  /// them.
  package var isAccelerated = true
  /// Steps of Gauss and Newton at the end, as long as they bring the residuals nearer to being
  /// orthogonal to the Jacobian: the sum of squares itself says nothing below its rounding.
  package var polishingSteps = 10

  /// Steps at the end that change parameters by smaller shares are not taken.
  private static let finest = 1e-12

  /// The method as it is unless a model says otherwise.
  package init() {}

  /// - Parameter report: told of every iteration; ends the run by returning false.
  package func minimize(
    _ function: LeastSquaresFunction, from start: [Double],
    report: (SolverProgress) -> Bool = { _ in true }
  ) throws(RunError) -> SolverResult {
    var room = LeastSquaresRoom(function, columnCount: start.count)
    var model = LinearizedResiduals(
      columnCount: start.count, isBounded: !room.isUnbounded)
    room.point.update(from: function.box.clipped(start), count: start.count)
    try room.accept(&model, function)
    guard model.isFinite else { return result(model, 0, .notFinite) }
    room.measure(model, isFirst: true)
    var size = room.length(model.point)
    var region = TrustRegion(radius: initialRadius * (size == 0 ? 1 : size))
    var iteration = 0
    while iteration < limits.iterations {
      if model.loss == 0 || model.largestCosine < 1e-16 {
        return result(model, iteration, .converged)
      }
      let trial = try attempt(function, &model, &region, &room)
      if iteration == 0 { region.radius = min(region.radius, trial.length) }
      // A plain step from the same place is tried first after an accelerated one that failed.
      if trial.isAccepted || !trial.isAccelerated { region.adjust(after: trial) }
      iteration += 1
      if trial.isAccepted {
        if trial.isWhole {
          room.acceleration.remember(
            model.point, room.plain, wasAccelerated: trial.isAccelerated)
        }
        try room.accept(&model, function)
        guard model.isFinite else { return result(model, iteration, .notFinite) }
        room.measure(model)
        size = room.length(model.point)
      } else if trial.isAccelerated {
        room.acceleration.forget()
      }
      let progress = SolverProgress(iteration: iteration, loss: model.loss)
      guard report(progress) else { return result(model, iteration, .interrupted) }
      if trial.hasSettled(limits.tolerance) || region.radius <= limits.tolerance * size {
        try polish(function, &model, &room)
        return result(model, iteration, .converged)
      }
    }
    return result(model, iteration, .iterationLimit)
  }

  private func result(
    _ model: borrowing LinearizedResiduals, _ iterations: Int, _ reason: SolverResult.Reason
  ) -> SolverResult {
    let parameters = UnsafeBufferPointer(start: model.point, count: model.columnCount)
    return SolverResult(
      parameters: Array(parameters), loss: model.loss, iterations: iterations, reason: reason,
      optimality: model.largestCosine, tangent: reason == .notFinite ? nil : model.tangent)
  }

  private func attempt(
    _ function: LeastSquaresFunction, _ model: inout LinearizedResiduals,
    _ region: inout TrustRegion, _ room: inout LeastSquaresRoom
  ) throws(RunError) -> TriedStep {
    findStep(function.box, &model, &region, &room)
    let isWhole =
      isAccelerated && region.damping == 0 && model.isWholeFree
      && room.isInside(function.box, from: model.point)
    if !isWhole {
      room.acceleration.forget()
      room.go(from: model.point, within: function.box)
    }
    model.findChange(room.step, room.change)
    var trial = TriedStep(
      length: room.length(room.step),
      predicted: model.predictedReduction(ofChange: room.change) / model.loss,
      slope: 2 * VectorMath.dot(model.gradient, room.step, model.columnCount) / model.loss,
      isWhole: isWhole)
    if isWhole {
      trial.isAccelerated = accelerate(function.box, model, region.radius, &room)
      room.go(from: model.point, within: function.box)
    }
    let loss = try room.loss(function)
    // A loss ten times as large, or none at all, teaches nothing about curvature.
    trial.actual = loss.squareRoot() < 10 * model.loss.squareRoot() ? 1 - loss / model.loss : -1
    return trial
  }

  /// The step within the region; what stands on a bound and would be pushed through it does not
  /// move.
  private func findStep(
    _ box: Box, _ model: inout LinearizedResiduals, _ region: inout TrustRegion,
    _ room: inout LeastSquaresRoom
  ) {
    var used: Double
    repeat {
      room.steps.take(&model, scale: room.scale)
      used = room.steps.find(radius: region.radius, damping: region.damping)
      room.spread(model)
    } while !room.isUnbounded && model.restrict(room.step, box)
    region.damping = used
  }

  /// Accelerates a whole step where that is worthwhile and leads nowhere else.
  /// - Returns: whether the step is another one now.
  private func accelerate(
    _ box: Box, _ model: borrowing LinearizedResiduals, _ radius: Double,
    _ room: inout LeastSquaresRoom
  ) -> Bool {
    room.plain.update(from: room.step, count: model.columnCount)
    guard room.acceleration.isWorthwhile(room.change, model) else { return false }
    room.acceleration.improve(room.step, at: model.point, room.change, model)
    if room.length(room.step) <= 1.1 * radius, room.isInside(box, from: model.point) {
      return true
    }
    room.step.update(from: room.plain, count: model.columnCount)
    return false
  }

  private func polish(
    _ function: LeastSquaresFunction, _ best: inout LinearizedResiduals,
    _ room: inout LeastSquaresRoom
  ) throws(RunError) {
    var next = LinearizedResiduals(
      columnCount: best.columnCount, isBounded: !room.isUnbounded)
    for _ in 0..<polishingSteps where best.loss > 0 {
      room.steps.take(&best, scale: room.scale)
      room.steps.findNewton()
      room.spread(best)
      room.plain.update(from: room.step, count: best.columnCount)
      let isWhole = isAccelerated && best.isWholeFree
      var wasChanged = false
      if isWhole {
        best.findChange(room.step, room.change)
        wasChanged = room.acceleration.isWorthwhileAtEnd(room.change, best)
      }
      if wasChanged {
        room.acceleration.improve(room.step, at: best.point, room.change, best)
      }
      room.go(from: best.point, within: function.box)
      if room.isBelow(Self.finest, of: best.point) { break }
      try room.accept(&next, function)
      guard next.isFinite, next.loss <= best.loss * (1 + 1e-12),
        next.largestCosine < best.largestCosine
      else { break }
      if isWhole {
        room.acceleration.remember(best.point, room.plain, wasAccelerated: wasChanged)
      }
      swap(&best, &next)
    }
  }
}
