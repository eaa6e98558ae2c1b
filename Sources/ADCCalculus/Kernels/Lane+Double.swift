extension Double: Lane {
  package typealias Mask = Bool

  @inline(__always)
  package func roundedToEven() -> Double { rounded(.toNearestOrEven) }
  @inline(__always)
  package func roundedDown() -> Double { rounded(.down) }
  @inline(__always)
  package func roundedUp() -> Double { rounded(.up) }
  @inline(__always)
  package func withSign(of other: Double) -> Double {
    Double(signOf: other, magnitudeOf: self)
  }

  @inline(__always)
  package static func isLess(_ left: Double, _ right: Double) -> Bool { left < right }
  @inline(__always)
  package static func isLessOrEqual(_ left: Double, _ right: Double) -> Bool { left <= right }
  @inline(__always)
  package static func isEqual(_ left: Double, _ right: Double) -> Bool { left == right }
  @inline(__always)
  package static func isNaN(_ value: Double) -> Bool { value != value }
  @inline(__always)
  package static func and(_ left: Bool, _ right: Bool) -> Bool { left && right }
  @inline(__always)
  package static func or(_ left: Bool, _ right: Bool) -> Bool { left || right }
  @inline(__always)
  package static func not(_ mask: Bool) -> Bool { !mask }
  @inline(__always)
  package static func any(_ mask: Bool) -> Bool { mask }
  @inline(__always)
  package static func select(_ mask: Bool, _ yes: Double, _ no: Double) -> Double {
    mask ? yes : no
  }

  @inline(__always)
  package static func powerOfTwo(_ exponent: Double) -> Double {
    // The sum's lowest bits are the biased exponent, for any integer and without a conversion.
    Double(bitPattern: (exponent + (0x1p52 + 1023)).bitPattern &<< 52)
  }
  @inline(__always)
  package static func splitExponent(_ value: Double) -> (exponent: Double, significand: Double) {
    let bits = value.bitPattern
    let biased = Double(bitPattern: (bits &>> 52) | (0x1p52 as Double).bitPattern)
    let significand = Double(bitPattern: (bits & 0xF_FFFF_FFFF_FFFF) | (1 as Double).bitPattern)
    return (biased - (0x1p52 + 1023), significand)
  }
  @inline(__always)
  package func mapped(_ function: (Double) -> Double) -> Double { function(self) }
  @inline(__always)
  package func mapped(with other: Double, _ function: (Double, Double) -> Double) -> Double {
    function(self, other)
  }
  @inline(__always)
  package func mapped(
    with second: Double, _ third: Double, _ function: (Double, Double, Double) -> Double
  ) -> Double {
    function(self, second, third)
  }
}
