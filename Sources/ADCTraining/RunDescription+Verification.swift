import ADCCalculus
package import ADCMachine
import ADCModel

extension RunDescription {
  /// What in the description does not go with a program, in words; nil where they belong together.
  ///
  /// A description of a model that was just compiled always does. One from a file may say anything,
  /// and a session relies on what is checked here: symbols with one role each, functions with the
  /// results that are read, first values that fill their parameters.
  package func mistake(with program: Program) -> String? {
    roleMistake(program) ?? startMistake(program) ?? functionMistake(program)
  }

  private func roleMistake(_ program: Program) -> String? {
    var uses: [(name: String, symbol: Int, role: Symbol.Role)] = []
    uses += inputs.map { ($0.name, $0.symbol, .input) }
    uses += parameters.map { ($0.name, $0.symbol, .parameter) }
    uses += states.map { ($0.name, $0.symbol, .state) }
    uses += environment.sorted { $0.key < $1.key }.map { ($0.key, $0.value, .environment) }
    var symbols: Set<Int> = []
    var names: Set<String> = []
    for use in uses {
      guard program.symbols.indices.contains(use.symbol) else {
        return "`\(use.name)` is a symbol that the program does not have"
      }
      let symbol = program.symbols[use.symbol]
      guard symbol.role == use.role else {
        return "`\(use.name)` is described as \(use.role), and the program has it as \(symbol.role)"
      }
      guard symbols.insert(use.symbol).inserted else { return "`\(use.name)` has two roles" }
      if use.role == .environment {
        guard symbol.shape.isScalar else { return "`\(use.name)` is not one number" }
      } else if !names.insert(use.name).inserted {
        return "two values have the name `\(use.name)`"
      }
    }
    return nil
  }

  private func startMistake(_ program: Program) -> String? {
    for parameter in parameters {
      guard case .values(let array) = parameter.start else { continue }
      let sizes = program.symbols[parameter.symbol].shape.dimensions
      let isFilled = array.isWhole && array.stretches(to: sizes.map(\.known))
      guard isFilled else {
        return "the first values of `\(parameter.name)` do not have its shape"
      }
    }
    return nil
  }

  private func functionMistake(_ program: Program) -> String? {
    let loss = [(name: "loss", shape: Shape.scalar)]
    if hasObjective {
      if let mistake = mistake(in: FunctionName.loss, of: program, loss) { return mistake }
      let gradients = parameters.map { ($0.name, program.symbols[$0.symbol].shape) }
      if let mistake = mistake(in: FunctionName.gradient, of: program, loss + gradients) {
        return mistake
      }
    }
    if isTrainable {
      guard hasObjective else { return "there is an optimizer, and no objective" }
      if let mistake = mistake(in: FunctionName.step, of: program, loss) { return mistake }
      if settings.accumulated ?? 1 > 1,
        let mistake = mistake(in: FunctionName.accumulate, of: program, loss)
      {
        return mistake
      }
      let changed = Set(parameters.map(\.symbol) + states.map(\.symbol))
      for name in [FunctionName.step, FunctionName.start, FunctionName.accumulate] {
        let updates = program.function(named: name)?.updates ?? []
        guard updates.allSatisfy({ changed.contains($0.symbol) }) else {
          return "`\(name)` changes what is no parameter and no state"
        }
      }
    }
    if let solver, let mistake = mistake(solver, program) { return mistake }
    if !metrics.isEmpty {
      let numbers = metrics.map { (name: $0, shape: Shape?.some(.scalar)) }
      if let mistake = mistake(in: FunctionName.metrics, of: program, numbers) { return mistake }
    }
    for state in states {
      guard let place = state.averaged else { continue }
      guard
        program.symbols[state.symbol].shape == program.symbols[parameters[place].symbol].shape
      else { return "`\(state.name)` does not have the shape of its parameter" }
    }
    if let mistake = reportMistake(program) { return mistake }
    guard !outputs.isEmpty else { return nil }
    if !outputBlocks.isEmpty,
      let mistake = mistake(
        inDerivatives: FunctionName.outputDerivatives, outputs.count, outputBlocks, program)
    {
      return mistake
    }
    if !outputResponses.isEmpty {
      let count = solver?.responses.count ?? 0
      guard outputResponses.count == outputs.count, outputResponses.allSatisfy({ $0 <= count }),
        program.function(named: FunctionName.errors)?.outputs.count == count
      else { return "the outputs' responses are not those of the description" }
    }
    return mistake(in: FunctionName.outputs, of: program, outputs.map { ($0, nil) })
  }

  private func reportMistake(_ program: Program) -> String? {
    if reports.isEmpty { return reportBlocks.isEmpty ? nil : "there are derivatives of no report" }
    return mistake(inDerivatives: FunctionName.reports, reports.count, reportBlocks, program)
  }

