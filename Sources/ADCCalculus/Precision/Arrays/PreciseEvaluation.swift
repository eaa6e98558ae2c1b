// Arrays with more digits than doubles have: what the numbers of a model are judged by.
// In: nodes in the machine's terms, and doubles for their symbols. Out: their values. Element by
// element in the most obvious way: a judge shares nothing with what it judges.

/// Evaluates nodes of a graph with a number of bits.
package struct PreciseEvaluation: Sendable {
  let graph: ExpressionGraph
  /// The values of named dimensions.
  let sizes: [String: Int]
  /// By symbol.
  let symbols: [[PreciseNumber]]
  let bits: Int

  /// - Parameters:
  ///   - sizes: The values of named dimensions.
  ///   - symbols: The elements of every symbol, by its place; empty for those that nothing needs.
  package init(
    graph: ExpressionGraph, sizes: [String: Int], symbols: [[Double]], bits: Int
  ) {
    self.init(
      graph: graph, sizes: sizes,
      symbols: symbols.map { $0.map { PreciseNumber($0, bits: bits) } }, bits: bits)
  }

  init(
    graph: ExpressionGraph, sizes: [String: Int], symbols: [[PreciseNumber]], bits: Int
  ) {
    self.graph = graph
    self.sizes = sizes
    self.symbols = symbols
    self.bits = bits
  }

  /// The values of prepared nodes (`ExpressionGraph.prepare`).
  package func values(of roots: [NodeID]) throws(PreciseFailure) -> [PreciseArray] {
    guard let last = roots.max() else { return [] }
    let needed = graph.reachable(from: roots)
    let empty = PreciseArray(sizes: [], values: [])
    var results = [PreciseArray](repeating: empty, count: last.slot + 1)
    for slot in 0...last.slot where needed[slot] {
      let node = NodeID(slot)
      results[slot] = try value(node, graph.operands(node).map { results[$0.slot] })
    }
    return roots.map { results[$0.slot] }
  }

  func known(_ shape: Shape) -> [Int] { shape.dimensions.map { max($0.value(sizes) ?? 0, 0) } }

  func number(_ value: Double) -> PreciseNumber { PreciseNumber(value, bits: bits) }

  private func value(_ node: NodeID, _ x: [PreciseArray]) throws(PreciseFailure) -> PreciseArray {
    let shape = known(graph.shape(node))
    switch (graph.op(node).execution, graph.attribute(node)) {
    case (.leaf, .number(let value)):
      return PreciseArray(PreciseNumber(constant: value, bits: bits))
    case (.leaf, .symbol(let place)): return try symbol(place, shape)
    case (.leaf, .table(let place)):
      return PreciseArray(sizes: shape, values: graph.tables[place].values.map(number))
    case (.elementwise, _): return try elementwise(graph.op(node), x, shape)
    case (.reduction(let kind), .axes(let axes, _)): return try reduced(kind, axes, x[0], shape)
    case (.generator(.size), .dimension(let size)):
      return PreciseArray(number(Double(size.value(sizes) ?? 0)))
    case (.generator(.iota), _):
      return try .make(shape) { index throws(PreciseFailure) in number(Double(index.last ?? 0)) }
    case (.matrixProduct, _): return try product(x[0], x[1], shape)
    case (.cumulativeSum, .scan(let axis, let reversed)):
      return sums(x[0], axis, reversed: reversed)
    case (.matrixFunction(let function), _): return try matrices(function, x, shape)
    case (.recurrence, _): return try steps(node, x)
    case (.recurrenceResult, .result(let place, _)):
      let start = offset(ofResult: place, graph.operands(node)[0])
      return PreciseArray(
        sizes: shape, values: Array(x[0].values[start..<start + shape.reduce(1, *)]))
    default:
      if let moved = try moved(node, x, shape) { return moved }
      throw PreciseFailure(message: "`\(graph.op(node).spelling)` has no precise form")
    }
  }

  private func symbol(_ place: Int, _ shape: [Int]) throws(PreciseFailure) -> PreciseArray {
    guard symbols.indices.contains(place), symbols[place].count >= shape.reduce(1, *) else {
      throw PreciseFailure(message: "`\(graph.symbols[place].name)` has no value")
    }
    return PreciseArray(sizes: shape, values: Array(symbols[place].prefix(shape.reduce(1, *))))
  }

  private func elementwise(
    _ op: Operator, _ x: [PreciseArray], _ shape: [Int]
  ) throws(PreciseFailure) -> PreciseArray {
    guard let precise = op.precise else {
      throw PreciseFailure(message: "`\(op.spelling)` has no precise form")
    }
    return try .make(shape) { index throws(PreciseFailure) in precise(x.map { $0.at(index) }) }
  }

  private func reduced(
    _ kind: Reduction, _ axes: [Int], _ x: PreciseArray, _ shape: [Int]
  ) throws(PreciseFailure) -> PreciseArray {
    var groups = [[PreciseNumber]](repeating: [], count: shape.reduce(1, *))
    var position = 0
    try PreciseArray.forEachIndex(x.sizes) { index throws(PreciseFailure) in
      var place = 0
      for axis in index.indices where !axes.contains(axis) {
        place = place * x.sizes[axis] + index[axis]
      }
      groups[place].append(x.values[position])
      position += 1
    }
    return PreciseArray(sizes: shape, values: groups.map { reduced(kind, $0) })
  }

  private func reduced(_ kind: Reduction, _ group: [PreciseNumber]) -> PreciseNumber {
    switch kind {
    case .sum: return group.reduce(number(0), +)
    case .product: return group.reduce(number(1), *)
    case .minimum: return group.reduce(number(.infinity)) { $0 < $1 ? $0 : $1 }
    case .maximum: return group.reduce(number(-.infinity)) { $0 > $1 ? $0 : $1 }
    case .indexOfMinimum, .indexOfMaximum:
      var best = 0
      for (place, value) in group.enumerated() {
        let isBetter = kind == .indexOfMinimum ? value < group[best] : value > group[best]
        if isBetter { best = place }
      }
      return number(Double(best))
    }
  }

  private func product(
    _ a: PreciseArray, _ b: PreciseArray, _ shape: [Int]
  ) throws(PreciseFailure) -> PreciseArray {
    let left = a.sizes.count == 1 ? PreciseArray(sizes: [1] + a.sizes, values: a.values) : a
    let right = b.sizes.count == 1 ? PreciseArray(sizes: b.sizes + [1], values: b.values) : b
    var full = shape
    if b.sizes.count == 1 { full.append(1) }
    if a.sizes.count == 1 { full.insert(1, at: full.count - 1) }
    let (inner, columns) = (left.sizes[left.sizes.count - 1], right.sizes[right.sizes.count - 1])
    let values = try PreciseArray.make(full) { index throws(PreciseFailure) in
      guard inner > 0 else { return number(0) }
      let batch = Array(index.dropLast(2))
      let row = left.place(batch + [index[index.count - 2], 0])
      let column = right.place(batch + [0, index[index.count - 1]])
      return (0..<inner).reduce(number(0)) {
        $0 + left.values[row + $1] * right.values[column + $1 * columns]
      }
    }.values
    return PreciseArray(sizes: shape, values: values)
  }

  private func sums(
    _ x: PreciseArray, _ axis: Int, reversed: Bool
  ) -> PreciseArray {
    let stride = x.sizes[(axis + 1)...].reduce(1, *)
    var values = x.values
    let places = Array(values.indices)
    for place in reversed ? places.reversed() : places {
      let step = place / stride % x.sizes[axis]
      if reversed, step + 1 < x.sizes[axis] {
        values[place] = values[place] + values[place + stride]
      }
      if !reversed, step > 0 { values[place] = values[place] + values[place - stride] }
    }
    return PreciseArray(sizes: x.sizes, values: values)
  }
}

extension PreciseEvaluation {
  private static let fewestBits = 128
  private static let mostBits = 1024

  /// The values of prepared nodes, rounded once, found by raising the precision until two agree.
  ///
  /// - Parameter symbols: The elements of every symbol, by its place.
  package static func settledValues(
    of roots: [NodeID], in graph: ExpressionGraph, sizes: [String: Int], symbols: [[Double]]
  ) throws(PreciseFailure) -> [[Double]] {
    var bits = fewestBits
    var last: [PreciseArray]?
    while true {
      let evaluation = PreciseEvaluation(graph: graph, sizes: sizes, symbols: symbols, bits: bits)
      let next = try evaluation.values(of: roots)
      let isSettled =
        last.map { zip($0, next).allSatisfy { agree($0.values, $1.values) } } ?? false
      if isSettled || bits >= mostBits { return next.map { $0.values.map(\.nearestDouble) } }
      last = next
      bits *= 2
    }
  }

  private static func agree(_ x: [PreciseNumber], _ y: [PreciseNumber]) -> Bool {
    zip(x, y).allSatisfy { $0.isZero && $1.isZero || $0.agrees(with: $1) }
  }
}
