// Third and higher derivatives of determinants by Laplace's expansion: element (i, j) of adj(A) is
// (-1)^(i + j) det(M) with M = A without row j and column i, so how adj(A) changes along E is
// (-1)^(i + j) sum(adj(M)' * M_E). Nothing is divided by: singular matrices are right at any order.

extension ExpressionGraph {
  /// Up to this size all minors are made at once; there are n^2, of (n - 1)^2 elements each.
  private static let minorLimit = 12

  /// What A receives from `adjugate_along(A, E)` when that has the adjoint G; nil for matrices that
  /// are too large or not alone.
  mutating func minorsPullback(
    _ matrix: NodeID, along direction: NodeID, adjoint: NodeID
  ) -> NodeID? {
    let shape = shape(matrix)
    guard shape.rank == 2, let size = shape.dimensions[0].known, size <= Self.minorLimit else {
      return nil
    }
    if size == 1 { return full(constant(0), shape) }
    let leaves = [matrix, direction, adjoint].map { _ in
      symbol(Symbol(name: "matrix", role: .variable, shape: shape))
    }
    let minors = minors(leaves[0], size)
    let changes = minors == leaves[0] ? minors : self.minors(leaves[1], size)
    let cofactors = insert(.adjugate, [minors])
    let products = insert(.multiply, [transposed(cofactors), changes])
    let sums = insert(.sum, [products], .axes([2, 3], keep: false))
    let signs = table(
      Table(
        shape: shape,
        values: (0..<size * size).map { ($0 / size + $0 % size) % 2 == 0 ? 1 : -1 }))
    let weighed = insert(.multiply, [leaves[2], signs, sums])
    let total = insert(.sum, [weighed], .axes([0, 1], keep: false))
    guard let gradient = try? gradient(of: total, by: [leaves[0]])[0] else { return nil }
    let values = [leaves[0]: matrix, leaves[1]: direction, leaves[2]: adjoint]
    return substituting(values, in: [gradient])[0]
  }

  /// At (i, j) the matrix without row j and column i.
  private mutating func minors(_ matrix: NodeID, _ size: Int) -> NodeID {
    let rest = size - 1
    let others = table(
      Table(
        shape: Shape([Dimension(size), Dimension(rest)]),
        values: (0..<size * rest).map { place in
          let (left, position) = (place / rest, place % rest)
          return Double(position < left ? position : position + 1)
        }))
    // [j, row, column], then [i, column, j, row].
    let rows = insert(.gather, [matrix, others])
    let columns = insert(.permute, [rows], .permutation([2, 0, 1]))
    let both = insert(.gather, [columns, others])
    return insert(.permute, [both], .permutation([0, 2, 3, 1]))
  }
}
