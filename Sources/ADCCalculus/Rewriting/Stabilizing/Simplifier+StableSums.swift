extension Simplifier {
  /// A term of a sum by its number factor and the rest.
  private struct Part {
    var coefficient: Coefficient
    var base: NodeID
  }

  /// A sum in a form that loses fewer digits; nil where no law applies.
  mutating func stableSum(_ node: NodeID) -> NodeID? {
    guard graph.operatorID(node) == .add, mayBeStable(node) else { return nil }
    let shape = graph.shape(node)
    var terms = graph.operands(node)
    var hasChanged = false
    // Each turn takes a term away, but for the laws that put one in the place of two.
    for _ in 0..<min(terms.count, 8) {
      guard let next = complemented(terms, shape) ?? paired(terms, shape) ?? squared(terms, shape)
      else { break }
      hasChanged = true
      terms = next
      if terms.count < 2 { break }
    }
    guard hasChanged else { return nil }
    return sum(terms.map { ($0, false) }, shape: shape, opening: true)
  }

  /// Whether a sum has terms that some of the laws look for: a number beside a function that has a
  /// complement, two that may pair, or two powers.
  private mutating func mayBeStable(_ sum: NodeID) -> Bool {
    var (hasNumber, hasComplement, pairs, powers) = (false, false, 0, 0)
    for place in graph.operandPlaces(sum.slot) {
      let term = graph.operand(at: place)
      switch graph.operatorID(term) {
      case .number: hasNumber = true
      case .power: powers += 1
      case .negate where mayComplement(graph.operand(term, 0)): hasComplement = true
      default: if mayComplement(term) { hasComplement = true }
      }
      if mayPair(term) { pairs += 1 }
    }
    return hasNumber && hasComplement || pairs >= 2 || powers >= 2
  }

  private mutating func part(_ node: NodeID) -> Part {
    let (coefficient, base) = split(node)
    return Part(coefficient: coefficient, base: base)
  }

  /// `c*f(x) - c` with what is near 0 instead: expm1, erfc, half angles.
  private mutating func complemented(_ terms: [NodeID], _ shape: Shape) -> [NodeID]? {
    guard let place = terms.firstIndex(where: { graph.number($0) != nil }),
      let constant = graph.number(terms[place]), constant != 0, constant.isFinite
    else { return nil }
    for (other, term) in terms.enumerated() where other != place {
      let operand = graph.operatorID(term) == .negate ? graph.operands(term)[0] : term
      guard mayComplement(operand) else { continue }
      let part = part(term)
      let factor = part.coefficient.numerator / part.coefficient.denominator
      guard factor.magnitude == constant.magnitude,
        let (law, value) = complement(of: part.base, plus: constant / factor)
      else { continue }
      fire(law)
      var result = terms
      result[other] = fitted(scaled(value, by: part.coefficient), to: graph.shape(term))
      result.remove(at: place)
      return result
    }
    return nil
  }

  /// Whether a term can be a multiple of a function that has a complement: spares most terms the
  /// splitting.
  private func mayComplement(_ node: NodeID) -> Bool {
    switch graph.operatorID(node) {
    case .multiply, .divide:
      let isComplementary = Self.isComplementary
      for place in graph.operandPlaces(node.slot)
      where isComplementary[graph.operatorID(graph.operand(at: place)).index] { return true }
      return false
    default: return Self.isComplementary[graph.operatorID(node).index]
    }
  }

  private static let isComplementary = Catalogue.isOne(of: [
    "exp", "sigmoid", "erf", "erfc", "cos", "cosh", "tanh", "normal_cdf",
  ])

  /// `f(x) + one` for one of 1 and -1 in a form without cancellation.
  private mutating func complement(of node: NodeID, plus one: Double) -> (Law, NodeID)? {
    let operands = graph.operands(node)
    guard let argument = operands.first else { return nil }
    switch (graph.op(node).name, one) {
    case ("exp", -1): return (.expm1, graph.insert(.expm1, [argument]))
    case ("sigmoid", -1):
      return (.complement, negative(graph.insert(.sigmoid, [negated(argument)])))
    case ("normal_cdf", -1):
      return (.complement, negative(function("normal_cdf", negated(argument))))
    case ("erf", -1): return (.complement, negative(function("erfc", argument)))
    case ("erfc", -1): return (.complement, negative(function("erf", argument)))
    case ("tanh", -1):
      let double = graph.insert(.sigmoid, [doubled(argument, by: -2)])
      return (.complement, scaled(double, by: Coefficient(-2)))
    case ("tanh", 1):
      let double = graph.insert(.sigmoid, [doubled(argument, by: 2)])
      return (.complement, scaled(double, by: Coefficient(2)))
    case ("cosh", -1): return (.lessOne, function("coshm1", argument))
    case ("cos", -1): return (.lessOne, function("cosm1", argument))
    default: return nil
    }
  }

  private mutating func function(_ name: String, _ argument: NodeID) -> NodeID {
    graph.insert(Catalogue.required(name), [argument])
  }

  private mutating func negative(_ node: NodeID) -> NodeID { graph.insert(.negate, [node]) }

  private mutating func doubled(_ node: NodeID, by factor: Double) -> NodeID {
    let (coefficient, base) = split(node)
    guard let product = coefficient.times(Coefficient(factor)) else {
      return graph.insert(.multiply, [graph.constant(factor), node])
    }
    return scaled(base, by: product)
  }

  /// Two terms of one function and opposite signs whose arguments differ by a number.
  private mutating func paired(_ terms: [NodeID], _ shape: Shape) -> [NodeID]? {
    guard terms.count <= 8, terms.count(where: { mayPair($0) }) >= 2 else { return nil }
    let parts = terms.map { part($0) }
    for first in parts.indices {
      for second in parts.indices where second > first {
        let (one, other) = (parts[first], parts[second])
        guard let value = pair(one, other, shape) else { continue }
        var result = terms
        result[first] = fitted(value, to: shape)
        result.remove(at: second)
        return result
      }
    }
    return nil
  }

  /// Whether a term can be a multiple of a function that some law of pairs looks for.
  private func mayPair(_ term: NodeID) -> Bool {
    var base = term
    while graph.operatorID(base) == .negate { base = graph.operand(base, 0) }
    if graph.operatorID(base) == .multiply {
      guard graph.operandPlaces(base.slot).count == 2 else { return false }
      base = graph.operand(base, 1)
    }
    return Self.isPaired[graph.operatorID(base).index]
  }

  private static let isPaired = Catalogue.isOne(of: [
    "exp", "sinh", "cosh", "sqrt", "divide", "log", "atan",
  ])

  private mutating func pair(_ one: Part, _ other: Part, _ shape: Shape) -> NodeID? {
    if let value = hyperbolic(one, other) ?? exponential(one, other) { return value }
    guard one.coefficient == other.coefficient.negated else { return nil }
    // The positive one first.
    let (left, right) = one.coefficient.isNegative ? (other, one) : (one, other)
    return difference(of: left, right, shape).map { scaled($0, by: left.coefficient) }
  }

  /// exp(x) - exp(-x), and the sum of the two.
  private mutating func hyperbolic(_ one: Part, _ other: Part) -> NodeID? {
    guard graph.operatorID(one.base) == .exp, graph.operatorID(other.base) == .exp,
      one.coefficient == other.coefficient || one.coefficient == other.coefficient.negated,
      negated(graph.operands(one.base)[0]) == graph.operands(other.base)[0],
      let twice = one.coefficient.times(Coefficient(2))
    else { return nil }
    fire(.hyperbolicPair)
    let isMinusFirst = graph.operatorID(graph.operands(one.base)[0]) == .negate
    let argument = graph.operands(isMinusFirst ? other.base : one.base)[0]
    if one.coefficient == other.coefficient {
      return scaled(function("cosh", argument), by: twice)
    }
    return scaled(function("sinh", argument), by: isMinusFirst ? twice.negated : twice)
  }

  /// cosh(x) - sinh(x), and the sum of the two.
  private mutating func exponential(_ one: Part, _ other: Part) -> NodeID? {
    let isSineFirst = graph.operatorID(one.base) == .sinh
    let (sine, cosine) = isSineFirst ? (one, other) : (other, one)
    guard graph.operatorID(sine.base) == .sinh,
      graph.operatorID(cosine.base) == .cosh,
      graph.operands(sine.base) == graph.operands(cosine.base)
    else { return nil }
    let argument = graph.operand(sine.base, 0)
    let isSum = sine.coefficient == cosine.coefficient
    guard isSum || sine.coefficient == cosine.coefficient.negated else { return nil }
    fire(.exponentialPair)
    let exponent = isSum ? argument : negated(argument)
    return scaled(graph.insert(.exp, [exponent]), by: cosine.coefficient)
  }

  /// `left - right` for bases of one kind whose arguments differ by a number.
  private mutating func difference(of left: Part, _ right: Part, _ shape: Shape) -> NodeID? {
    let op = graph.operatorID(left.base)
    guard op == graph.operatorID(right.base),
      op == .sqrt || op == .divide || op == .log || op == Self.arcTangent
    else { return nil }
    let (x, y) = (graph.operands(left.base)[0], graph.operands(right.base)[0])
    if op == .sqrt {
      guard let gap = constantGap(x, y) else { return nil }
      fire(.conjugateRoots)
      let total = graph.insertFitting(.add, [left.base, right.base], within: shape)
      return graph.insert(.divide, [gap, total])
    }
    if op == .divide {
      let (below, otherBelow) = (graph.operands(left.base)[1], graph.operands(right.base)[1])
      guard x == y, graph.number(x) == 1, let gap = constantGap(otherBelow, below) else {
        return nil
      }
      fire(.fractionDifference)
      let product = graph.insertFitting(.multiply, [below, otherBelow], within: shape)
      return graph.insert(.divide, [gap, product])
    }
    if op == .log {
      guard isKnownPositive(y), let gap = constantGap(x, y) else { return nil }
      fire(.logDifference)
      return graph.insert(.log1p, [graph.insert(.divide, [gap, y])])
    }
    if op == Self.arcTangent {
      guard let gap = constantGap(x, y) else { return nil }
      fire(.angleDifference)
      let product = graph.insertFitting(.multiply, [x, y], within: shape)
      let cosine = graph.insertFitting(.add, [graph.constant(1), product], within: shape)
      return graph.insert(.atan2, [gap, cosine])
    }
    return nil
  }

  private static let arcTangent = Catalogue.required("atan")

  /// `x - y` where that is a number other than 0.
  private mutating func constantGap(_ x: NodeID, _ y: NodeID) -> NodeID? {
    let gap = difference(x, y, shape: graph.shape(x).broadcast(with: graph.shape(y)) ?? .scalar)
    guard let value = graph.number(gap), value != 0, value.isFinite else { return nil }
    return gap
  }

  /// Whether every value is positive, where it is a number.
  private func isKnownPositive(_ node: NodeID) -> Bool {
    if let value = graph.number(node) { return value > 0 }
    switch graph.op(node).name {
    case "exp", "cosh", "softplus", "sigmoid": return true
    case "add":
      let terms = graph.operands(node)
      return terms.allSatisfy { isKnownPositive($0) || isSquare($0) }
        && terms.contains { isKnownPositive($0) }
    default: return false
    }
  }

  private func isSquare(_ node: NodeID) -> Bool {
    graph.operatorID(node) == .power
      && wholeExponent(of: node)?.remainder(dividingBy: 2) == 0
  }

  /// x^2 - 2*x*y + y^2 as (x - y)^2, and with a plus.
  private mutating func squared(_ terms: [NodeID], _ shape: Shape) -> [NodeID]? {
    guard terms.count >= 3, terms.count <= 8 else { return nil }
    let squares = terms.indices.filter {
      graph.operatorID(terms[$0]) == .power
        && graph.number(graph.operands(terms[$0])[1]) == 2
    }
    guard squares.count >= 2 else { return nil }
    for (place, term) in terms.enumerated() where !squares.contains(place) {
      let part = part(term)
      guard part.coefficient.denominator == 1, part.coefficient.numerator.magnitude == 2,
        graph.operatorID(part.base) == .multiply
      else { continue }
      let factors = graph.operands(part.base)
      guard factors.count == 2,
        let first = squares.first(where: { graph.operands(terms[$0])[0] == factors[0] }),
        let second = squares.first(where: { graph.operands(terms[$0])[0] == factors[1] })
      else { continue }
      fire(.perfectSquare)
      let (left, right) = first < second ? (factors[0], factors[1]) : (factors[1], factors[0])
      let base = sum([(left, false), (right, part.coefficient.isNegative)], shape: shape)
      var result = terms
      result[min(first, second)] = graph.insert(.power, [base, graph.constant(2)])
      for gone in [max(first, second), place].sorted(by: >) { result.remove(at: gone) }
      return result
    }
    return nil
  }
}
