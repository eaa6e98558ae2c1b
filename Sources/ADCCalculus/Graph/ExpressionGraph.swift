// Expressions as mathematics: a hash-consed graph of tensor operations.
// In: what ADCModel elaborates. Out: graphs with more nodes (derivatives, simplified forms).
// Must not know text, bytecode or data.
//
// Invariant: operands have smaller ids than their users, so id order is a topological order:
// evaluate with a forward loop, differentiate with a backward one; nothing here recurses.
// Invariant: no two nodes are equal (operator, operands, attribute).

import ADCPlatform

/// The arena: nodes, added only at the end.
package struct ExpressionGraph: Sendable {
  private(set) var nodes: [NodeRecord] = []
  private(set) var operandBuffer: [NodeID] = []
  private(set) var attributeTable: [Attribute] = []
  private(set) var numbers: [Double] = []
  private var shapeTable: [Shape] = [.scalar]
  private var knownShapes: [Shape: Int32] = [.scalar: 0]
  /// What new nodes get as their origin.
  package var origin: Int32 = -1
  /// What the nodes `symbol` refer to, in the order in which they came.
  package private(set) var symbols: [Symbol] = []
  /// What the nodes `table` refer to; equal tables are there once.
  package private(set) var tables: [Table] = []
  /// Functions of the model that have derivatives of their own.
  package var rules: [FunctionRule] = []
  private(set) var known = NodeIndex()
  // Read from here, they need not be asked whether they are set up.
  let sum = OperatorID.add
  let product = OperatorID.multiply
  let repetition = OperatorID.broadcast
  let dimension = OperatorID.size
  let choice = OperatorID.select
  private let isElementwise = Catalogue.isElementwise
  /// What `root` nodes solve.
  package var equations: [Equation] = []
  private var knownTables: [Table: Int] = [:]
  /// The bodies of `scan` nodes.
  package internal(set) var recurrences: [Recurrence] = []
  var knownRecurrences: [Recurrence: Int] = [:]
  /// Nests of choices that are as deep as to have their conditions joined.
  var joinedGuards: [NodeID: Guarded] = [:]
  /// What the model calls nodes.
  var nodeNames = NodeNames()
  /// What is done to the graph, where somebody wants to read it; nil costs nothing.
  package var journal: Journal?

  /// A graph without nodes.
  package init() {}

  /// The number of nodes.
  package var count: Int { nodes.count }
  /// The number of operands of all nodes.
  package var operandCount: Int { operandBuffer.count }

  /// All that the catalogue says of the node's operator; `operatorID` is cheaper where identity
  /// will do.
  package func op(_ node: NodeID) -> Operator { Catalogue.operators[nodes[node.slot].op.index] }
  /// `op(node).execution`, without a copy of all that the catalogue says.
  package func execution(_ node: NodeID) -> Execution {
    Catalogue.executions[nodes[node.slot].op.index]
  }
  /// The node's operator.
  package func operatorID(_ node: NodeID) -> OperatorID { nodes[node.slot].op }
  /// The operator of the node at a slot.
  func operatorID(at slot: Int) -> OperatorID { nodes[slot].op }
  /// What a node carries beside its operands; `.none` for most.
  package func attribute(_ node: NodeID) -> Attribute { attribute(atSlot: node.slot) }
  /// Whether a node carries anything beside its operands.
  package func hasAttribute(_ node: NodeID) -> Bool { nodes[node.slot].attribute != -1 }
  /// The sizes of the node's value, derived when the node was made.
  package func shape(_ node: NodeID) -> Shape { shapeTable[Int(nodes[node.slot].shape)] }
  /// Whether a node is one number.
  package func isScalar(_ node: NodeID) -> Bool { nodes[node.slot].shape == 0 }
  /// Whether the node at a slot is a number made of numbers, element by element, or a number that
  /// is a leaf.
  func isPlainScalar(at slot: Int) -> Bool { nodes[slot].isPlainScalar }
  /// Whether there is anything but numbers.
  var hasArrays: Bool { shapeTable.count > 1 }
  /// Whether two nodes have one shape.
  package func haveOneShape(_ left: NodeID, _ right: NodeID) -> Bool {
    nodes[left.slot].shape == nodes[right.slot].shape
  }

  /// The operands as an array of their own; `operandPlaces` reads them where they are.
  @inline(__always) package func operands(_ node: NodeID) -> [NodeID] {
    Self.part(of: operandBuffer, operandPlaces(node.slot))
  }

  private static func part(of buffer: [NodeID], _ places: Range<Int>) -> [NodeID] {
    if places.isEmpty { return [] }
    // A slice of the array would be counted, and copied element by element.
    return buffer.withUnsafeBufferPointer { Array(UnsafeBufferPointer(rebasing: $0[places])) }
  }

  /// Where the operands of the node at a slot are, for `operand(at:)`.
  package func operandPlaces(_ slot: Int) -> Range<Int> {
    let first = Int(nodes[slot].firstOperand)
    return first..<first + Int(nodes[slot].operandCount)
  }

  /// The operand at one of `operandPlaces`.
  package func operand(at place: Int) -> NodeID { operandBuffer[place] }

  /// One operand of a node.
  package func operand(_ node: NodeID, _ place: Int) -> NodeID {
    operandBuffer[Int(nodes[node.slot].firstOperand) + place]
  }

  private func attribute(atSlot slot: Int) -> Attribute {
    let place = Int(nodes[slot].attribute)
    if place >= 0 { return attributeTable[place] }
    return place == -1 ? .none : .number(numbers[-2 - place])
  }

  /// The number that a scalar constant node stands for.
  @inline(__always) package func number(_ node: NodeID) -> Double? {
    let record = nodes[node.slot]
    guard record.op == .number else { return nil }
    let place = Int(record.attribute)
    return place < -1 ? numbers[-2 - place] : nil
  }

  /// The symbol that a leaf stands for.
  package func symbol(_ node: NodeID) -> Symbol? {
    if case .symbol(let place) = attribute(atSlot: node.slot) { return symbols[place] }
    return nil
  }

  /// Says how far what some roots need is simplified.
  mutating func settle(_ roots: [NodeID], _ settlement: Settlement) {
    let needed = reachable(from: roots)
    for slot in needed.indices where needed[slot] && nodes[slot].settlement < settlement {
      nodes[slot].settlement = settlement
    }
  }

  /// Forgets of what a root needs how far it is simplified beyond the passes before
  /// differentiation.
  mutating func unsettle(_ root: NodeID) {
    let needed = reachable(from: [root])
    for slot in needed.indices where needed[slot] && nodes[slot].settlement == .refined {
      nodes[slot].settlement = .passed
    }
  }

  /// How far the simplifier is done with a node and all that it needs.
  func settlement(at slot: Int) -> Settlement { nodes[slot].settlement }

  /// Where the node at a slot comes from.
  package func origin(at slot: Int) -> Int32 { nodes[slot].origin }

  /// Says where a node comes from.
  package mutating func setOrigin(_ origin: Int32, of node: NodeID) {
    nodes[node.slot].origin = origin
  }

  /// The node for an operation, a new one only where no equal one exists.
  ///
  /// The shape is found by the operator's rule; operands that the rule refuses are the caller's
  /// mistake (the checker of models asks `Operator.shape` first).
  package mutating func insert(
    _ op: OperatorID, _ operands: [NodeID] = [], _ attribute: Attribute = .none
  ) -> NodeID {
    node(op, operands.span, attribute)
  }

  /// `insert(op, [operand])`, without an array.
  package mutating func insert(_ op: OperatorID, _ operand: NodeID) -> NodeID {
    let operands: InlineArray<1, NodeID> = [operand]
    return node(op, operands.span, .none)
  }

  /// `insert(op, [left, right])`, without an array.
  package mutating func insert(_ op: OperatorID, _ left: NodeID, _ right: NodeID) -> NodeID {
    guard op == sum || op == product, isScalar(left), isScalar(right) else {
      let operands: InlineArray<2, NodeID> = [left, right]
      return node(op, operands.span, .none)
    }
    // Most of what a derivative is made of: both orders are looked for at once.
    return insert(op, left, right, beside: pairs(of: op, left, right, among: []))
  }

  /// `insert(op, left, right)` of two numbers for whose pairs was asked last.
  mutating func insert(
    _ op: OperatorID, _ left: NodeID, _ right: NodeID, beside others: Arrangements
  ) -> NodeID {
    if let same = others.same { return same }
    let operands: InlineArray<2, NodeID> = [left, right]
    let node = append(op, operands.span, .none, 0, origin)
    if let twin = others.twin { setTwins(twin, node) }
    index(node, others.hash)
    return node
  }

  /// `insert(op, operands)`, without an array.
  mutating func insert(_ op: OperatorID, _ operands: Span<NodeID>) -> NodeID {
    node(op, operands, .none)
  }

  /// Makes room for so many nodes more, so that a long expression is not copied as it grows; what
  /// is never used of the room takes addresses and no memory.
  package mutating func reserve(_ more: Int) {
    guard nodes.count + more > max(4096, nodes.capacity) else { return }
    // By a half more at least, or calls for a little each would copy all each time.
    let count = max(nodes.count + more, nodes.capacity + nodes.capacity / 2)
    guard count < CurrentProcess.memoryBound / 16 / (MemoryLayout<NodeRecord>.stride + 8) else {
      return
    }
    nodes.reserveCapacity(count)
    operandBuffer.reserveCapacity(2 * count)
  }

  /// Lets so many nodes more be found before the index has to grow. Each time that it grows all that
  /// is in it is moved.
  mutating func reserveIndex(_ more: Int) {
    var room = known.room
    while 3 * (nodes.count + more) >= 2 * room { room *= 2 }
    if room > known.room { makeRoom(room) }
  }

  /// The node that `insert` would give, if there is one already.
  package func existing(
    _ op: OperatorID, _ operands: [NodeID], _ attribute: Attribute = .none
  ) -> NodeID? {
    let hash = hash(op, operands.span, attribute)
    return known.first(hash) { isNode($0, op, operands.span, attribute) }
  }

  private mutating func node(
    _ op: OperatorID, _ operands: Span<NodeID>, _ attribute: Attribute
  ) -> NodeID {
    let hash = hash(op, operands, attribute)
    if let node = known.first(hash, where: { isNode($0, op, operands, attribute) }) { return node }
    let shape = resultShape(op, operands, attribute)
    let node = append(op, operands, attribute, shape, origin)
    if op == sum || op == product,
      let twin = known.first(hash, where: { isSet($0, op, operands) })
    {
      setTwins(twin, node)
    }
    index(node, hash)
    return node
  }

  /// Lets a new node be found.
  private mutating func index(_ node: NodeID, _ hash: NodeHash) {
    if known.isFull { makeRoom(known.nextRoom) }
    known.insert(node, hash)
  }

  /// Moves the index to a larger one. No closure is given to it: what that holds would be a copy of
  /// the graph for every node.
  private mutating func makeRoom(_ room: Int) {
    var larger = NodeIndex(room: room)
    for place in 0..<known.room {
      guard let entry = known.entry(at: place) else { continue }
      let operands = operandPlaces(entry.node.slot)
      let hash =
        operands.isEmpty
        ? hash(operatorID(entry.node), [NodeID]().span, attribute(atSlot: entry.node.slot))
        : NodeHash(operandBuffer.span.extracting(operands), check: entry.check)
      larger.insert(entry.node, hash)
    }
    known = larger
  }

  /// Whether there is a sum or product of a node's operands in another order.
  func hasTwin(_ node: NodeID) -> Bool { nodes[node.slot].hasTwin }

  /// `insert(op, operands)` of a sum or product for whose arrangements was asked last.
  mutating func insert(
    _ op: OperatorID, _ operands: Span<NodeID>, beside others: Arrangements
  ) -> NodeID {
    if let same = others.same { return same }
    let shape = resultShape(op, operands, .none)
    let node = append(op, operands, .none, shape, origin)
    if let twin = others.twin { setTwins(twin, node) }
    index(node, others.hash)
    return node
  }

  private mutating func setTwins(_ first: NodeID, _ second: NodeID) {
    nodes[first.slot].hasTwin = true
    nodes[second.slot].hasTwin = true
  }

  /// The place of the shape of an operation.
  private mutating func resultShape(
    _ op: OperatorID, _ operands: Span<NodeID>, _ attribute: Attribute
  ) -> Int32 {
    var areScalars = operands.count > 0
    for place in operands.indices where nodes[operands[place].slot].shape != 0 {
      areScalars = false
      break
    }
    if areScalars, isElementwise[op.index] { return 0 }
    if op == .number { return 0 }
    let rule = Catalogue.operators[op.index]
    var list: [Shape] = []
    for place in operands.indices { list.append(shape(operands[place])) }
    let query = ShapeQuery(operands: list, attribute: attribute, symbols: symbols, tables: tables)
    switch rule.shape(query) {
    case .success(let found): return place(of: found)
    case .failure(let problem):
      preconditionFailure("\(rule.name) over \(list): \(problem.message)")
    }
  }

  private mutating func place(of shape: Shape) -> Int32 {
    if let known = knownShapes[shape] { return known }
    let place = Int32(shapeTable.count)
    shapeTable.append(shape)
    knownShapes[shape] = place
    return place
  }

  private mutating func append(
    _ op: OperatorID, _ operands: Span<NodeID>, _ attribute: Attribute,
    _ shape: Int32, _ origin: Int32
  ) -> NodeID {
    let node = NodeID(nodes.count)
    let first = Int32(operandBuffer.count)
    for place in operands.indices { operandBuffer.append(operands[place]) }
    var record = NodeRecord(
      op: op, firstOperand: first, operandCount: Int32(operands.count), shape: shape,
      origin: origin)
    record.isPlainScalar = shape == 0 && (operands.isEmpty || isElementwise[op.index])
    switch attribute {
    case .none: break
    case .number(let value):
      record.attribute = Int32(-2 - numbers.count)
      numbers.append(value)
    default:
      record.attribute = Int32(attributeTable.count)
      attributeTable.append(attribute)
    }
    nodes.append(record)
    return node
  }

  /// A scalar constant. All NaNs are one node; -0 and 0 are two.
  package mutating func constant(_ value: Double) -> NodeID {
    // Compared by value, 0 and -0 would be one and NaN never found again.
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
    let node = append(.number, [NodeID]().span, .number(value), 0, -1)
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
}
