import ADCCalculus
import ADCPlatform

/// Native code for the steps of a loop, and what the interpreter still does between.
///
/// Results have the interpreter's bits: the code does the kernels' operations in their order.
final class NativeLoop {
  private typealias Code =
    @convention(c) (
      UnsafeMutableRawPointer, Int, UnsafeMutableRawPointer
    ) -> Int

  /// A reduction after a segment's code, without references that would be counted.
  private struct Reduced {
    var accumulator: Int
    var form: LoopSegment.Form
    var slot: Int
    /// Where in the code's memory partial sums are, or the lanes.
    var result: CodeMemory.Place
    /// Where the lanes are that the code left out.
    var rest: CodeMemory.Place
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
  private let pool = Pool()

  /// Makes the code; nil where the processor is not one of those known, the system refuses, or
  /// nothing can be gained.
  init?(_ loop: BoundLoop) {
    guard loop.count >= 8, loop.steps.count <= Self.mostSteps,
      let width = ProcessorFeatures.widths.first
    else { return nil }
    let segmentation = LoopSegmentation(loop)
    var layout = CodeMemory()
    var code: [UInt8] = []
    let drafts = segmentation.parts.map { Self.draft($0, &code, &layout, width) }
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
            result: places.result, rest: places.rest)
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
  }

  /// Memory for one thread that runs the code, which lives as long as the code.
  func newMemory() -> UnsafeMutableRawPointer {
    let words = max(Int(memory.bytes), 64) / 8
    let start = pool.allocate(UInt64.self, words)
    start.initialize(repeating: 0, count: words)
    for constant in memory.constants {
      (start + Int(constant.offset) / 8).update(repeating: constant.bits, count: 8)
    }
    return UnsafeMutableRawPointer(start)
  }

  @inline(__always)
  private static func doubles(
    _ memory: UnsafeMutableRawPointer, _ place: CodeMemory.Place
  ) -> UnsafeMutablePointer<Double> {
    (memory + Int(place.offset)).assumingMemoryBound(to: Double.self)
  }

  private struct Draft {
    /// Where the code of a segment begins; nil for a step.
    var entry: Int?
    var reductions: [(result: CodeMemory.Place, rest: CodeMemory.Place)] = []
  }

  private static func draft(
    _ part: LoopSegmentation.Part, _ code: inout [UInt8], _ layout: inout CodeMemory,
    _ width: Assembler.Width
  ) -> Draft {
    guard case .segment(let segment) = part else { return Draft() }
    var draft = Draft(entry: code.count)
    for reduced in segment.reduced {
      let rest = layout.newLanes()
      draft.reductions.append((reduced.form == .sums ? layout.newSums() : rest, rest))
    }
    code += SegmentCompiler.compile(
      segment, &layout, reductions: draft.reductions.map(\.result), width: width)
    while code.count % 32 != 0 { code.append(0x90) }
    return draft
  }

  /// The steps that run as native code.
  var stepCount: Int { segments.reduce(0) { $0 + $1.count } }

  /// Does all steps for the lanes of a chunk.
  func run(_ loop: BoundLoop, _ worker: LoopWorker, _ count: Int) {
    guard let memory = worker.codeMemory else { return }
    for index in 0..<parts.count {
      switch parts[index] {
      case .step(let step): loop.perform(step, worker, count)
      case .segment(let place, let code, let reductions):
        for index in 0..<reductions.count where reductions[index].form == .sums {
          Self.doubles(memory, reductions[index].result).update(repeating: 0, count: 16)
        }
        let done = code(UnsafeMutableRawPointer(worker.slots), count, memory)
        if done < count { finish(place, reductions, worker, memory, from: done, to: count) }
        for index in 0..<reductions.count {
          reduce(reductions[index], loop, worker, memory, done, count)
        }
      }
    }
  }

  @inline(__always)
  private func reduce(
    _ reduced: Reduced, _ loop: BoundLoop, _ worker: LoopWorker,
    _ memory: UnsafeMutableRawPointer, _ done: Int, _ count: Int
  ) {
    switch reduced.form {
    case .slot: loop.reduce(worker.slots[reduced.slot], reduced.accumulator, worker, count)
    case .lanes:
      loop.reduce(Self.doubles(memory, reduced.result), reduced.accumulator, worker, count)
    case .sums:
      let sums = UnsafeRawPointer(Self.doubles(memory, reduced.result))
      let total = ReductionKernel.sum(
        Self.doubles(memory, reduced.rest), from: done, to: count,
        sums.load(as: SIMD8<Double>.self), (sums + 64).load(as: SIMD8<Double>.self))
      loop.reduce(sum: total, reduced.accumulator, worker, count)
    }
  }

  /// Does the lanes that the code left: fewer than eight at the end, or those with an exception.
  private func finish(
    _ place: Int, _ reductions: UnsafeMutableBufferPointer<Reduced>, _ worker: LoopWorker,
    _ memory: UnsafeMutableRawPointer, from: Int, to: Int
  ) {
    for step in segments[place] {
      switch step {
      case .apply(let step): worker.perform(step, from: from, to: to)
      case .reduce(let index):
        let source = worker.slots[reductions[index].slot]
        (Self.doubles(memory, reductions[index].rest) + from).update(
          from: source + from, count: to - from)
      }
    }
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
