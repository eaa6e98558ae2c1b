import ADCCalculus

/// The code of a loop at work, without references that would be counted.
struct NativeCode {
  typealias Entry =
    @convention(c) (
      UnsafeMutableRawPointer, Int, UnsafeMutableRawPointer, Int
    ) -> Int

  /// A reduction after a segment's code.
  struct Reduced {
    var accumulator: Int
    var form: LoopSegment.Form
    var slot: Int
    var places: SegmentCompiler.ReductionPlaces
  }

  enum Part {
    case segment(
      Entry, steps: UnsafeMutableBufferPointer<LoopSegment.Step>,
      UnsafeMutableBufferPointer<Reduced>)
    case step(BoundLoop.Step)
  }

  /// The bytes of the widest vector.
  static let mostBytes = 64

  let parts: UnsafeMutableBufferPointer<Part>
  /// Whether the code may do all chunks of a block in one call.
  let takesBlocks: Bool
  /// The lanes of one pass of the code.
  let pass: Int

  @inline(__always)
  static func doubles(
    _ memory: UnsafeMutableRawPointer, _ place: CodeMemory.Place
  ) -> UnsafeMutablePointer<Double> {
    (memory + Int(place.offset)).assumingMemoryBound(to: Double.self)
  }

  /// Does all steps for the lanes of a chunk, or of a block where the code takes blocks.
  func run<Number: MachineNumber>(
    _ loop: BoundLoop, _ worker: LoopWorker, _ count: Int, _ type: Number.Type
  ) {
    guard let memory = worker.codeMemory else { return }
    for index in 0..<parts.count {
      switch parts[index] {
      case .step(let step): loop.perform(step, worker, count, type)
      case .segment(let code, let steps, let reductions):
        let run = Run(worker: worker, memory: memory, steps: steps, reductions: reductions)
        perform(code, run, loop, from: 0, to: count, type)
      }
    }
  }

  /// A segment that is all of the code and reduces nothing, and the memory that it works in.
  struct Whole {
    let code: Entry
    let memory: UnsafeMutableRawPointer
  }

  /// Nil where there is more to be done than one call of the code.
  func whole(in memory: UnsafeMutableRawPointer) -> Whole? {
    guard takesBlocks, parts.count == 1, case .segment(let code, _, let reductions) = parts[0],
      reductions.isEmpty
    else { return nil }
    return Whole(code: code, memory: memory)
  }

  /// Does what is left after the first call of code that is a whole segment.
  func goOn<Number: MachineNumber>(
    _ loop: BoundLoop, _ worker: LoopWorker, from done: Int, to count: Int, _ type: Number.Type
  ) {
    guard let memory = worker.codeMemory,
      case .segment(let code, let steps, let reductions) = parts[0]
    else { return }
    let run = Run(worker: worker, memory: memory, steps: steps, reductions: reductions)
    let next = settle(run, loop, from: 0, done: done, to: count, type)
    perform(code, run, loop, from: next, to: count, type)
  }

  @inline(__always)
  private func perform<Number: MachineNumber>(
    _ code: Entry, _ run: Run, _ loop: BoundLoop, from first: Int, to count: Int,
    _ type: Number.Type
  ) {
    var start = first
    while start < count {
      let done = code(UnsafeMutableRawPointer(run.worker.addresses), start, run.memory, count)
      start = settle(run, loop, from: start, done: done, to: count, type)
    }
  }

  /// What is the same for all chunks of a run.
  private struct Run {
    let worker: LoopWorker
    let memory: UnsafeMutableRawPointer
    let steps: UnsafeMutableBufferPointer<LoopSegment.Step>
    let reductions: UnsafeMutableBufferPointer<Reduced>
  }

