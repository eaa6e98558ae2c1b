extension PreciseNumber {
  private var one: PreciseNumber { PreciseNumber(1, precision: precision) }
  private var nan: PreciseNumber { PreciseNumber(kind: .nan, precision: precision) }

  private static func rootOfPi(_ precision: Int) -> PreciseNumber {
    pi(precision: precision).squareRoot()
  }

  /// erf(x) = 2/sqrt(pi) exp(-x^2) sum over n of 2^n x^(2n + 1)/(2n + 1)!! (DLMF 7.6.2), all terms
  /// of one sign.
  package var errorFunction: PreciseNumber {
    guard kind == .finite else {
      return isInfinite ? (isNegative ? -one : one) : self
    }
    // Beyond, erf is 1 in all digits that there are.
    let farthest = 44 * precision + 64
    let size = exponent > 20 ? farthest : truncated.int ?? 0
    if size * size > farthest { return isNegative ? -one : one }
    let wide = precision + 1
    let x = extended(to: wide)
    let square = (x * x).scaled(by: 1)
    var term = x
    var sum = x
    var odd = 1
    while !term.isZero, term.exponent > sum.exponent - 64 * wide {
      odd += 2
      term = (term * square).divided(by: odd)
      sum = sum + term
    }
    let scale = (-(x * x)).exponential.scaled(by: 1) / Self.rootOfPi(wide)
    return (sum * scale).extended(to: precision)
  }

  /// 1 - erf(x).
  package var complementaryErrorFunction: PreciseNumber {
    if isNaN { return self }
    if isInfinite {
      return isNegative ? one.scaled(by: 1) : PreciseNumber(kind: .zero, precision: precision)
    }
    if isNegative || exponent <= 0 { return one - errorFunction }
    return (-(self * self)).exponential * scaledComplement
  }

  /// exp(x^2)*erfc(x).
  package var scaledComplement: PreciseNumber {
    if isNaN { return self }
    if isInfinite {
      return PreciseNumber(kind: isNegative ? .infinite : .zero, precision: precision)
    }
    if isNegative || exponent <= 0 { return (self * self).exponential * (one - errorFunction) }
    let size = exponent > 20 ? Int.max >> 8 : truncated.int ?? 0
    if size * size > 16 * precision {
      return scaledComplementFraction(depth: 8 + 600 * precision * precision / max(size * size, 1))
    }
    // 1 - erf(x) with the digits that cancel added.
    let wide = precision + 2 + (size + 1) * (size + 1) / 40
    let x = extended(to: wide)
    let value = (x * x).exponential * (PreciseNumber(1, precision: wide) - x.errorFunction)
    return value.extended(to: precision)
  }

  /// The continued fraction sqrt(pi) erfcx(x) = 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + …)))) (DLMF
  /// 7.9.2).
  private func scaledComplementFraction(depth: Int) -> PreciseNumber {
    let wide = precision + 1
    let x = extended(to: wide)
    var value = x
    for order in stride(from: depth, to: 0, by: -1) {
      value = x + PreciseNumber(order, precision: wide).scaled(by: -1) / value
    }
    return (PreciseNumber(1, precision: wide) / (Self.rootOfPi(wide) * value))
      .extended(to: precision)
  }

  // MARK: Gamma

  /// How far arguments of the asymptotic series are moved up, and its number of terms.
  private var seriesLength: (start: Int, terms: Int) { (10 * precision + 10, 14 * precision + 8) }

  /// The argument moved up by whole steps, and what was stepped over.
  private func raised() -> (argument: PreciseNumber, passed: [PreciseNumber]) {
    var argument = extended(to: precision + 1)
    let start = PreciseNumber(seriesLength.start, precision: precision)
    var passed: [PreciseNumber] = []
    while argument < start {
      passed.append(argument)
      argument = argument + PreciseNumber(1, precision: precision + 1)
    }
    return (argument, passed)
  }

  /// Whether gamma has a pole here.
  private var isPole: Bool { isZero || (isNegative && isWhole) }

  /// The natural logarithm of the magnitude of gamma, by Stirling's series (DLMF 5.11.1), for
  /// negative x by reflection (5.5.3).
  package var logarithmOfGamma: PreciseNumber {
    if isNaN { return self }
    if isInfinite || isPole { return PreciseNumber(kind: .infinite, precision: precision) }
    if isNegative {
      let pi = Self.pi(precision: precision)
      let sine = (pi * self).sine.magnitude
      return (pi / sine).logarithm - (one - self).logarithmOfGamma
    }
    let (z, passed) = raised()
    let half = PreciseNumber(0.5, precision: precision + 1)
    let circle = Self.pi(precision: precision + 1).scaled(by: 1)
    var sum = (z - half) * z.logarithm - z + circle.logarithm.scaled(by: -1)
    var power = z
    let square = z * z
    let numbers = Self.bernoulli(seriesLength.terms, precision: precision + 1)
    for (place, number) in numbers.enumerated() {
      let order = 2 * (place + 1)
      let term = (number / power).divided(by: order * (order - 1))
      if term.isZero || term.exponent < sum.exponent - 64 * (precision + 1) { break }
      sum = sum + term
      power = power * square
    }
    let product = passed.reduce(PreciseNumber(1, precision: precision + 1)) { $0 * $1 }
    return (sum - product.logarithm).extended(to: precision)
  }

  package var gamma: PreciseNumber {
    if isNaN { return self }
    if isInfinite { return isNegative ? nan : self }
    if isZero { return PreciseNumber(kind: .infinite, negative: isNegative, precision: precision) }
    if isPole { return nan }
    if isNegative {
      let pi = Self.pi(precision: precision)
      return pi / ((pi * self).sine * (one - self).gamma)
    }
    // The logarithm has as many digits before the point as the exponent needs.
    return extended(to: precision + 1).logarithmOfGamma.exponential.extended(to: precision)
  }

  /// The derivative of order `order` of digamma; digamma itself for 0 (DLMF 5.11.2, 5.15.8).
  package func polygamma(_ order: Int) -> PreciseNumber {
    if isNaN || order < 0 { return nan }
    if isInfinite {
      if isNegative { return nan }
      return order == 0 ? self : PreciseNumber(kind: .zero, precision: precision)
    }
    if isPole { return nan }
    if isNegative { return reflectedPolygamma(order) }
    let (z, passed) = raised()
    let wide = precision + 1
    let unit = PreciseNumber(1, precision: wide)
    let inverse = unit / z
    // (-1)^(n+1) n!/x^(n+1) for every step.
    var factorial = unit
    for factor in 1..<max(order + 1, 1) {
      factorial = factorial * PreciseNumber(factor, precision: wide)
    }
    var steps = PreciseNumber(kind: .zero, precision: wide)
    for x in passed { steps = steps + unit / x.power(PreciseNumber(order + 1, precision: wide)) }
    steps = steps * factorial
    // The magnitude is (n-1)!/z^n + n!/(2 z^(n+1)) + sum of B_2k (2k+n-1)!/((2k)! z^(2k+n)).
    var sum: PreciseNumber
    if order == 0 {
      sum = z.logarithm - inverse.scaled(by: -1)
    } else {
      let power = inverse.power(PreciseNumber(order, precision: wide))
      sum = factorial.divided(by: order) * power + (factorial * power * inverse).scaled(by: -1)
    }
    // (2k+n-1)!/(2k)! grows from (n+1)!/2.
    var ratio = unit
    for factor in 3..<max(order + 2, 3) { ratio = ratio * PreciseNumber(factor, precision: wide) }
    if order == 0 { ratio = unit.divided(by: 2) }
    var power = inverse.power(PreciseNumber(order + 2, precision: wide))
    for (place, number) in Self.bernoulli(seriesLength.terms, precision: wide).enumerated() {
      let k = 2 * (place + 1)
      let term = number * ratio * power
      if term.isZero || term.exponent < sum.exponent - 64 * wide { break }
      sum = order == 0 ? sum - term : sum + term
      power = power * inverse * inverse
      ratio = (ratio * PreciseNumber((k + order) * (k + order + 1), precision: wide))
        .divided(by: (k + 1) * (k + 2))
    }
    let magnitude = order == 0 ? sum - steps : sum + steps
    let isMinus = order > 0 && order % 2 == 0
    return (isMinus ? -magnitude : magnitude).extended(to: precision)
  }

  /// psi_n(x) + (-1)^(n+1) psi_n(1 - x) = -pi d^n/dx^n cot(pi x) (DLMF 5.15.6). The derivatives of
  /// cot are polynomials in it: p' becomes -(1 + c^2) p'(c).
  private func reflectedPolygamma(_ order: Int) -> PreciseNumber {
    let pi = Self.pi(precision: precision)
    let angle = pi * self
    let cotangent = angle.cosine / angle.sine
    var polynomial: [PreciseNumber] = [
      PreciseNumber(kind: .zero, precision: precision), PreciseNumber(1, precision: precision),
    ]
    for _ in 0..<order {
      var next = [PreciseNumber](
        repeating: PreciseNumber(kind: .zero, precision: precision), count: polynomial.count + 1)
      for power in 1..<polynomial.count {
        let slope = polynomial[power] * PreciseNumber(power, precision: precision)
        next[power - 1] = next[power - 1] - slope
        next[power + 1] = next[power + 1] - slope
      }
      polynomial = next
    }
    var value = PreciseNumber(kind: .zero, precision: precision)
    for coefficient in polynomial.reversed() { value = value * cotangent + coefficient }
    var scale = pi
    for _ in 0..<order { scale = scale * pi }
    let other = (one - self).polygamma(order)
    return (order % 2 == 0 ? other : -other) - scale * value
  }
}
