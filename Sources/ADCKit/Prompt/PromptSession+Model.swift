import ADCCalculus
import ADCEmission
import ADCMachine
import ADCModel
import ADCSyntax
import ADCTraining

extension PromptSession {
  /// Takes a model with its data, and leaves the one before and all definitions.
  ///
  /// - Returns: what is missing, as lines.
  package mutating func load(
    model path: String, options: TaskOptions
  ) throws(TaskFailure) -> String {
    var remark = ""
    let model = try LoadedModel(path: path, options: options, remark: &remark)
    loaded = model
    scope = PromptScope(model: model.model)
    modelStatements = []
    // The model's places are at the front of everything, where they were when it was checked.
    source = model.symbolic.source
    returnToInput()
    return remark
  }

  /// `:clear` and `:clear x y`.
  mutating func clear(_ typed: TypedCommand) throws(PromptFailure) {
    let names = typed.operand.split { $0 == " " || $0 == "," }.map(String.init)
    guard !names.isEmpty else {
      scope = PromptScope()
      loaded = nil
      modelStatements = []
      source = SourceText(name: "", text: "")
      returnToInput()
      return
    }
    for name in names where scope.definition(of: name) == nil {
      let known = scope.definitions.flatMap { $0.names.map(\.text) }
      let isModel = scope.modelMeaning(of: name) != nil
      throw failure(
        "AD1102",
        "`\(name.prefix(60))` is " + (isModel ? "of the model" : "not defined"), at: typed.range,
        fix: Words.nearest(to: name, among: known).map { "did you mean `\($0)`?" })
    }
    scope.remove(names)
  }

  /// The model that is loaded, or the one that the session's statements make.
  func modelTask(for typed: TypedCommand) throws(PromptFailure) -> ModelTask {
    if let loaded {
      var task = loaded.task
      task.options.parameterFile = nil
      do throws(RunError) {
        for entry in try loaded.run.parameters() { task.options.starts[entry.name] = entry.array }
      } catch {
        throw PromptFailure(TaskFailure(error))
      }
      return task
    }
    guard !modelStatements.isEmpty else {
      throw failure(
        "AD1102", "there is no model", at: typed.range,
        fix: "`:load MODEL.ad`, or define one: `param w = 0` and `minimize (w - 1)^2`")
    }
    let text = SourceText(name: "session", text: sessionText())
    do throws(CompilationError) {
      let compiled = try Compiler.compile(text)
      return ModelTask(path: "session", model: compiled)
    } catch {
      var failure = error
      for place in failure.diagnostics.indices
      where failure.diagnostics[place].code == "AD0201" && failure.diagnostics[place].fix == nil {
        let range = failure.diagnostics[place].range
        failure.diagnostics[place].fix =
          "a name that is to be found is a parameter: `param \(text.text(range)) = 0`"
      }
      throw PromptFailure(failure)
    }
  }

  /// `:train`.
  mutating func train(
    _ typed: TypedCommand, _ answer: inout PromptAnswer
  ) throws(PromptFailure) {
    var task = try modelTask(for: typed)
    try set(typed, in: &task)
    do throws(TaskFailure) {
      let outcome = try task.train(
        isInterrupted: surroundings.isInterrupted, onNews: surroundings.onNews)
      try keep(outcome, answer: &answer)
    } catch {
      throw PromptFailure(error)
    }
  }

  private func drawings(of fit: FitView) -> String {
    let columns = min(surroundings.columns, 100)
    let drawings = fit.charts.map {
      $0.drawing(columns: columns, rows: 12, usesColour: surroundings.usesColour)
    }
    return drawings.filter { !$0.isEmpty }.map { "\n" + $0.joined(separator: "\n") + "\n" }.joined()
  }

  private mutating func keep(
    _ outcome: TrainingOutcome, answer: inout PromptAnswer
  ) throws(TaskFailure) {
    if let loaded {
      do throws(RunError) { try loaded.run.restore(outcome.file, path: "") } catch {
        throw TaskFailure(error)
      }
    } else {
      for entry in outcome.file.parameters {
        guard let old = scope.definition(of: entry.name) else { continue }
        var statement = old.statement
        if case .parameter(let name, let shape, _, let bounds) = statement.form {
          // A first value that is drawn gives way to what was found.
          statement.form = .parameter(name, shape, nil, bounds)
        }
        scope.define(PromptScope.Definition(statement, .value(entry.array.table)))
      }
    }
    answer.text += outcome.report.text
    if surroundings.isTerminal, let fit = outcome.fitView() { answer.text += drawings(of: fit) }
    if let failure = outcome.failure { answer.failure = PromptFailure(failure) }
    if surroundings.isInterrupted() {
      answer.remarks += "interrupted; what was trained is kept\n"
    }
  }

