/// The nodes that some roots need, with how often each is used: what it costs to put one in
/// another's place, in the operations of `ExpressionGraph.operationCount`.
struct LiveNodes {
  private(set) var uses: [Int32]
  /// Of `uses`, those that need a sign computed: all but terms of sums.
  private var signUses: [Int32]
  /// Room for what is still to be counted.
  private var stack: [(node: NodeID, amount: Int32, isTerm: Bool)] = []

  init(_ graph: ExpressionGraph, _ roots: [NodeID], _ needed: [Bool]) {
    var all = [Int32](repeating: 0, count: graph.count)
    var signs = all
    var allSpan = all.mutableSpan
    var signSpan = signs.mutableSpan
    for root in roots {
      allSpan[root.slot] += 1
      signSpan[root.slot] += 1
    }
    for slot in needed.indices where needed[slot] {
      let isSum = graph.operatorID(at: slot) == .add
      for place in graph.operandPlaces(slot) {
        let operand = graph.operand(at: place)
        allSpan[operand.slot] += 1
        if !isSum { signSpan[operand.slot] += 1 }
      }
    }
    uses = all
    signUses = signs
  }

  /// Whether something needs the node.
  func isUsed(_ node: NodeID) -> Bool { node.slot < uses.count && uses[node.slot] > 0 }

  /// What `replace` did, so that it can be undone.
  struct Exchange {
    fileprivate var old: NodeID
    fileprivate var new: NodeID
    fileprivate var signs: Int32
    fileprivate var terms: Int32
    /// How many operations more the roots need since.
    fileprivate(set) var cost = 0
  }

  /// Gives all users of one node another.
  mutating func replace(_ old: NodeID, by new: NodeID, in graph: ExpressionGraph) -> Exchange {
    if uses.count < graph.count {
      let missing = graph.count - uses.count
      uses += repeatElement(0, count: missing)
      signUses += repeatElement(0, count: missing)
    }
    let signs = signUses[old.slot]
    var exchange = Exchange(old: old, new: new, signs: signs, terms: uses[old.slot] - signs)
    if old != new { exchange.cost = move(exchange, from: old, to: new, in: graph) }
    return exchange
  }

  /// Takes an exchange back; the last one first.
  mutating func undo(_ exchange: Exchange, in graph: ExpressionGraph) {
    guard exchange.old != exchange.new else { return }
    _ = move(exchange, from: exchange.new, to: exchange.old, in: graph)
  }

  private mutating func move(
    _ exchange: Exchange, from old: NodeID, to new: NodeID, in graph: ExpressionGraph
  ) -> Int {
    var cost = change(new, by: exchange.signs, isTerm: false, in: graph)
    cost += change(new, by: exchange.terms, isTerm: true, in: graph)
    cost += change(old, by: -exchange.signs, isTerm: false, in: graph)
    cost += change(old, by: -exchange.terms, isTerm: true, in: graph)
    return cost
  }

  /// More or fewer uses of a node, and of all that it alone needs.
  private mutating func change(
    _ node: NodeID, by amount: Int32, isTerm: Bool, in graph: ExpressionGraph
  ) -> Int {
    if amount == 0 { return 0 }
    var cost = 0
    let unit: Int32 = amount > 0 ? 1 : -1
    stack.append((node, amount, isTerm))
    while let (node, amount, isTerm) = stack.popLast() {
      let slot = node.slot
      if !isTerm {
        let before = signUses[slot]
        signUses[slot] += amount
        if graph.operatorID(at: slot) == .negate, (before == 0) != (signUses[slot] == 0) {
          cost += Int(unit)
        }
      }
      let before = uses[slot]
      uses[slot] += amount
      guard (before == 0) != (uses[slot] == 0) else { continue }
      cost += Int(unit) * graph.ownOperations(node)
      let isSum = graph.operatorID(at: slot) == .add
      for place in graph.operandPlaces(slot) {
        stack.append((graph.operand(at: place), unit, isSum))
      }
    }
    return cost
  }
}

extension ExpressionGraph {
  /// The operations of a node alone; none for a sign, which not every user needs.
  fileprivate func ownOperations(_ node: NodeID) -> Int {
    switch execution(node) {
    case .leaf, .generator, .view: return 0
    default: break
    }
    let places = operandPlaces(node.slot)
    switch operatorID(at: node.slot) {
    case .negate: return 0
    case .add:
      let isNegative = places.allSatisfy { operatorID(at: operand(at: $0).slot) == .negate }
      return places.count - (isNegative ? 0 : 1)
    case .multiply:
      let sizes = places.count { isSize(operand(at: $0)) }
      if sizes == places.count { return 0 }
      let numbers = sizes == 0 ? 0 : places.count { number(operand(at: $0)) != nil }
      if sizes > 0, sizes + numbers == places.count { return 0 }
      return places.count - 1 - max(sizes + numbers - 1, 0)
    case .power: return isSize(node) ? 0 : 1
    default: return 1
    }
  }

  /// Whether a node is a size, or made of sizes and numbers alone as `operationCount` sees it.
  private func isSize(_ node: NodeID) -> Bool {
    switch operatorID(at: node.slot) {
    case .size: return true
    case .multiply, .power:
      let places = operandPlaces(node.slot)
      let sizes = places.count { operatorID(at: operand(at: $0).slot) == .size }
      return sizes > 0
        && places.allSatisfy {
          operatorID(at: operand(at: $0).slot) == .size || number(operand(at: $0)) != nil
        }
    default: return false
    }
  }
}
