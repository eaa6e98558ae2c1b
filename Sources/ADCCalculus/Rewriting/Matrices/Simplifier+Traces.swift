extension Simplifier {
  mutating func simplerTrace(_ node: NodeID, _ operand: NodeID) -> NodeID? {
    if let result = movedTranspose(.trace, operand) { return result }
    guard graph.shape(operand).rank == 2 else { return nil }
    let operands = graph.operands(operand)
    switch graph.operatorID(operand) {
    case .eye:
      fire(.traceOfParts)
      return graph.size([graph.shape(operand).dimensions[0]])
    case .diagonalMatrix:
      fire(.traceOfParts)
      return graph.insert(.sum, operands, .axes([0], keep: false))
    case .outer:
      fire(.traceOfParts)
      return graph.insert(.matrixProduct, operands)
    case .kronecker where operands.allSatisfy({ isSquareMatrix($0) }):
      fire(.kroneckerProducts)
      return graph.insert(.multiply, operands.map { graph.insert(.trace, [$0]) })
    case .matrixProduct where isAlone(node, 0, operand):
      fire(.traceOfProduct)
      return sumOfProducts(operands[0], operands[1], axes: [0, 1])
    case .solve where isAlone(node, 0, operand):
      // All of the inverse is needed, and it costs less than as many right sides.
      fire(.traceOfProduct)
      let inverse = graph.insert(.inverse, [operands[0]])
      return sumOfProducts(inverse, operands[1], axes: [0, 1])
    case .multiply where isAlone(node, 0, operand): return traceOfScaledRows(operands)
    default: return nil
    }
  }

  /// trace(A*x) and trace(x[:, new]*A) as diagonal(A) @ x.
  private mutating func traceOfScaledRows(_ operands: [NodeID]) -> NodeID? {
    guard let place = operands.firstIndex(where: { isSquareMatrix($0) }), operands.count == 2 else {
      return nil
    }
    let other = operands[1 - place]
    let dimensions = graph.shape(other).dimensions
    let size = graph.shape(operands[place]).dimensions[0]
    guard dimensions == [size] || dimensions == [size, 1] else { return nil }
    fire(.traceOfParts)
    let vector =
      dimensions.count == 1 ? other : graph.insert(.reshape, [other], .shape(Shape([size])))
    let diagonal = graph.insert(.diagonal, [operands[place]])
    return graph.insert(.matrixProduct, [diagonal, vector])
  }

  /// sum(A*B'), written with as few transposes as there can be.
  private mutating func sumOfProducts(_ a: NodeID, _ b: NodeID, axes: [Int]) -> NodeID {
    let isWhole = axes.count == 2
    let (left, right) =
      isWhole && graph.operatorID(a) == .transpose ? (turned(a), b) : (a, turned(b))
    let square = left == right
    let product =
      square
      ? graph.insert(.power, [left, graph.constant(2)]) : graph.insert(.multiply, [left, right])
    return graph.insert(.sum, [product], .axes(axes, keep: false))
  }

  mutating func simplerDiagonal(_ node: NodeID, _ operand: NodeID) -> NodeID? {
    guard graph.shape(operand).rank == 2 else { return nil }
    let operands = graph.operands(operand)
    switch graph.operatorID(operand) {
    case .transpose:
      fire(.transposeInside)
      return graph.insert(.diagonal, operands)
    case .eye:
      fire(.diagonalOfParts)
      return fitted(graph.constant(1), to: graph.shape(node))
    case .diagonalMatrix:
      fire(.diagonalOfParts)
      return operands[0]
    case .outer:
      fire(.diagonalOfParts)
      return graph.insert(.multiply, operands)
    case .broadcast where graph.shape(operands[0]).isScalar:
      fire(.diagonalOfParts)
      return fitted(operands[0], to: graph.shape(node))
    case .broadcast where graph.shape(operands[0]).rank == 1:
      fire(.diagonalOfParts)
      return operands[0]
    case .matrixProduct
    where isAlone(node, 0, operand)
      && operands.allSatisfy({ graph.shape($0).rank == 2 }):
      fire(.diagonalOfProduct)
      if graph.operatorID(operands[0]) == .transpose, graph.operatorID(operands[1]) != .transpose {
        // diagonal(A' @ B) = sum(A*B, axis: 0).
        let product = graph.insert(.multiply, [turned(operands[0]), operands[1]])
        return graph.insert(.sum, [product], .axes([0], keep: false))
      }
      return sumOfProducts(operands[0], operands[1], axes: [1])
    default: return nil
    }
  }

  /// Laws of sums over arrays that are made of matrices.
  mutating func simplerSumOfMatrix(
    _ node: NodeID, _ operand: NodeID, _ attribute: Attribute
  ) -> NodeID? {
    guard case .axes(let axes, false) = attribute else { return nil }
    let shape = graph.shape(operand)
    guard axes == Array(0..<shape.rank) else { return nil }
    let operands = graph.operands(operand)
    switch graph.operatorID(operand) {
    case .transpose:
      fire(.transposeInside)
      return graph.insert(.sum, operands, attribute)
    case .multiply where operands.count == 2 && operands.contains { graph.operatorID($0) == .eye }:
      let matrix = graph.operatorID(operands[0]) == .eye ? operands[1] : operands[0]
      guard shape.rank == 2, graph.shape(matrix) == shape else { return nil }
      fire(.sumOfDiagonal)
      return graph.insert(.trace, [matrix])
    case .diagonal where graph.shape(operands[0]).rank == 2:
      fire(.sumOfDiagonal)
      return graph.insert(.trace, operands)
    case .diagonalMatrix where shape.rank == 2:
      fire(.traceOfParts)
      return graph.insert(.sum, operands, .axes([0], keep: false))
    case .matrixProduct
    where shape.rank == 1 && isAlone(node, 0, operand)
      && operands.allSatisfy({ graph.shape($0).rank <= 2 }):
      fire(.sumOfProduct)
      let place = graph.shape(operands[0]).rank == 2 ? 0 : 1
      let (base, isTransposed) = withoutTranspose(operands[place])
      let axis = (place == 0) != isTransposed ? 0 : 1
      let sum = graph.insert(.sum, [base], .axes([axis], keep: false))
      return graph.insert(
        .matrixProduct, place == 0 ? [sum, operands[1]] : [operands[0], sum])
    case .log:
      let parts = graph.operands(operands[0])
      guard graph.operatorID(operands[0]) == .diagonal,
        graph.operatorID(parts[0]) == .cholesky, graph.shape(parts[0]).rank == 2
      else { return nil }
      let matrix = graph.operands(parts[0])[0]
      guard isSymmetric(matrix) else { return nil }
      fire(.choleskyDeterminant)
      let whole = graph.insert(.logDeterminant, [matrix])
      return graph.insert(.multiply, [graph.constant(0.5), whole])
    default: return nil
    }
  }
}
