/// Exponentials and logarithms: series after halving the argument, inverses by Newton's method
/// from doubles; all a limb wider than what is asked for, and more where something cancels.
extension PreciseNumber {
  /// A whole number that is small enough for a `Double` to hold it.
  func constant(_ value: Double) -> PreciseNumber { PreciseNumber(value, width: width) }

  var isFiniteNonzero: Bool { kind == .finite }

  /// The sum of `start` and what follows it until the terms no longer count: `next` makes the
  /// next term of the one before and its number, from 1.
  static func series(
    _ start: PreciseNumber, _ next: (_ term: PreciseNumber, _ number: Double) -> PreciseNumber
  ) -> PreciseNumber {
    var (sum, term, number) = (start, start, 1.0)
    while true {
      term = next(term, number)
      guard term.isFiniteNonzero, term.exponent >= sum.exponent - sum.width * 64 else {
        return sum
      }
      sum = sum + term
      number += 1
    }
  }

  /// A value that loses leading bits to cancellation, with as many more as that takes: `body` makes
  /// it with a width and says the exponent of the largest number that went into it.
  static func settled(
    _ width: Int, _ body: (_ room: Int) -> (value: PreciseNumber, largest: Int)
  ) -> PreciseNumber {
    var room = width + 1
    while true {
      let (value, largest) = body(room)
      if value.isInfinite || value.isNaN { return value.widened(to: width) }
      let lost = value.isZero ? room * 64 : max(0, largest - value.exponent)
      if width * 64 + lost + 8 <= room * 64 || room > width + 40 {
        return value.widened(to: width)
      }
      room = width + 1 + (lost + 71) / 64
    }
  }

  /// The inverse tangent of 1/n, or for sign 1 the inverse hyperbolic one.
  private static func inverseTangent(of n: Double, sign: Double, width: Int) -> PreciseNumber {
    let start = PreciseNumber(1, width: width) / n
    var power = start
    return series(start) { _, k in
      power = power / (sign * n * n)
      return power / (2 * k + 1)
    }
  }

  /// The circle's circumference over its diameter (Machin's formula).
  package static func pi(bits: Int) -> PreciseNumber { pi(width: width(bits: bits)) }

  static func pi(width: Int) -> PreciseNumber {
    width <= knownPi.width ? knownPi.widened(to: width) : makePi(width: width)
  }

  private static let knownPi = makePi(width: 24)
  private static let knownLogarithm = makeLogarithmOfTwo(width: 24)

  private static func makePi(width: Int) -> PreciseNumber {
    let wide = width + 1
    let first = inverseTangent(of: 5, sign: -1, width: wide) * 16
    return (first - inverseTangent(of: 239, sign: -1, width: wide) * 4).widened(to: width)
  }

  /// log 2.
  package static func logarithmOfTwo(bits: Int) -> PreciseNumber {
    logarithmOfTwo(width: width(bits: bits))
  }

  static func logarithmOfTwo(width: Int) -> PreciseNumber {
    width <= knownLogarithm.width
      ? knownLogarithm.widened(to: width) : makeLogarithmOfTwo(width: width)
  }

  private static func makeLogarithmOfTwo(width: Int) -> PreciseNumber {
    let wide = width + 1
    let first = inverseTangent(of: 26, sign: 1, width: wide) * 18
    let second = inverseTangent(of: 4801, sign: 1, width: wide) * 2
    let third = inverseTangent(of: 8749, sign: 1, width: wide) * 8
    return (first - second + third).widened(to: width)
  }

  /// log 10.
  package static func logarithmOfTen(bits: Int) -> PreciseNumber {
    PreciseNumber(10, bits: bits).logarithm
  }

  static func logarithmOfTwo(like other: PreciseNumber) -> PreciseNumber {
    logarithmOfTwo(width: other.width)
  }

  static func logarithmOfTen(like other: PreciseNumber) -> PreciseNumber {
    other.constant(10).logarithm
  }

  /// e.
  package static func e(bits: Int) -> PreciseNumber { PreciseNumber(1, bits: bits).exponential }

  /// 2 / sqrt(pi).
  package static func twoOverRootPi(bits: Int) -> PreciseNumber {
    PreciseNumber(2, bits: bits) / pi(bits: bits).squareRoot()
  }

  /// e^this.
  package var exponential: PreciseNumber {
    if isNaN { return self }
    if isZero { return constant(1) }
    if isInfinite || exponent > 60 { return isNegative ? constant(0) : constant(.infinity) }
    let wide = widened(to: width + 1 + (exponent > 0 ? 1 : 0))
    let k = (wide / Self.logarithmOfTwo(width: 1 + (exponent > 0 ? 1 : 0))).roundedToEven
    let r = k.isZero ? wide : wide - k * Self.logarithmOfTwo(width: wide.width + 1)
    let small = r.widened(to: width + 1).shortExponentialLessOne
    return (small + 1).scaled(k.wholeValue).widened(to: width)
  }

  /// e^this - 1.
  package var exponentialLessOne: PreciseNumber {
    guard isFiniteNonzero else { return isInfinite && isNegative ? constant(-1) : self }
    if exponent <= -1 {
      return widened(to: width + 1).shortExponentialLessOne.widened(to: width)
    }
    return (widened(to: width + 1).exponential - 1).widened(to: width)
  }

  /// A whole number, exactly: a `Double` would round exponents beyond 2^53.
  private static func whole(_ value: Int, width: Int) -> PreciseNumber {
    let (high, low) = (value >> 32, value & 0xffff_ffff)
    let upper = PreciseNumber(Double(high), width: width).scaled(32)
    return upper + PreciseNumber(Double(low), width: width)
  }

