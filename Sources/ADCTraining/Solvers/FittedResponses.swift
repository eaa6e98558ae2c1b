import ADCMachine
import ADCPlatform

/// What was fitted, at a point: observations, what the model says, weights.
struct FittedResponses {
  /// What there is of a response, in the order of the arrays. All but the weights are over the errors
  /// that are given; the last three are there for a robust loss.
  private enum Part: Int {
    case observed, fitted, weights, bent, influences, slopes
  }

  /// All of the first response, and of the next.
  private var arrays: [[Double]] = []
  private let arraysOfResponse: Int
  private let isRobust: Bool

  fileprivate init(_ function: BoundFunction, _ solver: RunDescription.Solver) {
    (arraysOfResponse, isRobust) = (solver.arraysOfResponse, solver.isRobust)
    let count = solver.responses.count * arraysOfResponse
    arrays.reserveCapacity(count)
    for place in 0..<count { arrays.append(function.values(ofOutput: place)) }
  }

  private func array(_ part: Part, of response: Int) -> [Double] {
    arrays[response * arraysOfResponse + part.rawValue]
  }

  /// Of all responses, one after the other.
  private func whole(_ part: Part) -> [Double] {
    (0..<arrays.count / arraysOfResponse).flatMap { array(part, of: $0) }
  }

  /// The sum of the logarithms of the errors.
  var logarithmOfErrors: Double {
    var sum = 0.0
    for response in 0..<arrays.count / arraysOfResponse {
      for weight in array(.weights, of: response) where weight != 1 { sum -= LibM.log(weight) }
    }
    return sum
  }

  /// Nil where the loss is that of squares, of all residuals.
  func influence(of loss: Double) -> ResidualInfluence? {
    guard isRobust else { return nil }
    let bent = whole(.bent)
    guard !bent.isEmpty else { return nil }
    let residuals = zip(whole(.fitted), whole(.observed)).map { $0 - $1 }
    guard loss < VectorMath.dot(residuals, residuals) * (1 - 1e-9) else { return nil }
    return ResidualInfluence(
      residuals: residuals, bent: bent, values: whole(.influences), slopes: whole(.slopes))
  }

  /// 1 - (residual sum of squares) / (sum of squares about the weighted mean) of each response, and
  /// the residual sum of squares of all, which a robust loss is less than.
  func addDeterminations(_ names: [String], to summary: inout SolverReport) {
    for (place, name) in names.enumerated() {
      let (observed, fitted) = (array(.observed, of: place), array(.fitted, of: place))
      let weights = array(.weights, of: place)
      let mean = VectorMath.dot(weights, observed) / VectorMath.dot(weights, weights)
      var (squares, whole) = (0.0, 0.0)
      for row in observed.indices {
        let left = observed[row] - fitted[row]
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
