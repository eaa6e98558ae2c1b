import ADCCalculus

/// Steps of a loop that follow each other and become one piece of native code.
struct LoopSegment {
  /// A reduction of a value that the segment computes.
  struct Reduced {
    var accumulator: Int
    /// What the code leaves of it for each chunk.
    var form: Form
    /// The slot that has the value after the step, where the steps run one by one.
    var slot: Int32
    var value: Int32
  }

  enum Form {
    /// The lanes are in a slot that the code does not write.
    case slot
    /// The lanes are written to memory of the code's own.
    case lanes
    /// Sixteen partial sums.
    case sums
  }

  let recording: Recording
  /// Slots that have one value for all lanes.
  var fixed: Set<Int32>
  /// The steps, for lanes that the code leaves out; reductions are places in `reduced`.
  var steps: [Step] = []
  var reduced: [Reduced] = []
  /// Slots whose memory may be that of stores.
  var early: Set<Int32> = []
  /// Of what is no loop: where slots lie, from the addresses of roots on.
  var cells: [ScalarCell] = []
  /// Slots that are read afterwards, and their values.
  var stores: [(slot: Int32, value: Int32)] = []

  enum Step {
    case apply(BoundLoop.Step)
    case reduce(Int)
  }
}

/// Cuts the steps of a loop into segments and what only the interpreter can do.
struct LoopSegmentation {
  enum Part {
    case segment(LoopSegment)
    case step(BoundLoop.Step)
  }

  private(set) var parts: [Part] = []
  private let loop: BoundLoop
  private let constants: [Int32: Double]
  private let buffers: Set<Int32>
  private var current: LoopSegment
  private var values: [Int32: RecordedLane] = [:]
  private var written: [Int32] = []

  init(_ loop: BoundLoop) {
    self.loop = loop
    current = LoopSegment(
      recording: Recording(), fixed: Set(loop.fills.map { Int32($0.start.slot) }))
    buffers = Set(loop.moving.map { Int32($0.slot) })
    constants = Self.constants(loop)
    for (index, step) in loop.steps.enumerated() { add(step, at: index) }
    close(before: loop.steps.count)
  }

  /// The slots that hold a number for as long as the loop is there.
  private static func constants(_ loop: BoundLoop) -> [Int32: Double] {
    var changing = Set(loop.moving.map(\.slot))
    changing.formUnion(loop.fills.map(\.start.slot))
    changing.formUnion(loop.periods.map(\.start.slot))
    changing.formUnion(loop.workers[0].gathered.map(\.start.slot))
    for step in loop.steps { changing.formUnion(step.targets.map { Int($0) }) }
    var result: [Int32: Double] = [:]
    for slot in 0..<loop.slotCount where !changing.contains(slot) {
      result[Int32(slot)] = loop.workers[0].slots[slot].pointee
    }
    return result
  }

  private func value(_ slot: Int32) -> RecordedLane {
    if let value = values[slot] { return value }
    if let number = constants[slot] { return RecordedLane(number) }
    return current.recording.operand(slot)
  }

  private mutating func add(_ step: BoundLoop.Step, at index: Int) {
    if case .reduce(let slot, let accumulator) = step {
      reduce(step, slot, Int(accumulator))
    } else if let results = current.recording.attempt({ record(step) }) {
      current.steps.append(.apply(step))
      for (slot, value) in zip(step.targets, results) {
        if values.updateValue(value, forKey: slot) == nil { written.append(slot) }
      }
    } else {
      close(before: index)
      parts.append(.step(step))
    }
  }

  private func record(_ step: BoundLoop.Step) -> [RecordedLane] {
    switch step {
    case .unary(let kernel, let a, _): return [kernel.evaluate(value(a))]
    case .binary(let kernel, let a, let b, _): return [kernel.evaluate(value(a), value(b))]
    case .pair(let kernel, let a, _, _):
      let results = kernel.evaluate(value(a))
      return [results.0, results.1]
    case .ternary(let kernel, let a, let b, let c, _):
      return [kernel.evaluate(value(a), value(b), value(c))]
    case .reduce: return []
    }
  }

  private mutating func reduce(_ step: BoundLoop.Step, _ slot: Int32, _ accumulator: Int) {
    guard !current.steps.isEmpty else {
      parts.append(.step(step))
      return
    }
    let isSum = loop.accumulators[accumulator].kind == .sum && loop.isDivisible
    current.steps.append(.reduce(current.reduced.count))
    current.reduced.append(
      LoopSegment.Reduced(
        accumulator: accumulator, form: isSum ? .sums : .lanes, slot: slot,
        value: current.recording.place(of: value(slot))))
  }

  private mutating func close(before index: Int) {
    guard !current.steps.isEmpty else { return }
    let live = liveSlots(from: index)
    for slot in written where buffers.contains(slot) || live.contains(slot) {
      current.stores.append((slot, current.recording.place(of: value(slot))))
    }
    let stored = Set(current.stores.map(\.slot))
    for place in current.reduced.indices {
      let reduced = current.reduced[place]
      // The steps write their slots for the lanes that the code leaves out.
      if case .operand(let slot) = current.recording.operations[Int(reduced.value)],
        slot == reduced.slot, !stored.contains(slot), !written.contains(slot),
        reduced.form == .lanes
      {
        current.reduced[place].form = .slot
      }
    }
    parts.append(.segment(current))
    current = LoopSegment(recording: Recording(), fixed: current.fixed)
    values = [:]
    written = []
  }

  /// The slots that steps from `index` on read before they write them.
  private func liveSlots(from index: Int) -> Set<Int32> {
    var live: Set<Int32> = []
    var overwritten: Set<Int32> = []
    for step in loop.steps[index...] {
      for slot in step.operands where !overwritten.contains(slot) { live.insert(slot) }
      overwritten.formUnion(step.targets)
    }
    return live
  }
}

extension BoundLoop.Step {
  var operands: [Int32] {
    switch self {
    case .unary(_, let a, _), .pair(_, let a, _, _), .reduce(let a, _): [a]
    case .binary(_, let a, let b, _): [a, b]
    case .ternary(_, let a, let b, let c, _): [a, b, c]
    }
  }

  var targets: [Int32] {
    switch self {
    case .unary(_, _, let to), .binary(_, _, _, let to), .ternary(_, _, _, _, let to): [to]
    case .pair(_, _, let to, let and): [to, and]
    case .reduce: []
    }
  }
}
