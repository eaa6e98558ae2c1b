extension Simplifier {
  /// Products of more factors are one factor: what every term of a long recurrence shares with the
  /// one before would be taken apart and written out again at every step.
  private static let openedLimit = 16

  /// `a*f(x) + b*f(x)` as `f(x)*(a + b)`, for factors that are more than a name.
  ///
  /// Nil where the terms share none, or where one of them is used elsewhere and would be computed
  /// twice. Every factor taken out saves an operation in all terms but one.
  mutating func withCommonFactors(_ sum: NodeID) -> NodeID? {
    var parts = OpenedTerms()
    swap(&parts, &opened)
    let result = withCommonFactors(sum, &parts)
    swap(&parts, &opened)
    return result
  }

  private mutating func withCommonFactors(_ node: NodeID, _ parts: inout OpenedTerms) -> NodeID? {
    let places = graph.operandPlaces(node.slot)
    guard places.count >= 2, places.count <= 64 else { return nil }
    parts.removeAll()
    for place in places {
      let operand = graph.operand(at: place)
      guard graph.haveOneShape(operand, node) else { return nil }
      var coefficient = Coefficient.one
      takeApart(operand, 1, &coefficient, &parts, depth: 0)
      parts.close(coefficient)
      if place == places.lowerBound, !parts.factors.contains(where: { mayBeCommon($0) }) {
        return nil
      }
    }
    var common = commonFactors(parts)
    guard !common.isEmpty else { return nil }
    let shape = graph.shape(node)
    fire(.commonFactors)
    var rest: [(node: NodeID, isNegative: Bool)] = []
    rest.reserveCapacity(parts.terms.count)
    var factors: [Factor] = []
    var areScalars = true
    for term in parts.terms.indices {
      factors.removeAll(keepingCapacity: true)
      for place in parts.places(term) {
        var factor = parts.factors[place]
        for other in common where other.base == factor.base { factor.exponent -= other.exponent }
        if factor.exponent != 0 { factors.append(factor) }
      }
      let own = parts.terms[term].coefficient
      let isNegative = own.isNegative
      let coefficient = isNegative ? own.negated : own
      let node = product(factors, coefficient: coefficient, shape: shape)
      if !graph.isScalar(node) { areScalars = false }
      rest.append((node, isNegative))
    }
    // The rest may be of a smaller shape than what was taken out.
    let inner = sum(rest, shape: areScalars ? .scalar : shape)
    common.append(Factor(base: inner, exponent: 1))
    return product(common, coefficient: .one, shape: shape)
  }

  /// The factors that all terms have, each with the exponent nearest to 0.
  private mutating func commonFactors(_ parts: OpenedTerms) -> [Factor] {
    var common: [Factor] = []
    for candidate in parts.factors[parts.places(0)] where mayBeCommon(candidate) {
      var exponent = candidate.exponent
      for term in parts.terms.indices.dropFirst() {
        guard let other = parts.exponent(of: candidate.base, in: term),
          other.sign == exponent.sign
        else {
          exponent = 0
          break
        }
        if other.magnitude < exponent.magnitude { exponent = other }
      }
      if exponent != 0 { common.append(Factor(base: candidate.base, exponent: exponent)) }
    }
    return common
  }

  /// Whether a factor is more than a name.
  private mutating func mayBeCommon(_ factor: Factor) -> Bool {
    !graph.operandPlaces(factor.base.slot).isEmpty || factor.exponent < 0
  }

  private mutating func takeApart(
    _ node: NodeID, _ exponent: Double, _ coefficient: inout Coefficient,
    _ parts: inout OpenedTerms, depth: Int
  ) {
    if let value = graph.number(node), !isNamed(value), value != 0, exponent == 1,
      let product = coefficient.times(Coefficient(value))
    {
      coefficient = product
      return
    }
    if depth < 4 {
      let places = graph.operandPlaces(node.slot)
      switch graph.operatorID(node) {
      case .negate where exponent == 1:
        coefficient = coefficient.negated
        return takeApart(graph.operand(node, 0), exponent, &coefficient, &parts, depth: depth + 1)
      case .multiply
      where places.count <= Self.openedLimit
        && (exponent == 1 || exponent == -1 && graph.isScalar(node)):
        for place in places {
          takeApart(graph.operand(at: place), exponent, &coefficient, &parts, depth: depth + 1)
        }
        return
      case .divide where exponent == 1:
        takeApart(graph.operand(node, 0), exponent, &coefficient, &parts, depth: depth + 1)
        return takeApart(graph.operand(node, 1), -exponent, &coefficient, &parts, depth: depth + 1)
      case .power:
        if let inner = wholeExponent(of: node) {
          parts.append(Factor(base: graph.operand(node, 0), exponent: inner * exponent))
          return
        }
      default: break
      }
    }
    parts.append(Factor(base: node, exponent: exponent))
  }
}
