/// Operators that the engine builds; their lines in the catalogue say what they are.
extension OperatorID {
  package static let symmetricPart = Catalogue.required("symmetric")
}

extension Catalogue {
  /// What arrays of derivatives are made of.
  static let derivativeArrays: [Operator] = [
    Operator(
      "symmetric",
      "The mean of an array and of it with its first and last axes exchanged: `(A + A')/2`.",
      arity: 1...1, shape: Shapes.symmetric, domain: [-2...2],
      derivative: .pullback { pullback in
        [pullback.graph.insert(.symmetricPart, [pullback.full(pullback.adjoint)])]
      }, execution: .byDefinition,
      definition: { graph, node in
        let x = graph.operands(node)[0]
        let half = graph.shape(x).rank / 2
        let mirrored = graph.permuted(x, Array(half..<2 * half) + Array(0..<half))
        let sum = graph.insert(.add, [x, mirrored])
        return graph.insert(.multiply, [graph.constant(0.5), sum])
      }, call: .operands, linearity: .together(1))
  ]
}

extension Shapes {
  static let symmetric: ShapeRule = { query in
    let dimensions = query.operands[0].dimensions
    let half = dimensions.count / 2
    guard half >= 1, dimensions.prefix(half) == dimensions.suffix(half),
      2 * half == dimensions.count
    else {
      return .failure(
        ShapeProblem("a square matrix is expected, and the shape is \(query.operands[0])"))
    }
    return .success(query.operands[0])
  }
}
