// After the passes: other forms of the same values, kept where all roots together need fewer
// operations. A value that several use may be worth having twice, and one that is there already
// costs nothing; so alternatives are priced among all live nodes, never alone.

/// What a round of refinement knows beside the graph.
struct Refinement {
  var live: LiveNodes
  var forms = NormalForms()
  var samples = Samples()
  /// Room for what is looked at of one sum after another.
  var opened = OpenedTerms()
}

extension Simplifier {
  /// Graphs with more live nodes than this keep the forms that the passes gave them.
  private static let refinementLimit = 20_000
  private static let togetherLimit = 2_000
  /// How many operations more one root may need for a while.
  private static let togetherPatience = 3

  /// The roots with each node in the cheapest form that some law finds.
  mutating func refined(_ roots: [NodeID]) -> [NodeID] {
    guard let last = roots.max() else { return roots }
    let needed = graph.reachable(from: roots)
    let isLong = needed.lazy.prefix(last.slot + 1).count { $0 } > Self.refinementLimit
    if isLong, !needed.indices.contains(where: { needed[$0] && isWideSum($0) }) { return roots }
    if isLong {
      // What the last pass knew of nodes takes as much memory as what this round asks for.
      uses = []
      roles = []
    }
    var refinement = Refinement(live: LiveNodes(graph, roots, needed))
    let tops = isLong ? [] : tops(needed, refinement.live)
    // What was refined before is passed over, so that atoms would be numbered, and terms ordered,
    // by the rounds that there were.
    let keepsForms =
      !isLong && !needed.indices.contains { needed[$0] && graph.settlement(at: $0) == .refined }
    if keepsForms {
      swap(&refinement.forms, &forms)
      refinement.forms.beginRound()
    }
    if !isLong { refinement.forms.reserve(needed.count, upTo: graph.count) }
    mapped = NodeMap(count: last.slot + 1)
    forget()
    for slot in 0...last.slot where needed[slot] { remember(NodeID(slot)) }
    openPass(roots)
    var hasChanged = !isLong
    for slot in 0...last.slot where needed[slot] {
      // Of a long graph all is left as it is up to the first sum.
      if !hasChanged, !isWideSum(slot) { continue }
      let node = NodeID(slot)
      graph.origin = graph.origin(at: slot)
      let current = moved(node, &refinement)
      mapped[slot] = current
      graph.passName(of: node, to: current)
      if graph.settlement(at: slot) == .refined { continue }
      if isLong {
        if isWideSum(slot) { mapped[slot] = grouped(current, &refinement) }
        if mapped[slot] != node { hasChanged = true }
        note(node, became: mapped[slot] ?? current)
        continue
      }
      let isPlain = hasNoProposals(current)
      if !isPlain { fill(current, &refinement) }
      guard tops[slot], refinement.live.isUsed(current) else { continue }
      if isPlain, graph.operatorID(current) != .add { continue }
      let best = cheapest(current, isPlain: isPlain, &refinement)
      mapped[slot] = best
      graph.passName(of: node, to: best)
      note(node, became: best)
    }
    if keepsForms { swap(&refinement.forms, &forms) }
    graph.origin = -1
    let results = roots.map { mapped[$0.slot] ?? $0 }
    closePass(results)
    return results
  }

  /// Whether a node is a sum whose terms are grouped in long graphs too.
  private mutating func isWideSum(_ slot: Int) -> Bool {
    guard purpose == .result, graph.operatorID(at: slot) == .add else { return false }
    let count = graph.operandPlaces(slot).count
    return count > 2 && count <= Self.groupingLimit
  }

  /// A node over what its operands have become.
  private mutating func moved(_ node: NodeID, _ refinement: inout Refinement) -> NodeID {
    let places = graph.operandPlaces(node.slot)
    if places.allSatisfy({ image(graph.operand(at: $0)) == graph.operand(at: $0) }) { return node }
    let op = graph.operatorID(node)
    let images = graph.operands(node).map { image($0) }
    let result =
      op == .add || op == .multiply
      ? joined(op, images, within: graph.shape(node))
      : graph.insert(op, images, graph.attribute(node))
    let whole = fitted(result, to: graph.shape(node))
    _ = refinement.live.replace(node, by: whole, in: graph)
    return whole
  }

  /// The sums, products and powers that are more than a part of one other.
  private mutating func tops(_ needed: [Bool], _ live: LiveNodes) -> [Bool] {
    var result = needed
    for slot in needed.indices where needed[slot] {
      let node = NodeID(slot)
      guard isArithmetic(node) else {
        result[slot] = false
        continue
      }
      for place in graph.operandPlaces(slot) {
        let operand = graph.operand(at: place)
        let isPart = live.uses[operand.slot] == 1 && graph.haveOneShape(operand, node)
        // Terms and sums in parentheses are looked at alone too: laws of products and of sums.
        let isWorth =
          graph.operatorID(node) == .add || graph.operatorID(operand) == .add
          || graph.operatorID(node) == .negate
        if isPart, !isWorth || graph.operatorID(operand) == .negate {
          result[operand.slot] = false
        }
      }
    }
    return result
  }

