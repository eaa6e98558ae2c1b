internal import ADCPlatform

extension Moments {
  /// The integral of t^n / (1 + x t)^(n + 1) over t from 0 to 1, for x > -1.
  ///
  /// With w = x / (1 + x) it is x^-(n + 1) times what n terms leave of the series of log(1 + x) in
  /// powers of w (Pfaff's transformation, DLMF 15.8.1).
  static func logarithmic(_ n: Double, _ x: Double) -> Double {
    guard n >= 0, n <= 60, n == n.roundedDown(), !x.isNaN, x >= -1 else { return .nan }
    if x == -1 { return .infinity }
    if x >= 0x1p900 { return n == 0 && x < .infinity ? LibM.log(x) / x : 0 }
    if x < 0, x >= -0.5 { return falling(n, x) }
    let w = Twofold(x) / Twofold(sum: 1, x)
    if x >= 0, w.head < max(0.5, n / (n + 2)) {
      return tail(n, w) / power(Twofold(sum: 1, x), n + 1)
    }
    var rest = Twofold.logarithmOfOnePlus(Twofold(x))
    var power = Twofold(1.0)
    var j = 1.0
    while j <= n {
      power = power * w
      rest = rest - power / Twofold(j)
      j += 1
    }
    let scale = self.power(Twofold(x), n + 1)
    if scale.isFinite { return rest.rounded / scale }
    var value = rest.rounded
    for _ in 0...Int(n) { value /= x }
    return value
  }

  /// The sum over k of C(n + k, k) (-x)^k / (n + k + 1), for x in -1/2...0.
  private static func falling(_ n: Double, _ x: Double) -> Double {
    var power = Twofold(1.0)
    var sum = Twofold(1.0) / Twofold(n + 1)
    var k = 1.0
    while k < 2000 {
      power = power * Twofold(product: -x, n + k) / Twofold(k)
      let term = power / Twofold(n + k + 1)
      sum = sum + term
      if term.head <= sum.head * 0x1p-70, k > n { break }
      k += 1
    }
    return sum.rounded
  }

  /// The sum over k of w^k / (n + 1 + k), for w from 0.
  private static func tail(_ n: Double, _ w: Twofold<Double>) -> Double {
    var power = Twofold(1.0)
    var sum = Twofold(1.0) / Twofold(n + 1)
    var k = 1.0
    while k < 5000 {
      power = power * w
      let term = power / Twofold(n + k + 1)
      sum = sum + term
      if term.head <= sum.head * (1 - w.head) * 0x1p-60 { break }
      k += 1
    }
    return sum.rounded
  }

  private static func power(_ x: Twofold<Double>, _ n: Double) -> Double {
    var result = Twofold(1.0)
    var k = 0.0
    while k < n {
      // Beyond, the tails are no numbers any more.
      guard (result.head * x.head).magnitude < 0x1p900 else {
        return result.head * LibM.pow(x.head, n - k)
      }
      result = result * x
      k += 1
    }
    return result.rounded
  }
}
