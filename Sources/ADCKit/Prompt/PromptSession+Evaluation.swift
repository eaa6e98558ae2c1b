import ADCCalculus
import ADCEmission
import ADCMachine
import ADCModel
import ADCSyntax
import ADCTraining

extension PromptSession {
  /// Known arrays up to this many numbers are written out in formulas.
  private static let writtenNumbers = 16

  /// What an expression is: numbers where all its names have some, a formula otherwise.
  mutating func value(
    of expression: Expression, _ answer: inout PromptAnswer
  ) throws(PromptFailure) -> String {
    let (checked, mistakes) = scope.check([expression], source: source)
    guard let checked else { throw failure(mistakes) }
    answer.remarks += strangers(in: expression) + leibnizQuotient(expression, checked)
    for symbol in checked.symbols where symbol.value == nil {
      guard let constant = ForeignNames.constants[symbol.name],
        scope.definition(of: symbol.name) == nil
      else { continue }
      answer.remarks += "`\(symbol.name)` has no value; the number is `\(constant)`\n"
    }
    if let array = try numbers(checked)?.first {
      remember(array)
      return array.reading(columns: surroundings.columns) + "\n"
    }
    let formula = formula(checked)
    remember(formula)
    if case .name(let name) = expression.form, scope.definition(of: name) == nil,
      let near = Words.nearest(to: name, among: scope.knownNames), name.count > 2
    {
      answer.remarks += "`\(name)` has no value; did you mean `\(near)`?\n"
    }
    return formula.text
  }

  /// A derivative by a name that nothing has is 0; often the name is mistyped.
  private func strangers(in expression: Expression) -> String {
    guard let (whole, names) = scope.derivative(expression),
      let checked = scope.check([whole], source: source).expression
    else { return "" }
    let known = scope.knownNames
    let text = TreePrinter.print(whole)
    return names.filter { name in
      !known.contains(name) && !checked.symbols.contains { $0.name == name }
    }.map { name in
      let near = Words.nearest(to: name, among: known)
      return "`\(text)` does not depend on `\(name)`"
        + (near.map { "; did you mean `\($0)`?" } ?? "") + "\n"
    }.joined()
  }

  /// `dy/dx` is a quotient of two names that nothing has.
  private func leibnizQuotient(_ expression: Expression, _ checked: PromptExpression) -> String {
    guard case .product(let first, let links) = expression.form, links.count == 1,
      links[0].operator == .divide, case .name(let above) = first.form,
      case .name(let below) = links[0].operand.form, above.count > 1, below.count > 1,
      above.first == "d", below.first == "d", above != below,
      checked.symbols.filter({ $0.value == nil }).contains(where: { $0.name == below }),
      scope.definition(of: above) == nil, scope.definition(of: below) == nil
    else { return "" }
    let (what, by) = (String(above.dropFirst()), String(below.dropFirst()))
    let isFunction = scope.arguments(of: what)?.isEmpty == false
    return "`\(above)` and `\(below)` have no values; the derivative is "
      + "`diff(\(isFunction ? "\(what)(\(by))" : what), \(by))`\n"
  }

  /// The numbers of expressions; nil where a name in them has none.
  func numbers(_ checked: PromptExpression) throws(PromptFailure) -> [ShapedValues]? {
    var graph = checked.graph
    let inlined = graph.inliningFunctions(in: checked.nodes)
    var values: [NodeID: Table] = [:]
    for symbol in checked.symbols { values[symbol.node] = symbol.value }
    let sizes = loaded?.sizes ?? [:]
    guard hasNumbers(graph, inlined, values, sizes) else { return nil }
    // Laws take numbers for finite: what is nothing but arithmetic is computed as it is written.
    let simple =
      isPlainArithmetic(checked, graph, inlined)
      ? inlined : Simplifier.simplify(&graph, inlined).roots
    let guarded = graph.guarding(simple, in: simple)
    let roots = graph.prepare(guarded)
    do throws(MachineError) {
      let outputs = roots.map { (name: "", node: $0) }
      let program = try Program.lower(graph, [FunctionRequest(name: "value", outputs: outputs)])
      let memory = SymbolMemory(program)
      loaded?.lend(to: memory)
      for (node, table) in values {
        if case .symbol(let place) = graph.attribute(node) { memory.set(place, table.values) }
      }
      for (place, symbol) in program.symbols.enumerated() where symbol.role == .environment {
        memory.set(place, [0])
      }
      let function = try BoundFunction(program, function: "value", sizes: sizes)
      try function.evaluate(memory)
      return roots.indices.map {
        ShapedValues(shape: function.sizes(ofOutput: $0), values: function.values(ofOutput: $0))
      }
    } catch {
      throw PromptFailure(TaskFailure(error.description, code: "AD0702"))
    }
  }

