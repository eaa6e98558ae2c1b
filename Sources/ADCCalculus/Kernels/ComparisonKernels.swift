@inline(__always)
private func truth<L: Lane>(_ mask: L.Mask) -> L { L.select(mask, L(1), L(0)) }

@inline(__always)
private func isTrue<L: Lane>(_ x: L) -> L.Mask { L.not(L.isEqual(x, L(0))) }

/// 1 where x < y, else 0.
package enum Less: BinaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L, _ y: L) -> L { truth(L.isLess(x, y)) }
}

/// 1 where x <= y, else 0.
package enum LessOrEqual: BinaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L, _ y: L) -> L { truth(L.isLessOrEqual(x, y)) }
}

/// 1 where x = y, else 0; NaN equals nothing.
package enum Equal: BinaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L, _ y: L) -> L { truth(L.isEqual(x, y)) }
}

/// 0 where x = y, else 1.
package enum NotEqual: BinaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L, _ y: L) -> L { truth(L.not(L.isEqual(x, y))) }
}

/// 1 where both are true, that is not zero; else 0.
package enum And: BinaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L, _ y: L) -> L {
    truth(L.and(isTrue(x), isTrue(y)))
  }
}

/// 1 where one or both are true, that is not zero; else 0.
package enum Or: BinaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L, _ y: L) -> L {
    truth(L.or(isTrue(x), isTrue(y)))
  }
}

/// 1 where x is zero, else 0.
package enum Not: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { truth(L.isEqual(x, L(0))) }
}

/// x where y is not zero, else NaN.
package enum Settled: BinaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L, _ y: L) -> L { L.select(isTrue(y), x, L(.nan)) }
}

/// y where x is true, that is not zero; else z. The other one has no influence, whatever it is.
package enum Select: TernaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L, _ y: L, _ z: L) -> L {
    L.select(isTrue(x), y, z)
  }
}
