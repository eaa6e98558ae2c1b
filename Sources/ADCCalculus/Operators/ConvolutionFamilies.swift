extension Catalogue {
  /// Convolutions and what they are differentiated by: each of the three is linear in both of its
  /// operands, and its adjoints are the other two.
  static let convolutionFamilies: [Operator] = family("conv1d", axes: 1) + family("conv2d", axes: 2)

  private static func family(_ name: String, axes: Int) -> [Operator] {
    let places = axes == 1 ? "along the last axis" : "over the last two axes"
    func operation(
      _ suffix: String, _ summary: String, _ role: ConvolutionRole,
      adjoints: [(role: ConvolutionRole, operands: [Int])]
    ) -> Operator {
      Operator(
        name + suffix, summary, arity: 2...2,
        shape: { query in
          Shapes.convolution(query, name + suffix, axes, role).map { plan in
            switch role {
            case .value: Shape(plan.batch + [plan.outputs] + plan.places)
            case .array: plan.whole
            case .kernel: plan.kernel
            }
          }
        }, domain: [-2...2, -2...2],
        derivative: .pullback { pullback in
          let given = pullback.graph.operands(pullback.node)
          let shapes = given.map { pullback.graph.shape($0) }
          let full = pullback.full(pullback.adjoint)
          let attribute = pullback.graph.attribute(pullback.node)
          guard case .convolution(let strides, let padding, _) = attribute else {
            return [nil, nil]
          }
          return adjoints.enumerated().map { place, adjoint in
            let operands = adjoint.operands.map { $0 == 2 ? full : given[$0] }
            let sizes = adjoint.role == .value ? [] : shapes[place].dimensions.suffix(axes)
            return pullback.graph.insert(
              Catalogue.required(name + adjoint.role.suffix), operands,
              .convolution(strides: strides, padding: padding, sizes: Array(sizes)))
          }
        }, execution: .byDefinition,
        definition: { graph, node in
          let query = ShapeQuery(
            operands: graph.operands(node).map { graph.shape($0) },
            attribute: graph.attribute(node))
          guard case .success(let plan) = Shapes.convolution(query, name + suffix, axes, role)
          else { return node }
          switch role {
          case .value: return graph.convolution(node, plan)
          case .array: return graph.convolutionTransposed(node, plan)
          case .kernel: return graph.convolutionKernel(node, plan)
          }
        }, call: .convolution)
    }
    return [
      operation(
        "", "A kernel moved \(places), as PyTorch's `\(name)`.", .value,
        adjoints: [(.array, [2, 1]), (.kernel, [0, 2])]),
      operation(
        "_transpose", "What `\(name)` gives back to its array, which has the sizes named.", .array,
        adjoints: [(.value, [2, 1]), (.kernel, [2, 0])]),
      operation(
        "_kernel", "What `\(name)` gives back to its kernel, which has the sizes named.", .kernel,
        adjoints: [(.array, [1, 2]), (.value, [0, 2])]),
    ]
  }
}

/// What of a convolution an operator computes from the other two.
private enum ConvolutionRole {
  case value, array, kernel

  var suffix: String {
    switch self {
    case .value: ""
    case .array: "_transpose"
    case .kernel: "_kernel"
    }
  }
}

/// The sizes of a convolution.
private struct ConvolutionPlan {
  var batch: [Dimension]
  /// The array, and the kernel.
  var whole: Shape
  var kernel: Shape
  /// The array with its zeros around.
  var padded: Shape
  var padding: [Int]
  var strides: [Int]
  /// Along the kernel's last axes.
  var window: [Dimension]
  /// Where windows start.
  var places: [Dimension]
  var outputs: Dimension
  /// The elements of all channels of a window.
  var terms: Dimension
  /// The number of places.
  var count: Dimension
}

extension Shapes {
  /// The sizes of all three, from those of two and the sizes that the attribute names.
  fileprivate static func convolution(
    _ query: ShapeQuery, _ name: String, _ axes: Int, _ role: ConvolutionRole
  ) -> Result<ConvolutionPlan, ShapeProblem> {
    guard case .convolution(let strides, let padding, let named) = query.attribute,
      strides.count == axes, padding.count == axes, named.count == (role == .value ? 0 : axes)
    else { return .failure(ShapeProblem("a stride, a padding and sizes are expected")) }
    guard padding.allSatisfy({ $0 >= 0 }), strides.allSatisfy({ $0 >= 1 }) else {
      return .failure(ShapeProblem("a stride is at least 1, a padding at least 0"))
    }
    let sizes = axes == 1 ? "length" : "height, width"
    let (first, second) = (query.operands[0], query.operands[1])
    guard first.rank >= axes + 1 else {
      return .failure(
        ShapeProblem(
          "`\(name)` takes an array of […, channels, \(sizes)], and the shape is \(first)"))
    }
    guard role == .kernel ? second.rank == first.rank : second.rank == axes + 2 else {
      return .failure(
        ShapeProblem(
          role == .kernel
            ? "`\(name)` takes two arrays of one rank, and the shapes are \(first) and \(second)"
            : "`\(name)` takes a kernel of [out, in, \(sizes)], and its shape is \(second)"))
    }
    let place = first.rank - axes - 1
    switch role {
    case .value: return plan(first, second, name, strides, padding)
    case .array:
      var whole = first
      whole.dimensions.replaceSubrange(place..., with: [second.dimensions[1]] + named)
      return plan(whole, second, name, strides, padding).flatMap { fitting($0, first, name) }
    case .kernel:
      let kernel = Shape([second.dimensions[place], first.dimensions[place]] + named)
      return plan(first, kernel, name, strides, padding).flatMap { fitting($0, second, name) }
    }
  }

