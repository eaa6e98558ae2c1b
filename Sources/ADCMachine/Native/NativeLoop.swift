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

  private enum Part {
    case segment(LoopSegment, Code, [CodeMemory.Place?], rest: [CodeMemory.Place?])
    case step(BoundLoop.Step)
  }

  /// Steps up to which code is made; the time for it grows with them.
  private static let mostSteps = 4000

  private let page: ExecutablePage
  private let parts: [Part]
  private let memory: UnsafeMutableRawPointer

  /// Makes the code; nil where the processor is not one of those known, the system refuses, or
  /// nothing can be gained.
  init?(_ loop: BoundLoop) {
    guard loop.count >= 8, loop.steps.count <= Self.mostSteps, ProcessorFeatures.hasAVX2 else {
      return nil
    }
    var layout = CodeMemory()
    var code: [UInt8] = []
    var drafts: [(LoopSegmentation.Part, entry: Int, [CodeMemory.Place?], [CodeMemory.Place?])] = []
    for part in LoopSegmentation(loop).parts {
      guard case .segment(let segment) = part else {
        drafts.append((part, 0, [], []))
        continue
      }
      let rest = segment.reduced.map { $0.form == .slot ? nil : layout.newLanes() }
      let places = zip(segment.reduced, rest).map { reduced, rest in
        reduced.form == .sums ? layout.newSums() : rest
      }
      drafts.append((part, code.count, places, rest))
      code += SegmentCompiler.compile(segment, &layout, reductions: places)
      while code.count % 32 != 0 { code.append(0x90) }
    }
    guard let page = ExecutablePage(code) else { return nil }
    self.page = page
    parts = drafts.map { draft in
      switch draft.0 {
      case .step(let step): .step(step)
      case .segment(let segment):
        .segment(
          segment, unsafeBitCast(page.start + draft.entry, to: Code.self), draft.2, rest: draft.3)
      }
    }
    memory = .allocate(byteCount: max(Int(layout.bytes), 64), alignment: 64)
    memory.initializeMemory(as: UInt64.self, repeating: 0, count: max(Int(layout.bytes), 64) / 8)
    for constant in layout.constants {
      for lane in 0..<4 {
        memory.storeBytes(
          of: constant.bits, toByteOffset: Int(constant.offset) + lane * 8, as: UInt64.self)
      }
    }
  }

  deinit { memory.deallocate() }

  /// The steps that run as native code.
  var stepCount: Int {
    parts.reduce(0) { count, part in
      if case .segment(let segment, _, _, _) = part { count + segment.steps.count } else { count }
    }
  }

  private func lanes(_ place: CodeMemory.Place) -> UnsafeMutablePointer<Double> {
    (memory + Int(place.offset)).assumingMemoryBound(to: Double.self)
  }

  /// Does all steps for the lanes of a chunk.
  func run(_ loop: BoundLoop, _ count: Int) {
    for part in parts {
      switch part {
      case .step(let step): loop.perform(step, count)
      case .segment(let segment, let code, let places, let rest):
        run(segment, code, places, rest, loop, count)
      }
    }
  }

  private func run(
    _ segment: LoopSegment, _ code: Code, _ places: [CodeMemory.Place?],
    _ rest: [CodeMemory.Place?], _ loop: BoundLoop, _ count: Int
  ) {
    for (reduced, place) in zip(segment.reduced, places) where reduced.form == .sums {
      if let place { lanes(place).update(repeating: 0, count: 16) }
    }
    let done = code(UnsafeMutableRawPointer(loop.slots), count, memory)
    if done < count { finish(segment, rest, loop, from: done, to: count) }
    for (index, reduced) in segment.reduced.enumerated() {
      switch reduced.form {
      case .slot: loop.accumulators[reduced.accumulator].add(loop.slots[Int(reduced.slot)], count)
      case .lanes:
        if let place = places[index] {
          loop.accumulators[reduced.accumulator].add(lanes(place), count)
        }
      case .sums:
        if let place = places[index], let rest = rest[index] {
          let sums = UnsafeRawPointer(lanes(place))
          let total = ReductionKernel.sum(
            lanes(rest), from: done, to: count, sums.load(as: SIMD8<Double>.self),
            (sums + 64).load(as: SIMD8<Double>.self))
          loop.accumulators[reduced.accumulator].add(sum: total, count)
        }
      }
    }
  }

  /// Does the lanes that the code left: fewer than eight at the end, or those with an exception.
  private func finish(
    _ segment: LoopSegment, _ rest: [CodeMemory.Place?], _ loop: BoundLoop, from: Int, to: Int
  ) {
    for step in segment.steps {
      switch step {
      case .apply(let step): loop.perform(step, from: from, to: to)
      case .reduce(let index):
        if let place = rest[index] {
          let source = loop.slots[Int(segment.reduced[index].slot)]
          (lanes(place) + from).update(from: source + from, count: to - from)
        }
      }
    }
  }
}

extension BoundLoop {
  /// Does a step that is no reduction for some of the lanes.
  fileprivate func perform(_ step: Step, from: Int, to end: Int) {
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
