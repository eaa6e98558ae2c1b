import ADCCalculus
import ADCMachine
import TestSupport
import Testing

@Suite("Loops hold what belongs together")
struct FusionTests {
  private func loops(_ program: Program) -> [LoopKernel] {
    program.functions[0].instructions.compactMap { instruction in
      if case .loop(let kernel) = instruction { kernel } else { nil }
    }
  }

  @Test("a loss and five gradients are one loop over the data")
  func curve() throws {
    var sketch = Sketch()
    let n = Dimension(named: "n")
    let x = sketch.symbol("x", [n], .input)
    let y = sketch.symbol("y", [n], .input)
    let p = ["a", "b", "c", "d", "w"].map { sketch.symbol($0) }
    let decay = try sketch.apply("exp", [sketch.apply("multiply", [p[1], x])])
    let wave = try sketch.apply("sin", [sketch.apply("multiply", [p[4], x])])
    let left = try sketch.apply("multiply", [p[0], decay])
    let right = try sketch.apply("multiply", [p[2], wave])
    let model = try sketch.apply("add", [left, right, p[3]])
    let residual = try sketch.apply("subtract", [y, model])
    let squares = try sketch.apply("multiply", [residual, residual])
    let sum = try sketch.apply("sum", [squares], .axes([0], keep: false))
    let size = sketch.graph.insert(.size, [], .dimension(n))
    let loss = try sketch.apply("divide", [sum, size])
    let gradient = try sketch.graph.gradient(of: loss, by: p)
    let request = FunctionRequest(
      name: "gradient",
      outputs: ([loss] + gradient).enumerated().map { ("\($0)", $1) })
    let program = try Program.lower(sketch.graph, [request])
    let wide = loops(program).filter { !$0.space.isScalar }
    #expect(wide.count == 1)
    #expect(wide[0].reductions.count == 6)
    #expect(wide[0].stores.isEmpty)

    let function = try BoundFunction(program, function: "gradient", sizes: ["n": 1000])
    let memory = SymbolMemory(program)
    let points = (0..<1000).map { Double($0) * 0.01 }
    let symbols = [points, points.map { $0 * 0.3 }, [2], [-0.3], [0.7], [0.1], [1.3]]
    for (place, values) in symbols.enumerated() { memory.set(place, values) }
    try function.run(memory)
    let reference = ReferenceEvaluator(
      graph: sketch.graph, sizes: ["n": 1000], symbols: symbols)
    for (place, node) in ([loss] + gradient).enumerated() {
      let expected = reference.evaluate(node).values[0]
      let found = function.scalar(ofOutput: place)
      #expect((found - expected).magnitude <= 1e-12 * max(1, expected.magnitude))
    }
  }

  @Test("shared chains and long ones take time in proportion")
  func chains() throws {
    var sketch = Sketch()
    let x = sketch.symbol("x")
    var shared = x
    for _ in 0..<60 { shared = try sketch.apply("multiply", [shared, shared]) }
    #expect(try sketch.run([shared], [[1]])[0][0] == 1)
    let program = try Program.lower(
      sketch.graph, [FunctionRequest(name: "f", outputs: [("r", shared)])])
    #expect(loops(program).map(\.steps.count) == [60])
    #expect(loops(program).map(\.registerCount) == [1])

    var long = x
    let half = sketch.number(0.5)
    for _ in 0..<100_000 {
      long = try sketch.apply("multiply", [sketch.apply("add", [long, x]), half])
    }
    #expect(try sketch.run([long], [[3]])[0][0] == 3)
  }

  @Test("what only a later loop reads is computed there")
  func sinking() throws {
    var sketch = Sketch()
    let x = sketch.symbol("x", [100])
    let m = sketch.symbol("m", [100])
    let decayed = try sketch.apply("multiply", [m, sketch.number(0.9)])
    let total = try sketch.apply("sum", [x], .axes([0], keep: false))
    let scaled = try sketch.apply("divide", [x, total])
    let root = try sketch.apply("add", [decayed, scaled])
    let program = try Program.lower(
      sketch.graph, [FunctionRequest(name: "f", outputs: [("r", root)])])
    #expect(loops(program).map(\.stores.count) == [0, 1])
  }

  @Test("what would make its operand be stored instead stays where the operand is")
  func stayingBack() throws {
    var sketch = Sketch()
    let x = sketch.symbol("x", [100])
    let m = sketch.symbol("m", [100])
    let inner = try sketch.apply("add", [x, m])
    let sum = try sketch.apply("sum", [sketch.apply("tanh", [inner])], .axes([0], keep: false))
    let slope = try sketch.apply("cosh", [inner])
    let squared = try sketch.apply("multiply", [slope, slope])
    let root = try sketch.apply("multiply", [squared, sum])
    let program = try Program.lower(
      sketch.graph, [FunctionRequest(name: "f", outputs: [("r", root)])])
    #expect(loops(program).map(\.steps.count) == [5, 1])
    #expect(loops(program).map(\.stores.count) == [1, 1])
    let values = (0..<100).map { Double($0) / 50 - 1 }
    let reference = ReferenceEvaluator(graph: sketch.graph, sizes: [:], symbols: [values, values])
    let expected = reference.evaluate(root).values
    for (found, value) in zip(try sketch.run([root], [values, values])[0], expected) {
      #expect((found - value).magnitude <= 1e-13 * max(1, value.magnitude))
    }
  }

  @Test("sums over rows are as good as in twice the precision", arguments: [[0, 1], [0], [0, 2]])
  func compensation(axes: [Int]) throws {
    var sketch = Sketch()
    let n = 20_000
    let x = sketch.symbol("x", [Dimension(named: "n"), 2, 3])
    let sum = try sketch.apply("sum", [x], .axes(axes, keep: false))
    // Large numbers that cancel around small ones, which plain sums of rows lose.
    var values = [Double](repeating: 0.1, count: n * 6)
    for place in 0..<6 {
      values[place] = 1e9
      values[(n - 1) * 6 + place] = -1e9
    }
    let kept = 6 / axes.reduce(1) { $0 * [1, 2, 3][$1] }
    let results = try sketch.run([sum], [values], sizes: ["n": n])[0]
    let expected = 0.1 * Double((n - 2) * 6 / kept)
    #expect(results.count == kept)
    #expect(results.allSatisfy { ($0 - expected).magnitude < 1e-4 })
  }
}
