import ADCCalculus
import ADCPlatform

/// A loop kernel with sizes: what to do for a chunk of lanes, and where each slot's lanes are.
final class BoundLoop {
  /// Lanes of a chunk: enough to make the choice of a step cheap, few enough that the registers of
  /// a usual loop stay in the first-level cache.
  static let chunk = 256

  enum Step {
    case unary(any UnaryKernel.Type, Int32, to: Int32)
    case binary(any BinaryKernel.Type, Int32, Int32, to: Int32)
    case pair(any PairKernel.Type, Int32, to: Int32, and: Int32)
    case ternary(any TernaryKernel.Type, Int32, Int32, Int32, to: Int32)
    case reduce(Int32, index: Int32)
  }

  /// A slot whose address is found anew for every run.
  struct Start {
    var slot: Int
    var root: Int
    var offset: Int
  }

  /// An operand with one value for all lanes.
  struct Fill {
    var start: Start
    var lanes: UnsafeMutablePointer<Double>
  }

  /// An operand that repeats itself along the space: written out once, and a chunk more.
  struct Period {
    var start: Start
    var count: Int
    var lanes: UnsafeMutablePointer<Double>
    var position = 0
  }

  /// An operand of any other strides: collected chunk by chunk.
  struct Gathered {
    var start: Start
    var walk: Walk
    var lanes: UnsafeMutablePointer<Double>
  }

  let count: Int
  let slots: UnsafeMutablePointer<UnsafeMutablePointer<Double>>
  let slotCount: Int
  /// What runs.
  let steps: UnsafeMutableBufferPointer<Step>
  /// The steps of the program, one for one.
  let plainSteps: [Step]
  /// Read or written where they are, chunk after chunk.
  let moving: UnsafeMutableBufferPointer<Start>
  let fills: UnsafeMutableBufferPointer<Fill>
  let periods: UnsafeMutableBufferPointer<Period>
  let gathered: UnsafeMutableBufferPointer<Gathered>
  let accumulators: UnsafeMutableBufferPointer<Accumulator>
  let sizes: [Int]
  let nativeCode: LazyNativeLoop
  private let pool: Pool

  init(_ binder: LoopBinder, engine: Engine) {
    nativeCode = LazyNativeLoop(engine)
    pool = binder.pool
    count = binder.count
    sizes = binder.space
    slots = pool.copy(binder.slots)
    slotCount = binder.slots.count
    steps = Self.buffer(binder.pairedSteps, pool)
    plainSteps = binder.steps
    moving = Self.buffer(binder.moving, pool)
    fills = Self.buffer(binder.fills, pool)
    periods = Self.buffer(binder.periods, pool)
    gathered = Self.buffer(binder.gathered, pool)
    accumulators = Self.buffer(binder.accumulators, pool)
  }

  private static func buffer<T>(_ values: [T], _ pool: Pool) -> UnsafeMutableBufferPointer<T> {
    UnsafeMutableBufferPointer(start: pool.copy(values), count: values.count)
  }

  /// Finds the addresses of this run and what is the same for all chunks.
  func start(_ bases: UnsafeMutablePointer<UnsafeMutablePointer<Double>>) {
    for start in moving { slots[start.slot] = bases[start.root] + start.offset }
    let lanes = min(count, Self.chunk)
    for fill in fills {
      fill.lanes.update(
        repeating: (bases[fill.start.root] + fill.start.offset).pointee, count: lanes)
    }
    for index in periods.indices { startPeriod(&periods[index], bases) }
    for index in gathered.indices { gathered[index].walk.restart() }
    for index in accumulators.indices {
      accumulators[index].start(bases[accumulators[index].root])
    }
  }

  private func startPeriod(
    _ period: inout Period, _ bases: UnsafeMutablePointer<UnsafeMutablePointer<Double>>
  ) {
    let source = bases[period.start.root] + period.start.offset
    period.lanes.update(from: source, count: period.count)
    for index in 0..<Self.chunk {
      period.lanes[period.count &+ index] = period.lanes[index]
    }
    period.position = 0
    slots[period.start.slot] = period.lanes
  }

  /// Runs the loop once over the whole space.
  func run(_ bases: UnsafeMutablePointer<UnsafeMutablePointer<Double>>) {
    start(bases)
    let native = nativeCode.find(for: self)
    var position = 0
    while position < count {
      let lanes = min(Self.chunk, count &- position)
      collect(bases, lanes)
      if let native {
        native.run(self, lanes)
      } else {
        for index in 0..<steps.count { perform(steps[index], lanes) }
      }
      advance(lanes)
      position &+= lanes
      // Whoever runs the function finds out the same, and passes over what is missing.
      if CurrentProcess.stopsEvaluation { break }
    }
    finish()
  }

  func finish() {
    for index in accumulators.indices { accumulators[index].finish() }
  }

  @inline(__always)
  func collect(_ bases: UnsafeMutablePointer<UnsafeMutablePointer<Double>>, _ lanes: Int) {
    for index in gathered.indices {
      let start = gathered[index].start
      gathered[index].walk.read(
        bases[start.root] + start.offset, gathered[index].lanes, lanes)
    }
  }

  @inline(__always)
  func perform(_ step: Step, _ lanes: Int) {
    switch step {
    case .unary(let kernel, let a, let to):
      kernel.map(slots[Int(a)], slots[Int(to)], lanes)
    case .binary(let kernel, let a, let b, let to):
      kernel.map(slots[Int(a)], slots[Int(b)], slots[Int(to)], lanes)
    case .pair(let kernel, let a, let to, let and):
      kernel.map(slots[Int(a)], slots[Int(to)], slots[Int(and)], lanes)
    case .ternary(let kernel, let a, let b, let c, let to):
      kernel.map(slots[Int(a)], slots[Int(b)], slots[Int(c)], slots[Int(to)], lanes)
    case .reduce(let slot, let index):
      accumulators[Int(index)].add(slots[Int(slot)], lanes)
    }
  }

  @inline(__always)
  func advance(_ lanes: Int) {
    for start in moving { slots[start.slot] += lanes }
    for index in periods.indices {
      periods[index].position = (periods[index].position &+ lanes) % periods[index].count
      slots[periods[index].start.slot] = periods[index].lanes + periods[index].position
    }
  }
}
