/// The gamma function, its logarithm and the derivatives of that: Stirling's series after the
/// recurrence, reflection below zero (DLMF 5.5, 5.11, 5.15).
extension PreciseNumber {
  /// The Bernoulli numbers B(2k), k = 1, 2, …, from tangent numbers (Brent, Harvey: Fast
  /// computation of Bernoulli, tangent and secant numbers, 2011), which are all positive.
  private static func makeBernoulliNumbers(_ count: Int, width: Int) -> [PreciseNumber] {
    var tangents = [PreciseNumber(1, width: width + 1)]
    for k in 1..<count { tangents.append(tangents[k - 1] * Double(k)) }
    for k in 1..<count {
      for j in k..<count {
        tangents[j] = tangents[j - 1] * Double(j - k) + tangents[j] * Double(j - k + 2)
      }
    }
    return tangents.enumerated().map { place, tangent in
      let k = place + 1
      let power = PreciseNumber(1, width: width + 1).scaled(2 * k)
      let value = (tangent * Double(2 * k) / (power * (power - 1))).widened(to: width)
      return k % 2 == 1 ? value : -value
    }
  }

  private static let fewBernoulliNumbers = makeBernoulliNumbers(64, width: 8)

  private static let knownBernoulliNumbers = makeBernoulliNumbers(160, width: 20)

  private static let moreBernoulliNumbers = makeBernoulliNumbers(384, width: 48)

  private static let mostBernoulliNumbers = makeBernoulliNumbers(640, width: 80)

  /// As many as Stirling's series takes from `stirlingStart`, no narrower than that.
  private static func bernoulliNumbers(width: Int) -> [PreciseNumber] {
    if width <= 8 { return fewBernoulliNumbers }
    if width <= 20 { return knownBernoulliNumbers }
    if width <= 48 { return moreBernoulliNumbers }
    if width <= 80 { return mostBernoulliNumbers }
    return makeBernoulliNumbers(width * 8, width: width)
  }

  private static func stirlingStart(width: Int) -> Double { Double(width * 64) * 0.35 }

  /// The sum over k of B(2k) times a factor and a power of 1/z^2, begun with `first`.
  private static func stirling(
    _ z: PreciseNumber, first: PreciseNumber, to size: Int,
    _ factor: (_ power: PreciseNumber, _ k: Double) -> PreciseNumber
  ) -> PreciseNumber {
    let inverse = z.constant(1) / z.squared
    var (power, sum) = (first, z.constant(0))
    for (place, number) in bernoulliNumbers(width: z.width).enumerated() {
      let term = number.widened(to: z.width) * factor(power, Double(place + 1))
      sum = sum + term
      if term.exponent < size - z.width * 64 { break }
      power = power * inverse
    }
    return sum
  }

  /// log |gamma(x)|.
  package var logarithmOfGamma: PreciseNumber {
    if isNaN { return self }
    if isInfinite || isZero || (isNegative && roundedDown == self) { return constant(.infinity) }
    if self == 1 || self == 2 { return constant(0) }
    return Self.settled(width) { room in
      let x = widened(to: room)
      guard isNegative else { return x.stirlingLogarithm }
      let other = (x.constant(1) - x).stirlingLogarithm
      let sine = (Self.pi(width: room) / x.sineOfHalfTurns).magnitude.logarithm
      return (sine - other.value, max(sine.exponent, other.largest))
    }
  }

  /// For positive numbers, with the exponent of the largest part.
  private var stirlingLogarithm: (value: PreciseNumber, largest: Int) {
    let (value, product, largest) = stirlingParts
    return (value - product.logarithm, largest)
  }

  private static let knownHalfLogarithm = makeHalfLogarithmOfTwoPi(width: 8)

  private static func makeHalfLogarithmOfTwoPi(width: Int) -> PreciseNumber {
    pi(width: width).scaled(1).logarithm.scaled(-1)
  }

  private static func halfLogarithmOfTwoPi(width: Int) -> PreciseNumber {
    width <= knownHalfLogarithm.width
      ? knownHalfLogarithm.widened(to: width) : makeHalfLogarithmOfTwoPi(width: width)
  }

  /// For positive numbers x the logarithm of gamma(x + n) for some n, and x (x + 1) … (x + n - 1).
  private var stirlingParts: (logarithm: PreciseNumber, product: PreciseNumber, largest: Int) {
    var (z, product) = (self, constant(1))
    let start = Self.stirlingStart(width: width)
    while z < start {
      product = product * z
      z = z + 1
    }
    let logarithm = z.logarithm
    let main = (z - 0.5) * logarithm - z
    let half = Self.halfLogarithmOfTwoPi(width: width)
    let size = main.isZero ? 0 : main.exponent
    let rest = Self.stirling(z, first: constant(1) / z, to: size) { power, k in
      power / (2 * k * (2 * k - 1))
    }
    return (main + half + rest, product, max(size, logarithm.exponent) + 2)
  }

  /// The gamma function; NaN at negative whole numbers.
  package var gamma: PreciseNumber {
    if isNaN { return self }
    if isZero { return constant(isNegative ? -.infinity : .infinity) }
    if isInfinite { return isNegative ? constant(.nan) : self }
    let isWhole = roundedDown == self
    if isNegative {
      if isWhole { return constant(.nan) }
      let x = widened(to: width + 1)
      let other = (x.constant(1) - x).gamma
      return (Self.pi(width: width + 1) / (x.sineOfHalfTurns * other)).widened(to: width)
    }
    if isWhole, self < 1000 {
      var product = widened(to: width + 1).constant(1)
      var factor = 2.0
      while factor < nearestDouble {
        product = product * factor
        factor += 1
      }
      return product.widened(to: width)
    }
    guard exponent < 50 else { return constant(.infinity) }
    let (logarithm, product, _) = widened(to: width + 2).stirlingParts
    return (logarithm.exponential / product).widened(to: width)
  }

