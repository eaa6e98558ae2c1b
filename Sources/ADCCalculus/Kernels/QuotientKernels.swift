/// (e^x - 1) / x, and 1 at 0, within 2 ulp.
package enum Exprel: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    // Where e^x is infinite the quotient may not be.
    let isLarge = L.isLess(L(700), x)
    let half = Exp.evaluate(L(0.5) * x)
    let large = half / x * half
    let value = L.select(isLarge, large, Expm1.evaluate(x) / x)
    let ends = L.select(L.isEqual(x, L(.infinity)), x, value)
    return L.select(L.isEqual(x, L(0)), L(1), ends)
  }
}

/// log(1 + x) / x, and 1 at 0, within 2 ulp.
package enum Log1prel: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let value = Log1p.evaluate(x) / x
    let ends = L.select(L.isEqual(x, L(.infinity)), L(0), value)
    return L.select(L.isEqual(x, L(0)), L(1), ends)
  }
}

/// sin(x) / x, and 1 at 0, within 1.5 ulp.
package enum Sinc: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let ends = L.select(L.isEqual(x.magnitude, L(.infinity)), L(0), Sin.evaluate(x) / x)
    return L.select(L.isEqual(x, L(0)), L(1), ends)
  }
}

/// sinh(x) / x, and 1 at 0, within 2 ulp.
package enum Sinhc: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let y = x.magnitude
    let half = Exp.evaluate(L(0.5) * y)
    let large = L(0.5) * half / y * half
    let value = L.select(L.isLess(L(700), y), large, Sinh.evaluate(y) / y)
    let ends = L.select(L.isEqual(y, L(.infinity)), y, value)
    return L.select(L.isEqual(x, L(0)), L(1), ends)
  }
}

/// The integral of t^x (1 - t)^y e^(z t) over t from 0 to 1, for whole x and y.
package enum ExpMoment: TernaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L, _ y: L, _ z: L) -> L {
    x.mapped(with: y, z, Moments.exponential)
  }
}

/// The integral of t^x (1 - t)^y cosh(z t) over t from 0 to 1, for whole x and y.
package enum CoshMoment: TernaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L, _ y: L, _ z: L) -> L {
    x.mapped(with: y, z, Moments.hyperbolicCosine)
  }
}

/// The integral of t^x (1 - t)^y sinh(z t) over t from 0 to 1, for whole x and y.
package enum SinhMoment: TernaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L, _ y: L, _ z: L) -> L {
    x.mapped(with: y, z, Moments.hyperbolicSine)
  }
}

/// The integral of t^x (1 - t)^y cos(z t) over t from 0 to 1, for whole x and y.
package enum CosMoment: TernaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L, _ y: L, _ z: L) -> L {
    x.mapped(with: y, z, Moments.cosine)
  }
}

/// The integral of t^x (1 - t)^y sin(z t) over t from 0 to 1, for whole x and y.
package enum SinMoment: TernaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L, _ y: L, _ z: L) -> L {
    x.mapped(with: y, z, Moments.sine)
  }
}

/// The integral of t^x / (1 + y t)^(x + 1) over t from 0 to 1, for whole x.
package enum LogMoment: BinaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L, _ y: L) -> L {
    x.mapped(with: y, Moments.logarithmic)
  }
}
