// From source to program: parse, check, differentiate, simplify, prepare, lower.
// In: a source text. Out: a program and the description of its run, or diagnostics.

package import ADCCalculus
package import ADCMachine
package import ADCModel
package import ADCSyntax
package import ADCTraining

/// A model in every form that the commands need.
package struct CompiledModel: Sendable {
  /// The program of all functions.
  package var program: Program
  package var description: RunDescription
  /// What the source said; nil for a model that comes from an `.adb` file.
  package var symbolic: SymbolicModel?
  /// Where files beside the model are looked for; empty for the current folder.
  package var folder: String
  package var warnings: [Diagnostic]
}

/// The expressions of a model, simplified, in one graph.
package struct SymbolicModel: Sendable {
  package var source: SourceText
  package var file: SourceFile
  package var model: CheckedModel
  /// Its nodes' origins are nodes of the model, where `model.spans` has their places in the text.
  package var graph: ExpressionGraph
  /// What is minimised; nil for a model without an objective.
  package var loss: NodeID?
  /// One for each parameter.
  package var gradient: [NodeID]
  /// The gradient as it is differentiated again: calls of functions keep their own derivatives.
  package var openGradient: [NodeID]
  /// The model's lets and outputs.
  package var lets: [NodeID]
  package var outputs: [NodeID]
  package var lossOperations: Int
  package var gradientOperations: Int
  var tags = StatementTags()

  /// The statement that a node of the model was written in.
  func tag(_ origin: Int) -> SourceTag? {
    guard model.spans.indices.contains(origin) else { return nil }
    return tags.tag(Int32(clamping: model.spans[origin].lower))
  }
}

/// Diagnostics, and the text that they are about.
package struct CompilationError: Error, Sendable {
  package var source: SourceText
  package var diagnostics: [Diagnostic]
}

/// Settings of a compilation that do not come from the model.
package struct CompilationOptions: Sendable {
  /// `--set NAME=VALUE`.
  package var values: [(name: String, text: String)] = []
  /// `--optimizer 'adam(rate: 0.1)'`.
  package var optimizer: String?
  package var simplifies = true
  /// Whether a program is made; derivatives that are printed need none.
  package var makesProgram = true
  /// Whether functions keep the rules that are meant to differ from their derivatives.
  var keepsMeantRules = true
  /// Whether the symbolic graph keeps the journal of its making.
  package var keepsSteps = false
  /// Whether formulas of numbers that lose digits are looked after (`ExpressionGraph.guarding`).
  package var guardsDigits = true

  package init() {}
}

/// Compiles models.
package enum Compiler {
  /// Compiles a source text.
  package static func compile(
    _ source: SourceText, folder: String = "", options: CompilationOptions = CompilationOptions()
  ) throws(CompilationError) -> CompiledModel {
    var (file, mistakes) = Parser.parse(source)
    if !options.keepsMeantRules { file.statements.removeAll(where: \.isMeantRule) }
    guard !mistakes.contains(where: { $0.severity == .error }) else {
      throw CompilationError(source: source, diagnostics: mistakes)
    }
    var values: [(name: String, value: Expression)] = []
    for (name, text) in options.values {
      let setting = SourceText(name: "--set \(name)", text: text)
      let (value, mistakes) = Parser.parseExpression(setting)
      if !mistakes.isEmpty { throw CompilationError(source: setting, diagnostics: mistakes) }
      values.append((name, value))
    }
    let prelude = Parser.parse(SourceText(name: "prelude", text: Prelude.text)).file
    let (checked, found) = ModelChecker.check(
      file, source: source, options: ModelOptions(values: values), prelude: prelude)
    guard var model = checked else {
      throw CompilationError(source: source, diagnostics: mistakes + found)
    }
    if let optimizer = options.optimizer {
      try set(optimizer, in: &model)
    }
    var warnings = (mistakes + found).filter { $0.severity == .warning }
    let remarks = RuleCheck.check(model)
    guard !remarks.contains(where: { $0.severity == .error }) else {
      throw CompilationError(source: source, diagnostics: remarks)
    }
    warnings += remarks
    if !options.makesProgram {
      // What the derivatives are printed with; the rest of a long tree would only take memory.
      file.statements.removeAll { if case .binding = $0.form { true } else { false } }
    }
    let compilation = try Compilation(
      model, source: source, file: file, options)
    warnings += compilation.warnings
    return CompiledModel(
      program: compilation.program, description: compilation.description,
      symbolic: compilation.symbolic, folder: folder, warnings: warnings)
  }

  private static func set(
    _ optimizer: String, in model: inout CheckedModel
  ) throws(CompilationError) {
    let text = SourceText(name: "--optimizer", text: optimizer)
    let (expression, mistakes) = Parser.parseExpression(text)
    if !mistakes.isEmpty { throw CompilationError(source: text, diagnostics: mistakes) }
    do throws(ADCModel.ModelError) {
      try model.setOptimizer(expression, source: text)
    } catch {
      throw CompilationError(source: text, diagnostics: error.diagnostics)
    }
  }
}

