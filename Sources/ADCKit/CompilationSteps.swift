import ADCCalculus
import ADCMachine
import ADCModel
import ADCSyntax
import ADCTraining

/// One compilation, step by step.
struct Compilation {
  private(set) var program = Program()
  var description = RunDescription()
  private(set) var symbolic: SymbolicModel
  private(set) var warnings: [Diagnostic] = []
  let model: CheckedModel
  private let source: SourceText
  private(set) var graph: ExpressionGraph
  private var loss: NodeID?
  private var gradient: [NodeID] = []
  private(set) var instances: [OptimizerInstance] = []
  private var updateRoots: [NodeID] = []
  private var metrics: [NodeID] = []
  private var accumulation: GradientAccumulation?
  /// What is minimised, before the last rewrites.
  private var openLoss: NodeID?
  private(set) var solverFunctions: SolverFunctions?

  init(
    _ model: CheckedModel, source: SourceText, file: SourceFile, _ options: CompilationOptions
  ) throws(CompilationError) {
    self.model = model
    self.source = source
    graph = model.graph
    // A loss of a million operations becomes eight million nodes on the way to its gradient.
    graph.reserve(8 * graph.count)
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
    if options.simplifies, options.guardsDigits { try differentiateAccurateForm() }
    description.hasObjective = model.objective != nil
    guard options.makesProgram else { return }
    try update(simplifies: options.simplifies)
    if options.keepsNames { keepTraining() }
    metrics = graph.inliningFunctions(in: model.metrics.map(\.node))
    if options.simplifies { metrics = Simplifier.simplify(&graph, metrics).roots }
    try addSolver(simplifies: options.simplifies)
    try lower(guardsDigits: options.guardsDigits, keepsNames: options.keepsNames)
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
      openLoss = loss
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
    symbolic.computedGradient = symbolic.openGradient
    symbolic.lets = lets
    symbolic.outputs = outputs
    symbolic.lossOperations = loss.map { graph.operationCount([$0]) } ?? 0
    symbolic.gradientOperations = graph.operationCount(gradient)
  }

