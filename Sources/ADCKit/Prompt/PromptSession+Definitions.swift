import ADCCalculus
import ADCMachine
import ADCModel
import ADCSyntax
import ADCTraining

extension PromptSession {
  /// Takes over a statement.
  mutating func define(_ statement: Statement) throws(PromptFailure) {
    switch statement.form {
    case .binding(let binding):
      if binding.others.isEmpty, try setParameter(binding.name, binding.value) { return }
      try define(statement, as: binding.value, named: binding.names)
    case .constant(_, let shape, let value), .parameter(_, let shape, .value(let value)?, _):
      let numbers = try known(shaped(value, shape), "`const` and `param` take", value.range)
      try add(.init(statement, .value(numbers.table)))
    case .parameter(_, let shape, _, _): try add(.init(statement, .symbol(shape)))
    case .input(_, let shape, columns: _): try add(.init(statement, .symbol(shape)))
    case .function: try add(.init(statement, .equation))
    case .derivative(let rule): try add(rule, statement)
    case .precision, .minimize, .maximize, .fit, .metric, .output, .report, .constraint, .optimizer,
      .train:
      try keep(statement)
    }
  }

  /// A remark on built-in functions and numbers that a definition hides from now on; none where a
  /// number hides a function, whose calls then say so.
  func hiddenNames(_ statement: Statement) -> String {
    let (names, builtIns, kind): ([Name], [BuiltIn], String)
    switch statement.form {
    case .function(let name, _, body: _):
      (names, builtIns, kind) = ([name], BuiltIn.functions, "function")
    case .binding(let binding): (names, builtIns, kind) = (binding.names, BuiltIn.values, "number")
    case .constant(let name, _, _), .parameter(let name, _, _, _):
      (names, builtIns, kind) = ([name], BuiltIn.values, "number")
    default: return ""
    }
    return names.map(\.text).filter { name in
      scope.definition(of: name) == nil && builtIns.contains { $0.name == name }
    }.map { "this hides the built-in \(kind) `\($0)`; `:clear \($0)` brings it back\n" }.joined()
  }

  /// A definition by a value: numbers where nothing in it can change, an equation otherwise.
  private mutating func define(
    _ statement: Statement, as value: Expression, named names: [Name]
  ) throws(PromptFailure) {
    let binding = LetDeclaration(
      name: names[0], others: Array(names.dropFirst()), value: value, description: nil,
      range: statement.range)
    let equation = PromptScope.Definition(
      Statement(.binding(binding), description: statement.description, range: statement.range),
      .equation)
    let usesItself = names.count == 1 && scope.uses(names[0].text, in: value)
    if names.count == 1, usesItself || !scope.dependsOnNames(value) {
      let (checked, mistakes) = scope.check([value], source: source)
      guard let checked else { throw failure(mistakes) }
      // `x = x + 1` counts up where `x` is known.
      if let array = try numbers(checked)?.first {
        try add(.init(equation.statement, .value(array.table)))
        return
      }
    }
    try add(equation)
  }

  /// The numbers of an expression that must have some.
  private func known(
    _ expression: Expression, _ who: String, _ range: SourceRange
  ) throws(PromptFailure) -> ShapedValues {
    let (checked, mistakes) = scope.check([expression], source: source)
    guard let checked else { throw failure(mistakes) }
    guard let array = try numbers(checked)?.first else {
      throw failure("AD0404", "\(who) numbers, and the value holds names without any", at: range)
    }
    return array
  }

  private mutating func add(_ definition: PromptScope.Definition) throws(PromptFailure) {
    let mistakes = scope.check(definition, source: source)
    guard mistakes.isEmpty else { throw failure(mistakes) }
    scope.define(definition)
  }

