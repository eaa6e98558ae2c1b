import ADCCalculus

/// Where the elements of a bound view are: strides in elements from an offset into a root.
struct Layout {
  /// Symbols first, then tables, then buffers.
  var root: Int
  var offset: Int
  var sizes: [Int]
  var strides: [Int]

  /// Sizes within `SizeReader.values`, so that no product overflows.
  static func contiguous(root: Int, sizes: [Int]) -> Layout {
    Layout(root: root, offset: 0, sizes: sizes, strides: rowMajor(sizes))
  }

  static func rowMajor(_ sizes: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: sizes.count)
    var stride = 1
    for axis in sizes.indices.reversed() {
      strides[axis] = stride
      stride &*= max(sizes[axis], 1)
    }
    return strides
  }

  var count: Int { sizes.reduce(1, &*) }

  /// Whether the elements lie without gaps in row-major order.
  var isContiguous: Bool {
    var expected = 1
    for axis in sizes.indices.reversed() where sizes[axis] != 1 {
      if strides[axis] != expected { return false }
      expected &*= sizes[axis]
    }
    return true
  }

  func transposed() throws(MachineError) -> Layout {
    guard sizes.count >= 2 else { throw .badSize("a transpose of fewer than two axes") }
    var result = self
    result.sizes.swapAt(sizes.count - 1, sizes.count - 2)
    result.strides.swapAt(sizes.count - 1, sizes.count - 2)
    return result
  }

  func permuted(_ order: [Int]) throws(MachineError) -> Layout {
    guard order.sorted() == Array(sizes.indices) else {
      throw .badSize("an order of \(order.count) axes for \(sizes.count)")
    }
    var result = self
    result.sizes = order.map { sizes[$0] }
    result.strides = order.map { strides[$0] }
    return result
  }

  func diagonal() throws(MachineError) -> Layout {
    guard let rows = sizes.dropLast().last, let columns = sizes.last, rows == columns else {
      throw .badSize("a diagonal of \(sizes), whose last two sizes differ")
    }
    var result = self
    result.sizes.removeLast()
    let inner = result.strides.removeLast()
    result.strides[result.strides.count - 1] &+= inner
    return result
  }

  /// All windows over the last axes, one for each of `steps`.
  func windows(_ steps: [Int], _ new: [Int]) throws(MachineError) -> Layout {
    let kept = sizes.count - steps.count
    guard kept >= 0, new.count == kept + 2 * steps.count,
      Array(new[..<kept]) == Array(sizes[..<kept])
    else { throw .badSize("windows of \(sizes) that should be \(new)") }
    var result = Layout(root: root, offset: offset, sizes: new, strides: Array(strides[..<kept]))
    for (place, step) in steps.enumerated() {
      let (size, count) = (new[kept + place], new[kept + steps.count + place])
      let last = max(count - 1, 0).multipliedSaturating(by: step).addedSaturating(size)
      guard step >= 1, last <= sizes[kept + place] else {
        throw .badSize("windows of \(sizes) that should be \(new)")
      }
    }
    result.strides += strides[kept...]
    result.strides += zip(strides[kept...], steps).map { $0 &* $1 }
    return result
  }

  func reversed(_ axis: Int) throws(MachineError) -> Layout {
    guard sizes.indices.contains(axis) else {
      throw .badSize("a reversal of axis \(axis) of \(sizes)")
    }
    var result = self
    result.offset &+= max(sizes[axis] - 1, 0) &* strides[axis]
    result.strides[axis] = 0 &- strides[axis]
    return result
  }

  func reshaped(_ new: [Int]) throws(MachineError) -> Layout {
    guard new.reduce(1, &*) == count else {
      throw .badSize("\(sizes) cannot be seen as \(new): the numbers of elements differ")
    }
    var result = self
    result.sizes = new
    if isContiguous || count == 0 {
      result.strides = Self.rowMajor(new)
      return result
    }
    let kept = sizes.indices.filter { sizes[$0] != 1 }
    guard kept.map({ sizes[$0] }) == new.filter({ $0 != 1 }) else {
      throw .badSize("\(sizes) cannot be seen as \(new) without a copy")
    }
    var next = 0
    result.strides = new.map { size in
      guard size != 1 else { return 0 }
      next += 1
      return strides[kept[next - 1]]
    }
    return result
  }

  /// Seen in a larger shape: trailing axes match, sizes of 1 are repeated.
  func broadcast(to new: [Int]) throws(MachineError) -> Layout {
    guard new.count >= sizes.count else {
      throw .badSize("\(sizes) does not broadcast to \(new)")
    }
    var result = self
    result.sizes = new
    let extra = new.count - sizes.count
    result.strides = [Int](repeating: 0, count: extra) + strides
    for axis in sizes.indices {
      if sizes[axis] == new[extra + axis] { continue }
      guard sizes[axis] == 1 else {
        throw .badSize("\(sizes) does not broadcast to \(new)")
      }
      result.strides[extra + axis] = 0
    }
    return result
  }

  func sliced(starts: [Int], sizes new: [Int]) throws(MachineError) -> Layout {
    guard starts.count == sizes.count, new.count == sizes.count else {
      throw .badSize("a slice of \(sizes.count) axes by \(starts.count) ranges")
    }
    var result = self
    result.sizes = new
    for axis in sizes.indices {
      guard starts[axis] >= 0, starts[axis] <= sizes[axis], new[axis] <= sizes[axis] - starts[axis]
      else {
        throw .badSize(
          "elements \(starts[axis])..<\(starts[axis].addedSaturating(new[axis])) are outside of "
            + "an axis of \(sizes[axis])")
      }
      if new[axis] > 0 { result.offset &+= starts[axis] &* strides[axis] }
    }
    return result
  }
}

extension SizeReader {
  /// The layouts of a function's views.
  func layouts(_ function: Function, _ program: Program) throws(MachineError) -> [Layout] {
    var result: [Layout] = []
    result.reserveCapacity(function.views.count)
    for view in function.views {
      let sizes = try values(view.shape)
      switch view.source {
      case .root(let root):
        result.append(.contiguous(root: program.rootIndex(root), sizes: sizes))
      case .view(let source, let step):
        result.append(try layout(result[source], step, sizes))
      }
    }
    return result
  }

  private func layout(
    _ source: Layout, _ step: ArrayView.Step, _ sizes: [Int]
  ) throws(MachineError) -> Layout {
    let result: Layout
    switch step {
    case .transpose: result = try source.transposed()
    case .diagonal: result = try source.diagonal()
    case .permute(let order): result = try source.permuted(order)
    case .windows(let strides): result = try source.windows(strides, sizes)
    case .reversed(let axis): result = try source.reversed(axis)
    case .reshape: result = try source.reshaped(sizes)
    case .broadcast: result = try source.broadcast(to: sizes)
    case .slice(let starts):
      var first: [Int] = []
      for start in starts { first.append(try value(start)) }
      result = try source.sliced(starts: first, sizes: sizes)
    }
    guard result.sizes == sizes else {
      throw .badSize("a view of \(result.sizes) that should be \(sizes)")
    }
    return result
  }
}

extension Program {
  /// The place of a root among symbols, tables and buffers.
  func rootIndex(_ root: ArrayView.Root) -> Int {
    switch root {
    case .symbol(let place): place
    case .table(let place): symbols.count + place
    case .buffer(let place): symbols.count + tables.count + place
    }
  }
}
