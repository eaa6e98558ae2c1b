// Laws of matrices: where each operator's are found, and what they have in common.

extension Simplifier {
  /// Laws of functions of matrices.
  mutating func simplerMatrix(
    _ node: NodeID, _ op: OperatorID, _ operands: [NodeID]
  ) -> NodeID? {
    switch op {
    case .inverse: return simplerInverse(operands[0])
    case .solve: return simplerSolve(node, operands)
    case .determinant: return simplerDeterminant(operands[0])
    case .logDeterminant: return simplerLogDeterminant(operands[0])
    case .adjugate: return movedTranspose(op, operands[0])
    case .trace: return simplerTrace(node, operands[0]) ?? scalarsOutside(node, operands)
    case .diagonal: return simplerDiagonal(node, operands[0]) ?? scalarsOutside(node, operands)
    case .outer: return simplerOuter(operands)
    case .lowerTriangle, .upperTriangle:
      if graph.operatorID(operands[0]) == op || isDiagonal(operands[0]) { return operands[0] }
      return scalarsOutside(node, operands)
    default: return nil
    }
  }

  // MARK: What matrices are

  /// Whether a vector times a matrix, settled as a side of a product of vectors, is none now.
  func isUndotted(_ node: NodeID) -> Bool {
    guard graph.operatorID(node) == .matrixProduct, !dotted.contains(node) else { return false }
    let operands = graph.operands(node)
    return graph.shape(operands[0]).rank == 1 && graph.shape(operands[1]).rank == 2
  }

  mutating func findDotted(_ needed: [Bool]) {
    dotted = []
    guard graph.hasArrays else { return }
    for slot in needed.indices where needed[slot] {
      guard graph.operatorID(at: slot) == .matrixProduct, graph.isScalar(NodeID(slot)) else {
        continue
      }
      dotted.formUnion(graph.operands(NodeID(slot)))
    }
  }

  /// Whether nothing but `user` needs its operand, seen through transposes, and the operand's image
  /// still is what the operand was: how often a new node will be used is known in the next pass.
  func isAlone(_ user: NodeID, _ place: Int, _ image: NodeID) -> Bool {
    var node = graph.operands(user)[place]
    guard
      graph.operatorID(withoutTranspose(node).base)
        == graph.operatorID(withoutTranspose(image).base)
    else { return false }
    while uses[node.slot] == 1 {
      guard graph.operatorID(node) == .transpose else { return true }
      node = graph.operands(node)[0]
    }
    return false
  }

  /// Whether a node of this pass, or one that the pass has just made, is used at most once.
  func isOwn(_ node: NodeID) -> Bool { node.slot >= uses.count || uses[node.slot] <= 1 }

  /// A matrix without the transpose around it.
  func withoutTranspose(_ node: NodeID) -> (base: NodeID, isTransposed: Bool) {
    graph.operatorID(node) == .transpose ? (graph.operands(node)[0], true) : (node, false)
  }

  /// The transpose, without one that is there already.
  mutating func turned(_ node: NodeID) -> NodeID {
    let (base, isTransposed) = withoutTranspose(node)
    return isTransposed || isSymmetric(base) ? base : graph.insert(.transpose, [node])
  }

  func isDiagonal(_ node: NodeID) -> Bool {
    graph.operatorID(node) == .diagonalMatrix || graph.operatorID(node) == .eye
  }

  func isIdentity(_ node: NodeID) -> Bool {
    let dimensions = graph.shape(node).dimensions
    return graph.operatorID(node) == .eye && dimensions.count == 2 && dimensions[0] == dimensions[1]
  }

  /// Whether a matrix is its own transpose whatever the values of its symbols.
  func isSymmetric(_ node: NodeID, depth: Int = 6) -> Bool {
    let shape = graph.shape(node)
    guard depth > 0, shape.rank >= 2 else { return false }
    let operands = graph.operands(node)
    switch graph.operatorID(node) {
    case .eye: return isIdentity(node)
    case .diagonalMatrix: return true
    case .outer: return operands[0] == operands[1]
    case .matrixProduct: return isSymmetricProduct(operands, depth: depth)
    case .inverse, .adjugate, .negate: return isSymmetric(operands[0], depth: depth - 1)
    case .kronecker: return operands.allSatisfy { isSymmetric($0, depth: depth - 1) }
    case .add:
      return areTurnedPairs(operands.filter { !isSymmetric($0, depth: depth - 1) }, within: shape)
    case .multiply:
      return operands.allSatisfy { graph.shape($0).isScalar || isSymmetric($0, depth: depth - 1) }
    case .divide:
      return graph.shape(operands[1]).isScalar && isSymmetric(operands[0], depth: depth - 1)
    default: return false
    }
  }

