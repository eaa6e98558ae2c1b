extension Simplifier {
  /// The value of an operation of numbers, where it can be written without rounding or is
  /// arithmetic.
  mutating func folded(_ op: OperatorID, _ operands: [NodeID]) -> NodeID? {
    for operand in operands where graph.operatorID(operand) != .number { return nil }
    let values = operands.compactMap { graph.number($0) }
    if op == .log, values == [2.718281828459045] { return graph.constant(1) }
    guard values.count == operands.count, !values.contains(where: { isNamed($0) }) else {
      return nil
    }
    guard let value = Self.value(op, values), value.isFinite else { return nil }
    let isShort = value.rounded() == value || value * 2 == (value * 2).rounded()
    if !isShort, op == .exp || op == .log || op == .sqrt { return nil }
    return graph.constant(value)
  }

  /// Whether a number is one that people write by name, and wish to keep so.
  func isNamed(_ value: Double) -> Bool {
    value.magnitude == Double.pi || value.magnitude == 2.718281828459045
  }

  /// What the machine would compute.
  static func value(_ op: OperatorID, _ values: [Double]) -> Double? {
    guard case .elementwise(let kernel) = Catalogue.operators[op.index].execution else {
      return nil
    }
    switch kernel {
    case .unary(let type): return values.count == 1 ? type.value(values[0]) : nil
    case .binary(let type):
      guard var result = values.first else { return nil }
      for value in values.dropFirst() { result = type.value(result, value) }
      return result
    case .ternary(let type):
      return values.count == 3 ? type.value(values[0], values[1], values[2]) : nil
    }
  }
}
