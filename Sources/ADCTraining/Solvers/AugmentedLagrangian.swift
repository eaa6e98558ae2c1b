/// Minimisation under equalities and inequalities by a sequence of problems without them: what
/// violates a constraint is added to the objective, with multipliers that are learned and a penalty
/// that grows where they do not suffice (Birgin and Martínez, Practical Augmented Lagrangian
/// Methods, 2014, algorithm 4.1).
struct AugmentedLagrangian {
  /// What counts as met, as a share of 1 + the size of the constraint's first value.
  var feasibility = 1e-10
  /// What is still told as met.
  static let lastFeasibility = 1e-6
  var rounds = 60

  let problem: SolverProblem
  /// Solves the problem as it is set, from a start.
  let inner: ([Double]) throws(RunError) -> SolverResult

  struct Outcome {
    var result: SolverResult
    /// The largest violation.
    var violation: Double
    /// One for each element of the constraints: the objective's slope for a constraint that is
    /// loosened is -multiplier.
    var multipliers: [[Double]]
    var isFeasible: Bool
  }

  func minimize(from start: [Double]) throws(RunError) -> Outcome {
    var point = start
    var values = try problem.constraints(at: point).values
    let areEqualities = problem.areEqualities(values)
    let scale = 1 + VectorMath.largest(values.flatMap { $0 }.filter(\.isFinite))
    var shifts = values.map { [Double](repeating: 0, count: $0.count) }
    var penalty = try firstPenalty(at: point, values, areEqualities)
    var before = Double.infinity
    var iterations = 0
    var latest: SolverResult?
    for _ in 0..<rounds {
      problem.set(penalty: penalty, shifts: shifts)
      var found = try inner(point)
      iterations += found.iterations
      found.iterations = iterations
      guard found.reason != .notFinite, found.reason != .interrupted else {
        return try outcome(found, shifts, penalty, areEqualities, scale)
      }
      point = found.parameters
      latest = found
      values = try problem.constraints(at: point).values
      // How far the constraints and their multipliers are from belonging together.
      var gap = 0.0
      var flat = 0
      for (array, elements) in values.enumerated() {
        for (place, value) in elements.enumerated() {
          let shift = shifts[array][place]
          let isEquality = areEqualities[flat]
          flat += 1
          gap = max(gap, abs(isEquality ? value : max(value, -shift)))
          shifts[array][place] = isEquality ? shift + value : max(0, shift + value)
        }
      }
      if gap <= feasibility * scale { break }
      if gap > 0.25 * before, penalty < 1e14 {
        penalty *= 10
        // The multipliers stay: a shift is one over the penalty.
        for array in shifts.indices {
          for place in shifts[array].indices { shifts[array][place] /= 10 }
        }
      }
      before = gap
    }
    guard let latest else {
      return try outcome(inner(point), shifts, penalty, areEqualities, scale)
    }
    return try outcome(latest, shifts, penalty, areEqualities, scale)
  }

  /// Large enough to count beside the objective, small enough not to drown it.
  private func firstPenalty(
    at point: [Double], _ values: [[Double]], _ areEqualities: [Bool]
  ) throws(RunError) -> Double {
    var square = 0.0
    for (value, isEquality) in zip(values.flatMap { $0 }, areEqualities) {
      let violation = isEquality ? value : max(value, 0)
      square += violation * violation
    }
    let objective = abs(try problem.objective(at: point))
    guard square > 0, square.isFinite, objective.isFinite else { return 10 }
    return min(max(2 * objective / square, 1e-3), 1e3)
  }

  private func outcome(
    _ found: SolverResult, _ shifts: [[Double]], _ penalty: Double, _ areEqualities: [Bool],
    _ scale: Double
  ) throws(RunError) -> Outcome {
    var result = found
    result.loss = try problem.objective(at: found.parameters)
    let values = try problem.constraints(at: found.parameters).values
    var violation = 0.0
    for (value, isEquality) in zip(values.flatMap { $0 }, areEqualities) {
      violation = max(violation, isEquality ? abs(value) : value)
    }
    let isFeasible = violation <= Self.lastFeasibility * scale
    if result.reason == .converged || result.reason == .stalled, !isFeasible {
      result.reason = .infeasible
    }
    return Outcome(
      result: result, violation: violation,
      multipliers: shifts.map { $0.map { $0 * penalty } }, isFeasible: isFeasible)
  }
}
