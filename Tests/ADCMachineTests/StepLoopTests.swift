import ADCCalculus
import ADCMachine
import TestSupport
import Testing

@Suite("Loops of steps in programs")
struct StepLoopTests {
  /// The loss and the gradient of a recurrent network, ready to run.
  private struct Run {
    let program: Program
    let function: BoundFunction
    let memory: SymbolMemory

    init(
      _ sketch: RecurrentSketch, _ roots: [NodeID], limits: MachineLimits = MachineLimits()
    ) throws {
      var graph = sketch.graph
      let prepared = graph.prepare(roots)
      let request = FunctionRequest(
        name: "f", outputs: prepared.enumerated().map { ("\($0)", $1) })
      program = try Program.lower(graph, [request])
      function = try BoundFunction(program, function: "f", sizes: sketch.sizes, limits: limits)
      memory = SymbolMemory(program)
      for (place, values) in sketch.values.enumerated() { memory.set(place, values) }
    }

    func values() throws -> [[Double]] {
      try function.run(memory)
      return function.function.outputs.indices.map { function.values(ofOutput: $0) }
    }
  }

  private static func roots(
    _ sketch: inout RecurrentSketch, storage: Recurrence.Storage = .everyStep, simplified: Bool
  ) throws -> [NodeID] {
    let loss = sketch.loss(sketch.results(storage: storage))
    let roots = [loss] + (try sketch.graph.gradient(of: loss, by: sketch.leaves))
    return simplified ? Simplifier.simplify(&sketch.graph, roots).roots : roots
  }

  private func expectEqual(_ found: [[Double]], _ expected: [[Double]], within: Double = 1e-12) {
    #expect(found.map(\.count) == expected.map(\.count))
    for (left, right) in zip(found.joined(), expected.joined()) {
      #expect((left - right).magnitude <= within * max(1, right.magnitude))
    }
  }

  @Test(
    "compute what the graph says", arguments: [0, 1, 2, 7],
    [Recurrence.Storage.everyStep, .squareRoot])
  func values(steps: Int, storage: Recurrence.Storage) throws {
    for (isNamed, isReversed) in [(true, false), (true, true), (false, false)] {
      if steps == 0, !isNamed { continue }
      var sketch = RecurrentSketch(steps: steps, isNamed: isNamed, isReversed: isReversed)
      for simplified in [false, true] {
        let roots = try Self.roots(&sketch, storage: storage, simplified: simplified)
        let run = try Run(sketch, roots)
        let found = try run.values()
        expectEqual(found, sketch.evaluate(roots))
        // A second run starts anew.
        #expect(try run.values() == found)
        #expect(run.function.firstNonFinite(run.memory) == nil)
      }
    }
  }

  /// The same loop in plain Swift.
  private func direct(_ sketch: RecurrentSketch) -> Double {
    let (x, w, a) = (sketch.values[0], sketch.values[1], sketch.values[3][0])
    var (h, c) = (sketch.values[2], 0.5)
    var collected = [0.0, 0.0]
    for step in 0..<sketch.count {
      h = (0..<2).map { column in
        tanh(x[2 * step + column] + h[0] * w[column] + h[1] * w[2 + column] + c)
      }
      c = a * c + h[0] + h[1] + Double(step) / 8
      collected[0] += sin(h[0]) + sin(h[1])
      collected[1] += sin(c)
    }
    return sin(h[0]) + sin(h[1]) + 4 / 3 * sin(c) + 5 / 3 * collected[0] + 2 * collected[1]
  }

  private func tanh(_ x: Double) -> Double { apply("tanh", x) }
  private func sin(_ x: Double) -> Double { apply("sin", x) }

  private func apply(_ name: String, _ x: Double) -> Double {
    guard let id = Catalogue.id(named: name),
      case .elementwise(let kernel) = Catalogue.operators[id.index].execution
    else { return .nan }
    return Differences.value(kernel, [x])
  }

  @Test("run over many steps", arguments: [1, 2, 1000, 100_000])
  func long(steps: Int) throws {
    var sketch = RecurrentSketch(steps: steps, isNamed: true)
    let roots = try Self.roots(&sketch, simplified: true)
    let run = try Run(sketch, roots)
    let found = try run.values()
    let expected = direct(sketch)
    #expect((found[0][0] - expected).magnitude <= 1e-9 * max(1, expected.magnitude))
    var moved = sketch
    moved.values[3][0] += 1e-6
    var back = sketch
    back.values[3][0] -= 1e-6
    let slope = (direct(moved) - direct(back)) / 2e-6
    #expect((found[4][0] - slope).magnitude <= 1e-4 * max(1, slope.magnitude))
  }

