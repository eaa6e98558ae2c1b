/// A product as a number and powers of what is multiplied, each base once, in the order of the
/// nodes.
struct Factored: Hashable {
  struct Power: Hashable {
    var base: NodeID
    var exponent: Double
  }

  var number = Coefficient.one
  private(set) var powers: [Power] = []
  /// Whether the number has left the range in which it is exact.
  private(set) var isLost = false

  /// The opposite.
  var negated: Factored {
    var copy = self
    copy.number = number.negated
    return copy
  }

  /// The exponent of a base; 0 for what is no factor.
  func exponent(of base: NodeID) -> Double {
    powers.first { $0.base == base }?.exponent ?? 0
  }

  /// Multiplies by a power of a base.
  mutating func multiply(by base: NodeID, _ exponent: Double) {
    if let place = powers.firstIndex(where: { $0.base == base }) {
      powers[place].exponent += exponent
      if powers[place].exponent == 0 { powers.remove(at: place) }
    } else if exponent != 0 {
      let place = powers.firstIndex { base < $0.base } ?? powers.count
      powers.insert(Power(base: base, exponent: exponent), at: place)
    }
  }

  /// Multiplies by a number.
  mutating func multiply(by value: Coefficient) {
    guard let product = number.times(value) else {
      isLost = true
      return
    }
    number = product
  }

  /// Multiplies by a whole power of another product.
  mutating func multiply(by other: Factored, raisedTo exponent: Double) {
    isLost = isLost || other.isLost
    for power in other.powers { multiply(by: power.base, exponent * power.exponent) }
    let factor = exponent < 0 ? other.number.inverse : other.number
    for _ in 0..<Int(exponent.magnitude) { multiply(by: factor) }
  }
}

extension ExpressionGraph {
  private static let deepestProduct = 5

  /// A node as the product that it is, whole powers opened.
  func factored(_ node: NodeID) -> Factored {
    var result = Factored()
    gather(node, 1, into: &result, Self.deepestProduct)
    return result
  }

  private func gather(
    _ node: NodeID, _ exponent: Double, into result: inout Factored, _ depth: Int
  ) {
    if let value = number(node), value.isFinite, value != 0, exponent.magnitude <= 8 {
      var power = Factored()
      power.number = Coefficient(value)
      return result.multiply(by: power, raisedTo: exponent)
    }
    guard depth > 0, exponent.magnitude <= 8 else { return result.multiply(by: node, exponent) }
    switch operatorID(node) {
    case .negate:
      if exponent.truncatingRemainder(dividingBy: 2) != 0 { result.number = result.number.negated }
      gather(operand(node, 0), exponent, into: &result, depth - 1)
    case .multiply:
      for factor in operands(node) { gather(factor, exponent, into: &result, depth - 1) }
    case .divide:
      gather(operand(node, 0), exponent, into: &result, depth - 1)
      gather(operand(node, 1), -exponent, into: &result, depth - 1)
    case .power:
      guard let power = number(operand(node, 1)), power.rounded() == power,
        (power * exponent).magnitude <= 64
      else { return result.multiply(by: node, exponent) }
      gather(operand(node, 0), power * exponent, into: &result, depth - 1)
    default: result.multiply(by: node, exponent)
    }
  }

  /// The node of a product and of further factors of any sign of exponent.
  mutating func product(
    _ factored: Factored, times more: [(base: NodeID, exponent: Double)] = [], within whole: Shape
  ) -> NodeID {
    var above: [NodeID] = []
    var below: [NodeID] = []
    for (base, exponent) in factored.powers.map({ ($0.base, $0.exponent) }) + more {
      let size = exponent.magnitude
      let power = size == 1 ? base : insert(.power, [base, constant(size)])
      if exponent > 0 { above.append(power) } else if exponent < 0 { below.append(power) }
    }
    if factored.number.numerator != 1 || above.isEmpty {
      above.insert(constant(factored.number.numerator), at: 0)
    }
    if factored.number.denominator != 1 {
      below.insert(constant(factored.number.denominator), at: 0)
    }
    func joined(_ nodes: [NodeID]) -> NodeID {
      nodes.count == 1 ? nodes[0] : insertFitting(.multiply, nodes, within: whole)
    }
    let product = joined(above)
    return below.isEmpty
      ? product : insertFitting(.divide, [product, joined(below)], within: whole)
  }

