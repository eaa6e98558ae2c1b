import ADCCalculus

/// Follows instructions over few numbers element by element, and records what they compute.
///
/// Sums, products and extremes have their terms in the order, and the bits, of `Accumulator`.
struct ScalarRecorder {
  /// The elements of one instruction at most.
  private static let mostElements = 8
  /// Operations in a recording at most.
  private static let mostOperations = 3000

  private let function: Function
  private let layouts: [Layout]
  private let firstBuffer: Int
  private let sizes: SizeReader
  private let precision: Precision
  private let recording = Recording()
  private var values: [ScalarCell: RecordedLane] = [:]
  private var cells: [ScalarCell] = []
  private var slots: [ScalarCell: Int32] = [:]

  init(
    _ function: Function, _ layouts: [Layout], firstBuffer: Int, _ sizes: SizeReader,
    _ precision: Precision
  ) {
    self.precision = precision
    self.function = function
    self.layouts = layouts
    self.firstBuffer = firstBuffer
    self.sizes = sizes
  }

  /// Whether an instruction is one that can be followed.
  static func canFollow(_ action: BoundFunction.Action) -> Bool {
    switch action {
    case .loop(let loop):
      loop.count >= 1 && loop.count <= mostElements
        && loop.accumulators.allSatisfy {
          loop.count == 1 || $0.isWhole(of: loop.count) && loop.count < 8
        }
    case .copy(let copy, _): copy.count <= mostElements
    case .assembly(let assembly): assembly.count <= 2 * mostElements
    case .fill: true
    default: false
    }
  }

  /// What instructions compute of what later ones read; nil where something cannot be recorded.
  mutating func segment(
    _ range: Range<Int>, _ actions: [BoundFunction.Action]
  ) throws(MachineError) -> LoopSegment? {
    for place in range {
      switch (function.instructions[place], actions[place]) {
      case (.loop(let kernel), .loop(let loop)):
        guard try follow(kernel, loop) else { return nil }
      case (.copy(let view, let to), _): copy(layouts[view], to: whole(to, layouts[view].sizes))
      case (.pad(let view, let starts, let to), _):
        var first: [Int] = []
        for start in starts { first.append(try sizes.value(start)) }
        let target = whole(to, try sizes.values(function.buffers[to]))
        for cell in Self.cells(target) { values[cell] = RecordedLane(0) }
        copy(layouts[view], to: try target.sliced(starts: first, sizes: layouts[view].sizes))
      case (.concatenation(let views, let axis, let to), _):
        let target = whole(to, try sizes.values(function.buffers[to]))
        var starts = [Int](repeating: 0, count: target.sizes.count)
        for view in views {
          copy(layouts[view], to: try target.sliced(starts: starts, sizes: layouts[view].sizes))
          starts[axis] += layouts[view].sizes[axis]
        }
      case (.size, .fill(let to, let value)):
        values[ScalarCell(root: to, offset: 0)] = number(value)
      default: return nil
      }
      guard recording.operations.count <= Self.mostOperations else { return nil }
    }
    return finished(range)
  }

  private func finished(_ range: Range<Int>) -> LoopSegment {
    var segment = LoopSegment(recording: recording, fixed: [])
    segment.precision = precision
    var written: [(cell: ScalarCell, value: Int32)] = []
    let kept = rootsRead(after: range.upperBound)
    let order = values.keys.filter { kept.contains($0.root) }
      .sorted { ($0.root, $0.offset) < ($1.root, $1.offset) }
    for cell in order {
      guard let value = values[cell] else { continue }
      let place =
        precision == .double ? recording.place(of: value) : recording.singlePlace(of: value)
      written.append((cell, place))
    }
    segment.early = Set(cells.indices.filter { cells[$0].root >= firstBuffer }.map { Int32($0) })
    segment.cells = cells + written.map(\.cell)
    segment.stores = written.enumerated().map { (Int32(cells.count + $0), $1.value) }
    return segment
  }

  /// The buffers that are read after an instruction, or by whoever runs the function.
  private func rootsRead(after place: Int) -> Set<Int> {
    var result = Set(
      (function.outputs.map(\.view) + function.updates.map(\.view)).map { layouts[$0].root })
    for instruction in function.instructions[place...] {
      for view in instruction.reads { result.insert(layouts[view].root) }
    }
    return result.filter { $0 >= firstBuffer }
  }

