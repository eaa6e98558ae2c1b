/// Operators that the engine builds; their lines in the catalogue say what they are.
extension OperatorID {
  package static let inverse = Catalogue.required("inv")
  package static let determinant = Catalogue.required("det")
  package static let logDeterminant = Catalogue.required("logdet")
  package static let adjugate = Catalogue.required("adjugate")
  package static let adjugateAlong = Catalogue.required("adjugate_along")
  package static let cholesky = Catalogue.required("cholesky")
  package static let pseudoInverse = Catalogue.required("pinv")
  package static let solve = Catalogue.required("solve")
  package static let solveLower = Catalogue.required("solve_lower")
  package static let solveUpper = Catalogue.required("solve_upper")
}

extension Catalogue {
  /// Functions of whole matrices. A singular matrix gives infinities and NaN, and its determinant
  /// 0.
  static let linearAlgebra: [Operator] = [
    // d inv(A) = -inv(A) dA inv(A) (Giles 2008, section 2.2.3).
    matrixFunction(
      .inverse, "The inverse of a square matrix, infinite or NaN where there is none.",
      shape: Shapes.square
    ) { pullback in
      let transposed = pullback.graph.transposed(pullback.node)
      let full = pullback.full(pullback.adjoint)
      let product = pullback.graph.times(transposed, full, transposed)
      return [pullback.graph.insert(.negate, [product])]
    }.set(.suffix(latex: "^{-1}", unicode: "⁻¹")),
    // The cofactors: also right where the matrix is singular.
    matrixFunction(.determinant, "The determinant of a square matrix.", shape: Shapes.ofSquare) {
      pullback in
      let matrix = pullback.graph.operands(pullback.node)[0]
      let adjugate = pullback.graph.insert(.adjugate, [matrix])
      return [pullback.scaledMatrix(pullback.graph.transposed(adjugate))]
    }.set(.function("\\det")),
    matrixFunction(
      .logDeterminant, "The logarithm of the magnitude of the determinant.",
      shape: Shapes.ofSquare
    ) { pullback in
      let matrix = pullback.graph.operands(pullback.node)[0]
      let inverse = pullback.graph.insert(.inverse, [matrix])
      return [pullback.scaledMatrix(pullback.graph.transposed(inverse))]
    },
    // The second derivative of det is symmetric: what the adjoint gets is how the adjugate changes
    // along the adjoint.
    matrixFunction(
      .adjugate, "The transposed matrix of cofactors, `det(A)*inv(A)` also where `A` is singular.",
      shape: Shapes.square
    ) { pullback in
      let matrix = pullback.graph.operands(pullback.node)[0]
      let direction = pullback.graph.transposed(pullback.full(pullback.adjoint))
      let change = pullback.graph.insert(.adjugateAlong, [matrix, direction])
      return [pullback.graph.transposed(change)]
    },
    matrixFunction(
      .adjugateAlong, "How `adjugate(A)` changes when `A` changes by a matrix.",
      shape: Shapes.squareAndDirection, arity: 2...2, adjugateAlongPullback),
    // Murray: Differentiation of the Cholesky decomposition (2016), equation 10.
    matrixFunction(
      .cholesky, "The lower Cholesky factor of the symmetric part `(A + A')/2`.",
      shape: Shapes.square
    ) { pullback in
      let full = pullback.full(pullback.adjoint)
      let factor = pullback.graph.transposed(pullback.node)
      let product = pullback.graph.times(factor, full)
      let lower = pullback.graph.insert(.lowerTriangle, [product])
      let diagonal = pullback.graph.insert(
        .diagonalMatrix, [pullback.graph.insert(.diagonal, [product])])
      let half = pullback.graph.insert(.multiply, [pullback.graph.constant(-0.5), diagonal])
      let weighed = pullback.graph.insert(.add, [lower, half])
      let left = pullback.graph.insert(.solveUpper, [factor, weighed])
      let both = pullback.graph.insert(.solveUpper, [factor, pullback.graph.transposed(left)])
      let sum = pullback.graph.insert(.add, [both, pullback.graph.transposed(both)])
      return [pullback.graph.insert(.multiply, [pullback.graph.constant(0.5), sum])]
    },
    // Golub and Pereyra: The differentiation of pseudo-inverses (1973), equation 4.12.
    matrixFunction(
      .pseudoInverse, "The pseudo-inverse of a matrix of full rank.", shape: Shapes.transpose,
      pseudoInversePullback
    ).set(.suffix(latex: "^{+}", unicode: "⁺")),
    // B gets V = solve(A', X̄), A gets -V X' (Giles 2008, section 2.3.1).
    matrixFunction(
      .solve, "The `x` with `A @ x == b`, of a vector or of each column, written `solve(A, b)`.",
      shape: Shapes.solve, arity: 2...2
    ) { pullback in solvePullback(&pullback, .solve) { _, gradient in gradient } },
    matrixFunction(
      .solveLower, "As `solve`, where only the lower triangle of the matrix counts.",
      shape: Shapes.solve, arity: 2...2
    ) { pullback in
      solvePullback(&pullback, .solveUpper) { graph, gradient in
        graph.insert(.lowerTriangle, [gradient])
      }
    },
    matrixFunction(
      .solveUpper, "As `solve`, where only the upper triangle of the matrix counts.",
      shape: Shapes.solve, arity: 2...2
    ) { pullback in
      solvePullback(&pullback, .solveLower) { graph, gradient in
        graph.insert(.upperTriangle, [gradient])
      }
    },
  ]

