import ADCCalculus
import ADCMachine
import Testing

@Suite("Updates from several batches at once")
struct BatchRunTests {
  /// The mean of (rows of x) · w, with a momentum of w's shape that w follows.
  private struct Model {
    let program: Program
    static let width = 40
    static let rows = 3

    init(_ precision: Precision) throws {
      var sketch = Sketch()
      let x = sketch.symbol("x", [Dimension(Model.rows), Dimension(Model.width)], .input)
      let w = sketch.symbol("w", [Dimension(Model.width)])
      let m = sketch.symbol("m", [Dimension(Model.width)])
      let c = sketch.symbol("c")
      // Updated, and read by nothing.
      let last = sketch.symbol("last", [Dimension(Model.width)])
      let products = try sketch.apply("multiply", [x, sketch.apply("tanh", [w])])
      let column = try sketch.apply("sum", [products], .axes([0], keep: false))
      let loss = try sketch.apply("sum", [column], .axes([0], keep: false))
      let decayed = try sketch.apply("multiply", [m, sketch.number(0.75)])
      let momentum = try sketch.apply("add", [decayed, column])
      let next = try sketch.apply("subtract", [w, momentum])
      let count = try sketch.apply("add", [c, sketch.number(1)])
      program = try Program.lower(
        sketch.graph,
        [
          FunctionRequest(
            name: "step", outputs: [("loss", loss)],
            updates: [(w, next), (m, momentum), (c, count), (last, column)])
        ], precision: precision)
    }

    func memory(_ data: [Double]) -> SymbolMemory {
      let memory = SymbolMemory(program)
      let width = Model.width
      memory.set(0, data)
      memory.set(1, (0..<width).map { Double($0) / 32 - 0.5 })
      memory.set(2, (0..<width).map { Double($0 % 5) / 8 })
      memory.set(3, [0])
      memory.set(4, [Double](repeating: 0, count: width))
      return memory
    }
  }

  private static func data(_ batches: Int) -> [Double] {
    (0..<batches * Model.rows * Model.width).map { Double(($0 * 37) % 101) / 512 - 0.1 }
  }

  /// Runs of one batch after the other: all symbols at the end, and the parameters before the last.
  private func oneByOne(
    _ model: Model, _ data: [Double], _ batches: Int, _ settings: ExecutionSettings
  ) throws -> (symbols: [[Double]], former: [Double]) {
    let function = try BoundFunction(
      model.program, function: "step", sizes: [:], settings: settings)
    let memory = model.memory(data)
    let size = Model.rows * Model.width
    var former: [Double] = []
    for batch in 0..<batches {
      memory.set(0, Array(data[batch * size..<(batch + 1) * size]))
      try function.evaluate(memory)
      guard function.scalar(ofOutput: 0).isFinite else { break }
      former = memory.values(of: 1)
      try function.commit(memory)
    }
    return ((1...4).map { memory.values(of: $0) }, former)
  }

  /// The same at once, in groups of batches.
  private func atOnce(
    _ model: Model, _ data: [Double], _ groups: [Int], _ settings: ExecutionSettings, keeps: Bool
  ) throws -> (symbols: [[Double]], former: [Double], done: Int) {
    let function = try BoundFunction(
      model.program, function: "step", sizes: [:], settings: settings)
    let memory = model.memory(data)
    let bytes = memory.precision.bytes
    let size = Model.rows * Model.width
    let keeper = UnsafeMutableRawPointer.allocate(byteCount: Model.width * bytes, alignment: 64)
    defer { keeper.deallocate() }
    var done = 0
    for group in groups {
      let losses = UnsafeMutableBufferPointer<Double>.allocate(capacity: group)
      defer { losses.deallocate() }
      let feeds = [
        BatchFeed(
          symbol: 0, start: memory.address(of: 0) + done * size * bytes, stride: size * bytes)
      ]
      let kept = [KeptValues(memory.address(of: 1), to: keeper, bytes: Model.width * bytes)]
      let made = try feeds.withUnsafeBufferPointer { feeds in
        try kept.withUnsafeBufferPointer { kept in
          try function.run(
            memory, batches: losses, feeds: feeds, step: nil,
            keeping: keeps ? kept : UnsafeBufferPointer(rebasing: kept[..<0]))
        }
      }
      done += made
      if made < group { break }
    }
    let former = (0..<Model.width).map { place in
      switch memory.precision {
      case .double: keeper.load(fromByteOffset: place * 8, as: Double.self)
      case .single: Double(keeper.load(fromByteOffset: place * 4, as: Float.self))
      }
    }
    return ((1...4).map { memory.values(of: $0) }, former, done)
  }

  @Test(
    "are those from one after the other, and so is what they replaced",
    arguments: [Precision.double, .single], [Engine.interpreter, .native])
  func groups(_ precision: Precision, _ engine: Engine) throws {
    let model = try Model(precision)
    let settings = ExecutionSettings(engine: engine)
    for groups in [[1], [2], [3], [4], [5], [3, 2, 2], [1, 4, 6], [7, 7]] {
      let count = groups.reduce(0, +)
      let data = Self.data(count)
      let expected = try oneByOne(model, data, count, settings)
      let found = try atOnce(model, data, groups, settings, keeps: true)
      #expect(found.done == count)
      #expect(found.symbols == expected.symbols, "\(groups)")
      #expect(found.former == expected.former, "\(groups)")
      let alone = try atOnce(model, data, groups, settings, keeps: false)
      #expect(alone.symbols == expected.symbols, "\(groups)")
    }
  }

  @Test("end before the first loss that is not finite", arguments: [0, 1, 2, 3, 5])
  func failing(place: Int) throws {
    let model = try Model(.double)
    var data = Self.data(6)
    data[place * Model.rows * Model.width + 7] = .infinity
    let settings = ExecutionSettings()
    let expected = try oneByOne(model, data, 6, settings)
    let found = try atOnce(model, data, [6], settings, keeps: true)
    #expect(found.done == place)
    #expect(found.symbols == expected.symbols)
    if place > 0 { #expect(found.former == expected.former) }
  }
}
