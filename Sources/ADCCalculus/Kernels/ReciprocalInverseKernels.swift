/// The angle in [0, pi] whose secant is x; NaN for |x| < 1.
package enum Asec: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    Atan2.evaluate(leg(x), L(1).withSign(of: x))
  }

  /// sqrt(x^2 - 1).
  @inline(__always)
  static func leg<L: Lane>(_ x: L) -> L {
    let y = x.magnitude
    return (y - L(1)).squareRoot() * (y + L(1)).squareRoot()
  }
}

/// The angle in [-pi/2, pi/2] whose cosecant is x; NaN for |x| < 1.
package enum Acsc: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    Atan2.evaluate(L(1).withSign(of: x), Asec.leg(x))
  }
}

/// The angle in (-pi/2, pi/2] whose cotangent is x, odd.
package enum Acot: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    Atan2.evaluate(L(1).withSign(of: x), x.magnitude)
  }
}

/// The inverse of 1/cosh, at least 0; NaN outside [0, 1].
package enum Asech: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    // Below 2^-500 it is log(2 / x).
    let isTiny = L.isLess(x, L(0x1p-500))
    let y = L.select(isTiny, L(0x1p-500), x)
    let t = (L(1) - y) / y
    let value = Log1p.evaluate(t + (t * (t + L(2))).squareRoot())
    let tiny = L(0x1.62e42fefa39efp-1) - Log.evaluate(x)
    return L.select(isTiny, tiny, value)
  }
}

/// The inverse of 1/sinh.
package enum Acsch: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let y = x.magnitude
    // Below 2^-500 it is log(2 / x).
    let tiny = L(0x1.62e42fefa39efp-1) - Log.evaluate(y)
    let inverse = Asinh.evaluate(L(1) / L.select(L.isLess(y, L(0x1p-500)), L(0x1p-500), y))
    return L.select(L.isLess(y, L(0x1p-500)), tiny, inverse).withSign(of: x)
  }
}

/// The inverse of 1/tanh; NaN inside (-1, 1).
package enum Acoth: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let y = x.magnitude
    return (L(0.5) * Log1p.evaluate(L(2) / (y - L(1)))).withSign(of: x)
  }
}
