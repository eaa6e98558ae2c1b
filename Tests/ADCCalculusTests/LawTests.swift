import ADCCalculus
import TestSupport
import Testing

@Suite("Laws")
struct LawTests {
  @Test("fire where they apply, and give what they say", arguments: LawCase.all)
  func firing(item: LawCase) {
    var sketch = LawSketch()
    let before = item.before(&sketch)
    let expected = item.after(&sketch)
    let (roots, firings) = Simplifier.simplify(&sketch.graph, [before])
    #expect(firings[item.law, default: 0] > 0, "fired: \(firings.keys.map(\.name))")
    #expect(
      roots == [expected],
      "\(sketch.graph.outline(roots[0])) in the place of \(sketch.graph.outline(expected))")
    #expect(sketch.graph.operationCount(roots) <= sketch.graph.operationCount([before]))
  }

  @Test("have names and statements, each of its own, and a case here")
  func names() {
    let laws = Set(LawCase.all.map(\.law))
    for law in Law.shortening { #expect(laws.contains(law), "\(law.name)") }
    #expect(Set(laws.map(\.name)).count == laws.count)
    #expect(Set(laws.map(\.statement)).count == laws.count)
  }

  @Test("that fire in random expressions all have a case here")
  func isComplete() throws {
    let tested = Set((LawCase.all.map(\.law) + Law.stabilizing + Law.matrices).map(\.name))
    for seed in 0..<150 {
      var random = RandomExpression(seed: UInt64(seed), operations: 40, .rewritable)
      let loss = random.scalar(ofLast: 6)
      var graph = random.graph
      let gradient = try graph.gradient(of: loss, by: random.leaves)
      let firings = Simplifier.simplify(&graph, [loss] + gradient).firings
      for law in firings.keys { #expect(tested.contains(law.name), "\(law.name)") }
    }
  }

  @Test("leave alone what only looks alike")
  func exceptions() {
    var sketch = LawSketch()
    let s = sketch
    // sqrt(x)^2 is x, but sqrt(x^2) is not; sin(asin(x)) is x, but asin(sin(x)) is not.
    let kept = [
      sketch("asin", sketch("sin", s.x)), sketch("sin", sketch("negate", s.x)),
      sketch("power", s.x, s.y), sketch("max", s.x, s.y),
      sketch("select", sketch("less", s.x, s.y), s.x, s.y),
    ]
    #expect(Simplifier.simplify(&sketch.graph, kept).roots == kept)
  }

  @Test("keep pi and e as names, and fold other numbers")
  func namedNumbers() {
    var sketch = LawSketch()
    let pi = sketch.number(.pi)
    let scaled = sketch(
      "multiply", sketch.number(2),
      sketch("multiply", pi, sketch("multiply", sketch.number(3), sketch.x)))
    let expected = sketch("multiply", sketch.number(6), pi, sketch.x)
    #expect(Simplifier.simplify(&sketch.graph, [scaled]).roots == [expected])
    let zero = sketch("add", pi, sketch("negate", pi))
    #expect(Simplifier.simplify(&sketch.graph, [zero]).roots == [sketch.number(0)])
  }
}
