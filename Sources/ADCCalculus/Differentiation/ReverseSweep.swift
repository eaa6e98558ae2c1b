/// What the reverse sweep of a recurrence is made of.
struct ReverseSweep {
  let body: Recurrence
  /// Adjoints of the states, and sums for what all steps share, with their first values.
  var states: [(leaf: NodeID, first: NodeID)] = []
  var next: [NodeID] = []
  /// What collected values receive.
  var rows: [(leaf: NodeID, operand: NodeID)] = []
  /// Leaves for what the forward loop has collected.
  var stored: [NodeID: NodeID] = [:]
  var collected: [NodeID] = []

  init(of body: Recurrence) { self.body = body }

  /// Collects a value of each step; the place of it.
  mutating func collect(_ node: NodeID) -> Int {
    if let known = collected.firstIndex(of: node) { return known }
    collected.append(node)
    return collected.count - 1
  }
}

/// Where what an operand receives comes from.
private enum Received {
  case lastState(Int)
  case collected(Int)
  /// A collected value, summed over all steps.
  case sum(Int)
  /// Products of two vectors of each step, summed over all steps.
  case products([(Vector, Vector)])
}

/// A vector of each step.
private enum Vector {
  /// A row of an array.
  case rows(NodeID)
  case collected(Int)
}

extension ExpressionGraph {
  /// The sweep over what a step's leaves receive, and what thereby the operands receive.
  mutating func insert(
    _ plan: ReverseSweep, of node: NodeID, _ found: [NodeID: NodeID]
  ) -> [NodeID?] {
    var sweep = plan
    let body = sweep.body
    let operands = operands(node)
    for state in body.states { sweep.next.append(found[state] ?? full(constant(0), shape(state))) }
    let rows = sweptRows(sweep, node)
    var received: [NodeID: Received] = [:]
    for (place, state) in body.states.enumerated() { received[state] = .lastState(place) }
    for row in body.rows {
      if let part = found[row] { received[row] = .collected(sweep.collect(part)) }
    }
    receiveProducts(&sweep, rows, found, &received)
    for value in body.shared where received[value] == nil {
      guard let part = found[value] else { continue }
      if let place = sweep.collected.firstIndex(of: part) {
        received[value] = .sum(place)
      } else {
        received[value] = .lastState(sweep.states.count)
        let total = leaf(like: value, prefix: "d_")
        sweep.states.append((total, full(constant(0), shape(value))))
        sweep.next.append(insert(.add, [total, part]))
      }
    }
    var recurrence = Recurrence(
      steps: body.steps, index: body.index, states: sweep.states.map(\.leaf),
      rows: rows.map(\.leaf), shared: body.shared, next: sweep.next, collected: sweep.collected)
    recurrence.isReversed = !body.isReversed
    recurrence.storage = body.storage
    let scan = scan(
      recurrence,
      sweep.states.map(\.first) + rows.map(\.operand) + operands.suffix(body.shared.count))
    return body.leaves.map { leaf in
      received[leaf].map { value(of: $0, scan, firstCollected: 2 * sweep.states.count) }
    }
  }

  /// The rows that the sweep reads: the states before each step, the rows of the forward loop, what
  /// its collected values receive, and those values.
  private mutating func sweptRows(
    _ sweep: ReverseSweep, _ node: NodeID
  ) -> [(leaf: NodeID, operand: NodeID)] {
    let body = sweep.body
    var rows: [(leaf: NodeID, operand: NodeID)] = []
    for (place, state) in body.states.enumerated() {
      rows.append((state, result(body.next.count + place, of: node)))
    }
    for (leaf, operand) in zip(body.rows, operands(node).dropFirst(body.states.count)) {
      rows.append((leaf, operand))
    }
    rows += sweep.rows
    var stored = sweep.stored
    for (place, root) in body.collected.enumerated() {
      guard let leaf = stored.removeValue(forKey: root) else { continue }
      rows.append((leaf, result(body.next.count + place, of: node)))
    }
    return rows
  }

  /// A matrix that receives products of vectors gets the product of the matrices that the vectors
  /// of all steps make, once behind the loop.
  private mutating func receiveProducts(
    _ sweep: inout ReverseSweep, _ rows: [(leaf: NodeID, operand: NodeID)],
    _ found: [NodeID: NodeID], _ received: inout [NodeID: Received]
  ) {
    guard sweep.body.storage == .everyStep else { return }
    let arrays = Dictionary(rows.map { ($0.leaf, $0.operand) }, uniquingKeysWith: { $1 })
    for value in sweep.body.shared {
      guard let part = found[value] else { continue }
      let terms = operatorID(part) == .add ? operands(part) : [part]
      let factors = terms.compactMap { outerFactors($0) }
      guard factors.count == terms.count else { continue }
      received[value] = .products(
        factors.map { pair in
          let vectors = pair.map { vector in
            arrays[vector].map(Vector.rows) ?? .collected(sweep.collect(vector))
          }
          return (vectors[0], vectors[1])
        })
    }
  }

  /// The two vectors whose products a node is.
  private func outerFactors(_ node: NodeID) -> [NodeID]? {
    if operatorID(node) == .outer { return operands(node) }
    guard operatorID(node) == .transpose, operatorID(operands(node)[0]) == .outer else {
      return nil
    }
    return operands(operands(node)[0]).reversed()
  }

  private mutating func value(
    of received: Received, _ scan: NodeID, firstCollected: Int
  ) -> NodeID {
    switch received {
    case .lastState(let place): return result(place, of: scan)
    case .collected(let place): return result(firstCollected + place, of: scan)
    case .sum(let place):
      let all = result(firstCollected + place, of: scan)
      return insert(.sum, [all], .axes([0], keep: false))
    case .products(let pairs):
      var terms: [NodeID] = []
      for pair in pairs {
        let left = matrix(of: pair.0, scan, firstCollected: firstCollected)
        let right = matrix(of: pair.1, scan, firstCollected: firstCollected)
        let columns = insert(.transpose, [left])
        terms.append(insert(.matrixProduct, [columns, right]))
      }
      return terms.count == 1 ? terms[0] : insert(.add, terms)
    }
  }

  private mutating func matrix(
    of vector: Vector, _ scan: NodeID, firstCollected: Int
  ) -> NodeID {
    switch vector {
    case .rows(let array): array
    case .collected(let place): result(firstCollected + place, of: scan)
    }
  }
}
