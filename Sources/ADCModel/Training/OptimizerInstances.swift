package import ADCCalculus
package import ADCSyntax

/// What is wrong with a model, found after its check.
package struct ModelError: Error, Sendable {
  /// At least one, with places in the model's text.
  package var diagnostics: [Diagnostic]
}

extension CheckedModel {
  /// The updates of parameters by an optimizer, one for each, after `global_clip_norm`.
  ///
  /// - Parameters:
  ///   - parameters: the parameters' symbols.
  ///   - gradients: as many, each of its parameter's shape.
  ///   - graph: the model's graph, or one grown from it: the ids of the model's nodes must hold.
  /// - Throws: `ModelError` where the optimizer's body is wrong for a shape. The cost is that of
  ///   the body for each parameter, and once that of the nodes that were added since the check.
  package func instantiate(
    _ use: OptimizerUse, for parameters: [NodeID], gradients: [NodeID],
    in graph: inout ExpressionGraph
  ) throws(ModelError) -> [OptimizerInstance] {
    let gradients = globallyClipped(gradients, by: use, in: &graph)
    var elaborator = names
    swap(&elaborator.graph, &graph)
    defer { swap(&elaborator.graph, &graph) }
    elaborator.diagnostics = []
    elaborator.record(use.range)
    var instances: [OptimizerInstance] = []
    do throws(Reported) {
      for (parameter, gradient) in zip(parameters, gradients) {
        instances.append(
          try elaborator.instance(of: use, for: parameter, gradient: gradient))
      }
    } catch {
      throw ModelError(diagnostics: elaborator.diagnostics)
    }
    return instances
  }

  /// Replaces the optimizer, as an option of a command does.
  ///
  /// - Parameter optimizer: what would follow the word `optimizer`, with places in `source`.
  /// - Throws: `ModelError` whose places are in `source`.
  package mutating func setOptimizer(
    _ optimizer: Expression, source: SourceText
  ) throws(ModelError) {
    var elaborator = names
    swap(&elaborator.graph, &graph)
    let modelText = elaborator.source
    elaborator.source = source
    elaborator.diagnostics = []
    do throws(Reported) {
      if let solver = try elaborator.solverUse(optimizer) {
        if precision == .single {
          throw elaborator.reportSolverInSingle(at: solver.range, notes: [])
        }
        (training.solver, training.optimizer) = (solver, nil)
      } else {
        let use = try elaborator.optimizerUse(optimizer)
        elaborator.rehearse(use, shapes: parameters.map(\.shape))
        if !elaborator.diagnostics.isEmpty { throw Reported() }
        (training.solver, training.optimizer) = (nil, use)
      }
      environment = elaborator.environment
    } catch {
      swap(&elaborator.graph, &graph)
      throw ModelError(diagnostics: elaborator.diagnostics)
    }
    swap(&elaborator.graph, &graph)
    elaborator.source = modelText
    names = elaborator
  }
}

extension Elaborator {
  /// Finds what is wrong with an optimizer's body before training, for each shape of parameter;
  /// nothing but diagnostics is left behind.
  mutating func rehearse(_ use: OptimizerUse, shapes: [Shape]) {
    var copy = self
    var seen: Set<Shape> = []
    for shape in shapes.isEmpty ? [.scalar] : shapes where seen.insert(shape).inserted {
      let parameter = copy.symbol("param", .variable, shape, at: use.range)
      let gradient = copy.symbol("gradient", .variable, shape, at: use.range)
      do throws(Reported) {
        _ = try copy.instance(of: use, for: parameter, gradient: gradient)
      } catch {
        diagnostics = copy.diagnostics
        return
      }
    }
  }

  /// Elaborates an optimizer's body.
  mutating func instance(
    of use: OptimizerUse, for parameter: NodeID, gradient: NodeID
  ) throws(Reported) -> OptimizerInstance {
    guard let definition = optimizer(named: use.name) else {
      throw report("AD0507", "there is no optimizer `\(use.name)`", at: use.range)
    }
    let (outerLocals, outerLimit, outerProgress) = (locals, visibleLimit, knowsProgress)
    let outerSubstitute = substituteRange
    defer {
      (locals, visibleLimit, knowsProgress) = (outerLocals, outerLimit, outerProgress)
      substituteRange = outerSubstitute
    }
    if definition.isPrelude { substituteRange = use.range }
    knowsProgress = true
    visibleLimit = definition.ordinal
    locals = [[:]]
    for formal in definition.arguments {
      let node: NodeID
      if let argument = use.arguments.first(where: { $0.name == formal.name.text }) {
        node = argument.node
      } else if let value = formal.defaultValue {
        node = try elaborate(value)
      } else {
        throw report(
          "AD0402", "`\(use.name)` needs the argument `\(formal.name.text)`", at: use.range)
      }
      bindLocal(formal.name.text, node, .argument, at: formal.name.range)
    }
    let start = try decayedParameter(parameter, by: use, of: definition)
    let clipped = try clippedGradient(gradient, by: use)
    locals.append([:])
    bindLocal("param", start, .parameter, at: use.range)
    bindLocal("gradient", clipped, .argument, at: use.range)
    for name in ["step", "epoch"] {
      bindLocal(name, environmentSymbol(name, at: use.range), .environment, at: use.range)
    }
    return try body(of: definition, for: start)
  }

