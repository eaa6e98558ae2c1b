/// Choices, comparisons and functions composed of others, for the entries of the catalogue.
extension PreciseNumber {
  /// 1 or 0.
  package func truth(_ holds: Bool) -> PreciseNumber { constant(holds ? 1 : 0) }

  /// What counts as true: everything but 0.
  package var isTrue: Bool { !isZero }

  /// -1, 0 or 1; zeros and NaN stay.
  package var sign: PreciseNumber {
    isZero || isNaN ? self : constant(isNegative ? -1 : 1)
  }

  /// The smaller one; NaN where either is.
  package func minimum(_ other: PreciseNumber) -> PreciseNumber {
    isNaN || self < other ? self : other
  }

  /// The larger one; NaN where either is.
  package func maximum(_ other: PreciseNumber) -> PreciseNumber {
    isNaN || self > other ? self : other
  }

  /// This where it is positive, else 0; NaN stays.
  package var positivePart: PreciseNumber { self <= 0 ? constant(0) : self }

  /// The least whole number that is not below this; zeros keep the sign of this.
  package var roundedUp: PreciseNumber {
    let value = -(-self).roundedDown
    return value.isZero ? PreciseNumber(isNegative ? -0.0 : 0, width: width) : value
  }

  /// 1 / this; of a zero an infinity.
  package var reciprocal: PreciseNumber { constant(1) / self }

  /// The value of `body` at this, a limb wider on the way.
  package func wider(_ body: (PreciseNumber) -> PreciseNumber) -> PreciseNumber {
    body(widened(to: width + 1)).widened(to: width)
  }

  /// The value of `body` at this and another, a limb wider on the way.
  package func wider(
    _ other: PreciseNumber, _ body: (PreciseNumber, PreciseNumber) -> PreciseNumber
  ) -> PreciseNumber {
    let width = max(width, other.width)
    return body(widened(to: width + 1), other.widened(to: width + 1)).widened(to: width)
  }

  /// A sum of numbers that may cancel, with as many more digits as that takes: `terms` makes them
  /// of this with any width.
  package func sum(of terms: (PreciseNumber) -> [PreciseNumber]) -> PreciseNumber {
    Self.settled(width) { room in
      // Beyond, nothing changes but that infinities would cancel.
      let terms = terms(
        (isInfinite ? constant(isNegative ? -1 : 1).scaled(1 << 59) : self).widened(to: room))
      let largest = terms.compactMap { $0.isFiniteNonzero ? $0.exponent : nil }.max() ?? 0
      return (terms.dropFirst().reduce(terms[0], +), largest)
    }
  }

  /// 1 / (1 + e^-x).
  package var logistic: PreciseNumber { wider { ((-$0).exponential + 1).reciprocal } }

  /// log(1 + e^x).
  package var logarithmOfOnePlusExponential: PreciseNumber {
    wider { x in
      let rest = (-x.magnitude).exponential.logarithmOfOnePlus
      return rest.isZero ? x.positivePart : rest + x.positivePart
    }
  }

  /// sqrt(x^2 + y^2).
  package func hypotenuse(_ other: PreciseNumber) -> PreciseNumber {
    if isInfinite || other.isInfinite { return constant(.infinity) }
    return wider(other) { ($0.squared + $1.squared).squareRoot() }
  }

  /// log(e^x + e^y).
  package func logarithmOfSum(_ other: PreciseNumber) -> PreciseNumber {
    if isNaN || other.isNaN { return constant(.nan) }
    let (large, small) = self < other ? (other, self) : (self, other)
    if large.isInfinite { return large }
    return large.sum { x in
      [x, (small - x).exponential.logarithmOfOnePlus]
    }
  }

  /// sqrt(x^2 - 1).
  package var legOfSecant: PreciseNumber {
    ((magnitude - 1) * (magnitude + 1)).squareRoot()
  }

  /// asech(this), by log(1 + z) with z small near 1; NaN below 0.
  package var inverseHyperbolicSecant: PreciseNumber {
    if isZero { return constant(.infinity) }
    if isNegative { return constant(.nan) }
    let rest = (constant(1) - self) / self
    return (rest + (rest * (rest + 2)).squareRoot()).logarithmOfOnePlus
  }

