/// Gamma function, within 2 ulp; NaN at negative integers.
package enum Gamma: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.mapped(GammaFunction.value) }
}

/// log |gamma(x)|, within 3 ulp; near a zero that is no double, 3 units of x times the slope.
package enum Lgamma: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.mapped(GammaFunction.logarithm) }
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