  private func whole(_ buffer: Int, _ sizes: [Int]) -> Layout {
    .contiguous(root: firstBuffer + buffer, sizes: sizes)
  }

  /// The places of the elements of a layout, row-major.
  private static func cells(_ layout: Layout) -> [ScalarCell] {
    (0..<layout.count).map { index in
      var rest = index
      var offset = layout.offset
      for axis in layout.sizes.indices.reversed() {
        offset += rest % layout.sizes[axis] * layout.strides[axis]
        rest /= layout.sizes[axis]
      }
      return ScalarCell(root: layout.root, offset: offset)
    }
  }

  private func number(_ value: Double) -> RecordedLane { RecordedLane(precision.rounded(value)) }

  private mutating func value(_ cell: ScalarCell) -> RecordedLane {
    if let known = values[cell] { return known }
    let slot = slots[cell] ?? Int32(cells.count)
    if slots.updateValue(slot, forKey: cell) == nil { cells.append(cell) }
    return recording.operand(slot)
  }

  private mutating func copy(_ source: Layout, to target: Layout) {
    let elements = Self.cells(source).map { value($0) }
    for (cell, element) in zip(Self.cells(target), elements) { values[cell] = element }
  }

  private mutating func follow(
    _ kernel: LoopKernel, _ loop: BoundLoop
  ) throws(MachineError) -> Bool {
    var operands: [[RecordedLane]] = []
    for input in kernel.inputs {
      switch input {
      case .number(let number): operands.append([self.number(number)])
      case .size(let size): operands.append([number(Double(try sizes.value(size)))])
      case .view(let view):
        operands.append(
          Self.cells(try layouts[view].broadcast(to: loop.sizes)).map { value($0) })
      }
    }
    var terms = [[RecordedLane]](repeating: [], count: kernel.reductions.count)
    var stored: [[RecordedLane]] = []
    for element in 0..<loop.count {
      var lanes = operands.map { $0.count == 1 ? $0[0] : $0[element] }
      lanes += Array(
        repeating: RecordedLane(0), count: kernel.stores.count + kernel.registerCount)
      for step in loop.plainSteps {
        if case .reduce(let slot, let index) = step {
          terms[Int(index)].append(lanes[Int(slot)])
        } else {
          let operands = step.operands.map { lanes[Int($0)] }
          guard
            let results = recording.attempt({
              recording.results(of: step, operands, in: precision)
            })
          else { return false }
          for (target, result) in zip(step.targets, results) { lanes[Int(target)] = result }
          guard recording.operations.count <= Self.mostOperations else { return false }
        }
      }
      stored.append(Array(lanes[kernel.inputs.count...].prefix(kernel.stores.count)))
    }
    for (place, buffer) in kernel.stores.enumerated() {
      for element in 0..<loop.count {
        values[ScalarCell(root: firstBuffer + buffer, offset: element)] = stored[element][place]
      }
    }
    for (place, reduction) in kernel.reductions.enumerated() {
      values[ScalarCell(root: firstBuffer + reduction.to, offset: 0)] =
        reduced(terms[place], reduction.kind)
    }
    return true
  }

  private func reduced(
    _ terms: [RecordedLane], _ kind: ADCCalculus.Reduction
  ) -> RecordedLane {
    guard precision == .single else { return Self.folded(terms, kind) }
    return recording.single(Self.folded(terms.map { recording.wide($0) }, kind))
  }

  private static func folded(
    _ terms: [RecordedLane], _ kind: ADCCalculus.Reduction
  ) -> RecordedLane {
    terms.reduce(RecordedLane(Fold.identity(kind))) { result, term in
      switch kind {
      case .sum: result + term
      case .product: result * term
      case .minimum: greater(term, result, than: term, result)
      case .maximum: greater(term, result, than: result, term)
      case .indexOfMinimum, .indexOfMaximum: result
      }
    }
  }

  /// `term` where `high` is greater than `low` or the term is NaN, else the result so far.
  private static func greater(
    _ term: RecordedLane, _ result: RecordedLane, than low: RecordedLane, _ high: RecordedLane
  ) -> RecordedLane {
    let takes = RecordedLane.or(RecordedLane.isLess(low, high), RecordedLane.isNaN(term))
    return RecordedLane.select(takes, term, result)
  }
}
