/// Functions less the leading terms of their series, to a few units in the last place everywhere:
/// near 0 by what is left of the series, further out as they are written.
@inline(__always)
private func chosen<L: Lane>(_ x: L, below limit: Double, near: L, far: L) -> L {
  L.select(L.isLess(x.magnitude, L(limit)), near, far)
}

/// e^x - 1 - x, within 2 ulp.
package enum Expm1mx: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let near = polynomial(
      [
        0x1.0000000000000p-1, 0x1.5555555555555p-3, 0x1.5555555555555p-5, 0x1.1111111111111p-7,
        0x1.6c16c16c16c17p-10, 0x1.a01a01a01a01ap-13, 0x1.a01a01a01a01ap-16,
        0x1.71de3a556c734p-19, 0x1.27e4fb7789f5cp-22, 0x1.ae64567f544e4p-26,
        0x1.1eed8eff8d898p-29, 0x1.6124613a86d09p-33, 0x1.93974a8c07c9dp-37,
        0x1.ae7f3e733b81fp-41, 0x1.ae7f3e733b81fp-45, 0x1.952c77030ad4ap-49,
        0x1.6827863b97d97p-53, 0x1.2f49b46814157p-57, 0x1.e542ba4020225p-62,
        0x1.71b8ef6dcf572p-66, 0x1.0ce396db7f853p-70,
      ], x)
    // Where e^x is infinite x no longer counts, and may be infinite itself.
    let growth = Expm1.evaluate(x)
    let far = L.select(L.isEqual(growth, L(.infinity)), growth, growth - x)
    return chosen(x, below: 1.5, near: x * x * near, far: far)
  }
}

/// log(1 + x) - x, within 4 ulp.
///
/// With s = x / (2 + x) it is 2 atanh(s) - x, and 2 s - x is -x s.
package enum Log1pmx: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let s = x / (L(2) + x)
    let z = s * s
    let sum = polynomial(
      [
        0x1.5555555555555p-2, 0x1.999999999999ap-3, 0x1.2492492492492p-3, 0x1.c71c71c71c71cp-4,
        0x1.745d1745d1746p-4, 0x1.3b13b13b13b14p-4, 0x1.1111111111111p-4, 0x1.e1e1e1e1e1e1ep-5,
        0x1.af286bca1af28p-5, 0x1.8618618618618p-5, 0x1.642c8590b2164p-5, 0x1.47ae147ae147bp-5,
        0x1.2f684bda12f68p-5, 0x1.1a7b9611a7b96p-5, 0x1.0842108421084p-5, 0x1.f07c1f07c1f08p-6,
        0x1.d41d41d41d41dp-6, 0x1.bacf914c1bad0p-6, 0x1.a41a41a41a41ap-6, 0x1.8f9c18f9c18fap-6,
        0x1.7d05f417d05f4p-6,
      ], z)
    let near = -s * (x - L(2) * z * sum)
    let far = L.select(L.isEqual(x, L(.infinity)), -x, Log1p.evaluate(x) - x)
    return L.select(
      L.and(L.isLess(L(-0.6), x), L.isLess(x, L(1.5))), near, far)
  }
}

/// cos x - 1, within 3 ulp.
package enum Cosm1: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let sine = Sin.evaluate(L(0.5) * x)
    return L(-2) * sine * sine
  }
}

/// cosh x - 1, within 4 ulp.
package enum Coshm1: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let sine = Sinh.evaluate(L(0.5) * x)
    return L(2) * sine * sine
  }
}

/// sin x - x, within 2 ulp.
package enum Sinmx: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let z = x * x
    let near = polynomial(
      [
        -0x1.5555555555555p-3, 0x1.1111111111111p-7, -0x1.a01a01a01a01ap-13,
        0x1.71de3a556c734p-19, -0x1.ae64567f544e4p-26, 0x1.6124613a86d09p-33,
        -0x1.ae7f3e733b81fp-41, 0x1.952c77030ad4ap-49, -0x1.2f49b46814157p-57,
        0x1.71b8ef6dcf572p-66, -0x1.761b41316381ap-75, 0x1.3f3ccdd165fa9p-84,
        -0x1.d1ab1c2dccea3p-94, 0x1.259f98b4358adp-103,
      ], z)
    return chosen(x, below: 2.5, near: x * (z * near), far: Sin.evaluate(x) - x)
  }
}

