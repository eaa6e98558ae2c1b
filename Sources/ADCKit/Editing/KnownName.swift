import ADCCalculus
package import ADCModel
package import ADCSyntax

/// A name that may be written in a model or at a prompt, with what people are told of it.
package struct KnownName: Hashable, Sendable {
  /// What a name stands for; the raw value is the phrase that people read.
  package enum Kind: String, Sendable {
    case input = "an input"
    case parameter = "a parameter"
    case constant = "a constant"
    case binding = "a `let`"
    case function = "a function"
    case argument = "an argument"
    case index = "the index of a loop"
    case dimension = "a dimension"
    case state = "a state"
    case output = "an output"
    case optimizer = "an optimizer"
    case distribution = "a distribution"
    case number = "a number"
    case setting = "a setting of `train`"
    case statement = "a statement"
    case word = "a word of the language"
  }

  /// As it is written in a model.
  package var name: String
  /// What it stands for.
  package var kind: Kind
  /// How it is written: a call with its arguments, a declaration with its shape, or the name.
  package var signature: String
  /// What it is: the `///` text of the model, or the catalogue's line; empty where there is none.
  package var summary: String

  /// A name without a line about it unless one is given.
  package init(name: String, kind: Kind, signature: String, summary: String = "") {
    self.name = name
    self.kind = kind
    self.signature = signature
    self.summary = summary
  }

  init(_ builtIn: BuiltIn) {
    let kind: Kind =
      switch builtIn.kind {
      case .function: .function
      case .value: .number
      case .distribution: .distribution
      case .optimizer: .optimizer
      case .setting: .setting
      case .statement: .statement
      case .word: .word
      }
    self.init(
      name: builtIn.name, kind: kind, signature: builtIn.signature, summary: builtIn.summary)
  }

  /// The names that have a value or can be called in any expression.
  package static let ofExpressions = (BuiltIn.functions + BuiltIn.values).map(KnownName.init)
  /// The words that begin a statement.
  package static let ofStatements = BuiltIn.statements.map(KnownName.init)
  /// The words that begin a line of `train { }`.
  package static let ofSettings = BuiltIn.settings.map(KnownName.init)
  /// What a parameter's first value can be drawn from.
  package static let ofDistributions = BuiltIn.distributions.map(KnownName.init)
  /// The optimizers of the prelude, with their arguments and defaults.
  package static let ofOptimizers = BuiltIn.optimizers.map(KnownName.init)
  /// The words within expressions and statements that stand for no value, such as `then`.
  package static let words = BuiltIn.words.map(KnownName.init)

  /// The function or number of a name that no model hides; nil where there is none.
  package static func builtIn(_ name: String) -> KnownName? { byName[name] }

  private static let byName = Dictionary(
    ofExpressions.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

  /// Those that begin with a text, upper and lower case alike, in alphabetical order.
  package static func completing(
    _ prefix: String, among names: some Sequence<KnownName>
  ) -> [KnownName] {
    let wanted = prefix.lowercased()
    return names.filter { $0.name.lowercased().hasPrefix(wanted) }
      .sorted { ($0.name, $0.signature) < ($1.name, $1.signature) }
  }
}

extension KnownName {
  /// The names that a model declares, in the order written; with their shapes where the model has
  /// been checked.
  package static func declared(in file: SourceFile, checked: CheckedModel? = nil) -> [KnownName] {
    let shapes = checked.map(shapes) ?? [:]
    return file.statements.flatMap { statement -> [KnownName] in
      let summary = statement.description ?? ""
      func name(_ name: Name, _ kind: Kind, _ written: String) -> KnownName {
        KnownName(name: name.text, kind: kind, signature: written, summary: summary)
      }
      func shaped(_ name: Name, _ written: ShapeSyntax?) -> String {
        let shape =
          shapes[name.text]
          ?? written.map {
            "[" + $0.dimensions.map(TreePrinter.print).joined(separator: ", ") + "]"
          }
        return shape.map { "\(name.text): \($0)" } ?? name.text
      }
      switch statement.form {
      case .input(let named, let shape, columns: _):
        return [name(named, .input, shaped(named, shape))]
      case .parameter(let named, let shape, _, _):
        return [name(named, .parameter, shaped(named, shape))]
      case .constant(let named, let shape, _):
        return [name(named, .constant, shaped(named, shape))]
      case .binding(let declaration):
        return declaration.names.map { name($0, .binding, shaped($0, nil)) }
      case .function(let named, let formals, body: _):
        return [name(named, .function, signature(named, formals))]
      case .optimizer(let named, let formals, body: _):
        return [name(named, .optimizer, signature(named, formals))]
      case .precision, .derivative, .minimize, .maximize, .fit, .metric, .output, .report,
        .constraint, .train:
        return []
      }
    }
  }

  /// `f(a, b: 2)`, as it is called.
  private static func signature(_ name: Name, _ formals: [FormalParameter]) -> String {
    let list = formals.map { formal in
      formal.name.text + (formal.defaultValue.map { ": " + TreePrinter.print($0) } ?? "")
    }
    return "\(name.text)(\(list.joined(separator: ", ")))"
  }

  /// The shapes of a checked model's values by name; scalars have none.
  private static func shapes(_ model: CheckedModel) -> [String: String] {
    var found: [String: String] = [:]
    for input in model.inputs where !input.shape.isScalar {
      found[input.name] = input.shape.description
    }
    for parameter in model.parameters where !parameter.shape.isScalar {
      found[parameter.name] = parameter.shape.description
    }
    for constant in model.constants where !model.graph.shape(constant.node).isScalar {
      found[constant.name] = model.graph.shape(constant.node).description
    }
    for definition in model.lets where !model.graph.shape(definition.node).isScalar {
      found[definition.name] = model.graph.shape(definition.node).description
    }
    return found
  }
}
