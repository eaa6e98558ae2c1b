import ADCCalculus
import TestSupport
import Testing

@Suite("Whole Jacobians and Hessians")
struct JacobianTests {
  /// The values of some roots at the random point, symbols of sweeps left empty.
  private func evaluate(
    _ roots: [NodeID], _ graph: ExpressionGraph, _ random: RandomExpression,
    _ symbols: [[Double]]? = nil
  ) -> [NaiveArray] {
    var scratch = graph
    let prepared = scratch.prepare(roots)
    let known = symbols ?? random.symbols
    let all = known + scratch.symbols.dropFirst(known.count).map { _ in [] }
    return ReferenceEvaluator(graph: scratch, sizes: random.sizes, symbols: all)
      .evaluate(prepared)
  }

  @Test("agree with differences, over random expressions", arguments: 0..<24)
  func jacobian(seed: Int) throws {
    let random = RandomExpression(seed: UInt64(6000 + seed), operations: 12)
    var graph = random.graph
    let result = random.nodes[random.nodes.count - 1]
    for (place, leaf) in random.leaves.enumerated() where graph.depends(result, on: leaf) {
      let matrix = try graph.jacobian(of: result, by: leaf)
      let simple = Simplifier.simplify(&graph, [matrix]).roots[0]
      let wanted = Shape(graph.shape(result).dimensions + graph.shape(leaf).dimensions)
      #expect(graph.shape(matrix) == wanted && graph.shape(simple) == wanted, "seed \(seed)")
      let found = evaluate([matrix, simple], graph, random)
      let width = random.symbols[place].count
      for column in 0..<width {
        for row in 0..<found[0].values.count / max(width, 1) {
          let expected = Differences.derivative(at: random.symbols[place][column], step: 0.01) {
            var moved = random.symbols
            moved[place][column] = $0
            return evaluate([result], graph, random, moved)[0].values[row]
          }
          for array in found {
            let entry = array.values[row * width + column]
            #expect(
              (entry - expected).magnitude <= 1e-6 * max(1, expected.magnitude),
              "seed \(seed), by \(place), (\(row), \(column)): \(entry) for \(expected)")
          }
        }
      }
    }
  }

  @Test(
    "A Hessian is its products with all unit vectors, with equal bits on both sides",
    arguments: 0..<24)
  func hessian(seed: Int) throws {
    var random = RandomExpression(seed: UInt64(7000 + seed), operations: 12)
    let loss = random.scalar(ofLast: 3)
    var graph = random.graph
    for (place, leaf) in random.leaves.enumerated() where graph.depends(loss, on: leaf) {
      let matrix = try graph.hessian(of: loss, by: leaf)
      let simple = Simplifier.simplify(&graph, [matrix]).roots[0]
      let direction = graph.symbol(
        Symbol(name: "v", role: .variable, shape: graph.shape(leaf)))
      let product = try graph.hvp(of: loss, by: leaf, along: direction)
      let count = random.symbols[place].count
      let found = evaluate([matrix, simple], graph, random)
      for column in 0..<count {
        var symbols = random.symbols
        symbols += graph.symbols.dropFirst(symbols.count).map { _ in [] }
        var unit = [Double](repeating: 0, count: count)
        unit[column] = 1
        if case .symbol(let slot) = graph.attribute(direction) { symbols[slot] = unit }
        let expected = evaluate([product], graph, random, symbols)[0].values
        for array in found {
          for row in 0..<count {
            let entry = array.values[row * count + column]
            #expect(
              (entry - expected[row]).magnitude <= 1e-9 * max(1, expected[row].magnitude),
              "seed \(seed), leaf \(place)")
            #expect(entry == array.values[column * count + row], "seed \(seed), leaf \(place)")
          }
        }
      }
    }
  }

  @Test("The Jacobian of a scan is the derivative of every state")
  func recurrence() throws {
    var graph = ExpressionGraph()
    let w = graph.symbol(Symbol(name: "w", role: .parameter, shape: .scalar))
    let index = graph.symbol(Symbol(name: "t", role: .step, shape: .scalar))
    let state = graph.symbol(Symbol(name: "h", role: .step, shape: .scalar))
    let next = graph.insert(.required("tanh"), [graph.insert(.multiply, [w, state])])
    let body = Recurrence(
      steps: 5, index: index, states: [state], rows: [], shared: [], next: [next],
      collected: [next])
    let scan = graph.closedScan(body, initial: [w])
    let states = graph.result(2, of: scan)
    let change = try graph.jvp(of: [states], along: [w: graph.constant(1)])[0]
    let prepared = graph.prepare([states, change])
    func values(_ w: Double) -> [NaiveArray] {
      ReferenceEvaluator(
        graph: graph, symbols: [[w]] + graph.symbols.dropFirst().map { _ in [] }
      ).evaluate(prepared)
    }
    for step in 0..<5 {
      let expected = Differences.derivative(at: 0.7) { values($0)[0].values[step] }
      #expect((values(0.7)[1].values[step] - expected).magnitude <= 1e-9)
    }
  }
}
