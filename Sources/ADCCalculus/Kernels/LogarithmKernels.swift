internal import ADCPlatform

/// Natural logarithm; NaN below zero.
package enum Log: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.mapped(LibM.log) }
}

/// log(1 + x), without cancellation near 0.
package enum Log1p: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.mapped(LibM.log1p) }
}

/// Logarithm to base 2.
package enum Log2: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.mapped(LibM.log2) }
}

/// Logarithm to base 10.
package enum Log10: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.mapped(LibM.log10) }
}
