import ADCCalculus
import ADCMachine

extension FunctionCode {
  /// Elementwise work and reductions over one space.
  func write(_ kernel: LoopKernel) throws(TranslationError) {
    let values = LoopValues(kernel)
    if kernel.space.isScalar || kernel.space.knownCount == 1 {
      try writeScalars(kernel, values)
    } else if let sums = try flat(kernel) {
      try writeFlat(kernel, values, sums)
    } else {
      try writeNested(kernel, values)
    }
  }

  /// The operands of a loop as placements over its space.
  private func operands(
    _ kernel: LoopKernel
  ) throws(TranslationError) -> [Placement?] {
    let space = sizes(kernel.space)
    var result: [Placement?] = []
    for input in kernel.inputs {
      if case .view(let view) = input {
        result.append(try placement(view).broadcast(to: space))
      } else {
        result.append(nil)
      }
    }
    return result
  }

  private func input(
    _ kernel: LoopKernel, _ place: Int, _ operands: [Placement?], _ counters: [Quantity]
  ) -> Value {
    switch kernel.inputs[place] {
    case .number(let value): .number(value)
    case .size(let size): .size(context.quantity(size))
    case .view: operands[place].map { element($0, counters) } ?? .number(.nan)
    }
  }

  // MARK: One element

  private func writeScalars(
    _ kernel: LoopKernel, _ values: LoopValues
  ) throws(TranslationError) {
    let operands = try operands(kernel)
    let zeros = sizes(kernel.space).map { _ in Quantity.zero }
    var body = LoopBody(values, program.precision) { [self] in input(kernel, $0, operands, zeros) }
    for place in values.definitions.indices {
      let definition = values.definitions[place]
      for store in definition.stores { keep(kernel.stores[store], place, &body) }
      if definition.stores.isEmpty { body.name(place, in: context, &statements) }
    }
    for (reduction, operand) in zip(kernel.reductions, values.reduced) {
      buffers(reduction.to, is: body.value(operand))
    }
  }

  /// Gives the number of a buffer a name, or writes it where the one who reads it does.
  private func keep(_ buffer: Int, _ place: Int, _ body: inout LoopBody) {
    let value = body.expression(place)
    if !isArray(buffer), case .number = value {
      setHome(Home(place: .value(value)), ofBuffer: buffer)
      body.set(place, value)
      return
    }
    if isArray(buffer) {
      let target = makeArray(buffer)
      if body.uses(place) == 0 {
        statements.append(.assign(target, value))
        return
      }
      let name = context.names.temporary()
      statements.append(.constant(name, value))
      statements.append(.assign(target, .name(name)))
      body.set(place, .name(name))
      return
    }
    if isDeferred(buffer), body.uses(place) == 0 {
      setHome(Home(place: .value(value)), ofBuffer: buffer)
      return
    }
    guard case .local(let name) = makeHome(buffer).place else { return }
    statements.append(.constant(name, value))
    body.set(place, .name(name))
  }

  /// Gives a buffer of one number its value.
  func buffers(_ buffer: Int, is value: Value) {
    if isArray(buffer) {
      statements.append(.assign(makeArray(buffer), value))
    } else if case .local(let name) = makeHome(buffer).place {
      statements.append(.constant(name, value))
    }
  }

  private func isArray(_ buffer: Int) -> Bool {
    if case .array = home(.buffer(buffer)).place { true } else { false }
  }

  // MARK: One loop with sums of everything

  /// The element's number of one flat loop, where all operands are read in row-major order or do
  /// not move, and all reductions take everything; nil where that is not so.
  private func flat(
    _ kernel: LoopKernel
  ) throws(TranslationError) -> [Placement?]? {
    let space = sizes(kernel.space)
    let operands = try operands(kernel)
    let long = space.indices.filter { !space[$0].isOne }
    for reduction in kernel.reductions {
      guard long.allSatisfy({ reduction.axes.contains($0) }) else { return nil }
    }
    var walks = operands.compactMap { $0?.strides }
    walks.append(Placement.rowMajor(space))
    return Self.merged(space, walks).count == 1 ? operands : nil
  }

