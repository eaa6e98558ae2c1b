// The reverse sweep of a recurrence is a recurrence that runs the other way.
//
// With h' = f(t, h, x, w) and y = g(t, h, x, w), the adjoint λ of the states goes from step to step
// as λ = f_h(t, …)' λ' + g_h(t, …)' ȳ (Griewank and Walther, Evaluating Derivatives, 2008,
// section 3.2, applied to the loop as a whole): its body is the pullback of the body.

extension ExpressionGraph {
  /// What the operands of a `scan` receive where `wanted`, from what its results receive.
  mutating func pullback(
    ofScan node: NodeID, adjoints given: [Int: NodeID], wanted: [Bool]
  ) throws(DifferentiationError) -> [NodeID?] {
    guard let body = recurrence(of: node) else { return [] }
    var sweep = ReverseSweep(of: body)
    var seeds: [(node: NodeID, seed: NodeID)] = []
    for (place, root) in body.next.enumerated() {
      let adjoint = leaf(like: body.states[place])
      seeds.append((root, adjoint))
      let first = full(given[place] ?? constant(0), shape(root))
      sweep.states.append((adjoint, first))
    }
    for (place, root) in body.collected.enumerated() {
      guard let adjoint = given[body.next.count + place] else { continue }
      if body.storage == .everyStep, !operandLists[root.slot].isEmpty {
        sweep.stored[root] = leaf(like: root)
      }
      let row = leaf(like: root)
      seeds.append((root, row))
      sweep.rows.append((row, full(adjoint, Shape([body.steps] + shape(root).dimensions))))
    }
    let targets = body.leaves.enumerated().filter { place, _ in
      place < body.states.count || wanted[place]
    }.map(\.element)
    var found: [NodeID: NodeID] = [:]
    let parts = try adjoints(of: seeds, by: targets)
    for (target, part) in zip(targets, parts) {
      guard let part else { continue }
      // What the forward loop has collected need not be computed again.
      let known = substituting(sweep.stored, in: [part])[0]
      found[target] = full(known, shape(target))
    }
    return insertSweep(&sweep, node, found)
  }

  /// The sweep over what a step's leaves receive, and what thereby the operands receive.
  private mutating func insertSweep(
    _ sweep: inout ReverseSweep, _ node: NodeID, _ found: [NodeID: NodeID]
  ) -> [NodeID?] {
    let body = sweep.body
    let operands = operands(node)
    for state in body.states { sweep.next.append(found[state] ?? full(constant(0), shape(state))) }
    var collected: [NodeID] = []
    /// For each operand the place of its part: of a last state, or of what is collected.
    var places: [(place: Int, isCollected: Bool)?] = body.states.indices.map { ($0, false) }
    for row in body.rows {
      places.append(
        found[row].map { part in
          collected.append(part)
          return (collected.count - 1, true)
        })
    }
    for value in body.shared {
      guard let part = found[value] else {
        places.append(nil)
        continue
      }
      let total = leaf(like: value)
      places.append((sweep.states.count, false))
      sweep.states.append((total, full(constant(0), shape(value))))
      sweep.next.append(insert(.add, [total, part]))
    }
    let rows =
      body.states.enumerated().map { place, state in
        (state, result(body.next.count + place, of: node))
      } + zip(body.rows, operands.dropFirst(body.states.count)) + sweep.rows
      + body.collected.enumerated().compactMap { place, root in
        sweep.stored.removeValue(forKey: root).map { leaf in
          (leaf, result(body.next.count + place, of: node))
        }
      }
    let shared = zip(body.shared, operands.suffix(body.shared.count))
    var recurrence = Recurrence(
      steps: body.steps, index: body.index, states: sweep.states.map(\.leaf),
      rows: rows.map(\.0), shared: body.shared, next: sweep.next, collected: collected)
    recurrence.isReversed = !body.isReversed
    recurrence.storage = body.storage
    let scan = scan(
      recurrence, sweep.states.map(\.first) + rows.map(\.1) + shared.map(\.1))
    let firstCollected = 2 * sweep.states.count
    return places.map { entry in
      entry.map { result($0.isCollected ? firstCollected + $0.place : $0.place, of: scan) }
    }
  }
}

/// What a reverse sweep is made of.
private struct ReverseSweep {
  let body: Recurrence
  /// Adjoints of the states and sums for the values that all steps share, with their first values.
  var states: [(leaf: NodeID, first: NodeID)] = []
  var next: [NodeID] = []
  /// What collected values receive.
  var rows: [(leaf: NodeID, operand: NodeID)] = []
  /// Leaves for what the forward loop has collected.
  var stored: [NodeID: NodeID] = [:]

  init(of body: Recurrence) { self.body = body }
}
