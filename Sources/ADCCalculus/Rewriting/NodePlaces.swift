/// Where nodes were put in a list: a dictionary that takes no memory for the few terms and factors
/// that most sums and products have.
struct NodePlaces {
  private var first = SIMD8<Int32>(repeating: -1)
  private var firstPlaces = SIMD8<Int32>(repeating: 0)
  private var count = 0
  /// The others by open addressing, -1 where nothing is; a power of 2 of them.
  private var others: [(node: Int32, place: Int32)] = []

  /// The place of a node; nil where it has none. A place is set once.
  subscript(node: NodeID) -> Int? {
    get {
      for slot in 0..<min(count, first.scalarCount) where first[slot] == node.index {
        return Int(firstPlaces[slot])
      }
      if others.isEmpty { return nil }
      let entry = others[slot(of: node.index)]
      return entry.node < 0 ? nil : Int(entry.place)
    }
    set {
      guard let newValue else { return }
      if count < first.scalarCount {
        first[count] = node.index
        firstPlaces[count] = Int32(clamping: newValue)
      } else {
        if 3 * count >= 2 * others.count { grow() }
        others[slot(of: node.index)] = (node.index, Int32(clamping: newValue))
      }
      count += 1
    }
  }

  /// Where a node is among the others, or could be.
  private func slot(of node: Int32) -> Int {
    let mask = others.count - 1
    let word = UInt64(node.magnitude) &* 0x9E37_79B9_7F4A_7C15
    var slot = Int(truncatingIfNeeded: word >> 32) & mask
    while others[slot].node >= 0, others[slot].node != node { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func grow() {
    let old = others
    others = Array(repeating: (-1, 0), count: max(32, 2 * old.count))
    for entry in old where entry.node >= 0 { others[slot(of: entry.node)] = entry }
  }
}

/// A list of at most 16 nodes that takes no memory of its own.
struct FewNodes {
  static let limit = 16

  private(set) var nodes = InlineArray<16, NodeID>(repeating: NodeID(0))
  private(set) var count = 0

  subscript(place: Int) -> NodeID {
    get { nodes[place] }
    set { nodes[place] = newValue }
  }

  func contains(_ node: NodeID) -> Bool {
    for place in 0..<count where nodes[place] == node { return true }
    return false
  }

  mutating func append(_ node: NodeID) {
    nodes[count] = node
    count += 1
  }

  mutating func prepend(_ node: NodeID) {
    for place in (0..<count).reversed() { nodes[place + 1] = nodes[place] }
    nodes[0] = node
    count += 1
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

/// Where nodes stand in a list, by their slots: for lists that most nodes are in.
struct SlotPlaces {
  private var places: [Int32] = []

  /// Makes room for nodes up to a slot.
  mutating func reserve(upTo slot: Int) {
    let missing = slot + 1 - places.count
    if missing > 0 { places += repeatElement(-1, count: missing) }
  }

  subscript(node: NodeID) -> Int32? {
    get {
      guard node.slot < places.count, places[node.slot] >= 0 else { return nil }
      return places[node.slot]
    }
    set {
      if node.slot >= places.count {
        let count = max(node.slot + 1, 2 * places.count)
        places += repeatElement(-1, count: count - places.count)
      }
      places[node.slot] = newValue ?? -1
    }
  }
}
