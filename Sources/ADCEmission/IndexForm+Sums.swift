import ADCCalculus
import ADCSyntax

extension ElementGraph {
  /// The sum of a body over an index: term by term, what does not change outside, and only one term
  /// where another index must be equal.
  mutating func total(_ body: NodeID, over index: NodeID, _ dimension: Dimension) -> NodeID {
    if graph.number(body) == 0 { return body }
    let operands = graph.operands(body)
    switch graph.operatorID(body) {
    case .add:
      let parts = operands.map { total($0, over: index, dimension) }
      return graph.insert(.add, parts)
    case .negate: return graph.insert(.negate, [total(operands[0], over: index, dimension)])
    case .divide where !depends(operands[1], on: index):
      return graph.insert(.divide, [total(operands[0], over: index, dimension), operands[1]])
    case .multiply: return total(product: factors(of: body), over: index, dimension)
    default: return total(product: [body], over: index, dimension)
    }
  }

  private mutating func total(
    product factors: [NodeID], over index: NodeID, _ dimension: Dimension
  ) -> NodeID {
    // A sum among the factors is multiplied out where its terms name the index to take.
    if let place = factors.firstIndex(where: {
      graph.operatorID($0) == .add && hasUnit($0, index)
    }) {
      var others = factors
      let terms = graph.operands(others.remove(at: place))
      let parts = terms.map {
        total(product: self.factors(of: $0) + others, over: index, dimension)
      }
      return graph.insert(.add, parts)
    }
    for (place, factor) in factors.enumerated() {
      guard let other = counterpart(of: index, in: factor) else { continue }
      var rest = factors
      rest.remove(at: place)
      let replaced = rest.map { substituting(other, for: index, in: $0) }
      return product(replaced)
    }
    let inside = factors.filter { depends($0, on: index) }
    var outside = factors.filter { !depends($0, on: index) }
    if inside.isEmpty {
      outside.insert(
        dimension.known.map { graph.constant(Double($0)) }
          ?? graph.insert(.size, [], .dimension(dimension)), at: 0)
      return product(outside)
    }
    let sum = graph.symbol(Symbol(name: "sum", role: .variable, shape: .scalar))
    atoms[sum] = .sum(index, dimension, body: product(inside))
    return product(outside + [sum])
  }

  private mutating func product(_ factors: [NodeID]) -> NodeID {
    let rest = factors.filter { graph.number($0) != 1 }
    if rest.isEmpty { return graph.constant(1) }
    return rest.count == 1 ? rest[0] : graph.insert(.multiply, rest)
  }

  private mutating func factors(of node: NodeID) -> [NodeID] {
    switch graph.operatorID(node) {
    case .multiply: return graph.operands(node).flatMap { factors(of: $0) }
    case .negate: return [graph.constant(-1)] + factors(of: graph.operands(node)[0])
    default: return [node]
    }
  }

  /// What an index must equal for a factor not to be 0.
  private func counterpart(of index: NodeID, in factor: NodeID) -> NodeID? {
    guard graph.operatorID(factor) == .equal else { return nil }
    let sides = graph.operands(factor)
    for (own, other) in [(sides[0], sides[1]), (sides[1], sides[0])]
    where own == index && !depends(other, on: index) {
      return other
    }
    return nil
  }

  private func hasUnit(_ node: NodeID, _ index: NodeID) -> Bool {
    if counterpart(of: index, in: node) != nil { return true }
    switch graph.operatorID(node) {
    case .add, .multiply, .negate:
      return graph.operands(node).contains { hasUnit($0, index) }
    default: return false
    }
  }

  private func depends(_ node: NodeID, on index: NodeID) -> Bool {
    if node == index { return true }
    switch atoms[node] {
    case .element(_, let indices): return indices.contains { depends($0, on: index) }
    case .sum(_, _, let body): return depends(body, on: index)
    case nil: return graph.operands(node).contains { depends($0, on: index) }
    }
  }

  /// A node with another index in the place of one.
  private mutating func substituting(
    _ other: NodeID, for index: NodeID, in node: NodeID
  ) -> NodeID {
    if node == index { return other }
    guard depends(node, on: index) else { return node }
    switch atoms[node] {
    case .element(let array, let indices):
      return element(array, indices.map { substituting(other, for: index, in: $0) })
    case .sum(let bound, let dimension, let body):
      return total(substituting(other, for: index, in: body), over: bound, dimension)
    case nil: break
    }
    let operands = graph.operands(node).map { substituting(other, for: index, in: $0) }
    if graph.operatorID(node) == .equal { return equal(operands[0], operands[1]) }
    return graph.insert(graph.operatorID(node), operands, graph.attribute(node))
  }

  /// The tree of an element, with the arrays written as in `bases`.
  func tree(_ root: NodeID, _ bases: [NodeID: Expression]) -> Expression {
    var names: [NodeID: String] = [:]
    // Atoms are made before those that use them.
    for (symbol, atom) in atoms.sorted(by: { $0.key < $1.key }) {
      switch atom {
      case .element(let array, let indices):
        let base = bases[array] ?? Tree.missing
        let places = indices.map { Subscript.index(written($0, names)) }
        names[symbol] = TreePrinter.print(
          places.isEmpty ? base : Tree.subscripted(base, places))
      case .sum(let index, let dimension, let body):
        let size = TreePrinter.print(ExpressionWriter.dimension(dimension))
        let value = TreePrinter.print(written(body, names))
        names[symbol] = "sum(\(graph.symbol(index)?.name ?? "") in 0..<\(size): \(value))"
      }
    }
    return written(root, names)
  }

  private func written(_ node: NodeID, _ names: [NodeID: String]) -> Expression {
    var writer = ExpressionWriter(graph: graph, names: names)
    return writer.write([node], style: .inline(limit: .max)).roots[0]
  }
}
