import ADCCalculus
import TestSupport
import Testing

@Suite("Forward sweeps")
struct ForwardSweepTests {
  /// Directions for every leaf and an adjoint for every result, as symbols behind the leaves.
  private struct Seeds {
    var directions: [NodeID: NodeID] = [:]
    var adjoints: [NodeID] = []
    var values: [[Double]] = []

    init(
      _ graph: inout ExpressionGraph, _ leaves: [NodeID], _ results: [NodeID],
      sizes: [String: Int], seed: UInt64
    ) {
      var random = SeededGenerator(seed: seed)
      func symbol(like node: NodeID, _ graph: inout ExpressionGraph) -> (NodeID, [Double]) {
        let shape = graph.shape(node)
        let count = shape.dimensions.reduce(1) { $0 * ($1.value(sizes) ?? 0) }
        return (
          graph.symbol(Symbol(name: "seed", role: .variable, shape: shape)),
          (0..<count).map { _ in Double.random(in: -1...1, using: &random) }
        )
      }
      for leaf in leaves {
        let (node, numbers) = symbol(like: leaf, &graph)
        directions[leaf] = node
        values.append(numbers)
      }
      for result in results {
        let (node, numbers) = symbol(like: result, &graph)
        adjoints.append(node)
        values.append(numbers)
      }
    }
  }

  private func inner(_ left: [Double], _ right: [Double]) -> (sum: Double, size: Double) {
    #expect(left.count == right.count)
    var (sum, size) = (0.0, 0.0)
    for (a, b) in zip(left, right) {
      sum += a * b
      size += (a * b).magnitude
    }
    return (sum, size)
  }

  @Test("u · (J v) is (J' u) · v over random expressions", arguments: 0..<60)
  func transposes(seed: Int) throws {
    let random = RandomExpression(
      seed: UInt64(3000 + seed), operations: 30, seed.isMultiple(of: 2) ? .smooth : .rewritable)
    var graph = random.graph
    let results = Array(random.nodes.suffix(3))
    let seeds = Seeds(&graph, random.leaves, results, sizes: random.sizes, seed: 7)
    let changes = try graph.jvp(of: results, along: seeds.directions)
    let simple = Simplifier.simplify(&graph, changes).roots
    for (place, result) in results.enumerated() {
      let received = try graph.vjp(of: result, seed: seeds.adjoints[place], by: random.leaves)
      for change in [changes[place], simple[place]] {
        #expect(graph.shape(change) == graph.shape(result))
        let prepared = graph.prepare([change] + received)
        let found = ReferenceEvaluator(
          graph: graph, sizes: random.sizes,
          symbols: values(random.symbols + seeds.values, in: graph)
        ).evaluate(prepared)
        let forward = inner(found[0].values, seeds.values[random.leaves.count + place])
        var backward = (sum: 0.0, size: 0.0)
        for (part, direction) in zip(found.dropFirst(), seeds.values) {
          let product = inner(part.values, direction)
          backward.sum += product.sum
          backward.size += product.size
        }
        #expect(
          (forward.sum - backward.sum).magnitude <= 1e-9 * (1 + forward.size + backward.size),
          "seed \(seed), result \(place): \(forward.sum) and \(backward.sum)")
      }
    }
  }

  /// Values for all symbols of a graph: those that sweeps made get zeros, and have no effect.
  private func values(_ known: [[Double]], in graph: ExpressionGraph) -> [[Double]] {
    known + graph.symbols.dropFirst(known.count).map { _ in [] }
  }

  @Test("H v is the derivative of the gradient along v", arguments: 0..<30)
  func secondOrder(seed: Int) throws {
    var random = RandomExpression(seed: UInt64(4000 + seed), operations: 14)
    let loss = random.scalar(ofLast: 3)
    var graph = random.graph
    let gradient = try graph.gradient(of: loss, by: random.leaves)
    let seeds = Seeds(&graph, random.leaves, [], sizes: random.sizes, seed: 8)
    let products = try graph.jvp(of: gradient, along: seeds.directions)
    let prepared = graph.prepare(gradient + products)
    let evaluator = ReferenceEvaluator(
      graph: graph, sizes: random.sizes, symbols: values(random.symbols + seeds.values, in: graph))
    let exact = evaluator.evaluate(Array(prepared.suffix(products.count)))
    // Along the whole direction at once: one derivative by a number.
    let roots = Array(prepared.prefix(gradient.count))
    for place in products.indices {
      for element in exact[place].values.indices {
        let expected = Differences.derivative(at: 0, step: 0.01) { step in
          let moved = zip(random.symbols, seeds.values).map { values, direction in
            zip(values, direction).map { $0 + step * $1 }
          }
          return ReferenceEvaluator(
            graph: graph, sizes: random.sizes, symbols: values(moved + seeds.values, in: graph)
          ).evaluate([roots[place]])[0].values[element]
        }
        let found = exact[place].values[element]
        #expect(
          (found - expected).magnitude <= 1e-6 * max(1, expected.magnitude),
          "seed \(seed), leaf \(place): \(found), differences give \(expected)")
      }
    }
  }

  @Test(
    "Elementwise operators change by their partial derivatives",
    arguments: CatalogueEntry.elementwise)
  func elementwise(entry: CatalogueEntry) throws {
    // Its derivative is 0 by decree, whatever differences give.
    if entry.op.name == "stop_gradient" { return }
    for point in entry.points.prefix(3) {
      var check = GradientCheck()
      // An order, as of `polygamma`, has no neighbours.
      var orders: Set<Int> = []
      if case .partials(let partials) = entry.op.derivative {
        for (place, template) in partials(point.indices.map { .argument($0) }).enumerated() {
          if case .constant(0) = template { orders.insert(place) }
        }
      }
      let operands = point.enumerated().map { place, value in
        check.symbol([2], [value, value], isIndex: orders.contains(place))
      }
      let result = check.graph.insert(entry.id, operands)
      #expect(try check.problem(of: result, tolerance: 1e-6) == nil, "\(point)")
    }
  }

  @Test("A sweep adds a small multiple of the nodes that it goes over")
  func size() throws {
    for seed in 0..<40 {
      let random = RandomExpression(seed: UInt64(5000 + seed), operations: 60)
      var graph = random.graph
      let result = random.nodes[random.nodes.count - 1]
      let seeds = Seeds(&graph, random.leaves, [], sizes: random.sizes, seed: 9)
      let before = graph.reachable(from: [result]).count(where: { $0 })
      let change = try graph.jvp(of: [result], along: seeds.directions)
      let after = graph.reachable(from: [result] + change).count(where: { $0 })
      #expect(after <= 8 * before + 2, "seed \(seed): \(after) of \(before)")
    }
  }
}
