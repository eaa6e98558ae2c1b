import ADCCalculus

/// Checks that a program keeps the rules that the machine relies on.
///
/// What depends on sizes (that windows lie within arrays, that elements are as many as their
/// memory holds) is checked when a function is bound; all else here.
package struct Verifier {
  private let program: Program

  /// Views of views of views …
  private static let deepestView = 256
  /// Loops within loops within loops …
  static let deepestLoop = 32

  /// Beyond any array, and a product of two is no overflow.
  private static let longestStride = 1 << 31

  /// Nothing is checked before `verify`.
  package init(_ program: Program) { self.program = program }

  /// Returns if the program is sound.
  package func verify() throws(ProgramFileError) {
    for table in program.tables {
      try require(table.shape.dimensions.allSatisfy { ($0.known ?? -1) >= 0 }, "a table's size")
      try require(table.shape.knownCount == table.values.count, "a table's number of values")
    }
    for function in program.functions { try verify(function, depth: 0) }
  }

  private func require(
    _ condition: Bool, _ what: @autoclosure () -> String
  ) throws(ProgramFileError) {
    guard condition else { throw .invalid(what() + " is wrong") }
  }

  private func verify(_ function: Function, depth: Int) throws(ProgramFileError) {
    try require(depth <= Self.deepestLoop, "the depth of loops within loops")
    try require(function.tags.count == function.instructions.count, "the number of lines")
    try verifyViews(function)
    let roots = function.roots
    var isWritten = [Bool](repeating: false, count: function.buffers.count)
    for (index, instruction) in function.instructions.enumerated() {
      let place = "instruction \(index) (\(instruction.mnemonic))"
      for view in instruction.reads {
        try require(function.views.indices.contains(view), "an operand of \(place)")
        if case .buffer(let buffer) = roots[view] {
          try require(isWritten[buffer], "the order of \(place)")
        }
      }
      for buffer in instruction.writes {
        try require(function.buffers.indices.contains(buffer), "the result of \(place)")
        try require(!isWritten[buffer], "the second result in b\(buffer)")
        isWritten[buffer] = true
      }
      try verify(instruction, function, place)
      if case .steps(let loop) = instruction { try verify(loop, function, place, depth: depth) }
    }
    var isUpdated = Set<Int>()
    for update in function.updates {
      try require(program.symbols.indices.contains(update.symbol), "an updated symbol")
      try require(isUpdated.insert(update.symbol).inserted, "a second update of a symbol")
      try require(function.views.indices.contains(update.view), "an update")
      guard case .symbol = roots[update.view] else { continue }
      throw .invalid("an update reads a symbol that may have changed")
    }
    for output in function.outputs {
      try require(function.views.indices.contains(output.view), "an output")
    }
    for view in function.outputs.map(\.view) + function.updates.map(\.view) {
      if case .buffer(let buffer) = roots[view] {
        try require(isWritten[buffer], "a result that nothing computes")
      }
    }
  }

  private func verifyViews(_ function: Function) throws(ProgramFileError) {
    var depths: [Int] = []
    for (index, view) in function.views.enumerated() {
      switch view.source {
      case .root(let root):
        guard let shape = shape(of: root, function) else {
          throw .invalid("view \(index) shows nothing")
        }
        try require(shape == view.shape, "the shape of view \(index)")
        depths.append(0)
      case .view(let source, let step):
        try require(source < index, "the source of view \(index)")
        try require(depths[source] < Self.deepestView, "the depth of view \(index)")
        depths.append(depths[source] + 1)
        try verify(step, function.views[source].shape, view.shape, index)
      }
    }
  }

  private func shape(of root: ArrayView.Root, _ function: Function) -> Shape? {
    switch root {
    case .symbol(let place) where program.symbols.indices.contains(place):
      program.symbols[place].shape
    case .table(let place) where program.tables.indices.contains(place):
      program.tables[place].shape
    case .buffer(let place) where function.buffers.indices.contains(place):
      function.buffers[place]
    default: nil
    }
  }

  private func verify(
    _ step: ArrayView.Step, _ old: Shape, _ new: Shape, _ index: Int
  ) throws(ProgramFileError) {
    let isSound =
      switch step {
      case .transpose: old.rank >= 2 && new.rank == old.rank
      case .diagonal: old.rank >= 2 && new.rank == old.rank - 1
      case .windows(let strides):
        strides.count <= old.rank && new.rank == old.rank + strides.count
          && strides.allSatisfy { $0 >= 1 && $0 <= Self.longestStride }
      case .reversed(let axis): axis < old.rank && new.rank == old.rank
      case .broadcast: new.rank >= old.rank
      case .slice(let starts): starts.count == old.rank && new.rank == old.rank
      case .permute(let order):
        order.sorted() == Array(0..<old.rank)
          && new == Shape(order.map { old.dimensions[$0] })
      case .reshape: true
      }
    try require(isSound, "the rank of view \(index)")
  }

  private func verify(
    _ instruction: Instruction, _ function: Function, _ place: String
  ) throws(ProgramFileError) {
    func rank(_ view: Int) -> Int { function.views[view].shape.rank }
    switch instruction {
    case .loop(let kernel): try verify(kernel, function, place)
    case .pad(let view, let starts, let to):
      try require(
        starts.count == rank(view) && function.buffers[to].rank == rank(view),
        "the rank of \(place)")
    case .concatenation(let views, let axis, let to):
      try require(axis < function.buffers[to].rank, "the axis of \(place)")
      try require(
        !views.isEmpty && views.allSatisfy { rank($0) == function.buffers[to].rank },
        "the rank of \(place)")
    case .gather(let table, let index, let batch, _):
      try require(rank(table) > batch && rank(index) >= batch, "the rank of \(place)")
      let (shape, other) = (function.views[table].shape, function.views[index].shape)
      try require(
        shape.dimensions.prefix(batch) == other.dimensions.prefix(batch), "a size of \(place)")
    case .scatterAdd(_, let index, let batch, let to):
      let shape = function.buffers[to]
      try require(shape.rank > batch && rank(index) >= batch, "the rank of \(place)")
      try require(
        shape.dimensions.prefix(batch) == function.views[index].shape.dimensions.prefix(batch),
        "a size of \(place)")
    case .cumulativeSum(let view, let axis, _, _), .extremeIndex(let view, let axis, _, _):
      try require(axis < max(rank(view), 1), "the axis of \(place)")
    case .matrixFunction(let kind, let views, _):
      try require(views.count == (kind.takesRightSide ? 2 : 1), "the operands of \(place)")
      try require(
        rank(views[0]) >= 2 && views.dropFirst().allSatisfy { rank($0) >= 1 },
        "the rank of \(place)")
    case .sort(let view, let axis, _, let to):
      try require(
        axis < rank(view) && function.buffers[to].rank == rank(view), "the axis of \(place)")
    case .takeAlong(let view, let index, let axis, let to),
      .putAlong(let view, let index, let axis, let to):
      try require(
        axis < rank(view) && rank(index) == rank(view) && function.buffers[to].rank == rank(view),
        "the axis of \(place)")
    case .overlapAdd(let view, let strides, let to):
      try require(
        strides.allSatisfy { $0 >= 1 && $0 <= Self.longestStride }
          && function.buffers[to].rank >= strides.count
          && rank(view) == function.buffers[to].rank + strides.count, "the rank of \(place)")
    case .uniform(let seed, let step, _, _):
      try require(rank(seed) == 0 && rank(step) == 0, "the rank of \(place)")
    case .formula(let formula, let inputs, let to):
      try require(
        inputs.allSatisfy { rank($0) == 0 } && function.buffers[to].isScalar,
        "the rank of \(place)")
      try require(formula.isSound && formula.outputs.count == 1, "the formula of \(place)")
    case .size(_, let to): try require(function.buffers[to].isScalar, "the rank of \(place)")
    case .copy, .matrixProduct, .iota, .steps: break
    }
  }

  /// That a loop gives its body every symbol that it reads, each in its shape, and takes what the
  /// body has. Its results are as large as their buffers: that is checked when it is bound.
  private func verify(
    _ loop: StepLoop, _ function: Function, _ place: String, depth: Int
  ) throws(ProgramFileError) {
    try verify(loop.body, depth: depth + 1)
    let symbols = program.symbols
    func shape(_ symbol: Int) throws(ProgramFileError) -> Shape {
      try require(symbols.indices.contains(symbol), "a symbol of \(place)")
      return symbols[symbol].shape
    }
    func viewShape(_ view: Int) -> Shape { function.views[view].shape }
    func row(_ shape: Shape) -> Shape { Shape([loop.steps] + shape.dimensions) }
    let outputs = loop.body.outputs.map { loop.body.views[$0.view].shape }
    var given: Set<Int> = []
    func give(_ symbol: Int) throws(ProgramFileError) {
      try require(given.insert(symbol).inserted, "a symbol given twice to \(place)")
    }
    try give(loop.index)
    try require(try shape(loop.index).isScalar, "the index of \(place)")
    try require(outputs.count >= loop.states.count, "a state of \(place)")
    for (number, state) in loop.states.enumerated() {
      try give(state.symbol)
      let own = try shape(state.symbol)
      try require(
        viewShape(state.initial) == own && outputs[number] == own, "a state of \(place)")
    }
    for feed in loop.rows {
      try give(feed.symbol)
      try require(viewShape(feed.view) == row(try shape(feed.symbol)), "a row of \(place)")
    }
    for feed in loop.shared {
      try give(feed.symbol)
      try require(viewShape(feed.view) == (try shape(feed.symbol)), "a value of \(place)")
    }
    for result in loop.last {
      try require(
        loop.states.indices.contains(result.output)
          && function.buffers[result.to] == outputs[result.output], "a result of \(place)")
    }
    for result in loop.collected {
      try require(
        outputs.indices.contains(result.output)
          && function.buffers[result.to] == row(outputs[result.output]), "a result of \(place)")
    }
    try require(loop.replays.count <= 1 && loop.body.updates.isEmpty, "the steps of \(place)")
    for replay in loop.replays {
      let forward = replay.loop
      try require(
        forward.steps == loop.steps && forward.isReversed != loop.isReversed
          && forward.writes.isEmpty && forward.replays.isEmpty, "the replay of \(place)")
      try verify(forward, function, place, depth: depth + 1)
      for feed in replay.feeds {
        try give(feed.symbol)
        try require(forward.states.indices.contains(feed.state), "the replay of \(place)")
        let state = symbols[forward.states[feed.state].symbol].shape
        try require(try shape(feed.symbol) == state, "the replay of \(place)")
      }
    }
    for root in loop.body.roots {
      if case .symbol(let symbol) = root {
        try require(given.contains(symbol), "a symbol that no step of \(place) gets")
      }
    }
  }

  private func verify(
    _ kernel: LoopKernel, _ function: Function, _ place: String
  ) throws(ProgramFileError) {
    try require(kernel.tags.count == kernel.steps.count, "the number of lines of \(place)")
    try require(kernel.registerCount <= kernel.steps.count, "the number of registers of \(place)")
    for buffer in kernel.stores {
      try require(function.buffers[buffer] == kernel.space, "the shape of b\(buffer)")
    }
    var isFed = [Bool](repeating: false, count: kernel.reductions.count)
    for reduction in kernel.reductions { try verify(reduction, kernel, place) }
    let firstStore = kernel.inputs.count
    let slots = firstStore + kernel.stores.count + kernel.registerCount
    var isSet = [Bool](repeating: false, count: slots)
    for slot in 0..<firstStore { isSet[slot] = true }
    for step in kernel.steps {
      for slot in step.operands(arity: step.arity) {
        try require(slot >= 0 && slot < slots && isSet[Int(slot)], "an operand in \(place)")
      }
      switch step {
      case .reduce(_, let index):
        try require(
          isFed.indices.contains(Int(index)) && !isFed[Int(index)], "a reduction in \(place)")
        isFed[Int(index)] = true
      case .apply(let op, let to, _, _, _):
        guard case .elementwise = ExecutionTable.shared[op] else {
          throw .invalid("`\(Catalogue.operators[op.index].name)` cannot be in \(place)")
        }
        try require(to >= firstStore && to < slots, "a result in \(place)")
        isSet[Int(to)] = true
      }
    }
    try require(isFed.allSatisfy { $0 }, "a reduction of nothing in \(place)")
    try require(
      isSet[firstStore..<firstStore + kernel.stores.count].allSatisfy { $0 },
      "a result of nothing in \(place)")
  }

  private func verify(
    _ reduction: LoopKernel.Reduction, _ kernel: LoopKernel, _ place: String
  ) throws(ProgramFileError) {
    switch reduction.kind {
    case .sum, .product, .minimum, .maximum: break
    case .indexOfMinimum, .indexOfMaximum: throw .invalid("a reduction in \(place)")
    }
    let ascending = zip(reduction.axes, reduction.axes.dropFirst()).allSatisfy { $0 < $1 }
    try require(
      ascending && reduction.axes.allSatisfy { $0 < kernel.space.rank }, "an axis in \(place)")
  }
}

extension Function {
  /// The memory that each view shows.
  var roots: [ArrayView.Root] {
    var result: [ArrayView.Root] = []
    result.reserveCapacity(views.count)
    for view in views {
      switch view.source {
      case .root(let root): result.append(root)
      case .view(let source, _): result.append(result[source])
      }
    }
    return result
  }
}
