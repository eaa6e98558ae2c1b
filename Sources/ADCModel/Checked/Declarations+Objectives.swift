import ADCCalculus
import ADCSyntax

extension DeclarationChecker {
  mutating func minimize(
    _ value: Expression, isMaximized: Bool
  ) throws(Reported) {
    if let objective {
      throw elaborator.report(
        "AD0211", "a model has one objective, and this is a second one", at: value.range,
        notes: [Diagnostic.Note("the first", at: objective.range)], fix: "add them up in one line")
    }
    let node = try elaborator.elaborate(value)
    let shape = elaborator.graph.shape(node)
    objective = Objective(
      node: node, isMaximized: isMaximized, responses: [], range: value.range)
    guard shape.isScalar else {
      throw elaborator.report(
        "AD0303", "the objective must be one number, and its shape is \(shape)", at: value.range,
        fix: "write `sum(…)` or `mean(…)` around it")
    }
  }

  mutating func output(
    _ value: Expression, _ alias: Name?, _ description: String?
  ) throws(Reported) {
    let node = try elaborator.elaborate(value)
    var name = alias
    if name == nil, case .name(let text) = value.form { name = Name(text, value.range) }
    guard let name else {
      throw elaborator.report(
        "AD0212", "an output that is not a name needs one", at: value.range,
        fix: "write `output … as prediction`")
    }
    if let first = outputs.first(where: { $0.name == name.text }) {
      throw elaborator.report(
        "AD0202", "there are two outputs \(elaborator.quote(name: name.text))", at: name.range,
        notes: [Diagnostic.Note("the first", at: first.range)])
    }
    outputs.append(
      Definition(name: name.text, node: node, description: description, range: name.range))
  }

  mutating func report(
    _ value: Expression, _ alias: Name?, _ description: String?
  ) throws(Reported) {
    let name = alias?.text ?? elaborator.source.text(value.range)
    let node = try elaborator.elaborate(value)
    if let first = reports.first(where: { $0.name == name }) {
      throw elaborator.report(
        "AD0202", "\(elaborator.quote(name: name)) is reported twice", at: value.range,
        notes: [Diagnostic.Note("the first", at: first.range)])
    }
    reports.append(
      Definition(name: name, node: node, description: description, range: value.range))
  }
}
