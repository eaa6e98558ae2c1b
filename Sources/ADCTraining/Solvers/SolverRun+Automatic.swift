import ADCCalculus
import ADCMachine
import ADCModel
import ADCPlatform

extension SolverRun {
  func automatic(
    from start: [Double]
  ) throws(RunError) -> (SolverResult, SolverReport) {
    if solver.isLinear, solver.penalty == nil, problem.box.isUnbounded,
      let direct = try linear(from: start)
    {
      return (
        direct,
        SolverReport(
          method: "linear least squares",
          explanation: "the model is linear in its parameters", optimality: direct.optimality)
      )
    }
    let method: SolverUse.Kind
    let explanation: String
    if solver.residuals > 0 {
      (method, explanation) = (.levenbergMarquardt, "the objective is a sum of squares")
    } else if problem.count <= 200 {
      (method, explanation) = (.bfgs, "the objective is smooth and has few parameters")
    } else {
      (method, explanation) = (.lbfgs, "the objective has many parameters")
    }
    var first = try search(method, from: start)
    var used = (method: method, explanation: explanation)
    for next in successors(of: method) where !(first.reason == .converged) {
      guard first.reason == .stalled || first.reason == .iterationLimit else { break }
      let other = try search(next, from: first.parameters)
      guard other.loss < first.loss || (other.reason == .converged && other.loss <= first.loss)
      else { continue }
      let why = first.reason == .stalled ? "found no step that helps" : "did not come to an end"
      used = (
        next,
        "\(used.explanation); \(used.method.rawValue) \(why), and \(next.rawValue) went on from there"
      )
      first = other
    }
    var summary = SolverReport(
      method: used.method.rawValue, explanation: used.explanation, optimality: first.optimality)
    summary.attempts = [SolverAttempt(start: start, loss: first.loss)]
    if first.reason == .interrupted { return (first, summary) }
    let best = try furtherStarts(used.method, first, from: start, &summary)
    return (best, summary)
  }

  /// What is tried where a method does not reach a minimum.
  private func successors(of method: SolverUse.Kind) -> [SolverUse.Kind] {
    let others: [SolverUse.Kind] = method == .levenbergMarquardt ? [.bfgs] : [.conjugateGradient]
    // A simplex of many corners takes longer than anybody waits.
    return problem.count <= 30 ? others + [.nelderMead] : others
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
    let model = try LinearizedResiduals(problem.leastSquares(solver), at: solution.parameters)
    return SolverResult(
      parameters: solution.parameters, loss: model.loss, iterations: 1, reason: .converged,
      optimality: model.largestCosine)
  }

  /// Goes on from seeded starts near the model's own and near the best minimum found, at several
  /// scales, while there may be a lower one: until it was found again several times, or the starts
  /// are used up.
  private func furtherStarts(
    _ method: SolverUse.Kind, _ first: SolverResult, from start: [Double],
    _ summary: inout SolverReport
  ) throws(RunError) -> SolverResult {
    var best = first
    let count = Int(solver.arguments["starts"] ?? 0)
    let random = Philox(seed: session.seed)
    var again = 0
    var limits = limits
    limits.iterations = min(limits.iterations, 100)
    limits.tolerance = max(limits.tolerance, 1e-12)
    let height = try problem.objective(at: start)
    limits.origin = (start, height)
    var rounding = try rounding(near: best, height)
    // Where the data do not say what the parameters are, a search ended on a plateau, which is
    // found again from almost everywhere.
    var isPlateau = try leavesDirections(best)
    for attempt in 0..<count
    where !isLowest(best) && again < (isPlateau ? count : 10) && isAffordable {
      let shake = Shake(attempt)
      let origin = shake.isAroundBest && !isPlateau ? best.parameters : start
      let isOwn = attempt == 0 && !solver.linear.isEmpty
      let moved = isOwn ? start : shake.moved(origin, like: start, random)
      let trial = try withLinearParametersSolved(problem.box.clipped(moved))
      let found = try search(method, from: trial, isTold: false, limits: limits)
      if found.reason == .interrupted { break }
      summary.attempts.append(SolverAttempt(start: trial, loss: found.loss))
      guard found.loss.isFinite, found.reason != .infeasible else { continue }
      let isFirst = !best.loss.isFinite || best.reason == .infeasible
      let difference = isFirst ? -.infinity : found.loss - best.loss
      let size = max(abs(best.loss), abs(found.loss))
      let isSame = !isFirst && abs(difference) <= max(sameness * size, rounding)
      if isSame, shake.isWide { again += 1 }
      // Of equal minima the first counts, which is nearest to what the model says.
      if difference < 0, !isSame {
        (best, again) = (found, 0)
        rounding = try self.rounding(near: best, height)
        isPlateau = try leavesDirections(best)
      }
    }
    if best.parameters != first.parameters {
      var last = self.limits
      last.origin = limits.origin
      best = try search(method, from: best.parameters, limits: last)
      summary.optimality = best.optimality
    }
    best.iterations = iterations
    return best
  }

