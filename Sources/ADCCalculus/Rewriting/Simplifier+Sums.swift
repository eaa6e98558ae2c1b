/// Room for the terms of a sum and for what is still to be looked into.
struct GatheredTerms {
  var leaves: [(node: NodeID, isNegative: Bool)] = []
  var stack: [(node: NodeID, isNegative: Bool)] = []
}

extension Simplifier {
  /// A term of a sum: a coefficient and what it multiplies.
  private struct Term {
    var coefficient: Coefficient
    var base: NodeID
    /// The term as it came, to be put back where nothing was joined.
    var original: NodeID?
  }

  /// The sum whose top is `top`, with like terms joined.
  mutating func gatheredSum(_ top: NodeID) -> NodeID {
    if let sum = plainSum(top) { return sum }
    // The lists are made once for all sums.
    var room = GatheredTerms()
    swap(&room, &gatheredTerms)
    let result = gatheredSum(top, &room.leaves, &room.stack)
    room.leaves.removeAll(keepingCapacity: true)
    room.stack.removeAll(keepingCapacity: true)
    swap(&room, &gatheredTerms)
    return result
  }

  private mutating func gatheredSum(
    _ top: NodeID, _ leaves: inout [(node: NodeID, isNegative: Bool)],
    _ stack: inout [(node: NodeID, isNegative: Bool)]
  ) -> NodeID {
    let shape = graph.shape(top)
    // What is used elsewhere too; of numbers it matters only whether there is any.
    var shared: Set<NodeID> = []
    var hasShared = false
    stack.append((top, false))
    var parts = 0
    while let (node, isNegative) = stack.popLast() {
      if node != top, roles[node.slot] != .inSum {
        leaves.append((image(node), isNegative))
        if uses[node.slot] != 1, !graph.operandPlaces(node.slot).isEmpty {
          hasShared = true
          if !shape.isScalar { shared.insert(image(node)) }
        }
        continue
      }
      parts += 1
      let flips = graph.operatorID(node) == .negate
      for place in graph.operandPlaces(node.slot).reversed() {
        stack.append((graph.operand(at: place), isNegative != flips))
      }
    }
    if parts > 1 { fire(.flatSum) }
    let result = sum(leaves, shape: shape)
    if let vector = concatenated(result) { return vector }
    if let stable = stableSum(result) { return stable }
    guard graph.operatorID(result) == .add else { return result }
    if !shape.isScalar,
      let merged = withCommonMatrices(graph.operands(result), shared: shared, shape: shape)
    {
      return merged
    }
    guard !hasShared, graph.haveOneShape(result, top) else { return result }
    return withCommonFactors(result) ?? result
  }

  /// The sum of some terms; `opening` takes the terms of sums among them one by one.
  mutating func sum(
    _ leaves: [(node: NodeID, isNegative: Bool)], shape: Shape, opening: Bool = false
  ) -> NodeID {
    if opening {
      let open = leaves.flatMap { leaf in
        graph.operatorID(leaf.node) == .add && graph.shape(leaf.node) == shape
          ? graph.operands(leaf.node).map { ($0, leaf.isNegative) } : [leaf]
      }
      return sum(open, shape: shape)
    }
    if leaves.count == 2, shape.isScalar, let pair = pairSum(leaves[0], leaves[1]) { return pair }
    var constant = 0.0
    var constantPlace: Int?
    let leaves = withFractionsJoined(leaves)
    var terms: [Term] = []
    terms.reserveCapacity(leaves.count)
    var places = NodePlaces()
    for (leaf, isNegative) in withoutBroadcastTerms(leaves, shape: shape) {
      if let value = graph.number(leaf), !isNamed(value) {
        if constantPlace != nil { fire(.constants) }
        constant += isNegative ? -value : value
        constantPlace = constantPlace ?? terms.count
        continue
      }
      var (coefficient, base) = split(leaf)
      if isNegative { coefficient = coefficient.negated }
      if let place = places[base], let total = terms[place].coefficient.plus(coefficient) {
        fire(.likeTerms)
        terms[place].coefficient = total
        terms[place].original = nil
      } else {
        places[base] = terms.count
        terms.append(
          Term(coefficient: coefficient, base: base, original: isNegative ? nil : leaf))
      }
    }
    var nodes: [NodeID] = []
    nodes.reserveCapacity(terms.count + 1)
    for (place, term) in terms.enumerated() {
      if place == constantPlace, constant != 0 { nodes.append(graph.constant(constant)) }
      if term.coefficient.isZero { continue }
      nodes.append(term.original ?? scaled(term.base, by: term.coefficient))
    }
    if constantPlace == terms.count, constant != 0 || nodes.isEmpty {
      nodes.append(graph.constant(constant))
    }
    if nodes.isEmpty { return graph.constant(constant) }
    return joined(.add, positiveFirst(nodes), within: shape)
  }

