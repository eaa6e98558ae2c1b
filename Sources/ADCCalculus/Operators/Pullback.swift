/// What a pullback looks at and adds nodes to.
package struct Pullback {
  /// Holds the node, and gets the nodes of the derivative.
  package var graph: ExpressionGraph
  /// The node that is differentiated.
  package var node: NodeID
  /// The derivative of the result by the node. Its shape may be smaller than the node's, where
  /// broadcasting makes up for it.
  package var adjoint: NodeID

  /// A pullback that takes over a graph: no copy is made where the caller gives it up.
  package init(graph: ExpressionGraph, node: NodeID, adjoint: NodeID) {
    self.graph = graph
    self.node = node
    self.adjoint = adjoint
  }

  /// The adjoint times an elementwise factor.
  mutating func scaled(by factor: NodeID) -> NodeID {
    graph.scaled(adjoint, by: factor, within: graph.shape(node))
  }

  /// A value of at most the node's shape, repeated to exactly that.
  mutating func full(_ value: NodeID) -> NodeID {
    let shape = graph.shape(node)
    return graph.shape(value) == shape ? value : graph.insert(.broadcast, [value], .shape(shape))
  }

  /// A value of a reduction's shape, with the reduced axes as dimensions of 1, so that it
  /// broadcasts to the operand.
  mutating func spread(_ value: NodeID) -> NodeID {
    guard case .axes(let axes, let keep) = graph.attribute(node), !keep,
      !graph.shape(value).isScalar
    else { return value }
    if axes == Array(0..<axes.count) { return value }
    let full = full(value)
    var dimensions = graph.shape(graph.operands(node)[0]).dimensions
    for axis in axes { dimensions[axis] = 1 }
    return graph.insert(.reshape, [full], .shape(Shape(dimensions)))
  }
}

extension ExpressionGraph {
  /// A sum or product of values that broadcast to a shape, though perhaps not all with each other.
  package mutating func insertFitting(
    _ op: OperatorID, _ operands: [NodeID], within whole: Shape
  ) -> NodeID {
    var areScalars = true
    for operand in operands where !isScalar(operand) {
      areScalars = false
      break
    }
    if areScalars || operands.allSatisfy({ isScalar($0) || shape($0) == whole }) {
      return insert(op, operands)
    }
    let query = ShapeQuery(operands: operands.map { shape($0) })
    if case .success = Shapes.elementwise(query) { return insert(op, operands) }
    let full = operands.map { operand in
      shape(operand).isScalar || shape(operand) == whole
        ? operand : insert(.broadcast, [operand], .shape(whole))
    }
    return insert(op, full)
  }

  /// `adjoint * factor`, with a choice on either side kept outermost, so that what the branch not
  /// taken computes is never multiplied in (0 times infinity).
  ///
  /// Both broadcast to `whole`, though perhaps not with each other.
  package mutating func scaled(
    _ adjoint: NodeID, by factor: NodeID, within whole: Shape
  ) -> NodeID {
    let (adjoint, factor) = (shallow(adjoint), shallow(factor))
    return guardedProduct(adjoint, factor, within: whole)
  }

  /// The product of two values that are at most `mostGuards` guards deep, for where some conditions
  /// are decided.
  private mutating func guardedProduct(
    _ adjoint: NodeID, _ factor: NodeID, within whole: Shape, where decided: [Decision] = []
  ) -> NodeID {
    if number(factor) == 1 { return adjoint }
    if number(adjoint) == 1 { return factor }
    if number(factor) == 0 || number(adjoint) == 0 { return constant(0) }
    let hasChoice = operatorID(adjoint) == choice || operatorID(factor) == choice
    for (choice, other) in hasChoice ? [(adjoint, factor), (factor, adjoint)] : [] {
      guard let branch = guardedBranch(choice) else { continue }
      let zero = constant(0)
      let condition = operand(choice, 0)
      if let known = decided.first(where: { $0.condition == condition }) {
        if known.side != branch.side { return zero }
        return guardedProduct(branch.value, other, within: whole, where: decided)
      }
      let product = guardedProduct(
        branch.value, other, within: whole, where: decided + [Decision(condition, branch.side)])
      let sides = branch.side == 1 ? [product, zero] : [zero, product]
      return insertFitting(.select, [condition] + sides, within: whole)
    }
    if number(factor) == -1 { return insert(.negate, adjoint) }
    if isScalar(adjoint), isScalar(factor) { return insert(.multiply, adjoint, factor) }
    return insertFitting(.multiply, [adjoint, factor], within: whole)
  }

  /// The sum of a value over everything that broadcasting from `target` to `whole` repeated.
  ///
  /// The value's own shape may be smaller than `whole`; what it lacks counts by its size.
  package mutating func reduced(_ value: NodeID, from whole: Shape, to target: Shape) -> NodeID {
    whole == target ? value : guardedSum(shallow(value), from: whole, to: target)
  }

  /// The same of a value that is at most `mostGuards` guards deep.
  private mutating func guardedSum(
    _ value: NodeID, from whole: Shape, to target: Shape
  ) -> NodeID {
    // What one condition decides for all repetitions stays outermost, as in `scaled`.
    if let branch = guardedBranch(value) {
      let condition = operand(value, 0)
      if isScalar(condition) || shape(condition) == target {
        let zero = constant(0)
        let sum =
          number(branch.value) == 0
          ? branch.value : guardedSum(branch.value, from: whole, to: target)
        let sides = branch.side == 1 ? [sum, zero] : [zero, sum]
        return insertFitting(.select, [condition] + sides, within: target)
      }
    }
    let dropped = whole.rank - target.rank
    let axes = whole.dimensions.indices.filter { axis in
      axis < dropped || target.dimensions[axis - dropped] != whole.dimensions[axis]
    }
    if shape(value).isScalar {
      let repeats = size(axes.map { whole.dimensions[$0] })
      return scaled(repeats, by: value, within: .scalar)
    }
    let full = shape(value) == whole ? value : insert(.broadcast, [value], .shape(whole))
    let sum = insert(.sum, [full], .axes(axes, keep: false))
    return shape(sum) == target ? sum : insert(.reshape, [sum], .shape(target))
  }
}
