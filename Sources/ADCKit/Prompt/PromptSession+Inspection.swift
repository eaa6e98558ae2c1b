import ADCCalculus
import ADCEmission
import ADCMachine
import ADCModel
import ADCSyntax
import ADCTraining

extension PromptSession {
  /// An expression with everything that it needs; names of `free` have no value.
  func checked(
    _ expression: Expression, free: Set<String> = []
  ) throws(PromptFailure) -> PromptExpression {
    let (checked, mistakes) = scope.check([expression], source: source, free: free)
    guard let checked else { throw failure(mistakes) }
    return checked
  }

  /// `:show`: the formula, whatever has a value.
  func show(_ expression: Expression) throws(PromptFailure) -> String {
    formula(try checked(expression), keeping: true).text
  }

  /// The names that an expression still has after the known values are in their place, as a task of
  /// derivatives takes them.
  func openExpression(
    _ expression: Expression, free: Set<String> = []
  ) throws(PromptFailure) -> CheckedExpression {
    let checked = try checked(expression, free: free)
    var (graph, nodes) = substituted(checked)
    nodes = graph.inliningFunctions(in: nodes)
    let needed = graph.reachable(from: nodes)
    var variables: [CheckedExpression.Variable] = []
    for slot in needed.indices where needed[slot] {
      guard let symbol = graph.symbol(NodeID(slot)) else { continue }
      if symbol.role == .input || symbol.role == .environment { continue }
      variables.append(CheckedExpression.Variable(name: symbol.name, node: NodeID(slot)))
    }
    for name in free.sorted() where !variables.contains(where: { $0.name == name }) {
      guard let symbol = checked.symbols.first(where: { $0.name == name }) else { continue }
      variables.append(CheckedExpression.Variable(name: name, node: symbol.node))
    }
    variables.sort { $0.name < $1.name }
    return CheckedExpression(
      graph: graph, nodes: nodes, variables: variables, spans: checked.spans)
  }

  /// `:grad` and `:hessian`.
  func derivatives(
    _ expression: Expression, _ kind: DerivativeRequest.Kind
  ) throws(PromptFailure) -> String {
    // With a value that every name has, there would be nothing to differentiate by.
    let open = try openExpression(expression, free: scope.valuedNames(in: expression))
    var request = DerivativeRequest([])
    request.kind = kind
    do throws(TaskFailure) {
      let task = try DerivativeTask(
        open, text: TreePrinter.print(expression), range: expression.range, source: source,
        request)
      guard !task.derivatives.isEmpty else { return "0\n" }
      return try task.report().text
    } catch {
      throw PromptFailure(error)
    }
  }

  /// `:steps`: the way to a derivative, of `diff(f, x)` or `grad(f, x)` that by `x`.
  func steps(_ expression: Expression) throws(PromptFailure) -> String {
    let (whole, name) = Self.differentiated(expression)
    var request = DerivativeRequest([])
    request.keepsSteps = true
    var free = scope.valuedNames(in: whole)
    if let name { free.insert(name) }
    request.by = name.map { [$0] }
    let open = try openExpression(whole, free: free)
    do throws(TaskFailure) {
      let task = try DerivativeTask(
        open, text: TreePrinter.print(whole), range: expression.range, source: source, request)
      let text = try task.stepsReport().text
      return text.isEmpty ? "0\n" : text
    } catch {
      throw PromptFailure(error)
    }
  }

  /// What is differentiated last, and by what; the expression itself where it is no derivative.
  private static func differentiated(_ expression: Expression) -> (Expression, by: String?) {
    guard case .call(let callee, var arguments) = expression.form,
      callee.text == "diff" || callee.text == "grad", arguments.count >= 2,
      arguments.allSatisfy({ $0.label == nil }),
      case .name(let name) = arguments.removeLast().value.form
    else { return (expression, nil) }
    if arguments.count == 1 { return (arguments[0].value, name) }
    return (Expression(.call(callee, arguments), expression.range), name)
  }

  /// `:latex` and `:unicode`: the formula as mathematics, its values left out.
  func mathematics(
    _ expression: Expression, _ setting: Typesetting
  ) throws(PromptFailure) -> String {
    let checked = try checked(expression)
    let formula = formula(checked, keeping: true)
    var shapes: NamedShapes = [:]
    for slot in 0..<checked.graph.count {
      guard let symbol = checked.graph.symbol(NodeID(slot)) else { continue }
      shapes[symbol.name] = symbol.shape.dimensions.map(\.description)
    }
    var writer = MathWriter(setting.style, shapes: shapes, hidden: Set(shapes.keys))
    if formula.lines.isEmpty { return writer.text(formula.root) + "\n" }
    var document = MathDocument(writer)
    let whole = ["f", "g", "F", "y"].first { shapes[$0] == nil } ?? "f"
    document.append(whole, formula.root)
    document.append(words: "where")
    for line in formula.lines { document.append(line: line.names, line.value) }
    return document.text
  }

