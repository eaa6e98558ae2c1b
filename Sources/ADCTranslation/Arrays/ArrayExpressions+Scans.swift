import ADCCalculus

extension ArrayExpressions {
  /// A loop from step to step, over states that are variables.
  mutating func writeScan(_ node: NodeID, _ taken: [Int: NodeID]) throws(TranslationError) {
    guard let body = graph.recurrence(of: node) else { return }
    let operands = graph.operands(node)
    func word(_ leaf: NodeID) -> String { graph.symbol(leaf)?.name ?? "x" }
    var symbols: [NodeID: String] = [:]
    var states: [String] = []
    var starts: [String] = []
    for (leaf, operand) in zip(body.states, operands) {
      let name = names.fresh(word(leaf))
      states.append(name)
      symbols[leaf] = name
      starts.append(whole(operand).text)
    }
    let steps = dimension(body.steps)
    let counterWord = word(body.index)
    let counter = freeCounters.removeValue(forKey: counterWord) ?? names.fresh(counterWord)
    symbols[body.index] = counter
    var rows: [(name: String, array: String)] = []
    for (leaf, operand) in zip(body.rows, operands.dropFirst(body.states.count)) {
      let array = whole(operand)
      if language == .jax {
        rows.append((names.fresh("\(word(leaf))_\(counterWord)"), array.text))
        symbols[leaf] = rows.last?.name
      } else {
        if array.level != .atom || array.text.contains("(") { keep(operand, nil) }
        symbols[leaf] = try row(operand, counter)
      }
    }
    var shared: [NodeID: Text] = [:]
    for (leaf, operand) in zip(
      body.shared, operands.dropFirst(body.states.count + body.rows.count))
    {
      shared[leaf] = whole(operand)
    }
    let places = taken.keys.filter { $0 >= body.next.count }.sorted()
    let collected = places.map { place in
      let root = body.collected[place - body.next.count]
      let before = body.states.firstIndex(of: root).map { "\(states[$0])_before" }
      let own = before ?? taken[place].flatMap { labels[$0] }
      let after = body.next.firstIndex(of: root).map { "\(states[$0])_after" }
      return names.fresh(own ?? after ?? "rows")
    }
    let loop = ScanText(
      states: states, starts: starts, counter: counter, steps: steps, rows: rows,
      collected: collected, isReversed: body.isReversed)
    var inner = ArrayExpressions(
      graph, language, precision, symbols: symbols, labels: graph.names, names: names, sizes: sizes)
    inner.follow(self, shared)
    inner.shares = shares
    let roots = body.next + places.map { body.collected[$0 - body.next.count] }
    let written = try names.scope { () throws(TranslationError) in
      if language != .jax { inner.nameRows(body.rows, roots) { "\(word($0))_\(counterWord)" } }
      return try inner.write(roots)
    }
    if language == .jax {
      writeFold(loop, written, inner)
    } else {
      let shapes = places.map { place in
        let root = body.collected[place - body.next.count]
        return Shape([body.steps] + graph.shape(root).dimensions)
      }
      writeSteps(loop, shapes, written, inner)
    }
    freeCounters[counterWord] = counter
    for row in rows { names.release(row.name) }
    for (place, user) in taken {
      if place < body.next.count {
        set(user, states[place])
      } else if let found = places.firstIndex(of: place) {
        set(user, collected[found])
      }
    }
  }

  /// A loop of Python, with what is collected as arrays of these shapes.
  private mutating func writeSteps(
    _ loop: ScanText, _ shapes: [Shape], _ written: [String], _ inner: ArrayExpressions
  ) {
    for (name, start) in zip(loop.states, loop.starts) { line("\(name) = \(start)") }
    for (name, shape) in zip(loop.collected, shapes) {
      line(
        language == .tensorflow
          ? "\(name) = []" : "\(name) = np.empty(\(size(shape))\(type))")
    }
    writeLoop(loop, written, inner)
    for name in loop.collected where language == .tensorflow {
      line("\(name) = tnp.stack(\(name)\(loop.isReversed ? "[::-1]" : ""))")
    }
  }

