// How nodes are found again: by their operands in order, and sums and products in any order.

extension ExpressionGraph {
  /// What there is of a sum or product, its operands in any order.
  struct Arrangements {
    var hash: NodeHash
    /// One for which something holds that the asker wants.
    var wanted: NodeID?
    /// The one with the operands in their order.
    var same: NodeID?
    var twin: NodeID?
  }

  /// The sums or products of some operands: one for which `isWanted` holds, or what `insert` needs
  /// to know.
  func arrangements(
    of op: OperatorID, _ operands: Span<NodeID>, where isWanted: (NodeID) -> Bool
  ) -> Arrangements {
    var result = Arrangements(hash: operands.unorderedHash(with: op))
    result.wanted = known.first(result.hash) { node in
      guard isSet(node, op, operands) else { return false }
      if isWanted(node) { return true }
      if result.twin == nil { result.twin = node }
      if isNode(node, op, operands, .none) { result.same = node }
      return false
    }
    return result
  }

  /// The sums or products of two numbers: one of those that are wanted, by their slots, or what
  /// `insert` needs to know.
  func pairs(
    of op: OperatorID, _ left: NodeID, _ right: NodeID, among wanted: [Bool]
  ) -> Arrangements {
    let operands: InlineArray<2, NodeID> = [left, right]
    var result = Arrangements(hash: operands.span.unorderedHash(with: op))
    var search = known.search(result.hash)
    while let node = known.next(&search) {
      let record = nodes[node.slot]
      guard record.op == op, record.operandCount == 2 else { continue }
      let place = Int(record.firstOperand)
      let (first, second) = (operandBuffer[place], operandBuffer[place + 1])
      let isSame = first == left && second == right
      guard isSame || first == right && second == left else { continue }
      if node.slot < wanted.count, wanted[node.slot] {
        result.wanted = node
        return result
      }
      if isSame { result.same = node } else { result.twin = node }
    }
    return result
  }

  /// Whether a node has such operands, in any order.
  func isSet(_ node: NodeID, _ op: OperatorID, _ operands: Span<NodeID>) -> Bool {
    let record = nodes[node.slot]
    guard record.op == op, Int(record.operandCount) == operands.count else { return false }
    if record.operandCount == 2 {
      let place = Int(record.firstOperand)
      let (first, second) = (operandBuffer[place], operandBuffer[place + 1])
      let (left, right) = (operands[0], operands[1])
      if left == first { return right == second }
      return left == second && right == first
    }
    let first = Int(record.firstOperand)
    var same = 0
    while same < operands.count, operandBuffer[first + same] == operands[same] { same += 1 }
    if same == operands.count { return true }
    // What only a hash says is equal differs in the sum of its operands already, but for a few.
    var difference = 0
    for place in same..<operands.count {
      difference += operands[place].slot - operandBuffer[first + place].slot
    }
    guard difference == 0 else { return false }
    var others: [NodeID] = []
    for place in 0..<operands.count { others.append(operands[place]) }
    return self.operands(node).sorted() == others.sorted()
  }

  /// Whether a node is an operation of such operands, in this order.
  func isNode(
    _ node: NodeID, _ op: OperatorID, _ operands: Span<NodeID>, _ attribute: Attribute
  ) -> Bool {
    let record = nodes[node.slot]
    guard record.op == op, Int(record.operandCount) == operands.count else { return false }
    let first = Int(record.firstOperand)
    for place in operands.indices where operandBuffer[first + place] != operands[place] {
      return false
    }
    let place = Int(record.attribute)
    switch attribute {
    case .none: return place == -1
    case .number(let value): return place < -1 && numbers[-2 - place] == value
    default: return place >= 0 && attributeTable[place] == attribute
    }
  }

  func hash(
    _ op: OperatorID, _ operands: Span<NodeID>, _ attribute: Attribute
  ) -> NodeHash {
    op == sum || op == product
      ? operands.unorderedHash(with: op) : operands.hash(with: op, attribute)
  }
}
