import ADCCalculus
import TestSupport
import Testing

@Suite("Whole gradients of random graphs")
struct WholeGradientTests {
  /// The gradient's inner product with a random direction must be the derivative along it, which
  /// another evaluator finds from operands to users.
  private func compare(
    _ random: RandomExpression, _ graph: inout ExpressionGraph, _ loss: NodeID, tolerance: Double,
    _ label: String
  ) throws {
    let gradient = try graph.gradient(of: loss, by: random.leaves)
    for (leaf, entry) in zip(random.leaves, gradient) {
      #expect(graph.shape(leaf) == graph.shape(entry), "\(label)")
    }
    var generator = SeededGenerator(seed: 99)
    let directions = random.symbols.map { values in
      values.map { _ in Double.random(in: -1...1, using: &generator) }
    }
    let prepared = graph.prepare([loss] + gradient)
    let evaluator = random.evaluator(of: graph)
    let forward = ForwardEvaluator(evaluator, .direction, directions: directions)
    let expected = forward.evaluate([prepared[0]])[0].change.values[0]
    let entries = evaluator.evaluate(Array(prepared.dropFirst()))
    var (found, size) = (0.0, 1.0)
    for (entry, direction) in zip(entries, directions) {
      #expect(entry.values.count == direction.count, "\(label)")
      for (derivative, change) in zip(entry.values, direction) {
        found += derivative * change
        size += (derivative * change).magnitude
      }
    }
    #expect((found - expected).magnitude <= tolerance * size, "\(label): \(found) for \(expected)")
  }

  @Test("agree with derivatives along random directions", arguments: 0..<60)
  func first(seed: Int) throws {
    var random = RandomExpression(seed: UInt64(seed), operations: 30)
    let loss = random.scalar(ofLast: 4)
    var graph = random.graph
    try compare(random, &graph, loss, tolerance: 1e-8, "seed \(seed)")
  }

  @Test("The gradient of the gradient's square agrees too", arguments: 0..<30)
  func second(seed: Int) throws {
    var random = RandomExpression(seed: UInt64(1000 + seed), operations: 14)
    let loss = random.scalar(ofLast: 3)
    var graph = random.graph
    let gradient = try graph.gradient(of: loss, by: random.leaves)
    let squares = gradient.map { entry -> NodeID in
      let square = graph.insert(.power, [entry, graph.constant(2)])
      let axes = Array(0..<graph.shape(entry).rank)
      return axes.isEmpty ? square : graph.insert(.sum, [square], .axes(axes, keep: false))
    }
    let energy = graph.insert(.add, squares)
    let simple = Simplifier.simplify(&graph, [energy]).roots[0]
    try compare(random, &graph, energy, tolerance: 1e-7, "seed \(1000 + seed), plain")
    try compare(random, &graph, simple, tolerance: 1e-7, "seed \(1000 + seed), simplified")
  }

  @Test("Nodes that a gradient adds are a small multiple of those that it goes over")
  func size() throws {
    for seed in 0..<40 {
      var random = RandomExpression(seed: UInt64(2000 + seed), operations: 60)
      let loss = random.scalar(ofLast: 6)
      var graph = random.graph
      let before = graph.reachable(from: [loss]).count(where: { $0 })
      let gradient = try graph.gradient(of: loss, by: random.leaves)
      let after = graph.reachable(from: [loss] + gradient).count(where: { $0 })
      #expect(after <= 8 * before, "seed \(2000 + seed): \(after) of \(before)")
    }
  }

  @Test("A chain of a hundred thousand operations is differentiated without recursion")
  func depth() throws {
    var graph = ExpressionGraph()
    let x = graph.symbol(Symbol(name: "x", role: .variable, shape: .scalar))
    var node = x
    for _ in 0..<50_000 {
      node = graph.insert(.required("sin"), [node])
      node = graph.insert(.add, [node, x])
    }
    let gradient = try graph.gradient(of: node, by: [x])
    let simple = Simplifier.simplify(&graph, gradient).roots
    let values = ReferenceEvaluator(graph: graph, symbols: [[0.1]]).evaluate(gradient + simple)
    var (value, slope) = (0.1, 1.0)
    for _ in 0..<50_000 {
      (value, slope) = (Sin.evaluate(value) + 0.1, Cos.evaluate(value) * slope + 1)
    }
    #expect((values[0].values[0] - slope).magnitude <= 1e-9 * slope.magnitude)
    #expect((values[1].values[0] - slope).magnitude <= 1e-9 * slope.magnitude)
  }

  @Test("What the result does not depend on has a gradient of zeros, of its shape")
  func independent() throws {
    var graph = ExpressionGraph()
    let n = Dimension(named: "n")
    let x = graph.symbol(Symbol(name: "x", role: .parameter, shape: Shape([n])))
    let y = graph.symbol(Symbol(name: "y", role: .parameter, shape: Shape([n, 2])))
    let loss = graph.insert(.sum, [x], .axes([0], keep: false))
    let gradient = try graph.gradient(of: loss, by: [y, x, y])
    #expect(gradient.map { graph.shape($0) } == [Shape([n, 2]), Shape([n]), Shape([n, 2])])
    let values = ReferenceEvaluator(graph: graph, sizes: ["n": 3], symbols: [[1, 2, 3], []])
      .evaluate(gradient)
    #expect(values.map(\.values) == [[0, 0, 0, 0, 0, 0], [1, 1, 1], [0, 0, 0, 0, 0, 0]])
  }
}

@Suite("Derivatives element by element")
struct ElementDerivativeTests {
  @Test("of an array by an array of its shape, and by a number")
  func arrays() throws {
    var graph = ExpressionGraph()
    let x = graph.symbol(Symbol(name: "x", role: .variable, shape: Shape([3])))
    let t = graph.symbol(Symbol(name: "t", role: .variable, shape: .scalar))
    let square = graph.insert(.power, [x, graph.constant(2)])
    let product = graph.insert(.multiply, [t, square])
    let byX = try graph.derivative(of: product, by: x)
    let byT = try graph.derivative(of: product, by: t)
    let values = ReferenceEvaluator(graph: graph, symbols: [[1, 2, 3], [10]]).evaluate([byX, byT])
    #expect(values.map(\.values) == [[20, 40, 60], [1, 4, 9]])
    #expect(graph.shape(byX) == Shape([3]) && graph.shape(byT) == Shape([3]))
  }

  @Test("An element that depends on others is refused, and `jacobian` named")
  func refusal() throws {
    var graph = ExpressionGraph()
    let x = graph.symbol(Symbol(name: "x", role: .variable, shape: Shape([3])))
    let sums = graph.insert(.required("cumsum"), [x], .scan(axis: 0, reversed: false))
    do throws(DifferentiationError) {
      _ = try graph.derivative(of: sums, by: x)
      Issue.record("an elementwise derivative was claimed")
    } catch {
      #expect(error.message.contains("jacobian"))
    }
  }
}
