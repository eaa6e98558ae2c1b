import ADCCalculus

// How functions of whole arrays move, by differences of their values and by the order of elements.

extension ForwardEvaluator {
  /// Whether an elementwise function that jumps may have been evaluated on the wrong side, for all
  /// that is known of its operands.
  func steps(_ node: NodeID, _ kernel: Kernel, _ x: [Moving]) -> Bool {
    let op = reference.graph.op(node)
    guard op.name != "select", op.name != "stop_gradient" else { return false }
    let isFlat = if case .zero = op.derivative { true } else { false }
    guard isFlat || !op.kinks.isEmpty else { return false }
    let sizes = reference.known(reference.graph.shape(node))
    let jumps = NaiveArray.make(sizes) { index in
      let values = x.map { $0.value.at(index) }
      let value = Differences.value(kernel, values)
      for (place, operand) in x.enumerated() {
        let error = 16 * 0x1p-53 * operand.change.at(index)
        guard error != 0 else { continue }
        for end in [-error, error] {
          var moved = values
          moved[place] += end
          let change = (Differences.value(kernel, moved) - value).magnitude
          if isFlat ? change != 0 : !(change <= 1e6 * error) { return 1 }
        }
      }
      return 0
    }
    return jumps.values.contains(1)
  }

  /// Whether elements are so near to each other that rounding may have exchanged them.
  func isUncertainOrder(_ x: Moving) -> Bool {
    guard meaning == .rounding else { return false }
    let all = zip(x.value.values, x.change.values).sorted { $0.0 < $1.0 }
    return zip(all, all.dropFirst()).contains { low, high in
      let error = 16 * 0x1p-53 * (low.1 + high.1)
      return error != 0 && !(high.0 - low.0 > error)
    }
  }

  /// The changes of sorted elements.
  func inOrder(_ x: Moving, _ axis: Int) -> NaiveArray {
    .make(x.value.sizes) { index in
      let row = (0..<x.value.sizes[axis]).map { step -> (value: Double, step: Int) in
        var place = index
        place[axis] = step
        return (x.value.at(place), step)
      }
      var place = index
      place[axis] = row.sorted { ($0.value, $0.step) < ($1.value, $1.step) }[index[axis]].step
      return x.change.at(place)
    }
  }

  /// The changes of a function of matrices by differences: along the direction, or element by
  /// element where all count by their magnitude.
  func throughMatrices(_ node: NodeID, _ x: [Moving], _ value: NaiveArray) -> NaiveArray {
    if meaning == .direction {
      let changes = along(node, x, x.map(\.change.values), count: value.values.count)
      return NaiveArray(sizes: value.sizes, values: changes)
    }
    var total = [Double](repeating: 0, count: value.values.count)
    for (place, operand) in x.enumerated() {
      let size = operand.value.values.map(\.magnitude).max() ?? 0
      for element in operand.value.values.indices {
        // A backward stable method answers for operands that are off by a few units of the largest.
        let own = meaning == .rounding ? 256 * size : 0
        let weight = operand.change.values[element] + own
        if weight == 0 { continue }
        var direction = x.map { [Double](repeating: 0, count: $0.value.values.count) }
        direction[place][element] = 1
        for (at, change) in along(node, x, direction, count: total.count).enumerated() {
          total[at] += weight * change.magnitude
        }
      }
    }
    if meaning == .rounding, let degree = degree(of: node, x) {
      // A sum of products of elements: at a singular matrix it may not move at all, and rounds
      // still.
      let size = x[0].value.values.map(\.magnitude).max() ?? 0
      let product = (0..<degree).reduce(1.0) { product, _ in product * size }
      total = total.map { $0 + 256 * product }
    }
    return NaiveArray(sizes: value.sizes, values: total)
  }

  /// The number of factors of a determinant or a cofactor. The reference takes differences of
  /// cofactors, whatever the direction's size.
  private func degree(of node: NodeID, _ x: [Moving]) -> Int? {
    let size = x[0].value.sizes.last ?? 0
    switch reference.graph.op(node).execution {
    case .matrixFunction(.determinant): return size
    case .matrixFunction(.adjugate), .matrixFunction(.adjugateAlong): return max(size - 1, 0)
    default: return nil
    }
  }

  private func along(
    _ node: NodeID, _ x: [Moving], _ direction: [[Double]], count: Int
  ) -> [Double] {
    let size = direction.joined().map(\.magnitude).max() ?? 0
    if size == 0 { return [Double](repeating: 0, count: count) }
    let rows = [4e-3, 2e-3, 1e-3].map { step -> [Double] in
      let ends = [step, -step].map { step in
        reference.value(
          node,
          zip(x, direction).map { operand, direction in
            let moved = zip(operand.value.values, direction).map { $0 + step / size * $1 }
            return NaiveArray(sizes: operand.value.sizes, values: moved)
          }
        ).values
      }
      return zip(ends[0], ends[1]).map { size * ($0 - $1) / (2 * step) }
    }
    // Twice extrapolated: of sixth order.
    return rows[0].indices.map { place in
      let coarse = rows[1][place] + (rows[1][place] - rows[0][place]) / 3
      let fine = rows[2][place] + (rows[2][place] - rows[1][place]) / 3
      // A matrix that is singular or nearly so: nothing is known.
      let tolerance = meaning == .direction ? 1e-5 : 1e-3
      let isSteady = (fine - coarse).magnitude <= tolerance * max(fine.magnitude, 1e-3 * size)
      if !isSteady { return meaning == .direction ? .nan : .infinity }
      return fine + (fine - coarse) / 15
    }
  }
}
