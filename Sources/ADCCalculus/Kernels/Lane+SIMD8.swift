/// Eight lanes: enough independent work to hide the latency of arithmetic on every machine, at
/// the price of some spilled registers where vectors are narrow.
extension SIMD8<Double>: Lane {
  package typealias Mask = SIMDMask<SIMD8<Int64>>

  @inline(__always)
  package init(_ value: Double) { self.init(repeating: value) }

  @inline(__always)
  private var bits: SIMD8<UInt64> { unsafeBitCast(self, to: SIMD8<UInt64>.self) }
  @inline(__always)
  private init(bits: SIMD8<UInt64>) { self = unsafeBitCast(bits, to: SIMD8<Double>.self) }
  @inline(__always)
  private static var signBit: SIMD8<UInt64> { SIMD8<UInt64>(repeating: 1 << 63) }

  @inline(__always)
  package static prefix func - (value: SIMD8<Double>) -> SIMD8<Double> {
    SIMD8(bits: value.bits ^ signBit)
  }
  @inline(__always)
  package var magnitude: SIMD8<Double> { SIMD8(bits: bits & ~Self.signBit) }
  @inline(__always)
  package func withSign(of other: SIMD8<Double>) -> SIMD8<Double> {
    SIMD8(bits: (bits & ~Self.signBit) | (other.bits & Self.signBit))
  }

  /// Adding and subtracting 2^52 leaves no fraction; baseline x86 has no rounding instruction.
  @inline(__always)
  package func roundedToEven() -> SIMD8<Double> {
    let large = SIMD8(0x1p52)
    let size = magnitude
    let rounded = ((size + large) - large).withSign(of: self)
    return Self.select(Self.isLess(size, large), rounded, self)
  }
  @inline(__always)
  package func roundedDown() -> SIMD8<Double> {
    let near = roundedToEven()
    return Self.select(Self.isLess(self, near), near - SIMD8(1), near).withSign(of: self)
  }
  @inline(__always)
  package func roundedUp() -> SIMD8<Double> {
    let near = roundedToEven()
    return Self.select(Self.isLess(near, self), near + SIMD8(1), near).withSign(of: self)
  }

  @inline(__always)
  package static func isLess(_ left: SIMD8<Double>, _ right: SIMD8<Double>) -> Mask {
    left .< right
  }
  @inline(__always)
  package static func isLessOrEqual(_ left: SIMD8<Double>, _ right: SIMD8<Double>) -> Mask {
    left .<= right
  }
  @inline(__always)
  package static func isEqual(_ left: SIMD8<Double>, _ right: SIMD8<Double>) -> Mask {
    left .== right
  }
  @inline(__always)
  package static func isNaN(_ value: SIMD8<Double>) -> Mask { value .!= value }
  @inline(__always)
  package static func and(_ left: Mask, _ right: Mask) -> Mask { left .& right }
  @inline(__always)
  package static func or(_ left: Mask, _ right: Mask) -> Mask { left .| right }
  @inline(__always)
  package static func not(_ mask: Mask) -> Mask { .!mask }
  @inline(__always)
  package static func any(_ mask: Mask) -> Bool {
    // The library's `any` is a call that compares lane by lane.
    let lanes = unsafeBitCast(mask, to: SIMD8<UInt64>.self)
    let four = lanes.lowHalf | lanes.highHalf
    let two = four.lowHalf | four.highHalf
    return two.x | two.y != 0
  }
  @inline(__always)
  package static func select(_ mask: Mask, _ yes: SIMD8<Double>, _ no: SIMD8<Double>)
    -> SIMD8<Double>
  {
    no.replacing(with: yes, where: mask)
  }

  @inline(__always)
  package static func powerOfTwo(_ exponent: SIMD8<Double>) -> SIMD8<Double> {
    let shifted = (exponent + SIMD8(0x1p52 + 1023)).bits
    return SIMD8(bits: shifted &<< SIMD8<UInt64>(repeating: 52))
  }
  @inline(__always)
  package static func splitExponent(_ value: SIMD8<Double>)
    -> (exponent: SIMD8<Double>, significand: SIMD8<Double>)
  {
    let large = SIMD8<UInt64>(repeating: (0x1p52 as Double).bitPattern)
    let biased = SIMD8(bits: (value.bits &>> SIMD8<UInt64>(repeating: 52)) | large)
    let fraction = value.bits & SIMD8<UInt64>(repeating: 0xF_FFFF_FFFF_FFFF)
    let one = SIMD8<UInt64>(repeating: (1 as Double).bitPattern)
    return (biased - SIMD8(0x1p52 + 1023), SIMD8(bits: fraction | one))
  }

  @inline(__always)
  package func mapped(_ function: (Double) -> Double) -> SIMD8<Double> {
    var result = SIMD8<Double>()
    for lane in 0..<8 { result[lane] = function(self[lane]) }
    return result
  }
  @inline(__always)
  package func mapped(with other: SIMD8<Double>, _ function: (Double, Double) -> Double)
    -> SIMD8<Double>
  {
    var result = SIMD8<Double>()
    for lane in 0..<8 { result[lane] = function(self[lane], other[lane]) }
    return result
  }
  @inline(__always)
  package func mapped(
    with second: SIMD8<Double>, _ third: SIMD8<Double>,
    _ function: (Double, Double, Double) -> Double
  ) -> SIMD8<Double> {
    var result = SIMD8<Double>()
    for lane in 0..<8 { result[lane] = function(self[lane], second[lane], third[lane]) }
    return result
  }
}
