extension Simplifier {
  /// Laws of views, reductions and matrix products.
  mutating func simplerArray(
    _ node: NodeID, _ op: OperatorID, _ operands: [NodeID], _ attribute: Attribute
  ) -> NodeID? {
    switch op {
    case .sum:
      return simplerSum(operands[0], attribute) ?? simplerSumOfMatrix(node, operands[0], attribute)
    case .matrixProduct:
      return simplerMatrixProduct(operands) ?? simplerProductOfParts(node, operands)
    case .transpose:
      return simplerTranspose(operands[0]) ?? scalarsOutside(node, operands)
        ?? simplerTransposeOfParts(node, operands[0])
    case .cumulativeSum: return scalarsOutside(node, operands)
    case .pad, .scatterAdd: return numberOutside(node, operands)
    case .permute: return simplerPermutation(operands[0], attribute)
    case .reshape, .broadcast: return simplerShape(op, operands[0], graph.shape(node))
    case .slice:
      return graph.shape(operands[0]) == graph.shape(node)
        ? operands[0] : simplerLastRow(operands[0], attribute)
    case .concatenation:
      return operands.count == 1 ? operands[0] : nil
    default: return simplerMatrix(node, op, operands)
    }
  }

  private mutating func simplerTranspose(_ operand: NodeID) -> NodeID? {
    if graph.operatorID(operand) == .transpose {
      fire(.doubleTranspose)
      return graph.operands(operand)[0]
    }
    let dimensions = graph.shape(operand).dimensions
    guard graph.operatorID(operand) == .eye, dimensions[0] == dimensions[1] else { return nil }
    fire(.identityMatrix)
    return operand
  }

  /// A permutation of a permutation, or of a transpose, as one.
  private mutating func simplerPermutation(_ operand: NodeID, _ attribute: Attribute) -> NodeID? {
    let inner = graph.operatorID(operand)
    guard inner == .permute || inner == .transpose, case .permutation(let order) = attribute else {
      return nil
    }
    fire(.nestedPermutations)
    return graph.permuted(operand, order)
  }

  /// f(c*A) as c*f(A), for a linear f of the same number of elements and where c*A is for it alone.
  mutating func scalarsOutside(_ node: NodeID, _ operands: [NodeID]) -> NodeID? {
    guard uses[graph.operands(node)[0].slot] == 1,
      let (scalars, rest, isNegative) = scalarFactors(operands[0])
    else { return nil }
    fire(.scalarOutside)
    let result = graph.insert(graph.operatorID(node), [rest], graph.attribute(node))
    return scaledResult(result, scalars, isNegative)
  }

  private mutating func simplerShape(
    _ op: OperatorID, _ operand: NodeID, _ shape: Shape
  ) -> NodeID? {
    if graph.shape(operand) == shape {
      fire(.nestedShapes)
      return operand
    }
    let inner = graph.operatorID(operand)
    if inner == .broadcast, op == .broadcast || graph.shape(graph.operands(operand)[0]).isScalar {
      fire(.nestedShapes)
      return graph.insert(.broadcast, [graph.operands(operand)[0]], .shape(shape))
    }
    if inner == .reshape, op == .reshape {
      fire(.nestedShapes)
      let base = graph.operands(operand)[0]
      return graph.shape(base) == shape ? base : graph.insert(.reshape, [base], .shape(shape))
    }
    return nil
  }

  private mutating func simplerSum(_ operand: NodeID, _ attribute: Attribute) -> NodeID? {
    guard case .axes(let axes, let keep) = attribute else { return nil }
    if axes.isEmpty { return operand }
    if let total = sumOfTable(operand, axes, keep) ?? sumOfParts(operand, axes, keep) {
      return total
    }
    let operands = graph.operands(operand)
    switch graph.operatorID(operand) {
    case .broadcast:
      return sumOfRepeats(operands[0], graph.shape(operand), axes, keep)
    case .sum where !keep:
      guard case .axes(let inner, false) = graph.attribute(operand) else { return nil }
      let rank = graph.shape(operands[0]).rank
      let outer = (0..<rank).filter { !inner.contains($0) }
      fire(.nestedSums)
      let all = (inner + axes.map { outer[$0] }).sorted()
      return graph.insert(.sum, operands, .axes(all, keep: false))
    default:
      guard let (scalars, rest, isNegative) = scalarFactors(operand) else {
        return contraction(of: operand, axes, keep: keep)
      }
      fire(.scalarOutOfSum)
      let sum = graph.insert(.sum, [rest], attribute)
      return scaledResult(sum, scalars, isNegative)
    }
  }

