/// When a solver gives up or is content.
package struct SolverLimits: Sendable {
  /// The most iterations.
  package var iterations = 1000
  /// The relative change of the objective below which it counts as settled.
  package var tolerance = 1e-15
  /// Where a larger search began, and its value there: what is gained is measured from there.
  package var origin: (point: [Double], value: Double)?

  /// 1000 iterations, and a tolerance near the rounding of doubles.
  package init() {}
}

/// Where a solver stands after an iteration; whoever is told may end the run.
package struct SolverProgress: Sendable {
  /// Counted from 1.
  package var iteration: Int
  /// That of `parameters`.
  package var loss: Double
}

/// What a solver found.
package struct SolverResult: Sendable {
  /// Why a search ended.
  package enum Reason: Sendable {
    /// Neither the objective nor the parameters can be improved noticeably.
    case converged
    case iterationLimit
    case interrupted
    /// The objective is not a finite number where the solver started.
    case notFinite
    /// No step makes the objective smaller, though its gradient is not small.
    case stalled
    /// The constraints are not met, and no step brings them nearer to being met.
    case infeasible
  }

  /// The best point that was found.
  package var parameters: [Double]
  /// The objective there.
  package var loss: Double
  /// Steps that were tried or taken, by the method's own count.
  package var iterations: Int
  /// Why it ended.
  package var reason: Reason
  /// The largest component of the gradient that no bound holds, relative to what the curvature
  /// makes of it where the solver knows that; 0 at a minimum.
  package var optimality: Double
  /// Where a search by residuals ended; nil for others.
  var tangent: Tangent?

  /// What is left of the derivatives of residuals at a point: R of J = Q R, and J' r.
  struct Tangent: Sendable {
    var triangle: ColumnMatrix
    var gradient: [Double]
  }
}

/// Bounds of parameters, both ends included.
package struct Box: Sendable {
  /// One for each parameter; -inf where nothing bounds it.
  package var lower: [Double]
  /// One for each parameter, none below `lower`; inf where nothing bounds it.
  package var upper: [Double]

  /// Bounds of parameters, which are not compared with each other.
  package init(lower: [Double], upper: [Double]) {
    self.lower = lower
    self.upper = upper
  }

  /// No bounds for so many parameters.
  package init(unbounded count: Int) {
    self.init(
      lower: [Double](repeating: -.infinity, count: count),
      upper: [Double](repeating: .infinity, count: count))
  }

  /// Whether every point is inside.
  package var isUnbounded: Bool {
    lower.allSatisfy { $0 == -.infinity } && upper.allSatisfy { $0 == .infinity }
  }

  /// The nearest point inside.
  package func clipped(_ point: [Double]) -> [Double] {
    point.indices.map { clipped(point[$0], $0) }
  }

  /// The nearest value of a component.
  func clipped(_ value: Double, _ place: Int) -> Double {
    min(max(value, lower[place]), upper[place])
  }

  /// Whether a component stands on a bound that a step would push it through.
  func blocks(_ place: Int, _ value: Double, _ step: Double) -> Bool {
    (step < 0 && value <= lower[place]) || (step > 0 && value >= upper[place])
  }

  /// Whether going down the gradient leads out of the box at a component.
  func holds(_ place: Int, at point: [Double], gradient: [Double]) -> Bool {
    holds(place, value: point[place], slope: gradient[place])
  }

  func holds(_ place: Int, value: Double, slope: Double) -> Bool {
    (value <= lower[place] && slope > 0) || (value >= upper[place] && slope < 0)
  }

  /// The components that may move.
  func free(at point: [Double], gradient: [Double]) -> [Int] {
    point.indices.filter { !holds($0, at: point, gradient: gradient) }
  }
}
