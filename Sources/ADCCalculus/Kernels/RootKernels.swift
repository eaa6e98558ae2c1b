/// Square root, correctly rounded; NaN below zero.
package enum Sqrt: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.squareRoot() }
}

/// Real cube root, of negative numbers too, within 0.7 ulp; exact for exact cubes.
///
/// A minimax fit of the root of the significand to 16 bits, one step of Halley's method, and a
/// last step from 26 bits, whose square is exact (Kahan; FreeBSD's cbrt).
package enum Cbrt: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let size = x.magnitude
    let isSubnormal = L.isLess(size, L(0x1p-1022))
    let parts = L.splitExponent(L.select(isSubnormal, size * L(0x1p54), size))
    let shift = L(0x1.8p52)
    let third = ((parts.exponent - L(1)) * L(1.0 / 3) + shift) - shift
    let rest = parts.exponent - L(3) * third
    let m = parts.significand
    var p = L(-0x1.5b7802a0aef18p-7)
    p = p * m + L(0x1.60a161aadeb5bp-4)
    p = p * m + L(-0x1.33d38d5397a99p-2)
    p = p * m + L(0x1.6fb1e42766d5bp-1)
    p = p * m + L(0x1.0392cb48f435ep-1)
    let (one, two) = (L(1), L(2))
    let factor = L.select(
      L.isEqual(rest, one), L(0x1.428a2f98d728bp+0),
      L.select(L.isEqual(rest, two), L(0x1.965fea53d6e3dp+0), one))
    let value = cubeRoot(m * L.powerOfTwo(rest), near: p * factor)
    let scale = L.powerOfTwo(third - L.select(isSubnormal, L(18), L(0)))
    let result = (value * scale).withSign(of: x)
    let isOrdinary = L.and(L.isLess(L(0), size), L.isLess(size, L(.infinity)))
    return L.select(isOrdinary, result, x)
  }

  @inline(__always)
  private static func cubeRoot<L: Lane>(_ z: L, near guess: L) -> L {
    let cube = guess * guess * guess
    let y = leadingHalf(guess * ((cube + L(2) * z) / (L(2) * cube + z)))
    let ratio = z / (y * y)
    return y + y * ((ratio - y) / (L(2) * y + ratio))
  }
}
