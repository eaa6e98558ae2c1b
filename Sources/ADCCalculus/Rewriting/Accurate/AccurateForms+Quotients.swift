// Quotients of a function that vanishes at 0 and of its argument: sin(u)/u is sinc(u), and u/sin(u)
// its inverse. Functions and powers of what they are taken of may stand anywhere in a product.

extension OperatorID {
  fileprivate static let normalPDF = Catalogue.required("normal_pdf")
  fileprivate static let exp2 = Catalogue.required("exp2")
  static let gamma = Catalogue.required("gamma")
  fileprivate static let exp10 = Catalogue.required("exp10")
}

/// A function that is a power of its argument times another, which is 1 or near it at 0.
private struct VanishingFunction: Sendable {
  /// The power.
  var degree: Double
  /// The other function, and up to where it is better than the quotient; nil for everywhere.
  var rest: @Sendable (Template) -> Template
  var limit: Double?
  /// The inverse of the other function, where that is not good enough as 1 over it.
  var inverse: (@Sendable (Template) -> Template)?
  /// Up to where the inverse is better than the quotient.
  var inverseLimit: Double?
  /// The limit of either where the argument is itself a quotient, whose derivatives cancel far from
  /// 0.
  var quotientLimit: Double?

  init(
    degree: Double = 1, limit: Double? = nil, inverseLimit: Double? = nil,
    quotientLimit: Double? = nil,
    inverse: (@Sendable (Template) -> Template)? = nil,
    _ rest: @escaping @Sendable (Template) -> Template
  ) {
    (self.degree, self.rest, self.limit) = (degree, rest, limit)
    (self.inverse, self.inverseLimit) = (inverse, inverseLimit)
    self.quotientLimit = quotientLimit
  }

  static func exprel(_ x: Template) -> Template { .apply("exprel", [x]) }

  /// `x/(exp(x) - 1)`: far from 0 by what does not overflow and, for negative x, by the value for
  /// -x, which is less by x.
  static func inverseExprel(_ x: Template) -> Template {
    let isNear = less(abs(x), 1)
    // Beyond 800 the exponential is 0 and so is the quotient.
    let size: Template = .apply("min", [abs(x), 800])
    let far = exp(-size) / exprel(-size) + .apply("relu", [-x])
    return select(isNear, 1 / exprel(select(isNear, x, 0)), far)
  }

  /// `x/sinh(x)`: far from 0, where its derivative is no small difference, by what does not
  /// overflow.
  static func inverseSinhc(_ x: Template) -> Template {
    let size = abs(x)
    return select(
      less(size, 1), 1 / .apply("sinhc", [x]), exp(-size) / exprel(-2 * size))
  }
}

extension ExpressionGraph {
  private static let vanishing: [VanishingFunction?] = {
    let functions: [String: VanishingFunction] = [
      "sin": VanishingFunction(inverseLimit: 1) { .apply("sinc", [$0]) },
      "tan": VanishingFunction(inverseLimit: 1) { .apply("sinc", [$0]) / cos($0) },
      "sinh": VanishingFunction(inverse: VanishingFunction.inverseSinhc) { .apply("sinhc", [$0]) },
      "tanh": VanishingFunction(limit: 1, inverseLimit: 1) { .apply("sinhc", [$0]) / cosh($0) },
      "expm1": VanishingFunction(
        quotientLimit: 1, inverse: VanishingFunction.inverseExprel, VanishingFunction.exprel
      ),
      "log1p": VanishingFunction(limit: 1, inverseLimit: 1) { .apply("log1prel", [$0]) },
      // 1 - cos(x) is 2*sin(x/2)^2.
      "cosm1": VanishingFunction(degree: 2, inverseLimit: 1) {
        -0.5 * square(.apply("sinc", [0.5 * $0]))
      },
      "coshm1": VanishingFunction(
        degree: 2, inverse: { 2 * square(VanishingFunction.inverseSinhc(0.5 * $0)) },
        { 0.5 * square(.apply("sinhc", [0.5 * $0])) }),
    ]
    return Catalogue.table(functions)
  }()

  private static let powerLessOne = VanishingFunction(
    limit: 1, inverseLimit: 1, VanishingFunction.exprel)

  /// A product or quotient in which functions are divided by what they vanish with; nil where there
  /// are none.
  mutating func accurateQuotient(_ node: NodeID) -> NodeID? {
    guard mayVanish(node) else { return nil }
    let product = factored(node)
    guard !product.isLost else { return nil }
    let whole = shape(node)
    for power in product.powers where power.exponent.rounded() == power.exponent {
      if let form = withQuotient(power, of: product, node) { return spread(form, to: whole) }
      if let form = inverseMillsRatio(power, of: product, node) { return spread(form, to: whole) }
      if let form = gammaQuotient(power, of: product, node) { return spread(form, to: whole) }
      if let form = withScaledTail(power, of: product, node) { return spread(form, to: whole) }
    }
    return nil
  }

