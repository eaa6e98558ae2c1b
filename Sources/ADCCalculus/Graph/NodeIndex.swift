/// Nodes by a hash of what they are, chained: what is equal is asked of the graph, so that nothing
/// is stored twice.
///
/// Nodes that are made one after another in the same way are in chains that follow each other, and
/// nodes of the same operands in chains beside each other, so that a sweep over a graph meets the
/// places of its index in order, and finds them in the cache. Such rows may overlap as they like: a
/// chain grows by one for each row.
struct NodeIndex: Sendable {
  private struct Entry {
    var hash: NodeHash
    var node: Int32
    /// The entry before in the same chain, -1 for none.
    var before: Int32
  }

  /// The last entry of each chain, -1 for none; a power of 2 of them.
  private var chains: [Int32] = []
  private var entries: [Entry] = []

  /// A node under the hash for which `matches` holds.
  func first(_ hash: NodeHash, where matches: (NodeID) -> Bool) -> NodeID? {
    guard !chains.isEmpty else { return nil }
    var place = chains[Int(hash.place) & (chains.count - 1)]
    while place >= 0 {
      let entry = entries[Int(place)]
      if entry.hash == hash {
        let node = NodeID(Int(entry.node))
        if matches(node) { return node }
      }
      place = entry.before
    }
    return nil
  }

  /// Adds a node that is not there under the hash.
  mutating func insert(_ node: NodeID, _ hash: NodeHash) {
    if entries.count == chains.count { grow() }
    let chain = Int(hash.place) & (chains.count - 1)
    entries.append(Entry(hash: hash, node: node.index, before: chains[chain]))
    chains[chain] = Int32(entries.count - 1)
  }

  private mutating func grow() {
    let count = max(64, 2 * chains.count)
    chains = [Int32](repeating: -1, count: count)
    for place in entries.indices {
      let chain = Int(entries[place].hash.place) & (count - 1)
      entries[place].before = chains[chain]
      chains[chain] = Int32(place)
    }
  }
}

/// Where a node is looked for, and a word that few others there have.
struct NodeHash: Equatable, Sendable {
  var place: UInt32
  var check: UInt32
}

extension Span<NodeID> {
  /// The hash of an operator, its operands in their order, and an attribute.
  ///
  /// The place goes with the last made of the operands and how far the first other one is before
  /// it: where both change evenly from node to node, so does the place.
  func hash(with op: OperatorID, _ attribute: Attribute) -> NodeHash {
    let last = lastIndex
    var word = Self.start(op, count)
    var place = UInt32(truncatingIfNeeded: word >> 58) &+ last
    var isFirst = true
    for operand in indices {
      let distance = last &- UInt32(bitPattern: self[operand].index)
      word.mix(UInt64(distance))
      if distance == 0 { continue }
      place &+= isFirst ? 8 &* distance : UInt32(truncatingIfNeeded: word >> 32)
      isFirst = false
    }
    switch attribute {
    case .none: return NodeHash(place: place, check: UInt32(truncatingIfNeeded: word >> 16) &+ last)
    case .number(let value): word.mix(value.bitPattern)
    default: word.mix(UInt64(bitPattern: Int64(attribute.hashValue)))
    }
    place &+= UInt32(truncatingIfNeeded: word >> 32)
    return NodeHash(place: place, check: UInt32(truncatingIfNeeded: word >> 16) &+ last)
  }

  /// The hash of an operator and its operands in any order.
  func unorderedHash(with op: OperatorID) -> NodeHash {
    let last = lastIndex
    let word = Self.start(op, count)
    let place = UInt32(truncatingIfNeeded: word >> 58) &+ last
    var (sum, distances) = (word, UInt32(0))
    for operand in indices {
      let distance = last &- UInt32(bitPattern: self[operand].index)
      distances &+= distance
      var part = UInt64(distance) &+ 0xBF58_476D_1CE4_E5B9
      part.mix(part >> 7)
      sum &+= part
    }
    sum.mix(sum >> 11)
    let spread = count > 2 ? UInt32(truncatingIfNeeded: sum >> 54) : 0
    return NodeHash(
      place: place &+ 8 &* distances &+ spread,
      check: UInt32(truncatingIfNeeded: sum >> 16) &+ last)
  }

  /// What stands for an operator of so many operands; spread out, or small numbers would cancel.
  private static func start(_ op: OperatorID, _ count: Int) -> UInt64 {
    var word = UInt64(truncatingIfNeeded: op.index &+ 1) &* 0xBF58_476D_1CE4_E5B9
    word.mix(UInt64(truncatingIfNeeded: count))
    return word
  }

  /// The greatest index; 0 where there is none.
  private var lastIndex: UInt32 {
    var last: Int32 = 0
    for place in indices where self[place].index > last { last = self[place].index }
    return UInt32(bitPattern: last)
  }
}

extension UInt64 {
  fileprivate mutating func mix(_ other: UInt64) {
    self = (self ^ other) &* 0x9E37_79B9_7F4A_7C15
    self ^= self >> 29
  }
}
