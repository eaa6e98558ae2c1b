/// An array of numbers with any number of bits, row-major.
package struct PreciseArray: Sendable {
  /// Outermost first; none for one number.
  package var sizes: [Int]
  /// Row-major, as many as the product of the sizes.
  package var values: [PreciseNumber]

  init(sizes: [Int], values: [PreciseNumber]) {
    self.sizes = sizes
    self.values = values
  }

  init(_ value: PreciseNumber) { self.init(sizes: [], values: [value]) }

  /// An array whose elements are made from their indices.
  static func make(
    _ sizes: [Int], _ element: ([Int]) throws(PreciseFailure) -> PreciseNumber
  ) throws(PreciseFailure) -> PreciseArray {
    var values: [PreciseNumber] = []
    values.reserveCapacity(sizes.reduce(1, *))
    try forEachIndex(sizes) { index throws(PreciseFailure) in values.append(try element(index)) }
    return PreciseArray(sizes: sizes, values: values)
  }

  /// Visits the indices of an array in their order.
  static func forEachIndex(
    _ sizes: [Int], _ body: ([Int]) throws(PreciseFailure) -> Void
  ) throws(PreciseFailure) {
    guard !sizes.contains(0) else { return }
    var index = [Int](repeating: 0, count: sizes.count)
    while true {
      try body(index)
      guard let axis = index.indices.last(where: { index[$0] + 1 < sizes[$0] }) else { return }
      index[axis] += 1
      for later in index.indices where later > axis { index[later] = 0 }
    }
  }

  /// Where the element is for an index of an array that this one broadcasts to.
  func place(_ index: [Int]) -> Int {
    var place = 0
    for axis in sizes.indices {
      let wanted = index[index.count - sizes.count + axis]
      place = place * sizes[axis] + (sizes[axis] == 1 ? 0 : wanted)
    }
    return place
  }

  func at(_ index: [Int]) -> PreciseNumber { values[place(index)] }
}

/// Why an array has no precise value.
package struct PreciseFailure: Error, Sendable {
  /// The operator that has no precise form, or an index that is none.
  package var message: String
}
