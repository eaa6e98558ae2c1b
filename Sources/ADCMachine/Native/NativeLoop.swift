import ADCCalculus
import ADCPlatform

/// Native code for the steps of a loop, and what the interpreter still does between.
///
/// Results have the interpreter's bits: the code does the kernels' operations in their order, with
/// vectors of any vector.
final class NativeLoop {
  /// Steps up to which code is made; the time for it grows with them.
  private static let mostSteps = 4000

  private let page: ExecutablePage
  /// What runs; it leads to memory of this object.
  let code: NativeCode
  private let memory: CodeMemory
  private let pool = Pool()
  /// The steps that run as native code.
  let stepCount: Int

  /// Makes the code; nil where the processor is not one of those known, the system refuses, or
  /// nothing can be gained.
  init?(_ loop: BoundLoop, _ vector: Assembler.Vector) {
    let leastLanes = vector == .eight ? 2 : 8
    guard loop.count >= leastLanes, loop.steps.count <= Self.mostSteps else { return nil }
    let segmentation = LoopSegmentation(loop)
    var layout = CodeMemory(vector)
    var code: [UInt8] = []
    let drafts = segmentation.parts.map { Self.draft($0, loop, &code, &layout) }
    guard drafts.contains(where: { $0.entry != nil }), let page = ExecutablePage(code) else {
      return nil
    }
    self.page = page
    memory = layout
    var parts: [NativeCode.Part] = []
    for (part, draft) in zip(segmentation.parts, drafts) {
      switch part {
      case .step(let step): parts.append(.step(step))
      case .segment(let segment):
        let reduced = zip(segment.reduced, draft.reductions).map { reduced, places in
          NativeCode.Reduced(
            accumulator: reduced.accumulator, form: reduced.form, slot: Int(reduced.slot),
            places: places)
        }
        let entry = page.start + (draft.entry ?? 0)
        parts.append(
          .segment(
            unsafeBitCast(entry, to: NativeCode.Entry.self),
            steps: BoundLoop.buffer(segment.steps, pool), BoundLoop.buffer(reduced, pool)))
      }
    }
    let takesBlocks =
      loop.periods.isEmpty && loop.workers[0].gathered.isEmpty
      && Self.isWhole(segmentation.parts)
    stepCount = segmentation.parts.reduce(0) { count, part in
      if case .segment(let segment) = part { count + segment.steps.count } else { count }
    }
    self.code = NativeCode(
      parts: BoundLoop.buffer(parts, pool), takesBlocks: takesBlocks,
      pass: SegmentSchedule.loopCopies * vector.rawValue)
  }

  /// Memory for one thread that runs the code, which lives as long as the code.
  func newMemory() -> UnsafeMutableRawPointer { memory.allocate(in: pool) }

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
      segment, &layout, reductions: draft.reductions, lanes: loop.rowLanes)
    while code.count % 32 != 0 { code.append(0x90) }
    return draft
  }
}
