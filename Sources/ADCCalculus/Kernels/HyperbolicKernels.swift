internal import ADCPlatform

/// Hyperbolic sine, within 1.3 ulp.
package enum Sinh: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    // With e = e^|x| - 1 it is (e + e / (1 + e)) / 2; here e and 1 are in units of 2^k. Where x
    // is small the equal 2 e - e^2 / (1 + e) has the smaller term to round.
    let parts = ExponentialParts(clamped(x.magnitude, 0, 712))
    let k = parts.exponent
    let unit = L.powerOfTwo(-L.select(L.isLess(L(60), k), L(60), k))
    let e = parts.precise(L(1) - unit)
    let isSmall = L.isLess(e.head, unit)
    let factor = L.select(isSmall, L(2), L(1))
    let rest = L.select(isSmall, -e.head, unit) * e.head / (e.head + unit)
    let sum = factor * e.head + (factor * e.tail + rest)
    return scaled(sum, byPowerOfTwo: k - L(1)).withSign(of: x)
  }
}

/// Hyperbolic cosine, within 1 ulp.
package enum Cosh: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    // With e = e^|x| it is (e + 1/e) / 2; here e is in units of 2^k.
    let parts = ExponentialParts(clamped(x.magnitude, 0, 712))
    let k = parts.exponent
    let unit = L.powerOfTwo(-L.select(L.isLess(L(60), k), L(60), k))
    let e = parts.precise(L(1))
    let sum = e.head + (e.tail + unit * unit / e.head)
    return scaled(sum, byPowerOfTwo: k - L(1))
  }
}

/// Hyperbolic tangent, within 0.8 ulp.
package enum Tanh: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    // At 22 the result has rounded to 1; with e = e^(-2|x|) - 1 it is -e / (2 + e).
    let parts = ExponentialParts(clamped(L(-2) * x.magnitude, -44, 0))
    let scale = L.powerOfTwo(parts.exponent)
    let growth = L.powerOfTwo(-parts.exponent)
    let offset = L(1) - growth
    let sum = parts.precise(offset)
    let (e, tail) = (sum.head * scale, (sum.tail + (L(1) - (offset + growth))) * scale)
    let two = L(2)
    let below = two + e
    return quotient(e, tail, below, ((two - below) + e) + tail).withSign(of: x)
  }
}

/// Inverse hyperbolic sine.
package enum Asinh: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.mapped(LibM.asinh) }
}

/// Inverse hyperbolic cosine; NaN below 1.
package enum Acosh: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.mapped(LibM.acosh) }
}

/// Inverse hyperbolic tangent; NaN outside [-1, 1].
package enum Atanh: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.mapped(LibM.atanh) }
}
