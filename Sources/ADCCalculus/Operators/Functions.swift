/// Operators that the engine builds; their lines in the catalogue say what they are.
extension OperatorID {
  package static let functionCall = Catalogue.required("function_call")
}

extension Catalogue {
  static let functions: [Operator] = [
    Operator(
      "function_call", "A call of a function of the model that has derivatives of its own.",
      arity: 0...Int.max,
      shape: { query in
        query.operands.isEmpty ? .success(.scalar) : Shapes.elementwise(query)
      }, domain: [],
      derivative: .pullback { pullback in
        let whole = pullback.graph.shape(pullback.node)
        return pullback.graph.operands(pullback.node).indices.map { place in
          guard let partial = pullback.graph.partial(ofCall: pullback.node, by: place) else {
            return nil
          }
          return pullback.graph.scaled(pullback.adjoint, by: partial, within: whole)
        }
      }, execution: .byDefinition, definition: { graph, node in graph.value(ofCall: node) },
      isElementwise: true)
  ]
}
