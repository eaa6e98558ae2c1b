import ADCCalculus
import ADCSyntax

/// Calls of operators over windows, and of those that take a number of places or copies.
extension Elaborator {
  /// `roll(x, 2, axis: 0)`, `repeat(x, 3, axis: 0)`.
  mutating func alongAxisBy(_ op: OperatorID, _ given: Given) throws(Reported) -> NodeID {
    try checkCount(of: given.name.text, 2...2, given.operands.count, at: given.range)
    let node = try elaborate(given.operands[0])
    let count = try wholeConstant(given.operands[1], for: "the number of `\(given.name.text)`")
    let axis = try axis(given, of: graph.shape(node), unnamed: 0)
    return try apply(op, [node], .along(axis: axis, count: count), at: given.range)
  }

  /// `windows(x, [3, 3], stride: 2)`, `overlap_add(x, [28, 28], stride: 2)`.
  mutating func windows(_ op: OperatorID, _ given: Given) throws(Reported) -> NodeID {
    try checkCount(of: given.name.text, 2...2, given.operands.count, at: given.range)
    let node = try elaborate(given.operands[0])
    let sizes = try shape(given.operands[1...1]).dimensions
    let strides = try steps(given.labelled["stride"], for: "`stride`", count: sizes.count) ?? [1]
    return try apply(
      op, [node], .windows(sizes: sizes, strides: Self.repeated(strides, sizes.count)),
      at: given.range)
  }

  /// `max_pool(x, size: 2, stride: 2)`: one size for the last two axes, or one for each of some.
  mutating func pooling(_ op: OperatorID, _ given: Given) throws(Reported) -> NodeID {
    try checkCount(of: given.name.text, 1...2, given.operands.count, at: given.range)
    let node = try elaborate(given.operands[0])
    let size = given.labelled["size"] ?? given.operands.dropFirst().first
    guard let size else {
      throw report(
        "AD0402", "`\(given.name.text)` needs the argument `size`", at: given.range)
    }
    var sizes = try shape([size]).dimensions
    if case .array = size.form {} else { sizes = [sizes[0], sizes[0]] }
    let strides =
      try steps(given.labelled["stride"], for: "`stride`", count: sizes.count)
      ?? sizes.map { $0.known ?? 0 }
    return try apply(
      op, [node], .windows(sizes: sizes, strides: Self.repeated(strides, sizes.count)),
      at: given.range)
  }

  /// `conv2d(x, k, stride: 2, padding: 1)`, one number for all axes or one for each; of what gives
  /// back to its array or kernel the sizes of that are a third argument.
  mutating func convolution(_ op: OperatorID, _ given: Given) throws(Reported) -> NodeID {
    let name = given.name.text
    let isValue = name == "conv1d" || name == "conv2d"
    let count = isValue ? 2 : 3
    try checkCount(of: name, count...count, given.operands.count, at: given.range)
    var nodes: [NodeID] = []
    for operand in given.operands.prefix(2) { nodes.append(try elaborate(operand)) }
    let sizes = isValue ? [] : try shape(given.operands[2...2]).dimensions
    let axes = name.hasPrefix("conv1d") ? 1 : 2
    let strides = try steps(given.labelled["stride"], for: "`stride`", count: axes) ?? [1]
    let padding = try steps(given.labelled["padding"], for: "`padding`", count: axes) ?? [0]
    return try apply(
      op, nodes,
      .convolution(
        strides: Self.repeated(strides, axes), padding: Self.repeated(padding, axes),
        sizes: sizes),
      at: given.range)
  }

  private static func repeated(_ values: [Int], _ count: Int) -> [Int] {
    values.count == 1 ? [Int](repeating: values[0], count: count) : values
  }

  /// One whole number, or one for each of `count` axes.
  private mutating func steps(
    _ expression: Expression?, for what: String, count: Int
  ) throws(Reported) -> [Int]? {
    guard let expression else { return nil }
    guard case .array(let entries) = expression.form else {
      return [try wholeConstant(expression, for: what)]
    }
    guard entries.count == count else {
      throw report(
        "AD0404", "\(what) is one number or \(count), and these are \(entries.count)",
        at: expression.range)
    }
    var steps: [Int] = []
    for entry in entries { steps.append(try wholeConstant(entry, for: what)) }
    return steps
  }

  private mutating func wholeConstant(
    _ expression: Expression, for what: String
  ) throws(Reported) -> Int {
    let value = try constantScalar(expression, for: what)
    guard let whole = Self.wholeNumber(value), whole.magnitude < 1 << 31 else {
      throw report(
        "AD0404", "\(what) must be a whole number of moderate size, and it is \(Self.text(value))",
        at: expression.range)
    }
    return whole
  }
}
