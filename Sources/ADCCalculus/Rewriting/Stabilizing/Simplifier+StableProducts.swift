extension OperatorID {
  fileprivate static let cosm1 = Catalogue.required("cosm1")
}

extension Simplifier {
  /// What laws of this file look for above the line.
  static let isStabilized = Catalogue.isOne(of: [
    "exp", "expm1", "sin", "cosm1",
  ])

  /// Puts functions that are finite and keep digits in the place of quotients of others.
  mutating func stabilizeFactors(_ factors: inout [Factor]) {
    for place in factors.indices where factors[place].exponent < 0 {
      let base = factors[place].base
      switch graph.operatorID(base) {
      case .add:
        guard graph.operandPlaces(base.slot).count == 2, mayHaveExponentials(base) else { continue }
        joinTangents(&factors, place)
        if factors[place].exponent < 0 { joinLogistic(&factors, place) }
      case .sin, .cosm1: joinHalfAngle(&factors, place)
      case .expm1: joinExponentials(&factors, place)
      default: continue
      }
    }
  }

  /// Takes as many powers of one factor above the line and of one below as there are of both, and
  /// puts another factor in their place.
  private mutating func join(
    _ factors: inout [Factor], _ above: Int, _ below: Int, by node: NodeID, isInverse: Bool = false
  ) {
    let count = min(factors[above].exponent, -factors[below].exponent)
    factors[above].exponent -= count
    factors[below].exponent += count
    let exponent = isInverse ? -count : count
    if let known = factors.firstIndex(where: { $0.base == node }) {
      factors[known].exponent += exponent
    } else {
      factors.append(Factor(base: node, exponent: exponent))
    }
  }

  private func place(above op: OperatorID, of argument: NodeID, _ factors: [Factor]) -> Int? {
    factors.firstIndex {
      $0.exponent > 0 && graph.operatorID($0.base) == op
        && graph.operand($0.base, 0) == argument
    }
  }

  /// Whether both terms of a sum may be exponentials, of any base, or 1.
  private mutating func mayHaveExponentials(_ sum: NodeID) -> Bool {
    let isExponential = Self.isExponential
    for place in graph.operandPlaces(sum.slot)
    where !isExponential[graph.operatorID(graph.operand(at: place)).index] { return false }
    return true
  }

  private static let isExponential = Catalogue.isOne(of: [
    "exp", "exp2", "exp10", "power", "number",
  ])

  /// (exp(x) - 1)/(exp(x) + 1) as tanh(x/2).
  private mutating func joinTangents(_ factors: inout [Factor], _ place: Int) {
    let terms = graph.operands(factors[place].base)
    guard let one = terms.firstIndex(where: { graph.number($0) == 1 }),
      graph.operatorID(terms[1 - one]) == .exp
    else { return }
    let argument = graph.operand(terms[1 - one], 0)
    guard let above = self.place(above: .expm1, of: argument, factors),
      let tangent = oddFunction(.tanh, ofHalf: argument)
    else { return }
    fire(.halfArgument)
    join(&factors, above, place, by: fitted(tangent, to: graph.shape(factors[place].base)))
  }

  /// (cos(x) - 1)/sin(x) as -tan(x/2), and the inverse.
  private mutating func joinHalfAngle(_ factors: inout [Factor], _ place: Int) {
    let base = factors[place].base
    let argument = graph.operand(base, 0)
    let isSine = graph.operatorID(base) == .sin
    guard let above = self.place(above: isSine ? .cosm1 : .sin, of: argument, factors),
      let tangent = oddFunction(.tan, ofHalf: argument)
    else { return }
    fire(.halfArgument)
    let opposite =
      graph.operatorID(tangent) == .negate
      ? graph.operand(tangent, 0) : graph.insert(.negate, [tangent])
    join(&factors, above, place, by: opposite, isInverse: !isSine)
  }

  private mutating func oddFunction(_ op: OperatorID, ofHalf argument: NodeID) -> NodeID? {
    var (coefficient, base) = split(argument)
    let isNegative = coefficient.isNegative
    if isNegative { coefficient = coefficient.negated }
    guard let half = coefficient.times(Coefficient(numerator: 1, denominator: 2)) else {
      return nil
    }
    let value = graph.insert(op, [scaled(base, by: half)])
    return isNegative ? graph.insert(.negate, [value]) : value
  }

