import ADCCalculus
import ADCEmission
import ADCModel
import ADCSyntax

extension SymbolicModel {
  /// The gradient as a `.ad` program that compiles: the model's declarations, its lets as far as
  /// the loss needs them, and an output for the loss and for each derivative.
  func gradientProgram(loss: NodeID) -> String {
    var names: [NodeID: String] = [:]
    for (definition, node) in zip(model.lets, lets)
    where names[node] == nil && graph.symbol(node) == nil
      && graph.number(node) == nil
    {
      names[node] = definition.name
    }
    for constant in model.constants where !constant.value.shape.isScalar {
      names[constant.node] = constant.name
    }
    var writer = ExpressionWriter(
      graph: graph, names: names, taken: model.takenNames)
    let written = writer.write([loss] + gradient, style: .named)
    var statements = declarations
    let constants = Set(model.constants.map(\.name))
    for line in written.lines where !constants.contains(line.name) {
      let declaration = LetDeclaration(
        name: Name(line.name, line.value.range), value: line.value, description: nil,
        range: line.value.range)
      statements.append(Statement(.binding(declaration), range: line.value.range))
    }
    let outputs = ["loss"] + model.parameters.map { "d_\($0.name)" }
    for (name, root) in zip(uniqueNames(outputs), written.roots) {
      statements.append(
        Statement(.output(root, alias: Name(name, root.range)), range: root.range))
    }
    return TreePrinter.print(SourceFile(statements: statements))
  }

  private func uniqueNames(_ names: [String]) -> [String] {
    let taken = model.takenNames
    return names.map { taken.contains($0) ? $0 + "_" : $0 }
  }

  /// The inputs, parameters and constants as they were written.
  private var declarations: [Statement] {
    file.statements.filter { statement in
      switch statement.form {
      case .input, .parameter, .constant: true
      case .binding, .function, .minimize, .maximize, .output, .optimizer, .train: false
      }
    }
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
    return names
  }
}
