import ADCCalculus
import ADCSyntax

extension Elaborator {
  /// What the places of `x[…]` ask for, axis by axis of `x`.
  private struct Selection {
    var starts: [Dimension] = []
    var sizes: [Dimension] = []
    /// The shape of the result but for rows taken by a computed index.
    var result: [Dimension] = []
    /// Computed indices, with the sizes of the axes that they are for and the places in `result`
    /// where their own axes come to stand.
    var gathered: [(index: NodeID, whole: Dimension, place: Int)] = []
  }

  mutating func subscripted(
    _ base: Expression, _ subscripts: [Subscript], at range: SourceRange
  ) throws(Reported) -> NodeID {
    let node = try elaborate(base)
    return try subscripted(node, base, subscripts, at: range)
  }

  /// The places of a value that is elaborated, written as `base`.
  mutating func subscripted(
    _ node: NodeID, _ base: Expression, _ subscripts: [Subscript], at range: SourceRange
  ) throws(Reported) -> NodeID {
    let shape = graph.shape(node)
    if let state = try lastState(node, subscripts) {
      let rest = Array(subscripts.dropFirst())
      return rest.isEmpty ? state : try subscripted(state, base, rest, at: range)
    }
    var selection = Selection()
    for place in subscripts { try select(place, of: shape, base, into: &selection) }
    for axis in selection.starts.count..<max(shape.rank, selection.starts.count) {
      keepAll(shape.dimensions[axis], in: &selection)
    }
    var result = node
    if selection.sizes != shape.dimensions {
      result = try apply(
        Known.slice, [result],
        .window(starts: selection.starts, sizes: Shape(selection.sizes)), at: range,
        code: "AD0306")
    }
    var dimensions = selection.result
    for gathered in selection.gathered.reversed() {
      dimensions.insert(gathered.whole, at: gathered.place)
    }
    result = try reshaped(result, Shape(dimensions), at: range)
    for (place, gathered) in selection.gathered.enumerated().reversed() {
      result = try gather(result, gathered.index, axis: gathered.place + place, at: range)
    }
    return result
  }

  private mutating func reshaped(
    _ node: NodeID, _ shape: Shape, at range: SourceRange
  ) throws(Reported) -> NodeID {
    graph.shape(node) == shape ? node : try apply(Known.reshape, [node], .shape(shape), at: range)
  }

  private func keepAll(_ dimension: Dimension, in selection: inout Selection) {
    selection.starts.append(0)
    selection.sizes.append(dimension)
    selection.result.append(dimension)
  }

  private mutating func select(
    _ place: Subscript, of shape: Shape, _ base: Expression, into selection: inout Selection
  ) throws(Reported) {
    let axis = selection.starts.count
    switch place {
    case .new: selection.result.append(1)
    case .index(let index):
      let whole = try dimension(axis, of: shape, base, at: index.range)
      try select(index: index, of: whole, axis, into: &selection)
    case .range(let lower, let upper, let includesUpper, let range):
      let whole = try dimension(axis, of: shape, base, at: range)
      guard lower != nil || upper != nil else { return keepAll(whole, in: &selection) }
      let start = try lower.map { bound throws(Reported) in try position(bound, in: whole) } ?? 0
      var end = try upper.map { bound throws(Reported) in try position(bound, in: whole) } ?? whole
      if upper != nil, includesUpper { end = end + 1 }
      let size = end - start
      try check(start: start, size: size, end: end, whole, axis, at: range)
      selection.starts.append(start)
      selection.sizes.append(size)
      selection.result.append(size)
    }
  }

  private mutating func dimension(
    _ axis: Int, of shape: Shape, _ base: Expression, at range: SourceRange
  ) throws(Reported) -> Dimension {
    guard axis < shape.rank else {
      let subject = quote(base.range) ?? "the array"
      throw report(
        "AD0309",
        shape.isScalar
          ? "\(subject) is a number and has no elements"
          : "\(subject) has the shape \(shape): more indices than its \(shape.rank) "
            + "\(shape.rank == 1 ? "axis" : "axes")",
        at: range)
    }
    return shape.dimensions[axis]
  }

  /// A bound or an index; a negative literal counts from the end.
  private mutating func position(
    _ expression: Expression, in whole: Dimension
  ) throws(Reported) -> Dimension {
    let value = try position(expression)
    if case .prefix(.minus, _, let operand) = expression.form, case .number = operand.form,
      let number = value.known, number < 0
    {
      return whole + value
    }
    return value
  }

