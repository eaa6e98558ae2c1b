import ADCPlatform

/// Student's distribution.
package enum StudentT {
  /// The value that a share of the distribution lies below, for shares above 0.5: to about 1e-12
  /// for a hundred degrees of freedom, and to 1e-9 for a million.
  ///
  /// Newton's method on the distribution function, within a bracket.
  package static func quantile(_ share: Double, degreesOfFreedom freedom: Double) -> Double {
    guard share > 0.5, share < 1, freedom > 0 else { return share == 0.5 ? 0 : .nan }
    if freedom == .infinity { return normalQuantile(share) }
    var (lower, upper) = (0.0, 1.0)
    while distribution(upper, degreesOfFreedom: freedom) < share, upper < 1e300 {
      (lower, upper) = (upper, upper * 2)
    }
    var value = (lower + upper) / 2
    for _ in 0..<200 {
      let error = distribution(value, degreesOfFreedom: freedom) - share
      if error > 0 { upper = value } else { lower = value }
      var next = value - error / density(value, degreesOfFreedom: freedom)
      if !(next > lower && next < upper) { next = (lower + upper) / 2 }
      if abs(next - value) <= 1e-15 * value { return next }
      value = next
    }
    return value
  }

  /// The share of the distribution below a value that is not negative.
  package static func distribution(
    _ value: Double, degreesOfFreedom freedom: Double
  ) -> Double {
    let x = freedom / (freedom + value * value)
    return 1 - 0.5 * incompleteBeta(x, freedom / 2, 0.5)
  }

  /// The same of the normal distribution, to which Student's comes with growing freedom: Newton's
  /// method from 0, whose steps never pass the place.
  private static func normalQuantile(_ share: Double) -> Double {
    let rest = 1 - share
    var value = 0.0
    for _ in 0..<200 {
      let error = rest - 0.5 * LibM.erfc(value * 0.5.squareRoot())
      let density = LibM.exp(-value * value / 2) / (2 * Double.pi).squareRoot()
      let next = value - error / density
      if abs(next - value) <= 1e-15 * abs(next) { return next }
      value = next
    }
    return value
  }

  private static func density(_ value: Double, degreesOfFreedom freedom: Double) -> Double {
    let constant =
      LibM.lgamma((freedom + 1) / 2) - LibM.lgamma(freedom / 2) - 0.5 * LibM.log(freedom * .pi)
    return LibM.exp(constant - (freedom + 1) / 2 * LibM.log1p(value * value / freedom))
  }

  /// The regularised incomplete beta function by its continued fraction (DLMF 8.17.22), evaluated
  /// from the front (Lentz's method).
  private static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    if x <= 0 { return 0 }
    if x >= 1 { return 1 }
    if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(1 - x, b, a) }
    let front = LibM.exp(
      a * LibM.log(x) + b * LibM.log1p(-x) + LibM.lgamma(a + b) - LibM.lgamma(a) - LibM.lgamma(b))
    let tiny = 1e-300
    var (c, d) = (1.0, 1 - (a + b) * x / (a + 1))
    d = 1 / (abs(d) < tiny ? tiny : d)
    var fraction = d
    for step in 1...10_000 {
      let m = Double(step)
      for numerator in [
        m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
        -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
      ] {
        d = 1 + numerator * d
        d = 1 / (abs(d) < tiny ? tiny : d)
        c = 1 + numerator / c
        c = abs(c) < tiny ? tiny : c
        fraction *= c * d
      }
      if abs(c * d - 1) < 1e-16 { break }
    }
    return front * fraction / a
  }
}
