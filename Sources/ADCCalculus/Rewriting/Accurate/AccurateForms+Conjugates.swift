// Roots less what they are near: sqrt(x^2 + 1) - x is 1/(sqrt(x^2 + 1) + x) where x is positive.

extension ExpressionGraph {
  private static let mostTerms = 6
  /// What divides without its inverse being infinite; 0 in single precision.
  private static let leastTotal = 0x1p-1000

  /// A sum with a root and a term whose square is a term of the radicand: where the two are of
  /// opposite signs, what is left of the radicand over the conjugate sum; nil where there are no
  /// such two.
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
        ratio.multiply(by: root.number.inverse)
        guard
          let pair = conjugate(root.powers[0].base, ratio, shape(node), ofNumbers: ofNumbers)
        else { continue }
        var scale = Factored()
        scale.number = root.number
        let value = product(scale, times: [(pair, 1)], within: shape(node))
        return replacing([place, other], of: node, by: [value])
      }
    }
    return nil
  }

  private func isRootTerm(_ node: NodeID) -> Bool {
    isMultiple(node) { $0 == .sqrt || $0 == .hypot }
  }

  /// `root + other` in a form without cancellation.
  private mutating func conjugate(
    _ root: NodeID, _ other: Factored, _ whole: Shape, ofNumbers: Bool
  ) -> NodeID? {
    guard !other.isLost, let gap = gap(root, other) else { return nil }
    let positive = product(other.number.isNegative ? other.negated : other, within: whole)
    let isKnown = sign(of: positive) > .unknown
    if isKnown, !other.number.isNegative { return nil }
    if ofNumbers {
      let total = insertFitting(.add, [root, positive], within: whole)
      return quotient(of: gap, by: total, root, whole)
    }
    // Lengths of two variables keep more in their own derivatives than in those of a quotient.
    guard operatorID(root) != .hypot || isPositiveNumber(gap) else { return nil }
    let value = product(other, within: whole)
    // The square may overflow where the length does not.
    var root = root
    if isPositiveNumber(gap), let leg = number(product(gap[0], within: whole)) {
      root = insertFitting(.hypot, [value, constant(leg.squareRoot())], within: whole)
    }
    let plain = insertFitting(.add, [root, value], within: whole)
    if isKnown {
      return guarded(insertFitting(.add, [root, positive], within: whole), plain, gap, root, whole)
    }
    // Not `abs` and `relu`, whose derivatives at 0 are not those of the sum.
    let isNegative = insert(.less, [value, constant(0)])
    let side = choice(isNegative, constant(-1), constant(1), within: shape(value))
    let size = insertFitting(.multiply, [side, value], within: whole)
    let difference = guarded(
      insertFitting(.add, [root, size], within: whole),
      insertFitting(.add, [root, insert(.negate, [size])], within: whole), gap, root, whole)
    let twice = insert(.multiply, [constant(2), value])
    let more = insertFitting(.add, [difference, twice], within: whole)
    return choice(isNegative, difference, more, within: whole)
  }

  private func isPositiveNumber(_ gap: [Factored]) -> Bool {
    gap.count == 1 && gap[0].powers.isEmpty && !gap[0].number.isNegative
  }

  /// The gap over the total, or a plain sum where the total is 0.
  private mutating func guarded(
    _ total: NodeID, _ plain: NodeID, _ gap: [Factored], _ root: NodeID, _ whole: Shape
  ) -> NodeID {
    if isPositiveNumber(gap) {
      return quotient(of: gap, by: total, root, whole)
    }
    let isFit = insert(.less, [constant(Self.leastTotal), total])
    let divisor = choice(isFit, total, constant(1), within: shape(total))
    return choice(isFit, quotient(of: gap, by: divisor, root, whole), plain, within: whole)
  }

  /// The sum of some terms by a divisor; a square in two steps, neither of which overflows.
  private mutating func quotient(
    of gap: [Factored], by divisor: NodeID, _ root: NodeID, _ whole: Shape
  ) -> NodeID {
    guard operatorID(root) == .hypot, gap.count == 1, !gap[0].powers.isEmpty,
      gap[0].powers.allSatisfy({ ($0.exponent / 2).rounded() == $0.exponent / 2 })
    else {
      let sum = sum(gap, within: shape(root))
      return insertFitting(.divide, [sum, divisor], within: whole)
    }
    var leg = Factored()
    for power in gap[0].powers { leg.multiply(by: power.base, power.exponent / 2) }
    let share = insertFitting(.divide, [product(leg, within: whole), divisor], within: whole)
    leg.number = gap[0].number
    return product(leg, times: [(share, 1)], within: whole)
  }

  /// What a root's square is more than another's, where that cancels a term.
  private func gap(_ root: NodeID, _ other: Factored) -> [Factored]? {
    var square = Factored()
    square.multiply(by: other, raisedTo: 2)
    guard !square.isLost else { return nil }
    guard let radicand = radicand(of: root), radicand.count > 1,
      radicand.count <= Self.mostTerms, !radicand.contains(where: \.isLost),
      let rest = cancelling(radicand, square.negated)
    else { return nil }
    return rest
  }
}
