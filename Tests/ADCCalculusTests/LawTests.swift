import ADCCalculus
import TestSupport
import Testing

/// An expression that a law shortens, and what comes of it.
private struct LawCase: Sendable, CustomTestStringConvertible {
  let law: Law
  let before: @Sendable (inout LawSketch) -> NodeID
  let after: @Sendable (inout LawSketch) -> NodeID

  init(
    _ law: Law, _ before: @escaping @Sendable (inout LawSketch) -> NodeID,
    becomes after: @escaping @Sendable (inout LawSketch) -> NodeID
  ) {
    self.law = law
    self.before = before
    self.after = after
  }

  var testDescription: String { law.name }
}

/// A graph with two scalars, a vector of n, and a square matrix.
private struct LawSketch {
  var graph = ExpressionGraph()
  let x: NodeID
  let y: NodeID
  let v: NodeID
  let a: NodeID
  var leaves: [NodeID] = []

  init() {
    let n = Dimension(named: "n")
    func symbol(_ graph: inout ExpressionGraph, _ name: String, _ dimensions: [Dimension]) -> NodeID
    {
      graph.symbol(Symbol(name: name, role: .variable, shape: Shape(dimensions)))
    }
    x = symbol(&graph, "x", [])
    y = symbol(&graph, "y", [])
    v = symbol(&graph, "v", [n])
    a = symbol(&graph, "a", [n, n])
  }

  mutating func callAsFunction(
    _ name: String, _ operands: NodeID..., attribute: Attribute = .none
  ) -> NodeID {
    graph.insert(.required(name), operands, attribute)
  }

  mutating func number(_ value: Double) -> NodeID { graph.constant(value) }

  mutating func sum(_ node: NodeID, _ axes: Int...) -> NodeID {
    graph.insert(.sum, [node], .axes(axes, keep: false))
  }

  mutating func spread(_ node: NodeID, _ dimensions: Dimension...) -> NodeID {
    graph.insert(.broadcast, [node], .shape(Shape(dimensions)))
  }

  mutating func reshaped(_ node: NodeID, _ dimensions: Dimension...) -> NodeID {
    graph.insert(.reshape, [node], .shape(Shape(dimensions)))
  }
}

private let n = Dimension(named: "n")

extension LawSketch {
  private static let step = Symbol(name: "t", role: .step, shape: .scalar)

  /// n numbers, each twice the one before, in a scan that may have a second state; or the last of
  /// them.
  mutating func doubling(
    from first: NodeID, beside other: NodeID? = nil, collects: Bool = true
  ) -> NodeID {
    if leaves.isEmpty { leaves = (0..<3).map { _ in graph.symbol(Self.step) } }
    let next = graph.insert(.multiply, [graph.constant(2), leaves[1]])
    let second = self("sin", leaves[2])
    let count = other == nil ? 1 : 2
    let body = Recurrence(
      steps: n, index: leaves[0], states: Array(leaves[1...count]), rows: [], shared: [],
      next: Array([next, second].prefix(count)), collected: collects ? [next] : [])
    let scan = graph.scan(body, [first] + (other.map { [$0] } ?? []))
    return graph.result(collects ? 2 * count : 0, of: scan)
  }
}