  /// `sum` of two terms that are no numbers and not alike, without lists.
  private mutating func pairSum(
    _ left: (node: NodeID, isNegative: Bool), _ right: (node: NodeID, isNegative: Bool)
  ) -> NodeID? {
    guard isTerm(left.node), isTerm(right.node) else { return nil }
    let (first, second) = (split(left.node), split(right.node))
    guard first.1 != second.1, !first.0.isZero, !second.0.isZero else { return nil }
    let one = left.isNegative ? scaled(first.1, by: first.0.negated) : left.node
    let other = right.isNegative ? scaled(second.1, by: second.0.negated) : right.node
    // `1 - x` rather than `-x + 1`.
    return isNegative(one) && !isNegative(other)
      ? joined(.add, other, one) : joined(.add, one, other)
  }

  /// Quotients of whole numbers and whole numbers as one: 2/3 - 1 is -1/3.
  private mutating func withFractionsJoined(
    _ leaves: [(node: NodeID, isNegative: Bool)]
  ) -> [(node: NodeID, isNegative: Bool)] {
    guard leaves.contains(where: { isFraction($0.node) }) else { return leaves }
    var total = Coefficient(0)
    var rest: [(node: NodeID, isNegative: Bool)] = []
    var place: Int?
    var count = 0
    for leaf in leaves {
      guard let value = wholeQuotient(leaf.node) else {
        rest.append(leaf)
        continue
      }
      count += 1
      place = place ?? rest.count
      guard let sum = total.plus(leaf.isNegative ? value.negated : value) else { return leaves }
      total = sum
    }
    guard let place, count >= 2, total.isUsable, total.numerator.magnitude < 1e15,
      total.denominator < 1e15
    else { return leaves }
    fire(.constants)
    let isNegative = total.isNegative
    var node = graph.constant(total.numerator.magnitude)
    if total.denominator != 1 {
      node = graph.insert(.divide, [node, graph.constant(total.denominator)])
    }
    rest.insert((node, isNegative), at: place)
    return rest
  }

  private mutating func isFraction(_ node: NodeID) -> Bool {
    graph.operatorID(node) == .divide && wholeQuotient(node) != nil
  }

  /// A whole number, or a quotient of two.
  private mutating func wholeQuotient(_ node: NodeID) -> Coefficient? {
    func whole(_ node: NodeID) -> Double? {
      graph.number(node).flatMap { $0.rounded() == $0 && $0.magnitude < 1e6 ? $0 : nil }
    }
    if let value = whole(node) { return Coefficient(value) }
    guard graph.operatorID(node) == .divide, let above = whole(graph.operand(node, 0)),
      let below = whole(graph.operand(node, 1)), below != 0
    else { return nil }
    return Coefficient(numerator: above, denominator: below).normalized
  }

  /// `1 - x` rather than `-x + 1`.
  private mutating func positiveFirst(_ nodes: [NodeID]) -> [NodeID] {
    guard let first = nodes.first, isNegative(first),
      let place = nodes.firstIndex(where: { !isNegative($0) })
    else { return nodes }
    var result = nodes
    result.insert(result.remove(at: place), at: 0)
    return result
  }

  /// Whether a term prints with a minus sign.
  mutating func isNegative(_ node: NodeID) -> Bool {
    if let value = graph.number(node) { return value < 0 }
    switch graph.operatorID(node) {
    case .negate: return true
    case .multiply: return graph.number(graph.operand(node, 0)).map { $0 < 0 } ?? false
    case .divide: return isNegative(graph.operand(node, 0))
    default: return false
    }
  }

  /// A term's number factor and the rest.
  mutating func split(_ node: NodeID) -> (Coefficient, NodeID) {
    switch graph.operatorID(node) {
    case .negate:
      let (coefficient, base) = split(graph.operand(node, 0))
      return (coefficient.negated, base)
    case .multiply:
      guard let value = graph.number(graph.operand(node, 0)), !isNamed(value), value.isFinite else {
        break
      }
      let base = withoutNumber(node)
      guard graph.haveOneShape(base, node) else { break }
      return (Coefficient(value), base)
    case .divide:
      let operands = (graph.operand(node, 0), graph.operand(node, 1))
      if let value = graph.number(operands.0), !isNamed(value), value.isFinite, value != 1,
        graph.number(operands.1) == nil
      {
        return (Coefficient(value), inverse(operands.1))
      }
      guard let value = graph.number(operands.1), !isNamed(value), value.isFinite, value != 0
      else { break }
      if let numerator = graph.number(operands.0), isNamed(numerator) { break }
      let (coefficient, base) = split(operands.0)
      guard let product = coefficient.times(Coefficient(numerator: 1, denominator: value)) else {
        break
      }
      return (product, base)
    default: break
    }
    return (.one, node)
  }

