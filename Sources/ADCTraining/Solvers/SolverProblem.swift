import ADCCalculus
import ADCMachine

/// A session's objective as functions of one vector of all parameters, in the order of declaration.
///
/// Every evaluation leaves the parameters in the session; non-finite values are passed on.
final class SolverProblem {
  let session: Session
  let count: Int
  /// Where parameters may be; one is held where its ends are equal.
  var box: Box
  /// The number of residuals, once they were asked for.
  private(set) var residualCount = 0
  private(set) var lossEvaluations = 0
  private(set) var gradientEvaluations = 0
  /// Whole matrices and products with vectors.
  private(set) var hessianEvaluations = 0
  /// Of each parameter the places of its components.
  let ranges: [Range<Int>]
  /// Of the parameters.
  private let symbols: [Int]
  private let rows: Int

  init(_ session: Session, rows: Int) {
    self.session = session
    self.rows = rows
    let parameters = session.description.parameters
    ranges = ParameterLayout(session).ranges
    count = ranges.last?.upperBound ?? 0
    box = Box(lower: [], upper: [])
    box.lower.reserveCapacity(count)
    box.upper.reserveCapacity(count)
    var symbols: [Int] = []
    symbols.reserveCapacity(parameters.count)
    for place in parameters.indices {
      symbols.append(parameters[place].symbol)
      for _ in ranges[place] {
        box.lower.append(parameters[place].lower)
        box.upper.append(parameters[place].upper)
      }
    }
    self.symbols = symbols
  }

  private var description: RunDescription { session.description }

