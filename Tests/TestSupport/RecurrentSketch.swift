package import ADCCalculus

/// A recurrent network of two states over rows of data, as a `scan` and as the same steps written
/// out.
package struct RecurrentSketch: Sendable {
  package var graph = ExpressionGraph()
  /// By their places: rows, weights, a start, a number.
  package let leaves: [NodeID]
  package var values: [[Double]]
  package let steps: Dimension
  package let count: Int
  private var body: Recurrence

  package var sizes: [String: Int] { ["T": count] }

  package init(steps count: Int, isNamed: Bool, isReversed: Bool = false) {
    steps = isNamed ? Dimension(named: "T") : Dimension(count)
    self.count = count
    var graph = ExpressionGraph()
    var random = SeededGenerator(seed: 17)
    var values: [[Double]] = []
    func leaf(_ name: String, _ dimensions: [Dimension], _ role: Symbol.Role) -> NodeID {
      graph.symbol(Symbol(name: name, role: role, shape: Shape(dimensions)))
    }
    let leaves = [
      leaf("X", [steps, 2], .input), leaf("W", [2, 2], .parameter), leaf("h0", [2], .parameter),
      leaf("a", [], .parameter),
    ]
    for size in [2 * count, 4, 2, 1] {
      values.append((0..<size).map { _ in Double.random(in: -0.9...0.9, using: &random) })
    }
    let index = leaf("t", [], .step)
    let (h, c) = (leaf("h", [2], .step), leaf("c", [], .step))
    let next = Self.step(&graph, leaves, index: index, h, c)
    body = Recurrence(
      steps: steps, index: index, states: [h, c], rows: [], shared: [], next: next,
      collected: next)
    body.isReversed = isReversed
    self.leaves = leaves
    self.graph = graph
    self.values = values
  }

  /// h' = tanh(X[t] + h W + c), c' = a c + sum(h') + t / 8.
  private static func step(
    _ graph: inout ExpressionGraph, _ leaves: [NodeID], index: NodeID, _ h: NodeID, _ c: NodeID
  ) -> [NodeID] {
    let row = graph.insert(.gather, [leaves[0], index])
    let product = graph.insert(.matrixProduct, [h, leaves[1]])
    let sum = graph.insert(.add, [row, product, c])
    let next = graph.insert(.required("tanh"), [sum])
    let kept = graph.insert(.multiply, [leaves[3], c])
    let total = graph.insert(.sum, [next], .axes([0], keep: false))
    let late = graph.insert(.divide, [index, graph.constant(8)])
    return [next, graph.insert(.add, [kept, total, late])]
  }

  /// The scan: the last states, then all states after each step.
  package mutating func results(storage: Recurrence.Storage = .everyStep) -> [NodeID] {
    body.storage = storage
    let start = graph.constant(0.5)
    let scan = graph.closedScan(body, initial: [leaves[2], start])
    return [0, 1, 4, 5].map { graph.result($0, of: scan) }
  }

  /// The same results by steps written one after the other; `steps` must be a number.
  package mutating func unrolled() -> [NodeID] {
    var (h, c) = (leaves[2], graph.constant(0.5))
    var collected: [[NodeID]] = [[], []]
    for step in 0..<count {
      let number = body.isReversed ? count - 1 - step : step
      let next = Self.step(&graph, leaves, index: graph.constant(Double(number)), h, c)
      (h, c) = (next[0], next[1])
      for (place, node) in next.enumerated() {
        var dimensions = graph.shape(node).dimensions
        dimensions.insert(1, at: 0)
        let row = graph.insert(.reshape, [node], .shape(Shape(dimensions)))
        collected[place].insert(row, at: body.isReversed ? 0 : collected[place].count)
      }
    }
    return [h, c] + collected.map { graph.insert(.concatenation, $0, .axis(0)) }
  }

  /// A number that all results take part in.
  package mutating func loss(_ results: [NodeID]) -> NodeID {
    let terms = results.enumerated().map { place, node -> NodeID in
      let bent = graph.insert(.required("sin"), [node])
      let weight = graph.constant(1 + Double(place) / 3)
      let part = graph.insert(.multiply, [weight, bent])
      let axes = Array(0..<graph.shape(node).rank)
      return axes.isEmpty ? part : graph.insert(.sum, [part], .axes(axes, keep: false))
    }
    return graph.insert(.add, terms)
  }

  /// What nodes are by the naive evaluator.
  package func evaluate(_ roots: [NodeID]) -> [[Double]] {
    var scratch = graph
    let prepared = scratch.prepare(roots)
    return ReferenceEvaluator(graph: scratch, sizes: sizes, symbols: values)
      .evaluate(prepared).map(\.values)
  }
}
