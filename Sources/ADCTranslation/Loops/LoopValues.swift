import ADCCalculus
import ADCMachine

/// What the steps of a loop define, each once, and how often each is read.
struct LoopValues {
  enum Operand: Hashable {
    case input(Int)
    case definition(Int)
  }

  struct Definition {
    var op: OperatorID
    var operands: [Operand]
    var uses = 0
    /// Those of `uses` that are sums or products, and those that are greatest or least elements.
    var reductions = 0
    var extremes = 0
    /// The stores that take it.
    var stores: [Int] = []
    var node: Int32
  }

  private(set) var definitions: [Definition] = []
  /// What each reduction takes.
  private(set) var reduced: [Operand] = []

  init(_ kernel: LoopKernel) {
    var current: [Int32: Operand] = [:]
    for slot in kernel.inputs.indices { current[Int32(slot)] = .input(slot) }
    for (place, step) in kernel.steps.enumerated() {
      switch step {
      case .apply(let op, let to, let a, let b, let c):
        let arity = Self.arity(op)
        let operands = [a, b, c].prefix(arity).map { current[$0] ?? .input(0) }
        for operand in operands { use(operand) }
        let store = Int(to) - kernel.inputs.count
        definitions.append(
          Definition(
            op: op, operands: Array(operands),
            stores: kernel.stores.indices.contains(store) ? [store] : [],
            node: kernel.nodes.indices.contains(place) ? kernel.nodes[place] : -1))
        current[to] = .definition(definitions.count - 1)
      case .reduce(let slot, let number):
        let operand = current[slot] ?? .input(0)
        use(operand)
        let kind = kernel.reductions[Int(number)].kind
        if case .definition(let place) = operand {
          if kind == .sum || kind == .product {
            definitions[place].reductions += 1
          } else {
            definitions[place].extremes += 1
          }
        }
        reduced.append(operand)
      }
    }
    // A chain of steps writes the same store again and again; only its end is stored.
    for store in kernel.stores.indices {
      let writers = definitions.indices.filter { definitions[$0].stores.contains(store) }
      for writer in writers.dropLast() { definitions[writer].stores = [] }
    }
  }

  private mutating func use(_ operand: Operand) {
    if case .definition(let place) = operand { definitions[place].uses += 1 }
  }

  private static func arity(_ op: OperatorID) -> Int {
    guard case .elementwise(let kernel) = Catalogue.operators[op.index].execution else { return 0 }
    switch kernel {
    case .unary: return 1
    case .binary: return 2
    case .ternary: return 3
    }
  }
}

/// The values of a loop's definitions as they are written: by a name, or where they are read.
struct LoopBody {
  private let values: LoopValues
  private let precision: Precision
  private let input: (Int) -> Value
  private var written: [Int: Value] = [:]
  private var sizes: [Int: Int] = [:]

  /// More operations than this get a name.
  private static let longest = 6
  /// And what takes about as many characters.
  private static let widest = 64

  init(_ values: LoopValues, _ precision: Precision, input: @escaping (Int) -> Value) {
    self.values = values
    self.precision = precision
    self.input = input
  }

  func uses(_ place: Int) -> Int { values.definitions[place].uses }

  func value(_ operand: LoopValues.Operand) -> Value {
    switch operand {
    case .input(let place): input(place)
    case .definition(let place): written[place] ?? expression(place)
    }
  }

  func expression(_ place: Int) -> Value {
    let definition = values.definitions[place]
    let operands = definition.operands.map { value($0) }
    return folded(definition.op, operands)
      ?? .apply(Catalogue.operators[definition.op.index], operands)
  }

  /// What the machine would find of two numbers; nil for anything else.
  private func folded(_ op: OperatorID, _ operands: [Value]) -> Value? {
    guard operands.count == 2, case .number(let left) = operands[0],
      case .number(let right) = operands[1]
    else { return nil }
    let (x, y) = (precision.rounded(left), precision.rounded(right))
    let value: Double
    switch op {
    case .add: value = x + y
    case .subtract: value = x - y
    case .multiply: value = x * y
    case .divide: value = x / y
    default: return nil
    }
    return .number(precision.rounded(value))
  }

  mutating func set(_ place: Int, _ value: Value) {
    written[place] = value
    sizes[place] = 0
  }

  /// Gives a definition a name where it is read more than once, or is long.
  mutating func name(
    _ place: Int, in context: RoutineContext, _ statements: inout [Statement],
    always: Bool = false, word: String? = nil
  ) {
    let definition = values.definitions[place]
    var size = 1
    for operand in definition.operands {
      if case .definition(let other) = operand { size += sizes[other] ?? 0 }
    }
    let label = context.labels.nodes[definition.node] ?? word
    if definition.uses == 0, !always { return }
    let value = expression(place)
    if case .number = value, !always {
      set(place, value)
      return
    }
    if definition.uses > 1 || always || size > Self.longest || value.length > Self.widest
      || label != nil
    {
      let name = label.map { context.names.fresh($0) } ?? context.names.temporary()
      statements.append(.constant(name, value))
      set(place, .name(name))
    } else {
      written[place] = value
      sizes[place] = size
    }
  }
}
