// Sums of products as matrix products.
//
// A product whose factors each vary along some axes of its space, summed over others, is a chain of
// matrix products: axis by axis, the two factors that have it are joined. Fires where the product's
// space is larger than any factor, or where no factor is computed element by element, which one
// loop would do without storing it.

/// A factor of a product, without axes of 1, and the axes of the product's space that it has.
private struct ContractionPart {
  var node: NodeID
  var axes: [Int]

  func lacks(_ axis: Int) -> Bool { !axes.contains(axis) }
}

extension Simplifier {
  /// The sum of a product over some axes as products of matrices and vectors; nil where that is
  /// not possible, or would cost more.
  mutating func contraction(of product: NodeID, _ axes: [Int], keep: Bool) -> NodeID? {
    guard graph.operatorID(product) == .multiply else { return nil }
    let space = graph.shape(product).dimensions
    var parts: [ContractionPart] = []
    for factor in graph.operands(product) {
      guard let part = contractionPart(factor, in: space) else { return nil }
      parts.append(part)
    }
    let long = space.indices.filter { !space[$0].isOne }
    let spans = parts.contains { $0.axes.count == long.count }
    if spans, !parts.allSatisfy({ isStored($0.node) }) { return nil }
    var open = axes.filter { !space[$0].isOne }
    while !open.isEmpty {
      guard let place = open.firstIndex(where: { axis in canJoin(parts, over: axis) }) else {
        return nil
      }
      guard join(&parts, over: open.remove(at: place)) else { return nil }
    }
    fire(.sumOfProducts)
    let kept = space.indices.filter { !axes.contains($0) }
    let result = multiplied(parts, over: kept, in: space)
    let dimensions = space.indices.compactMap { axis in
      axes.contains(axis) ? (keep ? Dimension(1) : nil) : space[axis]
    }
    let shape = Shape(dimensions)
    return graph.shape(result) == shape
      ? result : graph.insert(.reshape, [result], .shape(shape))
  }

  /// A factor without reshapes and repetitions that only line it up.
  private mutating func contractionPart(
    _ factor: NodeID, in space: [Dimension]
  ) -> ContractionPart? {
    var node = factor
    let offset = space.count - graph.shape(node).rank
    var axes: [Int?] = graph.shape(node).dimensions.enumerated().map { axis, dimension in
      dimension.isOne ? nil : axis + offset
    }
    while true {
      let inner = graph.operands(node).first.map { graph.shape($0).dimensions } ?? []
      let own = graph.shape(node).dimensions
      if graph.operatorID(node) == .reshape,
        inner.filter({ !$0.isOne }) == own.filter({ !$0.isOne })
      {
        var rest = axes.compactMap { $0 }[...]
        axes = inner.map { $0.isOne ? nil : rest.popFirst() }
      } else if graph.operatorID(node) == .broadcast {
        let skipped = own.count - inner.count
        axes = inner.indices.map { inner[$0].isOne ? nil : axes[$0 + skipped] }
      } else {
        break
      }
      node = graph.operands(node)[0]
    }
    let kept = axes.compactMap { $0 }
    guard !kept.isEmpty else { return nil }
    if kept.count < axes.count {
      let dimensions = graph.shape(node).dimensions.filter { !$0.isOne }
      node = graph.insert(.reshape, [node], .shape(Shape(dimensions)))
    }
    return ContractionPart(node: node, axes: kept)
  }

  /// Whether a node has memory anyway: it is not computed element by element.
  private func isStored(_ node: NodeID) -> Bool {
    var node = node
    while case .view = graph.execution(node) { node = graph.operands(node)[0] }
    switch graph.execution(node) {
    case .elementwise, .byDefinition, .generator: return false
    default: return true
    }
  }

  private func canJoin(_ parts: [ContractionPart], over axis: Int) -> Bool {
    let having = parts.filter { !$0.lacks(axis) }
    guard having.count == 2 else { return having.count == 1 && parts.count > 1 }
    let (p, q) = (having[0], having[1])
    let shared = p.axes.count { !q.lacks($0) && $0 != axis }
    let (own, other) = (p.axes.count { q.lacks($0) }, q.axes.count { p.lacks($0) })
    return shared == 0 ? min(own, other) <= 1 : own == 1 && other == 1
  }

  /// Sums over one axis: the two parts that have it become their matrix product.
  private mutating func join(_ parts: inout [ContractionPart], over axis: Int) -> Bool {
    let places = parts.indices.filter { !parts[$0].lacks(axis) }
    if places.count == 1 {
      let part = parts[places[0]]
      guard part.axes.count > 1, let place = part.axes.firstIndex(of: axis) else { return false }
      let sum = graph.insert(.sum, [part.node], .axes([place], keep: false))
      parts[places[0]] = ContractionPart(node: sum, axes: part.axes.filter { $0 != axis })
      return true
    }
    var (p, q) = (parts[places[0]], parts[places[1]])
    let shared = p.axes.filter { !q.lacks($0) && $0 != axis }
    var (own, other) = (p.axes.filter { q.lacks($0) }, q.axes.filter { p.lacks($0) })
    // The one with more axes of its own comes first, then the one whose result is in order, then
    // the one that need not be transposed.
    let isSwapped =
      own.count != other.count && max(own.count, other.count) > 1
      ? own.count < other.count
      : own.count == 1 && other.count == 1
        ? own[0] > other[0]
        : own.isEmpty && other.count == 1 ? q.axes.last == axis : false
    if isSwapped || (own.count == 1 && other.isEmpty && p.axes.last != axis) {
      swap(&p, &q)
      swap(&own, &other)
    }
    let left = graph.permuted(
      p.node, order(of: p, shared + own + [axis]))
    let right = graph.permuted(q.node, order(of: q, shared + [axis] + other))
    let product = graph.insert(.matrixProduct, [left, right])
    parts[places[0]] = ContractionPart(node: product, axes: shared + own + other)
    parts.remove(at: places[1])
    return true
  }

  /// The places of a part's axes in the order that is wanted.
  private func order(of part: ContractionPart, _ wanted: [Int]) -> [Int] {
    wanted.compactMap { part.axes.firstIndex(of: $0) }
  }

  /// What is left, lined up along the axes that stay, in one product.
  private mutating func multiplied(
    _ parts: [ContractionPart], over kept: [Int], in space: [Dimension]
  ) -> NodeID {
    let whole = Shape(kept.map { space[$0] })
    let factors = parts.map { part -> NodeID in
      let sorted = part.axes.sorted()
      let node = graph.permuted(part.node, order(of: part, sorted))
      if sorted == kept.filter({ !space[$0].isOne }), whole.dimensions.allSatisfy({ !$0.isOne }) {
        return node
      }
      let aligned = Shape(kept.map { sorted.contains($0) ? space[$0] : 1 })
      return graph.shape(node) == aligned
        ? node : graph.insert(.reshape, [node], .shape(aligned))
    }
    if factors.count == 1 { return factors[0] }
    return graph.insertFitting(.multiply, factors, within: whole)
  }
}
