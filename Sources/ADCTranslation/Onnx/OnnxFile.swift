import ADCCalculus

extension ArrayModel {
  /// The outputs as an ONNX model of doubles.
  ///
  /// - Parameters:
  ///   - values: What parameters are, by name; those without are inputs.
  ///   - scalings: What is taken from inputs, and what they are then divided by.
  package func onnx(
    _ values: [String: (shape: [Int], values: [Double])],
    scalings: [String: (means: [Double], deviations: [Double])] = [:]
  ) throws(TranslationError) -> [UInt8] {
    var writer = OnnxWriter(self, values, scalings)
    return try writer.bytes()
  }
}

/// Writes a graph as nodes of ONNX.
struct OnnxWriter {
  private let model: ArrayModel
  private let values: [String: (shape: [Int], values: [Double])]
  private let scalings: [String: (means: [Double], deviations: [Double])]
  var graph: ExpressionGraph
  private var nodes: [ProtocolBuffer] = []
  private var initializers: [ProtocolBuffer] = []
  private var names: [NodeID: String] = [:]
  private var constants: [String: String] = [:]
  private var count = 0

  init(
    _ model: ArrayModel, _ values: [String: (shape: [Int], values: [Double])],
    _ scalings: [String: (means: [Double], deviations: [Double])]
  ) {
    self.scalings = scalings
    self.model = model
    self.values = values
    graph = model.graph
  }

  mutating func bytes() throws(TranslationError) -> [UInt8] {
    guard !model.outputs.isEmpty else {
      throw TranslationError("the model has no outputs: write `output …`")
    }
    var open = model.outputs.map(\.node)
    if let training = model.environment.first(where: { $0.name == "training" })?.node {
      let zero = graph.constant(0)
      open = graph.substituting([training: zero], in: open)
      open = Simplifier.simplify(&graph, open).roots
    }
    let roots = graph.expanding(open, for: .onnx) { $0.spellings[.onnx] != nil }
    let needed = graph.reachable(from: roots)
    var inputs: [ProtocolBuffer] = []
    for variable in model.inputs + model.parameters
    where variable.node.slot < needed.count && needed[variable.node.slot] {
      names[variable.node] = variable.name
      if let known = values[variable.name] {
        initializers.append(OnnxMessage.tensor(variable.name, known.shape, known.values))
      } else {
        inputs.append(OnnxMessage.value(variable.name, sizes(graph.shape(variable.node))))
      }
    }
    for variable in model.inputs where names[variable.node] != nil {
      guard let scaling = scalings[variable.name] else { continue }
      let shape = graph.shape(variable.node).dimensions.dropFirst().map { $0.known ?? 1 }
      let shifted = add("Sub", [name(variable.node), constant(scaling.means, shape)])
      names[variable.node] = add("Div", [shifted, constant(scaling.deviations, shape)])
    }
    for slot in needed.indices where needed[slot] && names[NodeID(slot)] == nil {
      names[NodeID(slot)] = try written(NodeID(slot))
    }
    var outputs: [ProtocolBuffer] = []
    for (output, root) in zip(model.outputs, roots) {
      let whole = try stretched(root)
      nodes.append(OnnxMessage.node("Identity", [whole], output.name, []))
      outputs.append(OnnxMessage.value(output.name, sizes(graph.shape(root))))
    }
    var body = ProtocolBuffer()
    for node in nodes { body.add(1, node) }
    body.add(2, model.name)
    for initializer in initializers { body.add(5, initializer) }
    body.add(10, "From the model \(model.name) (\(model.hash)).")
    for input in inputs { body.add(11, input) }
    for output in outputs { body.add(12, output) }
    var opset = ProtocolBuffer()
    opset.add(1, "")
    opset.add(2, 17)
    var whole = ProtocolBuffer()
    whole.add(1, 8)
    whole.add(2, "adc")
    whole.add(3, model.version)
    whole.add(7, body)
    whole.add(8, opset)
    return whole.bytes
  }

  private func sizes(_ shape: Shape) -> [(known: Int?, name: String)] {
    shape.dimensions.map { ($0.known, $0.description) }
  }

  // MARK: Nodes

  private mutating func add(
    _ type: String, _ inputs: [String], _ attributes: [(String, OnnxMessage.Attribute)] = []
  ) -> String {
    count += 1
    let name = "value/\(count)"
    nodes.append(OnnxMessage.node(type, inputs, name, attributes))
    return name
  }

  private mutating func constant(_ values: [Double], _ shape: [Int]) -> String {
    let key = "d\(shape)\(values.map(\.bitPattern))"
    if let known = constants[key] { return known }
    let name = "constant/\(constants.count + 1)"
    constants[key] = name
    initializers.append(OnnxMessage.tensor(name, shape, values))
    return name
  }

  private mutating func constant(whole values: [Int], _ shape: [Int]? = nil) -> String {
    let key = "i\(shape ?? [])\(values)"
    if let known = constants[key] { return known }
    let name = "constant/\(constants.count + 1)"
    constants[key] = name
    initializers.append(OnnxMessage.tensor(name, shape ?? [values.count], whole: values))
    return name
  }

  private func name(_ node: NodeID) -> String { names[node] ?? "" }

  private func lacking(_ op: String) -> TranslationError {
    TranslationError("ONNX has no `\(op)`")
  }

  private mutating func cast(_ name: String, _ element: OnnxMessage.Element) -> String {
    add("Cast", [name], [("to", .int(element.rawValue))])
  }

  /// A shape as a tensor; sizes that have names come from the inputs.
  private mutating func shape(_ shape: Shape) throws(TranslationError) -> String {
    if shape.knownCount != nil { return constant(whole: shape.dimensions.map { $0.known ?? 0 }) }
    var parts: [String] = []
    for dimension in shape.dimensions { parts.append(try size(dimension)) }
    return parts.count == 1 ? parts[0] : add("Concat", parts, [("axis", .int(0))])
  }

