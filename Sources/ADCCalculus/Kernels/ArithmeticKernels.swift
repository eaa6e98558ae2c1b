/// -x.
package enum Negate: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { -x }
}

/// |x|.
package enum Abs: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.magnitude }
}

/// -1, 0 or 1; zeros keep their sign and NaN stays.
package enum Sign: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let zero = L(0)
    let nonzero = L.or(L.isLess(x, zero), L.isLess(zero, x))
    return L.select(nonzero, L(1).withSign(of: x), x)
  }
}

/// x^2.
package enum Square: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x * x }
}

/// 1/x.
package enum Reciprocal: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { L(1) / x }
}

/// 1/x, and 0 at 0.
package enum InverseLength: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    L.select(L.isEqual(x, L(0)), x, L(1) / x)
  }
}

/// x + y.
package enum Add: BinaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L, _ y: L) -> L { x + y }
}

/// x - y.
package enum Subtract: BinaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L, _ y: L) -> L { x - y }
}

/// x y.
package enum Multiply: BinaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L, _ y: L) -> L { x * y }
}

/// x / y.
package enum Divide: BinaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L, _ y: L) -> L { x / y }
}

/// sqrt(x^2 + y^2) without overflow or underflow, within 0.6 ulp; infinite where either is.
package enum Hypot: BinaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L, _ y: L) -> L {
    let (a, b) = (x.magnitude, y.magnitude)
    let larger = L.select(L.isLess(a, b), b, a)
    let isLarge = L.isLess(L(0x1p400), larger)
    let isSmall = L.isLess(larger, L(0x1p-400))
    let scale = L.select(isLarge, L(0x1p-600), L.select(isSmall, L(0x1p600), L(1)))
    let back = L.select(isLarge, L(0x1p600), L.select(isSmall, L(0x1p-600), L(1)))
    let (u, v) = (a * scale, b * scale)
    let sum = Twofold(product: u, u) + Twofold(product: v, v)
    let isZero = L.isEqual(larger, L(0))
    let root = Twofold(L.select(isZero, L(1), sum.head), sum.tail).squareRoot().rounded
    let value = L.select(isZero, a + b, root * back)
    let infinity = L(.infinity)
    return L.select(L.or(L.isEqual(a, infinity), L.isEqual(b, infinity)), infinity, value)
  }
}

/// The smaller one; NaN where either is.
package enum Min: BinaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L, _ y: L) -> L {
    L.select(L.or(L.isLess(x, y), L.isNaN(x)), x, y)
  }
}

/// The larger one; NaN where either is.
package enum Max: BinaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L, _ y: L) -> L {
    L.select(L.or(L.isLess(y, x), L.isNaN(x)), x, y)
  }
}
