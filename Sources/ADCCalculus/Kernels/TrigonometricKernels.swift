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

/// Arc sine, within 0.8 ulp: the angle of the point (sqrt(1 - x^2), x); NaN outside [-1, 1].
package enum Asin: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let size = x.magnitude
    let other = leg(size)
    let angle = Atan.angle(Twofold(size), over: other)
    let isTiny = L.isLess(size, L(0x1p-30))
    return L.select(isTiny, x, angle.rounded.withSign(of: x))
  }

  /// sqrt(1 - x^2), at least 2^-100; NaN for x > 1.
  @inline(__always)
  static func leg<L: Lane>(_ x: L) -> Twofold<L> {
    let square = Twofold(sum: L(1), -x) * Twofold(sum: L(1), x)
    let isOne = L.isEqual(x, L(1))
    return Twofold(
      L.select(isOne, L(0x1p-200), square.head), L.select(isOne, L(0), square.tail)
    ).squareRoot()
  }
}

/// Arc cosine, within 0.8 ulp: the angle of the point (x, sqrt(1 - x^2)); NaN outside [-1, 1].
package enum Acos: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let size = x.magnitude
    let isTiny = L.isLess(size, L(0x1p-60))
    let angle = Atan.angle(
      Asin.leg(size), over: Twofold(L.select(isTiny, L(0x1p-60), size)))
    let turned = Twofold(0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53) - angle
    let value = Twofold.select(L.isLess(x, L(0)), turned, angle).rounded
    let known = L.select(isTiny, L(0x1.921fb54442d18p+0), value)
    return L.select(L.isEqual(x, L(1)), L(0), known)
  }
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

  /// The angle in 0...pi/2 of the point (x, y) for x > 0 and y from 0, in twofold arithmetic.
  @inline(__always)
  static func angle<L: Lane>(_ y: Twofold<L>, over x: Twofold<L>) -> Twofold<L> {
    let zero = L(0)
    let isMiddle = L.isLess(L(0x1.a827999fcef32p-2) * x.head, y.head)
    let isHigh = L.isLess(L(0x1.3504f333f9de6p+1) * x.head, y.head)
    let (difference, sum) = (y - x, y + x)
    let above = Twofold.select(isHigh, -x, Twofold.select(isMiddle, difference, y))
    let below = Twofold.select(isHigh, y, Twofold.select(isMiddle, sum, x))
    let terms = quotientTerms(above.head, above.tail, below.head, below.tail)
    let t = terms.head + terms.rest
    let tail = (terms.head - t) + terms.rest
    let base = Twofold.select(
      isHigh, Twofold(0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54),
      Twofold.select(
        isMiddle, Twofold(0x1.921fb54442d18p-1, 0x1.1a62633145c07p-55), Twofold(zero)))
    let head = Twofold(large: base.head, small: t)
    let start = L.select(isMiddle, head.head, t)
    let rest = L.select(isMiddle, head.tail, zero)
    return Twofold(
      large: start, small: rest + (base.tail + (tail + t * t * t * series(t * t))))
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

/// The angle of the point (y, x), within 0.8 ulp: the first operand is the ordinate.
package enum Atan2: BinaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L, _ y: L) -> L {
    let (up, across) = (x.magnitude, y.magnitude)
    let (zero, infinity) = (L(0), L(.infinity))
    let larger = L.select(L.isLess(up, across), across, up)
    // Powers of two that keep products and quotients within bounds.
    let isLarge = L.isLess(L(0x1p500), larger)
    let isSmall = L.isLess(larger, L(0x1p-500))
    let scale = L.select(isLarge, L(0x1p-600), L.select(isSmall, L(0x1p600), L(1)))
    let ends = L.and(L.isEqual(up, infinity), L.isEqual(across, infinity))
    let isFlat = L.isEqual(larger, zero)
    let v = L.select(ends, L(1), up * scale)
    let u = L.select(ends, L(1), L.select(isFlat, L(1), across * scale))
    // Beyond these the quotient or its inverse counts no more.
    let isSteep = L.isLess(u * L(0x1p70), v)
    let isShallow = L.isLess(v, u * L(0x1p-300))
    let safe = L.or(isSteep, isShallow)
    let acute = angle(
      Twofold(L.select(safe, L(1), v)), over: Twofold(L.select(safe, L(1), u)))
    let half = Twofold<L>(0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54)
    let shallow = Twofold(v / u)
    let first = Twofold.select(isSteep, half, Twofold.select(isShallow, shallow, acute))
    let isLeft = L.isLess(L(1).withSign(of: y), zero)
    let turned = Twofold(0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53) - first
    let value = L.select(isLeft, turned.rounded, first.rounded).withSign(of: x)
    return L.select(L.or(L.isNaN(x), L.isNaN(y)), x + y, value)
  }

  @inline(__always)
  private static func angle<L: Lane>(_ y: Twofold<L>, over x: Twofold<L>) -> Twofold<L> {
    Atan.angle(y, over: x)
  }
}
