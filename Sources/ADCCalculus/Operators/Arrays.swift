/// Operators that the engine builds; their lines in the catalogue say what they are.
extension OperatorID {
  package static let matrixProduct = Catalogue.required("matmul")
  package static let transpose = Catalogue.required("transpose")
  package static let permute = Catalogue.required("permute")
  package static let reshape = Catalogue.required("reshape")
  package static let broadcast = Catalogue.required("broadcast")
  package static let slice = Catalogue.required("slice")
  package static let pad = Catalogue.required("pad")
  package static let diagonal = Catalogue.required("diagonal")
  package static let concatenation = Catalogue.required("concat")
  package static let stack = Catalogue.required("stack")
  package static let gather = Catalogue.required("gather")
  package static let scatterAdd = Catalogue.required("scatter_add")
  package static let outer = Catalogue.required("outer")
  package static let eye = Catalogue.required("eye")
  package static let oneHot = Catalogue.required("one_hot")
  package static let iota = Catalogue.required("iota")
  package static let size = Catalogue.required("size")
  package static let uniform = Catalogue.required("uniform_draw")
}

extension Catalogue {
  static let arrays: [Operator] = [
    Operator(
      "transpose", "The last two axes swapped, written `A'`.", arity: 1...1,
      shape: Shapes.transpose, domain: [-2...2],
      derivative: .pullback { pullback in
        [pullback.graph.insert(.transpose, [pullback.full(pullback.adjoint)])]
      }, execution: .view(.transpose), linearity: .together(1)
    ).differentiated(by: "derivative of a transpose"),
    Operator(
      "permute", "The axes in another order: axis k of the result is axis `order[k]` of `x`.",
      arity: 1...1, shape: Shapes.permutation, domain: [-2...2],
      derivative: .pullback { pullback in
        guard case .permutation(let order) = pullback.graph.attribute(pullback.node) else {
          return [nil]
        }
        let full = pullback.full(pullback.adjoint)
        let back = order.indices.map { axis in order.firstIndex(of: axis) ?? axis }
        return [pullback.graph.permuted(full, back)]
      }, execution: .view(.permute), call: .permuting, linearity: .together(1)),
    Operator(
      "reshape", "The same elements, row by row, in another shape.", arity: 1...1,
      shape: Shapes.reshape, domain: [-2...2],
      derivative: .pullback { pullback in
        if pullback.graph.shape(pullback.adjoint).isScalar { return [pullback.adjoint] }
        let shape = pullback.graph.shape(pullback.graph.operands(pullback.node)[0])
        return [pullback.graph.insert(.reshape, [pullback.full(pullback.adjoint)], .shape(shape))]
      }, execution: .view(.reshape), call: .toShape, linearity: .together(1)),
    Operator(
      "broadcast", "The elements repeated to a shape.", arity: 1...1, shape: Shapes.broadcast,
      domain: [-2...2],
      derivative: .pullback { pullback in
        let from = pullback.graph.shape(pullback.node)
        let to = pullback.graph.shape(pullback.graph.operands(pullback.node)[0])
        return [pullback.graph.reduced(pullback.adjoint, from: from, to: to)]
      }, execution: .view(.broadcast), call: .toShape, linearity: .together(1)
    ).set(.repeated),
    Operator(
      "slice", "A part of an array, from an index along every axis.", arity: 1...1,
      shape: Shapes.slice, domain: [-2...2],
      derivative: .pullback { pullback in
        guard case .window(let starts, _) = pullback.graph.attribute(pullback.node) else {
          return [nil]
        }
        let shape = pullback.graph.shape(pullback.graph.operands(pullback.node)[0])
        let full = pullback.full(pullback.adjoint)
        return [pullback.graph.insert(.pad, [full], .window(starts: starts, sizes: shape))]
      }, execution: .view(.slice), linearity: .together(1)),
    Operator(
      "pad", "Zeros with an array put at an index.", arity: 1...1, shape: Shapes.pad,
      domain: [-2...2],
      derivative: .pullback { pullback in
        guard case .window(let starts, _) = pullback.graph.attribute(pullback.node) else {
          return [nil]
        }
        let shape = pullback.graph.shape(pullback.graph.operands(pullback.node)[0])
        let full = pullback.full(pullback.adjoint)
        return [pullback.graph.insert(.slice, [full], .window(starts: starts, sizes: shape))]
      }, execution: .pad, call: .window, linearity: .together(1)),
    Operator(
      "diagonal", "The diagonal of the last two axes.", arity: 1...1, shape: Shapes.diagonal,
      domain: [-2...2],
      derivative: .pullback { pullback in
        [pullback.graph.insert(.diagonalMatrix, [pullback.full(pullback.adjoint)])]
      }, execution: .view(.diagonal), call: .operands, linearity: .together(1)),
    Operator(
      "concat", "Arrays one behind the other along an axis.", arity: 1...Int.max,
      shape: Shapes.concatenation, domain: [-2...2, -2...2],
      derivative: .pullback(concatenationPullback), execution: .concatenation, call: .joining,
      linearity: .together(Int.max)),
    .abbreviation(
      "stack", "Arrays of one shape along a new axis.", arity: 1...Int.max, shape: Shapes.stack,
      call: .joining,
      definition: { graph, node in
        guard case .axis(let axis) = graph.attribute(node) else { return node }
        let parts = graph.operands(node).map { part in
          var dimensions = graph.shape(part).dimensions
          dimensions.insert(1, at: axis)
          return graph.insert(.reshape, [part], .shape(Shape(dimensions)))
        }
        return parts.count == 1 ? parts[0] : graph.insert(.concatenation, parts, .axis(axis))
      }),
    Operator(
      "gather", "Rows of a table by their indices.", arity: 2...2, shape: Shapes.gathering,
      domain: [-2...2, 0...0],
      derivative: .pullback { pullback in
        let operands = pullback.graph.operands(pullback.node)
        let full = pullback.full(pullback.adjoint)
        let shape = pullback.graph.shape(operands[0])
        let attribute = Attribute.scattering(
          to: shape, batch: pullback.graph.batch(of: pullback.node))
        return [pullback.graph.insert(.scatterAdd, [full, operands[1]], attribute), nil]
      }, execution: .gather, call: .gathering, linearity: .together(1)),
    Operator(
      "scatter_add", "Zeros with rows added at their indices.", arity: 2...2,
      shape: Shapes.scattering, domain: [-2...2, 0...0],
      derivative: .pullback { pullback in
        let operands = pullback.graph.operands(pullback.node)
        let full = pullback.full(pullback.adjoint)
        let attribute = Attribute.gathering(batch: pullback.graph.batch(of: pullback.node))
        return [pullback.graph.insert(.gather, [full, operands[1]], attribute), nil]
      }, execution: .scatterAdd, call: .scattering, linearity: .together(1)),
    .abbreviation(
      "zeros", "An array of zeros.", arity: 0...0, shape: Shapes.attributeShape, domain: [],
      call: .ofShape, definition: { graph, node in graph.filled(0, like: node) }
    ).set(.name(latex: "\\mathbf{0}", unicode: "𝟎")),
    .abbreviation(
      "ones", "An array of ones.", arity: 0...0, shape: Shapes.attributeShape, domain: [],
      call: .ofShape, definition: { graph, node in graph.filled(1, like: node) }
    ).set(.name(latex: "\\mathbf{1}", unicode: "𝟏")),
    Operator(
      "eye", "The identity matrix.", arity: 0...0, shape: Shapes.attributeMatrix, domain: [],
      derivative: .zero, execution: .byDefinition,
      definition: { graph, node in
        let dimensions = graph.shape(node).dimensions
        let rows = graph.insert(.iota, [], .shape(Shape([dimensions[0]])))
        let column = graph.insert(.reshape, [rows], .shape(Shape([dimensions[0], 1])))
        let columns = graph.insert(.iota, [], .shape(Shape([dimensions[1]])))
        let row = graph.insert(.reshape, [columns], .shape(Shape([1, dimensions[1]])))
        return graph.insert(.equal, [column, row])
      }, call: .ofShape
    ).set(.name(latex: "I", unicode: "I")),
    Operator(
      "one_hot", "1 at each element's index along a new last axis, else 0.", arity: 1...1,
      shape: { query in
        guard case .shape(let shape) = query.attribute, let last = shape.dimensions.last,
          Shape(Array(shape.dimensions.dropLast())) == query.operands[0], last.known != 0
        else { return .failure(ShapeProblem("a number of classes is expected")) }
        return .success(shape)
      }, domain: [0...0], derivative: .zero, execution: .byDefinition,
      definition: { graph, node in
        let shape = graph.shape(node)
        guard let classes = shape.dimensions.last else { return node }
        let index = graph.operands(node)[0]
        let column = Shape(graph.shape(index).dimensions + [1])
        let spread = graph.insert(.reshape, [index], .shape(column))
        let positions = graph.insert(.iota, [], .shape(Shape([classes])))
        let row = Shape([Dimension](repeating: 1, count: shape.rank - 1) + [classes])
        let aligned = graph.insert(.reshape, [positions], .shape(row))
        return graph.insert(.equal, [spread, aligned])
      }, call: .oneHot),
    Operator(
      "iota", "0, 1, 2, … along an axis.", arity: 0...0, shape: Shapes.attributeShape, domain: [],
      derivative: .zero, execution: .generator(.iota), call: .ofShape),
    Operator(
      "size", "The size of a dimension.", arity: 0...0, shape: { _ in .success(.scalar) },
      domain: [], derivative: .zero, execution: .generator(.size)),
    Operator(
      "uniform_draw", "Numbers drawn from [0, 1), fixed by seed, step, place and loop indices.",
      arity: 2...Int.max,
      shape: Shapes.attributeShape, domain: [], derivative: .zero,
      execution: .generator(.uniform)),
    .abbreviation(
      "dropout", "In training, `x` with a share of its elements set to 0 and the others raised.",
      arity: 5...Int.max, shape: Shapes.same, call: .dropout,
      definition: { graph, node in
        let operands = graph.operands(node)
        let (x, rate, training, seed, step) = (
          operands[0], operands[1], operands[2], operands[3], operands[4]
        )
        // Behind these the indices of loops: each of their numbers has a draw of its own.
        let draw = graph.insert(
          .uniform, [seed, step] + operands.dropFirst(5), graph.attribute(node))
        let isKept = graph.insert(.lessOrEqual, [rate, draw])
        let one = graph.constant(1)
        let share = graph.insert(.add, [one, graph.insert(.negate, [rate])])
        let raised = graph.insert(.divide, [x, share])
        let dropped = graph.insert(.select, [isKept, raised, graph.constant(0)])
        return graph.insert(.select, [training, dropped, x])
      }),
  ]

