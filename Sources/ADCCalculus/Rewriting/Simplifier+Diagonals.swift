// Matrices that are zero beside their diagonal, as derivatives of elementwise maps are, and
// matrices that are equal to their transpose, as second derivatives are.

extension Simplifier {
  /// The node in terms of the diagonal alone, where all else in it is 0.
  mutating func diagonalForm(_ node: NodeID) -> NodeID {
    let operands = graph.operands(node)
    guard !operands.isEmpty else { return node }
    switch graph.operatorID(node) {
    case .multiply, .divide, .select:
      guard let diagonal = diagonal(of: node, isProduct: true) else {
        return withOuterOperands(node, operands)
      }
      fire(.diagonalProduct)
      return graph.insert(.diagonalMatrix, [diagonal])
    case .negate: return withOuterOperands(node, operands)
    case .add:
      let result = sumOfDiagonals(node, operands)
      return result == node ? withOuterOperands(node, operands) : result
    case .sum: return sumOfDiagonal(node, operands[0])
    case .transpose where graph.operatorID(operands[0]) == .diagonalMatrix:
      fire(.diagonalMatrix)
      return operands[0]
    case .diagonal where graph.operatorID(operands[0]) == .diagonalMatrix:
      fire(.diagonalMatrix)
      return graph.operands(operands[0])[0]
    case .matrixProduct: return scaledMatrix(operands[0], operands[1]) ?? node
    case .symmetricPart where isSymmetric(operands[0], sides: graph.shape(node).rank / 2):
      fire(.symmetricMatrix)
      return operands[0]
    default: return node
    }
  }

  /// The diagonal of a square matrix that is zero beside it; nil where that is not certain.
  ///
  /// - Parameter isProduct: the node is an operation to be rewritten: a multiple of one diagonal
  ///   matrix by a number stays as it is.
  private mutating func diagonal(of node: NodeID, isProduct: Bool = false) -> NodeID? {
    let shape = graph.shape(node)
    guard shape.rank == 2, shape.dimensions[0] == shape.dimensions[1] else { return nil }
    let operands = graph.operands(node)
    switch graph.operatorID(node) {
    case .eye: return graph.constant(1)
    case .diagonalMatrix: return operands[0]
    case .negate: return diagonal(of: operands[0]).map { graph.insert(.negate, [$0]) }
    case .multiply:
      guard operands.contains(where: { diagonal(of: $0) != nil }),
        !operands.contains(where: { isFull($0, shape) && diagonal(of: $0) == nil })
      else { return nil }
      if isProduct, operands.count(where: { !graph.shape($0).isScalar }) == 1 { return nil }
      let parts = operands.map { onDiagonal($0, shape) }
      return vector(.multiply, parts.filter { graph.number($0) != 1 }, shape)
    case .divide:
      guard diagonal(of: operands[0]) != nil else { return nil }
      if isProduct, graph.shape(operands[1]).isScalar { return nil }
      return vector(.divide, operands.map { onDiagonal($0, shape) }, shape)
    case .select:
      let branches = operands.dropFirst()
      guard branches.allSatisfy({ graph.number($0) == 0 || diagonal(of: $0) != nil }),
        !branches.allSatisfy({ graph.number($0) == 0 })
      else { return nil }
      return vector(.select, operands.map { onDiagonal($0, shape) }, shape)
    default: return nil
    }
  }

  /// Whether a node is a whole matrix, and no vector along one of its sides.
  private func isFull(_ node: NodeID, _ square: Shape) -> Bool {
    graph.operatorID(node) == .broadcast
      ? isFull(graph.operands(node)[0], square) : graph.shape(node) == square
  }

  /// An elementwise operation on diagonals, as a vector.
  private mutating func vector(_ op: OperatorID, _ parts: [NodeID], _ square: Shape) -> NodeID {
    let whole = Shape([square.dimensions[0]])
    if parts.isEmpty { return fitted(graph.constant(1), to: whole) }
    let isNary = op == .multiply
    let result = isNary && parts.count == 1 ? parts[0] : graph.insert(op, parts)
    return fitted(result, to: whole)
  }

