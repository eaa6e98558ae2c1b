internal import ADCPlatform

/// Sine of radians.
package enum Sin: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.mapped(LibM.sin) }
}

/// Cosine of radians.
package enum Cos: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.mapped(LibM.cos) }
}

/// Tangent of radians.
package enum Tan: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.mapped(LibM.tan) }
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