  /// Completes what the code has done, chunk by chunk, and the chunk that it has left; where the
  /// code has to go on.
  private func settle<Number: MachineNumber>(
    _ run: Run, _ loop: BoundLoop, from start: Int, done: Int, to end: Int, _ type: Number.Type
  ) -> Int {
    if run.reductions.isEmpty, done == end { return end }
    var chunk = start
    while chunk < end {
      let next = min(chunk &+ BoundLoop.chunk, end)
      let isComplete = next <= done
      if !isComplete {
        finish(run, loop, chunk: chunk, from: max(done, chunk), to: next, type)
      }
      for index in 0..<run.reductions.count {
        reduce(
          run.reductions[index], run, loop, sums: (chunk &- start) / BoundLoop.chunk,
          lanes: next &- chunk, done: min(done, next) &- chunk, type)
      }
      chunk = next
      if !isComplete { break }
    }
    return chunk
  }

  @inline(__always)
  private func reduce<Number: MachineNumber>(
    _ reduced: Reduced, _ run: Run, _ loop: BoundLoop, sums chunk: Int, lanes: Int, done: Int,
    _ type: Number.Type
  ) {
    let worker = run.worker
    switch reduced.form {
    case .slot:
      loop.reduce(worker.slots(type)[reduced.slot], reduced.accumulator, worker, lanes)
    case .lanes:
      loop.reduce(
        wide: Self.doubles(run.memory, reduced.places.result), reduced.accumulator, worker, lanes)
    case .sums:
      let rest = Self.doubles(run.memory, reduced.places.rest)
      let passed = done & -pass
      var (below, above) = (SIMD8<Double>(), SIMD8<Double>())
      if passed > 0 {
        let sums =
          run.memory
          + (Int(reduced.places.result.offset) &+ chunk &* Int(CodeMemory.bytesOfSums))
        below = sums.load(as: SIMD8<Double>.self)
        above = (sums + 64).load(as: SIMD8<Double>.self)
      }
      // What follows the passes lies at the start, or at its place if the interpreter did it.
      let isLast = done == lanes
      let total = ReductionKernel.sum(
        isLast ? rest - passed : rest, from: isLast ? passed : done, to: lanes, below, above)
      loop.reduce(sum: total, reduced.accumulator, worker)
    }
  }

  /// Does the lanes of a chunk that the code left: those that fill no pass, or have an exception.
  private func finish<Number: MachineNumber>(
    _ run: Run, _ loop: BoundLoop, chunk: Int, from: Int, to: Int, _ type: Number.Type
  ) {
    loop.fill(type)
    let slots = run.worker.slots(type)
    for start in loop.moving { slots[start.slot] += chunk }
    for step in run.steps {
      switch step {
      case .apply(let step):
        run.worker.perform(step, from: from &- chunk, to: to &- chunk, type)
      case .reduce(let index):
        let reduced = run.reductions[index]
        let rest = Self.doubles(run.memory, reduced.places.rest) + (from &- chunk)
        Number.widen(slots[reduced.slot] + (from &- chunk), to: rest, to &- from)
      }
    }
    for start in loop.moving { slots[start.slot] -= chunk }
  }
}

extension LoopWorker {
  /// Does a step that is no reduction for some of the lanes.
  fileprivate func perform<Number: MachineNumber>(
    _ step: BoundLoop.Step, from: Int, to end: Int, _ type: Number.Type
  ) {
    let slots = slots(type)
    let count = end - from
    switch step {
    case .unary(let kernel, let a, let to):
      Number.map(kernel, slots[Int(a)] + from, slots[Int(to)] + from, count)
    case .binary(let kernel, let a, let b, let to):
      Number.map(kernel, slots[Int(a)] + from, slots[Int(b)] + from, slots[Int(to)] + from, count)
    case .pair(let kernel, let a, let to, let and):
      Number.map(
        kernel, slots[Int(a)] + from, slots[Int(to)] + from, slots[Int(and)] + from, count)
    case .ternary(let kernel, let a, let b, let c, let to):
      Number.map(
        kernel, slots[Int(a)] + from, slots[Int(b)] + from, slots[Int(c)] + from,
        slots[Int(to)] + from, count)
    case .reduce: break
    }
  }
}