  /// `:at x=2, y=1 EXPR`.
  func values(at typed: TypedCommand) throws(PromptFailure) -> String {
    let (pairs, end, mistakes) = Parser.parsePoint(source, from: typed.range.lower)
    guard mistakes.isEmpty else { throw failure(mistakes) }
    guard !pairs.isEmpty else {
      throw failure(
        "AD1102", "`:at` needs a point", at: typed.range, fix: "write `:at x=2 x^3`")
    }
    let expression = try expression(of: typed, from: min(end, typed.range.upper))
    var point: [DerivativeTask.Coordinate] = []
    for (name, value) in pairs {
      guard let array = try numbers(try checked(value))?.first else {
        throw failure("AD1102", "a point has numbers, and this is none", at: value.range)
      }
      guard !point.contains(where: { $0.name == name.text }) else {
        throw failure("AD1102", "`\(name.text)` is given twice", at: name.range)
      }
      point.append(
        DerivativeTask.Coordinate(name: name.text, shape: array.shape, values: array.values))
    }
    let open = try openExpression(expression, free: Set(point.map(\.name)))
    if let missing = open.variables.first(where: { variable in
      !point.contains { $0.name == variable.name }
    }) {
      throw failure(
        "AD1102", "the point gives no value for `\(missing.name)`", at: typed.range,
        fix: "write `:at \(pairs.map { "\($0.name.text)=…" }.joined(separator: ", ")), "
          + "\(missing.name)=1`")
    }
    var request = DerivativeRequest([])
    request.points = [point]
    do throws(TaskFailure) {
      return try DerivativeTask(
        open, text: TreePrinter.print(expression), range: expression.range, source: source,
        request
      ).valueReport()
    } catch {
      throw PromptFailure(error)
    }
  }

  /// `:accuracy`.
  func accuracy(_ expression: Expression) throws(PromptFailure) -> String {
    let open = try openExpression(expression, free: scope.valuedNames(in: expression))
    var request = AccuracyRequest(TreePrinter.print(expression))
    // As many as take no longer than a person notices.
    request.samples = 24
    request.workLimit = 1e5
    request.workLimitOfSample = 1.4e5
    request.isInterrupted = surroundings.isInterrupted
    do throws(TaskFailure) {
      return try AccuracyTask(open, range: expression.range, source: source, request).report().text
    } catch {
      throw PromptFailure(error)
    }
  }

  /// `:graph`: an expression with its derivatives, or the model's loss and gradient.
  func graph(_ typed: TypedCommand, _ answer: inout PromptAnswer) throws(PromptFailure) {
    let word = typed.operand.prefix { $0 != " " }
    let file = [".svg", ".dot", ".gv"].contains { word.hasSuffix($0) } ? String(word) : nil
    let isDrawn = file?.hasSuffix(".svg") ?? false
    var start = typed.range.lower
    if let file {
      start += file.utf8.count
      while start < typed.range.upper, source.bytes[start] == UInt8(ascii: " ") { start += 1 }
    }
    let text: String
    if start >= typed.range.upper, loaded != nil || !modelStatements.isEmpty {
      let task = try modelTask(for: typed)
      do throws(TaskFailure) { text = try task.graphReport(dot: !isDrawn).text } catch {
        throw PromptFailure(error)
      }
    } else {
      let expression = try expression(of: typed, from: start)
      let open = try openExpression(expression, free: scope.valuedNames(in: expression))
      do throws(TaskFailure) {
        let drawing = try DerivativeTask(
          open, text: TreePrinter.print(expression), range: expression.range, source: source,
          DerivativeRequest([])
        ).drawing()
        text = isDrawn ? drawing.svg : drawing.dot
      } catch {
        throw PromptFailure(error)
      }
    }
    guard let file else {
      answer.text += text
      return
    }
    do throws(TaskFailure) { try ModelTask.write(Array(text.utf8), to: file) } catch {
      throw PromptFailure(error)
    }
    answer.remarks += "saved \(file)\n"
  }

  /// `:tree`: the operations as written.
  func tree(_ expression: Expression) throws(PromptFailure) -> String {
    let checked = try checked(expression)
    return OperationTree(graph: checked.graph).drawing(of: checked.nodes[0])
  }
}

extension PromptScope {
  /// The names with known values that an expression uses.
  func valuedNames(in expression: Expression) -> Set<String> {
    Set(
      definitions.filter { definition in
        guard case .value(let table) = definition.meaning, table.shape.isScalar else {
          return false
        }
        return uses(definition.names[0].text, in: expression)
      }.map { $0.names[0].text })
  }
}
