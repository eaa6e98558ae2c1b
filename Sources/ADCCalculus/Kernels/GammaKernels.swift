internal import ADCPlatform

/// Gamma function; NaN at negative integers.
package enum Gamma: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.mapped(LibM.tgamma) }
}

/// log |gamma(x)|.
package enum Lgamma: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.mapped(LibM.lgamma) }
}

/// Derivative of `Lgamma`.
package enum Digamma: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.mapped(Polygamma.digamma) }
}

/// Derivative of `Digamma`.
package enum Trigamma: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.mapped(Polygamma.trigamma) }
}

/// The derivative of `Digamma` of order x at y; NaN unless the order is an integer from 0.
package enum Polygamma: BinaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L, _ y: L) -> L {
    x.mapped(with: y, Polygamma.value)
  }
}
