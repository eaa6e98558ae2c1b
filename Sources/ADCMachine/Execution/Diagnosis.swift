package import ADCCalculus

/// The first place where a run left the finite numbers.
package struct NonFiniteOrigin: Sendable, CustomStringConvertible {
  /// What computed it: an operator's or an instruction's name; a symbol's name where the values
  /// were not finite from the start.
  package var operation: String
  /// Whether the values came from outside and were not computed.
  package var isSymbol: Bool
  /// The values that the operation had at this element; empty for whole-array operations.
  package var operands: [Double]
  /// NaN or an infinity.
  package var result: Double
  /// Where in the result, along each axis; empty for a scalar.
  package var index: [Int]
  /// The sizes of the result, as the program has them.
  package var shape: Shape
  /// Where the operation was written.
  package var tag: SourceTag?

  /// The place along the first axis, where that axis is the named dimension: a row of the data
  /// where that is what the dimension counts.
  package func place(along dimension: String) -> Int? {
    shape.dimensions.first?.name == dimension ? index.first : nil
  }

  package var description: String {
    let place = index.isEmpty ? "" : " at \(index)"
    if isSymbol { return "`\(operation)` is \(result)\(place)" }
    let values = operands.map { "\($0)" }.joined(separator: ", ")
    return "\(operation)(\(values)) is \(result)\(place)"
  }
}

extension BoundFunction {
  /// Evaluates once more, slowly, and finds the first value that is NaN though no operand was, or
  /// infinite though all operands were finite; nil where there is none, or the run fails.
  ///
  /// Symbols come first, then operations in the order in which they run. No symbol is changed.
  package func firstNonFinite(_ symbols: SymbolMemory) -> NonFiniteOrigin? {
    guard (try? attach(symbols)) != nil else { return nil }
    for need in needs {
      if let found = notFinite(in: symbols, need.symbol, need.count) { return found }
    }
    return switch program.precision {
    case .double: firstNonFiniteAction(Double.self)
    case .single: firstNonFiniteAction(Float.self)
    }
  }

  /// Runs all actions and finds the first whose result leaves the finite numbers.
  func firstNonFiniteAction<Number: MachineNumber>(_ type: Number.Type) -> NonFiniteOrigin? {
    let memory = addresses.of(type)
    for (index, action) in actions.enumerated() {
      if case .steps(let steps) = action {
        // What an iteration tries on its way does not matter where it comes to numbers.
        if steps.isRepeating {
          guard (try? perform(action, type)) != nil else { return nil }
          if notFinite(after: index, memory) == nil { continue }
        }
        if let found = steps.firstNonFinite(memory) { return found }
        guard (try? perform(action, type)) != nil else { return nil }
      } else if case .loop(let loop) = action, case .loop(let kernel) = function.instructions[index]
      {
        if let found = check(loop, kernel, memory) { return found }
      } else {
        let wereFinite = function.instructions[index].reads.allSatisfy {
          areFinite(layouts[$0], memory)
        }
        guard (try? perform(action, type)) != nil else { return nil }
        if wereFinite, let found = notFinite(after: index, memory) { return found }
      }
    }
    return nil
  }

  /// Where the index comes from that made the last evaluation fail: the symbol, and the place in
  /// its values of an element of the index, both nil where the index was computed; and where it was
  /// written. Nil where that is not found.
  ///
  /// Evaluates once more, up to the failure. No symbol is changed.
  package func failedIndex(
    _ symbols: SymbolMemory, element: Int
  ) -> (origin: (symbol: Int, place: Int)?, tag: SourceTag?)? {
    guard (try? attach(symbols)) != nil,
      let failing = actions.firstIndex(where: { action in
        switch program.precision {
        case .double: (try? perform(action, Double.self)) == nil
        case .single: (try? perform(action, Float.self)) == nil
        }
      })
    else { return nil }
    let tag = tag(function.tags[failing])
    switch function.instructions[failing] {
    case .gather(_, let view, _, _), .scatterAdd(_, let view, _, _),
      .takeAlong(_, let view, _, _), .putAlong(_, let view, _, _):
      guard case .symbol(let symbol) = function.roots[view] else { return (nil, tag) }
      let layout = layouts[view]
      let steps = zip(layout.sizes.places(of: element), layout.strides)
      return ((symbol, steps.reduce(layout.offset) { $0 &+ $1.0 &* $1.1 }), tag)
    case .loop, .copy, .matrixProduct, .pad, .concatenation, .cumulativeSum, .extremeIndex, .iota,
      .size, .uniform, .matrixFunction, .sort, .overlapAdd, .formula, .steps:
      return (nil, tag)
    }
  }

  private func tag(_ place: Int32) -> SourceTag? {
    program.tags.indices.contains(Int(place)) ? program.tags[Int(place)] : nil
  }

  private func notFinite(
    in symbols: SymbolMemory, _ symbol: Int, _ count: Int
  ) -> NonFiniteOrigin? {
    guard
      let place = (0..<count).first(where: { !symbols.number(of: symbol, at: $0).isFinite })
    else { return nil }
    let view = function.views.firstIndex { $0.source == .root(.symbol(symbol)) }
    return NonFiniteOrigin(
      operation: program.symbols[symbol].name, isSymbol: true, operands: [],
      result: symbols.number(of: symbol, at: place),
      index: (view.map { layouts[$0].sizes } ?? []).places(of: place),
      shape: program.symbols[symbol].shape, tag: nil)
  }

  private func areFinite<Number>(_ layout: Layout, _ memory: MachineMemory<Number>) -> Bool {
    var walk = Walk(sizes: layout.sizes, strides: layout.strides, in: pool)
    let base = memory.bases[layout.root] + layout.offset
    var value = Number.zero
    for _ in 0..<layout.count {
      walk.read(base, &value, 1)
      if !value.isFinite { return false }
    }
    return true
  }

