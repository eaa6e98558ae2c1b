import ADCCalculus
import ADCMachine
import Testing

@Suite("A tall matrix is read once by what can share it")
struct SweepTests {
  private static let names = ["values", "made", "sum", "back"]

  /// A product with the rows, a loop over the result, its sum, and the product with the columns.
  private func program(
    vectorFirst: Bool, _ precision: Precision = .double
  ) throws -> Program {
    var sketch = Sketch()
    let (n, p) = (Dimension(named: "n"), Dimension(named: "p"))
    let matrix = sketch.symbol("X", [n, p])
    let weights = sketch.symbol("w", [p])
    let target = sketch.symbol("y", [n])
    let values = try sketch.apply("matmul", [matrix, weights])
    let made = try sketch.apply("subtract", [sketch.apply("tanh", [values]), target])
    let sum = try sketch.apply("sum", [made], .axes([0], keep: false))
    let turned = try sketch.apply("transpose", [matrix])
    let back = try sketch.apply("matmul", vectorFirst ? [made, matrix] : [turned, made])
    let nodes = [values, made, sum, back]
    return try Program.lower(
      sketch.graph,
      [FunctionRequest(name: "f", outputs: Array(zip(Self.names, nodes)))], precision: precision)
  }

  private func run(
    _ program: Program, _ symbols: [[Double]], _ n: Int, _ p: Int, _ settings: ExecutionSettings
  ) throws -> (values: [[Double]], sweeps: Int) {
    let function = try BoundFunction(
      program, function: "f", sizes: ["n": n, "p": p], settings: settings)
    let memory = SymbolMemory(program)
    for (place, values) in symbols.enumerated() { memory.set(place, values) }
    for _ in 0..<2 { try function.run(memory) }
    return (Self.names.indices.map { function.values(ofOutput: $0) }, function.sweepCount)
  }

  /// The product with the columns by itself.
  private func back<Number: ProductNumber & BinaryFloatingPoint>(
    _ x: [Number], _ made: [Number], _ n: Int, _ p: Int
  ) -> [Number]? {
    guard
      let product = NativeProduct<Number>(
        rows: p, columns: 1, inner: n, aStrides: MatrixStrides(row: 1, column: p),
        bStrides: MatrixStrides(row: 1, column: 1), leading: 1)
    else { return nil }
    var scratch = [Number](repeating: 0, count: product.scratchCount)
    var result = [Number](repeating: 0, count: p)
    product.run(x, made, &result, leading: 1, &scratch)
    return result
  }

  @Test(
    "with the bits of one instruction after the other",
    arguments: [(20_001, 9), (8_200, 32), (9_000, 17), (16_384, 8)], Precision.allCases)
  func bits(sizes: (n: Int, p: Int), precision: Precision) throws {
    let (n, p) = sizes
    let random = Philox(seed: 4)
    func normal(_ count: Int, _ stream: UInt64) -> [Double] {
      (0..<count).map { random.normal(stream: stream, position: UInt64($0)) }
    }
    let symbols = [normal(n * p, 1), normal(p, 2), normal(n, 3)]
    for vectorFirst in [false, true] {
      let program = try program(vectorFirst: vectorFirst, precision)
      let plain = try run(
        program, symbols, n, p, ExecutionSettings(engine: .interpreter, threads: 1))
      #expect(plain.sweeps == 0)
      var bits: [[[UInt64]]] = []
      for threads in [1, 2, 3] {
        let found = try run(
          program, symbols, n, p, ExecutionSettings(engine: .native, threads: threads))
        #expect((found.sweeps == 1) == !ProcessorFeatures.productWidths.isEmpty)
        bits.append(found.values.map { $0.map(\.bitPattern) })
        for (left, right) in zip(found.values, plain.values) {
          let bound = precision == .double ? 1e-9 : 2e-2
          let isNear = zip(left, right).allSatisfy { ($0 - $1).magnitude <= bound }
          #expect(isNear)
        }
        switch precision {
        case .double:
          #expect(back(symbols[0], found.values[1], n, p).map { $0 == found.values[3] } ?? true)
        case .single:
          let (x, made) = (symbols[0].map { Float($0) }, found.values[1].map { Float($0) })
          let expected = back(x, made, n, p)?.map { Double($0) }
          #expect(expected.map { $0 == found.values[3] } ?? true)
        }
      }
      #expect(bits.allSatisfy { $0 == bits[0] })
    }
  }

  @Test("and a loop that takes rows out of their order waits for all of them")
  func turnedRows() throws {
    let (n, p) = (20_001, 8)
    var sketch = Sketch()
    let matrix = sketch.symbol("X", [Dimension(named: "n"), Dimension(named: "p")])
    let weights = sketch.symbol("w", [Dimension(named: "p")])
    let values = try sketch.apply("matmul", [matrix, weights])
    let turned = try sketch.apply("flip", [values], .axes([0], keep: true))
    let made = try sketch.apply("subtract", [values, turned])
    let sum = try sketch.apply("sum", [made], .axes([0], keep: false))
    let back = try sketch.apply("matmul", [sketch.apply("transpose", [matrix]), made])
    let program = try Program.lower(
      sketch.graph,
      [
        FunctionRequest(
          name: "f", outputs: Array(zip(Self.names, [values, made, sum, back])))
      ])
    let random = Philox(seed: 5)
    let symbols = [n * p, p].enumerated().map { stream, count in
      (0..<count).map { random.normal(stream: UInt64(stream), position: UInt64($0)) }
    }
    let plain = try run(
      program, symbols, n, p, ExecutionSettings(engine: .interpreter, threads: 1))
    var bits: [[[UInt64]]] = []
    for threads in [1, 2, 3] {
      let found = try run(
        program, symbols, n, p, ExecutionSettings(engine: .native, threads: threads))
      #expect(found.sweeps == 0)
      #expect(found.values[1] == zip(found.values[0], found.values[0].reversed()).map { $0 - $1 })
      #expect(self.back(symbols[0], found.values[1], n, p).map { $0 == found.values[3] } ?? true)
      for (left, right) in zip(found.values, plain.values) {
        let isNear = zip(left, right).allSatisfy { ($0 - $1).magnitude <= 1e-9 }
        #expect(left.count == right.count && isNear)
      }
      bits.append(found.values.map { $0.map(\.bitPattern) })
    }
    #expect(bits.allSatisfy { $0 == bits[0] })
  }

  @Test("and numbers that are not finite come through")
  func specialNumbers() throws {
    let (n, p) = (16_500, 8)
    var matrix = [Double](repeating: 1, count: n * p)
    matrix[p * 300 + 2] = .nan
    matrix[p * 16_499 + 3] = .infinity
    let target = [Double](repeating: 0, count: n)
    let found = try run(
      program(vectorFirst: false), [matrix, [Double](repeating: 0.5, count: p), target], n, p,
      ExecutionSettings(engine: .native, threads: 2))
    #expect(found.values[1][300].isNaN)
    #expect(found.values[1][16_499] == 1)
    #expect(found.values[3][2].isNaN && found.values[3][0].isNaN)
  }
}
