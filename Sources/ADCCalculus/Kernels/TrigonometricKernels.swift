internal import ADCPlatform

/// x less the nearest multiple of pi/2, as r + tail, and the multiple modulo 4.
///
/// Cody and Waite's reduction with pi/2 in pieces of 37, 37 and 53 bits: for |x| < `limit` the
/// products with the multiple are exact, and the error is below 2^-112, under 2^-55 of the
/// smallest remainder there is.
private struct QuarterTurns<L: Lane> {
  static var limit: Double { 100_000 }

  let r: L
  let tail: L
  /// A number from the quarter turns n: shifted by `phase`, -2...1.
  let quadrant: L

  /// Sine is phase 0, cosine phase 1.
  @inline(__always)
  init(_ x: L, phase: Double) {
    let shift = L(0x1.8p52)
    let n = (x * L(0x1.45f306dc9c882p-1) + shift) - shift
    let first = x - n * L(0x1.921fb54440000p+0)
    let second = n * L(0x1.68c234c4c0000p-39)
    let high = first - second
    let back = first - high
    let error = (first - (high + back)) + (back - second)
    let low = error - n * L(0x1.98a2e03707344p-77)
    r = high + low
    tail = (high - r) + low
    let turned = n + L(phase)
    quadrant = turned - L(4) * ((turned * L(0.25) + L(0.125) + shift) - shift)
  }

  /// The sine of r + tail as two numbers to add; relative error below 2^-57.
  @inline(__always)
  var sineTerms: (L, L) {
    let z = r * r
    var p = L(0x1.5d9c3b4c30c89p-33)
    p = p * z + L(-0x1.ae5e8a78c2cabp-26)
    p = p * z + L(0x1.71de35ad69c7ap-19)
    p = p * z + L(-0x1.a01a019c5b654p-13)
    p = p * z + L(0x1.111111110fb58p-7)
    p = p * z + L(-0x1.555555555554bp-3)
    return (r, r * z * p + tail * (L(1) - L(0.5) * z))
  }

  @inline(__always)
  var cosineTerms: (L, L) {
    let z = r * r
    var p = L(-0x1.8fff89f97e310p-37)
    p = p * z + L(0x1.1eea91848a27ap-29)
    p = p * z + L(-0x1.27e4f90d4e175p-22)
    p = p * z + L(0x1.a01a019e31f26p-16)
    p = p * z + L(-0x1.6c16c16c16208p-10)
    p = p * z + L(0x1.5555555555554p-5)
    let half = L(0.5) * z
    let main = L(1) - half
    return (main, ((L(1) - main) - half) + (z * z * p - r * tail))
  }

  @inline(__always)
  var isOdd: L.Mask { L.isEqual(quadrant.magnitude, L(1)) }

  /// The sine of the whole turn.
  @inline(__always)
  var value: L {
    let (sine, cosine) = (sineTerms, cosineTerms)
    let value = L.select(isOdd, cosine.0, sine.0) + L.select(isOdd, cosine.1, sine.1)
    return L.select(L.isLess(quadrant, L(0)), -value, value)
  }
}

/// `value` where |x| is within the reduction's range, else the platform's function.
@inline(__always)
private func guarded<L: Lane>(_ value: L, _ x: L, _ platform: (Double) -> Double) -> L {
  let isFar = L.not(L.isLess(x.magnitude, L(QuarterTurns<L>.limit)))
  guard L.any(isFar) else { return value }
  return L.select(isFar, x.mapped(platform), value)
}

/// `value`, but x itself where that is nearer, which keeps the sign of zero.
@inline(__always)
private func exactWhereTiny<L: Lane>(_ value: L, _ x: L) -> L {
  L.select(L.isLess(x.magnitude, L(0x1p-28)), x, value)
}

/// Sine of radians, within 0.8 ulp at any size.
package enum Sin: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    guarded(exactWhereTiny(QuarterTurns(x, phase: 0).value, x), x, LibM.sin)
  }
}

/// Cosine of radians, within 0.8 ulp at any size.
package enum Cos: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    guarded(QuarterTurns(x, phase: 1).value, x, LibM.cos)
  }
}

@inline(__always)
private func headAndTail<L: Lane>(_ terms: (L, L)) -> (head: L, tail: L) {
  let head = terms.0 + terms.1
  return (head, (terms.0 - head) + terms.1)
}

/// Tangent of radians, within 0.8 ulp at any size.
package enum Tan: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let turns = QuarterTurns(x, phase: 0)
    let sine = headAndTail(turns.sineTerms)
    let cosine = headAndTail(turns.cosineTerms)
    let isOdd = turns.isOdd
    let value = quotient(
      L.select(isOdd, -cosine.head, sine.head), L.select(isOdd, -cosine.tail, sine.tail),
      L.select(isOdd, sine.head, cosine.head), L.select(isOdd, sine.tail, cosine.tail))
    return guarded(exactWhereTiny(value, x), x, LibM.tan)
  }
}

/// Arc sine; NaN outside [-1, 1].
package enum Asin: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.mapped(LibM.asin) }
}

/// Arc cosine; NaN outside [-1, 1].
package enum Acos: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.mapped(LibM.acos) }
}

/// Arc tangent.
package enum Atan: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.mapped(LibM.atan) }
}

/// The angle of the point (y, x): the first operand is the ordinate.
package enum Atan2: BinaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L, _ y: L) -> L { x.mapped(with: y, LibM.atan2) }
}
