import ADCCalculus
package import ADCEmission
import ADCModel
import ADCSyntax
import ADCTraining

extension ModelTask {
  /// Longer parts than this that several lines share get a name.
  private static let sharedLimit = 14

  /// The way to each parameter's gradient; needs `TaskOptions.keepsSteps`.
  package func steps() throws(TaskFailure) -> [StepsReport] {
    let symbolic = try source("steps need")
    var names = symbolic.letNames
    for definition in symbolic.model.lets
    where names[definition.node] == nil && symbolic.graph.symbol(definition.node) == nil
      && symbolic.graph.number(definition.node) == nil
    {
      names[definition.node] = definition.name
    }
    var reports: [StepsReport] = []
    for (parameter, node) in zip(symbolic.model.parameters, symbolic.gradient) {
      guard
        let derivation = Derivation(in: symbolic.graph, of: node, by: parameter.node)
      else {
        throw TaskFailure(
          "the way to the gradient by `\(parameter.name)` has more steps than anybody reads",
          code: "AD0707", file: path)
      }
      var report = StepsReport(
        "d/d\(parameter.name)", derivation, names: names, taken: symbolic.model.takenNames,
        limit: Self.sharedLimit)
      // The model says what its own lets are.
      let own = Set(symbolic.model.lets.map(\.name))
      report.written.lines.removeAll { own.contains($0.names[0]) }
      reports.append(report)
    }
    return reports
  }

  /// The way to each parameter's gradient, as people and as programs read it.
  package func stepsReport() throws(TaskFailure) -> TaskReport {
    let reports = try steps()
    return TaskReport(
      text: reports.map(\.text).joined(separator: "\n"),
      json: .object([.init("derivations", .array(reports.map(\.json)))]))
  }

  /// The model and its gradient, or the way there, as mathematics.
  package func mathReport(_ setting: Typesetting) throws(TaskFailure) -> TaskReport {
    let symbolic = try source("mathematics needs")
    let text: String
    if options.keepsSteps {
      let (shapes, hidden) = (symbolic.namedShapes, symbolic.model.takenNames)
      text = try steps().map { $0.mathematics(setting, shapes: shapes, hidden: hidden) }
        .joined(separator: "\n")
    } else {
      text = symbolic.mathematics(setting)
    }
    return TaskReport(text: text, json: .object([.init(setting.rawValue, .string(text))]))
  }

  private func source(_ what: String) throws(TaskFailure) -> SymbolicModel {
    try requireObjective()
    guard let symbolic = model.symbolic else {
      throw TaskFailure(
        "\(what) the model's source, and \(path) is compiled", code: "AD0704", fault: .commandLine)
    }
    return symbolic
  }
}

extension SymbolicModel {
  /// The shapes of all that has a name.
  package var namedShapes: NamedShapes {
    var shapes: NamedShapes = [:]
    func set(_ name: String, _ shape: Shape) {
      shapes[name] = shape.dimensions.map(\.description)
    }
    for input in model.inputs { set(input.name, input.shape) }
    for parameter in model.parameters { set(parameter.name, parameter.shape) }
    for constant in model.constants { set(constant.name, constant.value.shape) }
    for definition in model.lets { set(definition.name, model.graph.shape(definition.node)) }
    return shapes
  }

  /// Declarations, equations, the objective and its gradient.
  package func mathematics(_ setting: Typesetting) -> String {
    var document = equations(setting)
    appendGradient(to: &document)
    return document.text
  }

  /// What the whole is called.
  private var whole: String {
    let taken = model.takenNames
    return ["L", "J", "F", "f"].first { !taken.contains($0) } ?? "L"
  }

  /// Declarations, equations and the objective.
  func equations(_ setting: Typesetting) -> MathDocument {
    var document = MathDocument(
      MathWriter(
        setting.style, shapes: namedShapes, hidden: Set(model.functions).union(model.takenNames)))
    for statement in file.statements { append(statement, whole, to: &document) }
    return document
  }

  /// The gradient by every parameter, with the parts that they share.
  func appendGradient(to document: inout MathDocument) {
    guard loss != nil else { return }
    var writer = ExpressionWriter(graph: graph, names: letNames, taken: model.takenNames)
    writer.letter = MathDocument.partLetter(beside: model.takenNames)
    let written = writer.write(gradient, style: .named)
    let known = Set(model.lets.map(\.name)).union(model.constants.map(\.name))
    let lines = written.lines.filter { !known.contains($0.names[0]) }
    document.learn(lines)
    for (parameter, root) in zip(model.parameters, written.roots) {
      document.append(document.writer.derivativeName(whole, [parameter.name]), root)
    }
    document.append(parts: lines)
  }

  private func append(
    _ statement: Statement, _ whole: String, to document: inout MathDocument
  ) {
    switch statement.form {
    case .input(let name, _, _): document.append(member: name.text, note: "input")
    case .parameter(let name, _, _, _): document.append(member: name.text, note: "parameter")
    case .constant(let name, _, let value):
      document.append(name: name.text, value)
    case .binding(let declaration):
      document.append(line: declaration.names.map(\.text), declaration.value)
    case .function(let name, let formals, let body):
      document.append(function: name.text, formals.map(\.name.text), body)
    case .minimize(let value): document.append(whole, value, note: "minimized")
    case .maximize(let value): document.append(whole, value, note: "maximized")
    case .fit(let fit):
      // All of them make one sum, which stands where the first is.
      let fits = file.statements.compactMap(\.fit)
      guard fit == fits.first else { return }
      var terms = fits.map(\.squares)[...]
      guard let first = terms.popFirst() else { return }
      let links = terms.map { Expression.Link(.add, $0.range, $0) }
      let sum = links.isEmpty ? first : Expression(.sum(first, links), first.range)
      let losses = fits.compactMap { $0.option("loss") }.map { TreePrinter.print($0) }
      document.append(
        whole, sum, note: "fitted" + losses.map { ", large residuals by \($0)" }.joined())
    case .metric(let name, let value): document.append(name: name.text, value)
    case .constraint(let condition): document.append(constraint: condition)
    case .precision, .derivative, .output, .report, .optimizer, .train: break
    }
  }
}

extension Statement {
  fileprivate var fit: FitStatement? { if case .fit(let fit) = form { fit } else { nil } }
}

extension FitStatement {
  fileprivate func option(_ name: String) -> Expression? {
    options.first { $0.label?.text == name }?.value
  }

  /// What it makes small, as people write it; a robust loss counts large residuals for less.
  fileprivate var squares: Expression {
    let range = model.range
    var residual = Expression(.sum(observed, [Expression.Link(.subtract, range, model)]), range)
    if let sigma = option("sigma") {
      residual = Expression(.product(residual, [Expression.Link(.divide, range, sigma)]), range)
    }
    let square = Expression(.power([residual, Expression(.number(2), range)]), range)
    return Expression(.call(Name("sum", range), [Argument(label: nil, value: square)]), range)
  }
}
