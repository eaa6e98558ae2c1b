/// Where nodes were put in a list: a dictionary that takes no memory for the few terms and factors
/// that most sums and products have.
struct NodePlaces {
  private var first = SIMD8<Int32>(repeating: -1)
  private var firstPlaces = SIMD8<Int32>(repeating: 0)
  private var count = 0
  private var others: [NodeID: Int] = [:]

  /// The place of a node; nil where it has none. A place is set once.
  subscript(node: NodeID) -> Int? {
    get {
      for slot in 0..<min(count, first.scalarCount) where first[slot] == node.index {
        return Int(firstPlaces[slot])
      }
      return others.isEmpty ? nil : others[node]
    }
    set {
      guard let newValue else { return }
      if count < first.scalarCount {
        first[count] = node.index
        firstPlaces[count] = Int32(clamping: newValue)
        count += 1
      } else {
        others[node] = newValue
      }
    }
  }
}

/// What nodes have become, by their slots; half the memory of an array of optional nodes.
struct NodeMap {
  private var images: [Int32]

  /// No node of the first `count` has become anything yet.
  init(count: Int) { images = [Int32](repeating: -1, count: count) }

  var count: Int { images.count }

  subscript(slot: Int) -> NodeID? {
    get { images[slot] < 0 ? nil : NodeID(Int(images[slot])) }
    set { images[slot] = newValue?.index ?? -1 }
  }
}
