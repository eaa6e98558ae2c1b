// Sums of squares, whose roots are lengths, and even powers of lengths and magnitudes, which have
// derivatives of every order where those have a kink.

extension ExpressionGraph {
  /// Whether a node is a sum, or a mean, of even powers with positive numbers in front: 0 only
  /// where all of them are, and flat there.
  ///
  /// Looks at a few nodes at most; what it does not come to is taken for something else.
  func isSumOfSquares(_ node: NodeID) -> Bool {
    var budget = 64
    return isSumOfSquares(node, &budget)
  }

  private func isSumOfSquares(_ node: NodeID, _ budget: inout Int) -> Bool {
    budget -= 1
    guard budget > 0 else { return false }
    let first = operandPlaces(node.slot).isEmpty ? node : operand(node, 0)
    switch operatorID(node) {
    case .power:
      guard let exponent = number(operand(node, 1)) else { return false }
      return exponent > 0 && exponent.truncatingRemainder(dividingBy: 2) == 0
    case .multiply:
      let factors = operands(node)
      if factors.count == 2, factors[0] == factors[1] { return true }
      let rest = factors.filter { !isPositiveCount($0) }
      return rest.count == 1 && rest.count < factors.count && isSumOfSquares(rest[0], &budget)
    case .divide: return isPositiveCount(operand(node, 1)) && isSumOfSquares(first, &budget)
    case .add:
      for term in operands(node) where !isSumOfSquares(term, &budget) { return false }
      return true
    case .matrixProduct: return first == operand(node, 1) && shape(node).isScalar
    case .sum, .mean, .reshape, .broadcast, .transpose: return isSumOfSquares(first, &budget)
    case .variance: return true
    default: return false
    }
  }

  /// Whether a node is a positive number, or a size less a number, as means and variances divide
  /// by.
  private func isPositiveCount(_ node: NodeID) -> Bool {
    if let value = number(node) { return value > 0 }
    switch operatorID(node) {
    case .size: return true
    case .add, .multiply:
      return operands(node).allSatisfy { operatorID($0) == .size || number($0) != nil }
        && operands(node).contains { operatorID($0) == .size }
    default: return false
    }
  }

  /// What an even power of a magnitude or a length is without it, or an even function of a
  /// magnitude: `x^2` for `abs(x)^2`, `sum(x^2)` for `norm(x)^2`; the node itself for all else.
  mutating func withoutKink(_ node: NodeID) -> NodeID {
    switch operatorID(node) {
    case .power:
      guard let exponent = number(operand(node, 1)), exponent > 0,
        exponent.truncatingRemainder(dividingBy: 2) == 0
      else { return node }
      let base = operand(node, 0)
      if operatorID(base) == .abs {
        return insert(.power, operand(base, 0), operand(node, 1))
      }
      guard operatorID(base) == .norm else { return node }
      let squares = sumOfSquares(ofLength: base)
      return exponent == 2 ? squares : insert(.power, squares, constant(exponent / 2))
    case .multiply:
      let factors = operands(node)
      guard factors.count == 2, factors[0] == factors[1] else { return node }
      switch operatorID(factors[0]) {
      case .abs: return insert(.multiply, operand(factors[0], 0), operand(factors[0], 0))
      case .norm: return sumOfSquares(ofLength: factors[0])
      default: return node
      }
    case .cos, .cosh:
      let argument = operand(node, 0)
      guard operatorID(argument) == .abs else { return node }
      return insert(operatorID(node), operand(argument, 0))
    default: return node
    }
  }

  private mutating func sumOfSquares(ofLength length: NodeID) -> NodeID {
    let squares = insert(.power, operand(length, 0), constant(2))
    return insert(.sum, [squares], attribute(length))
  }
}
