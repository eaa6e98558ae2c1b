import ADCCalculus

/// What a function of Python computes, and what is said of it.
struct PythonFunction {
  var name: String
  /// Its arguments, but for sizes and the environment, which follow from the nodes.
  var variables: [ArrayModel.Variable]
  /// What it returns, in order.
  var nodes: [NodeID]
  var about: String
  /// Names that results are kept by before they are returned; empty where they need none.
  var results: [String] = []
  /// The text behind `return`: each `%` is a node, and each `#` one that has a name.
  var returns: String
  /// Further arguments.
  var more: [String] = []
  /// Lines about them.
  var notes: [String] = []
  /// Lines at its beginning.
  var before: [String] = []
  /// Whether rows may be a share of those of several processes.
  var isShared = false
}

extension PythonWriter {
  mutating func function(_ function: PythonFunction) throws(TranslationError) -> String {
    let needed = graph.reachable(from: function.nodes)
    let environment = model.environment.filter {
      needed.indices.contains($0.node.slot) && needed[$0.node.slot]
    }.map { name($0) }
    var code = code(of: function, environment)
    let written = try code.write(function.nodes)
    code.finish(returned(written, by: function, &code))
    if let shares = code.shares, code.dimensions.contains(shares.rows) {
      code.define(PythonTraining.sumOverWorkers(model.precision))
    }
    for definition in code.definitions where !definitions.contains(definition) {
      definitions.append(definition)
    }
    // Sizes that no array has are given.
    let given = code.namedDimensions.filter { name in
      !function.variables.contains {
        graph.shape($0.node).dimensions.contains { $0.name == name }
      }
    }.sorted().map { sizes[$0] ?? $0 }
    let arguments = given + function.variables.map { name($0) } + function.more + environment
    // Both branches of `np.where` are computed, and only one is meant.
    let isGuarded = language == .numpy && code.lines.contains { $0.contains("np.where(") }
    var text =
      isGuarded ? "@np.errstate(divide=\"ignore\", invalid=\"ignore\", over=\"ignore\")\n" : ""
    let head = "def \(function.name)(\(arguments.joined(separator: ", "))):"
    for line in PythonLines.broken(head, width: ArrayExpressions.width) { text += line + "\n" }
    text += documentation(of: function)
    for line in sizeLines(code, function.variables) { text += "    \(line)\n" }
    return text + code.lines.joined(separator: "\n")
  }

  /// The code of a function up to its nodes.
  private func code(of function: PythonFunction, _ environment: [String]) -> ArrayExpressions {
    let names = NameTable(copy: base)
    var symbols: [NodeID: String] = [:]
    for variable in model.inputs + model.parameters + model.states + model.environment {
      symbols[variable.node] = name(variable)
    }
    var code = ArrayExpressions(
      graph, language, model.precision, symbols: symbols, labels: labels, names: names, sizes: sizes
    )
    if function.isShared, let rows = model.rowDimension {
      code.shares = RowShares(rows: rows, count: names.fresh("share"))
    }
    if language == .numpy, model.precision == .single {
      for name in environment { code.line("\(name) = np.float32(\(name))") }
    }
    if language == .numpy {
      let states = model.updates.dropFirst(model.parameters.count).map(root)
      code.growing = Set(states.filter { !graph.shape($0).isScalar })
    }
    for line in function.before { code.line(line) }
    for (node, result) in zip(function.nodes, function.results) where code.labels[node] == nil {
      code.labels[node] = result
    }
    let nodes = function.nodes
    if nodes.count == 1, function.results.isEmpty, graph.result(nodes[0]) != nil,
      let output = model.outputs.first(where: { root($0.node) == nodes[0] })
    {
      code.labels[nodes[0]] = code.labels[nodes[0]] ?? Self.identifier(output.name)
    }
    return code
  }

  /// What stands behind `return`; results that have names get them first.
  private func returned(
    _ written: [String], by function: PythonFunction, _ code: inout ArrayExpressions
  ) -> String {
    var texts = written
    var returns = function.returns
    if !function.results.isEmpty {
      texts = []
      for (text, result) in zip(written, function.results) {
        // Kept already, by this name or another.
        let isName = text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
        texts.append(isName ? text : result)
        if !isName { code.line("\(result) = \(text)") }
      }
      returns = returns.replacing("#", with: "%")
    }
    var rest = texts[...]
    var result = ""
    for (place, part) in returns.split(separator: "%", omittingEmptySubsequences: false)
      .enumerated()
    {
      if place > 0 { result += rest.popFirst() ?? "" }
      result += part
    }
    return result
  }

  private func documentation(of function: PythonFunction) -> String {
    let shapes = function.variables.filter {
      !graph.shape($0.node).isScalar || !$0.summary.isEmpty
    }
    if shapes.isEmpty, function.notes.isEmpty {
      return "    \"\"\"\(function.about)\"\"\"\n"
    }
    var text = "    \"\"\"\(function.about)\n\n"
    for variable in shapes {
      let shape = graph.shape(variable.node)
      let about = [shape.isScalar ? "" : "\(shape)", PythonLines.quoted(variable.summary)].filter {
        !$0.isEmpty
      }
      let line = "\(name(variable)): \(about.joined(separator: " "))"
      for (place, part) in PythonLines.filled([line], width: ArrayExpressions.width - 8)
        .enumerated()
      {
        text += (place == 0 ? "    " : "        ") + part + "\n"
      }
    }
    for note in function.notes { text += note.isEmpty ? "\n" : "    \(note)\n" }
    return text + "    \"\"\"\n"
  }

  /// Where sizes come from.
  private func sizeLines(
    _ code: ArrayExpressions, _ variables: [ArrayModel.Variable]
  ) -> [String] {
    func source(_ name: String) -> String? {
      for variable in variables {
        let dimensions = graph.shape(variable.node).dimensions
        if let axis = dimensions.firstIndex(where: { $0.name == name }) {
          return "\(self.name(variable)).shape[\(axis)]"
        }
      }
      return nil
    }
    var lines: [String] = []
    if let shares = code.shares, code.countsShare, let shape = source(shares.rows) {
      lines.append("\(shares.count) = \(shape)")
    }
    for name in code.namedDimensions.sorted() {
      guard let shape = source(name) else { continue }
      let isShared = code.shares?.rows == name
      let size = isShared && code.countsShare ? code.shares?.count ?? shape : shape
      lines.append("\(sizes[name] ?? name) = \(isShared ? "sum_over_workers(\(size))" : size)")
    }
    return lines
  }
}
