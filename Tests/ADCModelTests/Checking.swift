import ADCCalculus
import ADCModel
import ADCSyntax
import Testing

/// A text taken through the parser and the checker.
struct Checked {
  var model: CheckedModel?
  var diagnostics: [Diagnostic]
  var source: SourceText

  /// The codes of all messages, in order.
  var codes: [String] { diagnostics.map(\.code) }

  /// The message, the marked text and the fix of the first diagnostic.
  var first: String {
    guard let diagnostic = diagnostics.first else { return "no diagnostic" }
    let fix = diagnostic.fix.map { " (\($0))" } ?? ""
    return "\(diagnostic.code) <\(source.text(diagnostic.range))> \(diagnostic.message)\(fix)"
  }

  /// The node of a `let`.
  func value(_ name: String) -> NodeID? { model?.lets.first { $0.name == name }?.node }

  /// The shape of a `let`.
  func shape(_ name: String) -> String? {
    guard let model, let node = value(name) else { return nil }
    return model.graph.shape(node).description
  }

  /// The elements of a `let` that depends on nothing, or on parameters at their first values.
  func numbers(_ name: String) throws -> [Double] {
    let model = try #require(model)
    let node = try #require(value(name))
    var values: [NodeID: Table] = [:]
    for parameter in model.parameters {
      if case .values(let table) = parameter.initial, table.shape == parameter.shape {
        values[parameter.node] = table
      }
    }
    var graph = model.graph
    var evaluator = ConstantEvaluator(values: values)
    return try evaluator.evaluate(node, in: &graph).values
  }
}

/// Parses and checks a model.
func check(_ text: String, set values: [(String, String)] = []) -> Checked {
  let source = SourceText(name: "model.ad", text: text)
  let (file, problems) = Parser.parse(source)
  guard problems.isEmpty else {
    return Checked(model: nil, diagnostics: problems, source: source)
  }
  let overrides = values.map { (name, value) in
    (
      name: name,
      value: Parser.parseExpression(SourceText(name: "value", text: value)).expression
    )
  }
  let (model, diagnostics) = ModelChecker.check(
    file, source: source, options: ModelOptions(values: overrides))
  return Checked(model: model, diagnostics: diagnostics, source: source)
}

/// The first diagnostic of a model, as one line.
func problem(_ text: String) -> String { check(text).first }
