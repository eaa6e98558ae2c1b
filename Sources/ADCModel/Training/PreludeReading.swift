package import ADCSyntax

extension Prelude {
  /// Whether it declares a function of this name.
  static func hasFunction(named name: String) -> Bool {
    functionTexts.contains { $0.key == name }
  }

  /// The function of a name, parsed anew; nil where there is none.
  static func function(named name: String) -> FunctionDefinition? {
    guard let statement = statement(named: name, in: functionTexts),
      case .function(let name, let arguments, let body) = statement.form
    else { return nil }
    // The prelude stands before the model: it sees none of its names.
    var definition = FunctionDefinition(
      name: name, arguments: arguments, body: body, ordinal: 0, differentiated: [])
    definition.isPrelude = true
    return definition
  }

  /// The optimizer of a name, parsed anew; nil where there is none.
  static func optimizer(named name: String) -> OptimizerDefinition? {
    guard let statement = statement(named: name, in: optimizerTexts),
      case .optimizer(let name, let arguments, let body) = statement.form
    else { return nil }
    return OptimizerDefinition(
      name: name, arguments: arguments, body: body, description: statement.description,
      isPrelude: true, ordinal: 0)
  }

  /// All declarations of a part, in their order.
  package static func statements(of texts: Texts) -> [Statement] {
    texts.flatMap { parsed($0.value) }
  }

  private static func statement(named name: String, in texts: Texts) -> Statement? {
    texts.first { $0.key == name }.flatMap { parsed($0.value).first }
  }

  private static func parsed(_ text: String) -> [Statement] {
    Parser.parse(SourceText(name: "prelude", text: text)).file.statements
  }
}

extension Elaborator {
  /// The optimizer of a name: the model's, or else the prelude's, which is kept when it is asked
  /// for first.
  mutating func optimizer(named name: String) -> OptimizerDefinition? {
    if let known = optimizers.first(where: { $0.name.text == name }) { return known }
    guard let definition = Prelude.optimizer(named: name) else { return nil }
    optimizers.append(definition)
    return definition
  }
}
