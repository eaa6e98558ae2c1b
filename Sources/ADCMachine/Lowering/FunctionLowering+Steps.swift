import ADCCalculus

extension FunctionLowering {
  /// A `scan` as an instruction, with buffers for the results that anything reads.
  mutating func lowerScan(_ node: NodeID) throws(MachineError) {
    guard let body = graph.recurrence(of: node) else { throw .unsupported("a loop without steps") }
    var taken: [(node: NodeID, place: Int)] = []
    for user in Set(fusion.users[node]).sorted() where !isReplayed(user) {
      if let (_, place) = graph.result(user) { taken.append((user, place)) }
    }
    // Where all that is taken is found by running it again, it need not run here.
    if taken.isEmpty { return }
    let collected = taken.filter { $0.place >= body.next.count }
    let replayed = replayedScan(of: node)
    var loop = try stepLoop(
      node, body, collecting: collected.map { body.collected[$0.place - body.next.count] },
      without: replayed)
    for (number, result) in collected.enumerated() {
      let (buffer, view) = addBuffer(graph.shape(result.node), of: result.node)
      show(result.node, as: view)
      loop.collected.append(StepLoop.Result(output: body.next.count + number, to: buffer))
    }
    for result in taken where result.place < body.next.count {
      let (buffer, view) = addBuffer(graph.shape(result.node), of: result.node)
      show(result.node, as: view)
      loop.last.append(StepLoop.Result(output: result.place, to: buffer))
    }
    if let replayed, let forward = graph.recurrence(of: replayed) {
      let inner = try stepLoop(replayed, forward, collecting: [], without: nil)
      var feeds: [StepLoop.StateFeed] = []
      for (leaf, operand) in zip(body.rows, graph.operands(node).dropFirst(body.states.count)) {
        guard let (scan, place) = graph.result(operand), scan == replayed, isReplayed(operand)
        else {
          continue
        }
        feeds.append(
          StepLoop.StateFeed(symbol: try symbol(leaf), state: place - forward.next.count))
      }
      loop.replays = [StepLoop.Replay(loop: inner, feeds: feeds)]
    }
    add(.steps(loop), tag: tag(node))
  }

  private func symbol(_ leaf: NodeID) throws(MachineError) -> Int {
    guard case .symbol(let place) = graph.attribute(leaf) else {
      throw .unsupported("a step without a symbol")
    }
    return place
  }

  /// The loop without results; rows that a replay makes are left out.
  private mutating func stepLoop(
    _ node: NodeID, _ body: Recurrence, collecting collected: [NodeID], without replayed: NodeID?
  ) throws(MachineError) -> StepLoop {
    var loop = StepLoop(
      body: try lowerBody(body.next + collected, stateCount: body.next.count), steps: body.steps,
      isReversed: body.isReversed, index: try symbol(body.index))
    let operands = graph.operands(node)
    for (place, (leaf, operand)) in zip(body.leaves, operands).enumerated() {
      if replayed != nil, isReplayed(operand) { continue }
      let (symbol, view) = (try symbol(leaf), try view(of: operand))
      if place < body.states.count {
        loop.states.append(StepLoop.State(symbol: symbol, initial: view))
      } else if place < body.states.count + body.rows.count {
        loop.rows.append(StepLoop.Feed(symbol: symbol, view: view))
      } else {
        loop.shared.append(StepLoop.Feed(symbol: symbol, view: view))
      }
    }
    return loop
  }

  /// What a step computes, as a function of its own.
  private mutating func lowerBody(
    _ roots: [NodeID], stateCount: Int
  ) throws(MachineError) -> Function {
    var definitions = Definitions(graph)
    try definitions.expand(roots)
    let request = FunctionRequest(
      name: "step", outputs: roots.map { ("", definitions.replacement(of: $0)) })
    var lowering = FunctionLowering(definitions.graph, request, tables: tables)
    let (tag, origin) = (tag, definitions.origin)
    lowering.tag = { node in tag(origin(node)) }
    try lowering.lower()
    lowering.copySymbols(ofOutputs: 0..<stateCount)
    tables = lowering.tables
    return lowering.function
  }

  /// The forward loop whose states a reverse sweep finds by running it again.
  private func replayedScan(of node: NodeID) -> NodeID? {
    for operand in graph.operands(node) where isReplayed(operand) {
      return graph.result(operand)?.scan
    }
    return nil
  }

  /// Whether a node is states before each step that are not stored: what reads them is one reverse
  /// sweep of a loop that asks for few of them.
  func isReplayed(_ node: NodeID) -> Bool {
    guard let (scan, place) = graph.result(node), let forward = graph.recurrence(of: scan),
      forward.storage == .squareRoot, place >= forward.next.count, place < 2 * forward.next.count,
      !isNeeded(node)
    else { return false }
    return fusion.users[node].allSatisfy { user in
      guard let sweep = graph.recurrence(of: user), sweep.storage == .squareRoot,
        sweep.isReversed != forward.isReversed, sweep.steps == forward.steps
      else { return false }
      let operands = graph.operands(user)
      let rows = operands.dropFirst(sweep.states.count).prefix(sweep.rows.count)
      return operands.count(where: { $0 == node }) == rows.count(where: { $0 == node })
    }
  }
}
