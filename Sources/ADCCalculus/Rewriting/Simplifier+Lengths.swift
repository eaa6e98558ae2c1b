extension Simplifier {
  /// A length times its inverse, which is 1: what is left is 0 where the length is.
  mutating func cancelLengths(_ factors: inout [Factor]) {
    for place in factors.indices where graph.operatorID(factors[place].base) == .inverseLength {
      let length = graph.operand(factors[place].base, 0)
      if let other = factors.firstIndex(where: { $0.base == length }),
        factors[place].exponent > 0, factors[other].exponent > 0
      {
        fire(.lengthCancelled)
        let shared = min(factors[place].exponent, factors[other].exponent)
        factors[place].exponent -= shared
        factors[other].exponent -= shared
      }
      // Where the length is 0, what it divides is no number anyway.
      if factors[place].exponent > 0,
        let other = factors.firstIndex(where: { $0.base == length && $0.exponent < 0 })
      {
        fire(.lengthCancelled)
        factors[other].exponent -= factors[place].exponent
        factors[place].exponent = 0
      }
      if factors[place].exponent == 1,
        let other = factors.firstIndex(where: { isSquare($0.base, of: length) }),
        factors[other].exponent == 1
      {
        fire(.lengthCancelled)
        factors[place].exponent = 0
        factors[other].base = length
      }
    }
  }

  /// Whether a node is `sum(x^2)` for the length `norm(x)`.
  private func isSquare(_ node: NodeID, of length: NodeID) -> Bool {
    guard graph.operatorID(length) == .norm, graph.operatorID(node) == .sum,
      case .axes(let axes, let keep) = graph.attribute(length),
      case .axes(let own, let ownKeep) = graph.attribute(node), own == axes, ownKeep == keep
    else { return false }
    let square = graph.operand(node, 0)
    return graph.operatorID(square) == .power && graph.number(graph.operand(square, 1)) == 2
      && graph.operand(square, 0) == graph.operand(length, 0)
  }
}
