import ADCCalculus

/// Numbers that arrays are multiplied by, moved to where the fewest elements meet them.
///
/// A library of arrays makes a pass over memory for every operator: `sum(2 / n * x)` is two of
/// them, `2 / n * sum(x)` one. Nothing moves but numbers and sizes, so that no product overflows
/// that did not before.
struct ScalarFactors {
  /// A number times powers of sizes.
  private struct Factor: Equatable {
    var number = 1.0
    /// The exponents of sizes, none of them 0.
    var sizes: [NodeID: Int] = [:]

    var isOne: Bool { self == Factor() }

    static func * (left: Factor, right: Factor) -> Factor {
      var result = left
      result.number *= right.number
      for (size, exponent) in right.sizes {
        let sum = (left.sizes[size] ?? 0) + exponent
        result.sizes[size] = sum == 0 ? nil : sum
      }
      return result
    }

    func power(_ exponent: Int) -> Factor {
      var result = Factor()
      for _ in 0..<exponent.magnitude { result = result * self }
      guard exponent < 0 else { return result }
      return Factor(number: 1 / result.number, sizes: result.sizes.mapValues { -$0 })
    }
  }

  private var graph: ExpressionGraph
  private var uses: [Int32] = []
  private var factors: [NodeID: Factor] = [:]
  /// What somebody wants without its factor.
  private var pulled: Set<NodeID> = []
  private var bare: [NodeID: NodeID] = [:]
  private var whole: [NodeID: NodeID] = [:]

  /// The roots with their factors moved; linear in the nodes that they need.
  static func moved(in graph: inout ExpressionGraph, _ roots: [NodeID]) -> [NodeID] {
    var factors = ScalarFactors(graph: graph)
    let result = factors.moved(roots)
    graph = factors.graph
    return result
  }

  private init(graph: ExpressionGraph) { self.graph = graph }

  private mutating func moved(_ roots: [NodeID]) -> [NodeID] {
    let needed = graph.reachable(from: roots)
    uses = [Int32](repeating: 0, count: needed.count)
    for root in roots { uses[root.slot] += 1 }
    for slot in needed.indices where needed[slot] {
      for operand in graph.operands(NodeID(slot)) { uses[operand.slot] += 1 }
    }
    for slot in needed.indices where needed[slot] { look(NodeID(slot)) }
    for slot in needed.indices where needed[slot] {
      rebuild(NodeID(slot))
      if let image = whole[NodeID(slot)] { graph.passName(of: NodeID(slot), to: image) }
    }
    return roots.map { scaled($0) }
  }

  // MARK: What has which factor

  /// What a scalar of numbers and sizes alone is; nil for any other node.
  private func pure(_ node: NodeID) -> Factor? {
    guard graph.shape(node).isScalar else { return nil }
    if let number = graph.number(node) {
      return number.isFinite && number != 0 ? Factor(number: number) : nil
    }
    if case .generator(.size) = graph.execution(node) { return Factor(sizes: [node: 1]) }
    return graph.operands(node).isEmpty ? nil : factors[node].flatMap { isPure(node) ? $0 : nil }
  }

  private func isPure(_ node: NodeID) -> Bool {
    switch graph.operatorID(node) {
    case .multiply, .divide, .negate: graph.operands(node).allSatisfy { pure($0) != nil }
    case .power: exponent(node) != nil && pure(graph.operand(node, 0)) != nil
    default: false
    }
  }

  private func exponent(_ node: NodeID) -> Int? {
    guard let value = graph.number(graph.operand(node, 1)), value == value.rounded(),
      value != 0, value.magnitude <= 4
    else { return nil }
    return Int(value)
  }

  /// Whether the factor of an operand leaves an operator, and no more elements are met by that.
  private func leaves(_ operand: NodeID, _ node: NodeID) -> Bool {
    guard let factor = factors[operand], !factor.isOne else { return false }
    if graph.shape(operand).isScalar {
      // A product within a product is one.
      let isShort =
        graph.operatorID(operand) == .multiply && graph.operands(operand).count < 3
      let isCheap = uses[operand.slot] == 1 || isShort
      return graph.shape(node).isScalar && isCheap && pure(operand) == nil
        && graph.operatorID(node) != .power
    }
    return count(graph.shape(node)) <= count(graph.shape(operand))
  }

  /// About how many elements an array has; sizes that are not known are taken for large.
  private func count(_ shape: Shape) -> Double {
    shape.dimensions.reduce(1) { product, dimension in
      let named = dimension.terms.reduce(0) { $0 + 1000 * Double($1.coefficient) }
      return product * (Double(dimension.constant) + named)
    }
  }

