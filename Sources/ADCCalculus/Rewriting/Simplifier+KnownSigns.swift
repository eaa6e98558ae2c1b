// What the sign of a value decides: bounds of symbols, squares, exponentials and what is made of
// them.

/// What is known of a value's sign, where it is a number at all.
enum KnownSign: Int, Comparable {
  case unknown, nonnegative, positive

  static func < (left: KnownSign, right: KnownSign) -> Bool { left.rawValue < right.rawValue }
}

extension ExpressionGraph {
  /// Functions without negative values, and those without 0 among them.
  private static let neverNegative = named(["abs", "sqrt", "relu", "norm", "hypot", "step"])
  private static let alwaysPositive = named([
    "exp", "cosh", "sigmoid", "softplus", "erfc", "softmax",
  ])
  /// Functions with the sign of their argument.
  private static let odd = named(["asinh", "atan", "sinh", "tanh", "cbrt", "log1p", "expm1", "erf"])

  private static func named(_ names: [String]) -> Set<OperatorID> {
    Set(names.map(Catalogue.required))
  }

  /// What is known of a node's sign, from at most `depth` levels below it.
  func sign(of node: NodeID, depth: Int = 6) -> KnownSign {
    if let value = number(node) {
      return value > 0 ? .positive : value == 0 ? .nonnegative : .unknown
    }
    if let symbol = symbol(node) {
      guard let lower = symbol.bounds?.lowerBound, lower >= 0 else { return .unknown }
      // A bound may be reached.
      return lower > 0 ? .positive : .nonnegative
    }
    let op = operatorID(at: node.slot)
    if Self.alwaysPositive.contains(op) { return .positive }
    guard depth > 0 else { return Self.neverNegative.contains(op) ? .nonnegative : .unknown }
    let places = operandPlaces(node.slot)
    func sign(at place: Int) -> KnownSign { self.sign(of: operand(at: place), depth: depth - 1) }
    switch op {
    case .size: return .nonnegative
    case .add:
      let signs = places.prefix(8).map(sign)
      guard places.count <= 8, let least = signs.min(), least > .unknown else { return .unknown }
      return signs.max() ?? .unknown
    case .multiply, .divide:
      guard places.count <= 8 else { return .unknown }
      return places.map(sign).min() ?? .unknown
    case .power:
      let base = sign(at: places.lowerBound)
      if base > .unknown { return base }
      let exponent = number(operand(at: places.lowerBound + 1)) ?? 1
      return (exponent / 2).rounded() == exponent / 2 ? .nonnegative : .unknown
    case .broadcast, .reshape, .transpose, .slice: return sign(at: places.lowerBound)
    default:
      if Self.odd.contains(op) { return sign(at: places.lowerBound) }
      guard Self.neverNegative.contains(op) else { return .unknown }
      let isRoot = op == .sqrt && sign(at: places.lowerBound) == .positive
      return isRoot ? .positive : .nonnegative
    }
  }
}

extension Simplifier {
  private static let abs = Catalogue.id(named: "abs")
  private static let stepFunction = Catalogue.id(named: "step")
  private static let relu = Catalogue.id(named: "relu")

  /// Functions that a known sign decides; nil where it decides nothing.
  mutating func decidedBySign(_ op: OperatorID, _ operands: [NodeID]) -> NodeID? {
    var result: NodeID?
    switch op {
    case Self.abs, Self.relu:
      if graph.sign(of: operands[0]) > .unknown { result = operands[0] }
    case .sign, Self.stepFunction:
      if graph.sign(of: operands[0]) == .positive { result = graph.constant(1) }
    case .log: result = logOfPower(operands[0])
    case .power: result = powerOfPositive(operands)
    default: return nil
    }
    if result != nil { fire(.knownSign) }
    return result
  }

  /// x*sign(x) as abs(x), and abs(x)*sign(x) as x.
  mutating func joinSigns(_ factors: inout [Factor]) {
    guard factors.count > 1 else { return }
    for place in factors.indices
    where graph.operatorID(factors[place].base) == .sign && factors[place].exponent == 1 {
      let argument = graph.operand(factors[place].base, 0)
      for other in factors.indices where other != place && factors[other].exponent >= 1 {
        let base = factors[other].base
        let isSize =
          graph.operatorID(base) == Self.abs && graph.operand(base, 0) == argument
        guard isSize || base == argument, let abs = Self.abs else { continue }
        fire(.signOfItself)
        factors[other].exponent -= 1
        factors[place].base = isSize ? argument : graph.insert(abs, [argument])
        break
      }
    }
  }

  /// `log(x^a)` as `a*log(x)`, at 0 too where a is a number other than 0.
  private mutating func logOfPower(_ operand: NodeID) -> NodeID? {
    guard graph.operatorID(operand) == .power else { return nil }
    let operands = graph.operands(operand)
    let exponent = graph.number(operands[1]) ?? 0
    guard graph.sign(of: operands[0]) > (exponent == 0 ? .nonnegative : .unknown) else {
      return nil
    }
    let log = graph.insert(.log, operands[0])
    return product(
      [Factor(base: operands[1], exponent: 1), Factor(base: log, exponent: 1)],
      coefficient: .one, shape: graph.shape(operand))
  }

  /// `(x^a)^b` as `x^(a*b)` for numbers a and b.
  private mutating func powerOfPositive(_ operands: [NodeID]) -> NodeID? {
    guard graph.operatorID(operands[0]) == .power, let outer = graph.number(operands[1]),
      let inner = graph.number(graph.operand(operands[0], 1)),
      graph.sign(of: graph.operand(operands[0], 0)) == .positive
    else { return nil }
    return graph.insert(.power, graph.operand(operands[0], 0), graph.constant(inner * outer))
  }
}
