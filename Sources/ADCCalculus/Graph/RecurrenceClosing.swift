// From expressions over a step's leaves to a closed body.

extension ExpressionGraph {
  /// A `scan` whose roots may need nodes from outside: what no step changes is computed before the
  /// loop and shared by all, what depends on the number of the step alone is computed for all steps
  /// at once and read row by row.
  package mutating func closedScan(_ open: Recurrence, initial: [NodeID]) -> NodeID {
    var body = open
    let plan = partition(body)
    let steps = body.steps
    let arrays = lifted(plan.rows, over: body.index, dimension: steps)
    var leaves: [NodeID: NodeID] = [:]
    for node in plan.rows + plan.shared { leaves[node] = leaf(like: node) }
    body.setRoots(substituting(leaves, in: body.roots))
    body.rows = plan.rows.compactMap { leaves[$0] }
    body.shared = plan.shared.compactMap { leaves[$0] }
    return scan(body, initial + arrays + plan.shared)
  }

  /// The largest parts of a body that no state changes: rows and what all steps share.
  private func partition(_ body: Recurrence) -> (rows: [NodeID], shared: [NodeID]) {
    guard let last = body.roots.max() else { return ([], []) }
    let ofState = dependents(on: body.states, upTo: last)
    let ofIndex = dependents(on: [body.index], upTo: last)
    let sizes = rowSizes(body, ofState, ofIndex)
    let hasRow = rowUsers(upTo: last, ofIndex)
    var rows: Set<NodeID> = []
    var shared: Set<NodeID> = []
    var isSeen = [Bool](repeating: false, count: last.slot + 1)
    var open = body.roots
    while let node = open.popLast() {
      guard !isSeen[node.slot] else { continue }
      isSeen[node.slot] = true
      if ofState[node.slot] {
        open += operands(node)
      } else if !ofIndex[node.slot] {
        // A number or a size is as well written into the body.
        if number(node) == nil, operatorID(node) != .size { shared.insert(node) }
      } else if node != body.index {
        // What needs no row is as well computed step by step.
        if isRow(node, ofIndex) || hasRow[node.slot] && sizes.fits(shape(node)) {
          rows.insert(node)
        } else {
          open += operands(node)
        }
      }
    }
    return (rows.sorted(), shared.sorted())
  }

  /// Whether a node is a row of an array that no step changes; numbers are drawn for all steps at
  /// once.
  private func isRow(_ node: NodeID, _ ofIndex: [Bool]) -> Bool {
    if operatorID(node) == .uniform { return true }
    return operatorID(node) == .gather && !ofIndex[operands(node)[0].slot]
  }

  /// Whether each node needs a row of an array that no step changes.
  private func rowUsers(upTo last: NodeID, _ ofIndex: [Bool]) -> [Bool] {
    var result = [Bool](repeating: false, count: last.slot + 1)
    for slot in result.indices where ofIndex[slot] {
      let node = NodeID(slot)
      result[slot] = isRow(node, ofIndex) || operands(node).contains { result[$0.slot] }
    }
    return result
  }

  private func rowSizes(
    _ body: Recurrence, _ ofState: [Bool], _ ofIndex: [Bool]
  ) -> RowSizes {
    var sizes = RowSizes()
    for state in body.states { sizes.add(shape(state)) }
    let needed = reachable(from: body.roots)
    for slot in needed.indices where needed[slot] && ofIndex[slot] && !ofState[slot] {
      if isRow(NodeID(slot), ofIndex) { sizes.add(shape(NodeID(slot))) }
    }
    return sizes
  }
}

/// How large a row may be that is kept for all steps: no larger than what a step holds anyway.
private struct RowSizes {
  private var known = 1
  private var named: Set<[Dimension]> = []

  mutating func add(_ shape: Shape) {
    if let count = shape.knownCount {
      known = max(known, count)
    } else {
      named.insert(shape.dimensions.filter { !$0.isOne })
    }
  }

  func fits(_ shape: Shape) -> Bool {
    if let count = shape.knownCount { return count <= known }
    return named.contains(shape.dimensions.filter { !$0.isOne })
  }
}
