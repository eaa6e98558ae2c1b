import ADCCalculus
import ADCMachine
import TestSupport
import Testing

@Suite("Native code gives the interpreter's bits")
struct NativeKernelTests {
  private static let special: [Double] = [
    0, -0.0, 1, -1, 2, -2, 0.5, -0.5, 1.5, -2.5, 3, 0.1, .pi, -.pi / 2, 7.25, -19.5, 60, -700,
    709.5, 800, -745, 1e5, -1e5, 99_999.5, 3e7, 1e22, -1e300, .greatestFiniteMagnitude,
    .leastNonzeroMagnitude, -.leastNormalMagnitude, 0x1.8p-1030, 1e-20, -1e-9, .infinity,
    -.infinity, .nan,
  ]

  private static let elementwise: [String] = Catalogue.operators.compactMap { entry in
    if case .elementwise = entry.execution { entry.name } else { nil }
  }

  /// What only scalar functions compute.
  private static let scalar: Set<String> = [
    "gamma", "lgamma", "digamma", "trigamma", "polygamma", "exp_moment", "cos_moment",
    "sin_moment", "cosh_moment", "sinh_moment", "log_moment", "mod", "rem", "fma", "erfinv",
    "erfcinv", "probit", "erfcx_moment", "beta", "lbeta", "lchoose",
  ]

  private func operands(_ arity: Int, random: inout SeededGenerator) -> [[Double]] {
    var columns = [[Double]](repeating: [], count: arity)
    let special = Self.special
    for (i, x) in special.enumerated() {
      for (j, y) in special.enumerated() {
        let values = [x, y, special[(i * 7 + j * 3) % special.count]]
        for place in 0..<arity { columns[place].append(values[place]) }
      }
    }
    for _ in 0..<3000 {
      let scale: Double = [1, 10, 1000, 2e5, 1e-3].randomElement(using: &random) ?? 1
      for place in 0..<arity {
        columns[place].append(Double.random(in: -scale...scale, using: &random))
      }
    }
    return columns
  }

