/// Operators that the engine builds; their lines in the catalogue say what they are.
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
    pooling(
      "max_pool", "The greatest element of each window over the last axes.",
      kinks: "equal shares where several elements are the greatest",
      pullback: { pullback, sizes, adjoint in
        let x = pullback.graph.operands(pullback.node)[0]
        let attribute = pullback.graph.attribute(pullback.node)
        let windows = pullback.graph.insert(.windows, [x], attribute)
        let rank = pullback.graph.shape(windows).rank
        let axes = Array(rank - 2 * sizes.count..<rank - sizes.count)
        let greatest = pullback.graph.overWindow(pullback.node, sizes.count)
        let isGreatest = pullback.graph.insert(.equal, [windows, greatest])
        let count = pullback.graph.insert(.sum, [isGreatest], .axes(axes, keep: true))
        let share = pullback.graph.insert(.divide, [adjoint, count])
        return pullback.graph.insert(.select, [isGreatest, share, pullback.graph.constant(0)])
      },
      reduce: { graph, windows, axes, _ in
        graph.insert(.maximumOver, [windows], .axes(axes, keep: false))
      }),
    pooling(
      "avg_pool", "The mean of each window over the last axes.",
      pullback: { pullback, sizes, adjoint in
        let count = pullback.graph.size(sizes)
        return pullback.graph.insert(.divide, [adjoint, count])
      },
      reduce: { graph, windows, axes, sizes in
        let sum = graph.insert(.sum, [windows], .axes(axes, keep: false))
        return graph.insert(.divide, [sum, graph.size(sizes)])
      }),
  ]

  /// - Parameter pullback: what each element of each window receives, from the adjoint with axes of
  ///   1 for those within a window; its shape broadcasts to the windows'.
  private static func pooling(
    _ name: String, _ summary: String, kinks: String = "",
    pullback:
      @escaping @Sendable (inout Pullback, _ sizes: [Dimension], _ adjoint: NodeID) -> NodeID,
    reduce:
      @escaping @Sendable (
        inout ExpressionGraph, _ windows: NodeID, _ axes: [Int], _ sizes: [Dimension]
      ) -> NodeID
  ) -> Operator {
    Operator(
      name, summary, arity: 1...1,
      shape: { query in
        guard case .windows(let sizes, _) = query.attribute else {
          return .failure(ShapeProblem("a size is expected"))
        }
        return Shapes.windows(query).map { windows in
          let rank = query.operands[0].rank
          let kept = windows.dimensions.prefix(rank - sizes.count)
          return Shape(kept + windows.dimensions.suffix(sizes.count))
        }
      }, domain: [-2...2], kinks: kinks,
      derivative: .pullback { state in
        guard case .windows(let sizes, let strides) = state.graph.attribute(state.node) else {
          return [nil]
        }
        let x = state.graph.operands(state.node)[0]
        let windows = state.graph.insert(.windows, [x], .windows(sizes: sizes, strides: strides))
        let whole = state.graph.shape(windows)
        let full = state.full(state.adjoint)
        let adjoint = state.graph.overWindow(full, sizes.count)
        let parts = pullback(&state, sizes, adjoint)
        let spread =
          state.graph.shape(parts) == whole
          ? parts : state.graph.insert(.broadcast, [parts], .shape(whole))
        let last = Array(state.graph.shape(x).dimensions.suffix(sizes.count))
        return [
          state.graph.insert(.overlapAdd, [spread], .windows(sizes: last, strides: strides))
        ]
      }, execution: .byDefinition,
      definition: { graph, node in
        guard case .windows(let sizes, _) = graph.attribute(node) else { return node }
        let windows = graph.insert(.windows, graph.operands(node), graph.attribute(node))
        let end = graph.shape(windows).rank - sizes.count
        return reduce(&graph, windows, Array(end - sizes.count..<end), sizes)
      }, call: .pooling)
  }
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
}

extension ExpressionGraph {
  /// A value for each window with axes of 1 for those within a window.
  fileprivate mutating func overWindow(_ value: NodeID, _ axes: Int) -> NodeID {
    let dimensions = shape(value).dimensions
    let ones = [Dimension](repeating: 1, count: axes)
    let wide = dimensions.dropLast(axes) + ones + dimensions.suffix(axes)
    return insert(.reshape, [value], .shape(Shape(Array(wide))))
  }
}
