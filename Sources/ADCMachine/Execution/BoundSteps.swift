import ADCCalculus
import ADCPlatform

/// A recurrence with sizes: the body, bound on its own, and what goes in and out of it.
final class BoundSteps {
  /// A symbol of the body that shows a row, or the whole, of an array.
  struct Feed {
    var symbol: Int
    var operand: DenseOperand
    /// The elements from one step's row to the next; 0 where all steps share the array.
    var stride: Int
  }

  struct State {
    var symbol: Int
    var initial: DenseOperand
    var memory: UnsafeMutableRawPointer
    var count: Int
    /// From the body's output to the memory.
    var update: BoundCopy
  }

  struct Result {
    var to: Int
    /// From an output of the body.
    var copy: BoundCopy
    var count: Int
  }

  struct Last {
    var to: Int
    var state: Int
  }

  /// More would take hours, whatever a step does.
  static let mostSteps = 1 << 36

  let body: BoundFunction
  let steps: Int
  let isReversed: Bool
  let bytes: Int
  let states: [State]
  let last: [Last]
  let collected: [Result]
  private let index: UnsafeMutableRawPointer
  private let feeds: [Feed]
  /// Where the rows of each feed start in this run.
  private let starts: UnsafeMutablePointer<UnsafeMutableRawPointer>
  private let replay: BoundReplay?
  /// The states before a step, where a step that changes nothing ends the loop: it would be
  /// repeated.
  private let before: UnsafeMutableRawPointer?

  init(
    _ loop: StepLoop, _ binder: FunctionBinder, scratch: inout Int
  ) throws(MachineError) {
    let pool = binder.pool
    let count = try binder.reader.value(loop.steps)
    guard count >= 0 else { throw .badSize("a loop of \(count) steps") }
    guard count <= Self.mostSteps else {
      throw .badSize("a loop of \(count) steps; at most \(Self.mostSteps) are possible")
    }
    steps = count
    isReversed = loop.isReversed
    body = try BoundFunction(binder.program, loop.body, binder.reader, binder.settings)
    let bytes = binder.program.precision.bytes
    index = pool.allocate(bytes: bytes)
    body.addresses.bases[loop.index] = index
    var taken = body.bytes
    let outputs = loop.body.outputs.map { [body] in body.layouts[$0.view] }
    var states: [State] = []
    for (place, state) in loop.states.enumerated() {
      let initial = DenseOperand(binder.layouts[state.initial], in: pool, scratch: &scratch)
      let sizes = try binder.reader.values(binder.program.symbols[state.symbol].shape)
      let target = Layout.contiguous(root: 0, sizes: sizes)
      guard initial.sizes == sizes, place < outputs.count, outputs[place].sizes == sizes else {
        throw .badSize("a state of \(initial.sizes) that should be \(sizes)")
      }
      let room = MemoryPlan.aligned(target.count).multipliedSaturating(by: bytes)
      let memory = pool.allocate(bytes: room)
      taken = taken.addedSaturating(room)
      body.addresses.bases[state.symbol] = memory
      states.append(
        State(
          symbol: state.symbol, initial: initial, memory: memory, count: target.count,
          update: BoundCopy(from: outputs[place], to: target, in: pool)))
    }
    self.states = states
    var feeds: [Feed] = []
    for (feed, isRow) in loop.rows.map({ ($0, true) }) + loop.shared.map({ ($0, false) }) {
      let operand = DenseOperand(binder.layouts[feed.view], in: pool, scratch: &scratch)
      let sizes = try binder.reader.values(binder.program.symbols[feed.symbol].shape)
      guard operand.sizes == (isRow ? [count] + sizes : sizes) else {
        throw .badSize("a step reads \(sizes) of an array of \(operand.sizes)")
      }
      feeds.append(
        Feed(symbol: feed.symbol, operand: operand, stride: isRow ? sizes.reduce(1, &*) : 0))
    }
    self.feeds = feeds
    starts = pool.copy(feeds.map { [body] in body.addresses.bases[$0.symbol] })
    collected = try loop.collected.map { result throws(MachineError) in
      guard result.output < outputs.count else { throw .badSize("a result of no step") }
      let layout = outputs[result.output]
      let target = Layout.contiguous(root: 0, sizes: layout.sizes)
      return Result(
        to: binder.firstBuffer + result.to,
        copy: BoundCopy(from: layout, to: target, in: pool), count: layout.count)
    }
    last = loop.last.map { Last(to: binder.firstBuffer + $0.to, state: $0.output) }
    if let replay = loop.replays.first {
      let forward = try BoundSteps(replay.loop, binder, scratch: &scratch)
      let bound = try BoundReplay(forward, feeds: replay.feeds, of: body, in: binder)
      taken = taken.addedSaturating(forward.bytes).addedSaturating(bound.bytes)
      self.replay = bound
    } else {
      replay = nil
    }
    let elements = states.reduce(0) { $0.addedSaturating($1.count) }
    let room = elements.multipliedSaturating(by: bytes)
    before = Self.isRepeating(loop) ? pool.allocate(bytes: room) : nil
    self.bytes = before == nil ? taken : taken.addedSaturating(room)
  }

