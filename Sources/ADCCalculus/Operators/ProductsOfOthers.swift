// The derivative of a product by each element: the product of the others, right with zeros among
// them.

extension ExpressionGraph {
  private static let longestTable = 8

  /// The product of all before an element times that of all behind it; of few elements the product
  /// along the second copy of the axes that `tableOfOthers` makes.
  mutating func productOfOthers(of node: NodeID) -> NodeID {
    if let products = productsBeforeAndBehind(node) { return products }
    guard let table = tableOfOthers(node) else { return constant(1) }
    return insert(.product, [table.replaced], .axes(Array(table.copies), keep: false))
  }

  /// Two loops along the reduced axes; nil where the elements are few, or a size is the product of
  /// two unknown ones.
  private mutating func productsBeforeAndBehind(_ node: NodeID) -> NodeID? {
    guard case .axes(let axes, _) = attribute(node) else { return nil }
    let x = operands(node)[0]
    let dimensions = shape(x).dimensions
    var steps: Dimension? = Dimension(1)
    for axis in axes { steps = steps?.times(dimensions[axis]) }
    guard let steps, steps.known.map({ $0 > Self.longestTable }) ?? true else { return nil }
    let others = dimensions.indices.filter { !axes.contains($0) }
    let order = axes + others
    let isInPlace = order == Array(dimensions.indices)
    let turned = isInPlace ? x : insert(.permute, [x], .permutation(order))
    let row = others.map { dimensions[$0] }
    let rows = axes.count == 1 ? turned : insert(.reshape, [turned], .shape(Shape([steps] + row)))
    let before = runningProducts(rows, steps, Shape(row), isReversed: false)
    let behind = runningProducts(rows, steps, Shape(row), isReversed: true)
    var result = insert(.multiply, [before, behind])
    if axes.count > 1 {
      result = insert(.reshape, [result], .shape(Shape(order.map { dimensions[$0] })))
    }
    if isInPlace { return result }
    let inverse = order.indices.map { place in order.firstIndex(of: place) ?? place }
    return insert(.permute, [result], .permutation(inverse))
  }

  /// The products of all rows before each.
  private mutating func runningProducts(
    _ rows: NodeID, _ steps: Dimension, _ row: Shape, isReversed: Bool
  ) -> NodeID {
    func leaf(_ name: String, _ shape: Shape) -> NodeID {
      symbol(Symbol(name: name, role: .step, shape: shape))
    }
    let (index, factor, product) = (leaf("i", .scalar), leaf("factor", row), leaf("product", row))
    var body = Recurrence(
      steps: steps, index: index, states: [product], rows: [factor], shared: [],
      next: [insert(.multiply, [product, factor])], collected: [])
    body.isReversed = isReversed
    let one = constant(1)
    let first = row.isScalar ? one : insert(.broadcast, [one], .shape(row))
    return result(1, of: scan(body, [first, rows]))
  }

  /// For each element a copy of all elements, along a second copy of the reduced axes behind the
  /// first, with the element itself replaced by 1; where that is; and which axes the copies are.
  private mutating func tableOfOthers(
    _ node: NodeID
  ) -> (replaced: NodeID, isSelf: NodeID, copies: Range<Int>)? {
    guard case .axes(let axes, _) = attribute(node), let first = axes.first else { return nil }
    let x = operands(node)[0]
    let dimensions = shape(x).dimensions
    let reduced = axes.map { dimensions[$0] }
    let ones = reduced.map { _ in Dimension(1) }
    let before = Array(dimensions[..<first])
    let after = Array(dimensions[(first + axes.count)...])
    let row = insert(.reshape, [x], .shape(Shape(before + ones + reduced + after)))
    let values = insert(.broadcast, [row], .shape(Shape(before + reduced + reduced + after)))
    var isSelf: NodeID?
    for (place, dimension) in reduced.enumerated() {
      let positions = insert(.iota, [], .shape(Shape([dimension])))
      var mine = ones + ones + after.map { _ in 1 }
      var others = mine
      mine[place] = dimension
      others[axes.count + place] = dimension
      let left = insert(.reshape, [positions], .shape(Shape(mine)))
      let right = insert(.reshape, [positions], .shape(Shape(others)))
      let isSame = insert(.equal, [left, right])
      isSelf = isSelf.map { insert(.and, [$0, isSame]) } ?? isSame
    }
    guard let isSelf else { return nil }
    let spread = insert(.reshape, [isSelf], .shape(maskShape(isSelf, rank: shape(values).rank)))
    let replaced = insert(.select, [spread, constant(1), values])
    let copies = (first + axes.count)..<(first + 2 * axes.count)
    return (replaced, spread, copies)
  }

  /// Element k of the operand takes part in the products of all others but its own: its adjoint is
  /// the sum over i ≠ k of i's adjoint and the product of what is neither i nor k.
  mutating func adjointOfOthers(_ node: NodeID, _ adjoint: NodeID) -> NodeID? {
    guard let table = tableOfOthers(node), case .axes(let axes, _) = attribute(node) else {
      return nil
    }
    let dimensions = shape(node).dimensions
    let end = table.copies.lowerBound
    let ones = axes.map { _ in Dimension(1) }
    let column = insert(
      .reshape, [adjoint], .shape(Shape(dimensions[..<end] + ones + dimensions[end...])))
    let others = insert(
      .exclusiveProduct, [table.replaced], .axes(Array(table.copies), keep: false))
    let parts = insert(.multiply, [column, others])
    let zero = constant(0)
    let apart = insert(.select, [table.isSelf, zero, parts])
    return insert(.sum, [apart], .axes(axes, keep: false))
  }

  /// The node's shape with leading axes of 1 up to a rank.
  private func maskShape(_ node: NodeID, rank: Int) -> Shape {
    let dimensions = shape(node).dimensions
    return Shape([Dimension](repeating: 1, count: rank - dimensions.count) + dimensions)
  }
}
