import ADCCalculus
import ADCModel

// Products with a Jacobian or a Hessian that is never built: one forward sweep, one reverse sweep,
// or forward over reverse (Griewank and Walther 2008, chapters 3 and 5).

extension DerivativeTask {
  /// A name that stands for a direction or an adjoint.
  struct Seed {
    var name: String
    var node: NodeID
    /// The variable that moves, or nothing for an adjoint of an expression.
    var variable: String?
  }

  /// J v: how every expression changes.
  mutating func differentiateForward() throws(DifferentiationError) {
    let directions = insertDirections()
    let changes = try graph.jvp(of: simpler, along: directions)
    let by = targets.map(\.name)
    keep(changes.enumerated().map { Derivative(of: $0, by: by, node: $1) })
    gradientOperations = graph.operationCount(derivatives.map(\.node))
  }

  /// J' u: what every variable receives from all expressions together.
  mutating func differentiateBackward() throws(DifferentiationError) {
    let results = simpler.enumerated().map { place, node in
      let name = values.count == 1 ? "u" : "u\(place)"
      return (node: node, seed: insertSeed(name, of: nil, shape: graph.shape(node)))
    }
    let targets = targets
    let received = try graph.vjp(of: results, by: targets.map(\.node))
    keep(zip(targets, received).map { Derivative(of: 0, by: [$0.name], node: $1) })
    gradientOperations = graph.operationCount(derivatives.map(\.node))
  }

  /// H v: how every part of the gradient changes.
  mutating func differentiateGradient() throws(DifferentiationError) {
    let targets = targets
    let found = try graph.gradient(of: simpler[0], by: targets.map(\.node))
    let gradient = simplified(found, for: .differentiation)
    let shown = simplified(gradient)
    gradientOperations = graph.operationCount(shown)
    let directions = insertDirections()
    let changes = try graph.jvp(of: gradient, along: directions)
    keep(zip(targets, changes).map { Derivative(of: 0, by: [$0.name], node: $1) })
  }

  /// A direction for every variable that is differentiated by: `dx` for `x`.
  private mutating func insertDirections() -> [NodeID: NodeID] {
    var directions: [NodeID: NodeID] = [:]
    for target in targets {
      let shape = graph.shape(target.node)
      directions[target.node] = insertSeed("d" + target.name, of: target.name, shape: shape)
    }
    return directions
  }

  mutating func insertSeed(
    _ name: String, of variable: String?, shape: Shape
  ) -> NodeID {
    let taken = Set(variables.map(\.name) + seeds.map(\.name))
    var free = name
    while taken.contains(free) { free += "_" }
    let node = graph.symbol(Symbol(name: free, role: .variable, shape: shape))
    seeds.append(Seed(name: free, node: node, variable: variable))
    return node
  }
}

extension DerivativeRequest {
  /// The names with a value at some point, without those that stand for directions and adjoints.
  var namesAtPoints: [String] {
    let names = points.flatMap { $0.map(\.name) }
    let known = Set(names + (by ?? []))
    return names.filter { name in
      switch kind {
      case .orders, .jacobian, .hessian: true
      case .jvp, .hvp: !(name.first == "d" && known.contains(String(name.dropFirst())))
      case .vjp: !(name.first == "u" && name.dropFirst().allSatisfy { ("0"..."9").contains($0) })
      }
    }
  }
}
