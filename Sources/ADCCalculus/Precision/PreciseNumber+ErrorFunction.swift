internal import ADCPlatform

/// The error function and its relatives.
extension PreciseNumber {
  /// The error function.
  package var errorFunction: PreciseNumber {
    if isNaN || isZero { return self }
    if isInfinite { return constant(isNegative ? -1 : 1) }
    let x = magnitude.widened(to: width + 1)
    let isFar = x.exponent > 20 || x.squared > Double((width + 1) * 64)
    let value = isFar ? constant(1) - x.complementaryErrorFunction : x.errorSeries
    return (isNegative ? -value : value).widened(to: width)
  }

  /// For x > 0: 2 / sqrt(pi) e^(-x^2) times the sum of 2^n x^(2n + 1) / (2n + 1)!!, which has no
  /// signs (DLMF 7.6.2).
  private var errorSeries: PreciseNumber {
    let z = squared.scaled(1)
    let sum = Self.series(self) { term, n in term * z / (2 * n + 1) }
    return sum * (-squared).exponential * Self.twoOverRootPi(bits: width * 64)
  }

  /// 1 - erf(this), to all its digits for large numbers too.
  package var complementaryErrorFunction: PreciseNumber {
    if isNaN { return self }
    if isInfinite { return constant(isNegative ? 2 : 0) }
    if isNegative || self < 0.5 {
      return (constant(1) - widened(to: width + 1).errorFunction).widened(to: width)
    }
    let growth = widened(to: width + 1).scaledComplement
    guard exponent < 32 else { return constant(0) }
    let wide = widened(to: width + 2)
    return (growth * (-wide.squared).exponential).widened(to: width)
  }

  /// e^(x^2) erfc(x).
  package var scaledComplementaryErrorFunction: PreciseNumber {
    if isNaN { return self }
    if isInfinite { return constant(isNegative ? .infinity : 0) }
    let wide = widened(to: width + 2)
    if isNegative || self < 0.5 {
      guard exponent < 32 else { return constant(.infinity) }
      return (wide.squared.exponential * wide.complementaryErrorFunction).widened(to: width)
    }
    return wide.scaledComplement.widened(to: width)
  }

  /// e^(x^2) erfc(x) for x from 1/2: the asymptotic series (DLMF 7.12.1) where it reaches so far,
  /// else from the other one, with as many bits more as the difference from 1 loses.
  private var scaledComplement: PreciseNumber {
    let bits = Double(width * 64)
    if exponent > 20 || squared > 0.7 * bits + 20 {
      let z = squared.scaled(1)
      let sum = Self.series(constant(1)) { term, n in -(term * (2 * n - 1)) / z }
      return sum / (self * Self.pi(width: width).squareRoot())
    }
    let lost = Int(squared.nearestDouble * 1.45) + 8
    let wide = widened(to: width + 1 + lost / 64)
    let rest = wide.constant(1) - wide.errorSeries
    return (rest * wide.squared.exponential).widened(to: width)
  }

  /// The distribution function of the standard normal distribution.
  package var normalDistribution: PreciseNumber {
    let wide = widened(to: width + 2)
    return (-wide * wide.constant(0.5).squareRoot()).complementaryErrorFunction.scaled(-1)
      .widened(to: width)
  }

  /// The density of the standard normal distribution.
  package var normalDensity: PreciseNumber {
    let wide = widened(to: width + 2)
    let factor = Self.pi(width: width + 1).scaled(1).squareRoot()
    return ((-wide.squared.scaled(-1)).exponential / factor).widened(to: width)
  }

  /// The number whose error function is this.
  package var inverseErrorFunction: PreciseNumber {
    if isNaN || isZero { return self }
    let size = magnitude
    if size > 1 { return constant(.nan) }
    if size == 1 { return constant(isNegative ? -.infinity : .infinity) }
    let wide = size.widened(to: width + 2)
    let value: PreciseNumber
    if size <= 0.5 {
      let start = size.exponent < -30 ? 0.886 * size.scaled(-size.exponent).nearestDouble : 0
      let near = PreciseNumber(start, width: wide.width).scaled(size.exponent)
      let first =
        start == 0
        ? PreciseNumber(Self.inverse(size.nearestDouble), width: wide.width) : near
      value = wide.refined(first) { $0.errorFunction }
    } else {
      value = (wide.constant(1) - wide).inverseComplementaryErrorFunction
    }
    return (isNegative ? -value : value).widened(to: width)
  }

  /// The number whose complementary error function is this.
  package var inverseComplementaryErrorFunction: PreciseNumber {
    if isNaN || self < 0 || self > 2 { return constant(.nan) }
    if isZero { return constant(.infinity) }
    if self == 2 { return constant(-.infinity) }
    let wide = widened(to: width + 2)
    if self > 0.5 {
      let rest = wide.constant(1) - wide
      if rest.magnitude <= 0.5 { return rest.inverseErrorFunction.widened(to: width) }
      return -(wide.constant(2) - wide).inverseComplementaryErrorFunction.widened(to: width)
    }
    let first = PreciseNumber(Self.inverseComplement(logarithm.nearestDouble), width: wide.width)
    return wide.refined(first) { -$0.complementaryErrorFunction + self.scaled(1) }
      .widened(to: width)
  }

  /// Newton's method for f(y) = this, where f' is 2 / sqrt(pi) e^(-y^2).
  private func refined(
    _ start: PreciseNumber, _ function: (PreciseNumber) -> PreciseNumber
  ) -> PreciseNumber {
    let slope = Self.twoOverRootPi(bits: width * 64)
    var y = start
    for _ in 0..<40 {
      let step = (self - function(y)) * y.squared.exponential / slope
      y = y + step
      if !step.isFiniteNonzero || step.exponent < y.exponent - width * 32 - 16 { break }
    }
    return y
  }

  private static func inverse(_ x: Double) -> Double {
    var y = 0.8862269254527580 * x
    for _ in 0..<6 { y -= (LibM.erf(y) - x) * 0.886226925452758 * LibM.exp(y * y) }
    return y
  }

  /// From the logarithm of the value, by Newton's method for the logarithm of the asymptote.
  private static func inverseComplement(_ logarithm: Double) -> Double {
    var y = (-logarithm).squareRoot()
    for _ in 0..<8 {
      // log erfc(y) is about -y^2 - log(sqrt(pi) (y + sqrt(y^2 + 4/pi)) / 2).
      let root = (y * y + 1.2732395447351628).squareRoot()
      let value = -y * y - LibM.log(0.8862269254527580 * (y + root))
      y -= (value - logarithm) / (-2 * y - 1 / root)
    }
    return y
  }
}
