import ADCCalculus

/// In which order the nodes of a function run, and which run in one loop.
///
/// Elementwise nodes and reductions over the same space that can run together do: spaces are
/// visited one by one, each with all that is ready in it and what becomes ready thereby. Scalars
/// come first, since they are what whole loops wait for; among loops the one with the longest way
/// to go. Every node and edge is looked at a constant number of times.
struct Fusion {
  enum Item {
    /// Elementwise nodes and reductions, ascending: one loop over the shape.
    case group(Shape, [NodeID])
    /// Any other node that is not a leaf.
    case single(NodeID)
  }

  enum Kind: UInt8 {
    case leaf, elementwise, reduction, view, other
  }

  private let graph: ExpressionGraph
  private(set) var kinds: [Kind]
  /// The group of a node in a loop, numbered in the order in which they run.
  private(set) var groups: [Int32]
  private(set) var users = Users()
  private var spaces: [Int32]
  private var shapes: [Shape] = [.scalar]
  private var missing: [Int32]
  private var heights: [Int32]
  private let roots: [NodeID]

  private var queues: [[NodeID]] = [[]]
  private var urgency: [Int32] = [-1]
  private var waiting: [Int] = []
  private var views: [NodeID] = []
  private var others: [NodeID] = []
  private var items: [Item] = []

  init(_ graph: ExpressionGraph, roots: [NodeID]) {
    self.graph = graph
    self.roots = roots
    let needed = graph.reachable(from: roots)
    let count = needed.count
    kinds = [Kind](repeating: .leaf, count: count)
    spaces = [Int32](repeating: -1, count: count)
    groups = [Int32](repeating: -1, count: count)
    missing = [Int32](repeating: 0, count: count)
    heights = [Int32](repeating: 0, count: count)
    users = Users(graph, needed)
    classify(needed)
    measureHeights(needed)
    for slot in 0..<count where needed[slot] && kinds[slot] != .leaf {
      for place in graph.operandPlaces(slot) where kinds[graph.operand(at: place).slot] != .leaf {
        missing[slot] += 1
      }
    }
    for slot in 0..<count where needed[slot] && kinds[slot] != .leaf && missing[slot] == 0 {
      enqueue(NodeID(slot))
    }
  }

  /// All work in order.
  mutating func schedule() -> [Item] {
    while true {
      if let view = views.popLast() {
        items.append(.single(view))
        complete(view)
      } else if !queues[0].isEmpty {
        runGroup(0)
      } else if !others.isEmpty {
        let batch = others
        others = []
        for node in batch {
          items.append(.single(node))
          complete(node)
        }
      } else if let place = waiting.indices.max(by: { urgencyOrder(waiting[$0], waiting[$1]) }) {
        runGroup(waiting.remove(at: place))
      } else {
        break
      }
    }
    return sunk()
  }

  /// Whether the value of an elementwise node is read as it is computed, in the same loop.
  func isFused(_ node: NodeID, into user: NodeID) -> Bool {
    kinds[node.slot] == .elementwise && groups[node.slot] >= 0
      && groups[node.slot] == groups[user.slot]
  }

  private func urgencyOrder(_ left: Int, _ right: Int) -> Bool {
    if urgency[left] != urgency[right] { return urgency[left] < urgency[right] }
    return queues[left][0] > queues[right][0]
  }

  private mutating func classify(_ needed: [Bool]) {
    var known: [Shape: Int32] = [.scalar: 0]
    for slot in needed.indices where needed[slot] {
      let node = NodeID(slot)
      var space: Shape?
      switch ExecutionTable.shared[graph.operatorID(node)] {
      case .leaf, .generator(.size): kinds[slot] = .leaf
      case .elementwise:
        kinds[slot] = .elementwise
        if graph.isScalar(node) {
          spaces[slot] = 0
          continue
        }
        space = graph.shape(node)
      case .reduction(let reduction):
        switch reduction {
        case .sum, .product, .minimum, .maximum:
          kinds[slot] = .reduction
          space = graph.shape(graph.operands(node)[0])
        case .indexOfMinimum, .indexOfMaximum: kinds[slot] = .other
        }
      case .view, .recurrenceResult: kinds[slot] = .view
      case .generator(.iota), .generator(.uniform), .matrixProduct, .pad, .concatenation, .gather,
        .scatterAdd, .cumulativeSum, .matrixFunction, .sort, .order, .takeAlong, .putAlong,
        .overlapAdd, .formula, .recurrence, .byDefinition:
        kinds[slot] = .other
      }
      guard let space else { continue }
      if space.isScalar {
        spaces[slot] = 0
      } else if let place = known[space] {
        spaces[slot] = place
      } else {
        spaces[slot] = Int32(shapes.count)
        known[space] = spaces[slot]
        shapes.append(space)
        queues.append([])
        urgency.append(-1)
      }
    }
  }

  private func canFuse(_ node: NodeID, into user: NodeID) -> Bool {
    kinds[node.slot] == .elementwise && spaces[node.slot] == spaces[user.slot]
  }

  private mutating func measureHeights(_ needed: [Bool]) {
    for slot in needed.indices.reversed() where needed[slot] {
      let node = NodeID(slot)
      for place in graph.operandPlaces(slot) {
        let operand = graph.operand(at: place)
        if kinds[operand.slot] == .leaf { continue }
        let step: Int32 = canFuse(operand, into: node) ? 0 : 1
        heights[operand.slot] = max(heights[operand.slot], heights[slot] + step)
      }
    }
  }

  private mutating func enqueue(_ node: NodeID) {
    switch kinds[node.slot] {
    case .leaf: break
    case .view: views.append(node)
    case .other: others.append(node)
    case .elementwise, .reduction:
      let space = Int(spaces[node.slot])
      if queues[space].isEmpty, space != 0 { waiting.append(space) }
      queues[space].append(node)
      urgency[space] = max(urgency[space], heights[node.slot])
    }
  }

