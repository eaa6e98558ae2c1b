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

/// Inverse hyperbolic sine, within 0.6 ulp: log(1 + y) for y = x + x^2 / (1 + sqrt(1 + x^2)).
package enum Asinh: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let size = x.magnitude
    let isLarge = L.isLess(L(0x1p30), size)
    let isSmall = L.isLess(size, L(0x1p-28))
    let y = L.select(isLarge, L(0x1p30), L.select(isSmall, L(1), size))
    let square = Twofold(product: y, y)
    let growth = square / ((square + L(1)).squareRoot() + L(1)) + y
    let value = logarithm(growth, isLarge: isLarge, size).withSign(of: x)
    return L.select(isSmall, x, L.select(L.isLess(size, L(.infinity)), value, x))
  }

  /// log(1 + y), or log(2 x) where x is large.
  @inline(__always)
  static func logarithm<L: Lane>(_ y: Twofold<L>, isLarge: L.Mask, _ x: L) -> L {
    let sum = Twofold(sum: L(1), y.head)
    let near = Twofold(large: sum.head, small: sum.tail + y.tail)
    // The scale keeps products within bounds.
    let isHuge = L.isLess(L(0x1p900), x)
    let scaled = L.select(isHuge, x * L(0x1p-600), x)
    let logarithm = Twofold.select(isLarge, Twofold(scaled), near).shortLogarithm
    let count = L.select(isHuge, L(601), L.select(isLarge, L(1), L(0)))
    return (Twofold(0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56) * count + logarithm).rounded
  }
}

/// Inverse hyperbolic cosine, within 0.6 ulp: log(1 + y) for y = t + sqrt(t (t + 2)), t = x - 1;
/// NaN below 1.
package enum Acosh: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let isLarge = L.isLess(L(0x1p30), x)
    let isInside = L.isLess(L(1), x)
    let y = L.select(isLarge, L(0x1p30), L.select(isInside, x, L(2)))
    let t = Twofold(sum: y, L(-1))
    let growth = (t * (t + L(2))).squareRoot() + t
    let value = Asinh.logarithm(growth, isLarge: isLarge, x)
    let finite = L.select(L.isLess(x, L(.infinity)), value, x)
    return L.select(isInside, finite, L.select(L.isEqual(x, L(1)), L(0), L(.nan)))
  }
}

/// Inverse hyperbolic tangent, within 0.6 ulp: log(1 + 2 x / (1 - x)) / 2; NaN outside [-1, 1].
package enum Atanh: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let size = x.magnitude
    let isSmall = L.isLess(size, L(0x1p-28))
    let isInside = L.isLess(size, L(1))
    let y = L.select(isSmall, L(0.5), L.select(isInside, size, L(0.5)))
    let ratio = Twofold(y + y) / Twofold(sum: L(1), -y)
    let value = L(0.5) * Twofold.shortLogarithmOfOnePlus(ratio).rounded
    let edge = L.select(L.isEqual(size, L(1)), L(.infinity), L(.nan))
    let inside = L.select(isSmall, size, value)
    return L.select(isInside, inside, edge).withSign(of: x)
  }
}
