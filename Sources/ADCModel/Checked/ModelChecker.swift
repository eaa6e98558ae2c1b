package import ADCCalculus
package import ADCSyntax

/// What a command changes about a model before it is checked.
package struct ModelOptions: Sendable {
  /// Values of constants and first values of parameters, by name; the last one counts.
  package var values: [(name: String, value: Expression)]

  /// A model as it is written, but for these values.
  package init(values: [(name: String, value: Expression)] = []) { self.values = values }
}

/// An expression alone, with variables for its names.
package struct CheckedExpression: Sendable {
  /// Holds the expressions and what they use, unsimplified.
  package var graph: ExpressionGraph
  /// The expressions, in order.
  package var nodes: [NodeID]
  /// The first expression; a scalar unless it is an array.
  package var node: NodeID { nodes[0] }
  /// The variables that they use or that were asked for, in alphabetical order; scalars unless a
  /// shape was given.
  package var variables: [Variable]
  /// Where each node of `graph` was written.
  package var spans: [SourceRange]

  /// A name without a definition.
  package struct Variable: Sendable {
    /// As written.
    package var name: String
    /// The symbol in `graph`.
    package var node: NodeID

    /// A variable of a symbol that is in the graph already.
    package init(name: String, node: NodeID) {
      self.name = name
      self.node = node
    }
  }

  /// Takes over what a checker found; `spans` may be shorter than the graph is long.
  package init(
    graph: ExpressionGraph, nodes: [NodeID], variables: [Variable], spans: [SourceRange]
  ) {
    self.graph = graph
    self.nodes = nodes
    self.variables = variables
    self.spans = spans
  }
}