  /// Whether every step does the same with the states, and only the last ones are looked at.
  private static func isRepeating(_ loop: StepLoop) -> Bool {
    guard loop.rows.isEmpty, loop.collected.isEmpty, loop.replays.isEmpty, !loop.states.isEmpty
    else { return false }
    return !loop.body.views.contains { view in
      if case .root(.symbol(let symbol)) = view.source { symbol == loop.index } else { false }
    }
  }

  /// Whether the states are what they were when this was last asked, bit by bit.
  private func isSettled<Number: MachineNumber>(
    _ before: UnsafeMutableRawPointer, _ type: Number.Type
  ) -> Bool {
    var isSame = true
    var start = before.assumingMemoryBound(to: type)
    for state in states {
      let values = state.memory.assumingMemoryBound(to: type)
      for place in 0..<state.count where start[place].pattern != values[place].pattern {
        isSame = false
        start[place] = values[place]
      }
      start += state.count
    }
    return isSame
  }

  /// Whether the loop ends where a step changes nothing.
  var isRepeating: Bool { before != nil }

  /// The elements that each result has.
  var resultCounts: [Int] {
    last.map { states[$0.state].count } + collected.map { $0.count.multipliedSaturating(by: steps) }
  }

  func run<Number>(_ memory: MachineMemory<Number>) throws(MachineError) {
    let inner = body.addresses.of(Number.self)
    start(memory)
    try replay?.start(memory)
    if let before { _ = isSettled(before, Number.self) }
    for step in 0..<steps {
      if CurrentProcess.stopsEvaluation { throw .interrupted }
      try replay?.prepare(step, Number.self)
      try compute(step, Number.self)
      let row = place(step)
      for result in collected {
        result.copy.run(inner, to: memory.bases[result.to] + row &* result.count)
      }
      update(Number.self)
      if let before, isSettled(before, Number.self) { break }
    }
    for result in last {
      let state = states[result.state]
      memory.bases[result.to].update(
        from: state.memory.assumingMemoryBound(to: Number.self), count: state.count)
    }
  }

  /// The first operation of a step that leaves the finite numbers, as `BoundFunction` has it.
  func firstNonFinite<Number>(_ memory: MachineMemory<Number>) -> NonFiniteOrigin? {
    start(memory)
    guard (try? replay?.start(memory)) != nil || replay == nil else { return nil }
    for step in 0..<steps {
      guard (try? replay?.prepare(step, Number.self)) != nil || replay == nil else { return nil }
      show(step, Number.self)
      if let found = body.firstNonFiniteAction(Number.self) { return found }
      update(Number.self)
    }
    return nil
  }

  /// The row that a step, counted in the order in which they run, reads and writes.
  private func place(_ step: Int) -> Int { isReversed ? steps &- 1 &- step : step }

  /// Puts the states before the first step.
  func start<Number>(_ memory: MachineMemory<Number>) {
    for state in states {
      state.memory.assumingMemoryBound(to: Number.self).update(
        from: state.initial.read(memory), count: state.count)
    }
    for (number, feed) in feeds.enumerated() {
      starts[number] = UnsafeMutableRawPointer(mutating: feed.operand.read(memory))
      body.addresses.bases[feed.symbol] = starts[number]
    }
  }

  /// Computes a step from the states, which stay as they are.
  func compute<Number: MachineNumber>(_ step: Int, _ type: Number.Type) throws(MachineError) {
    show(step, type)
    for action in body.actions { try body.perform(action, type) }
  }

