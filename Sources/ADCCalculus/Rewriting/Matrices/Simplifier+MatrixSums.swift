extension Simplifier {
  /// A term of a sum that is a product of matrices, with numbers taken out.
  private struct ProductTerm {
    var place: Int
    /// Equal for terms with equal numbers in front.
    var scalars: [NodeID]
    var isNegative: Bool
    var left: NodeID
    var right: NodeID
  }

  /// `A @ X + B @ X` as `(A + B) @ X`, and `A @ x + x @ A` as `(A + A') @ x`; nil where no two
  /// terms have a matrix in common, or where one of them is used elsewhere.
  mutating func withCommonMatrices(
    _ terms: [NodeID], shared: Set<NodeID>, shape: Shape
  ) -> NodeID? {
    guard terms.count >= 2, terms.count <= 64, shape.rank == 1 || shape.rank == 2,
      terms.contains(where: { mayBeProduct($0) })
    else { return nil }
    var products: [ProductTerm] = []
    for (place, term) in terms.enumerated() {
      guard !shared.contains(term), let product = product(term, place, shape, shared) else {
        continue
      }
      products.append(product)
    }
    for first in products.indices {
      for onRight in [true, false] {
        let group = products.indices.filter { other in
          other >= first && goTogether(products[first], products[other], onRight: onRight)
        }
        guard group.count >= 2 else { continue }
        fire(.commonMatrix)
        let merged = merged(group.map { products[$0] }, onRight: onRight)
        var rest = terms
        rest[products[first].place] = merged
        let gone = Set(group.dropFirst().map { products[$0].place })
        let kept = rest.indices.filter { !gone.contains($0) }.map { rest[$0] }
        return kept.count == 1
          ? kept[0] : sum(kept.map { ($0, false) }, shape: shape)
      }
    }
    return nil
  }

  private func mayBeProduct(_ node: NodeID) -> Bool {
    switch graph.operatorID(node) {
    case .matrixProduct: true
    case .negate, .divide: mayBeProduct(graph.operands(node)[0])
    case .multiply: graph.operands(node).contains { graph.operatorID($0) == .matrixProduct }
    default: false
    }
  }

  private mutating func product(
    _ term: NodeID, _ place: Int, _ shape: Shape, _ shared: Set<NodeID>
  ) -> ProductTerm? {
    guard graph.shape(term) == shape, mayBeProduct(term), isOwn(term) else { return nil }
    var (scalars, rest, isNegative) = scalarFactors(term) ?? ([], term, false)
    // -2*A and 2*A have 2 in common.
    for (index, scalar) in scalars.enumerated() {
      guard let number = graph.number(scalar), number < 0 else { continue }
      isNegative.toggle()
      scalars[index] = graph.constant(-number)
    }
    scalars.removeAll { graph.number($0) == 1 }
    guard graph.operatorID(rest) == .matrixProduct, isOwn(rest), !shared.contains(rest) else {
      return nil
    }
    let operands = graph.operands(rest)
    var (left, right) = (operands[0], operands[1])
    guard graph.shape(left).rank <= 2, graph.shape(right).rank <= 2 else { return nil }
    // A vector comes last: x @ A is A' @ x.
    if graph.shape(left).rank == 1 { (left, right) = (turned(right), left) }
    return ProductTerm(
      place: place, scalars: scalars, isNegative: isNegative, left: left, right: right)
  }

  private func goTogether(_ a: ProductTerm, _ b: ProductTerm, onRight: Bool) -> Bool {
    guard a.scalars == b.scalars else { return false }
    return onRight
      ? a.right == b.right && graph.shape(a.left) == graph.shape(b.left)
      : a.left == b.left && graph.shape(a.right) == graph.shape(b.right)
  }

  private mutating func merged(_ group: [ProductTerm], onRight: Bool) -> NodeID {
    let isNegative = group[0].isNegative
    var parts = group.map { term in
      (node: onRight ? term.left : term.right, isNegative: term.isNegative != isNegative)
    }
    // A + A' rather than A' + A.
    if parts.count == 2, isTurned(parts[0].node, parts[1].node),
      withoutTranspose(parts[0].node).isTransposed, !parts[1].isNegative
    {
      parts.reverse()
    }
    let inner = sum(parts, shape: graph.shape(parts[0].node))
    let product = graph.insert(
      .matrixProduct, onRight ? [inner, group[0].right] : [group[0].left, inner])
    return scaledResult(product, group[0].scalars, isNegative)
  }
}
