extension Simplifier {
  /// A term of a sum that is grouped: a product, or a sum in parentheses with factors.
  private struct Group {
    var coefficient: Coefficient
    var factors: [Factor]
    var isAlive = true
  }

  /// The most terms of a sum in which every factor is looked for in every term.
  private static let groupingLimit = 1 << 14

  /// A sum with factors that some of its terms share taken out: `b*c*x + b*y` as `b*(c*x + y)`,
  /// products that only one group uses opened for the next: a sum of products that each contain the
  /// one before becomes nested, as by Horner. Nil where no two terms share anything.
  mutating func grouping(of node: NodeID, _ refinement: inout Refinement) -> NodeID? {
    let places = graph.operandPlaces(node.slot)
    guard places.count <= Self.groupingLimit else { return nil }
    refinement.opened.removeAll()
    for place in places {
      let operand = graph.operand(at: place)
      guard graph.haveOneShape(operand, node) else { return nil }
      open(operand, &refinement, isOwn: refinement.live.uses[operand.slot] <= 1)
    }
    // Most sums share nothing.
    guard refinement.opened.isShared() else { return nil }
    let shape = graph.shape(node)
    var groups: [Group] = []
    for place in refinement.opened.terms.indices { groups.append(group(place, refinement.opened)) }
    var uses: [NodeID: [Int]] = [:]
    for (place, group) in groups.enumerated() {
      for factor in group.factors { uses[factor.base, default: []].append(place) }
    }
    // The latest nodes first: what is opened is made of earlier ones.
    var queue = uses.filter { $0.value.count > 1 }.keys.sorted()
    guard !queue.isEmpty else { return nil }
    var isGrouped = false
    while let base = queue.popLast() {
      let members = (uses[base] ?? []).filter { groups[$0].isAlive }
      // 3*x^2 - 12*x + 11 stays as people write it.
      let isName = graph.operandPlaces(base.slot).isEmpty
      if isName, Set(members).count < groups.count(where: \.isAlive) { continue }
      guard let place = joined(members, by: base, &groups, shape) else { continue }
      isGrouped = true
      let before = groups[place].factors
      reopen(&groups[place], &refinement, members.count)
      for factor in groups[place].factors {
        uses[factor.base, default: []].append(place)
        guard !before.contains(where: { $0.base == factor.base }) else { continue }
        insert(factor.base, into: &queue)
      }
    }
    guard isGrouped else { return nil }
    let alive = groups.filter(\.isAlive)
    return sum(alive.map { term($0, shape) }, shape: shape)
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

  private mutating func term(_ group: Group, _ shape: Shape) -> (node: NodeID, isNegative: Bool) {
    let isNegative = group.coefficient.isNegative
    let coefficient = isNegative ? group.coefficient.negated : group.coefficient
    return (product(group.factors, coefficient: coefficient, shape: shape), isNegative)
  }

  /// Some terms as one, all that they share in front; the place of the new group.
  private mutating func joined(
    _ members: [Int], by base: NodeID, _ groups: inout [Group], _ shape: Shape
  ) -> Int? {
    var places: [Int] = []
    for place in members where !places.contains(place) { places.append(place) }
    guard let first = places.first, places.count > 1 else { return nil }
    var common: [Factor] = []
    for candidate in groups[first].factors {
      var exponent = candidate.exponent
      for place in places.dropFirst() {
        let other = groups[place].factors.first { $0.base == candidate.base }?.exponent ?? 0
        guard other * exponent > 0 else {
          exponent = 0
          break
        }
        if other.magnitude < exponent.magnitude { exponent = other }
      }
      if exponent != 0 { common.append(Factor(base: candidate.base, exponent: exponent)) }
    }
    guard common.contains(where: { $0.base == base }) else { return nil }
    var leaves: [(node: NodeID, isNegative: Bool)] = []
    for place in places {
      var rest = groups[place]
      for factor in common {
        guard let own = rest.factors.firstIndex(where: { $0.base == factor.base }) else { continue }
        rest.factors[own].exponent -= factor.exponent
      }
      rest.factors.removeAll { $0.exponent == 0 }
      leaves.append(term(rest, shape))
      groups[place].isAlive = false
    }
    let areScalars = leaves.allSatisfy { graph.shape($0.node).isScalar }
    let inner = sum(leaves, shape: areScalars ? .scalar : shape)
    groups[first] = Group(
      coefficient: .one, factors: common + [Factor(base: inner, exponent: 1)])
    return first
  }

  private func group(_ place: Int, _ opened: OpenedTerms) -> Group {
    Group(
      coefficient: opened.terms[place].coefficient,
      factors: Array(opened.factors[opened.places(place)]))
  }

  /// Opens the products among a group's factors that nothing else uses any more.
  private func reopen(
    _ group: inout Group, _ refinement: inout Refinement, _ members: Int
  ) {
    refinement.opened.removeAll()
    var coefficient = group.coefficient
    for factor in group.factors {
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
    group.coefficient = coefficient
    // One by one, or the group would have the room of the whole list for its own.
    group.factors.removeAll(keepingCapacity: true)
    for factor in refinement.opened.factors { group.factors.append(factor) }
  }

  /// Opens a term, down to products that it alone uses.
  private func open(_ node: NodeID, _ refinement: inout Refinement, isOwn: Bool) {
    var coefficient = Coefficient.one
    openFactors(node, &coefficient, &refinement, isOwn: isOwn)
    refinement.opened.close(coefficient)
  }

  private func openFactors(
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

  private func push(_ operand: NodeID, _ sign: Double, _ refinement: inout Refinement) {
    let isOwn =
      operand.slot >= refinement.live.uses.count || refinement.live.uses[operand.slot] <= 1
    refinement.opened.stack.append((operand, sign, isOwn))
  }

  /// Whether the operands are scalars or of the shape of the whole.
  private func isAlike(_ node: NodeID) -> Bool {
    for place in graph.operandPlaces(node.slot) {
      let operand = graph.operand(at: place)
      if !graph.isScalar(operand), !graph.haveOneShape(operand, node) { return false }
    }
    return true
  }
}
