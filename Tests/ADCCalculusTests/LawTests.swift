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

  /// A function by name, after its operand, for use in closures over names.
  mutating func callAsFunction(_ operand: NodeID, _ name: String) -> NodeID {
    self(name, operand)
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

extension LawSketch {
  /// n numbers, each more than the one before by a state that stays, or by a value of all steps.
  mutating func growing(from first: NodeID, by more: NodeID, isState: Bool) -> NodeID {
    if leaves.isEmpty { leaves = (0..<3).map { _ in graph.symbol(Self.step) } }
    let next = graph.insert(.add, [leaves[1], leaves[2]])
    let states = isState ? [leaves[1], leaves[2]] : [leaves[1]]
    let body = Recurrence(
      steps: n, index: leaves[0], states: states, rows: [], shared: isState ? [] : [leaves[2]],
      next: isState ? [next, leaves[2]] : [next], collected: [next])
    return graph.result(2 * states.count, of: graph.scan(body, [first, more]))
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
  LawCase(.diagonalProduct) { s in
    s("multiply", s("eye", attribute: .shape(Shape([n, n]))), s.v)
  } becomes: { s in
    s("diagonal_matrix", s.v)
  },
  LawCase(.diagonalMatrix) { s in
    s("add", s("diagonal_matrix", s.v), s("diagonal_matrix", s("sin", s.v)))
  } becomes: { s in
    s("diagonal_matrix", s("add", s.v, s("sin", s.v)))
  },
  LawCase(.outerProduct) { s in
    s("add", s.a, s("multiply", s.reshaped(s.v, n, 1), s.reshaped(s("sin", s.v), 1, n)))
  } becomes: { s in
    s("add", s.a, s("outer", s.v, s("sin", s.v)))
  },
  LawCase(.symmetricMatrix) { s in
    s("symmetric", s("add", s.a, s("transpose", s.a)))
  } becomes: { s in
    s("add", s.a, s("transpose", s.a))
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
  LawCase(.fixedStates) { s in
    s.growing(from: s.x, by: s.y, isState: true)
  } becomes: { s in
    s.growing(from: s.x, by: s.y, isState: false)
  },
  LawCase(.nestedShapes) { s in
    s.reshaped(s.reshaped(s.v, n, 1), 1, n)
  } becomes: { s in
    s.reshaped(s.v, 1, n)
  },
  LawCase(.functionOfInverse) { s in
    s("add", s("exp", s("log", s.x)), s("exp", s("multiply", s.number(3), s("log", s.y))))
  } becomes: { s in
    s("add", s.x, s("power", s.y, s.number(3)))
  },
  LawCase(.inverseOfFunction) { s in
    s("asinh", s("sinh", s.x))
  } becomes: { s in
    s.x
  },
  LawCase(.commonDenominator) { s in
    let one = s("add", s.x, s.number(1))
    let square = s("power", s("divide", s.x, one), s.number(2))
    return s("add", s("divide", s.x, one), s("negate", square))
  } becomes: { s in
    s("divide", s.x, s("power", s("add", s.x, s.number(1)), s.number(2)))
  },
  LawCase(.squaresOfFunctions) { s in
    s("add", s("power", s("sin", s.x), s.number(2)), s("power", s("cos", s.x), s.number(2)))
  } becomes: { s in
    s.number(1)
  },
  LawCase(.quotientOfPair) { s in
    s("divide", s("sinh", s.x), s("cosh", s.x))
  } becomes: { s in
    s("tanh", s.x)
  },
  LawCase(.doubleAngle) { s in
    s("multiply", s.number(2), s("sin", s.x), s("cos", s.x))
  } becomes: { s in
    s("sin", s("multiply", s.number(2), s.x))
  },
  LawCase(.productOfExponentials) { s in
    s("divide", s("exp", s("add", s.x, s.number(1))), s("exp", s.x))
  } becomes: { s in
    s("exp", s.number(1))
  },
  LawCase(.powerOfExponential) { s in
    s("power", s("exp", s("negate", s("sin", s.x))), s.number(3))
  } becomes: { s in
    s("exp", s("multiply", s.number(-3), s("sin", s.x)))
  },
  LawCase(.productOfRoots) { s in
    s("multiply", s("sqrt", s.x), s("sqrt", s.y))
  } becomes: { s in
    s("sqrt", s("multiply", s.x, s.y))
  },
  LawCase(.rootsOfOneBase) { s in
    s("divide", s.x, s("sqrt", s.x))
  } becomes: { s in
    s("sqrt", s.x)
  },
  LawCase(.knownSign) { s in
    s("abs", s("multiply", s("exp", s.x), s("cosh", s.y)))
  } becomes: { s in
    s("multiply", s("exp", s.x), s("cosh", s.y))
  },
  LawCase(.signOfItself) { s in
    s("multiply", s.x, s("sign", s.x))
  } becomes: { s in
    s("abs", s.x)
  },
  LawCase(.signInside) { s in
    let product = s("multiply", s("exp", s.x), s("add", s.x, s("negate", s.y)))
    let other = s("tanh", s("add", s.y, s("negate", s.x)))
    return s("add", s("sin", s("negate", product)), other)
  } becomes: { s in
    let difference = s("add", s.y, s("negate", s.x))
    return s("add", s("sin", s("multiply", s("exp", s.x), difference)), s("tanh", difference))
  },
  LawCase(.signOfFactor) { s in
    s("multiply", s.number(-2), s("add", s.number(1), s("negate", s.x)))
  } becomes: { s in
    s("multiply", s.number(2), s("add", s.x, s.number(-1)))
  },
  LawCase(.sharedFactors) { s in
    let sine = s("sin", s.y)
    let products = ["exp", "tanh"].map { s("multiply", s(s.x, $0), s.y, sine) }
    return s("add", s("cos", products[0]), s("cos", products[1]))
  } becomes: { s in
    let shared = s("multiply", s.y, s("sin", s.y))
    let products = ["exp", "tanh"].map { s("multiply", s(s.x, $0), shared) }
    return s("add", s("cos", products[0]), s("cos", products[1]))
  },
  LawCase(.lengthCancelled) { s in
    let length = s("norm", s.v, attribute: .axes([0], keep: false))
    return s("multiply", length, s("inverse_length", length), s.v)
  } becomes: { s in
    s.v
  },
  LawCase(.cubeRootOfCube) { s in
    s("cbrt", s("power", s.x, s.number(3)))
  } becomes: { s in
    s.x
  },
  LawCase(.sigmoidOfOpposite) { s in
    let (one, sigmoid) = (s.number(1), s("sigmoid", s.x))
    let rest = s("multiply", s("add", one, s("negate", s.y)), sigmoid)
    let other = s("multiply", s.y, s("sigmoid", s("negate", s.x)))
    return s("add", rest, s("negate", other))
  } becomes: { s in
    s("add", s("sigmoid", s.x), s("negate", s.y))
  },
  LawCase(.sumOfTable) { s in
    s.sum(s.graph.table(Table(shape: Shape([3]), values: [1, 2, 4])), 0)
  } becomes: { s in
    s.number(7)
  },
  LawCase(.sumOfSoftmax) { s in
    let u = s.graph.symbol(Symbol(name: "u", role: .variable, shape: Shape([3])))
    return s.sum(s("softmax", u, attribute: .axes([0], keep: true)), 0)
  } becomes: { s in
    s.number(1)
  },
  LawCase(.sumOfPadding) { s in
    s.sum(s("pad", s.v, attribute: .window(starts: [1], sizes: Shape([n + 3]))), 0)
  } becomes: { s in
    s.sum(s.v, 0)
  },
  LawCase(.softmaxQuotient) { s in
    s("divide", s("exp", s.v), s.sum(s("exp", s.v), 0))
  } becomes: { s in
    s("softmax", s.v, attribute: .axes([0], keep: true))
  },
  LawCase(.entries) { s in
    let (first, second) = (s.spread(s.x, 1), s.spread(s.y, 1))
    return s(
      "add", s("pad", first, attribute: .window(starts: [0], sizes: Shape([2]))),
      s("pad", second, attribute: .window(starts: [1], sizes: Shape([2]))))
  } becomes: { s in
    s("concat", s.spread(s.x, 1), s.spread(s.y, 1), attribute: .axis(0))
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

  @Test("have names and statements, each of its own, and a case here")
  func names() {
    let laws = Set(cases.map(\.law))
    for law in Law.shortening { #expect(laws.contains(law), "\(law.name)") }
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
