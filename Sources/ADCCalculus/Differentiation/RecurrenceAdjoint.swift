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
      let adjoint = leaf(like: body.states[place], prefix: "d_")
      seeds.append((root, adjoint))
      let first = full(given[place] ?? constant(0), shape(root))
      sweep.states.append((adjoint, first))
    }
    for (place, root) in body.collected.enumerated() {
      guard let adjoint = given[body.next.count + place] else { continue }
      if body.storage == .everyStep, !operands(root).isEmpty {
        sweep.stored[root] = leaf(like: root)
      }
      let row = leaf(like: root, prefix: "d_")
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
    return insert(sweep, of: node, found)
  }
}
