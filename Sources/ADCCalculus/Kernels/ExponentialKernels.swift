/// e^x as 2^exponent (1 + high + low), |high| < 0.35, |low| < 0.07.
///
/// `high` is exact and the error is in `low`, so what is added to 1 + high costs one rounding.
/// The method is the classical one (Tang, 1989; fdlibm), the polynomial a minimax fit of
/// (e^r - 1 - r) / r^2 on |r| < 0.3473 with error below 2^-63 of r^2.
struct ExponentialParts<L: Lane> {
  let exponent: L
  let high: L
  let low: L

  /// For x in -746...746 or NaN.
  @inline(__always)
  init(_ x: L) {
    let shift = L(0x1.8p52)
    let k = (x * L(0x1.71547652b82fep+0) + shift) - shift
    // 42 bits of log 2, so that the product with k is exact.
    let remainder = x - k * L(0x1.62e42fefa38p-1)
    let correction = k * L(0x1.ef35793c7673p-45)
    self.init(reduced: remainder, -correction, exponent: k)
  }

  /// For a number reduced already: r + tail, |r| < 0.3473.
  @inline(__always)
  init(reduced head: L, _ tail: L, exponent k: L) {
    let r = head + tail
    // Two chains, by even and odd powers: half the latency of one.
    let z = r * r
    var even = L(0x1.1f9eac47cbc4dp-29)
    var odd = L(0x1.af6dce974cfe5p-26)
    even = even * z + L(0x1.27e4bead2299cp-22)
    odd = odd * z + L(0x1.71ddef01da9e5p-19)
    even = even * z + L(0x1.a01a01b4992f3p-16)
    odd = odd * z + L(0x1.a01a01b3f4b78p-13)
    even = even * z + L(0x1.6c16c16c1348fp-10)
    odd = odd * z + L(0x1.111111110eb20p-7)
    even = even * z + L(0x1.555555555555ep-5)
    odd = odd * z + L(0x1.555555555555cp-3)
    even = even * z + L(0.5)
    exponent = k
    high = head
    low = z * (even + r * odd) + tail
  }

  /// offset + high + low, for an offset that is zero or not smaller than `high`.
  @inline(__always)
  func sum(_ offset: L) -> L {
    let sum = offset + high
    return sum + (((offset - sum) + high) + low)
  }

  /// The same as a head and a tail of about 2^-53 of it.
  @inline(__always)
  func precise(_ offset: L) -> (head: L, tail: L) {
    let sum = offset + high
    let rest = ((offset - sum) + high) + low
    let head = sum + rest
    return (head, (sum - head) + rest)
  }
}

/// value 2^exponent for exponents in -2044...2046; rounded once where that is subnormal.
@inline(__always)
func scaled<L: Lane>(_ value: L, byPowerOfTwo exponent: L) -> L {
  let shift = L(0x1.8p52)
  let half = (exponent * L(0.5) + shift) - shift
  return value * L.powerOfTwo(half) * L.powerOfTwo(exponent - half)
}

/// x no larger than `high` and no smaller than `low`; NaN stays.
@inline(__always)
func clamped<L: Lane>(_ x: L, _ low: Double, _ high: Double) -> L {
  let capped = L.select(L.isLess(L(high), x), L(high), x)
  return L.select(L.isLess(capped, L(low)), L(low), capped)
}

/// e^x, within 0.8 ulp.
package enum Exp: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let parts = ExponentialParts(clamped(x, -746, 710))
    return scaled(parts.sum(L(1)), byPowerOfTwo: parts.exponent)
  }
}

/// e^x - 1 without cancellation near 0, within 1.1 ulp.
package enum Expm1: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let parts = ExponentialParts(clamped(x, -50, 710))
    // Past 2^60 the one that is taken away no longer counts.
    let k = L.select(L.isLess(L(60), parts.exponent), L(60), parts.exponent)
    let sum = parts.sum(L(1) - L.powerOfTwo(-k))
    return scaled(sum, byPowerOfTwo: parts.exponent).withSign(of: x)
  }
}
