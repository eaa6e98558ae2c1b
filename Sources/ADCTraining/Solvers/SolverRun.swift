import ADCCalculus
import ADCMachine
import ADCModel
import ADCPlatform

/// One start of a solver, and what it reached.
package struct SolverAttempt: Sendable {
  /// All components of the parameters, in the order of the description.
  package var start: [Double]
  /// What was reached from there; NaN or infinite where it led nowhere.
  package var loss: Double
}

/// What a solver's run found beside the parameters.
package struct SolverReport: Sendable {
  /// The method that reached the result, and why it was taken.
  package var method: String
  /// Why the method was taken, as a phrase for people; empty where the model names it.
  package var explanation: String
  /// How far the point is from satisfying the first-order conditions: the largest component of the
  /// gradient (of the Lagrangian, under constraints) that no bound holds; for least squares the
  /// largest cosine between the residuals and a column of the Jacobian.
  package var optimality: Double
  /// Further starts, where there were any; the first is the model's own.
  package var attempts: [SolverAttempt] = []
  /// The names of the parameters' components, `b` or `W[2, 0]`.
  package var names: [String] = []
  /// How often second derivatives were computed, products with a direction included.
  package var hessianEvaluations = 0
  /// The components that the run ended with, in the order of `names`.
  package var values: [Double] = []
  /// For a fit.
  package var statistics: FitStatistics?
  /// The share of the observations' variance that the model explains, one for each `fit`.
  package var determinations: [(response: String, share: Double)] = []
  /// The residual sum of squares, weighted; a robust loss of the residuals is less.
  package var squares = 0.0
  /// The probability of the confidence intervals, between 0 and 1.
  package var level = 0.95
  /// Intervals of the profiled likelihood, where there are any.
  var profiled: [(lower: Double, upper: Double)]?
  /// Whether the intervals come from the profile of the likelihood.
  package var isProfiled: Bool { profiled != nil }
  /// One for each `subject to`, in the order of the model.
  package var constraints: [ConstraintReport] = []
  /// One for each `report`, in the order of the model.
  package var reports: [ReportedValue] = []
}

extension SolverReport {
  /// That of the residuals themselves, weighted; NaN where nothing was fitted.
  package var residualSumOfSquares: Double {
    guard let statistics else { return .nan }
    return statistics.isRobust ? squares : statistics.residualSumOfSquares
  }

  /// Confidence intervals, one for each component; asymptotic ones, worked out here, unless the
  /// likelihood was profiled.
  package var intervals: [(lower: Double, upper: Double)] {
    if let profiled { return profiled }
    guard let statistics else { return [] }
    let reach = statistics.reach(level: level)
    return values.indices.map { place in
      let half = reach * statistics.standardErrors[place]
      return (values[place] - half, values[place] + half)
    }
  }
}

/// A constraint at the end of a run.
package struct ConstraintReport: Sendable {
  /// As in the model.
  package var text: String
  /// By how much it is not met; the largest of an array's.
  package var violation: Double
  /// By how much the objective would fall for each unit that the constraint is loosened by; one for
  /// each element.
  package var multipliers: [Double]
}

/// A value that the model reports.
package struct ReportedValue: Sendable {
  /// As in the model.
  package var name: String
  /// The value at the parameters that the run ended with.
  package var array: ShapedValues
  /// The standard error of each element, for a fit.
  package var errors: ShapedValues?
}

