/// Logarithms to as many bits as kernels need: by the series of the inverse hyperbolic tangent,
/// log(1 + f) = 2 atanh(f/(2 + f)), its leading terms in twofold arithmetic; or by Newton's method.
extension Twofold {
  /// f/(2 + f) for f this, between -0.3 and 0.42.
  @inline(__always)
  private var tangent: Self {
    let below = Self(large: L(2), small: head)
    let first = head / below.head
    let product = Self(product: first, below.head)
    let remainder =
      (head - product.head) - product.tail + (tail - first * (below.tail + tail))
    return Self(large: first, small: remainder / below.head)
  }

  /// log(1 + this) for this between -0.3 and 0.42, to 2^-58 of it.
  @inline(__always)
  var shortLogarithmOfOnePlus: Self {
    let s = tangent
    let z = s.head * s.head
    // The fit of `logarithm(exponent:fraction:correction:)`.
    let rest = polynomial(
      [
        0x1.5555555555593p-1, 0x1.999999997fa41p-2, 0x1.249249422b684p-2, 0x1.c71c51d3d10f9p-3,
        0x1.74664b011889cp-3, 0x1.39a068be01bffp-3, 0x1.2f13a10dd50b7p-3,
      ], z)
    let two = s.scaled(L(2))
    return Self(large: two.head, small: two.tail + s.head * (z * rest))
  }

  /// log(1 + this) for this between -0.3 and 0.42, to 2^-68 of it.
  @inline(__always)
  var preciseLogarithmOfOnePlus: Self {
    let s = tangent
    let z = s.squared
    let rest = polynomial(
      [
        0x1.2492492492492p-2, 0x1.c71c71c71c71cp-3, 0x1.745d1745d1746p-3, 0x1.3b13b13b13b14p-3,
        0x1.1111111111111p-3, 0x1.e1e1e1e1e1e1ep-4, 0x1.af286bca1af28p-4, 0x1.8618618618618p-4,
        0x1.642c8590b2164p-4, 0x1.47ae147ae147bp-4, 0x1.2f684bda12f68p-4,
      ], z.head)
    let fifth = Self(
      large: L(0x1.999999999999ap-2), small: z.head * rest + L(-0x1.999999999999ap-56))
    let third = fifth * z + Self(0x1.5555555555555p-1, 0x1.5555555555555p-55)
    return s * (third * z + L(2))
  }

  /// A positive normal number below 2^1000 as 2^exponent (1 + fraction), the fraction between
  /// -0.3 and 0.42.
  @inline(__always)
  private var parts: (exponent: L, significand: L, tail: L) {
    let parts = L.splitExponent(head)
    let isHigh = L.isLess(L(0x1.6a09e667f3bcdp+0), parts.significand)
    let k = L.select(isHigh, parts.exponent + L(1), parts.exponent)
    let m = L.select(isHigh, parts.significand * L(0.5), parts.significand)
    let half = (k * L(-0.5)).roundedDown()
    return (k, m, tail * L.powerOfTwo(half) * L.powerOfTwo(-k - half))
  }

  /// k log 2 + value.
  @inline(__always)
  private static func logarithm(_ k: L, _ value: Self) -> Self {
    Self(sum: k * L(0x1.62e42ffp-1), k * L(-0x1.718432ap-35))
      + (value + Self(product: k, L(-0x1.b0e2633fe0685p-67)))
  }

  /// The logarithm of a positive normal number below 2^1000, to 2^-58 of it.
  @inline(__always)
  var shortLogarithm: Self {
    let (k, m, tail) = parts
    return Self.logarithm(k, Self(sum: m - L(1), tail).shortLogarithmOfOnePlus)
  }

  /// The same to 2^-68 of it.
  @inline(__always)
  var preciseLogarithm: Self {
    let (k, m, tail) = parts
    return Self.logarithm(k, Self(sum: m - L(1), tail).preciseLogarithmOfOnePlus)
  }

  /// The logarithm of a positive normal number below 2^1000, to 2^-85 of it.
  @inline(__always)
  var logarithm: Self {
    let (k, m, mTail) = parts
    // Newton's method: log m = y + log(m e^-y).
    let near = Log.evaluate(m)
    let growth = Self(-near).exponentialLessOne
    let step = Self(sum: m - L(1), mTail) + growth * Self(m, mTail)
    return Self.logarithm(k, Self(sum: near, step.head) + step.tail)
  }

  /// log(1 + x) for x > -1 + 2^-60 and below 2^990.
  @inline(__always)
  static func logarithmOfOnePlus(_ x: Self) -> Self {
    let sum = Self(sum: L(1), x.head)
    return Self(large: sum.head, small: sum.tail + x.tail).logarithm
  }

  /// The same to 2^-58.
  @inline(__always)
  static func shortLogarithmOfOnePlus(_ x: Self) -> Self {
    let sum = Self(sum: L(1), x.head)
    return Self(large: sum.head, small: sum.tail + x.tail).shortLogarithm
  }
}
