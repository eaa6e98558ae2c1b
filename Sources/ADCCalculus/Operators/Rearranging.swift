/// Operators that the engine builds; their lines in the catalogue say what they are.
extension OperatorID {
  package static let flip = Catalogue.required("flip")
}

extension Catalogue {
  /// The same elements at other places.
  static let rearranging: [Operator] = [
    Operator(
      "flip", "The elements from the end to the start along an axis.", arity: 1...1,
      shape: Shapes.alongAxis, domain: [-2...2],
      derivative: .pullback { pullback in
        let attribute = pullback.graph.attribute(pullback.node)
        return [pullback.graph.insert(.flip, [pullback.full(pullback.adjoint)], attribute)]
      }, execution: .view(.reversed), call: .alongAxis, linearity: .together(1)),
    .abbreviation(
      "roll", "The elements moved along an axis, those that leave at the end put to the start.",
      shape: { query in
        guard case .along(let axis, let count) = query.attribute,
          query.operands[0].dimensions.indices.contains(axis)
        else { return .failure(ShapeProblem("an array and a number are expected")) }
        if let size = query.operands[0].dimensions[axis].known, count.magnitude > size {
          return .failure(
            ShapeProblem("the axis of \(size) cannot be rolled by \(count)"))
        }
        return .success(query.operands[0])
      }, call: .alongAxisBy,
      definition: { graph, node in
        guard case .along(let axis, let count) = graph.attribute(node) else { return node }
        return graph.rolled(graph.operands(node)[0], axis: axis, by: count)
      }),
    copies("repeat", "Each element so many times along an axis.") { axis in axis + 1 },
    copies("tile", "The whole so many times along an axis.") { axis in axis },
    .abbreviation(
      "flatten", "All elements in one row.",
      shape: { query in
        var count = Dimension(1)
        for dimension in query.operands[0].dimensions {
          guard let product = count.times(dimension) else {
            return .failure(
              ShapeProblem(
                "\(query.operands[0]) has a number of elements that is a product of names"))
          }
          count = product
        }
        return .success(Shape([count]))
      }, call: .operands,
      definition: { graph, node in
        graph.insert(.reshape, graph.operands(node), .shape(graph.shape(node)))
      }),
  ]

  /// Copies along a new axis, which then is joined with the axis named.
  private static func copies(
    _ name: String, _ summary: String, place: @escaping @Sendable (Int) -> Int
  ) -> Operator {
    .abbreviation(
      name, summary,
      shape: { query in
        guard case .along(let axis, let count) = query.attribute, count >= 1,
          query.operands[0].dimensions.indices.contains(axis)
        else { return .failure(ShapeProblem("a number of copies that is at least 1 is expected")) }
        var result = query.operands[0]
        result.dimensions[axis] = result.dimensions[axis] * count
        return .success(result)
      }, call: .alongAxisBy,
      definition: { graph, node in
        guard case .along(let axis, let count) = graph.attribute(node) else { return node }
        let x = graph.operands(node)[0]
        var row = graph.shape(x).dimensions
        row.insert(1, at: place(axis))
        var wide = row
        wide[place(axis)] = Dimension(count)
        let spread = graph.insert(.reshape, [x], .shape(Shape(row)))
        let copies = graph.insert(.broadcast, [spread], .shape(Shape(wide)))
        return graph.insert(.reshape, [copies], .shape(graph.shape(node)))
      })
  }
}

extension ExpressionGraph {
  /// Two slices in the other order.
  mutating func rolled(_ x: NodeID, axis: Int, by count: Int) -> NodeID {
    let shape = shape(x)
    let size = shape.dimensions[axis]
    guard count != 0 else { return x }
    let first = count > 0 ? size - Dimension(count) : Dimension(-count)
    func part(_ start: Dimension, _ length: Dimension) -> NodeID {
      var starts = shape.dimensions.map { _ in Dimension(0) }
      var sizes = shape
      starts[axis] = start
      sizes.dimensions[axis] = length
      return insert(.slice, [x], .window(starts: starts, sizes: sizes))
    }
    let parts = [part(first, size - first), part(0, first)]
    return insert(.concatenation, parts, .axis(axis))
  }
}
