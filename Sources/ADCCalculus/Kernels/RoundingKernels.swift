/// The largest integer not above x.
package enum Floor: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.roundedDown() }
}

/// The smallest integer not below x.
package enum Ceil: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.roundedUp() }
}

/// The nearest integer, halves to even.
package enum Round: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.roundedToEven() }
}

/// 1 for x > 0, else 0: at 0 and at NaN too.
package enum Step: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    L.select(L.isLess(L(0), x), L(1), L(0))
  }
}
