extension Simplifier {
  /// Laws of single elementwise functions, and of choices and comparisons.
  mutating func simplerFunction(_ op: OperatorID, _ operands: [NodeID]) -> NodeID? {
    if !hasOwnLaws(op) { return operands.count == 1 ? withoutInverse(op, operands[0]) : nil }
    if let result = decidedBySign(op, operands) { return result }
    if operands.count == 1, let stable = stableFunction(op, operands[0]) { return stable }
    if op == .log, let determinant = logOfDeterminant(operands[0]) { return determinant }
    switch op {
    case .select: return simplerChoice(operands)
    case .or, .and:
      // What one operand decides alone.
      let absorbs = { (value: Double) in (value == 0) == (op == .and) }
      guard operands.contains(where: { graph.number($0).map(absorbs) ?? false }) else { return nil }
      fire(.choice)
      return graph.constant(op == .or ? 1 : 0)
    case .power: return simplerPower(operands)
    case .sqrt: return simplerRoot(operands[0])
    case .cbrt: return simplerCubeRoot(operands[0])
    case .log:
      guard graph.operatorID(operands[0]) == .exp else { return nil }
      fire(.logOfExponential)
      return graph.operand(operands[0], 0)
    case .exp: return simplerExponential(operands[0])
    case .maximum, .minimum:
      if operands[0] == operands[1] { return operands[0] }
      // The number second, so that max(0, x) and max(x, 0) agree at their kink.
      guard graph.number(operands[0]) != nil, graph.number(operands[1]) == nil else { return nil }
      return graph.insert(op, [operands[1], operands[0]])
    default: return operands.count == 1 ? withoutInverse(op, operands[0]) : nil
    }
  }

  /// Whether an operator has laws beside those of inverses and of even functions.
  func hasOwnLaws(_ op: OperatorID) -> Bool { Self.hasOwnLaws[op.index] }

  private static let hasOwnLaws = Catalogue.isOne(of: [
    "select", "or", "and", "power", "sqrt", "cbrt", "log", "exp", "max", "min", "abs", "relu",
    "sign", "step", "log1p", "log2", "log10",
  ])

  /// A function of its inverse, and an even one of a negative value.
  mutating func withoutInverse(_ op: OperatorID, _ operand: NodeID) -> NodeID? {
    if let result = simplerInverse(op, operand) { return result }
    guard graph.operatorID(operand) == .negate, Simplifier.isEven[op.index] else { return nil }
    fire(.evenFunction)
    return graph.insert(op, graph.operand(operand, 0))
  }

  /// Functions of their inverses; the value is the operand's wherever it is defined.
  private static let inverses = pairs([
    ("sin", "asin"), ("cos", "acos"), ("tan", "atan"), ("sinh", "asinh"), ("cosh", "acosh"),
    ("tanh", "atanh"), ("expm1", "log1p"), ("sigmoid", "logit"), ("erf", "erfinv"),
    ("erfc", "erfcinv"), ("normal_cdf", "probit"),
  ])
  /// Functions of the inverse of the function that completes them.
  private static let complements = pairs([("cos", "asin"), ("sin", "acos")])
  /// Inverses of functions that take every value once.
  private static let undone = pairs([
    ("asinh", "sinh"), ("atanh", "tanh"), ("log1p", "expm1"), ("logit", "sigmoid"),
    ("erfinv", "erf"), ("erfcinv", "erfc"), ("probit", "normal_cdf"),
  ])

  /// The inner operator by the outer's place in the catalogue.
  private static func pairs(_ names: [(String, String)]) -> [OperatorID?] {
    var result = [OperatorID?](repeating: nil, count: Catalogue.operators.count)
    for (outer, inner) in names {
      if let outer = Catalogue.id(named: outer) { result[outer.index] = Catalogue.id(named: inner) }
    }
    return result
  }

