/// Operators that the engine builds; their lines in the catalogue say what they are.
extension OperatorID {
  package static let diagonalMatrix = Catalogue.required("diagonal_matrix")
  package static let trace = Catalogue.required("trace")
  package static let lowerTriangle = Catalogue.required("tril")
  package static let upperTriangle = Catalogue.required("triu")
  package static let kronecker = Catalogue.required("kron")
  package static let cross = Catalogue.required("cross")
}

extension Catalogue {
  /// Matrices made of vectors and of other matrices.
  static let matrixBuilding: [Operator] = [
    Operator(
      "diagonal_matrix", "Vectors on the diagonals of matrices of zeros.", arity: 1...1,
      shape: { query in
        guard let last = query.operands[0].dimensions.last else {
          return .failure(ShapeProblem("a vector is expected, and the shape is []"))
        }
        return .success(Shape(query.operands[0].dimensions + [last]))
      }, domain: [-2...2],
      derivative: .pullback { pullback in
        [pullback.graph.insert(.diagonal, [pullback.full(pullback.adjoint)])]
      }, execution: .byDefinition,
      definition: { graph, node in
        let shape = graph.shape(node)
        let eye = graph.insert(.eye, [], .shape(Shape(Array(shape.dimensions.suffix(2)))))
        var row = shape
        row.dimensions[shape.rank - 2] = 1
        let spread = graph.insert(.reshape, graph.operands(node), .shape(row))
        return graph.insertFitting(
          .select, [eye, spread, graph.constant(0)], within: shape)
      }, call: .operands, linearity: .together(1)),
    .abbreviation(
      "diag", "A vector as the diagonal of a matrix; of a matrix its diagonal.",
      shape: { query in
        guard let last = query.operands[0].dimensions.last else {
          return .failure(ShapeProblem("a vector or a matrix is expected, and this is a number"))
        }
        return query.operands[0].rank == 1 ? .success(Shape([last, last])) : Shapes.diagonal(query)
      }, call: .operands,
      definition: { graph, node in
        let operands = graph.operands(node)
        return graph.insert(
          graph.shape(operands[0]).rank == 1 ? .diagonalMatrix : .diagonal, operands)
      }),
    Operator(
      "trace", "The sum of a square matrix's diagonal.", arity: 1...1, shape: Shapes.ofSquare,
      domain: [-2...2],
      derivative: .pullback { pullback in
        let matrix = pullback.graph.shape(pullback.graph.operands(pullback.node)[0])
        let square = Shape(Array(matrix.dimensions.suffix(2)))
        return [pullback.scaledMatrix(pullback.graph.insert(.eye, [], .shape(square)))]
      }, execution: .byDefinition,
      definition: { graph, node in
        let diagonal = graph.insert(.diagonal, graph.operands(node))
        let last = graph.shape(diagonal).rank - 1
        return graph.insert(.sum, [diagonal], .axes([last], keep: false))
      }, call: .operands, linearity: .together(1)
    ).set(.symbol(latex: "\\operatorname{tr}", unicode: "tr")),
    triangle("tril", "A matrix with zeros above its diagonal.") { row, column in [column, row] },
    triangle("triu", "A matrix with zeros below its diagonal.") { row, column in [row, column] },
    Operator(
      "kron", "The Kronecker product: a block for each element of the first matrix.",
      arity: 2...2, shape: Shapes.kronecker, domain: [-2...2, -2...2],
      derivative: .pullback(kroneckerPullback), execution: .byDefinition,
      definition: { graph, node in
        let (left, right, whole) = graph.kroneckerFactors(of: node)
        let product = graph.insertFitting(.multiply, [left, right], within: whole)
        return graph.insert(.reshape, [product], .shape(graph.shape(node)))
      }, call: .operands, linearity: .separately
    ).set(.infix(latex: "\\otimes", unicode: "⊗")),
    Operator(
      "cross", "The cross product of vectors of three along the last axis.", arity: 2...2,
      shape: { query in
        guard query.operands.allSatisfy({ $0.dimensions.last == 3 }) else {
          return .failure(
            ShapeProblem(
              "`cross` takes vectors of three, and the shapes are \(query.operands[0]) and "
                + "\(query.operands[1])"))
        }
        return Shapes.elementwise(query)
      }, domain: [-2...2, -2...2],
      derivative: .pullback { pullback in
        let operands = pullback.graph.operands(pullback.node)
        let full = pullback.full(pullback.adjoint)
        let whole = pullback.graph.shape(pullback.node)
        let parts = [
          pullback.graph.insert(.cross, [operands[1], full]),
          pullback.graph.insert(.cross, [full, operands[0]]),
        ]
        return zip(parts, operands).map { part, operand in
          pullback.graph.reduced(part, from: whole, to: pullback.graph.shape(operand))
        }
      }, execution: .byDefinition,
      definition: { graph, node in
        let operands = graph.operands(node)
        let (a, b) = (operands[0], operands[1])
        let whole = graph.shape(node)
        func turned(_ node: NodeID, _ places: Int) -> NodeID {
          graph.rolled(node, axis: graph.shape(node).rank - 1, by: -places)
        }
        let forth = [turned(a, 1), turned(b, 2)]
        let back = [turned(a, 2), turned(b, 1)]
        let first = graph.insertFitting(.multiply, forth, within: whole)
        let second = graph.insertFitting(.multiply, back, within: whole)
        return graph.insert(.add, [first, graph.insert(.negate, [second])])
      }, call: .operands, linearity: .separately
    ).set(.infix(latex: "\\times", unicode: "×")),
    .abbreviation(
      "quad_form", "The quadratic form `x' @ A @ x`, written `quad_form(A, x)`.", arity: 2...2,
      shape: { query in
        var first = query
        first.operands = [query.operands[0], query.operands[1]]
        switch (Shapes.square(query), Shapes.matrixProduct(first)) {
        case (.failure(let problem), _), (_, .failure(let problem)): return .failure(problem)
        case (.success, .success):
          guard let last = query.operands[1].dimensions.last, query.operands[1].rank <= 2 else {
            return .failure(ShapeProblem("a vector or a matrix is expected in the second place"))
          }
          return .success(query.operands[1].rank == 1 ? .scalar : Shape([last, last]))
        }
      }, domain: [-2...2, -2...2], call: .operands,
      definition: { graph, node in
        let operands = graph.operands(node)
        let isVector = graph.shape(operands[1]).rank == 1
        let left = isVector ? operands[1] : graph.transposed(operands[1])
        return graph.times(left, operands[0], operands[1])
      }),
    .abbreviation(
      "lstsq", "The `x` that makes `A @ x` nearest to `b`, written `lstsq(A, b)`.", arity: 2...2,
      shape: { query in
        Shapes.transpose(query).flatMap { transposed in
          Shapes.matrixProduct(ShapeQuery(operands: [transposed, query.operands[1]]))
        }
      }, domain: [-2...2, -2...2], call: .operands,
      definition: { graph, node in
        let operands = graph.operands(node)
        return graph.times(graph.insert(.pseudoInverse, [operands[0]]), operands[1])
      }),
  ]

