// Functions of singles: computed in double, with no more terms than a single shows.
// Before they are rounded, results are within 0.012 units of the last place of a single.

/// e^x as 2^exponent (1 + rest), for the x of singles in -151...151 or NaN.
///
/// The series of e^r to r^8 leaves out less than 2^-32 where |r| < 0.3466.
struct ShortExponential<L: Lane> {
  let exponent: L
  let rest: L
  /// e^-r - 1.
  let restOfInverse: L

  @inline(__always)
  init(_ x: L) {
    let shift = L(0x1.8p52)
    exponent = (x * L(0x1.71547652b82fep+0) + shift) - shift
    let r = x - exponent * L(0x1.62e42fefa39efp-1)
    let z = r * r
    var even = L(1.0 / 40_320) * z + L(1.0 / 720)
    var odd = L(1.0 / 5040) * z + L(1.0 / 120)
    even = even * z + L(1.0 / 24)
    odd = r * (odd * z + L(1.0 / 6))
    even = even * z + L(0.5)
    rest = r + z * (even + odd)
    restOfInverse = z * (even - odd) - r
  }

  @inline(__always)
  var value: L { (L(1) + rest) * L.powerOfTwo(exponent) }
}

/// log(1 + f) + k log 2 for 1 + f in [sqrt(1/2), sqrt(2)]: with s = f / (2 + f), the series of
/// 2 atanh(s) to s^11 leaves out less than 2^-34 of it.
@inline(__always)
private func shortLogarithm<L: Lane>(exponent k: L, fraction f: L) -> L {
  let s = f / (L(2) + f)
  let z = s * s
  var p = L(2.0 / 11)
  p = p * z + L(2.0 / 9)
  p = p * z + L(2.0 / 7)
  p = p * z + L(2.0 / 5)
  p = p * z + L(2.0 / 3)
  return k * L(0x1.62e42fefa39efp-1) + (s * L(2) + s * z * p)
}

extension Exp {
  package static var inSingle: any UnaryKernel.Type { ExpOfSingle.self }
}

/// e^x of singles.
package enum ExpOfSingle: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    ShortExponential(clamped(x, -110, 89)).value
  }
}

extension Tanh {
  package static var inSingle: any UnaryKernel.Type { TanhOfSingle.self }
}

/// The hyperbolic tangent of singles: e / (e + 2) for e = e^(2|x|) - 1, of e^|x| as in
/// `CoshOfSingle`, with which native code shares it.
package enum TanhOfSingle: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let parts = ShortExponential(clamped(x.magnitude, 0, 90))
    let unit = L.powerOfTwo(parts.exponent)
    let half = (unit - L(1)) + unit * parts.rest
    let e = half * (half + L(2))
    return (e / (e + L(2))).withSign(of: x)
  }
}

extension Cosh {
  package static var inSingle: any UnaryKernel.Type { CoshOfSingle.self }
}

/// The hyperbolic cosine of singles.
package enum CoshOfSingle: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let parts = ShortExponential(clamped(x.magnitude, 0, 90))
    let growing = (L(1) + parts.rest) * L.powerOfTwo(parts.exponent)
    return L(0.5) * (growing + (L(1) + parts.restOfInverse) * L.powerOfTwo(-parts.exponent))
  }
}

extension Sigmoid {
  package static var inSingle: any UnaryKernel.Type { SigmoidOfSingle.self }
}

/// 1 / (1 + e^-x) of singles.
package enum SigmoidOfSingle: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let small = ShortExponential(clamped(-x.magnitude, -110, 0)).value
    return L.select(L.isLess(x, L(0)), small, L(1)) / (L(1) + small)
  }
}

extension Softplus {
  package static var inSingle: any UnaryKernel.Type { SoftplusOfSingle.self }
}

/// log(1 + e^x) of singles.
package enum SoftplusOfSingle: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    // The exponential in the form of `Sigmoid`, with which native code shares it.
    let small = ShortExponential(clamped(-x.magnitude, -110, 0)).value
    let (sum, isHigh) = (L(1) + small, L.isLess(L(0.41421356), small))
    let fraction = L.select(isHigh, sum * L(0.5) - L(1), small)
    let exponent = L.select(isHigh, L(1), L(0))
    return Relu.evaluate(x) + shortLogarithm(exponent: exponent, fraction: fraction)
  }
}

extension Log {
  package static var inSingle: any UnaryKernel.Type { LogOfSingle.self }
}

/// The natural logarithm of singles, all of which are normal doubles.
package enum LogOfSingle: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let zero = L(0)
    let parts = balancedSplit(x)
    let value = shortLogarithm(exponent: parts.exponent, fraction: parts.significand - L(1))
    let atMostZero = L.select(L.isEqual(x, zero), L(-.infinity), L(.nan))
    let finite = L.select(L.isLessOrEqual(x, zero), atMostZero, value)
    return L.select(L.isLess(x, L(.infinity)), finite, x)
  }
}
