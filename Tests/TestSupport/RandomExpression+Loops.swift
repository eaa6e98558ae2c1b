import ADCCalculus

// Loops and equations over what is there: bodies of a few bounded functions, so that the values
// stay moderate whatever the number of steps.

extension RandomExpression {
  /// Adds a `scan`, a reduction over an index or the root of an equation, if its elements stay
  /// small.
  mutating func addLoop() {
    var trial = self
    let node: NodeID? =
      switch Int.random(in: 0..<5, using: &trial.random) {
      case 0, 1: trial.recurrence()
      case 2, 3: trial.indexed()
      default: trial.equation()
      }
    guard let node, trial.graph.shape(node).rank <= 3,
      (1...60).contains(count(of: trial.graph.shape(node))),
      trial.values(of: node, in: trial.graph).allSatisfy({ $0.isFinite && $0.magnitude < 50 })
    else {
      random = trial.random
      return
    }
    self = trial
    nodes.append(node)
  }

  private func isSmall(_ shape: Shape) -> Bool { shape.rank <= 2 && count(of: shape) <= 12 }

  private mutating func steps() -> Dimension {
    let choices = [Dimension(named: "n"), Dimension(named: "m"), 1, 3, 4]
    return choices.randomElement(using: &random) ?? 3
  }

  /// The numbers and arrays that a body over an index may use.
  private mutating func parts(_ index: NodeID, _ steps: Dimension) -> [NodeID] {
    let tables = nodes.filter { graph.shape($0).dimensions.first == steps }
    let late = graph.insert(.multiply, [graph.constant(0.25), index])
    return [pick(), late]
      + (0..<2).compactMap { _ in
        tables.randomElement(using: &random).map { graph.insert(.gather, [$0, index]) }
      }
  }

  // MARK: - Steps

  private mutating func recurrence() -> NodeID? {
    let steps = steps()
    let index = graph.symbol(Symbol(name: "t", role: .step, shape: .scalar))
    let starts = (0..<Int.random(in: 1...2, using: &random)).map { _ in pick() }
    guard starts.allSatisfy({ isSmall(graph.shape($0)) }) else { return nil }
    let states = starts.enumerated().map { place, start in
      graph.symbol(Symbol(name: "s\(place)", role: .step, shape: graph.shape(start)))
    }
    let others = parts(index, steps)
    let next = states.map { state in
      let whole = graph.shape(state)
      let value = stepValue(over: states + others, index, within: whole)
      return graph.shape(value) == whole
        ? value : graph.insert(.broadcast, [value], .shape(whole))
    }
    var body = Recurrence(
      steps: steps, index: index, states: states, rows: [], shared: [], next: next,
      collected: next)
    body.isReversed = Int.random(in: 0..<3, using: &random) == 0
    body.storage = Bool.random(using: &random) ? .everyStep : .squareRoot
    let scan = graph.closedScan(body, initial: starts)
    let place = Int.random(in: 0..<states.count, using: &random)
    return graph.result(Bool.random(using: &random) ? place : 2 * states.count + place, of: scan)
  }

  /// A bounded expression of the parts that fit into a shape, of that shape or a number.
  private mutating func stepValue(
    over sources: [NodeID], _ index: NodeID, within whole: Shape
  ) -> NodeID {
    var parts = sources.filter { graph.shape($0).isScalar || graph.shape($0) == whole }
    for node in sources where !parts.contains(node) {
      let axes = Array(0..<graph.shape(node).rank)
      parts.append(graph.build(.required("mean"), [node], .axes(axes, keep: false)))
    }
    for _ in 0..<Int.random(in: 2...5, using: &random) {
      let x = parts.randomElement(using: &random) ?? index
      let y = parts.randomElement(using: &random) ?? index
      parts.append(operation(x, y, index))
    }
    let sum = graph.insert(.add, [parts[parts.count - 1], parts[0], parts[parts.count - 2]])
    return graph.insert(.required("tanh"), [sum])
  }

  private mutating func operation(_ x: NodeID, _ y: NodeID, _ index: NodeID) -> NodeID {
    switch Int.random(in: 0..<8, using: &random) {
    case 0: return graph.insert(.multiply, [x, y])
    case 1: return graph.insert(.add, [x, y])
    case 2: return graph.insert(.multiply, [graph.constant(0.5), x])
    case 3:
      let isLate = graph.insert(.less, [graph.constant(0.5), index])
      return graph.insert(.select, [isLate, x, y])
    case 4:
      let square = graph.insert(.power, [y, graph.constant(2)])
      return graph.insert(.divide, [x, graph.insert(.add, [graph.constant(1), square])])
    case 5: return graph.insert(.required("max"), [graph.constant(0.3), x])
    default:
      let names = ["sin", "tanh", "sigmoid", "atan", "softplus", "cos", "erf"]
      return graph.build(.required(names.randomElement(using: &random) ?? "sin"), [x])
    }
  }

  // MARK: - Indices

  /// An array over an index, or its sum, product or extreme.
  private mutating func indexed() -> NodeID? {
    let steps = steps()
    let index = graph.symbol(Symbol(name: "i", role: .step, shape: .scalar))
    let sources = parts(index, steps)
    guard let whole = sources.map({ graph.shape($0) }).max(by: { $0.rank < $1.rank }),
      isSmall(whole)
    else { return nil }
    let value = stepValue(over: sources, index, within: whole)
    guard graph.depends(value, on: index) else { return nil }
    let all = graph.lifted([value], over: index, dimension: steps)[0]
    let names = ["sum", "prod", "max_over", "min_over"]
    switch Int.random(in: 0..<8, using: &random) {
    case 0: return all
    case let choice:
      let name = choice < names.count ? names[choice] : "sum"
      return graph.insert(.required(name), [all], .axes([0], keep: false))
    }
  }

  // MARK: - Equations

  /// The one root of an equation whose residual grows with the unknown.
  private mutating func equation() -> NodeID? {
    let x = pick()
    let shape = graph.shape(x)
    guard shape.rank <= 1, isSmall(shape) else { return nil }
    let y = graph.symbol(Symbol(name: "y", role: .variable, shape: shape))
    let growing: NodeID
    switch Int.random(in: 0..<4, using: &random) {
    case 0: growing = graph.insert(.add, [y, graph.insert(.power, [y, graph.constant(3)])])
    case 1:
      let half = graph.insert(
        .multiply, [graph.constant(0.5), graph.insert(.required("sin"), [y])])
      growing = graph.insert(.add, [y, half])
    case 2:
      let weight = leaves.filter { graph.shape($0).isScalar }.randomElement(using: &random) ?? x
      let factor = graph.insert(.exp, [weight])
      growing = graph.insert(
        .add,
        [
          y,
          graph.insertFitting(
            .multiply, [factor, graph.insert(.required("tanh"), [y])], within: shape),
        ])
    default:
      let squares = leaves.filter {
        graph.shape($0).dimensions == shape.dimensions + shape.dimensions
      }
      guard !shape.isScalar, let matrix = squares.randomElement(using: &random) else { return nil }
      let small = graph.insert(.multiply, [graph.constant(0.2), matrix])
      let bent = graph.insert(.required("tanh"), [y])
      growing = graph.insert(.add, [y, graph.insert(.matrixProduct, [small, bent])])
    }
    let residual = graph.insert(.add, [growing, graph.insert(.negate, [x])])
    return try? graph.root(
      of: residual, y,
      from: graph.insertFitting(.multiply, [graph.constant(0.5), x], within: shape))
  }
}
