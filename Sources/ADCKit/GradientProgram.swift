import ADCCalculus
import ADCEmission
import ADCModel
import ADCSyntax

extension SymbolicModel {
  /// The gradient as a `.ad` program that compiles: the model's declarations, its lets as far as
  /// the loss needs them, and an output for the loss and for each derivative.
  func gradientProgram() -> String {
    var evaluating = self
    evaluating.stopTraining()
    guard let loss = evaluating.loss else { return "" }
    let outputs = ["loss"] + model.parameters.map { "d_\($0.name)" }
    return evaluating.program(Array(zip(outputs, [loss] + evaluating.gradient)))
  }

  /// The second derivatives as such a program, with an output for each pair of parameters: `d_w_b`.
  func hessianProgram() throws(DifferentiationError) -> String {
    var evaluating = self
    evaluating.stopTraining()
    guard let loss = evaluating.loss else { return "" }
    let parameters = model.parameters.map(\.node)
    let blocks = try evaluating.graph.hessianBlocks(ofGradient: openGradient, by: parameters)
    let simple = evaluating.simplified([loss] + blocks)
    let names = model.parameters.indices.flatMap { row in
      model.parameters[row...].map { "d_\(model.parameters[row].name)_\($0.name)" }
    }
    return evaluating.program(Array(zip(["loss"] + names, simple)))
  }

  /// The product of the second derivatives with a direction as such a program: the direction of the
  /// parameter `w` is the input `v_w`, and what its part of the gradient changes by is `d_w`.
  func hessianProductProgram() throws(DifferentiationError) -> String {
    var evaluating = self
    evaluating.stopTraining()
    guard let loss = evaluating.loss else { return "" }
    var directions: [NodeID: NodeID] = [:]
    var inputs: [Statement] = []
    let names = uniqueNames(model.parameters.map { "v_\($0.name)" }, model.takenNames)
    for (parameter, name) in zip(model.parameters, names) {
      let shape = graph.shape(parameter.node)
      directions[parameter.node] = evaluating.graph.symbol(
        Symbol(name: name, role: .variable, shape: shape))
      let text = shape.isScalar ? "input \(name)" : "input \(name): \(shape)"
      inputs += Parser.parse(SourceText(name: "direction", text: text)).file.statements
    }
    let changes = try evaluating.graph.jvp(of: openGradient, along: directions)
    let simple = evaluating.simplified([loss] + changes)
    let outputs = ["loss"] + model.parameters.map { "d_\($0.name)" }
    return evaluating.program(Array(zip(outputs, simple)), more: inputs, taken: names)
  }

  /// Roots as they are printed: nothing is dropped out, and functions are written out.
  private mutating func simplified(_ roots: [NodeID]) -> [NodeID] {
    var plain = graph.inliningFunctions(in: roots)
    if let training = model.environment["training"] {
      let zero = graph.constant(0)
      plain = graph.substituting([training: zero], in: plain)
    }
    return Simplifier.simplify(&graph, plain).roots
  }

  /// The model's lets and outputs alone, or its loss alone.
  func valueProgram(_ part: ValuePart) -> String {
    var evaluating = self
    evaluating.stopTraining()
    switch part {
    case .loss: return evaluating.loss.map { evaluating.program([("loss", $0)]) } ?? ""
    case .outputs:
      let simple = evaluating.simplified(outputs)
      return evaluating.program(zip(model.outputs, simple).map { ($0.name, $1) })
    }
  }

  enum ValuePart { case loss, outputs }

  /// One update as such a program: what the optimizer remembers and the number of the step are
  /// inputs, and the outputs are the new values.
  func stepProgram(states: [String], environment: [String]) -> String {
    guard let training, let loss else { return "" }
    var stepping = self
    stepping.graph = training.graph
    var inputs: [Statement] = []
    var symbols: [NodeID: String] = [:]
    let free = uniqueNames(states, model.takenNames)
    func add(_ name: String, _ node: NodeID) {
      let shape = stepping.graph.shape(node)
      let text = shape.isScalar ? "input \(name)" : "input \(name): \(shape)"
      inputs += Parser.parse(SourceText(name: "state", text: text)).file.statements
      symbols[node] = name
    }
    for (name, node) in zip(free, training.states) { add(name, node) }
    let needed = stepping.graph.reachable(from: training.updates)
    var taken = free
    for name in environment {
      guard let node = model.environment[name], node.slot < needed.count, needed[node.slot] else {
        continue
      }
      let word = uniqueNames(["the_" + name], model.takenNames.union(taken))[0]
      taken.append(word)
      add(word, node)
    }
    let names = ["loss"] + model.parameters.map { "new_\($0.name)" } + free.map { "new_\($0)" }
    let roots = [loss] + training.updates
    return stepping.program(
      Array(zip(names, roots)), more: inputs, taken: taken, symbols: symbols)
  }