  /// What the machine computes where what is printed would lose digits: the derivative of the loss
  /// in another form.
  private mutating func differentiateAccurateForm() throws(CompilationError) {
    guard let openLoss else { return }
    let accurate = graph.inAccurateForms([openLoss])[0]
    guard accurate != openLoss else { return }
    do throws(DifferentiationError) {
      gradient = try graph.gradient(of: accurate, by: model.parameters.map(\.node))
    } catch {
      throw CompilationError(source: source, diagnostics: [diagnostic(error)])
    }
    symbolic.computedGradient = gradient
    let roots = graph.inliningFunctions(in: [accurate] + gradient)
    let simple = Simplifier.simplify(&graph, roots).roots
    self.openLoss = accurate
    loss = simple[0]
    gradient = Array(simple.dropFirst())
    if graph.rules.isEmpty { symbolic.computedGradient = gradient }
    let journal = symbolic.graph.journal
    symbolic.graph = graph
    symbolic.graph.journal = journal
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

  /// What a solver and the reports call.
  private mutating func addSolver(simplifies: Bool) throws(CompilationError) {
    do throws(DifferentiationError) {
      solverFunctions = try SolverFunctions(
        model, loss: openLoss, in: &graph, simplifies: simplifies)
    } catch {
      throw CompilationError(source: source, diagnostics: [diagnostic(error)])
    }
    guard let use = model.training.solver, let objective = model.objective,
      use.kind.needsResiduals, solverFunctions?.solver?.residuals == 0
    else { return }
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

  /// The updates as they are read: parameters first.
  private mutating func keepTraining() {
    guard accumulation == nil, !instances.isEmpty else { return }
    var parameters: [NodeID] = []
    var states: [NodeID] = []
    var rest = updateRoots[...]
    for instance in instances {
      parameters += rest.prefix(1)
      states += rest.dropFirst().prefix(instance.states.count)
      rest = rest.dropFirst(1 + instance.states.count)
    }
    symbolic.training = SymbolicTraining(
      graph: graph, states: instances.flatMap { $0.states.map(\.symbol) },
      starts: instances.flatMap { $0.states.map(\.initial) }, updates: parameters + states)
  }

  /// The roots of the program, prepared together so that they share.
  private struct PreparedRoots {
    var loss: [NodeID]
    var gradient: [NodeID]
    var outputs: [NodeID]
    var updates: [NodeID]
    var starts: [NodeID]
    var metrics: [NodeID]
    var residuals: [NodeID]
  }

  private mutating func lower(
    guardsDigits: Bool, keepsNames: Bool
  ) throws(CompilationError) {
    if keepsNames { graph.storeEveryStep() }
    let roots = prepareRoots(guardsDigits: guardsDigits)
    if keepsNames { keepNames(gradient: roots.gradient) }
    do throws(MachineError) {
      symbolic.tags = StatementTags(source, symbolic.file)
      program = try Program.lower(graph, requests(roots), precision: model.precision) {
        [graph, symbolic] node in
        symbolic.tag(Int(graph.origin(at: node.slot)))
      }
    } catch {
      throw CompilationError(
        source: source,
        diagnostics: [
          Diagnostic(
            "AD0702", error.description, at: model.objective?.range ?? SourceRange(0, 0))
        ])
    }
  }

  private mutating func prepareRoots(guardsDigits: Bool) -> PreparedRoots {
    let values = [loss].compactMap { $0 } + gradient + symbolic.outputs
    let startRoots = instances.flatMap { $0.states.map(\.initial) }
    let roots = values + updateRoots + startRoots + metrics
    // Residuals are computed again and again on the way to a minimum, which their last bits do not
    // move: no more digits are looked after than their forms keep.
    var residuals = solverFunctions?.roots ?? []
    if guardsDigits { residuals = graph.inMachineForms(residuals) }
    let guarded = (guardsDigits ? graph.guarding(values, in: roots) : roots) + residuals
    var rest = graph.prepare(guarded)[...]
    func take(_ count: Int) -> [NodeID] {
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }
    return PreparedRoots(
      loss: take(loss == nil ? 0 : 1), gradient: take(gradient.count),
      outputs: take(symbolic.outputs.count), updates: take(updateRoots.count),
      starts: take(startRoots.count), metrics: take(metrics.count),
      residuals: take(residuals.count))
  }

  /// Keeps what lets, functions' results and derivatives are called.
  private mutating func keepNames(gradient: [NodeID]) {
    for (definition, node) in zip(model.lets, graph.prepare(symbolic.lets)) {
      let place = Int32(clamping: node.slot)
      if symbolic.labels[place] == nil { symbolic.labels[place] = definition.name }
    }
    for (node, word) in graph.names {
      let place = Int32(clamping: node.slot)
      if symbolic.labels[place] == nil { symbolic.labels[place] = word }
    }
    for (parameter, node) in zip(model.parameters, gradient) {
      symbolic.gradientLabels[Int32(clamping: node.slot)] = "d_\(parameter.name)"
    }
  }

  /// The functions of the program.
  private func requests(_ roots: PreparedRoots) -> [FunctionRequest] {
    var requests: [FunctionRequest] = []
    let loss = roots.loss.map { (name: "loss", node: $0) }
    if !loss.isEmpty {
      requests.append(FunctionRequest(name: FunctionName.loss, outputs: loss))
      let named = zip(model.parameters, roots.gradient).map { (name: $0.name, node: $1) }
      requests.append(FunctionRequest(name: FunctionName.gradient, outputs: loss + named))
    }
    if !instances.isEmpty { requests += updateRequests(roots, loss) }
    if !roots.metrics.isEmpty {
      let named = zip(model.metrics, roots.metrics).map { (name: $0.name, node: $1) }
      requests.append(FunctionRequest(name: FunctionName.metrics, outputs: named))
    }
    requests += solverFunctions?.requests(roots.residuals) ?? []
    if !roots.outputs.isEmpty {
      let named = zip(model.outputs, roots.outputs).map { (name: $0.name, node: $1) }
      requests.append(FunctionRequest(name: FunctionName.outputs, outputs: named))
    }
    return requests
  }

  /// The functions of an optimizer.
  private func updateRequests(
    _ roots: PreparedRoots, _ loss: [(name: String, node: NodeID)]
  ) -> [FunctionRequest] {
    let states = instances.flatMap(\.states)
    var targets: [NodeID] = []
    for (parameter, instance) in zip(model.parameters, instances) {
      targets += [parameter.node] + instance.states.map(\.symbol)
    }
    var requests = [
      FunctionRequest(
        name: FunctionName.step, outputs: loss,
        updates: zip(targets, roots.updates).map { (symbol: $0, value: $1) }),
      FunctionRequest(
        name: FunctionName.start,
        updates: zip(states, roots.starts).map { (symbol: $0.symbol, value: $1) }),
    ]
    if let accumulation {
      let sums = roots.updates.suffix(accumulation.states.count)
      requests.append(
        FunctionRequest(
          name: FunctionName.accumulate, outputs: loss,
          updates: zip(accumulation.states, sums).map { (symbol: $0.symbol, value: $1) }))
    }
    return requests
  }
}
