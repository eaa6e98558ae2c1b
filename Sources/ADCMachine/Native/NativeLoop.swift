import ADCCalculus
import ADCPlatform

/// Native code for the steps of a loop, and what the interpreter still does between.
///
/// Results have the interpreter's bits: the code does the kernels' operations in their order, with
/// vectors of any width.
final class NativeLoop {
  private typealias Code =
    @convention(c) (
      UnsafeMutableRawPointer, Int, UnsafeMutableRawPointer, Int
    ) -> Int

  /// A reduction after a segment's code, without references that would be counted.
  private struct Reduced {
    var accumulator: Int
    var form: LoopSegment.Form
    var slot: Int
    var places: SegmentCompiler.ReductionPlaces
  }

  private enum Part {
    case segment(Int, Code, UnsafeMutableBufferPointer<Reduced>)
    case step(BoundLoop.Step)
  }

  /// Steps up to which code is made; the time for it grows with them.
  private static let mostSteps = 4000

  private let page: ExecutablePage
  private let parts: UnsafeMutableBufferPointer<Part>
  /// The steps of each segment.
  private let segments: [[LoopSegment.Step]]
  private let memory: CodeMemory
  /// Whether the code may do all chunks of a block in one call.
  let takesBlocks: Bool
  private let pool = Pool()

  /// Makes the code; nil where the processor is not one of those known, the system refuses, or
  /// nothing can be gained.
  init?(_ loop: BoundLoop, _ width: Assembler.Width) {
    let leastLanes = width == .bytes64 ? 2 : 8
    guard loop.count >= leastLanes, loop.steps.count <= Self.mostSteps else { return nil }
    let segmentation = LoopSegmentation(loop)
    var layout = CodeMemory(width)
    var code: [UInt8] = []
    let drafts = segmentation.parts.map { Self.draft($0, loop, &code, &layout) }
    guard drafts.contains(where: { $0.entry != nil }), let page = ExecutablePage(code) else {
      return nil
    }
    self.page = page
    memory = layout
    var segments: [[LoopSegment.Step]] = []
    var parts: [Part] = []
    for (part, draft) in zip(segmentation.parts, drafts) {
      switch part {
      case .step(let step): parts.append(.step(step))
      case .segment(let segment):
        let reduced = zip(segment.reduced, draft.reductions).map { reduced, places in
          Reduced(
            accumulator: reduced.accumulator, form: reduced.form, slot: Int(reduced.slot),
            places: places)
        }
        let entry = page.start + (draft.entry ?? 0)
        parts.append(
          .segment(
            segments.count, unsafeBitCast(entry, to: Code.self),
            UnsafeMutableBufferPointer(start: pool.copy(reduced), count: reduced.count)))
        segments.append(segment.steps)
      }
    }
    self.parts = UnsafeMutableBufferPointer(start: pool.copy(parts), count: parts.count)
    self.segments = segments
    takesBlocks =
      loop.periods.isEmpty && loop.workers[0].gathered.isEmpty
      && Self.isWhole(segmentation.parts)
  }

  /// Memory for one thread that runs the code, which lives as long as the code.
  func newMemory() -> UnsafeMutableRawPointer {
    let words = max(Int(memory.bytes), 64) / 8
    let start = pool.allocate(UInt64.self, words)
    start.initialize(repeating: 0, count: words)
    for constant in memory.constants {
      (start + Int(constant.offset) / 8).update(
        repeating: constant.bits, count: memory.width.rawValue / 8)
    }
    return UnsafeMutableRawPointer(start)
  }

  @inline(__always)
  private static func doubles(
    _ memory: UnsafeMutableRawPointer, _ place: CodeMemory.Place
  ) -> UnsafeMutablePointer<Double> {
    (memory + Int(place.offset)).assumingMemoryBound(to: Double.self)
  }

  /// Whether a loop is one segment whose reductions are sums.
  private static func isWhole(_ parts: [LoopSegmentation.Part]) -> Bool {
    guard parts.count == 1, case .segment(let segment) = parts[0] else { return false }
    return segment.reduced.allSatisfy { $0.form == .sums }
  }

  private struct Draft {
    /// Where the code of a segment begins; nil for a step.
    var entry: Int?
    var reductions: [SegmentCompiler.ReductionPlaces] = []
  }

  private static func draft(
    _ part: LoopSegmentation.Part, _ loop: BoundLoop, _ code: inout [UInt8],
    _ layout: inout CodeMemory
  ) -> Draft {
    guard case .segment(let segment) = part else { return Draft() }
    var draft = Draft(entry: code.count)
    for reduced in segment.reduced {
      let rest = layout.newLanes()
      draft.reductions.append(
        SegmentCompiler.ReductionPlaces(
          result: reduced.form == .sums ? layout.newSums() : rest, rest: rest))
    }
    code += SegmentCompiler.compile(
      segment, &layout, reductions: draft.reductions, lanes: loop.count)
    while code.count % 32 != 0 { code.append(0x90) }
    return draft
  }

