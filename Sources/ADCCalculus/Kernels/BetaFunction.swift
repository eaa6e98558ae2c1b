internal import ADCPlatform

/// The beta function's logarithm in twofold arithmetic, from Stirling's series (DLMF 5.11.1) in a
/// form for each size of its arguments that cancels nothing.
enum BetaFunction {
  /// log B(x, y) for positive x and y; nil where it is no finite number.
  private static func twofold(_ x: Double, _ y: Double) -> Twofold<Double>? {
    guard x > 0, y > 0, x < .infinity, y < .infinity else { return nil }
    let (large, small) = (max(x, y), min(x, y))
    guard large <= 0x1p900 || small < 16, small >= 0x1p-70 else { return nil }
    if small == 1 { return -logarithm(large) }
    if large > 0x1p900 { return gamma(small) - logarithm(large) * small }
    if large < 16 { return gamma(x) + gamma(y) - gamma(Twofold(sum: x, y)) }
    let ratio = Twofold(small) / Twofold(large)
    let growth = Twofold.logarithmOfOnePlus(ratio)
    let rest = correction(Twofold(large)) - correction(Twofold(sum: large, small))
    if small < 16 {
      // log gamma(large + small) - log gamma(large)
      let gap =
        growth * (Twofold(sum: large, small) - 0.5) - small
        + Twofold(large).logarithm * Twofold(small)
      return gamma(Twofold(small)) - gap + rest
    }
    let other = Twofold.logarithmOfOnePlus(Twofold(large) / Twofold(small))
    let main = growth * Twofold(sum: large, -0.5) + other * Twofold(small)
    let half = Twofold(0x1.d67f1c864beb5p-1, -0x1.65b5a1b7ff5dfp-55)
    return half - Twofold(small).logarithm * 0.5 - main + rest + correction(Twofold(small))
  }

  /// log x for any normal x.
  private static func logarithm(_ x: Double) -> Twofold<Double> {
    if x <= 0x1p900 { return Twofold(x).logarithm }
    let two = Twofold<Double>(0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56)
    return Twofold(x * 0x1p-200).logarithm + two * 200
  }

  /// log gamma for 0 < x < 32.
  private static func gamma(_ x: Twofold<Double>) -> Twofold<Double> {
    var (z, product) = (x, Twofold(1.0))
    while z.head < 16 {
      product = product * z
      z = z + 1
    }
    let half = Twofold(0x1.d67f1c864beb5p-1, -0x1.65b5a1b7ff5dfp-55)
    return z.logarithm * (z - 0.5) - z + half + correction(z) - product.logarithm
  }

  private static func gamma(_ x: Double) -> Twofold<Double> { gamma(Twofold(x)) }

  /// What Stirling's formula lacks, for z from 16.
  private static func correction(_ z: Twofold<Double>) -> Twofold<Double> {
    let inverse = Twofold(1.0) / z
    let square = inverse * inverse
    let rest = polynomial(
      [
        1.0 / 1188, -691.0 / 360_360, 1.0 / 156, -3617.0 / 122_400, 43867.0 / 244_188,
        -174_611.0 / 125_400,
      ], square.head)
    let sum = polynomial(
      [
        (0x1.5555555555555p-4, 0x1.5555555555555p-58),
        (-0x1.6c16c16c16c17p-9, 0x1.f49f49f49f49fp-64),
        (0x1.a01a01a01a01ap-11, 0x1.a01a01a01a01ap-71),
        (-0x1.3813813813814p-11, 0x1.fb1fb1fb1fb20p-65),
      ], square, start: rest)
    return sum * inverse
  }

  /// log B(x, y); NaN unless both are positive.
  static func logarithm(_ x: Double, _ y: Double) -> Double {
    if let value = twofold(x, y) { return value.rounded }
    if x.isNaN || y.isNaN || x < 0 || y < 0 { return .nan }
    let (large, small) = (max(x, y), min(x, y))
    if small == 0 { return large == .infinity ? .nan : .infinity }
    if large == .infinity { return -.infinity }
    if small < 0x1p-70 { return Log1p.evaluate(small / large) - Log.evaluate(small) }
    let ratio = small / large
    if small >= 16 {
      let main = large * Log1p.evaluate(ratio) + small * Log1p.evaluate(large / small)
      return 0.9189385332046727 + correction(Twofold(small)).rounded - 0.5 * Log.evaluate(small)
        - main
    }
    return gamma(Twofold(small)).rounded - small * Log.evaluate(large)
  }