  /// For whole numbers of up to 61 bits.
  var wholeValue: Int {
    guard isFiniteNonzero else { return 0 }
    let size = Int(limbs[width - 1] >> UInt64(64 - exponent))
    return isNegative ? -size : size
  }

  /// e^this - 1, for |this| < 1: by Taylor's series for a 2^n-th part, doubled n times.
  private var shortExponentialLessOne: PreciseNumber {
    guard isFiniteNonzero else { return self }
    let halvings = max(0, min(8 + width, exponent + 8 + width))
    let part = scaled(-halvings).widened(to: width + 1)
    var value = Self.series(part) { term, k in term * part / (k + 1) }
    for _ in 0..<halvings { value = value * (value + 2) }
    return value.widened(to: width)
  }

  /// The natural logarithm; -infinity at 0, NaN below.
  package var logarithm: PreciseNumber {
    if isNaN { return self }
    if isZero { return constant(-.infinity) }
    if isNegative { return constant(.nan) }
    if isInfinite { return self }
    let near = self - 1
    if near.isZero { return constant(0) }
    if near.exponent < -4 { return near.logarithmOfOnePlus }
    let wide = width + 1
    // The fraction is from 1/2 to 1; nearer to 1 on both sides nothing cancels.
    let isLow = scaled(-exponent) < 0.7
    let k = isLow ? exponent - 1 : exponent
    let fraction = scaled(-k).widened(to: wide)
    let value = (fraction - 1).logarithmOfOnePlus
    let power = Self.logarithmOfTwo(width: wide) * Self.whole(k, width: wide)
    return (value + power).widened(to: width)
  }

  /// log(1 + this), accurate near 0.
  package var logarithmOfOnePlus: PreciseNumber {
    guard isFiniteNonzero else { return isInfinite && isNegative ? constant(.nan) : self }
    if exponent > 0 || (isNegative && exponent == 0) {
      return (widened(to: width + 1) + 1).logarithm.widened(to: width)
    }
    let wide = widened(to: width + 1)
    if exponent < -8 {
      // 2 atanh(x / (2 + x))
      let s = wide / (wide + 2)
      let z = s.squared
      var power = s
      let sum = Self.series(s) { _, k in
        power = power * z
        return power / (2 * k + 1)
      }
      return sum.scaled(1).widened(to: width)
    }
    // Newton's method of third order: y + 2 (x - expm1 y) / (x + 1 + e^y).
    var y = PreciseNumber(wide.startingLogarithm, width: wide.width)
    var bits = 40
    while bits < wide.width * 64 {
      bits *= 3
      // A step needs no more digits than it finds.
      let room = min(wide.width, bits / 64 + 2)
      let (x, last) = (wide.widened(to: room), y.widened(to: room))
      let growth = last.exponentialLessOne
      y = last + ((x - growth) / (x + growth + 2)).scaled(1)
    }
    return y.widened(to: width)
  }

  private var startingLogarithm: Double { Log1p.evaluate(nearestDouble) }

  /// This to a power; the special values are those of IEEE 754.
  package func power(_ y: PreciseNumber) -> PreciseNumber {
    let width = max(width, y.width)
    if y.isZero || self == 1 { return PreciseNumber(1, width: width) }
    if isNaN || y.isNaN { return PreciseNumber(.nan, width: width) }
    let whole = y.roundedDown == y
    let isOdd = whole && y.isFinite && !(y.scaled(-1).roundedDown == y.scaled(-1))
    if isNegative, isFiniteNonzero, !whole { return PreciseNumber(.nan, width: width) }
    let isNegativeResult = isNegative && isOdd
    if !isFiniteNonzero || y.isInfinite {
      let isGrown: Bool
      if y.isInfinite {
        let size = magnitude
        if size == 1 { return PreciseNumber(1, width: width) }
        isGrown = (size > 1) != y.isNegative
      } else {
        isGrown = isInfinite != y.isNegative
      }
      return PreciseNumber(isGrown ? .infinite : .zero, isNegative: isNegativeResult, width: width)
    }
    let size = raised(to: y, whole: whole, width: width)
    return isNegativeResult ? -size : size
  }

  private func raised(to y: PreciseNumber, whole: Bool, width: Int) -> PreciseNumber {
    if whole, y.exponent <= 10 {
      var count = y.magnitude.wholeValue
      var square = magnitude.widened(to: width + 1)
      var result = PreciseNumber(1, width: width + 1)
      while count > 0 {
        if count & 1 == 1 { result = result * square }
        square = square.squared
        count >>= 1
      }
      return (y.isNegative ? constant(1) / result : result).widened(to: width)
    }
    let wide = width + 1
    let first = magnitude.widened(to: wide).logarithm * y
    guard first.isFiniteNonzero else { return PreciseNumber(1, width: width) }
    let extra = max(0, min(first.exponent, 64)) / 64 + 1
    let exact = magnitude.widened(to: wide + extra).logarithm * y
    return exact.exponential.widened(to: width)
  }

  /// The real cube root.
  package var cubeRoot: PreciseNumber {
    guard isFiniteNonzero else { return self }
    let third = Int((Double(exponent) / 3).rounded(.down))
    let scaled = magnitude.scaled(-3 * third).widened(to: width + 1)
    var root = PreciseNumber(Cbrt.evaluate(scaled.nearestDouble), width: width + 1)
    var bits = 50
    while bits < (width + 1) * 64 {
      root = (root.scaled(1) + scaled / root.squared) / 3
      bits *= 2
    }
    let value = root.scaled(third).widened(to: width)
    return isNegative ? -value : value
  }
}
