import ADCCalculus
import ADCMachine
import ADCPlatform

/// One start of a solver, and what it reached.
package struct SolverAttempt: Sendable {
  package var start: [Double]
  package var loss: Double
}

/// What a solver's run found beside the parameters.
package struct SolverReport: Sendable {
  /// The method that reached the result, and why it was taken.
  package var method: String
  package var explanation: String
  package var optimality: Double
  /// Further starts, where there were any; the first is the model's own.
  package var attempts: [SolverAttempt] = []
  /// The names of the parameters' components, `b` or `W[2, 0]`.
  package var names: [String] = []
  /// For a fit.
  package var statistics: FitStatistics?
  package var values: [Double] = []
}

/// Finds a minimum by the solver that a model names.
package struct SolverRun {
  private let session: Session
  private let solver: RunDescription.Solver
  private let options: TrainingOptions
  private let report: (TrainingEvent) -> Void
  private let problem: SolverProblem
  private let rows: [Int32]
  private var iterations = 0

  package init?(
    _ session: Session, options: TrainingOptions, report: @escaping (TrainingEvent) -> Void
  ) {
    guard let solver = session.description.solver else { return nil }
    self.session = session
    self.solver = solver
    self.options = options
    self.report = report
    let count = session.dataset.rowCount ?? 0
    rows = (0..<Int32(clamping: count)).map { $0 }
    problem = SolverProblem(session, rows: count)
  }

  /// Runs, and leaves the best parameters in the session.
  package mutating func run() throws(RunError) -> (TrainingResult, SolverReport) {
    guard problem.count > 0 else {
      throw .setting("the model has no parameters: there is nothing to train")
    }
    session.feed(rows: 0..<rows.count)
    session.setEnvironment("training", 1)
    let begin = MonotonicClock.seconds()
    let start = problem.box.clipped(problem.point)
    var found: SolverResult
    var summary: SolverReport
    switch solver.name {
    case "auto": (found, summary) = try automatic(from: start)
    default:
      found = try solve(solver.name, from: start)
      summary = SolverReport(method: solver.name, explanation: "", optimality: found.optimality)
    }
    let seconds = MonotonicClock.seconds() - begin
    session.setEnvironment("training", 0)
    problem.set(found.parameters)
    summary.names = try problem.componentNames()
    summary.values = found.parameters
    if !solver.responses.isEmpty { summary.statistics = try statistics(found) }
    problem.set(found.parameters)
    return (try result(found, seconds), summary)
  }

  private func result(_ found: SolverResult, _ seconds: Double) throws(RunError) -> TrainingResult {
    let function = try session.evaluate(FunctionName.loss, rows: 0..<rows.count)
    let loss = function.scalar(ofOutput: 0)
    let reason: TrainingResult.Reason =
      switch found.reason {
      case .converged: .minimum
      case .iterationLimit: .steps
      case .interrupted: .interrupted
      case .notFinite: .notFinite
      case .stalled: .stalled
      }
    var result = TrainingResult(
      reason: reason, loss: loss, epochs: found.iterations, steps: found.iterations,
      lossEvaluations: problem.lossEvaluations + 1,
      gradientEvaluations: problem.gradientEvaluations, seconds: seconds, failure: nil,
      checkpoint: nil)
    if found.reason == .notFinite {
      let origin = function.firstNonFinite(session.memory)
      let place = session.description.rowDimension.flatMap { origin?.place(along: $0) }
      result.failure = TrainingFailure(
        step: 0, loss: loss, origin: origin, row: place.flatMap { session.dataRow($0) })
    }
    return result
  }

  private var limits: SolverLimits {
    var limits = SolverLimits()
    limits.iterations =
      options.steps ?? options.epochs ?? session.description.settings.steps
      ?? session.description.settings.epochs ?? 10_000
    limits.tolerance = solver.arguments["tolerance"] ?? limits.tolerance
    return limits
  }

  /// One method from one start; tells of every iteration where it is the run's own.
  private mutating func solve(
    _ method: String, from start: [Double], isTold: Bool = true, limits: SolverLimits? = nil
  ) throws(RunError) -> SolverResult {
    let limits = limits ?? self.limits
    let (options, report, session, before) = (options, self.report, session, iterations)
    var latest = 0
    let tell: (SolverProgress) -> Bool = { progress in
      latest = progress.iteration
      guard isTold else { return !options.isInterrupted() }
      let step = before + progress.iteration
      if options.trace.contains(step), let parameters = try? session.parameters() {
        report(.step(step, loss: progress.loss, parameters: parameters))
      }
      report(.progress(step: step, of: nil, loss: progress.loss))
      return !options.isInterrupted()
    }
    defer { iterations += latest }
    switch method {
    case "levenberg_marquardt", "gauss_newton":
      var solver = LevenbergMarquardt()
      solver.limits = limits
      solver.initialRadius = self.solver.arguments["radius"] ?? solver.initialRadius
      if method == "gauss_newton" { solver.initialRadius = .infinity }
      return try solver.minimize(problem.leastSquares, from: start, report: tell)
    case "nelder_mead":
      var solver = NelderMead()
      solver.limits = limits
      return try solver.minimize(problem.smooth, from: start, report: tell)
    case "conjugate_gradient":
      var solver = ConjugateGradient()
      solver.limits = limits
      return try solver.minimize(problem.smooth, from: start, report: tell)
    default:
      var solver = QuasiNewton()
      solver.limits = limits
      if method == "lbfgs" { solver.memory = Int(self.solver.arguments["memory"] ?? 10) }
      return try solver.minimize(problem.smooth, from: start, report: tell)
    }
  }

  private func statistics(_ found: SolverResult) throws(RunError) -> FitStatistics? {
    let (residuals, jacobian) = try problem.linearization(at: found.parameters)
    guard residuals.allSatisfy(\.isFinite), jacobian.entries.allSatisfy(\.isFinite) else {
      return nil
    }
    let gradient = jacobian.transposedTimes(residuals)
    let fixed = found.parameters.indices.filter {
      problem.box.holds($0, at: found.parameters, gradient: gradient)
    }
    return FitStatistics(residuals: residuals, jacobian: jacobian, fixed: Set(fixed))
  }
}