  /// The elements on the diagonal of what is broadcast to a square shape.
  private mutating func onDiagonal(_ node: NodeID, _ square: Shape) -> NodeID {
    let shape = graph.shape(node)
    if shape.rank < 2 { return node }
    if let diagonal = diagonal(of: node) { return diagonal }
    if graph.operatorID(node) == .broadcast { return onDiagonal(graph.operands(node)[0], square) }
    if shape.dimensions.contains(where: \.isOne), shape != square {
      let kept = shape.dimensions.filter { !$0.isOne }
      if graph.operatorID(node) == .reshape {
        let inner = graph.operands(node)[0]
        if graph.shape(inner).dimensions == kept { return inner }
      }
      return graph.insert(.reshape, [node], .shape(Shape(kept)))
    }
    return graph.insert(.diagonal, [node])
  }

  /// diag(u) + diag(v) + A as diag(u + v) + A.
  private mutating func sumOfDiagonals(_ node: NodeID, _ operands: [NodeID]) -> NodeID {
    let shape = graph.shape(node)
    guard shape.rank == 2, shape.dimensions[0] == shape.dimensions[1],
      operands.contains(where: { isMultiple(of: .diagonalMatrix, $0) })
    else { return node }
    let vectors = operands.map { operand in
      isMultiple(of: .diagonalMatrix, operand) || isMultiple(of: .eye, operand)
        ? diagonal(of: operand) : nil
    }
    let found = vectors.compactMap { $0 }
    guard found.count >= 2 else { return node }
    let total = fitted(graph.insert(.add, found), to: Shape([shape.dimensions[0]]))
    let joined = graph.insert(.diagonalMatrix, [total])
    let rest = zip(operands, vectors).filter { $0.1 == nil }.map(\.0)
    fire(.diagonalMatrix)
    return rest.isEmpty ? joined : graph.insertFitting(.add, [joined] + rest, within: shape)
  }

  /// Whether a node is such an operation times scalars.
  private func isMultiple(of op: OperatorID, _ node: NodeID) -> Bool {
    if graph.operatorID(node) == op { return true }
    let operands = graph.operands(node)
    switch graph.operatorID(node) {
    case .negate: return isMultiple(of: op, operands[0])
    case .divide: return graph.shape(operands[1]).isScalar && isMultiple(of: op, operands[0])
    case .multiply:
      let arrays = operands.filter { !graph.shape($0).isScalar }
      return arrays.count == 1 && isMultiple(of: op, arrays[0])
    default: return false
    }
  }

  private mutating func sumOfDiagonal(_ node: NodeID, _ operand: NodeID) -> NodeID {
    let shape = graph.shape(operand)
    let isEye = graph.operatorID(operand) == .eye
    guard isEye || graph.operatorID(operand) == .diagonalMatrix, shape.rank == 2,
      shape.dimensions[0] == shape.dimensions[1],
      case .axes(let axes, let keep) = graph.attribute(node)
    else { return node }
    let vector = isEye ? graph.constant(1) : graph.operands(operand)[0]
    fire(.diagonalMatrix)
    if axes.count == 1 {
      if !keep || isEye { return fitted(vector, to: graph.shape(node)) }
      return graph.insert(.reshape, [vector], .shape(graph.shape(node)))
    }
    if isEye { return fitted(graph.size([shape.dimensions[0]]), to: graph.shape(node)) }
    let sum = graph.insert(.sum, [vector], .axes([0], keep: false))
    return fitted(sum, to: graph.shape(node))
  }

  /// The node with outer products among its operands named so. Sums over axes make matrix products
  /// of theirs, so a product alone stays as it is.
  private mutating func withOuterOperands(_ node: NodeID, _ operands: [NodeID]) -> NodeID {
    guard graph.shape(node).rank == 2, graph.operatorID(node) != .multiply else { return node }
    let named = operands.map { outerForm($0) }
    guard named != operands else { return node }
    return graph.insert(graph.operatorID(node), named, graph.attribute(node))
  }