  private static func triangle(
    _ name: String, _ summary: String,
    inOrder: @escaping @Sendable (_ row: NodeID, _ column: NodeID) -> [NodeID]
  ) -> Operator {
    Operator(
      name, summary, arity: 1...1,
      shape: { query in
        let shape = query.operands[0]
        guard shape.rank >= 2 else {
          return .failure(ShapeProblem("a matrix is expected, and the shape is \(shape)"))
        }
        return .success(shape)
      }, domain: [-2...2],
      derivative: .pullback { pullback in
        let full = pullback.full(pullback.adjoint)
        return [pullback.graph.insert(pullback.graph.operatorID(pullback.node), [full])]
      }, execution: .byDefinition,
      definition: { graph, node in
        let shape = graph.shape(node)
        let (rows, columns) = (
          shape.dimensions[shape.rank - 2], shape.dimensions[shape.rank - 1]
        )
        let row = graph.insert(.iota, [], .shape(Shape([rows])))
        let column = graph.insert(.iota, [], .shape(Shape([columns])))
        let isKept = graph.insert(
          .lessOrEqual,
          inOrder(
            graph.insert(.reshape, [row], .shape(Shape([rows, 1]))),
            graph.insert(.reshape, [column], .shape(Shape([1, columns])))))
        return graph.insertFitting(
          .select, [isKept, graph.operands(node)[0], graph.constant(0)], within: shape)
      }, call: .operands, linearity: .together(1))
  }

  @Sendable private static func kroneckerPullback(_ pullback: inout Pullback) -> [NodeID?] {
    let operands = pullback.graph.operands(pullback.node)
    let (left, right, whole) = pullback.graph.kroneckerFactors(of: pullback.node)
    let adjoint = pullback.graph.insert(
      .reshape, [pullback.full(pullback.adjoint)], .shape(whole))
    return zip(operands, [(left, right), (right, left)]).map { operand, pair in
      let product = pullback.graph.insertFitting(
        .multiply, [adjoint, pair.1], within: whole)
      let sum = pullback.graph.reduced(
        product, from: whole, to: pullback.graph.shape(pair.0))
      let shape = pullback.graph.shape(operand)
      return pullback.graph.insert(.reshape, [sum], .shape(shape))
    }
  }
}

extension ExpressionGraph {
  /// The operands of a Kronecker product with axes of 1 between, so that their product, of shape
  /// `whole`, has the elements in the right order.
  fileprivate mutating func kroneckerFactors(
    of node: NodeID
  ) -> (left: NodeID, right: NodeID, whole: Shape) {
    let operands = operands(node)
    let (a, b) = (shape(operands[0]).dimensions, shape(operands[1]).dimensions)
    let (n, m) = (a[a.count - 2], a[a.count - 1])
    let (p, q) = (b[b.count - 2], b[b.count - 1])
    let left = insert(.reshape, [operands[0]], .shape(Shape(a.dropLast(2) + [n, 1, m, 1])))
    let right = insert(.reshape, [operands[1]], .shape(Shape(b.dropLast(2) + [1, p, 1, q])))
    let batch = shape(node).dimensions.dropLast(2)
    return (left, right, Shape(batch + [n, p, m, q]))
  }
}

extension Shapes {
  static let kronecker: ShapeRule = { query in
    let (a, b) = (query.operands[0], query.operands[1])
    guard a.rank >= 2, b.rank >= 2 else {
      return .failure(ShapeProblem("`kron` takes matrices, and the shapes are \(a) and \(b)"))
    }
    guard
      let batch = Shape(Array(a.dimensions.dropLast(2))).broadcast(
        with: Shape(Array(b.dimensions.dropLast(2))))
    else { return .failure(ShapeProblem("the batches of \(a) and \(b) do not go together")) }
    guard let rows = a.dimensions[a.rank - 2].times(b.dimensions[b.rank - 2]),
      let columns = a.dimensions[a.rank - 1].times(b.dimensions[b.rank - 1])
    else {
      return .failure(
        ShapeProblem(
          "the Kronecker product of \(a) and \(b) has a size that is a product of names",
          fix: "give one of the matrices sizes that are numbers"))
    }
    return .success(Shape(batch.dimensions + [rows, columns]))
  }
}