extension Statement {
  /// Whether it is a rule for a derivative that says `as meant`.
  fileprivate var isMeantRule: Bool {
    if case .derivative(let rule) = form { rule.isMeant } else { false }
  }
}

/// One compilation, step by step.
private struct Compilation {
  private(set) var program = Program()
  private(set) var description = RunDescription()
  private(set) var symbolic: SymbolicModel
  private(set) var warnings: [Diagnostic] = []
  private let model: CheckedModel
  private let source: SourceText
  private var graph: ExpressionGraph
  private var loss: NodeID?
  private var gradient: [NodeID] = []
  private var instances: [OptimizerInstance] = []
  private var updateRoots: [NodeID] = []
  private var metrics: [NodeID] = []
  private var accumulation: GradientAccumulation?
  private var residualFunctions: ResidualFunctions?

  init(
    _ model: CheckedModel, source: SourceText, file: SourceFile, _ options: CompilationOptions
  ) throws(CompilationError) {
    self.model = model
    self.source = source
    graph = model.graph
    for slot in model.spans.indices where slot < graph.count {
      graph.setOrigin(Int32(clamping: slot), of: NodeID(slot))
    }
    symbolic = SymbolicModel(
      source: source, file: file, model: model, graph: ExpressionGraph(), loss: nil, gradient: [],
      openGradient: [],
      lets: [], outputs: [], lossOperations: 0, gradientOperations: 0)
    if options.keepsSteps { graph.journal = Journal() }
    try differentiate(simplifies: options.simplifies)
    graph.journal = nil
    description.hasObjective = model.objective != nil
    guard options.makesProgram else { return }
    try update(simplifies: options.simplifies)
    metrics = graph.inliningFunctions(in: model.metrics.map(\.node))
    if options.simplifies { metrics = Simplifier.simplify(&graph, metrics).roots }
    try findResiduals(simplifies: options.simplifies)
    try lower(guardsDigits: options.guardsDigits)
    describe()
  }

