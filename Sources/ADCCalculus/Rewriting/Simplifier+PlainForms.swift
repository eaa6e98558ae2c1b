// Sums and products of numbers that no law looks into: most of a long expression. They come out as
// `gatheredSum` and `gatheredProduct` would make them, without the lists that these need.

/// The factors of a product, as long as they are few and all different.
private struct PlainFactors {
  var nodes = FewNodes()
  /// What is in front.
  var number: NodeID?
  /// The products that they were gathered from.
  var parts = 0
  /// Whether there are products among them, which others use too.
  var hasProducts = false
  /// Whether all are as they were before the pass.
  var isUnchanged = true

  /// The operands of the product.
  var operands: InlineArray<17, NodeID> {
    var result = InlineArray<17, NodeID>(repeating: NodeID(0))
    var end = 0
    if let number {
      result[0] = number
      end = 1
    }
    for place in 0..<nodes.count { result[end + place] = nodes[place] }
    return result
  }
}

extension Simplifier {
  /// Factors that no law of products looks into, a number in front of them or not; nil for others.
  mutating func plainProduct(_ top: NodeID) -> NodeID? {
    guard graph.operatorID(top) == .multiply, graph.isScalar(top) else { return nil }
    var factors = PlainFactors()
    guard gather(top, &factors, isTop: true), factors.nodes.count > 0 else { return nil }
    if factors.hasProducts {
      let nodes = factors.nodes
      for place in 0..<nodes.count where mayShrink(nodes[place], nodes) { return nil }
    }
    let isFlat = factors.parts == 1
    let isPair = factors.nodes.count == 2 && factors.number == nil
    if !isInOrder(factors.nodes) {
      // Names are not turned around.
      if isFlat, isTyped(top) {
        if isPair, isName(factors.nodes[0]), isName(factors.nodes[1]) {
          return joined(.multiply, factors.nodes[0], factors.nodes[1])
        }
        if !isPair, isName(graph.operand(top, 1)) { return nil }
      }
      order(&factors.nodes)
      factors.isUnchanged = false
    }
    if !isFlat { fire(.flatProduct) }
    if isPair {
      let (first, second) = (factors.nodes[0], factors.nodes[1])
      let same = isFlat && factors.isUnchanged ? top : nil
      return fixed(joined(.multiply, first, second, same: same), first, second)
    }
    if isFlat, factors.isUnchanged, isOnly(top) {
      steady.fix(top.slot)
      return top
    }
    let operands = factors.operands
    let count = factors.nodes.count + (factors.number == nil ? 0 : 1)
    let result = joined(.multiply, operands.span.extracting(first: count))
    guard count > 1 else { return result }
    for place in 0..<count where graph.operand(result, place) != operands[place] { return result }
    steady.fix(result.slot)
    return result
  }

  /// Adds the factors of a product and of those that only it uses; false where there are others
  /// than plain ones, or one of them twice.
  private mutating func gather(_ product: NodeID, _ factors: inout PlainFactors, isTop: Bool)
    -> Bool
  {
    factors.parts += 1
    let places = graph.operandPlaces(product.slot)
    // A chain of products may be as long as a model.
    guard factors.parts <= FewNodes.limit, factors.nodes.count + places.count <= FewNodes.limit
    else { return false }
    for place in places {
      let operand = graph.operand(at: place)
      if roles[operand.slot] == .inProduct {
        guard graph.operatorID(operand) == .multiply, gather(operand, &factors, isTop: false) else {
          return false
        }
        continue
      }
      let node = image(operand)
      if node != operand { factors.isUnchanged = false }
      if isTop, place == places.lowerBound, isPlainNumber(node) {
        guard places.count > 1 else { return false }
        factors.number = node
        continue
      }
      let isProduct = graph.operatorID(node) == .multiply
      guard factors.nodes.count < FewNodes.limit, isProduct || isPlain(node),
        !factors.nodes.contains(node)
      else { return false }
      factors.nodes.append(node)
      if isProduct { factors.hasProducts = true }
    }
    return true
  }

  private mutating func isInOrder(_ factors: FewNodes) -> Bool {
    if factors.count == 1 { return true }
    var last = (rank: rank(factors[0]), node: factors[0])
    for place in 1..<factors.count {
      let next = (rank: rank(factors[place]), node: factors[place])
      if (next.rank, next.node) < (last.rank, last.node) { return false }
      last = next
    }
    return true
  }

  private mutating func order(_ factors: inout FewNodes) {
    for place in 1..<factors.count {
      let node = factors[place]
      let rank = rank(node)
      var free = place
      while free > 0 {
        let before = factors[free - 1]
        if (self.rank(before), before) < (rank, node) { break }
        factors[free] = before
        free -= 1
      }
      factors[free] = node
    }
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

  mutating func isPlain(_ node: NodeID) -> Bool {
    switch graph.operatorID(node) {
    case .number, .negate, .power, .divide, .multiply, .sqrt, .inverseLength, .sign: false
    default: graph.operatorID(node) != graph.repetition
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
      graph.operatorID(below) != .cbrt, !isSumOfExponentials(below),
      !Self.isStabilized[graph.operatorID(above).index]
    else { return nil }
    let result = operands == (above, below) ? top : graph.insert(.divide, above, below)
    steady.fix(result.slot)
    return result
  }

  /// Whether a node may be `exp(a) + exp(b)` or `1 + exp(a)`.
  private mutating func isSumOfExponentials(_ node: NodeID) -> Bool {
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
    return withCommonFactors(result) ?? result
  }

  /// Whether a node is no number, no fraction and nothing repeated.
  mutating func isTerm(_ node: NodeID) -> Bool {
    switch graph.operatorID(node) {
    case .number, graph.repetition: false
    case .divide: graph.number(graph.operand(node, 0)) == nil
    default: graph.isScalar(node)
    }
  }

  /// Whether a term may have a factor that is more than a name.
  private mutating func mayShare(_ node: NodeID) -> Bool {
    var node = node
    while graph.operatorID(node) == .negate { node = graph.operand(node, 0) }
    return !graph.operandPlaces(node.slot).isEmpty
  }

  /// Whether the difference of two functions may have a form of its own.
  private mutating func mayBePaired(_ left: NodeID, _ right: NodeID) -> Bool {
    let op = graph.operatorID(left)
    guard op == graph.operatorID(right) else { return false }
    return op == .divide || Self.hasStableForms(op)
  }

  /// Functions that lose digits in some sums.
  private static func hasStableForms(_ op: OperatorID) -> Bool { stableTerms[op.index] }

  private static let stableTerms = Catalogue.isOne(of: [
    "exp", "log", "sqrt", "sigmoid", "erf", "erfc", "cos", "cosh", "tanh", "atan", "atan2", "log1p",
    "expm1", "hypot", "cbrt",
  ])

  private mutating func isPlainTerm(_ node: NodeID) -> Bool {
    switch graph.operatorID(node) {
    case .number, .negate, .add, .divide, .power, graph.repetition: false
    case .multiply: graph.operatorID(graph.operand(node, 0)) != .number
    default: true
    }
  }

  private mutating func isShift(_ node: NodeID) -> Bool {
    graph.number(node).map { $0 != 0 && $0.isFinite && !isNamed($0) } ?? false
  }
}
