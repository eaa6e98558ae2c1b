/// Writes statements as canonical source, each with a line end.
package struct StatementPrinter {
  private var out = ExpressionPrinter()

  /// A printer that has written nothing.
  package init() {}

  /// What was written.
  package var text: String { out.text }

  /// Appends a statement.
  package mutating func write(_ statement: Statement) {
    out.writeDescription(statement.description)
    switch statement.form {
    case .precision(let name): out.text += "precision \(name.text)"
    case .input(let name, let shape, let columns):
      out.text += "input \(name.text)"
      write(shape)
      if let columns { write(columns) }
    case .parameter(let name, let shape, let value, let bounds):
      out.text += "param \(name.text)"
      write(shape)
      if let value { write(value) }
      if let bounds {
        out.text += " in "
        out.write(bounds.lower, .expression)
        out.text += "..."
        out.write(bounds.upper, .expression)
      }
    case .constant(let name, let shape, let value):
      out.text += "const \(name.text)"
      write(shape)
      out.text += " = "
      out.write(value, .expression)
    case .binding(let declaration): out.write(declaration)
    case .function(let name, let formals, let body):
      out.text += "fn \(name.text)"
      write(formals)
      out.text += " = "
      out.write(body, .expression)
    case .derivative(let rule): write(rule)
    case .minimize(let value):
      out.text += "minimize "
      out.write(value, .expression)
    case .maximize(let value):
      out.text += "maximize "
      out.write(value, .expression)
    case .fit(let fit):
      out.text += "fit "
      out.write(fit.observed, .expression)
      out.text += " ~ "
      out.write(fit.model, .expression)
      for (place, option) in fit.options.enumerated() {
        out.text += place == 0 ? " with " : ", "
        if let label = option.label { out.text += "\(label.text): " }
        out.write(option.value, .expression)
      }
    case .metric(let name, let value):
      out.text += "metric \(name.text) = "
      out.write(value, .expression)
    case .output(let value, let alias):
      out.text += "output "
      out.write(value, .expression)
      if let alias { out.text += " as \(alias.text)" }
    case .report(let value, let alias):
      out.text += "report "
      out.write(value, .expression)
      if let alias { out.text += " as \(alias.text)" }
    case .constraint(let condition):
      out.text += "subject to "
      out.write(condition, .expression)
    case .optimizer(let name, let formals, let body):
      out.text += "optimizer \(name.text)"
      write(formals)
      out.text += " "
      writeLines(body) { $0.write($1) }
    case .train(let settings):
      out.text += "train "
      writeLines(settings) { $0.write($1) }
    }
    out.text += "\n"
  }

  private mutating func write(_ rule: DerivativeRule) {
    out.text += "derivative \(rule.function.text)("
    out.text += rule.arguments.map(\.text).joined(separator: ", ") + ")"
    if let by = rule.by { out.text += " by \(by.text)" }
    out.text += rule.isMeant ? " as meant = " : " = "
    out.write(rule.body, .expression)
  }

  private mutating func write(_ shape: ShapeSyntax?) {
    guard let shape else { return }
    out.text += ": ["
    out.write(shape.dimensions, .expression, between: ", ")
    out.text += "]"
  }

  private mutating func write(_ columns: ColumnList) {
    out.text += " from "
    switch columns {
    case .names(let names, _): out.writeList(names) { $0.writeString($1) }
    case .categories(let names, _):
      out.writeList(names) { $0.writeString($1) }
      out.text += " as category"
    case .span(let first, let last, _):
      out.writeString(first)
      out.text += ".."
      out.writeString(last)
    }
  }

  private mutating func write(_ value: InitialValue) {
    switch value {
    case .value(let value):
      out.text += " = "
      out.write(value, .expression)
    case .distribution(let name, let arguments):
      out.text += " ~ "
      out.writeCall(name, arguments)
    case .file(let path, _):
      out.text += " from "
      out.writeString(path)
    }
  }

  private mutating func write(_ formals: [FormalParameter]) {
    out.text += "("
    out.writeList(formals) { printer, formal in
      printer.text += formal.name.text
      guard let value = formal.defaultValue else { return }
      printer.text += " = "
      printer.write(value, .expression)
    }
    out.text += ")"
  }

  private mutating func writeLines<Item>(
    _ items: [Item], _ body: (inout StatementPrinter, Item) -> Void
  ) {
    out.text += "{\n"
    out.indentation += "  "
    for item in items { body(&self, item) }
    out.indentation = String(out.indentation.dropLast(2))
    out.text += "}"
  }

  private mutating func write(_ statement: OptimizerStatement) {
    switch statement {
    case .state(let name, let initial, _):
      out.text += "\(out.indentation)state \(name.text) = "
      out.write(initial, .expression)
    case .binding(let declaration):
      out.writeDescription(declaration.description)
      out.text += out.indentation
      out.write(declaration)
    case .assignment(let name, let value, _):
      out.text += "\(out.indentation)\(name.text) := "
      out.write(value, .expression)
    }
    out.text += "\n"
  }

  private mutating func write(_ setting: TrainSetting) {
    out.text += "\(out.indentation)\(setting.name.text) "
    for word in setting.modifiers { out.text += "\(word.text) " }
    out.write(setting.values, .expression, between: ", ")
    if setting.isPercentage { out.text += "%" }
    if setting.isPatience { out.text += " epochs without improvement" }
    out.text += "\n"
  }
}
