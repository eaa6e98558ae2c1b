// Roots less what they are near: sqrt(x^2 + 1) - x is 1/(sqrt(x^2 + 1) + x) where x is positive.

extension ExpressionGraph {
  private static let mostTerms = 6

  /// A sum with a root and a term whose square is a term of the radicand: where the two are of opposite
  /// signs, what is left of the radicand over the conjugate sum; nil where there are no such two.
  ///
  /// - Parameter ofNumbers: Whether the term is a number, which no derivative knows of, or none.
  mutating func accurateRootDifference(_ node: NodeID, ofNumbers: Bool) -> NodeID? {
    let terms = operands(node)
    guard terms.count <= Self.mostTerms, terms.contains(where: { isRootTerm($0) }) else {
      return nil
    }
    for (place, term) in terms.enumerated() where isRootTerm(term) {
      let root = factored(term)
      guard root.powers.count == 1, root.powers[0].exponent == 1 else { continue }
      for (other, second) in terms.enumerated() where other != place {
        guard (number(second) != nil) == ofNumbers else { continue }
        var ratio = factored(second)
        ratio.multiply(by: inverse(root.number))
        guard let pair = conjugate(root.powers[0].base, ratio, shape(node)) else { continue }
        var scale = Factored()
        scale.number = root.number
        let value = product(scale, times: [(pair, 1)], within: shape(node))
        let rest = terms.indices.filter { $0 != place && $0 != other }.map { terms[$0] }
        return spread(
          rest.isEmpty ? value : insertFitting(.add, rest + [value], within: shape(node)),
          to: shape(node))
      }
    }
    return nil
  }

  private func inverse(_ number: Coefficient) -> Coefficient {
    Coefficient(numerator: number.denominator, denominator: number.numerator).normalized
  }

  private func isRootTerm(_ node: NodeID) -> Bool {
    switch operatorID(node) {
    case .sqrt, .hypot: return true
    case .negate: return isRootTerm(operand(node, 0))
    case .multiply:
      return operandPlaces(node.slot).count == 2 && number(operand(node, 0)) != nil
        && isRootTerm(operand(node, 1))
    default: return false
    }
  }

  /// `root + other` in a form without cancellation.
  private mutating func conjugate(
    _ root: NodeID, _ other: Factored, _ whole: Shape
  ) -> NodeID? {
    guard !other.isLost, let gap = gap(root, other) else { return nil }
    let positive = product(other.number.isNegative ? other.negated : other, within: whole)
    let knownSign = sign(of: positive)
    if knownSign > .unknown, !other.number.isNegative { return nil }
    let value = product(other, within: whole)
    let minus = other.number.isNegative ? positive : insert(.negate, [value])
    let total = insertFitting(.add, [root, minus], within: whole)
    let quotient = insertFitting(.divide, [gap, total], within: whole)
    if knownSign > .unknown { return quotient }
    let isNegative = insert(.less, [value, constant(0)])
    let plain = insertFitting(.add, [root, value], within: whole)
    return choice(isNegative, quotient, plain, within: whole)
  }

  /// What a root's square is more than another's, where that cancels a term.
  private mutating func gap(_ root: NodeID, _ other: Factored) -> NodeID? {
    var square = Factored()
    square.multiply(by: other, raisedTo: 2)
    guard !square.isLost else { return nil }
    let radicand: [Factored]
    if operatorID(root) == .hypot {
      radicand = operands(root).map { leg in
        var square = Factored()
        square.multiply(by: factored(leg), raisedTo: 2)
        return square
      }
    } else {
      radicand = terms(of: operand(root, 0)).map { factored($0) }
    }
    guard radicand.count > 1, radicand.count <= Self.mostTerms,
      let rest = cancelling(radicand, square.negated)
    else { return nil }
    return sum(rest, within: shape(root))
  }
}