// Choosing

extension SolverRun {
  private mutating func automatic(
    from start: [Double]
  ) throws(RunError) -> (SolverResult, SolverReport) {
    if solver.isLinear, problem.box.isUnbounded, let direct = try linear(from: start) {
      return (
        direct,
        SolverReport(
          method: "linear least squares",
          explanation: "the model is linear in its parameters", optimality: direct.optimality)
      )
    }
    let method: String
    let explanation: String
    if solver.residuals > 0 {
      (method, explanation) = ("levenberg_marquardt", "the objective is a sum of squares")
    } else if problem.count <= 200 {
      (method, explanation) = ("bfgs", "the objective is smooth and has few parameters")
    } else {
      (method, explanation) = ("lbfgs", "the objective has many parameters")
    }
    let first = try solve(method, from: start)
    var summary = SolverReport(
      method: method, explanation: explanation, optimality: first.optimality)
    summary.attempts = [SolverAttempt(start: start, loss: first.loss)]
    if first.reason == .interrupted { return (first, summary) }
    let best = try furtherStarts(method, first, from: start, &summary)
    return (best, summary)
  }

  /// One step of orthogonal factorisation, refined.
  private func linear(from start: [Double]) throws(RunError) -> SolverResult? {
    let origin = [Double](repeating: 0, count: start.count)
    let (residuals, jacobian) = try problem.linearization(at: origin)
    guard residuals.allSatisfy(\.isFinite), jacobian.entries.allSatisfy(\.isFinite) else {
      return nil
    }
    let solution = LinearLeastSquares(jacobian).solve(residuals.map { -$0 })
    guard solution.parameters.allSatisfy(\.isFinite) else { return nil }
    let model = try LinearizedResiduals(problem.leastSquares, at: solution.parameters)
    return SolverResult(
      parameters: solution.parameters, loss: model.loss, iterations: 1, reason: .converged,
      optimality: model.largestCosine)
  }

  /// Goes on from seeded starts near the model's own and near the best minimum found, at several
  /// scales, while there may be a lower one: until it was found again several times, or the starts
  /// are used up.
  private mutating func furtherStarts(
    _ method: String, _ first: SolverResult, from start: [Double], _ summary: inout SolverReport
  ) throws(RunError) -> SolverResult {
    var best = first
    let count = Int(solver.arguments["starts"] ?? 0)
    let random = Philox(seed: session.seed)
    var again = 0
    var limits = limits
    limits.iterations = min(limits.iterations, 500)
    limits.tolerance = max(limits.tolerance, 1e-12)
    for attempt in 0..<count where !isLowest(best) && again < 10 && isAffordable {
      let shake = Shake(attempt)
      let origin = shake.isAroundBest ? best.parameters : start
      let trial = problem.box.clipped(shake.moved(origin, like: start, random))
      let found = try solve(method, from: trial, isTold: false, limits: limits)
      if found.reason == .interrupted { break }
      summary.attempts.append(SolverAttempt(start: trial, loss: found.loss))
      guard found.loss.isFinite else { continue }
      let difference = best.loss.isFinite ? found.loss - best.loss : -.infinity
      let isSame = abs(difference) <= 1e-9 * max(abs(best.loss), abs(found.loss))
      if isSame, shake.isWide { again += 1 }
      // Of equal minima the first counts, which is nearest to what the model says.
      if difference < 0, !isSame { (best, again) = (found, 0) }
    }
    if best.parameters != first.parameters {
      best = try solve(method, from: best.parameters)
      summary.optimality = best.optimality
    }
    best.iterations = iterations
    return best
  }

  /// Whether another start costs little beside what people wait for.
  private var isAffordable: Bool {
    let size = max(rows.count, solver.residuals, 1) * problem.count
    return problem.gradientEvaluations * size < 50_000_000
      && problem.gradientEvaluations < 50_000
  }

  /// Nothing is below zero for a sum of squares.
  private func isLowest(_ result: SolverResult) -> Bool {
    solver.residuals > 0 && result.loss <= 1e-20
  }
}

/// How one further start differs from the model's own or from the best minimum so far.
private struct Shake {
  let isAroundBest: Bool
  /// Multiplies components by factors around 1, which keeps signs and scales; else adds to them.
  private let multiplies: Bool
  private let spread: Double
  private let stream: UInt64

  init(_ attempt: Int) {
    isAroundBest = attempt.isMultiple(of: 2)
    multiplies = (attempt / 2).isMultiple(of: 2)
    spread = [0.3, 1, 3, 0.1, 2][attempt / 4 % 5]
    stream = Draw.startsStream + UInt64(attempt)
  }

  var isWide: Bool { spread >= 1 }

  func moved(_ origin: [Double], like start: [Double], _ random: Philox) -> [Double] {
    origin.indices.map { place in
      let draw = random.normal(stream: stream, position: UInt64(place))
      if multiplies, origin[place] != 0 { return origin[place] * LibM.exp(spread * draw) }
      let size = max(abs(origin[place]), abs(start[place]))
      return origin[place] + spread * draw * (size > 0 ? size : 1)
    }
  }
}