  /// A product without its first factor.
  private mutating func withoutNumber(_ node: NodeID) -> NodeID {
    let rest = graph.operandPlaces(node.slot).dropFirst()
    if rest.count == 1 { return graph.operand(node, 1) }
    guard rest.count <= FewNodes.limit, graph.isScalar(node) else {
      return joined(.multiply, rest.map { graph.operand(at: $0) }, within: graph.shape(node))
    }
    var factors = FewNodes()
    for place in rest { factors.append(graph.operand(at: place)) }
    return joined(.multiply, factors)
  }

  /// 1/x, and x^-2 for x^2: as products emit them.
  private mutating func inverse(_ node: NodeID) -> NodeID {
    guard graph.operatorID(node) == .power, let exponent = wholeExponent(of: node) else {
      return graph.insert(.divide, [graph.constant(1), node])
    }
    return graph.insert(.power, [graph.operands(node)[0], graph.constant(-exponent)])
  }

  /// Terms without the broadcasts that the sum does by itself.
  private mutating func withoutBroadcastTerms(
    _ leaves: [(node: NodeID, isNegative: Bool)], shape: Shape
  ) -> [(node: NodeID, isNegative: Bool)] {
    if shape.isScalar { return leaves }
    let bare = withoutBroadcasts(leaves.map(\.node), shape: shape)
    return zip(bare, leaves).map { ($0, $1.isNegative) }
  }

  /// A sum or product in the order given, or the equal one that exists already.
  mutating func joined(_ op: OperatorID, _ nodes: [NodeID], within shape: Shape) -> NodeID {
    if shape.isScalar { return joined(op, nodes.span) }
    if nodes.count == 1 { return nodes[0] }
    if let known = reordered(op, nodes.span) { return known }
    let node = graph.insertFitting(op, nodes, within: shape)
    if graph.operands(node) == nodes { remember(slot: node.slot) }
    return node
  }

  /// Remembers a sum or product of which there is none in another order; false for others.
  mutating func isOnly(_ node: NodeID) -> Bool {
    if graph.hasTwin(node) { return false }
    remember(slot: node.slot)
    return true
  }

  /// `joined` of scalars.
  mutating func joined(_ op: OperatorID, _ nodes: Span<NodeID>) -> NodeID {
    if nodes.count == 1 { return nodes[0] }
    if nodes.count == 2 { return joined(op, nodes[0], nodes[1]) }
    let others = arrangements(op, nodes)
    if let known = others.wanted { return known }
    let node = graph.insert(op, nodes, beside: others)
    remember(slot: node.slot)
    return node
  }

  /// `joined` of a few scalars.
  mutating func joined(_ op: OperatorID, _ nodes: FewNodes) -> NodeID {
    joined(op, nodes.nodes.span.extracting(first: nodes.count))
  }

  /// `joined` of two scalars; `same` is the node of them in this order, where it is at hand.
  mutating func joined(
    _ op: OperatorID, _ left: NodeID, _ right: NodeID, same: NodeID? = nil
  ) -> NodeID {
    if let same, isOnly(same) { return same }
    let others = graph.pairs(of: op, left, right, among: remembered)
    if let known = others.wanted { return known }
    let node = same ?? graph.insert(op, left, right, beside: others)
    remember(slot: node.slot)
    return node
  }

  /// `coefficient * base`, in the form in which products are emitted.
  mutating func scaled(_ base: NodeID, by coefficient: Coefficient) -> NodeID {
    if coefficient.isOne { return base }
    if let multiple = plainMultiple(base, coefficient) { return multiple }
    var factor = Factor(base: base, exponent: 1)
    if graph.operatorID(base) == .divide, graph.number(graph.operand(base, 0)) == 1 {
      factor = Factor(base: graph.operand(base, 1), exponent: -1)
    } else if graph.operatorID(base) == .power, let exponent = wholeExponent(of: base) {
      factor = Factor(base: graph.operand(base, 0), exponent: exponent)
    }
    return product(
      [factor], coefficient: coefficient, shape: graph.shape(base))
  }

  /// `scaled` by a whole coefficient of what products take as one factor.
  private mutating func plainMultiple(_ base: NodeID, _ coefficient: Coefficient) -> NodeID? {
    guard coefficient.denominator == 1, coefficient.numerator.isFinite, !coefficient.isZero,
      graph.isScalar(base)
    else { return nil }
    switch graph.operatorID(base) {
    case .number, .divide, .power: return nil
    default: break
    }
    if coefficient.isMinusOne { return graph.insert(.negate, base) }
    let number = graph.constant(coefficient.numerator)
    return joined(.multiply, number, base)
  }
}
