/// Reads decimal numbers as the double nearest to them, ties to the even one.
///
/// Up to 19 digits with an exponent within ±27, which is nearly every number in a file of data,
/// take one multiplication or one division of integers: powers of five up to 5^27 fit in 64 bits,
/// and the bits below the result only matter as a whole ("sticky"). The rest goes through the
/// standard library.
package enum DecimalNumber {
  /// What the bytes spell; nil where they are no decimal number: an optional sign, digits with or
  /// without a point, an optional exponent. What is too large for a double is infinite.
  @inline(__always)
  package static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
    guard let start = bytes.baseAddress else { return nil }
    let end = start + bytes.count
    var at = start
    var isNegative = false
    if at < end, at.pointee == 0x2D || at.pointee == 0x2B {
      isNegative = at.pointee == 0x2D
      at += 1
    }
    var mantissa: UInt64 = 0
    let whole = at
    digits(&at, end, &mantissa)
    var count = at - whole
    var exponent = 0
    if at < end, at.pointee == 0x2E {
      at += 1
      let fraction = at
      digits(&at, end, &mantissa)
      exponent = fraction - at
      count -= exponent
    }
    guard count > 0 else { return nil }
    if at < end {
      guard let written = self.exponent(&at, end), at == end else { return nil }
      exponent += written
    }
    // More than 19 digits may have overflowed, leading zeros or not.
    guard count <= 19, let size = nearest(mantissa, exponent) else {
      return Double(String(decoding: bytes, as: UTF8.self))
    }
    return isNegative ? -size : size
  }

  @inline(__always)
  private static func digits(
    _ at: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ mantissa: inout UInt64
  ) {
    while at < end {
      let digit = at.pointee &- 0x30
      guard digit < 10 else { return }
      mantissa = mantissa &* 10 &+ UInt64(digit)
      at += 1
    }
  }

  /// `e` or `E`, an optional sign and digits; exponents past any double's are cut off.
  private static func exponent(
    _ at: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> Int? {
    guard at.pointee | 0x20 == 0x65 else { return nil }
    at += 1
    var isNegative = false
    if at < end, at.pointee == 0x2D || at.pointee == 0x2B {
      isNegative = at.pointee == 0x2D
      at += 1
    }
    guard at < end else { return nil }
    var value = 0
    while at < end {
      let digit = at.pointee &- 0x30
      guard digit < 10 else { return nil }
      value = min(value &* 10 &+ Int(digit), 1 << 40)
      at += 1
    }
    return isNegative ? -value : value
  }

  /// The double nearest to `mantissa * 10^exponent`; nil where this way does not lead there.
  @inline(__always)
  private static func nearest(_ mantissa: UInt64, _ exponent: Int) -> Double? {
    if exponent == 0 || mantissa == 0 { return Double(mantissa) }
    guard -27...27 ~= exponent else { return nil }
    let power = powersOfFive[abs(exponent)]
    if exponent < 0 {
      if mantissa < 1 << 53, exponent >= -22 {
        // Both are exact doubles, so the one division rounds once.
        return Double(mantissa) / powersOfTen[-exponent]
      }
      let shift = mantissa.leadingZeroBitCount
      let powerShift = power.leadingZeroBitCount
      let high = mantissa << UInt64(shift)
      let (quotient, remainder) = (power << UInt64(powerShift)).dividingFullWidth(
        (high >> 1, high << 63))
      let bits = remainder == 0 ? quotient : quotient | 1
      return scaled(bits, by: powerShift - shift - 63 + exponent)
    }
    let (high, low) = mantissa.multipliedFullWidth(by: power)
    if high == 0 { return scaled(low, by: exponent) }
    let shift = UInt64(high.leadingZeroBitCount)
    let bits = shift == 0 ? high : high << shift | low >> (64 - shift)
    return scaled(low << shift == 0 ? bits : bits | 1, by: 64 - Int(shift) + exponent)
  }

  /// `bits * 2^power`, which rounds once: the result is a normal number.
  @inline(__always)
  private static func scaled(_ bits: UInt64, by power: Int) -> Double {
    Double(bits) * Double(bitPattern: UInt64(truncatingIfNeeded: power + 1023) << 52)
  }

  private static let powersOfFive: [UInt64] = (0...27).map { exponent in
    (0..<exponent).reduce(1) { power, _ in power * 5 }
  }

  private static let powersOfTen: [Double] = (0...22).map { exponent in
    (0..<exponent).reduce(1) { power, _ in power * 10 }
  }
}
