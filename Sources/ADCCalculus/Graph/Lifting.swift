// From one index to all of them: what a formula over `i` is, computed for every `i` at once.
// In: roots that depend on a scalar leaf. Out: the roots as arrays with a new leading axis.
//
// Each operator is applied once, to arrays with one axis more: elementwise by broadcasting,
// reductions and views with their axes counted one further, rows by batches. What does not depend
// on the index stays as it is and is repeated only where it must be.

extension ExpressionGraph {
  /// The roots for all values 0, 1, … of a scalar leaf at once, along a new leading axis.
  ///
  /// A root that does not depend on the index is given back as it is. Linear in the nodes that the
  /// roots need.
  package mutating func lifted(
    _ roots: [NodeID], over index: NodeID, dimension: Dimension
  ) -> [NodeID] {
    lifted(roots, replacing: [index: insert(.iota, [], .shape(Shape([dimension])))], dimension)
  }

  /// The roots with some leaves replaced by arrays of the leaves' values along a new leading axis.
  package mutating func lifted(
    _ roots: [NodeID], replacing leaves: [NodeID: NodeID], _ dimension: Dimension
  ) -> [NodeID] {
    let outerOrigin = origin
    defer { origin = outerOrigin }
    let expanded = withoutDefinitions(roots, over: Array(leaves.keys))
    guard let last = expanded.max(), let first = leaves.keys.min(), first <= last else {
      return roots
    }
    let needed = reachable(from: expanded)
    var lifter = Lifter(graph: ExpressionGraph(), dimension: dimension, lifted: leaves)
    swap(&lifter.graph, &self)
    for slot in first.slot...last.slot where needed[slot] { lifter.lift(NodeID(slot)) }
    swap(&lifter.graph, &self)
    return zip(roots, expanded).map { root, node in lifter.lifted[node] ?? root }
  }

  /// The roots with definitions in the place of those operators over some leaves that can be
  /// applied along a new axis by their definition only.
  private mutating func withoutDefinitions(_ roots: [NodeID], over leaves: [NodeID]) -> [NodeID] {
    var current = roots
    // Definitions may hold operators that have one themselves, but not for ever.
    for _ in 0..<16 {
      guard let last = current.max() else { return current }
      let needed = reachable(from: current)
      let depends = dependents(on: leaves, upTo: last)
      var mapped: [NodeID: NodeID] = [:]
      for slot in 0...last.slot where needed[slot] && depends[slot] {
        let operands = operands(NodeID(slot))
        origin = origin(at: slot)
        var node = NodeID(slot)
        if operands.contains(where: { mapped[$0] != nil }) {
          node = insert(
            operatorID(at: slot), operands.map { mapped[$0] ?? $0 }, attribute(NodeID(slot)))
        }
        if isLiftedByDefinition(node), let definition = op(node).definition {
          node = definition(&self, node)
        }
        if node.slot != slot { mapped[NodeID(slot)] = node }
      }
      if mapped.isEmpty { return current }
      current = current.map { mapped[$0] ?? $0 }
    }
    return current
  }

  private func isLiftedByDefinition(_ node: NodeID) -> Bool {
    guard case .byDefinition = execution(node) else { return false }
    switch attribute(node) {
    // Beside an array some take a number, such as the order of a norm, which has no axis to add.
    case .axes: return operands(node).count > 1
    case .scan, .shape, .axis, .window, .equation: return false
    default: return true
    }
  }
}

/// Applies one operator after the other along the new axis.
struct Lifter {
  var graph: ExpressionGraph
  let dimension: Dimension
  /// What stands for a node along the new axis; nothing for what does not change along it.
  var lifted: [NodeID: NodeID]
  /// For each lifted `scan` the results that do not change along the new axis.
  private var unchanged: [NodeID: Set<Int>] = [:]

  init(graph: ExpressionGraph, dimension: Dimension, lifted: [NodeID: NodeID]) {
    self.graph = graph
    self.dimension = dimension
    self.lifted = lifted
  }

