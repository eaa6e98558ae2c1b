/// The elementary functions to some 90 bits: series with as many leading terms in twofold
/// arithmetic as the others allow to be single, and for inverses one step of Newton's method from
/// the inverse's own kernel.
extension Twofold {
  /// e^x - 1 for |x| < 0.36, to 2^-85 of it.
  @inline(__always)
  var exponentialLessOne: Self {
    let rest = polynomial(
      [
        0x1.ae64567f544e4p-26, 0x1.1eed8eff8d898p-29, 0x1.6124613a86d09p-33,
        0x1.93974a8c07c9dp-37, 0x1.ae7f3e733b81fp-41, 0x1.ae7f3e733b81fp-45,
        0x1.952c77030ad4ap-49, 0x1.6827863b97d97p-53, 0x1.2f49b46814157p-57,
      ], head)
    return self
      * polynomial(
        [
          (1, 0), (0.5, 0), (0x1.5555555555555p-3, 0x1.5555555555555p-57),
          (0x1.5555555555555p-5, 0x1.5555555555555p-59),
          (0x1.1111111111111p-7, 0x1.1111111111111p-63),
          (0x1.6c16c16c16c17p-10, -0x1.f49f49f49f49fp-65),
          (0x1.a01a01a01a01ap-13, 0x1.a01a01a01a01ap-73),
          (0x1.a01a01a01a01ap-16, 0x1.a01a01a01a01ap-76),
          (0x1.71de3a556c734p-19, -0x1.c154f8ddc6c00p-73),
          (0x1.27e4fb7789f5cp-22, 0x1.cbbc05b4fa99ap-76),
        ], self, start: rest)
  }

  /// e^x as 2^exponent times a number between 0.7 and 1.42, for |x| < 2^20.
  @inline(__always)
  var exponential: (value: Self, exponent: L) {
    let shift = L(0x1.8p52)
    let k = (head * L(0x1.71547652b82fep+0) + shift) - shift
    return ((reduced(by: k).exponentialLessOne + L(1)), k)
  }

  /// This less a multiple of log 2: in pieces whose products with |k| < 2^20 are exact.
  @inline(__always)
  private func reduced(by k: L) -> Self {
    let first = head - k * L(0x1.62e42ffp-1)
    let rest = Self(product: k, L(0x1.b0e2633fe0685p-67)) + tail
    return Self(sum: first, k * L(0x1.718432ap-35)) + rest
  }

  /// The sine of this, |x| < 0.8, to 2^-85 of it.
  @inline(__always)
  var shortSine: Self {
    let z = squared
    let rest = polynomial(
      [
        0x1.6124613a86d09p-33, -0x1.ae7f3e733b81fp-41, 0x1.952c77030ad4ap-49,
        -0x1.2f49b46814157p-57, 0x1.71b8ef6dcf572p-66, -0x1.761b41316381ap-75,
      ], z.head)
    return self
      * polynomial(
        [
          (1, 0), (-0x1.5555555555555p-3, -0x1.5555555555555p-57),
          (0x1.1111111111111p-7, 0x1.1111111111111p-63),
          (-0x1.a01a01a01a01ap-13, -0x1.a01a01a01a01ap-73),
          (0x1.71de3a556c734p-19, -0x1.c154f8ddc6c00p-73),
          (-0x1.ae64567f544e4p-26, 0x1.c062e06d1f209p-80),
        ], z, start: rest)
  }

  /// 1 less the cosine of this, |x| < 0.8, to 2^-85 of it.
  @inline(__always)
  var shortVersine: Self {
    let z = squared
    let rest = polynomial(
      [
        -0x1.1eed8eff8d898p-29, 0x1.93974a8c07c9dp-37, -0x1.ae7f3e733b81fp-45,
        0x1.6827863b97d97p-53, -0x1.e542ba4020225p-62, 0x1.0ce396db7f853p-70,
        -0x1.f2cf01972f578p-80,
      ], z.head)
    return z
      * polynomial(
        [
          (0.5, 0), (-0x1.5555555555555p-5, -0x1.5555555555555p-59),
          (0x1.6c16c16c16c17p-10, -0x1.f49f49f49f49fp-65),
          (-0x1.a01a01a01a01ap-16, -0x1.a01a01a01a01ap-76),
          (0x1.27e4fb7789f5cp-22, 0x1.cbbc05b4fa99ap-76),
        ], z, start: rest)
  }
}