  /// The names of the vector's components: `b`, `W[2, 0]`.
  func componentNames() throws(RunError) -> [String] {
    var names: [String] = []
    names.reserveCapacity(count)
    for parameter in description.parameters {
      guard !session.program.symbols[parameter.symbol].shape.isScalar else {
        names.append(parameter.name)
        continue
      }
      let sizes = try session.shape(of: parameter.symbol)
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
    var result = [Double](repeating: 0, count: count)
    result.withUnsafeMutableBufferPointer { result in
      guard let start = result.baseAddress else { return }
      for (place, range) in ranges.enumerated() {
        session.memory.copyValues(of: symbols[place], to: start + range.lowerBound)
      }
    }
    return result
  }

  /// Sets the session's parameters.
  func set(_ point: UnsafePointer<Double>) {
    for place in symbols.indices {
      let range = ranges[place]
      session.memory.write(
        UnsafeBufferPointer(start: point + range.lowerBound, count: range.count),
        to: symbols[place])
    }
  }

  /// Evaluates a function on the rows that the inputs hold.
  func evaluate(_ name: String, at point: [Double]) throws(RunError) -> BoundFunction {
    set(point)
    let function = try session.function(name, rows: rows)
    try session.evaluate(function)
    return function
  }

  private var hasConstraints: Bool { description.solver?.penalty != nil }

  /// The model's objective, without what constraints add.
  func objective(at point: [Double]) throws(RunError) -> Double {
    lossEvaluations += 1
    return try evaluate(FunctionName.loss, at: point).scalar(ofOutput: 0)
  }

  /// What a solver makes small.
  func loss(at point: [Double]) throws(RunError) -> Double {
    guard hasConstraints else { return try objective(at: point) }
    lossEvaluations += 1
    return try evaluate(FunctionName.augmented, at: point).scalar(ofOutput: 0)
  }

  func gradient(at point: [Double]) throws(RunError) -> SmoothFunction.Evaluation {
    lossEvaluations += 1
    gradientEvaluations += 1
    let name = hasConstraints ? FunctionName.augmented : FunctionName.gradient
    let function = try evaluate(name, at: point)
    return (function.scalar(ofOutput: 0), whole(function, first: 1))
  }

  /// One array for each parameter, as one vector.
  private func whole(_ function: BoundFunction, first: Int) -> [Double] {
    var result = [Double](repeating: 0, count: count)
    result.withUnsafeMutableBufferPointer { result in
      for (output, range) in ranges.enumerated() {
        function.copyValues(
          ofOutput: first + output, to: UnsafeMutableBufferPointer(rebasing: result[range]))
      }
    }
    return result
  }

  func linearization(at point: [Double]) throws(RunError) -> (
    residuals: [Double], jacobian: ColumnMatrix
  ) {
    lossEvaluations += 1
    gradientEvaluations += 1
    guard let solver = description.solver else {
      return ([], ColumnMatrix(rowCount: 0, columnCount: count))
    }
    let arrays = try derivatives(
      FunctionName.jacobian, solver.residuals, solver.blocks, at: point)
    return (arrays.values.flatMap { $0 }, arrays.jacobian)
  }

  /// The arrays that a function gives, and their derivatives by all parameters, a row for each
  /// element.
  func derivatives(
    _ name: String, _ arrays: Int, _ blocks: [RunDescription.Block], at point: [Double]
  ) throws(RunError) -> (values: [[Double]], jacobian: ColumnMatrix) {
    let function = try evaluate(name, at: point)
    return ParameterLayout(ranges: ranges).derivatives(function, arrays, blocks)
  }

  // MARK: Second derivatives

  /// The second derivatives by all parameters, symmetric.
  func hessian(at point: [Double]) throws(RunError) -> ColumnMatrix {
    hessianEvaluations += 1
    let function = try evaluate(FunctionName.hessian, at: point)
    var matrix = ColumnMatrix(rowCount: count, columnCount: count)
    var output = 0
    for (first, rows) in ranges.enumerated() {
      for columns in ranges.dropFirst(first) {
        let values = function.values(ofOutput: output)
        for (row, x) in rows.enumerated() {
          for (column, y) in columns.enumerated() {
            matrix[x, y] = values[row * columns.count + column]
            matrix[y, x] = matrix[x, y]
          }
        }
        output += 1
      }
    }
    return matrix
  }

  /// The product of the second derivatives with a vector.
  func hessianProduct(
    at point: [Double], along direction: [Double]
  ) throws(RunError) -> [Double] {
    hessianEvaluations += 1
    for (symbol, range) in zip(description.solver?.directions ?? [], ranges) {
      session.memory.set(symbol, Array(direction[range]))
    }
    return whole(try evaluate(FunctionName.hessianProduct, at: point), first: 0)
  }

  // MARK: Constraints

  /// The constraints' values, one array for each, and their derivatives.
  func constraints(
    at point: [Double]
  ) throws(RunError) -> (values: [[Double]], jacobian: ColumnMatrix) {
    guard let solver = description.solver else {
      return ([], ColumnMatrix(rowCount: 0, columnCount: count))
    }
    return try derivatives(
      FunctionName.constraints, solver.constraints.count, solver.constraintBlocks, at: point)
  }

  /// Sets what constraints add to the objective.
  func set(penalty: Double, shifts: [[Double]]) {
    guard let solver = description.solver, let symbol = solver.penalty else { return }
    session.memory.set(symbol, [penalty])
    for (constraint, shift) in zip(solver.constraints, shifts) {
      session.memory.set(constraint.shift, shift)
    }
  }

  /// For each constraint's elements whether they are equalities.
  func areEqualities(_ values: [[Double]]) -> [Bool] {
    zip(description.solver?.constraints ?? [], values).flatMap { constraint, values in
      [Bool](repeating: constraint.isEquality, count: values.count)
    }
  }

  // MARK: For solvers

  var smooth: SmoothFunction {
    var function = SmoothFunction(
      box: box, value: { [self] point throws(RunError) in try loss(at: point) },
      gradient: { [self] point throws(RunError) in try gradient(at: point) })
    function.hessian = { [self] point throws(RunError) in try hessian(at: point) }
    function.hessianProduct = { [self] point, direction throws(RunError) in
      try hessianProduct(at: point, along: direction)
    }
    return function
  }

  /// The residuals of a solver straight from where their functions, bound once, leave them.
  func leastSquares(_ solver: RunDescription.Solver) throws(RunError) -> LeastSquaresFunction {
    let values = try session.function(FunctionName.residuals, rows: rows)
    let derivatives = try session.function(FunctionName.jacobian, rows: rows)
    let reader = JacobianReader(
      derivatives, arrays: solver.residuals, solver.blocks, ranges)
    residualCount = reader.rowCount
    return LeastSquaresFunction(
      box: box, count: reader.rowCount,
      residuals: { [self] point, residuals throws(RunError) in
        lossEvaluations += 1
        set(point)
        try session.evaluate(values)
        reader.readResiduals(values, to: residuals)
      },
      linearization: { [self] point, residuals throws(RunError) in
        lossEvaluations += 1
        gradientEvaluations += 1
        set(point)
        try session.evaluate(derivatives)
        reader.readResiduals(derivatives, to: residuals)
        reader.locate(derivatives)
      },
      derivatives: { rows, target, distance in
        reader.read(rows, to: target, distance: distance)
      })
  }
}

/// Where the elements of each parameter lie in a vector of all.
struct ParameterLayout {
  let ranges: [Range<Int>]

  init(ranges: [Range<Int>]) { self.ranges = ranges }

  /// Of a session's parameters, in the order of declaration.
  init(_ session: Session) {
    let parameters = session.description.parameters
    var ranges: [Range<Int>] = []
    ranges.reserveCapacity(parameters.count)
    var start = 0
    for place in parameters.indices {
      let own = session.memory.count(of: parameters[place].symbol)
      ranges.append(start..<start + own)
      start += own
    }
    self.ranges = ranges
  }

  /// The first outputs of a function as arrays, and the others, which are blocks of derivatives, as
  /// one matrix: a row for each element of the arrays.
  func derivatives(
    _ function: BoundFunction, _ arrays: Int, _ blocks: [RunDescription.Block]
  ) -> (values: [[Double]], jacobian: ColumnMatrix) {
    let values = (0..<arrays).map { function.values(ofOutput: $0) }
    var starts: [Int] = []
    var total = 0
    for part in values {
      starts.append(total)
      total += part.count
    }
    var jacobian = ColumnMatrix(rowCount: total, columnCount: ranges.last?.upperBound ?? 0)
    for (place, block) in blocks.enumerated() {
      let entries = function.values(ofOutput: arrays + place)
      let (columns, first) = (ranges[block.parameter], starts[block.array])
      let width = columns.count
      for row in 0..<values[block.array].count {
        for column in 0..<width {
          jacobian[first + row, columns.lowerBound + column] = entries[row * width + column]
        }
      }
    }
    return (values, jacobian)
  }
}