  mutating func lift(_ node: NodeID) {
    let operands = graph.operands(node)
    guard lifted[node] == nil, operands.contains(where: { lifted[$0] != nil }) else { return }
    graph.origin = graph.origin(at: node.slot)
    let image: NodeID
    switch graph.execution(node) {
    case .elementwise: image = elementwise(node)
    case .view(.broadcast):
      image = graph.insert(
        .broadcast, [aligned(operands[0], rank: graph.shape(node).rank)], .shape(shape(of: node)))
    case .matrixProduct: image = product(operands[0], operands[1])
    case .gather: image = gather(node)
    case .scatterAdd: image = scatter(node)
    case .recurrence: image = scan(node)
    case .recurrenceResult: image = result(node)
    case .matrixFunction(let function) where function.takesRightSide:
      image = rightSided(node)
    case .generator(.uniform): image = draws(node)
    case .byDefinition where graph.operatorID(node) == .root:
      guard case .equation(let place) = graph.attribute(node) else { return }
      image = root(node, graph.equations[place])
    case .leaf, .reduction, .view, .generator, .pad, .concatenation, .cumulativeSum,
      .matrixFunction, .sort, .order, .takeAlong, .putAlong, .overlapAdd, .formula, .byDefinition:
      image = shifted(node)
    }
    lifted[node] = image
  }

  /// The shape of a node with the new axis in front.
  func shape(of node: NodeID) -> Shape { shape(graph.shape(node)) }

  func shape(_ shape: Shape) -> Shape { Shape([dimension] + shape.dimensions) }

  /// The operand with the new axis, repeated along it if it does not change.
  mutating func full(_ node: NodeID) -> NodeID {
    lifted[node] ?? graph.insert(.broadcast, [node], .shape(shape(of: node)))
  }

  private mutating func elementwise(_ node: NodeID) -> NodeID {
    let (op, whole, rank) = (graph.operatorID(node), shape(of: node), graph.shape(node).rank)
    let operands = graph.operands(node)
    // Where all that changes has the whole shape, the rest is repeated along the new axis by
    // itself.
    let isPlain = operands.allSatisfy { operand in
      let own = graph.shape(operand).dimensions
      return lifted[operand].map { graph.shape($0) == whole }
        ?? (Array(whole.dimensions.suffix(own.count)) == own)
    }
    let images = operands.map { operand in
      isPlain ? lifted[operand] ?? operand : aligned(operand, rank: rank)
    }
    let query = ShapeQuery(
      operands: images.map { graph.shape($0) }, attribute: graph.attribute(node))
    if case .success = graph.op(node).shape(query) {
      return graph.insert(op, images, graph.attribute(node))
    }
    let full = images.map { graph.insert(.broadcast, [$0], .shape(whole)) }
    return graph.insert(op, full, graph.attribute(node))
  }

  /// The operand with the new axis or a 1 in its place, and `rank` others; a number as it is.
  private mutating func aligned(_ node: NodeID, rank: Int) -> NodeID {
    let own = graph.shape(node).dimensions
    let image = lifted[node] ?? node
    if own.isEmpty, lifted[node] == nil { return node }
    let between = [Dimension](repeating: 1, count: rank - own.count)
    let wanted = Shape([lifted[node] == nil ? 1 : dimension] + between + own)
    return graph.shape(image) == wanted
      ? image : graph.insert(.reshape, [image], .shape(wanted))
  }

  /// The operator itself, its axes counted one further.
  private mutating func shifted(_ node: NodeID) -> NodeID {
    let attribute: Attribute
    switch graph.attribute(node) {
    case .axes(let axes, let keep): attribute = .axes(axes.map { $0 + 1 }, keep: keep)
    case .scan(let axis, let reversed): attribute = .scan(axis: axis + 1, reversed: reversed)
    case .axis(let axis): attribute = .axis(axis + 1)
    case .permutation(let order): attribute = .permutation([0] + order.map { $0 + 1 })
    case .along(let axis, let count): attribute = .along(axis: axis + 1, count: count)
    case .shape(let shape): attribute = .shape(self.shape(shape))
    case .window(let starts, let sizes):
      attribute = .window(starts: [0] + starts, sizes: shape(sizes))
    case let other: attribute = other
    }
    let op = graph.operatorID(node)
    let images = graph.operands(node).map { full($0) }
    if op == .oneHot, graph.operatorID(images[0]) == .iota {
      return graph.insert(.eye, [], attribute)
    }
    return graph.insert(op, images, attribute)
  }
}

extension Lifter {
  /// The matrix product along the new axis; a product with one side that does not change is one
  /// product still.
  private mutating func product(_ a: NodeID, _ b: NodeID) -> NodeID {
    let (rankA, rankB) = (graph.shape(a).rank, graph.shape(b).rank)
    guard rankA <= 2, rankB <= 2 else { return batchedProduct(a, b) }
    switch (lifted[a], lifted[b], rankA, rankB) {
    case (let a?, nil, _, _): return graph.insert(.matrixProduct, [a, b])
    case (nil, let b?, 1, 1): return graph.insert(.matrixProduct, [b, a])
    case (nil, let b?, 2, 1):
      let transposed = graph.insert(.transpose, [a])
      return graph.insert(.matrixProduct, [b, transposed])
    case (nil, let b?, _, _): return graph.insert(.matrixProduct, [a, b])
    case (let a?, let b?, 1, 1):
      let products = graph.insert(.multiply, [a, b])
      return graph.insert(.sum, [products], .axes([1], keep: false))
    default: return batchedProduct(a, b)
    }
  }

