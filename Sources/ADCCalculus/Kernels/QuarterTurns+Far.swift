/// The reduction of arguments that are too large for `QuarterTurns.init(_:phase:)`.
///
/// Payne, Hanek: Radian reduction for trigonometric functions (1983): of the product with 2/pi
/// only the bits are computed that are left modulo 4, 190 of them after the point; the double
/// nearest to a multiple of pi/2 leaves 2^-62, so at least 2^-75 of the remainder is right.
extension QuarterTurns where L == Double {
  /// For finite |x| from 2^16.
  init(far x: Double, phase: Double) {
    let exponent = Int(x.exponent) - 52
    let significand = x.significandBitPattern | 1 &<< 52
    // Bits before these have weights that are multiples of 4.
    let start = exponent - 2 + 64
    let product = Self.lowProduct(significand, Self.window(at: start))
    let isPastHalf = (product.0 &>> 61) & 1 == 1
    let whole = (product.0 &>> 62) &+ (isPastHalf ? 1 : 0)
    var fraction = (
      product.0 &<< 2 | product.1 &>> 62, product.1 &<< 2 | product.2 &>> 62, product.2 &<< 2
    )
    if isPastHalf { fraction = (~fraction.0, ~fraction.1, ~fraction.2) }
    let turn = Self.timesQuarter(fraction)
    let sign = (x < 0) == isPastHalf ? 1.0 : -1.0
    let turns = (x < 0 ? -Double(whole) : Double(whole)) + phase
    self.init(
      r: sign * turn.head, excess: -sign * turn.tail,
      quadrant: turns - 4 * (turns * 0.25 + 0.125).rounded(.toNearestOrEven))
  }

  /// 192 bits of 2/pi.
  private static func window(at bit: Int) -> (UInt64, UInt64, UInt64) {
    let (word, shift) = (bit &>> 6, UInt64(bit & 63))
    func shifted(_ place: Int) -> UInt64 {
      let (high, low) = (inverseBits[place], inverseBits[place + 1])
      // A shift by 64 gives zero.
      return high << shift | low >> (64 - shift)
    }
    return (shifted(word), shifted(word + 1), shifted(word + 2))
  }

  /// The product modulo 2^192.
  private static func lowProduct(_ x: UInt64, _ y: (UInt64, UInt64, UInt64))
    -> (UInt64, UInt64, UInt64)
  {
    let last = x.multipliedFullWidth(by: y.2)
    let middle = x.multipliedFullWidth(by: y.1)
    let (sum, carry) = middle.low.addingReportingOverflow(last.high)
    return (x &* y.0 &+ middle.high &+ (carry ? 1 : 0), sum, last.low)
  }

  /// A binary fraction times pi/2, as two doubles.
  private static func timesQuarter(_ fraction: (UInt64, UInt64, UInt64))
    -> (head: Double, tail: Double)
  {
    let shift = UInt64(fraction.0.leadingZeroBitCount)
    let high = fraction.0 << shift | fraction.1 >> (64 - shift)
    let low = fraction.1 << shift | fraction.2 >> (64 - shift)
    let scale = Double.powerOfTwo(-Double(shift))
    let head = Double(high & ~0x7FF) * 0x1p-64 * scale
    let tail = Double((high & 0x7FF) &<< 53 | low &>> 11) * 0x1p-117 * scale
    let product = head * 0x1.921fb54442d18p+0
    // Dekker's product: what rounding took from the one above.
    let (a, c) = (leadingHalf(head), leadingHalf(0x1.921fb54442d18p+0))
    let (b, d) = (head - a, 0x1.921fb54442d18p+0 - c)
    let lost = (((a * c - product) + a * d) + b * c) + b * d
    let rest = lost + (head * 0x1.1a62633145c07p-54 + tail * 0x1.921fb54442d18p+0)
    return (product + rest, (product - (product + rest)) + rest)
  }
}

/// The bits of 2/pi, after 64 zeros.
private let inverseBits: [UInt64] = [
  0x0000_0000_0000_0000, 0xA2F9_836E_4E44_1529, 0xFC27_57D1_F534_DDC0,
  0xDB62_9599_3C43_9041, 0xFE51_63AB_DEBB_C561, 0xB724_6E3A_424D_D2E0,
  0x0649_2EEA_09D1_921C, 0xFE1D_EB1C_B129_A73E, 0xE882_35F5_2EBB_4484,
  0xE99C_7026_B45F_7E41, 0x3991_D639_8353_39F4, 0x9C84_5F8B_BDF9_283B,
  0x1FF8_97FF_DE05_980F, 0xEF2F_118B_5A0A_6D1F, 0x6D36_7ECF_27CB_09B7,
  0x4F46_3F66_9E5F_EA2D, 0x7527_BAC7_EBE5_F17B, 0x3D07_39F7_8A52_92EA,
  0x6BFB_5FB1_1F8D_5D08, 0x5603_3046_FC7B_6BAB, 0xF0CF_BC20_9AF4_361D,
]