  @Sendable private static func concatenationPullback(_ pullback: inout Pullback) -> [NodeID?] {
    guard case .axis(let axis) = pullback.graph.attribute(pullback.node) else { return [] }
    let full = pullback.full(pullback.adjoint)
    var start = Dimension(0)
    var result: [NodeID?] = []
    for part in pullback.graph.operands(pullback.node) {
      let shape = pullback.graph.shape(part)
      var starts = [Dimension](repeating: 0, count: shape.rank)
      starts[axis] = start
      result.append(
        pullback.graph.insert(.slice, [full], .window(starts: starts, sizes: shape)))
      start = start + shape.dimensions[axis]
    }
    return result
  }
}

extension ExpressionGraph {
  fileprivate mutating func filled(_ value: Double, like node: NodeID) -> NodeID {
    let number = constant(value)
    return shape(node).isScalar ? number : insert(.broadcast, [number], .shape(shape(node)))
  }
}

extension Attribute {
  /// Of a `gather` whose operands share some leading axes.
  package static func gathering(batch: Int) -> Attribute { batch == 0 ? .none : .batch(batch) }

  /// Of a `scatter_add` whose operands and result share some leading axes.
  package static func scattering(to shape: Shape, batch: Int) -> Attribute {
    batch == 0 ? .shape(shape) : .scattering(shape, batch: batch)
  }

