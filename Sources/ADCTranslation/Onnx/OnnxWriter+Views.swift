import ADCCalculus

extension OnnxWriter {
  mutating func view(_ node: NodeID, _ view: View) throws(TranslationError) -> String {
    let operand = graph.operand(node, 0)
    if view == .broadcast { return name(operand) }
    let x = try stretched(operand)
    let old = graph.shape(operand)
    switch (view, graph.attribute(node)) {
    case (.transpose, _):
      var order = Array(0..<old.rank)
      order.swapAt(old.rank - 1, old.rank - 2)
      return add("Transpose", [x], [("perm", .ints(order))])
    case (.permute, .permutation(let order)):
      return add("Transpose", [x], [("perm", .ints(order))])
    case (.reshape, _):
      let new = graph.shape(node)
      return add("Reshape", [x, new.isScalar ? constant(whole: [], [0]) : try shape(new)])
    case (.slice, .window(let starts, let sizes)):
      let axes = starts.indices.filter {
        !(starts[$0] == 0 && sizes.dimensions[$0] == old.dimensions[$0])
      }
      if axes.isEmpty { return x }
      var firsts: [String] = []
      var lasts: [String] = []
      for axis in axes {
        firsts.append(size(starts[axis]))
        lasts.append(size(starts[axis] + sizes.dimensions[axis]))
      }
      return add("Slice", [x, joined(firsts), joined(lasts), constant(whole: axes)])
    case (.windows, .windows(let sizes, let strides)):
      return try windows(x, old, sizes, strides)
    case (.reversed, .axes(let axes, _)):
      let back = constant(whole: [-1])
      return add("Slice", [x, back, constant(whole: [.min]), constant(whole: [axes[0]]), back])
    case (.diagonal, _):
      let shape = graph.shape(node).dimensions
      let places = add(
        "Range",
        [
          constant(whole: [0], []), add("Squeeze", [size(shape[shape.count - 1])]),
          constant(whole: [1], []),
        ])
      let column = add("Unsqueeze", [places, constant(whole: [1])])
      let index = add("Expand", [column, try self.shape(Shape(shape + [1]))])
      let taken = add("GatherElements", [x, index], [("axis", .int(shape.count))])
      return add("Squeeze", [taken, constant(whole: [shape.count])])
    default: throw lacking(graph.op(node).name)
    }
  }

  /// The places of the elements of all windows along an axis, by the element and the window.
  private func places(
    _ size: Dimension, _ whole: Dimension, _ step: Int
  ) throws(TranslationError) -> (table: [Int], shape: [Int]) {
    guard let size = size.known, let whole = whole.known else {
      throw lacking("windows over a size that is not known")
    }
    let starts = Array(stride(from: 0, through: whole - size, by: step))
    return ((0..<size).flatMap { offset in starts.map { offset + $0 } }, [size, starts.count])
  }

  /// All windows over the last axes, by the numbers of their elements.
  private mutating func windows(
    _ x: String, _ old: Shape, _ sizes: [Dimension], _ strides: [Int]
  ) throws(TranslationError) -> String {
    let first = old.rank - sizes.count
    var result = x
    for axis in sizes.indices {
      let (table, shape) = try places(sizes[axis], old.dimensions[first + axis], strides[axis])
      result = add(
        "Gather", [result, constant(whole: table, shape)], [("axis", .int(first + 2 * axis))])
    }
    let order =
      Array(0..<first) + sizes.indices.map { first + 2 * $0 }
      + sizes.indices.map { first + 2 * $0 + 1 }
    return add("Transpose", [result], [("perm", .ints(order))])
  }

  /// Windows added up at their places: along one axis after the other.
  mutating func overlapAdd(
    _ operand: NodeID, _ whole: Shape, _ sizes: [Dimension], _ strides: [Int]
  ) throws(TranslationError) -> String {
    let count = sizes.count
    let windows = graph.shape(operand).dimensions
    let first = windows.count - 2 * count
    var result = try stretched(operand)
    // What is added up already is at the front, the last axis first.
    var done: [Dimension] = []
    for axis in 0..<count {
      let rest =
        windows[..<first]
        + windows[(first + axis)..<(first + count)] + windows[(first + count + axis)...]
      let within = done.count + first
      let start = within + count - axis
      let others = (0..<rest.count + done.count).filter { $0 != within && $0 != start }
      result = add("Transpose", [result], [("perm", .ints([within, start] + others))])
      let (table, shape) = try places(
        windows[first + axis], whole.dimensions[first + axis], strides[axis])
      let all = done + rest
      let kept = Shape(others.map { all[$0] })
      let flat = Shape([Dimension(shape[0] * shape[1])] + kept.dimensions)
      result = add("Reshape", [result, try self.shape(flat)])
      let sum = Shape([whole.dimensions[first + axis]] + kept.dimensions)
      result = add(
        "ScatterND", [try zeros(sum), constant(whole: table, [table.count, 1]), result],
        [("reduction", .text("add"))])
      done.insert(whole.dimensions[first + axis], at: 0)
    }
    let order = Array(count..<count + first) + (0..<count).reversed()
    return add("Transpose", [result], [("perm", .ints(order))])
  }
}
