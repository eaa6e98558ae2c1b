// Sums and products of numbers that no law looks into: most of a long expression. They come out as
// `gatheredSum` and `gatheredProduct` would make them, without the lists that these need.

extension Simplifier {
  /// Factors that no law of products looks into, a number in front of them or not; nil for others.
  mutating func plainProduct(_ top: NodeID) -> NodeID? {
    guard graph.operatorID(top) == .multiply, graph.isScalar(top) else { return nil }
    let places = graph.operandPlaces(top.slot)
    guard places.count <= 8 else { return nil }
    var images = SIMD8<Int32>(repeating: -1)
    var isUnchanged = true
    var last: (rank: Int, factor: Factor)?
    for (place, source) in places.enumerated() {
      let operand = graph.operand(at: source)
      guard roles[operand.slot] != .inProduct else { return nil }
      let node = image(operand)
      if place == 0, isPlainNumber(node) {
        guard places.count > 1 else { return nil }
      } else {
        guard isPlain(node) else { return nil }
        for before in 0..<place where images[before] == node.index { return nil }
        let next = (rank: rank(node), factor: Factor(base: node, exponent: 1))
        if let last, Self.isBefore(next, last) {
          guard places.count == 2 else { return nil }
          let first = last.factor.base
          return isTyped(top) && isName(first) && isName(node)
            ? joined(.multiply, first, node)
            : fixed(joined(.multiply, node, first), node, first)
        }
        last = next
      }
      images[place] = node.index
      isUnchanged = isUnchanged && node == operand
    }
    if places.count == 2 {
      let (left, right) = (NodeID(Int(images[0])), NodeID(Int(images[1])))
      let result = joined(.multiply, left, right, same: isUnchanged ? top : nil)
      return fixed(result, left, right)
    }
    return joined(
      .multiply,
      places.indices.map { place in
        NodeID(Int(images[place - places.lowerBound]))
      }, within: .scalar)
  }

  /// Notes that a law would make a node of two operands again, if they are in this order.
  private mutating func fixed(_ node: NodeID, _ left: NodeID, _ right: NodeID) -> NodeID {
    if graph.operand(node, 0) == left, graph.operand(node, 1) == right { steady.fix(node.slot) }
    return node
  }

  /// A number that stays in front of a product as it is.
  private func isPlainNumber(_ node: NodeID) -> Bool {
    guard let value = graph.number(node) else { return false }
    return value.isNormal && value.magnitude != 1 && !isNamed(value)
  }

  func isPlain(_ node: NodeID) -> Bool {
    switch graph.operatorID(node) {
    case .number, .negate, .power, .divide, .multiply, .sqrt, .broadcast, .inverseLength: false
    default: true
    }
  }

  /// The quotient of two values that no law of products looks into.
  mutating func plainQuotient(_ top: NodeID) -> NodeID? {
    guard graph.operatorID(top) == .divide, graph.isScalar(top) else { return nil }
    let operands = (graph.operand(top, 0), graph.operand(top, 1))
    guard roles[operands.0.slot] != .inProduct, roles[operands.1.slot] != .inProduct else {
      return nil
    }
    let (above, below) = (image(operands.0), image(operands.1))
    guard above != below, isPlain(above), isPlain(below), graph.operatorID(above) != .cbrt,
      graph.operatorID(below) != .cbrt, !isSumOfExponentials(below)
    else { return nil }
    let result = operands == (above, below) ? top : graph.insert(.divide, above, below)
    steady.fix(result.slot)
    return result
  }

  /// Whether a node may be `exp(a) + exp(b)` or `1 + exp(a)`.
  private func isSumOfExponentials(_ node: NodeID) -> Bool {
    guard graph.operatorID(node) == .add, graph.operandPlaces(node.slot).count == 2 else {
      return false
    }
    for place in graph.operandPlaces(node.slot) {
      let term = graph.operand(at: place)
      if graph.operatorID(term) != .exp, graph.operatorID(term) != .number { return false }
    }
    return true
  }