  private static func matrixFunction(
    _ function: MatrixFunction, _ summary: String, shape: @escaping ShapeRule,
    arity: ClosedRange<Int> = 1...1,
    _ pullback: @escaping @Sendable (inout Pullback) -> [NodeID?]
  ) -> Operator {
    Operator(
      function.rawValue, summary, arity: arity, shape: shape,
      domain: [ClosedRange](repeating: -2...2, count: arity.lowerBound),
      derivative: .pullback(pullback), execution: .matrixFunction(function), call: .operands)
  }

  private static func solvePullback(
    _ pullback: inout Pullback, _ other: OperatorID,
    _ kept: (inout ExpressionGraph, NodeID) -> NodeID
  ) -> [NodeID?] {
    let operands = pullback.graph.operands(pullback.node)
    let (matrix, right) = (operands[0], operands[1])
    let full = pullback.full(pullback.adjoint)
    let transposed = pullback.graph.transposed(matrix)
    let solved = pullback.graph.insert(other, [transposed, full])
    let isVector = pullback.graph.shape(right).rank == 1
    let product =
      isVector
      ? pullback.graph.insert(.outer, [solved, pullback.node])
      : pullback.graph.times(solved, pullback.graph.transposed(pullback.node))
    let whole = pullback.graph.insert(.negate, [product])
    let gradient = kept(&pullback.graph, whole)
    return [
      pullback.graph.reduced(
        gradient, from: pullback.graph.shape(gradient), to: pullback.graph.shape(matrix)),
      pullback.graph.reduced(
        solved, from: pullback.graph.shape(solved), to: pullback.graph.shape(right)),
    ]
  }

  @Sendable private static func pseudoInversePullback(_ pullback: inout Pullback) -> [NodeID?] {
    let a = pullback.graph.operands(pullback.node)[0]
    let p = pullback.node
    let full = pullback.full(pullback.adjoint)
    let (pTransposed, fullTransposed) = (
      pullback.graph.transposed(p), pullback.graph.transposed(full)
    )
    let direct = pullback.graph.times(pTransposed, full, pTransposed)
    let dimensions = pullback.graph.shape(a).dimensions.suffix(2)
    func rest(_ product: NodeID, _ size: Dimension?) -> NodeID {
      let size = size ?? 1
      let eye = pullback.graph.insert(.eye, [], .shape(Shape([size, size])))
      return pullback.graph.insertFitting(
        .add, [eye, pullback.graph.insert(.negate, [product])],
        within: pullback.graph.shape(product))
    }
    let left = rest(pullback.graph.times(a, p), dimensions.first)
    let right = rest(pullback.graph.times(p, a), dimensions.last)
    let above = pullback.graph.times(left, fullTransposed, p, pTransposed)
    let below = pullback.graph.times(pTransposed, p, fullTransposed, right)
    return [pullback.graph.insert(.add, [pullback.graph.insert(.negate, [direct]), above, below])]
  }

