/// 2^x, within 0.8 ulp; exact at whole numbers.
package enum Exp2: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let shift = L(0x1.8p52)
    let limited = clamped(x, -1080, 1025)
    let k = (limited + shift) - shift
    let r = Twofold(0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56) * (limited - k)
    let parts = ExponentialParts(reduced: r.head, r.tail, exponent: k)
    return scaled(parts.sum(L(1)), byPowerOfTwo: k)
  }
}

/// 10^x, within 0.8 ulp; exact where that is a double.
package enum Exp10: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let shift = L(0x1.8p52)
    let limited = clamped(x, -325, 309)
    let k = (limited * L(0x1.a934f0979a371p+1) + shift) - shift
    // x log 10 - k log 2
    let r =
      Twofold(0x1.26bb1bbb55516p+1, -0x1.f48ad494ea3e9p-53) * limited
      - Twofold(0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56) * k
    let parts = ExponentialParts(reduced: r.head, r.tail, exponent: k)
    return scaled(parts.sum(L(1)), byPowerOfTwo: k)
  }
}