  /// acoth(this), by log(1 + 2/(x - 1))/2; NaN within -1...1.
  package var inverseHyperbolicCotangent: PreciseNumber {
    if magnitude < 1 { return constant(.nan) }
    let value = (constant(2) / (magnitude - 1)).logarithmOfOnePlus.scaled(-1)
    return isNegative ? -value : value
  }

  /// The quantile of the standard normal distribution.
  package var normalQuantile: PreciseNumber {
    wider { x in
      let root = x.constant(2).squareRoot()
      if x > 0.5 { return root * (x.scaled(1) - 1).inverseErrorFunction }
      return -(root * x.scaled(1).inverseComplementaryErrorFunction)
    }
  }

  /// The integral of t^n e^(-t^2 - 2 x t) over t from 0, by parts from the two first ones; as many
  /// more digits as cancel.
  package func errorMoment(_ order: PreciseNumber) -> PreciseNumber {
    guard order.isZero || !order.isNegative, order <= 60, order.roundedDown == order, !isNaN else {
      return constant(.nan)
    }
    let n = order.nearestDouble
    if isInfinite { return constant(isNegative ? .infinity : 0) }
    if !isNegative, exponent > 12 {
      // The integral of t^n e^(-2 x t) by the series of e^(-t^2).
      var first = scaled(1).widened(to: width + 1).reciprocal
      for k in stride(from: 1, through: n, by: 1) { first = first * k / scaled(1) }
      let square = first.constant(1) * squared.scaled(2)
      return Self.series(first) { term, k in
        -(term * ((n + 2 * k - 1) * (n + 2 * k))) / (square * k)
      }.widened(to: width)
    }
    return Self.settled(width) { room in
      let x = widened(to: room)
      var before = x.scaledComplementaryErrorFunction / Self.twoOverRootPi(bits: room * 64)
      if n == 0 { return (before, before.exponent) }
      var value = x.constant(0.5) - x * before
      var lost = value.isZero ? room * 64 : max(0, -value.exponent)
      for k in stride(from: 2, through: n, by: 1) {
        let (first, second) = (before * (0.5 * (k - 1)), x * value)
        (before, value) = (value, first - second)
        if value.isZero { return (value, 0) }
        lost += max(0, max(first.exponent, second.isZero ? .min : second.exponent) - value.exponent)
      }
      return (value, value.exponent + lost)
    }
  }

  /// The beta function of positive numbers.
  package func betaFunction(_ y: PreciseNumber) -> PreciseNumber {
    return logarithmOfBeta(y).exponential
  }

  /// The logarithm of n over k, for -1 < k < n + 1.
  package func logarithmOfBinomial(_ k: PreciseNumber) -> PreciseNumber {
    if isNaN || k.isNaN || k < -1 || k > self + 1 { return constant(.nan) }
    if k == -1 || k == self + 1 { return constant(-.infinity) }
    if isInfinite { return constant(.nan) }
    if k.isZero || k == self { return constant(0) }
    return Self.settled(max(width, k.width)) { room in
      let (n, k) = (widened(to: room), k.widened(to: room))
      let parts = [
        (n + 1).logarithmOfGamma, -(k + 1).logarithmOfGamma, -(n - k + 1).logarithmOfGamma,
      ]
      let size = parts.map { $0.isZero ? .min : $0.exponent }.max() ?? 0
      return (parts[0] + parts[1] + parts[2], size)
    }
  }

  /// x - y trunc(x / y), exactly; NaN where x is 2^8192 times y and more, which only what
  /// overflowed on its way could be.
  package func remainder(dividingBy y: PreciseNumber) -> PreciseNumber {
    let width = max(width, y.width)
    guard isFinite, !y.isZero, !y.isNaN else { return constant(.nan) }
    if y.isInfinite || isZero { return self }
    guard exponent - y.exponent <= Self.largestTurn else { return constant(.nan) }
    let room = width + 2 + max(0, exponent - y.exponent) / 64
    let (x, divisor) = (magnitude.widened(to: room), y.magnitude)
    var rest = x - (x / divisor).roundedDown * divisor
    if rest.isNegative, !rest.isZero { rest = rest + divisor }
    if !(rest < divisor) { rest = rest - divisor }
    let value = rest.widened(to: width)
    return isNegative ? -value : value
  }

  /// x y + z.
  package func product(_ y: PreciseNumber, plus z: PreciseNumber) -> PreciseNumber {
    widened(to: 2 * width + 1).sum { [$0 * y, z] }.widened(to: width)
  }
}
