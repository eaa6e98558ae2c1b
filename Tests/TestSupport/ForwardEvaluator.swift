package import ADCCalculus

/// Evaluates a graph together with how the values move when the symbols do, from operands to users:
/// no derivative rule of the catalogue is asked.
///
/// Elementwise kernels are differentiated by differences, all else is linear or a product.
package struct ForwardEvaluator: Sendable {
  package enum Meaning: Sendable {
    /// The derivative along the symbols' directions.
    case direction
    /// A bound of the rounding error in units of 2^-53, of first order; the symbols are exact.
    case rounding
    /// What the derivative would be if nothing cancelled: all its parts by their magnitude.
    case scale
  }

  package struct Moving: Sendable {
    package var value: NaiveArray
    package var change: NaiveArray
  }

  let reference: ReferenceEvaluator
  let meaning: Meaning
  /// By symbol; zeros where it has none.
  let directions: [[Double]]
  /// Whether derivatives of kernels are taken of numbers of many digits, where there are such.
  let isPrecise: Bool

  package init(
    _ reference: ReferenceEvaluator, _ meaning: Meaning, directions: [[Double]] = [],
    isPrecise: Bool = false
  ) {
    self.reference = reference
    self.meaning = meaning
    self.directions = directions
    self.isPrecise = isPrecise
  }

  /// The roots' values with their derivatives or rounding errors.
  package func evaluate(_ roots: [NodeID]) -> [Moving] {
    let graph = reference.graph
    let needed = graph.reachable(from: roots)
    let nothing = Moving(
      value: NaiveArray(sizes: [], values: []), change: NaiveArray(sizes: [], values: []))
    let unknowns = meaning == .direction ? [:] : unknowns(needed)
    var results: [Moving] = []
    for slot in 0...(roots.max()?.slot ?? 0) {
      let node = NodeID(slot)
      guard needed[slot] else {
        results.append(nothing)
        continue
      }
      var found = moving(node, graph.operands(node).map { results[$0.slot] })
      if unknowns[node] != nil {
        found.change = .make(found.value.sizes) { _ in 0 }
      } else if graph.operatorID(node) == settled, let step = unknowns[graph.operands(node)[0]] {
        // What moves the equation with the unknown held moves the unknown by a Newton step.
        found.change = .make(found.value.sizes) {
          results[step.slot].change.at($0) + 4 * found.value.at($0).magnitude
        }
      }
      results.append(found)
    }
    return roots.map { results[$0.slot] }
  }

  private var settled: OperatorID { .required("settled") }

  /// What Newton's method found, each with the correction that was small at its end: how many steps
  /// it took, and what rounding did to each, means nothing.
  private func unknowns(_ needed: [Bool]) -> [NodeID: NodeID] {
    let graph = reference.graph
    var result: [NodeID: NodeID] = [:]
    for slot in needed.indices where needed[slot] && graph.operatorID(NodeID(slot)) == settled {
      var condition = graph.operands(NodeID(slot))[1]
      if graph.operatorID(condition) == .required("min_over") {
        condition = graph.operands(condition)[0]
      }
      guard graph.operatorID(condition) == .lessOrEqual,
        let size = graph.operands(condition).first,
        graph.operatorID(size) == .required("abs")
      else { continue }
      let found = graph.operands(NodeID(slot))[0]
      var correction = graph.operands(size)[0]
      // Where the residual is 0, that does not say how well it is known.
      if graph.operatorID(correction) == .select { correction = graph.operands(correction)[2] }
      let (whole, part) = (graph.shape(found), graph.shape(correction))
      if part == whole || part.isScalar { result[found] = correction }
    }
    return result
  }

  private func moving(_ node: NodeID, _ x: [Moving]) -> Moving {
    let value = reference.value(node, x.map(\.value))
    var change = change(node, x, value)
    if meaning == .rounding, rounds(node) {
      for place in change.values.indices { change.values[place] += value.values[place].magnitude }
    }
    return Moving(value: value, change: change)
  }

  /// Whether an operation makes a rounding error of its own; views and the like do not.
  private func rounds(_ node: NodeID) -> Bool {
    switch reference.graph.op(node).execution {
    case .elementwise, .reduction, .matrixProduct, .cumulativeSum, .scatterAdd: true
    default: false
    }
  }

  private func change(_ node: NodeID, _ x: [Moving], _ value: NaiveArray) -> NaiveArray {
    let graph = reference.graph
    let still = NaiveArray(
      sizes: value.sizes, values: [Double](repeating: 0, count: value.values.count))
    switch (graph.op(node).execution, graph.attribute(node)) {
    case (.leaf, .symbol(let place)) where place < directions.count:
      let own = directions[place]
      return NaiveArray(
        sizes: value.sizes, values: meaning == .scale ? own.map(\.magnitude) : own)
    case (.leaf, _), (.generator, _): return still
    case (.elementwise(let kernel), _):
      if meaning == .rounding, steps(node, kernel, x) {
        return .make(value.sizes) { _ in .infinity }
      }
      return elementwise(node, kernel, x, value)
    case (.reduction(.product), .axes(let axes, _)): return product(x[0], axes, value)
    case (.reduction(.maximum), .axes(let axes, _)), (.reduction(.minimum), .axes(let axes, _)):
      return extreme(x[0], axes, value)
    case (.reduction(.indexOfMaximum), _), (.reduction(.indexOfMinimum), _), (.order, _):
      return isUncertainOrder(x[0]) ? .make(value.sizes) { _ in .infinity } : still
    case (.matrixFunction, _): return throughMatrices(node, x, value)
    case (.sort, .axes(let axes, _)): return inOrder(x[0], axes[0])
    case (.matrixProduct, _):
      let left = reference.value(node, [x[0].change, weight(x[1].value)])
      let right = reference.value(node, [weight(x[0].value), x[1].change])
      let own = meaning == .rounding ? reference.value(node, x.map { weight($0.value) }) : still
      return .make(value.sizes) { left.at($0) + right.at($0) + own.at($0) }
    case (.recurrence, _): return steps(node, x)
    case (.gather, _), (.scatterAdd, _), (.takeAlong, _), (.putAlong, _):
      if x[1].change.values.contains(where: { !$0.isFinite }) {
        return .make(value.sizes) { _ in .infinity }
      }
      return reference.value(node, [x[0].change, x[1].value])
    default:
      let carried = reference.value(node, x.map(\.change))
      guard meaning == .rounding, rounds(node) else { return carried }
      let own = reference.value(node, x.map { weight($0.value) })
      return .make(value.sizes) { carried.at($0) + own.at($0) }
    }
  }

  /// The movement of all results of a `scan`, step by step, one behind the other.
  private func steps(_ node: NodeID, _ x: [Moving]) -> NaiveArray {
    let (graph, sizes) = (reference.graph, reference.sizes)
    guard let body = graph.recurrence(of: node) else { return NaiveArray(sizes: [], values: []) }
    let count = body.steps.value(sizes) ?? -1
    let missing = graph.symbols.count
    var values = reference.symbols + Array(repeating: [], count: missing - reference.symbols.count)
    var changes = directions + Array(repeating: [], count: missing - directions.count)
    func give(_ leaf: NodeID, _ value: [Double], _ change: [Double]) {
      guard case .symbol(let place) = graph.attribute(leaf) else { return }
      values[place] = value
      changes[place] = change
    }
    var states = x.prefix(body.states.count).map { ($0.value.values, $0.change.values) }
    let rows = Array(x.dropFirst(states.count).prefix(body.rows.count))
    for (leaf, shared) in zip(body.shared, x.suffix(body.shared.count)) {
      give(leaf, shared.value.values, shared.change.values)
    }
    var collected = body.collected.map { _ in [[Double]](repeating: [], count: count) }
    for step in 0..<count {
      let number = body.isReversed ? count - 1 - step : step
      give(body.index, [Double(number)], [0])
      for (leaf, state) in zip(body.states, states) { give(leaf, state.0, state.1) }
      for (leaf, row) in zip(body.rows, rows) {
        let size = row.value.values.count / count
        let part = number * size..<(number + 1) * size
        give(leaf, Array(row.value.values[part]), Array(row.change.values[part]))
      }
      let inner = ReferenceEvaluator(graph: graph, sizes: sizes, symbols: values)
      let found = ForwardEvaluator(
        inner, meaning, directions: changes, isPrecise: isPrecise
      ).evaluate(body.roots)
      states = found.prefix(states.count).map { ($0.value.values, $0.change.values) }
      for (part, value) in found.dropFirst(states.count).enumerated() {
        collected[part][number] = value.change.values
      }
    }
    let all = states.flatMap(\.1) + collected.flatMap { $0.flatMap { $0 } }
    return NaiveArray(sizes: [all.count], values: all)
  }

  private func weight(_ factor: Double) -> Double {
    meaning == .direction ? factor : factor.magnitude
  }

  private func weight(_ x: NaiveArray) -> NaiveArray {
    NaiveArray(sizes: x.sizes, values: x.values.map { weight($0) })
  }

  private func elementwise(
    _ node: NodeID, _ kernel: Kernel, _ x: [Moving], _ value: NaiveArray
  ) -> NaiveArray {
    let op = reference.graph.op(node)
    let name = op.name
    return .make(value.sizes) { index in
      let values = x.map { $0.value.at(index) }
      var total = 0.0
      for place in x.indices {
        // The branch not taken may be anything, NaN too.
        if name == "select", place > 0, (values[0] != 0) != (place == 1) { continue }
        let change = x[place].change.at(index)
        if !change.isFinite {
          total = .infinity
        } else if change != 0 {
          total += weight(partial(op, name, kernel, values, place)) * change
        }
      }
      if name == "add", meaning == .rounding {
        total += values.reduce(0) { $0 + $1.magnitude }
      }
      return total
    }
  }

  private func partial(
    _ op: Operator, _ name: String, _ kernel: Kernel, _ x: [Double], _ place: Int
  ) -> Double {
    if case .zero = op.derivative, meaning != .rounding || name != "stop_gradient" { return 0 }
    switch name {
    case "add": return 1
    case "negate": return -1
    case "subtract": return place == 0 ? 1 : -1
    case "multiply":
      return x.indices.reduce(1) { $1 == place ? $0 : $0 * x[$1] }
    case "divide": return place == 0 ? 1 / x[1] : -x[0] / (x[1] * x[1])
    case "abs": return x[0] < 0 ? -1 : x[0] > 0 ? 1 : 0
    case "relu": return x[0] > 0 ? 1 : 0
    case "max": return (x[0] > x[1]) == (place == 0) ? 1 : 0
    case "min": return (x[0] < x[1]) == (place == 0) ? 1 : 0
    case "select": return place == 0 ? 0 : (x[0] != 0) == (place == 1) ? 1 : 0
    case "sqrt": return 0.5 / x[0].squareRoot()
    case "log": return 1 / x[0]
    case "power" where place == 0 && x[1].rounded() == x[1] && x[1].magnitude < 64:
      let below = (0..<max(Int(x[1].magnitude) - (x[1] > 0 ? 1 : -1), 0)).reduce(1.0) { p, _ in
        p * x[0]
      }
      return x[1] > 0 ? x[1] * below : x[1] == 0 ? 0 : x[1] / below
    default:
      if meaning != .rounding, !op.kinks.isEmpty {
        return Differences.oneSided(kernel, x, by: place)
      }
      if isPrecise, meaning == .direction, let precise = op.precise {
        return Differences.partial(precise, x, by: place)
      }
      return Differences.partial(kernel, x, by: place)
    }
  }

  /// The positions of the operand that each element of a reduction takes together.
  private func groups(_ x: NaiveArray, _ axes: [Int], count: Int) -> [[Int]] {
    var groups = [[Int]](repeating: [], count: count)
    for position in x.values.indices {
      let index = NaiveArray.index(position, x.sizes)
      var place = 0
      for axis in index.indices where !axes.contains(axis) {
        place = place * x.sizes[axis] + index[axis]
      }
      groups[place].append(position)
    }
    return groups
  }

  private func product(_ x: Moving, _ axes: [Int], _ value: NaiveArray) -> NaiveArray {
    let groups = groups(x.value, axes, count: value.values.count)
    let changes = groups.map { group -> Double in
      var (product, change) = (1.0, 0.0)
      for place in group {
        let factor = weight(x.value.values[place])
        change = change * factor + product * x.change.values[place]
        product *= factor
      }
      return change
    }
    return NaiveArray(sizes: value.sizes, values: changes)
  }

  private func extreme(_ x: Moving, _ axes: [Int], _ value: NaiveArray) -> NaiveArray {
    let groups = groups(x.value, axes, count: value.values.count)
    let changes = zip(groups, value.values).map { group, extreme -> Double in
      if meaning != .direction { return group.map { x.change.values[$0] }.max() ?? 0 }
      let greatest = group.filter { x.value.values[$0] == extreme }
      return greatest.reduce(0) { $0 + x.change.values[$1] } / Double(greatest.count)
    }
    return NaiveArray(sizes: value.sizes, values: changes)
  }
}
