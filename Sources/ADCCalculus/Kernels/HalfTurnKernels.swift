/// The sine of pi x, within 1 ulp; exact at whole and half numbers.
package enum Sinpi: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let value = QuarterTurns(halfTurns: x, phase: 0).value
    // Whole numbers are zeros of the sign of x.
    return L.select(L.isEqual(x, x.roundedToEven()), (x - x).withSign(of: x), value)
  }
}

/// The cosine of pi x, within 1 ulp; exact at whole and half numbers.
package enum Cospi: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    QuarterTurns(halfTurns: x.magnitude, phase: 1).value
  }
}

extension QuarterTurns {
  /// For pi x at any size: the reduction is exact. NaN for infinities.
  @inline(__always)
  init(halfTurns x: L, phase: Double) {
    let shift = L(0x1.8p52)
    let turn = x - L(2) * (L(0.5) * x).roundedToEven()
    let n = (L(2) * turn + shift) - shift
    let rest = Twofold(0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53) * (turn - L(0.5) * n)
    let turned = n + L(phase)
    let quadrant = turned - L(4) * ((turned * L(0.25) + L(0.125) + shift) - shift)
    self.init(r: rest.head, excess: -rest.tail, quadrant: quadrant)
  }
}
