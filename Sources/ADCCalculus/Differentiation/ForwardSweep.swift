// Directional derivatives from operands to users, with the rules of the reverse sweep: partials are
// the same either way, and what a pullback does is transposed once more.

extension ExpressionGraph {
  /// How some results change when leaves move along directions, J v, by one forward sweep.
  ///
  /// A direction has its leaf's shape, a change its result's; a result that depends on no leaf gets
  /// zeros. Adds a small constant number of nodes for every node between leaves and results.
  package mutating func jvp(
    of results: [NodeID], along directions: [NodeID: NodeID]
  ) throws(DifferentiationError) -> [NodeID] {
    let leaves = directions.keys.sorted()
    var changes = directions
    var loops: [NodeID: [Int: NodeID]] = [:]
    if let first = leaves.first, let last = results.max(), first <= last {
      let depends = dependents(on: leaves, upTo: last)
      let wanted = differentiable(from: results, depends)
      let outerOrigin = origin
      defer { origin = outerOrigin }
      for slot in first.slot...last.slot where wanted[slot] {
        let node = NodeID(slot)
        guard changes[node] == nil else { continue }
        origin = origin(at: slot)
        if recurrence(of: node) != nil {
          loops[node] = try self.changes(ofScan: node, operands(node).map { changes[$0] })
        } else if let (scan, place) = result(node) {
          changes[node] = loops[scan]?[place]
        } else {
          changes[node] = try change(of: node, changes)
        }
      }
    }
    return results.map { full(changes[$0] ?? constant(0), shape($0)) }
  }

  /// How the gradient of a scalar changes along a direction, H v: forward over reverse.
  ///
  /// Costs a small multiple of the scalar, whatever the number of variables.
  package mutating func hvp(
    of result: NodeID, by variable: NodeID, along direction: NodeID
  ) throws(DifferentiationError) -> NodeID {
    let gradient = try gradient(of: result, by: [variable])
    return try jvp(of: gradient, along: [variable: direction])[0]
  }

  /// What targets receive when a result's adjoint is `seed`, J' u, by one reverse sweep: the
  /// gradients of `sum(result * seed)`, of the targets' shapes.
  package mutating func vjp(
    of result: NodeID, seed: NodeID, by targets: [NodeID]
  ) throws(DifferentiationError) -> [NodeID] {
    try vjp(of: [(node: result, seed: seed)], by: targets)
  }

  /// The same of several results together: the gradients of the sum of all `sum(result * seed)`.
  package mutating func vjp(
    of results: [(node: NodeID, seed: NodeID)], by targets: [NodeID]
  ) throws(DifferentiationError) -> [NodeID] {
    let adjoints = try adjoints(of: results, by: targets)
    return zip(targets, adjoints).map { target, adjoint in
      full(adjoint ?? constant(0), shape(target))
    }
  }

  /// The nodes that pass changes on to the results: a step function upstream hides what its operand
  /// has no derivative for.
  private func differentiable(from results: [NodeID], _ depends: [Bool]) -> [Bool] {
    var wanted = [Bool](repeating: false, count: depends.count)
    for result in results where depends[result.slot] { wanted[result.slot] = true }
    for slot in wanted.indices.reversed() where wanted[slot] {
      if case .zero = op(NodeID(slot)).derivative { continue }
      for operand in operands(NodeID(slot)) where depends[operand.slot] {
        wanted[operand.slot] = true
      }
    }
    return wanted
  }

