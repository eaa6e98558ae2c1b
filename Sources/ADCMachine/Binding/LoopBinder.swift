import ADCCalculus

/// The memory that loops share: constants of all, lanes that one at a time uses.
struct LoopMemory {
  let precision: Precision
  private struct Constant: Hashable {
    var bits: UInt64
    var isWide: Bool
  }

  private var constants: [Constant: UnsafeMutableRawPointer] = [:]
  /// Registers and written-out operands, the same memory for every loop.
  let scratch: UnsafeMutableRawPointer
  let pool: Pool

  init(_ precision: Precision, pool: Pool, scratch: UnsafeMutableRawPointer) {
    self.precision = precision
    self.pool = pool
    self.scratch = scratch
  }

  mutating func constant(_ value: Double, lanes: Int) -> UnsafeMutableRawPointer {
    let key = Constant(bits: value.bitPattern, isWide: lanes > 1)
    if let known = constants[key] { return known }
    let count = lanes > 1 ? BoundLoop.chunk : 1
    let place = pool.allocate(bytes: count * precision.bytes)
    switch precision {
    case .double: place.initializeMemory(as: Double.self, repeating: value, count: count)
    case .single: place.initializeMemory(as: Float.self, repeating: Float(value), count: count)
    }
    constants[key] = place
    return place
  }
}

/// Finds for every slot of a loop how its lanes come about.
struct LoopBinder {
  let pool: Pool
  let precision: Precision
  let space: [Int]
  let count: Int
  /// The lanes after which operands and results that lie in rows go on elsewhere: all, where none
  /// do.
  let rowLanes: Int
  private(set) var slots: [UnsafeMutableRawPointer] = []
  private(set) var steps: [BoundLoop.Step] = []
  private(set) var pairedSteps: [BoundLoop.Step] = []
  private(set) var moving: [BoundLoop.Start] = []
  private(set) var fills: [BoundLoop.Fill] = []
  private(set) var periods: [BoundLoop.Period] = []
  private(set) var gathered: [BoundLoop.Gathered] = []
  private(set) var accumulators: [Accumulator] = []
  private(set) var registers: [Int] = []
  private var nextScratch: UnsafeMutableRawPointer
  private let lanes: Int

  /// Repeated operands of up to this many elements are written out.
  private static let longestPeriod = 1024

  /// Pairs of steps that run together in one loop.
  private static let mostPairs = 8

  /// The numbers of scratch memory that a loop needs at most.
  static func scratchCount(_ kernel: LoopKernel, count: Int, _ precision: Precision) -> Int {
    let lanes = laneRoom(count, precision)
    let perInput = lanes == 1 ? 1 : lanes + longestPeriod
    return (kernel.inputs.count.multipliedSaturating(by: perInput))
      .addedSaturating((kernel.registerCount + mostPairs).multipliedSaturating(by: lanes))
  }

  /// The room of a register: whole cache lines, but for scalars.
  private static func laneRoom(_ count: Int, _ precision: Precision) -> Int {
    count <= 1 ? 1 : min(BoundLoop.chunk, lines(count, precision))
  }

  /// A count rounded up to whole cache lines.
  private static func lines(_ count: Int, _ precision: Precision) -> Int {
    let line = 64 / precision.bytes
    return (count + (line - 1)) / line * line
  }

  init(
    _ kernel: LoopKernel, _ reader: SizeReader, layouts: [Layout], firstBuffer: Int,
    memory: inout LoopMemory
  ) throws(MachineError) {
    pool = memory.pool
    precision = memory.precision
    space = try reader.values(kernel.space)
    count = space.reduce(1, &*)
    lanes = Self.laneRoom(count, precision)
    nextScratch = memory.scratch
    rowLanes = try Self.rowLanes(kernel, layouts, space: space)
    for input in kernel.inputs {
      switch input {
      case .number(let value): slots.append(memory.constant(value, lanes: lanes))
      case .size(let size):
        slots.append(memory.constant(Double(try reader.value(size)), lanes: lanes))
      case .view(let view): try addOperand(layouts[view])
      }
    }
    for buffer in kernel.stores {
      moving.append(
        BoundLoop.Start(
          slot: slots.count, root: firstBuffer + buffer, offset: 0, rowStride: rowLanes))
      slots.append(memory.scratch)
    }
    for _ in 0..<kernel.registerCount { addRegister() }
    try addSteps(kernel, firstBuffer: firstBuffer)
    pairSteps(firstRegister: Int32(kernel.inputs.count + kernel.stores.count))
  }

