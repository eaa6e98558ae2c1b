import ADCCalculus
import ADCSyntax

// The inverses of lengths are written as divisors: `x/norm(x)`.

/// A product taken apart: what stands above the line, and below it with an exponent.
private struct Quotient {
  var above: [NodeID] = []
  var below: [(base: NodeID, exponent: Double)] = []

  /// How many of `below` are no lengths: these come first.
  private var plain = 0

  mutating func divide(by base: NodeID) {
    below.insert((base, 1), at: plain)
    plain += 1
  }

  mutating func divide(by base: NodeID, _ exponent: Double) {
    if let place = below.firstIndex(where: { $0.base == base }) {
      below[place].exponent += exponent
    } else {
      below.append((base, exponent))
    }
  }
}

extension ExpressionWriter {
  /// A product or a quotient with inverses of lengths in it, as one quotient; nil without them.
  func overLengths(_ node: NodeID) -> Expression? {
    guard hasLengths, hasDivisor(node, 4) else { return nil }
    var quotient = Quotient()
    collect(node, isTop: true, into: &quotient)
    let above = quotient.above.isEmpty ? Tree.number(1) : powers(fitting(quotient.above))
    let divisors = quotient.below.map { raised($0.base, to: $0.exponent) }
    guard goTogether(quotient.below.map(\.base)) else {
      return divisors.reduce(above) { Tree.product($0, .divide, $1) }
    }
    return Tree.product(
      above, .divide,
      divisors.dropFirst().reduce(divisors[0]) { Tree.product($0, .multiply, $1) })
  }

  /// Whether the product of operands, from the left, has a shape.
  private func goTogether(_ operands: [NodeID]) -> Bool {
    var shape: Shape? = graph.shape(operands[0])
    for operand in operands.dropFirst() { shape = shape?.broadcast(with: graph.shape(operand)) }
    return shape != nil
  }

  /// The power of an inverse of a length alone: `1/norm(x)^3`.
  func inversePower(_ operands: [NodeID]) -> Expression? {
    guard let exponent = graph.number(operands[1]), exponent > 0,
      graph.operatorID(operands[0]) == .inverseLength, isUnnamed(operands[0])
    else { return nil }
    let length = raised(graph.operands(operands[0])[0], to: exponent)
    return Tree.product(Tree.number(1), .divide, length)
  }

  /// Whether an inverse of a length is among the factors, however they are grouped.
  private func hasDivisor(_ node: NodeID, _ depth: Int) -> Bool {
    guard depth > 0 else { return false }
    let operands = graph.operands(node)
    switch graph.operatorID(node) {
    case .multiply:
      return operands.contains {
        divisor($0) != nil || isUnnamed($0) && hasDivisor($0, depth - 1)
      }
    case .divide:
      return divisor(operands[0]) != nil
        || isUnnamed(operands[0]) && hasDivisor(operands[0], depth - 1)
    default: return false
    }
  }

  private func collect(_ node: NodeID, isTop: Bool, into quotient: inout Quotient) {
    let operands = graph.operands(node)
    let isOpen = isTop || isUnnamed(node) && hasDivisor(node, 3)
    switch graph.operatorID(node) {
    case .multiply where isOpen:
      for operand in operands { collect(operand, isTop: false, into: &quotient) }
    case .divide where isOpen:
      collect(operands[0], isTop: false, into: &quotient)
      let divisor = operands[1]
      let isProduct = graph.operatorID(divisor) == .multiply && isUnnamed(divisor)
      for base in isProduct ? graph.operands(divisor) : [divisor] { quotient.divide(by: base) }
    default:
      if let divisor = divisor(node) {
        quotient.divide(by: divisor.base, divisor.exponent)
      } else if graph.number(node) != 1 {
        quotient.above.append(node)
      }
    }
  }

  /// A product in which the same factor may stand twice.
  private func powers(_ factors: [NodeID]) -> Expression {
    var counts: [NodeID: Double] = [:]
    for factor in factors { counts[factor, default: 0] += 1 }
    if counts.count == factors.count {
      return factors.count == 1 ? text(factors[0]) : product(factors)
    }
    var parts: [Expression] = []
    for factor in factors {
      if let count = counts.removeValue(forKey: factor) { parts.append(raised(factor, to: count)) }
    }
    return parts.dropFirst().reduce(parts[0]) { Tree.product($0, .multiply, $1) }
  }

  private func raised(_ base: NodeID, to exponent: Double) -> Expression {
    exponent == 1
      ? text(base) : Expression(.power([text(base), Tree.number(exponent)]), Tree.nowhere)
  }

  /// What a factor is divided by, if it is the inverse of a length or a power of one.
  private func divisor(_ node: NodeID) -> (base: NodeID, exponent: Double)? {
    guard isUnnamed(node) else { return nil }
    let operands = graph.operands(node)
    switch graph.operatorID(node) {
    case .inverseLength: return (operands[0], 1)
    case .power:
      guard let exponent = graph.number(operands[1]), exponent > 0,
        graph.operatorID(operands[0]) == .inverseLength, isUnnamed(operands[0])
      else { return nil }
      return (graph.operands(operands[0])[0], exponent)
    default: return nil
    }
  }

  /// Whether a node is written out where it is used.
  private func isUnnamed(_ node: NodeID) -> Bool {
    if case .name = text(node).form { return false }
    return true
  }
}
