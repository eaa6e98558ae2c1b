// In which order a chain of products is multiplied.

/// A product of sizes, or of sizes that are names, as far as two of them can be compared.
private struct Work: Equatable {
  var number = 1.0
  var names: [String] = []

  init(_ dimensions: [Dimension]) {
    for dimension in dimensions {
      if let size = dimension.known {
        number *= Double(size)
      } else {
        names.append(dimension.description)
      }
    }
    names.sort()
  }

  /// Whether this is at most the other, where a name counts for more than any number.
  func isAtMost(_ other: Work) -> Bool {
    guard names.count < other.names.count || number <= other.number else { return false }
    var rest = other.names
    for name in names {
      guard let place = rest.firstIndex(of: name) else { return false }
      rest.remove(at: place)
    }
    return true
  }
}

extension Simplifier {
  /// The longest chain of known sizes that is ordered as a whole.
  private static let longestChain = 24

  /// A product of three or more factors in the order that costs least.
  mutating func reordered(_ node: NodeID, _ operands: [NodeID]) -> NodeID? {
    let isLeft = isProduct(operands[0]) && isAlone(node, 0, operands[0])
    let isRight = isProduct(operands[1]) && isAlone(node, 1, operands[1])
    guard isLeft || isRight, operands.allSatisfy({ graph.shape($0).rank <= 2 }) else { return nil }
    if isRight, graph.shape(operands[1]).rank == 1 { return nil }
    if isLeft, graph.shape(operands[1]).rank == 1 {
      // A vector on the right: matrices meet it one by one. A vector on the left has met them.
      let inner = graph.operands(operands[0])
      guard graph.shape(operands[0]).rank == 2 else { return nil }
      fire(.matrixChain)
      let met = graph.insert(.matrixProduct, [inner[1], operands[1]])
      return graph.insert(.matrixProduct, [inner[0], met])
    }
    if graph.shape(operands[0]).rank == 1 {
      guard isRight else { return nil }
      fire(.matrixChain)
      let inner = graph.operands(operands[1])
      let met = graph.insert(.matrixProduct, [operands[0], inner[0]])
      return graph.insert(.matrixProduct, [met, inner[1]])
    }
    return orderedBySizes(operands, isLeft, isRight)
      ?? turnedOver(operands, isRight: isRight)
  }

  private func isProduct(_ node: NodeID) -> Bool {
    guard graph.operatorID(node) == .matrixProduct else { return false }
    return graph.operands(node).allSatisfy { graph.shape($0).rank <= 2 }
  }

  /// `A @ (B @ C)` as `(A @ B) @ C` and the other way round, where it is sure to cost less; where
  /// it costs the same, from left to right.
  private mutating func turnedOver(
    _ operands: [NodeID], isRight: Bool
  ) -> NodeID? {
    func sizes(_ node: NodeID) -> [Dimension] { graph.shape(node).dimensions }
    let three: [NodeID]
    if isRight {
      three = [operands[0]] + graph.operands(operands[1])
    } else {
      three = graph.operands(operands[0]) + [operands[1]]
    }
    guard three.allSatisfy({ graph.shape($0).rank == 2 }) else { return nil }
    let (p, q) = (sizes(three[0])[0], sizes(three[0])[1])
    let (r, s) = (sizes(three[1])[1], sizes(three[2])[1])
    let fromLeft = [Work([p, q, r]), Work([p, r, s])]
    let fromRight = [Work([q, r, s]), Work([p, q, s])]
    if isRight {
      guard Self.isAtMost(fromLeft, fromRight) else { return nil }
      fire(.matrixChain)
      let product = graph.insert(.matrixProduct, [three[0], three[1]])
      return graph.insert(.matrixProduct, [product, three[2]])
    }
    guard Self.isAtMost(fromRight, fromLeft), !Self.isAtMost(fromLeft, fromRight) else {
      return nil
    }
    fire(.matrixChain)
    let product = graph.insert(.matrixProduct, [three[1], three[2]])
    return graph.insert(.matrixProduct, [three[0], product])
  }

  private static func isAtMost(_ left: [Work], _ right: [Work]) -> Bool {
    if (left + right).allSatisfy(\.names.isEmpty) {
      return left[0].number + left[1].number <= right[0].number + right[1].number
    }
    return (left[0].isAtMost(right[0]) && left[1].isAtMost(right[1]))
      || (left[0].isAtMost(right[1]) && left[1].isAtMost(right[0]))
  }

  /// The order of least cost by dynamic programming (Cormen et al.: Introduction to Algorithms,
  /// 15.2) for chains whose sizes are all numbers; nil where it is the one there is.
  private mutating func orderedBySizes(
    _ operands: [NodeID], _ isLeft: Bool, _ isRight: Bool
  ) -> NodeID? {
    var factors: [NodeID] = []
    var cost = 0.0
    func gather(_ node: NodeID, opens: Bool, depth: Int) {
      guard opens, isProduct(node), depth < Self.longestChain else {
        factors.append(node)
        return
      }
      let parts = graph.operands(node)
      let (left, right) = (graph.shape(parts[0]).dimensions, graph.shape(parts[1]).dimensions)
      cost += Work(left + right.suffix(1)).number
      for part in parts { gather(part, opens: isOwn(part), depth: depth + 1) }
    }
    gather(operands[0], opens: isLeft, depth: 1)
    gather(operands[1], opens: isRight, depth: 1)
    guard factors.count >= 3, factors.count <= Self.longestChain,
      factors.allSatisfy({ graph.shape($0).rank == 2 && graph.shape($0).knownCount != nil })
    else { return nil }
    var sizes = factors.map { Double(graph.shape($0).dimensions[0].known ?? 0) }
    sizes.append(Double(graph.shape(factors[factors.count - 1]).dimensions[1].known ?? 0))
    let middle = Double(graph.shape(operands[0]).dimensions[1].known ?? 0)
    cost += sizes[0] * middle * sizes[sizes.count - 1]
    let (best, cuts) = Self.cheapestOrder(sizes)
    guard best < cost else { return nil }
    fire(.matrixChain)
    return multiplied(factors, cuts, 0, factors.count - 1)
  }

  /// For every range of factors where its last product is, the leftmost of equally cheap ones.
  private static func cheapestOrder(_ sizes: [Double]) -> (cost: Double, cuts: [[Int]]) {
    let count = sizes.count - 1
    var costs = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
    var cuts = [[Int]](repeating: [Int](repeating: 0, count: count), count: count)
    for length in 1..<count {
      for first in 0..<count - length {
        let last = first + length
        costs[first][last] = .infinity
        for cut in first..<last {
          let own = sizes[first] * sizes[cut + 1] * sizes[last + 1]
          let cost = costs[first][cut] + costs[cut + 1][last] + own
          if cost <= costs[first][last] { (costs[first][last], cuts[first][last]) = (cost, cut) }
        }
      }
    }
    return (costs[0][count - 1], cuts)
  }

  private mutating func multiplied(
    _ factors: [NodeID], _ cuts: [[Int]], _ first: Int, _ last: Int
  ) -> NodeID {
    if first == last { return factors[first] }
    let left = multiplied(factors, cuts, first, cuts[first][last])
    let right = multiplied(factors, cuts, cuts[first][last] + 1, last)
    return graph.insert(.matrixProduct, [left, right])
  }
}
