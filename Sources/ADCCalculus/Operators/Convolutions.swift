extension OperatorID {
  package static let windows = Catalogue.required("windows")
  package static let overlapAdd = Catalogue.required("overlap_add")
}

extension Catalogue {
  /// Windows over the last axes, and what is made of them: convolutions are matrix products over
  /// windows (Chellapilla, Puri, Simard 2006), pooling is a reduction over windows.
  static let convolutions: [Operator] = [
    Operator(
      "windows", "All windows over the last axes, first the axes within a window.", arity: 1...1,
      shape: Shapes.windows, domain: [-2...2],
      derivative: .pullback { pullback in
        guard case .windows(let sizes, let strides) = pullback.graph.attribute(pullback.node) else {
          return [nil]
        }
        let shape = pullback.graph.shape(pullback.graph.operands(pullback.node)[0])
        let last = Array(shape.dimensions.suffix(sizes.count))
        let full = pullback.full(pullback.adjoint)
        return [
          pullback.graph.insert(.overlapAdd, [full], .windows(sizes: last, strides: strides))
        ]
      }, execution: .view(.windows), call: .windows, linearity: .together(1)),
    Operator(
      "overlap_add", "Windows added up at the places that they were taken from.", arity: 1...1,
      shape: Shapes.overlapAdd, domain: [-2...2],
      derivative: .pullback { pullback in
        guard case .windows(let sizes, let strides) = pullback.graph.attribute(pullback.node) else {
          return [nil]
        }
        let shape = pullback.graph.shape(pullback.graph.operands(pullback.node)[0])
        let window = Array(shape.dimensions.suffix(2 * sizes.count).prefix(sizes.count))
        let full = pullback.full(pullback.adjoint)
        return [
          pullback.graph.insert(.windows, [full], .windows(sizes: window, strides: strides))
        ]
      }, execution: .overlapAdd, call: .windows, linearity: .together(1)),
    convolution("conv1d", "A kernel moved along the last axis, as PyTorch's `conv1d`.", axes: 1),
    convolution("conv2d", "A kernel moved over the last two axes, as PyTorch's `conv2d`.", axes: 2),
    pooling("max_pool", "The greatest element of each window over the last axes.") {
      graph, windows, axes, _ in
      graph.insert(.maximumOver, [windows], .axes(axes, keep: false))
    },
    pooling("avg_pool", "The mean of each window over the last axes.") {
      graph, windows, axes, sizes in
      let sum = graph.insert(.sum, [windows], .axes(axes, keep: false))
      return graph.insert(.divide, [sum, graph.size(sizes)])
    },
  ]

  private static func convolution(_ name: String, _ summary: String, axes: Int) -> Operator {
    .abbreviation(
      name, summary, arity: 2...2,
      shape: { query in
        Shapes.convolution(query, name, axes).map { plan in
          Shape(plan.batch + [plan.outputs] + plan.places)
        }
      }, domain: [-2...2, -2...2], call: .convolution,
      definition: { graph, node in
        let query = ShapeQuery(
          operands: graph.operands(node).map { graph.shape($0) },
          attribute: graph.attribute(node))
        guard case .success(let plan) = Shapes.convolution(query, name, axes) else { return node }
        return graph.convolution(node, plan)
      })
  }

  private static func pooling(
    _ name: String, _ summary: String,
    _ reduce:
      @escaping @Sendable (
        inout ExpressionGraph, _ windows: NodeID, _ axes: [Int], _ sizes: [Dimension]
      ) -> NodeID
  ) -> Operator {
    .abbreviation(
      name, summary,
      shape: { query in
        guard case .windows(let sizes, _) = query.attribute else {
          return .failure(ShapeProblem("a size is expected"))
        }
        return Shapes.windows(query).map { windows in
          let rank = query.operands[0].rank
          let kept = windows.dimensions.prefix(rank - sizes.count)
          return Shape(kept + windows.dimensions.suffix(sizes.count))
        }
      }, call: .pooling,
      definition: { graph, node in
        guard case .windows(let sizes, _) = graph.attribute(node) else { return node }
        let windows = graph.insert(.windows, graph.operands(node), graph.attribute(node))
        let end = graph.shape(windows).rank - sizes.count
        return reduce(&graph, windows, Array(end - sizes.count..<end), sizes)
      })
  }
}

/// The sizes of a convolution.
struct ConvolutionPlan {
  var batch: [Dimension]
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
  static let windows: ShapeRule = { query in
    guard case .windows(let sizes, let strides) = query.attribute, !sizes.isEmpty,
      sizes.count == strides.count, strides.allSatisfy({ $0 >= 1 })
    else {
      return .failure(ShapeProblem("sizes of windows and strides of at least 1 are expected"))
    }
    let shape = query.operands[0]
    guard shape.rank >= sizes.count else {
      return .failure(
        ShapeProblem("windows over \(sizes.count) axes of an array of shape \(shape)"))
    }
    var places: [Dimension] = []
    for (whole, (size, stride)) in zip(
      shape.dimensions.suffix(sizes.count), zip(sizes, strides))
    {
      switch count(of: size, in: whole, stride: stride) {
      case .success(let count): places.append(count)
      case .failure(let problem): return .failure(problem)
      }
    }
    return .success(Shape(shape.dimensions.dropLast(sizes.count) + sizes + places))
  }

