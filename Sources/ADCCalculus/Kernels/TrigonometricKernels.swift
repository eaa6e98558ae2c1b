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

/// Cosine of radians, within 0.8 ulp at any size.
package enum Cos: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    guarded(QuarterTurns(x, phase: 1).value, x, phase: 1) { $0.value }
  }
}

/// Tangent of radians, within 0.8 ulp at any size.
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
