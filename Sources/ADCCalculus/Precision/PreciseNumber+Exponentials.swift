extension PreciseNumber {
  private var one: PreciseNumber { PreciseNumber(1, precision: precision) }
  private var nan: PreciseNumber { PreciseNumber(kind: .nan, precision: precision) }

  /// e^x.
  package var exponential: PreciseNumber {
    switch kind {
    case .nan: return self
    case .zero: return one
    case .infinite:
      return PreciseNumber(kind: isNegative ? .zero : .infinite, precision: precision)
    case .finite: break
    }
    if exponent > 58 {
      return PreciseNumber(kind: isNegative ? .zero : .infinite, precision: precision)
    }
    if exponent < -64 * precision { return one + self }
    let wide = precision + 1 + max(exponent, 0) / 64
    let x = extended(to: wide)
    let ln2 = Self.ln2(precision: wide)
    let turns = (x / ln2).rounded.int ?? 0
    let rest = x - ln2 * PreciseNumber(turns, precision: wide)
    return rest.exponentialSeries(minusOne: false).extended(to: precision).scaled(by: turns)
  }

  /// e^x - 1.
  package var exponentialMinusOne: PreciseNumber {
    guard kind == .finite, exponent <= -2 else {
      return isZero ? self : exponential - one
    }
    return extended(to: precision + 1).exponentialSeries(minusOne: true).extended(to: precision)
  }

  /// The power series of e^x, after x was halved and before the result is squared as often.
  private func exponentialSeries(minusOne: Bool) -> PreciseNumber {
    guard kind == .finite else { return minusOne ? self : one }
    let halvings = minusOne ? 0 : max(0, exponent + 4 + 2 * precision)
    let x = scaled(by: -halvings)
    var term = x
    var sum = x
    var order = 1
    while !term.isZero, term.exponent > sum.exponent - 64 * precision {
      order += 1
      term = (term * x).divided(by: order)
      sum = sum + term
    }
    if minusOne { return sum }
    // (1 + s)^2 - 1 = s*(2 + s) keeps the digits of s.
    let two = PreciseNumber(2, precision: precision)
    for _ in 0..<halvings { sum = sum * (two + sum) }
    return one + sum
  }

  /// The natural logarithm.
  package var logarithm: PreciseNumber {
    switch kind {
    case .nan: return self
    case .zero: return PreciseNumber(kind: .infinite, negative: true, precision: precision)
    case .infinite: return isNegative ? nan : self
    case .finite: break
    }
    if isNegative { return nan }
    // The significand in [3/4, 3/2): near 1 the result has the digits of x - 1.
    var power = exponent
    var significand = PreciseNumber(negative: false, exponent: 0, limbs: limbs)
    if significand < PreciseNumber(0.75, precision: precision) {
      significand = significand.scaled(by: 1)
      power -= 1
    }
    let wide = precision + 1
    let m = significand.extended(to: wide)
    let one = PreciseNumber(1, precision: wide)
    let series = ((m - one) / (m + one)).inverseTangentSeries(isHyperbolic: true).scaled(by: 1)
    guard power != 0 else { return series.extended(to: precision) }
    let scale = Self.ln2(precision: wide) * PreciseNumber(power, precision: wide)
    return (scale + series).extended(to: precision)
  }

  /// log(1 + x).
  package var logarithmOfOnePlus: PreciseNumber {
    guard kind == .finite, exponent <= -3 else {
      return isZero ? self : (extended(to: precision + 1) + one).logarithm.extended(to: precision)
    }
    let x = extended(to: precision + 1)
    let two = PreciseNumber(2, precision: precision + 1)
    let series = (x / (two + x)).inverseTangentSeries(isHyperbolic: true)
    return series.scaled(by: 1).extended(to: precision)
  }

  /// x - x^3/3 + x^5/5 …, or with plus signs throughout.
  func inverseTangentSeries(isHyperbolic: Bool) -> PreciseNumber {
    guard kind == .finite else { return self }
    let square = isHyperbolic ? self * self : -(self * self)
    var power = self
    var sum = self
    var order = 1
    while !power.isZero, power.exponent > sum.exponent - 64 * precision {
      power = power * square
      order += 2
      sum = sum + power.divided(by: order)
    }
    return sum
  }

  /// x^y as IEEE 754 has it: a whole y takes negative x, any x to the power 0 is 1.
  package func power(_ y: PreciseNumber) -> PreciseNumber {
    if y.isZero { return one }
    if isNaN || y.isNaN { return nan }
    if let whole = y.isWhole ? y.int : nil, whole.magnitude <= 4096 { return power(whole) }
    let isOdd = y.isWhole && !y.scaled(by: -1).isWhole
    if isNegative, !isZero, !y.isWhole { return isInfinite ? magnitude.power(y) : nan }
    let size = magnitude
    let exponentiated = (y * size.extended(to: precision + 1).logarithm).exponential
    let result = size == one ? one : exponentiated.extended(to: precision)
    return isNegative && isOdd ? -result : result
  }

  private func power(_ whole: Int) -> PreciseNumber {
    var rest = whole.magnitude
    var square = extended(to: precision + 1)
    var result = PreciseNumber(1, precision: precision + 1)
    while rest > 0 {
      if rest & 1 == 1 { result = result * square }
      rest >>= 1
      if rest > 0 { square = square * square }
    }
    if whole < 0 { result = PreciseNumber(1, precision: precision + 1) / result }
    return result.extended(to: precision)
  }

  /// The real cube root.
  package var cubeRoot: PreciseNumber {
    guard kind == .finite else { return self }
    let third = magnitude.extended(to: precision + 1).logarithm.divided(by: 3)
    let root = third.exponential.extended(to: precision)
    return isNegative ? -root : root
  }

  package var hyperbolicSine: PreciseNumber {
    guard kind == .finite else { return self }
    let minus = magnitude.extended(to: precision + 1).exponentialMinusOne
    let sum = minus + minus / (minus + minus.one)
    let result = (minus.isInfinite ? minus : sum.scaled(by: -1)).extended(to: precision)
    return isNegative ? -result : result
  }

  package var hyperbolicCosine: PreciseNumber {
    if isNaN { return self }
    let up = magnitude.exponential
    return up.isInfinite ? up : (up + one / up).scaled(by: -1)
  }

  package var hyperbolicTangent: PreciseNumber {
    guard kind == .finite else {
      return isInfinite ? (isNegative ? -one : one) : self
    }
    let minus = magnitude.scaled(by: 1).extended(to: precision + 1).exponentialMinusOne
    let two = PreciseNumber(2, precision: precision + 1)
    let ratio = minus.isInfinite ? minus.one : minus / (minus + two)
    let result = ratio.extended(to: precision)
    return isNegative ? -result : result
  }

  package var inverseHyperbolicSine: PreciseNumber {
    guard kind == .finite else { return self }
    let x = magnitude.extended(to: precision + 1)
    let square = x * x
    let grown = x + square / (x.one + (x.one + square).squareRoot())
    let result = grown.logarithmOfOnePlus.extended(to: precision)
    return isNegative ? -result : result
  }

  package var inverseHyperbolicCosine: PreciseNumber {
    if isNaN || self < one { return nan }
    if isInfinite { return self }
    let over = self - one
    return (over + (over * (self + one)).squareRoot()).logarithmOfOnePlus
  }

  package var inverseHyperbolicTangent: PreciseNumber {
    if isZero { return self }
    let size = magnitude
    if isNaN || one < size { return nan }
    let result = (size.scaled(by: 1) / (one - size)).logarithmOfOnePlus.scaled(by: -1)
    return isNegative ? -result : result
  }

  /// log(1 + e^x).
  package var softplus: PreciseNumber {
    if isNegative { return exponential.logarithmOfOnePlus }
    return self + (-self).exponential.logarithmOfOnePlus
  }

  /// 1/(1 + e^-x).
  package var sigmoid: PreciseNumber {
    if isNegative {
      let small = exponential
      return small / (one + small)
    }
    return one / (one + (-self).exponential)
  }
}
