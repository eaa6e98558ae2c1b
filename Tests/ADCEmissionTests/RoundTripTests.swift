import ADCCalculus
import ADCEmission
import ADCSyntax
import TestSupport
import Testing

@Suite("What is written reads back as the same values")
struct RoundTripTests {
  /// The model that a person would get: declarations, lines, and the last root as `value`.
  private func model(
    _ random: RandomExpression, _ graph: ExpressionGraph, _ root: NodeID, style: SharingStyle
  ) -> String {
    let written = Written(graph, [root], style: style)
    var text = ""
    for leaf in random.leaves {
      guard let symbol = graph.symbol(leaf) else { continue }
      text += "input \(symbol.name): \(symbol.shape.isScalar ? "[]" : symbol.shape.description)\n"
    }
    // Named sizes need an input that gives them.
    text += "input sizes: [n, m]\n"
    for line in written.lines { text += "let \(line.name) = \(line.text)\n" }
    return text + "let value = \(written.roots[0])\n"
  }

  private func compare(
    _ random: RandomExpression, _ graph: ExpressionGraph, _ root: NodeID, style: SharingStyle,
    _ label: String
  ) throws {
    var graph = graph
    let text = model(random, graph, root, style: style)
    var reading = try Reading(model: text)
    #expect(reading.graph.shape(reading.node) == graph.shape(root), "\(label)\n\(text)")
    let before = graph.prepare([root])
    let after = reading.graph.prepare([reading.node])
    let expected = ForwardEvaluator(random.evaluator(of: graph), .rounding).evaluate(before)[0]
    var symbols = [[Double]](repeating: [], count: reading.graph.symbols.count)
    for (leaf, values) in zip(reading.leaves, random.symbols) where leaf.name != "sizes" {
      symbols[reading.place(of: leaf.node)] = values
    }
    let evaluator = ReferenceEvaluator(
      graph: reading.graph, sizes: random.sizes, symbols: symbols)
    let found = ForwardEvaluator(evaluator, .rounding).evaluate(after)[0]
    #expect(found.value.sizes == expected.value.sizes, "\(label)\n\(text)")
    for place in expected.value.values.indices where place < found.value.values.count {
      let (value, other) = (expected.value.values[place], found.value.values[place])
      let error = expected.change.values[place] + found.change.values[place]
      if value == other || value.isNaN && other.isNaN || !error.isFinite { continue }
      #expect((value - other).magnitude <= 8 * error * 0x1p-53 + 1e-300, "\(label)\n\(text)")
    }
  }

  @Test("random expressions over numbers and arrays", arguments: 0..<80)
  func values(seed: Int) throws {
    let random = RandomExpression(
      seed: UInt64(seed), operations: 6 + seed % 20, .rewritable, scalarsOnly: seed % 3 == 0)
    for root in random.nodes.suffix(5) {
      for style in [SharingStyle.inline(limit: 10), .named] {
        try compare(random, random.graph, root, style: style, "seed \(seed)")
      }
    }
  }

  @Test("simplified gradients", arguments: 0..<60)
  func gradients(seed: Int) throws {
    var random = RandomExpression(
      seed: UInt64(seed), operations: 6 + seed % 14, .rewritable, scalarsOnly: seed % 3 == 0)
    let loss = random.scalar(ofLast: 2)
    var graph = random.graph
    let gradient = try graph.gradient(of: loss, by: random.leaves)
    let simple = Simplifier.simplify(&graph, gradient).roots
    for root in simple + gradient.prefix(2) {
      try compare(random, graph, root, style: .inline(limit: 40), "seed \(seed)")
    }
  }

  @Test("A tree of ten thousand nested calls is written in lines, and read again")
  func depth() throws {
    var graph = ExpressionGraph()
    let x = graph.symbol(Symbol(name: "x", role: .variable, shape: .scalar))
    var node = x
    for place in 0..<10_000 {
      node = graph.insert(.required(place % 2 == 0 ? "sin" : "cos"), [node])
      if place % 3 == 0 { node = graph.insert(.negate, [node]) }
      if place % 5 == 0 { node = graph.insert(.power, [node, graph.constant(2)]) }
    }
    for style in [SharingStyle.inline(limit: 40), .named] {
      let written = Written(graph, [node], style: style)
      #expect(written.lines.count > 100)
      #expect(written.lines.allSatisfy { $0.text.count < 4000 })
      let text =
        "input x: []\n" + written.lines.map { "let \($0.name) = \($0.text)\n" }.joined()
        + "let value = \(written.roots[0])\n"
      let reading = try Reading(model: text)
      let expected = ReferenceEvaluator(graph: graph, symbols: [[0.7]]).evaluate(node)
      let found = ReferenceEvaluator(graph: reading.graph, symbols: [[0.7]])
        .evaluate(reading.node)
      #expect(found == expected)
    }
  }
}

