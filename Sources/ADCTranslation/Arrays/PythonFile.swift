import ADCCalculus

extension ArrayModel {
  /// A module of Python over arrays.
  package func python(
    _ language: ArrayLanguage, parts: Set<TranslatedPart>, isDistributed: Bool = false
  ) throws(TranslationError) -> String {
    var writer = PythonWriter(self, language, parts)
    writer.isDistributed = isDistributed
    return try writer.text()
  }
}

/// Writes a module of Python.
struct PythonWriter {
  let model: ArrayModel
  let language: ArrayLanguage
  /// Whether training runs in several processes.
  var isDistributed = false
  private let parts: Set<TranslatedPart>
  var graph: ExpressionGraph
  private var roots: [NodeID] = []
  /// What stands before the functions, as they need it.
  var definitions: [String] = []
  let base: NameTable
  let sizes: [String: String]
  private let fixed: [NodeID: String]
  var labels: [NodeID: String] = [:]

  init(_ model: ArrayModel, _ language: ArrayLanguage, _ parts: Set<TranslatedPart>) {
    self.model = model
    self.language = language
    self.parts = parts
    graph = model.graph
    let base = NameTable(reserved: Self.reserved, style: Self.identifier)
    var sizes: [String: String] = [:]
    var fixed: [NodeID: String] = [:]
    for variable in model.inputs + model.parameters {
      for dimension in graph.shape(variable.node).dimensions {
        for term in dimension.terms where sizes[term.name] == nil {
          sizes[term.name] = base.fresh(term.name)
        }
      }
    }
    for variable in model.inputs + model.parameters + model.states + model.environment {
      fixed[variable.node] = base.fresh(variable.name)
    }
    self.base = base
    self.sizes = sizes
    self.fixed = fixed
  }