  /// A start with the parameters that the model is linear in at their best for the others (Golub
  /// and Pereyra, The differentiation of pseudo-inverses and nonlinear least squares problems whose
  /// variables separate, 1973): data of any scale are then met at once.
  private func withLinearParametersSolved(_ start: [Double]) throws(RunError) -> [Double] {
    let columns = solver.linear.flatMap { problem.ranges[$0] }
    guard !columns.isEmpty, solver.penalty == nil else { return start }
    let (residuals, jacobian) = try problem.linearization(at: start)
    var matrix = ColumnMatrix(rowCount: jacobian.rowCount, columnCount: columns.count)
    for (column, own) in columns.enumerated() {
      for row in 0..<jacobian.rowCount { matrix[row, column] = jacobian[row, own] }
    }
    guard residuals.allSatisfy(\.isFinite), matrix.entries.allSatisfy(\.isFinite) else {
      return start
    }
    let steps = LinearLeastSquares(matrix).solve(residuals.map { -$0 }).parameters
    guard steps.allSatisfy(\.isFinite) else { return start }
    var solved = start
    for (column, own) in columns.enumerated() { solved[own] += steps[column] }
    return problem.box.clipped(solved)
  }

  /// What rounding leaves of a minimum of 0: some share of what the objective is near it, or where
  /// the search began if that is less.
  private func rounding(near result: SolverResult, _ height: Double) throws(RunError) -> Double {
    let moved = result.parameters.map { $0 == 0 ? 0x1p-6 : $0 * (1 + 0x1p-6) }
    let near = abs(try problem.objective(at: problem.box.clipped(moved)))
    let size = near < abs(height) ? near : abs(height)
    return size.isFinite ? 1e-16 * size : 0
  }

  /// Whether there are directions in which the residuals do not change.
  private func leavesDirections(_ result: SolverResult) throws(RunError) -> Bool {
    guard solver.residuals > 0, result.loss.isFinite, result.loss > 0 else { return false }
    let jacobian = try problem.linearization(at: result.parameters).jacobian
    guard jacobian.entries.allSatisfy(\.isFinite) else { return true }
    return LinearLeastSquares(jacobian).rank < min(problem.count, jacobian.rowCount)
  }

  /// The relative difference of two losses that are the same minimum; constraints are met only to
  /// within a tolerance.
  private var sameness: Double { solver.penalty == nil ? 1e-9 : 1e-6 }

  /// Whether another start costs little beside what people wait for.
  private var isAffordable: Bool {
    let size = max(rowCount, solver.residuals, 1) * problem.count
    return problem.gradientEvaluations * size < 50_000_000
      && problem.gradientEvaluations < 50_000
  }

  /// Nothing is below zero for a sum of squares.
  private func isLowest(_ result: SolverResult) -> Bool {
    solver.residuals > 0 && result.loss <= 1e-20 && result.reason != .infeasible
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
