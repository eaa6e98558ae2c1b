import ADCCalculus
import ADCSyntax

extension ExpressionWriter {
  /// What stands for the results of a `scan` that is written as a line.
  struct WrittenScan {
    /// For each result that is taken the expression of it.
    var results: [Int: Expression] = [:]
  }

  /// Writes a `scan` as a line of its own: every state, and every collected value as one more
  /// state that no step reads.
  mutating func writeScan(_ node: NodeID, taken results: [Int: NodeID]) {
    guard let body = graph.recurrence(of: node) else { return }
    let taken = results.keys.sorted()
    let operands = graph.operands(node)
    let stateCount = body.states.count
    let collected = (stateCount..<body.collected.count).filter { taken.contains(stateCount + $0) }
    let extra = collected.filter { !body.next.contains(body.collected[$0]) }
    var loop = Loop(callee: Name("scan", Tree.nowhere))
    let index = freeName("t")
    loop.ranges = [
      LoopRange(
        name: Name(index, Tree.nowhere), lower: Tree.number(0), upper: dimension(body.steps),
        includesUpper: false, range: Tree.nowhere)
    ]
    var given: [NodeID: Expression] = [body.index: Tree.name(index)]
    for (leaf, operand) in zip(body.rows, operands.dropFirst(stateCount)) {
      given[leaf] = Tree.subscripted(text(operand), [.index(Tree.name(index))])
    }
    for (leaf, operand) in zip(body.shared, operands.suffix(body.shared.count)) {
      given[leaf] = text(operand)
    }
    for (place, state) in body.states.enumerated() {
      let name = freeName(graph.symbol(state)?.name ?? "h")
      given[state] = Tree.name(name)
      loop.states.append(
        LoopState(name: Name(name, Tree.nowhere), initial: text(operands[place])))
    }
    for place in extra {
      let shape = graph.shape(body.collected[place])
      let zeros =
        shape.isScalar
        ? Tree.number(0)
        : Tree.call("zeros", shape.dimensions.map { Tree.argument(dimension($0)) })
      loop.states.append(
        LoopState(name: Name(freeName("y"), Tree.nowhere), initial: zeros))
    }
    writeBody(of: &loop, body.next + extra.map { body.collected[$0] }, given)
    if body.isReversed { loop.options.append(Tree.argument(truth, label: "reversed")) }
    if body.storage == .squareRoot {
      loop.options.append(Tree.argument(Tree.name("sqrt"), label: "store"))
    }
    var names: [String] = []
    for (place, state) in loop.states.enumerated() {
      // The model's own name where it has one.
      let own = place < stateCount ? ownName(ofState: place, body, results) : nil
      names.append(own ?? freeName(state.name.text + "s"))
    }
    append(WrittenLine(names: names, value: Expression(.loop(loop), Tree.nowhere)))
    var written = WrittenScan()
    for place in taken {
      if place >= stateCount, place < 2 * stateCount {
        let state = place - stateCount
        let name = freeName(names[state] + "_before")
        let value = statesBefore(state, body, Tree.name(names[state]), text(operands[state]))
        append(WrittenLine(names: [name], value: value))
        written.results[place] = Tree.name(name)
      } else {
        written.results[place] = result(place, body, names.map { Tree.name($0) }, extra)
      }
    }
    scans[node] = written
  }

  private func ownName(
    ofState state: Int, _ body: Recurrence, _ results: [Int: NodeID]
  ) -> String? {
    for (place, node) in results.sorted(by: { $0.key < $1.key }) {
      let collected = place - body.states.count
      guard collected >= body.states.count, body.collected[collected] == body.next[state] else {
        continue
      }
      if let name = names[node] { return name }
    }
    return nil
  }

  /// The values of a step, with lines for what several of them share.
  private mutating func writeBody(
    of loop: inout Loop, _ roots: [NodeID], _ given: [NodeID: Expression]
  ) {
    var own: [NodeID: String] = [:]
    let needed = graph.reachable(from: roots)
    for (node, word) in graph.names.sorted(by: { $0.key < $1.key })
    where node.slot < needed.count && needed[node.slot] && given[node] == nil {
      own[node] = freeName(word)
    }
    var inner = ExpressionWriter(graph: graph, names: own, taken: taken)
    inner.nextName = nextName
    inner.given = given
    let written = inner.write(roots, style: .named)
    loop.lets = written.lines.map(\.declaration)
    loop.body = written.roots
  }

  /// A result by the names of all states after each step.
  private func result(
    _ place: Int, _ body: Recurrence, _ names: [Expression], _ extra: [Int]
  ) -> Expression {
    let stateCount = body.states.count
    if place < stateCount {
      let last = body.isReversed ? Tree.number(0) : Tree.minus(Tree.number(1))
      return Tree.subscripted(names[place], [.index(last)])
    }
    let collected = place - stateCount
    if let state = body.next.firstIndex(of: body.collected[collected]) { return names[state] }
    return names[stateCount + (extra.firstIndex(of: collected) ?? 0)]
  }

  /// The states before each step: the first value, and all but the last state after a step.
  private func statesBefore(
    _ state: Int, _ body: Recurrence, _ after: Expression, _ initial: Expression
  ) -> Expression {
    let isScalar = graph.shape(body.states[state]).isScalar
    let first =
      isScalar ? Tree.array([initial]) : Tree.subscripted(initial, [.new(Tree.nowhere)])
    let others = Tree.subscripted(
      after,
      [
        body.isReversed
          ? .range(lower: Tree.number(1), upper: nil, includesUpper: true, Tree.nowhere)
          : .range(
            lower: Tree.number(0), upper: dimension(body.steps - 1), includesUpper: false,
            Tree.nowhere)
      ])
    let parts = body.isReversed ? [others, first] : [first, others]
    return Tree.call("concat", parts.map { Tree.argument($0) })
  }
}