  /// Whether expressions are of numbers alone, none of them of a model, and hold no derivative.
  private func isPlainArithmetic(
    _ checked: PromptExpression, _ graph: ExpressionGraph, _ roots: [NodeID]
  ) -> Bool {
    guard !checked.isDifferentiated else { return false }
    let needed = graph.reachable(from: roots)
    return needed.indices.allSatisfy { slot in
      guard needed[slot] else { return true }
      let role = graph.symbol(NodeID(slot))?.role
      return graph.shape(NodeID(slot)).isScalar && (role == nil || role == .variable)
    }
  }

  /// Whether all symbols and sizes that some nodes need are known.
  private func hasNumbers(
    _ graph: ExpressionGraph, _ roots: [NodeID], _ values: [NodeID: Table],
    _ sizes: [String: Int]
  ) -> Bool {
    let needed = graph.reachable(from: roots)
    return needed.indices.allSatisfy { slot in
      guard needed[slot] else { return true }
      let node = NodeID(slot)
      guard graph.shape(node).dimensions.allSatisfy({ $0.value(sizes) != nil }) else {
        return false
      }
      if case .dimension(let dimension) = graph.attribute(node) {
        return dimension.value(sizes) != nil
      }
      guard let symbol = graph.symbol(node), values[node] == nil else { return true }
      switch symbol.role {
      case .environment: return true
      case .input, .parameter: return loaded?.hasValues(of: node, in: graph) ?? false
      case .state, .variable, .step: return false
      }
    }
  }

  /// An expression as a formula over the names that have no value.
  struct Formula {
    var lines: [WrittenLine]
    var root: Expression
    /// The indices of an element, of an array of more than two dimensions.
    var indices: [String]?

    /// The formula as lines, with their ends.
    var text: String {
      var text = lines.map { "let \($0.head) = \(TreePrinter.print($0.value))\n" }.joined()
      if let indices { text += "[\(indices.joined(separator: ", "))] = " }
      return text + TreePrinter.print(root) + "\n"
    }
  }

  /// Simplifies and writes an expression.
  func formula(_ checked: PromptExpression, keeping kept: Bool = false) -> Formula {
    var (graph, nodes) = kept ? (checked.graph, checked.nodes) : substituted(checked)
    nodes = Simplifier.simplify(&graph, nodes).roots
    let root = graph.operatorID(nodes[0]) == .symmetricPart ? graph.operands(nodes[0])[0] : nodes[0]
    let taken = Set(checked.symbols.map(\.name)).union(scope.namesOfModel)
    if graph.shape(root).rank > 2 {
      let form = ExpressionWriter.indexForm(of: root, in: graph, taken: taken)
      return Formula(lines: form.lines, root: form.element, indices: form.indices)
    }
    var writer = ExpressionWriter(graph: graph, names: constantNames, taken: taken)
    let written = writer.write([root], style: .short)
    return Formula(lines: written.lines, root: written.roots[0])
  }

  /// Constants that are too long to be written out, by name.
  private var constantNames: [NodeID: String] {
    var names: [NodeID: String] = [:]
    for constant in loaded?.model.constants ?? [] where !constant.value.shape.isScalar {
      names[constant.node] = constant.name
    }
    return names
  }

  /// The expression with the known values of names of the prompt in their place.
  func substituted(_ checked: PromptExpression) -> (ExpressionGraph, [NodeID]) {
    var graph = checked.graph
    var replacements: [NodeID: NodeID] = [:]
    for symbol in checked.symbols {
      guard let value = symbol.value, value.values.count <= Self.writtenNumbers else { continue }
      replacements[symbol.node] =
        value.shape.isScalar ? graph.constant(value.values[0]) : graph.table(value)
    }
    let nodes = graph.substituting(replacements, in: checked.nodes)
    return (graph, nodes)
  }

  // The last result.

  private mutating func remember(_ array: ShapedValues) {
    rememberAs(Expression(.number(0), SourceRange(0, 0)), .value(array.table))
  }

  private mutating func remember(_ formula: Formula) {
    guard formula.indices == nil else { return }
    let lets = formula.lines.map { line in
      let names = line.names.map { Name($0, SourceRange(0, 0)) }
      return LetDeclaration(
        name: names[0], others: Array(names.dropFirst()), value: line.value, description: nil,
        range: SourceRange(0, 0))
    }
    let root = formula.root
    rememberAs(
      lets.isEmpty ? root : Expression(.block(lets, value: root), root.range), .equation)
  }

  private mutating func rememberAs(
    _ value: Expression, _ meaning: PromptScope.Definition.Meaning
  ) {
    guard scope.modelMeaning(of: Self.lastResult) == nil else { return }
    let range = SourceRange(0, 0)
    let binding = LetDeclaration(
      name: Name(Self.lastResult, range), value: value, description: nil, range: range)
    scope.define(PromptScope.Definition(Statement(.binding(binding), range: range), meaning))
  }
}
