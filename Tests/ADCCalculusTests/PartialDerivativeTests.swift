import ADCCalculus
import TestSupport
import Testing

/// Derivatives of one elementwise operator over scalars, by the graph and by differences.
private struct ElementwiseComparison {
  let entry: CatalogueEntry
  var graph: ExpressionGraph
  let symbols: [NodeID]
  let node: NodeID

  init(_ entry: CatalogueEntry) {
    var graph = ExpressionGraph()
    let symbols = entry.op.domain.indices.map { place in
      graph.symbol(Symbol(name: "x\(place)", role: .variable, shape: .scalar))
    }
    node = graph.build(entry.id, symbols)
    self.entry = entry
    self.graph = graph
    self.symbols = symbols
  }

  func value(_ node: NodeID, at point: [Double]) -> Double {
    ReferenceEvaluator(graph: graph, symbols: point.map { [$0] }).evaluate(node).values[0]
  }

  /// The derivative of a node by an operand, by differences of the node's value.
  func difference(_ node: NodeID, at point: [Double], by place: Int) -> Double {
    Differences.derivative(at: point[place]) { moved in
      var point = point
      point[place] = moved
      return value(node, at: point)
    }
  }

  /// The first disagreement between a claimed derivative of `of` and differences.
  func disagreement(
    _ claimed: NodeID, of node: NodeID, by place: Int, tolerance: Double
  ) -> String? {
    for point in entry.points {
      let expected = difference(node, at: point, by: place)
      let found = value(claimed, at: point)
      if !((found - expected).magnitude <= tolerance * max(1, expected.magnitude)) {
        return "by operand \(place) at \(point): \(found), differences give \(expected)"
      }
    }
    return nil
  }
}

/// Not by operands that are whole numbers by meaning, nor by what is a constant by decree.
private func isDifferentiable(_ entry: CatalogueEntry, by place: Int) -> Bool {
  entry.op.domain[place].lowerBound < entry.op.domain[place].upperBound
    && entry.op.name != "stop_gradient"
}

@Suite("The derivative of every elementwise operator agrees with differences of its kernel")
struct PartialDerivativeTests {
  @Test("first derivatives", arguments: CatalogueEntry.elementwise)
  func first(entry: CatalogueEntry) throws {
    var comparison = ElementwiseComparison(entry)
    for place in entry.op.domain.indices where isDifferentiable(entry, by: place) {
      let claimed = try comparison.graph.gradient(
        of: comparison.node, by: [comparison.symbols[place]])[0]
      let problem = comparison.disagreement(
        claimed, of: comparison.node, by: place, tolerance: 1e-9)
      #expect(problem == nil)
    }
  }

  @Test("second derivatives", arguments: CatalogueEntry.elementwise)
  func second(entry: CatalogueEntry) throws {
    var comparison = ElementwiseComparison(entry)
    let places = entry.op.domain.indices.filter { isDifferentiable(entry, by: $0) }
    for first in places {
      let slope = try comparison.graph.gradient(
        of: comparison.node, by: [comparison.symbols[first]])[0]
      for second in places {
        let claimed = try comparison.graph.gradient(
          of: slope, by: [comparison.symbols[second]])[0]
        let problem = comparison.disagreement(
          claimed, of: slope, by: second, tolerance: 1e-8)
        #expect(problem == nil, "after operand \(first)")
      }
    }
  }

  @Test(
    "A rule with a wrong sign, factor or operand is found out",
    arguments: CatalogueEntry.elementwise)
  func broken(entry: CatalogueEntry) throws {
    guard case .partials(let partials) = entry.op.derivative else { return }
    var comparison = ElementwiseComparison(entry)
    let rules = partials(entry.op.domain.indices.map { Template.argument($0) })
    for (place, rule) in rules.enumerated() where isDifferentiable(entry, by: place) {
      let right = comparison.graph.insert(rule, for: comparison.node)
      guard entry.points.contains(where: { comparison.value(right, at: $0).magnitude > 1e-6 })
      else { continue }
      let wrong: [Template] = [-rule, rule * 1.0001, rule + 0.0001, rule * rule * 1.5]
      for template in wrong {
        let claimed = comparison.graph.insert(template, for: comparison.node)
        #expect(
          comparison.disagreement(claimed, of: comparison.node, by: place, tolerance: 1e-9) != nil)
      }
    }
  }

  @Test("Conventions at kinks are those that the catalogue states")
  func kinks() throws {
    let zero: [(name: String, point: [Double], slopes: [Double])] = [
      ("abs", [0], [0]), ("sign", [0], [0]), ("relu", [0], [0]), ("step", [0], [0]),
      ("floor", [1], [0]), ("ceil", [1], [0]), ("round", [0.5], [0]), ("max", [2, 2], [0, 1]),
      ("min", [2, 2], [0, 1]),
    ]
    for (name, point, slopes) in zero {
      let entry = try #require(CatalogueEntry.all.first { $0.op.name == name })
      #expect(!entry.op.kinks.isEmpty, "\(name)")
      var comparison = ElementwiseComparison(entry)
      let gradient = try comparison.graph.gradient(of: comparison.node, by: comparison.symbols)
      #expect(gradient.map { comparison.value($0, at: point) } == slopes, "\(name)")
    }
  }

  @Test("A branch that is not taken never reaches the derivative, at any order")
  func branches() throws {
    var graph = ExpressionGraph()
    let x = graph.symbol(Symbol(name: "x", role: .variable, shape: .scalar))
    let root = graph.insert(.sqrt, [x])
    let condition = graph.insert(.less, [graph.constant(0), x])
    var node = graph.insert(.select, [condition, root, graph.insert(.multiply, [x, x])])
    let values = [-3.0, 0]
    let slopes = [[-6.0, 2, 0], [0, 2, 0]]
    for order in 0..<3 {
      node = try graph.gradient(of: node, by: [x])[0]
      let simple = Simplifier.simplify(&graph, [node]).roots[0]
      for (value, expected) in zip(values, slopes) {
        let evaluator = ReferenceEvaluator(graph: graph, symbols: [[value]])
        #expect(evaluator.evaluate(node).values[0] == expected[order])
        #expect(evaluator.evaluate(simple).values[0] == expected[order])
      }
    }
  }
}