  @Test("that store few states take little memory, and compute the same")
  func squareRoot() throws {
    let steps = 40_000
    var all = RecurrentSketch(steps: steps, isNamed: true)
    var few = all
    // Only the last states: what is collected would have to be stored anyway.
    func roots(_ sketch: inout RecurrentSketch, _ storage: Recurrence.Storage) throws -> [NodeID] {
      let loss = sketch.loss(Array(sketch.results(storage: storage).prefix(2)))
      let gradient = try sketch.graph.gradient(of: loss, by: Array(sketch.leaves.dropFirst()))
      return Simplifier.simplify(&sketch.graph, [loss] + gradient).roots
    }
    let (everyRoots, fewRoots) = (try roots(&all, .everyStep), try roots(&few, .squareRoot))
    let every = try Run(all, everyRoots)
    let square = try Run(few, fewRoots)
    #expect(try square.values() == every.values())
    // Three numbers for every step, against three for each of twice the root of the steps.
    #expect(every.function.bytes > 3 * 8 * steps)
    #expect(square.function.bytes < every.function.bytes / 5, "\(square.function.bytes)")
  }

  @Test("are read back from files, bit for bit", arguments: [false, true])
  func files(isSquareRoot: Bool) throws {
    var sketch = RecurrentSketch(steps: 9, isNamed: true)
    let roots = try Self.roots(
      &sketch, storage: isSquareRoot ? .squareRoot : .everyStep, simplified: true)
    let run = try Run(sketch, roots)
    let bytes = ProgramFile.write(run.program)
    let read = try ProgramFile.read(bytes).program
    #expect(ProgramFile.write(read) == bytes)
    let listing = run.program.disassembly(function: "f")
    #expect(read.disassembly(function: "f") == listing)
    #expect(listing.contains("scan over T steps"))
    let function = try BoundFunction(read, function: "f", sizes: sketch.sizes)
    try function.run(run.memory)
    let found = function.function.outputs.indices.map { function.values(ofOutput: $0) }
    #expect(try run.values() == found)
  }

  @Test("that break a rule are refused")
  func verifier() throws {
    var sketch = RecurrentSketch(steps: 4, isNamed: true)
    let roots = try Self.roots(&sketch, storage: .squareRoot, simplified: true)
    let program = try Run(sketch, roots).program
    let changes: [@Sendable (inout StepLoop) -> Void] = [
      { $0.index = 1 << 20 }, { $0.index = $0.states[0].symbol }, { $0.states.removeLast() },
      { $0.states[0].initial = 1 << 20 }, { $0.rows.removeAll() }, { $0.shared.removeAll() },
      { $0.steps = $0.steps + 1 }, { $0.collected.append(StepLoop.Result(output: 99, to: 0)) },
      { $0.last.append(StepLoop.Result(output: 99, to: 0)) }, { $0.body.outputs.removeAll() },
      { $0.body.instructions.removeLast() }, { $0.replays += $0.replays + $0.replays },
      { loop in loop.rows += loop.rows },
    ]
    for (place, instruction) in program.functions[0].instructions.enumerated() {
      guard case .steps(let loop) = instruction else { continue }
      for (number, change) in changes.enumerated() {
        var (broken, changed) = (program, loop)
        change(&changed)
        guard "\(changed)" != "\(loop)" else { continue }
        broken.functions[0].instructions[place] = .steps(changed)
        #expect(throws: ProgramFileError.self, "change \(number) of \(place)") {
          try Verifier(broken).verify()
        }
        #expect(throws: ProgramFileError.self) {
          try ProgramFile.read(ProgramFile.write(broken))
        }
      }
    }
  }

  @Test("with too many steps for the memory are refused", arguments: [1 << 40, 1 << 62, -1])
  func hostileSizes(steps: Int) throws {
    var sketch = RecurrentSketch(steps: 3, isNamed: true)
    for storage in [Recurrence.Storage.everyStep, .squareRoot] {
      let roots = try Self.roots(&sketch, storage: storage, simplified: true)
      let program = try Run(sketch, roots).program
      #expect(throws: MachineError.self) {
        _ = try BoundFunction(
          program, function: "f", sizes: ["T": steps], limits: MachineLimits(bytes: 1 << 30))
      }
    }
  }

  @Test("say where a number stops being finite")
  func diagnosis() throws {
    var sketch = RecurrentSketch(steps: 5, isNamed: true)
    sketch.values[3] = [1e308]
    let roots = try Self.roots(&sketch, simplified: true)
    let run = try Run(sketch, roots)
    _ = try run.values()
    let origin = try #require(run.function.firstNonFinite(run.memory))
    // a*c with c near 1 is finite once, and not when c is that.
    #expect(origin.operation == "multiply" && origin.result.isInfinite, "\(origin)")
  }
}