  private mutating func check(
    start: Dimension, size: Dimension, end: Dimension, _ whole: Dimension, _ axis: Int,
    at range: SourceRange
  ) throws(Reported) {
    if let first = start.known, first < 0 {
      throw report("AD0306", "the range starts before the first element", at: range)
    }
    if let count = size.known, count < 0 {
      throw report("AD0306", "the range ends before it starts", at: range)
    }
    if let rest = (whole - end).known, rest < 0 {
      throw report(
        "AD0306", "the range ends at \(end), and axis \(axis) has the size \(whole)", at: range)
    }
  }

  private mutating func select(
    index: Expression, of whole: Dimension, _ axis: Int, into selection: inout Selection
  ) throws(Reported) {
    if let fixed = try fixedIndex(index, in: whole) {
      let isBefore = fixed.known.map { $0 < 0 } ?? false
      let isBehind = (whole - fixed).known.map { $0 <= 0 } ?? false
      if isBefore || isBehind {
        let asked = substituteRange == nil ? source.text(index.range) : fixed.description
        throw report(
          "AD0306",
          "the index \(asked) is out of range: "
            + "axis \(axis) has the size \(whole)", at: index.range,
          fix: whole.known.map { $0 > 0 ? "indices go from 0 to \($0 - 1)" : "it has no elements" })
      }
      selection.starts.append(fixed)
      selection.sizes.append(1)
      return
    }
    var node = try elaborate(index)
    if mayLeave(node, whole), let condition = try all(branchConditions, at: index.range) {
      // Where the branch is not chosen, any place will do.
      let first = constant(0, at: index.range)
      node = try apply(Known.select, [condition, node, first], at: index.range)
    } else {
      try checkLoopIndex(node, whole, axis, at: index.range)
    }
    if isConstant[node.slot] { try checkRows(node, whole, axis, at: index.range) }
    let isArray = !graph.shape(node).isScalar
    if isArray, selection.gathered.contains(where: { !graph.shape($0.index).isScalar }) {
      throw report(
        "AD0407", "two arrays of indices in one place could mean pairs or a table",
        at: index.range,
        fix: "take the rows first: `x[i][:, j]`, or pairs: `[k in 0..<n: x[i[k], j[k]]]`")
    }
    selection.gathered.append((node, whole, selection.result.count))
    selection.starts.append(0)
    selection.sizes.append(whole)
  }

  /// The index if it is known when the model is compiled; nil if it is an array or computed.
  mutating func fixedIndex(
    _ index: Expression, in whole: Dimension
  ) throws(Reported) -> Dimension? {
    if case .name(let name) = index.form, case .dimension(let dimension)? = binding(name)?.meaning {
      return dimension
    }
    if case .array = index.form { return nil }
    let node = try elaborate(index)
    guard graph.shape(node).isScalar, isConstant[node.slot] else {
      // Sums over named dimensions, such as `n - 1`, are places too.
      guard graph.shape(node).isScalar, onlyDimensions(node) else { return nil }
      return try position(index)
    }
    return try position(index, in: whole)
  }

  /// Whether a node depends on nothing but sizes, within a few steps.
  private func onlyDimensions(_ node: NodeID) -> Bool {
    var open = [node]
    var steps = 0
    while let next = open.popLast() {
      steps += 1
      if steps > 64 { return false }
      if isConstant[next.slot] { continue }
      if case .dimension = graph.attribute(next) { continue }
      if graph.operands(next).isEmpty { return false }
      open.append(contentsOf: graph.operands(next))
    }
    return true
  }

  /// An array of row numbers that is known must be within the size, if that is known.
  private mutating func checkRows(
    _ node: NodeID, _ whole: Dimension, _ axis: Int, at range: SourceRange
  ) throws(Reported) {
    let table = try constantTable(of: node, at: range, for: "an array of indices")
    for value in table.values {
      let isBehind = whole.known.map { value >= Double($0) } ?? false
      guard value < 0 || isBehind || Self.wholeNumber(value) == nil else { continue }
      throw report(
        "AD0306",
        "the index \(Self.text(value)) is out of range: axis \(axis) has the size \(whole)",
        at: range)
    }
  }

  /// What an index takes along an axis; an array of indices puts its own axes in the axis' place.
  private mutating func gather(
    _ node: NodeID, _ index: NodeID, axis: Int, at range: SourceRange
  ) throws(Reported) -> NodeID {
    let table = graph.movingAxis(axis, to: 0, of: node)
    record(range)
    let rows = try apply(Known.gather, [table, index], at: range)
    let rank = graph.shape(index).rank
    guard axis > 0, rank > 0 else { return rows }
    var order = Array(0..<graph.shape(rows).rank)
    let own = order[..<rank]
    order.removeFirst(rank)
    order.insert(contentsOf: own, at: axis)
    let result = graph.permuted(rows, order)
    record(range)
    return result
  }
}
