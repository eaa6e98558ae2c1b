import ADCCalculus
import TestSupport
import Testing

@Suite("Simplified expressions")
struct SimplifierTests {
  /// Random roots with the gradient of their sum among them.
  private func roots(_ seed: Int) throws -> (RandomExpression, ExpressionGraph, [NodeID]) {
    var random = RandomExpression(
      seed: UInt64(seed), operations: 12 + seed % 30, .rewritable, scalarsOnly: seed % 3 == 0)
    let loss = random.scalar(ofLast: 3)
    var graph = random.graph
    let gradient = try graph.gradient(of: loss, by: random.leaves)
    return (random, graph, [loss] + gradient + random.nodes.suffix(4))
  }

  @Test("have the same values but for rounding", arguments: RandomSeeds.parts(400))
  func values(seeds: Range<Int>) throws {
    for seed in seeds { try values(seed: seed) }
  }

  private func values(seed: Int) throws {
    var (random, graph, roots) = try roots(seed)
    let simple = Simplifier.simplify(&graph, roots).roots
    #expect(simple.map { graph.shape($0) } == roots.map { graph.shape($0) })
    let prepared = graph.prepare(roots + simple)
    let results = ForwardEvaluator(random.evaluator(of: graph), .rounding).evaluate(prepared)
    for place in roots.indices {
      let (before, after) = (results[place], results[roots.count + place])
      #expect(before.value.sizes == after.value.sizes)
      for element in before.value.values.indices {
        let (expected, found) = (before.value.values[element], after.value.values[element])
        let errors = before.change.values[element] + after.change.values[element]
        guard expected.isFinite, before.change.values[element].isFinite else { continue }
        #expect(
          (found - expected).magnitude <= 8 * errors * 0x1p-53 + 1e-300,
          "seed \(seed), root \(place), element \(element): \(found) for \(expected)")
      }
    }
  }

  @Test("never need more operations", arguments: RandomSeeds.parts(400))
  func operations(seeds: Range<Int>) throws {
    for seed in seeds { try operations(seed: seed) }
  }

  private func operations(seed: Int) throws {
    var (_, graph, roots) = try roots(seed)
    let before = graph.operationCount(roots)
    let simple = Simplifier.simplify(&graph, roots).roots
    #expect(graph.operationCount(simple) <= before, "seed \(seed)")
    for root in roots {
      let before = graph.operationCount([root])
      let alone = Simplifier.simplify(&graph, [root]).roots
      #expect(
        graph.operationCount(alone) <= before,
        "seed \(seed): \(graph.outline(root)) became \(graph.outline(alone[0]))")
    }
  }

  @Test("stay as they are when simplified again", arguments: RandomSeeds.parts(400))
  func idempotent(seeds: Range<Int>) throws {
    for seed in seeds { try idempotent(seed: seed) }
  }

  private func idempotent(seed: Int) throws {
    var (_, graph, roots) = try roots(seed)
    let simple = Simplifier.simplify(&graph, roots).roots
    let again = Simplifier.simplify(&graph, simple).roots
    #expect(again == simple, "seed \(seed)")
  }

  @Test("are the same in every run", arguments: 0..<20)
  func deterministic(seed: Int) throws {
    var (_, first, roots) = try roots(seed)
    var (_, second, others) = try self.roots(seed)
    #expect(roots == others)
    let (one, firings) = Simplifier.simplify(&first, roots)
    let (other, otherFirings) = Simplifier.simplify(&second, others)
    #expect(one == other && firings == otherFirings)
    #expect(first.count == second.count)
    #expect(
      (0..<first.count).map { first.operands(NodeID($0)) }
        == (0..<second.count).map { second.operands(NodeID($0)) })
  }

  @Test("A sum of two hundred thousand terms is gathered without recursion")
  func wide() {
    var graph = ExpressionGraph()
    let x = graph.symbol(Symbol(name: "x", role: .variable, shape: .scalar))
    var node = x
    for _ in 0..<200_000 { node = graph.insert(.add, [node, x]) }
    let simple = Simplifier.simplify(&graph, [node]).roots
    let expected = graph.insert(.multiply, [graph.constant(200_001), x])
    #expect(simple == [expected])
  }
}

@Suite("Preparation for the machine")
struct PreparationTests {
  @Test("keeps values", arguments: 0..<60)
  func values(seed: Int) throws {
    let random = RandomExpression(
      seed: UInt64(seed), operations: 24, .rewritable, scalarsOnly: seed % 2 == 0)
    var graph = random.graph
    let roots = random.nodes.suffix(10).filter { root in
      let needed = graph.reachable(from: [root])
      return needed.indices.allSatisfy { slot in
        guard needed[slot], case .byDefinition = graph.op(NodeID(slot)).execution else {
          return true
        }
        return false
      }
    }
    let prepared = graph.prepare(roots)
    let results = ForwardEvaluator(random.evaluator(of: graph), .rounding)
      .evaluate(roots + prepared)
    for place in roots.indices {
      let (before, after) = (results[place], results[roots.count + place])
      #expect(before.value.sizes == after.value.sizes)
      for element in before.value.values.indices {
        let errors = before.change.values[element] + after.change.values[element]
        let difference = before.value.values[element] - after.value.values[element]
        #expect(difference.magnitude <= 8 * errors * 0x1p-53, "seed \(seed), root \(place)")
      }
    }
  }
}