/// Finds a minimum by the solver that a model names.
package final class SolverRun {
  let session: Session
  let solver: RunDescription.Solver
  let options: TrainingOptions
  private let report: (TrainingEvent) -> Void
  let problem: SolverProblem
  let rowCount: Int
  /// The parameters' bounds in the model.
  let originalBox: Box
  /// A loss below this is on its way to minus infinity.
  private static let lowestLoss = -1e200
  var iterations = 0
  /// What the last search under constraints ended with.
  var constrained: AugmentedLagrangian.Outcome?

  /// Nil for a model without a solver. Reads the session's parameters as the start.
  package init?(
    _ session: Session, options: TrainingOptions, report: @escaping (TrainingEvent) -> Void
  ) {
    guard let solver = session.description.solver else { return nil }
    self.session = session
    self.solver = solver
    self.options = options
    self.report = report
    rowCount = session.dataset.rowCount ?? 0
    problem = SolverProblem(session, rows: rowCount)
    originalBox = problem.box
  }

  /// Runs, and leaves the best parameters in the session.
  package func run() throws(RunError) -> (TrainingResult, SolverReport) {
    guard problem.count > 0 else {
      throw .setting("the model has no parameters: there is nothing to train")
    }
    session.feed(rows: 0..<rowCount)
    session.setEnvironment("training", 1)
    session.guardsDigits = false
    defer { session.guardsDigits = true }
    let begin = MonotonicClock.seconds()
    try checkErrors()
    var (found, summary) = try minimum(from: problem.box.clipped(problem.point))
    let seconds = MonotonicClock.seconds() - begin
    session.setEnvironment("training", 0)
    problem.set(found.parameters)
    summary.names = try problem.componentNames()
    summary.hessianEvaluations = problem.hessianEvaluations
    summary.values = found.parameters
    session.guardsDigits = true
    summary.constraints = try constraintReports(found)
    if !solver.responses.isEmpty { try addStatistics(found, to: &summary) }
    problem.set(found.parameters)
    if !session.description.reports.isEmpty {
      summary.reports = try session.reportedValues(summary.statistics)
    }
    let result = try result(found, seconds)
    return (result, summary)
  }

  private func minimum(from start: [Double]) throws(RunError) -> (SolverResult, SolverReport) {
    if solver.kind == .auto { return try automatic(from: start) }
    let found = try search(solver.kind, from: start)
    let summary = SolverReport(
      method: solver.kind.rawValue, explanation: "", optimality: found.optimality)
    return (found, summary)
  }

  private func result(_ found: SolverResult, _ seconds: Double) throws(RunError) -> TrainingResult {
    let function = try problem.evaluate(FunctionName.loss, at: found.parameters)
    let loss = function.scalar(ofOutput: 0)
    let reason: TrainingResult.Reason =
      switch found.reason {
      case .converged where loss < Self.lowestLoss: .unbounded
      case .converged: .minimum
      case .iterationLimit: .steps
      case .interrupted: .interrupted
      case .notFinite: .notFinite
      case .stalled: .stalled
      case .infeasible: .infeasible
      }
    var result = TrainingResult(
      reason: reason, loss: loss, epochs: found.iterations, steps: found.iterations,
      lossEvaluations: problem.lossEvaluations,
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

  var limits: SolverLimits {
    var limits = SolverLimits()
    limits.iterations =
      options.steps ?? options.epochs ?? session.description.settings.steps
      ?? session.description.settings.epochs ?? 10_000
    limits.tolerance = solver.arguments["tolerance"] ?? limits.tolerance
    return limits
  }

  /// One method from one start, under the constraints where there are any. The result's loss is the
  /// model's objective.
  func search(
    _ method: SolverUse.Kind, from start: [Double], isTold: Bool = true, limits: SolverLimits? = nil
  ) throws(RunError) -> SolverResult {
    guard solver.penalty != nil else {
      return try solve(method, from: start, isTold: isTold, limits: limits)
    }
    var limits = limits ?? self.limits
    // What is gained is measured over all rounds: the later ones gain next to nothing.
    if limits.origin == nil { limits.origin = (start, try problem.objective(at: start)) }
    let lagrangian = AugmentedLagrangian(problem: problem) { [limits] point throws(RunError) in
      try self.solve(method, from: point, isTold: isTold, limits: limits)
    }
    let outcome = try lagrangian.minimize(from: start)
    constrained = outcome
    return outcome.result
  }

  /// One method from one start; tells of every iteration where it is the run's own.
  private func solve(
    _ method: SolverUse.Kind, from start: [Double], isTold: Bool = true, limits: SolverLimits? = nil
  ) throws(RunError) -> SolverResult {
    let limits = limits ?? self.limits
    let (trace, isInterrupted) = (options.trace, options.isInterrupted)
    let (report, session, before) = (self.report, session, iterations)
    var latest = 0
    let tell: (SolverProgress) -> Bool = { progress in
      latest = progress.iteration
      guard isTold else { return !isInterrupted() }
      let step = before + progress.iteration
      if trace.contains(step), let parameters = try? session.parameters() {
        report(.step(step, loss: progress.loss, parameters: parameters))
      }
      report(.progress(step: step, of: nil, loss: progress.loss))
      return !isInterrupted()
    }
    defer { iterations += latest }
    switch method {
    case .levenbergMarquardt, .gaussNewton:
      var solver = LevenbergMarquardt()
      solver.limits = limits
      solver.initialRadius = self.solver.arguments["radius"] ?? solver.initialRadius
      if method == .gaussNewton {
        solver.initialRadius = .infinity
        solver.isAccelerated = false
      }
      return try solver.minimize(problem.leastSquares(self.solver), from: start, report: tell)
    case .nelderMead:
      var solver = NelderMead()
      solver.limits = limits
      return try solver.minimize(problem.smooth, from: start, report: tell)
    case .conjugateGradient:
      var solver = ConjugateGradient()
      solver.limits = limits
      return try solver.minimize(problem.smooth, from: start, report: tell)
    case .newton: return try descend(by: .exact, from: start, limits, tell)
    case .newtonCG: return try descend(by: .products, from: start, limits, tell)
    case .lbfgs:
      let memory = self.solver.arguments["memory"].map { Int($0) } ?? SolverUse.Kind.memory
      return try descend(by: .learnedFromLast(memory), from: start, limits, tell)
    case .bfgs, .auto: return try descend(by: .learned, from: start, limits, tell)
    }
  }

  private func descend(
    by curvature: NewtonMethod.Curvature, from start: [Double], _ limits: SolverLimits,
    _ tell: (SolverProgress) -> Bool
  ) throws(RunError) -> SolverResult {
    var solver = NewtonMethod(curvature)
    solver.limits = limits
    return try solver.minimize(problem.smooth, from: start, report: tell)
  }
}
