extension Lifter {
  /// Numbers of their own for every index.
  mutating func draws(_ node: NodeID) -> NodeID {
    guard case .place(let place, let own) = graph.attribute(node) else { return node }
    let operands = graph.operands(node).filter { lifted[$0] == nil }
    return graph.insert(.uniform, operands, .place(place, shape(own)))
  }

  /// A root for every index: one equation over arrays with the new axis where each unknown has its
  /// own, else a system after the other.
  ///
  /// Not by its definition: the derivatives stay those of the implicit function.
  mutating func root(_ node: NodeID, _ equation: Equation) -> NodeID {
    equation.isSystem ? systems(node) : array(node, equation)
  }

  private mutating func array(_ node: NodeID, _ equation: Equation) -> NodeID {
    let operands = graph.operands(node)
    var leaves: [NodeID: NodeID] = [:]
    func change(_ leaf: NodeID) -> NodeID {
      let name = graph.symbol(leaf)?.name ?? "value"
      let new = graph.symbol(Symbol(name: name, role: .variable, shape: shape(of: leaf)))
      leaves[leaf] = new
      return new
    }
    var new = equation
    new.unknown = change(equation.unknown)
    new.seed = change(equation.seed)
    for (place, operand) in operands.dropFirst().enumerated() where lifted[operand] != nil {
      new.arguments[place] = change(equation.arguments[place])
    }
    let parts = equation.parts.compactMap { $0 }
    let roots = graph.lifted(
      [equation.residual, equation.slope] + parts, replacing: leaves, dimension)
    (new.residual, new.slope) = (roots[0], roots[1])
    var rest = zip(parts, roots.dropFirst(2)).makeIterator()
    for place in new.parts.indices where new.parts[place] != nil {
      guard let (part, image) = rest.next() else { continue }
      // What all indices share receives from each of them.
      let isShared = lifted[operands[place + 1]] == nil
      let whole = shape(of: part)
      let full =
        graph.shape(image) == whole ? image : graph.insert(.broadcast, [image], .shape(whole))
      new.parts[place] = isShared ? graph.insert(.sum, [full], .axes([0], keep: false)) : full
    }
    graph.equations.append(new)
    let images = operands.dropFirst().map { lifted[$0] ?? $0 }
    return graph.insert(
      .root, [full(operands[0])] + images, .equation(graph.equations.count - 1))
  }

  private mutating func systems(_ node: NodeID) -> NodeID {
    let operands = graph.operands(node)
    let index = graph.symbol(Symbol(name: "step", role: .step, shape: .scalar))
    let leaves = operands.map { graph.leaf(like: $0) }
    let body = graph.insert(.root, leaves, graph.attribute(node))
    let isRow = operands.map { lifted[$0] != nil }
    let rows = leaves.indices.filter { isRow[$0] }
    let shared = leaves.indices.filter { !isRow[$0] }
    let recurrence = Recurrence(
      steps: dimension, index: index, states: [], rows: rows.map { leaves[$0] },
      shared: shared.map { leaves[$0] }, next: [], collected: [body])
    let scan = graph.scan(
      recurrence, rows.map { lifted[operands[$0]] ?? operands[$0] } + shared.map { operands[$0] })
    return graph.result(0, of: scan)
  }
}
