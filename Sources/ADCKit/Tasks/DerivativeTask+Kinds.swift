import ADCCalculus
import ADCEmission
import ADCModel
import ADCSyntax

extension DerivativeTask {
  mutating func differentiate() throws(DifferentiationError) {
    switch request.kind {
    case .orders(let order): try differentiate(upTo: order)
    case .jacobian: try differentiateAll()
    case .hessian: try differentiateTwice()
    case .jvp: try differentiateForward()
    case .vjp: try differentiateBackward()
    case .hvp: try differentiateGradient()
    }
  }

  /// Every expression by every variable.
  private mutating func differentiateAll() throws(DifferentiationError) {
    let targets = targets
    try checkCount(simpler.count * targets.count)
    var found: [Derivative] = []
    for (place, node) in simpler.enumerated() {
      let isNumber = graph.shape(node).isScalar
      let gradient = isNumber ? try graph.gradient(of: node, by: targets.map(\.node)) : []
      for (index, target) in targets.enumerated() {
        let derivative =
          isNumber ? gradient[index] : try graph.jacobian(of: node, by: target.node)
        found.append(Derivative(of: place, by: [target.name], node: derivative))
      }
    }
    keep(found)
    gradientOperations = graph.operationCount(derivatives.map(\.node))
  }

  /// The second derivatives by all pairs of variables, each pair once.
  private mutating func differentiateTwice() throws(DifferentiationError) {
    let start = simpler[0]
    let targets = targets
    try checkCount(targets.count * (targets.count + 1) / 2)
    let found = try graph.gradient(of: start, by: targets.map(\.node))
    let gradient = simplified(found, for: .differentiation)
    let simpler = simplified(gradient)
    gradientOperations = graph.operationCount(simpler)
    let blocks = try graph.hessianBlocks(ofGradient: gradient, by: targets.map(\.node))
    let pairs = targets.indices.flatMap { row in
      targets[row...].map { [targets[row].name, $0.name] }
    }
    keep(zip(pairs, blocks).map { Derivative(of: 0, by: $0, node: $1) })
  }

  mutating func keep(_ found: [Derivative]) {
    let nodes = found.map(\.node)
    let together = simplified(nodes)
    let roots = shown(nodes, together)
    derivatives = zip(found, roots).map { derivative, root in
      Derivative(of: derivative.of, by: derivative.by, node: root)
    }
  }

  func checkCount(_ count: Int) throws(DifferentiationError) {
    guard count <= Self.derivativeLimit else {
      throw DifferentiationError(
        message: "its derivatives are too many: there are \(count), and at most "
          + "\(Self.derivativeLimit) are printed", node: values[0])
    }
  }

  private mutating func differentiate(upTo order: Int) throws(DifferentiationError) {
    let targets = targets
    var level = [(by: [Int](), node: simpler[0])]
    // Without a variable there is nothing at any order.
    for depth in 1...(targets.isEmpty ? 1 : order) {
      let coming = level.reduce(derivatives.count) { $0 + targets.count - ($1.by.last ?? 0) }
      let isLong = depth > 1 && graph.count > max(Self.nodeLimit, 8 * values[0].slot)
      guard coming <= Self.derivativeLimit, !isLong else {
        throw DifferentiationError(
          message: "its derivatives up to order \(order) are too many or too long: up to order "
            + "\(depth) there are \(coming), and \(graph.count) operations for them so far",
          node: values[0])
      }
      var next: [(by: [Int], node: NodeID)] = []
      for (by, node) in level {
        // Each set of variables once: mixed derivatives do not depend on the order.
        let rest = targets.indices.filter { $0 >= (by.last ?? 0) }
        let found = try graph.gradient(of: node, by: rest.map { targets[$0].node })
        next += zip(rest, found).map { (by + [$0], $1) }
      }
      // What is differentiated again is not yet in the form that is shortest to compute.
      let roots = simplified(next.map(\.node), for: .differentiation)
      for place in next.indices { next[place].node = roots[place] }
      let together = simplified(roots)
      if depth == 1 { gradientOperations = graph.operationCount(together) }
      let shown = shown(roots, together)
      derivatives += zip(next, shown).map { item, node in
        Derivative(of: 0, by: item.by.map { targets[$0].name }, node: node)
      }
      level = next
    }
  }

  /// Derivatives as they are read: what several share is one node, but where a short one reads
  /// shorter without regard to the others.
  private mutating func shown(_ roots: [NodeID], _ together: [NodeID]) -> [NodeID] {
    guard request.simplifies, !request.keepsSteps, (2...Self.mostAlone).contains(roots.count)
    else { return together }
    var result = together
    for (place, node) in together.enumerated() where isShort(node) {
      let alone = Simplifier.simplifyAlone(&graph, roots[place])
      if alone != node, isShort(alone), length(alone) < length(node) { result[place] = alone }
    }
    return result
  }

  /// More derivatives than this are read as one system, and each alone would be simplified in a
  /// graph of all.
  private static let mostAlone = 64

  /// Whether a node is written out, whatever others share with it.
  private func isShort(_ node: NodeID) -> Bool {
    guard graph.shape(node).isScalar else { return false }
    var rest = [node]
    var count = 0
    while let next = rest.popLast() {
      count += 1
      if count > SharingStyle.shortLimit { return false }
      rest += graph.operands(next)
    }
    return true
  }

  private func length(_ node: NodeID) -> Int {
    var writer = ExpressionWriter(graph: graph, names: [:])
    let written = writer.write([node], style: .short)
    return TreePrinter.print(written.roots[0]).utf8.count
  }
}
