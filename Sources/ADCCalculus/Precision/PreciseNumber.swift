/// A binary floating-point number of any precision: the judge of what doubles lose.
///
/// A finite number is its limbs, read as a fraction from 1/2 to 1, times 2^exponent. Beyond
/// `largestExponent` a number is infinite, below its negative it is 0: exponentials of doubles stay
/// within, powers of powers need not. An operation's result has the
/// width of its wider operand and is wrong by less than two units in the last place of it; what is
/// to be known to so many bits is computed with a limb more.
package struct PreciseNumber: Sendable {
  enum Kind: Sendable {
    case zero, finite, infinite, notANumber
  }

  var kind: Kind
  /// The sign bit, which zeros have too.
  package internal(set) var isNegative: Bool
  /// Of finite numbers: the size is from 2^(exponent - 1) to 2^exponent.
  package internal(set) var exponent: Int
  /// The fraction, least significant first; the highest bit of a finite number is set.
  var limbs: [UInt64]

  /// How many bits are kept.
  package var bits: Int { 64 * limbs.count }

  /// The number of limbs.
  var width: Int { limbs.count }

  init(_ kind: Kind, isNegative: Bool = false, width: Int) {
    self.kind = kind
    self.isNegative = isNegative
    exponent = 0
    limbs = [UInt64](repeating: 0, count: width)
  }

  /// The largest exponent of a finite number, and the negative of the least; two add up to one that
  /// an `Int` holds.
  static let largestExponent = 1 << 61

  /// The number of limbs whose highest bit is set; infinite or 0 where the exponent is out of
  /// range.
  init(isNegative: Bool, exponent: Int, limbs: [UInt64]) {
    kind = .finite
    self.isNegative = isNegative
    self.exponent = exponent
    self.limbs = limbs
    settleExponent()
  }

  /// Makes a finite number infinite or 0 where its exponent is out of range.
  private mutating func settleExponent() {
    guard exponent.magnitude > UInt(Self.largestExponent) else { return }
    self = PreciseNumber(exponent > 0 ? .infinite : .zero, isNegative: isNegative, width: width)
  }

  /// Exactly the double, ready for results of that many bits.
  package init(_ value: Double, bits: Int) { self.init(value, width: Self.width(bits: bits)) }

  init(_ value: Double, width: Int) {
    self.init(.zero, isNegative: value.sign == .minus, width: width)
    if value.isNaN { kind = .notANumber }
    if value.magnitude == .infinity { kind = .infinite }
    guard value.isFinite, value != 0 else { return }
    kind = .finite
    exponent = Int(value.exponent) + 1
    let significand = value.significand.significandBitPattern | 1 &<< 52
    limbs[width - 1] = significand &<< 11
  }

  static func width(bits: Int) -> Int { max(1, (bits + 63) / 64) }

  /// Whether this is no number.
  package var isNaN: Bool { kind == .notANumber }
  /// Whether this is one of both infinities.
  package var isInfinite: Bool { kind == .infinite }
  /// Whether this is 0 of either sign.
  package var isZero: Bool { kind == .zero }
  /// Whether this is a number, 0 included.
  package var isFinite: Bool { kind == .finite || kind == .zero }

  /// The same number with another width, truncated where that is less.
  func widened(to width: Int) -> PreciseNumber {
    let added = width - limbs.count
    guard added != 0 else { return self }
    var result = self
    result.limbs = [UInt64](unsafeUninitializedCapacity: width) { room, count in
      for place in 0..<width { room[place] = place < added ? 0 : limbs[place - added] }
      count = width
    }
    return result
  }

  /// The same number, ready for results of that many bits.
  package func with(bits: Int) -> PreciseNumber { widened(to: Self.width(bits: bits)) }

  /// The same without its sign.
  package var magnitude: PreciseNumber {
    var result = self
    result.isNegative = false
    return result
  }

  /// The number with its sign turned, zeros and NaN too.
  package static prefix func - (x: PreciseNumber) -> PreciseNumber {
    var result = x
    result.isNegative.toggle()
    return result
  }

  /// This times 2^power, for powers up to 2^62 in size.
  package func scaled(_ power: Int) -> PreciseNumber {
    guard kind == .finite else { return self }
    var result = self
    result.exponent += power
    result.settleExponent()
    return result
  }
}

