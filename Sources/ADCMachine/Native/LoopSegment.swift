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
  /// The numbers in the slots.
  var precision = Precision.double

  /// For each operation of the recording whether its result is a single, or a comparison of
  /// singles. Numbers count as what they are used with, and are false here.
  var areSingles: [Bool] {
    var result: [Bool] = []
    let operations = recording.operations
    for operation in operations {
      switch operation {
      case .number, .widened: result.append(false)
      case .narrowed: result.append(true)
      case .operand: result.append(precision == .single)
      default:
        let decides = operation.operands.first { place in
          if case .number = operations[Int(place)] { false } else { true }
        }
        result.append(decides.map { result[Int($0)] } ?? false)
      }
    }
    return result
  }

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
    current.precision = loop.precision
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
      result[Int32(slot)] = loop.workers[0].number(slot, loop.precision)
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
    } else if let results = current.recording.attempt({
      current.recording.results(
        of: step, step.operands.map { value($0) }, in: loop.precision)
    }) {
      current.steps.append(.apply(step))
      for (slot, value) in zip(step.targets, results) {
        if values.updateValue(value, forKey: slot) == nil { written.append(slot) }
      }
    } else {
      close(before: index)
      parts.append(.step(step))
    }
  }

  private mutating func reduce(_ step: BoundLoop.Step, _ slot: Int32, _ accumulator: Int) {
    guard !current.steps.isEmpty else {
      parts.append(.step(step))
      return
    }
    let isSum = loop.accumulators[accumulator].kind == .sum && loop.isDivisible
    // Reductions are of doubles, whatever the numbers are.
    let lane = loop.precision == .double ? value(slot) : current.recording.wide(value(slot))
    current.steps.append(.reduce(current.reduced.count))
    current.reduced.append(
      LoopSegment.Reduced(
        accumulator: accumulator, form: isSum ? .sums : .lanes, slot: slot,
        value: current.recording.place(of: lane)))
  }

  private mutating func close(before index: Int) {
    guard !current.steps.isEmpty else { return }
    let live = liveSlots(from: index)
    for slot in written where buffers.contains(slot) || live.contains(slot) {
      let place =
        loop.precision == .double
        ? current.recording.place(of: value(slot))
        : current.recording.singlePlace(of: value(slot))
      current.stores.append((slot, place))
    }
    let stored = Set(current.stores.map(\.slot))
    for place in current.reduced.indices {
      let reduced = current.reduced[place]
      // The steps write their slots for the lanes that the code leaves out.
      var source = current.recording.operations[Int(reduced.value)]
      if case .widened(let single) = source {
        source = current.recording.operations[Int(single)]
      }
      if case .operand(let slot) = source,
        slot == reduced.slot, !stored.contains(slot), !written.contains(slot),
        reduced.form == .lanes
      {
        current.reduced[place].form = .slot
      }
    }
    parts.append(.segment(current))
    current = LoopSegment(recording: Recording(), fixed: current.fixed)
    current.precision = loop.precision
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

extension Recording {
  /// What a step that is no reduction makes of lanes of numbers.
  func results(
    of step: BoundLoop.Step, _ operands: [RecordedLane], in precision: Precision
  ) -> [RecordedLane] {
    switch precision {
    case .double: step.evaluated(operands)
    case .single: inSingle(operands) { step.evaluated($0) }
    }
  }
}

extension BoundLoop.Step {
  /// What the kernel of a step makes of its operands; of a reduction nothing.
  fileprivate func evaluated(_ lanes: [RecordedLane]) -> [RecordedLane] {
    switch self {
    case .unary(let kernel, _, _): return [kernel.evaluate(lanes[0])]
    case .binary(let kernel, _, _, _): return [kernel.evaluate(lanes[0], lanes[1])]
    case .ternary(let kernel, _, _, _, _):
      return [kernel.evaluate(lanes[0], lanes[1], lanes[2])]
    case .pair(let kernel, _, _, _):
      let results = kernel.evaluate(lanes[0])
      return [results.0, results.1]
    case .reduce: return []
    }
  }

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
