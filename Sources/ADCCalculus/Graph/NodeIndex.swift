/// Nodes by a hash of what they are, with open addressing: what is equal is asked of the graph, so
/// that nothing is stored twice.
struct NodeIndex: Sendable {
  /// The hash above, the node's id plus 1 below; 0 where nothing is.
  private var entries: [UInt64] = []
  private var count = 0

  /// A node under the hash for which `matches` holds.
  func first(_ hash: UInt32, where matches: (NodeID) -> Bool) -> NodeID? {
    guard !entries.isEmpty else { return nil }
    let mask = entries.count - 1
    var place = Int(hash) & mask
    while entries[place] != 0 {
      if UInt32(truncatingIfNeeded: entries[place] >> 32) == hash {
        let node = NodeID(Int(UInt32(truncatingIfNeeded: entries[place])) - 1)
        if matches(node) { return node }
      }
      place = (place + 1) & mask
    }
    return nil
  }

  /// Adds a node that is not there under the hash.
  mutating func insert(_ node: NodeID, _ hash: UInt32) {
    if 3 * count >= 2 * entries.count { grow() }
    put(UInt64(hash) << 32 | UInt64(node.slot + 1))
    count += 1
  }

  private mutating func put(_ entry: UInt64) {
    let mask = entries.count - 1
    var place = Int(entry >> 32) & mask
    while entries[place] != 0 { place = (place + 1) & mask }
    entries[place] = entry
  }

  private mutating func grow() {
    let old = entries
    entries = [UInt64](repeating: 0, count: max(64, 2 * old.count))
    for entry in old where entry != 0 { put(entry) }
  }
}

extension Span<NodeID> {
  /// One word for an operator, its operands in their order, and an attribute.
  func hash(with op: OperatorID, _ attribute: Attribute) -> UInt32 {
    // Spread out first, or small numbers of operators and operands would cancel.
    var word = UInt64(truncatingIfNeeded: op.index &+ 1) &* 0xBF58_476D_1CE4_E5B9
    for place in indices { word.mix(UInt64(UInt32(bitPattern: self[place].index))) }
    switch attribute {
    case .none: break
    case .number(let value): word.mix(value.bitPattern)
    default: word.mix(UInt64(bitPattern: Int64(attribute.hashValue)))
    }
    return UInt32(truncatingIfNeeded: word >> 32)
  }

  /// One word for an operator and its operands in any order.
  func unorderedHash(with op: OperatorID) -> UInt32 {
    var sum = UInt64(truncatingIfNeeded: op.index &+ 1)
    for place in indices {
      var word = UInt64(UInt32(bitPattern: self[place].index)) &+ 0xBF58_476D_1CE4_E5B9
      word.mix(word >> 7)
      sum &+= word
    }
    sum.mix(sum >> 11)
    return UInt32(truncatingIfNeeded: sum >> 32)
  }
}

extension UInt64 {
  fileprivate mutating func mix(_ other: UInt64) {
    self = (self ^ other) &* 0x9E37_79B9_7F4A_7C15
    self ^= self >> 29
  }
}
