extension Catalogue {
  static let matrixProducts: [Operator] = [
    Operator(
      "matmul",
      "The matrix product, written `A @ B`; vectors as rows on the left and columns on the right.",
      arity: 2...2, shape: Shapes.matrixProduct, domain: [-2...2, -2...2],
      derivative: .pullback(matrixProductPullback), execution: .matrixProduct,
      linearity: .separately
    ).differentiated(by: "product rule of matrices", alone: "matrix product"),
    .abbreviation(
      "dot", "The sum of the products of two vectors' elements.", arity: 2...2,
      shape: { query in
        guard query.operands.allSatisfy({ $0.rank == 1 }) else {
          return .failure(
            ShapeProblem(
              "`dot` takes vectors, and the shapes are \(query.operands[0]) and \(query.operands[1])",
              fix: "use `@` for matrices"))
        }
        return Shapes.matrixProduct(query)
      }, call: .operands,
      definition: { graph, node in graph.insert(.matrixProduct, graph.operands(node)) }
    ).set(.infix(latex: "\\cdot", unicode: "·")),
    Operator(
      "outer", "All products of two vectors' elements, as a matrix.", arity: 2...2,
      shape: { query in
        guard query.operands.allSatisfy({ $0.rank == 1 }) else {
          return .failure(
            ShapeProblem(
              "`outer` takes vectors, and the shapes are \(query.operands[0]) and \(query.operands[1])"
            ))
        }
        return .success(
          Shape([query.operands[0].dimensions[0], query.operands[1].dimensions[0]]))
      }, domain: [-2...2, -2...2],
      derivative: .pullback { pullback in
        let operands = pullback.graph.operands(pullback.node)
        let full = pullback.full(pullback.adjoint)
        let transposed = pullback.graph.insert(.transpose, [full])
        return [
          pullback.graph.insert(.matrixProduct, [full, operands[1]]),
          pullback.graph.insert(.matrixProduct, [transposed, operands[0]]),
        ]
      }, execution: .byDefinition,
      definition: { graph, node in
        let operands = graph.operands(node)
        let dimensions = graph.shape(node).dimensions
        let column = graph.insert(.reshape, [operands[0]], .shape(Shape([dimensions[0], 1])))
        let row = graph.insert(.reshape, [operands[1]], .shape(Shape([1, dimensions[1]])))
        return graph.insert(.multiply, [column, row])
      }, call: .operands, linearity: .separately
    ).set(.infix(latex: "\\otimes", unicode: "⊗")),
  ]

  /// For C = A B: A gets C̄ B', B gets A' C̄ (Giles 2008, section 2.2.2), with vectors as one row
  /// or column and broadcast batches summed.
  @Sendable private static func matrixProductPullback(_ pullback: inout Pullback) -> [NodeID?] {
    let operands = pullback.graph.operands(pullback.node)
    let (a, b) = (operands[0], operands[1])
    let (rankA, rankB) = (pullback.graph.shape(a).rank, pullback.graph.shape(b).rank)
    if rankA == 1, rankB == 1 {
      return [
        pullback.graph.insert(.multiply, [pullback.adjoint, b]),
        pullback.graph.insert(.multiply, [pullback.adjoint, a]),
      ]
    }
    let full = pullback.full(pullback.adjoint)
    if rankA == 2, rankB == 1 {
      let transposed = pullback.graph.insert(.transpose, [a])
      return [
        pullback.graph.insert(.outer, [full, b]),
        pullback.graph.insert(.matrixProduct, [transposed, full]),
      ]
    }
    if rankA == 1, rankB == 2 {
      return [
        pullback.graph.insert(.matrixProduct, [b, full]),
        pullback.graph.insert(.outer, [a, full]),
      ]
    }
    return batchedPullback(&pullback, a, b, full)
  }

  private static func batchedPullback(
    _ pullback: inout Pullback, _ a: NodeID, _ b: NodeID, _ full: NodeID
  ) -> [NodeID?] {
    func matrix(_ node: NodeID, column: Bool) -> NodeID {
      let shape = pullback.graph.shape(node)
      guard shape.rank == 1 else { return node }
      let wide = Shape(column ? [shape.dimensions[0], 1] : [1, shape.dimensions[0]])
      return pullback.graph.insert(.reshape, [node], .shape(wide))
    }
    let (left, right) = (matrix(a, column: false), matrix(b, column: true))
    var wide = pullback.graph.shape(full).dimensions
    if pullback.graph.shape(b).rank == 1 { wide.append(1) }
    if pullback.graph.shape(a).rank == 1 { wide.insert(1, at: wide.count - 1) }
    let adjoint =
      wide.count == pullback.graph.shape(full).rank
      ? full : pullback.graph.insert(.reshape, [full], .shape(Shape(wide)))
    let rightTransposed = pullback.graph.insert(.transpose, [right])
    let leftTransposed = pullback.graph.insert(.transpose, [left])
    let forLeft = pullback.graph.insert(.matrixProduct, [adjoint, rightTransposed])
    let forRight = pullback.graph.insert(.matrixProduct, [leftTransposed, adjoint])
    func shaped(_ node: NodeID, as operand: NodeID, matrix: NodeID) -> NodeID {
      let reduced = pullback.graph.reduced(
        node, from: pullback.graph.shape(node), to: pullback.graph.shape(matrix))
      let shape = pullback.graph.shape(operand)
      return shape == pullback.graph.shape(reduced)
        ? reduced : pullback.graph.insert(.reshape, [reduced], .shape(shape))
    }
    return [shaped(forLeft, as: a, matrix: left), shaped(forRight, as: b, matrix: right)]
  }
}
