/// Nodes by a hash of what they are: what is equal is asked of the graph, so that nothing is stored
/// twice.
///
/// An open table in lines of eight, which the cache loads together. A node has its place in the
/// line of the last made of its operands, and where that is full in lines anywhere: a sweep over a
/// graph, which asks for nodes whose operands were made one after another, meets the lines in
/// order.
struct NodeIndex: Sendable {
  private struct Entry {
    var check: UInt32
    /// -1 where there is none.
    var node: Int32
  }

  private static let lineLength = 8
  /// From one line to the next that is tried: lines beside each other are often full together. Odd,
  /// so that all are reached.
  private static let stride = 0x9E37_79B1
  /// A power of 2 of lines.
  private var entries: [Entry]
  private var count = 0

  /// An empty index of so many places, a power of 2, and 64 at least.
  init(room: Int = 64) {
    entries = Array(repeating: Entry(check: 0, node: -1), count: max(64, room))
  }

  /// The places there are, a third of which stay empty.
  var room: Int { entries.count }

  /// The room that comes after this: small indices grow faster, as all that is in them is moved.
  var nextRoom: Int { entries.count < 1 << 17 ? 4 * entries.count : 2 * entries.count }

  /// The node at a place, if there is one, and the `check` of its hash.
  func entry(at place: Int) -> (node: NodeID, check: UInt32)? {
    let entry = entries[place]
    return entry.node < 0 ? nil : (NodeID(Int(entry.node)), entry.check)
  }

  /// Whether there is no room for another node.
  var isFull: Bool { 3 * count >= 2 * entries.count }

  /// Where a search has come to.
  struct Search {
    fileprivate var check: UInt32
    fileprivate var line: Int
    fileprivate var next: Int
    fileprivate var offset = 0
  }

  /// Begins to look for what is under a hash.
  @inline(__always) func search(_ hash: NodeHash) -> Search {
    Search(check: hash.check, line: Int(hash.place) / (Self.lineLength / 2), next: Int(hash.check))
  }

  /// The next node that may be under the hash; nil where there is no more.
  @inline(__always) func next(_ search: inout Search) -> NodeID? {
    while true {
      let start = Self.lineLength * search.line & (entries.count - 1)
      while search.offset < Self.lineLength {
        let entry = entries[start + search.offset]
        if entry.node < 0 { return nil }
        search.offset += 1
        if entry.check == search.check { return NodeID(Int(entry.node)) }
      }
      search.offset = 0
      search.line = search.next
      search.next += Self.stride
    }
  }

  /// A node under the hash for which `matches` holds.
  func first(_ hash: NodeHash, where matches: (NodeID) -> Bool) -> NodeID? {
    var line = Int(hash.place) / (Self.lineLength / 2)
    var next = Int(hash.check)
    while true {
      let start = Self.lineLength * line & (entries.count - 1)
      for place in start..<start + Self.lineLength {
        let entry = entries[place]
        if entry.node < 0 { return nil }
        guard entry.check == hash.check else { continue }
        let node = NodeID(Int(entry.node))
        if matches(node) { return node }
      }
      line = next
      next += Self.stride
    }
  }

  /// Adds a node that is not there under the hash, while there is room.
  mutating func insert(_ node: NodeID, _ hash: NodeHash) {
    var line = Int(hash.place) / (Self.lineLength / 2)
    var next = Int(hash.check)
    while true {
      let start = Self.lineLength * line & (entries.count - 1)
      for place in start..<start + Self.lineLength where entries[place].node < 0 {
        entries[place] = Entry(check: hash.check, node: node.index)
        count += 1
        return
      }
      line = next
      next += Self.stride
    }
  }
}

/// Where a node is looked for, and a word that few others there have.
struct NodeHash: Equatable, Sendable {
  /// Of an operation the greatest of its operands.
  var place: UInt32
  var check: UInt32
}

extension NodeHash {
  /// The hash of a node with such operands, one at least, of which the rest is known.
  init(_ operands: Span<NodeID>, check: UInt32) {
    self.init(place: operands.lastIndex, check: check)
  }
}

extension Span<NodeID> {
  /// The hash of an operator, its operands in their order, and an attribute.
  func hash(with op: OperatorID, _ attribute: Attribute) -> NodeHash {
    let last = lastIndex
    var word = Self.start(op, count)
    for operand in indices { word.mix(UInt64(last &- UInt32(bitPattern: self[operand].index))) }
    switch attribute {
    case .none: break
    case .number(let value): word.mix(value.bitPattern)
    default: word.mix(UInt64(bitPattern: Int64(attribute.hashValue)))
    }
    let place = isEmpty ? UInt32(truncatingIfNeeded: word >> 32) : last
    return NodeHash(place: place, check: UInt32(truncatingIfNeeded: word >> 16) &+ last)
  }

  /// The hash of an operator and its operands in any order.
  func unorderedHash(with op: OperatorID) -> NodeHash {
    let last = lastIndex
    let word = Self.start(op, count)
    var sum = word
    for operand in indices {
      let distance = last &- UInt32(bitPattern: self[operand].index)
      var part = UInt64(distance) &+ 0xBF58_476D_1CE4_E5B9
      part.mix(part >> 7)
      sum &+= part
    }
    sum.mix(sum >> 11)
    return NodeHash(place: last, check: UInt32(truncatingIfNeeded: sum >> 16) &+ last)
  }

  /// What stands for an operator of so many operands; spread out, or small numbers would cancel.
  private static func start(_ op: OperatorID, _ count: Int) -> UInt64 {
    var word = UInt64(truncatingIfNeeded: op.index &+ 1) &* 0xBF58_476D_1CE4_E5B9
    word.mix(UInt64(truncatingIfNeeded: count))
    return word
  }

  /// The greatest index; 0 where there is none.
  fileprivate var lastIndex: UInt32 {
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
