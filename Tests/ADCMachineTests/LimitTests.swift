import ADCCalculus
import ADCMachine
import Testing

@Suite("What cannot be bound or run says why")
struct LimitTests {
  private func program(
    _ sketch: Sketch, _ root: NodeID, updates: [(symbol: NodeID, value: NodeID)] = []
  ) throws -> Program {
    let request = FunctionRequest(name: "f", outputs: [("r", root)], updates: updates)
    return try Program.lower(sketch.graph, [request])
  }

  @Test("sizes that are missing, negative, out of range or too large")
  func sizes() throws {
    var sketch = Sketch()
    let n = Dimension(named: "n")
    let x = sketch.symbol("x", [n])
    let tail = try sketch.apply(
      "slice", [x], .window(starts: [2], sizes: Shape([n - 2])))
    let root = try sketch.apply("exp", [tail])
    let program = try program(sketch, root)
    #expect(throws: MachineError.missingSize("n")) {
      try BoundFunction(program, function: "f", sizes: [:])
    }
    #expect(throws: MachineError.noFunction("g")) {
      try BoundFunction(program, function: "g", sizes: ["n": 3])
    }
    #expect(throws: MachineError.self) {
      try BoundFunction(program, function: "f", sizes: ["n": 1])
    }
    #expect(throws: MachineError.self) {
      try BoundFunction(program, function: "f", sizes: ["n": -1])
    }
    #expect(throws: MachineError.self) {
      try BoundFunction(program, function: "f", sizes: ["n": .max])
    }
    #expect(throws: MachineError.self) {
      try BoundFunction(
        program, function: "f", sizes: ["n": 10_000], limits: MachineLimits(bytes: 50_000))
    }
    #expect(try BoundFunction(program, function: "f", sizes: ["n": 2]).sizes(ofOutput: 0) == [0])
  }

  @Test("symbols without values, and borrowed ones that are updated")
  func symbols() throws {
    var sketch = Sketch()
    let x = sketch.symbol("x", [3])
    let root = try sketch.apply("exp", [x])
    let program = try program(sketch, root, updates: [(x, root)])
    let function = try BoundFunction(program, function: "f", sizes: [:])
    let memory = SymbolMemory(program)
    #expect(throws: MachineError.missingValues(symbol: "x", expected: 3, found: 0)) {
      try function.run(memory)
    }
    let data = [0.0, 1, 2]
    try data.withUnsafeBufferPointer { values in
      let base = try #require(values.baseAddress)
      memory.borrow(0, base, count: 3)
      try function.evaluate(memory)
      #expect(throws: MachineError.readOnly(symbol: "x")) { try function.commit(memory) }
    }
    #expect(function.values(ofOutput: 0)[0] == 1)
  }

  @Test("an index that is no row", arguments: [-1, 4, 1.5, .nan, .infinity, 1e300])
  func indices(bad: Double) throws {
    var sketch = Sketch()
    let table = sketch.symbol("table", [4, 2])
    let index = sketch.symbol("index", [3])
    let rows = try sketch.apply("gather", [table, index])
    let back = try sketch.apply("scatter_add", [rows, index], .shape(Shape([4, 2])))
    for root in [rows, back] {
      let program = try program(sketch, root)
      let function = try BoundFunction(program, function: "f", sizes: [:])
      let memory = SymbolMemory(program)
      memory.set(0, [0, 1, 2, 3, 4, 5, 6, 7])
      memory.set(1, [3, 0, 3])
      try function.run(memory)
      let expected: [Double] = root == rows ? [6, 7, 0, 1, 6, 7] : [0, 1, 0, 0, 0, 0, 12, 14]
      #expect(function.values(ofOutput: 0) == expected)
      memory.set(1, [3, bad, 3])
      do throws(MachineError) {
        try function.run(memory)
        Issue.record("\(bad) passes for a row")
      } catch {
        guard case .indexOutOfRange(element: 1, value: _, rows: 4) = error else {
          Issue.record("\(error)")
          return
        }
      }
    }
  }
}
