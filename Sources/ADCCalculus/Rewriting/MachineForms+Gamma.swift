// Differences of digammas and of logarithms of gammas, as the beta function and its like have them.

extension OperatorID {
  fileprivate static let digamma = Catalogue.required("digamma")
}

extension ExpressionGraph {
  private static let mostTermsOfGammas = 8
  private static let farForGamma = 20.0

  /// digamma(y) - digamma(x) for y = x + h by the asymptotic series, term by term (DLMF 5.11.2).
  private static let digammaSeries: Template = {
    let (x, y, h) = (Template.argument(0), Template.argument(1), Template.argument(2))
    let (v, u) = (1 / square(x), 1 / square(y))
    // B(2k)/(2k) of k = 1...6, with the quotients of u^k - v^k and u - v.
    let coefficients = [1.0 / 12, -1.0 / 120, 1.0 / 252, -1.0 / 240, 1.0 / 132, -691.0 / 32760]
    var (quotient, power) = (Template.constant(1), v)
    var series = Template.constant(coefficients[0])
    for coefficient in coefficients.dropFirst() {
      quotient = u * quotient + power
      power = power * v
      series = series + .constant(coefficient) * quotient
    }
    return log1p(h / x) + h / (x * y) * (0.5 + series * (1 / x + 1 / y))
  }()

  /// `a*digamma(x + h) - a*digamma(x)` by the difference, and of large x logarithms of gammas by
  /// the beta function; nil where there are no such two.
  mutating func gammaDifference(_ node: NodeID) -> NodeID? {
    let nodes = operands(node)
    guard nodes.count <= Self.mostTermsOfGammas,
      nodes.count(where: { hasFactor($0, where: Self.isGamma) }) >= 2
    else { return nil }
    let terms = nodes.map { factored($0) }
    guard !terms.contains(where: \.isLost) else { return nil }
    for (place, term) in terms.enumerated() {
      guard let power = term.powers.first(where: { isGamma($0.base) && $0.exponent == 1 }) else {
        continue
      }
      var cofactor = term
      cofactor.multiply(by: power.base, -1)
      for (other, second) in terms.enumerated() where other > place {
        guard let opposite = second.powers.first(where: { $0.exponent == 1 && isGamma($0.base) })
        else { continue }
        var rest = second
        rest.multiply(by: opposite.base, -1)
        guard rest == cofactor.negated,
          operatorID(opposite.base) == operatorID(power.base),
          let (value, isNegative) = difference(power.base, opposite.base, shape(node))
        else { continue }
        let pair = product(
          isNegative ? cofactor.negated : cofactor, times: [(value, 1)], within: shape(node))
        return replacing([place, other], of: node, by: [pair])
      }
    }
    return nil
  }

  private func isGamma(_ node: NodeID) -> Bool { Self.isGamma(operatorID(node)) }

  private static func isGamma(_ op: OperatorID) -> Bool { op == .digamma || op == .lgamma }

  /// The function of the first argument less that of the second, or the opposite.
  private mutating func difference(
    _ left: NodeID, _ right: NodeID, _ whole: Shape
  ) -> (value: NodeID, isNegative: Bool)? {
    let parts = [left, right].map { openedTerms(operand($0, 0)) }
    // From the argument of fewer terms, which the other one is a sum with.
    let isNegative = parts[0].count < parts[1].count
    let (far, near) = isNegative ? (parts[1], parts[0]) : (parts[0], parts[1])
    guard let gap = gap(far, near), !gap.isLost else { return nil }
    let x = operand(isNegative ? left : right, 0)
    if operatorID(left) == .digamma {
      let (first, second) = isNegative ? (right, left) : (left, right)
      let y = operand(first, 0)
      let plain = insertFitting(.add, [first, insert(.negate, [second])], within: whole)
      let h = product(gap, within: whole)
      let series = insert(Self.digammaSeries, of: [x, y, h], within: whole)
      let least = insertFitting(.minimum, [x, y], within: whole)
      let isFar = insert(.less, [constant(Self.farForGamma), least])
      return (choice(isFar, series, plain, within: whole), isNegative)
    }
    guard gap.powers.isEmpty, !gap.number.isNegative else { return nil }
    let h = gap.number.numerator / gap.number.denominator
    guard let constantPart = Simplifier.value(.lgamma, [h]) else { return nil }
    let beta = insert(.lbeta, [x, constant(h)])
    let form = insert(.add, [constant(constantPart), insert(.negate, [beta])])
    let (first, second) = isNegative ? (right, left) : (left, right)
    let plain = insertFitting(.add, [first, insert(.negate, [second])], within: whole)
    let isFar = insert(.less, [constant(Self.farForGamma), x])
    return (choice(isFar, form, plain, within: whole), isNegative)
  }

  /// The terms of a sum, a number before it multiplied in.
  private func openedTerms(_ node: NodeID) -> [Factored] {
    let whole = factored(node)
    guard whole.powers.count == 1, whole.powers[0].exponent == 1,
      operatorID(whole.powers[0].base) == .add
    else { return [whole] }
    return operands(whole.powers[0].base).map { term in
      var product = factored(term)
      product.multiply(by: whole.number)
      return product
    }
  }

  /// The one term that a sum has more than another.
  private func gap(_ far: [Factored], _ near: [Factored]) -> Factored? {
    guard far.count <= 4 else { return nil }
    var (rest, added) = difference(far, near)
    let numbers = rest.filter(\.powers.isEmpty)
    if numbers.count == 2, let total = numbers[0].number.plus(numbers[1].number) {
      var number = Factored()
      number.number = total
      rest = rest.filter { !$0.powers.isEmpty } + [number]
    }
    return rest.count == 1 && added <= near.count ? rest[0] : nil
  }
}
