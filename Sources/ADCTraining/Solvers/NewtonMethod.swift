/// Minimisation by steps of Newton's kind and a strong Wolfe line search, with bounds.
package struct NewtonMethod {
  /// What is known of the second derivatives (algorithms of Nocedal and Wright, Numerical
  /// Optimization, 2006).
  package enum Curvature: Sendable {
    /// The matrix itself, made positive definite where it is not (algorithms 3.2 and 3.3).
    case exact
    /// Its products with vectors, by conjugate gradients (algorithm 7.1).
    case products
    /// A matrix learned from the gradients: BFGS (algorithm 6.1).
    case learned
    /// The same from the last few steps: L-BFGS (algorithm 7.4).
    case learnedFromLast(Int)
  }

  /// When the search ends.
  package var limits = SolverLimits()
  /// Where second derivatives come from.
  package var curvature: Curvature

  /// The method with the limits that all solvers begin with.
  package init(_ curvature: Curvature) { self.curvature = curvature }

  /// - Parameter report: told of every iteration; ends the run by returning false.
  package func minimize(
    _ function: SmoothFunction, from start: [Double],
    report: (SolverProgress) -> Bool = { _ in true }
  ) throws(RunError) -> SolverResult {
    var current = try EvaluatedPoint(function, at: function.box.clipped(start))
    var loop = SolverLoop(in: function.box)
    guard current.isFinite else { return loop.result(at: current, .notFinite) }
    var rest = RestingPoint(current, limits)
    var curvature = initialCurvature(function, current.point.count)
    var free = function.box.free(at: current.point, gradient: current.gradient)
    var fall: Double?
    for _ in 0..<limits.iterations {
      if current.optimality(in: function.box) == 0 {
        return loop.result(at: current, .converged)
      }
      try curvature.look(at: current, free: free)
      var direction = try self.direction(function, current, curvature, free)
      let isKnown = !curvature.isInitial
      if isKnown, rest.isReached(by: direction, from: current) {
        return loop.result(at: current, .converged)
      }
      var found = try search(function, current, direction, curvature, fall)
      if found == nil, isKnown {
        if rest.isWithinRounding(direction, from: current) {
          return loop.result(at: current, .converged)
        }
        // What was learned of the curvature may be wrong here: begin again from the gradient.
        curvature = initialCurvature(function, current.point.count)
        try curvature.look(at: current, free: free)
        direction = try self.direction(function, current, curvature, free)
        found = try search(function, current, direction, curvature, nil)
      }
      guard let next = found else {
        return loop.result(at: current, reasonAtRest(current, function))
      }
      curvature.learn(
        step: VectorMath.sum(next.point, -1, current.point),
        change: VectorMath.sum(next.gradient, -1, current.gradient))
      fall = current.value - next.value
      let isQuiet = rest.isWithinShare(next, from: current)
      current = next
      rest.visit(current)
      let moving = function.box.free(at: current.point, gradient: current.gradient)
      if moving != free {
        (free, curvature) = (moving, initialCurvature(function, current.point.count))
      }
      if let reason = loop.reason(toEndAt: current, isQuiet: isQuiet, report) {
        return loop.result(at: current, reason)
      }
    }
    return loop.result(at: current, .iterationLimit)
  }

  /// Whether the first length that is tried comes from the last step, and is not 1.
  private var takesLastFall: Bool {
    switch curvature {
    case .exact, .products, .learned: true
    case .learnedFromLast: false
    }
  }

  private func initialCurvature(
    _ function: SmoothFunction, _ count: Int
  ) -> any InverseHessian {
    switch curvature {
    case .exact: ExactInverseHessian(function)
    case .products: ConjugateInverseHessian(function)
    case .learned: DenseInverseHessian(count: count)
    case .learnedFromLast(let memory): LimitedMemoryInverseHessian(memory: memory)
    }
  }

  /// A direction of descent, 0 in what does not move.
  private func direction(
    _ function: SmoothFunction, _ current: EvaluatedPoint, _ curvature: any InverseHessian,
    _ free: [Int]
  ) throws(RunError) -> [Double] {
    var gradient = [Double](repeating: 0, count: current.point.count)
    for place in free { gradient[place] = current.gradient[place] }
    let whole = try curvature.times(gradient).map { -$0 }
    var direction = [Double](repeating: 0, count: whole.count)
    for place in free {
      let position = current.point[place]
      let leaves =
        (whole[place] < 0 && position <= function.box.lower[place])
        || (whole[place] > 0 && position >= function.box.upper[place])
      if !leaves { direction[place] = whole[place] }
    }
    return VectorMath.dot(direction, gradient) < 0 ? direction : gradient.map { -$0 }
  }

  private func search(
    _ function: SmoothFunction, _ current: EvaluatedPoint, _ direction: [Double],
    _ curvature: any InverseHessian, _ fall: Double?
  ) throws(RunError) -> EvaluatedPoint? {
    let slope = -VectorMath.dot(direction, current.gradient)
    var first = 1.0
    if takesLastFall {
      // A value that falls as much as it did last (Nocedal and Wright, 2006, equation 3.60); before
      // there is any step, by half the gradient's size.
      let expected = fall ?? VectorMath.norm(current.gradient) / 2
      if expected > 0, fall != nil || curvature.isInitial {
        first = min(1, 1.01 * 2 * expected / slope)
      }
    } else if curvature.isInitial {
      first = 1 / VectorMath.norm(direction)
    }
    var search = LineSearch(function, from: current, along: direction)
    if !takesLastFall { search.decrease = 1e-3 }
    return try search.search(first: first)
  }

  /// Where no step is found: at a minimum to within rounding, or stuck.
  private func reasonAtRest(
    _ current: EvaluatedPoint, _ function: SmoothFunction
  ) -> SolverResult.Reason {
    let size = current.point.reduce(1) { max($0, abs($1)) }
    let scale = max(abs(current.value), 1)
    return current.optimality(in: function.box) * size <= 1e-5 * scale ? .converged : .stalled
  }
}
