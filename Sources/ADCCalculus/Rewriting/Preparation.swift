// The last step before lowering: what is short to read becomes what is cheap to compute.
// Definitions are put in the place of operators that the machine does not run itself, whole powers
// become products, sums become additions and subtractions of two, and operands that a loop would
// compute again for every element are grouped.

extension ExpressionGraph {
  /// The roots in the machine's terms, in the same graph; linear in the nodes they need.
  package mutating func prepare(_ roots: [NodeID]) -> [NodeID] {
    var current = roots
    if !recurrences.isEmpty {
      current = replaced(roots) { graph, node in graph.preparedBody(of: node) }
    }
    // A definition may hold operators that have one themselves; none nests deeper.
    for _ in 0..<4 {
      guard hasDefinitions(current) else { break }
      let next = replaced(current) { graph, node in graph.definition(of: node) }
      if next == current { break }
      current = next
    }
    return replaced(current) { graph, node in graph.strengthReduced(node) }
  }

  /// Whether something that the roots need is done by other operators.
  private func hasDefinitions(_ roots: [NodeID]) -> Bool {
    let needed = reachable(from: roots)
    for slot in needed.indices where needed[slot] {
      if case .byDefinition = execution(NodeID(slot)) { return true }
    }
    return false
  }

  /// Rebuilds the nodes that the roots need, each one given to `rule` under its new operands.
  mutating func replaced(
    _ roots: [NodeID], by rule: (inout ExpressionGraph, NodeID) -> NodeID
  ) -> [NodeID] {
    guard let last = roots.max() else { return [] }
    let needed = reachable(from: roots)
    var mapped = NodeMap(count: last.slot + 1)
    for slot in 0...last.slot where needed[slot] {
      origin = origin(at: slot)
      let original = NodeID(slot)
      let node =
        operandPlaces(slot).allSatisfy({ mapped[operand(at: $0).slot] == operand(at: $0) })
        ? original
        : insert(
          operatorID(at: slot), operands(original).map { mapped[$0.slot] ?? $0 },
          attribute(original))
      let image = rule(&self, node)
      passName(of: original, to: image)
      mapped[slot] = image
    }
    origin = -1
    return roots.map { mapped[$0.slot] ?? $0 }
  }

  /// A `scan` with its body in the machine's terms.
  private mutating func preparedBody(of node: NodeID) -> NodeID {
    guard var body = recurrence(of: node) else { return node }
    let outerOrigin = origin
    defer { origin = outerOrigin }
    for (place, state) in body.states.enumerated() {
      origin = self.origin(at: body.next[place].slot)
      body.next[place] = withIncrementWhole(body.next[place], of: state)
    }
    origin = outerOrigin
    body.setRoots(prepare(body.roots))
    return scan(body, operands(node))
  }

  /// s + a + b as s + (a + b) for what a state becomes: a state that grows large rounds what is
  /// added to it, and so it does only once.
  private mutating func withIncrementWhole(_ next: NodeID, of state: NodeID) -> NodeID {
    guard operatorID(next) == .add else { return next }
    var terms = operands(next)
    guard terms.count > 2, let place = terms.firstIndex(of: state) else { return next }
    terms.remove(at: place)
    let isFall = terms.allSatisfy { operatorID($0) == .negate }
    if isFall { terms = terms.map { operands($0)[0] } }
    let change = insertFitting(.add, terms, within: shape(next))
    return insertFitting(isFall ? .subtract : .add, [state, change], within: shape(next))
  }

  mutating func definition(of node: NodeID) -> NodeID {
    guard case .byDefinition = execution(node), let definition = op(node).definition else {
      return node
    }
    return definition(&self, node)
  }

  private mutating func strengthReduced(_ node: NodeID) -> NodeID {
    switch operatorID(node) {
    case .power: return product(forPower: node) ?? node
    case .add, .multiply: return isPair(node) ? node : grouped(node)
    case .divide: return multiplied(node) ?? node
    default: return node
    }
  }

  /// x^n for whole and half n up to 16 as products and a root, by repeated squaring.
  private mutating func product(forPower node: NodeID) -> NodeID? {
    let base = operands(node)[0]
    guard let exponent = number(operands(node)[1]), (2 * exponent).rounded() == 2 * exponent,
      exponent.magnitude <= 16, exponent != 0
    else { return nil }
    var whole = Int(exponent.magnitude)
    var result: NodeID?
    if exponent.magnitude != Double(whole) { result = insert(.sqrt, [base]) }
    var square = base
    while whole > 0 {
      if whole & 1 == 1 { result = result.map { insert(.multiply, [$0, square]) } ?? square }
      whole >>= 1
      if whole > 0 { square = insert(.multiply, [square, square]) }
    }
    guard let result else { return nil }
    return exponent < 0 ? insert(.divide, [constant(1), result]) : result
  }

  /// x/2 as 0.5*x, which is exact, and an array over a number as the array times its reciprocal:
  /// one division instead of one for every element.
  private mutating func multiplied(_ node: NodeID) -> NodeID? {
    let operands = operands(node)
    if let divisor = number(operands[1]), divisor.isNormal, divisor.significand == 1,
      (1 / divisor).isNormal
    {
      return insert(.multiply, [operands[0], constant(1 / divisor)])
    }
    guard shape(operands[1]).isScalar, !shape(operands[0]).isScalar else { return nil }
    let reciprocal = insert(.divide, [constant(1), operands[1]])
    return insert(.multiply, [reciprocal, operands[0]])
  }

  /// Whether a sum or product is an operation of two already.
  private func isPair(_ node: NodeID) -> Bool {
    let places = operandPlaces(node.slot)
    guard places.count == 2 else { return false }
    return operatorID(node) == .multiply
      || !places.contains { operatorID(operand(at: $0)) == .negate }
  }

  /// A sum or product as a chain of operations of two, operands of smaller shapes first among
  /// themselves, so that no loop repeats them.
  private mutating func grouped(_ node: NodeID) -> NodeID {
    let op = operatorID(node)
    let whole = shape(node)
    var groups: [(shape: Shape, nodes: [NodeID])] = []
    for operand in operands(node) {
      let shape = shape(operand)
      if let place = groups.firstIndex(where: { $0.shape == shape }) {
        groups[place].nodes.append(operand)
      } else {
        groups.append((shape, [operand]))
      }
    }
    let parts = groups.map { chain(op, $0.nodes, within: $0.shape) }
    return parts.count == 1 ? parts[0] : chain(op, parts, within: whole)
  }

  private mutating func chain(
    _ op: OperatorID, _ nodes: [NodeID], within whole: Shape
  ) -> NodeID {
    var result = nodes[0]
    var rest = Array(nodes.dropFirst())
    // A sum that begins with a negative term subtracts it from another.
    if op == .add, operatorID(result) == .negate,
      let place = rest.firstIndex(where: { operatorID($0) != .negate })
    {
      swap(&result, &rest[place])
    }
    for node in rest {
      if op == .add, operatorID(node) == .negate, shape(operands(node)[0]) == shape(node) {
        result = insertFitting(.subtract, [result, operands(node)[0]], within: whole)
      } else {
        result = insertFitting(op, [result, node], within: whole)
      }
    }
    return result
  }
}
