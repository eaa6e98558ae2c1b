import ADCCalculus
import ADCMachine
import Testing

@Suite("Where a value stopped being finite")
struct DiagnosisTests {
  private func program(_ sketch: Sketch, _ root: NodeID) throws -> Program {
    let tag = SourceTag(line: 3, column: 5, text: "let r = sum(log(x) * 2)")
    let request = FunctionRequest(name: "f", outputs: [("r", root)])
    return try Program.lower(sketch.graph, [request]) { _ in tag }
  }

  @Test("the operation, its operand, the row and the line")
  func elementwise() throws {
    var sketch = Sketch()
    let x = sketch.symbol("x", [Dimension(named: "n"), 2])
    let logarithm = try sketch.apply("log", [x])
    let doubled = try sketch.apply("multiply", [logarithm, sketch.number(2)])
    let sum = try sketch.apply("sum", [doubled], .axes([0, 1], keep: false))
    let program = try program(sketch, sum)
    let function = try BoundFunction(program, function: "f", sizes: ["n": 400])
    let memory = SymbolMemory(program)
    memory.set(0, (0..<800).map { $0 == 667 ? -1 : 1 + Double($0) })
    try function.run(memory)
    #expect(function.scalar(ofOutput: 0).isNaN)
    let origin = try #require(function.firstNonFinite(memory))
    #expect(origin.operation == "log")
    #expect(origin.operands == [-1])
    #expect(origin.index == [333, 1])
    #expect(origin.place(along: "n") == 333)
    #expect(origin.place(along: "m") == nil)
    #expect(origin.tag?.line == 3)
  }

  @Test("a symbol that was not finite, a sum that overflows, and nothing at all")
  func others() throws {
    var sketch = Sketch()
    let x = sketch.symbol("x", [3])
    let sum = try sketch.apply("sum", [x], .axes([0], keep: false))
    let program = try program(sketch, sum)
    let function = try BoundFunction(program, function: "f", sizes: [:])
    let memory = SymbolMemory(program)
    memory.set(0, [1, .infinity, 2])
    let symbol = try #require(function.firstNonFinite(memory))
    #expect(symbol.isSymbol && symbol.operation == "x" && symbol.index == [1])
    memory.set(0, [1e308, 1e308, 2])
    #expect(function.firstNonFinite(memory)?.operation == "sum")
    memory.set(0, [1, 2, 3])
    #expect(function.firstNonFinite(memory)?.operation == nil)
  }

  @Test("a listing names operators, shapes and lines")
  func listing() throws {
    var sketch = Sketch()
    let x = sketch.symbol("x", [Dimension(named: "n"), 2])
    let product = try sketch.apply("matmul", [sketch.apply("transpose", [x]), x])
    let logarithm = try sketch.apply("log", [product])
    let text = try program(sketch, logarithm).disassembly(function: "f")
    #expect(text.contains("b0 [2, 2] = matmul(x', x)"))
    #expect(text.contains("b1 = log(b0)"))
    #expect(text.contains("; 3: let r = sum(log(x) * 2)"))
  }
}