  /// Lets that no parameter changes are the same for all of them, and known by their names.
  private mutating func nameSchedules(_ declaration: LetDeclaration) {
    for name in declaration.names {
      guard case .node(let node)? = locals[locals.count - 1][name.text]?.meaning else { continue }
      let needed = graph.reachable(from: [node])
      let isSchedule = needed.indices.allSatisfy { slot in
        guard needed[slot], let symbol = graph.symbol(NodeID(slot)) else { return true }
        return symbol.role == .environment
      }
      if isSchedule { graph.name(node, name.text) }
    }
  }

  private mutating func bindLocal(
    _ name: String, _ node: NodeID, _ kind: Binding.Kind, at range: SourceRange
  ) {
    locals[locals.count - 1][name] = Binding(meaning: .node(node), kind: kind, range: range)
  }

  private mutating func body(
    of definition: OptimizerDefinition, for parameter: NodeID
  ) throws(Reported) -> OptimizerInstance {
    let shape = graph.shape(parameter)
    var states: [OptimizerInstance.State] = []
    var updated = parameter
    for statement in definition.body {
      switch statement {
      case .state(let name, let initial, _):
        if let first = locals[locals.count - 1][name.text] {
          throw report(
            "AD0202", "\(quote(name: name.text)) is defined twice", at: name.range,
            notes: [Diagnostic.Note("it is defined here", at: first.range)])
        }
        let start = try fitted(try elaborate(initial), to: shape, at: initial.range)
        let node = symbol(name.text, .state, shape, at: name.range)
        bindLocal(name.text, node, .state, at: name.range)
        states.append(
          OptimizerInstance.State(name: name.text, symbol: node, initial: start, updated: node))
      case .binding(let declaration):
        try defineLocal(declaration)
        nameSchedules(declaration)
      case .assignment(let name, let value, let range):
        let node = try fitted(try elaborate(value), to: shape, at: value.range)
        if name.text == "param" {
          updated = node
          bindLocal("param", node, .parameter, at: name.range)
        } else if let place = states.firstIndex(where: { $0.name == name.text }) {
          states[place].updated = node
          bindLocal(name.text, node, .state, at: name.range)
        } else {
          throw notAssignable(name, states, at: range)
        }
      }
    }
    return live(OptimizerInstance(parameter: updated, states: states))
  }

  private mutating func notAssignable(
    _ name: Name, _ states: [OptimizerInstance.State], at range: SourceRange
  ) -> Reported {
    let near = Suggestion.nearest(to: name.text, among: states.map(\.name) + ["param"])
    return report(
      "AD0509", "\(quote(name: name.text)) cannot be assigned; `:=` sets `param` or a `state`",
      at: name.range,
      fix: near.map { "did you mean `\($0)`?" } ?? "declare `state \(name.text) = 0` above")
  }

  /// A value of an optimizer, which has the parameter's shape or is a number for all its elements.
  private mutating func fitted(
    _ node: NodeID, to shape: Shape, at range: SourceRange
  ) throws(Reported) -> NodeID {
    let own = graph.shape(node)
    if own == shape { return node }
    guard own.broadcast(with: shape) == shape else {
      throw report(
        "AD0308", "the value has the shape \(own), and the parameter has \(shape)", at: range)
    }
    return try apply(Known.broadcast, [node], .shape(shape), at: range)
  }

  /// Leaves out the states that never reach the parameter.
  private func live(_ instance: OptimizerInstance) -> OptimizerInstance {
    var isLive = [Bool](repeating: false, count: instance.states.count)
    var roots = [instance.parameter]
    var grows = true
    while grows {
      grows = false
      for (place, state) in instance.states.enumerated() where !isLive[place] {
        guard roots.contains(where: { depends($0, on: state.symbol) }) else { continue }
        isLive[place] = true
        roots.append(state.updated)
        grows = true
      }
    }
    var result = instance
    result.states = zip(instance.states, isLive).filter(\.1).map(\.0)
    return result
  }

  /// Whether a node has a later one below it; looks at nothing made before that one.
  private func depends(_ node: NodeID, on symbol: NodeID) -> Bool {
    var seen: Set<NodeID> = []
    var open = [node]
    while let next = open.popLast() {
      if next == symbol { return true }
      for operand in graph.operands(next) where operand >= symbol && seen.insert(operand).inserted {
        open.append(operand)
      }
    }
    return false
  }
}
