extension Simplifier {
  /// A `scan` with a simpler body, without states and collected values that nobody takes.
  mutating func simplerScan(_ node: NodeID, _ body: Recurrence, _ images: [NodeID]) -> NodeID {
    let live = liveParts(of: node, body)
    let stateCount = body.states.count
    var new = Recurrence(
      steps: body.steps, index: body.index, states: live.states.map { body.states[$0] },
      rows: body.rows, shared: body.shared, next: live.states.map { body.next[$0] },
      collected: live.collected.map { body.collected[$0] })
    new.isReversed = body.isReversed
    new.storage = body.storage
    var places: [Int: Int] = [:]
    for (place, state) in live.states.enumerated() {
      places[state] = place
      places[stateCount + state] = live.states.count + place
    }
    for (place, collected) in live.collected.enumerated() {
      places[stateCount + collected] = 2 * live.states.count + place
    }
    if live.states.count < stateCount { fire(.deadStates) }
    resultPlaces[node] = places
    let simpler = Simplifier.simplify(&graph, new.roots)
    for (law, count) in simpler.firings { fire(law, count) }
    new.setRoots(simpler.roots)
    let operands = live.states.map { images[$0] } + images.dropFirst(stateCount)
    return graph.scan(new, operands)
  }

  /// A result of a `scan` that may have fewer of them now.
  mutating func simplerResult(_ node: NodeID, of scan: NodeID, _ place: Int) -> NodeID {
    graph.result(resultPlaces[scan]?[place] ?? place, of: image(scan))
  }

  /// The states that taken results come from, and what is collected beside the states themselves.
  private func liveParts(
    of node: NodeID, _ body: Recurrence
  ) -> (states: [Int], collected: [Int]) {
    let stateCount = body.states.count
    let taken = takenResults(of: node)
    let collected = (stateCount..<body.collected.count).filter { taken.contains(stateCount + $0) }
    var isLive = (0..<stateCount).map { taken.contains($0) || taken.contains(stateCount + $0) }
    while true {
      let roots =
        body.next.indices.filter { isLive[$0] }.map { body.next[$0] }
        + collected.map { body.collected[$0] }
      let needed = graph.reachable(from: roots)
      let new = body.states.indices.filter { place in
        let slot = body.states[place].slot
        return !isLive[place] && slot < needed.count && needed[slot]
      }
      if new.isEmpty { break }
      for place in new { isLive[place] = true }
    }
    return (isLive.indices.filter { isLive[$0] }, collected)
  }

  private func takenResults(of scan: NodeID) -> Set<Int> {
    var taken: Set<Int> = []
    for slot in scan.slot..<uses.count where uses[slot] > 0 {
      if let (source, place) = graph.result(NodeID(slot)), source == scan { taken.insert(place) }
    }
    return taken
  }

  /// The last row of all states after each step, as the last state.
  mutating func simplerLastRow(_ operand: NodeID, _ attribute: Attribute) -> NodeID? {
    guard let (scan, _) = graph.result(operand), let body = graph.recurrence(of: scan),
      case .window(let starts, let sizes) = attribute, sizes.dimensions.first?.isOne == true,
      starts.first == (body.isReversed ? 0 : body.steps - 1),
      sizes.dimensions.dropFirst() == graph.shape(operand).dimensions.dropFirst(),
      let state = graph.lastState(of: operand)
    else { return nil }
    fire(.lastState)
    return graph.insert(.reshape, [state], .shape(sizes))
  }
}
