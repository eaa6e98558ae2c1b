// Which nodes are tops of sums and products, and which are parts of those of their only users.

extension Simplifier {
  /// Counts how often each node is used, and finds which nodes the only one that uses them gathers;
  /// says which ones the roots need.
  mutating func findUses(_ roots: [NodeID], upTo last: Int) -> [Bool] {
    var allUses = [Int32](repeating: 0, count: graph.count)
    var allNeeded = [Bool](repeating: false, count: graph.count)
    var allRoles = [Role](repeating: .apart, count: graph.count)
    for root in roots { allUses[root.slot] += 2 }
    var counts = allUses.mutableSpan
    var needed = allNeeded.mutableSpan
    var found = allRoles.mutableSpan
    // Users come after what they use.
    for slot in stride(from: last, through: 0, by: -1) where counts[slot] > 0 {
      needed[slot] = true
      // What one user would gather stays apart where there is another.
      if counts[slot] != 1 { found[slot] = .apart }
      let role = found[slot]
      let family = role == .apart && isSettled(slot) ? .apart : gatheringFamily(slot, role)
      for place in graph.operandPlaces(slot) {
        let operand = graph.operand(at: place)
        counts[operand.slot] += 1
        if family != .apart, gathers(family, from: slot, operand) { found[operand.slot] = family }
      }
    }
    uses = allUses
    roles = allRoles
    return allNeeded
  }

  /// `family(of:)` before it is known how often operands are used: that of a sign is one for a sum
  /// and another for the rest.
  @inline(__always)
  private mutating func gatheringFamily(_ slot: Int, _ role: Role) -> Role {
    if role != .apart { return role }
    switch graph.operatorID(at: slot) {
    case .add: return .inSum
    case .multiply, .divide: return .inProduct
    case .negate:
      return graph.operatorID(graph.operand(NodeID(slot), 0)) == .add ? .inSum : .inProduct
    case .power: return wholeExponent(of: NodeID(slot)) == nil ? .apart : .inProduct
    default: return .apart
    }
  }

  /// Whether a node is the top or a part of a sum or a product.
  mutating func family(of node: NodeID) -> Role {
    if roles[node.slot] != .apart { return roles[node.slot] }
    switch graph.operatorID(node) {
    case .add: return .inSum
    case .multiply, .divide: return .inProduct
    case .negate:
      let operand = graph.operand(node, 0)
      return uses[operand.slot] == 1 && graph.operatorID(operand) == .add ? .inSum : .inProduct
    case .power: return wholeExponent(of: node) == nil ? .apart : .inProduct
    default: return .apart
    }
  }

  @inline(__always)
  private mutating func gathers(_ family: Role, from slot: Int, _ operand: NodeID) -> Bool {
    let op = graph.operatorID(operand)
    switch op {
    case .add: return family == .inSum && graph.haveOneShape(NodeID(slot), operand)
    case .negate: break
    case .multiply, .divide, .power:
      if family == .inSum { return false }
    default: return false
    }
    guard graph.haveOneShape(NodeID(slot), operand) else { return false }
    if family == .inSum { return true }
    if graph.operatorID(at: slot) == .power {
      // (a*b)^2 as a^2*b^2 would cost more.
      if op == .negate {
        let inner = graph.operatorID(graph.operand(operand, 0))
        return inner != .multiply && inner != .divide
      }
      return op == .power && wholeExponent(of: operand) != nil
    }
    return op != .power || wholeExponent(of: operand) != nil
  }
}