  /// The sum over axes along which a value only repeats.
  private mutating func sumOfRepeats(
    _ value: NodeID, _ whole: Shape, _ axes: [Int], _ keep: Bool
  ) -> NodeID? {
    let own = graph.shape(value).dimensions
    let missing = whole.rank - own.count
    let repeated = axes.filter { axis in
      axis < missing || own[axis - missing] != whole.dimensions[axis]
    }
    guard repeated.count == axes.count else { return nil }
    fire(.sumOfRepeats)
    let count = graph.size(axes.map { whole.dimensions[$0] })
    var rest: [Dimension] = []
    for (axis, dimension) in whole.dimensions.enumerated() {
      if !axes.contains(axis) { rest.append(dimension) } else if keep { rest.append(1) }
    }
    var base = value
    if !graph.shape(value).isScalar {
      // Axes of 1 that were stretched and are gone now.
      let kept = own.indices.filter { !axes.contains($0 + missing) }.map { own[$0] }
      if kept.count != own.count, !keep {
        base = graph.insert(.reshape, [value], .shape(Shape(kept)))
      }
    }
    let product = graph.insert(.multiply, [count, base])
    return fitted(product, to: Shape(rest))
  }

  private mutating func simplerMatrixProduct(_ operands: [NodeID]) -> NodeID? {
    var scalars: [NodeID] = []
    var isNegative = false
    var bare = operands
    for (place, operand) in operands.enumerated() {
      guard let (factors, rest, flips) = scalarFactors(operand) else { continue }
      scalars += factors
      isNegative = isNegative != flips
      bare[place] = rest
    }
    for (place, other) in [(0, 1), (1, 0)] where graph.operatorID(bare[place]) == .eye {
      let dimensions = graph.shape(bare[place]).dimensions
      guard dimensions[0] == dimensions[1] else { continue }
      fire(.identityMatrix)
      return scaledResult(bare[other], scalars, isNegative)
    }
    guard bare != operands else { return nil }
    fire(.scalarOutOfProduct)
    return scaledResult(graph.insert(.matrixProduct, bare), scalars, isNegative)
  }

  mutating func scaledResult(
    _ node: NodeID, _ scalars: [NodeID], _ isNegative: Bool
  ) -> NodeID {
    let product = scalars.isEmpty ? node : graph.insert(.multiply, scalars + [node])
    return isNegative ? graph.insert(.negate, [product]) : product
  }

  /// The scalar factors of an array's product and the array that is left, with the sign.
  mutating func scalarFactors(
    _ node: NodeID
  ) -> (scalars: [NodeID], rest: NodeID, isNegative: Bool)? {
    let shape = graph.shape(node)
    guard !shape.isScalar else { return nil }
    let operands = graph.operands(node)
    switch graph.operatorID(node) {
    case .negate:
      guard graph.shape(operands[0]) == shape else { return nil }
      let inner = scalarFactors(operands[0])
      return (inner?.scalars ?? [], inner?.rest ?? operands[0], !(inner?.isNegative ?? false))
    case .multiply:
      let scalars = operands.filter { graph.shape($0).isScalar }
      let arrays = operands.filter { !graph.shape($0).isScalar }
      guard !scalars.isEmpty, !arrays.isEmpty else { return nil }
      let rest = joined(.multiply, arrays, within: shape)
      guard graph.shape(rest) == shape else { return nil }
      return (scalars, rest, false)
    case .divide:
      guard graph.shape(operands[1]).isScalar, graph.shape(operands[0]) == shape else {
        return nil
      }
      let inverse = graph.insert(.divide, [graph.constant(1), operands[1]])
      let inner = scalarFactors(operands[0])
      return (
        (inner?.scalars ?? []) + [inverse], inner?.rest ?? operands[0], inner?.isNegative ?? false
      )
    default: return nil
    }
  }
}
