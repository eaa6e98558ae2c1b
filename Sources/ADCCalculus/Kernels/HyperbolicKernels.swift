internal import ADCPlatform

/// Hyperbolic sine.
package enum Sinh: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.mapped(LibM.sinh) }
}

/// Hyperbolic cosine.
package enum Cosh: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.mapped(LibM.cosh) }
}

/// Hyperbolic tangent, within 0.6 ulp.
package enum Tanh: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    // At 22 the result has rounded to 1; with e = e^(-2|x|) - 1 it is -e / (2 + e).
    let parts = ExponentialParts(clamped(L(-2) * x.magnitude, -44, 0))
    let scale = L.powerOfTwo(parts.exponent)
    let growth = L.powerOfTwo(-parts.exponent)
    let offset = L(1) - growth
    let sum = parts.precise(offset)
    let (e, tail) = (sum.head * scale, (sum.tail + (L(1) - (offset + growth))) * scale)
    let two = L(2)
    let below = two + e
    return quotient(e, tail, below, ((two - below) + e) + tail).withSign(of: x)
  }
}

/// Inverse hyperbolic sine.
package enum Asinh: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.mapped(LibM.asinh) }
}

/// Inverse hyperbolic cosine; NaN below 1.
package enum Acosh: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.mapped(LibM.acosh) }
}

/// Inverse hyperbolic tangent; NaN outside [-1, 1].
package enum Atanh: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.mapped(LibM.atanh) }
}