  /// B(x, y); NaN unless both are positive.
  static func value(_ x: Double, _ y: Double) -> Double {
    if min(x, y) > 0, min(x, y) < 0x1p-70, max(x, y) < .infinity { return 1 / x + 1 / y }
    guard let logarithm = twofold(x, y) else { return Exp.evaluate(self.logarithm(x, y)) }
    if logarithm.head < -750 { return 0 }
    let power = logarithm.exponential
    return scaled(power.value.rounded, byPowerOfTwo: power.exponent)
  }

  /// The logarithm of n over k, for -1 < k < n + 1.
  static func logarithmOfBinomial(_ n: Double, _ k: Double) -> Double {
    if n.isNaN || k.isNaN { return .nan }
    if k < -1 || k > n + 1 { return .nan }
    if k == -1 || k == n + 1 { return -.infinity }
    if n == -1 { return .infinity }
    if k == 0 || k == n { return 0 }
    if n < -1 {
      return Lgamma.evaluate(n + 1) - Lgamma.evaluate(k + 1) - Lgamma.evaluate(n - k + 1)
    }
    let rest = n - k
    if max(k.magnitude, rest.magnitude) < 0x1p-3 { return k * rest * nearOrigin(k, rest) }
    let small = k.magnitude < rest.magnitude ? k : rest
    if small.magnitude < 0x1p-8 * min(1, n + 1) { return beside(n, small) }
    let (x, y) = (Twofold(sum: n, -k) + 1, Twofold(sum: k, 1))
    guard let beta = twofold(x.head, y.head) else {
      return -logarithm(x.head, y.head) - Log1p.evaluate(n)
    }
    // What the rounded arguments lack, at the slopes of the logarithm.
    let slope = Digamma.evaluate(x.head + y.head)
    let lacking =
      x.tail * (Digamma.evaluate(x.head) - slope) + y.tail * (Digamma.evaluate(y.head) - slope)
    return (-beta - lacking - Twofold(sum: n, 1).logarithm).rounded
  }

  /// For k near 0 by Taylor's series: the coefficients are ψ(n + 1) + γ and, from j = 2 on,
  /// (-1)^(j - 1) (ζ(j) + ψ_{j - 1}(n + 1)/(j - 1)!)/j.
  private static func beside(_ n: Double, _ k: Double) -> Double {
    var (sum, power, factorial) = (Digamma.evaluate(n + 1) + 0x1.2788cfc6fb619p-1, k, 1.0)
    for j in 2...8 {
      factorial *= Double(j - 1)
      let slope = Polygamma.value(order: Double(j - 1), n + 1) / factorial
      let term = (zetas[j - 2] + slope) / Double(j) * power
      sum += j % 2 == 0 ? -term : term
      power *= k
    }
    return k * sum
  }

  /// ζ(2), ζ(3), …
  private static let zetas = [
    1.6449340668482264, 1.2020569031595942, 1.0823232337111381, 1.03692775514337,
    1.0173430619844492, 1.008349277381923, 1.0040773561979444, 1.0020083928260821,
    1.000994575127818, 1.0004941886041194, 1.000246086553308, 1.0001227133475785,
    1.0000612481350588, 1.000030588236307, 1.0000152822594086, 1.0000076371976379,
    1.000003817293265, 1.0000019082127165, 1.0000009539620338, 1.0000004769329869,
    1.0000002384505027, 1.000000119219926, 1.000000059608189, 1.0000000298035034,
    1.0000000149015549, 1.0000000074507118, 1.000000003725334,
  ]

  /// For n = k + m the sum over j from 2 of (-1)^j ζ(j)/j E_j, where k m E_j = n^j - k^j - m^j:
  /// from the series of log gamma(1 + z) (DLMF 5.7.3), whose linear parts cancel.
  private static func nearOrigin(_ k: Double, _ m: Double) -> Double {
    var (sum, part, powers) = (0.0, 2.0, (k, m))
    for (place, zeta) in zetas.enumerated() {
      let term = zeta / Double(place + 2) * part
      sum += place % 2 == 0 ? term : -term
      part = (k + m) * part + powers.0 + powers.1
      powers = (powers.0 * k, powers.1 * m)
    }
    return sum
  }
}

/// log of the beta function, within 4 ulp.
package enum Lbeta: BinaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L, _ y: L) -> L {
    x.mapped(with: y, BetaFunction.logarithm)
  }
}

/// The beta function, within 4 ulp.
package enum Beta: BinaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L, _ y: L) -> L {
    x.mapped(with: y, BetaFunction.value)
  }
}

/// The logarithm of a binomial coefficient, within 4 ulp, near a zero that is no double of x times
/// the slope.
package enum Lchoose: BinaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L, _ y: L) -> L {
    x.mapped(with: y, BetaFunction.logarithmOfBinomial)
  }
}