  /// Whether some factor is a function of this file: spares most products the factoring.
  private func mayVanish(_ node: NodeID) -> Bool {
    var stack = operands(node)
    for _ in 0..<24 {
      guard let next = stack.popLast() else { return false }
      let op = operatorID(withoutViews(next))
      if Self.vanishing[op.index] != nil || isTail(next) || op == .gamma
        || baseOfPowerLessOne(next) != nil
      {
        return true
      }
      if op == .multiply || op == .divide || op == .negate || op == .power {
        stack += operands(next).filter { number($0) == nil }
      }
    }
    return false
  }

  /// The x and the c of `c^x - 1`.
  private func baseOfPowerLessOne(_ node: NodeID) -> (exponent: NodeID, base: Double)? {
    guard operatorID(node) == .add, operandPlaces(node.slot).count == 2,
      let one = operands(node).first(where: { number($0) == -1 }),
      let power = operands(node).first(where: { $0 != one })
    else { return nil }
    return constantPower(power)
  }

  /// The x and the c of `c^x` with a positive number c other than 1.
  func constantPower(_ node: NodeID) -> (exponent: NodeID, base: Double)? {
    switch operatorID(node) {
    case .exp2: return (operand(node, 0), 2)
    case .exp10: return (operand(node, 0), 10)
    case .power:
      guard let base = number(operand(node, 0)), base > 0, base != 1, base.isFinite,
        number(operand(node, 1)) == nil
      else { return nil }
      return (operand(node, 1), base)
    default: return nil
    }
  }

  /// `x*log(c)` for `c^x`.
  mutating func naturalExponent(_ power: (exponent: NodeID, base: Double)) -> NodeID {
    let logarithm = insert(.log, [constant(power.base)])
    return insertFitting(.multiply, [logarithm, power.exponent], within: shape(power.exponent))
  }

  private mutating func withQuotient(
    _ power: Factored.Power, of product: Factored, _ node: NodeID
  ) -> NodeID? {
    let argument: NodeID
    let function: VanishingFunction
    if let known = Self.vanishing[operatorID(withoutViews(power.base)).index] {
      (function, argument) = (known, viewedArgument(of: power.base))
    } else if let inner = baseOfPowerLessOne(power.base) {
      (function, argument) = (Self.powerLessOne, naturalExponent(inner))
    } else {
      return nil
    }
    let inner = factored(argument)
    let side: Double = power.exponent > 0 ? 1 : -1
    var count = power.exponent.magnitude
    var isDivided = false
    for part in inner.powers {
      let share = -side * product.exponent(of: part.base) / (function.degree * part.exponent)
      guard share >= 1 else { continue }
      isDivided = true
      count = min(count, share.rounded(.down))
    }
    guard isDivided, !inner.isLost else { return nil }
    var rest = product
    rest.multiply(by: power.base, -side * count)
    rest.multiply(by: inner, raisedTo: side * count * function.degree)
    guard !rest.isLost else { return nil }
    let whole = shape(node)
    var template = function.rest(.argument(0))
    var sign = side
    if side < 0, let inverse = function.inverse { (template, sign) = (inverse(.argument(0)), 1) }
    let isQuotient = inner.powers.contains { $0.exponent < 0 }
    let limit =
      (side > 0 ? function.limit : function.inverseLimit)
      ?? (isQuotient ? function.quotientLimit : nil)
    let isNear = limit.map { isBelow($0, argument) }
    // Where the form is not taken it must not overflow: its derivatives would be 0 times infinity.
    let near = isNear.map { choice($0, argument, constant(0), within: shape(argument)) }
    let other = insert(template, of: [near ?? argument], within: whole)
    let product = self.product(rest, times: [(other, sign * count)], within: whole)
    // A product may have several such functions.
    let form = accurateQuotient(product) ?? product
    return isNear.map { choice($0, form, node, within: whole) } ?? form
  }

  /// What a node has entries of.
  private func withoutViews(_ node: NodeID) -> NodeID {
    var node = node
    while isView(node) { node = operand(node, 0) }
    return node
  }

  private func isView(_ node: NodeID) -> Bool {
    if operatorID(node) == .gather { return true }
    if case .view = execution(node) { return operandPlaces(node.slot).count == 1 }
    return false
  }

  /// The argument of a function of one operand in the views that the function is in.
  private mutating func viewedArgument(of node: NodeID) -> NodeID {
    guard isView(node) else { return operand(node, 0) }
    let inner = viewedArgument(of: operand(node, 0))
    return insert(operatorID(node), [inner] + operands(node).dropFirst(), attribute(node))
  }

  /// The nodes of a template of some arguments.
  mutating func insert(
    _ template: Template, of arguments: [NodeID], within whole: Shape
  ) -> NodeID {
    switch template {
    case .argument(let place): return arguments[place]
    case .result: return arguments[0]
    case .constant(let value): return constant(value)
    case .apply(let name, let parts):
      let operands = parts.map { insert($0, of: arguments, within: whole) }
      return insertFitting(Catalogue.required(name), operands, within: whole)
    }
  }

