import ADCCalculus
import ADCMachine
import TestSupport
import Testing

@Suite("Loops over parts of matrices, a row after another")
struct RowLoopTests {
  /// Rows of less than a chunk, of several, and of more than a block.
  @Test(
    "have the values of their elements",
    arguments: [(3, 40), (2, 257), (3, 700), (7, 256), (4, 1025), (3, 9001)], Precision.allCases)
  func values(sizes: (rows: Int, lanes: Int), precision: Precision) throws {
    let (rows, lanes) = sizes
    var sketch = Sketch()
    let whole = Shape([Dimension(rows), Dimension(lanes)])
    let matrix = sketch.symbol("a", [Dimension(rows), Dimension(lanes + 2)])
    let vector = sketch.symbol("v", [Dimension(lanes)])
    let scale = sketch.symbol("s")
    let left = try sketch.apply(
      "slice", [matrix], .window(starts: [Dimension(0), Dimension(0)], sizes: whole))
    let right = try sketch.apply(
      "slice", [matrix], .window(starts: [Dimension(0), Dimension(2)], sizes: whole))
    let products = try sketch.apply("multiply", [left, vector])
    let root = try sketch.apply(
      "subtract", [products, sketch.apply("multiply", [scale, right])])
    let padded = try sketch.apply(
      "pad", [root],
      .window(
        starts: [Dimension(1), Dimension(3)],
        sizes: Shape([Dimension(rows + 2), Dimension(lanes + 4)])))
    let program = try Program.lower(
      sketch.graph,
      [FunctionRequest(name: "f", outputs: [("root", root), ("padded", padded)])],
      precision: precision)
    let memory = SymbolMemory(program)
    // Small whole numbers, so that both precisions are exact.
    let a = (0..<rows * (lanes + 2)).map { Double($0 * 37 % 61 - 30) }
    let v = (0..<lanes).map { Double($0 * 29 % 23 - 11) }
    for (place, values) in [a, v, [3]].enumerated() { memory.set(place, values) }
    for settings in [
      ExecutionSettings(engine: .interpreter, threads: 1),
      ExecutionSettings(engine: .interpreter, threads: 3),
      ExecutionSettings(engine: .native, threads: 1),
      ExecutionSettings(engine: .native, threads: 3),
    ] {
      let function = try BoundFunction(program, function: "f", sizes: [:], settings: settings)
      try function.run(memory)
      try function.run(memory)
      let expected = (0..<rows * lanes).map { place in
        let (row, lane) = (place / lanes, place % lanes)
        let start = row * (lanes + 2) + lane
        return a[start] * v[lane] - 3 * a[start + 2]
      }
      #expect(function.values(ofOutput: 0) == expected, "\(settings)")
      var around = [Double](repeating: 0, count: (rows + 2) * (lanes + 4))
      for place in expected.indices {
        around[(place / lanes + 1) * (lanes + 4) + place % lanes + 3] = expected[place]
      }
      #expect(function.values(ofOutput: 1) == around, "\(settings)")
    }
  }
}
