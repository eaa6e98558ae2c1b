/// Error function, within 2 ulp: x times a minimax fit in x^2 below 1, then 1 - erfc.
package enum Erf: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let y = x.magnitude
    let far = (L(1) - Erfc.beyondHalf(y)).withSign(of: x)
    return L.select(L.isLess(y, L(1)), near(x), far)
  }

  /// For |x| up to 1.
  @inline(__always)
  static func near<L: Lane>(_ x: L) -> L {
    let p = polynomial(
      [
        0x1.06eba8214db69p-3, -0x1.812746b0379e7p-2, 0x1.ce2f21a042be2p-4, -0x1.b82ce31288b47p-6,
        0x1.565bcd0e6a2eep-8, -0x1.c02db40035f1ep-11, 0x1.f9a326f7ac5b1p-14,
        -0x1.f4d25bf9af03ap-17, 0x1.b9e6c38e5cf3dp-20, -0x1.5f73c3bf14b91p-23,
        0x1.fcbb312b48443p-27, -0x1.517ce02f1265fp-30, 0x1.9a0fcb5e22c5bp-34,
        -0x1.b40e7abf9f000p-38, 0x1.3c01fd3a74542p-42,
      ], x * x)
    return x + x * p
  }
}

/// 1 - erf(x) without cancellation for large x, within 4 ulp.
package enum Erfc: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let far = beyondHalf(x.magnitude)
    let value = L.select(L.isLess(x, L(0)), L(2) - far, far)
    return L.select(L.isLess(x.magnitude, L(0.5)), L(1) - Erf.near(x), value)
  }

  /// For x from 1/2.
  @inline(__always)
  static func beyondHalf<L: Lane>(_ x: L) -> L {
    let limited = L.select(L.isLess(L(30), x), L(30), x)
    return exponentialOfSquare(limited, Erfcx.positive(limited), sign: -1)
  }

  /// e^(±x^2) times a factor, for x up to 30: what rounding takes from the square counts.
  @inline(__always)
  static func exponentialOfSquare<L: Lane>(_ x: L, _ factor: L, sign: Double) -> L {
    let square = Twofold(product: x, x)
    let parts = ExponentialParts(clamped(L(sign) * square.head, -1000, 1000))
    let growth = parts.sum(L(1))
    let value = growth + growth * (L(sign) * square.tail)
    return scaled(value * factor, byPowerOfTwo: parts.exponent)
  }
}

/// e^(x^2) erfc(x), within 4 ulp.
///
/// (1 + 2 x) e^(x^2) erfc(x) as a Chebyshev fit in (x - 15/4) / (x + 15/4), the variable of
/// Shepherd and Laframboise (1981), with error below 2^-65; below 0 by 2 e^(x^2) - erfcx(-x).
package enum Erfcx: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let y = x.magnitude
    let right = positive(y)
    let limited = L.select(L.isLess(L(30), y), L(30), y)
    let isNear = L.isLess(y, L(0.5))
    let growth = Erfc.exponentialOfSquare(
      limited, L.select(isNear, L(1) - Erf.near(x), L(2)), sign: 1)
    let far = L.select(L.isLess(x, L(0)), growth - right, right)
    return L.select(isNear, growth, far)
  }

  /// For x from 0.
  @inline(__always)
  static func positive<L: Lane>(_ x: L) -> L {
    let isHuge = L.isLess(L(0x1p60), x)
    let y = L.select(isHuge, L(0x1p60), x)
    let t = (y - L(3.75)) / (y + L(3.75))
    let p = polynomial(
      [
        0x1.3ccda0b5d5dc2p+0, -0x1.1f367683f89a7p-3, 0x1.d5f2948159d05p-9, 0x1.510169d096804p-4,
        -0x1.bda9309a28840p-4, 0x1.7a14188a99b07p-4, -0x1.e0d0fa6e022f8p-5, 0x1.d0b0037dcd6c5p-6,
        -0x1.3f603c335c39dp-7, 0x1.cc3a0e217c035p-10, 0x1.33fb24146d355p-12,
        -0x1.303f9d7ddb8e0p-12, 0x1.b1445581813c2p-15, 0x1.778a23afca841p-16,
        -0x1.800948a059af4p-17, -0x1.05248f46ef702p-20, 0x1.d6c47f271491ap-20,
        -0x1.f4b1474b3171fp-25, -0x1.18f6fc087ea2cp-22, 0x1.a1aebc9f1ba09p-26,
        0x1.655dc0e1d30d9p-25, -0x1.2e10fc60f6926p-28, -0x1.e5e339cadc154p-28,
        0x1.2701e6b5daa9dp-31, 0x1.466f29b9dbb69p-30, -0x1.c9b6a07790a64p-36,
        -0x1.6a3133d0de07cp-33, -0x1.813f122dccbbdp-38, 0x1.caf5e499a5675p-37,
        0x1.1a33b48ee3214p-40,
      ], t)
    return L.select(isHuge, L(0x1.20dd750429b6dp-1) / x, p / (L(1) + L(2) * y))
  }
}

/// The distribution function of the standard normal distribution, within 4 ulp.
package enum NormalDistribution: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    // erfc(y) / 2 at y = |x| / sqrt(2), but with the exponential of x^2 / 2 itself.
    let size = L.select(L.isLess(L(40), x.magnitude), L(40), x.magnitude)
    let y = size * L(0x1.6a09e667f3bcdp-1)
    let far =
      Erfc.exponentialOfHalfSquare(size, L(0.5) * Erfcx.positive(y))
    let near = L(0.5) + L(0.5) * Erf.near(x * L(0x1.6a09e667f3bcdp-1))
    let value = L.select(L.isLess(L(0), x), L(1) - far, far)
    return L.select(L.isLess(y, L(0.5)), near, value)
  }
}

/// The density of the standard normal distribution, within 2 ulp.
package enum NormalDensity: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let size = L.select(L.isLess(L(40), x.magnitude), L(40), x.magnitude)
    return Erfc.exponentialOfHalfSquare(size, L(0x1.9884533d43651p-2))
  }
}

extension Erfc {
  /// e^(-x^2 / 2) times a factor, for x from 0 to 40.
  @inline(__always)
  static func exponentialOfHalfSquare<L: Lane>(_ x: L, _ factor: L) -> L {
    let square = Twofold(product: x, x)
    let parts = ExponentialParts(clamped(L(-0.5) * square.head, -1000, 0))
    let growth = parts.sum(L(1))
    let value = growth - growth * (L(0.5) * square.tail)
    return scaled(value * factor, byPowerOfTwo: parts.exponent)
  }
}
