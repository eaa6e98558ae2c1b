extension Derivation {
  /// The lines of a sweep: one for each rule, or for several parts that one rule goes for.
  mutating func replay(_ sweep: Sweep) {
    let roots = sweep.results.map(\.node)
    let depends = graph.dependents(on: [target], upTo: (roots + [target]).max() ?? target)
    func isOpen(_ node: NodeID) -> Bool { node.slot < depends.count && depends[node.slot] }
    var terms = sweep.results.filter { isOpen($0.node) }.map {
      opened(Term(node: $0.node, factor: $0.seed))
    }
    if terms.isEmpty {
      steps.append(Step(reason: .rule("constant rule"), touched: [], terms: []))
    } else if roots == [target] {
      steps.append(Step(reason: .rule("identity"), touched: [], terms: terms))
    }
    var rest = sweep.visits.filter { isOpen($0.node) && graph.result($0.node) == nil }
    while !rest.isEmpty {
      let group = takeGroup(from: &rest, terms, isOpen)
      var touched: [(before: Term, after: [Term])] = []
      for visit in group {
        guard let place = terms.firstIndex(where: { isOf(visit.node, $0) }) else { continue }
        let parts = visit.parts.filter { isOpen($0.operand) }.map {
          tidied(opened(Term(node: $0.operand, factor: $0.part)))
        }
        touched.append((Term(node: terms[place].node, factor: visit.adjoint), parts))
        let later = terms[(place + 1)...].filter { !isOf(visit.node, $0) }
        terms = terms[..<place] + parts + later
      }
      guard !touched.isEmpty, let first = group.first else { continue }
      // The sweep goes from the last to the first.
      steps.append(
        Step(
          reason: .rule(ruleName(first.node, isOpen)), touched: touched.reversed(), terms: terms,
          inner: first.body.flatMap { inner($0, of: first.node) }))
    }
  }

  /// The way through a step of a loop, to each of its states and to what the variable comes in by.
  private func inner(_ sweep: Sweep, of scan: NodeID) -> [Derivation] {
    guard let body = graph.recurrence(of: scan) else { return [] }
    let operands = graph.operands(scan)
    let arrays = operands.dropFirst(body.states.count)
    let rows = Dictionary(zip(body.rows, arrays), uniquingKeysWith: { first, _ in first })
    return sweep.targets.compactMap { leaf in
      guard let place = body.leaves.firstIndex(of: leaf) else { return nil }
      let isState = place < body.states.count
      let comesIn = operands.indices.contains(place) && graph.depends(operands[place], on: target)
      guard isState || comesIn else { return nil }
      return Derivation(in: graph, step: sweep, by: leaf, rows: rows)
    }
  }

  /// Whether a term's node is one that a visit is about: itself, or a result of the loop.
  private func isOf(_ visited: NodeID, _ term: Term) -> Bool {
    guard let node = term.node else { return false }
    return node == visited || graph.result(node)?.scan == visited
  }

  /// The first visit and all others of the same rule that nothing before them adds to.
  private func takeGroup(
    from rest: inout [Sweep.Visit], _ terms: [Term], _ isOpen: (NodeID) -> Bool
  ) -> [Sweep.Visit] {
    let first = rest.removeFirst()
    var group = [first]
    let name = ruleName(first.node, isOpen)
    var received = Set(first.parts.map(\.operand))
    var place = 0
    while place < rest.count {
      let visit = rest[place]
      if !received.contains(visit.node), ruleName(visit.node, isOpen) == name,
        terms.contains(where: { $0.node == visit.node })
      {
        group.append(rest.remove(at: place))
      } else {
        place += 1
      }
      received.formUnion(visit.parts.map(\.operand))
    }
    return group
  }

  /// A term without its derivative where that is 1.
  private func opened(_ term: Term) -> Term {
    term.node == target ? Term(node: nil, factor: term.factor) : term
  }

  /// The name of the rule that a node is differentiated by.
  private func ruleName(_ node: NodeID, _ isOpen: (NodeID) -> Bool) -> String {
    let open = graph.operands(node).map { isOpen($0) }
    let op = graph.op(node)
    let name = op.ruleName(open)
    let isInner = graph.operands(node).contains { isOpen($0) && $0 != target }
    return op.isChained && isInner ? "chain rule, \(name)" : name
  }
}

extension Derivation {
  /// A term with its numbers, signs and order put right, where that takes no law worth a line.
  mutating func tidied(_ term: Term) -> Term {
    let shape = graph.shape(term.factor)
    var scratch = graph
    let (root, laws) = Simplifier.tidied(&scratch, term.factor)
    guard laws.allSatisfy(\.isRoutine), scratch.shape(root) == shape else { return term }
    graph = scratch
    return Term(node: term.node, factor: root)
  }
}