  /// A program with an output for each root.
  private func program(
    _ outputs: [(name: String, root: NodeID)], more inputs: [Statement] = [],
    taken: [String] = [], symbols: [NodeID: String] = [:]
  ) -> String {
    var names = symbols
    for (definition, node) in zip(model.lets, lets)
    where names[node] == nil && graph.symbol(node) == nil
      && graph.number(node) == nil
    {
      names[node] = definition.name
    }
    for constant in model.constants where !constant.value.shape.isScalar {
      names[constant.node] = constant.name
    }
    let taken = model.takenNames.union(taken)
    let writer = ExpressionWriter(graph: graph, names: names, taken: taken)
    let roots = outputs.map(\.root)
    let renaming = renaming(for: roots, writer, taken)
    let plain = Renaming(values: renaming.values)
    let constants = Set(model.constants.map(\.name))
    var printer = StatementPrinter()
    for statement in declarations + inputs { printer.write(renaming.statement(statement)) }
    var writing = writer
    let values = writing.write(roots, style: .named) { line in
      if constants.contains(line.names[0]) { return }
      let names = line.names.map { plain.name(Name($0, line.value.range)) }
      let declaration = LetDeclaration(
        name: names[0], others: Array(names.dropFirst()), value: plain.expression(line.value),
        description: nil, range: line.value.range)
      printer.write(Statement(.binding(declaration), range: line.value.range))
    }
    for (name, value) in zip(uniqueNames(outputs.map(\.name), taken), values) {
      let output = Statement.Form.output(plain.expression(value), alias: Name(name, value.range))
      printer.write(Statement(output, range: value.range))
    }
    return printer.text
  }

  /// Other names for what the model calls like a function that the program calls: `log` becomes
  /// `log_`, and `log(b)` is the logarithm.
  private func renaming(
    for roots: [NodeID], _ writer: ExpressionWriter, _ taken: Set<String>
  ) -> Renaming {
    var renaming = Renaming(values: [:])
    let mayClash = taken.contains { word in
      Catalogue.called[word] != nil || KnownName.builtIn(word) != nil
    }
    // The lines of a `scan` may have names that nobody has given.
    guard mayClash || !graph.recurrences.isEmpty else { return renaming }
    var called: Set<String> = []
    var given: Set<String> = []
    var trial = writer
    let values = trial.write(roots, style: .named) { line in
      line.value.collectCalls(&called)
      given.formUnion(line.names)
    }
    for value in values { value.collectCalls(&called) }
    let clashing = called.intersection(taken.union(given))
    var taken = taken.union(given)
    let functions = Set(model.functions)
    for name in clashing.sorted() {
      var free = name + "_"
      while taken.contains(free) { free += "_" }
      taken.insert(free)
      if functions.contains(name) {
        renaming.functions[name] = free
      } else {
        renaming.values[name] = free
      }
    }
    return renaming
  }

  /// The names, changed where something has them: one of `taken`, or one before in the list.
  private func uniqueNames(_ names: [String], _ taken: Set<String>) -> [String] {
    var taken = taken
    return names.map { name in
      var free = name
      while !taken.insert(free).inserted { free += "_" }
      return free
    }
  }

  /// The inputs, parameters and constants as they were written, and the functions that their
  /// first values call.
  private var declarations: [Statement] {
    var text = ""
    var isKept = file.statements.map { statement in
      switch statement.form {
      case .precision, .input, .parameter, .constant: true
      case .binding, .function, .derivative, .minimize, .maximize, .fit, .metric, .output, .report,
        .constraint, .optimizer, .train:
        false
      }
    }
    let hasFunctions = file.statements.contains {
      if case .function = $0.form { true } else { false }
    }
    for (place, statement) in file.statements.enumerated().reversed() where hasFunctions {
      if case .function(let name, _, body: _) = statement.form {
        isKept[place] = text.contains("\(name.text)(")
      }
      if isKept[place] { text += TreePrinter.print(SourceFile(statements: [statement])) }
    }
    return zip(file.statements, isKept).filter(\.1).map(\.0)
  }

  /// Puts 0 in the place of `training`: a printed program evaluates, and drops nothing out.
  private mutating func stopTraining() {
    guard let training = model.environment["training"], let loss else { return }
    let zero = graph.constant(0)
    let roots = graph.substituting([training: zero], in: [loss] + gradient + lets)
    let simpler = Simplifier.simplify(&graph, roots).roots
    self.loss = simpler[0]
    lets = Array(simpler.suffix(lets.count))
    gradient = Array(simpler.dropFirst().prefix(gradient.count))
  }
}

extension CheckedModel {
  /// The names that no line which is added may have.
  var takenNames: Set<String> {
    var names = Set(inputs.map(\.name))
    names.formUnion(parameters.map(\.name))
    names.formUnion(constants.map(\.name))
    names.formUnion(lets.map(\.name))
    names.formUnion(functions)
    for shape in inputs.map(\.shape) + parameters.map(\.shape) {
      for dimension in shape.dimensions { names.formUnion(dimension.terms.map(\.name)) }
    }
    return names
  }
}