  /// The loss, its gradient, lets and outputs, simplified together so that they share.
  private mutating func differentiate(simplifies: Bool) throws(CompilationError) {
    var lets = graph.inliningFunctions(in: model.lets.map(\.node))
    var outputs = graph.inliningFunctions(in: model.outputs.map(\.node))
    if let objective = model.objective {
      var loss = objective.node
      if objective.isMaximized { loss = graph.insert(.negate, [loss]) }
      if simplifies { loss = Simplifier.simplify(&graph, [loss], for: .differentiation).roots[0] }
      do throws(DifferentiationError) {
        gradient = try graph.gradient(of: loss, by: model.parameters.map(\.node))
      } catch {
        throw CompilationError(source: source, diagnostics: [diagnostic(error)])
      }
      warnUnused(loss)
      symbolic.openGradient = gradient
      var roots = [loss] + gradient
      roots = graph.inliningFunctions(in: roots)
      if simplifies {
        roots = Simplifier.simplify(&graph, roots).roots
        lets = Simplifier.simplify(&graph, lets).roots
        outputs = Simplifier.simplify(&graph, outputs).roots
      }
      self.loss = roots[0]
      gradient = Array(roots.dropFirst())
    } else if simplifies {
      lets = Simplifier.simplify(&graph, lets).roots
      outputs = Simplifier.simplify(&graph, outputs).roots
    }
    symbolic.graph = graph
    symbolic.loss = loss
    symbolic.gradient = gradient
    if graph.rules.isEmpty { symbolic.openGradient = gradient }
    symbolic.lets = lets
    symbolic.outputs = outputs
    symbolic.lossOperations = loss.map { graph.operationCount([$0]) } ?? 0
    symbolic.gradientOperations = graph.operationCount(gradient)
  }

  private func diagnostic(_ error: DifferentiationError) -> Diagnostic {
    let place = error.node.slot < model.spans.count ? model.spans[error.node.slot] : nil
    return Diagnostic(
      "AD0601", error.message, at: place ?? model.objective?.range ?? SourceRange(0, 0))
  }

  private mutating func warnUnused(_ loss: NodeID) {
    let depends = graph.reachable(from: [loss])
    for parameter in model.parameters {
      guard parameter.node.slot >= depends.count || !depends[parameter.node.slot] else { continue }
      warnings.append(
        Diagnostic(
          "AD0602",
          "the objective does not depend on `\(parameter.name)`: its gradient is 0, and it stays "
            + "as it is", at: parameter.range, severity: .warning))
    }
  }

  /// The solver that the model asks for.
  private var solver: RunDescription.Solver? {
    model.training.solver.map {
      RunDescription.Solver(name: $0.kind.rawValue, arguments: $0.arguments)
    }
  }

  /// Residuals and their derivatives, where a solver can use them.
  private mutating func findResiduals(simplifies: Bool) throws(CompilationError) {
    guard let use = model.training.solver, let solver, let objective = model.objective else {
      return
    }
    do throws(DifferentiationError) {
      residualFunctions = try ResidualFunctions(
        model, solver, in: &graph, simplifies: simplifies)
    } catch {
      throw CompilationError(source: source, diagnostics: [diagnostic(error)])
    }
    if use.kind.needsResiduals, residualFunctions == nil {
      throw CompilationError(
        source: source,
        diagnostics: [
          Diagnostic(
            "AD0512", "`\(use.kind.rawValue)` needs a sum of squares, and this is none",
            at: objective.range,
            notes: [Diagnostic.Note("the solver", at: use.range)],
            fix: "write `fit y ~ model`, or use `bfgs()`")
        ])
    }
  }

  /// The optimizer's update of every parameter.
  private mutating func update(simplifies: Bool) throws(CompilationError) {
    guard let use = model.training.optimizer, loss != nil else { return }
    var applied = gradient
    if let batches = model.training.accumulated?.value, batches > 1 {
      let accumulation = GradientAccumulation(gradient, batches: batches, in: &graph)
      self.accumulation = accumulation
      applied = accumulation.means
    }
    do throws(ADCModel.ModelError) {
      instances = try model.instantiate(
        use, for: model.parameters.map(\.node), gradients: applied, in: &graph)
    } catch {
      throw CompilationError(source: source, diagnostics: error.diagnostics)
    }
    for (place, parameter) in model.parameters.enumerated() {
      guard let bounds = parameter.bounds else { continue }
      // A step that leaves the bounds ends on them: the projected gradient method.
      let node = instances[place].parameter
      instances[place].parameter = graph.clamped(node, to: bounds)
    }
    instances = model.averaging(instances, by: use, in: &graph)
    if let accumulation {
      for place in instances.indices { instances[place].states.append(accumulation.states[place]) }
    }
    updateRoots = instances.flatMap { [$0.parameter] + $0.states.map(\.updated) }
    updateRoots += accumulation?.sums ?? []
    if simplifies { updateRoots = Simplifier.simplify(&graph, updateRoots).roots }
  }

