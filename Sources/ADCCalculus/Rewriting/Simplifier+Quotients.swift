/// The numbers of a product, above its line and below.
private struct QuotientNumbers {
  var above: Double
  var below: Double
  /// Whether a sign stands in front of all.
  var isNegated: Bool

  init(_ coefficient: Coefficient, hasAbove: Bool, hasBelow: Bool) {
    (above, below) = (coefficient.numerator, coefficient.denominator)
    isNegated = above == -1 && hasAbove
    if isNegated { above = 1 }
    // 1/(2*sqrt(x)) as 0.5/sqrt(x): one operation less, and exact.
    if !hasAbove, hasBelow, below != 1, below.significand == 1 {
      above /= below
      below = 1
    }
  }
}

extension Simplifier {
  /// Factors in their order under one line, the coefficient's parts in front.
  mutating func quotient(
    _ factors: [Factor], _ coefficient: Coefficient, _ shape: Shape
  ) -> NodeID {
    if coefficient.isOne, factors.count == 2, shape.isScalar, factors[0].exponent == 1 {
      let (first, second) = (factors[0].base, factors[1].base)
      if factors[1].exponent == 1 { return joined(.multiply, first, second) }
      if factors[1].exponent == -1 { return graph.insert(.divide, first, second) }
    }
    // x^-3 as it is: 1/x^3 would be an operation more.
    if coefficient.isOne, factors.count == 1, factors[0].exponent <= -2 {
      return power(factors[0].base, factors[0].exponent)
    }
    if shape.isScalar, factors.count < FewNodes.limit {
      return scalarQuotient(factors, coefficient)
    }
    var above: [NodeID] = []
    var below: [NodeID] = []
    for factor in factors {
      let base = power(factor.base, factor.exponent.magnitude)
      if factor.exponent > 0 { above.append(base) } else { below.append(base) }
    }
    let numbers = QuotientNumbers(
      coefficient, hasAbove: !above.isEmpty, hasBelow: !below.isEmpty)
    if numbers.above != 1 || above.isEmpty { above.insert(graph.constant(numbers.above), at: 0) }
    if numbers.below != 1 { below.insert(graph.constant(numbers.below), at: 0) }
    var result = joined(.multiply, above, within: shape)
    if !below.isEmpty {
      let divisor = joined(.multiply, below, within: shape)
      result = graph.insertFitting(.divide, [result, divisor], within: shape)
    }
    return numbers.isNegated ? graph.insert(.negate, [result]) : result
  }

  /// `quotient` of a few numbers, without arrays.
  private mutating func scalarQuotient(
    _ factors: [Factor], _ coefficient: Coefficient
  ) -> NodeID {
    var above = FewNodes()
    var below = FewNodes()
    for factor in factors {
      let base = power(factor.base, factor.exponent.magnitude)
      if factor.exponent > 0 { above.append(base) } else { below.append(base) }
    }
    let numbers = QuotientNumbers(
      coefficient, hasAbove: above.count > 0, hasBelow: below.count > 0)
    if numbers.above != 1 || above.count == 0 { above.prepend(graph.constant(numbers.above)) }
    if numbers.below != 1 { below.prepend(graph.constant(numbers.below)) }
    var result = joined(.multiply, above)
    if below.count > 0 {
      let divisor = joined(.multiply, below)
      result = graph.insert(.divide, result, divisor)
    }
    return numbers.isNegated ? graph.insert(.negate, result) : result
  }

  private mutating func power(_ base: NodeID, _ exponent: Double) -> NodeID {
    if exponent == 1 { return base }
    let exponent = graph.constant(exponent)
    return graph.insert(.power, base, exponent)
  }
}