  /// The steps that run as native code.
  var stepCount: Int { segments.reduce(0) { $0 + $1.count } }

  /// Does all steps for the lanes of a chunk, or of a block where the code takes blocks.
  func run(_ loop: BoundLoop, _ worker: LoopWorker, _ count: Int) {
    guard let memory = worker.codeMemory else { return }
    for index in 0..<parts.count {
      switch parts[index] {
      case .step(let step): loop.perform(step, worker, count)
      case .segment(let place, let code, let reductions):
        let state = Run(loop: loop, worker: worker, memory: memory, reductions: reductions)
        var start = 0
        while start < count {
          let done = code(UnsafeMutableRawPointer(worker.slots), start, memory, count)
          start = settle(place, state, from: start, done: done, to: count)
        }
      }
    }
  }

  /// What is the same for all chunks of a run.
  private struct Run {
    let loop: BoundLoop
    let worker: LoopWorker
    let memory: UnsafeMutableRawPointer
    let reductions: UnsafeMutableBufferPointer<Reduced>
  }

  /// Completes what the code has done, chunk by chunk, and the chunk that it has left; where the code
  /// has to go on.
  private func settle(_ place: Int, _ run: Run, from start: Int, done: Int, to end: Int) -> Int {
    var chunk = start
    while chunk < end {
      let next = min(chunk &+ BoundLoop.chunk, end)
      let isComplete = next <= done
      if !isComplete { finish(place, run, chunk: chunk, from: max(done, chunk), to: next) }
      for index in 0..<run.reductions.count {
        reduce(
          run.reductions[index], run, sums: (chunk &- start) / BoundLoop.chunk,
          lanes: next &- chunk, done: min(done, next) &- chunk)
      }
      chunk = next
      if !isComplete { break }
    }
    return chunk
  }

  @inline(__always)
  private func reduce(_ reduced: Reduced, _ run: Run, sums chunk: Int, lanes: Int, done: Int) {
    let (loop, worker) = (run.loop, run.worker)
    switch reduced.form {
    case .slot: loop.reduce(worker.slots[reduced.slot], reduced.accumulator, worker, lanes)
    case .lanes:
      loop.reduce(
        Self.doubles(run.memory, reduced.places.result), reduced.accumulator, worker, lanes)
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
      loop.reduce(sum: total, reduced.accumulator, worker, lanes)
    }
  }

  /// The lanes of one pass of the code.
  private var pass: Int { SegmentSchedule.copies * memory.width.rawValue / 8 }

  /// Does the lanes of a chunk that the code left: those that fill no pass, or have an exception.
  private func finish(_ place: Int, _ run: Run, chunk: Int, from: Int, to: Int) {
    for start in run.loop.moving { run.worker.slots[start.slot] += chunk }
    for step in segments[place] {
      switch step {
      case .apply(let step):
        run.worker.perform(step, from: from &- chunk, to: to &- chunk)
      case .reduce(let index):
        let reduced = run.reductions[index]
        let source = run.worker.slots[reduced.slot] + (from &- chunk)
        (Self.doubles(run.memory, reduced.places.rest) + (from &- chunk)).update(
          from: source, count: to &- from)
      }
    }
    for start in run.loop.moving { run.worker.slots[start.slot] -= chunk }
  }
}

extension LoopWorker {
  /// Does a step that is no reduction for some of the lanes.
  fileprivate func perform(_ step: BoundLoop.Step, from: Int, to end: Int) {
    let count = end - from
    switch step {
    case .unary(let kernel, let a, let to):
      kernel.map(slots[Int(a)] + from, slots[Int(to)] + from, count)
    case .binary(let kernel, let a, let b, let to):
      kernel.map(slots[Int(a)] + from, slots[Int(b)] + from, slots[Int(to)] + from, count)
    case .pair(let kernel, let a, let to, let and):
      kernel.map(slots[Int(a)] + from, slots[Int(to)] + from, slots[Int(and)] + from, count)
    case .ternary(let kernel, let a, let b, let c, let to):
      kernel.map(
        slots[Int(a)] + from, slots[Int(b)] + from, slots[Int(c)] + from, slots[Int(to)] + from,
        count)
    case .reduce: break
    }
  }
}

extension BoundFunction {
  /// How many steps of loops run as native code by now.
  package var nativeStepCount: Int {
    actions.reduce(0) { count, action in
      if case .loop(let loop) = action {
        count + (loop.nativeCode.code?.stepCount ?? 0)
      } else {
        count
      }
    }
  }
}