  /// The derivative of `logarithmOfGamma`.
  package var digamma: PreciseNumber {
    if isNaN { return self }
    if isZero { return constant(isNegative ? .infinity : -.infinity) }
    if isInfinite { return isNegative ? constant(.nan) : self }
    if isNegative, roundedDown == self { return constant(.nan) }
    return Self.settled(width) { room in
      let x = widened(to: room)
      guard isNegative else { return x.stirlingDigamma }
      let other = (x.constant(1) - x).stirlingDigamma
      let turn = Self.pi(width: room) * (x.cosineOfHalfTurns / x.sineOfHalfTurns)
      let size = turn.isZero ? other.largest : max(turn.exponent, other.largest)
      return (other.value - turn, size)
    }
  }

  private var stirlingDigamma: (value: PreciseNumber, largest: Int) {
    // The reciprocals are added as one fraction: one division instead of one for each.
    var (z, numerator, denominator) = (self, constant(0), constant(1))
    let start = Self.stirlingStart(width: width)
    while z < start {
      numerator = numerator * z + denominator
      denominator = denominator * z
      z = z + 1
    }
    let terms = numerator / denominator
    let logarithm = z.logarithm
    let inverse = constant(1) / z
    let rest = Self.stirling(z, first: inverse.squared, to: logarithm.exponent) { power, k in
      power / (2 * k)
    }
    let size = max(logarithm.exponent, terms.isZero ? .min : terms.exponent) + 2
    return (logarithm - inverse.scaled(-1) - rest - terms, size)
  }

  /// The derivative of `digamma` of whole order; NaN where there is none, and past order 1000.
  package func polygamma(order: PreciseNumber) -> PreciseNumber {
    if isNaN || order.isNaN || order < 0 || !(order.roundedDown == order) {
      return constant(.nan)
    }
    if order.isZero { return digamma }
    guard order <= 1000 else { return constant(.nan) }
    let n = order.nearestDouble
    let isOdd = n.truncatingRemainder(dividingBy: 2) == 1
    if isInfinite { return constant(isNegative ? .nan : isOdd ? 0 : -0.0) }
    if isZero || (isNegative && roundedDown == self) {
      if isOdd { return constant(.infinity) }
      return constant(isZero ? (isNegative ? .infinity : -.infinity) : .nan)
    }
    let value = Self.settled(width) { room in
      let x = widened(to: room)
      return isNegative ? x.reflectedHurwitz(n, isOdd: isOdd) : x.hurwitz(n)
    }
    return isOdd ? value : -value
  }

  /// The same sum below zero: that over all integers, less that left of x.
  private func reflectedHurwitz(_ n: Double, isOdd: Bool) -> (value: PreciseNumber, largest: Int) {
    let (up, down) = ((self - roundedDown).hurwitz(n), (roundedUp - self).hurwitz(n))
    let left = (constant(1) - self).hurwitz(n)
    let rest = down.value - left.value
    return (isOdd ? up.value + rest : up.value - rest, max(up.largest, down.largest))
  }

  /// n! times the sum of (x + i)^-(n + 1) over i from 0 (Euler and Maclaurin).
  private func hurwitz(_ n: Double) -> (value: PreciseNumber, largest: Int) {
    var (z, sum, largest) = (self, constant(0), Int.min)
    let start = Self.stirlingStart(width: width) + n
    let power = PreciseNumber(-(n + 1), width: 1)
    while z < start {
      let term = z.power(power)
      sum = sum + term
      largest = max(largest, term.exponent, sum.exponent)
      z = z + 1
    }
    var factorial = constant(1)
    for k in stride(from: 1, through: n, by: 1) { factorial = factorial * k }
    let last = z.power(power)
    let main = last * z / n + last.scaled(-1)
    var coefficient = constant(n + 1).scaled(-1)
    let rest = Self.stirling(z, first: last / z, to: max(main.exponent, largest)) { power, k in
      defer {
        coefficient = coefficient * ((n + 2 * k) * (n + 2 * k + 1)) / ((2 * k + 1) * (2 * k + 2))
      }
      return power * coefficient
    }
    let size = max(largest, main.exponent) + factorial.exponent + 2
    return ((sum + main + rest) * factorial, size)
  }

  /// log of the beta function of positive numbers.
  package func logarithmOfBeta(_ y: PreciseNumber) -> PreciseNumber {
    if isNaN || y.isNaN || self < 0 || y < 0 { return constant(.nan) }
    if isZero || y.isZero {
      return constant(isInfinite || y.isInfinite ? .nan : .infinity)
    }
    if isInfinite || y.isInfinite { return constant(-.infinity) }
    return Self.settled(max(width, y.width)) { room in
      let (x, y) = (widened(to: room), y.widened(to: room))
      let (first, second, third) = (
        x.logarithmOfGamma, y.logarithmOfGamma, (x + y).logarithmOfGamma
      )
      let size = [first, second, third].map { $0.isZero ? .min : $0.exponent }.max() ?? 0
      return (first + second - third, size)
    }
  }
}
