extension ExpressionGraph {
  /// Whether each node up to the greatest root is needed for one of the roots.
  package func reachable(from roots: [NodeID]) -> [Bool] {
    let last = roots.max()?.slot ?? -1
    var result = [Bool](repeating: false, count: count)
    var needed = result.mutableSpan
    for root in roots { needed[root.slot] = true }
    var slot = last
    while slot >= 0 {
      if needed[slot] {
        for place in operandPlaces(slot) { needed[operand(at: place).slot] = true }
      }
      slot -= 1
    }
    return result
  }
}
