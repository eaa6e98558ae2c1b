import ADCCalculus
import ADCMachine

/// A session's objective as functions of one vector of all parameters, in the order of declaration.
///
/// Every evaluation leaves the parameters in the session; non-finite values are passed on.
final class SolverProblem {
  let session: Session
  let count: Int
  let box: Box
  private(set) var lossEvaluations = 0
  private(set) var gradientEvaluations = 0
  private let ranges: [Range<Int>]
  private let rows: Int

  init(_ session: Session, rows: Int) {
    self.session = session
    self.rows = rows
    var ranges: [Range<Int>] = []
    var box = Box(lower: [], upper: [])
    var start = 0
    for parameter in session.description.parameters {
      let own = session.memory.count(of: parameter.symbol)
      ranges.append(start..<start + own)
      box.lower += [Double](repeating: parameter.lower, count: own)
      box.upper += [Double](repeating: parameter.upper, count: own)
      start += own
    }
    self.ranges = ranges
    self.box = box
    count = start
  }

  private var description: RunDescription { session.description }

  /// The names of the vector's components: `b`, `W[2, 0]`.
  func componentNames() throws(RunError) -> [String] {
    var names: [String] = []
    for parameter in description.parameters {
      let sizes = try session.shape(of: parameter.symbol)
      guard !sizes.isEmpty else {
        names.append(parameter.name)
        continue
      }
      for element in 0..<sizes.reduce(1, *) {
        var places: [String] = []
        var rest = element
        for size in sizes.reversed() {
          places.insert("\(rest % size)", at: 0)
          rest /= size
        }
        names.append("\(parameter.name)[\(places.joined(separator: ", "))]")
      }
    }
    return names
  }

  /// The session's parameters.
  var point: [Double] {
    description.parameters.flatMap { session.memory.values(of: $0.symbol) }
  }

  /// Sets the session's parameters.
  func set(_ point: [Double]) {
    for (parameter, range) in zip(description.parameters, ranges) {
      let base = session.memory.base(of: parameter.symbol)
      for (place, element) in range.enumerated() { base[place] = point[element] }
    }
  }

  private func evaluate(_ name: String, at point: [Double]) throws(RunError) -> BoundFunction {
    set(point)
    let function = try session.function(name, rows: rows)
    try session.evaluate(function)
    return function
  }

  func loss(at point: [Double]) throws(RunError) -> Double {
    lossEvaluations += 1
    return try evaluate(FunctionName.loss, at: point).scalar(ofOutput: 0)
  }

  func gradient(at point: [Double]) throws(RunError) -> SmoothFunction.Evaluation {
    lossEvaluations += 1
    gradientEvaluations += 1
    let function = try evaluate(FunctionName.gradient, at: point)
    var gradient = [Double](repeating: 0, count: count)
    gradient.withUnsafeMutableBufferPointer { gradient in
      for (output, range) in ranges.enumerated() {
        function.copyValues(
          ofOutput: output + 1, to: UnsafeMutableBufferPointer(rebasing: gradient[range]))
      }
    }
    return (function.scalar(ofOutput: 0), gradient)
  }

  func residuals(at point: [Double]) throws(RunError) -> [Double] {
    lossEvaluations += 1
    return values(try evaluate(FunctionName.residuals, at: point))
  }

  private func values(_ function: BoundFunction) -> [Double] {
    (0..<(description.solver?.residuals ?? 0)).flatMap { function.values(ofOutput: $0) }
  }

  func linearization(at point: [Double]) throws(RunError) -> LeastSquaresFunction.Linearization {
    lossEvaluations += 1
    gradientEvaluations += 1
    let function = try evaluate(FunctionName.jacobian, at: point)
    guard let solver = description.solver else {
      return ([], ColumnMatrix(rowCount: 0, columnCount: count))
    }
    let residuals = (0..<solver.residuals).map { function.values(ofOutput: $0) }
    var starts: [Int] = []
    var total = 0
    for part in residuals {
      starts.append(total)
      total += part.count
    }
    var jacobian = ColumnMatrix(rowCount: total, columnCount: count)
    for (place, block) in solver.blocks.enumerated() {
      let values = function.values(ofOutput: solver.residuals + place)
      let (columns, first) = (ranges[block.parameter], starts[block.residual])
      let width = columns.count
      for row in 0..<residuals[block.residual].count {
        for column in 0..<width {
          jacobian[first + row, columns.lowerBound + column] = values[row * width + column]
        }
      }
    }
    return (residuals.flatMap { $0 }, jacobian)
  }

  var smooth: SmoothFunction {
    SmoothFunction(
      box: box, value: { [self] point throws(RunError) in try loss(at: point) },
      gradient: { [self] point throws(RunError) in try gradient(at: point) })
  }

  var leastSquares: LeastSquaresFunction {
    LeastSquaresFunction(
      box: box, residuals: { [self] point throws(RunError) in try residuals(at: point) },
      linearization: { [self] point throws(RunError) in try linearization(at: point) })
  }
}
