extension OperatorID {
  package static let symmetricPart = Catalogue.required("symmetric")
  package static let diagonalMatrix = Catalogue.required("diagonal_matrix")
}

extension Catalogue {
  /// What arrays of derivatives are made of.
  static let derivativeArrays: [Operator] = [
    Operator(
      "symmetric", "The mean of a square matrix and its transpose: the same bits on both sides.",
      arity: 1...1, shape: Shapes.symmetric, domain: [-2...2],
      derivative: .pullback { pullback in
        let full = pullback.full(pullback.adjoint)
        let attribute = pullback.graph.attribute(pullback.node)
        return [pullback.graph.insert(.symmetricPart, [full], attribute)]
      }, execution: .byDefinition,
      definition: { graph, node in
        let x = graph.operands(node)[0]
        let mirrored = graph.mirrored(x, sides: graph.sides(of: node))
        let sum = graph.insert(.add, [x, mirrored])
        return graph.insert(.multiply, [graph.constant(0.5), sum])
      }, call: .operands, linearity: .together(1)),
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
        return graph.insertFitting(.select, [eye, spread, graph.constant(0)], within: shape)
      }, spelling: "diag", call: .operands, linearity: .together(1)),
  ]
}

extension ExpressionGraph {
  /// How many of the last axes make one side of a `symmetric`: one unless it says so.
  func sides(of node: NodeID) -> Int {
    if case .order(let count) = attribute(node) { count } else { 1 }
  }

  /// An array with its last two groups of axes exchanged.
  mutating func mirrored(_ node: NodeID, sides: Int) -> NodeID {
    let rank = shape(node).rank
    let first = rank - 2 * sides
    return permuted(
      node, Array(0..<first) + Array((first + sides)..<rank) + Array(first..<(first + sides)))
  }
}

extension Shapes {
  static let symmetric: ShapeRule = { query in
    let sides = if case .order(let count) = query.attribute { count } else { 1 }
    let dimensions = query.operands[0].dimensions
    let last = Array(dimensions.suffix(sides))
    guard sides >= 1, dimensions.count >= 2 * sides,
      Array(dimensions.dropLast(sides).suffix(sides)) == last
    else {
      return .failure(
        ShapeProblem("a square matrix is expected, and the shape is \(query.operands[0])"))
    }
    return .success(query.operands[0])
  }
}
