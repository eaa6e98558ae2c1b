import ADCCalculus

/// Binds the instructions of a function: sizes to numbers, views to addresses.
struct FunctionBinder {
  let pool = Pool()
  let program: Program
  let function: Function
  let reader: SizeReader
  let settings: ExecutionSettings
  let layouts: [Layout]
  private let counts: [Int]
  private(set) var actions: [BoundFunction.Action] = []
  private(set) var needs: [BoundFunction.Need] = []
  private(set) var commits: [BoundFunction.Commit] = []
  private(set) var outputs: [DenseOperand] = []
  private(set) var bytes = 0
  let sweeps: [SweepPlan]
  let addresses: MachineAddresses
  private var loops: LoopMemory
  let firstBuffer: Int
  private let scratchRoom: Int
  private let windows: BufferWindows

  init(
    _ program: Program, _ function: Function, _ reader: SizeReader,
    _ settings: ExecutionSettings
  ) throws(MachineError) {
    self.settings = settings
    self.program = program
    self.function = function
    self.reader = reader
    layouts = try reader.layouts(function, program)
    var counts: [Int] = []
    for shape in function.buffers { counts.append(try reader.values(shape).reduce(1, &*)) }
    self.counts = counts
    firstBuffer = program.symbols.count + program.tables.count
    windows = try BufferWindows(
      function, counts: counts, layouts: layouts, firstBuffer: firstBuffer, reader)
    sweeps = SweepPlan.find(function, layouts, firstBuffer: firstBuffer, settings)
    let precision = program.precision
    let plan = MemoryPlan(
      function, counts: counts, windows: windows, sweeps: sweeps,
      alignment: 64 / precision.bytes)
    scratchRoom = try Self.scratchCount(function, layouts, reader, settings, precision)
    // Some instructions work in double whatever the numbers are.
    let room = plan.total.multipliedSaturating(by: precision.bytes)
      .addedSaturating(scratchRoom.multipliedSaturating(by: 8))
    bytes = room.addedSaturating(
      Self.constantCount(function).multipliedSaturating(by: precision.bytes))
    guard bytes <= reader.limits.bytes else {
      throw .tooMuchMemory(bytes: bytes, limit: reader.limits.bytes)
    }
    let arena = pool.allocate(bytes: room)
    let scratch = arena + plan.total &* precision.bytes
    let bases = pool.allocate(
      UnsafeMutableRawPointer.self, firstBuffer + function.buffers.count)
    for index in 0..<firstBuffer { (bases + index).initialize(to: arena) }
    for (index, offset) in plan.offsets.enumerated() {
      (bases + firstBuffer + index).initialize(to: arena + offset &* precision.bytes)
    }
    addresses = MachineAddresses(bases: bases, scratch: scratch)
    loops = LoopMemory(precision, pool: pool, scratch: scratch)
  }

  /// The numbers that loops take at most for operands that are numbers.
  private static func constantCount(_ function: Function) -> Int {
    var count = 0
    for case .loop(let kernel) in function.instructions where !kernel.space.isScalar {
      for input in kernel.inputs {
        if case .view = input { continue }
        count = count.addedSaturating(BoundLoop.chunk)
      }
    }
    return count
  }

