extension Simplifier {
  /// Laws of single elementwise functions, and of choices and comparisons.
  mutating func simplerFunction(_ op: OperatorID, _ operands: [NodeID]) -> NodeID? {
    if operands.count == 1, let stable = stableFunction(op, operands[0]) { return stable }
    if op == .log, let determinant = logOfDeterminant(operands[0]) { return determinant }
    switch op {
    case .select: return simplerChoice(operands)
    case .power: return simplerPower(operands)
    case .sqrt: return simplerRoot(operands[0])
    case .log:
      guard graph.operatorID(operands[0]) == .exp else { return nil }
      fire(.logOfExponential)
      return graph.operands(operands[0])[0]
    case .maximum, .minimum:
      if operands[0] == operands[1] { return operands[0] }
      // The number second, so that max(0, x) and max(x, 0) agree at their kink.
      guard graph.number(operands[0]) != nil, graph.number(operands[1]) == nil else { return nil }
      return graph.insert(op, [operands[1], operands[0]])
    default:
      guard operands.count == 1, graph.operatorID(operands[0]) == .negate,
        Simplifier.evenFunctions.contains(op)
      else { return nil }
      fire(.evenFunction)
      return graph.insert(op, graph.operands(operands[0]))
    }
  }

  private static let evenFunctions = Set(
    ["cos", "cosh", "abs"].compactMap { Catalogue.id(named: $0) })

  private mutating func simplerChoice(_ operands: [NodeID]) -> NodeID? {
    if operands[1] == operands[2] {
      fire(.choice)
      return operands[1]
    }
    if let condition = graph.number(operands[0]) {
      fire(.choice)
      return condition != 0 ? operands[1] : operands[2]
    }
    if graph.operatorID(operands[0]) == .not {
      fire(.choice)
      return graph.insert(
        .select, [graph.operands(operands[0])[0], operands[2], operands[1]])
    }
    return nil
  }

  /// Powers whose exponent is no whole number, or not a number at all.
  private mutating func simplerPower(_ operands: [NodeID]) -> NodeID? {
    guard let exponent = graph.number(operands[1]) else {
      return graph.number(operands[0]) == 1 ? graph.constant(1) : nil
    }
    if exponent == 0 {
      fire(.constants)
      return graph.constant(1)
    }
    if exponent == 0.5 { return simplerRoot(operands[0]) ?? graph.insert(.sqrt, [operands[0]]) }
    if exponent == -0.5 {
      let root = simplerRoot(operands[0]) ?? graph.insert(.sqrt, [operands[0]])
      return graph.insert(.divide, [graph.constant(1), root])
    }
    return nil
  }

  private mutating func simplerRoot(_ operand: NodeID) -> NodeID? {
    guard graph.operatorID(operand) == .power, graph.number(graph.operands(operand)[1]) == 2,
      let abs = Catalogue.id(named: "abs")
    else { return nil }
    fire(.rootOfSquare)
    return graph.insert(abs, [graph.operands(operand)[0]])
  }
}
