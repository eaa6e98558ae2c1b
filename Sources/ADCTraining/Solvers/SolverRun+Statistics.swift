import ADCMachine
import ADCModel

extension SolverRun {
  /// What a fit says of its parameters.
  func addStatistics(
    _ found: SolverResult, to summary: inout SolverReport
  ) throws(RunError) {
    guard solver.residuals > 0,
      found.reason != .notFinite
    else { return }
    let responses = try responses(at: found.parameters)
    guard let statistics = try statistics(found, responses) else { return }
    summary.level = options.level
    responses.addDeterminations(solver.responses, to: &summary)
    summary.statistics = consume statistics
    guard options.profiles, let statistics = summary.statistics, statistics.errorFreedom > 0
    else { return }
    var profiled = summary.intervals
    for place in found.parameters.indices where statistics.standardErrors[place] > 0 {
      profiled[place] = try profile(place, found, statistics)
    }
    summary.profiled = profiled
  }

  private func statistics(
    _ found: SolverResult, _ responses: FittedResponses
  ) throws(RunError) -> FitStatistics? {
    let influence = responses.influence(of: found.loss)
    if influence == nil, let known = statisticsByTangent(found, responses) { return known }
    let (arrays, whole) = try problem.derivatives(
      FunctionName.jacobian, solver.residuals, solver.blocks, at: found.parameters)
    // What follows the responses belongs to constraints.
    let residuals = arrays.prefix(solver.responses.count).flatMap { $0 }
    let jacobian = whole.rows(residuals.count)
    guard residuals.allSatisfy(\.isFinite), jacobian.entries.allSatisfy(\.isFinite) else {
      return nil
    }
    let gradient = jacobian.transposedTimes(residuals)
    let fixed = found.parameters.indices.filter {
      problem.box.holds($0, at: found.parameters, gradient: gradient)
    }
    return FitStatistics(
      residuals: residuals, jacobian: jacobian, fixed: Set(fixed),
      restrictions: try restrictions(at: found.parameters), isAbsolute: solver.isAbsolute,
      influence: influence, logarithmOfErrors: responses.logarithmOfErrors)
  }

  /// From what the search knows of its last point, where its residuals are those of the responses.
  private func statisticsByTangent(
    _ found: SolverResult, _ responses: FittedResponses
  ) -> FitStatistics? {
    guard solver.penalty == nil, solver.residuals == solver.responses.count,
      let gradient = found.tangent?.gradient
    else { return nil }
    let fixed = found.parameters.indices.filter {
      problem.box.holds($0, at: found.parameters, gradient: gradient)
    }
    return FitStatistics(
      found, observations: problem.residualCount, fixed: Set(fixed), isAbsolute: solver.isAbsolute,
      logarithmOfErrors: responses.logarithmOfErrors)
  }

  /// The derivatives of the constraints that hold the parameters.
  private func restrictions(at point: [Double]) throws(RunError) -> ColumnMatrix? {
    guard let constrained else { return nil }
    let (values, jacobian) = try problem.constraints(at: point)
    let multipliers = constrained.multipliers.flatMap { $0 }
    let active = zip(problem.areEqualities(values), multipliers).enumerated().filter {
      $0.element.0 || $0.element.1 > 0
    }
    return jacobian.rows(active.map(\.offset))
  }

  func constraintReports(_ found: SolverResult) throws(RunError) -> [ConstraintReport] {
    guard let constrained else { return [] }
    let values = try problem.constraints(at: found.parameters).values
    return solver.constraints.enumerated().map { place, constraint in
      let violations = values[place].map { constraint.isEquality ? abs($0) : max($0, 0) }
      return ConstraintReport(
        text: constraint.text, violation: VectorMath.largest(violations),
        multipliers: constrained.multipliers[place])
    }
  }

  /// Where the sum of squares, minimised over all other parameters, has grown so much that the
  /// likelihood ratio excludes the value (Bates and Watts, Nonlinear Regression Analysis and Its
  /// Applications, 1988, section 6.1.2); infinite where it never grows so much.
  private func profile(
    _ place: Int, _ found: SolverResult, _ statistics: FitStatistics
  ) throws(RunError) -> (lower: Double, upper: Double) {
    var ends: [Double] = []
    for direction in [-1.0, 1] {
      ends.append(try profileEnd(place, direction, found, statistics))
    }
    problem.box = originalBox
    return (ends[0], ends[1])
  }

