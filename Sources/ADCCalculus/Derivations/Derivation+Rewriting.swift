extension Derivation {
  /// More laws of one pass than this are one line.
  private static let lawLimit = 12

  /// The lines of a run of the simplifier, as far as it is about one of its roots.
  mutating func append(_ rewriting: Rewriting, _ place: Int, as term: (NodeID) -> Term) {
    for pass in rewriting.passes where pass.roots[place] != pass.results[place] {
      append(pass, place, as: term)
    }
  }

  private mutating func append(_ pass: Rewriting.Pass, _ place: Int, as term: (NodeID) -> Term) {
    let (root, result) = (pass.roots[place], pass.results[place])
    if !pass.laws.isEmpty {
      keep(Step(reason: .laws(pass.laws), touched: [], terms: [term(result)]))
      return
    }
    let needed = graph.reachable(from: [root])
    let own = pass.rewrites.filter { $0.node.slot < needed.count && needed[$0.node.slot] }
    let notable = own.filter { $0.laws.contains { !$0.isRoutine } && !isLoop($0.node) }
    var applied: [NodeID: NodeID] = [:]
    for rewrite in own where !notable.contains(where: { $0.node == rewrite.node }) {
      applied[rewrite.node] = rewrite.result
    }
    var laws: [Law] = []
    for rewrite in own { laws += rewrite.laws.filter { !$0.isRoutine && !laws.contains($0) } }
    guard notable.count > 1, notable.count <= Self.lawLimit else {
      let touched = notable.first.map { touch($0, applied) }
      let reason = laws.isEmpty ? Reason.tidying : .laws(laws)
      keep(Step(reason: reason, touched: touched.map { [$0] } ?? [], terms: [term(result)]))
      return
    }
    for (index, rewrite) in notable.enumerated() {
      let touched = touch(rewrite, applied)
      applied[rewrite.node] = rewrite.result
      let isLast = index == notable.count - 1
      let state = isLast ? result : self.state(root, applied)
      let after = isLast ? term(state) : tidied(term(state))
      let laws = rewrite.laws.filter { !$0.isRoutine }
      keep(Step(reason: .laws(unique(laws)), touched: [touched], terms: [after]))
    }
  }

  private func unique(_ laws: [Law]) -> [Law] {
    var result: [Law] = []
    for law in laws where !result.contains(law) { result.append(law) }
    return result
  }

  /// A loop and its results change together.
  private func isLoop(_ node: NodeID) -> Bool {
    graph.recurrence(of: node) != nil || graph.result(node) != nil
  }

  /// What a rewrite was about, as it stood then.
  private mutating func touch(
    _ rewrite: Rewriting.Rewrite, _ applied: [NodeID: NodeID]
  ) -> (before: Term, after: [Term]) {
    let before = Term(node: nil, factor: state(rewrite.node, applied))
    return (tidied(before), [Term(node: nil, factor: rewrite.result)])
  }

  /// A root with some of its nodes replaced.
  private mutating func state(_ root: NodeID, _ applied: [NodeID: NodeID]) -> NodeID {
    if let result = applied[root] { return result }
    let needed = graph.reachable(from: [root])
    var mapped: [NodeID: NodeID] = [:]
    for slot in needed.indices where needed[slot] {
      let node = NodeID(slot)
      if let result = applied[node] {
        mapped[node] = result
        continue
      }
      let operands = graph.operands(node)
      guard operands.contains(where: { mapped[$0] != nil }) else { continue }
      let images = operands.map { mapped[$0] ?? $0 }
      let attribute = graph.attribute(node)
      if case .none = attribute, graph.op(node).isElementwise, images.count > 1 {
        mapped[node] = graph.insertFitting(
          graph.operatorID(node), images, within: graph.shape(node))
      } else {
        mapped[node] = graph.insert(graph.operatorID(node), images, attribute)
      }
    }
    return mapped[root] ?? root
  }

  /// Adds a step; one of routine goes into what is before it.
  private mutating func keep(_ step: Step) {
    if (steps.last?.terms ?? start) == step.terms { return }
    if step.reason == .tidying, !steps.isEmpty {
      steps[steps.count - 1].terms = step.terms
    } else {
      steps.append(step)
    }
  }
}