  /// `:train epochs 5; batch 16`: settings as a model has them.
  private func set(_ typed: TypedCommand, in task: inout ModelTask) throws(PromptFailure) {
    guard !typed.operand.isEmpty else { return }
    let (settings, mistakes) = Parser.parseSettings(source, from: typed.range.lower)
    guard mistakes.isEmpty else { throw failure(mistakes) }
    var optimizer: String?
    for setting in settings {
      let word = setting.name.text
      if word == "optimizer", let value = setting.values.first {
        optimizer = TreePrinter.print(value)
        continue
      }
      let known = ["epochs", "steps", "batch", "seed"]
      guard known.contains(word) else {
        let near = Words.nearest(to: word, among: known + ["optimizer"])
        throw failure(
          "AD1102", "`:train` has no setting `\(word)`", at: setting.name.range,
          fix: near.map { "did you mean `\($0)`?" }
            ?? "it takes `epochs`, `steps`, `batch`, `seed` and `optimizer`")
      }
      guard setting.values.count == 1, case .number(let number) = setting.values[0].form,
        let count = Int(exactly: number), count >= (word == "seed" ? 0 : 1)
      else {
        throw failure(
          "AD1102", "`\(word)` takes a whole number", at: setting.range,
          fix: "write `:train \(word) 10`")
      }
      switch word {
      case "epochs": task.options.epochs = count
      case "steps": task.options.steps = count
      case "batch": task.options.batch = count
      default: task.options.seed = count
      }
    }
    if task.options.epochs != nil, task.options.steps != nil {
      throw failure("AD1102", "`epochs` and `steps` exclude each other", at: typed.range)
    }
    guard let optimizer, let text = task.model.symbolic?.source else { return }
    task.options.optimizer = optimizer
    do throws(CompilationError) {
      let compiled = try Compiler.compile(
        text, folder: task.model.folder, options: task.options.compilation)
      task = ModelTask(path: task.path, model: compiled, options: task.options)
    } catch {
      throw PromptFailure(error)
    }
  }

  /// `:check`: the model's gradient, or the derivatives of an expression.
  func check(_ typed: TypedCommand) throws(PromptFailure) -> String {
    if typed.operand.isEmpty { return try verdict(of: try modelTask(for: typed)) }
    return try verdict(of: try modelTask(of: try expression(of: typed), for: typed))
  }

  /// `:cost`: of the model, or of an expression as a loss.
  func cost(_ typed: TypedCommand) throws(PromptFailure) -> String {
    let task =
      typed.operand.isEmpty && (loaded != nil || !modelStatements.isEmpty)
      ? try modelTask(for: typed)
      : try modelTask(of: try expression(of: typed), for: typed)
    do throws(TaskFailure) { return try task.costReport().text } catch {
      throw PromptFailure(error)
    }
  }

  /// A model whose objective is an expression, with drawn parameters for its names.
  private func modelTask(
    of expression: Expression, for typed: TypedCommand
  ) throws(PromptFailure) -> ModelTask {
    let open = try openExpression(expression, free: scope.valuedNames(in: expression))
    guard open.graph.shape(open.node).isScalar else {
      throw failure(
        "AD0604",
        "the expression has the shape \(open.graph.shape(open.node)), and this is for "
          + "numbers", at: expression.range, fix: "write `sum(…)` around it")
    }
    guard open.variables.allSatisfy({ open.graph.shape($0.node).knownCount != nil }) else {
      throw failure(
        "AD1102", "a name in it is an array whose size is not known", at: expression.range,
        fix: "give it numbers, or a shape such as `param w: [3]`")
    }
    guard !open.variables.isEmpty else {
      throw failure(
        "AD1102", "there is nothing to differentiate by", at: expression.range,
        fix: "write `:\(typed.command.name) x^2`")
    }
    var lines = open.variables.map { variable in
      let shape = open.graph.shape(variable.node)
      return "param \(variable.name)\(shape.isScalar ? "" : ": \(shape)") ~ normal(0, 1)"
    }
    var writer = ExpressionWriter(
      graph: open.graph, names: [:], taken: Set(open.variables.map(\.name)))
    let written = writer.write([open.node], style: .named)
    lines += written.lines.map { "let \($0.head) = \(TreePrinter.print($0.value))" }
    lines.append("minimize \(TreePrinter.print(written.roots[0]))")
    let source = SourceText(name: "expression", text: lines.joined(separator: "\n") + "\n")
    do throws(CompilationError) {
      return ModelTask(path: "expression", model: try Compiler.compile(source))
    } catch {
      throw PromptFailure(error)
    }
  }

  private func verdict(of task: ModelTask) throws(PromptFailure) -> String {
    do throws(TaskFailure) {
      let (report, isRight) = try task.check()
      guard isRight else {
        throw TaskFailure(
          report.text + "the gradient and the differences do not agree", code: "AD0605")
      }
      return report.text
    } catch {
      throw PromptFailure(error)
    }
  }

  /// `:code`.
  func code(_ typed: TypedCommand) throws(PromptFailure) -> String {
    if typed.operand.isEmpty, loaded != nil || !modelStatements.isEmpty {
      return try modelTask(for: typed).disassembly()
    }
    let checked = try checked(try expression(of: typed))
    var (graph, nodes) = (checked.graph, checked.nodes)
    nodes = graph.inliningFunctions(in: nodes)
    nodes = Simplifier.simplify(&graph, nodes).roots
    nodes = graph.prepare(nodes)
    do throws(MachineError) {
      let program = try Program.lower(
        graph, [FunctionRequest(name: "value", outputs: nodes.map { (name: "value", node: $0) })])
      return program.disassembly(function: "value")
    } catch {
      throw PromptFailure(TaskFailure(error.description, code: "AD0702"))
    }
  }
}
