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
    if let loss = fit.options.first(where: { $0.label?.text == "loss" })?.value {
      residual = try bent(residual, by: loss)
    }
    return Response(
      name: source.text(fit.observed.range), observed: observed, model: model, sigma: sigma,
      isAbsolute: try isAbsolute(fit), residual: residual, range: range)
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

  /// A residual r bent to r sqrt(rho(z) / z), z = (r / scale)², whose square is that of a robust
  /// loss: the losses of SciPy's `least_squares`, with their `f_scale`.
  private mutating func bent(_ residual: NodeID, by loss: Expression) throws(Reported) -> NodeID {
    let (name, arguments): (Name, [Argument])
    switch loss.form {
    case .call(let called, let given): (name, arguments) = (called, given)
    case .name(let text): (name, arguments) = (Name(text, loss.range), [])
    default: (name, arguments) = (Name("", loss.range), [])
    }
    guard let kind = RobustLoss(rawValue: name.text) else {
      let all = RobustLoss.allCases.map(\.rawValue)
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
    let bent = kind.bend(residual, scale: scale, in: &graph)
    record(loss.range)
    return bent
  }
}

/// Losses that grow less than squares do far from 0.
enum RobustLoss: String, CaseIterable {
  case linear
  case huber
  case softL1 = "soft_l1"
  case cauchy
  case arctan

  /// The residual whose square is the loss, scale² rho((r / scale)²); smooth at 0.
  func bend(_ r: NodeID, scale: Double, in graph: inout ExpressionGraph) -> NodeID {
    func op(_ name: String, _ operands: NodeID...) -> NodeID {
      guard let id = Catalogue.id(named: name) else { preconditionFailure("no operator \(name)") }
      return graph.build(id, operands)
    }
    func number(_ value: Double) -> NodeID { graph.constant(value) }
    if self == .linear { return r }
    let t = op("divide", r, number(scale))
    let z = op("power", t, number(2))
    switch self {
    case .linear: return r
    case .huber:
      // 2 |t| - 1 beyond 1.
      let size = op("abs", t)
      let far = op("sqrt", op("add", op("multiply", number(2), size), number(-1)))
      let signed = op("multiply", op("multiply", op("sign", t), number(scale)), far)
      return op("select", op("less_equal", size, number(1)), r, signed)
    case .softL1:
      let root = op("sqrt", op("add", number(1), z))
      return op(
        "multiply", r, op("sqrt", op("divide", number(2), op("add", root, number(1)))))
    case .cauchy, .arctan:
      let rho = op(self == .cauchy ? "log1p" : "atan", z)
      let near =
        self == .cauchy
        ? op("add", number(1), op("multiply", number(-0.25), z))
        : op("add", number(1), op("multiply", number(-1.0 / 6), op("power", z, number(2))))
      let far = op("sqrt", op("divide", rho, z))
      // Beyond the first two terms of its series lies nothing that a double shows.
      return op("multiply", r, op("select", op("less", z, number(1e-8)), near, far))
    }
  }
}
