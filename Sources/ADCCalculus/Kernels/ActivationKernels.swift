/// max(x, 0); NaN stays.
package enum Relu: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    L.select(L.isLessOrEqual(x, L(0)), L(0), x)
  }
}

/// 1 / (1 + e^-x), within 0.8 ulp on both sides; 1 ulp where it is subnormal.
package enum Sigmoid: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let (zero, one) = (L(0), L(1))
    let parts = ExponentialParts(clamped(-x.magnitude, -746, 0))
    let sum = parts.precise(one)
    let small = scaled(sum.head, byPowerOfTwo: parts.exponent)
    let tail = scaled(sum.tail, byPowerOfTwo: parts.exponent)
    let below = one + small
    let isNegative = L.isLess(x, zero)
    return quotient(
      L.select(isNegative, small, one), L.select(isNegative, tail, zero), below,
      ((one - below) + small) + tail)
  }
}

/// log(1 + e^x) = max(x, 0) + log(1 + e^-|x|), within 1.5 ulp on both sides.
package enum Softplus: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    // The exponential in the form of `Sigmoid`, with which native code shares it.
    let parts = ExponentialParts(clamped(-x.magnitude, -746, 0))
    let small = scaled(parts.sum(L(1)), byPowerOfTwo: parts.exponent)
    return Relu.evaluate(x) + logarithmOfOnePlus(small)
  }
}