/// Gives a tree its meaning, or says what is wrong with it.
package enum ModelChecker {
  /// Checks a model; the time grows with its length. There is a model where there is no error.
  package static func check(
    _ file: SourceFile, source: SourceText, options: ModelOptions = ModelOptions()
  ) -> (model: CheckedModel?, diagnostics: [Diagnostic]) {
    var overrides: [String: Expression] = [:]
    for (name, value) in options.values { overrides[name] = value }
    var checker = DeclarationChecker(source: source, overrides: overrides)
    checker.elaborator.statements = file.statements
    checker.elaborator.globals.reserveCapacity(file.statements.count)
    for (ordinal, statement) in file.statements.enumerated() {
      checker.elaborator.ordinal = ordinal
      checker.elaborator.expansions = 0
      checker.check(statement)
      if checker.elaborator.diagnostics.count >= Elaborator.errorLimit { break }
    }
    checker.elaborator.ordinal = file.statements.count
    let whole = SourceRange(0, 0)
    if checker.elaborator.diagnostics.isEmpty {
      checkUnusedOverrides(&checker, at: whole)
      checkWhole(&checker, at: whole)
    }
    let diagnostics = checker.elaborator.diagnostics
    if diagnostics.contains(where: { $0.severity == .error }) { return (nil, diagnostics) }
    return (model(checker), diagnostics)
  }

  private static func checkUnusedOverrides(
    _ checker: inout DeclarationChecker, at range: SourceRange
  ) {
    let names = checker.constants.map(\.name) + checker.parameters.map(\.name)
    for name in checker.overrides.keys.sorted() {
      let near = Suggestion.nearest(to: name, among: names)
      _ = checker.elaborator.report(
        "AD0215",
        "there is no constant or parameter \(checker.elaborator.quote(name: name)) to set",
        at: range, fix: near.map { "did you mean `\($0)`?" })
    }
  }

  private static func checkWhole(_ checker: inout DeclarationChecker, at range: SourceRange) {
    if checker.objective == nil, checker.outputs.isEmpty, checker.lets.isEmpty {
      _ = checker.elaborator.report(
        "AD0210", "the file has no model (no objective)", at: range,
        fix: "say what is made small: `minimize …`")
      return
    }
    if let objective = checker.objective, checker.training.optimizer == nil,
      checker.training.solver == nil,
      !objective.responses.isEmpty || checker.training.range == nil && checker.precision == .double
    {
      checker.training.solver = SolverUse(.auto, isWritten: false, range: objective.range)
    }
    checker.checkPrecision()
    if let constraint = checker.constraints.first, checker.elaborator.diagnostics.isEmpty {
      checkConstraint(constraint, &checker)
    }
    guard let use = checker.training.optimizer else { return }
    checker.elaborator.rehearse(use, shapes: checker.parameters.map(\.shape))
  }

  private static func checkConstraint(
    _ constraint: Constraint, _ checker: inout DeclarationChecker
  ) {
    let why: String
    if checker.objective == nil {
      why = "there is no objective that a constraint could restrict"
    } else if checker.training.solver == nil {
      why = "constraints need a solver, and the model is trained by an optimizer"
    } else {
      return
    }
    _ = checker.elaborator.report(
      "AD0514", why, at: constraint.range,
      notes: checker.training.optimizer.map { [Diagnostic.Note("the optimizer", at: $0.range)] }
        ?? [],
      fix: checker.objective == nil ? "say what is made small: `minimize …`" : "use `auto()`")
  }

  private static func model(_ checker: DeclarationChecker) -> CheckedModel {
    var names = checker.elaborator
    let graph = names.graph
    names.graph = ExpressionGraph()
    names.statements = []
    names.declarations = nil
    names.knownCalls = [:]
    let rows = checker.inputs.lazy.compactMap { $0.shape.dimensions.first?.name }.first
    return CheckedModel(
      graph: graph, spans: names.spans, inputs: checker.inputs, parameters: checker.parameters,
      constants: checker.constants, lets: checker.lets,
      functions: names.functions.filter { !$0.isPrelude }.map(\.name.text),
      derivativeRules: names.derivativeRules, precision: checker.precision,
      objective: checker.objective,
      metrics: checker.metrics, outputs: checker.outputs, reports: checker.reports,
      constraints: checker.constraints, rowDimension: rows, training: checker.training,
      environment: names.environment, names: names)
  }

  /// Checks an expression whose names are variables.
  ///
  /// - Parameter variables: names that are variables whatever else they mean; other names that
  ///   mean nothing else are variables too.
  package static func checkExpression(
    _ expression: Expression, source: SourceText, variables: [String]? = nil
  ) -> (expression: CheckedExpression?, diagnostics: [Diagnostic]) {
    checkExpressions([expression], source: source, variables: variables)
  }

  /// Checks expressions over the same variables, of which some may be arrays.
  ///
  /// - Parameters:
  ///   - expressions: at least one.
  ///   - shapes: of variables, with the dimensions as expressions; their names become dimensions.
  package static func checkExpressions(
    _ expressions: [Expression], source: SourceText, variables: [String]? = nil,
    shapes: [(name: String, shape: ShapeSyntax)] = []
  ) -> (expression: CheckedExpression?, diagnostics: [Diagnostic]) {
    var elaborator = Elaborator(source: source)
    do throws(Reported) {
      var known: [String: Shape] = [:]
      for (name, shape) in shapes {
        known[name] = try elaborator.shape(shape, declaring: true)
      }
      let asked = Set(variables ?? []).union(known.keys)
      // As first written, so that `w*t` stays that.
      let free = expressions.flatMap { FreeNames($0).values.map(\.text) }.filter { name in
        asked.contains(name)
          || (Known.values[name] == nil && !Known.isFunction(name)
            && elaborator.globals[name] == nil)
      }
      var seen: Set<String> = []
      let names = (free + asked.sorted()).filter { seen.insert($0).inserted }
      let range = expressions[0].range
      var scope: [String: Binding] = [:]
      var symbols: [CheckedExpression.Variable] = []
      for name in names {
        let node = elaborator.symbol(name, .variable, known[name] ?? .scalar, at: range)
        scope[name] = Binding(meaning: .node(node), kind: .variable, range: range)
        symbols.append(CheckedExpression.Variable(name: name, node: node))
      }
      symbols.sort { $0.name < $1.name }
      elaborator.locals = [scope]
      var nodes: [NodeID] = []
      for expression in expressions { nodes.append(try elaborator.elaborate(expression)) }
      return (
        CheckedExpression(
          graph: elaborator.graph, nodes: nodes, variables: symbols, spans: elaborator.spans),
        elaborator.diagnostics
      )
    } catch {
      return (nil, elaborator.diagnostics)
    }
  }
}