  /// Lets the body see the number and the rows of a step.
  private func show<Number: MachineNumber>(_ step: Int, _ type: Number.Type) {
    let row = place(step)
    index.storeBytes(of: Number(row), as: type)
    for number in feeds.indices where feeds[number].stride > 0 {
      body.addresses.bases[feeds[number].symbol] =
        starts[number] + row &* feeds[number].stride &* MemoryLayout<Number>.stride
    }
  }

  /// Lets the states go on to what the step computed.
  func update<Number: MachineNumber>(_ type: Number.Type) {
    let inner = body.addresses.of(type)
    for state in states {
      state.update.run(inner, to: state.memory.assumingMemoryBound(to: type))
    }
  }
}

/// The forward loop of a reverse sweep, run again from states that were kept at every so many
/// steps: memory for about twice the square root of the steps (Griewank and Walther, 2008,
/// section 12.1).
final class BoundReplay {
  private let forward: BoundSteps
  private let sweep: BoundFunction
  private let feeds: [(symbol: Int, state: Int)]
  /// The steps of a part, and the bytes of all states.
  private let length: Int
  private let stride: Int
  private let offsets: [Int]
  private let kept: UnsafeMutableRawPointer
  private let part: UnsafeMutableRawPointer
  let bytes: Int

  init(
    _ forward: BoundSteps, feeds: [StepLoop.StateFeed], of sweep: BoundFunction,
    in binder: FunctionBinder
  ) throws(MachineError) {
    self.forward = forward
    self.sweep = sweep
    self.feeds = feeds.map { ($0.symbol, $0.state) }
    length = max(Int(Double(forward.steps).squareRoot().rounded(.up)), 1)
    var offsets: [Int] = []
    var total = 0
    let width = binder.program.precision.bytes
    for state in forward.states {
      offsets.append(total)
      total = total.addedSaturating(state.count.multipliedSaturating(by: width))
    }
    self.offsets = offsets
    stride = total
    let parts = (forward.steps + length - 1) / length
    let keptRoom = parts.multipliedSaturating(by: total)
    let partRoom = length.multipliedSaturating(by: total)
    bytes = keptRoom.addedSaturating(partRoom)
    guard bytes <= binder.reader.limits.bytes else {
      throw .tooMuchMemory(bytes: bytes, limit: binder.reader.limits.bytes)
    }
    kept = binder.pool.allocate(bytes: keptRoom)
    part = binder.pool.allocate(bytes: partRoom)
  }

  /// Runs forward once and keeps a state at the start of each part.
  func start<Number>(_ memory: MachineMemory<Number>) throws(MachineError) {
    forward.start(memory)
    for step in 0..<forward.steps {
      if step % length == 0 { keep(kept + step / length &* stride, Number.self) }
      try forward.compute(step, Number.self)
      forward.update(Number.self)
    }
  }

  /// Makes the states that a step of the sweep reads; its steps go backwards.
  func prepare<Number: MachineNumber>(
    _ sweepStep: Int, _ type: Number.Type
  ) throws(MachineError) {
    let step = forward.steps &- 1 &- sweepStep
    if sweepStep == 0 || step % length == length &- 1 {
      try fill(step / length, through: step, type)
    }
    let states = part + step % length &* stride
    for feed in feeds { sweep.addresses.bases[feed.symbol] = states + offsets[feed.state] }
  }

  /// Computes the states before each step of a part from the one that was kept.
  private func fill<Number: MachineNumber>(
    _ number: Int, through last: Int, _ type: Number.Type
  ) throws(MachineError) {
    for (state, offset) in zip(forward.states, offsets) {
      state.memory.copyMemory(
        from: kept + (number &* stride &+ offset),
        byteCount: state.count &* MemoryLayout<Number>.stride)
    }
    for step in number &* length...last {
      keep(part + step % length &* stride, type)
      guard step < last else { break }
      try forward.compute(step, type)
      forward.update(type)
    }
  }

  private func keep<Number: MachineNumber>(_ target: UnsafeMutableRawPointer, _ type: Number.Type) {
    for (state, offset) in zip(forward.states, offsets) {
      (target + offset).copyMemory(
        from: state.memory, byteCount: state.count &* MemoryLayout<Number>.stride)
    }
  }
}
