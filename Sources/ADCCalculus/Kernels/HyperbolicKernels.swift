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

/// Hyperbolic tangent.
package enum Tanh: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.mapped(LibM.tanh) }
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
