extension Simplifier {
  mutating func simplerInverse(_ operand: NodeID) -> NodeID? {
    let operands = graph.operands(operand)
    switch graph.operatorID(operand) {
    case .transpose: return movedTranspose(.inverse, operand)
    case .inverse:
      fire(.doubleInverse)
      return operands[0]
    case .eye:
      fire(.inverseOfParts)
      return operand
    case .diagonalMatrix:
      fire(.inverseOfParts)
      let inverse = graph.insert(.divide, [graph.constant(1), operands[0]])
      return graph.insert(.diagonalMatrix, [inverse])
    case .kronecker:
      guard operands.allSatisfy({ isSquareMatrix($0) }) else { return nil }
      fire(.kroneckerInverse)
      return graph.insert(.kronecker, operands.map { graph.insert(.inverse, [$0]) })
    default:
      guard let (scalars, rest, isNegative) = scalarFactors(operand) else { return nil }
      fire(.inverseOfParts)
      let inverse = graph.insert(.inverse, [rest])
      var quotient = inverse
      if let first = scalars.first {
        let divisor = scalars.count == 1 ? first : graph.insert(.multiply, scalars)
        quotient = graph.insert(.divide, [inverse, divisor])
      }
      return isNegative ? graph.insert(.negate, [quotient]) : quotient
    }
  }

  func isSquareMatrix(_ node: NodeID) -> Bool {
    let dimensions = graph.shape(node).dimensions
    return dimensions.count == 2 && dimensions[0] == dimensions[1]
  }

  mutating func simplerSolve(_ node: NodeID, _ operands: [NodeID]) -> NodeID? {
    let (matrix, right) = (operands[0], operands[1])
    guard graph.shape(matrix).rank == 2, graph.shape(right).rank <= 2 else { return nil }
    if let (scalars, rest, isNegative) = scalarFactors(right) {
      fire(.scalarOutOfProduct)
      return scaledResult(graph.insert(.solve, [matrix, rest]), scalars, isNegative)
    }
    if matrix == right {
      fire(.timesInverse)
      return graph.insert(.eye, [], .shape(graph.shape(matrix)))
    }
    if graph.operatorID(right) == .matrixProduct, graph.operands(right)[0] == matrix {
      fire(.timesInverse)
      return graph.operands(right)[1]
    }
    if isIdentity(right) {
      fire(.solveOfParts)
      return graph.insert(.inverse, [matrix])
    }
    switch graph.operatorID(matrix) {
    case .eye:
      fire(.solveOfParts)
      return right
    case .diagonalMatrix:
      fire(.solveOfParts)
      var divisor = graph.operands(matrix)[0]
      if graph.shape(right).rank == 2 {
        let column = Shape([graph.shape(divisor).dimensions[0], 1])
        divisor = graph.insert(.reshape, [divisor], .shape(column))
      }
      return graph.insert(.divide, [right, divisor])
    case .inverse where isAlone(node, 0, operands[0]):
      fire(.doubleInverse)
      return graph.insert(.matrixProduct, [graph.operands(matrix)[0], right])
    default: return nil
    }
  }

  // MARK: Determinants

  mutating func simplerDeterminant(_ operand: NodeID) -> NodeID? {
    let operands = graph.operands(operand)
    if let result = movedTranspose(.determinant, operand) { return result }
    guard graph.shape(operand).rank == 2 else { return nil }
    switch graph.operatorID(operand) {
    case .eye:
      fire(.determinantOfParts)
      return graph.constant(1)
    case .inverse:
      fire(.determinantOfInverse)
      let determinant = graph.insert(.determinant, operands)
      return graph.insert(.divide, [graph.constant(1), determinant])
    case .matrixProduct where operands.allSatisfy({ isSquareMatrix($0) }):
      fire(.determinantOfProduct)
      return graph.insert(.multiply, operands.map { graph.insert(.determinant, [$0]) })
    case .kronecker where operands.allSatisfy({ isSquareMatrix($0) }):
      fire(.kroneckerInverse)
      let powers = kroneckerPowers(operands).map { matrix, count in
        let determinant = graph.insert(.determinant, [matrix])
        return graph.insert(.power, [determinant, count])
      }
      return graph.insert(.multiply, powers)
    default: break
    }
    if let diagonal = diagonalOfTriangle(operand) {
      fire(.determinantOfParts)
      return graph.insert(.product, [diagonal], .axes([0], keep: false))
    }
    guard let (scalars, rest, isNegative) = scalarFactors(operand) else { return nil }
    fire(.determinantOfMultiple)
    let size = graph.size([graph.shape(operand).dimensions[0]])
    var factors = scalars.map { graph.insert(.power, [$0, size]) }
    if isNegative { factors.append(graph.insert(.power, [graph.constant(-1), size])) }
    factors.append(graph.insert(.determinant, [rest]))
    return graph.insert(.multiply, factors)
  }