  /// The most scratch memory that one instruction takes, in doubles or, the same count, in singles.
  private static func scratchCount(
    _ function: Function, _ layouts: [Layout], _ reader: SizeReader,
    _ settings: ExecutionSettings, _ precision: Precision
  ) throws(MachineError) -> Int {
    var most = 0
    for instruction in function.instructions {
      var count = 0
      switch instruction {
      case .loop(let kernel):
        count = LoopBinder.scratchCount(
          kernel, count: try reader.values(kernel.space).reduce(1, &*), precision)
      case .matrixProduct(let a, let b, let to):
        count =
          switch precision {
          case .double:
            try BoundProduct<Double>(
              layouts[a], layouts[b], to: to, in: Pool(), settings
            ).scratchCount
          case .single:
            try BoundProduct<Float>(
              layouts[a], layouts[b], to: to, in: Pool(), settings
            ).scratchCount
          }
      case .matrixFunction(let function, let views, let to):
        count = try BoundMatrixFunction(
          function, views.map { layouts[$0] }, to: to, in: Pool(), precision
        ).scratchCount
      default:
        if case .sort(let view, let axis, _, _) = instruction {
          count = BoundAxis.sortingRoom(layouts[view].sizes[axis])
        }
        for view in instruction.reads where !layouts[view].isContiguous {
          count = count.addedSaturating(MemoryPlan.aligned(layouts[view].count))
        }
      }
      most = max(most, MemoryPlan.aligned(count))
    }
    for output in function.outputs where !layouts[output.view].isContiguous {
      most = max(most, MemoryPlan.aligned(layouts[output.view].count))
    }
    return most
  }

  /// The numbers of each buffer; -1 for those that lie in others, or have others in them.
  var wholeBuffers: [Int] {
    var result = counts
    for (part, window) in windows.places { (result[part], result[window.whole]) = (-1, -1) }
    return result
  }

  mutating func bind() throws(MachineError) {
    try bindRoots()
    actions.reserveCapacity(function.instructions.count)
    for instruction in function.instructions {
      let action = try action(instruction)
      try checkCounts(instruction, action)
      actions.append(action)
    }
    for update in function.updates { try bindUpdate(update) }
    for output in function.outputs {
      var scratch = 0
      outputs.append(DenseOperand(layouts[output.view], in: pool, scratch: &scratch))
    }
  }

  private mutating func bindRoots() throws(MachineError) {
    var isNeeded = [Bool](repeating: false, count: program.symbols.count)
    var isCopied = [Bool](repeating: false, count: program.tables.count)
    for view in function.views {
      guard case .root(let root) = view.source else { continue }
      switch root {
      case .buffer: break
      case .symbol(let symbol): isNeeded[symbol] = true
      case .table(let place):
        guard !isCopied[place] else { continue }
        isCopied[place] = true
        let values = program.tables[place].values
        addresses.bases[program.rootIndex(root)] =
          switch program.precision {
          case .double: UnsafeMutableRawPointer(pool.copy(values))
          case .single: UnsafeMutableRawPointer(pool.copy(values.map { Float($0) }))
          }
      }
    }
    for symbol in isNeeded.indices where isNeeded[symbol] {
      let count = try reader.values(program.symbols[symbol].shape).reduce(1, &*)
      needs.append(BoundFunction.Need(symbol: symbol, count: count))
    }
  }

  private mutating func bindUpdate(_ update: Function.Update) throws(MachineError) {
    let sizes = try reader.values(program.symbols[update.symbol].shape)
    let value = try layouts[update.view].broadcast(to: sizes)
    let target = Layout.contiguous(root: update.symbol, sizes: sizes)
    commits.append(
      BoundFunction.Commit(
        symbol: update.symbol, count: target.count,
        copy: BoundCopy(from: value, to: target, in: pool)))
  }

  /// That an instruction makes as many elements as its buffers have room for.
  private func checkCounts(
    _ instruction: Instruction, _ action: BoundFunction.Action
  ) throws(MachineError) {
    var made: [Int]
    switch action {
    case .loop(let loop):
      made = [Int](repeating: loop.count, count: instruction.writes.count - loop.accumulators.count)
      made += loop.accumulators.map(\.resultCount)
    case .copy(let copy, _): made = [copy.count]
    case .product(let product): made = [product.resultCount]
    case .singleProduct(let product): made = [product.resultCount]
    case .gather(let rows): made = [rows.index.count &* rows.rowSize]
    case .scatterAdd(let rows):
      made = [rows.batchCount &* rows.rowCount &* rows.rowSize]
      guard rows.values.count == rows.index.count &* rows.rowSize else {
        throw .badSize("the rows to add are not as many as their indices")
      }
    case .matrixFunction(let function): made = [function.resultCount]
    case .sort(let axis, _): made = [axis.operand.count]
    case .takeAlong(let axis, let index), .putAlong(let axis, let index):
      made = [axis.operand.count]
      guard index.count == axis.operand.count else {
        throw .badSize("the indices are not as many as the elements")
      }
    case .overlapAdd(let windows): made = [windows.resultCount]
    case .cumulativeSum(let axis, _): made = [axis.operand.count]
    case .extremeIndex(let axis, _): made = [axis.outer &* axis.inner]
    case .fill, .formula: made = [1]
    case .steps(let steps): made = steps.resultCounts
    case .assembly, .iota, .draw: made = instruction.writes.map { counts[$0] }
    }
    try checkIndices(action)
    for (buffer, count) in zip(instruction.writes, made) where counts[buffer] != count {
      throw .badSize("\(instruction.mnemonic) makes \(count) elements for \(counts[buffer])")
    }
  }