@Suite("How expressions are written")
struct WriterTests {
  private func written(_ text: String, taken: Set<String> = []) throws -> String {
    let reading = try Reading(text)
    return Written(reading.graph, [reading.node], taken: taken).roots[0]
  }

  @Test(
    "as they came",
    arguments: [
      "x - y + z", "x - (y - z)", "-x^2", "(-x)^2", "x^-2", "2^x^y", "(x^y)^2", "x/y/z", "x/(y*z)",
      "x*(y + z)", "-(x + y)", "-x*y", "x - -y", "if x < y then x else y", "x == y", "x != y",
      "x > 0", "x >= 0", "not x == y", "x < 1 and y < 2 or z < 3", "(x < 1 or y < 2) and z < 3",
      "pi*x", "2*e", "-pi", "inf", "-inf", "x*1e-300", "x*1e300", "0.1*x", "max(x, 0)",
      "atan2(y, x)", "1/3*x", "-1*x", "x + -1", "(if x < y then x else y) + 1",
    ])
  func identity(text: String) throws {
    let once = try written(text)
    #expect(try written(once) == once)
    let (before, after) = (try Reading(text), try Reading(once, variables: []))
    let names = before.leaves.map(\.name)
    #expect(after.leaves.map(\.name) == names)
    let point = names.indices.map { [0.4 + 0.7 * Double($0)] }
    let value = ReferenceEvaluator(graph: before.graph, symbols: point).evaluate(before.node)
    let other = ReferenceEvaluator(graph: after.graph, symbols: point).evaluate(after.node)
    #expect(value == other, "\(text) was written \(once)")
  }

  @Test("Numbers are the shortest that read back, and constants have their names")
  func numbers() throws {
    var graph = ExpressionGraph()
    let values = [
      0.1, -0.5, 1e21, 2.5e-300, .pi, -.pi, 2.718281828459045, .infinity, -.infinity, 3,
    ]
    let nodes = values.map { graph.constant($0) }
    let texts = Written(graph, nodes).roots
    #expect(
      texts == ["0.1", "-0.5", "1e+21", "2.5e-300", "pi", "-pi", "e", "inf", "-inf", "3"])
    let undefined = graph.constant(.nan)
    #expect(Written(graph, [undefined]).roots == ["0/0"])
  }

  @Test("A variable that is called like a constant or like a line keeps its name to itself")
  func collisions() throws {
    var graph = ExpressionGraph()
    func symbol(_ graph: inout ExpressionGraph, _ name: String) -> NodeID {
      graph.symbol(Symbol(name: name, role: .variable, shape: .scalar))
    }
    let (pi, t1) = (symbol(&graph, "pi"), symbol(&graph, "t1"))
    let number = graph.constant(.pi)
    let product = graph.insert(.multiply, [number, pi, t1])
    let call = graph.insert(.required("sin"), [product])
    let square = graph.insert(.multiply, [call, call])
    let written = Written(graph, [square], style: .named, taken: ["pi", "t1"])
    #expect(written.lines.map(\.name) == ["t2"])
    #expect(written.lines.map(\.text) == ["sin(3.141592653589793*pi*t1)"])
    #expect(written.roots == ["t2*t2"])
    let unaware = Written(graph, [square], style: .named)
    #expect(unaware.lines.map(\.name) == written.lines.map(\.name))
    #expect(unaware.lines.map(\.text) == written.lines.map(\.text))
  }

  @Test("What is used twice gets one line, and small things none")
  func sharing() throws {
    let reading = try Reading("exp(x*y + z)*sin(exp(x*y + z)) + x*y")
    let written = Written(reading.graph, [reading.node], style: .named)
    #expect(written.lines.count == 1)
    #expect(written.lines.first?.text == "exp(x*y + z)")
    #expect(written.roots == ["t1*sin(t1) + x*y"])
  }

  @Test("Nodes that the caller names are lines in that name")
  func names() throws {
    let reading = try Reading("sin(x + y)^2")
    let sine = reading.graph.operands(reading.node)[0]
    let written = Written(reading.graph, [reading.node], names: [sine: "wave"])
    #expect(written.lines.map(\.name) == ["wave"])
    #expect(written.roots == ["wave^2"])
  }
}