  /// How many windows start in an axis.
  private static func count(
    of size: Dimension, in whole: Dimension, stride: Int
  ) -> Result<Dimension, ShapeProblem> {
    let rest = whole - size
    if let size = size.known, size < 1 {
      return .failure(ShapeProblem("a window has at least one element, and \(size) are asked for"))
    }
    if let rest = rest.known {
      guard rest >= 0 else {
        return .failure(ShapeProblem("a window of \(size) is larger than the axis of \(whole)"))
      }
      return .success(Dimension(rest / stride + 1))
    }
    guard stride == 1 else {
      return .failure(
        ShapeProblem(
          "windows of \(size) at every \(stride). place of an axis of \(whole)",
          fix: "a stride other than 1 needs an axis whose size is a number"))
    }
    return .success(rest + 1)
  }

  static let overlapAdd: ShapeRule = { query in
    guard case .windows(let sizes, let strides) = query.attribute,
      query.operands[0].rank >= 2 * sizes.count
    else {
      return .failure(ShapeProblem("windows and the sizes of what they add up to are expected"))
    }
    let given = query.operands[0].dimensions
    let kept = given.dropLast(2 * sizes.count)
    let window = Array(given.suffix(2 * sizes.count).prefix(sizes.count))
    let result = Shape(kept + sizes)
    let back = ShapeQuery(
      operands: [result], attribute: .windows(sizes: window, strides: strides))
    return windows(back).flatMap { found in
      found == query.operands[0]
        ? .success(result)
        : .failure(
          ShapeProblem("windows of shape \(query.operands[0]) do not add up to \(result)"))
    }
  }

  static func convolution(
    _ query: ShapeQuery, _ name: String, _ axes: Int
  ) -> Result<ConvolutionPlan, ShapeProblem> {
    let (x, kernel) = (query.operands[0], query.operands[1])
    guard case .convolution(let strides, let padding) = query.attribute, strides.count == axes,
      padding.count == axes
    else { return .failure(ShapeProblem("a stride and a padding are expected")) }
    guard padding.allSatisfy({ $0 >= 0 }), strides.allSatisfy({ $0 >= 1 }) else {
      return .failure(ShapeProblem("a stride is at least 1, a padding at least 0"))
    }
    let sizes = axes == 1 ? "length" : "height, width"
    guard x.rank >= axes + 1 else {
      return .failure(
        ShapeProblem("`\(name)` takes an array of […, channels, \(sizes)], and the shape is \(x)"))
    }
    guard kernel.rank == axes + 2 else {
      return .failure(
        ShapeProblem(
          "`\(name)` takes a kernel of [out, in, \(sizes)], and its shape is \(kernel)"))
    }
    let channels = x.dimensions[x.rank - axes - 1]
    guard kernel.dimensions[1] == channels else {
      return .failure(
        ShapeProblem(
          "the kernel \(kernel) is for \(kernel.dimensions[1]) channels, and \(x) has \(channels)"))
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
          batch: Array(x.dimensions.dropLast(axes + 1)), padded: padded, padding: padding,
          strides: strides, window: window, places: places, outputs: kernel.dimensions[0],
          terms: terms, count: count))
    }
  }

  private static func product(_ dimensions: [Dimension]) -> Dimension? {
    dimensions.reduce(Dimension(1)) { $0?.times($1) }
  }
}

extension ExpressionGraph {
  /// The kernels as rows times the windows as columns.
  fileprivate mutating func convolution(_ node: NodeID, _ plan: ConvolutionPlan) -> NodeID {
    let operands = operands(node)
    var x = operands[0]
    if plan.padded != shape(x) {
      var starts = plan.padded.dimensions.map { _ in Dimension(0) }
      for (place, zeros) in plan.padding.enumerated() {
        starts[starts.count - plan.padding.count + place] = Dimension(zeros)
      }
      x = insert(.pad, [x], .window(starts: starts, sizes: plan.padded))
    }
    let windows = insert(.windows, [x], .windows(sizes: plan.window, strides: plan.strides))
    let columns = insert(
      .reshape, [windows], .shape(Shape(plan.batch + [plan.terms, plan.count])))
    let rows = insert(.reshape, [operands[1]], .shape(Shape([plan.outputs, plan.terms])))
    let product = insert(.matrixProduct, [rows, columns])
    return insert(.reshape, [product], .shape(shape(node)))
  }
}