  private func notFinite<Number>(
    after index: Int, _ memory: MachineMemory<Number>
  ) -> NonFiniteOrigin? {
    let instruction = function.instructions[index]
    for buffer in instruction.writes {
      guard let view = function.views.firstIndex(where: { $0.source == .root(.buffer(buffer)) })
      else { continue }
      let layout = layouts[view]
      let base = memory.bases[layout.root]
      guard let place = (0..<layout.count).first(where: { !base[$0].isFinite }) else { continue }
      return NonFiniteOrigin(
        operation: instruction.mnemonic, isSymbol: false, operands: [], result: Double(base[place]),
        index: layout.sizes.places(of: place), shape: function.buffers[buffer],
        tag: tag(function.tags[index]))
    }
    return nil
  }

  /// Runs a loop step by step; what it finds first ends it.
  private func check<Number>(
    _ loop: BoundLoop, _ kernel: LoopKernel, _ memory: MachineMemory<Number>
  ) -> NonFiniteOrigin? {
    loop.start(memory.bases)
    let worker = loop.workers[0]
    loop.place(worker, at: 0, memory.bases)
    var reduceFinite = [Bool](repeating: true, count: kernel.reductions.count)
    var position = 0
    while position < loop.count {
      let lanes = loop.lanes(from: position, to: loop.count, atMost: BoundLoop.chunk)
      loop.collect(worker, memory.bases, lanes)
      for (place, step) in kernel.steps.enumerated() {
        let operands = loop.lanes(of: step.operands(arity: step.arity), lanes, Number.self)
        loop.performInOrder(loop.plainSteps[place], lanes, Number.self)
        switch step {
        case .reduce(_, let index):
          if !operands[0].allSatisfy(\.isFinite) { reduceFinite[Int(index)] = false }
        case .apply(let op, let to, _, _, _):
          guard let lane = loop.firstBroken(slot: to, operands, lanes, Number.self) else {
            continue
          }
          return NonFiniteOrigin(
            operation: Catalogue.operators[op.index].spelling, isSymbol: false,
            operands: operands.map { $0[lane] },
            result: Double(worker.slots(Number.self)[Int(to)][lane]),
            index: loop.sizes.places(of: position + lane), shape: kernel.space,
            tag: tag(kernel.tags[place]))
        }
      }
      position += lanes
      loop.advance(worker, to: position, by: lanes, memory.bases)
    }
    loop.finish(memory.bases)
    return brokenReduction(kernel, reduceFinite, memory)
  }

  private func brokenReduction<Number>(
    _ kernel: LoopKernel, _ wereFinite: [Bool], _ memory: MachineMemory<Number>
  ) -> NonFiniteOrigin? {
    for (place, step) in kernel.steps.enumerated() {
      guard case .reduce(_, let index) = step, wereFinite[Int(index)] else { continue }
      let reduction = kernel.reductions[Int(index)]
      let root = program.rootIndex(.buffer(reduction.to))
      guard
        let view = function.views.firstIndex(where: { $0.source == .root(.buffer(reduction.to)) })
      else { continue }
      let layout = layouts[view]
      let base = memory.bases[root]
      guard let broken = (0..<layout.count).first(where: { !base[$0].isFinite }) else { continue }
      return NonFiniteOrigin(
        operation: reduction.kind.rawValue, isSymbol: false, operands: [],
        result: Double(base[broken]),
        index: layout.sizes.places(of: broken), shape: function.buffers[reduction.to],
        tag: tag(kernel.tags[place]))
    }
    return nil
  }
}

extension LoopKernel.Step {
  /// The number of operands that the step reads.
  var arity: Int {
    switch self {
    case .reduce: return 1
    case .apply(let op, _, _, _, _):
      switch ExecutionTable.shared[op] {
      case .elementwise(.unary): return 1
      case .elementwise(.binary): return 2
      default: return 3
      }
    }
  }

  /// The slots of the operands.
  func operands(arity: Int) -> [Int32] {
    switch self {
    case .reduce(let slot, _): [slot]
    case .apply(_, _, let a, let b, let c): Array([a, b, c].prefix(arity))
    }
  }
}

extension BoundLoop {
  /// Does a step for the lanes of the first worker; reductions take them as if there were no
  /// blocks.
  fileprivate func performInOrder<Number: MachineNumber>(
    _ step: Step, _ lanes: Int, _ type: Number.Type
  ) {
    if case .reduce(let slot, let index) = step {
      let values = self.lanes(of: [slot], lanes, type)[0]
      accumulators[Int(index)].add(values, lanes)
    } else {
      perform(step, workers[0], lanes, type)
    }
  }

  /// Copies of the lanes of slots, which a step may overwrite.
  fileprivate func lanes<Number: MachineNumber>(
    of places: [Int32], _ count: Int, _ type: Number.Type
  ) -> [[Double]] {
    places.map { place in
      let lanes = workers[0].slots(type)[Int(place)]
      return (0..<count).map { Double(lanes[$0]) }
    }
  }

  /// The first lane with a NaN from none, or an infinity from finite operands.
  fileprivate func firstBroken<Number: MachineNumber>(
    slot: Int32, _ operands: [[Double]], _ count: Int, _ type: Number.Type
  ) -> Int? {
    let results = workers[0].slots(type)[Int(slot)]
    return (0..<count).first { lane in
      if results[lane].isFinite { return false }
      return results[lane].isNaN
        ? operands.allSatisfy { !$0[lane].isNaN } : operands.allSatisfy { $0[lane].isFinite }
    }
  }
}
