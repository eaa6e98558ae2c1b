import ADCCalculus
import ADCMachine
import TestSupport
import Testing

@Suite("The machine agrees with the obvious evaluation")
struct DifferentialTests {
  @Test("random programs of all ranks", arguments: 0..<150)
  func randomPrograms(seed: Int) throws {
    let random = try RandomProgram(seed: UInt64(seed), operations: 40)
    let roots = Array(random.nodes.suffix(12))
    let request = FunctionRequest(
      name: "f", outputs: roots.enumerated().map { ("\($0)", $1) })
    let program = try Program.lower(random.graph, [request])
    for engine in [Engine.interpreter, .native] {
      let function = try BoundFunction(
        program, function: "f", sizes: random.sizes, settings: ExecutionSettings(engine: engine))
      try check(function, random, roots, seed)
    }
  }

  private func check(
    _ function: BoundFunction, _ random: RandomProgram, _ roots: [NodeID], _ seed: Int
  ) throws {
    let memory = SymbolMemory(function.program)
    for (place, values) in random.symbols.enumerated() { memory.set(place, values) }
    try function.run(memory)
    let first = roots.indices.map { function.values(ofOutput: $0) }
    let reference = ReferenceEvaluator(
      graph: random.graph, sizes: random.sizes, symbols: random.symbols)
    let results = reference.evaluate(roots)
    for (place, root) in roots.enumerated() {
      let expected = results[place]
      #expect(function.sizes(ofOutput: place) == expected.sizes, "seed \(seed) node \(root.slot)")
      let agrees = agree(first[place], expected.values)
      #expect(agrees, "seed \(seed) node \(root.slot) \(random.graph.op(root).name)")
    }
    try function.run(memory)
    for place in roots.indices {
      #expect(
        function.values(ofOutput: place).map(\.bitPattern) == first[place].map(\.bitPattern),
        "seed \(seed): a second run gives other bits")
    }
  }

  @Test("and so does evaluation with more digits", arguments: 0..<12)
  func preciseArrays(seed: Int) throws {
    let random = try RandomProgram(seed: UInt64(seed), operations: 20)
    let reference = ReferenceEvaluator(
      graph: random.graph, sizes: random.sizes, symbols: random.symbols)
    let precise = PreciseEvaluation(
      graph: random.graph, sizes: random.sizes, symbols: random.symbols, bits: 64)
    for root in random.nodes.suffix(8) where precise.work(of: [root]) < 1e5 {
      let (expected, found) = (reference.evaluate(root), try precise.values(of: [root])[0])
      #expect(found.sizes == expected.sizes)
      let agrees = agree(found.values.map(\.nearestDouble), expected.values)
      #expect(agrees, "seed \(seed) node \(root.slot) \(random.graph.op(root).name)")
    }
  }

  /// Within 1e-12 of the greatest magnitude, since sums cancel; NaN and infinities in the same
  /// places.
  private func agree(_ found: [Double], _ expected: [Double]) -> Bool {
    guard found.count == expected.count else { return false }
    let scale = expected.filter(\.isFinite).map(\.magnitude).max() ?? 1
    return zip(found, expected).allSatisfy { found, expected in
      if !expected.isFinite {
        return found.isNaN == expected.isNaN && (found.isNaN || found == expected)
      }
      return (found - expected).magnitude <= 1e-12 * max(scale, 1)
    }
  }
}
