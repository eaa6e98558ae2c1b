// A loop from step to step as one node: what a step does is a closed function beside the graph.
//
// A `scan` node has as operands the states before the first step, arrays of one row for each step,
// and values that all steps share. It stands for several results, taken by `scan_result` nodes:
// the states after the last step, and arrays that collect a value of each step.
//
// Invariant: the roots of a body need no leaves but those that the recurrence names, constants and
// sizes. Bodies are no operands: passes over the nodes that some roots need do not enter them.

/// What one step of a `scan` does, by nodes over leaves of its own.
package struct Recurrence: Hashable, Sendable {
  /// What the reverse sweep finds of the states of the forward one.
  package enum Storage: Hashable, Sendable {
    case everyStep
    /// About the square root of the steps; the states between are computed once more.
    case squareRoot
  }

  /// How many steps are made.
  package var steps: Dimension
  /// Whether the steps run from the last to the first.
  package var isReversed = false
  /// Which states a reverse sweep finds stored.
  package var storage = Storage.everyStep
  /// The number of the step, a leaf.
  package var index: NodeID
  /// Leaves for the states before the step.
  package var states: [NodeID]
  /// Leaves for rows of arrays, row t in step t.
  package var rows: [NodeID]
  /// Leaves for values that all steps share.
  package var shared: [NodeID]
  /// The states after the step, of the same shapes.
  package var next: [NodeID]
  /// What the results collect of each step, row t in step t. The first are the states before the
  /// step, which the reverse sweep reads; what nobody takes is never stored.
  package var collected: [NodeID]

  /// - Parameter further: what is collected of each step beside the states before it.
  package init(
    steps: Dimension, index: NodeID, states: [NodeID], rows: [NodeID], shared: [NodeID],
    next: [NodeID], collected further: [NodeID]
  ) {
    self.steps = steps
    self.index = index
    self.states = states
    self.rows = rows
    self.shared = shared
    self.next = next
    self.collected = states + further
  }

  /// The nodes that a step computes.
  package var roots: [NodeID] { next + collected }

  /// The nodes that a step computes where only some results are taken.
  package func roots(of taken: Set<Int>) -> [NodeID] {
    next
      + collected.enumerated().filter { taken.contains(next.count + $0.offset) }.map(\.element)
  }

  /// Puts other nodes in the place of `roots`.
  package mutating func setRoots(_ roots: [NodeID]) {
    next = Array(roots.prefix(next.count))
    collected = Array(roots.dropFirst(next.count))
  }

  /// The number of results: the last states, then what is collected.
  package var resultCount: Int { next.count + collected.count }

  /// The leaves in the order of the operands.
  package var leaves: [NodeID] { states + rows + shared }
}

/// Operators that the engine builds; their lines in the catalogue say what they are.
extension OperatorID {
  package static let scan = Catalogue.required("scan")
  package static let scanResult = Catalogue.required("scan_result")
}

extension ExpressionGraph {
  /// The body of a `scan`.
  package func recurrence(of node: NodeID) -> Recurrence? {
    if !recurrences.isEmpty, case .recurrence(let place) = attribute(node) {
      return recurrences[place]
    }
    return nil
  }

  /// The `scan` that a node takes a result of, and which one.
  package func result(_ node: NodeID) -> (scan: NodeID, place: Int)? {
    if !recurrences.isEmpty, case .result(let place, _) = attribute(node) {
      return (operand(node, 0), place)
    }
    return nil
  }

  /// A result of a `scan`: first the last states, then what is collected.
  package mutating func result(_ place: Int, of scan: NodeID) -> NodeID {
    guard let body = recurrence(of: scan) else { return scan }
    let shape: Shape
    if place < body.next.count {
      shape = self.shape(body.states[place])
    } else {
      let row = self.shape(body.collected[place - body.next.count])
      shape = Shape([body.steps] + row.dimensions)
    }
    return insert(.scanResult, [scan], .result(place, shape))
  }

