extension PatternSweep {
  /// The most elements that all steps of a loop may have to be swept one by one.
  private static let stepwiseLimit = 1 << 22

  /// The sets of all results of a `scan`: of each step, while they are few; else of a step that
  /// stands for all, whose states hold what any step before it leaves.
  mutating func recurrence(
    _ recurrence: Recurrence, _ operands: [NodeID]
  ) throws(SparsityError) -> [[IndexSets.ID]] {
    var body = recurrence
    body.setRoots(graph.prepareForPatterns(body.roots))
    guard let steps = body.steps.value(sizes) else {
      throw .missingSize(body.steps.terms.first?.name ?? "")
    }
    var sweep = try LoopSweep(body, operands, steps: max(steps, 0), in: self)
    let outer = (elements, loops, known)
    defer { (elements, loops, known) = outer }
    if sweep.work <= Self.stepwiseLimit {
      for step in 0..<sweep.steps {
        try advance(&sweep, to: body.isReversed ? sweep.steps - 1 - step : step)
      }
      return sweep.results
    }
    for _ in 0...count {
      let before = sweep.states
      try advance(&sweep, to: nil)
      if sweep.states == before { break }
    }
    return sweep.results
  }

  /// One step; without its number any step.
  private mutating func advance(
    _ sweep: inout LoopSweep, to step: Int?
  ) throws(SparsityError) {
    let body = sweep.body
    for (leaf, ids) in zip(body.states, sweep.states) { elements[leaf] = ids }
    for (place, leaf) in body.rows.enumerated() {
      let ids = sweep.rows[place]
      let width = sweep.steps == 0 ? 0 : ids.count / sweep.steps
      if let step {
        elements[leaf] = Array(ids[step * width..<(step + 1) * width])
        known[leaf] = sweep.values[leaf].map { values in
          Table(
            shape: graph.shape(leaf).known(sizes),
            values: Array(values[step * width..<(step + 1) * width]))
        }
      } else {
        elements[leaf] = (0..<width).map { column in
          sets.union(stride(from: column, to: ids.count, by: width).map { ids[$0] })
        }
      }
    }
    for (leaf, ids) in zip(body.shared, sweep.shared) {
      elements[leaf] = ids
      known[leaf] = sweep.values[leaf].map {
        Table(shape: graph.shape(leaf).known(sizes), values: $0)
      }
    }
    elements[body.index] = [IndexSets.empty]
    known[body.index] = step.map { Table(shape: .scalar, values: [Double($0)]) }
    let found = try self.sweep(body.roots, from: body.leaves + [body.index])
    if step != nil {
      sweep.states = Array(found.prefix(body.next.count))
    } else {
      for (place, ids) in found.prefix(body.next.count).enumerated() {
        sweep.states[place] = zip(sweep.states[place], ids).map { sets.union($0, $1) }
      }
    }
    sweep.collect(found, at: step)
  }

  /// The sets of the unknown of an equation R(y, q) = 0, whose derivative is -R_y^-1 R_q: element i
  /// depends on what the equations depend on that are reached from it through R_y.
  mutating func implicit(
    _ equation: Equation, _ operands: [NodeID], _ own: [Int], _ total: Int
  ) throws(SparsityError) -> [IndexSets.ID] {
    let residual = graph.prepareForPatterns([equation.residual])[0]
    let slopes =
      equation.isSystem ? try pattern(of: residual, by: equation.unknown) : nil
    let outer = (elements, loops)
    defer { (elements, loops) = outer }
    for (leaf, operand) in zip(equation.arguments, operands) {
      elements[leaf] = sets(of: operand, try count(of: operand))
    }
    elements[equation.unknown] = repeated(IndexSets.empty, total)
    _ = try sweep([residual], from: equation.arguments + [equation.unknown])
    let ids = try broadcast(residual, own, total).map { max($0, IndexSets.empty) }
    guard let slopes else { return ids }
    return slopes.reached.map { rows in sets.union(rows.map { ids[$0] }) }
  }
}

/// A `scan` on the way: its states and what it has collected.
private struct LoopSweep {
  let body: Recurrence
  let steps: Int
  var states: [[IndexSets.ID]]
  let rows: [[IndexSets.ID]]
  let shared: [[IndexSets.ID]]
  /// The elements of operands that are known.
  var values: [NodeID: [Double]] = [:]
  /// The elements of all steps together.
  let work: Int
  private var collected: [[IndexSets.ID]]

  init(
    _ body: Recurrence, _ operands: [NodeID], steps: Int, in sweep: PatternSweep
  ) throws(SparsityError) {
    self.body = body
    self.steps = steps
    let sets = try operands.map { operand throws(SparsityError) in
      sweep.sets(of: operand, try sweep.count(of: operand))
    }
    states = Array(sets.prefix(body.states.count))
    rows = Array(sets.dropFirst(body.states.count).prefix(body.rows.count))
    shared = Array(sets.suffix(body.shared.count))
    for (leaf, operand) in zip(body.leaves, operands).dropFirst(body.states.count) {
      values[leaf] = sweep.known[operand]?.values ?? sweep.constants(operand)
    }
    var each = 0
    let needed = sweep.graph.reachable(from: body.roots)
    for slot in needed.indices where needed[slot] { each += try sweep.count(of: NodeID(slot)) }
    work = steps.multipliedReportingOverflow(by: each).partialValue
    collected = try body.collected.map { root throws(SparsityError) in
      let count = try sweep.count(of: root)
      return [IndexSets.ID](repeating: IndexSets.zero, count: steps * count)
    }
  }

  /// Puts what the roots of a step depend on where it belongs; without a number in every row.
  mutating func collect(_ found: [[IndexSets.ID]], at step: Int?) {
    for (place, ids) in found.dropFirst(body.next.count).enumerated() {
      for row in step.map({ $0..<$0 + 1 }) ?? 0..<steps {
        collected[place].replaceSubrange(row * ids.count..<(row + 1) * ids.count, with: ids)
      }
    }
  }

  var results: [[IndexSets.ID]] { states + collected }
}

extension SparsityPattern {
  /// For each unknown of a square system the equations that its value depends on: with a full
  /// diagonal those reached from it (Gilbert 1994), else all that are connected with it.
  fileprivate var reached: [[Int]] {
    let hasDiagonal = (0..<rows).allSatisfy { contains($0, $0) }
    let mirrored = transposed
    return (0..<columns).map { unknown in
      var isSeen = [Bool](repeating: false, count: rows)
      var open = hasDiagonal ? [unknown] : mirrored[unknown].map { Int($0) }
      for row in open { isSeen[row] = true }
      var place = 0
      while place < open.count {
        for column in self[open[place]] {
          let next = hasDiagonal ? [column][...] : mirrored[Int(column)]
          for row in next where !isSeen[Int(row)] {
            isSeen[Int(row)] = true
            open.append(Int(row))
          }
        }
        place += 1
      }
      return open
    }
  }
}

extension Shape {
  /// The shape with numbers in the place of names.
  fileprivate func known(_ sizes: [String: Int]) -> Shape {
    Shape(dimensions.map { Dimension($0.value(sizes) ?? 0) })
  }
}
