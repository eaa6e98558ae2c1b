import ADCCalculus
import ADCSyntax

extension Elaborator {
  /// Adds a `fit` to the objective: several fits share their parameters, and their sums of squares
  /// are added up.
  mutating func check(_ fit: FitStatement, into objective: inout Objective?) throws(Reported) {
    let range = SourceRange(fit.observed.range.lower, fit.model.range.upper)
    if let objective, objective.responses.isEmpty {
      throw report(
        "AD0211", "a model has one objective, and this is a second one", at: range,
        notes: [Diagnostic.Note("the first", at: objective.range)],
        fix: "several `fit` may stand beside each other, but not beside `minimize`")
    }
    let response = try response(fit, at: range)
    let axes = Array(0..<graph.shape(response.residual).rank)
    let square = try apply(
      Known.power, [response.residual, constant(2, at: range)], at: range)
    var loss = square
    if !axes.isEmpty { loss = try apply(Known.sum, [square], .axes(axes, keep: false), at: range) }
    guard var whole = objective else {
      objective = Objective(node: loss, isMaximized: false, responses: [response], range: range)
      return
    }
    if let first = whole.responses.first, first.isAbsolute != response.isAbsolute {
      throw report(
        "AD0511", "`absolute` holds for all fits of a model or for none", at: range,
        notes: [Diagnostic.Note("the first", at: first.range)])
    }
    whole.node = try apply(Known.add, [whole.node, loss], at: range)
    whole.responses.append(response)
    objective = whole
  }

  private mutating func response(
    _ fit: FitStatement, at range: SourceRange
  ) throws(Reported) -> Response {
    let link = Expression.Link(.subtract, range, fit.observed)
    var residual = try elaborate(Expression(.sum(fit.model, [link]), range))
    let (observed, model) = (try elaborate(fit.observed), try elaborate(fit.model))
    var seen: Set<String> = []
    for option in fit.options {
      guard let label = option.label, Self.fitOptions.contains(label.text) else {
        let near = option.label.flatMap {
          Suggestion.nearest(to: $0.text, among: Self.fitOptions)
        }
        throw report(
          "AD0511", "`with` takes `sigma: …`, `absolute: true` and `loss: …`",
          at: option.label?.range ?? option.value.range,
          fix: near.map { "did you mean `\($0)`?" } ?? "write `fit y ~ model with sigma: s`")
      }
      guard seen.insert(label.text).inserted else {
        throw report("AD0511", "`\(label.text)` is given twice", at: label.range)
      }
    }
    var sigma: NodeID?
    if let given = fit.options.first(where: { $0.label?.text == "sigma" })?.value {
      sigma = try elaborate(given)
      residual = try weighted(residual, by: given, at: range)
    }
    var loss: RobustLoss?
    if let written = fit.options.first(where: { $0.label?.text == "loss" })?.value {
      let asked = try robustLoss(written)
      if asked.kind != .linear { loss = asked }
      residual = asked.bend(residual, in: &graph)
      record(written.range)
    }
    return Response(
      name: source.text(fit.observed.range), observed: observed, model: model, sigma: sigma,
      isAbsolute: try isAbsolute(fit), loss: loss, residual: residual, range: range)
  }

  private static let fitOptions = ["sigma", "absolute", "loss"]

  /// `absolute: true`: the errors of the observations are known, and not only their ratios.
  private mutating func isAbsolute(_ fit: FitStatement) throws(Reported) -> Bool {
    guard let value = fit.options.first(where: { $0.label?.text == "absolute" })?.value else {
      return false
    }
    let number = try constantScalar(value, for: "`absolute`")
    guard number == 0 || number == 1 else {
      throw report(
        "AD0511", "`absolute` is true or false, and it is \(Self.text(number))", at: value.range)
    }
    return number == 1
  }

  /// The residual over the standard deviations of the observations.
  private mutating func weighted(
    _ residual: NodeID, by sigma: Expression, at range: SourceRange
  ) throws(Reported) -> NodeID {
    let node = try elaborate(sigma)
    guard !hasParameter(node) else {
      throw report(
        "AD0511", "`sigma` is given with the data: it cannot depend on a parameter",
        at: sigma.range, fix: "write the likelihood with `minimize` to estimate it")
    }
    if let number = constantNumber(node), !(number > 0 && number.isFinite) {
      throw report(
        "AD0511", "`sigma` must be greater than 0, and it is \(Self.text(number))",
        at: sigma.range)
    }
    let shape = graph.shape(residual)
    guard graph.shape(node).broadcast(with: shape) == shape else {
      throw report(
        "AD0511", "`sigma` has the shape \(graph.shape(node)), and the residuals have \(shape)",
        at: sigma.range)
    }
    return try apply(Known.divide, [residual, node], at: range)
  }

  private mutating func robustLoss(_ loss: Expression) throws(Reported) -> RobustLoss {
    let (name, arguments): (Name, [Argument])
    switch loss.form {
    case .call(let called, let given): (name, arguments) = (called, given)
    case .name(let text): (name, arguments) = (Name(text, loss.range), [])
    default: (name, arguments) = (Name("", loss.range), [])
    }
    guard let kind = RobustLoss.Kind(rawValue: name.text) else {
      let all = RobustLoss.Kind.allCases.map(\.rawValue)
      let near = Suggestion.nearest(to: name.text, among: all)
      throw report(
        "AD0511", "there is no robust loss \(quote(name: name.text))", at: loss.range,
        fix: near.map { "did you mean `\($0)`?" }
          ?? "there are " + all.map { "`\($0)`" }.joined(separator: ", "))
    }
    let formal = FormalParameter(
      name: Name("scale", name.range), defaultValue: Expression(.number(1), name.range))
    let values = try bind(name.text, [formal], arguments, at: loss.range)
    var scale = 1.0
    if case .written(let written)? = values.first {
      scale = try constantScalar(written, for: "`scale`")
      guard scale > 0, scale.isFinite else {
        throw report(
          "AD0511", "`scale` must be greater than 0, and it is \(Self.text(scale))",
          at: written.range)
      }
    }
    return RobustLoss(kind: kind, scale: scale)
  }
}
