// Points without a derivative: where an operator has one, and the derivative that is taken there.
// The conventions are the catalogue's; here is what makes them the same for every spelling.

extension Operator {
  /// The same operator with a condition for being at a kink, element by element.
  consuming func atKink(_ condition: @escaping @Sendable ([Template]) -> Template) -> Operator {
    var result = self
    result.isAtKink = { graph, node in
      graph.insert(
        condition(graph.operands(node).indices.map { Template.argument($0) }), for: node)
    }
    return result
  }

  /// The same operator with a condition in terms of nodes.
  consuming func atKink(
    nodes condition: @escaping @Sendable (inout ExpressionGraph, NodeID) -> NodeID
  ) -> Operator {
    var result = self
    result.isAtKink = condition
    return result
  }
}

extension ExpressionGraph {
  /// The partial derivatives of a choice that is the maximum, the minimum or the magnitude of its
  /// parts, and of a root that is a length, by the convention of those; nil for every other node.
  ///
  /// So `if x >= 0 then x else 0` has the derivative of `relu(x)`, at 0 too, `max(x, -x)` that of
  /// `abs(x)`, and `sqrt(sum(x^2))` that of `norm(x)`.
  mutating func partialsOfSpelling(_ node: NodeID) -> [(operand: NodeID, partial: NodeID)]? {
    switch spelling(of: node) {
    case nil: return nil
    case .magnitude(let x, let isNegative)?:
      let sign = insert(.sign, [x])
      return [(x, isNegative ? insert(.negate, [sign]) : sign)]
    case .extreme(let first, let second, let isGreatest)?:
      let order = isGreatest ? [second, first] : [first, second]
      let isFirst = insert(.less, order)
      let (one, zero) = (constant(1), constant(0))
      return [
        (first, insert(.select, [isFirst, one, zero])),
        (second, insert(.select, [isFirst, zero, one])),
      ]
    case .length(let squares)?:
      return [(squares, insert(.multiply, constant(0.5), insert(.inverseLength, node)))]
    }
  }

  /// What else a node could be written as.
  private enum Spelling {
    /// `abs(x)` or its negative.
    case magnitude(NodeID, isNegative: Bool)
    /// `max(first, second)` or `min(first, second)`.
    case extreme(NodeID, NodeID, isGreatest: Bool)
    /// The square root of a sum of squares.
    case length(NodeID)
  }

  /// The operators that another one can be written with.
  private static let isSpelling = Catalogue.isOne(of: ["max", "min", "select", "sqrt", "power"])

  private func spelling(of node: NodeID) -> Spelling? {
    guard Self.isSpelling[operatorID(node).index] else { return nil }
    switch operatorID(node) {
    case .maximum, .minimum:
      let operands = operands(node)
      let isGreatest = operatorID(node) == .maximum
      if let x = opposites(operands[0], operands[1]) {
        return .magnitude(x, isNegative: !isGreatest)
      }
      // A number comes second, however written.
      guard isNumber(operands[0]), !isNumber(operands[1]) else { return nil }
      return .extreme(operands[1], operands[0], isGreatest: isGreatest)
    case .select: return spelling(ofChoice: operands(node))
    case .sqrt: return isSumOfSquares(operand(node, 0)) ? .length(operand(node, 0)) : nil
    case .power where exponent(operand(node, 1)) == 0.5:
      return isSumOfSquares(operand(node, 0)) ? .length(operand(node, 0)) : nil
    default: return nil
    }
  }

  /// The value of an exponent that is made of numbers, as 3/2 and what differentiating leaves of
  /// it.
  private func exponent(_ node: NodeID, depth: Int = 8) -> Double? {
    if let value = number(node) { return value }
    guard depth > 0 else { return nil }
    let values = operands(node).compactMap { exponent($0, depth: depth - 1) }
    guard !values.isEmpty, values.count == operands(node).count else { return nil }
    switch operatorID(node) {
    case .add: return values.reduce(0, +)
    case .negate: return -values[0]
    case .divide: return values[0] / values[1]
    default: return nil
    }
  }

  private func spelling(ofChoice operands: [NodeID]) -> Spelling? {
    var (condition, yes, no) = (operands[0], operands[1], operands[2])
    if operatorID(condition) == .not {
      (condition, yes, no) = (self.operands(condition)[0], no, yes)
    }
    guard operatorID(condition) == .less || operatorID(condition) == .lessOrEqual else {
      return nil
    }
    let sides = self.operands(condition)
    if let x = opposites(yes, no), isNumber(sides[0], 0) || isNumber(sides[1], 0) {
      let isPositive = isNumber(sides[0], 0)
      guard (isPositive ? sides[1] : sides[0]) == x else { return nil }
      // `if 0 < x then x else -x` is abs(x).
      return .magnitude(x, isNegative: isPositive != (yes == x))
    }
    let isGreatest: Bool
    if agrees(yes, with: sides[1], at: sides[0]), agrees(no, with: sides[0], at: sides[1]) {
      isGreatest = true
    } else if agrees(yes, with: sides[0], at: sides[1]), agrees(no, with: sides[1], at: sides[0]) {
      isGreatest = false
    } else {
      return nil
    }
    return isNumber(yes) && !isNumber(no)
      ? .extreme(no, yes, isGreatest: isGreatest) : .extreme(yes, no, isGreatest: isGreatest)
  }

  /// Whether a branch is one side of a comparison, or that side limited on its far end by a number
  /// beyond the other: the inner part of a clamp.
  private func agrees(_ branch: NodeID, with side: NodeID, at other: NodeID) -> Bool {
    if branch == side { return true }
    guard let bound = number(other) else { return false }
    let limits: (first: NodeID, second: NodeID, isGreatest: Bool)
    switch operatorID(branch) {
    case .maximum, .minimum:
      let parts = operands(branch)
      limits = (parts[0], parts[1], operatorID(branch) == .maximum)
    case .select:
      guard case .extreme(let first, let second, let isGreatest)? = spelling(of: branch) else {
        return false
      }
      limits = (first, second, isGreatest)
    default: return false
    }
    for (part, limit) in [(limits.first, limits.second), (limits.second, limits.first)]
    where part == side {
      guard let value = number(limit) else { continue }
      return limits.isGreatest ? value <= bound : value >= bound
    }
    return false
  }

  /// x where one of two nodes is -x.
  private func opposites(_ left: NodeID, _ right: NodeID) -> NodeID? {
    if operatorID(right) == .negate, operands(right)[0] == left { return left }
    if operatorID(left) == .negate, operands(left)[0] == right { return right }
    return nil
  }

  private func isNumber(_ node: NodeID) -> Bool {
    var node = node
    while operatorID(node) == .broadcast { node = operands(node)[0] }
    return number(node) != nil || operatorID(node) == .table
  }

  private func isNumber(_ node: NodeID, _ value: Double) -> Bool { number(node) == value }
}
