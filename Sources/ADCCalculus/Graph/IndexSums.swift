// Indices as sums of sizes and what is none: where a run of rows starts, and which size a node is.

extension ExpressionGraph {
  /// Where the numbers of a vector start if they are an `iota` and sizes added to it.
  func start(ofRun index: NodeID) -> Dimension? {
    guard let sum = sum(index), sum.others.count == 1, operatorID(sum.others[0]) == .iota else {
      return nil
    }
    return sum.size
  }

  /// The size that a scalar node is if it is made of whole numbers and named sizes, added and
  /// subtracted.
  package func dimension(_ node: NodeID) -> Dimension? {
    guard let sum = sum(node), sum.others.isEmpty else { return nil }
    return sum.size
  }

  /// A node as the sum of a size and of terms that are none; nil where it is long or subtracts one
  /// of those.
  package func sum(_ node: NodeID) -> (size: Dimension, others: [NodeID])? {
    var size = Dimension(0)
    var others: [NodeID] = []
    var open = [(node: node, sign: 1)]
    for _ in 0..<64 {
      guard let (next, sign) = open.popLast() else { return (size, others) }
      if let value = number(next), value.rounded() == value, value.magnitude < 0x1p53 {
        size = size + Dimension(sign * Int(value))
        continue
      }
      switch (operatorID(next), attribute(next)) {
      case (.size, .dimension(let dimension)): size = size + dimension * sign
      case (.negate, _): open.append((operands(next)[0], -sign))
      case (.add, _): open += operands(next).map { ($0, sign) }
      default:
        if sign < 0 { return nil }
        others.append(next)
      }
    }
    return nil
  }
}
