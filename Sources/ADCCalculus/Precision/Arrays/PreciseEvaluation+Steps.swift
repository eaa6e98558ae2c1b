extension PreciseEvaluation {
  /// Where a result of a `scan` starts among the values of all, one behind the other.
  func offset(ofResult place: Int, _ scan: NodeID) -> Int {
    guard let body = graph.recurrence(of: scan) else { return 0 }
    let steps = max(body.steps.value(sizes) ?? 0, 0)
    let counts =
      body.states.map { known(graph.shape($0)).reduce(1, *) }
      + body.collected.map { steps * known(graph.shape($0)).reduce(1, *) }
    return counts[..<place].reduce(0, +)
  }

  /// All results of a `scan`, step by step, one behind the other.
  func steps(_ node: NodeID, _ x: [PreciseArray]) throws(PreciseFailure) -> PreciseArray {
    guard let body = graph.recurrence(of: node) else {
      throw PreciseFailure(message: "a loop without a body")
    }
    let count = max(body.steps.value(sizes) ?? 0, 0)
    let missing = max(0, graph.symbols.count - symbols.count)
    var inner = symbols + [[PreciseNumber]](repeating: [], count: missing)
    var states = x.prefix(body.states.count).map(\.values)
    let rows = x.dropFirst(states.count).prefix(body.rows.count).map(\.values)
    for (leaf, value) in zip(body.shared, x.suffix(body.shared.count)) {
      set(leaf, value.values, in: &inner)
    }
    let nothing = [[PreciseNumber]](repeating: [], count: count)
    var collected = body.collected.map { _ in nothing }
    for step in body.isReversed ? Array((0..<count).reversed()) : Array(0..<count) {
      set(body.index, [number(Double(step))], in: &inner)
      for (leaf, value) in zip(body.states, states) { set(leaf, value, in: &inner) }
      for (leaf, value) in zip(body.rows, rows) {
        let size = value.count / count
        set(leaf, Array(value[step * size..<(step + 1) * size]), in: &inner)
      }
      let found = try PreciseEvaluation(graph: graph, sizes: sizes, symbols: inner, bits: bits)
        .values(of: body.roots).map(\.values)
      states = Array(found.prefix(states.count))
      for (part, value) in found.dropFirst(states.count).enumerated() {
        collected[part][step] = value
      }
    }
    let values = states.flatMap { $0 } + collected.flatMap { $0.flatMap { $0 } }
    return PreciseArray(sizes: [values.count], values: values)
  }

  private func set(
    _ leaf: NodeID, _ value: [PreciseNumber], in symbols: inout [[PreciseNumber]]
  ) {
    if case .symbol(let place) = graph.attribute(leaf) { symbols[place] = value }
  }
}

extension PreciseEvaluation {
  /// About how many additions the roots take, a function for thirty.
  package func work(of roots: [NodeID]) -> Double {
    let needed = graph.reachable(from: roots)
    return needed.indices.reduce(0) { total, slot in
      needed[slot] ? total + work(of: NodeID(slot)) : total
    }
  }

  private func work(of node: NodeID) -> Double {
    let count = known(graph.shape(node)).reduce(1.0) { $0 * Double($1) }
    let operands = graph.operands(node)
    switch graph.op(node).execution {
    case .elementwise:
      let op = graph.operatorID(node)
      return op == .add || op == .multiply ? count * Double(operands.count - 1) : 30 * count
    case .matrixProduct: return count * Double(known(graph.shape(operands[0])).last ?? 1)
    case .matrixFunction:
      return 2 * known(graph.shape(operands[0])).suffix(2).reduce(count) { $0 * Double($1) }
    case .recurrence:
      guard let body = graph.recurrence(of: node) else { return 0 }
      return Double(max(body.steps.value(sizes) ?? 0, 0)) * work(of: body.roots)
    case .reduction: return operands.reduce(0) { $0 + elements(of: $1) }
    case .leaf: return 0
    default: return count
    }
  }

  private func elements(of node: NodeID) -> Double {
    known(graph.shape(node)).reduce(1) { $0 * Double($1) }
  }
}