  /// `normal_pdf(x)/normal_cdf(±x)` by the scaled function where both vanish.
  private mutating func inverseMillsRatio(
    _ power: Factored.Power, of product: Factored, _ node: NodeID
  ) -> NodeID? {
    guard operatorID(power.base) == .normalPDF, power.exponent >= 1 else { return nil }
    let x = factored(operand(power.base, 0))
    for tail in product.powers where operatorID(tail.base) == .normalCDF && tail.exponent <= -1 {
      let argument = operand(tail.base, 0)
      let y = factored(argument)
      guard y == x || y == x.negated else { continue }
      let isThin = insert(.less, [argument, constant(-1)])
      // Where the form is not taken, the scaled function must not overflow.
      let thin = choice(isThin, argument, constant(0), within: shape(argument))
      let distance = insert(.multiply, [constant(-0.7071067811865476), thin])
      let root = constant(0.7978845608028654)
      let ratio = insert(.divide, [root, insert(.erfcx, [distance])])
      let count = min(power.exponent, -tail.exponent)
      var rest = product
      rest.multiply(by: power.base, -count)
      rest.multiply(by: tail.base, count)
      let form = self.product(rest, times: [(ratio, count)], within: shape(node))
      return choice(isThin, form, node, within: shape(node))
    }
    return nil
  }

  private static let largeForGamma = 100.0

  /// `gamma(x + a)/gamma(x)` for a number a by the beta function, where x is large.
  private mutating func gammaQuotient(
    _ power: Factored.Power, of product: Factored, _ node: NodeID
  ) -> NodeID? {
    guard operatorID(power.base) == .gamma, power.exponent >= 1 else { return nil }
    let whole = shape(node)
    for below in product.powers where operatorID(below.base) == .gamma && below.exponent <= -1 {
      let (x, y) = (operand(power.base, 0), operand(below.base, 0))
      guard let gap = constantDifference(x, y), gap != 0, gap.magnitude < Self.largeForGamma,
        let value = Simplifier.value(.gamma, [gap.magnitude])
      else { continue }
      let beta = insert(
        .beta, [gap > 0 ? y : x, constant(gap.magnitude)])
      let ratio =
        gap > 0
        ? insert(.divide, [constant(value), beta]) : insert(.divide, [beta, constant(value)])
      let count = min(power.exponent, -below.exponent)
      var rest = product
      rest.multiply(by: power.base, -count)
      rest.multiply(by: below.base, count)
      let form = self.product(rest, times: [(ratio, count)], within: whole)
      return choice(
        insert(.less, [constant(Self.largeForGamma), y]), form, node, within: whole)
    }
    return nil
  }

  /// `x - y` where that is a number.
  private func constantDifference(_ x: NodeID, _ y: NodeID) -> Double? {
    var rest = terms(of: x).map { factored($0) }
    var number = 0.0
    for term in terms(of: y).map({ factored($0) }) where !term.powers.isEmpty {
      guard let shorter = cancelling(rest, term.negated) else { return nil }
      rest = shorter
    }
    for term in rest {
      guard term.powers.isEmpty else { return nil }
      number += term.number.numerator / term.number.denominator
    }
    for term in terms(of: y).map({ factored($0) }) where term.powers.isEmpty {
      number -= term.number.numerator / term.number.denominator
    }
    return number
  }

  /// `exp(x^2)*erfc(x)` as `erfcx(x)`, and its inverse.
  private mutating func withScaledTail(
    _ power: Factored.Power, of product: Factored, _ node: NodeID
  ) -> NodeID? {
    let whole = shape(node)
    guard operatorID(power.base) == .erfc else { return nil }
    let x = operand(power.base, 0)
    var square = Factored()
    square.multiply(by: factored(x), raisedTo: 2)
    for other in product.powers where operatorID(other.base) == .exp {
      let exponent = factored(operand(other.base, 0))
      let side = other.exponent * power.exponent
      guard side > 0 ? exponent == square : exponent == square.negated else { continue }
      let count = min(power.exponent.magnitude, other.exponent.magnitude)
      let signed = power.exponent > 0 ? count : -count
      var rest = product
      rest.multiply(by: power.base, -signed)
      rest.multiply(by: other.base, other.exponent > 0 ? -count : count)
      guard signed < 0 else {
        return self.product(rest, times: [(insert(.erfcx, [x]), signed)], within: whole)
      }
      // By the scaled function only where that is finite.
      let isThin = insert(.less, [constant(0), x])
      let thin = choice(isThin, x, constant(0), within: shape(x))
      let form = self.product(rest, times: [(insert(.erfcx, [thin]), signed)], within: whole)
      return choice(isThin, form, node, within: whole)
    }
    return nil
  }
}
