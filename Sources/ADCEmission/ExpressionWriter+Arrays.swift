import ADCCalculus
import ADCSyntax

extension ExpressionWriter {
  /// A call with what its form adds to the operands.
  func call(_ node: NodeID) -> Expression {
    let op = graph.op(node)
    var arguments = graph.operands(node).map { Tree.argument(text($0)) }
    let rank = graph.operands(node).first.map { graph.shape($0).rank } ?? 0
    switch graph.attribute(node) {
    case .axes(let axes, let keep):
      let isDefault =
        op.call == .alongAxis ? axes == [rank - 1] : axes == Array(0..<rank)
      if !isDefault {
        let places = axes.map { Tree.number(Double($0)) }
        arguments.append(
          Tree.argument(places.count == 1 ? places[0] : Tree.array(places), label: "axis"))
      }
      if keep, op.call == .reduction {
        arguments.append(Tree.argument(truth, label: "keep"))
      }
    case .scan(let axis, let reversed):
      if axis != 0 { arguments.append(Tree.argument(Tree.number(Double(axis)), label: "axis")) }
      if reversed { arguments.append(Tree.argument(truth, label: "reversed")) }
    case .shape(let shape):
      if op.call == .oneHot {
        arguments.append(Tree.argument(dimension(shape.dimensions.last ?? 1)))
      } else if op.name == "eye" {
        arguments.append(Tree.argument(dimension(shape.dimensions.first ?? 1)))
      } else {
        arguments.append(Tree.argument(dimensions(shape)))
      }
    case .windows(let sizes, let strides) where op.call == .pooling:
      let areEqual = sizes.count == 2 && sizes[0] == sizes[1]
      let size = areEqual ? dimension(sizes[0]) : dimensions(Shape(sizes))
      arguments.append(Tree.argument(size, label: "size"))
      if sizes != strides.map({ Dimension($0) }) {
        arguments.append(Tree.argument(numbers(strides), label: "stride"))
      }
    case .windows(let sizes, let strides):
      arguments.append(Tree.argument(dimensions(Shape(sizes))))
      if strides.contains(where: { $0 != 1 }) {
        arguments.append(Tree.argument(numbers(strides), label: "stride"))
      }
    case .convolution(let strides, let padding, let sizes):
      if !sizes.isEmpty { arguments.append(Tree.argument(dimensions(Shape(sizes)))) }
      if strides.contains(where: { $0 != 1 }) {
        arguments.append(Tree.argument(numbers(strides), label: "stride"))
      }
      if padding.contains(where: { $0 != 0 }) {
        arguments.append(Tree.argument(numbers(padding), label: "padding"))
      }
    default: break
    }
    // `diag` makes a matrix of a vector, and of anything larger takes the diagonal.
    if graph.operatorID(node) == .diagonalMatrix, rank == 1, !taken.contains("diag") {
      return Tree.call("diag", arguments)
    }
    return Tree.call(op.spelling, arguments)
  }

  /// One number where all are equal, else one for each axis.
  private func numbers(_ values: [Int]) -> Expression {
    let places = values.map { Tree.number(Double($0)) }
    return Set(values).count == 1 ? places[0] : Tree.array(places)
  }

  func view(_ node: NodeID) -> Expression {
    let operand = graph.operands(node)[0]
    switch graph.execution(node) {
    case .view(.reshape) where graph.shape(node) == graph.shape(operand),
      .view(.broadcast) where graph.shape(node) == graph.shape(operand):
      return text(operand)
    case .view(.transpose): return Expression(.transposed(text(operand)), Tree.nowhere)
    case .view(.slice): return slice(node)
    case .view(.permute):
      guard case .permutation(let order) = graph.attribute(node) else { return text(operand) }
      let places = order.map { Tree.number(Double($0)) }
      return Tree.call(
        "permute", [Tree.argument(text(operand)), Tree.argument(Tree.array(places))])
    case .view(.reshape):
      return inserted(node) ?? removed(node)
        ?? Tree.call(
          "reshape",
          [Tree.argument(text(operand)), Tree.argument(dimensions(graph.shape(node)))])
    case .view(.broadcast):
      if let value = graph.number(operand), value == 0 || value == 1 {
        let name = value == 0 ? "zeros" : "ones"
        return Tree.call(
          name, graph.shape(node).dimensions.map { Tree.argument(dimension($0)) })
      }
      return Tree.call(
        "broadcast",
        [Tree.argument(text(operand)), Tree.argument(dimensions(graph.shape(node)))])
    case .view(.windows), .view(.reversed): return call(node)
    default: return Tree.call(graph.op(node).spelling, [Tree.argument(text(operand))])
    }
  }

  /// The one number of an array `[1]`, where it is made from that.
  private func entry(_ node: NodeID) -> Expression? {
    guard case .view = graph.execution(node), graph.shape(node) == Shape([1]) else { return nil }
    let operand = graph.operand(node, 0)
    return graph.shape(operand).isScalar ? text(operand) : nil
  }

