import ADCCalculus
import ADCMachine

/// Arrays that are parts of larger ones.
extension FunctionCode {
  /// Lets what is only put into a larger array be computed there, where its elements lie in a row.
  func placeParts() {
    for instruction in function.instructions.reversed() {
      switch instruction {
      case .pad(let view, let starts, let to):
        guard let axis = outermost(view, to) else { continue }
        place(view, at: context.quantity(starts[axis]), along: axis, in: to)
      case .concatenation(let views, let axis, let to):
        guard sizes(function.buffers[to])[..<axis].allSatisfy(\.isOne) else { continue }
        var start = Quantity.zero
        for view in views {
          place(view, at: start, along: axis, in: to)
          start = start + sizes(function.views[view].shape)[axis]
        }
      default: break
      }
    }
  }

  /// The one axis along which an array is longer than a part, with nothing but 1 before it.
  private func outermost(_ view: Int, _ to: Int) -> Int? {
    let (part, whole) = (sizes(function.views[view].shape), sizes(function.buffers[to]))
    guard let axis = part.indices.first(where: { part[$0] != whole[$0] }),
      part[(axis + 1)...] == whole[(axis + 1)...], whole[..<axis].allSatisfy(\.isOne)
    else { return nil }
    return axis
  }

  private func place(_ view: Int, at start: Quantity, along axis: Int, in to: Int) {
    guard case .root(.buffer(let buffer)) = function.views[view].source, !hasHome(buffer),
      readers[buffer] == 1, function.buffers[buffer] == function.views[view].shape,
      function.buffers[buffer].knownCount != 1, !isDeferred(buffer), isStored(buffer)
    else { return }
    let target = makeArray(to)
    let row = sizes(function.buffers[to])[(axis + 1)...].reduce(.one, *)
    setHome(
      Home(place: .array(target.array, isScalar: false), offset: target.place + start * row),
      ofBuffer: buffer)
  }

  /// Whether a loop writes a buffer element by element.
  private func isStored(_ buffer: Int) -> Bool {
    function.instructions.contains { instruction in
      if case .loop(let kernel) = instruction { kernel.stores.contains(buffer) } else { false }
    }
  }

  /// Whether a part is where it belongs already.
  func isPlaced(_ part: Placement, in whole: Pointer) -> Bool {
    if case .array(whole.array, _) = home(part.root).place { true } else { false }
  }

  /// Zeros around an array.
  func writePadding(_ view: Int, _ starts: [Dimension], _ to: Int) throws(TranslationError) {
    let source = try placement(view)
    let whole = sizes(function.buffers[to])
    let target = makeArray(to)
    let strides = Placement.rowMajor(whole)
    let start = zip(starts, strides).reduce(target.place) {
      $0 + context.quantity($1.0) * $1.1
    }
    if let axis = outermost(view, to) {
      let count = whole.reduce(.one, *)
      let before = start - target.place
      let after = before + source.sizes[axis] * strides[axis]
      if !before.isZero { fill(target, before, with: 0) }
      if !(count - after).isZero {
        fill(
          Pointer(array: target.array, place: target.place + after), count - after, with: 0)
      }
    } else {
      fill(target, whole.reduce(.one, *), with: 0)
    }
    if !isPlaced(source, in: target) {
      copy(from: source, to: Pointer(array: target.array, place: start), strides: strides)
    }
  }
}