  mutating func simplerLogDeterminant(_ operand: NodeID) -> NodeID? {
    let operands = graph.operands(operand)
    if let result = movedTranspose(.logDeterminant, operand) { return result }
    guard graph.shape(operand).rank == 2 else { return nil }
    switch graph.operatorID(operand) {
    case .eye:
      fire(.determinantOfParts)
      return graph.constant(0)
    case .inverse:
      fire(.determinantOfInverse)
      return graph.insert(.negate, [graph.insert(.logDeterminant, operands)])
    case .matrixProduct where operands.allSatisfy({ isSquareMatrix($0) }):
      fire(.determinantOfProduct)
      return graph.insert(.add, operands.map { graph.insert(.logDeterminant, [$0]) })
    case .kronecker where operands.allSatisfy({ isSquareMatrix($0) }):
      fire(.kroneckerInverse)
      let parts = kroneckerPowers(operands).map { matrix, count in
        graph.insert(.multiply, [count, graph.insert(.logDeterminant, [matrix])])
      }
      return graph.insert(.add, parts)
    default: break
    }
    if graph.operatorID(operand) == .cholesky, isSymmetric(operands[0]) {
      fire(.choleskyDeterminant)
      let whole = graph.insert(.logDeterminant, operands)
      return graph.insert(.multiply, [graph.constant(0.5), whole])
    }
    if let diagonal = diagonalOfTriangle(operand) {
      fire(.determinantOfParts)
      let logarithms = graph.insert(.log, [magnitude(diagonal)])
      return graph.insert(.sum, [logarithms], .axes([0], keep: false))
    }
    guard let (scalars, rest, _) = scalarFactors(operand) else { return nil }
    fire(.determinantOfMultiple)
    let determinant = graph.insert(.logDeterminant, [rest])
    guard !scalars.isEmpty else { return determinant }
    let size = graph.size([graph.shape(operand).dimensions[0]])
    let product = scalars.count == 1 ? scalars[0] : graph.insert(.multiply, scalars)
    let logarithm = graph.insert(.log, [magnitude(product)])
    let scaled = graph.insert(.multiply, [size, logarithm])
    return graph.insert(.add, [scaled, determinant])
  }

  private mutating func magnitude(_ node: NodeID) -> NodeID {
    graph.insert(.abs, [node])
  }

  /// Each factor with the size of the other, to which power its determinant counts.
  private mutating func kroneckerPowers(_ operands: [NodeID]) -> [(NodeID, NodeID)] {
    let sizes = operands.map { graph.size([graph.shape($0).dimensions[0]]) }
    return [(operands[0], sizes[1]), (operands[1], sizes[0])]
  }

  /// The diagonal of a triangular matrix.
  private mutating func diagonalOfTriangle(_ node: NodeID) -> NodeID? {
    switch graph.operatorID(node) {
    case .diagonalMatrix: return graph.operands(node)[0]
    case .lowerTriangle, .upperTriangle: return graph.insert(.diagonal, graph.operands(node))
    case .cholesky: return graph.insert(.diagonal, [node])
    default: return nil
    }
  }

  /// `log(abs(det(A)))` and `log(det(A))` for what has no negative determinant, as `logdet(A)`.
  mutating func logOfDeterminant(_ operand: NodeID) -> NodeID? {
    guard graph.operatorID(operand) == .abs || graph.operatorID(operand) == .determinant else {
      return nil
    }
    let operands = graph.operands(operand)
    if graph.operatorID(operand) == .abs, graph.operatorID(operands[0]) == .determinant {
      fire(.logOfDeterminant)
      return graph.insert(.logDeterminant, graph.operands(operands[0]))
    }
    guard graph.operatorID(operand) == .determinant, isPositiveSemidefinite(operands[0]) else {
      return nil
    }
    fire(.logOfDeterminant)
    return graph.insert(.logDeterminant, operands)
  }

  /// What `joinMatrixFactors` looks for.
  private static let isMatrixFactor = Catalogue.isOne(of: ["transpose", "adjugate", "norm", "sign"])

  /// `adjugate(A)/det(A)` among factors as `inv(A)`, and squares of norms as sums of squares.
  mutating func joinMatrixFactors(_ factors: inout [Factor]) {
    let isMatrixFactor = Self.isMatrixFactor
    for place in factors.indices where isMatrixFactor[graph.operatorID(factors[place].base).index] {
      let (base, isTransposed) = withoutTranspose(factors[place].base)
      switch graph.operatorID(base) {
      case .adjugate where factors[place].exponent == 1:
        let matrix = graph.operands(base)[0]
        guard
          let other = factors.firstIndex(where: {
            $0.exponent < 0 && graph.operatorID($0.base) == .determinant
              && graph.operands($0.base)[0] == matrix
          })
        else { continue }
        fire(.adjugateByDeterminant)
        let inverse = graph.insert(.inverse, [matrix])
        factors[place].base = isTransposed ? turned(inverse) : inverse
        factors[other].exponent += 1
      case .norm where factors[place].exponent.magnitude == 2 && !isTransposed:
        fire(.squareOfNorm)
        let squares = graph.insert(.power, [graph.operands(base)[0], graph.constant(2)])
        factors[place].base = graph.insert(.sum, [squares], graph.attribute(base))
        factors[place].exponent /= 2
      case .sign where factors[place].exponent == 1:
        let x = graph.operands(base)[0]
        guard
          let other = factors.firstIndex(where: {
            $0.exponent == -1 && graph.operatorID($0.base) == .abs
              && graph.operands($0.base)[0] == x
          })
        else { continue }
        fire(.signByMagnitude)
        factors[place].exponent = 0
        factors[other].base = x
      default: continue
      }
    }
  }
}