  /// That the numbers of the program can count what an instruction counts.
  private func checkIndices(_ action: BoundFunction.Action) throws(MachineError) {
    let extent =
      switch action {
      case .gather(let rows), .scatterAdd(let rows): rows.rowCount
      case .extremeIndex(let axis, _), .sort(let axis, _), .takeAlong(let axis, _),
        .putAlong(let axis, _):
        axis.extent
      case .iota(_, let count, let period): min(count, period)
      case .steps(let steps): steps.steps
      default: 0
      }
    guard extent > program.precision.mostWhole else { return }
    throw .badSize(
      "\(extent) places cannot be numbered in \(program.precision.rawValue) precision, which "
        + "counts to \(program.precision.mostWhole)")
  }

  private func dense(_ view: Int, _ scratch: inout Int) -> DenseOperand {
    DenseOperand(layouts[view], in: pool, scratch: &scratch)
  }

  private mutating func action(
    _ instruction: Instruction
  ) throws(MachineError) -> BoundFunction.Action {
    var scratch = 0
    switch instruction {
    case .loop(let kernel):
      return .loop(
        BoundLoop(
          try LoopBinder(
            kernel, reader, layouts: layouts, firstBuffer: firstBuffer, memory: &loops),
          settings))
    case .copy(let view, let to):
      let target = Layout.contiguous(root: firstBuffer + to, sizes: layouts[view].sizes)
      return .copy(BoundCopy(from: layouts[view], to: target, in: pool), to: firstBuffer + to)
    case .matrixProduct(let a, let b, let to):
      let (left, right, to) = (layouts[a], layouts[b], firstBuffer + to)
      return switch program.precision {
      case .double: .product(try BoundProduct(left, right, to: to, in: pool, settings))
      case .single: .singleProduct(try BoundProduct(left, right, to: to, in: pool, settings))
      }
    case .pad(let view, let starts, let to):
      return .assembly(try pad(view, starts, to))
    case .concatenation(let views, let axis, let to):
      return .assembly(try concatenation(views, axis, to))
    case .gather(let table, let index, let batch, let to):
      let values = dense(table, &scratch)
      return .gather(
        BoundRows(
          values: values, index: dense(index, &scratch), batch: batch, table: values.sizes,
          to: firstBuffer + to))
    case .scatterAdd(let rows, let index, let batch, let to):
      let values = dense(rows, &scratch)
      return .scatterAdd(
        BoundRows(
          values: values, index: dense(index, &scratch), batch: batch,
          table: try reader.values(function.buffers[to]), to: firstBuffer + to))
    case .cumulativeSum(let view, let axis, let reversed, let to):
      return .cumulativeSum(
        BoundAxis(dense(view, &scratch), axis: axis, to: firstBuffer + to), reversed: reversed)
    case .extremeIndex(let view, let axis, let maximum, let to):
      return .extremeIndex(
        BoundAxis(dense(view, &scratch), axis: axis, to: firstBuffer + to), maximum: maximum)
    case .matrixFunction(let function, let views, let to):
      return .matrixFunction(
        try BoundMatrixFunction(
          function, views.map { layouts[$0] }, to: firstBuffer + to, in: pool,
          program.precision))
    case .sort(let view, let axis, let indices, let to):
      scratch = BoundAxis.sortingRoom(layouts[view].sizes[axis])
      return .sort(
        BoundAxis(dense(view, &scratch), axis: axis, to: firstBuffer + to), indices: indices)
    case .takeAlong(let view, let index, let axis, let to):
      let along = BoundAxis(dense(view, &scratch), axis: axis, to: firstBuffer + to)
      return .takeAlong(along, index: dense(index, &scratch))
    case .putAlong(let view, let index, let axis, let to):
      let along = BoundAxis(dense(view, &scratch), axis: axis, to: firstBuffer + to)
      return .putAlong(along, index: dense(index, &scratch))
    case .overlapAdd(let view, let strides, let to):
      return .overlapAdd(
        try BoundOverlap(
          layouts[view], strides, sizes: try reader.values(function.buffers[to]),
          to: firstBuffer + to, in: pool))
    case .iota(let to):
      let sizes = try reader.values(function.buffers[to])
      return .iota(to: firstBuffer + to, count: counts[to], period: max(sizes.last ?? 1, 1))
    case .formula(let formula, let inputs, let to):
      return .formula(
        BoundFormula(
          formula, inputs: inputs.map { (layouts[$0].root, layouts[$0].offset) },
          to: firstBuffer + to, guardsDigits: settings.guardsDigits))
    case .size(let dimension, let to):
      return .fill(to: firstBuffer + to, Double(try reader.value(dimension)))
    case .uniform(let seed, let step, let place, let to):
      return .draw(
        BoundDraw(
          seed: (layouts[seed].root, layouts[seed].offset),
          step: (layouts[step].root, layouts[step].offset), place: place, to: firstBuffer + to,
          count: counts[to]))
    case .steps(let loop):
      let steps = try BoundSteps(loop, self, scratch: &scratch)
      bytes = bytes.addedSaturating(steps.bytes)
      guard bytes <= reader.limits.bytes else {
        throw .tooMuchMemory(bytes: bytes, limit: reader.limits.bytes)
      }
      return .steps(steps)
    }
  }

