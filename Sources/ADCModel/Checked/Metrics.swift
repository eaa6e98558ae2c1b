import ADCCalculus
import ADCSyntax

extension DeclarationChecker {
  /// `metric accuracy = …`: one number, under a name that no other metric has.
  mutating func metric(
    _ name: Name, _ value: Expression, _ description: String?
  ) throws(Reported) {
    if let first = metrics.first(where: { $0.name == name.text }) {
      throw elaborator.report(
        "AD0202", "there are two metrics \(elaborator.quote(name: name.text))", at: name.range,
        notes: [Diagnostic.Note("the first", at: first.range)])
    }
    let node = try elaborator.elaborate(value)
    let shape = elaborator.graph.shape(node)
    guard shape.isScalar else {
      throw elaborator.report(
        "AD0303", "a metric must be one number, and its shape is \(shape)", at: value.range,
        fix: "write `mean(…)` around it")
    }
    metrics.append(
      Definition(name: name.text, node: node, description: description, range: name.range))
  }
}
