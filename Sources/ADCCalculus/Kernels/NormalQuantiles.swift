internal import ADCPlatform

/// Inverses of the error function and of the normal distribution: a start that is good to a few
/// digits, then Halley's method on the logarithm, where tails are straight.
enum NormalQuantiles {
  /// The y with erf(y) = x.
  static func inverseError(_ x: Double) -> Double {
    guard x.magnitude < 1 else { return x.magnitude == 1 ? x * .infinity : .nan }
    if x.magnitude > 0.5 { return inverseComplement(1 - x.magnitude).withSign(of: x) }
    guard x != 0 else { return x }
    if x.magnitude < 1e-8 { return x * 0.886226925452758 + x * 0x1.c1f49ffeaa9dbp-55 }
    var y = x * 0.886226925452758 * (1 + 0.2618 * x * x)
    for _ in 0..<4 {
      let step = (Erf.evaluate(y) - x) * 0.886226925452758 * Exp.evaluate(y * y)
      y -= step / (1 + y * step)
    }
    return y
  }

  /// The y with erfc(y) = x.
  static func inverseComplement(_ x: Double) -> Double {
    guard x > 0, x < 2 else {
      return x == 0 ? .infinity : x == 2 ? -.infinity : .nan
    }
    if x > 0.5 { return x < 1.5 ? inverseError(1 - x) : -inverseComplement(2 - x) }
    let target = LibM.log(x)
    var y = (-target).squareRoot()
    for _ in 0..<7 {
      // erfc(y) = e^(-y^2) erfcx(y); the logarithm of the two factors apart keeps all digits.
      let scaled = Erfcx.evaluate(y)
      let value = logarithmicGap(target, y, scaled)
      y += value * scaled * 0.886226925452758
    }
    return y
  }

  /// log erfc(y) - target.
  private static func logarithmicGap(_ target: Double, _ y: Double, _ scaled: Double) -> Double {
    let square = Twofold<Double>(product: y, y)
    return ((-target - square.head) - square.tail) + LibM.log(scaled)
  }

  /// The y with P(Y < y) = x for a standard normal Y.
  static func probit(_ x: Double) -> Double {
    guard x >= 0, x <= 1 else { return .nan }
    if x == 0.5 { return 0 }
    let root = 1.4142135623730951
    if x > 0.25, x < 0.75 { return root * inverseError(2 * (x - 0.5)) }
    return x < 0.5 ? -root * inverseComplement(2 * x) : root * inverseComplement(2 * (1 - x))
  }

  /// The integral of t^n e^(-t^2 - 2 x t) over t from 0.
  ///
  /// Integration by parts gives 2 M(n) = (n - 1) M(n - 2) - 2 x M(n - 1), of which the integrals
  /// are the minimal solution for x > 0: there backwards (J. C. P. Miller; Gautschi, 1961), and
  /// forwards below; near 0 by the series in x.
  static func moment(_ n: Double, _ x: Double) -> Double {
    guard n >= 0, n <= 60, n == n.roundedDown(), !x.isNaN else { return .nan }
    if n == 0 { return 0.886226925452758 * Erfcx.evaluate(x) }
    if x == .infinity { return 0 }
    if x < 0 { return forwards(n, x) }
    return x < 1.5 ? series(n, x) : backwards(n, x)
  }

  private static func forwards(_ n: Double, _ x: Double) -> Double {
    var before = 0.886226925452758 * Erfcx.evaluate(x)
    var value = 0.5 - x * before
    var k = 2.0
    while k <= n {
      (before, value) = (value, 0.5 * (k - 1) * before - x * value)
      k += 1
    }
    return value
  }

  /// The sum over k of (-2 x)^k / k! gamma((n + k + 1) / 2) / 2.
  private static func series(_ n: Double, _ x: Double) -> Double {
    let halfRoot = Twofold<Double>(0x1.c5bf891b4ef6bp-1, -0x1.618f13eb7ca89p-55)
    // The integrals at 0 of even and of odd orders.
    var (even, odd) = (halfRoot, Twofold<Double>(0.5))
    var order = 0.0
    while order < n {
      (even, odd) = (odd, even * (0.5 * (order + 1)))
      order += 1
    }
    var (sum, power, k) = (even, Twofold<Double>(1.0), 1.0)
    while k < 400 {
      (even, odd) = (odd, even * (0.5 * (n + k)))
      power = power * (-2 * x) / Twofold(k)
      let term = power * even
      sum = sum + term
      if term.head.magnitude <= sum.head.magnitude * 0x1p-75, k > 4 { break }
      k += 1
    }
    return sum.rounded
  }

  private static func backwards(_ n: Double, _ x: Double) -> Double {
    // y(k) = M(k) / k!, whose recurrence is y(k - 2) = 2 k y(k) + 2 x y(k - 1); y(-1) = 1.
    if x > 1e15 {
      var value = 0.5 / x
      var k = 1.0
      while k <= n {
        value *= k / (2 * x)
        k += 1
      }
      return value
    }
    let reach = 8 + 25 / x
    var k = (n.squareRoot() + reach) * (n.squareRoot() + reach) + 10
    k = k.roundedUp()
    var (next, value, wanted) = (0.0, 1e-290, 0.0)
    while k >= 0 {
      if k == n { wanted = value }
      (next, value) = (value, 2 * (k + 1) * next + 2 * x * value)
      k -= 1
      if value > 1e250 {
        (next, value, wanted) = (next * 0x1p-900, value * 0x1p-900, wanted * 0x1p-900)
      }
    }
    var factorial = 1.0
    var j = 2.0
    while j <= n {
      factorial *= j
      j += 1
    }
    return wanted / value * factorial
  }
}

/// The inverse of the error function, within 4 ulp.
package enum Erfinv: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.mapped(NormalQuantiles.inverseError) }
}

/// The inverse of the complementary error function, within 4 ulp.
package enum Erfcinv: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.mapped(NormalQuantiles.inverseComplement) }
}

/// The quantile of the standard normal distribution, within 4 ulp.
package enum Probit: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.mapped(NormalQuantiles.probit) }
}

/// The integral of t^x e^(-t^2 - 2 y t) over t from 0, for whole x.
package enum ErfcxMoment: BinaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L, _ y: L) -> L {
    x.mapped(with: y, NormalQuantiles.moment)
  }
}