  /// A matrix and what stands on its right, a vector as a matrix of one column.
  private mutating func rightSided(_ node: NodeID) -> NodeID {
    let operands = graph.operands(node)
    let (own, other) = (graph.shape(operands[0]).dimensions, graph.shape(operands[1]).dimensions)
    let rank = max(own.count, other.count)
    func aligned(_ node: NodeID, _ own: [Dimension]) -> NodeID {
      let ones = [Dimension](repeating: 1, count: rank - own.count)
      let (image, wanted) = (full(node), Shape([dimension] + ones + own))
      return graph.shape(image) == wanted
        ? image : graph.insert(.reshape, [image], .shape(wanted))
    }
    let left = aligned(operands[0], own)
    let right = aligned(operands[1], other.count == 1 ? other + [1] : other)
    let result = graph.insert(graph.operatorID(node), [left, right])
    let wanted = shape(of: node)
    return graph.shape(result) == wanted
      ? result : graph.insert(.reshape, [result], .shape(wanted))
  }

  /// Vectors as matrices of one row or column, batches lined up behind the new axis.
  private mutating func batchedProduct(_ a: NodeID, _ b: NodeID) -> NodeID {
    let (ownA, ownB) = (graph.shape(a).dimensions, graph.shape(b).dimensions)
    let rank = max(ownA.count, ownB.count, 2)
    let left = matrix(a, ownA.count == 1 ? [1] + ownA : ownA, rank: rank)
    let right = matrix(b, ownB.count == 1 ? ownB + [1] : ownB, rank: rank)
    let product = graph.insert(.matrixProduct, [left, right])
    var result = graph.shape(product).dimensions
    if ownB.count == 1 { result.removeLast() }
    if ownA.count == 1 { result.remove(at: result.count - (ownB.count == 1 ? 1 : 2)) }
    guard result.count < graph.shape(product).rank else { return product }
    return graph.insert(.reshape, [product], .shape(Shape(result)))
  }

  private mutating func matrix(_ node: NodeID, _ own: [Dimension], rank: Int) -> NodeID {
    let ones = [Dimension](repeating: 1, count: rank - own.count)
    let first = lifted[node] == nil ? 1 : dimension
    let wanted = Shape([first] + ones + own)
    let image = lifted[node] ?? node
    return graph.shape(image) == wanted
      ? image : graph.insert(.reshape, [image], .shape(wanted))
  }

  /// Rows of a table that changes, by an index that changes, or both.
  private mutating func gather(_ node: NodeID) -> NodeID {
    let operands = graph.operands(node)
    let batch = graph.batch(of: node)
    let indexRank = graph.shape(operands[1]).rank
    switch (lifted[operands[0]], lifted[operands[1]]) {
    case (let table?, let index?):
      return graph.insert(.gather, [table, index], .gathering(batch: batch + 1))
    case (let table?, nil):
      // The new axis waits behind the rows.
      let moved = graph.movingAxis(0, to: batch + 1, of: table)
      let rows = graph.insert(.gather, [moved, operands[1]], .gathering(batch: batch))
      return graph.movingAxis(indexRank, to: 0, of: rows)
    case (nil, let index?):
      if batch == 0, let part = run(of: operands[0], index) { return part }
      let moved = graph.movingAxis(0, to: batch, of: index)
      let rows = graph.insert(.gather, [operands[0], moved], .gathering(batch: batch))
      return graph.movingAxis(batch, to: 0, of: rows)
    case (nil, nil): return node
    }
  }

  /// Rows that follow each other are a part of the table, or all of it.
  private mutating func run(of table: NodeID, _ index: NodeID) -> NodeID? {
    guard graph.shape(index).rank == 1, let start = graph.start(ofRun: index) else { return nil }
    let shape = graph.shape(table)
    if start == 0, shape.dimensions[0] == dimension { return table }
    var (starts, sizes) = (shape.dimensions.map { _ in Dimension(0) }, shape)
    starts[0] = start
    sizes.dimensions[0] = dimension
    let window = Attribute.window(starts: starts, sizes: sizes)
    guard case .success = Shapes.slice(ShapeQuery(operands: [shape], attribute: window)) else {
      return nil
    }
    return graph.insert(.slice, [table], window)
  }

