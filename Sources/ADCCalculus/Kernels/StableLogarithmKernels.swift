/// log(e^x + e^y), without overflow.
package enum Logaddexp: BinaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L, _ y: L) -> L {
    let larger = Max.evaluate(x, y)
    let gap = (x - y).magnitude
    // Two infinities of one sign have no difference.
    let rest = L.select(
      L.isEqual(x, y), L(0x1.62e42fefa39efp-1), logarithmOfOnePlus(Exp.evaluate(-gap)))
    return L.select(L.isEqual(larger, L(-.infinity)), larger, larger + rest)
  }
}

/// log(1 - e^x) for negative x, within 2 ulp; -infinity at 0, NaN above (Maechler, 2012).
package enum Log1mexp: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    L.select(
      L.isLess(L(-0.6931471805599453), x), Log.evaluate(-Expm1.evaluate(x)),
      Log1p.evaluate(-Exp.evaluate(x)))
  }
}

/// log(x / (1 - x)), within 3 ulp; the zero at 1/2 is exact.
package enum Logit: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let one = L(1)
    // Between 1/4 and 3/4 log(1 + (2 x - 1) / (1 - x)), whose parts are exact.
    let near = Log1p.evaluate(L(2) * (x - L(0.5)) / (one - x))
    let far = Log.evaluate(x) - Log1p.evaluate(-x)
    return L.select(L.isLess((x - L(0.5)).magnitude, L(0.25)), near, far)
  }
}

/// log(cosh x), within 3 ulp.
package enum LogCosh: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let y = x.magnitude
    let sine = Sinh.evaluate(L(0.5) * clamped(y, 0, 1))
    let near = Log1p.evaluate(L(2) * sine * sine)
    let far = y + (logarithmOfOnePlus(Exp.evaluate(L(-2) * y)) - L(0x1.62e42fefa39efp-1))
    return L.select(L.isLess(y, L(1)), near, far)
  }
}

/// x log y, and 0 where x is 0.
package enum Xlogy: BinaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L, _ y: L) -> L {
    let value = x * Log.evaluate(y)
    return L.select(L.and(L.isEqual(x, L(0)), L.not(L.isNaN(y))), L(0), value)
  }
}

/// x log(1 + y), and 0 where x is 0.
package enum Xlog1py: BinaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L, _ y: L) -> L {
    let value = x * Log1p.evaluate(y)
    return L.select(L.and(L.isEqual(x, L(0)), L.not(L.isNaN(y))), L(0), value)
  }
}
