import ADCCalculus

extension Shape {
  /// Whether the other shape is this one but for dimensions of 1, so that any view of it can be
  /// seen in that shape.
  func differsInOnes(from other: Shape) -> Bool {
    dimensions.filter { !$0.isOne } == other.dimensions.filter { !$0.isOne }
  }
}

extension ArrayView.Step {
  /// Whether elements without gaps in row-major order still are so after the step.
  func keepsContiguity(_ old: Shape, _ new: Shape) -> Bool {
    if new.knownCount == 1 { return true }
    switch self {
    case .reshape: return true
    case .broadcast: return old.differsInOnes(from: new)
    case .transpose: return old.dimensions.suffix(2).contains { $0.isOne }
    case .permute(let order):
      let long = order.filter { !old.dimensions[$0].isOne }
      return long == long.sorted()
    case .diagonal, .windows: return false
    case .reversed(let axis): return old.dimensions[axis].isOne
    case .slice(let starts):
      // One row of one row of … some rows, each whole.
      let partial = zip(starts, zip(old.dimensions, new.dimensions)).map { start, sizes in
        !(start == Dimension(0) && sizes.0 == sizes.1)
      }
      guard let last = partial.lastIndex(of: true) else { return true }
      return new.dimensions[..<last].allSatisfy(\.isOne)
    }
  }
}
