import ADCCalculus
import ADCMachine

/// Where the elements of a view are, in terms of the function's sizes.
struct Placement {
  var root: ArrayView.Root
  var offset = Quantity.zero
  var sizes: [Quantity]
  var strides: [Quantity]

  static func rowMajor(_ sizes: [Quantity]) -> [Quantity] {
    var strides = [Quantity](repeating: .one, count: sizes.count)
    var stride = Quantity.one
    for axis in sizes.indices.reversed() {
      strides[axis] = stride
      stride = stride * sizes[axis]
    }
    return strides
  }

  var count: Quantity { sizes.reduce(.one, *) }

  /// Whether the elements lie without gaps in row-major order.
  var isContiguous: Bool {
    var expected = Quantity.one
    for axis in sizes.indices.reversed() where !sizes[axis].isOne {
      if strides[axis] != expected { return false }
      expected = expected * sizes[axis]
    }
    return true
  }

  /// Seen in a larger shape: sizes of 1 and missing ones do not move.
  func broadcast(to new: [Quantity]) -> Placement {
    var result = self
    result.sizes = new
    let extra = new.count - sizes.count
    result.strides = [Quantity](repeating: .zero, count: extra) + strides
    for axis in sizes.indices where sizes[axis].isOne && !new[extra + axis].isOne {
      result.strides[extra + axis] = .zero
    }
    return result
  }

  /// The place of the element at these counters.
  func element(_ counters: [Quantity]) -> Quantity {
    zip(counters, strides).reduce(offset) { $0 + $1.0 * $1.1 }
  }
}

extension Placement {
  /// The view of another one through a step; nil where that needs a copy.
  func seen(
    through step: ArrayView.Step, as new: [Quantity], size: (Dimension) -> Quantity
  ) -> Placement? {
    var result = self
    let last = sizes.count - 1
    switch step {
    case .transpose:
      result.sizes.swapAt(last, last - 1)
      result.strides.swapAt(last, last - 1)
    case .permute(let order):
      result.sizes = order.map { sizes[$0] }
      result.strides = order.map { strides[$0] }
    case .diagonal:
      result.sizes.removeLast()
      let inner = result.strides.removeLast()
      result.strides[last - 1] = result.strides[last - 1] + inner
    case .broadcast: result = broadcast(to: new)
    case .reversed(let axis):
      result.offset = offset + (sizes[axis] - .one) * strides[axis]
      result.strides[axis] = -strides[axis]
    case .slice(let starts):
      result.sizes = new
      for axis in sizes.indices {
        result.offset = result.offset + size(starts[axis]) * strides[axis]
      }
    case .windows(let steps):
      let kept = sizes.count - steps.count
      result.sizes = new
      result.strides += zip(strides[kept...], steps).map { $0 * Quantity($1) }
    case .reshape: return reshaped(new)
    }
    return result
  }

  private func reshaped(_ new: [Quantity]) -> Placement? {
    var result = self
    result.sizes = new
    if isContiguous {
      result.strides = Self.rowMajor(new)
      return result
    }
    let kept = sizes.indices.filter { !sizes[$0].isOne }
    guard kept.map({ sizes[$0] }) == new.filter({ !$0.isOne }) else { return nil }
    var next = 0
    result.strides = new.map { size in
      guard !size.isOne else { return .zero }
      next += 1
      return strides[kept[next - 1]]
    }
    return result
  }
}