  private mutating func lower(guardsDigits: Bool) throws(CompilationError) {
    var roots = [loss].compactMap { $0 } + gradient + symbolic.outputs + updateRoots
    let startRoots = instances.flatMap { $0.states.map(\.initial) }
    roots += startRoots + metrics
    let values = [loss].compactMap { $0 } + gradient + symbolic.outputs
    // Residuals are computed again and again on the way to a minimum, which their last bits do not
    // move: they are left as they are.
    let residuals = residualFunctions?.roots ?? []
    let guarded = (guardsDigits ? graph.guarding(values, in: roots) : roots) + residuals
    let prepared = graph.prepare(guarded)
    var rest = prepared[...]
    func take(_ count: Int) -> [NodeID] {
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }
    let loss = take(self.loss == nil ? 0 : 1)
    let gradient = take(self.gradient.count)
    let outputs = take(symbolic.outputs.count)
    let updates = take(updateRoots.count)
    let starts = take(startRoots.count)
    let metrics = take(self.metrics.count)
    let residualRoots = take(residuals.count)
    var requests: [FunctionRequest] = []
    let lossOutput = loss.map { (name: "loss", node: $0) }
    if !loss.isEmpty {
      requests.append(FunctionRequest(name: FunctionName.loss, outputs: lossOutput))
      let named = zip(model.parameters, gradient).map { (name: $0.name, node: $1) }
      requests.append(
        FunctionRequest(name: FunctionName.gradient, outputs: lossOutput + named))
    }
    if !instances.isEmpty {
      let states = instances.flatMap(\.states)
      var targets: [NodeID] = []
      for (parameter, instance) in zip(model.parameters, instances) {
        targets += [parameter.node] + instance.states.map(\.symbol)
      }
      requests.append(
        FunctionRequest(
          name: FunctionName.step, outputs: lossOutput,
          updates: zip(targets, updates).map { (symbol: $0, value: $1) }))
      requests.append(
        FunctionRequest(
          name: FunctionName.start,
          updates: zip(states, starts).map { (symbol: $0.symbol, value: $1) }))
      if let accumulation {
        let sums = updates.suffix(accumulation.states.count)
        requests.append(
          FunctionRequest(
            name: FunctionName.accumulate, outputs: lossOutput,
            updates: zip(accumulation.states, sums).map { (symbol: $0.symbol, value: $1) }))
      }
    }
    if !metrics.isEmpty {
      let named = zip(model.metrics, metrics).map { (name: $0.name, node: $1) }
      requests.append(FunctionRequest(name: FunctionName.metrics, outputs: named))
    }
    requests += residualFunctions?.requests(residualRoots) ?? []
    if !outputs.isEmpty {
      requests.append(
        FunctionRequest(
          name: FunctionName.outputs,
          outputs: zip(model.outputs, outputs).map { (name: $0.name, node: $1) }))
    }
    do throws(MachineError) {
      symbolic.tags = StatementTags(source, symbolic.file)
      program = try Program.lower(graph, requests) { [graph, symbolic] node in
        symbolic.tag(Int(graph.origins[node.slot]))
      }
    } catch {
      throw CompilationError(
        source: source,
        diagnostics: [
          Diagnostic(
            "AD0603", error.description, at: model.objective?.range ?? SourceRange(0, 0))
        ])
    }
  }

