// Numbers with as many digits as are asked for, for the few values that double gets wrong.
// In: doubles. Out: doubles, rounded once. Slow and plain: a product takes about 0.1 µs at 128 bits,
// an exponential some 10 µs.

/// A binary floating-point number of a whole number of 64-bit limbs, its exponent without bounds
/// that matter.
///
/// Operations round towards zero and take the precision of the operand that has more. They are
/// right to some units of the last place; whoever needs certainty computes with two precisions and
/// compares. Operands of an operation have the same number of limbs, or one is extended by zeros.
package struct PreciseNumber: Sendable {
  enum Kind: Sendable {
    case zero, finite, infinite, nan
  }

  var kind: Kind
  package var isNegative: Bool
  /// The value is 0.m * 2^exponent, the first bit of m set.
  var exponent: Int
  /// m, least significant limb first; its top bit is set where the number is finite and not zero.
  var limbs: [UInt64]

  /// The number of limbs that the value is kept with.
  package var precision: Int { limbs.count }
  package var isNaN: Bool { kind == .nan }
  package var isZero: Bool { kind == .zero }
  package var isInfinite: Bool { kind == .infinite }
  package var isFinite: Bool { kind == .zero || kind == .finite }

  /// Exponents beyond this are infinity or zero: 2^(2^60) is farther than any double's square.
  static let greatestExponent = 1 << 60

  init(kind: Kind, negative: Bool = false, precision: Int) {
    self.kind = kind
    isNegative = negative
    exponent = 0
    limbs = [UInt64](repeating: 0, count: precision)
  }

  init(negative: Bool, exponent: Int, limbs: [UInt64]) {
    kind = .finite
    isNegative = negative
    self.exponent = exponent
    self.limbs = limbs
    if exponent > Self.greatestExponent {
      kind = .infinite
    } else if exponent < -Self.greatestExponent {
      kind = .zero
    }
  }

  /// A double, exactly.
  package init(_ value: Double, precision: Int) {
    self.init(kind: .zero, negative: value.sign == .minus, precision: precision)
    if value.isNaN {
      kind = .nan
    } else if value.isInfinite {
      kind = .infinite
    } else if value != 0 {
      kind = .finite
      let bits = value.significandBitPattern
      let significand = value.isNormal ? bits | (1 << 52) : bits
      let shift = significand.leadingZeroBitCount
      limbs[precision - 1] = significand << UInt64(shift)
      let scale = value.isNormal ? Int(value.exponentBitPattern) - 1075 : -1074
      exponent = scale + 64 - shift
    }
  }

  package init(_ value: Int, precision: Int) {
    self.init(kind: .zero, negative: value < 0, precision: precision)
    guard value != 0 else { return }
    kind = .finite
    let shift = value.magnitude.leadingZeroBitCount
    limbs[precision - 1] = UInt64(value.magnitude) << UInt64(shift)
    exponent = 64 - shift
  }

  /// The same value with more limbs, or the first of its limbs.
  package func extended(to precision: Int) -> PreciseNumber {
    var result = self
    if precision >= limbs.count {
      result.limbs = [UInt64](repeating: 0, count: precision - limbs.count) + limbs
    } else {
      result.limbs = Array(limbs.suffix(precision))
    }
    return result
  }

  /// The nearest double, halves to even; what is too great is infinite, and what is too small for
  /// a normal number is rounded once to a subnormal one.
  package var double: Double {
    switch kind {
    case .nan: return .nan
    case .zero: return isNegative ? -0.0 : 0
    case .infinite: return isNegative ? -.infinity : .infinity
    case .finite: break
    }
    // The unit of the last place of the result is 2^scale.
    let scale = max(exponent - 53, -1074)
    let kept = exponent - scale
    if kept < 0 { return isNegative ? -0.0 : 0 }
    let top = limbs[limbs.count - 1]
    var whole = kept == 0 ? 0 : top >> UInt64(64 - kept)
    let rest = kept == 0 ? top : top << UInt64(kept)
    let isTail = limbs.dropLast().contains { $0 != 0 }
    let half: UInt64 = 1 << 63
    if rest > half || (rest == half && (isTail || whole & 1 == 1)) { whole += 1 }
    if scale > 971 { return isNegative ? -.infinity : .infinity }
    let magnitude = Double(sign: .plus, exponent: scale, significand: Double(whole))
    return isNegative ? -magnitude : magnitude
  }

  /// Whether the value is a whole number.
  package var isWhole: Bool {
    switch kind {
    case .zero: return true
    case .infinite, .nan: return false
    case .finite: return exponent > 0 && self.fraction.isZero
    }
  }

  /// What is left of the magnitude behind the point, with the sign.
  private var fraction: PreciseNumber { self - truncated }

  /// The whole part, towards zero.
  package var truncated: PreciseNumber {
    guard kind == .finite else { return self }
    if exponent <= 0 { return PreciseNumber(kind: .zero, negative: isNegative, precision: precision) }
    var result = self
    var drop = 64 * limbs.count - exponent
    guard drop > 0 else { return self }
    for place in limbs.indices where drop > 0 {
      if drop >= 64 {
        result.limbs[place] = 0
      } else {
        result.limbs[place] &= ~UInt64(0) << UInt64(drop)
      }
      drop -= 64
    }
    return result
  }

  /// The nearest whole number, halves away from zero.
  package var rounded: PreciseNumber {
    guard kind == .finite else { return self }
    let half = PreciseNumber(isNegative ? -0.5 : 0.5, precision: precision)
    return (self + half).truncated
  }

  /// The whole number that this is, where it fits.
  var int: Int? {
    switch kind {
    case .zero: return 0
    case .infinite, .nan: return nil
    case .finite:
      guard exponent > 0, exponent < 63 else { return exponent <= 0 ? 0 : nil }
      let magnitude = Int(limbs[limbs.count - 1] >> UInt64(64 - exponent))
      return isNegative ? -magnitude : magnitude
    }
  }

  /// The value times 2^shift.
  package func scaled(by shift: Int) -> PreciseNumber {
    guard kind == .finite else { return self }
    return PreciseNumber(negative: isNegative, exponent: exponent + shift, limbs: limbs)
  }
}
