/// x^3.
package enum Cube: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { x * x * x }
}

/// x^4.
package enum FourthPower: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let square = x * x
    return square * square
  }
}

/// x^-2.
package enum ReciprocalSquare: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L { L(1) / (x * x) }
}

extension BinaryKernel {
  package static func withSecond(_ y: Double) -> (any UnaryKernel.Type)? { nil }
}

extension Power {
  /// The powers that few multiplications give, within 2 units in the last place.
  package static func withSecond(_ y: Double) -> (any UnaryKernel.Type)? {
    switch y {
    case 2: Square.self
    case 3: Cube.self
    case 4: FourthPower.self
    case -1: Reciprocal.self
    case -2: ReciprocalSquare.self
    default: nil
    }
  }
}