  private func mistake(_ solver: Solver, _ program: Program) -> String? {
    guard hasObjective else { return "there is a solver, and no objective" }
    let wrong = solver.arguments.sorted { $0.key < $1.key }.first {
      !solver.kind.takes($0.key, $0.value)
    }
    if let wrong { return "`\(wrong.key)` of the solver is \(wrong.value)" }
    if let mistake = residualMistake(solver, program) { return mistake }
    guard Set(solver.linear).count == solver.linear.count,
      solver.linear.allSatisfy(parameters.indices.contains),
      solver.linear.isEmpty || solver.residuals > 0
    else { return "the linear parameters of the solver are not the description's" }
    if let mistake = constraintMistake(solver, program) { return mistake }
    let shapes = parameterShapes(program)
    if program.function(named: FunctionName.hessian) != nil {
      var expected: [(name: String, shape: Shape?)] = []
      for (row, first) in shapes.enumerated() {
        for second in shapes.dropFirst(row) {
          expected.append(("\(expected.count)", Shape(first.dimensions + second.dimensions)))
        }
      }
      if let mistake = mistake(in: FunctionName.hessian, of: program, expected) { return mistake }
    }
    if program.function(named: FunctionName.hessianProduct) != nil {
      guard solver.directions.map({ program.symbols[$0].shape }) == shapes,
        isFree(solver.directions, program)
      else { return "the directions of `hessian_product` are not like the parameters" }
      return mistake(
        in: FunctionName.hessianProduct, of: program,
        shapes.enumerated().map { ("\($0.offset)", $0.element) })
    }
    return nil
  }

  private func parameterShapes(_ program: Program) -> [Shape] {
    parameters.map { program.symbols[$0.symbol].shape }
  }

  /// Whether symbols are variables of their own.
  private func isFree(_ symbols: [Int], _ program: Program) -> Bool {
    Set(symbols).count == symbols.count
      && symbols.allSatisfy { program.symbols[$0].role == .variable }
  }

  private func residualMistake(_ solver: Solver, _ program: Program) -> String? {
    guard solver.residuals > 0 else {
      return solver.blocks.isEmpty ? nil : "there are derivatives of residuals, and no residuals"
    }
    guard let residuals = program.function(named: FunctionName.residuals),
      residuals.outputs.count == solver.residuals, solver.responses.count <= solver.residuals
    else { return "`residuals` does not give what the description says" }
    if let mistake = mistake(
      inDerivatives: FunctionName.jacobian, solver.residuals, solver.blocks, program)
    {
      return mistake
    }
    guard !solver.responses.isEmpty else { return nil }
    let shapes = residuals.outputs.prefix(solver.responses.count).map {
      residuals.views[$0.view].shape
    }
    var expected: [(name: String, shape: Shape?)] = []
    for shape in shapes {
      for _ in 0..<solver.arraysOfResponse { expected.append(("\(expected.count)", shape)) }
    }
    return mistake(in: FunctionName.responses, of: program, expected)
  }

  private func constraintMistake(_ solver: Solver, _ program: Program) -> String? {
    guard let penalty = solver.penalty else {
      return solver.constraints.isEmpty ? nil : "there are constraints without a penalty"
    }
    guard isFree([penalty] + solver.constraints.map(\.shift), program),
      program.symbols[penalty].shape.isScalar
    else { return "the penalty or a shift of a constraint is no variable of its own" }
    if let mistake = mistake(
      inDerivatives: FunctionName.constraints, solver.constraints.count, solver.constraintBlocks,
      program)
    {
      return mistake
    }
    let function = program.function(named: FunctionName.constraints)
    for (place, constraint) in solver.constraints.enumerated() {
      guard let function,
        function.views[function.outputs[place].view].shape
          == program.symbols[constraint.shift].shape
      else { return "the shift of a constraint does not have its shape" }
    }
    let shapes = [Shape.scalar] + parameterShapes(program)
    return mistake(
      in: FunctionName.augmented, of: program,
      shapes.enumerated().map { ("\($0.offset)", $0.element) })
  }

  /// Arrays of any shape, then blocks: each of its array's shape, then its parameter's.
  private func mistake(
    inDerivatives name: String, _ count: Int, _ blocks: [Block], _ program: Program
  ) -> String? {
    guard let function = program.function(named: name), function.outputs.count >= count else {
      return "`\(name)` does not give what the description says"
    }
    let shapes = function.outputs.prefix(count).map { function.views[$0.view].shape }
    var expected = shapes.enumerated().map { (name: "\($0.offset)", shape: Shape?($0.element)) }
    for block in blocks {
      guard shapes.indices.contains(block.array), parameters.indices.contains(block.parameter)
      else { return "a block of derivatives has no place" }
      let parameter = program.symbols[parameters[block.parameter].symbol].shape
      expected.append(
        (
          "\(block.array),\(block.parameter)",
          Shape(shapes[block.array].dimensions + parameter.dimensions)
        ))
    }
    return mistake(in: name, of: program, expected)
  }

  private func mistake(
    in name: String, of program: Program, _ expected: [(name: String, shape: Shape?)]
  ) -> String? {
    guard let function = program.function(named: name) else {
      return "the program has no function `\(name)`"
    }
    guard function.outputs.map(\.name) == expected.map(\.name) else {
      return "`\(name)` does not give what the description says"
    }
    for (output, wanted) in zip(function.outputs, expected) {
      guard let shape = wanted.shape else { continue }
      guard function.views[output.view].shape == shape else {
        return "`\(output.name)` of `\(name)` does not have the shape \(shape)"
      }
    }
    return nil
  }
}

extension ShapedValues {
  /// Whether there are as many values as the sizes say.
  var isWhole: Bool {
    var count = 1
    for size in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard size >= 0, !overflow else { return false }
      count = product
    }
    return count == values.count
  }

  /// Whether repeating along missing axes and those of size 1 can give an array of these sizes, nil
  /// where a size is not known yet.
  func stretches(to sizes: [Int?]) -> Bool {
    shape.count <= sizes.count
      && zip(shape, sizes.suffix(shape.count)).allSatisfy { $0 == 1 || $1 == nil || $0 == $1 }
  }
}