  /// Two terms that no law of sums looks into.
  mutating func plainSum(_ top: NodeID) -> NodeID? {
    guard graph.operatorID(top) == .add, graph.isScalar(top),
      graph.operandPlaces(top.slot).count == 2
    else { return nil }
    let operands = (graph.operand(top, 0), graph.operand(top, 1))
    guard roles[operands.0.slot] != .inSum, roles[operands.1.slot] != .inSum else { return nil }
    let (left, right) = (image(operands.0), image(operands.1))
    guard left != right, !Self.hasStableForms(graph.operatorID(left)),
      !Self.hasStableForms(graph.operatorID(right))
    else { return nil }
    let same = operands == (left, right) ? top : nil
    if isPlainTerm(left), isPlainTerm(right) || isShift(right) {
      // Two products may have a factor in common.
      let isProduct = (graph.operatorID(left) == .multiply, graph.operatorID(right) == .multiply)
      if isProduct != (true, true) {
        let result = joined(.add, left, right, same: same)
        return isShift(right) ? fixed(result, left, right) : result
      }
    }
    return pairOfTerms(operands, left, right, same)
  }

  /// Two terms other than numbers, with what they have in common taken out.
  private mutating func pairOfTerms(
    _ operands: (NodeID, NodeID), _ left: NodeID, _ right: NodeID, _ same: NodeID?
  ) -> NodeID? {
    guard isTerm(left), isTerm(right) else { return nil }
    let (first, second) = (split(left), split(right))
    guard first.1 != second.1, !first.0.isZero, !second.0.isZero,
      !mayBePaired(first.1, second.1)
    else { return nil }
    let isTurned = isNegative(left) && !isNegative(right)
    let result =
      isTurned ? joined(.add, right, left) : joined(.add, left, right, same: same)
    for operand in [operands.0, operands.1]
    where uses[operand.slot] != 1 && !graph.operandPlaces(operand.slot).isEmpty { return result }
    guard mayShare(left), mayShare(right) else { return result }
    let terms = graph.operands(result).map { (node: $0, isNegative: false) }
    return withCommonFactors(terms, shape: .scalar) ?? result
  }

  /// Whether a node is no number, no fraction and nothing repeated.
  private func isTerm(_ node: NodeID) -> Bool {
    switch graph.operatorID(node) {
    case .number, .broadcast: false
    case .divide: graph.number(graph.operand(node, 0)) == nil
    default: graph.isScalar(node)
    }
  }

  /// Whether a term may have a factor that is more than a name.
  private func mayShare(_ node: NodeID) -> Bool {
    var node = node
    while graph.operatorID(node) == .negate { node = graph.operand(node, 0) }
    return !graph.operandPlaces(node.slot).isEmpty
  }

  /// Whether the difference of two functions may have a form of its own.
  private func mayBePaired(_ left: NodeID, _ right: NodeID) -> Bool {
    let op = graph.operatorID(left)
    guard op == graph.operatorID(right) else { return false }
    return op == .divide || Self.hasStableForms(op)
  }

  /// Functions that lose digits in some sums.
  private static func hasStableForms(_ op: OperatorID) -> Bool { stableTerms[op.index] }

  private static let stableTerms: [Bool] = {
    let names = [
      "exp", "log", "sqrt", "sigmoid", "erf", "erfc", "cos", "cosh", "tanh", "atan", "atan2",
      "log1p", "expm1", "hypot", "cbrt",
    ]
    let stable = Set(names.compactMap { Catalogue.id(named: $0) })
    return Catalogue.operators.indices.map { stable.contains(OperatorID($0)) }
  }()

  private func isPlainTerm(_ node: NodeID) -> Bool {
    switch graph.operatorID(node) {
    case .number, .negate, .add, .divide, .power, .broadcast: false
    case .multiply: graph.operatorID(graph.operand(node, 0)) != .number
    default: true
    }
  }

  private func isShift(_ node: NodeID) -> Bool {
    graph.number(node).map { $0 != 0 && $0.isFinite && !isNamed($0) } ?? false
  }
}
