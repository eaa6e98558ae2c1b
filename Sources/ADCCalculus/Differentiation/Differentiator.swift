/// Why an expression cannot be differentiated, and the node that stands in the way.
package struct DifferentiationError: Error, Sendable {
  /// Why, as a phrase without a full stop.
  package var message: String
  /// The node that has no derivative, where messages point.
  package var node: NodeID

  /// An error about a node.
  package init(message: String, node: NodeID) {
    self.message = message
    self.node = node
  }
}

extension ExpressionGraph {
  /// Inserts an operator, or what it stands for where it is a short way to write others; an even
  /// power of a magnitude or a length without those.
  package mutating func build(
    _ op: OperatorID, _ operands: [NodeID] = [], _ attribute: Attribute = .none
  ) -> NodeID {
    let node = insert(op, operands, attribute)
    guard Catalogue.isAbbreviation[op.index],
      let definition = Catalogue.operators[op.index].definition
    else { return withoutKink(node) }
    return withoutKink(definition(&self, node))
  }

  /// For every node up to `root` whether it depends on one of the leaves.
  package func dependents(on leaves: [NodeID], upTo root: NodeID) -> [Bool] {
    var result = [Bool](repeating: false, count: root.slot + 1)
    for leaf in leaves where leaf <= root { result[leaf.slot] = true }
    guard let first = leaves.min(), first < root else { return result }
    for slot in first.slot + 1...root.slot where !result[slot] {
      result[slot] = operandPlaces(slot).contains { result[operand(at: $0).slot] }
    }
    return result
  }

  /// Whether a node's value can change with another's.
  package func depends(_ node: NodeID, on leaf: NodeID) -> Bool {
    leaf <= node && dependents(on: [leaf], upTo: node)[node.slot]
  }

  /// The gradient of a scalar by each of `targets`, of the target's shape: one backward sweep.
  ///
  /// A target that the scalar does not depend on gets zeros. Adds a small constant number of nodes
  /// for every node that depends on a target.
  package mutating func gradient(
    of result: NodeID, by targets: [NodeID]
  ) throws(DifferentiationError) -> [NodeID] {
    try requireNoWholeOperand(of: result, by: targets)
    let seed = constant(1)
    let adjoints = try adjoints(of: [(result, seed)], by: targets)
    return targets.indices.map { place in
      let shape = shape(targets[place])
      let adjoint = adjoints[place] ?? constant(0)
      return self.shape(adjoint) == shape ? adjoint : insert(.broadcast, [adjoint], .shape(shape))
    }
  }

  /// What each target's adjoint is when those of the results are their seeds; nil where there is no
  /// dependence.
  mutating func adjoints(
    of results: [(node: NodeID, seed: NodeID)], by targets: [NodeID]
  ) throws(DifferentiationError) -> [NodeID?] {
    guard let last = results.map(\.node).max() else { return targets.map { _ in nil } }
    let depends = dependents(on: targets, upTo: last)
    var isTarget = [Bool](repeating: false, count: last.slot + 1)
    for target in targets where target <= last { isTarget[target.slot] = true }
    var contributions = Contributions(count: last.slot + 1)
    // For what is simplified afterwards too: room that is not used takes no memory.
    reserve(4 * count)
    reserveIndex(2 * last.slot)
    for (node, seed) in results where depends[node.slot] { contributions.add(seed, to: node) }
    var rules = ResolvedRules()
    // Made once: an empty graph takes longer than most rules do.
    var visit = Pullback(graph: ExpressionGraph(), node: last, adjoint: last)
    var found: [NodeID: NodeID] = [:]
    /// What the results of each `scan` received.
    var received: [NodeID: [Int: NodeID]] = [:]
    let outerOrigin = origin
    defer { origin = outerOrigin }
    // The sweep over the body of a loop is no step of its own.
    var outerJournal = journal.take()
    var sweep = outerJournal == nil ? nil : Sweep(results: results, targets: targets)
    defer { journal = outerJournal }
    let first = targets.min()?.slot ?? 0
    for slot in stride(from: last.slot, through: first, by: -1)
    where depends[slot] && !contributions.isEmpty(slot) {
      let node = NodeID(slot)
      // What a leaf receives belongs to the line that uses it, not to its declaration.
      if !operandPlaces(slot).isEmpty { origin = origin(at: slot) }
      if !received.isEmpty, let adjoints = received[node] {
        let operands = operands(NodeID(slot))
        let wanted = operands.map { depends[$0.slot] }
        if sweep != nil { journal = Journal() }
        let parts = try pullback(ofScan: node, adjoints: adjoints, wanted: wanted)
        let body = journal.take()?.sweep
        for (operand, part) in zip(operands, parts) {
          if let part { contributions.add(part, to: operand) }
        }
        let received = zip(operands, parts).compactMap { pair in pair.1.map { (pair.0, $0) } }
        sweep?.visit(node, parts[0] ?? node, received, body: body)
        continue
      }
      let whole = shape(node)
      let sum =
        contributions.only(slot)
        ?? total(contributions.all(slot), within: whole, isLast: operandPlaces(slot).isEmpty)
      // A scalar goes with everything; what lies between could meet a factor that it does not fit.
      let isPartial = !shape(sum).isScalar && shape(sum) != whole
      let adjoint = isPartial ? insert(.broadcast, [sum], .shape(whole)) : sum
      if isTarget[slot] { found[node] = adjoint }
      if let (scan, place) = result(node) {
        received[scan, default: [:]][place] = adjoint
        contributions.set(adjoint, to: scan)
        continue
      }
      var passed: [(NodeID, NodeID)]? = sweep == nil ? nil : []
      visit.node = node
      visit.adjoint = adjoint
      try pullBack(&visit, needed: depends, &rules, &contributions, &passed)
      sweep?.visit(node, adjoint, passed ?? [])
    }
    let adjoints = targets.map { found[$0] }
    sweep?.found = adjoints
    if let sweep { outerJournal?.entries.append(.sweep(sweep)) }
    return adjoints
  }

