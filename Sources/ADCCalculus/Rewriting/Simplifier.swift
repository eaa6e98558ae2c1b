// Rebuilds what some roots need, node by node, with the laws of `Law.swift`.
// In: a graph and roots. Out: the same graph with more nodes, and the new roots.
//
// Sums and products are collected over the nodes that only they use, so a chain of a million terms
// is walked once and nothing that is shared is ever written out twice. A pass is repeated until the
// roots stay, at most `passLimit` times; the result depends on nothing but the graph.

import ADCPlatform

/// One pass over a graph; a value that lives for the pass.
///
/// What is asked at every node is `mutating`, though it changes nothing: a value of this size would
/// else be copied, field by field, for every call that is not made inline.
package struct Simplifier {
  /// What a node is part of: gathered by the sum or product above it, or on its own.
  enum Role: UInt8 {
    case apart, inSum, inProduct
  }

  private static let passLimit = 6
  /// A root of a larger id is not counted again in the end.
  private static let countLimit = 20_000
  /// A round is passes and a refinement of what they leave.
  private static let roundLimit = 4

  var graph: ExpressionGraph
  /// How often each node of the pass is used, as an operand or as a root.
  var uses: [Int32] = []
  var roles: [Role] = []
  var mapped = NodeMap(count: 0)
  /// Vectors times matrices that are a side of the product of two vectors.
  var dotted: Set<NodeID> = []
  /// The sums and products that the pass has kept or made, by their slots: `a + b` and `b + a` are
  /// one, the first of them.
  private(set) var remembered: [Bool] = []
  /// Whether a product that is gathered has numbers whose product is out of range.
  var lostNumber = false
  private(set) var purpose = Purpose.result
  /// Whether nothing of the graph was simplified before: all is as somebody wrote it.
  private(set) var isFirst = false
  /// How many operations more than before a refinement may leave.
  var patience = 0
  /// For each `scan` of the pass that lost some of its results the places of the others.
  var resultPlaces: [NodeID: [Int: Int]] = [:]
  /// For each `scan` of the pass the results that no step changes.
  var fixedResults: [NodeID: [Int: NodeID]] = [:]
  /// Room for the terms of a sum.
  var opened = OpenedTerms()
  var gatheredTerms = GatheredTerms()
  /// Room for the factors of a product.
  var gathered = GatheredFactors()
  /// What earlier passes found about each node.
  var steady = SteadyNodes()
  /// The normal forms that refinements have found.
  var forms = NormalForms()
  /// Nodes for which no law proposes another form, however often it is asked.
  var proposeless: [Bool] = []
  /// How often each law was applied.
  private(set) var firings: [Law: Int] = [:]
  /// What was done, where the graph keeps a journal.
  var log: RewritingLog?

  private init(graph: ExpressionGraph) { self.graph = graph }

  /// What becomes of the simplified roots.
  package enum Purpose: Sendable {
    /// They are differentiated: forms that only computing is cheaper in would cost in the
    /// derivative.
    case differentiation
    /// They are printed and computed.
    case result
  }

  /// The roots in simpler form, in the same graph.
  package static func simplify(
    _ graph: inout ExpressionGraph, _ roots: [NodeID], for purpose: Purpose = .result
  ) -> (roots: [NodeID], firings: [Law: Int]) {
    var simplifier = Simplifier(graph: ExpressionGraph())
    swap(&simplifier.graph, &graph)
    simplifier.purpose = purpose
    // What is simplified on the way, the body of a loop, is no step of its own.
    let journal = simplifier.graph.journal.take()
    if journal != nil { simplifier.log = RewritingLog() }
    let result = simplifier.simplified(roots)
    swap(&simplifier.graph, &graph)
    graph.journal = journal
    if let log = simplifier.log {
      graph.journal?.entries.append(
        .rewriting(Rewriting(roots: roots, results: result, passes: log.passes)))
    }
    return (result, simplifier.firings)
  }

  /// A root in the form that it has on its own, whatever it was simplified together with before.
  package static func simplifyAlone(_ graph: inout ExpressionGraph, _ root: NodeID) -> NodeID {
    graph.unsettle(root)
    return simplify(&graph, [root]).roots[0]
  }

  /// One root after passes alone, and the laws that were applied.
  static func tidied(
    _ graph: inout ExpressionGraph, _ root: NodeID
  ) -> (root: NodeID, laws: Set<Law>) {
    var simplifier = Simplifier(graph: ExpressionGraph())
    swap(&simplifier.graph, &graph)
    simplifier.purpose = .differentiation
    let journal = simplifier.graph.journal.take()
    let result = simplifier.passes([root])[0]
    swap(&simplifier.graph, &graph)
    graph.journal = journal
    return (result, Set(simplifier.firings.keys))
  }

  private mutating func simplified(_ roots: [NodeID]) -> [NodeID] {
    if graph.count > 4096 {
      let count = graph.reachable(from: roots).count(where: \.self)
      graph.reserve(count)
      graph.reserveIndex(count)
    }
    isFirst = (0..<graph.count).allSatisfy { graph.settlement(at: $0) == .none }
    var current = rounds(roots)
    if purpose == .differentiation {
      graph.settle(current, .passed)
      return current
    }
    for _ in 0..<Self.roundLimit {
      let together = refinedTogether(current)
      if together == current { break }
      current = rounds(together)
    }
    // What was given as one expression is never made dearer, but by laws that keep digits.
    let keepsDigits = firings.keys.contains { !$0.gain.isEmpty }
    if !keepsDigits, roots.count == 1, roots[0].slot < Self.countLimit,
      graph.operationCount(current) > graph.operationCount(roots)
    {
      current = roots
      log?.passes = []
    }
    graph.settle(current, .refined)
    return current
  }

  /// Passes and refinements in turn, until the roots stay.
  private mutating func rounds(_ roots: [NodeID]) -> [NodeID] {
    var current = roots
    for _ in 0..<Self.roundLimit {
      let passed = passes(current)
      current = refined(passed)
      if current == passed { break }
    }
    return current
  }

  /// Passes until the roots stay.
  mutating func passes(_ roots: [NodeID]) -> [NodeID] {
    var current = roots
    for _ in 0..<Self.passLimit {
      let next = pass(current)
      // Nobody waits for the result.
      if next == current || CurrentProcess.stopsEvaluation { break }
      current = next
    }
    return current
  }

  private mutating func pass(_ roots: [NodeID]) -> [NodeID] {
    guard let last = roots.max() else { return [] }
    let needed = findUses(roots, upTo: last.slot)
    findDotted(needed)
    steady.begin(count: last.slot + 1)
    if isSteady(needed) { return roots }
    mapped = NodeMap(count: last.slot + 1)
    forget()
    resultPlaces = [:]
    fixedResults = [:]
    openPass(roots)
    for slot in 0...last.slot where needed[slot] {
      let node = NodeID(slot)
      let usage = usage(slot)
      let isUnchanged = isUnchanged(slot, usage)
      if roles[slot] != .apart {
        steady.gather(slot, usage, isUnchanged: isUnchanged)
        continue
      }
      if isSettled(slot), !isUndotted(node) {
        remember(node)
        steady.keep(slot, usage, isPlain: isPlainScalar(slot))
        continue
      }
      if isUnchanged, steady.wasKept(slot) {
        mapped[slot] = node
        remember(node)
        steady.keep(slot, usage, isPlain: true)
        continue
      }
      if isFixed(slot), remember(node) {
        mapped[slot] = node
        steady.keep(slot, usage, isPlain: isPlainScalar(slot))
        continue
      }
      if slot & 0xFF == 0, CurrentProcess.stopsEvaluation { break }
      graph.origin = graph.origin(at: slot)
      var made = rebuilt(node)
      if !isPlainScalar(made.slot) { made = diagonalForm(made) }
      let result = graph.haveOneShape(made, node) ? made : fitted(made, to: graph.shape(node))
      mapped[slot] = result
      graph.passName(of: node, to: result)
      note(node, became: result)
      if result == node {
        steady.keep(slot, usage, isPlain: isPlainScalar(slot))
      } else {
        steady.replace(slot)
        introduce(result, inPlaceOf: node, usage)
      }
    }
    graph.origin = -1
    let results = roots.map { mapped[$0.slot] ?? $0 }
    closePass(results)
    return results
  }

  /// Whether a node stands as it was given, not as a derivative made it.
  func isTyped(_ node: NodeID) -> Bool { isFirst || graph.settlement(at: node.slot) != .none }

  /// Whether the laws of a pass have nothing more to say about a node. Some wait until what is
  /// differentiated is not shown any more.
  @inline(__always) func isSettled(_ slot: Int) -> Bool {
    graph.settlement(at: slot) >= (purpose == .differentiation ? .passed : .refined)
  }

  /// Lets later sums and products find an equal one in another order; false where an earlier one is
  /// known already.
  @discardableResult
  @inline(__always) mutating func remember(_ node: NodeID) -> Bool {
    let op = graph.operatorID(node)
    guard op == .add || op == .multiply else { return true }
    if graph.hasTwin(node), let known = reordered(op, graph.operands(node).span) {
      return known == node
    }
    remember(slot: node.slot)
    return true
  }

  /// `remember` for what is known to be the first of its kind.
  mutating func remember(slot: Int) {
    if slot >= remembered.count {
      remembered += repeatElement(false, count: slot + 1 - remembered.count)
    }
    remembered[slot] = true
  }

  /// Forgets all sums and products.
  mutating func forget() { remembered = [Bool](repeating: false, count: graph.count) }

  /// The sum or product of the same operands in another order that was made in this pass.
  mutating func reordered(_ op: OperatorID, _ operands: Span<NodeID>) -> NodeID? {
    arrangements(op, operands).wanted
  }

  /// The sums or products of the same operands: wanted is what was made in this pass.
  mutating func arrangements(
    _ op: OperatorID, _ operands: Span<NodeID>
  ) -> ExpressionGraph.Arrangements {
    graph.arrangements(of: op, operands) { node in
      node.slot < remembered.count && remembered[node.slot]
    }
  }

  /// The exponent of a power if it is a whole number of moderate size.
  @inline(__always) func wholeExponent(of node: NodeID) -> Double? {
    guard let exponent = graph.number(graph.operand(node, 1)), exponent.rounded() == exponent,
      exponent.magnitude <= 64
    else { return nil }
    return exponent
  }

  /// What an operand of the pass's graph has become.
  func image(_ node: NodeID) -> NodeID { mapped[node.slot] ?? node }

  mutating func fire(_ law: Law, _ count: Int = 1) {
    firings[law, default: 0] += count
    log?.recent.append(law)
  }

  /// A result under the shape that the node had: a law may have dropped what gave it.
  mutating func fitted(_ node: NodeID, to shape: Shape) -> NodeID {
    graph.shape(node) == shape ? node : graph.insert(.broadcast, [node], .shape(shape))
  }

  private mutating func rebuilt(_ node: NodeID) -> NodeID {
    // No law of products may make a number of it.
    if graph.operatorID(node) == .divide, graph.number(image(graph.operand(node, 1))) == 0,
      graph.number(image(graph.operand(node, 0))) == 0
    {
      return fitted(graph.constant(.nan), to: graph.shape(node))
    }
    switch family(of: node) {
    case .inSum: return gatheredSum(node)
    case .inProduct: return gatheredProduct(node)
    case .apart: break
    }
    if let result = function(node) { return result }
    let op = graph.operatorID(node)
    let operands = graph.operands(node)
    if let body = graph.recurrence(of: node) {
      return simplerScan(node, body, operands.map { image($0) })
    }
    if let (scan, place) = graph.result(node) { return simplerResult(node, of: scan, place) }
    if operands.isEmpty { return node }
    let whole = graph.shape(node)
    var images = operands.map { image($0) }
    let attribute = graph.attribute(node)
    let isElementwise = if case .elementwise = graph.execution(node) { true } else { false }
    if isElementwise {
      images = withoutBroadcasts(images, shape: whole)
      if let value = folded(op, images) {
        fire(.constants)
        return value
      }
      if let result = simplerFunction(op, images) { return result }
    } else if let result = simplerArray(node, op, images, attribute) {
      return result
    }
    return images == operands ? node : graph.insert(op, images, attribute)
  }

  /// `rebuilt` for a function of one number; nil for all else.
  private mutating func function(_ node: NodeID) -> NodeID? {
    let op = graph.operatorID(node)
    let places = graph.operandPlaces(node.slot)
    guard places.count == 1, graph.isPlainScalar(at: node.slot), !graph.hasAttribute(node) else {
      return nil
    }
    let operand = graph.operand(at: places.lowerBound)
    let image = image(operand)
    if graph.operatorID(image) == .number, let value = folded(op, [image]) {
      fire(.constants)
      return value
    }
    let simpler = hasOwnLaws(op) ? simplerFunction(op, [image]) : withoutInverse(op, image)
    if let simpler { return simpler }
    let result = image == operand ? node : graph.insert(op, image)
    steady.fix(result.slot)
    return result
  }
}
