package import ADCCalculus
package import ADCSyntax

/// An expression of a prompt with everything that it needs.
package struct PromptExpression: Sendable {
  /// A name of the prompt that stands for no definition.
  package struct Symbol: Sendable {
    /// As written.
    package var name: String
    /// The symbol in `graph`.
    package var node: NodeID
    /// Its numbers, where they are known at the prompt.
    package var value: Table?
  }

  /// Holds the expressions and all definitions that they use.
  package var graph: ExpressionGraph
  /// The expressions, in the order asked for.
  package var nodes: [NodeID]
  /// The names of the prompt that stand for symbols, in the order in which they are met.
  package var symbols: [Symbol]
  /// Where each node was written.
  package var spans: [SourceRange]
  /// Whether it holds a derivative, directly or through a definition.
  package var isDifferentiated: Bool
}

/// How names of the prompt enter an expression.
private struct Naming {
  /// Names whose values are left out.
  var free: Set<String> = []
  /// Names that are symbols though their values are known: one differentiates by them.
  var differentiated: Set<String> = []
  /// Whether other known values are constants, which ranges and sizes need.
  var usesConstants = false
}

extension PromptScope {
  /// Elaborates expressions with the definitions that they need; other names are variables.
  ///
  /// - Parameters:
  ///   - source: the text that all ranges are in.
  ///   - free: names that stand for symbols without a value, whatever is defined.
  /// - Returns: nil, and what is wrong, where anything is.
  package func check(
    _ expressions: [Expression], source: SourceText, free: Set<String> = []
  ) -> (expression: PromptExpression?, diagnostics: [Diagnostic]) {
    let names = expressions.map { FreeNames($0) }
    let uses = names.flatMap(Use.all)
    var naming = Naming(free: free)
    for list in names { naming.differentiated.formUnion(list.differentiated) }
    for place in needed(uses).places {
      naming.differentiated.formUnion(definitions[place].differentiated)
    }
    let first = attempt(expressions, uses, naming, source)
    if first.expression != nil { return first }
    naming.usesConstants = true
    return attempt(expressions, uses, naming, source)
  }

  /// What is wrong with a definition that is not there yet.
  package func check(_ definition: Definition, source: SourceText) -> [Diagnostic] {
    if let problem = problem(with: definition) { return [problem] }
    var scope = self
    scope.define(definition)
    let isFunction = if case .function = definition.statement.form { true } else { false }
    let use = Use(name: definition.names[0], isCall: isFunction)
    var naming = Naming(differentiated: definition.differentiated)
    if scope.attempt([], [use], naming, source).expression != nil { return [] }
    naming.usesConstants = true
    return scope.attempt([], [use], naming, source).diagnostics
  }

  private func attempt(
    _ expressions: [Expression], _ uses: [Use], _ naming: Naming, _ source: SourceText
  ) -> (expression: PromptExpression?, diagnostics: [Diagnostic]) {
    let (places, free) = needed(uses.filter { !naming.free.contains($0.name.text) })
    var checker = DeclarationChecker(source: source, overrides: [:])
    checker.elaborator = base
    checker.elaborator.source = source
    checker.elaborator.diagnostics = []
    let all = uses + places.flatMap { definitions[$0].uses }
    let isDifferentiated = all.contains { use in
      use.isCall && Known.derivativeCalls.contains(use.name.text)
    }
    var symbols: [PromptExpression.Symbol] = []
    func open(_ name: Name, _ shape: Shape, _ value: Table? = nil) {
      let node = checker.elaborator.symbol(name.text, .variable, shape, at: name.range)
      checker.elaborator.globals[name.text] = Binding(
        meaning: .node(node), kind: .variable, range: name.range)
      symbols.append(PromptExpression.Symbol(name: name.text, node: node, value: value))
    }
    for use in uses where naming.free.contains(use.name.text) {
      if !symbols.contains(where: { $0.name == use.name.text }) { open(use.name, .scalar) }
    }
    for use in free where !use.isCall && isVariable(use.name.text, checker.elaborator) {
      open(use.name, .scalar)
    }
    do throws(Reported) {
      for place in places {
        let definition = definitions[place]
        switch definition.meaning {
        case .value(let table):
          let name = definition.names[0]
          if naming.usesConstants, !naming.differentiated.contains(name.text) {
            let node = checker.elaborator.graph.table(table)
            checker.elaborator.record(name.range)
            checker.elaborator.globals[name.text] = Binding(
              meaning: .node(node), kind: .variable, range: name.range)
          } else {
            open(name, table.shape, table)
          }
        case .symbol(let syntax):
          var shape = Shape.scalar
          if let syntax { shape = try checker.elaborator.shape(syntax, declaring: true) }
          open(definition.names[0], shape)
        case .equation:
          for statement in [definition.statement] + definition.rules { checker.check(statement) }
        }
        if !checker.elaborator.diagnostics.isEmpty { throw Reported() }
        checker.elaborator.ordinal += 1
      }
      var nodes: [NodeID] = []
      checker.elaborator.expansions = 0
      for expression in expressions { nodes.append(try checker.elaborator.elaborate(expression)) }
      return (
        PromptExpression(
          graph: checker.elaborator.graph, nodes: nodes, symbols: symbols,
          spans: checker.elaborator.spans, isDifferentiated: isDifferentiated), []
      )
    } catch {
      return (nil, checker.elaborator.diagnostics.map(advised))
    }
  }

  /// Whether a name that the prompt does not define stands for a number that is not known.
  private func isVariable(_ name: String, _ elaborator: Elaborator) -> Bool {
    elaborator.globals[name] == nil && Known.values[name] == nil && !Known.isFunction(name)
  }

  /// A function that does not exist may be near one of the prompt, which the checker does not see
  /// unless it is used.
  private func advised(_ diagnostic: Diagnostic) -> Diagnostic {
    guard diagnostic.code == "AD0401", diagnostic.fix?.hasPrefix("did you mean") != true else {
      return diagnostic
    }
    var word = diagnostic.message.drop { $0 != "`" }.dropFirst()
    word = word.prefix { $0 != "`" }
    let functions = definitions.flatMap { arguments(of: $0.names[0].text) == nil ? [] : $0.names }
    guard let near = Suggestion.nearest(to: String(word), among: functions.map(\.text)) else {
      return diagnostic
    }
    var result = diagnostic
    result.fix = "did you mean `\(near)`?"
    return result
  }
}