private let cases: [LawCase] = [
  LawCase(.constants) { s in
    s("add", s.number(1), s.number(2))
  } becomes: { s in
    s.number(3)
  },
  LawCase(.flatSum) { s in
    s("add", s.x, s("add", s.y, s("sin", s.x)))
  } becomes: { s in
    s("add", s.x, s.y, s("sin", s.x))
  },
  LawCase(.likeTerms) { s in
    s("add", s("multiply", s.number(2), s.x), s("multiply", s.number(3), s.x))
  } becomes: { s in
    s("multiply", s.number(5), s.x)
  },
  LawCase(.commonFactors) { s in
    let f = s("exp", s("sin", s.x))
    return s("add", s("multiply", s.x, f), s("multiply", s.y, f))
  } becomes: { s in
    s("multiply", s("exp", s("sin", s.x)), s("add", s.x, s.y))
  },
  LawCase(.identityMatrix) { s in
    s("matmul", s("eye", attribute: .shape(Shape([n, n]))), s.a)
  } becomes: { s in
    s.a
  },
  LawCase(.flatProduct) { s in
    s("divide", s("divide", s.x, s.y), s("sin", s.x))
  } becomes: { s in
    s("divide", s.x, s("multiply", s.y, s("sin", s.x)))
  },
  LawCase(.likeFactors) { s in
    s("multiply", s("power", s.x, s.number(2)), s.x)
  } becomes: { s in
    s("power", s.x, s.number(3))
  },
  LawCase(.zeroFactor) { s in
    s("multiply", s.number(0), s.x)
  } becomes: { s in
    s.number(0)
  },
  LawCase(.powerOfPower) { s in
    let square = s("power", s.x, s.number(2))
    // Used twice, so that the power above it looks into it.
    return s("add", s("power", square, s.number(3)), s("sin", square))
  } becomes: { s in
    let square = s("power", s.x, s.number(2))
    return s("add", s("power", s.x, s.number(6)), s("sin", square))
  },
  LawCase(.rootOfSquare) { s in
    s("sqrt", s("power", s.x, s.number(2)))
  } becomes: { s in
    s("abs", s.x)
  },
  LawCase(.squareOfRoot) { s in
    s("power", s("sqrt", s.x), s.number(2))
  } becomes: { s in
    s.x
  },
  LawCase(.evenFunction) { s in
    s("cos", s("negate", s.x))
  } becomes: { s in
    s("cos", s.x)
  },
  LawCase(.logOfExponential) { s in
    s("log", s("exp", s.x))
  } becomes: { s in
    s.x
  },
  LawCase(.choice) { s in
    s("select", s.number(1), s.x, s.y)
  } becomes: { s in
    s.x
  },
  LawCase(.doubleTranspose) { s in
    s("transpose", s("transpose", s.a))
  } becomes: { s in
    s.a
  },
  LawCase(.scalarOutOfProduct) { s in
    s("matmul", s("multiply", s.x, s.a), s.v)
  } becomes: { s in
    s("multiply", s.x, s("matmul", s.a, s.v))
  },
  LawCase(.scalarOutside) { s in
    s("transpose", s("multiply", s.x, s.a))
  } becomes: { s in
    s("multiply", s.x, s("transpose", s.a))
  },
  LawCase(.scalarOutOfSum) { s in
    s.sum(s("multiply", s.x, s.v), 0)
  } becomes: { s in
    s("multiply", s.x, s.sum(s.v, 0))
  },
  LawCase(.nestedSums) { s in
    s.sum(s.sum(s.a, 1), 0)
  } becomes: { s in
    s.sum(s.a, 0, 1)
  },
  LawCase(.sumOfRepeats) { s in
    s.sum(s.spread(s.x, n), 0)
  } becomes: { s in
    s("multiply", s("size", attribute: .dimension(n)), s.x)
  },
  LawCase(.implicitBroadcast) { s in
    s("add", s.spread(s.x, n), s.v)
  } becomes: { s in
    s("add", s.x, s.v)
  },
  LawCase(.sumOfProducts) { s in
    let (left, right) = (s.reshaped(s.a, n, n, 1), s.reshaped(s("exp", s.a), 1, n, n))
    return s.sum(s("multiply", left, right), 1)
  } becomes: { s in
    s("matmul", s.a, s("exp", s.a))
  },
  LawCase(.sumOfProducts) { s in
    let left = s.reshaped(s.v, n, 1)
    return s.sum(s("multiply", left, s.a, s.v), 0, 1)
  } becomes: { s in
    s("matmul", s.v, s("matmul", s.v, s.a))
  },
  LawCase(.nestedPermutations) { s in
    let cube = s.reshaped(s.a, n, 1, n)
    return s(
      "permute", s("permute", cube, attribute: .permutation([1, 2, 0])),
      attribute: .permutation([1, 2, 0]))
  } becomes: { s in
    s("permute", s.reshaped(s.a, n, 1, n), attribute: .permutation([2, 0, 1]))
  },
  LawCase(.lastState) { s in
    let states = s.doubling(from: s.x)
    let last = s(
      "slice", states, attribute: .window(starts: [n - 1], sizes: Shape([1])))
    return s.reshaped(last)
  } becomes: { s in
    s.doubling(from: s.x, collects: false)
  },
  LawCase(.deadStates) { s in
    s.doubling(from: s.x, beside: s.y)
  } becomes: { s in
    s.doubling(from: s.x)
  },
  LawCase(.nestedShapes) { s in
    s.reshaped(s.reshaped(s.v, n, 1), 1, n)
  } becomes: { s in
    s.reshaped(s.v, 1, n)
  },
]

@Suite("Laws")
struct LawTests {
  @Test("fire where they apply, and give what they say", arguments: cases)
  fileprivate func firing(item: LawCase) {
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

  @Test("have names and statements, each of its own")
  func names() {
    let laws = Set(cases.map(\.law))
    #expect(Set(laws.map(\.name)).count == laws.count)
    #expect(Set(laws.map(\.statement)).count == laws.count)
  }

  @Test("that fire in random expressions all have a case here")
  func isComplete() throws {
    let tested = Set((cases.map(\.law) + Law.stabilizing + Law.matrices).map(\.name))
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
    // sqrt(x)^2 is x, but sqrt(x^2) is not; log(exp(x)) is x, exp(log(x)) is not for x < 0.
    let kept = [
      sketch("exp", sketch("log", s.x)), sketch("sin", sketch("negate", s.x)),
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