  private func profileEnd(
    _ place: Int, _ direction: Double, _ found: SolverResult, _ statistics: FitStatistics
  ) throws(RunError) -> Double {
    let (estimate, error) = (found.parameters[place], statistics.standardErrors[place])
    let limit = statistics.reach(level: options.level)
    let oneError = statistics.growthOfOneError.squareRoot()
    let bound = direction < 0 ? originalBox.lower[place] : originalBox.upper[place]
    var quiet = limits
    quiet.iterations = min(quiet.iterations, 200)
    quiet.tolerance = 1e-12
    /// By how many standard errors a value is further away than the limit, measured by the sum of
    /// squares, and the others' best values, found from a point.
    func excess(
      _ share: Double, from start: [Double]
    ) throws(RunError) -> (value: Double, best: [Double]) {
      let value = bounded(estimate + direction * share * error)
      var (box, start) = (originalBox, start)
      (box.lower[place], box.upper[place]) = (value, value)
      problem.box = box
      start[place] = value
      let other = try search(.levenbergMarquardt, from: start, isTold: false, limits: quiet)
      guard other.loss.isFinite else { return (.infinity, start) }
      let distance = max(other.loss - found.loss, 0).squareRoot() / oneError
      return (distance - limit, other.parameters)
    }
    func bounded(_ value: Double) -> Double {
      direction < 0 ? max(value, bound) : min(value, bound)
    }
    // Every search begins where the one before ended well: beyond a pole others lead nowhere. First
    // steps are short, for where the errors are wider than the way to it.
    var (near, nearExcess, best) = (0.0, -limit, found.parameters)
    var far = limit / 16
    var farExcess = 0.0
    for trial in 0... {
      let trialled = try excess(far, from: best)
      farExcess = trialled.value
      if farExcess >= 0 { break }
      if bounded(estimate + direction * far * error) == bound { return bound }
      if trial == 46 { return direction * .infinity }
      (near, nearExcess, best) = (far, farExcess, trialled.best)
      far *= 1.6
    }
    if direction * (estimate + direction * far * error - bound) > 0 {
      far = direction * (bound - estimate) / error
    }
    // False position with halved weights (the Illinois method), within the bracket.
    for _ in 0..<60 where far - near > 1e-9 * far {
      var middle = (near * farExcess - far * nearExcess) / (farExcess - nearExcess)
      if !(middle > near && middle < far) { middle = (near + far) / 2 }
      let trialled = try excess(middle, from: best)
      if abs(trialled.value) <= 1e-9 * limit { return estimate + direction * middle * error }
      if trialled.value > 0 {
        (far, farExcess) = (middle, trialled.value)
        nearExcess /= 2
      } else {
        (near, nearExcess, best) = (middle, trialled.value, trialled.best)
        farExcess /= 2
      }
    }
    return estimate + direction * (near + far) / 2 * error
  }
}

extension Session {
  /// The arrays that a function gives for all rows, and their derivatives by all parameters: a row
  /// for each element, a column for each of the parameters' components.
  package func derivatives(
    _ name: String, _ arrays: Int, _ blocks: [RunDescription.Block]
  ) throws(RunError) -> (values: [[Double]], jacobian: ColumnMatrix) {
    let function = try evaluate(name, rows: allRows)
    return ParameterLayout(self).derivatives(function, arrays, blocks)
  }

  /// What the model reports, at the parameters as they are; with errors where a fit can tell them.
  package func reportedValues(_ statistics: FitStatistics?) throws(RunError) -> [ReportedValue] {
    guard !description.reports.isEmpty else { return [] }
    let function = try evaluate(FunctionName.reports, rows: allRows)
    let (arrays, jacobian) = ParameterLayout(self).derivatives(
      function, description.reports.count, description.reportBlocks)
    var row = 0
    return description.reports.enumerated().map { place, name in
      let shape = function.sizes(ofOutput: place)
      var errors: [Double] = []
      for _ in arrays[place] {
        errors.append(statistics?.standardError(ofGradient: jacobian.row(row)) ?? .nan)
        row += 1
      }
      return ReportedValue(
        name: name, array: ShapedValues(shape: shape, values: arrays[place]),
        errors: statistics == nil ? nil : ShapedValues(shape: shape, values: errors))
    }
  }
}
