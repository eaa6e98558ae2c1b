import ADCCalculus
import ADCMachine
import TestSupport
import Testing

@Suite("All engines, vectors and numbers of threads give the same bits")
struct EngineTests {
  /// The interpreter first, to which the others are compared.
  private static let settings: [ExecutionSettings] = {
    var result = [
      ExecutionSettings(engine: .interpreter, threads: 1),
      ExecutionSettings(engine: .interpreter, threads: 3),
      ExecutionSettings(engine: .automatic, threads: 2),
    ]
    for vector in [Assembler.Vector.four, .eight] {
      guard vector.rawValue <= ProcessorFeatures.widestVector?.rawValue ?? 0 else { continue }
      for threads in 1...3 {
        result.append(ExecutionSettings(engine: .native, threads: threads, vector: vector))
      }
    }
    return result
  }()

  /// Elementwise operators of one operand.
  private static let unary: [String] = Catalogue.operators.compactMap { entry in
    if case .elementwise(.unary) = entry.execution, entry.arity == 1...1 { entry.name } else { nil }
  }

  @Test(
    "for random programs of all ranks", arguments: RandomSeeds.parts(40), Precision.allCases)
  func programs(seeds: Range<Int>, precision: Precision) throws {
    for seed in seeds {
      // Some with more lanes than one block has.
      let isLarge = seed % 10 == 9
      // Some with rows longer than a chunk, which are read where they lie.
      let isWide = seed % 10 == 4
      let sizes =
        isLarge
        ? (seed % 20 == 9 ? ["n": 97, "m": 89] : ["n": 7, "m": 1301])
        : isWide
          ? ["n": 2 + seed % 3, "m": 300 + seed % 97] : ["n": 3 + seed % 41, "m": 1 + seed % 9]
      let random = try RandomProgram(
        seed: UInt64(seed), operations: isLarge || isWide ? 12 : 60, hasProducts: false,
        unary: seed % 2 == 0 ? RandomProgram.unary : Self.unary, sizes: sizes)
      let roots = Array(random.nodes.suffix(16))
      let found = try compare(random, roots, precision, seed: seed)
      guard seed % 2 == 0, !isLarge else { continue }
      let reference = ReferenceEvaluator(
        graph: random.graph, sizes: random.sizes, symbols: random.symbols, precision: precision)
      // A sine has the error of its angle, which may be large.
      let all = reference.evaluate(random.nodes).map(\.values)
      let scale = all.joined().lazy.filter(\.isFinite).map(\.magnitude).max() ?? 1
      for (place, expected) in all.suffix(roots.count).enumerated() {
        // Sums in double have other last bits, of which nothing is left in single.
        let scale = precision == .double ? max(scale, 1) : 0
        guard !agree(found[place], expected, scale: scale) else { continue }
        let isDecided =
          isDecidedByRounding(random, roots[place], precision, scale: scale)
          || hasTie(random, roots[place], precision, scale: scale)
        let other = zip(found[place], expected).first { !agree([$0], [$1], scale: scale) }
        #expect(
          isDecided,
          """
          seed \(seed), \(random.graph.op(roots[place]).name): \
          \(other.map { "\($0.0), and expected \($0.1)" } ?? "another size")
          """)
      }
    }
  }

  /// Whether a value jumps when the inputs change by rounding, as `less(x, y)` does where both are
  /// sums of the same terms.
  private func isDecidedByRounding(
    _ random: RandomProgram, _ root: NodeID, _ precision: Precision, scale: Double
  ) -> Bool {
    var generator = SeededGenerator(seed: 0)
    let values = (0..<16).map { _ in
      let symbols = random.symbols.map { symbol in
        symbol.map { $0 * (1 + Double.random(in: -1e-15...1e-15, using: &generator)) }
      }
      let reference = ReferenceEvaluator(
        graph: random.graph, sizes: random.sizes, symbols: symbols, precision: precision)
      return reference.evaluate([root])[0].values
    }
    return !values.dropFirst().allSatisfy { agree($0, values[0], scale: scale) }
  }

  /// Whether a value depends on a comparison of sides that are equal but for rounding.
  private func hasTie(
    _ random: RandomProgram, _ root: NodeID, _ precision: Precision, scale: Double
  ) -> Bool {
    var graph = random.graph
    var gaps: [(gap: NodeID, equals: Int)] = []
    for node in random.nodes where node == root || graph.depends(root, on: node) {
      let operands = graph.operands(node)
      switch (graph.op(node).name, graph.attribute(node)) {
      case ("less", _): gaps.append((graph.insert(.subtract, operands), 1))
      case ("step", _): gaps.append((operands[0], 1))
      case ("argmax", .axes(let axes, _)):
        guard let maximum = Catalogue.id(named: "max_over") else { continue }
        let greatest = graph.insert(maximum, operands, .axes(axes, keep: true))
        // One in each row is no tie.
        let rows = count(graph.shape(node), random.sizes)
        gaps.append((graph.insert(.subtract, [greatest, operands[0]]), rows + 1))
      default: break
      }
    }
    let reference = ReferenceEvaluator(
      graph: graph, sizes: random.sizes, symbols: random.symbols, precision: precision)
    return zip(gaps, reference.evaluate(gaps.map(\.gap))).contains { entry, found in
      found.values.count { $0.magnitude <= 1e-12 * scale } >= entry.equals
    }
  }

  private func count(_ shape: Shape, _ sizes: [String: Int]) -> Int {
    shape.dimensions.reduce(1) { $0 * ($1.value(sizes) ?? 0) }
  }

  /// Runs with all settings, twice each, and compares all bits but those of NaN.
  private func compare(
    _ random: RandomProgram, _ roots: [NodeID], _ precision: Precision, seed: Int
  ) throws -> [[Double]] {
    let request = FunctionRequest(
      name: "f", outputs: roots.enumerated().map { ("\($0)", $1) })
    let program = try Program.lower(random.graph, [request], precision: precision)
    let memory = SymbolMemory(program)
    for (place, values) in random.symbols.enumerated() { memory.set(place, values) }
    var expected: [[Double]] = []
    for settings in Self.settings {
      let function = try BoundFunction(
        program, function: "f", sizes: random.sizes, settings: settings)
      for _ in 0..<2 {
        try function.run(memory)
        let found = roots.indices.map { function.values(ofOutput: $0) }
        if expected.isEmpty { expected = found }
        for (place, root) in roots.enumerated() {
          #expect(
            isSame(found[place], expected[place]),
            "seed \(seed) \(random.graph.op(root).name), \(settings), \(precision)")
        }
      }
    }
    return expected
  }

  /// To the bit, but for those of NaN.
  private func isSame(_ found: [Double], _ expected: [Double]) -> Bool {
    found.count == expected.count
      && zip(found, expected).allSatisfy {
        $0.bitPattern == $1.bitPattern || ($0.isNaN && $1.isNaN)
      }
  }

  /// Within 1e-12 of a magnitude, the greatest on the way; NaN and infinities in the same places.
  private func agree(_ found: [Double], _ expected: [Double], scale: Double) -> Bool {
    guard found.count == expected.count else { return false }
    return zip(found, expected).allSatisfy { found, expected in
      if !expected.isFinite {
        return found.isNaN == expected.isNaN && (found.isNaN || found == expected)
      }
      return (found - expected).magnitude <= 1e-12 * scale
    }
  }
}
