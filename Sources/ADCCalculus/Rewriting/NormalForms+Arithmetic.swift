extension NormalForms {
  /// The sum of forms over their common denominator; nil where it becomes too long.
  func sum(of forms: [NormalForm]) -> NormalForm? {
    guard let first = forms.first else { return nil }
    var result = NormalForm(numerator: Polynomial())
    result.denominators = first.denominators
    for form in forms.dropFirst() {
      result.denominators = Self.merged(result.denominators, form.denominators, max)
    }
    var count = 0
    for form in forms {
      var numerator = form.numerator
      for power in result.denominators {
        let own = form.denominators.first { $0.sum == power.sum }?.exponent ?? 0
        guard own < power.exponent else { continue }
        guard let factor = sums[Int(power.sum)].polynomial.raised(to: Int(power.exponent - own)),
          let product = numerator.times(factor)
        else { return nil }
        numerator = product
      }
      count += numerator.terms.count
      guard let total = result.numerator.plus(numerator) else { return nil }
      result.numerator = total
      result.isJoined = result.isJoined || form.isJoined
      result.sums = Self.united(result.sums, form.sums)
    }
    if result.numerator.terms.count < count { result.isJoined = true }
    return reduced(result)
  }

  /// The product; nil where it becomes too long.
  func product(_ left: NormalForm, _ right: NormalForm) -> NormalForm? {
    guard let numerator = left.numerator.times(right.numerator) else { return nil }
    var result = NormalForm(numerator: numerator)
    result.denominators = Self.merged(left.denominators, right.denominators, +)
    guard result.denominators.allSatisfy({ $0.exponent <= Monomial.exponentLimit }) else {
      return nil
    }
    result.sums = Self.united(left.sums, right.sums)
    result.isJoined = left.isJoined || right.isJoined
    // What divides may be gone from some terms and not from others.
    let isDivided = left.numerator.hasDivisors || right.numerator.hasDivisors
    if numerator.terms.count < left.numerator.terms.count * right.numerator.terms.count
      || (isDivided && numerator.terms.count > 1)
    {
      result.isJoined = true
    }
    return reduced(result)
  }

  /// 1 over a form; nil for 1/0 and for what becomes too long.
  mutating func inverse(_ form: NormalForm) -> NormalForm? {
    guard !form.numerator.isZero else { return nil }
    var result = NormalForm(numerator: Polynomial(.one))
    result.sums = form.sums
    result.isJoined = form.isJoined || form.numerator.terms.count > 1
    for power in form.denominators {
      guard let factor = sums[Int(power.sum)].polynomial.raised(to: Int(power.exponent)),
        let product = result.numerator.times(factor)
      else { return nil }
      result.numerator = product
      result.sums = Self.united(result.sums, [power.sum])
      result.isJoined = true
    }
    let parts = factors(of: form.numerator, among: form.sums)
    var (coefficient, monomial) = (parts.coefficient, parts.monomial)
    var denominators = parts.powers
    if !parts.rest.isZero {
      guard let rest = sum(parts.rest, node: nil), let scaled = coefficient.times(rest.scale)
      else { return nil }
      coefficient = scaled
      monomial = monomial.times(rest.shift)
      denominators = Self.merged(denominators, [SumPower(sum: rest.place, exponent: 1)], +)
    }
    guard let inverse = coefficient.inverse,
      let numerator = result.numerator.times(inverse, Monomial.one.times(monomial, sign: -1))
    else { return nil }
    result.numerator = numerator
    result.denominators = denominators
    result.sums = Self.united(result.sums, denominators.map(\.sum))
    return reduced(result)
  }

  /// A form to a whole power above 0.
  func power(_ form: NormalForm, _ exponent: Int) -> NormalForm? {
    guard exponent > 0, let numerator = form.numerator.raised(to: exponent) else { return nil }
    var result = form
    result.numerator = numerator
    for place in result.denominators.indices {
      result.denominators[place].exponent *= Int32(exponent)
      guard result.denominators[place].exponent <= Monomial.exponentLimit else { return nil }
    }
    return result
  }

  /// A polynomial as powers of known sums, a monomial, and a rest that none of them divides; the
  /// rest is empty where nothing but a monomial is left.
  func factors(
    of polynomial: Polynomial, among candidates: [Int32]
  ) -> (coefficient: Fraction, monomial: Monomial, powers: [SumPower], rest: Polynomial) {
    let monomial = polynomial.commonMonomial
    guard var rest = polynomial.times(.one, Monomial.one.times(monomial, sign: -1)) else {
      return (.one, .one, [], polynomial)
    }
    var powers: [SumPower] = []
    for sum in candidates where rest.terms.count > 1 {
      var exponent: Int32 = 0
      while rest.terms.count > 1, let quotient = rest.divided(by: sums[Int(sum)].polynomial) {
        rest = quotient
        exponent += 1
      }
      if exponent > 0 { powers.append(SumPower(sum: sum, exponent: exponent)) }
    }
    powers.sort { $0.sum < $1.sum }
    if let single = rest.single {
      return (single.coefficient, monomial.times(single.monomial), powers, Polynomial())
    }
    let content = rest.content
    guard let inverse = content.inverse, let primitive = rest.times(inverse, .one) else {
      return (.one, monomial, powers, rest)
    }
    return (content, monomial, powers, primitive)
  }

  /// Without the sums that are above and below.
  private func reduced(_ form: NormalForm) -> NormalForm {
    guard !form.denominators.isEmpty else { return form }
    var result = form
    result.isJoined = true
    if form.numerator.isZero {
      result.denominators = []
      return result
    }
    for place in result.denominators.indices {
      let polynomial = sums[Int(result.denominators[place].sum)].polynomial
      while result.denominators[place].exponent > 0, result.numerator.terms.count > 1,
        let quotient = quotient(of: result.numerator, by: polynomial)
      {
        result.numerator = quotient
        result.denominators[place].exponent -= 1
      }
    }
    result.denominators.removeAll { $0.exponent == 0 }
    return result
  }

  private func quotient(of numerator: Polynomial, by sum: Polynomial) -> Polynomial? {
    let shift = numerator.commonMonomial
    guard let plain = numerator.times(.one, Monomial.one.times(shift, sign: -1)),
      let quotient = plain.divided(by: sum)
    else { return nil }
    return quotient.times(.one, shift)
  }

  private static func merged(
    _ left: [SumPower], _ right: [SumPower], _ combine: (Int32, Int32) -> Int32
  ) -> [SumPower] {
    var result = left
    for power in right {
      if let place = result.firstIndex(where: { $0.sum == power.sum }) {
        result[place].exponent = combine(result[place].exponent, power.exponent)
      } else {
        result.append(power)
      }
    }
    return result.sorted { $0.sum < $1.sum }
  }

  static func united(_ left: [Int32], _ right: [Int32]) -> [Int32] {
    left + right.filter { !left.contains($0) }
  }
}