  @Test("for every elementwise operator", arguments: elementwise, Precision.allCases)
  func operators(name: String, precision: Precision) throws {
    let id = try #require(Catalogue.id(named: name))
    let arity = max(Catalogue.operators[id.index].arity.lowerBound, 1)
    var random = SeededGenerator(seed: UInt64(id.index))
    let columns = operands(arity, random: &random)
    var sketch = Sketch()
    let n = Dimension(named: "n")
    let symbols = (0..<arity).map { sketch.symbol("s\($0)", [n]) }
    let result = try sketch.apply(name, symbols)
    let steps = try compareEngines(
      sketch, [result], columns, sizes: ["n": columns[0].count], precision)
    if ProcessorFeatures.hasAVX2 { #expect((steps > 0) == !Self.scalar.contains(name)) }
  }

  @Test(
    "at every count", arguments: [0, 1, 3, 8, 9, 15, 16, 24, 255, 256, 257, 264, 300, 1000],
    Precision.allCases)
  func counts(count: Int, precision: Precision) throws {
    var sketch = Sketch()
    let n = Dimension(named: "n")
    let (x, y) = (sketch.symbol("x", [n]), sketch.symbol("y", [n]))
    let s = sketch.symbol("s")
    let angle = try sketch.apply("multiply", [x, s])
    let wave = try sketch.apply("sin", [angle])
    let decay = try sketch.apply("exp", [y])
    let product = try sketch.apply("multiply", [wave, decay])
    let gamma = try sketch.apply("lgamma", [product])
    let rest = try sketch.apply("subtract", [gamma, x])
    let sums = try [product, rest, x].map { try sketch.apply("sum", [$0], .axes([0], keep: false)) }
    let largest = try sketch.apply("max_over", [product], .axes([0], keep: false))
    var random = SeededGenerator(seed: UInt64(count))
    var columns = (0..<2).map { _ in
      (0..<count).map { _ in Double.random(in: -9...9, using: &random) }
    }
    // Far angles leave the code in the middle of a chunk.
    for place in stride(from: 100, to: count, by: 77) { columns[0][place] *= 1e6 }
    let steps = try compareEngines(
      sketch, [product, rest, largest] + sums, columns + [[1.25]], sizes: ["n": count],
      precision)
    if let vector = ProcessorFeatures.widestVector {
      #expect((steps > 0) == (count >= (vector == .eight ? 2 : 8)))
    }
  }

  @Test("for random programs", arguments: 1000..<1100, Precision.allCases)
  func programs(seed: Int, precision: Precision) throws {
    let random = try RandomProgram(seed: UInt64(seed), operations: 60, hasProducts: false)
    let roots = Array(random.nodes.suffix(16))
    var sketch = Sketch()
    sketch.graph = random.graph
    _ = try compareEngines(
      sketch, roots, random.symbols, sizes: random.sizes, precision, seed: seed)
  }

  @Test(
    "for long random bodies, which need more than the registers there are", arguments: 0..<40,
    Precision.allCases)
  func bodies(seed: Int, precision: Precision) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    var sketch = Sketch()
    let n = Dimension(named: "n")
    var nodes = (0..<14).map { sketch.symbol("s\($0)", [n]) }
    let recordable = Self.elementwise.filter { !Self.scalar.contains($0) }
    for _ in 0..<80 {
      let name = recordable.randomElement(using: &random) ?? "add"
      let id = try #require(Catalogue.id(named: name))
      let arity = max(Catalogue.operators[id.index].arity.lowerBound, 1)
      let operands = (0..<arity).map { _ in nodes.randomElement(using: &random) ?? nodes[0] }
      nodes.append(try sketch.apply(name, operands))
    }
    let count = Int.random(in: 8...700, using: &random)
    let columns = (0..<14).map { _ in
      (0..<count).map { _ in Double.random(in: -3...3, using: &random) }
    }
    let sums = try nodes.suffix(9).map { try sketch.apply("sum", [$0], .axes([0], keep: false)) }
    let steps = try compareEngines(
      sketch, Array(nodes.suffix(30)) + sums, columns, sizes: ["n": count], precision, seed: seed)
    if ProcessorFeatures.hasAVX2 { #expect(steps > 40) }
  }

  @Test("for a loop that gets its code while it is in use")
  func automatic() throws {
    var sketch = Sketch()
    let x = sketch.symbol("x", [300])
    let result = try sketch.apply("tanh", [sketch.apply("multiply", [x, x])])
    let program = try Program.lower(
      sketch.graph, [FunctionRequest(name: "f", outputs: [("r", result)])])
    let function = try BoundFunction(program, function: "f", sizes: [:])
    let memory = SymbolMemory(program)
    memory.set(0, (0..<300).map { Double($0) * 0.01 })
    try function.run(memory)
    #expect(function.nativeStepCount == 0)
    let first = function.values(ofOutput: 0)
    for _ in 0..<1000 { try function.run(memory) }
    #expect((function.nativeStepCount > 0) == ProcessorFeatures.hasAVX2)
    #expect(function.values(ofOutput: 0) == first)
  }

  /// Runs roots with both engines, twice, and compares all bits but those of NaN.
  /// - Returns: the steps that ran as native code.
  private func compareEngines(
    _ sketch: Sketch, _ roots: [NodeID], _ symbols: [[Double]], sizes: [String: Int],
    _ precision: Precision, seed: Int? = nil
  ) throws -> Int {
    let request = FunctionRequest(
      name: "f", outputs: roots.enumerated().map { ("\($0)", $1) })
    let program = try Program.lower(sketch.graph, [request], precision: precision)
    let memory = SymbolMemory(program)
    for (place, values) in symbols.enumerated() { memory.set(place, values) }
    let expected = try BoundFunction(
      program, function: "f", sizes: sizes, settings: ExecutionSettings(engine: .interpreter))
    var steps = 0
    for vector in [Assembler.Vector.four, .eight] {
      guard vector.rawValue <= ProcessorFeatures.widestVector?.rawValue ?? 0 else { continue }
      let native = try BoundFunction(
        program, function: "f", sizes: sizes,
        settings: ExecutionSettings(engine: .native, threads: 2, vector: vector))
      for _ in 0..<2 {
        try expected.run(memory)
        try native.run(memory)
        for (place, root) in roots.enumerated() {
          let (left, right) = (expected.values(ofOutput: place), native.values(ofOutput: place))
          let difference = zip(left, right).enumerated().first { _, pair in
            pair.0.bitPattern != pair.1.bitPattern && !(pair.0.isNaN && pair.1.isNaN)
          }
          #expect(
            difference == nil && left.count == right.count,
            "seed \(seed ?? 0), \(sketch.graph.op(root).name), \(vector), \(precision): \(difference.debugDescription)"
          )
        }
      }
      steps = native.nativeStepCount
    }
    #expect(expected.nativeStepCount == 0)
    return steps
  }
}
