internal import ADCPlatform

/// e^x.
package enum Exp: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.mapped(LibM.exp) }
}

/// e^x - 1, without cancellation near 0.
package enum Expm1: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.mapped(LibM.expm1) }
}
