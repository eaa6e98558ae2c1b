extension Simplifier {
  /// The most terms of a sum in which every factor is looked for in every term.
  static let groupingLimit = 1 << 14

  /// A sum with factors that some of its terms share taken out: `b*c*x + b*y` as `b*(c*x + y)`,
  /// products that only one group uses opened for the next: a sum of products that each contain the
  /// one before becomes nested, as by Horner. Nil where no two terms share anything.
  mutating func grouping(of node: NodeID, _ refinement: inout Refinement) -> NodeID? {
    let places = graph.operandPlaces(node.slot)
    guard places.count <= Self.groupingLimit, !isPairOfStrangers(places) else { return nil }
    refinement.opened.removeAll()
    for place in places {
      let operand = graph.operand(at: place)
      guard graph.haveOneShape(operand, node) else { return nil }
      open(operand, &refinement, isOwn: refinement.live.uses[operand.slot] <= 1)
    }
    // Most sums share nothing.
    guard refinement.opened.isShared() else { return nil }
    let shape = graph.shape(node)
    var groups = TermGroups(refinement.opened)
    // The latest nodes first: what is opened is made of earlier ones.
    var queue = groups.sharedBases()
    guard !queue.isEmpty else { return nil }
    var isGrouped = false
    var members: [Int] = []
    while let base = queue.popLast() {
      let count = groups.findMembers(of: base, &members)
      // 3*x^2 - 12*x + 11 stays as people write it.
      let isName = graph.operandPlaces(base.slot).isEmpty
      if isName, members.count < groups.aliveCount { continue }
      guard let place = joined(members, by: base, &groups, shape) else { continue }
      isGrouped = true
      let before = groups[place].factors
      reopen(place, &groups, &refinement, count)
      for own in groups[place].factors {
        let factor = groups.factors[own]
        groups.note(factor.base, in: place)
        guard !groups.contains(factor.base, in: before) else { continue }
        insert(factor.base, into: &queue)
      }
    }
    guard isGrouped else { return nil }
    var terms: [(node: NodeID, isNegative: Bool)] = []
    for place in groups.indices where groups[place].isAlive {
      let factors = Array(groups.factors[groups[place].factors])
      terms.append(term(factors, groups[place].coefficient, shape))
    }
    return sum(terms, shape: shape)
  }

  /// Whether a sum has two terms that share nothing, as can be seen without opening them: one is a
  /// number, or both are one factor each.
  private mutating func isPairOfStrangers(_ places: Range<Int>) -> Bool {
    guard places.count == 2 else { return false }
    let (left, right) = (
      graph.operand(at: places.lowerBound), graph.operand(at: places.lowerBound + 1)
    )
    if isCoefficient(left) || isCoefficient(right) { return true }
    return left != right && isOneFactor(left) && isOneFactor(right)
  }

  private mutating func isCoefficient(_ node: NodeID) -> Bool {
    graph.number(node).map { $0 != 0 && $0.isFinite && !isNamed($0) } ?? false
  }

  private mutating func isOneFactor(_ node: NodeID) -> Bool {
    switch graph.operatorID(node) {
    case .negate, .multiply, .divide, .power: false
    default: true
    }
  }

  /// Puts a node in a list that ascends, once.
  private func insert(_ node: NodeID, into queue: inout [NodeID]) {
    var (low, high) = (0, queue.count)
    while low < high {
      let middle = (low + high) / 2
      if queue[middle] < node { low = middle + 1 } else { high = middle }
    }
    if low == queue.count || queue[low] != node { queue.insert(node, at: low) }
  }

  /// The product of what is left of some factors, its sign apart.
  private mutating func term(
    _ factors: [Factor], _ own: Coefficient, _ shape: Shape
  ) -> (node: NodeID, isNegative: Bool) {
    let isNegative = own.isNegative
    let coefficient = isNegative ? own.negated : own
    return (product(factors, coefficient: coefficient, shape: shape), isNegative)
  }

  /// Some terms as one, all that they share in front; the place of the new group.
  ///
  /// - Parameter members: Places of different groups.
  private mutating func joined(
    _ members: [Int], by base: NodeID, _ groups: inout TermGroups, _ shape: Shape
  ) -> Int? {
    guard let first = members.first, members.count > 1 else { return nil }
    var common = groups.commonFactors(of: members)
    guard common.contains(where: { $0.base == base }) else { return nil }
    var leaves: [(node: NodeID, isNegative: Bool)] = []
    leaves.reserveCapacity(members.count)
    var rest: [Factor] = []
    rest.reserveCapacity(8)
    var areScalars = true
    for place in members {
      groups.takeOut(common, of: place, &rest)
      let leaf = term(rest, groups[place].coefficient, shape)
      if !graph.isScalar(leaf.node) { areScalars = false }
      leaves.append(leaf)
    }
    let inner = sum(leaves, shape: areScalars ? .scalar : shape)
    common.append(Factor(base: inner, exponent: 1))
    groups.set(first, .one, common)
    return first
  }

  /// Opens the products among a group's factors that nothing else uses any more.
  private mutating func reopen(
    _ place: Int, _ groups: inout TermGroups, _ refinement: inout Refinement, _ members: Int
  ) {
    refinement.opened.removeAll()
    var coefficient = groups[place].coefficient
    for own in groups[place].factors {
      let factor = groups.factors[own]
      let isOwn =
        factor.exponent == 1 && factor.base.slot < refinement.live.uses.count
        && refinement.live.uses[factor.base.slot] > 0
        && Int(refinement.live.uses[factor.base.slot]) <= members
      if isOwn {
        openFactors(factor.base, &coefficient, &refinement, isOwn: true)
      } else {
        refinement.opened.append(factor)
      }
    }
    groups.set(place, coefficient, refinement.opened.factors)
  }

  /// Opens a term, down to products that it alone uses.
  private mutating func open(_ node: NodeID, _ refinement: inout Refinement, isOwn: Bool) {
    var coefficient = Coefficient.one
    openFactors(node, &coefficient, &refinement, isOwn: isOwn)
    refinement.opened.close(coefficient)
  }

  private mutating func openFactors(
    _ node: NodeID, _ coefficient: inout Coefficient, _ refinement: inout Refinement, isOwn: Bool
  ) {
    refinement.opened.stack.append((node, 1, isOwn))
    while let (node, sign, isOwn) = refinement.opened.stack.popLast() {
      if let value = graph.number(node), !isNamed(value), value != 0, value.isFinite,
        let power = numberPower(value, sign), let product = coefficient.times(power)
      {
        coefficient = product
        continue
      }
      let op = graph.operatorID(node)
      let isAlike = isAlike(node)
      if op == .negate, isAlike, isOwn || graph.operatorID(graph.operand(node, 0)) != .add {
        coefficient = coefficient.negated
        push(graph.operand(node, 0), sign, &refinement)
      } else if isOwn, isAlike, op == .multiply {
        for place in graph.operandPlaces(node.slot).reversed() {
          push(graph.operand(at: place), sign, &refinement)
        }
      } else if isOwn, isAlike, op == .divide {
        push(graph.operand(node, 1), -sign, &refinement)
        push(graph.operand(node, 0), sign, &refinement)
      } else if op == .power, isAlike, isOwn, let exponent = wholeExponent(of: node) {
        let base = graph.operand(node, 0)
        refinement.opened.append(Factor(base: base, exponent: sign * exponent))
      } else {
        refinement.opened.append(Factor(base: node, exponent: sign))
      }
    }
  }

  private mutating func push(_ operand: NodeID, _ sign: Double, _ refinement: inout Refinement) {
    let isOwn =
      operand.slot >= refinement.live.uses.count || refinement.live.uses[operand.slot] <= 1
    refinement.opened.stack.append((operand, sign, isOwn))
  }

  /// Whether the operands are scalars or of the shape of the whole.
  private mutating func isAlike(_ node: NodeID) -> Bool {
    for place in graph.operandPlaces(node.slot) {
      let operand = graph.operand(at: place)
      if !graph.isScalar(operand), !graph.haveOneShape(operand, node) { return false }
    }
    return true
  }
}
