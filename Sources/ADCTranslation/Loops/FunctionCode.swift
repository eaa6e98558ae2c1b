import ADCCalculus
import ADCMachine

/// The statements of one function of a program: of a routine, or of a step of a loop.
final class FunctionCode {
  let context: RoutineContext
  let function: Function
  var statements: [Statement] = []
  private var symbols: [Int: Home]
  private var buffers: [Int: Home] = [:]
  private var placements: [Int: Placement] = [:]
  /// How often instructions and outputs read each buffer.
  private(set) var readers: [Int]
  private var lastTag: Int32 = -1
  /// Words for buffers, which outputs and states give.
  var words: [Int: String] = [:]
  /// Buffers that are arrays which the same loop reads.
  var inPlace: Set<Int> = []
  /// Buffers of one number that are written where the only one who reads them does.
  var deferred: Set<Int> = []
  /// Sums that have a name and go into an array of one element.
  var pendingScalars: [Int: String] = [:]

  init(_ function: Function, symbols: [Int: Home], _ context: RoutineContext) {
    self.function = function
    self.symbols = symbols
    self.context = context
    readers = [Int](repeating: 0, count: function.buffers.count)
    for view in function.instructions.flatMap(\.reads) + function.outputs.map(\.view)
      + function.updates.map(\.view)
    {
      if case .buffer(let buffer) = function.root(of: view) { readers[buffer] += 1 }
    }
  }

  var program: Program { context.program }

  func hasHome(_ buffer: Int) -> Bool { buffers[buffer] != nil }

  /// Lets a buffer be an array of the caller's.
  func setHome(_ home: Home, ofBuffer buffer: Int) { buffers[buffer] = home }

  func writeInstructions() throws(TranslationError) {
    placeParts()
    for (index, instruction) in function.instructions.enumerated() {
      comment(function.tags.indices.contains(index) ? function.tags[index] : -1)
      try write(instruction)
    }
  }

  /// The line of the model that what follows comes from.
  private func comment(_ tag: Int32) {
    guard tag >= 0, tag != lastTag, program.tags.indices.contains(Int(tag)) else { return }
    lastTag = tag
    let text = program.tags[Int(tag)].text
    // Of a statement that goes on below there is the first line.
    statements.append(.comment(text.hasSuffix("{") ? text.dropLast() + "..." : text))
  }

  /// Takes the last line of the model that others wrote as its own.
  func continueComments(of other: FunctionCode) { lastTag = other.lastTag }

  // MARK: Places

  func home(_ root: ArrayView.Root) -> Home {
    switch root {
    case .symbol(let symbol): return symbols[symbol] ?? Home(place: .number(.nan))
    case .table(let place):
      let table = program.tables[place]
      if table.shape.isScalar { return Home(place: .number(table.values[0])) }
      return Home(place: .array(context.tables[place] ?? "", isScalar: false))
    case .buffer(let buffer): return buffers[buffer] ?? Home(place: .number(.nan))
    }
  }

  func sizes(_ shape: Shape) -> [Quantity] { context.quantities(shape) }

  /// Where the elements of a view are.
  func placement(_ view: Int) throws(TranslationError) -> Placement {
    if let known = placements[view] { return known }
    let new = sizes(function.views[view].shape)
    let result: Placement
    switch function.views[view].source {
    case .root(let root):
      let home = home(root)
      result = Placement(
        root: root, offset: home.offset, sizes: new,
        strides: home.strides ?? Placement.rowMajor(new))
    case .view(let source, let step):
      let before = try placement(source)
      guard let seen = before.seen(through: step, as: new, size: context.quantity) else {
        throw TranslationError("a reshape of elements that do not lie in a row")
      }
      result = seen
    }
    // A buffer has its place when it is written, which is before it is read.
    placements[view] = result
    return result
  }

  /// The element of a placement at these counters.
  func element(_ placement: Placement, _ counters: [Quantity]) -> Value {
    let place = placement.element(counters)
    switch home(placement.root).place {
    case .local(let name): return .name(name)
    case .number(let value): return .number(value)
    case .counting: return .size(place)
    case .value(let value): return value
    case .array(let array, let isScalar):
      return .element(Pointer(array: array, place: place, isScalar: isScalar))
    }
  }

  /// The array that a view shows, as something that can be pointed to.
  func pointer(_ placement: Placement) throws(TranslationError) -> Pointer {
    guard case .array(let array, let isScalar) = home(placement.root).place else {
      throw TranslationError("a number in the place of an array")
    }
    return Pointer(array: array, place: placement.offset, isScalar: isScalar)
  }

  /// The placement of a view whose root is an array in memory; what is none is written out first.
  func stored(_ view: Int) throws(TranslationError) -> Placement {
    let placement = try placement(view)
    if case .array = home(placement.root).place { return placement }
    let shape = function.views[view].shape
    let room = context.room("copy", placement.count, shape: shape.description)
    copy(from: placement, to: Pointer(array: room, place: .zero))
    // A place of its own, which no buffer of the function has.
    let buffer = -1 - view
    buffers[buffer] = Home(place: .array(room, isScalar: false))
    return Placement(
      root: .buffer(buffer), sizes: placement.sizes,
      strides: Placement.rowMajor(placement.sizes))
  }

  func isDeferred(_ buffer: Int) -> Bool { deferred.contains(buffer) }

