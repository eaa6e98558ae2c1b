import ADCMachine
import ADCPlatform

/// What was fitted, at a point: observations, what the model says, weights.
struct FittedResponses {
  /// One for each response; all over the errors that are given.
  private var observed: [[Double]] = []
  private var fitted: [[Double]] = []
  private var weights: [[Double]] = []
  /// Of a robust loss, for all responses one after the other.
  private var bent: [Double] = []
  private var influences: [Double] = []
  private var slopes: [Double] = []

  fileprivate init(_ function: BoundFunction, _ solver: RunDescription.Solver) {
    for place in solver.responses.indices {
      let first = place * solver.arraysOfResponse
      observed.append(function.values(ofOutput: first))
      fitted.append(function.values(ofOutput: first + 1))
      weights.append(function.values(ofOutput: first + 2))
      guard solver.isRobust else { continue }
      bent += function.values(ofOutput: first + 3)
      influences += function.values(ofOutput: first + 4)
      slopes += function.values(ofOutput: first + 5)
    }
  }

  /// The sum of the logarithms of the errors.
  var logarithmOfErrors: Double {
    var sum = 0.0
    for weights in weights {
      for weight in weights where weight != 1 { sum -= LibM.log(weight) }
    }
    return sum
  }

  /// Nil where the loss is that of squares, of all residuals.
  func influence(of loss: Double) -> ResidualInfluence? {
    guard !bent.isEmpty else { return nil }
    let residuals = zip(fitted.joined(), observed.joined()).map { $0 - $1 }
    guard loss < VectorMath.dot(residuals, residuals) * (1 - 1e-9) else { return nil }
    return ResidualInfluence(
      residuals: residuals, bent: bent, values: influences, slopes: slopes)
  }

  /// 1 - (residual sum of squares) / (sum of squares about the weighted mean) of each response, and
  /// the residual sum of squares of all, which a robust loss is less than.
  func addDeterminations(_ names: [String], to summary: inout SolverReport) {
    for (place, name) in names.enumerated() {
      let (observed, weights) = (observed[place], weights[place])
      let mean = VectorMath.dot(weights, observed) / VectorMath.dot(weights, weights)
      var (squares, whole) = (0.0, 0.0)
      for row in observed.indices {
        let left = observed[row] - fitted[place][row]
        let about = observed[row] - mean * weights[row]
        squares += left * left
        whole += about * about
      }
      summary.squares += squares
      summary.determinations.append((name, 1 - squares / whole))
    }
  }
}

extension SolverRun {
  func responses(at point: [Double]) throws(RunError) -> FittedResponses {
    FittedResponses(try problem.evaluate(FunctionName.responses, at: point), solver)
  }

  /// Errors that are given are greater than 0; those that are 0 are found where the loss is not
  /// finite.
  func checkErrors() throws(RunError) {
    guard solver.isWeighted else { return }
    let function = try session.evaluate(FunctionName.responses, rows: 0..<rowCount)
    for (place, name) in solver.responses.enumerated() {
      let weights = function.values(ofOutput: place * solver.arraysOfResponse + 2)
      guard let row = weights.firstIndex(where: { $0 < 0 }) else { continue }
      throw .setting(
        "`sigma` must be greater than 0, and that of `\(name)` is \(1 / weights[row]) in "
          + "data row \((session.dataRow(row) ?? row) + 1)")
    }
  }
}