  /// The terms of a sum; of anything else the node alone.
  func terms(of node: NodeID) -> [NodeID] {
    operatorID(node) == .add ? operands(node) : [node]
  }

  /// The sum of some products.
  mutating func sum(_ terms: [Factored], within whole: Shape) -> NodeID {
    let nodes = terms.map { term in
      guard term.number.isNegative else { return product(term, within: whole) }
      let positive = product(term.negated, within: whole)
      return number(positive).map { constant(-$0) } ?? insert(.negate, [positive])
    }
    return nodes.count == 1 ? nodes[0] : insertFitting(.add, nodes, within: whole)
  }

  /// The terms of a sum and one more, where that cancels one of them; nil where it does not.
  func cancelling(_ sum: [Factored], _ term: Factored) -> [Factored]? {
    if term.powers.isEmpty {
      guard let place = sum.firstIndex(where: { $0.powers.isEmpty }),
        let total = sum[place].number.plus(term.number), total.isZero
      else { return nil }
      return sum.indices.filter { $0 != place }.map { sum[$0] }
    }
    guard let place = sum.firstIndex(of: term.negated) else { return nil }
    return sum.indices.filter { $0 != place }.map { sum[$0] }
  }

  /// The terms of one sum less those of another, and how many of these cancel nothing.
  func difference(_ sum: [Factored], _ taken: [Factored]) -> (terms: [Factored], added: Int) {
    var rest = sum
    var added: [Factored] = []
    for term in taken {
      if let shorter = cancelling(rest, term.negated) {
        rest = shorter
      } else {
        added.append(term.negated)
      }
    }
    return (rest + added, added.count)
  }

  /// The terms of what a root is taken of, of a length the squares; nil for anything else.
  func radicand(of root: NodeID) -> [Factored]? {
    switch operatorID(root) {
    case .sqrt: return terms(of: operand(root, 0)).map { factored($0) }
    case .hypot:
      return operands(root).map { leg in
        var square = Factored()
        square.multiply(by: factored(leg), raisedTo: 2)
        return square
      }
    default: return nil
    }
  }

  /// Whether something holds of a node's operator, or of that of what it is a number's multiple of.
  func isMultiple(_ node: NodeID, where holds: (OperatorID) -> Bool) -> Bool {
    switch operatorID(node) {
    case .negate: return isMultiple(operand(node, 0), where: holds)
    case .multiply:
      return operandPlaces(node.slot).count == 2 && number(operand(node, 0)) != nil
        && isMultiple(operand(node, 1), where: holds)
    case let op: return holds(op)
    }
  }

  /// Whether something holds of the operator of a node, or of one that it is a product or quotient
  /// of.
  func hasFactor(_ node: NodeID, where holds: (OperatorID) -> Bool) -> Bool {
    let op = operatorID(node)
    if holds(op) { return true }
    switch op {
    case .negate, .multiply, .divide: return operands(node).contains { hasFactor($0, where: holds) }
    default: return false
    }
  }

  /// A sum with other terms in the place of some.
  mutating func replacing(_ places: [Int], of sum: NodeID, by others: [NodeID]) -> NodeID {
    let whole = shape(sum)
    let terms = operands(sum)
    let all = terms.indices.filter { !places.contains($0) }.map { terms[$0] } + others
    return spread(
      all.count == 1 ? all[0] : insertFitting(.add, all, within: whole), to: whole)
  }

  /// A result under the shape that a node has.
  mutating func spread(_ node: NodeID, to whole: Shape) -> NodeID {
    shape(node) == whole ? node : insert(.broadcast, [node], .shape(whole))
  }

  /// `first` where `condition`, else `second`, in the shape of a node.
  mutating func choice(
    _ condition: NodeID, _ first: NodeID, _ second: NodeID, within whole: Shape
  ) -> NodeID {
    spread(insertFitting(.select, [condition, first, second], within: whole), to: whole)
  }

  /// 1 where the magnitude of a node is below a limit.
  mutating func isBelow(_ limit: Double, _ node: NodeID) -> NodeID {
    let size = insert(.abs, [node])
    return insert(.less, [size, constant(limit)])
  }

  /// Whether all that some roots need is numbers.
  func areScalars(_ roots: [NodeID]) -> Bool {
    let needed = reachable(from: roots)
    return needed.indices.allSatisfy { !needed[$0] || isScalar(NodeID($0)) }
  }
}