  private func pad(
    _ view: Int, _ starts: [Dimension], _ to: Int
  ) throws(MachineError) -> BoundAssembly {
    var first: [Int] = []
    for start in starts { first.append(try reader.value(start)) }
    let whole = Layout.contiguous(
      root: firstBuffer + to, sizes: try reader.values(function.buffers[to]))
    let window = try whole.sliced(starts: first, sizes: layouts[view].sizes)
    return BoundAssembly(
      to: firstBuffer + to, count: counts[to],
      rest: window.gaps(in: counts[to]) ?? [0..<counts[to]],
      parts: copy(view, to, window).map { [$0] } ?? [])
  }

  /// What puts a view into a window of a buffer; nil where it lies there already.
  private func copy(_ view: Int, _ to: Int, _ window: Layout) -> BoundCopy? {
    let isInPlace = windows.isInPlace(
      layouts[view].root - firstBuffer, in: to, at: window.offset)
    return isInPlace ? nil : BoundCopy(from: layouts[view], to: window, in: pool)
  }

  private func concatenation(
    _ views: [Int], _ axis: Int, _ to: Int
  ) throws(MachineError) -> BoundAssembly {
    let whole = Layout.contiguous(
      root: firstBuffer + to, sizes: try reader.values(function.buffers[to]))
    var starts = [Int](repeating: 0, count: whole.sizes.count)
    var parts: [BoundCopy] = []
    for view in views {
      let window = try whole.sliced(starts: starts, sizes: layouts[view].sizes)
      if let part = copy(view, to, window) { parts.append(part) }
      starts[axis] = starts[axis].addedSaturating(layouts[view].sizes[axis])
    }
    return BoundAssembly(
      to: firstBuffer + to, count: counts[to],
      rest: starts[axis] == whole.sizes[axis] ? [] : [0..<counts[to]],
      parts: parts)
  }
}