  private func writeFlat(
    _ kernel: LoopKernel, _ values: LoopValues, _ operands: [Placement?]
  ) throws(TranslationError) {
    let space = sizes(kernel.space)
    let count = space.reduce(.one, *)
    let last = space.lastIndex { !$0.isOne } ?? 0
    let counter = context.names.counter()
    defer { context.names.release(counter) }
    var counters = [Quantity](repeating: .zero, count: space.count)
    counters[last] = Quantity(name: counter)
    let isShort = (count.known ?? .max) <= chunk
    let start: Quantity = isShort ? .zero : Quantity(name: "start")
    var body = LoopBody(values, program.precision) { [self] in input(kernel, $0, operands, counters)
    }
    var lanes: [Statement] = []
    let (stored, stores) = stores(kernel, values, counters, &body, &lanes)
    var folds = FlatFolds()
    let length: Quantity = isShort ? count : Quantity(name: "end") - start
    for (reduction, operand) in zip(kernel.reductions, values.reduced) {
      var part = Pointer(array: "", place: start)
      if case .definition(let place) = operand, let store = values.definitions[place].stores.first,
        stored.contains(kernel.stores[store]),
        case .array(let array, _) = home(.buffer(kernel.stores[store])).place
      {
        part.array = array
        part.place = start + home(.buffer(kernel.stores[store])).offset
      } else if reduction.kind == .sum || reduction.kind == .product {
        part = Pointer(array: context.part(folds.parts), place: .zero)
        folds.parts += 1
        lanes.append(
          .assign(
            Pointer(array: part.array, place: Quantity(name: counter) - start),
            body.value(operand)))
      }
      switch reduction.kind {
      case .sum: addSum(of: part, length, reduction, isShort: isShort, &folds)
      case .product: addProduct(of: part, length, reduction, &folds)
      default:
        let isGreatest = reduction.kind == .maximum
        let name = scalarName(reduction)
        statements.append(.variable(name, .number(isGreatest ? -Double.infinity : .infinity)))
        let element = Value.call(
          isGreatest ? .greatest : .least, [.value(.name(name)), .value(body.value(operand))])
        lanes.append(.assignName(name, element))
      }
    }
    lanes += stores
    if isShort {
      statements.append(.loop(counter, count, lanes))
      statements += folds.after
    } else if folds.after.isEmpty {
      statements.append(.loop(counter, count, lanes))
    } else {
      statements.append(.chunks(count, [.lanes(counter, lanes)] + folds.after))
    }
    for (name, value) in folds.totals { statements.append(.constant(name, value)) }
    for reduction in kernel.reductions { shareScalar(reduction) }
  }

  /// What reductions of a flat loop add to it.
  private struct FlatFolds {
    /// How many arrays keep the elements of a part until they are folded.
    var parts = 0
    /// What is done with each part.
    var after: [Statement] = []
    /// What is left behind the loop.
    var totals: [(name: String, value: Value)] = []
  }

  /// The sum of one part alone, or that of many, which a total keeps.
  private func addSum(
    of part: Pointer, _ length: Quantity, _ reduction: LoopKernel.Reduction, isShort: Bool,
    _ folds: inout FlatFolds
  ) {
    let name = scalarName(reduction)
    let sum = Value.call(.sumOfPart, [.pointer(part), .size(length)])
    if isShort { return folds.after.append(.constant(name, .narrowed(sum))) }
    let total = context.names.fresh(name + "_total")
    folds.totals.append((name, .narrowed(.total(total))))
    statements.append(.total(total))
    folds.after.append(.addToTotal(total, sum))
  }

  private func addProduct(
    of part: Pointer, _ length: Quantity, _ reduction: LoopKernel.Reduction,
    _ folds: inout FlatFolds
  ) {
    let name = scalarName(reduction)
    statements.append(.variable(name, .number(1)))
    folds.after.append(
      .assignName(
        name,
        .apply(
          Catalogue.operators[OperatorID.multiply.index],
          [.name(name), .narrowed(.call(.product, [.pointer(part), .size(length)]))])))
  }

  private func scalarName(_ reduction: LoopKernel.Reduction) -> String {
    let fallback =
      switch reduction.kind {
      case .sum: "sum"
      case .product: "product"
      case .maximum: "most"
      default: "least"
      }
    if !isArray(reduction.to),
      case .local(let name) = makeHome(reduction.to, fallback).place
    {
      return name
    }
    let name = context.names.fresh(fallback)
    pendingScalars[reduction.to] = name
    return name
  }