  /// The sum of what a node received, choices by one condition joined. Where every part is a choice
  /// that else is 0, so is the sum: what comes later is multiplied into the branch, and never into
  /// the 0 beside it, unless nothing comes later.
  mutating func total(
    _ parts: [NodeID], within whole: Shape, isLast: Bool = false
  ) -> NodeID {
    if parts.count == 1 { return parts[0] }
    let joined = joiningChoices(parts, within: whole)
    if joined.count == 1 { return joined[0] }
    let sum = insertFitting(.add, joined, within: whole)
    if isLast { return sum }
    var conditions: [NodeID] = []
    for part in joined {
      guard operatorID(part) == .select else { return sum }
      let choice = operands(part)
      if number(choice[2]) == 0 {
        conditions.append(choice[0])
      } else if number(choice[1]) == 0 {
        conditions.append(insert(.not, [choice[0]]))
      } else {
        return sum
      }
    }
    var condition = conditions[0]
    for other in conditions.dropFirst() {
      condition = insertFitting(.or, [condition, other], within: whole)
    }
    return insert(.select, [condition, sum, constant(0)])
  }

  /// `(if c then x else 0) + (if c then 0 else y)` as `if c then x else y`, and so in the branches.
  private mutating func joiningChoices(
    _ parts: [NodeID], within whole: Shape, depth: Int = mostGuards
  ) -> [NodeID] {
    var groups: [NodeID: [NodeID]] = [:]
    for part in parts where operatorID(part) == .select {
      groups[operands(part)[0], default: []].append(part)
    }
    var result: [NodeID] = []
    var done: Set<NodeID> = []
    for part in parts {
      guard operatorID(part) == .select else {
        result.append(part)
        continue
      }
      let condition = operands(part)[0]
      guard done.insert(condition).inserted else { continue }
      let group = groups[condition] ?? [part]
      let branches = [1, 2].map { side -> NodeID in
        let values = group.map { operands($0)[side] }.filter { number($0) != 0 }
        if values.count <= 1 { return values.first ?? constant(0) }
        let joined = depth > 0 ? joiningChoices(values, within: whole, depth: depth - 1) : values
        return joined.count == 1 ? joined[0] : insertFitting(.add, joined, within: whole)
      }
      result.append(
        group.count == 1 ? part : insertFitting(.select, [condition] + branches, within: whole))
    }
    return result
  }