  /// A size as a tensor of one whole number.
  private mutating func size(_ dimension: Dimension) throws(TranslationError) -> String {
    if let known = dimension.known { return constant(whole: [known]) }
    var total: String?
    for term in dimension.terms {
      var found: String?
      for variable in model.inputs + model.parameters where names[variable.node] != nil {
        let axis = graph.shape(variable.node).dimensions.firstIndex { $0.name == term.name }
        guard let axis else { continue }
        let whole = add("Shape", [name(variable.node)])
        found = add("Gather", [whole, constant(whole: [axis])])
        break
      }
      guard var part = found else {
        throw TranslationError("no input of the outputs has the size `\(term.name)`")
      }
      if term.coefficient != 1 { part = add("Mul", [part, constant(whole: [term.coefficient])]) }
      total = total.map { add("Add", [$0, part]) } ?? part
    }
    if dimension.constant != 0, let sum = total {
      total = add("Add", [sum, constant(whole: [dimension.constant])])
    }
    return total ?? constant(whole: [dimension.constant])
  }

  /// A value of its node's whole shape, where others are stretched by who reads them.
  private mutating func stretched(_ node: NodeID) throws(TranslationError) -> String {
    guard !graph.shape(node).isScalar else { return name(node) }
    return add("Expand", [name(node), try shape(graph.shape(node))])
  }

  private mutating func written(_ node: NodeID) throws(TranslationError) -> String {
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
        return cast(add(word, [x], [("axis", .int(axes[0])), keeps]), .double)
      }
    case (.view(let view), _): return try self.view(node, view)
    case (.matrixProduct, _):
      return add("MatMul", [try stretched(operands[0]), try stretched(operands[1])])
    case (.generator(.size), .dimension(let dimension)):
      let number = cast(try size(dimension), .double)
      return add("Reshape", [number, constant(whole: [], [0])])
    case (.generator(.iota), .shape(let shape)) where shape.rank == 1:
      if let known = shape.knownCount { return constant((0..<known).map(Double.init), [known]) }
      let limit = add("Squeeze", [try size(shape.dimensions[0])])
      return cast(
        add("Range", [constant(whole: [0], []), limit, constant(whole: [1], [])]), .double)
    case (.concatenation, .axis(let axis)):
      var parts: [String] = []
      for operand in operands { parts.append(try stretched(operand)) }
      return add("Concat", parts, [("axis", .int(axis))])
    case (.gather, let attribute) where attribute.batch == 0:
      return add("Gather", [try stretched(operands[0]), cast(try stretched(operands[1]), .int64)])
    case (.scatterAdd, _) where graph.batch(of: node) == 0:
      let zeros = add("Expand", [constant([0], []), try shape(graph.shape(node))])
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
      for start in starts { parts.append(try size(start)) }
      for (axis, start) in starts.enumerated() {
        parts.append(try size(sizes.dimensions[axis] - start - old[axis]))
      }
      return add(
        "Pad", [try stretched(operands[0]), add("Concat", parts, [("axis", .int(0))])])
    default: throw lacking(op.name)
    }
  }

  private mutating func elementwise(_ node: NodeID) throws(TranslationError) -> String {
    let op = graph.op(node)
    let operands = graph.operands(node)
    var parts = operands.map { name($0) }
    guard let form = op.spellings[.onnx]?.form, case .call(let word) = form else {
      throw lacking(op.name)
    }
    switch graph.operatorID(node) {
    case .less, .lessOrEqual, .equal: return cast(add(word, parts), .double)
    case .notEqual: return cast(add("Not", [add("Equal", parts)]), .double)
    case .and, .or: return cast(add(word, parts.map { cast($0, .bool) }), .double)
    case .not: return cast(add(word, [cast(parts[0], .bool)]), .double)
    case .select: return add(word, [cast(parts[0], .bool), parts[1], parts[2]])
    case .add, .multiply:
      var result = parts.removeFirst()
      for part in parts { result = add(word, [result, part]) }
      return result
    default: return add(word, parts)
    }
  }

  private mutating func view(_ node: NodeID, _ view: View) throws(TranslationError) -> String {
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
        firsts.append(try size(starts[axis]))
        lasts.append(try size(starts[axis] + sizes.dimensions[axis]))
      }
      func joined(_ parts: [String]) -> String {
        parts.count == 1 ? parts[0] : add("Concat", parts, [("axis", .int(0))])
      }
      return add("Slice", [x, joined(firsts), joined(lasts), constant(whole: axes)])
    case (.windows, .windows(let sizes, let strides)):
      return try windows(x, old, sizes, strides)
    default: throw lacking(graph.op(node).name)
    }
  }

  /// All windows over the last axes, by the numbers of their elements.
  private mutating func windows(
    _ x: String, _ old: Shape, _ sizes: [Dimension], _ strides: [Int]
  ) throws(TranslationError) -> String {
    let first = old.rank - sizes.count
    var result = x
    for axis in sizes.indices {
      guard let size = sizes[axis].known, let whole = old.dimensions[first + axis].known else {
        throw lacking("windows over a size that is not known")
      }
      let starts = Array(stride(from: 0, through: whole - size, by: strides[axis]))
      let places = (0..<size).flatMap { offset in starts.map { offset + $0 } }
      result = add(
        "Gather", [result, constant(whole: places, [size, starts.count])],
        [("axis", .int(first + 2 * axis))])
    }
    let order =
      Array(0..<first) + sizes.indices.map { first + 2 * $0 }
      + sizes.indices.map { first + 2 * $0 + 1 }
    return add("Transpose", [result], [("perm", .ints(order))])
  }
}