  /// How many leading axes the operands of `gather` and `scatter_add` share.
  package var batch: Int {
    switch self {
    case .batch(let batch), .scattering(_, let batch): batch
    default: 0
    }
  }
}

extension ExpressionGraph {
  /// How many leading axes the operands of a `gather` or `scatter_add` share.
  package func batch(of node: NodeID) -> Int { attribute(node).batch }

  /// The axes in another order: the operand itself, a transpose, or a `permute`.
  package mutating func permuted(_ node: NodeID, _ order: [Int]) -> NodeID {
    let plain = Array(order.indices)
    if order == plain { return node }
    if case .permutation(let inner) = attribute(node) {
      return permuted(operands(node)[0], order.map { inner[$0] })
    }
    var swapped = plain
    swapped.swapAt(plain.count - 1, plain.count - 2)
    if operatorID(node) == .transpose {
      return permuted(operands(node)[0], order.map { swapped[$0] })
    }
    return order == swapped
      ? insert(.transpose, [node]) : insert(.permute, [node], .permutation(order))
  }

  /// One axis moved to another place, the others in their order.
  package mutating func movingAxis(_ axis: Int, to place: Int, of node: NodeID) -> NodeID {
    var order = Array(0..<shape(node).rank)
    order.insert(order.remove(at: axis), at: place)
    return permuted(node, order)
  }
}
