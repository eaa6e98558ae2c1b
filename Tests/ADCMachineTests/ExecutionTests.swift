import ADCCalculus
import ADCMachine
import Testing

@Suite("Programs compute what their graphs say")
struct ExecutionTests {
  @Test("elementwise work, broadcast operands and reductions over every kind of axes")
  func reductions() throws {
    var sketch = Sketch()
    let x = sketch.symbol("x", [Dimension(named: "n"), 3])
    let b = sketch.symbol("b", [3])
    let sum = try sketch.apply("add", [x, b, sketch.number(1)])
    let all = try sketch.apply("sum", [sum], .axes([0, 1], keep: false))
    let rows = try sketch.apply("max_over", [sum], .axes([1], keep: false))
    let columns = try sketch.apply("sum", [sum], .axes([0], keep: false))
    let results = try sketch.run(
      [sum, all, rows, columns], [[1, 2, 3, 4, 5, 6], [10, 20, 30]], sizes: ["n": 2])
    #expect(results[0] == [12, 23, 34, 15, 26, 37])
    #expect(results[1] == [147])
    #expect(results[2] == [34, 37])
    #expect(results[3] == [27, 49, 71])
  }

  @Test("matrix products of transposes and vectors")
  func products() throws {
    var sketch = Sketch()
    let a = sketch.symbol("a", [2, 3])
    let v = sketch.symbol("v", [3])
    let product = try sketch.apply("matmul", [a, sketch.apply("transpose", [a])])
    let vector = try sketch.apply("matmul", [a, v])
    let results = try sketch.run([product, vector], [[1, 2, 3, 4, 5, 6], [1, 0, -1]])
    #expect(results[0] == [14, 32, 32, 77])
    #expect(results[1] == [-2, -2])
  }

  @Test("updates are computed from the values before the run")
  func updates() throws {
    var sketch = Sketch()
    let a = sketch.symbol("a")
    let b = sketch.symbol("b")
    let sum = try sketch.apply("add", [a, b])
    let request = FunctionRequest(
      name: "step", outputs: [("a", a)], updates: [(a, b), (b, sum)])
    let program = try Program.lower(sketch.graph, [request])
    let memory = SymbolMemory(program)
    memory.set(0, [1])
    memory.set(1, [2])
    let step = try BoundFunction(program, function: "step", sizes: [:])
    try step.run(memory)
    #expect(memory.values(of: 0) == [2])
    #expect(memory.values(of: 1) == [3])
    #expect(step.scalar(ofOutput: 0) == 1)
    try step.run(memory)
    #expect(memory.values(of: 1) == [5])
  }
}
