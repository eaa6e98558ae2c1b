import ADCCalculus
import ADCEmission
import ADCModel
import ADCSyntax

extension ModelTask {
  /// The gradient as a `.ad` program that compiles: the model's declarations, its lets as far as
  /// the loss needs them, and an output for the loss and for each derivative.
  package func gradientProgram() throws(TaskFailure) -> String {
    try requireObjective()
    guard var symbolic = model.symbolic, symbolic.loss != nil else {
      throw TaskFailure(
        "the gradient is printed from the model's source, and \(path) is compiled",
        code: "AD0704", fault: .commandLine)
    }
    symbolic.stopTraining()
    guard let loss = symbolic.loss else { return "" }
    var names: [NodeID: String] = [:]
    for (definition, node) in zip(symbolic.model.lets, symbolic.lets)
    where names[node] == nil && symbolic.graph.symbol(node) == nil
      && symbolic.graph.number(node) == nil
    {
      names[node] = definition.name
    }
    for constant in symbolic.model.constants where !constant.value.shape.isScalar {
      names[constant.node] = constant.name
    }
    var writer = ExpressionWriter(
      graph: symbolic.graph, names: names, taken: takenNames(symbolic.model))
    let written = writer.write([loss] + symbolic.gradient, style: .named)
    var statements = declarations(symbolic)
    let constants = Set(symbolic.model.constants.map(\.name))
    for line in written.lines where !constants.contains(line.name) {
      let declaration = LetDeclaration(
        name: Name(line.name, line.value.range), value: line.value, description: nil,
        range: line.value.range)
      statements.append(Statement(.binding(declaration), range: line.value.range))
    }
    let outputs = ["loss"] + symbolic.model.parameters.map { "d_\($0.name)" }
    for (name, root) in zip(uniqueNames(outputs, symbolic.model), written.roots) {
      statements.append(
        Statement(.output(root, alias: Name(name, root.range)), range: root.range))
    }
    return TreePrinter.print(SourceFile(statements: statements))
  }

  private func takenNames(_ model: CheckedModel) -> Set<String> {
    var names = Set(model.inputs.map(\.name))
    names.formUnion(model.parameters.map(\.name))
    names.formUnion(model.constants.map(\.name))
    names.formUnion(model.lets.map(\.name))
    names.formUnion(model.functions)
    return names
  }

  private func uniqueNames(_ names: [String], _ model: CheckedModel) -> [String] {
    let taken = takenNames(model)
    return names.map { taken.contains($0) ? $0 + "_" : $0 }
  }

  /// The inputs, parameters and constants as they were written, and the functions that their
  /// first values call.
  private func declarations(_ symbolic: SymbolicModel) -> [Statement] {
    var text = ""
    var isKept = symbolic.file.statements.map { statement in
      switch statement.form {
      case .input, .parameter, .constant: true
      case .binding, .function, .minimize, .maximize, .output, .optimizer, .train: false
      }
    }
    for (place, statement) in symbolic.file.statements.enumerated().reversed() {
      if case .function(let name, _, body: _) = statement.form {
        isKept[place] = text.contains("\(name.text)(")
      }
      if isKept[place] { text += TreePrinter.print(SourceFile(statements: [statement])) }
    }
    return zip(symbolic.file.statements, isKept).filter(\.1).map(\.0)
  }
}

extension SymbolicModel {
  /// Puts 0 in the place of `training`: a printed program evaluates, and drops nothing out.
  fileprivate mutating func stopTraining() {
    guard let training = model.environment["training"], let loss else { return }
    let zero = graph.constant(0)
    let roots = graph.substituting([training: zero], in: [loss] + gradient + lets)
    let simpler = Simplifier.simplify(&graph, roots).roots
    self.loss = simpler[0]
    lets = Array(simpler.suffix(lets.count))
    gradient = Array(simpler.dropFirst().prefix(gradient.count))
  }
}
