/// exponent log 2 + log(1 + fraction) + correction, for 1 + fraction in [sqrt(1/2), sqrt(2)].
///
/// With s = f / (2 + f), log(1 + f) = 2 s + s^3 G(s^2) (fdlibm arranges it like this so that f
/// itself is added last); G is a minimax fit for |s| < 0.1718 with error below 2^-58.
@inline(__always)
func logarithm<L: Lane>(exponent k: L, fraction f: L, correction: L) -> L {
  let s = f / (L(2) + f)
  let z = s * s
  var p = L(0x1.2f13a10dd50b7p-3)
  p = p * z + L(0x1.39a068be01bffp-3)
  p = p * z + L(0x1.74664b011889cp-3)
  p = p * z + L(0x1.c71c51d3d10f9p-3)
  p = p * z + L(0x1.249249422b684p-2)
  p = p * z + L(0x1.999999997fa41p-2)
  p = p * z + L(0x1.5555555555593p-1)
  let half = L(0.5) * f * f
  let small = s * (half + z * p) + (k * L(0x1.ef35793c7673p-45) + correction)
  return k * L(0x1.62e42fefa38p-1) - ((half - small) - f)
}

/// The exponent and significand of positive normal lanes, the latter in [sqrt(1/2), sqrt(2)].
@inline(__always)
func balancedSplit<L: Lane>(_ x: L) -> (exponent: L, significand: L) {
  let parts = L.splitExponent(x)
  let isHigh = L.isLess(L(0x1.6a09e667f3bcdp+0), parts.significand)
  return (
    L.select(isHigh, parts.exponent + L(1), parts.exponent),
    L.select(isHigh, parts.significand * L(0.5), parts.significand)
  )
}

/// Natural logarithm, within 0.9 ulp; -infinity at zeros, NaN below.
package enum Log: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let zero = L(0)
    let isSubnormal = L.isLess(x, L(0x1p-1022))
    let parts = balancedSplit(L.select(isSubnormal, x * L(0x1p54), x))
    let exponent = parts.exponent - L.select(isSubnormal, L(54), zero)
    let value = logarithm(
      exponent: exponent, fraction: parts.significand - L(1), correction: zero)
    let atMostZero = L.select(L.isEqual(x, zero), L(-.infinity), L(.nan))
    let finite = L.select(L.isLessOrEqual(x, zero), atMostZero, value)
    return L.select(L.isLess(x, L(.infinity)), finite, x)
  }
}

/// log(1 + x) without cancellation near 0, within 1 ulp; -infinity at -1, NaN below.
package enum Log1p: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let one = L(1)
    let u = one + x
    // What the sum lost, exactly.
    let lost = L.select(L.isLess(one, x), one - (u - x), x - (u - one))
    let parts = balancedSplit(u)
    let isNear = L.isEqual(parts.exponent, L(0))
    let value = logarithm(
      exponent: parts.exponent, fraction: L.select(isNear, x, parts.significand - one),
      correction: L.select(isNear, L(0), lost / u))
    let atMostLimit = L.select(L.isEqual(x, L(-1)), L(-.infinity), L(.nan))
    let finite = L.select(L.isLessOrEqual(x, L(-1)), atMostLimit, value.withSign(of: x))
    return L.select(L.isLess(x, L(.infinity)), finite, x)
  }
}

/// log(1 + x) for x in 0...1, which needs no special values.
@inline(__always)
func logarithmOfOnePlus<L: Lane>(_ x: L) -> L {
  let (zero, one) = (L(0), L(1))
  let u = one + x
  let isHigh = L.isLess(L(0x1.6a09e667f3bcdp+0), u)
  // What the sum lost, over u; 1/u from its chord is near enough for so small a term.
  let lost = (x - (u - one)) * (L(1.2) - L(0.35) * u)
  return logarithm(
    exponent: L.select(isHigh, one, zero), fraction: L.select(isHigh, L(0.5) * u - one, x),
    correction: L.select(isHigh, lost, zero))
}

/// Logarithm to base 2, within 0.6 ulp; exact at powers of two.
package enum Log2: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let parts = TwofoldLogarithm(x)
    let value = parts.fraction * Twofold(0x1.71547652b82fep+0, 0x1.777d0ffda0d24p-56)
    return parts.checked((value + parts.exponent).rounded)
  }
}

/// Logarithm to base 10, within 0.6 ulp; exact at powers of ten.
package enum Log10: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let parts = TwofoldLogarithm(x)
    let value = parts.fraction * Twofold(0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57)
    let scale = Twofold<L>(0x1.34413509f79ffp-2, -0x1.9dc1da994fd21p-59) * parts.exponent
    return parts.checked((scale + value).rounded)
  }
}

/// A positive number as 2^exponent e^fraction, the fraction in twofold arithmetic.
struct TwofoldLogarithm<L: Lane> {
  let exponent: L
  let fraction: Twofold<L>
  private let x: L

  /// - Parameter isPrecise: Whether the fraction is wanted to 2^-68 of it, and not to 2^-58.
  @inline(__always)
  init(_ x: L, isPrecise: Bool = false) {
    self.x = x
    let isSubnormal = L.isLess(x, L(0x1p-1022))
    let parts = balancedSplit(L.select(isSubnormal, x * L(0x1p54), x))
    exponent = parts.exponent - L.select(isSubnormal, L(54), L(0))
    let growth = Twofold(parts.significand - L(1))
    fraction = isPrecise ? growth.preciseLogarithmOfOnePlus : growth.shortLogarithmOfOnePlus
  }

  /// `value`, a logarithm of the number, but the limits at 0 and infinity and NaN below.
  @inline(__always)
  func checked(_ value: L) -> L {
    let atMostZero = L.select(L.isEqual(x, L(0)), L(-.infinity), L(.nan))
    let finite = L.select(L.isLessOrEqual(x, L(0)), atMostZero, value)
    return L.select(L.isLess(x, L(.infinity)), finite, x)
  }
}
