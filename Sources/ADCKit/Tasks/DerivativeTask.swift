import ADCCalculus
import ADCEmission
import ADCMachine
import ADCModel
import ADCSyntax
import ADCTraining

/// The derivatives of an expression, as source and as numbers.
package struct DerivativeTask: Sendable {
  /// A derivative: the variables in order, and its node.
  private struct Derivative {
    var by: [String]
    var node: NodeID
  }

  /// A longer text than this gets named lines for what it repeats.
  private static let inlineLimit = 40
  /// The most derivatives that are printed, and the most nodes that others are derived from.
  private static let derivativeLimit = 10_000
  private static let nodeLimit = 100_000

  private var graph: ExpressionGraph
  private let value: NodeID
  /// The value in the form in which it is computed.
  private var simpler: NodeID
  private let variables: [CheckedExpression.Variable]
  private let text: String
  private var derivatives: [Derivative] = []
  private var operations = 0
  private var gradientOperations = 0

  /// Checks and differentiates an expression.
  ///
  /// - Parameters:
  ///   - variables: What to differentiate by; all free names where nil.
  ///   - points: Names of the points' coordinates are variables too.
  package init(
    _ expression: String, by variables: [String]?, order: Int, names: [String],
    simplifies: Bool = true
  ) throws(TaskFailure) {
    let source = SourceText(name: "expression", text: expression)
    let (tree, mistakes) = Parser.parseExpression(source)
    guard mistakes.isEmpty else {
      throw TaskFailure(CompilationError(source: source, diagnostics: mistakes))
    }
    let asked = variables.map { $0 + names }
    let (checked, found) = ModelChecker.checkExpression(
      tree, source: source, variables: asked ?? names)
    guard let checked else {
      throw TaskFailure(CompilationError(source: source, diagnostics: found))
    }
    graph = checked.graph
    guard graph.shape(checked.node).isScalar else {
      throw TaskFailure(
        CompilationError(
          source: source,
          diagnostics: [
            Diagnostic(
              "AD0604",
              "the expression has the shape \(graph.shape(checked.node)), and derivatives are shown "
                + "of numbers", at: tree.range, fix: "write `sum(…)` around it")
          ]))
    }
    self.variables = checked.variables
    text = TreePrinter.print(tree)
    operations = graph.operationCount([checked.node])
    value = checked.node
    simpler = value
    let by = variables ?? checked.variables.map(\.name)
    do throws(DifferentiationError) {
      try differentiate(by: by, order: order, simplifies: simplifies)
    } catch {
      throw TaskFailure(
        CompilationError(
          source: source, diagnostics: [Diagnostic("AD0601", error.message, at: tree.range)]))
    }
  }

  private mutating func differentiate(
    by names: [String], order: Int, simplifies: Bool
  ) throws(DifferentiationError) {
    var targets: [(name: String, node: NodeID)] = []
    for name in names {
      if let variable = variables.first(where: { $0.name == name }) {
        targets.append((name, variable.node))
      }
    }
    if simplifies {
      simpler = Simplifier.simplify(&graph, [value], for: .differentiation).roots[0]
    }
    var level = [(by: [Int](), node: simpler)]
    // Without a variable there is nothing at any order.
    for depth in 1...(targets.isEmpty ? 1 : order) {
      let coming = level.reduce(derivatives.count) { $0 + targets.count - ($1.by.last ?? 0) }
      let isLong = depth > 1 && graph.count > max(Self.nodeLimit, 8 * value.slot)
      guard coming <= Self.derivativeLimit, !isLong else {
        throw DifferentiationError(
          message: "its derivatives up to order \(order) are too many or too long: up to order "
            + "\(depth) there are \(coming), and \(graph.count) operations for them so far",
          node: value)
      }
      var next: [(by: [Int], node: NodeID)] = []
      for (by, node) in level {
        // Each set of variables once: mixed derivatives do not depend on the order.
        let rest = targets.indices.filter { $0 >= (by.last ?? 0) }
        let found = try graph.gradient(of: node, by: rest.map { targets[$0].node })
        next += zip(rest, found).map { (by + [$0], $1) }
      }
      var shown = next.map(\.node)
      if simplifies {
        let roots = Simplifier.simplify(&graph, shown, for: .differentiation).roots
        for place in next.indices { next[place].node = roots[place] }
        shown = Simplifier.simplify(&graph, roots).roots
      }
      if depth == 1 { gradientOperations = graph.operationCount(shown) }
      derivatives += zip(next, shown).map { item, node in
        Derivative(by: item.by.map { targets[$0].name }, node: node)
      }
      level = next
    }
  }

  /// The derivatives as source, and their values at some points, computed by the machine.
  package func report(at points: [[(name: String, value: Double)]]) throws(TaskFailure)
    -> TaskReport
  {
    let roots = derivatives.map(\.node)
    var writer = ExpressionWriter(graph: graph, names: [:])
    let written = writer.write(roots, style: .inline(limit: Self.inlineLimit))
    let texts = written.roots.map { TreePrinter.print($0) }
    let lines = written.lines.map { (name: $0.head, text: TreePrinter.print($0.value)) }
    let results = try values(at: points)
    var members: [JSONValue.Member] = [
      .init("expression", .string(text)), .init("operations", .number(Double(operations))),
      .init("gradient_operations", .number(Double(gradientOperations))),
    ]
    if !lines.isEmpty {
      members.append(
        .init(
          "where",
          .array(
            lines.map {
              .object([.init("name", .string($0.name)), .init("expression", .string($0.text))])
            })))
    }
    members.append(
      .init(
        "derivatives",
        .array(
          zip(derivatives, texts).map { derivative, text in
            .object([
              .init("by", .array(derivative.by.map { .string($0) })),
              .init("expression", .string(text)),
            ])
          })))
    members.append(
      .init(
        "points",
        .array(
          results.map { result in
            .object([
              .init("at", .object(result.at.map { .init($0.name, .number($0.value)) })),
              .init("value", .number(result.value)),
              .init("derivatives", .array(result.derivatives.map { .number($0) })),
            ])
          })))
    return TaskReport(text: reading(texts, lines, results), json: .object(members))
  }

  private struct Result {
    var at: [(name: String, value: Double)]
    var value: Double
    var derivatives: [Double]
  }

  private func reading(
    _ texts: [String], _ lines: [(name: String, text: String)], _ results: [Result]
  ) -> String {
    var text = lines.map { "let \($0.name) = \($0.text)\n" }.joined()
    if texts.count == 1 {
      text += texts[0] + "\n"
    } else {
      for (derivative, expression) in zip(derivatives, texts) {
        text += "d/d" + derivative.by.joined(separator: " d") + "  " + expression + "\n"
      }
    }
    for result in results {
      let at = result.at.map { "\($0.name) = \($0.value.brief)" }.joined(separator: ", ")
      text += (at.isEmpty ? "" : "at \(at):  ") + "value \(result.value.brief)"
      for (derivative, value) in zip(derivatives, result.derivatives) {
        text += "  d/d\(derivative.by.joined(separator: " d")) \(value.brief)"
      }
      text += "\n"
    }
    return text
  }

  private func values(
    at points: [[(name: String, value: Double)]]
  ) throws(TaskFailure) -> [Result] {
    let used = variables.filter { graph.depends(value, on: $0.node) }
    let points = points.isEmpty && used.isEmpty ? [[]] : points
    guard !points.isEmpty else { return [] }
    try require(used.map(\.name), at: points)
    var scratch = graph
    let wanted = [simpler] + derivatives.map(\.node)
    let guarded = scratch.guarding(wanted, in: wanted)
    let roots = scratch.prepare(guarded)
    do throws(MachineError) {
      let program = try Program.lower(
        scratch,
        [FunctionRequest(name: "point", outputs: roots.map { (name: "", node: $0) })])
      let memory = SymbolMemory(program)
      let function = try BoundFunction(program, function: "point", sizes: [:])
      return try results(points, function, memory, roots.count)
    } catch {
      throw TaskFailure(error.description, code: "AD0702")
    }
  }

  /// A point gives every name that the value depends on, and each name once.
  private func require(
    _ names: [String], at points: [[(name: String, value: Double)]]
  ) throws(TaskFailure) {
    for point in points {
      let given = point.map(\.name)
      if let missing = names.first(where: { !given.contains($0) }) {
        throw TaskFailure(
          "`--at` gives no value for `\(missing)`", code: "AD1003", fault: .commandLine)
      }
      if let twice = given.indices.first(where: { given[..<$0].contains(given[$0]) }) {
        throw TaskFailure(
          "`--at` gives `\(given[twice])` two values", code: "AD1003", fault: .commandLine)
      }
    }
  }

  private func results(
    _ points: [[(name: String, value: Double)]], _ function: BoundFunction,
    _ memory: SymbolMemory, _ count: Int
  ) throws(MachineError) -> [Result] {
    var results: [Result] = []
    for point in points {
      for variable in variables {
        guard case .symbol(let place) = graph.attribute(variable.node) else { continue }
        let given = point.last { $0.name == variable.name }
        memory.set(place, [given?.value ?? 0])
      }
      try function.evaluate(memory)
      results.append(
        Result(
          at: point, value: function.scalar(ofOutput: 0),
          derivatives: (1..<max(count, 1)).map { function.scalar(ofOutput: $0) }))
    }
    return results
  }
}
