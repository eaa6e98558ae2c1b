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
    var operands = live.states.map { images[$0] } + images.dropFirst(stateCount)
    graph.putNumbers(operands, into: &new)
    simplifyRoots(of: &new)
    shareFixedStates(of: &new, &operands, node)
    let roots = new.roots
    graph.putNumbers(operands, into: &new)
    if new.roots != roots { simplifyRoots(of: &new) }
    return graph.scan(new, operands)
  }

  private mutating func simplifyRoots(of body: inout Recurrence) {
    let simpler = Simplifier.simplify(&graph, body.roots, for: purpose)
    for (law, count) in simpler.firings { fire(law, count) }
    body.setRoots(simpler.roots)
  }

  /// Makes a state that no step changes a value that all steps share, which it is.
  private mutating func shareFixedStates(
    of body: inout Recurrence, _ operands: inout [NodeID], _ node: NodeID
  ) {
    let fixed = body.states.indices.filter { body.next[$0] == body.states[$0] }
    guard !fixed.isEmpty else { return }
    fire(.fixedStates)
    let stateCount = body.states.count
    var results: [Int: NodeID] = [:]
    for state in fixed {
      results[state] = operands[state]
      let whole = Shape([body.steps] + graph.shape(operands[state]).dimensions)
      results[stateCount + state] = graph.insert(.broadcast, [operands[state]], .shape(whole))
    }
    let kept = body.states.indices.filter { !fixed.contains($0) }
    var new = Recurrence(
      steps: body.steps, index: body.index, states: kept.map { body.states[$0] },
      rows: body.rows, shared: body.shared + fixed.map { body.states[$0] },
      next: kept.map { body.next[$0] }, collected: Array(body.collected.dropFirst(stateCount)))
    new.isReversed = body.isReversed
    new.storage = body.storage
    var moved: [Int: Int] = [:]
    for (place, state) in kept.enumerated() {
      moved[state] = place
      moved[stateCount + state] = kept.count + place
    }
    for place in 2 * stateCount..<max(body.resultCount, 2 * stateCount) {
      moved[place] = place - 2 * fixed.count
    }
    for (old, place) in resultPlaces[node] ?? [:] {
      resultPlaces[node]?[old] = moved[place]
      fixedResults[node, default: [:]][old] = results[place]
    }
    operands =
      kept.map { operands[$0] } + operands.dropFirst(stateCount) + fixed.map { operands[$0] }
    body = new
  }

  /// A result of a `scan` that may have fewer of them now.
  mutating func simplerResult(_ node: NodeID, of scan: NodeID, _ place: Int) -> NodeID {
    if let fixed = fixedResults[scan]?[place] { return fixed }
    return graph.result(resultPlaces[scan]?[place] ?? place, of: image(scan))
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
