import ADCCalculus
import TestSupport
import Testing

/// One function in several spellings, and where it has a kink.
private struct Spellings: Sendable, CustomTestStringConvertible {
  let name: String
  let kinks: [Double]
  let spellings: [@Sendable (inout Sketch) -> NodeID]

  var testDescription: String { name }
}

private struct Sketch {
  var graph = ExpressionGraph()
  let x: NodeID

  init() { x = graph.symbol(Symbol(name: "x", role: .variable, shape: .scalar)) }

  mutating func callAsFunction(_ name: String, _ operands: NodeID...) -> NodeID {
    graph.build(.required(name), operands)
  }

  mutating func number(_ value: Double) -> NodeID { graph.constant(value) }
}

private let functions: [Spellings] = [
  Spellings(
    name: "relu", kinks: [0],
    spellings: [
      { s in s("relu", s.x) }, { s in s("max", s.x, s.number(0)) },
      { s in s("max", s.number(0), s.x) },
      { s in s("select", s("less", s.number(0), s.x), s.x, s.number(0)) },
      { s in s("select", s("less_equal", s.number(0), s.x), s.x, s.number(0)) },
      { s in s("select", s("less", s.x, s.number(0)), s.number(0), s.x) },
      { s in s("select", s("less_equal", s.x, s.number(0)), s.number(0), s.x) },
      { s in s("select", s("not", s("less", s.number(0), s.x)), s.number(0), s.x) },
      { s in s("clamp", s.x, s.number(0), s.number(.infinity)) },
      { s in s("negate", s("min", s("negate", s.x), s.number(0))) },
      { s in s("multiply", s.x, s("step", s.x)) },
    ]),
  Spellings(
    name: "abs", kinks: [0],
    spellings: [
      { s in s("abs", s.x) }, { s in s("max", s.x, s("negate", s.x)) },
      { s in s("max", s("negate", s.x), s.x) },
      { s in s("negate", s("min", s.x, s("negate", s.x))) },
      { s in s("select", s("less", s.number(0), s.x), s.x, s("negate", s.x)) },
      { s in s("select", s("less_equal", s.number(0), s.x), s.x, s("negate", s.x)) },
      { s in s("select", s("less", s.x, s.number(0)), s("negate", s.x), s.x) },
      { s in s("select", s("less_equal", s.x, s.number(0)), s("negate", s.x), s.x) },
      { s in s("multiply", s.x, s("sign", s.x)) },
    ]),
  Spellings(
    name: "clamp", kinks: [-1, 2],
    spellings: [
      { s in s("clamp", s.x, s.number(-1), s.number(2)) },
      { s in s("min", s("max", s.x, s.number(-1)), s.number(2)) },
      { s in s("max", s("min", s.number(2), s.x), s.number(-1)) },
      { s in
        let inner = s("select", s("less", s.number(2), s.x), s.number(2), s.x)
        return s("select", s("less", s.x, s.number(-1)), s.number(-1), inner)
      },
      { s in
        let inner = s("select", s("less_equal", s.x, s.number(2)), s.x, s.number(2))
        return s("select", s("less_equal", s.number(-1), s.x), inner, s.number(-1))
      },
    ]),
]

@Suite("Kinks")
struct KinkTests {
  @Test("Every spelling has the same value and derivatives, at the kink too", arguments: functions)
  fileprivate func spellings(item: Spellings) throws {
    for point in item.kinks + [-3, -0.5, 0.5, 3] {
      var expected: [Double]?
      for (place, spelling) in item.spellings.enumerated() {
        var sketch = Sketch()
        let value = spelling(&sketch)
        let slope = try sketch.graph.gradient(of: value, by: [sketch.x])[0]
        let bend = try sketch.graph.gradient(of: slope, by: [sketch.x])[0]
        let forward = try sketch.graph.jvp(
          of: [value], along: [sketch.x: sketch.graph.constant(1)])[0]
        let simple = Simplifier.simplify(&sketch.graph, [slope]).roots[0]
        let prepared = sketch.graph.prepare([value, slope, bend, forward, simple])
        let found = ReferenceEvaluator(graph: sketch.graph, symbols: [[point]])
          .evaluate(prepared).map { $0.values[0] }
        #expect(found[3] == found[1] && found[4] == found[1], "\(item.name) \(place) at \(point)")
        if let expected {
          #expect(Array(found.prefix(3)) == expected, "\(item.name) \(place) at \(point)")
        }
        expected = expected ?? Array(found.prefix(3))
      }
    }
  }

  @Test("What a condition says is a kink is one that the operator states")
  func conditions() {
    for op in Catalogue.operators where op.isAtKink != nil {
      #expect(!op.kinks.isEmpty, "\(op.name)")
    }
  }

  @Test("Conditions hold at kinks and nowhere else")
  func holds() throws {
    let cases: [(name: String, at: [Double], apart: [Double])] = [
      ("abs", [0], [0.1]), ("relu", [0], [-1]), ("floor", [2], [2.5]), ("ceil", [-1], [0.5]),
      ("round", [1.5], [1]), ("max", [2, 2], [1, 2]), ("min", [2, 2], [1, 2]), ("sqrt", [0], [1]),
      ("hypot", [0, 0], [0, 1]), ("less", [1, 1], [1, 2]),
    ]
    for (name, at, apart) in cases {
      var graph = ExpressionGraph()
      let operands = at.map { _ in
        graph.symbol(Symbol(name: "x", role: .variable, shape: .scalar))
      }
      let node = graph.insert(.required(name), operands)
      let isAtKink = try #require(graph.op(node).isAtKink)
      let condition = isAtKink(&graph, node)
      for (point, expected) in [(at, 1.0), (apart, 0.0)] {
        let found = ReferenceEvaluator(graph: graph, symbols: point.map { [$0] })
          .evaluate(condition).values[0]
        #expect(found == expected, "\(name) at \(point)")
      }
    }
  }
}
