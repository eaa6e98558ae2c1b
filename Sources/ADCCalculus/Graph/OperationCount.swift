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
    var isSize = [Bool](repeating: false, count: needed.count)
    for slot in needed.indices where needed[slot] {
      let node = NodeID(slot)
      isSize[slot] = isNumberOfElements(node, isSize)
      if isSize[slot] { continue }
      switch op(node).execution {
      case .leaf, .generator, .view, .recurrenceResult: continue
      case .recurrence:
        // A body counts once, however many steps there are.
        if let body = recurrence(of: node) {
          count += operationCount(body.roots(of: Set(takenResults(of: node, needed).keys)))
        }
        continue
      default: break
      }
      switch operators[slot] {
      case .add:
        let operands = operandLists[slot]
        count += operands.count - 1
        // -a - b: the first sign is an operation.
        if operands.allSatisfy({ operators[$0.slot] == .negate }) { count += 1 }
      case .multiply:
        let operands = operandLists[slot]
        let sizes = operands.count { isSize[$0.slot] }
        let numbers = sizes == 0 ? 0 : operands.count { operators[$0.slot] == .number }
        count += operands.count - 1 - max(sizes + numbers - 1, 0)
      case .negate: count += needsSign[slot] ? 1 : 0
      default: count += 1
      }
    }
    return count
  }

  /// Whether a node is a size, or a product of sizes and numbers or a power of one.
  private func isNumberOfElements(_ node: NodeID, _ isSize: [Bool]) -> Bool {
    let operands = operands(node)
    switch operatorID(node) {
    case .size: return true
    case .multiply, .power:
      return operands.contains { isSize[$0.slot] }
        && operands.allSatisfy { isSize[$0.slot] || operatorID($0) == .number }
    default: return false
    }
  }

  /// Which results of a `scan` some nodes take, by their places.
  package func takenResults(of scan: NodeID, _ needed: [Bool]) -> [Int: NodeID] {
    var taken: [Int: NodeID] = [:]
    for slot in scan.slot..<needed.count where needed[slot] && operators[slot] == .scanResult {
      if let (source, place) = result(NodeID(slot)), source == scan {
        taken[place] = NodeID(slot)
      }
    }
    return taken
  }
}
