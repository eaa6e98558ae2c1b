internal import ADCPlatform

/// Error function.
package enum Erf: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.mapped(LibM.erf) }
}

/// 1 - erf(x), without cancellation for large x.
package enum Erfc: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.mapped(LibM.erfc) }
}