  /// Lets steps that share work run together; their second results get registers of their own.
  private mutating func pairSteps(firstRegister: Int32) {
    guard count > 1 else {
      pairedSteps = steps
      return
    }
    var pairing = StepPairing(firstRegister: firstRegister, slotCount: slots.count)
    pairing.limit = Self.mostPairs
    for step in steps { pairing.add(step) }
    pairedSteps = pairing.steps
    for _ in 0..<pairing.newRegisters { addRegister() }
  }

  private mutating func addRegister() {
    registers.append(slots.count)
    slots.append(takeLanes(lanes))
  }

  private mutating func takeLanes(_ count: Int) -> UnsafeMutableRawPointer {
    let place = nextScratch
    nextScratch += count * precision.bytes
    return place
  }

  /// Room for a chunk of singles as doubles.
  func newWideLanes() -> UnsafeMutablePointer<Double> {
    let isNeeded = precision == .single && !accumulators.isEmpty
    return pool.allocate(Double.self, isNeeded ? BoundLoop.chunk : 0)
  }

  private mutating func addOperand(_ view: Layout) throws(MachineError) {
    let layout = try view.broadcast(to: space)
    var start = BoundLoop.Start(
      slot: slots.count, root: layout.root, offset: layout.offset, rowStride: rowLanes)
    let varying = space.indices.filter { space[$0] != 1 && layout.strides[$0] != 0 }
    if count <= 1 || layout.isContiguous {
      moving.append(start)
      slots.append(nextScratch)
    } else if varying.isEmpty {
      let place = takeLanes(lanes)
      fills.append(BoundLoop.Fill(start: start, lanes: place))
      slots.append(place)
    } else if rowLanes < count, let stride = layout.rowStride(of: rowLanes) {
      start.rowStride = stride
      moving.append(start)
      slots.append(nextScratch)
    } else if let period = period(of: layout, from: varying[0]) {
      let place = takeLanes(Self.lines(period + BoundLoop.chunk, precision))
      periods.append(BoundLoop.Period(start: start, count: period, lanes: place))
      slots.append(place)
    } else {
      let place = takeLanes(lanes)
      let walk = Walk(sizes: space, strides: layout.strides, in: pool)
      gathered.append(BoundLoop.Gathered(start: start, walk: walk, lanes: place))
      slots.append(place)
    }
  }

  /// How many elements repeat, where the trailing axes are contiguous and the others repeat them.
  private func period(of layout: Layout, from axis: Int) -> Int? {
    let inner = Layout(
      root: 0, offset: 0, sizes: Array(layout.sizes[axis...]),
      strides: Array(layout.strides[axis...]))
    let count = inner.count
    return inner.isContiguous && count <= Self.longestPeriod && self.count >= BoundLoop.chunk
      ? count : nil
  }

  private mutating func addSteps(_ kernel: LoopKernel, firstBuffer: Int) throws(MachineError) {
    steps.reserveCapacity(kernel.steps.count)
    for reduction in kernel.reductions {
      accumulators.append(
        Accumulator(
          reduction, root: firstBuffer + reduction.to, space: space, in: pool, precision))
    }
    for step in kernel.steps {
      switch step {
      case .reduce(let slot, let index): steps.append(.reduce(slot, index: index))
      case .apply(let op, let to, let a, let b, let c):
        guard case .elementwise(let elementwise) = ExecutionTable.shared[op] else {
          throw .unsupported("`\(Catalogue.operators[op.index].name)` in a loop")
        }
        switch elementwise {
        case .unary(let kernel): steps.append(.unary(chosen(kernel), a, to: to))
        case .binary(let binary):
          if case .number(let y)? = input(b, kernel),
            let unary = binary.withSecond(precision.rounded(y))
          {
            steps.append(.unary(chosen(unary), a, to: to))
          } else {
            steps.append(.binary(binary, a, b, to: to))
          }
        case .ternary(let kernel): steps.append(.ternary(kernel, a, b, c, to: to))
        }
      }
    }
  }

  /// A kernel, or what has its place in single precision.
  private func chosen(_ kernel: any UnaryKernel.Type) -> any UnaryKernel.Type {
    precision == .single ? kernel.inSingle : kernel
  }

  private func input(_ slot: Int32, _ kernel: LoopKernel) -> LoopKernel.Input? {
    Int(slot) < kernel.inputs.count ? kernel.inputs[Int(slot)] : nil
  }
}