  private mutating func complete(_ node: NodeID) {
    for user in users[node] { release(user) }
  }

  private mutating func release(_ user: NodeID) {
    missing[user.slot] -= 1
    if missing[user.slot] == 0 { enqueue(user) }
  }

  private mutating func runGroup(_ space: Int) {
    var members = queues[space]
    queues[space] = []
    urgency[space] = -1
    let group = Int32(items.count)
    var next = 0
    while next < members.count {
      let node = members[next]
      next += 1
      groups[node.slot] = group
      for user in users[node] where canFuse(node, into: user) {
        missing[user.slot] -= 1
        if missing[user.slot] == 0 { members.append(user) }
      }
    }
    items.append(.group(shapes[space], members))
    for node in members {
      for user in users[node] where !canFuse(node, into: user) { release(user) }
    }
  }

  /// Moves nodes that only later loops of their space read to the first of those: what they make
  /// then need not be stored.
  private mutating func sunk() -> [Item] {
    let before = groups
    var pinned = [Bool](repeating: false, count: kinds.count)
    for root in roots { pinned[root.slot] = true }
    for slot in kinds.indices.reversed() where kinds[slot] == .elementwise && !pinned[slot] {
      let node = NodeID(slot)
      let group = groups[slot]
      var first = Int32.max
      for user in users[node] {
        guard canFuse(node, into: user), groups[user.slot] > group else {
          first = -1
          break
        }
        first = min(first, groups[user.slot])
      }
      guard first > group, first < Int32.max else { continue }
      let kept = Set(graph.operands(node)).count { operand in
        isFused(operand, into: node) && users[operand].count > 1
      }
      if kept <= 1 { groups[slot] = first }
    }
    keepBack(before, pinned)
    var members = [[NodeID]](repeating: [], count: items.count)
    for slot in kinds.indices where groups[slot] >= 0 {
      members[Int(groups[slot])].append(NodeID(slot))
    }
    return items.enumerated().compactMap { index, item in
      guard case .group(let shape, _) = item else { return item }
      return members[index].isEmpty ? nil : .group(shape, members[index])
    }
  }
}

extension Fusion {
  /// Moves nodes back that need as much memory where they were moved to: what they read must be
  /// stored then, and work that is shared with what stays would be done twice.
  ///
  /// Nodes that were moved out of a loop and read each other move back together.
  private mutating func keepBack(_ before: [Int32], _ pinned: [Bool]) {
    // All are judged before the first moves.
    let back = movedParts(before).filter { addedStores($0, before, pinned) >= 0 }
    for part in back {
      for slot in part { groups[slot] = before[slot] }
    }
  }

  /// The nodes that were moved, together where one reads another.
  private func movedParts(_ before: [Int32]) -> [[Int]] {
    let moved = groups.indices.filter { groups[$0] != before[$0] }
    guard !moved.isEmpty else { return [] }
    var sets = DisjointSets(count: groups.count)
    for slot in moved {
      for operand in graph.operands(NodeID(slot)) where groups[operand.slot] != before[operand.slot]
      {
        sets.unite(operand.slot, slot)
      }
    }
    return Array(Dictionary(grouping: moved) { sets.first(of: $0) }.values)
  }

  /// How many values more are stored with the nodes of a part where they are than where they were.
  private func addedStores(_ part: [Int], _ before: [Int32], _ pinned: [Bool]) -> Int {
    var nodes: Set<NodeID> = []
    for slot in part {
      nodes.insert(NodeID(slot))
      nodes.formUnion(graph.operands(NodeID(slot)))
    }
    return nodes.reduce(0) { sum, node in
      guard kinds[node.slot] == .elementwise, !pinned[node.slot] else { return sum }
      return sum + (isStored(node, groups) ? 1 : 0) - (isStored(node, before) ? 1 : 0)
    }
  }

  private func isStored(_ node: NodeID, _ groups: [Int32]) -> Bool {
    users[node].contains { groups[$0.slot] != groups[node.slot] }
  }
}

/// Sets of numbers that have none in common, and are united.
private struct DisjointSets {
  private var parents: [Int]

  /// One set for each number.
  init(count: Int) { parents = Array(0..<count) }

  /// The number that stands for the set of a number.
  mutating func first(of member: Int) -> Int {
    var place = member
    while parents[place] != place {
      parents[place] = parents[parents[place]]
      place = parents[place]
    }
    return place
  }

  mutating func unite(_ one: Int, _ other: Int) { parents[first(of: one)] = first(of: other) }
}

/// For every node the nodes that have it as an operand, once for each time.
struct Users {
  private var starts: [Int32] = [0]
  private var list: [NodeID] = []

  init() {}

  init(_ graph: ExpressionGraph, _ needed: [Bool]) {
    starts = [Int32](repeating: 0, count: needed.count + 1)
    for slot in needed.indices where needed[slot] {
      for place in graph.operandPlaces(slot) { starts[graph.operand(at: place).slot + 1] += 1 }
    }
    for slot in needed.indices { starts[slot + 1] += starts[slot] }
    var next = starts
    list = [NodeID](repeating: NodeID(0), count: Int(starts.last ?? 0))
    for slot in needed.indices where needed[slot] {
      for place in graph.operandPlaces(slot) {
        let operand = graph.operand(at: place)
        list[Int(next[operand.slot])] = NodeID(slot)
        next[operand.slot] += 1
      }
    }
  }

  subscript(_ node: NodeID) -> ArraySlice<NodeID> {
    list[Int(starts[node.slot])..<Int(starts[node.slot + 1])]
  }
}
