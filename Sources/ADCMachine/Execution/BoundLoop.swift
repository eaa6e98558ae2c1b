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
    /// Where the next row begins, from the start of this one.
    var rowStride: Int
  }

  /// An operand with one value for all lanes.
  struct Fill {
    var start: Start
    var lanes: UnsafeMutableRawPointer
  }

  /// An operand that repeats itself along the space: written out once, and a chunk more.
  struct Period {
    var start: Start
    var count: Int
    var lanes: UnsafeMutableRawPointer
  }

  /// An operand of any other strides: collected chunk by chunk.
  struct Gathered {
    var start: Start
    var walk: Walk
    var lanes: UnsafeMutableRawPointer
  }

  let precision: Precision
  let count: Int
  /// The lanes of a row, at the end of which what moves goes on elsewhere.
  let rowLanes: Int
  let slotCount: Int
  /// The slots that hold what steps compute, and what operands that are repeated or collected have.
  let registers: [Int]
  /// What runs.
  let steps: UnsafeMutableBufferPointer<Step>
  /// The steps of the program, one for one.
  let plainSteps: [Step]
  /// Read or written where they are, chunk after chunk.
  let moving: UnsafeMutableBufferPointer<Start>
  let fills: UnsafeMutableBufferPointer<Fill>
  let periods: UnsafeMutableBufferPointer<Period>
  let accumulators: UnsafeMutableBufferPointer<Accumulator>
  let sizes: [Int]
  let nativeCode: LazyNativeLoop
  let pool: Pool
  /// One for each thread that runs the loop, the calling one first; the others once they are
  /// needed.
  let workers: UnsafeMutableBufferPointer<LoopWorker>
  let threads: Int
  private var arePrepared = false
  private var native: NativeCode?
  /// The code where it is all that is to be done: one call for all lanes, which reduces nothing and
  /// whose operands lie where they are.
  private var whole: NativeCode.Whole?
  /// Whether all reductions are to one number, so that each block can be done by itself.
  let isDivisible: Bool
  /// Whether all lanes are one chunk, and all reductions are to one number.
  private let isOneChunk: Bool
  /// The number of blocks, and what they make of each reduction.
  private let blocks: Int
  private let blockResults: UnsafeMutablePointer<Double>

  init(_ binder: LoopBinder, _ settings: ExecutionSettings) {
    nativeCode = LazyNativeLoop(settings)
    pool = binder.pool
    precision = binder.precision
    count = binder.count
    rowLanes = binder.rowLanes
    sizes = binder.space
    slotCount = binder.slots.count
    registers = binder.registers
    steps = Self.buffer(binder.pairedSteps, pool)
    plainSteps = binder.steps
    moving = Self.buffer(binder.moving, pool)
    fills = Self.buffer(binder.fills, pool)
    periods = Self.buffer(binder.periods, pool)
    accumulators = Self.buffer(binder.accumulators, pool)
    let worker = LoopWorker(
      addresses: pool.copy(binder.slots), gathered: Self.buffer(binder.gathered, pool),
      folds: Self.buffer(binder.accumulators.map { Fold($0.kind) }, pool),
      wide: binder.newWideLanes())
    isDivisible = binder.accumulators.allSatisfy { [count] in $0.isWhole(of: count) }
    isOneChunk = isDivisible && binder.count <= Self.chunk
    blocks = isDivisible ? max((count + Self.block - 1) / Self.block, 1) : 1
    threads = blocks > 1 ? Self.threads(settings, count: count, steps: binder.steps.count) : 1
    let workers = pool.allocate(LoopWorker.self, threads)
    workers.initialize(repeating: worker, count: threads)
    self.workers = UnsafeMutableBufferPointer(start: workers, count: threads)
    blockResults = pool.allocate(Double.self, blocks * binder.accumulators.count)
  }

  static func buffer<T>(_ values: [T], _ pool: Pool) -> UnsafeMutableBufferPointer<T> {
    UnsafeMutableBufferPointer(start: pool.copy(values), count: values.count)
  }

  /// Finds what is the same for all chunks of a run.
  func start<Number: MachineNumber>(_ bases: UnsafeMutablePointer<UnsafeMutablePointer<Number>>) {
    startOperands(bases, lanes: Self.chunk)
    startReductions(bases)
  }

  /// - Parameter lanes: how many lanes of the operands with one value are read.
  private func startOperands<Number: MachineNumber>(
    _ bases: UnsafeMutablePointer<UnsafeMutablePointer<Number>>, lanes: Int
  ) {
    for fill in fills {
      fill.lanes.assumingMemoryBound(to: Number.self).update(
        repeating: (bases[fill.start.root] + fill.start.offset).pointee, count: min(count, lanes))
    }
    for period in periods { write(period, bases) }
  }

  private func startReductions<Number: MachineNumber>(
    _ bases: UnsafeMutablePointer<UnsafeMutablePointer<Number>>
  ) {
    for index in accumulators.indices {
      accumulators[index].start(bases[accumulators[index].root])
    }
  }

  private func write<Number: MachineNumber>(
    _ period: Period, _ bases: UnsafeMutablePointer<UnsafeMutablePointer<Number>>
  ) {
    let source = bases[period.start.root] + period.start.offset
    let lanes = period.lanes.assumingMemoryBound(to: Number.self)
    // As far as the last lane of a chunk that begins with the last number.
    let end = period.count &+ min(Self.chunk, count)
    var place = min(period.count, end)
    lanes.update(from: source, count: place)
    // Whole periods, twice as many each time.
    while place < end {
      let part = min(place, end &- place)
      (lanes + place).update(from: lanes, count: part)
      place &+= part
    }
  }

  /// Runs the loop once over the whole space.
  func run<Number: MachineNumber>(_ bases: UnsafeMutablePointer<UnsafeMutablePointer<Number>>) {
    if native == nil { findCode() }
    if let whole { return run(whole, bases) }
    if isOneChunk, native == nil { return runChunk(bases) }
    // Native code for one thread reads one vector of them, or asks for the others.
    let isShort = blocks == 1 && native?.takesBlocks == true
    startOperands(
      bases, lanes: isShort ? NativeCode.mostBytes / MemoryLayout<Number>.stride : Self.chunk)
    guard isDivisible else {
      startReductions(bases)
      run(workers[0], 0..<count, native, bases)
      return finish(bases)
    }
    if blocks == 1 {
      runBlock(0, workers[0], native, bases)
    } else {
      if !arePrepared { prepareWorkers() }
      WorkerPool.shared.run(parts: blocks, threads: threads) { block, worker in
        runBlock(block, workers[worker], native, bases)
      }
    }
    combineBlocks(bases)
  }

  @inline(__always)
  private func run<Number: MachineNumber>(
    _ whole: NativeCode.Whole, _ bases: UnsafeMutablePointer<UnsafeMutablePointer<Number>>
  ) {
    startOperands(bases, lanes: NativeCode.mostBytes / MemoryLayout<Number>.stride)
    placeMoving(workers[0], at: 0, bases)
    let done = whole.code(UnsafeMutableRawPointer(workers[0].addresses), 0, whole.memory, count)
    if done < count { native?.goOn(self, workers[0], from: done, to: count, Number.self) }
  }

  /// Runs a loop of one chunk step by step.
  private func runChunk<Number: MachineNumber>(
    _ bases: UnsafeMutablePointer<UnsafeMutablePointer<Number>>
  ) {
    let worker = workers[0]
    startOperands(bases, lanes: count)
    place(worker, at: 0, bases)
    collect(worker, bases, count)
    for index in 0..<steps.count {
      if case .reduce(let slot, let index) = steps[index] {
        let lanes = widened(worker.slots(Number.self)[Int(slot)], worker, count)
        let (kind, root) = (accumulators[Int(index)].kind, accumulators[Int(index)].root)
        bases[root].pointee = Number(Fold.value(of: kind, lanes, count))
      } else {
        perform(steps[index], worker, count, Number.self)
      }
    }
  }

  /// Whether there are blocks of lanes that can be done by themselves.
  var isDivided: Bool { isDivisible && blocks > 1 && rowLanes == count }

  /// Runs a divided loop with something to do before and after each chunk of lanes, on the number
  /// of the thread that does the chunk.
  func run<Number: MachineNumber>(
    _ bases: UnsafeMutablePointer<UnsafeMutablePointer<Number>>,
    before: (_ lanes: Range<Int>, _ worker: Int) -> Void,
    after: (_ lanes: Range<Int>, _ worker: Int) -> Void
  ) {
    if native == nil { findCode() }
    startOperands(bases, lanes: Self.chunk)
    if !arePrepared { prepareWorkers() }
    WorkerPool.shared.run(parts: blocks, threads: threads) { block, number in
      let worker = workers[number]
      for index in worker.folds.indices { worker.folds[index].restart() }
      let end = min((block &+ 1) &* Self.block, count)
      var first = block &* Self.block
      while first < end, !CurrentProcess.stopsEvaluation {
        let lanes = first..<min(first &+ Self.chunk, end)
        before(lanes, number)
        run(worker, lanes, native, bases)
        after(lanes, number)
        first = lanes.upperBound
      }
      for index in worker.folds.indices {
        blockResults[index &* blocks &+ block] = worker.folds[index].value
      }
    }
    combineBlocks(bases)
  }

  private func combineBlocks<Number: MachineNumber>(
    _ bases: UnsafeMutablePointer<UnsafeMutablePointer<Number>>
  ) {
    for index in accumulators.indices {
      var fold = Fold(accumulators[index].kind)
      for block in 0..<blocks { fold.add(blockResults[index &* blocks &+ block]) }
      bases[accumulators[index].root].pointee = Number(fold.value)
    }
  }

  private func findCode() {
    guard let found = nativeCode.find(for: self) else { return }
    native = found.code
    workers[0].codeMemory = found.newMemory()
    arePrepared = false
    whole = isWhole ? workers[0].codeMemory.flatMap { found.code.whole(in: $0) } : nil
  }

  /// Whether one call may do all lanes, which lie in one row from where they are.
  private var isWhole: Bool {
    count <= Self.block && rowLanes == count && accumulators.isEmpty && periods.isEmpty
      && workers[0].gathered.isEmpty
  }

  private func prepareWorkers() {
    arePrepared = true
    for index in workers.indices.dropFirst() {
      if workers[index].addresses == workers[0].addresses { workers[index] = newWorker() }
      workers[index].codeMemory = nativeCode.code?.newMemory()
    }
  }

  /// Writes out the operands with one value, where only a vector of each is there.
  func fill<Number: MachineNumber>(_ type: Number.Type) {
    guard blocks == 1 else { return }
    for fill in fills {
      let lanes = fill.lanes.assumingMemoryBound(to: Number.self)
      lanes.update(repeating: lanes.pointee, count: min(count, Self.chunk))
    }
  }

  private func runBlock<Number: MachineNumber>(
    _ block: Int, _ worker: LoopWorker, _ native: NativeCode?,
    _ bases: UnsafeMutablePointer<UnsafeMutablePointer<Number>>
  ) {
    // Whoever runs the function finds out the same, and passes over what is missing.
    if CurrentProcess.stopsEvaluation { return }
    for index in worker.folds.indices { worker.folds[index].restart() }
    let start = block &* Self.block
    run(worker, start..<min(start &+ Self.block, count), native, bases)
    for index in worker.folds.indices {
      blockResults[index &* blocks &+ block] = worker.folds[index].value
    }
  }

  private func run<Number: MachineNumber>(
    _ worker: LoopWorker, _ lanes: Range<Int>, _ native: NativeCode?,
    _ bases: UnsafeMutablePointer<UnsafeMutablePointer<Number>>
  ) {
    place(worker, at: lanes.lowerBound, bases)
    var position = lanes.lowerBound
    let most = native?.takesBlocks == true ? Self.block : Self.chunk
    while position < lanes.upperBound {
      let count = self.lanes(from: position, to: lanes.upperBound, atMost: most)
      collect(worker, bases, count)
      if let native {
        native.run(self, worker, count, Number.self)
      } else {
        for index in 0..<steps.count { perform(steps[index], worker, count, Number.self) }
      }
      position &+= count
      advance(worker, to: position, by: count, bases)
      if CurrentProcess.stopsEvaluation { break }
    }
  }

  func finish<Number: MachineNumber>(
    _ bases: UnsafeMutablePointer<UnsafeMutablePointer<Number>>
  ) {
    for index in accumulators.indices {
      accumulators[index].finish(bases[accumulators[index].root])
    }
  }
}