  /// A `scan` over operands in the order of the body's leaves; those that no step needs are left
  /// out, and numbers among rows and shared values are put into the body.
  package mutating func scan(_ body: Recurrence, _ operands: [NodeID]) -> NodeID {
    var body = body
    let initial = Array(operands.prefix(body.states.count))
    putNumbers(operands, into: &body)
    let needed = reachable(from: body.roots)
    let isUsed = { (leaf: NodeID) in leaf.slot < needed.count && needed[leaf.slot] }
    let rest = zip(body.rows + body.shared, operands.dropFirst(initial.count)).filter {
      isUsed($0.0)
    }
    let rowLeaves = Set(body.rows)
    body.rows = rest.map(\.0).filter { rowLeaves.contains($0) }
    body.shared = rest.map(\.0).filter { !rowLeaves.contains($0) }
    return insert(.scan, initial + rest.map(\.1), .recurrence(place(of: body)))
  }

  /// Puts operands that are numbers in the place of the rows and shared values of a body.
  mutating func putNumbers(_ operands: [NodeID], into body: inout Recurrence) {
    var replacements: [NodeID: NodeID] = [:]
    for (leaf, operand) in zip(body.rows + body.shared, operands.dropFirst(body.states.count)) {
      guard let value = repeatedNumber(operand) else { continue }
      replacements[leaf] = full(constant(value), shape(leaf))
    }
    if !replacements.isEmpty { body.setRoots(substituting(replacements, in: body.roots)) }
  }

  /// The number that all elements of a node are, if it is written as one: also as a fraction such
  /// as 1/2, whose value is exact.
  private func repeatedNumber(_ node: NodeID) -> Double? {
    var node = node
    while operatorID(node) == .broadcast { node = operands(node)[0] }
    guard operatorID(node) == .divide, let above = number(operand(node, 0)),
      let below = number(operand(node, 1))
    else { return number(node) }
    let quotient = above / below
    let isExact = quotient.isNormal && (-above).addingProduct(quotient, below) == 0
    return isExact ? quotient : nil
  }

  /// A leaf of a body, of another node's shape and called like it.
  mutating func leaf(like node: NodeID, prefix: String = "") -> NodeID {
    symbol(Symbol(name: prefix + word(for: node), role: .step, shape: shape(node)))
  }

  /// What a node is called: by the model, or as what it is a part of.
  private func word(for node: NodeID) -> String {
    var node = node
    while nodeNames[node] == nil, case .view = execution(node) { node = operand(node, 0) }
    if nodeNames[node] == nil, operatorID(node) == .gather { node = operand(node, 0) }
    return nodeNames[node] ?? symbol(node)?.name ?? "value"
  }

  /// A node repeated to a shape.
  mutating func full(_ node: NodeID, _ whole: Shape) -> NodeID {
    shape(node) == whole ? node : insert(.broadcast, [node], .shape(whole))
  }

  /// The last state, if a node is all states after a step, in the order in which they run.
  package mutating func lastState(of collected: NodeID) -> NodeID? {
    guard let (scan, place) = result(collected), let body = recurrence(of: scan),
      place >= 2 * body.states.count, body.steps.known != 0
    else { return nil }
    let root = body.collected[place - body.states.count]
    return body.next.firstIndex(of: root).map { result($0, of: scan) }
  }
}

extension ExpressionGraph {
  /// Lets every `scan` keep all its states, whatever the model says: for languages whose loops run
  /// once.
  package mutating func storeEveryStep() {
    for place in recurrences.indices { recurrences[place].storage = .everyStep }
    knownRecurrences = [:]
    for (place, body) in recurrences.enumerated() { knownRecurrences[body] = place }
  }

  /// The place of a body of a `scan`.
  mutating func place(of recurrence: Recurrence) -> Int {
    if let known = knownRecurrences[recurrence] { return known }
    recurrences.append(recurrence)
    knownRecurrences[recurrence] = recurrences.count - 1
    return recurrences.count - 1
  }
}