/// sinh x - x, within 2 ulp.
package enum Sinhmx: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let z = x * x
    let near = polynomial(
      [
        0x1.5555555555555p-3, 0x1.1111111111111p-7, 0x1.a01a01a01a01ap-13, 0x1.71de3a556c734p-19,
        0x1.ae64567f544e4p-26, 0x1.6124613a86d09p-33, 0x1.ae7f3e733b81fp-41,
        0x1.952c77030ad4ap-49, 0x1.2f49b46814157p-57, 0x1.71b8ef6dcf572p-66,
        0x1.761b41316381ap-75, 0x1.3f3ccdd165fa9p-84, 0x1.d1ab1c2dccea3p-94,
      ], z)
    let growth = Sinh.evaluate(x)
    let far = L.select(L.isEqual(growth.magnitude, L(.infinity)), growth, growth - x)
    return chosen(x, below: 2.5, near: x * (z * near), far: far)
  }
}

/// sin x - x cos x, within 4 ulp of the larger of it and x times its derivative.
package enum Sinmxcos: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let turns = SineAndCosine.evaluate(x)
    return chosen(x, below: 2.5, near: nearZero(x), far: turns.0 - x * turns.1)
  }

  /// For |x| < 2.5.
  @inline(__always)
  static func nearZero<L: Lane>(_ x: L) -> L {
    let z = x * x
    let near = polynomial(
      [
        0x1.5555555555555p-2, -0x1.1111111111111p-5, 0x1.3813813813814p-10,
        -0x1.71de3a556c734p-16, 0x1.0cfeb60f94b0ep-22, -0x1.08db48ebe51c7p-29,
        0x1.78af56a4d411bp-37, -0x1.952c77030ad4ap-45, 0x1.5532eaf516982p-53,
        -0x1.ce272b49432cep-62, 0x1.0132bcd1f4692p-70, -0x1.dedb34ba18f7dp-80,
        0x1.7a5b06e5367e5p-89, -0x1.00eba59daed98p-98,
      ], z)
    return x * (z * near)
  }
}

/// x cosh x - sinh x, within 4 ulp.
package enum Xcoshmsinh: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let growth = Cosh.evaluate(x)
    let far = L.select(
      L.isEqual(growth, L(.infinity)), growth.withSign(of: x), x * growth - Sinh.evaluate(x))
    return chosen(x, below: 2.5, near: nearZero(x), far: far)
  }

  /// For |x| < 2.5.
  @inline(__always)
  static func nearZero<L: Lane>(_ x: L) -> L {
    let z = x * x
    let near = polynomial(
      [
        0x1.5555555555555p-2, 0x1.1111111111111p-5, 0x1.3813813813814p-10, 0x1.71de3a556c734p-16,
        0x1.0cfeb60f94b0ep-22, 0x1.08db48ebe51c7p-29, 0x1.78af56a4d411bp-37,
        0x1.952c77030ad4ap-45, 0x1.5532eaf516982p-53, 0x1.ce272b49432cep-62,
        0x1.0132bcd1f4692p-70, 0x1.dedb34ba18f7dp-80, 0x1.7a5b06e5367e5p-89,
        0x1.00eba59daed98p-98,
      ], z)
    return x * (z * near)
  }
}

/// tan x - x, within 4 ulp of the larger of it and x times its derivative.
package enum Tanmx: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    chosen(
      x, below: 1.2, near: Sinmxcos.nearZero(x) / Cos.evaluate(x), far: Tan.evaluate(x) - x)
  }
}

/// tanh x - x, within 4 ulp.
package enum Tanhmx: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    chosen(
      x, below: 2, near: -(Xcoshmsinh.nearZero(x) / Cosh.evaluate(x)),
      far: Tanh.evaluate(x) - x)
  }
}
