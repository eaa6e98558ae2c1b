extension PatternSweep {
  /// The sets of a node that depends on a variable, from those of its operands.
  mutating func propagated(
    _ node: NodeID, _ total: Int
  ) throws(SparsityError) -> [IndexSets.ID] {
    let operands = graph.operands(node)
    let own = try sizes(of: node)
    let op = graph.op(node)
    if case .zero = op.derivative { return repeated(IndexSets.empty, total) }
    switch (op.execution, graph.attribute(node)) {
    case (.elementwise, _): return try elementwise(node, own, total)
    case (.reduction, .axes(let axes, _)): return try reduction(operands[0], axes, total)
    case (.view(.transpose), _):
      let order = Array(0..<own.count - 2) + [own.count - 1, own.count - 2]
      return try permuted(operands[0], order)
    case (.view(.permute), .permutation(let order)): return try permuted(operands[0], order)
    case (.view(.reshape), _): return sets(of: operands[0], total)
    case (.view(.broadcast), _): return try broadcast(operands[0], own, total)
    case (.view(.slice), .window(let starts, _)):
      return try moved(operands[0], into: own, total) { index in
        zip(index, starts).map { $0 + ($1.value(sizes) ?? 0) }
      }
    case (.view(.diagonal), _):
      return try moved(operands[0], into: own, total) { $0 + [$0[$0.count - 1]] }
    case (.pad, .window(let starts, _)): return try padded(operands[0], starts, own, total)
    case (.concatenation, .axis(let axis)): return try concatenated(operands, axis, own, total)
    case (.matrixProduct, _): return try product(operands[0], operands[1], total)
    case (.cumulativeSum, .scan(let axis, let reversed)):
      return cumulative(operands[0], axis, reversed, own)
    case (.gather, .none), (.gather, .batch(0)):
      return try gathered(operands, total)
    case (.recurrence, .recurrence(let place)):
      loops[node] = try recurrence(graph.recurrences[place], operands)
      return repeated(IndexSets.empty, total)
    case (.recurrenceResult, .result(let place, _)): return loops[operands[0]]?[place] ?? []
    case (_, .equation(let place)):
      return try implicit(graph.equations[place], Array(operands.dropFirst()), own, total)
    default:
      if op.isElementwise { return try elementwise(node, own, total) }
      if graph.operatorID(node) == .diagonalMatrix { return onDiagonal(operands[0], own, total) }
      // What is not known in parts depends on everything that its operands do.
      return repeated(everything(operands), total)
    }
  }

  func repeated(_ id: IndexSets.ID, _ total: Int) -> [IndexSets.ID] {
    [IndexSets.ID](repeating: id, count: total)
  }

  private mutating func everything(_ operands: [NodeID]) -> IndexSets.ID {
    var ids: [IndexSets.ID] = [IndexSets.empty]
    for operand in operands { ids += Set(elements[operand] ?? []) }
    return sets.union(ids)
  }

  private mutating func elementwise(
    _ node: NodeID, _ own: [Int], _ total: Int
  ) throws(SparsityError) -> [IndexSets.ID] {
    let operands = graph.operands(node)
    var parts: [[IndexSets.ID]] = []
    for operand in operands { parts.append(try broadcast(operand, own, total)) }
    let op = graph.operatorID(node)
    var result = repeated(IndexSets.zero, total)
    for place in 0..<total {
      let ids = parts.map { $0[place] }
      switch op {
      case .multiply where ids.contains(IndexSets.zero), .divide where ids[0] == IndexSets.zero:
        continue
      case .add, .subtract, .negate: result[place] = sets.union(ids)
      case .select: result[place] = sets.union(ids[1], ids[2])
      default:
        // A function of 0 is a number.
        result[place] = sets.union(sets.union(ids), IndexSets.empty)
        if result[place] == IndexSets.zero { result[place] = IndexSets.empty }
      }
    }
    return result
  }

  func broadcast(
    _ node: NodeID, _ own: [Int], _ total: Int
  ) throws(SparsityError) -> [IndexSets.ID] {
    let from = try sizes(of: node)
    let ids = sets(of: node, from.reduce(1, *))
    if from == own { return ids }
    if from.isEmpty { return repeated(ids[0], total) }
    return try moved(node, into: own, total) { index in
      zip(index.suffix(from.count), from).map { $1 == 1 ? 0 : $0 }
    }
  }

  /// The elements that `source` finds for each index of the result.
  private func moved(
    _ node: NodeID, into own: [Int], _ total: Int, _ source: ([Int]) -> [Int]
  ) throws(SparsityError) -> [IndexSets.ID] {
    let from = try sizes(of: node)
    let ids = sets(of: node, from.reduce(1, *))
    var result = repeated(IndexSets.zero, total)
    var index = [Int](repeating: 0, count: own.count)
    for place in 0..<total {
      let position = zip(source(index), from).reduce(0) { $0 * $1.1 + $1.0 }
      if ids.indices.contains(position) { result[place] = ids[position] }
      Self.advance(&index, own)
    }
    return result
  }

  /// The next index, the last axis fastest.
  private static func advance(_ index: inout [Int], _ sizes: [Int]) {
    var axis = sizes.count - 1
    while axis >= 0 {
      index[axis] += 1
      if index[axis] < sizes[axis] { return }
      index[axis] = 0
      axis -= 1
    }
  }

  private func permuted(_ node: NodeID, _ order: [Int]) throws(SparsityError) -> [IndexSets.ID] {
    let from = try sizes(of: node)
    let own = order.map { from[$0] }
    return try moved(node, into: own, own.reduce(1, *)) { index in
      var source = index
      for (axis, place) in order.enumerated() { source[place] = index[axis] }
      return source
    }
  }

  private mutating func reduction(
    _ node: NodeID, _ axes: [Int], _ total: Int
  ) throws(SparsityError) -> [IndexSets.ID] {
    let from = try sizes(of: node)
    let ids = sets(of: node, from.reduce(1, *))
    if total == 1 { return [sets.union(Array(Set(ids)))] }
    var groups = [[IndexSets.ID]](repeating: [], count: total)
    var index = [Int](repeating: 0, count: from.count)
    for id in ids {
      var place = 0
      for axis in from.indices where !axes.contains(axis) {
        place = place * from[axis] + index[axis]
      }
      groups[place].append(id)
      Self.advance(&index, from)
    }
    return groups.map { sets.union($0) }
  }

  private func padded(
    _ node: NodeID, _ starts: [Dimension], _ own: [Int], _ total: Int
  ) throws(SparsityError) -> [IndexSets.ID] {
    let from = try sizes(of: node)
    var result = repeated(IndexSets.zero, total)
    let first = starts.map { $0.value(sizes) ?? 0 }
    var index = [Int](repeating: 0, count: from.count)
    for id in sets(of: node, from.reduce(1, *)).prefix(from.reduce(1, *)) {
      let place = index.indices.reduce(0) { $0 * own[$1] + index[$1] + first[$1] }
      if result.indices.contains(place) { result[place] = id }
      Self.advance(&index, from)
    }
    return result
  }

  private func concatenated(
    _ nodes: [NodeID], _ axis: Int, _ own: [Int], _ total: Int
  ) throws(SparsityError) -> [IndexSets.ID] {
    var result = repeated(IndexSets.zero, total)
    var start = 0
    for node in nodes {
      let from = try sizes(of: node)
      var index = [Int](repeating: 0, count: from.count)
      for id in sets(of: node, from.reduce(1, *)).prefix(from.reduce(1, *)) {
        let place = index.indices.reduce(0) { $0 * own[$1] + index[$1] + ($1 == axis ? start : 0) }
        result[place] = id
        Self.advance(&index, from)
      }
      start += from[axis]
    }
    return result
  }

  private mutating func cumulative(
    _ node: NodeID, _ axis: Int, _ reversed: Bool, _ own: [Int]
  ) -> [IndexSets.ID] {
    var ids = sets(of: node, own.reduce(1, *))
    let stride = own[(axis + 1)...].reduce(1, *)
    let length = own[axis]
    guard length > 1 else { return ids }
    for outer in 0..<ids.count / max(stride * length, 1) {
      for inner in 0..<stride {
        let base = outer * stride * length + inner
        for step in 1..<length {
          let (from, to) = reversed ? (length - step, length - step - 1) : (step - 1, step)
          ids[base + to * stride] = sets.union(
            ids[base + from * stride], ids[base + to * stride])
        }
      }
    }
    return ids
  }

  private func onDiagonal(
    _ node: NodeID, _ own: [Int], _ total: Int
  ) -> [IndexSets.ID] {
    let size = own[own.count - 1]
    let ids = sets(of: node, total / max(size, 1))
    var result = repeated(IndexSets.zero, total)
    for (place, id) in ids.enumerated() where size > 0 {
      result[place * size + place % size] = id
    }
    return result
  }

  private mutating func gathered(
    _ operands: [NodeID], _ total: Int
  ) throws(SparsityError) -> [IndexSets.ID] {
    let from = try sizes(of: operands[0])
    let ids = sets(of: operands[0], from.reduce(1, *))
    let width = from.dropFirst().reduce(1, *)
    guard let rows = constants(operands[1]), rows.count * width == total else {
      return repeated(everything([operands[0]]), total)
    }
    var result: [IndexSets.ID] = []
    for row in rows {
      let start = row >= 0 && row < Double(from[0]) ? Int(row) * width : 0
      result += ids[start..<start + width]
    }
    return result
  }
}
