import ADCCalculus

extension OnnxWriter {
  /// A loop as the operator `Scan`, whose body reads what is outside by its name.
  mutating func writeScan(_ node: NodeID, _ taken: [Int: NodeID]) throws(TranslationError) {
    guard let body = graph.recurrence(of: node) else { return }
    let operands = graph.operands(node)
    let count = body.states.count
    var inputs: [String] = []
    for operand in operands.prefix(count + body.rows.count) {
      inputs.append(try stretched(operand))
    }
    var shared: [NodeID: String] = [:]
    for (leaf, operand) in zip(body.shared, operands.dropFirst(inputs.count)) {
      shared[leaf] = try stretched(operand)
    }
    // The numbers of the steps; a loop needs something to run over.
    let end = add("Squeeze", [size(body.steps)])
    inputs.append(
      cast(add("Range", [constant(whole: [0], []), end, constant(whole: [1], [])]), real))
    let places = taken.keys.filter { $0 >= body.next.count }.sorted()
    let roots = body.next + places.map { body.collected[$0 - body.next.count] }
    let leaves = body.states + body.rows + [body.index]
    let graph = try self.body(leaves, shared, roots)
    let backwards = body.isReversed ? 1 : 0
    var attributes: [(String, OnnxMessage.Attribute)] = [
      ("body", .graph(graph)), ("num_scan_inputs", .int(inputs.count - count)),
      ("scan_input_directions", .ints(inputs.dropFirst(count).map { _ in backwards })),
    ]
    if !places.isEmpty {
      attributes.append(("scan_output_directions", .ints(places.map { _ in backwards })))
    }
    let results = add("Scan", inputs, attributes, results: roots.count)
    for (place, user) in taken {
      if place < body.next.count {
        names[user] = results[place]
      } else if let found = places.firstIndex(of: place) {
        names[user] = results[count + found]
      }
    }
  }

  /// The graph of a step over its leaves.
  private mutating func body(
    _ leaves: [NodeID], _ shared: [NodeID: String], _ roots: [NodeID]
  ) throws(TranslationError) -> ProtocolBuffer {
    let (outer, known) = (nodes, names)
    nodes = []
    defer { (nodes, names) = (outer, known) }
    var body = ProtocolBuffer()
    names.merge(shared) { $1 }
    for leaf in leaves {
      let name = fresh()
      names[leaf] = name
      body.add(11, OnnxMessage.value(name, sizes(graph.shape(leaf)), real))
    }
    try write(graph.reachable(from: roots))
    for root in roots {
      // A result of its own, also where it is a leaf or the same as another.
      let result = add("Identity", [try stretched(root)])
      body.add(12, OnnxMessage.value(result, sizes(graph.shape(root)), real))
    }
    for node in nodes { body.add(1, node) }
    body.add(2, "step")
    return body
  }
}
