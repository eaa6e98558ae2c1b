/// Minimisation along conjugate directions (Polak and Ribière's formula, kept from being negative:
/// Nocedal and Wright, 2006, section 5.2), with bounds.
package struct ConjugateGradient {
  /// When the search ends.
  package var limits = SolverLimits()

  /// With the limits that all solvers begin with.
  package init() {}

  /// - Parameter report: told of every iteration; ends the run by returning false.
  package func minimize(
    _ function: SmoothFunction, from start: [Double],
    report: (SolverProgress) -> Bool = { _ in true }
  ) throws(RunError) -> SolverResult {
    var current = try EvaluatedPoint(function, at: function.box.clipped(start))
    var loop = SolverLoop(in: function.box)
    guard current.isFinite else { return loop.result(at: current, .notFinite) }
    var rest = RestingPoint(current, limits, share: 1e-16)
    var direction: [Double] = []
    var length = 1.0
    for _ in 0..<limits.iterations {
      let gradient = projected(current, function.box)
      if VectorMath.largest(gradient) == 0 {
        return loop.result(at: current, .converged)
      }
      if direction.isEmpty || !(VectorMath.dot(direction, gradient) < 0) {
        direction = gradient.map { -$0 }
        length = min(1, 1 / VectorMath.norm(gradient))
      }
      var search = LineSearch(function, from: current, along: direction)
      search.curvature = 0.4
      guard let next = try search.search(first: length) else {
        let promised = direction.map { $0 * length }
        if direction != gradient.map({ -$0 }), !rest.isWithinRounding(promised, from: current) {
          direction = []
          loop.beginAgain()
          continue
        }
        return loop.result(at: current, .converged)
      }
      let after = projected(next, function.box)
      let change = VectorMath.sum(after, -1, gradient)
      let beta = max(
        0, VectorMath.dot(after, change) / VectorMath.dot(gradient, gradient))
      let slope = VectorMath.dot(gradient, direction)
      let moved = VectorMath.norm(VectorMath.sum(next.point, -1, current.point))
      let step = moved / VectorMath.norm(direction)
      direction = VectorMath.sum(after.map { -$0 }, beta, direction)
      for place in direction.indices where after[place] == 0 { direction[place] = 0 }
      let nextSlope = VectorMath.dot(after, direction)
      length = nextSlope < 0 ? min(1e3, step * slope / nextSlope) : 1
      let isQuiet = rest.isReached(by: next, from: current)
      current = next
      rest.visit(current)
      if let reason = loop.reason(toEndAt: current, isQuiet: isQuiet, report) {
        return loop.result(at: current, reason)
      }
    }
    return loop.result(at: current, .iterationLimit)
  }

  /// The gradient without what bounds hold.
  private func projected(_ point: EvaluatedPoint, _ box: Box) -> [Double] {
    point.gradient.indices.map {
      box.holds($0, at: point.point, gradient: point.gradient) ? 0 : point.gradient[$0]
    }
  }
}