  /// B' @ B, B' @ S @ B.
  private func isSymmetricProduct(_ operands: [NodeID], depth: Int) -> Bool {
    guard operands.allSatisfy({ graph.shape($0).rank >= 2 }) else { return false }
    if isTurned(operands[0], operands[1]) { return true }
    for (product, other, isLeft) in [
      (operands[0], operands[1], true), (operands[1], operands[0], false),
    ] where graph.operatorID(product) == .matrixProduct {
      let inner = graph.operands(product)
      let (end, middle) = isLeft ? (inner[0], inner[1]) : (inner[1], inner[0])
      if isTurned(end, other), isSymmetric(middle, depth: depth - 1) { return true }
    }
    return false
  }

  /// Whether one is the transpose of the other.
  func isTurned(_ left: NodeID, _ right: NodeID) -> Bool {
    let (a, b) = (withoutTranspose(left), withoutTranspose(right))
    return a.base == b.base && a.isTransposed != b.isTransposed
  }

  private func areTurnedPairs(_ terms: [NodeID], within shape: Shape) -> Bool {
    guard terms.count <= 16 else { return false }
    var open: [NodeID] = []
    for term in terms {
      if graph.shape(term).isScalar { continue }
      guard graph.shape(term) == shape else { return false }
      if let place = open.firstIndex(where: { isTurned($0, term) }) {
        open.remove(at: place)
      } else {
        open.append(term)
      }
    }
    return open.isEmpty
  }

  /// Whether no eigenvalue is negative whatever the values of the symbols: X' @ X, sums of such.
  func isPositiveSemidefinite(_ node: NodeID, depth: Int = 6) -> Bool {
    guard depth > 0 else { return false }
    let operands = graph.operands(node)
    switch graph.operatorID(node) {
    case .eye: return isIdentity(node)
    case .outer: return operands[0] == operands[1]
    case .inverse: return isPositiveSemidefinite(operands[0], depth: depth - 1)
    case .matrixProduct:
      guard operands.allSatisfy({ graph.shape($0).rank == 2 }) else { return false }
      if isTurned(operands[0], operands[1]) { return true }
      guard graph.operatorID(operands[0]) == .matrixProduct else { return false }
      let inner = graph.operands(operands[0])
      return isTurned(inner[0], operands[1])
        && isPositiveSemidefinite(inner[1], depth: depth - 1)
    case .add: return operands.allSatisfy { isPositiveSemidefinite($0, depth: depth - 1) }
    case .multiply, .divide:
      return operands.enumerated().allSatisfy { place, operand in
        guard graph.shape(operand).isScalar else {
          return (place == 0 || graph.operatorID(node) == .multiply)
            && operands.count { !graph.shape($0).isScalar } == 1
            && isPositiveSemidefinite(operand, depth: depth - 1)
        }
        return isNotNegative(operand)
      }
    default: return false
    }
  }

  private func isNotNegative(_ node: NodeID) -> Bool {
    if let number = graph.number(node) { return number >= 0 }
    switch graph.operatorID(node) {
    case .exp, .size: return true
    case .power:
      return wholeExponent(of: node).map { $0.truncatingRemainder(dividingBy: 2) == 0 } ?? false
    default: return false
    }
  }

  // MARK: Transposes

  /// The transpose of what has a shorter one.
  mutating func simplerTransposeOfParts(_ node: NodeID, _ operand: NodeID) -> NodeID? {
    let operands = graph.operands(operand)
    switch graph.operatorID(operand) {
    case .outer:
      fire(.transposeOfOuter)
      return graph.insert(.outer, [operands[1], operands[0]])
    case .kronecker:
      fire(.kroneckerProducts)
      return graph.insert(.kronecker, operands.map { turned($0) })
    case .matrixProduct:
      if isSymmetric(operand) { break }
      guard uses[graph.operands(node)[0].slot] == 1,
        operands.allSatisfy({ graph.shape($0).rank >= 2 }),
        operands.allSatisfy({ graph.shape($0).rank == graph.shape(operand).rank })
      else { return nil }
      fire(.transposeOfProduct)
      return graph.insert(.matrixProduct, [turned(operands[1]), turned(operands[0])])
    default: break
    }
    guard isSymmetric(operand) else { return nil }
    fire(.symmetric)
    return operand
  }

  /// f(A') as f(A) for numbers of a matrix, and as f(A)' for matrices.
  mutating func movedTranspose(_ op: OperatorID, _ operand: NodeID) -> NodeID? {
    guard graph.operatorID(operand) == .transpose else { return nil }
    fire(.transposeInside)
    let inner = graph.insert(op, graph.operands(operand))
    return graph.shape(inner).rank < graph.shape(operand).rank ? inner : turned(inner)
  }
}