  private mutating func add(
    _ rule: DerivativeRule, _ statement: Statement
  ) throws(PromptFailure) {
    guard var definition = scope.definition(of: rule.function.text) else {
      let near = Words.nearest(
        to: rule.function.text, among: scope.definitions.flatMap { $0.names.map(\.text) })
      throw failure(
        "AD0216",
        "there is no function `\(rule.function.text)` that this could be the derivative of",
        at: rule.function.range, fix: near.map { "did you mean `\($0)`?" })
    }
    // A rule that is given again takes the place of the first.
    definition.rules.removeAll { old in
      if case .derivative(let written) = old.form {
        written.by?.text == rule.by?.text
      } else {
        false
      }
    }
    var next = scope
    next.define(definition)
    next.add(rule: statement, to: rule.function.text)
    guard let changed = next.definition(of: rule.function.text) else { return }
    let mistakes = scope.check(changed, source: source)
    guard mistakes.isEmpty else { throw failure(mistakes) }
    scope = next
  }

  /// `let W: [3] = 0`: the value repeated to the declared shape.
  private func shaped(_ value: Expression, _ shape: ShapeSyntax?) -> Expression {
    guard let shape, !shape.dimensions.isEmpty else { return value }
    let sizes = Expression(.array(shape.dimensions), shape.range)
    let zeros = Expression(
      .call(Name("zeros", shape.range), [Argument(label: nil, value: sizes)]), shape.range)
    let link = Expression.Link(.add, value.range, value)
    return Expression(.sum(zeros, [link]), value.range)
  }

  /// Gives a parameter of the model a value; false where the name is none.
  private mutating func setParameter(
    _ name: Name, _ value: Expression
  ) throws(PromptFailure) -> Bool {
    guard let loaded, scope.definition(of: name.text) == nil,
      let parameter = loaded.task.model.description.parameters.first(where: {
        $0.name == name.text
      })
    else { return false }
    let array = try known(value, "a parameter of the model takes", value.range)
    let shape: [Int]
    do throws(RunError) { shape = try loaded.run.shape(of: parameter.symbol) } catch {
      throw PromptFailure(TaskFailure(error))
    }
    guard array.shape == shape || array.shape.isEmpty else {
      throw failure(
        "AD0308", "the value has the shape \(array.shape), and `\(name.text)` has \(shape)",
        at: value.range)
    }
    let count = shape.reduce(1, *)
    loaded.run.memory.set(
      parameter.symbol,
      array.shape == shape ? array.values : [Double](repeating: array.values[0], count: count))
    return true
  }

  /// A statement that makes the session a model.
  private mutating func keep(_ statement: Statement) throws(PromptFailure) {
    if loaded != nil {
      throw failure(
        "AD1103", "a model is loaded, which has its objective and training", at: statement.range,
        fix: "`:clear` leaves the model")
    }
    switch statement.form {
    case .minimize(let value), .maximize(let value):
      // As of a model, the objective is called `loss`.
      let binding = LetDeclaration(
        name: Name(Self.objective, value.range), value: value, description: nil,
        range: statement.range)
      try add(.init(Statement(.binding(binding), range: statement.range), .equation))
    case .output(let value, alias: _), .report(let value, alias: _), .constraint(let value),
      .metric(_, let value):
      let mistakes = scope.check([value], source: source).diagnostics
      guard mistakes.isEmpty else { throw failure(mistakes) }
    default: break
    }
    modelStatements.removeAll { $0.replaces(statement) }
    modelStatements.append(statement)
  }
}

extension Statement {
  /// Whether one of the two takes the place of the other in a model.
  fileprivate func replaces(_ other: Statement) -> Bool {
    switch (form, other.form) {
    case (.minimize, .minimize), (.minimize, .maximize), (.maximize, .minimize),
      (.maximize, .maximize), (.fit, .minimize), (.fit, .maximize), (.minimize, .fit),
      (.maximize, .fit), (.train, .train), (.precision, .precision):
      true
    case (.optimizer(let name, _, body: _), .optimizer(let second, _, body: _)):
      name.text == second.text
    case (.metric(let name, _), .metric(let second, _)): name.text == second.text
    case (.output(let value, let alias), .output(let second, let secondAlias)),
      (.report(let value, let alias), .report(let second, let secondAlias)):
      (alias?.text ?? TreePrinter.print(value)) == (secondAlias?.text ?? TreePrinter.print(second))
    default: false
    }
  }
}

extension ShapedValues {
  /// The array as a constant of a graph.
  var table: Table { Table(shape: Shape(shape.map { Dimension($0) }), values: values) }
}
