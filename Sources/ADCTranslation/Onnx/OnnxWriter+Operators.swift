import ADCCalculus

extension OnnxWriter {
  /// Writes the nodes that some need, in their order.
  mutating func write(_ needed: [Bool]) throws(TranslationError) {
    for slot in needed.indices where needed[slot] && names[NodeID(slot)] == nil {
      let node = NodeID(slot)
      if graph.recurrence(of: node) != nil {
        try writeScan(node, graph.takenResults(of: node, needed))
      } else if graph.result(node) == nil {
        names[node] = try written(node)
      }
    }
  }

  mutating func written(_ node: NodeID) throws(TranslationError) -> String {
    if let value = graph.number(node) { return constant([value], []) }
    let op = graph.op(node)
    let operands = graph.operands(node)
    switch (graph.execution(node), graph.attribute(node)) {
    case (.leaf, .table(let place)):
      let table = graph.tables[place]
      return constant(table.values, table.shape.dimensions.map { $0.known ?? 0 })
    case (.elementwise, _): return try elementwise(node)
    case (.byDefinition, .axes(let axes, let keep)):
      guard case .call(let word)? = op.spellings[.onnx]?.form else { throw lacking(op.name) }
      let attributes: [(String, OnnxMessage.Attribute)] =
        op.call == .reduction
        ? [("axes", .ints(axes)), ("keepdims", .int(keep ? 1 : 0))] : [("axis", .int(axes[0]))]
      return add(word, [try stretched(operands[0])], attributes)
    case (.reduction(let kind), .axes(let axes, let keep)):
      let x = try stretched(operands[0])
      let keeps = ("keepdims", OnnxMessage.Attribute.int(keep ? 1 : 0))
      switch kind {
      case .sum: return add("ReduceSum", [x, constant(whole: axes)], [keeps])
      case .product: return add("ReduceProd", [x], [("axes", .ints(axes)), keeps])
      case .minimum: return add("ReduceMin", [x], [("axes", .ints(axes)), keeps])
      case .maximum: return add("ReduceMax", [x], [("axes", .ints(axes)), keeps])
      case .indexOfMinimum, .indexOfMaximum:
        let word = kind == .indexOfMaximum ? "ArgMax" : "ArgMin"
        return cast(add(word, [x], [("axis", .int(axes[0])), keeps]), real)
      }
    case (.view(let view), _): return try self.view(node, view)
    case (.matrixProduct, _):
      return try product(operands[0], operands[1])
    case (.generator(.size), .dimension(let dimension)):
      let number = cast(size(dimension), real)
      return add("Reshape", [number, constant(whole: [], [0])])
    case (.generator(.iota), .shape(let shape)) where shape.rank == 1:
      if let known = shape.knownCount { return constant((0..<known).map(Double.init), [known]) }
      let limit = add("Squeeze", [size(shape.dimensions[0])])
      return cast(
        add("Range", [constant(whole: [0], []), limit, constant(whole: [1], [])]), real)
    case (.concatenation, .axis(let axis)):
      var parts: [String] = []
      for operand in operands { parts.append(try stretched(operand)) }
      return add("Concat", parts, [("axis", .int(axis))])
    case (.gather, let attribute) where attribute.batch == 0:
      return add("Gather", [try stretched(operands[0]), cast(try stretched(operands[1]), .int64)])
    case (.scatterAdd, _) where graph.batch(of: node) == 0:
      let zeros = try zeros(graph.shape(node))
      let rank = graph.shape(operands[1]).rank
      let index = add(
        "Unsqueeze", [cast(try stretched(operands[1]), .int64), constant(whole: [rank])])
      return add(
        "ScatterND", [zeros, index, try stretched(operands[0])], [("reduction", .text("add"))])
    case (.cumulativeSum, .scan(let axis, let reversed)):
      return add(
        "CumSum", [try stretched(operands[0]), constant(whole: [axis], [])],
        [("reverse", .int(reversed ? 1 : 0))])
    case (.pad, .window(let starts, let sizes)):
      let old = graph.shape(operands[0]).dimensions
      var parts: [String] = []
      for start in starts { parts.append(size(start)) }
      for (axis, start) in starts.enumerated() {
        parts.append(size(sizes.dimensions[axis] - start - old[axis]))
      }
      return add("Pad", [try stretched(operands[0]), joined(parts)])
    case (.sort, .axes(let axes, _)): return try ordered(operands[0], axes[0])[0]
    case (.order, .axes(let axes, _)): return cast(try ordered(operands[0], axes[0])[1], real)
    case (.takeAlong, .axes(let axes, _)):
      let index = cast(try stretched(operands[1]), .int64)
      return add(
        "GatherElements", [try stretched(operands[0]), index], [("axis", .int(axes[0]))])
    case (.putAlong, .axes(let axes, _)):
      let index = cast(try stretched(operands[1]), .int64)
      return add(
        "ScatterElements", [try zeros(graph.shape(node)), index, try stretched(operands[0])],
        [("axis", .int(axes[0])), ("reduction", .text("add"))])
    case (.overlapAdd, .windows(let sizes, let strides)):
      return try overlapAdd(operands[0], graph.shape(node), sizes, strides)
    default: throw lacking(op.name)
    }
  }

  private mutating func elementwise(_ node: NodeID) throws(TranslationError) -> String {
    let op = graph.op(node)
    let operands = graph.operands(node)
    var parts = operands.map { name($0) }
    guard let spelling = op.spellings[.onnx], case .call(let word) = spelling.form else {
      throw lacking(op.name)
    }
    if spelling.isOnlySingle, real != .float {
      throw TranslationError(
        "ONNX has no `\(op.name)` of doubles that onnxruntime computes: `precision single` has it")
    }
    switch graph.operatorID(node) {
    case .less, .lessOrEqual, .equal: return cast(add(word, parts), real)
    case .notEqual: return cast(add("Not", [add("Equal", parts)]), real)
    case .and, .or: return cast(add(word, parts.map { cast($0, .bool) }), real)
    case .not: return cast(add(word, [cast(parts[0], .bool)]), real)
    case .select: return add(word, [cast(parts[0], .bool), parts[1], parts[2]])
    case .add, .multiply:
      var result = parts.removeFirst()
      for part in parts { result = add(word, [result, part]) }
      return result
    default: return add(word, parts)
    }
  }

  /// A product of matrices; a vector goes as a matrix, as runtimes that join the product with a
  /// transposition before it take no other.
  private mutating func product(
    _ left: NodeID, _ right: NodeID
  ) throws(TranslationError) -> String {
    var (x, y) = (try stretched(left), try stretched(right))
    let isRow = graph.shape(left).rank == 1
    let isColumn = graph.shape(right).rank == 1
    if isRow { x = add("Unsqueeze", [x, constant(whole: [0])]) }
    if isColumn { y = add("Unsqueeze", [y, constant(whole: [1])]) }
    let result = add("MatMul", [x, y])
    let axes = (isRow ? [-2] : []) + (isColumn ? [-1] : [])
    return axes.isEmpty ? result : add("Squeeze", [result, constant(whole: axes)])
  }

  mutating func zeros(_ whole: Shape) throws(TranslationError) -> String {
    add("Expand", [constant([0], []), try shape(whole)])
  }

  /// The elements in ascending order along an axis, and where they come from; equal ones keep their
  /// order.
  private mutating func ordered(
    _ operand: NodeID, _ axis: Int
  ) throws(TranslationError) -> [String] {
    let count = size(graph.shape(operand).dimensions[axis])
    return add(
      "TopK", [try stretched(operand), count], [("axis", .int(axis)), ("largest", .int(0))],
      results: 2)
  }
}