  /// The operands whose factors leave a node, which is linear in each of them or a power of one.
  private func pulling(_ node: NodeID) -> [NodeID] {
    let operands = graph.operands(node)
    switch graph.execution(node) {
    case .elementwise:
      switch graph.operatorID(node) {
      case .multiply: return operands.filter { leaves($0, node) }
      case .divide, .negate: return operands.prefix(1).filter { leaves($0, node) }
      case .power:
        return exponent(node).map { $0 > 1 } == true
          ? operands.prefix(1).filter { leaves($0, node) } : []
      default: return []
      }
    case .reduction(.sum), .view: return operands.filter { leaves($0, node) }
    case .matrixProduct: return operands.filter { leaves($0, node) }
    default: return []
    }
  }

  private mutating func look(_ node: NodeID) {
    guard graph.recurrence(of: node) == nil else { return }
    let operands = graph.operands(node)
    let left = pulling(node)
    pulled.formUnion(left)
    var factor = left.reduce(Factor()) { $0 * (factors[$1] ?? Factor()) }
    switch graph.operatorID(node) {
    case .multiply:
      // Twice the same operand is twice in `left`.
      for operand in operands { if let own = pure(operand) { factor = factor * own } }
    case .divide:
      if let own = pure(operands[0]), pure(operands[1]) != nil { factor = factor * own }
      if let own = pure(operands[1]) { factor = factor * own.power(-1) }
    case .negate:
      factor = (pure(operands[0]) ?? factor) * Factor(number: -1)
    case .power:
      if let exponent = exponent(node) {
        if !left.isEmpty { factor = factor.power(exponent) }
        if let own = pure(operands[0]) { factor = own.power(exponent) }
      }
    default: break
    }
    guard factor.number.isFinite, factor.number.isNormal else {
      pulled.subtract(left)
      return
    }
    if !factor.isOne { factors[node] = factor }
  }

  // MARK: The new graph

  private mutating func rebuild(_ node: NodeID) {
    let operands = graph.operands(node)
    if let body = graph.recurrence(of: node) {
      // Values that now are numbers go into the body first.
      let scan = graph.scan(body, operands.map { scaled($0) })
      if var body = graph.recurrence(of: scan) {
        body.setRoots(Self.moved(in: &graph, body.roots))
        whole[node] = graph.scan(body, graph.operands(scan))
      }
      return
    }
    guard let factor = factors[node] else {
      whole[node] = inserted(node, operands.map { scaled($0) })
      return
    }
    if isPure(node) {
      whole[node] = factor.sizes.isEmpty ? graph.constant(factor.number) : node
      return
    }
    let left = Set(pulling(node))
    var parts: [NodeID] = []
    for operand in operands {
      parts.append(left.contains(operand) ? bare[operand] ?? operand : scaled(operand))
    }
    switch graph.operatorID(node) {
    case .multiply:
      let rest = zip(operands, parts).filter { pure($0.0) == nil }.map(\.1)
      bare[node] = rest.count == 1 ? rest[0] : graph.insert(.multiply, rest)
    case .negate: bare[node] = parts[0]
    case .divide where pure(operands[1]) != nil: bare[node] = parts[0]
    default: bare[node] = inserted(node, parts)
    }
  }

  private mutating func inserted(_ node: NodeID, _ operands: [NodeID]) -> NodeID {
    operands == graph.operands(node)
      ? node : graph.insert(graph.operatorID(node), operands, graph.attribute(node))
  }

  /// A node of the old graph with its factor.
  private mutating func scaled(_ node: NodeID) -> NodeID {
    if let known = whole[node] { return known }
    guard let factor = factors[node], let rest = bare[node] else { return node }
    let new = scaled(rest, factor, isShared: pulled.contains(node))
    whole[node] = new
    graph.passName(of: node, to: new)
    return new
  }

  private mutating func scaled(_ rest: NodeID, _ factor: Factor, isShared: Bool) -> NodeID {
    let above = factor.sizes.filter { $0.value > 0 }
    let below = factor.sizes.filter { $0.value < 0 }
    if factor.number.magnitude == 1, above.isEmpty {
      let quotient =
        below.isEmpty ? rest : graph.insert(.divide, rest, product(below.mapValues { -$0 }))
      return factor.number < 0 ? graph.insert(.negate, quotient) : quotient
    }
    var scalar = graph.constant(factor.number)
    if !above.isEmpty {
      let sizes = product(above)
      scalar = factor.number == 1 ? sizes : graph.insert(.multiply, scalar, sizes)
    }
    if !below.isEmpty { scalar = graph.insert(.divide, scalar, product(below.mapValues { -$0 })) }
    let isProduct = graph.operatorID(rest) == .multiply && !isShared
    return graph.insert(.multiply, [scalar] + (isProduct ? graph.operands(rest) : [rest]))
  }

  /// Sizes to their exponents, which are positive.
  private mutating func product(_ sizes: [NodeID: Int]) -> NodeID {
    var parts: [NodeID] = []
    for (size, exponent) in sizes.sorted(by: { $0.key < $1.key }) {
      if exponent == 1 {
        parts.append(size)
      } else {
        let constant = graph.constant(Double(exponent))
        parts.append(graph.insert(.power, size, constant))
      }
    }
    return parts.count == 1 ? parts[0] : graph.insert(.multiply, parts)
  }
}
