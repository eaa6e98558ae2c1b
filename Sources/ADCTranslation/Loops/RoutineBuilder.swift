import ADCCalculus
import ADCMachine

/// Makes a function of the program a routine of a file.
struct RoutineBuilder {
  let model: TranslatedModel
  /// What the language is called.
  let language: String
  /// The words that a routine may not use.
  let reserved: NameTable
  /// The names of the dimensions.
  let sizes: [String: String]
  let tables: [Int: String]
  /// The names of symbols; what has none gets one.
  var fixed: [Int: String] = [:]

  /// What a routine is called and does.
  struct Request {
    /// The function of the program.
    var function: String
    var name: String
    /// Whether it takes all inputs and parameters, or those that it reads.
    var takesAll = true
    var gradientNames = false
  }

  func routine(_ request: Request) throws(TranslationError) -> Routine? {
    guard let function = model.program.function(named: request.function),
      !function.outputs.isEmpty || !function.updates.isEmpty
    else { return nil }
    let names = NameTable(copy: reserved)
    // What is a function's name to all may be a number's in one of them.
    if !fixed.values.contains("loss"), !sizes.values.contains("loss") { names.release("loss") }
    let labels = request.gradientNames ? model.labels : model.labels.ofAll
    let context = RoutineContext(
      model.program, names: names, sizes: sizes, labels: labels, tables: tables)
    let updated = Set(function.updates.map(\.symbol))
    let read = symbols(of: function)
    var routine = Routine(name: request.name)
    var homes: [Int: Home] = [:]
    func add(_ variables: [TranslatedModel.Variable], _ kind: Routine.Parameter.Kind, all: Bool) {
      for variable in variables {
        let isUsed = read.contains(variable.symbol) || updated.contains(variable.symbol)
        guard isUsed || all else { continue }
        let name = fixed[variable.symbol] ?? names.fresh(variable.name)
        let shape = model.shape(variable)
        let isWritten = updated.contains(variable.symbol)
        routine.parameters.append(
          Routine.Parameter(
            name: name, kind: kind, shape: shape, isWritten: isWritten, symbol: variable.symbol,
            isUsed: isUsed))
        homes[variable.symbol] = Home(
          place: shape.isScalar && !isWritten
            ? .local(name) : .array(name, isScalar: shape.isScalar))
      }
    }
    add(model.inputs, .input, all: request.takesAll)
    add(model.parameters, .parameter, all: request.takesAll)
    add(model.states, .state, all: false)
    add(model.environment, .environment, all: false)
    let code = FunctionCode(function, symbols: homes, context)
    let copied = prepareOutputs(function, request, names, code, &routine)
    prepareUpdates(function, homes, code)
    do throws(TranslationError) {
      try code.writeInstructions()
    } catch {
      throw TranslationError("\(language) has no \(error.message), which `\(request.name)` needs")
    }
    try writeOutputs(function, copied, code, &routine)
    try writeUpdates(function, homes, code)
    // What has a known size comes first, at known distances.
    routine.rooms =
      context.rooms.filter { $0.count.known != nil }
      + context.rooms.filter { $0.count.known == nil }
    routine.body = code.statements
    return routine
  }

  /// The symbols that a function reads.
  private func symbols(of function: Function) -> Set<Int> {
    var result: Set<Int> = []
    for view in function.views {
      if case .root(.symbol(let symbol)) = view.source { result.insert(symbol) }
    }
    return result
  }