  /// A sum of everything whose result is an array of one element.
  private func shareScalar(_ reduction: LoopKernel.Reduction) {
    guard let name = pendingScalars.removeValue(forKey: reduction.to) else { return }
    statements.append(.assign(makeArray(reduction.to), .name(name)))
  }

  /// The definitions of a loop, and its stores at the end; the buffers that are stored.
  ///
  /// - Parameter isNested: Whether extremes, too, are found when all is stored.
  private func stores(
    _ kernel: LoopKernel, _ values: LoopValues, _ counters: [Quantity], _ body: inout LoopBody,
    _ lanes: inout [Statement], isNested: Bool = false
  ) -> (buffers: Set<Int>, stores: [Statement]) {
    let target = Placement.rowMajor(sizes(kernel.space))
    var stores: [Statement] = []
    var stored: Set<Int> = []
    let isInPlace = kernel.stores.contains { inPlace.contains($0) }
    for place in values.definitions.indices {
      let definition = values.definitions[place]
      guard let store = definition.stores.first else {
        body.name(place, in: context, &lanes)
        continue
      }
      let buffer = kernel.stores[store]
      let array = makeArray(buffer)
      let element = Pointer(
        array: array.array,
        place: zip(counters, target).reduce(array.place) { $0 + $1.0 * $1.1 })
      stored.insert(buffer)
      // What is reduced is read from where it is stored.
      let later = definition.reductions + (isNested ? definition.extremes : 0)
      if definition.uses > later || isInPlace {
        body.name(place, in: context, &lanes, always: true, word: words[buffer])
        stores.append(.assign(element, body.value(.definition(place))))
      } else {
        lanes.append(.assign(element, body.expression(place)))
      }
    }
    return (stored, stores)
  }

  // MARK: Nested loops

  private func writeNested(
    _ kernel: LoopKernel, _ values: LoopValues
  ) throws(TranslationError) {
    let space = sizes(kernel.space)
    let operands = try operands(kernel)
    let rows = Placement.rowMajor(space)
    // What is reduced and not kept is written down first.
    var rooms: [Int: Pointer] = [:]
    for (number, operand) in values.reduced.enumerated() {
      if case .definition(let place) = operand, let store = values.definitions[place].stores.first {
        rooms[number] = makeArray(kernel.stores[store])
      } else if let same = values.reduced[..<number].firstIndex(of: operand), rooms[same] != nil {
        rooms[number] = rooms[same]
      } else if case .input(let place) = operand, let view = operands[place], view.isContiguous,
        case .array(let array, _) = home(view.root).place
      {
        rooms[number] = Pointer(array: array, place: view.offset)
      } else {
        let room = context.room("terms", space.reduce(.one, *), shape: kernel.space.description)
        rooms[number] = Pointer(array: room, place: .zero)
      }
    }
    let walks = operands.compactMap { $0?.strides } + [rows]
    let hasWork =
      !values.definitions.isEmpty
      || values.reduced.indices.contains { number in
        if case .input(let place) = values.reduced[number] {
          return !(operands[place]?.isContiguous ?? false)
        }
        return false
      }
    if hasWork {
      let nest = loops(space, walks) { counters in
        var body = LoopBody(values, program.precision) { [self] in
          input(kernel, $0, operands, counters)
        }
        var lanes: [Statement] = []
        var stores: [Statement] = []
        stores = self.stores(kernel, values, counters, &body, &lanes, isNested: true).stores
        var written: Set<String> = []
        for (number, operand) in values.reduced.enumerated() {
          guard let room = rooms[number], needsRoom(operand, values, operands),
            written.insert(room.array).inserted
          else { continue }
          let place = zip(counters, rows).reduce(room.place) { $0 + $1.0 * $1.1 }
          lanes.append(.assign(Pointer(array: room.array, place: place), body.value(operand)))
        }
        lanes += stores
        return lanes
      }
      statements += nest
    }
    for (number, reduction) in kernel.reductions.enumerated() {
      guard let room = rooms[number] else { continue }
      reduce(room, space, reduction)
    }
  }

  private func needsRoom(
    _ operand: LoopValues.Operand, _ values: LoopValues, _ operands: [Placement?]
  ) -> Bool {
    switch operand {
    case .definition(let place): return values.definitions[place].stores.isEmpty
    case .input(let place):
      guard let view = operands[place], view.isContiguous else { return true }
      if case .array = home(view.root).place { return false }
      return true
    }
  }
}