  /// Gives the operands of a node what they receive, reduced to their shapes, and lists it in
  /// `passed` where there is such a list.
  private mutating func pullBack(
    _ pullback: inout Pullback, needed: [Bool], _ rules: inout ResolvedRules,
    _ contributions: inout Contributions, _ passed: inout [(NodeID, NodeID)]?
  ) throws(DifferentiationError) {
    let (node, adjoint) = (pullback.node, pullback.adjoint)
    func give(_ part: NodeID, to operand: NodeID) {
      contributions.add(part, to: operand)
      passed?.append((operand, part))
    }
    let places = operandPlaces(node.slot)
    if places.isEmpty { return }
    if let partials = partialsOfSpelling(node) {
      for (operand, partial) in partials where needed[operand.slot] {
        let part = scaled(adjoint, by: partial, within: shape(node))
        give(reduced(part, from: shape(node), to: shape(operand)), to: operand)
      }
      return
    }
    switch Catalogue.derivatives[operatorID(node).index] {
    case .zero: break
    case .asLoop: break
    case .none(let reason): throw DifferentiationError(message: reason, node: node)
    case .byDefinition: throw DifferentiationError(undefined: op(node), node: node)
    case .partials(let partials):
      let templates = rules.templates(operatorID(node), places.count, partials)
      for (place, template) in zip(places, templates) where needed[operand(at: place).slot] {
        if case .constant(0) = template { continue }
        let partial = insert(template, for: node)
        let part = scaled(adjoint, by: partial, within: shape(node))
        if number(part) == 0 { continue }
        let target = operand(at: place)
        if haveOneShape(node, target) {
          give(part, to: target)
        } else {
          give(reduced(part, from: shape(node), to: shape(target)), to: target)
        }
      }
    case .pullback(let rule):
      let isElementwise = Catalogue.isElementwise[operatorID(node).index]
      swap(&pullback.graph, &self)
      let parts = rule(&pullback)
      swap(&pullback.graph, &self)
      for (place, part) in zip(places, parts) where needed[operand(at: place).slot] {
        guard let part else { continue }
        let target = operand(at: place)
        give(
          isElementwise ? reduced(part, from: shape(node), to: shape(target)) : part, to: target)
      }
    }
  }

  /// The nodes of `roots` with some leaves replaced; what does not depend on them stays.
  package mutating func substituting(
    _ replacements: [NodeID: NodeID], in roots: [NodeID]
  ) -> [NodeID] {
    guard let last = roots.max(), let first = replacements.keys.min(), first <= last else {
      return roots
    }
    let needed = reachable(from: roots)
    var mapped: [NodeID: NodeID] = replacements
    for slot in first.slot...last.slot where needed[slot] {
      let node = NodeID(slot)
      let operands = operands(node)
      guard mapped[node] == nil, operands.contains(where: { mapped[$0] != nil }) else { continue }
      let image = insert(
        operatorID(at: slot), operands.map { mapped[$0] ?? $0 }, attribute(node))
      passName(of: node, to: image)
      mapped[node] = image
    }
    return roots.map { mapped[$0] ?? $0 }
  }

  /// The derivative of one expression by another, element by element.
  ///
  /// Scalars by scalars; an array by a scalar or by an array of its shape only where each element
  /// depends on its own element alone, else an error that names `jacobian`.
  package mutating func derivative(
    of result: NodeID, by variable: NodeID
  ) throws(DifferentiationError) -> NodeID {
    let (whole, own) = (shape(result), shape(variable))
    if whole.isScalar, own.isScalar { return try gradient(of: result, by: [variable])[0] }
    guard depends(result, on: variable) else {
      let zero = constant(0)
      return whole.isScalar ? zero : insert(.broadcast, [zero], .shape(whole))
    }
    if whole.isScalar {
      throw DifferentiationError(
        message: "`diff` of a number by an array of shape \(own): use `grad`", node: result)
    }
    guard own.isScalar || own == whole else {
      throw DifferentiationError(
        message: "`diff` of shape \(whole) by shape \(own): use `jacobian`", node: result)
    }
    let depends = dependents(on: [variable], upTo: result)
    let needed = reachable(from: [result])
    for slot in variable.slot + 1..<result.slot + 1 where depends[slot] && needed[slot] {
      let isElementwise = op(NodeID(slot)).isElementwise
      guard isElementwise, own.isScalar || haveOneShape(NodeID(slot), result) else {
        throw DifferentiationError(
          message: "an element of the result depends on other elements: use `jacobian`",
          node: NodeID(slot))
      }
    }
    // One variable for each element, all equal in the end.
    let copy = symbol(Symbol(name: "copy", role: .variable, shape: whole))
    let spread = own == whole ? variable : insert(.broadcast, [variable], .shape(whole))
    let apart = substituting([variable: copy], in: [result])[0]
    let full = shape(apart) == whole ? apart : insert(.broadcast, [apart], .shape(whole))
    let adjoint = try adjoints(of: [(full, constant(1))], by: [copy])[0] ?? constant(0)
    let derivative = substituting([copy: spread], in: [adjoint])[0]
    return shape(derivative) == whole
      ? derivative : insert(.broadcast, [derivative], .shape(whole))
  }
}