  /// The plan if its result has a shape.
  private static func fitting(
    _ plan: ConvolutionPlan, _ value: Shape, _ name: String
  ) -> Result<ConvolutionPlan, ShapeProblem> {
    let expected = Shape(plan.batch + [plan.outputs] + plan.places)
    return expected == value
      ? .success(plan)
      : .failure(
        ShapeProblem("`\(name)` needs an array of shape \(expected), and it is \(value)"))
  }

  private static func plan(
    _ x: Shape, _ kernel: Shape, _ name: String, _ strides: [Int], _ padding: [Int]
  ) -> Result<ConvolutionPlan, ShapeProblem> {
    let axes = strides.count
    let channels = x.dimensions[x.rank - axes - 1]
    guard kernel.dimensions[1] == channels else {
      return .failure(
        ShapeProblem(
          "the kernel \(kernel) is for \(kernel.dimensions[1]) channels, and \(x) has \(channels)"
        ))
    }
    var padded = x
    for (place, zeros) in padding.enumerated() {
      let axis = x.rank - axes + place
      padded.dimensions[axis] = padded.dimensions[axis] + Dimension(2 * zeros)
    }
    let window = Array(kernel.dimensions.suffix(axes))
    return windows(
      ShapeQuery(operands: [padded], attribute: .windows(sizes: window, strides: strides))
    ).flatMap { all in
      let places = Array(all.dimensions.suffix(axes))
      guard let terms = product([channels] + window), let count = product(places) else {
        return .failure(
          ShapeProblem(
            "`\(name)` of \(x) and \(kernel) has a size that is a product of names",
            fix: "give all but one of them as numbers"))
      }
      return .success(
        ConvolutionPlan(
          batch: Array(x.dimensions.dropLast(axes + 1)), whole: x, kernel: kernel, padded: padded,
          padding: padding, strides: strides, window: window, places: places,
          outputs: kernel.dimensions[0], terms: terms, count: count))
    }
  }

  private static func product(_ dimensions: [Dimension]) -> Dimension? {
    dimensions.reduce(Dimension(1)) { $0?.times($1) }
  }
}

extension ExpressionGraph {
  /// All windows of an array with its zeros around, each as a column.
  private mutating func columns(_ array: NodeID, _ plan: ConvolutionPlan) -> NodeID {
    var x = array
    if plan.padded != shape(x) {
      x = insert(.pad, [x], .window(starts: plan.starts, sizes: plan.padded))
    }
    let windows = insert(.windows, [x], .windows(sizes: plan.window, strides: plan.strides))
    return insert(.reshape, [windows], .shape(Shape(plan.batch + [plan.terms, plan.count])))
  }

  private mutating func rows(_ kernel: NodeID, _ plan: ConvolutionPlan) -> NodeID {
    insert(.reshape, [kernel], .shape(Shape([plan.outputs, plan.terms])))
  }

  private mutating func flat(_ value: NodeID, _ plan: ConvolutionPlan) -> NodeID {
    insert(.reshape, [value], .shape(Shape(plan.batch + [plan.outputs, plan.count])))
  }

  /// The kernels as rows times the windows as columns.
  fileprivate mutating func convolution(_ node: NodeID, _ plan: ConvolutionPlan) -> NodeID {
    let operands = operands(node)
    let columns = columns(operands[0], plan)
    let product = insert(.matrixProduct, [rows(operands[1], plan), columns])
    return insert(.reshape, [product], .shape(shape(node)))
  }

  fileprivate mutating func convolutionTransposed(
    _ node: NodeID, _ plan: ConvolutionPlan
  ) -> NodeID {
    let operands = operands(node)
    let kernels = transposed(rows(operands[1], plan))
    let columns = insert(.matrixProduct, [kernels, flat(operands[0], plan)])
    let channels = plan.kernel.dimensions[1]
    let apart = Shape(plan.batch + [channels] + plan.window + plan.places)
    let windows = insert(.reshape, [columns], .shape(apart))
    let sizes = Array(plan.padded.dimensions.suffix(plan.strides.count))
    let sum = insert(.overlapAdd, [windows], .windows(sizes: sizes, strides: plan.strides))
    if plan.padded == plan.whole { return sum }
    return insert(.slice, [sum], .window(starts: plan.starts, sizes: plan.whole))
  }

  fileprivate mutating func convolutionKernel(_ node: NodeID, _ plan: ConvolutionPlan) -> NodeID {
    let operands = operands(node)
    let windows = transposed(columns(operands[0], plan))
    let products = insert(.matrixProduct, [flat(operands[1], plan), windows])
    let batch = Array(plan.batch.indices)
    let sum =
      batch.isEmpty ? products : insert(.sum, [products], .axes(batch, keep: false))
    return insert(.reshape, [sum], .shape(plan.kernel))
  }
}

extension ConvolutionPlan {
  /// Where the array starts within its zeros.
  fileprivate var starts: [Dimension] {
    let kept = padded.rank - padding.count
    return [Dimension](repeating: 0, count: kept) + padding.map { Dimension($0) }
  }
}
