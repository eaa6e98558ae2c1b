import ADCCalculus

extension ArrayModel {
  /// The outputs as an ONNX model of doubles, or of floats where the model is in single precision.
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
  let model: ArrayModel
  private let values: [String: (shape: [Int], values: [Double])]
  private let scalings: [String: (means: [Double], deviations: [Double])]
  var graph: ExpressionGraph
  var nodes: [ProtocolBuffer] = []
  private var initializers: [ProtocolBuffer] = []
  var names: [NodeID: String] = [:]
  private var constants: [String: String] = [:]
  private var count = 0
  /// Sizes that are inputs, and what they are as arrays of one.
  private var sizeInputs: [(name: String, value: String)] = []
  /// The type of the numbers.
  var real: OnnxMessage.Element { model.precision == .single ? .float : .double }

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
    for variable in model.inputs + model.parameters + model.environment
    where variable.node.slot < needed.count && needed[variable.node.slot] {
      names[variable.node] = variable.name
      if let known = values[variable.name] {
        initializers.append(OnnxMessage.tensor(variable.name, known.shape, known.values, real))
      } else {
        inputs.append(OnnxMessage.value(variable.name, sizes(graph.shape(variable.node)), real))
      }
    }
    for variable in model.inputs where names[variable.node] != nil {
      guard let scaling = scalings[variable.name] else { continue }
      let shape = graph.shape(variable.node).dimensions.dropFirst().map { $0.known ?? 1 }
      let shifted = add("Sub", [name(variable.node), constant(scaling.means, shape)])
      names[variable.node] = add("Div", [shifted, constant(scaling.deviations, shape)])
    }
    try write(needed)
    var outputs: [ProtocolBuffer] = []
    for (output, root) in zip(model.outputs, roots) {
      let whole = try stretched(root)
      nodes.append(OnnxMessage.node("Identity", [whole], [output.name], []))
      outputs.append(OnnxMessage.value(output.name, sizes(graph.shape(root)), real))
    }
    var body = ProtocolBuffer()
    for size in sizeInputs {
      inputs.append(OnnxMessage.value(size.name, [], .int64))
      body.add(
        1, OnnxMessage.node("Reshape", [size.name, constant(whole: [1])], [size.value], []))
    }
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

  func sizes(_ shape: Shape) -> [(known: Int?, name: String)] {
    shape.dimensions.map { ($0.known, $0.description) }
  }

  // MARK: Nodes

  mutating func add(
    _ type: String, _ inputs: [String], _ attributes: [(String, OnnxMessage.Attribute)] = []
  ) -> String {
    add(type, inputs, attributes, results: 1)[0]
  }

  mutating func add(
    _ type: String, _ inputs: [String], _ attributes: [(String, OnnxMessage.Attribute)],
    results: Int
  ) -> [String] {
    let outputs = (0..<results).map { _ in fresh() }
    nodes.append(OnnxMessage.node(type, inputs, outputs, attributes))
    return outputs
  }

  mutating func fresh() -> String {
    count += 1
    return "value/\(count)"
  }

  mutating func joined(_ parts: [String]) -> String {
    parts.count == 1 ? parts[0] : add("Concat", parts, [("axis", .int(0))])
  }

  mutating func constant(_ values: [Double], _ shape: [Int]) -> String {
    let key = "d\(shape)\(values.map(\.bitPattern))"
    if let known = constants[key] { return known }
    let name = "constant/\(constants.count + 1)"
    constants[key] = name
    initializers.append(OnnxMessage.tensor(name, shape, values, real))
    return name
  }

  mutating func constant(whole values: [Int], _ shape: [Int]? = nil) -> String {
    let key = "i\(shape ?? [values.count])\(values)"
    if let known = constants[key] { return known }
    let name = "constant/\(constants.count + 1)"
    constants[key] = name
    initializers.append(OnnxMessage.tensor(name, shape ?? [values.count], whole: values))
    return name
  }

  func name(_ node: NodeID) -> String { names[node] ?? "" }

  func lacking(_ op: String) -> TranslationError {
    TranslationError("ONNX has no `\(op)`")
  }

  mutating func cast(_ name: String, _ element: OnnxMessage.Element) -> String {
    add("Cast", [name], [("to", .int(element.rawValue))])
  }

  /// A shape as a tensor; sizes that have names come from the inputs.
  mutating func shape(_ shape: Shape) throws(TranslationError) -> String {
    if shape.knownCount != nil { return constant(whole: shape.dimensions.map { $0.known ?? 0 }) }
    var parts: [String] = []
    for dimension in shape.dimensions { parts.append(size(dimension)) }
    return joined(parts)
  }

  /// A size as a tensor of one whole number.
  mutating func size(_ dimension: Dimension) -> String {
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
      var part = found ?? given(term.name)
      if term.coefficient != 1 { part = add("Mul", [part, constant(whole: [term.coefficient])]) }
      total = total.map { add("Add", [$0, part]) } ?? part
    }
    if dimension.constant != 0, let sum = total {
      total = add("Add", [sum, constant(whole: [dimension.constant])])
    }
    return total ?? constant(whole: [dimension.constant])
  }

  /// A size that no input has, as an input of its own.
  private mutating func given(_ size: String) -> String {
    if let known = sizeInputs.first(where: { $0.name == size }) { return known.value }
    let name = fresh()
    sizeInputs.append((size, name))
    return name
  }

  /// A value of its node's whole shape, where others are stretched by who reads them.
  mutating func stretched(_ node: NodeID) throws(TranslationError) -> String {
    guard !graph.shape(node).isScalar else { return name(node) }
    return add("Expand", [name(node), try shape(graph.shape(node))])
  }
}
