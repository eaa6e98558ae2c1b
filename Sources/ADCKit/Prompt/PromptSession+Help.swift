import ADCCalculus
import ADCMachine
import ADCModel
import ADCSyntax
import ADCTraining

extension PromptSession {
  /// `:help` and `:help NAME`.
  func help(_ typed: TypedCommand) throws(PromptFailure) -> String {
    var name = typed.operand
    if name.hasPrefix(":") { name.removeFirst() }
    guard !name.isEmpty else { return Self.overview }
    if let command = Self.commands.first(where: { $0.name == name }) {
      return ":\(command.form)  \(command.summary)\n" + wrapped(command.details)
    }
    if let source = functionSource(name) { return source }
    if let definition = scope.definition(of: name) {
      return TreePrinter.print(SourceFile(statements: [definition.written] + definition.rules))
    }
    if let meaning = scope.modelMeaning(of: name) {
      return "`\(name)` is \(meaning) of the model\n"
    }
    let builtIn = KnownName.builtIn(name)
    let operators = Catalogue.operators.filter { $0.spelling == name || $0.name == name }
    guard builtIn != nil || !operators.isEmpty else {
      let all = Self.commands.map(\.name) + KnownName.ofExpressions.map(\.name)
      throw failure(
        "AD1102", "there is nothing called `\(name.prefix(60))`", at: typed.range,
        fix: Words.nearest(to: name, among: all).map { "did you mean `\($0)`?" }
          ?? "`:help` lists the commands")
    }
    if let builtIn { return "\(builtIn.signature)  \(builtIn.summary)\n" }
    return operators.map { "\($0.name)  \($0.summary)\n" }.joined()
  }

  /// The definition of a function of the session or of the model, with its derivatives.
  func functionSource(_ name: String) -> String? {
    guard scope.arguments(of: name) != nil else { return nil }
    if let definition = scope.definition(of: name) {
      return TreePrinter.print(SourceFile(statements: [definition.written] + definition.rules))
    }
    let statements = loaded?.symbolic.file.statements.filter { statement in
      switch statement.form {
      case .function(let own, _, body: _): own.text == name
      case .derivative(let rule): rule.function.text == name
      default: false
      }
    }
    return statements.map { TreePrinter.print(SourceFile(statements: $0)) }
  }

  /// A text broken between words so that its lines fit.
  private func wrapped(_ text: String) -> String {
    var lines = [""]
    for word in text.split(separator: " ") {
      let last = lines[lines.count - 1]
      if !last.isEmpty, last.count + 1 + word.count > surroundings.columns {
        lines.append(String(word))
      } else {
        lines[lines.count - 1] = last.isEmpty ? String(word) : last + " " + word
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The commands, one a line.
  static var overview: String {
    var text = """
      x = 3            a value            diff(x^2, x)     a derivative
      f(x) = x^2       a function         grad(f(x), x)    hessian, jacobian, jvp, vjp, hvp
      ans              the last result    :help sigmoid    a function of the language


      """
    let width = (commands.map(\.form.count).max() ?? 0) + 3
    for command in commands {
      text += ":\(command.form)".padded(to: width) + command.summary + "\n"
    }
    return text
  }

  /// `:vars`.
  func variables() -> String {
    var rows: [(name: String, text: String)] = []
    for definition in scope.definitions where !isOwn(definition) {
      rows.append(description(of: definition))
    }
    if let value = modelStatements.lazy.compactMap(\.objective).first {
      rows.append((Self.objective, "the objective, " + Self.short(TreePrinter.print(value))))
    }
    if let loaded {
      for input in loaded.model.inputs {
        rows.append((input.name, "input \(Self.shape(input.shape))" + values(of: input.node)))
      }
      for parameter in loaded.model.parameters {
        rows.append(
          (parameter.name, "parameter \(Self.shape(parameter.shape))" + values(of: parameter.node)))
      }
      for constant in loaded.model.constants {
        rows.append((constant.name, "constant " + constant.value.array.brief))
      }
      for binding in loaded.model.lets {
        rows.append((binding.name, "let \(Self.shape(loaded.model.graph.shape(binding.node)))"))
      }
      for name in loaded.model.functions {
        let formals = scope.arguments(of: name)?.map(\.name.text) ?? []
        rows.append(("\(name)(\(formals.joined(separator: ", ")))", "function of the model"))
      }
      if loaded.model.objective != nil, scope.modelMeaning(of: Self.objective) == "a `let`" {
        rows.append((Self.objective, "the objective"))
      }
    }
    let width = (rows.map(\.name.count).max() ?? 0) + 2
    return rows.map { $0.name.padded(to: width) + $0.text + "\n" }.joined()
  }

  private static func shape(_ shape: Shape) -> String {
    shape.isScalar ? "a number" : shape.description
  }

  private func values(of node: ADCCalculus.NodeID) -> String {
    guard let loaded, case .symbol(let place) = loaded.model.graph.attribute(node),
      loaded.hasValues(of: node, in: loaded.model.graph)
    else { return "" }
    loaded.run.feed(rows: loaded.run.allRows)
    guard let shape = try? loaded.run.shape(of: place, rows: loaded.run.allRows.count) else {
      return ""
    }
    return "  " + ShapedValues(shape: shape, values: loaded.run.memory.values(of: place)).brief
  }

  private func description(of definition: PromptScope.Definition) -> (name: String, text: String) {
    let names = definition.names.map(\.text)
    switch definition.meaning {
    case .value(let table): return (names[0], "= " + table.array.brief)
    case .symbol(let shape):
      let sizes = shape.map {
        "[" + $0.dimensions.map(TreePrinter.print).joined(separator: ", ") + "]"
      }
      return (names[0], (sizes.map { ": \($0), " } ?? "") + "without a value")
    case .equation:
      switch definition.statement.form {
      case .function(let name, let formals, let body):
        let list = formals.map(\.name.text).joined(separator: ", ")
        return ("\(name.text)(\(list))", "= " + Self.short(TreePrinter.print(body)))
      case .binding(let binding):
        return (names.joined(separator: ", "), "= " + Self.short(TreePrinter.print(binding.value)))
      default: return (names[0], "")
      }
    }
  }

  private static func short(_ text: String) -> String {
    let line = text.split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: " ")
    return line.count <= 60 ? line : line.prefix(59) + "…"
  }
}

extension Statement {
  /// What it minimises or maximises.
  fileprivate var objective: Expression? {
    switch form {
    case .minimize(let value), .maximize(let value): value
    case .fit(let fit): fit.model
    default: nil
    }
  }
}

extension PromptCommand {
  /// The name with what it takes.
  var form: String { operands.isEmpty ? name : "\(name) \(operands)" }
}

extension String {
  /// The text with spaces behind it up to a width.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}

extension Table {
  /// The numbers with their sizes, which are known.
  var array: ShapedValues {
    ShapedValues(shape: shape.dimensions.map { $0.known ?? 0 }, values: values)
  }

  /// The numbers as source.
  var literal: Expression { Self.literal(array.shape[...], values[...]) }

  private static func literal(
    _ shape: ArraySlice<Int>, _ values: ArraySlice<Double>
  ) -> Expression {
    let range = SourceRange(0, 0)
    guard let count = shape.first else { return Expression(.number(values.first ?? 0), range) }
    let size = count == 0 ? 0 : values.count / count
    let parts = (0..<count).map { place in
      literal(shape.dropFirst(), values.dropFirst(place * size).prefix(size))
    }
    return Expression(.array(parts), range)
  }
}
