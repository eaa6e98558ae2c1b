// x*z*s and y*z*s need z*s once.

extension Simplifier {
  /// A product as what multiplies it: nodes, and pairs that several products share.
  private struct Product {
    var node: NodeID
    var factors: [Part]
  }

  private enum Part: Hashable, Comparable {
    case node(NodeID)
    case pair(Int)

    static func < (left: Part, right: Part) -> Bool {
      switch (left, right) {
      case (.node(let first), .node(let second)): first < second
      case (.pair(let first), .pair(let second)): first < second
      case (.node, .pair): true
      case (.pair, .node): false
      }
    }
  }

  private struct Pair: Hashable {
    var first: Part
    var second: Part
  }

  private static let productLimit = 2000
  private static let factorLimit = 12

  /// The roots with every two factors that several products share multiplied once.
  mutating func withPairsShared(_ roots: [NodeID]) -> [NodeID] {
    let needed = graph.reachable(from: roots)
    var products = products(needed)
    guard products.count >= 2, products.count <= Self.productLimit else { return roots }
    var pairs: [Pair] = []
    while let pair = mostShared(products) {
      for place in products.indices {
        guard let first = products[place].factors.firstIndex(of: pair.first),
          let second = products[place].factors.firstIndex(of: pair.second)
        else { continue }
        products[place].factors.remove(at: max(first, second))
        products[place].factors[min(first, second)] = .pair(pairs.count)
      }
      pairs.append(pair)
    }
    if pairs.isEmpty { return roots }
    fire(.sharedFactors)
    let results = rebuilt(roots, needed, products, pairs)
    note(roots, became: results, by: .sharedFactors)
    return results
  }

  /// The products of several values of one shape.
  private func products(_ needed: [Bool]) -> [Product] {
    needed.indices.compactMap { slot in
      guard needed[slot], graph.operatorID(at: slot) == .multiply else { return nil }
      let node = NodeID(slot)
      let places = graph.operandPlaces(slot)
      let shape = graph.shape(node)
      guard places.count <= Self.factorLimit,
        places.allSatisfy({ graph.shape(graph.operand(at: $0)) == shape })
      else { return nil }
      let parts = graph.operands(node).map { Part.node($0) }
      return Product(node: node, factors: parts)
    }
  }

  /// The pair of factors that most products have, at least two of them; the first of equals.
  private func mostShared(_ products: [Product]) -> Pair? {
    var counts: [Pair: Int] = [:]
    for product in products {
      let factors = product.factors.sorted()
      for first in factors.indices {
        for second in factors.indices.dropFirst(first + 1)
        where isProduct(factors[first], factors[second]) {
          counts[Pair(first: factors[first], second: factors[second]), default: 0] += 1
        }
      }
    }
    // A product of just two is what others may use.
    let shared = counts.filter { $0.value > 1 }
    return shared.min { left, right in
      if left.value != right.value { return left.value > right.value }
      if left.key.first != right.key.first { return right.key.first < left.key.first }
      return right.key.second < left.key.second
    }?.key
  }

  /// Whether a pair is more than a multiple.
  private func isProduct(_ left: Part, _ right: Part) -> Bool {
    !isNumber(left) && !isNumber(right)
  }

  private func isNumber(_ part: Part) -> Bool {
    if case .node(let node) = part { return graph.number(node) != nil }
    return false
  }

  private mutating func rebuilt(
    _ roots: [NodeID], _ needed: [Bool], _ products: [Product], _ pairs: [Pair]
  ) -> [NodeID] {
    var images = [NodeID?](repeating: nil, count: needed.count)
    var pairNodes = [NodeID?](repeating: nil, count: pairs.count)
    var next = 0
    for slot in needed.indices where needed[slot] {
      let node = NodeID(slot)
      graph.origin = graph.origin(at: slot)
      if next < products.count, products[next].node == node {
        let factors = products[next].factors.map { image($0, images, pairs, &pairNodes) }
        images[slot] =
          factors.count == 1
          ? factors[0] : joined(.multiply, factors, within: graph.shape(node))
        next += 1
        continue
      }
      if next < products.count, products[next].node < node { next += 1 }
      let operands = graph.operands(node)
      let moved = operands.map { images[$0.slot] ?? $0 }
      images[slot] =
        moved == operands
        ? node : graph.insert(graph.operatorID(node), moved, graph.attribute(node))
      if let image = images[slot] { graph.passName(of: node, to: image) }
    }
    graph.origin = -1
    return roots.map { images[$0.slot] ?? $0 }
  }

  /// The node of a factor; pairs are made when first needed, of factors that are there by then.
  private mutating func image(
    _ part: Part, _ images: [NodeID?], _ pairs: [Pair], _ made: inout [NodeID?]
  ) -> NodeID {
    switch part {
    case .node(let node): return images[node.slot] ?? node
    case .pair(let place):
      if let node = made[place] { return node }
      let left = image(pairs[place].first, images, pairs, &made)
      let right = image(pairs[place].second, images, pairs, &made)
      let node = joined(.multiply, [left, right], within: graph.shape(left))
      made[place] = node
      return node
    }
  }
}
