internal import ADCPlatform

/// x - y n, with n the quotient rounded towards zero: the sign of x; exact.
package enum Rem: BinaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L, _ y: L) -> L { x.mapped(with: y, LibM.fmod) }
}

/// x - y n, with n the quotient rounded down: the sign of y.
package enum Mod: BinaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L, _ y: L) -> L {
    let rest = Rem.evaluate(x, y)
    let zero = L(0)
    let isOther = L.or(
      L.and(L.isLess(rest, zero), L.isLess(zero, y)),
      L.and(L.isLess(zero, rest), L.isLess(y, zero)))
    return L.select(isOther, rest + y, rest)
  }
}

/// The magnitude of x with the sign of y.
package enum Copysign: BinaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L, _ y: L) -> L { x.withSign(of: y) }
}

/// The number without its fraction.
package enum Trunc: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x.magnitude.roundedDown().withSign(of: x) }
}

/// x y + z, rounded once.
package enum FusedMultiplyAdd: TernaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L, _ y: L, _ z: L) -> L {
    x.mapped(with: y, z) { $2.addingProduct($0, $1) }
  }
}

/// x itself.
package enum Identity: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x }
}

/// 1 for NaN, else 0.
package enum IsNotANumber: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { L.select(L.isNaN(x), L(1), L(0)) }
}

/// 1 for numbers that are neither infinite nor NaN, else 0.
package enum IsFinite: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    L.select(L.isLess(x.magnitude, L(.infinity)), L(1), L(0))
  }
}