  /// By minors where these are few, so that singular matrices are right; else, for a matrix that
  /// has an inverse:
  ///
  /// For F = d (tr(M E) M - M E M) with M = inv(A), d = det(A), and the adjoint G:
  /// A gets (φ M - d (tr(G'M) MEM + tr(ME) MG'M - MEMG'M - MG'MEM))' with φ = sum(G * F).
  @Sendable private static func adjugateAlongPullback(_ pullback: inout Pullback) -> [NodeID?] {
    let operands = pullback.graph.operands(pullback.node)
    let (a, e) = (operands[0], operands[1])
    let full = pullback.full(pullback.adjoint)
    let g = pullback.graph.transposed(full)
    let forDirection = pullback.graph.transposed(pullback.graph.insert(.adjugateAlong, [a, g]))
    if let forMatrix = pullback.graph.minorsPullback(a, along: e, adjoint: full) {
      return [forMatrix, forDirection]
    }
    let m = pullback.graph.insert(.inverse, [a])
    let (me, mg) = (pullback.graph.times(m, e), pullback.graph.times(m, g))
    let (mem, mgm) = (pullback.graph.times(me, m), pullback.graph.times(mg, m))
    func number(_ value: NodeID) -> NodeID { pullback.graph.overMatrix(value) }
    func trace(_ matrix: NodeID) -> NodeID { number(pullback.graph.insert(.trace, [matrix])) }
    let rank = pullback.graph.shape(a).rank
    let product = pullback.graph.insert(.multiply, [full, pullback.node])
    let phi = number(
      pullback.graph.insert(.sum, [product], .axes([rank - 2, rank - 1], keep: false)))
    let determinant = number(pullback.graph.insert(.determinant, [a]))
    let twice = [pullback.graph.times(mem, g, m), pullback.graph.times(mgm, e, m)]
    let terms = [
      pullback.graph.insert(.multiply, [trace(mg), mem]),
      pullback.graph.insert(.multiply, [trace(me), mgm]),
      pullback.graph.insert(.negate, [twice[0]]), pullback.graph.insert(.negate, [twice[1]]),
    ]
    let bracket = pullback.graph.insert(.add, terms)
    let scaled = pullback.graph.insert(.multiply, [determinant, bracket])
    let whole = pullback.graph.insert(
      .add,
      [
        pullback.graph.insert(.multiply, [phi, m]), pullback.graph.insert(.negate, [scaled]),
      ])
    return [pullback.graph.transposed(whole), forDirection]
  }
}

extension Shapes {
  static func notSquare(_ shape: Shape) -> ShapeProblem {
    ShapeProblem("a square matrix is expected, and the shape is \(shape)")
  }

  static let square: ShapeRule = { query in
    let shape = query.operands[0]
    guard shape.rank >= 2, shape.dimensions[shape.rank - 1] == shape.dimensions[shape.rank - 2]
    else { return .failure(notSquare(shape)) }
    return .success(shape)
  }

  static let ofSquare: ShapeRule = { query in
    square(query).map { Shape(Array($0.dimensions.dropLast(2))) }
  }

  static let squareAndDirection: ShapeRule = { query in
    guard query.operands[0] == query.operands[1] else {
      return .failure(
        ShapeProblem("the shapes \(query.operands[0]) and \(query.operands[1]) differ"))
    }
    return square(query)
  }

  static let solve: ShapeRule = { query in
    let (matrix, right) = (query.operands[0], query.operands[1])
    if case .failure(let problem) = square(query) { return .failure(problem) }
    guard right.rank >= 1 else {
      return .failure(ShapeProblem("the right side is a number, and a vector is expected"))
    }
    let size = matrix.dimensions[matrix.rank - 1]
    guard right.dimensions[right.rank == 1 ? 0 : right.rank - 2] == size else {
      return .failure(
        ShapeProblem(
          "a matrix of shape \(matrix) and a right side of shape \(right) do not go together"))
    }
    if right.rank == 1 {
      guard matrix.rank == 2 else {
        return .failure(
          ShapeProblem(
            "many matrices of shape \(matrix) and one vector of shape \(right)",
            fix: "`[:, new]` makes the vector a column"))
      }
      return .success(right)
    }
    let batches = Shape(Array(right.dimensions.dropLast(2)))
    guard let batch = Shape(Array(matrix.dimensions.dropLast(2))).broadcast(with: batches) else {
      return .failure(ShapeProblem("the batches of \(matrix) and \(right) do not go together"))
    }
    return .success(Shape(batch.dimensions + right.dimensions.suffix(2)))
  }
}

extension ExpressionGraph {
  /// The matrix, or each matrix of a stack, with its last two axes swapped.
  package mutating func transposed(_ matrix: NodeID) -> NodeID { insert(.transpose, [matrix]) }

  /// The matrix product of some factors, from left to right.
  package mutating func times(_ first: NodeID, _ others: NodeID...) -> NodeID {
    others.reduce(first) { insert(.matrixProduct, [$0, $1]) }
  }

  /// A number for each matrix of a batch, with two axes of 1 behind, so that it goes with the
  /// matrices.
  mutating func overMatrix(_ value: NodeID) -> NodeID {
    let shape = shape(value)
    if shape.isScalar { return value }
    return insert(.reshape, [value], .shape(Shape(shape.dimensions + [1, 1])))
  }
}

extension Pullback {
  /// A matrix times the adjoint of a number for each matrix.
  mutating func scaledMatrix(_ matrix: NodeID) -> NodeID {
    let isNumber = graph.shape(adjoint).isScalar
    let factor = graph.overMatrix(isNumber ? adjoint : full(adjoint))
    return graph.scaled(factor, by: matrix, within: graph.shape(graph.operands(node)[0]))
  }
}
