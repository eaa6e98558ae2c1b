extension Simplifier {
  /// `-(x*p)` as `x*q` where q is -p and there already, or is p with its terms turned around.
  mutating func withSignInside(_ node: NodeID) -> NodeID? {
    guard graph.operatorID(node) == .negate else { return nil }
    let product = graph.operand(node, 0)
    let shape = graph.shape(node)
    guard graph.shape(product) == shape else { return nil }
    let op = graph.operatorID(product)
    guard op == .multiply || op == .divide else { return turned(product) }
    var operands = graph.operands(product)
    for place in operands.indices where op == .multiply || place == 0 {
      guard let other = turned(operands[place]) else { continue }
      operands[place] = other
      return op == .multiply
        ? joined(.multiply, operands, within: shape) : graph.insert(.divide, operands)
    }
    return nil
  }

  /// -2*(1 - x) as 2*(x - 1).
  mutating func withFactorTurned(_ node: NodeID) -> NodeID? {
    guard graph.operatorID(node) == .multiply, let value = graph.number(graph.operand(node, 0)),
      value < 0, !isNamed(value)
    else { return nil }
    var operands = graph.operands(node)
    for place in operands.indices.dropFirst() where graph.operatorID(operands[place]) == .add {
      guard let other = turned(operands[place]) else { continue }
      operands[place] = other
      let positive = graph.constant(-value)
      operands = value == -1 ? Array(operands.dropFirst()) : [positive] + operands.dropFirst()
      return joined(.multiply, operands, within: graph.shape(node))
    }
    return nil
  }

  /// The negative of a value as cheap as the value itself.
  private mutating func turned(_ node: NodeID) -> NodeID? {
    if let negative = graph.existing(.negate, [node]), uses(negative) { return negative }
    switch graph.operatorID(node) {
    case .negate: return graph.operand(node, 0)
    case .multiply:
      guard let value = graph.number(graph.operand(node, 0)), !isNamed(value), value != 0 else {
        return nil
      }
      let operands = [graph.constant(-value)] + graph.operands(node).dropFirst()
      return joined(.multiply, operands, within: graph.shape(node))
    case .add:
      let terms = graph.operands(node)
      guard terms.contains(where: { isNegative($0) }) else { return nil }
      return sum(terms.map { ($0, true) }, shape: graph.shape(node))
    default: return nil
    }
  }

  private func uses(_ node: NodeID) -> Bool {
    node.slot < mapped.count && mapped[node.slot] != nil
  }
}
