/// Buffers that a later `pad` or `concatenation` puts into another one, and that lie there from the
/// start, so that nothing is to copy.
struct BufferWindows {
  struct Place: Hashable {
    var whole: Int
    /// In elements.
    var offset: Int
  }

  /// By the buffer that is a part.
  private(set) var places: [Int: Place] = [:]

  init() {}

  /// - Parameters:
  ///   - layouts: of the function's views.
  ///   - firstBuffer: the root of buffer 0.
  init(
    _ function: Function, counts: [Int], layouts: [Layout], firstBuffer: Int, _ reader: SizeReader
  ) throws(MachineError) {
    var made: Set<Int> = []
    var wholes: Set<Int> = []
    for instruction in function.instructions {
      if case .loop(let kernel) = instruction { made.formUnion(kernel.stores) }
      for part in try Self.parts(of: instruction, function, layouts, reader) {
        let buffer = layouts[part.view].root - firstBuffer
        guard made.contains(buffer), places[buffer] == nil, places[part.to] == nil,
          !wholes.contains(buffer), layouts[part.view].offset == 0,
          layouts[part.view].isContiguous, layouts[part.view].count == counts[buffer],
          part.window.isContiguous, part.window.count == counts[buffer]
        else { continue }
        places[buffer] = Place(whole: part.to, offset: part.window.offset)
        wholes.insert(part.to)
      }
    }
  }

  private struct Part {
    var view: Int
    var to: Int
    var window: Layout
  }

  private static func parts(
    of instruction: Instruction, _ function: Function, _ layouts: [Layout], _ reader: SizeReader
  ) throws(MachineError) -> [Part] {
    switch instruction {
    case .pad(let view, let starts, let to):
      var first: [Int] = []
      for start in starts { first.append(try reader.value(start)) }
      let whole = Layout.contiguous(root: 0, sizes: try reader.values(function.buffers[to]))
      let window = try whole.sliced(starts: first, sizes: layouts[view].sizes)
      return [Part(view: view, to: to, window: window)]
    case .concatenation(let views, let axis, let to):
      let whole = Layout.contiguous(root: 0, sizes: try reader.values(function.buffers[to]))
      var starts = [Int](repeating: 0, count: whole.sizes.count)
      var parts: [Part] = []
      for view in views {
        let window = try whole.sliced(starts: starts, sizes: layouts[view].sizes)
        parts.append(Part(view: view, to: to, window: window))
        starts[axis] = starts[axis].addedSaturating(layouts[view].sizes[axis])
      }
      // What leaves a gap is told when the instruction is bound.
      return starts[axis] == whole.sizes[axis] ? parts : []
    default: return []
    }
  }

  /// Whether a part lies where a copy to an element of the whole would put it.
  func isInPlace(_ buffer: Int, in whole: Int, at offset: Int) -> Bool {
    places[buffer] == Place(whole: whole, offset: offset)
  }
}
