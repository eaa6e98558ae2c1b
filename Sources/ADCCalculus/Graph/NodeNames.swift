/// What a model calls nodes, at most one name each: four bytes a node up to the last that has one.
struct NodeNames: Sendable {
  private var words: [String] = []
  /// The place in `words` by slot, or -1.
  private var places: [Int32] = []

  var isEmpty: Bool { words.isEmpty }

  subscript(node: NodeID) -> String? {
    place(of: node).map { words[Int($0)] }
  }

  /// Gives a name to a node that has none.
  mutating func give(_ word: String, to node: NodeID) {
    guard place(of: node) == nil, let place = Int32(exactly: words.count) else { return }
    words.append(word)
    set(place, node)
  }

  /// Gives the name of a node to one that has none.
  mutating func pass(from node: NodeID, to other: NodeID) {
    if let place = place(of: node), self.place(of: other) == nil { set(place, other) }
  }

  func has(_ node: NodeID) -> Bool { place(of: node) != nil }

  /// All names by node.
  var all: [NodeID: String] {
    var result: [NodeID: String] = [:]
    for (slot, place) in places.enumerated() where place >= 0 {
      result[NodeID(slot)] = words[Int(place)]
    }
    return result
  }

  @inline(__always)
  private func place(of node: NodeID) -> Int32? {
    guard node.slot < places.count, places[node.slot] >= 0 else { return nil }
    return places[node.slot]
  }

  private mutating func set(_ place: Int32, _ node: NodeID) {
    while places.count <= node.slot { places.append(-1) }
    places[node.slot] = place
  }
}

extension ExpressionGraph {
  /// Gives a node the name that the model has for it, unless it has one; numbers and leaves are
  /// called what they are.
  package mutating func name(_ node: NodeID, _ word: String) {
    if isNameable(node) { nodeNames.give(word, to: node) }
  }

  private func isNameable(_ node: NodeID) -> Bool { number(node) == nil && symbol(node) == nil }

  /// What the model calls nodes; as much work as the graph has nodes.
  package var names: [NodeID: String] { nodeNames.all }

  /// What stands for a node gets its name.
  package mutating func passName(of node: NodeID, to image: NodeID) {
    if image != node, nodeNames.has(node), isNameable(image) {
      nodeNames.pass(from: node, to: image)
    }
  }
}
