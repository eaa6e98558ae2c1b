/// A fit's estimates and their statistics, at the parameters that a session has.
package struct FitSummary: Sendable {
  /// The names of the parameters' components, `b` or `W[2, 0]`.
  package let names: [String]
  package let values: [Double]
  package let statistics: FitStatistics

  /// - Returns: nil for a model that is no `fit`, and where a residual or its derivative is no
  ///   number.
  package init?(_ session: Session) throws(RunError) {
    guard let solver = session.description.solver, !solver.responses.isEmpty else { return nil }
    let problem = SolverProblem(session, rows: session.dataset.rowCount ?? 0)
    let point = problem.point
    session.feed(rows: session.allRows)
    let (residuals, jacobian) = try problem.linearization(at: point)
    guard residuals.allSatisfy(\.isFinite), jacobian.entries.allSatisfy(\.isFinite) else {
      return nil
    }
    let gradient = jacobian.transposedTimes(residuals)
    let fixed = point.indices.filter { problem.box.holds($0, at: point, gradient: gradient) }
    names = try problem.componentNames()
    values = point
    statistics = FitStatistics(residuals: residuals, jacobian: jacobian, fixed: Set(fixed))
  }
}
