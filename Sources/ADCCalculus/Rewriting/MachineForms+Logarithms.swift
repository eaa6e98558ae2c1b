// Logarithms of what overflows, vanishes or is near 1 where they are none of it.

extension ExpressionGraph {
  private static let farFromZero = 20.0
  private static let farFromOne = 1e17

  /// `log(x^n)` as `n*log(abs(x))`.
  mutating func logarithmOfPower(_ node: NodeID) -> NodeID? {
    let inner = operand(node, 0)
    guard operatorID(inner) == .power, let exponent = number(operand(inner, 1)), exponent != 0,
      exponent.isFinite
    else { return nil }
    var base = operand(inner, 0)
    if exponent.truncatingRemainder(dividingBy: 2) == 0 { base = insert(.abs, [base]) }
    return insert(.multiply, [constant(exponent), insert(.log, [base])])
  }

  /// A logarithm of what overflows or vanishes where the logarithm does not.
  mutating func accurateLogarithm(_ node: NodeID) -> NodeID? {
    let inner = operand(node, 0)
    switch operatorID(inner) {
    case .gamma:
      let x = operand(inner, 0)
      let isPositive = insert(.less, [constant(0), x])
      return choice(isPositive, insert(.lgamma, [x]), node, within: shape(node))
    case .sinh:
      let x = operand(inner, 0)
      let far = insert(.add, [x, constant(-0.6931471805599453)])
      let isFar = insert(.less, [constant(Self.farFromZero), x])
      return choice(isFar, far, node, within: shape(node))
    default: return logarithmNearOne(node)
    }
  }

  /// A function that is 1 less another, that other, and where it is near 1.
  private mutating func nearOne(
    _ node: NodeID
  ) -> (other: NodeID, isNear: NodeID)? {
    let half = factored(node)
    if half.number == Coefficient(0.5), half.powers.count == 1, half.powers[0].exponent == 1,
      operatorID(half.powers[0].base) == .erfc
    {
      let x = operand(half.powers[0].base, 0)
      let rest = insert(.erfc, [insert(.negate, [x])])
      return (insert(.multiply, [constant(0.5), rest]), insert(.less, [x, constant(0)]))
    }
    let isOpposite = operatorID(node) == .negate
    let function = isOpposite ? operand(node, 0) : node
    guard let x = operands(function).first else { return nil }
    func apply(_ name: String, _ x: NodeID) -> NodeID { insert(Catalogue.required(name), [x]) }
    switch (op(function).name, isOpposite) {
    case ("erfc", false): return (apply("erf", x), insert(.less, [x, constant(0.5)]))
    case ("erf", false): return (apply("erfc", x), insert(.less, [constant(0.5), x]))
    case ("normal_cdf", false):
      return (apply("normal_cdf", insert(.negate, [x])), insert(.less, [constant(0), x]))
    case ("cosm1", true):
      let cosine = apply("cos", x)
      return (cosine, isBelow(0.5, cosine))
    default: return nil
    }
  }

  /// `log(erfc(x))` as `log1p(-erf(x))` where erfc(x) is near 1, and its like.
  private mutating func logarithmNearOne(_ node: NodeID) -> NodeID? {
    guard let (other, isNear) = nearOne(operand(node, 0)) else { return nil }
    let log = insert(.log1p, [insert(.negate, [other])])
    return choice(isNear, log, node, within: shape(node))
  }

  /// `log1p(x^2)` where the square is far from 1, and `log1p(-erf(x))` and its like where the
  /// function is near 1.
  mutating func accurateLogarithmOfOneMore(_ node: NodeID) -> NodeID? {
    let inner = operand(node, 0)
    if operatorID(inner) == .negate { return logarithmOfComplement(node, operand(inner, 0)) }
    guard operatorID(inner) == .power, let exponent = number(operand(inner, 1)), exponent > 0,
      exponent.truncatingRemainder(dividingBy: 2) == 0
    else { return nil }
    let size = insert(.abs, [operand(inner, 0)])
    let log = insert(.multiply, [constant(exponent), insert(.log, [size])])
    let isFar = insert(.less, [constant(Self.farFromOne), inner])
    return choice(isFar, log, node, within: shape(node))
  }

  /// `log1p(-f)` as the logarithm of what f lacks to 1, where f is nearer to 1 than to 0.
  private mutating func logarithmOfComplement(_ node: NodeID, _ function: NodeID) -> NodeID? {
    guard operatorID(function) != .exp, let less = complement(of: function) else { return nil }
    let log = insert(.log, [insert(.negate, [less])])
    let isNear = insert(.less, [constant(0.5), function])
    return choice(isNear, log, node, within: shape(node))
  }
}
