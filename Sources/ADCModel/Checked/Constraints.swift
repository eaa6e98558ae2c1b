import ADCCalculus
import ADCSyntax

extension Elaborator {
  /// What follows `subject to`: a comparison, as a difference.
  mutating func constraint(_ condition: Expression) throws(Reported) -> Constraint {
    guard case .comparison(let left, let comparison, let right) = condition.form else {
      throw report(
        "AD0513", "a constraint is a comparison, and this is none", at: condition.range,
        fix: isConjunction(condition)
          ? "write a line `subject to` for each part" : "write `subject to x + y <= 1`")
    }
    let isSwapped: Bool
    switch comparison {
    case .lessOrEqual, .equal: isSwapped = false
    case .greaterOrEqual: isSwapped = true
    case .less, .greater, .notEqual:
      let written = comparison.rawValue
      throw report(
        "AD0513", "a constraint holds on its boundary too: it is no `\(written)`",
        at: condition.range,
        fix: comparison == .notEqual ? nil : "write `\(written)=`")
    }
    let (first, second) = isSwapped ? (right, left) : (left, right)
    let link = Expression.Link(.subtract, condition.range, second)
    let node = try elaborate(Expression(.sum(first, [link]), condition.range))
    guard hasParameter(node) else {
      throw report(
        "AD0513", "the constraint has no parameter in it: nothing can be done to meet it",
        at: condition.range)
    }
    return Constraint(
      node: node, isEquality: comparison == .equal, text: source.text(condition.range),
      range: condition.range)
  }

  private func isConjunction(_ condition: Expression) -> Bool {
    if case .and = condition.form { true } else { false }
  }

  /// Whether a value depends on a parameter.
  func hasParameter(_ node: NodeID) -> Bool {
    let reached = graph.reachable(from: [node])
    return reached.indices.contains { slot in
      guard reached[slot], case .symbol(let place) = graph.attribute(NodeID(slot)) else {
        return false
      }
      return graph.symbols[place].role == .parameter
    }
  }
}