  /// exp(x)/(exp(x) - 1) as -1/(exp(-x) - 1); the derivative of 1/(exp(x) - 1) stays what is known.
  private mutating func joinExponentials(_ factors: inout [Factor], _ place: Int) {
    guard factors[place].exponent == -1 else { return }
    let argument = graph.operand(factors[place].base, 0)
    guard let above = self.place(above: .exp, of: argument, factors) else { return }
    fire(.exponentialQuotient)
    let other = graph.insert(.expm1, [negated(argument)])
    join(&factors, above, place, by: graph.insert(.negate, [other]), isInverse: true)
  }

  /// Puts sigmoids in the place of quotients of exponentials: exp(v)^j/(1 + exp(v))^m is
  /// sigmoid(v)^j*sigmoid(-v)^(m - j), and exp(a)/(exp(a) + exp(b)) is sigmoid(a - b).
  private mutating func joinLogistic(_ factors: inout [Factor], _ place: Int) {
    let base = factors[place].base
    let terms = graph.operands(base)
    if terms.contains(where: { graph.constantPower($0) != nil }) {
      return joinPowers(&factors, place)
    }
    guard let first = exponent(of: terms[0]), let second = exponent(of: terms[1]) else { return }
    let powers = -factors[place].exponent
    // The exponentials above the line, one factor each, that the denominator has too.
    let ups = terms.map { term in factors.firstIndex { $0.base == term && $0.exponent > 0 } }
    let counts = terms.indices.map { side -> Double in
      ups[side].map { min(factors[$0].exponent, powers) } ?? 0
    }
    let isOne = terms.map { graph.number($0) == 1 }
    let taken = counts[0] + counts[1]
    guard taken <= powers else { return }
    // 1/(exp(a) + exp(b)) has no sigmoid in it; with a 1 in the sum, 1 is above the line too.
    var shares = counts
    if isOne[0] {
      shares[0] = powers - counts[1]
    } else if isOne[1] {
      shares[1] = powers - counts[0]
    } else if taken != powers {
      return
    }
    fire(.logistic)
    let shape = graph.shape(base)
    let gap = difference(first, second, shape: shape)
    factors[place].exponent = 0
    for side in 0..<2 where shares[side] > 0 {
      let argument = side == 0 ? gap : negated(gap)
      if let up = ups[side] { factors[up].exponent -= counts[side] }
      let sigmoid = fitted(graph.insert(.sigmoid, [argument]), to: shape)
      if let known = factors.firstIndex(where: { $0.base == sigmoid }) {
        factors[known].exponent += shares[side]
      } else {
        factors.append(Factor(base: sigmoid, exponent: shares[side]))
      }
    }
  }

  /// 2^x/(1 + 2^x) as 1/(1 + 2^-x): the exponents stay what they are, and so do their digits.
  private mutating func joinPowers(_ factors: inout [Factor], _ place: Int) {
    let base = factors[place].base
    let terms = graph.operands(base)
    let powers = terms.map { graph.constantPower($0) }
    let bases = Set(powers.compactMap { $0?.base })
    guard bases.count == 1, let number = bases.first,
      terms.indices.allSatisfy({ powers[$0] != nil || graph.number(terms[$0]) == 1 })
    else { return }
    let shape = graph.shape(base)
    let zero = graph.constant(0)
    for side in 0..<2 where powers[side] != nil {
      guard
        let up = factors.firstIndex(where: { $0.base == terms[side] && $0.exponent > 0 }),
        factors[place].exponent < 0, let own = powers[side]?.exponent
      else { continue }
      fire(.logistic)
      let gap = difference(powers[1 - side]?.exponent ?? zero, own, shape: shape)
      let power = graph.insert(.power, [graph.constant(number), gap])
      let whole = graph.insertFitting(.add, [graph.constant(1), power], within: shape)
      join(&factors, up, place, by: fitted(whole, to: shape), isInverse: true)
    }
  }
}
