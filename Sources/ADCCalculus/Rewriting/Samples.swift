/// Points at which two forms of a value are compared: the shorter one must keep as many digits.
///
/// A running error analysis (Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed.,
/// section 3.3): every operation adds half a unit of its result to what its operands bring. What
/// both forms share is the same in both, so only the difference between them counts.
struct Samples {
  /// Every leaf gets one of these at every point, in an order of its own.
  private static let values = [
    0.7, 1.3, 2.4, 0.001, 1.001, 40.0, 0.26, 2.999, -0.7, -1.3, -2.4, -0.001, -1.001, -40.0, 0.999,
    -0.26,
  ]
  private static let nodeLimit = 400

  private struct Estimate {
    var value: Double
    /// In half units of 1.
    var error: Double
  }

  /// Whether the new form of a value is nowhere much less accurate than the old one.
  mutating func keepsDigits(of old: NodeID, in new: NodeID, _ graph: ExpressionGraph) -> Bool {
    guard let order = order([old, new], graph) else { return true }
    for point in Self.values.indices {
      var estimates: [NodeID: Estimate] = [:]
      for node in order { estimates[node] = estimate(node, point, estimates, graph) }
      guard let before = estimates[old], let after = estimates[new] else { continue }
      guard before.value.isFinite, before.error.isFinite else { continue }
      let allowed = 2 * before.error + 2 * before.value.magnitude
      if !(after.error <= allowed) { return false }
    }
    return true
  }

  /// What two nodes need, operands first; nil where that is much.
  private func order(_ roots: [NodeID], _ graph: ExpressionGraph) -> [NodeID]? {
    var found = Set(roots)
    var stack = roots
    while let node = stack.popLast() {
      guard found.count <= Self.nodeLimit else { return nil }
      guard case .elementwise = graph.execution(node) else { continue }
      for operand in graph.operands(node) where found.insert(operand).inserted {
        stack.append(operand)
      }
    }
    return found.sorted()
  }

  private func estimate(
    _ node: NodeID, _ point: Int, _ known: [NodeID: Estimate], _ graph: ExpressionGraph
  ) -> Estimate {
    if let number = graph.number(node) { return Estimate(value: number, error: 0) }
    guard case .elementwise = graph.execution(node) else {
      // The first points have positive values alone, for logarithms and roots.
      let count = point < 4 ? 8 : Self.values.count
      let place = (point * 5 + node.slot * 7) % count
      return Estimate(value: Self.values[place], error: 0)
    }
    let operands = graph.operands(node).compactMap { known[$0] }
    let values = operands.map(\.value)
    guard let value = Simplifier.value(graph.operatorID(node), values) else {
      return Estimate(value: .nan, error: .nan)
    }
    var error = isExact(graph.operatorID(node), values) ? 0 : value.magnitude
    for (place, operand) in operands.enumerated() where operand.error > 0 {
      error += operand.error * slope(graph.operatorID(node), values, value, place)
    }
    return Estimate(value: value, error: error)
  }

  /// Whether an operation has no rounding: a sign, or a power of two as a factor.
  private func isExact(_ op: OperatorID, _ values: [Double]) -> Bool {
    switch op {
    case .negate: true
    case .multiply: values.count == 2 && values.contains { $0.significand == 1 }
    case .divide: values[1].significand == 1
    default: false
    }
  }

  /// How much a value changes with one operand.
  private func slope(
    _ op: OperatorID, _ values: [Double], _ value: Double, _ place: Int
  ) -> Double {
    switch op {
    case .add, .negate, .subtract: return 1
    case .multiply:
      return values.indices.reduce(1) { $1 == place ? $0 : $0 * values[$1].magnitude }
    case .divide: return place == 0 ? 1 / values[1].magnitude : (value / values[1]).magnitude
    default:
      let step = max(values[place].magnitude, 1e-3) * 0x1p-20
      var moved = values
      moved[place] += step
      guard let other = Simplifier.value(op, moved) else { return .nan }
      return ((other - value) / step).magnitude
    }
  }
}