  private mutating func scatter(_ node: NodeID) -> NodeID {
    let operands = graph.operands(node)
    let whole = graph.shape(node)
    let batch = graph.batch(of: node)
    if let index = lifted[operands[1]] {
      if let spread = spread(operands[0], index, over: whole) { return spread }
      return graph.insert(
        .scatterAdd, [full(operands[0]), index],
        .scattering(to: shape(whole), batch: batch + 1))
    }
    let indexRank = graph.shape(operands[1]).rank
    let moved = graph.movingAxis(0, to: indexRank, of: full(operands[0]))
    var wide = whole.dimensions
    wide.insert(dimension, at: batch + 1)
    let rows = graph.insert(
      .scatterAdd, [moved, operands[1]], .scattering(to: Shape(wide), batch: batch))
    return graph.movingAxis(batch + 1, to: 0, of: rows)
  }
}

extension Lifter {
  /// A number added at the place of the index, for all indices: a diagonal.
  private mutating func spread(
    _ value: NodeID, _ index: NodeID, over whole: Shape
  ) -> NodeID? {
    guard whole.rank == 1, graph.shape(value).isScalar, graph.operatorID(index) == .iota else {
      return nil
    }
    let square = shape(whole)
    let eye = graph.insert(.eye, [], .shape(square))
    guard let image = lifted[value] else {
      return graph.number(value) == 1 ? eye : graph.insert(.multiply, [value, eye])
    }
    let column = graph.insert(.reshape, [image], .shape(Shape([dimension, 1])))
    return graph.insert(.multiply, [column, eye])
  }

  /// The loop once, over states with the new axis where what they come from has it.
  private mutating func scan(_ node: NodeID) -> NodeID {
    guard let body = graph.recurrence(of: node) else { return node }
    let operands = graph.operands(node)
    let stateCount = body.states.count
    var leaves: [NodeID: NodeID] = [:]
    func change(_ leaf: NodeID) {
      guard leaves[leaf] == nil else { return }
      let name = graph.symbol(leaf)?.name ?? "value"
      leaves[leaf] = graph.symbol(
        Symbol(name: name, role: .step, shape: shape(of: leaf)))
    }
    for (leaf, operand) in zip(body.leaves, operands) where lifted[operand] != nil { change(leaf) }
    // A state changes along the axis if it starts so or what it comes from does.
    while true {
      let known = leaves.count
      guard let last = body.next.max() else { break }
      let depends = graph.dependents(on: Array(leaves.keys), upTo: last)
      for (state, next) in zip(body.states, body.next) where depends[next.slot] { change(state) }
      if leaves.count == known { break }
    }
    var new = body
    new.states = body.states.map { leaves[$0] ?? $0 }
    new.rows = body.rows.map { leaves[$0] ?? $0 }
    new.shared = body.shared.map { leaves[$0] ?? $0 }
    let roots = graph.lifted(body.roots, replacing: leaves, dimension)
    let isChanged = zip(body.roots, roots).map { $0 != $1 }
    new.next = zip(body.states, roots).map { state, root in
      guard leaves[state] != nil, graph.shape(root) == graph.shape(state) else { return root }
      return graph.insert(.broadcast, [root], .shape(shape(of: state)))
    }
    new.collected = Array(roots.dropFirst(stateCount))
    let images = zip(body.leaves, operands).enumerated().map { place, pair -> NodeID in
      guard leaves[pair.0] != nil else { return pair.1 }
      let image = full(pair.1)
      let isRow = place >= stateCount && place < stateCount + body.rows.count
      return isRow ? graph.movingAxis(0, to: 1, of: image) : image
    }
    unchanged[node] = Set(
      (0..<body.resultCount).filter { place in
        place < stateCount ? leaves[body.states[place]] == nil : !isChanged[place]
      })
    return graph.scan(new, images)
  }

  private mutating func result(_ node: NodeID) -> NodeID {
    guard let (scan, place) = graph.result(node), let image = lifted[scan],
      let body = graph.recurrence(of: scan)
    else { return node }
    let result = graph.result(place, of: image)
    if unchanged[scan]?.contains(place) ?? false {
      return graph.insert(.broadcast, [result], .shape(shape(of: node)))
    }
    return place < body.states.count ? result : graph.movingAxis(1, to: 0, of: result)
  }
}
