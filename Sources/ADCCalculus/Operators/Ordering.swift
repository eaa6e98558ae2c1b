/// Operators that the engine builds; their lines in the catalogue say what they are.
extension OperatorID {
  package static let sort = Catalogue.required("sort")
  package static let order = Catalogue.required("argsort")
  package static let takeAlong = Catalogue.required("take_along")
  package static let putAlong = Catalogue.required("put_along")
  package static let quantile = Catalogue.required("quantile")
}

extension Catalogue {
  /// Elements in ascending order, and what is found by it. NaN counts as greater than all else.
  static let ordering: [Operator] = [
    Operator(
      "sort", "The elements in ascending order along an axis.", arity: 1...1,
      shape: Shapes.alongAxis, domain: [-2...2],
      kinks: "equal elements keep their order",
      derivative: .pullback { pullback in
        let x = pullback.graph.operands(pullback.node)[0]
        let attribute = pullback.graph.attribute(pullback.node)
        let order = pullback.graph.insert(.order, [x], attribute)
        let full = pullback.full(pullback.adjoint)
        return [pullback.graph.insert(.putAlong, [full, order], attribute)]
      }, execution: .sort, call: .alongAxis),
    Operator(
      "argsort", "Where the elements of `sort` come from; equal ones keep their order.",
      arity: 1...1, shape: Shapes.alongAxis, domain: [-2...2], derivative: .zero,
      execution: .order, call: .alongAxis),
    Operator(
      "take_along",
      "The elements at indices along an axis, written `take_along(x, index, axis: 0)`.",
      arity: 2...2, shape: Shapes.alongAxisWithIndex, domain: [-2...2, 0...0],
      derivative: .pullback { pullback in
        let index = pullback.graph.operands(pullback.node)[1]
        let full = pullback.full(pullback.adjoint)
        let attribute = pullback.graph.attribute(pullback.node)
        return [pullback.graph.insert(.putAlong, [full, index], attribute), nil]
      }, execution: .takeAlong, call: .alongAxis, linearity: .together(1)),
    Operator(
      "put_along", "Zeros with elements added at indices along an axis.", arity: 2...2,
      shape: Shapes.alongAxisWithIndex, domain: [-2...2, 0...0],
      derivative: .pullback { pullback in
        let index = pullback.graph.operands(pullback.node)[1]
        let full = pullback.full(pullback.adjoint)
        let attribute = pullback.graph.attribute(pullback.node)
        return [pullback.graph.insert(.takeAlong, [full, index], attribute), nil]
      }, execution: .putAlong, call: .alongAxis, linearity: .together(1)),
    .abbreviation(
      "quantile",
      "What a share `q` of the elements is below, interpolated, written `quantile(x, q)`.",
      arity: 2...2,
      shape: { query in
        guard query.operands[1].isScalar else {
          return .failure(
            ShapeProblem("the share is one number, and its shape is \(query.operands[1])"))
        }
        guard !query.operands[0].isScalar else {
          return .failure(ShapeProblem("an array is expected, and this is a number"))
        }
        return Shapes.reductionOfOneAxis(query)
      }, domain: [-2...2, 0...1], call: .reduction,
      definition: { graph, node in
        let operands = graph.operands(node)
        return graph.quantile(of: operands[0], operands[1], graph.attribute(node))
      }),
    .abbreviation(
      "median", "The middle element, or the mean of the two in the middle.",
      shape: Shapes.reductionOfOneAxis, call: .reduction,
      definition: { graph, node in
        let half = graph.constant(0.5)
        return graph.quantile(of: graph.operands(node)[0], half, graph.attribute(node))
      }),
  ]
}

extension ExpressionGraph {
  /// The sorted elements weighed by how near they are to place `q (n - 1)`.
  fileprivate mutating func quantile(
    of x: NodeID, _ share: NodeID, _ attribute: Attribute
  ) -> NodeID {
    guard case .axes(let axes, _) = attribute, let axis = axes.first else { return x }
    let dimensions = shape(x).dimensions
    let sorted = insert(.sort, [x], .axes([axis], keep: true))
    let positions = insert(.iota, [], .shape(Shape([dimensions[axis]])))
    let column = Shape([dimensions[axis]] + dimensions.dropFirst(axis + 1).map { _ in 1 })
    let places = insert(.reshape, [positions], .shape(column))
    let one = constant(1)
    let zero = constant(0)
    let last = insert(.add, [size([dimensions[axis]]), insert(.negate, [one])])
    let target = insert(.negate, [insert(.multiply, [share, last])])
    let distance = insert(.required("abs"), [insert(.add, [places, target])])
    let weight = insert(.add, [one, insert(.negate, [distance])])
    let isNear = insert(.less, [zero, weight])
    // What is far has no part in it, also where it is infinite.
    let weighed = insertFitting(.multiply, [sorted, weight], within: shape(x))
    let kept = insertFitting(.select, [isNear, weighed, zero], within: shape(x))
    let sum = insert(.sum, [kept], attribute)
    // No number among the elements leaves none, wherever sorting put it.
    let isNaN = insert(.maximumOver, [insert(.required("isnan"), [x])], attribute)
    let isKnown = insert(.add, [one, insert(.negate, [isNaN])])
    let result = insert(.required("settled"), [sum, isKnown])
    let isShare = insert(
      .and, [insert(.lessOrEqual, [zero, share]), insert(.lessOrEqual, [share, one])])
    return insert(.select, [isShare, result, constant(.nan)])
  }
}

extension Shapes {
  /// As `alongAxis`, with an index of the array's shape.
  static let alongAxisWithIndex: ShapeRule = { query in
    guard query.operands[0] == query.operands[1] else {
      return .failure(
        ShapeProblem(
          "an array of shape \(query.operands[0]) needs an index of its shape, and it is "
            + "\(query.operands[1])"))
    }
    return alongAxis(query)
  }
}

extension OperatorID {
  fileprivate static func required(_ name: String) -> OperatorID { Catalogue.required(name) }
}
