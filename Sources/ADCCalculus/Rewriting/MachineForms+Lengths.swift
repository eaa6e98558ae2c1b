// What is divided by a length and vanishes with it is 0 where the length is 0: x/norm(x) is, as it
// is written by people and as the derivative of norm(x) is printed.

extension ExpressionGraph {
  /// How deep one looks for what vanishes with a length.
  private static let depth = 8

  func isLength(_ node: NodeID) -> Bool {
    let op = operatorID(node)
    return op == .norm || op == .hypot
  }

  /// x times the inverse of a length as a quotient, which rounds once; of one number for an array
  /// the inverse is cheaper.
  mutating func overLength(_ node: NodeID) -> NodeID? {
    let whole = shape(node)
    var factors = operands(node)
    guard
      let place = factors.firstIndex(where: {
        operatorID($0) == .inverseLength && (shape($0) == whole || !shape($0).isScalar)
      })
    else { return nil }
    let length = operands(factors.remove(at: place))[0]
    let product = factors.count == 1 ? factors[0] : insertFitting(.multiply, factors, within: whole)
    return orZero(insertFitting(.divide, [product, length], within: whole), where: length)
  }

  /// A quotient whose numerator vanishes with a length in its denominator.
  mutating func quotientOfLength(_ node: NodeID) -> NodeID? {
    let operands = operands(node)
    for (length, power) in lengths(in: operands[1])
    where degree(of: operands[0], in: length, Self.depth) >= power {
      return orZero(node, where: length)
    }
    return nil
  }

  private mutating func orZero(_ value: NodeID, where length: NodeID) -> NodeID {
    let zero = constant(0)
    let isZero = insert(.equal, [length, zero])
    return insertFitting(.select, [isZero, zero, value], within: shape(value))
  }

  /// The lengths that are factors of a denominator, with their powers.
  private func lengths(in divisor: NodeID) -> [(length: NodeID, power: Double)] {
    let factors = operatorID(divisor) == .multiply ? operands(divisor) : [divisor]
    return factors.compactMap { factor in
      var (base, power) = (factor, 1.0)
      if operatorID(base) == .power, let exponent = number(operands(base)[1]), exponent > 0 {
        (base, power) = (operands(base)[0], exponent)
      }
      var length = base
      while operatorID(length) == .reshape || operatorID(length) == .broadcast {
        length = operands(length)[0]
      }
      return isLength(length) ? (base, power) : nil
    }
  }

  /// With which power of a length a value vanishes at least; 0 where that is not seen.
  private func degree(of value: NodeID, in length: NodeID, _ depth: Int) -> Double {
    guard depth > 0 else { return 0 }
    if value == length { return 1 }
    var inner = length
    while operatorID(inner) == .reshape || operatorID(inner) == .broadcast {
      inner = operands(inner)[0]
    }
    if operands(inner).contains(value) { return 1 }
    let parts = operands(value)
    func degrees() -> [Double] { parts.map { degree(of: $0, in: length, depth - 1) } }
    switch operatorID(value) {
    case .negate: return degrees()[0]
    case .multiply: return degrees().reduce(0, +)
    case .add: return degrees().min() ?? 0
    case .divide: return degree(of: parts[0], in: length, depth - 1)
    case .power:
      guard let exponent = number(parts[1]), exponent > 0 else { return 0 }
      return exponent * degree(of: parts[0], in: length, depth - 1)
    case .matrixProduct where shape(length).isScalar: return degrees().reduce(0, +)
    case .sum where !shape(length).isScalar:
      guard case .axes(let axes, _) = attribute(inner), case .axes(axes, _) = attribute(value)
      else { return 0 }
      return degrees()[0]
    case .broadcast, .sum: return shape(length).isScalar ? degrees()[0] : 0
    default:
      // Views bring elements to other places: only one length stands for all of them.
      guard shape(length).isScalar, case .view = op(value).execution, parts.count == 1 else {
        return 0
      }
      return degrees()[0]
    }
  }
}
