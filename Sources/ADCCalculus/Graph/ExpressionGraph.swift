// Expressions as mathematics: a hash-consed graph of tensor operations.
// In: what ADCModel elaborates. Out: graphs with more nodes (derivatives, simplified forms).
// Must not know text, bytecode or data.
//
// Invariant: operands have smaller ids than their users, so id order is a topological order:
// evaluate with a forward loop, differentiate with a backward one; nothing here recurses.
// Invariant: no two nodes are equal (operator, operands, attribute).

/// A node of one graph.
package struct NodeID: Hashable, Comparable, Sendable {
  package let index: Int32

  package init(_ index: Int) { self.index = Int32(index) }

  package static func < (left: NodeID, right: NodeID) -> Bool { left.index < right.index }
}

/// What a node carries beside its operands.
package enum Attribute: Hashable, Sendable {
  case none
  /// A scalar constant.
  case number(Double)
  /// A constant array: its place in `ExpressionGraph.tables`.
  case table(Int)
  /// A symbol: its place in `ExpressionGraph.symbols`.
  case symbol(Int)
  /// Of a reduction: the axes, ascending, and whether they stay as dimensions of 1.
  case axes([Int], keep: Bool)
  /// Of a scan along an axis (`cumsum`), `reversed` from its end.
  case scan(axis: Int, reversed: Bool)
  /// A shape to make: of `broadcast`, `reshape`, `iota` and the like.
  case shape(Shape)
  /// Of `slice` and `pad`: the start on every axis, and the sizes of what results.
  case window(starts: [Dimension], sizes: Shape)
  /// An axis, of `concat` and `stack`.
  case axis(Int)
  /// Of `permute`: for each axis of the result the axis of the operand.
  case permutation([Int])
  /// How many leading axes the operands of `gather` share; `none` where they share none.
  case batch(Int)
  /// Of `scatter_add`: the shape to make, and how many leading axes all share if any.
  case scattering(Shape, batch: Int)
  /// The value of a dimension as a number.
  case dimension(Dimension)
  /// What keeps two equal draws apart: the place of a `dropout`.
  case place(Int, Shape)
  /// Of `guarded`: what is computed from the operands.
  case formula(ScalarFormula)
  /// An order of a function, as of `polygamma`.
  case order(Int)
  /// Of `function_call`: the function's place in `ExpressionGraph.rules`.
  case rule(Int)
  /// Of `scan`: its body's place in `ExpressionGraph.recurrences`.
  case recurrence(Int)
  /// Of `scan_result`: which one, and its shape.
  case result(Int, Shape)
  /// Of `windows`: the sizes of a window along the last axes, and the steps from one to the next;
  /// of `overlap_add` the sizes of those axes in the result.
  case windows(sizes: [Dimension], strides: [Int])
  /// Of a convolution: the steps of the kernel and the zeros put around, along the last axes.
  case convolution(strides: [Int], padding: [Int])
  /// Of `roll`, `repeat` and `tile`: an axis and how far or how often.
  case along(axis: Int, count: Int)
}

/// A leaf that gets its value from outside.
package struct Symbol: Hashable, Sendable {
  package enum Role: String, Hashable, Sendable, CaseIterable {
    /// Data, fed for every row or batch.
    case input
    /// What is trained.
    case parameter
    /// Of an optimizer, one for each parameter.
    case state
    /// A number that the run sets: `step`, `epoch`, `training`, `seed`.
    case environment
    /// What a step of a `scan` gets.
    case step
    /// A free variable of an expression, or the argument of a function or rule.
    case variable
  }

  package var name: String
  package var role: Role
  package var shape: Shape

  package init(name: String, role: Role, shape: Shape) {
    self.name = name
    self.role = role
    self.shape = shape
  }
}

/// A constant array, row-major.
package struct Table: Hashable, Sendable {
  package var shape: Shape
  package var values: [Double]

  package init(shape: Shape, values: [Double]) {
    self.shape = shape
    self.values = values
  }
}