  private mutating func simplerInverse(_ op: OperatorID, _ operand: NodeID) -> NodeID? {
    let inner = graph.operatorID(operand)
    if purpose == .result, Self.inverses[op.index] == inner {
      fire(.functionOfInverse)
      return graph.operand(operand, 0)
    }
    if purpose == .result, Self.complements[op.index] == inner {
      fire(.functionOfInverse)
      let square = graph.insert(.power, graph.operand(operand, 0), graph.constant(2))
      let rest = sum(
        [(graph.constant(1), false), (square, true)], shape: graph.shape(operand))
      return graph.insert(.sqrt, rest)
    }
    if Self.undone[op.index] == inner {
      fire(.inverseOfFunction)
      return graph.operand(operand, 0)
    }
    return nil
  }

  /// `exp(log(x))` as x, `exp(a*log(x))` as x^a for a number a.
  private mutating func simplerExponential(_ operand: NodeID) -> NodeID? {
    // A value that is differentiated is shown as well, with the domain that was written.
    guard purpose == .result || graph.sign(of: logarithm(in: operand)) == .positive else {
      return nil
    }
    if graph.operatorID(operand) == .log {
      fire(.functionOfInverse)
      return graph.operand(operand, 0)
    }
    let operands = graph.operands(operand)
    var exponent = 1.0
    var inner = operand
    switch graph.operatorID(operand) {
    case .negate: (exponent, inner) = (-1, operands[0])
    case .multiply where operands.count == 2:
      guard let value = graph.number(operands[0]) else { return nil }
      (exponent, inner) = (value, operands[1])
    case .divide:
      guard let value = graph.number(operands[1]) else { return nil }
      guard value.magnitude == 2 else { return nil }
      (exponent, inner) = (1 / value, operands[0])
    default: return nil
    }
    guard graph.operatorID(inner) == .log else { return nil }
    fire(.functionOfInverse)
    return graph.insert(.power, graph.operand(inner, 0), graph.constant(exponent))
  }

  /// The x of `log(x)` or `a*log(x)`; the operand itself where there is none.
  private func logarithm(in operand: NodeID) -> NodeID {
    for place in graph.operandPlaces(operand.slot) where graph.operatorID(operand) != .log {
      let inner = graph.operand(at: place)
      if graph.operatorID(inner) == .log { return graph.operand(inner, 0) }
    }
    return graph.operatorID(operand) == .log ? graph.operand(operand, 0) : operand
  }

  private static let isEven = Catalogue.isOne(of: [
    "cos", "cosh", "abs", "normal_pdf",
  ])

  private mutating func simplerChoice(_ operands: [NodeID]) -> NodeID? {
    if operands[1] == operands[2] {
      fire(.choice)
      return operands[1]
    }
    if let condition = graph.number(operands[0]) {
      fire(.choice)
      return condition != 0 ? operands[1] : operands[2]
    }
    if graph.number(operands[1]) == 1, graph.number(operands[2]) == 0,
      graph.operatorID(operands[0]) == .less, graph.number(graph.operand(operands[0], 0)) == 0
    {
      fire(.choice)
      return graph.insert(.step, graph.operand(operands[0], 1))
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
    guard graph.operatorID(operand) == .power,
      let exponent = graph.number(graph.operands(operand)[1]), exponent >= 2, exponent <= 64,
      exponent.truncatingRemainder(dividingBy: 2) == 0, let abs = Catalogue.id(named: "abs")
    else { return nil }
    fire(.rootOfSquare)
    let half = exponent / 2
    var base = graph.operand(operand, 0)
    let isOdd = half.truncatingRemainder(dividingBy: 2) == 1
    if isOdd, graph.sign(of: base) <= .unknown { base = graph.insert(abs, base) }
    return half == 1 ? base : graph.insert(.power, [base, graph.constant(half)])
  }

  /// cbrt(x^3) as x, and the like.
  private mutating func simplerCubeRoot(_ operand: NodeID) -> NodeID? {
    guard graph.operatorID(operand) == .power,
      let exponent = graph.number(graph.operands(operand)[1]), exponent >= 3, exponent <= 63,
      exponent.truncatingRemainder(dividingBy: 3) == 0
    else { return nil }
    fire(.cubeRootOfCube)
    let base = graph.operand(operand, 0)
    return exponent == 3 ? base : graph.insert(.power, [base, graph.constant(exponent / 3)])
  }
}
