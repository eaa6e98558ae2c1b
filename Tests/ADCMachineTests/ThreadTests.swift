import ADCCalculus
import ADCMachine
import ADCPlatform
import Synchronization
import TestSupport
import Testing

@Suite("Threads share work")
struct ThreadTests {
  @Test("every part is done once, by a worker that there is", arguments: [1, 2, 3, 7])
  func parts(threads: Int) {
    for count in [0, 1, 2, 5, 100, 1000] {
      let done = (0..<count).map { _ in Counter() }
      let strangers = Atomic<Int>(0)
      WorkerPool.shared.run(parts: count, threads: threads) { part, worker in
        if worker >= threads { strangers.add(1, ordering: .relaxed) }
        done[part].value.add(1, ordering: .relaxed)
      }
      #expect(strangers.load(ordering: .relaxed) == 0)
      #expect(done.allSatisfy { $0.value.load(ordering: .relaxed) == 1 })
    }
  }

  private final class Counter: Sendable {
    let value = Atomic<Int>(0)
  }

  @Test("and work within work is done alone")
  func nested() {
    let count = Atomic<Int>(0)
    WorkerPool.shared.run(parts: 8, threads: 3) { _, _ in
      WorkerPool.shared.run(parts: 8, threads: 3) { _, worker in
        if worker == 0 { count.add(1, ordering: .relaxed) }
      }
    }
    #expect(count.load(ordering: .relaxed) == 64)
  }

  @Test("the processors are some")
  func processors() { #expect(1...WorkerPool.mostThreads ~= WorkerPool.processorCount) }

  /// Sums, products and extremes of whole arrays, elements, repeated and collected operands.
  private static func sketch(rows: Int) throws -> (Sketch, [NodeID], [[Double]]) {
    var sketch = Sketch()
    let x = sketch.symbol("x", [Dimension(rows), 7])
    let row = sketch.symbol("row", [7])
    let column = sketch.symbol("column", [Dimension(rows), 1])
    let wide = try sketch.apply("multiply", [sketch.apply("sin", [x]), row])
    let value = try sketch.apply("add", [wide, column])
    let transposed = try sketch.apply("exp", [sketch.apply("transpose", [value])])
    let all = Attribute.axes([0, 1], keep: false)
    let scaled = try sketch.apply(
      "add", [sketch.number(1), sketch.apply("multiply", [value, sketch.number(1e-6)])])
    let roots = [
      value, transposed, try sketch.apply("sum", [value], all),
      try sketch.apply("sum", [transposed], all), try sketch.apply("prod", [scaled], all),
      try sketch.apply("max_over", [value], all), try sketch.apply("min_over", [value], all),
      try sketch.apply("sum", [value], .axes([0], keep: false)),
      try sketch.apply("sum", [value], .axes([1], keep: false)),
    ]
    var random = SeededGenerator(seed: 5)
    let symbols = [rows * 7, 7, rows].map { count in
      (0..<count).map { _ in Double.random(in: -2...2, using: &random) }
    }
    return (sketch, roots, symbols)
  }

  @Test(
    "and results have the same bits with any number of them", arguments: [9000, 9400],
    Precision.allCases)
  func sameBits(rows: Int, precision: Precision) throws {
    let (sketch, roots, symbols) = try Self.sketch(rows: rows)
    let request = FunctionRequest(
      name: "f", outputs: roots.enumerated().map { ("\($0)", $1) })
    let program = try Program.lower(sketch.graph, [request], precision: precision)
    let memory = SymbolMemory(program)
    for (place, values) in symbols.enumerated() { memory.set(place, values) }
    var expected: [[UInt64]] = []
    for (engine, threads) in [
      (Engine.interpreter, 1), (.interpreter, 2), (.interpreter, 3), (.native, 1), (.native, 2),
      (.native, 3), (.automatic, 5),
    ] {
      let function = try BoundFunction(
        program, function: "f", sizes: [:],
        settings: ExecutionSettings(engine: engine, threads: threads))
      for _ in 0..<3 {
        try function.run(memory)
        let found = roots.indices.map { function.values(ofOutput: $0).map(\.bitPattern) }
        if expected.isEmpty { expected = found }
        #expect(found == expected, "\(engine), \(threads) threads")
      }
    }
    let sum = zip(symbols[0], 0...).reduce(0) { sum, element in
      sum + sin(element.0) * symbols[1][element.1 % 7] + symbols[2][element.1 / 7]
    }
    let bound = precision == .double ? 1e-8 : 1e-2
    #expect((Double(bitPattern: expected[2][0]) - sum).magnitude < bound)
  }

  private func sin(_ x: Double) -> Double { LibM.sin(x) }
}
