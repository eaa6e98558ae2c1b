// Composites by their parts, for a language that lacks them: as in `Preparation`, but nothing else
// changes.

extension ExpressionGraph {
  /// The roots with definitions in the place of operators that are done by others, but for those
  /// that are kept; linear in the nodes they need.
  package mutating func expanding(
    _ roots: [NodeID], for language: TargetLanguage? = nil, keeping isKept: (Operator) -> Bool
  ) -> [NodeID] {
    var current = roots
    // A definition may hold operators that have one themselves; none nests deeper.
    for _ in 0..<8 {
      let next = replaced(current) { graph, node in
        if var body = graph.recurrence(of: node) {
          body.setRoots(graph.expanding(body.roots, for: language, keeping: isKept))
          return graph.scan(body, graph.operands(node))
        }
        let op = graph.op(node)
        if let language, let formula = op.formulas[language] {
          let operands = graph.operands(node)
          return graph.insert(formula(operands.indices.map { .argument($0) }), for: node)
        }
        return isKept(op) ? node : graph.definition(of: node)
      }
      if next == current { break }
      current = next
    }
    return current
  }

  /// The roots with operators by what is computed of their operands anyway, for a library that
  /// makes a pass over memory of every operator.
  package mutating func sharingCompanions(_ roots: [NodeID]) -> [NodeID] {
    let present = reachable(from: roots)
    return replaced(roots) { graph, node in
      guard let companion = graph.op(node).companion, let id = Catalogue.id(named: companion.name)
      else { return node }
      let operand = graph.operand(node, 0)
      let other = graph.insert(id, [operand], graph.attribute(node))
      guard other.slot < present.count, present[other.slot] else { return node }
      // Nothing but what the formula has for operands.
      let both = graph.insert(.add, operand, other)
      return graph.insert(companion.formula(.argument(0), .argument(1)), for: both)
    }
  }
}