/// The arena: columns of nodes, grown only at the end.
package struct ExpressionGraph: Sendable {
  private struct Key: Hashable {
    var op: OperatorID
    var operands: [NodeID]
    var attribute: Attribute

    /// Mixes what most keys are made of into one word: hashed part by part they were a tenth of
    /// the time of a compilation.
    func hash(into hasher: inout Hasher) {
      hasher.combine(operands.mixed(with: op))
      if case .none = attribute { return }
      hasher.combine(attribute)
    }
  }

  package private(set) var operators: [OperatorID] = []
  package private(set) var operandLists: [[NodeID]] = []
  package private(set) var attributes: [Attribute] = []
  package private(set) var shapes: [Shape] = []
  /// Where each node comes from: a number that the model's checker gives meaning to, -1 for none.
  package private(set) var origins: [Int32] = []
  /// Which nodes the simplifier has found to be as simple as they get, with all that they need.
  package private(set) var settled: [Bool] = []
  /// What new nodes get as their origin.
  package var origin: Int32 = -1
  package private(set) var symbols: [Symbol] = []
  package private(set) var tables: [Table] = []
  /// Functions of the model that have derivatives of their own.
  package var rules: [FunctionRule] = []
  private var known: [Key: NodeID] = [:]
  private var knownTables: [Table: Int] = [:]
  /// The bodies of `scan` nodes.
  package private(set) var recurrences: [Recurrence] = []
  private var knownRecurrences: [Recurrence: Int] = [:]

  package init() {}

  /// The number of nodes.
  package var count: Int { operators.count }

  package func op(_ node: NodeID) -> Operator { Catalogue.operators[operators[node.slot].index] }
  package func operatorID(_ node: NodeID) -> OperatorID { operators[node.slot] }
  package func operands(_ node: NodeID) -> [NodeID] { operandLists[node.slot] }
  package func attribute(_ node: NodeID) -> Attribute { attributes[node.slot] }
  package func shape(_ node: NodeID) -> Shape { shapes[node.slot] }

  /// The number that a scalar constant node stands for.
  package func number(_ node: NodeID) -> Double? {
    if case .number(let value) = attributes[node.slot], operators[node.slot] == .number {
      return value
    }
    return nil
  }

  /// The symbol that a leaf stands for.
  package func symbol(_ node: NodeID) -> Symbol? {
    if case .symbol(let place) = attributes[node.slot] { return symbols[place] }
    return nil
  }

  /// Says that what some roots need is as simple as it gets.
  mutating func settle(_ roots: [NodeID]) {
    let needed = reachable(from: roots)
    for slot in needed.indices where needed[slot] { settled[slot] = true }
  }

  /// Says where a node comes from.
  package mutating func setOrigin(_ origin: Int32, of node: NodeID) {
    origins[node.slot] = origin
  }

  /// The node for an operation, a new one only where no equal one exists.
  ///
  /// The shape is found by the operator's rule; operands that the rule refuses are the caller's
  /// mistake (the checker of models asks `Operator.shape` first).
  package mutating func insert(
    _ op: OperatorID, _ operands: [NodeID] = [], _ attribute: Attribute = .none
  ) -> NodeID {
    let key = Key(op: op, operands: operands, attribute: attribute)
    if let node = known[key] { return node }
    let rule = Catalogue.operators[op.index].shape
    let shape: Shape
    switch rule(
      ShapeQuery(
        operands: operands.map { shapes[$0.slot] }, attribute: attribute, symbols: symbols,
        tables: tables))
    {
    case .success(let found): shape = found
    case .failure(let problem):
      preconditionFailure(
        "\(Catalogue.operators[op.index].name) over \(operands.map { shapes[$0.slot] }): \(problem.message)"
      )
    }
    let node = NodeID(operators.count)
    operators.append(op)
    operandLists.append(operands)
    attributes.append(attribute)
    shapes.append(shape)
    origins.append(origin)
    settled.append(false)
    known[key] = node
    return node
  }

  /// A scalar constant. All NaNs are one node; -0 and 0 are two.
  package mutating func constant(_ value: Double) -> NodeID {
    // Hashing by value would merge 0 and -0 and never find NaN again.
    if value.isNaN { return special(.nan, slot: \.nanNode) }
    if value == 0, value.sign == .minus { return special(-0.0, slot: \.negativeZeroNode) }
    return insert(.number, [], .number(value))
  }

  private var nanNode: NodeID?
  private var negativeZeroNode: NodeID?

  private mutating func special(
    _ value: Double, slot: WritableKeyPath<ExpressionGraph, NodeID?>
  ) -> NodeID {
    if let node = self[keyPath: slot] { return node }
    let node = NodeID(operators.count)
    operators.append(.number)
    operandLists.append([])
    attributes.append(.number(value))
    shapes.append(.scalar)
    origins.append(-1)
    settled.append(false)
    self[keyPath: slot] = node
    return node
  }

  /// A leaf for a new symbol; two symbols never are one, even with equal names.
  package mutating func symbol(_ symbol: Symbol) -> NodeID {
    symbols.append(symbol)
    return insert(.symbol, [], .symbol(symbols.count - 1))
  }

  /// A constant array.
  package mutating func table(_ table: Table) -> NodeID {
    if table.shape.isScalar { return constant(table.values[0]) }
    let place: Int
    if let known = knownTables[table] {
      place = known
    } else {
      place = tables.count
      tables.append(table)
      knownTables[table] = place
    }
    return insert(.table, [], .table(place))
  }

  /// The place of a body of a `scan`.
  mutating func place(of recurrence: Recurrence) -> Int {
    if let known = knownRecurrences[recurrence] { return known }
    recurrences.append(recurrence)
    knownRecurrences[recurrence] = recurrences.count - 1
    return recurrences.count - 1
  }

  /// Whether each node up to the greatest root is needed for one of the roots.
  package func reachable(from roots: [NodeID]) -> [Bool] {
    var needed = [Bool](repeating: false, count: count)
    for root in roots { needed[root.slot] = true }
    var slot = (roots.max().map(\.slot)) ?? -1
    while slot >= 0 {
      if needed[slot] { for operand in operandLists[slot] { needed[operand.slot] = true } }
      slot -= 1
    }
    return needed
  }
}

extension [NodeID] {
  /// One word for an operator and its operands, for hashing.
  func mixed(with op: OperatorID) -> UInt64 {
    // Spread out first, or small numbers of operators and operands would cancel.
    var word = UInt64(truncatingIfNeeded: op.index &+ 1) &* 0xBF58_476D_1CE4_E5B9
    for operand in self {
      word = (word ^ UInt64(UInt32(bitPattern: operand.index))) &* 0x9E37_79B9_7F4A_7C15
      word ^= word >> 29
    }
    return word
  }
}

extension NodeID {
  /// The node's place in the columns.
  package var slot: Int { Int(index) }
}
