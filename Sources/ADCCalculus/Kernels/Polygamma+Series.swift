internal import ADCPlatform

/// Digamma and its derivatives: the recurrence up to where the asymptotic series has reached
/// double precision, reflection below zero. DLMF 5.5, 5.11, 5.15, 25.11.
///
/// About 1e-15 relative away from the zeros of the functions, the same absolute near them.
extension Polygamma {
  /// B(2k) of k = 1...10.
  private static let bernoulli: [Double] = [
    1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6, -3617.0 / 510,
    43867.0 / 798, -174611.0 / 330,
  ]

  static func digamma(_ x: Double) -> Double {
    guard x > 0 else {
      if x == 0 { return -1 / x }
      guard x.isFinite, x != x.rounded() else { return .nan }
      // psi(1 - x) = psi(-x) - 1/x, in which nothing is rounded off for small x.
      if x > -0x1p-60 { return -1 / x }
      return digamma(-x) - 1 / x - .pi * (Cospi.evaluate(x) / Sinpi.evaluate(x))
    }
    guard x < .infinity else { return x }
    if x < 0x1p-60 { return -1 / x }
    var large = Twofold(x)
    var terms = Twofold(0.0)
    while large.head < 8 {
      terms = terms + Twofold(1.0) / large
      large = large + 1
    }
    let z = large.head
    let inverse = 1 / (z * z)
    var series = 0.0
    for k in stride(from: 10, through: 1, by: -1) {
      series = (series + bernoulli[k - 1] / Double(2 * k)) * inverse
    }
    guard x < 8 else { return Log.evaluate(z) - (0.5 / z + series) }
    return (large.shortLogarithm - Twofold(0.5) / large - terms - series).rounded
  }

  static func trigamma(_ x: Double) -> Double {
    guard x > 0 else {
      if x == 0 { return .infinity }
      guard x.isFinite else { return .nan }
      let sine = LibM.sin(.pi * (x - x.rounded()))
      guard sine != 0 else { return .infinity }
      return .pi / sine * (.pi / sine) - trigamma(1 - x)
    }
    guard x < .infinity else { return 0 }
    var large = x
    var terms = 0.0
    while large < 12 {
      terms += 1 / (large * large)
      large += 1
    }
    let inverse = 1 / (large * large)
    var series = 0.0
    for k in stride(from: 8, through: 1, by: -1) {
      series = (series + bernoulli[k - 1]) * inverse
    }
    return terms + (0.5 * inverse + (1 + series) / large)
  }

  static func value(order: Double, _ x: Double) -> Double {
    guard order >= 0, order == order.rounded(), order < 0x1p31, !x.isNaN else { return .nan }
    if order == 0 { return digamma(x) }
    if order == 1 { return trigamma(x) }
    let odd = LibM.fmod(order, 2) == 1
    let exponent = order + 1
    guard x <= 0 else {
      if x == .infinity { return odd ? 0 : -0.0 }
      if order <= 30, x > 1e-5, x < 1e5 {
        let size = precise(order, x)
        return odd ? size : -size
      }
      let size =
        factorial(order - 1, overPowerOf: x) * (order * (scaledSum(exponent, from: x) / x))
      return odd ? size : -size
    }
    let fraction = x - x.rounded()
    guard x.isFinite, fraction != 0 else {
      if odd && x.isFinite { return .infinity }
      return x == 0 ? -1 / x : .nan
    }
    return reflected(order, odd: odd, x, fraction)
  }

  /// For x < 0, at `fraction` from the nearest integer: the terms (x + i)^-(n + 1) of all
  /// integers i, which depend on the fraction alone, less those left of x.
  private static func reflected(_ order: Double, odd: Bool, _ x: Double, _ fraction: Double)
    -> Double
  {
    let exponent = order + 1
    // The sign of a term left of zero.
    let mirror = odd ? 1.0 : -1.0
    let (near, far) = (fraction.magnitude, 1 - fraction.magnitude)
    let (nearSign, farSign) = fraction > 0 ? (1, mirror) : (mirror, 1)
    let outside =
      nearSign * sumOfPowers(exponent, from: 1 + near)
      + (farSign * sumOfPowers(exponent, from: 1 + far)
        - mirror * sumOfPowers(exponent, from: 1 - x))
    let sum =
      (nearSign + farSign * LibM.pow(near / far, exponent))
      + outside * LibM.pow(near, exponent)
    let scale = factorial(order, overPowerOf: near)
    let total =
      scale < .infinity
      ? scale * sum
      : LibM.exp(
        LibM.lgamma(exponent) - exponent * LibM.log(near) + LibM.log(sum.magnitude)
      ).withSign(of: sum)
    return odd ? total : -total
  }

  /// n! / x^(n + 1) with no overflow on the way, for x > 0.
  private static func factorial(_ order: Double, overPowerOf x: Double) -> Double {
    guard order <= 150 else {
      return LibM.exp(LibM.lgamma(order + 1) - (order + 1) * LibM.log(x))
    }
    var product = 1 / x
    var factor = 1.0
    while factor <= order {
      product *= factor / x
      factor += 1
    }
    return product
  }

  /// n! times the sum of (x + i)^-(n + 1), its large terms in twofold arithmetic.
  private static func precise(_ order: Double, _ x: Double) -> Double {
    func power(_ z: Twofold<Double>) -> Twofold<Double> {
      let inverse = Twofold(1.0) / z
      var (result, k) = (inverse, 0.0)
      while k < order {
        result = result * inverse
        k += 1
      }
      return result
    }
    var (z, sum) = (Twofold(x), Twofold(0.0))
    while z.head < 13 + order {
      sum = sum + power(z)
      z = z + 1
    }
    let last = power(z)
    let inverse = 1 / (z.head * z.head)
    var coefficient = 0.5 * (order + 1) / z.head
    var tail = 0.0
    for k in 1...10 {
      let even = Double(2 * k)
      tail += bernoulli[k - 1] * coefficient
      coefficient *= (order + even) * (order + even + 1) * inverse / ((even + 1) * (even + 2))
    }
    var total = sum + last * (z / Twofold(order) + 0.5 + tail)
    var k = 2.0
    while k <= order {
      total = total * k
      k += 1
    }
    return total.rounded
  }

  /// The Hurwitz zeta function: the sum of (x + i)^-exponent over i from 0, for x > 0.
  private static func sumOfPowers(_ exponent: Double, from x: Double) -> Double {
    LibM.pow(x, -exponent) * scaledSum(exponent, from: x)
  }

  /// The sum of (1 + i/x)^-exponent over i from 0, by Euler and Maclaurin.
  private static func scaledSum(_ exponent: Double, from x: Double) -> Double {
    var large = x
    var sum = 0.0
    // The series needs large > exponent; where the exponent is huge the terms vanish at once.
    while large < 12 + exponent {
      let term = LibM.pow(x / large, exponent)
      sum += term
      if term < sum * 0x1p-60 { return sum }
      large += 1
    }
    let first = LibM.pow(x / large, exponent)
    let inverse = 1 / (large * large)
    var tail = large / (exponent - 1) + 0.5
    var coefficient = exponent / large
    for k in 1...10 {
      let even = Double(2 * k)
      coefficient /= even == 2 ? 2 : (even - 1) * even
      tail += bernoulli[k - 1] * coefficient
      coefficient *= (exponent + even - 1) * (exponent + even) * inverse
    }
    return sum + first * tail
  }
}