  private mutating func describe() {
    func symbol(_ node: NodeID) -> Int {
      if case .symbol(let place) = graph.attribute(node) { return place }
      return 0
    }
    description.inputs = model.inputs.map { input in
      let columns: [String]
      switch input.columns {
      case .ownName: columns = [input.name]
      case .columns(let names, _), .categories(let names, _): columns = names
      }
      var isCategory = false
      if case .categories = input.columns { isCategory = true }
      return RunDescription.Input(
        name: input.name, symbol: symbol(input.node), columns: columns, isCategory: isCategory)
    }
    description.parameters = model.parameters.map { parameter in
      RunDescription.Parameter(
        name: parameter.name, symbol: symbol(parameter.node), start: start(parameter.initial),
        lower: parameter.bounds?.lowerBound ?? -.infinity,
        upper: parameter.bounds?.upperBound ?? .infinity)
    }
    for (place, (parameter, instance)) in zip(model.parameters, instances).enumerated() {
      for state in instance.states {
        let isAverage = state.name == OptimizerInstance.averageName
        description.states.append(
          RunDescription.State(
            name: "\(parameter.name).\(state.name)", symbol: symbol(state.symbol),
            averaged: isAverage ? place : nil))
      }
    }
    for (place, symbol) in graph.symbols.enumerated() where symbol.role == .environment {
      description.environment[symbol.name] = place
    }
    description.rowDimension = model.rowDimension
    description.solver = residualFunctions?.solver ?? solver
    description.hasObjective = model.objective != nil
    description.isMaximized = model.objective?.isMaximized ?? false
    description.isTrainable = !instances.isEmpty
    description.metrics = model.metrics.map(\.name)
    description.outputs = model.outputs.map(\.name)
    description.settings = settings()
    description.hash = Self.hash(TreePrinter.print(symbolic.file))
  }

  private func start(_ initial: ParameterStart) -> RunDescription.Start {
    switch initial {
    case .values(let table):
      .values(
        ShapedValues(
          shape: table.shape.dimensions.map { $0.known ?? 1 }, values: table.values))
    case .drawn(let distribution):
      .drawn(kind: distribution.kind.rawValue, arguments: distribution.arguments)
    case .file(let path, _): .file(path)
    }
  }

  private func settings() -> RunDescription.Settings {
    var settings = RunDescription.Settings()
    let plan = model.training
    settings.dataFiles = plan.dataFiles.map(\.value)
    settings.epochs = plan.epochs?.value
    settings.steps = plan.steps?.value
    settings.batch = plan.batch?.value
    settings.shuffle = plan.shuffle?.value
    settings.seed = plan.seed?.value
    settings.validation = plan.validation?.fraction
    settings.validatesLast = plan.validation?.takesLast ?? false
    settings.patience = plan.patience?.value
    settings.accumulated = plan.accumulated?.value
    settings.folds = plan.folds?.value
    settings.missing =
      plan.missing.flatMap { RunDescription.MissingPolicy(rawValue: $0.value.rawValue) } ?? .error
    settings.standardized = plan.standardized.map(\.value)
    settings.streams = plan.streams?.value
    return settings
  }

  /// FNV-1a of the canonical source, as hexadecimal digits.
  private static func hash(_ text: String) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

/// Finds the statement (or the setting of `train`) that a node was written in, by its offset.
struct StatementTags: Sendable {
  private var ranges: [SourceRange] = []
  private var tags: [SourceTag] = []

  init() {}

  init(_ source: SourceText, _ file: SourceFile) {
    for statement in file.statements {
      if case .train(let settings) = statement.form {
        for setting in settings { append(setting.range, source) }
      } else {
        append(statement.range, source)
      }
    }
  }

  private mutating func append(_ range: SourceRange, _ source: SourceText) {
    let position = source.position(of: range.lower)
    let text = source.line(position.line).drop { $0 == " " || $0 == "\t" }
    ranges.append(range)
    tags.append(
      SourceTag(line: position.line, column: position.column, text: String(text.prefix(200))))
  }

  func tag(_ offset: Int32) -> SourceTag? {
    guard offset >= 0 else { return nil }
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upper <= Int(offset) { low = middle + 1 } else { high = middle }
    }
    guard low < ranges.count, ranges[low].lower <= Int(offset) else { return nil }
    return tags[low]
  }
}