  /// What a buffer is called: as the model has it, or by a number.
  func word(ofBuffer buffer: Int) -> String? {
    if let word = words[buffer] { return word }
    guard function.bufferNodes.indices.contains(buffer) else { return nil }
    return context.labels.nodes[function.bufferNodes[buffer]]
  }

  /// Makes the home of a buffer that an instruction writes: a local number, or room.
  func makeHome(_ buffer: Int, _ fallback: String? = nil) -> Home {
    if let known = buffers[buffer] { return known }
    let shape = function.buffers[buffer]
    let count = sizes(shape).reduce(.one, *)
    let home: Home
    if shape.knownCount == 1 {
      let name = (word(ofBuffer: buffer) ?? fallback).map { context.names.fresh($0) }
      home = Home(place: .local(name ?? context.names.temporary()))
    } else {
      let name: String
      if let word = word(ofBuffer: buffer) ?? fallback {
        name = context.room(word, count, shape: shape.description)
      } else {
        name = context.names.temporary()
        context.rooms.append(Routine.Room(name: name, count: count, shape: shape.description))
      }
      home = Home(place: .array(name, isScalar: false))
    }
    buffers[buffer] = home
    return home
  }

  /// An array for a buffer, also where that is one number.
  func makeArray(_ buffer: Int, _ fallback: String? = nil) -> Pointer {
    if buffers[buffer] == nil, function.buffers[buffer].knownCount == 1 {
      let name = context.room(word(ofBuffer: buffer) ?? fallback ?? "value", .one)
      buffers[buffer] = Home(place: .array(name, isScalar: true))
    }
    let home = makeHome(buffer, fallback)
    guard case .array(let array, let isScalar) = home.place else {
      return Pointer(array: "", place: .zero)
    }
    return Pointer(array: array, place: home.offset, isScalar: isScalar)
  }

  // MARK: Loops over elements

  /// Statements for every element of some sizes; axes that all walks go through as one are one.
  func loops(
    _ sizes: [Quantity], _ walks: [[Quantity]],
    _ body: (_ counters: [Quantity]) -> [Statement]
  ) -> [Statement] {
    let axes = Self.merged(sizes, walks)
    var counters = [Quantity](repeating: .zero, count: sizes.count)
    var names: [String] = []
    for axis in axes {
      let name = context.names.counter()
      names.append(name)
      counters[axis.last] = Quantity(name: name)
    }
    var statements = body(counters)
    for (axis, name) in zip(axes, names).reversed() {
      statements = [.loop(name, axis.size, statements)]
    }
    for name in names { context.names.release(name) }
    return statements
  }

  /// The axes of a walk, outermost first: the size of each, and the axis whose strides it has.
  static func merged(
    _ sizes: [Quantity], _ walks: [[Quantity]]
  ) -> [(size: Quantity, last: Int)] {
    var result: [(size: Quantity, last: Int)] = []
    for axis in sizes.indices where !sizes[axis].isOne {
      if let outer = result.last,
        walks.allSatisfy({ $0[outer.last] == $0[axis] * sizes[axis] })
      {
        result[result.count - 1] = (outer.size * sizes[axis], axis)
      } else {
        result.append((sizes[axis], axis))
      }
    }
    return result
  }

  /// Elements put one after the other, or to the strides of a target.
  func copy(
    from source: Placement, to target: Pointer, strides: [Quantity]? = nil
  ) {
    join(copying(from: source, to: target, strides: strides))
  }

  /// The same as statements; `by` is done to every element.
  func copying(
    from source: Placement, to target: Pointer, strides: [Quantity]? = nil,
    by change: (Value) -> Value = { $0 }
  ) -> [Statement] {
    let strides = strides ?? Placement.rowMajor(source.sizes)
    return loops(source.sizes, [source.strides, strides]) { counters in
      let place = zip(counters, strides).reduce(target.place) { $0 + $1.0 * $1.1 }
      return [
        .assign(
          Pointer(array: target.array, place: place, isScalar: target.isScalar),
          change(element(source, counters)))
      ]
    }
  }

  /// Adds a loop of assignments, into the loop before it where both go as far and neither reads
  /// what the other writes.
  private func join(_ new: [Statement]) {
    guard new.count == 1, case .loop(let name, let count, false, let body) = new[0],
      case .loop(let last, let length, false, let before)? = statements.last, name == last,
      count == length, let (targets, sources) = Self.arrays(before),
      let (newTargets, newSources) = Self.arrays(body), targets.isDisjoint(with: newSources),
      newTargets.isDisjoint(with: sources)
    else {
      statements += new
      return
    }
    statements[statements.count - 1] = .loop(name, count, before + body)
  }

  /// What assignments write and read; nil for anything else.
  private static func arrays(_ statements: [Statement]) -> (Set<String>, Set<String>)? {
    var (targets, sources): (Set<String>, Set<String>) = ([], [])
    for statement in statements {
      guard case .assign(let target, let value) = statement else { return nil }
      targets.insert(target.array)
      switch value {
      case .element(let source): sources.insert(source.array)
      case .number, .name, .size: break
      default: return nil
      }
    }
    return (targets, sources)
  }

  func fill(_ target: Pointer, _ count: Quantity, with value: Double) {
    join(
      loops([count], [[.one]]) { counters in
        [
          .assign(
            Pointer(array: target.array, place: target.place + counters[0]), .number(value))
        ]
      })
  }
}
