/// x^y, within 0.6 ulp, with the special values of IEEE 754 (`x^0` and `1^y` are 1 even for NaN).
package enum Power: BinaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L, _ y: L) -> L {
    let (zero, one, infinity) = (L(0), L(1), L(.infinity))
    let size = x.magnitude
    let isOrdinary = L.and(L.isLess(zero, size), L.isLess(size, infinity))
    // Beyond 2^66 every power but of 1 is 0 or infinite.
    let value = positive(L.select(isOrdinary, size, one), clamped(y, -0x1p66, 0x1p66))
    // 0 and infinity to a power are one or the other.
    let isGrown = L.or(
      L.and(L.isEqual(size, zero), L.isLess(y, zero)),
      L.and(L.isEqual(size, infinity), L.isLess(zero, y)))
    let power = L.select(isOrdinary, value, L.select(isGrown, infinity, zero))
    let isWhole = L.isEqual(y, y.roundedDown())
    let half = L(0.5) * y
    let isOdd = L.and(isWhole, L.not(L.isEqual(half, half.roundedDown())))
    let isNegative = L.isLess(one.withSign(of: x), zero)
    let signed = L.select(L.and(isNegative, isOdd), -power, power)
    let isOutside = L.and(L.and(isNegative, isOrdinary), L.not(isWhole))
    let isUnknown = L.or(L.or(L.isNaN(x), L.isNaN(y)), isOutside)
    let known = L.select(isUnknown, L(.nan), signed)
    return L.select(L.or(L.isEqual(y, zero), L.isEqual(x, one)), one, known)
  }

  /// For 0 < x < infinity and |y| up to 2^66: e^(y log x).
  @inline(__always)
  private static func positive<L: Lane>(_ x: L, _ y: L) -> L {
    let parts = TwofoldLogarithm(x, isPrecise: true)
    let k = parts.exponent
    let logarithm =
      Twofold(sum: k * L(0x1.62e42ffp-1), k * L(-0x1.718432ap-35))
      + (parts.fraction + k * L(-0x1.b0e2633fe0685p-67))
    let product = logarithm * y
    let limited = clamped(product.head, -800, 800)
    let tail = L.select(L.isEqual(limited, product.head), product.tail, L(0))
    let exponential = ExponentialParts(clamped(limited, -746, 710))
    let power = exponential.precise(L(1))
    let value = power.head + (power.tail + power.head * tail)
    return scaled(value, byPowerOfTwo: exponential.exponent)
  }
}

/// x^3.
package enum Cube: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x * x * x }
}

/// x^4.
package enum FourthPower: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let square = x * x
    return square * square
  }
}

/// x^-2.
package enum ReciprocalSquare: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { L(1) / (x * x) }
}

extension BinaryKernel {
  package static func withSecond(_ y: Double) -> (any UnaryKernel.Type)? { nil }
}

extension Power {
  /// The powers that few multiplications give, within 2 units in the last place.
  package static func withSecond(_ y: Double) -> (any UnaryKernel.Type)? {
    switch y {
    case 2: Square.self
    case 3: Cube.self
    case 4: FourthPower.self
    case -1: Reciprocal.self
    case -2: ReciprocalSquare.self
    default: nil
    }
  }
}