  /// Whether a node is made of others by the four operations and whole powers.
  mutating func isArithmetic(_ node: NodeID) -> Bool {
    switch graph.operatorID(node) {
    case .add, .multiply, .divide, .negate: true
    case .power: wholeExponent(of: node) != nil
    default: false
    }
  }

  /// Whether an earlier round has found that no law proposes another form of a node.
  private mutating func hasNoProposals(_ node: NodeID) -> Bool {
    node.slot < proposeless.count && proposeless[node.slot]
  }

  /// Notes that no law proposes another form of a node, where that does not depend on other nodes.
  private mutating func noteNoProposals(for node: NodeID, _ form: FlatForms.Form?) {
    guard let form, !form.mayChange, graph.operatorID(node) != .negate, !isNegative(node) else {
      return
    }
    if proposeless.count < graph.count {
      proposeless += repeatElement(false, count: graph.count - proposeless.count)
    }
    proposeless[node.slot] = true
  }

  /// The cheapest of what the laws propose; what there is where none is cheaper. Of a plain node
  /// nothing is proposed but that its terms are grouped.
  private mutating func cheapest(
    _ node: NodeID, isPlain: Bool, _ refinement: inout Refinement
  ) -> NodeID {
    var best = node
    var proposals = isPlain ? [] : proposals(for: node, &refinement)
    if !isPlain, proposals.isEmpty { noteNoProposals(for: node, refinement.forms.flatForm(node)) }
    if purpose == .result, graph.operatorID(node) == .add,
      let grouping = grouping(of: node, &refinement)
    {
      proposals.append((.commonFactors, grouping))
    }
    log?.recent = []
    if proposals.isEmpty { return node }
    let shape = graph.shape(node)
    for (law, proposal) in proposals {
      // Factors apart from each other may not line up with the node any more.
      guard graph.shape(proposal).broadcast(with: shape) == shape else { continue }
      let other = fitted(proposal, to: shape)
      guard other != best else { continue }
      let exchange = refinement.live.replace(best, by: other, in: graph)
      let isShorter =
        exchange.cost < 0
        || (purpose == .result && exchange.cost <= patience
          && graph.isShorter(other, than: best, by: exchange.cost))
      if isShorter, refinement.samples.keepsDigits(of: best, in: other, graph) {
        best = other
        fire(law)
      } else {
        refinement.live.undo(exchange, in: graph)
      }
    }
    if best != node {
      remember(best)
      fill(best, &refinement)
    }
    return best
  }

  /// A sum of a long graph with its common factors taken out, where that is cheaper.
  private mutating func grouped(_ node: NodeID, _ refinement: inout Refinement) -> NodeID {
    guard let grouping = grouping(of: node, &refinement) else { return node }
    let other = fitted(grouping, to: graph.shape(node))
    let exchange = refinement.live.replace(node, by: other, in: graph)
    guard exchange.cost < 0 else {
      refinement.live.undo(exchange, in: graph)
      return node
    }
    fire(.commonFactors)
    return other
  }
}

extension Simplifier {
  /// Rewrites that no root pays for alone: what several share is replaced in all of them, and two
  /// factors that several products have are multiplied once. Kept where all is cheaper in the end.
  mutating func refinedTogether(_ roots: [NodeID]) -> [NodeID] {
    guard let last = roots.max() else { return roots }
    let needed = graph.reachable(from: roots)
    guard needed.lazy.prefix(last.slot + 1).count(where: { $0 }) <= Self.togetherLimit else {
      return roots
    }
    var best = roots
    var cost = graph.operationCount(roots)
    let start = log?.passes ?? []
    var way = start
    patience = Self.togetherPatience
    let optimistic = refined(best)
    patience = 0
    let first = log?.passes ?? []
    let paired = withPairsShared(optimistic)
    for (candidate, steps) in [(optimistic, first), (paired, log?.passes ?? [])]
    where candidate != best {
      log?.passes = steps
      let settled = passes(refined(passes(candidate)))
      let count = graph.operationCount(settled)
      if count < cost { (best, cost, way) = (settled, count, log?.passes ?? []) }
    }
    log?.passes = way
    let shared = withPairsShared(best)
    if shared != best {
      let settled = passes(shared)
      if graph.operationCount(settled) < cost { return settled }
      log?.passes = way
    }
    return best
  }
}

extension ExpressionGraph {
  /// Whether one expression written out is shorter than another; much shorter, where it costs more
  /// for now. Shared parts count as often as they are used.
  fileprivate func isShorter(_ node: NodeID, than other: NodeID, by cost: Int) -> Bool {
    let (left, right) = (length(node), length(other))
    return cost <= 0 ? left < right : 4 * left <= 3 * right
  }

  /// The nodes of an expression written out, shared ones as often as they are used; at most 400.
  fileprivate func length(_ node: NodeID) -> Int {
    var stack = [node]
    // A sign within a sum is no part of its own, one in front of all is: -(x - y) is y - x.
    var count = operatorID(node) == .negate ? 1 : 0
    while let top = stack.popLast(), count < 400 {
      switch operatorID(at: top.slot) {
      case .negate: break
      case .multiply: count += (number(operand(top, 0)) ?? 1) < 0 ? 2 : 1
      default: count += 1
      }
      for place in operandPlaces(top.slot) { stack.append(operand(at: place)) }
    }
    return count
  }
}
