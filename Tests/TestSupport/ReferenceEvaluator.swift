package import ADCCalculus

/// An array of known sizes.
package struct NaiveArray: Equatable, Sendable {
  package var sizes: [Int]
  package var values: [Double]

  package init(sizes: [Int], values: [Double]) {
    self.sizes = sizes
    self.values = values
  }

  /// The multi-index of a row-major position.
  package static func index(_ position: Int, _ sizes: [Int]) -> [Int] {
    var rest = position
    var result = sizes
    for axis in sizes.indices.reversed() {
      result[axis] = rest % sizes[axis]
      rest /= sizes[axis]
    }
    return result
  }

  package static func make(_ sizes: [Int], _ element: ([Int]) -> Double) -> NaiveArray {
    let count = sizes.reduce(1, *)
    return NaiveArray(sizes: sizes, values: (0..<count).map { element(index($0, sizes)) })
  }

  /// The element for an index of an array that this one broadcasts to.
  package func at(_ index: [Int]) -> Double {
    var place = 0
    for axis in sizes.indices {
      let wanted = index[index.count - sizes.count + axis]
      place = place * sizes[axis] + (sizes[axis] == 1 ? 0 : wanted)
    }
    return values[place]
  }
}

/// Evaluates a graph node by node, one element after the other, in the most obvious way: what the
/// machine is compared with.
package struct ReferenceEvaluator: Sendable {
  let graph: ExpressionGraph
  let sizes: [String: Int]
  /// By symbol.
  let symbols: [[Double]]
  /// What every value is rounded to.
  let precision: Precision

  /// - Parameters:
  ///   - sizes: The values of named dimensions.
  ///   - symbols: The elements of every symbol, by its place.
  package init(
    graph: ExpressionGraph, sizes: [String: Int] = [:], symbols: [[Double]],
    precision: Precision = .double
  ) {
    self.graph = graph
    self.sizes = sizes
    self.symbols = symbols
    self.precision = precision
  }

  package func evaluate(_ root: NodeID) -> NaiveArray { evaluate([root])[0] }

  package func evaluate(_ roots: [NodeID]) -> [NaiveArray] {
    let needed = graph.reachable(from: roots)
    var results: [NaiveArray] = []
    for slot in 0...(roots.max()?.slot ?? 0) {
      guard needed[slot] else {
        results.append(NaiveArray(sizes: [], values: []))
        continue
      }
      let node = NodeID(slot)
      var result = value(node, graph.operands(node).map { results[$0.slot] })
      if precision != .double { result.values = result.values.map(precision.rounded) }
      results.append(result)
    }
    return roots.map { results[$0.slot] }
  }

  /// The sizes of a shape.
  package func known(_ shape: Shape) -> [Int] {
    shape.dimensions.map { $0.value(sizes) ?? -1 }
  }

  /// The value of a node whose operands have the values `x`.
  package func value(_ node: NodeID, _ x: [NaiveArray]) -> NaiveArray {
    let shape = known(graph.shape(node))
    switch (graph.op(node).execution, graph.attribute(node)) {
    case (.leaf, .number(let value)): return NaiveArray(sizes: [], values: [value])
    case (.leaf, .symbol(let place)): return NaiveArray(sizes: shape, values: symbols[place])
    case (.leaf, .table(let place)):
      return NaiveArray(sizes: shape, values: graph.tables[place].values)
    case (.elementwise(let kernel), _): return elementwise(kernel, x, shape)
    case (.reduction(let kind), .axes(let axes, _)): return reduced(kind, axes, x[0], shape)
    case (.view(let view), let attribute): return seen(view, attribute, x[0], shape)
    case (.generator(.size), .dimension(let size)):
      return NaiveArray(sizes: [], values: [Double(size.value(sizes) ?? -1)])
    case (.generator(.iota), _): return .make(shape) { Double($0.last ?? 0) }
    case (.matrixProduct, _): return product(x[0], x[1], shape)
    case (.pad, .window(let starts, _)):
      let first = starts.map { $0.value(sizes) ?? -1 }
      return .make(shape) { index in
        let inner = zip(index, first).map { $0 - $1 }
        return zip(inner, x[0].sizes).allSatisfy { $0 >= 0 && $0 < $1 } ? x[0].at(inner) : 0
      }
    case (.concatenation, .axis(let axis)):
      return .make(shape) { index in
        var inner = index
        var part = 0
        while inner[axis] >= x[part].sizes[axis] {
          inner[axis] -= x[part].sizes[axis]
          part += 1
        }
        return x[part].at(inner)
      }
    case (.gather, _):
      let batch = graph.batch(of: node)
      return .make(shape) { index in
        let rank = x[1].sizes.count
        let row = Int(x[1].at(Array(index[..<rank])))
        return x[0].at(index[..<batch] + [row] + index[rank...])
      }
    case (.scatterAdd, _):
      var result = NaiveArray.make(shape) { _ in 0 }
      let batch = graph.batch(of: node)
      let row = shape.dropFirst(batch + 1).reduce(1, *)
      for (element, target) in x[1].values.enumerated() {
        let place = NaiveArray.index(element, x[1].sizes).prefix(batch)
        let table = zip(place, shape).reduce(0) { $0 * $1.1 + $1.0 }
        for column in 0..<row {
          result.values[(table * shape[batch] + Int(target)) * row + column] +=
            x[0].values[element * row + column]
        }
      }
      return result
    case (.cumulativeSum, .scan(let axis, let reversed)):
      return .make(shape) { index in
        var total = 0.0
        let steps =
          reversed ? Array((index[axis]..<shape[axis]).reversed()) : Array(0...index[axis])
        for step in steps {
          var place = index
          place[axis] = step
          total = precision.rounded(total + x[0].at(place))
        }
        return total
      }
    case (.recurrence, _): return steps(node, x)
    case (.recurrenceResult, .result(let place, _)):
      let start = offset(ofResult: place, graph.operands(node)[0])
      return NaiveArray(
        sizes: shape, values: Array(x[0].values[start..<start + shape.reduce(1, *)]))
    case (.matrixFunction(let function), _): return NaiveMatrix.evaluate(function, x, shape)
    case (.sort, .axes(let axes, _)): return sorted(x[0], axes[0], indices: false)
    case (.order, .axes(let axes, _)): return sorted(x[0], axes[0], indices: true)
    case (.takeAlong, .axes(let axes, _)):
      return .make(shape) { index in
        var place = index
        place[axes[0]] = Int(x[1].at(index))
        return x[0].at(place)
      }
    case (.putAlong, .axes(let axes, _)):
      return .make(shape) { index in
        (0..<shape[axes[0]]).reduce(0.0) { total, step in
          var place = index
          place[axes[0]] = step
          return Int(x[1].at(place)) == index[axes[0]] ? total + x[0].at(place) : total
        }
      }
    case (.overlapAdd, .windows(let whole, let strides)):
      var result = NaiveArray.make(shape) { _ in 0 }
      let kept = shape.count - whole.count
      for position in x[0].values.indices {
        let index = NaiveArray.index(position, x[0].sizes)
        var place = Array(index[..<kept])
        for (axis, stride) in strides.enumerated() {
          place.append(index[kept + axis] + stride * index[kept + strides.count + axis])
        }
        let target = zip(place, shape).reduce(0) { $0 * $1.1 + $1.0 }
        result.values[target] += x[0].values[position]
      }
      return result
    default: return NaiveArray(sizes: shape, values: [])
    }
  }

  /// Where a result of a `scan` starts among the values of all, one behind the other.
  func offset(ofResult place: Int, _ scan: NodeID) -> Int {
    guard let body = graph.recurrence(of: scan) else { return 0 }
    let steps = body.steps.value(sizes) ?? -1
    let counts =
      body.states.map { known(graph.shape($0)).reduce(1, *) }
      + body.collected.map { steps * known(graph.shape($0)).reduce(1, *) }
    return counts[..<place].reduce(0, +)
  }

  /// All results of a `scan`, step by step, one behind the other.
  private func steps(_ node: NodeID, _ x: [NaiveArray]) -> NaiveArray {
    guard let body = graph.recurrence(of: node) else { return NaiveArray(sizes: [], values: []) }
    let count = body.steps.value(sizes) ?? -1
    var inner = symbols + Array(repeating: [], count: graph.symbols.count - symbols.count)
    func place(_ leaf: NodeID) -> Int {
      if case .symbol(let place) = graph.attribute(leaf) { return place }
      return -1
    }
    var states = x.prefix(body.states.count).map(\.values)
    let rows = x.dropFirst(states.count).prefix(body.rows.count).map(\.values)
    for (leaf, value) in zip(body.shared, x.suffix(body.shared.count)) {
      inner[place(leaf)] = value.values
    }
    var collected = body.collected.map { _ in [[Double]](repeating: [], count: count) }
    for step in 0..<count {
      let number = body.isReversed ? count - 1 - step : step
      inner[place(body.index)] = [Double(number)]
      for (leaf, value) in zip(body.states, states) { inner[place(leaf)] = value }
      for (leaf, value) in zip(body.rows, rows) {
        let size = value.count / count
        inner[place(leaf)] = Array(value[number * size..<(number + 1) * size])
      }
      let found = ReferenceEvaluator(graph: graph, sizes: sizes, symbols: inner)
        .evaluate(body.roots).map(\.values)
      states = Array(found.prefix(states.count))
      for (part, value) in found.dropFirst(states.count).enumerated() {
        collected[part][number] = value
      }
    }
    let values = states.flatMap { $0 } + collected.flatMap { $0.flatMap { $0 } }
    return NaiveArray(sizes: [values.count], values: values)
  }

  private func sorted(_ x: NaiveArray, _ axis: Int, indices: Bool) -> NaiveArray {
    .make(x.sizes) { index in
      let row = (0..<x.sizes[axis]).map { step -> (value: Double, step: Int) in
        var place = index
        place[axis] = step
        return (x.at(place), step)
      }
      let inOrder = row.sorted { ($0.value, $0.step) < ($1.value, $1.step) }
      return indices ? Double(inOrder[index[axis]].step) : inOrder[index[axis]].value
    }
  }

  private func elementwise(_ kernel: Kernel, _ x: [NaiveArray], _ shape: [Int]) -> NaiveArray {
    .make(shape) { index in
      let values = x.map { $0.at(index) }
      switch kernel {
      case .unary(let kernel): return kernel.evaluate(values[0])
      case .binary(let kernel):
        return values.dropFirst().reduce(values[0]) {
          precision.rounded(kernel.evaluate($0, $1))
        }
      case .ternary(let kernel): return kernel.evaluate(values[0], values[1], values[2])
      }
    }
  }

  private func reduced(
    _ kind: ADCCalculus.Reduction, _ axes: [Int], _ x: NaiveArray, _ shape: [Int]
  ) -> NaiveArray {
    var groups = [[Double]](repeating: [], count: shape.reduce(1, *))
    for (position, value) in x.values.enumerated() {
      let index = NaiveArray.index(position, x.sizes)
      var place = 0
      for axis in index.indices where !axes.contains(axis) {
        place = place * x.sizes[axis] + index[axis]
      }
      groups[place].append(value)
    }
    let values = groups.map { group -> Double in
      switch kind {
      case .sum: group.reduce(0, +)
      case .product: group.reduce(1, *)
      case .minimum: group.reduce(.infinity) { min($0, $1) }
      case .maximum: group.reduce(-.infinity) { max($0, $1) }
      case .indexOfMinimum:
        Double(group.indices.min { (group[$0], $0) < (group[$1], $1) } ?? 0)
      case .indexOfMaximum:
        Double(group.indices.min { (-group[$0], $0) < (-group[$1], $1) } ?? 0)
      }
    }
    return NaiveArray(sizes: shape, values: values)
  }

  private func seen(
    _ view: View, _ attribute: Attribute, _ x: NaiveArray, _ shape: [Int]
  ) -> NaiveArray {
    switch (view, attribute) {
    case (.transpose, _):
      return .make(shape) { index in
        var swapped = index
        swapped.swapAt(index.count - 1, index.count - 2)
        return x.at(swapped)
      }
    case (.reshape, _): return NaiveArray(sizes: shape, values: x.values)
    case (.slice, .window(let starts, _)):
      return .make(shape) { index in
        x.at(zip(index, starts).map { $0 + ($1.value(sizes) ?? -1) })
      }
    case (.permute, .permutation(let order)):
      return .make(shape) { index in
        var place = index
        for (axis, source) in order.enumerated() { place[source] = index[axis] }
        return x.at(place)
      }
    case (.windows, .windows(let sizes, let strides)):
      let kept = shape.count - 2 * sizes.count
      return .make(shape) { index in
        var place = Array(index[..<kept])
        for (axis, stride) in strides.enumerated() {
          place.append(index[kept + axis] + stride * index[kept + strides.count + axis])
        }
        return x.at(place)
      }
    case (.reversed, .axes(let axes, _)):
      return .make(shape) { index in
        var place = index
        place[axes[0]] = shape[axes[0]] - 1 - place[axes[0]]
        return x.at(place)
      }
    case (.diagonal, _): return .make(shape) { x.at($0 + [$0[$0.count - 1]]) }
    default: return .make(shape) { x.at($0) }
    }
  }

  private func product(_ a: NaiveArray, _ b: NaiveArray, _ shape: [Int]) -> NaiveArray {
    let left = a.sizes.count == 1 ? NaiveArray(sizes: [1] + a.sizes, values: a.values) : a
    let right = b.sizes.count == 1 ? NaiveArray(sizes: b.sizes + [1], values: b.values) : b
    var full = shape
    if b.sizes.count == 1 { full.append(1) }
    if a.sizes.count == 1 { full.insert(1, at: full.count - 1) }
    let values = NaiveArray.make(full) { index in
      let batch = Array(index.dropLast(2))
      var total = 0.0
      for inner in 0..<left.sizes[left.sizes.count - 1] {
        total +=
          left.at(batch + [index[index.count - 2], inner])
          * right.at(batch + [inner, index[index.count - 1]])
      }
      return total
    }.values
    return NaiveArray(sizes: shape, values: values)
  }
}
