extension ExpressionGraph {
  /// The operations that some roots need together, each shared node counted once.
  ///
  /// A sign, a power, a call, a comparison and a choice count 1 each, a sum or product of k parts
  /// k - 1; a term subtracted needs no sign of its own, and a factor that is printed as a divisor
  /// is one part of its product. Constants, symbols, sizes and views of
  /// arrays cost nothing.
  package func operationCount(_ roots: [NodeID]) -> Int {
    let needed = reachable(from: roots)
    // A negation counts only if something other than a sum uses it.
    var needsSign = [Bool](repeating: false, count: needed.count)
    for root in roots { needsSign[root.slot] = true }
    for slot in needed.indices where needed[slot] && operatorID(at: slot) != .add {
      for place in operandPlaces(slot) { needsSign[operand(at: place).slot] = true }
    }
    let isAlone = quotientsAlone(roots, needed)
    var count = 0
    var isSize = [Bool](repeating: false, count: needed.count)
    for slot in needed.indices where needed[slot] {
      let node = NodeID(slot)
      isSize[slot] = isNumberOfElements(node, isSize)
      if isSize[slot] { continue }
      switch execution(node) {
      case .leaf, .generator, .view, .recurrenceResult: continue
      case .recurrence:
        // A body counts once, however many steps there are.
        if let body = recurrence(of: node) {
          count += operationCount(body.roots(of: Set(takenResults(of: node, needed).keys)))
        }
        continue
      default: break
      }
      switch operatorID(at: slot) {
      case .add:
        let places = operandPlaces(slot)
        count += places.count - 1
        // -a - b: the first sign is an operation.
        if places.allSatisfy({ operatorID(at: operand(at: $0).slot) == .negate }) { count += 1 }
      case .multiply:
        let places = operandPlaces(slot)
        let sizes = places.count { isSize[operand(at: $0).slot] }
        let numbers =
          sizes == 0 ? 0 : places.count { operatorID(at: operand(at: $0).slot) == .number }
        count += places.count - 1 - max(sizes + numbers - 1, 0)
      case .negate: count += needsSign[slot] ? 1 : 0
      case .inverseLength: count += isAlone[slot] ? 1 : 0
      default: count += 1
      }
    }
    return count
  }

  /// The inverses of lengths that are printed as `1/x`: those that are not always factors.
  private func quotientsAlone(_ roots: [NodeID], _ needed: [Bool]) -> [Bool] {
    var isAlone = [Bool](repeating: false, count: needed.count)
    for root in roots { isAlone[root.slot] = true }
    for slot in needed.indices
    where needed[slot] && operatorID(at: slot) != .multiply && operatorID(at: slot) != .power {
      for place in operandPlaces(slot) { isAlone[operand(at: place).slot] = true }
    }
    return isAlone
  }

  /// Whether a node is a size, or a product of sizes and numbers or a power of one.
  private func isNumberOfElements(_ node: NodeID, _ isSize: [Bool]) -> Bool {
    switch operatorID(node) {
    case .size: return true
    case .multiply, .power:
      let places = operandPlaces(node.slot)
      return places.contains { isSize[operand(at: $0).slot] }
        && places.allSatisfy {
          isSize[operand(at: $0).slot] || operatorID(operand(at: $0)) == .number
        }
    default: return false
    }
  }

  /// Which results of a `scan` some nodes take, by their places.
  package func takenResults(of scan: NodeID, _ needed: [Bool]) -> [Int: NodeID] {
    var taken: [Int: NodeID] = [:]
    for slot in scan.slot..<needed.count where needed[slot] && operatorID(at: slot) == .scanResult {
      if let (source, place) = result(NodeID(slot)), source == scan {
        taken[place] = NodeID(slot)
      }
    }
    return taken
  }
}