  mutating func text() throws(TranslationError) -> String {
    expand()
    var functions: [String] = []
    let inputs = model.inputs
    let parameters = model.parameters
    if parts.contains(.loss), let loss = model.loss {
      functions.append(
        try function(
          PythonFunction(
            name: "loss", variables: inputs + parameters, nodes: [root(loss)],
            about: "The loss.", returns: "%")))
    }
    if parts.contains(.gradient), let loss = model.loss {
      let names = parameters.map { "d_\(name($0))" }
      functions.append(
        try function(
          PythonFunction(
            name: "loss_and_gradient", variables: inputs + parameters,
            nodes: [root(loss)] + model.gradient.map(root), about: gradientSummary,
            results: ["loss"] + names, returns: "#, (\(tuple(names.map { _ in "#" })))")))
    }
    if parts.contains(.step), !model.updates.isEmpty, let loss = model.loss {
      if !model.states.isEmpty {
        functions.append(
          try function(
            PythonFunction(
              name: "start", variables: [], nodes: model.starts.map(root),
              about: "What the optimizer remembers at first.",
              returns: "(\(tuple(model.states.map { _ in "%" })))")))
      }
      functions.append(try step(loss))
    }
    if parts.contains(.predict), !model.outputs.isEmpty {
      let nodes = model.outputs.map { root($0.node) }
      let needed = graph.reachable(from: nodes)
      let read = (inputs + parameters).filter {
        needed.indices.contains($0.node.slot) && needed[$0.node.slot]
      }
      functions.append(
        try function(
          PythonFunction(
            name: model.outputWord, variables: read, nodes: nodes,
            about: model.outputSummary.isEmpty
              ? (model.outputs.count == 1 ? "The output " : "The outputs ")
                + list(model.outputs.map(\.name)) + "."
              : model.outputSummary,
            results: model.outputs.count > 1 ? model.outputs.map { Self.identifier($0.name) } : [],
            returns: model.outputs.map { _ in "%" }.joined(separator: ", "))))
    }
    if parts.contains(.step), !model.updates.isEmpty, language != .numpy {
      functions.append(training())
    }
    guard !functions.isEmpty else {
      throw TranslationError(nothingOf: parts)
    }
    let body = (definitions + functions).map { "\n\n" + $0 + "\n" }.joined()
    return head(body) + body
  }

  private var gradientSummary: String {
    let text = "The loss, and its gradient by \(list(model.parameters.map(name)))."
    return text.utf8.count < 80 ? text : "The loss, and its gradient by each parameter."
  }

  /// The loop over batches.
  private func training() -> String {
    let needed = graph.reachable(
      from: model.updates.map(root) + [model.loss].compactMap { $0 }.map(root))
    let environment = model.environment.filter {
      needed.indices.contains($0.node.slot) && needed[$0.node.slot]
    }
    let training = PythonTraining(
      inputs: model.inputs.map(name),
      hasRows: model.inputs.map {
        graph.shape($0.node).dimensions.first?.name == model.rowDimension
          && model.rowDimension != nil
      }, parameters: model.parameters.map(name), hasStates: !model.states.isEmpty,
      environment: environment.map(\.name), language: language, precision: model.precision,
      // What calls NumPy for lack of anything else cannot be traced.
      isTraced: !definitions.contains { $0.contains("np.asarray(") }, epochs: model.epochs,
      batch: model.batch)
    guard isDistributed else { return training.onOne }
    return language == .jax ? training.onDevices : training.onWorkers
  }

  // MARK: Parts

  /// The roots with composites by their parts, where the library lacks them.
  private mutating func expand() {
    let all =
      [model.loss].compactMap { $0 } + model.gradient + model.outputs.map(\.node) + model.updates
      + model.starts + model.names.keys.sorted()
    let language = language
    var new = graph.expanding(all, for: language.target) { language.spelling($0) != nil }
    new = ScalarFactors.moved(in: &graph, new)
    if language == .numpy { new = graph.sharingCompanions(new) }
    var map: [NodeID: NodeID] = [:]
    for (old, new) in zip(all, new) { map[old] = new }
    expanded = map
    for (node, name) in model.names {
      guard let now = map[node], graph.symbol(now) == nil, graph.number(now) == nil else {
        continue
      }
      labels[now] = name
    }
    labels.merge(graph.names) { own, _ in own }
  }

  private var expanded: [NodeID: NodeID] = [:]

  func root(_ node: NodeID) -> NodeID { expanded[node] ?? node }

  func name(_ variable: ArrayModel.Variable) -> String {
    fixed[variable.node] ?? variable.name
  }

  private func list(_ names: [String]) -> String {
    names.count < 2
      ? names.joined()
      : names.dropLast().joined(separator: ", ") + " and " + names[names.count - 1]
  }

  private func tuple(_ parts: [String]) -> String {
    parts.joined(separator: ", ") + (parts.count == 1 ? "," : "")
  }

  /// The statement that gives the parts of the state their names.
  private func unpacked(_ states: [String]) -> String {
    let names = tuple(states)
    return (names.utf8.count > 70 ? "(\(names))" : names) + " = state"
  }

  private func head(_ body: String) -> String {
    let comment = PythonLines.filled(
      model.comment.map(PythonLines.quoted), width: ArrayExpressions.width - 3)
    var lines = ["\"\"\"" + (comment.first ?? "The model \(model.name).")]
    lines += comment.dropFirst()
    if model.precision == .single { lines += ["", "Numbers are of 32 bits: arrays are float32."] }
    lines += [
      "", "Written by adc \(model.version) from the model \(model.name) (\(model.hash)).", "\"\"\"",
      "",
    ]
    let words = Set(body.split { !$0.isLetter && !$0.isNumber && $0 != "_" })
    if words.contains("itertools") { lines.append("import itertools") }
    if definitions.contains(where: { $0.contains("math.prod") }) { lines.append("import math") }
    if isDistributed { lines.append("import sys") }
    if lines.last != "" { lines.append("") }
    switch language {
    case .numpy:
      if words.contains("np") { lines.append("import numpy as np") }
      let calls = body.split { !$0.isLetter && !$0.isNumber && !"_.".contains($0) }
      if calls.contains(where: { $0.hasPrefix("special.") && $0 != "special." }) {
        lines.append("from scipy import special")
      }
    case .tensorflow:
      if words.contains("np") { lines.append("import numpy as np") }
      if words.contains("tf") { lines.append("import tensorflow as tf") }
      lines += [
        "import tensorflow.experimental.numpy as tnp", "",
        model.precision == .single
          ? "tnp.experimental_enable_numpy_behavior(prefer_float32=True)"
          : "tnp.experimental_enable_numpy_behavior()",
      ]
    case .jax:
      lines.append("import jax")
      if words.contains("jnp") { lines.append("import jax.numpy as jnp") }
      if words.contains("np") { lines.append("import numpy as np") }
      lines += ["", "jax.config.update(\"jax_enable_x64\", True)"]
    }
    while lines.last == "" { lines.removeLast() }
    return lines.map { $0 + "\n" }.joined()
  }

  private mutating func step(_ loss: NodeID) throws(TranslationError) -> String {
    let hasStates = !model.states.isEmpty
    let states = model.states.map(name)
    let parameters = model.parameters.map { "new_" + name($0) }
    let news = states.map { "new_\($0)" }
    let remembered = hasStates ? ", and what is remembered." : "."
    let returned = hasStates ? ", (\(tuple(news.map { _ in "#" })))" : ""
    var roots = [root(loss)]
    for update in model.updates { roots.append(root(update)) }
    let more = hasStates ? ["state"] : []
    let isShared = isDistributed && language == .tensorflow
    var notes = hasStates ? ["state: as from start()"] : []
    if isShared {
      notes += ["", "Rows are a share of the batch, which makes the same update in all workers."]
    }
    return try function(
      PythonFunction(
        name: "step", variables: model.inputs + model.parameters, nodes: roots,
        about: "One update: the loss before it, the new parameters" + remembered,
        results: ["loss"] + parameters + news,
        returns: "#, (\(tuple(parameters.map { _ in "#" })))" + returned,
        more: more, notes: notes, before: hasStates ? [unpacked(states)] : [],
        isShared: isShared))
  }

  /// A word as a name of Python.
  static func identifier(_ word: String) -> String {
    var text = ""
    for scalar in word.unicodeScalars {
      text.unicodeScalars.append(
        scalar.properties.isXIDContinue ? scalar : "_")
    }
    return text.first?.isNumber == true || text.isEmpty ? "x" + text : text
  }

  private static let words = """
    False None True and as assert async await break class continue def del elif else except finally \
    for from global if import in is lambda nonlocal not or pass raise return try while with yield \
    match case type special np jnp jax tf math itertools float int range reversed zip list tuple slice sum \
    len loss_and_gradient start predict state scatter_add windows overlap_add uniform relu \
    sum_over_workers \
    sigmoid softplus log_softmax softmax logsumexp cosm1 adjugate positive put_along \
    trunc fmod rint
    """

  private static let reserved = Set(words.split(separator: " ").map { String($0) })
}