  /// Row t of an array; of a slice that of what it is a part of.
  private mutating func row(_ array: NodeID, _ counter: String) throws(TranslationError) -> String {
    if case .view(.slice) = graph.execution(array), labels[array] == nil,
      case .window(let starts, let sizes) = graph.attribute(array)
    {
      let source = graph.operand(array, 0)
      let inner = graph.shape(source).dimensions.dropFirst()
      if Array(inner) == Array(sizes.dimensions.dropFirst()) {
        let first = dimension(starts[0])
        let place = first == "0" ? counter : "\(counter) + \(first)"
        return "\(above(whole(source), .power))[\(place)]"
      }
    }
    return "\(whole(array).text)[\(counter)]"
  }

  /// Gives names to rows that a step reads more than once.
  private mutating func nameRows(_ rows: [NodeID], _ roots: [NodeID], _ word: (NodeID) -> String) {
    let needed = graph.reachable(from: roots)
    var counts: [NodeID: Int] = [:]
    for slot in needed.indices where needed[slot] {
      for operand in graph.operands(NodeID(slot)) { counts[operand, default: 0] += 1 }
    }
    for leaf in rows where counts[leaf, default: 0] > 1 {
      guard let text = texts[leaf] else { continue }
      let name = names.fresh(word(leaf))
      line("\(name) = \(text.text)")
      set(leaf, name)
    }
  }

  /// What a loop from step to step is made of.
  private struct ScanText {
    var states: [String]
    var starts: [String]
    var counter: String
    var steps: String
    var rows: [(name: String, array: String)]
    var collected: [String]
    var isReversed: Bool
  }

  /// A loop of Python.
  private mutating func writeLoop(_ loop: ScanText, _ written: [String], _ inner: ArrayExpressions)
  {
    let range = "range(\(loop.steps))"
    line("for \(loop.counter) in \(loop.isReversed ? "reversed(\(range))" : range):")
    take(inner)
    deeper(by: 1)
    let count = loop.states.count
    for (name, value) in zip(loop.collected, written.dropFirst(count)) {
      let appended = "\(name).append(tnp.asarray(\(value)))"
      line(language == .tensorflow ? appended : "\(name)[\(loop.counter)] = \(value)")
    }
    if count > 0 {
      let next = written.prefix(count).joined(separator: ", ")
      line("\(loop.states.joined(separator: ", ")) = \(next)")
    }
    deeper(by: -1)
  }

  /// A function of one step, and what goes through it.
  private mutating func writeFold(_ loop: ScanText, _ written: [String], _ inner: ArrayExpressions)
  {
    func listed(_ parts: [String]) -> String {
      parts.joined(separator: ", ") + (parts.count == 1 ? "," : "")
    }
    // One name stands in brackets: a comma alone is overlooked.
    func targets(_ parts: [String]) -> String {
      parts.count == 1 ? "(\(parts[0]),)" : listed(parts)
    }
    let name = names.fresh("one_step")
    let isCounted = (inner.lines + written).contains { line in
      line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.contains(loop.counter[...])
    }
    let rows = loop.rows.map(\.name) + (isCounted ? [loop.counter] : [])
    if lines.last.map({ !$0.isEmpty }) ?? false { line("") }
    line("def \(name)(states, \(rows.isEmpty ? "_" : "rows")):")
    deeper(by: 1)
    line("\(targets(loop.states)) = states")
    if !rows.isEmpty { line("\(targets(rows)) = rows") }
    deeper(by: -1)
    take(inner)
    deeper(by: 1)
    let count = loop.states.count
    line(
      "return (\(listed(Array(written.prefix(count))))), (\(listed(Array(written.dropFirst(count)))))"
    )
    deeper(by: -1)
    line("")
    let counted = isCounted ? ["jnp.arange(\(loop.steps))"] : []
    let arrays = listed(loop.rows.map(\.array) + counted)
    let starts = loop.starts.map { "jnp.asarray(\($0), \(language.real(precision)))" }
    let over = rows.isEmpty ? "None, length=\(loop.steps)" : "(\(arrays))"
    line(
      "(\(listed(loop.states))), (\(listed(loop.collected))) = jax.lax.scan(\(name), "
        + "(\(listed(starts))), \(over)\(loop.isReversed ? ", reverse=True" : ""))")
  }
}
