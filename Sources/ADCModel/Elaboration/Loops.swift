import ADCCalculus
import ADCSyntax

/// The numbers that the index of a loop goes through.
struct IndexRange: Sendable {
  var lower: Dimension
  var count: Dimension
}

extension Elaborator {
  /// What a loop may do with its values, and the operator that does it.
  static let reductionsOverRanges: [String: OperatorID] = [
    "sum": Known.sum, "prod": Known.product, "max": Known.greatestOf, "min": Known.leastOf,
  ]

  /// An index of a loop while its body is elaborated.
  struct OpenIndex: Sendable {
    /// As it is written.
    var part: LoopRange
    /// The leaf that counts from 0.
    var symbol: NodeID
    var range: IndexRange
  }

  /// `sum(i in 0..<n: …)` and its kind, `[i in 0..<n: …]`, `scan(…)` with one state.
  mutating func loop(_ loop: Loop, at range: SourceRange) throws(Reported) -> NodeID {
    guard let callee = loop.callee else {
      return try array(over: loop, at: range)
    }
    if callee.text == "scan", binding("scan") == nil {
      let results = try scan(loop, at: range)
      guard results.count == 1 else {
        throw report(
          "AD0416", "this `scan` has \(results.count) results, and one value is expected here",
          at: range, fix: "take them apart: `let (\(Self.names(of: loop))) = scan(…)`")
      }
      return results[0]
    }
    guard let op = Self.reductionsOverRanges[callee.text], binding(callee.text) == nil else {
      throw unknownLoop(callee)
    }
    if let state = loop.states.first {
      throw report(
        "AD0415", "`\(callee.text)` over a range has no states; `scan` has", at: state.name.range)
    }
    if let option = loop.options.first {
      throw report(
        "AD0403",
        "`\(callee.text)` over a range has no argument \(quote(name: option.label?.text ?? ""))",
        at: option.label?.range ?? option.value.range)
    }
    guard loop.body.count == 1 else {
      throw report(
        "AD0416", "`\(callee.text)` over a range takes one value, and here are \(loop.body.count)",
        at: range)
    }
    let values = try lifted(loop, at: range, elsewhere: Self.neutral(op))
    let axes = Array(0..<loop.ranges.count)
    return try apply(op, [values], .axes(axes, keep: false), at: range)
  }

  /// What changes nothing of a reduction.
  private static func neutral(_ op: OperatorID) -> Double {
    switch op {
    case Known.product: 1
    case Known.greatestOf: -.infinity
    case Known.leastOf: .infinity
    default: 0
    }
  }

  static func names(of loop: Loop) -> String {
    loop.states.map { "\($0.name.text)s" }.joined(separator: ", ")
  }

  private mutating func unknownLoop(_ callee: Name) -> Reported {
    let near = Suggestion.nearest(
      to: callee.text, among: Self.reductionsOverRanges.keys.sorted() + ["scan"])
    let isHidden = near == nil && binding(callee.text) != nil
    return report(
      "AD0415",
      isHidden
        ? "\(quote(name: callee.text)) is a name of the model here, which hides the loop"
        : "\(quote(name: callee.text)) does not go over a range", at: callee.range,
      fix: near.map { "did you mean `\($0)`?" }
        ?? "loops are `sum`, `prod`, `max`, `min` and `scan`; `[i in 0..<n: …]` is an array")
  }

  private mutating func array(over loop: Loop, at range: SourceRange) throws(Reported) -> NodeID {
    guard loop.body.count == 1 else {
      throw report(
        "AD0416", "an array over a range takes one value, and here are \(loop.body.count)",
        at: loop.body[0].range.union(loop.body[loop.body.count - 1].range),
        fix: "write `[a, b]` for a row")
    }
    return try lifted(loop, at: range)
  }

  /// The body's values for all indices, along one new leading axis for each range.
  ///
  /// - Parameter elsewhere: What stands beside ranges that change with other indices; nil where
  ///   none may.
  private mutating func lifted(
    _ loop: Loop, at range: SourceRange, elsewhere: Double? = nil
  ) throws(Reported) -> NodeID {
    let around = openIndices.count
    locals.append([:])
    defer {
      locals.removeLast()
      openIndices.removeSubrange(around...)
    }
    var conditions: [NodeID] = []
    for part in loop.ranges {
      if locals[locals.count - 1][part.name.text] != nil {
        throw report(
          "AD0202", "two indices are called \(quote(name: part.name.text))", at: part.name.range)
      }
      let index = try open(part, mayVary: elsewhere != nil)
      let binding = try bound(index, part)
      if let condition = try isWithin(part, binding) { conditions.append(condition) }
      locals[locals.count - 1][part.name.text] = binding
      openIndices.append(index)
    }
    let condition = try all(conditions, at: range)
    if let condition, computesPlaces(loop) { try bindWithin(condition, at: range) }
    var values = try self.values(of: loop)[0]
    if let condition, let elsewhere {
      let rest = constant(elsewhere, at: range)
      values = try apply(Known.select, [condition, values, rest], at: loop.body[0].range)
    }
    for index in openIndices[around...].reversed() {
      values = lifted(values, over: index, at: loop.body[0].range)
    }
    return values
  }

  /// What the body of a loop makes, with the names that its block declares.
  mutating func values(of loop: Loop) throws(Reported) -> [NodeID] {
    locals.append([:])
    defer { locals.removeLast() }
    for declaration in loop.lets { try defineLocal(declaration) }
    var values: [NodeID] = []
    for value in loop.body { values.append(try elaborate(value)) }
    return values
  }