extension PreciseNumber {
  /// The nearest double, halves to even; subnormal, zero and infinite ones where the size says so.
  package var nearestDouble: Double {
    let sign = isNegative ? -1.0 : 1.0
    switch kind {
    case .zero: return 0 * sign
    case .infinite: return .infinity * sign
    case .notANumber: return .nan
    case .finite: break
    }
    guard exponent <= 1024 else { return .infinity * sign }
    guard exponent >= -1074 else { return 0 * sign }
    // Bits that the significand has at this size.
    let kept = exponent >= -1021 ? 53 : exponent + 1074
    let top = limbs[width - 1]
    let rest = limbs.dropLast().contains { $0 != 0 }
    let shift = UInt64(64 - kept)
    let whole = shift == 64 ? 0 : top >> shift
    let lost = shift == 64 ? top : top & (1 << shift - 1)
    let halfUnit = UInt64(1) << (shift - 1)
    let isAbove = lost > halfUnit || (lost == halfUnit && (rest || whole & 1 == 1))
    let significand = Double(whole + (isAbove ? 1 : 0))
    // Exact in both steps, or infinite.
    let power = exponent - kept
    let firstPower = power / 2
    return sign * significand * Self.power(firstPower) * Self.power(power - firstPower)
  }

  private static func power(_ exponent: Int) -> Double {
    Double(sign: .plus, exponent: exponent, significand: 1)
  }

  /// -1, 0 or 1 as this is less than, equal to or greater than another; nil with NaN.
  package func compared(with other: PreciseNumber) -> Int? {
    if isNaN || other.isNaN { return nil }
    let (x, y) = (isZero ? 0 : isNegative ? -1 : 1, other.isZero ? 0 : other.isNegative ? -1 : 1)
    if x != y { return x < y ? -1 : 1 }
    if x == 0 { return 0 }
    return x * comparedSize(with: other)
  }

  /// The same for the magnitudes of numbers that are not zero.
  func comparedSize(with other: PreciseNumber) -> Int {
    if isInfinite || other.isInfinite {
      return isInfinite == other.isInfinite ? 0 : isInfinite ? 1 : -1
    }
    if exponent != other.exponent { return exponent < other.exponent ? -1 : 1 }
    for place in 1...max(width, other.width) {
      let a = place <= width ? limbs[width - place] : 0
      let b = place <= other.width ? other.limbs[other.width - place] : 0
      if a != b { return a < b ? -1 : 1 }
    }
    return 0
  }

  package static func < (x: PreciseNumber, y: PreciseNumber) -> Bool { x.compared(with: y) == -1 }
  /// Whether x is greater; false where one of both is NaN.
  package static func > (x: PreciseNumber, y: PreciseNumber) -> Bool { x.compared(with: y) == 1 }
  package static func <= (x: PreciseNumber, y: PreciseNumber) -> Bool {
    x.compared(with: y).map { $0 <= 0 } ?? false
  }
  package static func < (x: PreciseNumber, y: Double) -> Bool {
    x < PreciseNumber(y, width: 1)
  }
  /// The same with a double.
  package static func > (x: PreciseNumber, y: Double) -> Bool {
    x > PreciseNumber(y, width: 1)
  }
  package static func <= (x: PreciseNumber, y: Double) -> Bool {
    x <= PreciseNumber(y, width: 1)
  }
  package static func == (x: PreciseNumber, y: PreciseNumber) -> Bool { x.compared(with: y) == 0 }
  package static func == (x: PreciseNumber, y: Double) -> Bool {
    x == PreciseNumber(y, width: 1)
  }
}