  func structural(_ node: NodeID) -> Expression {
    let operands = graph.operands(node)
    switch (graph.execution(node), graph.attribute(node)) {
    case (.matrixProduct, _):
      return Tree.product(text(operands[0]), .matrixMultiply, text(operands[1]))
    case (.generator(.size), .dimension(let size)): return dimension(size)
    case (.generator, .shape(let shape)):
      return Tree.call(
        graph.op(node).spelling, shape.dimensions.map { Tree.argument(dimension($0)) })
    case (.generator, .place(let place, let shape)):
      return Tree.call(
        graph.op(node).spelling,
        operands.map { Tree.argument(text($0)) }
          + [Tree.argument(Tree.number(Double(place))), Tree.argument(dimensions(shape))])
    case (.concatenation, .axis(let axis)):
      let entries = operands.compactMap { entry($0) }
      if axis == 0, entries.count == operands.count { return Tree.array(entries) }
      let label = axis == 0 ? [] : [Tree.argument(Tree.number(Double(axis)), label: "axis")]
      return Tree.call("concat", operands.map { Tree.argument(text($0)) } + label)
    case (.pad, .window(let starts, let sizes)):
      return Tree.call(
        "pad",
        [
          Tree.argument(text(operands[0])), Tree.argument(dimensions(Shape(starts))),
          Tree.argument(dimensions(sizes)),
        ])
    case (.gather, .batch(let batch)):
      return Tree.call("gather", operands.map { Tree.argument(text($0)) } + [label(batch)])
    case (.scatterAdd, .shape(let shape)), (.scatterAdd, .scattering(let shape, _)):
      let batch = graph.batch(of: node)
      return Tree.call(
        "scatter_add",
        operands.map { Tree.argument(text($0)) } + [Tree.argument(dimensions(shape))]
          + (batch > 0 ? [label(batch)] : []))
    default:
      return Tree.call(graph.op(node).spelling, operands.map { Tree.argument(text($0)) })
    }
  }

  private func label(_ batch: Int) -> Argument {
    Tree.argument(Tree.number(Double(batch)), label: "batch")
  }

  /// A dimension as an expression over its names.
  func dimension(_ dimension: Dimension) -> Expression { Self.dimension(dimension) }

  /// A dimension as an expression over its names.
  static func dimension(_ dimension: Dimension) -> Expression {
    var links: [Expression.Link] = []
    var first: Expression?
    func append(_ value: Expression, isNegative: Bool) {
      if first == nil {
        first = isNegative ? Tree.minus(value) : value
      } else {
        links.append(Expression.Link(isNegative ? .subtract : .add, Tree.nowhere, value))
      }
    }
    for term in dimension.terms {
      let name = Tree.name(term.name)
      let size = term.coefficient.magnitude
      append(
        size == 1 ? name : Tree.product(Tree.number(Double(size)), .multiply, name),
        isNegative: term.coefficient < 0)
    }
    if dimension.constant != 0 || first == nil {
      append(
        Tree.number(Double(dimension.constant.magnitude)), isNegative: dimension.constant < 0)
    }
    guard let first else { return Tree.number(0) }
    return links.isEmpty ? first : Expression(.sum(first, links), Tree.nowhere)
  }

  private func dimensions(_ shape: Shape) -> Expression {
    Tree.array(shape.dimensions.map { dimension($0) })
  }

  private static let whole = Subscript.range(
    lower: nil, upper: nil, includesUpper: false, Tree.nowhere)

  private func slice(_ node: NodeID) -> Expression {
    let operand = graph.operands(node)[0]
    guard case .window(let starts, let sizes) = graph.attribute(node) else {
      return text(operand)
    }
    let shape = graph.shape(operand)
    let places = starts.indices.map { axis -> Subscript in
      let (start, size) = (starts[axis], sizes.dimensions[axis])
      if start == 0, size == shape.dimensions[axis] { return Self.whole }
      let end = start + size
      return .range(
        lower: dimension(start), upper: end == shape.dimensions[axis] ? nil : dimension(end),
        includesUpper: end == shape.dimensions[axis], Tree.nowhere)
    }
    return Tree.subscripted(text(operand), withoutTrailingWhole(places))
  }

  private func withoutTrailingWhole(_ places: [Subscript]) -> [Subscript] {
    var result = places
    while result.count > 1, case .range(nil, nil, _, _)? = result.last { result.removeLast() }
    return result
  }

  /// A reshape that only adds dimensions of 1, as `x[:, new]`.
  private func inserted(_ node: NodeID) -> Expression? {
    let operand = graph.operands(node)[0]
    let (from, to) = (graph.shape(operand).dimensions, graph.shape(node).dimensions)
    guard to.count > from.count, !from.isEmpty else { return nil }
    var rest = from[...]
    var places: [Subscript] = []
    for dimension in to {
      if let next = rest.first, next == dimension {
        rest = rest.dropFirst()
        places.append(Self.whole)
      } else if dimension.isOne {
        places.append(.new(Tree.nowhere))
      } else {
        return nil
      }
    }
    return rest.isEmpty ? Tree.subscripted(text(operand), places) : nil
  }

  /// A reshape that only drops dimensions of 1, as `x[:, 0]`; of a slice, as one subscript.
  private func removed(_ node: NodeID) -> Expression? {
    let operand = graph.operands(node)[0]
    let (from, to) = (graph.shape(operand).dimensions, graph.shape(node).dimensions)
    guard from.count > to.count else { return nil }
    var rest = to[...]
    var places: [Subscript] = []
    for dimension in from {
      if let next = rest.first, next == dimension {
        rest = rest.dropFirst()
        places.append(Self.whole)
      } else if dimension.isOne {
        places.append(.index(Tree.number(0)))
      } else {
        return nil
      }
    }
    guard rest.isEmpty else { return nil }
    if graph.operatorID(operand) == .slice, names[operand] == nil,
      case .subscripted(let base, let inner) = text(operand).form,
      case .window(let starts, _) = graph.attribute(operand)
    {
      let merged = places.indices.map { axis -> Subscript in
        if case .index = places[axis] { return .index(dimension(starts[axis])) }
        return axis < inner.count ? inner[axis] : Self.whole
      }
      return Tree.subscripted(base, withoutTrailingWhole(merged))
    }
    return Tree.subscripted(text(operand), withoutTrailingWhole(places))
  }
}