  /// Outputs that are whole buffers are computed where the caller wants them.
  private func prepareOutputs(
    _ function: Function, _ request: Request, _ names: NameTable, _ code: FunctionCode,
    _ routine: inout Routine
  ) -> [(name: String, output: Function.Output)] {
    var copied: [(name: String, output: Function.Output)] = []
    var aliased: Set<Int> = []
    let returnsLoss = request.function != "outputs" || model.outputsBeginWithLoss
    for (place, output) in function.outputs.enumerated() {
      let buffer: Int? =
        if case .root(.buffer(let buffer)) = function.views[output.view].source { buffer } else {
          nil
        }
      if place == 0, output.name == "loss", returnsLoss {
        if let buffer, code.readers[buffer] == 1, function.updates.isEmpty {
          code.deferred.insert(buffer)
        }
        if let buffer { code.words[buffer] = "loss" }
        copied.append(("", output))
        continue
      }
      let name = names.fresh(request.gradientNames ? "d_\(output.name)" : output.name)
      let shape = function.views[output.view].shape
      routine.parameters.append(
        Routine.Parameter(name: name, kind: .output, shape: shape, isWritten: true, symbol: -1))
      if let buffer, !shape.isScalar, !aliased.contains(buffer), function.buffers[buffer] == shape {
        aliased.insert(buffer)
        code.setHome(Home(place: .array(name, isScalar: false)), ofBuffer: buffer)
      } else {
        if let buffer, shape.knownCount == 1, code.readers[buffer] == 1 {
          code.deferred.insert(buffer)
        }
        copied.append((name, output))
      }
    }
    return copied
  }

  /// Updates whose buffer can be the symbol itself: nothing reads the old value afterwards.
  private func prepareUpdates(
    _ function: Function, _ homes: [Int: Home], _ code: FunctionCode
  ) {
    for update in function.updates {
      if case .root(.buffer(let buffer)) = function.views[update.view].source,
        let home = homes[update.symbol], case .array(let name, _) = home.place
      {
        code.words[buffer] = code.words[buffer] ?? name + "_next"
      }
      guard case .root(.buffer(let buffer)) = function.views[update.view].source,
        let home = homes[update.symbol], case .array(_, isScalar: false) = home.place,
        function.buffers[buffer] == model.program.symbols[update.symbol].shape,
        !code.inPlace.contains(buffer), isLast(buffer, of: update.symbol, function)
      else { continue }
      code.inPlace.insert(buffer)
      code.setHome(home, ofBuffer: buffer)
    }
  }

  /// Whether the loop that makes a buffer is the last to read a symbol, and element by element.
  private func isLast(_ buffer: Int, of symbol: Int, _ function: Function) -> Bool {
    let outer = function.outputs.map(\.view) + function.updates.map(\.view)
    for view in outer where function.root(of: view) == .symbol(symbol) { return false }
    guard let writer = function.instructions.firstIndex(where: { $0.writes.contains(buffer) }),
      case .loop(let kernel) = function.instructions[writer], kernel.stores.contains(buffer)
    else { return false }
    for instruction in function.instructions[(writer + 1)...] {
      for view in instruction.reads where function.root(of: view) == .symbol(symbol) {
        return false
      }
    }
    for view in function.instructions[writer].reads
    where function.root(of: view) == .symbol(symbol) {
      guard case .root = function.views[view].source, function.views[view].shape == kernel.space
      else { return false }
    }
    return true
  }

  private func writeOutputs(
    _ function: Function, _ copied: [(name: String, output: Function.Output)],
    _ code: FunctionCode, _ routine: inout Routine
  ) throws(TranslationError) {
    for (name, output) in copied {
      let source = try code.placement(output.view)
      if name.isEmpty {
        let value = code.element(source, [])
        if function.updates.isEmpty {
          routine.result = value
        } else {
          // What follows changes the parameters.
          let kept = code.context.names.fresh("value")
          if case .name = value {
            routine.result = value
          } else {
            code.statements.append(.constant(kept, value))
            routine.result = .name(kept)
          }
        }
        continue
      }
      code.copy(
        from: source,
        to: Pointer(
          array: name, place: .zero, isScalar: function.views[output.view].shape.isScalar))
    }
  }

  private func writeUpdates(
    _ function: Function, _ homes: [Int: Home], _ code: FunctionCode
  ) throws(TranslationError) {
    for update in function.updates {
      guard let home = homes[update.symbol], case .array(let array, let isScalar) = home.place
      else { continue }
      if case .buffer(let buffer) = function.root(of: update.view), code.inPlace.contains(buffer) {
        continue
      }
      let sizes = code.sizes(model.program.symbols[update.symbol].shape)
      let source = try code.placement(update.view).broadcast(to: sizes)
      code.copy(from: source, to: Pointer(array: array, place: .zero, isScalar: isScalar))
    }
  }
}