  /// A value for all numbers of an index, along a new leading axis.
  private mutating func lifted(
    _ node: NodeID, over index: OpenIndex, at range: SourceRange
  ) -> NodeID {
    let result: NodeID
    if graph.depends(node, on: index.symbol) {
      result = graph.lifted([node], over: index.symbol, dimension: index.range.count)[0]
    } else {
      let whole = Shape([index.range.count] + graph.shape(node).dimensions)
      result = graph.insert(Known.broadcast, [node], .shape(whole))
    }
    record(range)
    return result
  }

  /// A new index over a range.
  ///
  /// - Parameter mayVary: Whether its bounds may change with other indices; it then goes over all
  ///   that the range can be.
  mutating func open(
    _ part: LoopRange, mayVary: Bool = false
  ) throws(Reported) -> OpenIndex {
    let range = try range(of: part, mayVary: mayVary)
    let index = symbol(part.name.text, .step, .scalar, at: part.name.range)
    return OpenIndex(part: part, symbol: index, range: range)
  }

  private mutating func range(
    of part: LoopRange, mayVary: Bool
  ) throws(Reported) -> IndexRange {
    let others = indices(in: part)
    if let other = others.first {
      guard mayVary else { throw varying(other) }
      return try hull(of: part, over: others)
    }
    let lower = try position(part.lower)
    var upper = try position(part.upper)
    if part.includesUpper { upper = upper + 1 }
    let count = upper - lower
    if let known = count.known, known < 0 {
      throw report(
        "AD0306", "the range ends before it starts", at: part.lower.range.union(part.upper.range))
    }
    return IndexRange(lower: lower, count: count)
  }

  /// What the index's name stands for in the body.
  mutating func bound(_ index: OpenIndex, _ part: LoopRange) throws(Reported) -> Binding {
    var node = index.symbol
    if index.range.lower != 0 {
      let lower = dimensionValue(index.range.lower, at: part.lower.range)
      node = try apply(Known.add, [node, lower], at: part.range)
    }
    return Binding(meaning: .node(node), kind: .index, range: part.name.range)
  }

  /// Whether the value of a number changes with an index of a loop around it.
  func dependsOnIndex(_ node: NodeID) -> Bool {
    graph.shape(node).isScalar && openIndices.contains { graph.depends(node, on: $0.symbol) }
  }

  /// The first and the last value of an index of a loop, perhaps with a size added; nil for all
  /// else.
  private func ends(of node: NodeID) -> (first: Dimension, last: Dimension)? {
    guard graph.shape(node).isScalar, let sum = graph.sum(node), sum.others.count == 1,
      let index = openIndices.last(where: { $0.symbol == sum.others[0] }),
      index.range.count.known != 0
    else { return nil }
    return (sum.size, sum.size + index.range.count - 1)
  }

  /// Whether a place that changes with the index of a loop may leave an axis.
  func mayLeave(_ node: NodeID, _ whole: Dimension) -> Bool {
    guard !branchConditions.isEmpty, dependsOnIndex(node) else { return false }
    guard let (first, last) = ends(of: node), let least = first.known else { return true }
    return least < 0 || ((whole - last).known ?? 1) <= 0
  }

  /// Reports an index of a loop, perhaps with a size added, that leaves an axis.
  mutating func checkLoopIndex(
    _ node: NodeID, _ whole: Dimension, _ axis: Int, at range: SourceRange
  ) throws(Reported) {
    guard let (first, last) = ends(of: node) else { return }
    let isBefore = first.known.map { $0 < 0 } ?? false
    let isBehind = (whole - last).known.map { $0 <= 0 } ?? false
    guard isBefore || isBehind else { return }
    let subject = quote(range) ?? "it"
    throw report(
      "AD0306",
      "the index \(subject) goes from \(first) to \(last), and axis \(axis) has the size "
        + "\(whole)", at: range, fix: "change the range of the loop, or the index")
  }

  /// The values that a `let` names: one, or the results of a `scan`.
  mutating func values(of declaration: LetDeclaration) throws(Reported) -> [NodeID] {
    guard !declaration.others.isEmpty else { return [try elaborate(declaration.value)] }
    let results = try results(of: declaration.value)
    let names = declaration.names
    guard results.count == names.count else {
      throw report(
        "AD0416",
        "\(names.count) names for \(results.count == 1 ? "one value" : "\(results.count) values")",
        at: names[0].range.union(names[names.count - 1].range),
        fix: results.count == 1 ? "several results come from a `scan` with several states" : nil)
    }
    return results
  }

  /// The results of an expression that may have several: a `scan`, or a place of one.
  private mutating func results(of expression: Expression) throws(Reported) -> [NodeID] {
    switch expression.form {
    case .loop(let loop) where loop.callee?.text == "scan" && binding("scan") == nil:
      try enter(expression.range)
      defer { depth -= 1 }
      return try scan(loop, at: expression.range)
    case .subscripted(let base, let places):
      guard case .loop = base.form else { return [try elaborate(expression)] }
      var results: [NodeID] = []
      for node in try self.results(of: base) {
        results.append(try subscripted(node, base, places, at: expression.range))
      }
      return results
    default: return [try elaborate(expression)]
    }
  }
}
