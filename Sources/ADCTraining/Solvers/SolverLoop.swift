/// The iterations of a method that goes from point to point: what it tells of them, and how it
/// ends.
struct SolverLoop {
  private let box: Box
  private var iterations = 0
  /// Iterations one after the other that gained next to nothing.
  private var quiet = 0

  init(in box: Box) { self.box = box }

  /// Tells of an iteration that led to a point; why the run ends there, nil where it goes on.
  mutating func reason(
    toEndAt current: EvaluatedPoint, isQuiet: Bool, _ report: (SolverProgress) -> Bool
  ) -> SolverResult.Reason? {
    iterations += 1
    quiet = isQuiet ? quiet + 1 : 0
    let progress = SolverProgress(iteration: iterations, loss: current.value)
    guard report(progress) else { return .interrupted }
    // Near a minimum of 0 with an edge, every step can promise as much as the one before.
    return quiet >= 2 ? .converged : nil
  }

  /// Counts an iteration that only began again.
  mutating func beginAgain() { iterations += 1 }

  /// What the run ends with at a point.
  func result(at current: EvaluatedPoint, _ reason: SolverResult.Reason) -> SolverResult {
    SolverResult(
      parameters: current.point, loss: current.value, iterations: iterations, reason: reason,
      optimality: current.optimality(in: box))
  }
}