  /// The change of a node from those of its operands; nil where it has none.
  private mutating func change(
    of node: NodeID, _ changes: [NodeID: NodeID]
  ) throws(DifferentiationError) -> NodeID? {
    let operands = operands(node)
    let own = operands.map { changes[$0] }
    guard own.contains(where: { $0 != nil }) else { return nil }
    let whole = shape(node)
    var parts: [NodeID] = []
    if let partials = partialsOfSpelling(node) {
      for (operand, partial) in partials {
        guard let change = changes[operand] else { continue }
        parts.append(scaled(change, by: partial, within: whole))
      }
      return joined(parts, within: whole)
    }
    switch (op(node).derivative, op(node).linearity) {
    case (.zero, _), (.asLoop, _): break
    case (.none(let reason), _): throw DifferentiationError(message: reason, node: node)
    case (.byDefinition, _): throw DifferentiationError(undefined: op(node), node: node)
    case (.partials(let partials), _):
      let templates = partials(operands.indices.map { Template.argument($0) })
      for (change, template) in zip(own, templates) {
        guard let change else { continue }
        if case .constant(0) = template { continue }
        parts.append(scaled(change, by: insert(template, for: node), within: whole))
      }
    case (.pullback(let rule), _) where op(node).isElementwise:
      // What adjoints of 1 become are the partial derivatives.
      for (change, factor) in zip(own, pulled(by: rule, node, adjoint: constant(1))) {
        guard let change, let factor else { continue }
        parts.append(scaled(change, by: factor, within: whole))
      }
    case (.pullback, .together(let count)): parts = [linear(node, own, first: count)]
    case (.pullback, .separately): parts = bilinear(node, own)
    case (.pullback(let rule), .none): parts = try transposed(node, own, by: rule)
    }
    return joined(parts, within: whole)
  }

  /// The sum of parts of a change, a number or of the whole shape; nil for nothing.
  private mutating func joined(_ parts: [NodeID], within whole: Shape) -> NodeID? {
    let nonzero = parts.filter { number($0) != 0 }
    guard !nonzero.isEmpty else { return nil }
    let sum = total(nonzero, within: whole)
    return shape(sum).isScalar ? sum : full(sum, whole)
  }

  private mutating func pulled(
    by rule: (inout Pullback) -> [NodeID?], _ node: NodeID, adjoint: NodeID
  ) -> [NodeID?] {
    var pullback = Pullback(graph: ExpressionGraph(), node: node, adjoint: adjoint)
    swap(&pullback.graph, &self)
    defer { swap(&pullback.graph, &self) }
    return rule(&pullback)
  }

  /// The operator over the changes of its first operands, zeros where there is none.
  private mutating func linear(_ node: NodeID, _ own: [NodeID?], first count: Int) -> NodeID {
    var arguments = operands(node)
    for place in arguments.indices.prefix(count) {
      arguments[place] = full(own[place] ?? constant(0), shape(arguments[place]))
    }
    return insert(operatorID(node), arguments, attribute(node))
  }

  /// For every operand that changes, the operator over its change and the other operands.
  private mutating func bilinear(_ node: NodeID, _ own: [NodeID?]) -> [NodeID] {
    var parts: [NodeID] = []
    let operands = operands(node)
    for (place, change) in own.enumerated() {
      guard let change else { continue }
      var arguments = operands
      arguments[place] = full(change, shape(operands[place]))
      parts.append(insert(operatorID(node), arguments, attribute(node)))
    }
    return parts
  }

  /// The changes by the transpose of the pullback: that is linear in the adjoint c, so its own
  /// pullback, with the operand's change as the seed, is J v and free of c.
  private mutating func transposed(
    _ node: NodeID, _ own: [NodeID?], by rule: (inout Pullback) -> [NodeID?]
  ) throws(DifferentiationError) -> [NodeID] {
    let adjoint = symbol(Symbol(name: "adjoint", role: .variable, shape: shape(node)))
    let received = pulled(by: rule, node, adjoint: adjoint)
    var seeds: [(node: NodeID, seed: NodeID)] = []
    for ((operand, change), part) in zip(zip(operands(node), own), received) {
      guard let change, let part else { continue }
      let whole = shape(operand)
      seeds.append((full(part, whole), full(change, whole)))
    }
    return try adjoints(of: seeds, by: [adjoint]).compactMap { $0 }
  }
}

extension DifferentiationError {
  /// About an operator that is differentiated by its definition alone.
  init(undefined rule: Operator, node: NodeID) {
    self.init(
      message:
        "`\(rule.name)` is differentiated by its definition, which was not put in its place",
      node: node)
  }
}
