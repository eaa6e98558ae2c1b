// The forward sweep of a recurrence is the recurrence with the changes of its states beside them.

extension ExpressionGraph {
  /// How the results of a `scan` change, by their places, from the changes of its operands.
  ///
  /// With h' = f(t, h, x, w), the change is η' = f_h η + f_x ξ + f_w ω from step to step: the body
  /// beside its own forward sweep. Only states that change get one.
  mutating func changes(
    ofScan node: NodeID, _ own: [NodeID?]
  ) throws(DifferentiationError) -> [Int: NodeID] {
    guard let body = recurrence(of: node), own.contains(where: { $0 != nil }) else { return [:] }
    var leaves: [NodeID: NodeID] = [:]
    for (operandLeaf, change) in zip(body.leaves, own) where change != nil {
      leaves[operandLeaf] = leaf(like: operandLeaf)
    }
    var roots: [NodeID] = []
    // A state changes if its first value or its next one does; each round finds one more or ends.
    for _ in 0...body.states.count {
      roots = try jvp(of: body.roots, along: leaves)
      let found = body.states.indices.filter {
        leaves[body.states[$0]] == nil && !isZero(roots[$0])
      }
      if found.isEmpty { break }
      for place in found { leaves[body.states[place]] = leaf(like: body.states[place]) }
    }
    return insertChanges(body, operands(node), own, leaves, roots)
  }

  private func isZero(_ node: NodeID) -> Bool {
    number(node) == 0 || operatorID(node) == .broadcast && number(operands(node)[0]) == 0
  }

  private mutating func insertChanges(
    _ body: Recurrence, _ operands: [NodeID], _ own: [NodeID?], _ leaves: [NodeID: NodeID],
    _ roots: [NodeID]
  ) -> [Int: NodeID] {
    let (count, rowEnd) = (body.states.count, body.states.count + body.rows.count)
    let moving = body.states.indices.filter { leaves[body.states[$0]] != nil }
    func changing(_ range: Range<Int>) -> (leaves: [NodeID], operands: [NodeID]) {
      let places = range.filter { leaves[body.leaves[$0]] != nil }
      return (
        places.compactMap { leaves[body.leaves[$0]] },
        places.map { full(own[$0] ?? constant(0), shape(operands[$0])) }
      )
    }
    let (states, first) = changing(0..<count)
    let (rows, arrays) = changing(count..<rowEnd)
    let (shared, values) = changing(rowEnd..<body.leaves.count)
    let collected = body.collected.indices.filter { $0 >= count && !isZero(roots[count + $0]) }
    var whole = Recurrence(
      steps: body.steps, index: body.index, states: body.states + states, rows: body.rows + rows,
      shared: body.shared + shared, next: body.next + moving.map { roots[$0] },
      collected: body.collected.dropFirst(count) + collected.map { roots[count + $0] })
    whole.isReversed = body.isReversed
    whole.storage = body.storage
    let scan = scan(
      whole,
      Array(operands[..<count]) + first + Array(operands[count..<rowEnd]) + arrays
        + Array(operands[rowEnd...]) + values)
    var result: [Int: NodeID] = [:]
    let next = whole.next.count
    for (order, place) in moving.enumerated() {
      result[place] = self.result(count + order, of: scan)
      result[count + place] = self.result(next + count + order, of: scan)
    }
    let firstCollected = 2 * next + body.collected.count - count
    for (order, place) in collected.enumerated() {
      result[count + place] = self.result(firstCollected + order, of: scan)
    }
    return result
  }
}
