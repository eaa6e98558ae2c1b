internal import ADCPlatform

/// `value` where |x| is within the vector reduction's range, else one lane at a time from the
/// exact reduction; NaN for infinities.
@inline(__always)
private func guarded<L: Lane>(
  _ value: L, _ x: L, phase: Double, _ function: (QuarterTurns<Double>) -> Double
) -> L {
  let isFar = L.not(L.isLess(x.magnitude, L(QuarterTurns<L>.limit)))
  guard L.any(isFar) else { return value }
  let far = x.mapped { x in
    guard x.isFinite, x.magnitude >= QuarterTurns<Double>.limit else { return .nan }
    return function(QuarterTurns(far: x, phase: phase))
  }
  return L.select(isFar, far, value)
}

/// Sine of radians, within 0.8 ulp at any size.
package enum Sin: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    guarded(QuarterTurns(x, phase: 0).value, x, phase: 0) { $0.value }
  }
}

extension Sin {
  package static func together(with other: any UnaryKernel.Type) -> (any PairKernel.Type)? {
    other == Cos.self ? SineAndCosine.self : nil
  }
}

extension Cos {
  package static func together(with other: any UnaryKernel.Type) -> (any PairKernel.Type)? {
    other == Sin.self ? CosineAndSine.self : nil
  }
}

/// Sine and cosine of one angle.
package enum SineAndCosine: PairKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> (L, L) {
    let (sine, cosine) = QuarterTurns(x, phase: 0).sineAndCosine
    let isFar = L.not(L.isLess(x.magnitude, L(QuarterTurns<L>.limit)))
    guard L.any(isFar) else { return (sine, cosine) }
    return (
      L.select(isFar, x.mapped { Sin.evaluate($0) }, sine),
      L.select(isFar, x.mapped { Cos.evaluate($0) }, cosine)
    )
  }
}

/// Cosine and sine of one angle.
package enum CosineAndSine: PairKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> (L, L) {
    let (sine, cosine) = SineAndCosine.evaluate(x)
    return (cosine, sine)
  }
}

/// Cosine of radians, within 0.8 ulp at any size.
package enum Cos: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    guarded(QuarterTurns(x, phase: 1).value, x, phase: 1) { $0.value }
  }
}

/// Tangent of radians, within 0.9 ulp at any size.
package enum Tan: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let value = tangent(QuarterTurns(x, phase: 0))
    // The quotient loses the sign of zero.
    return guarded(L.select(L.isEqual(x, L(0)), x, value), x, phase: 0) { tangent($0) }
  }

  @inline(__always)
  private static func tangent<L: Lane>(_ turns: QuarterTurns<L>) -> L {
    let sine = headAndTail(turns.sineTerms)
    let cosine = headAndTail(turns.cosineTerms)
    let isOdd = turns.isOdd
    return quotient(
      L.select(isOdd, -cosine.head, sine.head), L.select(isOdd, -cosine.tail, sine.tail),
      L.select(isOdd, sine.head, cosine.head), L.select(isOdd, sine.tail, cosine.tail))
  }

  @inline(__always)
  private static func headAndTail<L: Lane>(_ terms: (L, L)) -> (head: L, tail: L) {
    let head = terms.0 - terms.1
    return (head, (terms.0 - head) - terms.1)
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

/// Arc tangent, within 0.7 ulp.
///
/// About 0, 1 or infinity, whichever tangent is nearest: atan x = b + atan t with t = x,
/// (x - 1) / (x + 1) or -1 / x. The polynomial is a minimax fit of (atan t / t - 1) / t^2 for
/// |t| < tan(pi/8) with error below 2^-59.
package enum Atan: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let (zero, one) = (L(0), L(1))
    let n = clamped(x.magnitude, 0, 0x1p60)
    let isMiddle = L.isLess(L(0x1.a827999fcef32p-2), n)
    let isHigh = L.isLess(L(0x1.3504f333f9de6p+1), n)
    let (difference, sum) = (n - one, n + one)
    let terms = quotientTerms(
      L.select(isHigh, L(-1), L.select(isMiddle, difference, n)),
      L.select(isHigh, zero, L.select(isMiddle, n - (difference + one), zero)),
      L.select(isHigh, n, L.select(isMiddle, sum, one)),
      L.select(isHigh, zero, L.select(isMiddle, n - (sum - one), zero)))
    let t = terms.head + terms.rest
    let tail = (terms.head - t) + terms.rest
    let base = L.select(
      isHigh, L(0x1.921fb54442d18p+0), L.select(isMiddle, L(0x1.921fb54442d18p-1), zero))
    let rest =
      tail + t * t * t * series(t * t) + base * L(0x1.1a62633145c07p-54 / 0x1.921fb54442d18p+0)
    let head = base + t
    return (head + (((base - head) + t) + rest)).withSign(of: x)
  }

  @inline(__always)
  private static func series<L: Lane>(_ z: L) -> L {
    let w = z * z
    var even = L(-0x1.26d20a4a547f3p-6)
    var odd = L(0x1.38841d6d9a880p-5)
    even = even * w + L(-0x1.9d1c0cb6f3badp-5)
    odd = odd * w + L(0x1.df20c4277e26ap-5)
    even = even * w + L(-0x1.10ed04c03081ap-4)
    odd = odd * w + L(0x1.3b11390a09c1ep-4)
    even = even * w + L(-0x1.745cfad805fc8p-4)
    odd = odd * w + L(0x1.c71c70f9e0364p-4)
    even = even * w + L(-0x1.24924922e7a38p-3)
    odd = odd * w + L(0x1.999999999636dp-3)
    even = even * w + L(-0x1.5555555555543p-2)
    return even + z * odd
  }
}

/// The angle of the point (y, x): the first operand is the ordinate.
package enum Atan2: BinaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L, _ y: L) -> L { x.mapped(with: y, LibM.atan2) }
}
