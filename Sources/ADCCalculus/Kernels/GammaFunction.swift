/// The gamma function and its logarithm: near 2 by Taylor's series, whose argument the recurrence
/// reaches, from 12 on by Stirling's (DLMF 5.7.3, 5.5.1, 5.11.1), below zero by reflection. What
/// cancels, or ends up in an exponent, is in twofold arithmetic.
enum GammaFunction {
  private typealias Pair = Twofold<Double>

  /// From here on Stirling's series has all digits.
  private static let far = 12.0
  /// Below this the gamma function is 1/x.
  private static let tiny = 0x1p-60

  /// log gamma(2 + t) for |t| up to 1/2: that is 0 where t is, so that small ones keep their
  /// digits.
  private static func nearTwo(_ t: Double) -> Double {
    let sum = polynomial(
      [
        0x1.b0ee6072093cep-2, 0x1.4a34cc4a60fa6p-2, -0x1.13e001a557607p-4, 0x1.51322ac7d8483p-6,
        -0x1.e404fc218f5f2p-8, 0x1.7add6eadb6c30p-9, -0x1.38ac5c2bf8e08p-10,
        0x1.0b36af86396e9p-11, -0x1.d3fd4c76d2fc8p-13, 0x1.a127b0f17d65ap-14,
        -0x1.78de5bd7c81efp-15, 0x1.580dcee66eb02p-16, -0x1.3cbc963ce2243p-17,
        0x1.2597a39f34aacp-18, -0x1.11b2eb7679541p-19, 0x1.0064cdeb22f0fp-20,
        -0x1.e2600d93cfd2fp-22, 0x1.c76bbb3f07a4dp-23, -0x1.af5a6cbbf8a97p-24,
        0x1.99b93c2070b0fp-25, -0x1.862c734df3eacp-26, 0x1.7469daccfadcdp-27,
        -0x1.6434a8447aeadp-28, 0x1.555a877ffd2c3p-29, -0x1.47b1679258d0ep-30,
        0x1.3b15d2b2fc10cp-31, -0x1.2f69a9fabe3e0p-32, 0x1.24932a337434cp-33,
        -0x1.1a7c26ec2523cp-34, 0x1.11116e693ed98p-35,
      ], t)
    return t * sum
  }

  /// What x is taken to: gamma(x) is gamma(2 + t) times or over the factors between.
  private static func reduced(_ x: Double) -> (t: Double, factors: Pair, isBelow: Bool) {
    if x < 0.5 { return (x, Pair(sum: 1, x) * x, true) }
    if x < 1.5 { return (x - 1, Pair(x), true) }
    var (rest, factors) = (x, Pair(1.0))
    while rest >= 2.5 {
      rest -= 1
      factors = factors * rest
    }
    return (rest - 2, factors, false)
  }

  /// log gamma(x) = (x - 1/2) log x - x + log(2 pi)/2 + a series in 1/x, for x from 12 to 2^900.
  private static func stirling(_ x: Double, _ logarithm: Pair) -> Pair {
    let inverse = 1 / x
    let series = polynomial(
      [
        1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360_360, 1.0 / 156,
        -3617.0 / 122_400,
      ], inverse * inverse)
    // Half of log(2 pi) less the half that the product below has too much.
    let offset = Pair(0x1.acfe390c97d69p-2, 0x1.3494bc9001442p-56)
    return (logarithm - 1) * Pair(sum: x, -0.5) + (offset + inverse * series)
  }

  /// log gamma(x) for x from 2^-60 to 2^900, to some 2^-56 of its largest part.
  private static func logarithmOfPositive(_ x: Double) -> Pair {
    if x >= far { return stirling(x, Pair(x).shortLogarithm) }
    let (t, factors, isBelow) = reduced(x)
    let near = nearTwo(t)
    if factors.head == 1 { return Pair(near) }
    let logarithm = factors.shortLogarithm
    return (isBelow ? -logarithm : logarithm) + near
  }

  /// gamma(x) as a number times 2^exponent, for x from 2^-60 to 2^9.
  private static func positive(_ x: Double) -> (value: Pair, exponent: Double) {
    if x >= far, x != x.rounded() || x > 30 {
      return stirling(x, Pair(x).preciseLogarithm).exponential
    }
    let (t, factors, isBelow) = reduced(x)
    let near = Pair(Exp.evaluate(nearTwo(t)))
    return (isBelow ? near / factors : factors * near, 0)
  }

  /// pi over x sin(pi x), for x that is positive and no whole number.
  private static func reflection(_ x: Double) -> Pair {
    let nearest = x.rounded()
    let fraction = (x - nearest).magnitude
    let pi = Pair(0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53)
    let sine =
      fraction <= 0.25
      ? (pi * fraction).shortSine : Pair(1.0) - (pi * (0.5 - fraction)).shortVersine
    let isEven = (0.5 * nearest).rounded() == 0.5 * nearest
    let isPositive = isEven == (x > nearest)
    let size = pi / (sine * x)
    return isPositive ? size : -size
  }

  /// log |gamma(x)|.
  static func logarithm(_ x: Double) -> Double {
    if x.isNaN { return x }
    let size = x.magnitude
    if size == .infinity || x == 0 { return .infinity }
    if size < tiny { return -Log.evaluate(size) }
    if x > 0 {
      return x <= 0x1p900 ? logarithmOfPositive(x).rounded : x * (Log.evaluate(x) - 1)
    }
    if x == x.rounded() { return .infinity }
    let reflection = reflection(size)
    let logarithm = (reflection.head < 0 ? -reflection : reflection).shortLogarithm
    return (logarithm - logarithmOfPositive(size)).rounded
  }

  /// gamma(x); NaN at negative whole numbers.
  static func value(_ x: Double) -> Double {
    if x.isNaN || x == .infinity { return x }
    let size = x.magnitude
    if size < tiny { return 1 / x }
    if x > 0 {
      if x > 172 { return .infinity }
      let (value, exponent) = positive(x)
      return scaled(value.rounded, byPowerOfTwo: exponent)
    }
    if x == x.rounded() { return .nan }
    // Beyond, what is left is 0 with a sign.
    let (value, exponent) = positive(min(size, 190))
    return scaled((-reflection(size) / value).rounded, byPowerOfTwo: -exponent)
  }
}
