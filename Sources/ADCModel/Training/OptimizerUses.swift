import ADCCalculus
import ADCSyntax

extension Elaborator {
  /// What every optimizer understands beside its own arguments.
  private static let commonArguments = [
    "weight_decay", "clip_value", "clip_norm", "global_clip_norm", "average",
  ]

  /// What `optimizer` is followed by: a call, or a name where all arguments have defaults.
  mutating func optimizerUse(_ expression: Expression) throws(Reported) -> OptimizerUse {
    let (name, arguments): (Name, [Argument])
    switch expression.form {
    case .call(let called, let given): (name, arguments) = (called, given)
    case .name(let text): (name, arguments) = (Name(text, expression.range), [])
    default:
      throw report(
        "AD0506", "`optimizer` takes an optimizer", at: expression.range,
        fix: "write `optimizer adam(rate: 0.001)`")
    }
    guard let definition = optimizer(named: name.text) else {
      throw unknownOptimizer(name)
    }
    let outer = knowsProgress
    knowsProgress = true
    defer { knowsProgress = outer }
    // The optimizer's own first, so that arguments by place are its own.
    var formals = definition.arguments
    for common in Self.commonArguments where !formals.contains(where: { $0.name.text == common }) {
      formals.append(
        FormalParameter(
          name: Name(common, name.range), defaultValue: Expression(.number(0), name.range)))
    }
    let values = try bind(name.text, formals, arguments, at: expression.range)
    // Known to every body, so they are there before the first is elaborated.
    for count in ["step", "epoch"] { _ = environmentSymbol(count, at: expression.range) }
    var use = OptimizerUse(name: name.text, arguments: [], range: expression.range)
    for (formal, value) in zip(formals, values) {
      guard case .written(let written) = value else { continue }
      let node = try elaborate(written)
      try check(node, for: formal.name.text, at: written.range)
      use.arguments.append(
        OptimizerUse.Argument(name: formal.name.text, node: node, range: written.range))
    }
    return use
  }

  private mutating func unknownOptimizer(_ name: Name) -> Reported {
    for statement in statements.dropFirst(ordinal) {
      if case .optimizer(let later, _, body: _) = statement.form, later.text == name.text {
        return report(
          "AD0203", "\(quote(name: name.text)) is used before its declaration", at: name.range,
          notes: [Diagnostic.Note("it is declared here", at: later.range)],
          fix: "move the declaration up")
      }
    }
    let own = optimizers.filter { !$0.isPrelude }.map(\.name.text)
    let names = own + Prelude.optimizerTexts.map(\.key) + SolverUse.Kind.allCases.map(\.rawValue)
    let near = Suggestion.nearest(to: name.text, among: names)
    let all = names.map { "`\($0)`" }.joined(separator: ", ")
    return report(
      "AD0507", "there is no optimizer \(quote(name: name.text))", at: name.range,
      fix: near.map { "did you mean `\($0)`?" } ?? (all.isEmpty ? nil : "there are \(all)"))
  }

  private mutating func check(
    _ node: NodeID, for name: String, at range: SourceRange
  ) throws(Reported) {
    guard graph.shape(node).isScalar else {
      throw report(
        "AD0508", "`\(name)` must be one number, and its shape is \(graph.shape(node))", at: range)
    }
    if Self.commonArguments.contains(name), let number = constantNumber(node),
      !(number > 0 && number.isFinite)
    {
      throw report(
        "AD0508", "`\(name)` must be greater than 0 and finite, and it is \(Self.text(number))",
        at: range)
    }
    if name == "average", let number = constantNumber(node), number >= 1 {
      throw report(
        "AD0508", "`average` must be less than 1, and it is \(Self.text(number))", at: range,
        fix: "write `average: 0.99`")
    }
    guard name == "rate", let rate = constantNumber(node) else { return }
    guard rate > 0, rate.isFinite else {
      throw report(
        "AD0508", "the rate must be greater than 0 and finite, and it is \(Self.text(rate))",
        at: range)
    }
  }
}
