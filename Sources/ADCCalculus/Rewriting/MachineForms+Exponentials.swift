// Products of exponentials, which are finite where their factors are not.

extension ExpressionGraph {
  /// A product or quotient without overflow on the way to what is finite; nil where that is not
  /// seen.
  mutating func finiteProduct(_ node: NodeID) -> NodeID? {
    guard hasExponential(node, 3) else { return nil }
    let product = factored(node)
    guard !product.isLost else { return nil }
    return withExponentialsJoined(product, node) ?? withExponentialLessOne(product, node)
      ?? withSecant(product, node)
      ?? withVanishingTail(product, node)
  }

  private func hasExponential(_ node: NodeID, _ depth: Int) -> Bool {
    guard depth > 0 else { return false }
    return operands(node).contains { operand in
      switch operatorID(operand) {
      case .exp: true
      case .multiply, .divide, .negate, .power: hasExponential(operand, depth - 1)
      default: false
      }
    }
  }

  /// `exp(x)*exp(y)` as `exp(x + y)`, with what the sum rounds off brought in afterwards.
  private mutating func withExponentialsJoined(_ product: Factored, _ node: NodeID) -> NodeID? {
    let whole = shape(node)
    let powers = product.powers.filter {
      operatorID($0.base) == .exp && $0.exponent.magnitude == 1 && shape($0.base) == whole
    }
    guard powers.count == 2 else { return nil }
    let exponents = powers.map { power in
      power.exponent > 0
        ? operand(power.base, 0) : insert(.negate, [operand(power.base, 0)])
    }
    // Knuth, The Art of Computer Programming 2, 4.2.2, theorem B.
    func sum(_ x: NodeID, _ y: NodeID) -> NodeID { insert(.add, [x, y]) }
    func negated(_ x: NodeID) -> NodeID { insert(.negate, [x]) }
    let (x, y) = (exponents[0], exponents[1])
    let total = sum(x, y)
    let part = sum(total, negated(x))
    let lacking = sum(sum(x, negated(sum(total, negated(part)))), sum(y, negated(part)))
    let isFinite = insert(.isFinite, [total])
    let correction = insert(.select, [isFinite, lacking, constant(0)])
    let power = insert(.exp, [total])
    let change = insert(.multiply, [power, correction])
    let isNumber = insert(.isFinite, [power])
    let joined = sum(power, insert(.select, [isNumber, change, constant(0)]))
    var rest = product
    for power in powers { rest.multiply(by: power.base, -power.exponent) }
    return spread(self.product(rest, times: [(joined, 1)], within: whole), to: whole)
  }

  /// `exp(x)/(exp(x) - 1)^2` as `-1/((exp(x) - 1)*(exp(-x) - 1))`.
  private mutating func withExponentialLessOne(_ product: Factored, _ node: NodeID) -> NodeID? {
    let whole = shape(node)
    for power in product.powers where operatorID(power.base) == .exp && power.exponent > 0 {
      let x = operand(power.base, 0)
      guard let base = existing(.expm1, [x]) else { continue }
      let below = -product.exponent(of: base)
      guard below > 0 else { continue }
      let count = min(power.exponent, below)
      let opposite = insert(.negate, [insert(.expm1, [insert(.negate, [x])])])
      var rest = product
      rest.multiply(by: power.base, -count)
      rest.multiply(by: base, count)
      return spread(self.product(rest, times: [(opposite, -count)], within: whole), to: whole)
    }
    return nil
  }

  /// `exp(x)/(1 + exp(2*x))` as `1/(2*cosh(x))`.
  private mutating func withSecant(_ product: Factored, _ node: NodeID) -> NodeID? {
    let whole = shape(node)
    for power in product.powers where operatorID(power.base) == .exp && power.exponent > 0 {
      for other in product.powers {
        let isBelow = other.exponent < 0
        guard isOneAndSquare(other.base, of: power.base, isInverse: !isBelow) else { continue }
        let count = min(power.exponent, other.exponent.magnitude)
        let twice = insert(
          .multiply, [constant(2), insert(.cosh, [operand(power.base, 0)])])
        var rest = product
        rest.multiply(by: power.base, -count)
        rest.multiply(by: other.base, isBelow ? count : -count)
        return spread(self.product(rest, times: [(twice, -count)], within: whole), to: whole)
      }
    }
    return nil
  }

  /// Whether a node is `1 + e^2`, e an exponential, or `sigmoid(-2*x)`, which is 1 over that.
  private func isOneAndSquare(
    _ node: NodeID, of exponential: NodeID, isInverse: Bool
  ) -> Bool {
    var double = factored(operand(exponential, 0))
    double.multiply(by: Coefficient(2))
    if isInverse {
      return operatorID(node) == .sigmoid && factored(operand(node, 0)) == double.negated
    }
    let terms = operands(node)
    guard operatorID(node) == .add, terms.count == 2,
      let one = terms.first(where: { number($0) == 1 }),
      let square = terms.first(where: { $0 != one })
    else { return false }
    if operatorID(square) == .power {
      return operand(square, 0) == exponential && number(operand(square, 1)) == 2
    }
    guard operatorID(square) == .exp else { return false }
    return factored(operand(square, 0)) == double
  }

  /// `exp(x)*sigmoid(-exp(x))` and its like as 0 where the second factor is.
  private mutating func withVanishingTail(_ product: Factored, _ node: NodeID) -> NodeID? {
    let whole = shape(node)
    for power in product.powers where operatorID(power.base) == .exp && power.exponent > 0 {
      for other in product.powers
      where other.exponent > 0 && vanishesExponentially(other.base, with: power.base) {
        var rest = product
        rest.multiply(by: power.base, -power.exponent)
        rest.multiply(by: other.base, -other.exponent)
        var pair = Factored()
        pair.multiply(by: power.base, power.exponent)
        pair.multiply(by: other.base, other.exponent)
        let zero = constant(0)
        let isZero = insert(.equal, [other.base, zero])
        let tail = choice(
          isZero, zero, self.product(pair, within: whole),
          within: shape(power.base).broadcast(with: shape(other.base)) ?? whole)
        return spread(self.product(rest, times: [(tail, 1)], within: whole), to: whole)
      }
    }
    return nil
  }

  /// Whether a value falls like `exp(-x)` or faster where x, a factor of what it is taken of,
  /// grows.
  private func vanishesExponentially(_ node: NodeID, with x: NodeID) -> Bool {
    switch operatorID(node) {
    case .sigmoid:
      let argument = factored(operand(node, 0))
      return argument.number.isNegative && argument.exponent(of: x) > 0
    case .select:
      let secant = operand(node, 2)
      guard operatorID(secant) == .power, number(operand(secant, 1)) == -2,
        operatorID(operand(secant, 0)) == .cosh
      else { return false }
      return factored(operand(operand(secant, 0), 0)).exponent(of: x) > 0
    default: return false
    }
  }
}
