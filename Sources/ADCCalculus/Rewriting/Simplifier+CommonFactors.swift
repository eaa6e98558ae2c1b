extension Simplifier {
  /// A term of a sum, taken apart as far as nobody else uses its parts.
  private struct Parts {
    var coefficient: Coefficient
    var factors: [Factor]
  }

  /// Products of more factors are one factor: what every term of a long recurrence shares with the
  /// one before would be taken apart and written out again at every step.
  private static let openedLimit = 16

  /// `a*f(x) + b*f(x)` as `f(x)*(a + b)`, for factors that are more than a name.
  ///
  /// Nil where the terms share none, or where one of them is used elsewhere and would be computed
  /// twice. Every factor taken out saves an operation in all terms but one.
  mutating func withCommonFactors(
    _ terms: [(node: NodeID, isNegative: Bool)], shape: Shape
  ) -> NodeID? {
    guard terms.count >= 2, terms.count <= 64 else { return nil }
    var parts: [Parts] = []
    for (node, isNegative) in terms {
      guard graph.shape(node) == shape else { return nil }
      var part = Parts(coefficient: .one, factors: [])
      takeApart(node, 1, &part, depth: 0)
      if isNegative { part.coefficient = part.coefficient.negated }
      parts.append(part)
    }
    let common = commonFactors(parts)
    guard !common.isEmpty else { return nil }
    fire(.commonFactors)
    var rest: [(node: NodeID, isNegative: Bool)] = []
    for part in parts {
      var factors = part.factors
      for factor in common {
        guard let place = factors.firstIndex(where: { $0.base == factor.base }) else { return nil }
        factors[place].exponent -= factor.exponent
      }
      factors.removeAll { $0.exponent == 0 }
      let isNegative = part.coefficient.isNegative
      let coefficient = isNegative ? part.coefficient.negated : part.coefficient
      let node = product(factors, coefficient: coefficient, shape: shape)
      rest.append((node, isNegative))
    }
    // The rest may be of a smaller shape than what was taken out.
    let restShape = rest.allSatisfy { graph.shape($0.node).isScalar } ? Shape.scalar : shape
    let inner = sum(rest, shape: restShape)
    return product(
      common + [Factor(base: inner, exponent: 1)], coefficient: .one, shape: shape)
  }

  /// The factors that all terms have, each with the exponent nearest to 0.
  private func commonFactors(_ parts: [Parts]) -> [Factor] {
    guard let first = parts.first else { return [] }
    var common: [Factor] = []
    for candidate in first.factors
    where !graph.operandPlaces(candidate.base.slot).isEmpty || candidate.exponent < 0 {
      var exponent = candidate.exponent
      for part in parts.dropFirst() {
        guard let other = part.factors.first(where: { $0.base == candidate.base }),
          other.exponent.sign == exponent.sign
        else {
          exponent = 0
          break
        }
        if other.exponent.magnitude < exponent.magnitude { exponent = other.exponent }
      }
      if exponent != 0 { common.append(Factor(base: candidate.base, exponent: exponent)) }
    }
    return common
  }

  private func takeApart(_ node: NodeID, _ exponent: Double, _ part: inout Parts, depth: Int) {
    if let value = graph.number(node), !isNamed(value), value != 0, exponent == 1,
      let product = part.coefficient.times(Coefficient(value))
    {
      part.coefficient = product
      return
    }
    if depth < 4 {
      let places = graph.operandPlaces(node.slot)
      switch graph.operatorID(node) {
      case .negate where exponent == 1:
        part.coefficient = part.coefficient.negated
        return takeApart(graph.operand(node, 0), exponent, &part, depth: depth + 1)
      case .multiply
      where places.count <= Self.openedLimit
        && (exponent == 1 || exponent == -1 && graph.isScalar(node)):
        for place in places {
          takeApart(graph.operand(at: place), exponent, &part, depth: depth + 1)
        }
        return
      case .divide where exponent == 1:
        takeApart(graph.operand(node, 0), exponent, &part, depth: depth + 1)
        return takeApart(graph.operand(node, 1), -exponent, &part, depth: depth + 1)
      case .power:
        if let inner = wholeExponent(of: node) {
          append(graph.operand(node, 0), inner * exponent, &part)
          return
        }
      default: break
      }
    }
    append(node, exponent, &part)
  }

  private func append(_ base: NodeID, _ exponent: Double, _ part: inout Parts) {
    if let place = part.factors.firstIndex(where: { $0.base == base }) {
      part.factors[place].exponent += exponent
    } else {
      part.factors.append(Factor(base: base, exponent: exponent))
    }
  }
}