  /// A product of a column and a row as their outer product.
  private mutating func outerForm(_ node: NodeID) -> NodeID {
    let shape = graph.shape(node)
    guard graph.operatorID(node) == .multiply, shape.rank == 2 else { return node }
    var (scalars, rows, columns): ([NodeID], [NodeID], [NodeID]) = ([], [], [])
    for operand in graph.operands(node) {
      if graph.shape(operand).isScalar {
        scalars.append(operand)
      } else if let row = line(operand, shape, along: 1) {
        rows.append(row)
      } else if let column = line(operand, shape, along: 0) {
        columns.append(column)
      } else {
        return node
      }
    }
    guard !rows.isEmpty, !columns.isEmpty else { return node }
    fire(.outerProduct)
    let sides = [columns, rows].map { $0.count == 1 ? $0[0] : graph.insert(.multiply, $0) }
    let product = graph.insert(.outer, sides)
    return scalars.isEmpty ? product : graph.insert(.multiply, scalars + [product])
  }

  /// The vector that a matrix repeats along its other axis; nil where that is not how it is made.
  private mutating func line(_ node: NodeID, _ whole: Shape, along axis: Int) -> NodeID? {
    let shape = graph.shape(node)
    let dimension = whole.dimensions[axis]
    if shape.dimensions == [dimension] { return axis == 1 ? node : nil }
    if graph.operatorID(node) == .broadcast {
      return line(graph.operands(node)[0], whole, along: axis)
    }
    guard shape.rank == 2, shape.dimensions[axis] == dimension, shape.dimensions[1 - axis].isOne,
      !whole.dimensions[1 - axis].isOne
    else { return nil }
    if graph.operatorID(node) == .reshape,
      graph.shape(graph.operands(node)[0]).dimensions == [dimension]
    {
      return graph.operands(node)[0]
    }
    return graph.insert(.reshape, [node], .shape(Shape([dimension])))
  }

  /// A product with a diagonal matrix as a scaling of rows or columns.
  private mutating func scaledMatrix(_ left: NodeID, _ right: NodeID) -> NodeID? {
    let (a, b) = (graph.shape(left), graph.shape(right))
    if graph.operatorID(left) == .diagonalMatrix, a.rank == 2, b.rank <= 2 {
      fire(.diagonalMatrix)
      let scales = graph.operands(left)[0]
      if b.rank == 1 { return graph.insert(.multiply, [scales, right]) }
      let column = graph.insert(.reshape, [scales], .shape(Shape([a.dimensions[0], 1])))
      return graph.insert(.multiply, [column, right])
    }
    if graph.operatorID(right) == .diagonalMatrix, b.rank == 2, a.rank <= 2, a.rank >= 1 {
      fire(.diagonalMatrix)
      return graph.insert(.multiply, [left, graph.operands(right)[0]])
    }
    return nil
  }
}

extension Simplifier {
  /// Whether an array is certainly equal, bit by bit, to itself with both sides exchanged.
  func isSymmetric(_ node: NodeID, sides: Int, depth: Int = 0) -> Bool {
    let shape = graph.shape(node)
    if shape.isScalar { return true }
    guard depth < 24, shape.rank == 2 * sides else { return false }
    let operands = graph.operands(node)
    switch graph.operatorID(node) {
    case .symmetricPart: return true
    case .eye, .diagonalMatrix: return sides == 1
    case .broadcast: return graph.shape(operands[0]).isScalar
    case .transpose: return sides == 1 && isSymmetric(operands[0], sides: 1, depth: depth + 1)
    case .outer: return operands[0] == operands[1]
    case .add: return isSymmetricSum(operands, sides, depth)
    default:
      return graph.op(node).isElementwise
        && operands.allSatisfy { isSymmetric($0, sides: sides, depth: depth + 1) }
    }
  }

  /// Sums of two parts, where the order of addition does not matter: both symmetric, or each the
  /// transpose of the other. Of more parts, all must be symmetric.
  private func isSymmetricSum(_ operands: [NodeID], _ sides: Int, _ depth: Int) -> Bool {
    if operands.count == 2, sides == 1 {
      for (left, right) in [(operands[0], operands[1]), (operands[1], operands[0])]
      where graph.operatorID(right) == .transpose && graph.operands(right)[0] == left {
        return true
      }
    }
    return operands.allSatisfy { isSymmetric($0, sides: sides, depth: depth + 1) }
  }
}
