extension ExpressionGraph {
  /// The operations that some roots need together, each shared node counted once.
  ///
  /// A sign, a power, a call, a comparison and a choice count 1 each, a sum or product of k parts
  /// k - 1; a term subtracted needs no sign of its own. Constants, symbols, sizes and views of
  /// arrays cost nothing.
  package func operationCount(_ roots: [NodeID]) -> Int {
    let needed = reachable(from: roots)
    // A negation counts only if something other than a sum uses it.
    var needsSign = [Bool](repeating: false, count: needed.count)
    for root in roots { needsSign[root.slot] = true }
    for slot in needed.indices where needed[slot] && operators[slot] != .add {
      for operand in operandLists[slot] { needsSign[operand.slot] = true }
    }
    var count = 0
    for slot in needed.indices where needed[slot] {
      let node = NodeID(slot)
      switch op(node).execution {
      case .leaf, .generator, .view: continue
      default: break
      }
      switch operators[slot] {
      case .add:
        let operands = operandLists[slot]
        count += operands.count - 1
        // -a - b: the first sign is an operation.
        if operands.allSatisfy({ operators[$0.slot] == .negate }) { count += 1 }
      case .multiply: count += isSize(node) ? 0 : operandLists[slot].count - 1
      case .negate: count += needsSign[slot] ? 1 : 0
      default: count += 1
      }
    }
    return count
  }

  /// Whether a product is the number of elements of an array.
  private func isSize(_ node: NodeID) -> Bool {
    let operands = operands(node)
    return operands.contains { operatorID($0) == .size }
      && operands.allSatisfy { operatorID($0) == .size || operatorID($0) == .number }
  }
}
