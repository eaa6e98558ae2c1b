/// The numbers that a kernel runs over: one definition serves one lane, a vector of lanes, and a
/// recorder for code generation.
///
/// All operations are IEEE 754 and give the same bits on every conforming type; there is no fused
/// multiply-add, which would not.
package protocol Lane: Sendable {
  associatedtype Mask

  /// The same number in every lane.
  init(_ value: Double)

  static func + (left: Self, right: Self) -> Self
  static func - (left: Self, right: Self) -> Self
  static func * (left: Self, right: Self) -> Self
  static func / (left: Self, right: Self) -> Self
  static prefix func - (value: Self) -> Self

  func squareRoot() -> Self
  /// To the nearest integer, halves to even.
  func roundedToEven() -> Self
  func roundedDown() -> Self
  func roundedUp() -> Self
  var magnitude: Self { get }
  /// This magnitude with the sign bit of another.
  func withSign(of other: Self) -> Self

  static func isLess(_ left: Self, _ right: Self) -> Mask
  static func isLessOrEqual(_ left: Self, _ right: Self) -> Mask
  static func isEqual(_ left: Self, _ right: Self) -> Mask
  static func isNaN(_ value: Self) -> Mask
  static func and(_ left: Mask, _ right: Mask) -> Mask
  static func or(_ left: Mask, _ right: Mask) -> Mask
  static func not(_ mask: Mask) -> Mask
  /// Whether the mask holds in some lane; a recorder takes that it does not.
  static func any(_ mask: Mask) -> Bool
  /// `yes` where the mask holds, else `no`.
  static func select(_ mask: Mask, _ yes: Self, _ no: Self) -> Self

  /// 2^k for lanes that hold integers in -1022...1023.
  static func powerOfTwo(_ exponent: Self) -> Self
  /// The exponent e (as a number) and the significand m in [1, 2) of positive normal lanes.
  static func splitExponent(_ value: Self) -> (exponent: Self, significand: Self)
  /// A scalar function on every lane, for what has no vector form.
  func mapped(_ function: (Double) -> Double) -> Self
  /// The same for two operands.
  func mapped(with other: Self, _ function: (Double, Double) -> Double) -> Self
  /// The same for three operands.
  func mapped(with second: Self, _ third: Self, _ function: (Double, Double, Double) -> Double)
    -> Self
}

/// What an elementwise operator does to its operands, written once over an abstract lane.
///
/// The `map` functions have defaults that run `evaluate` over vectors and then over single lanes;
/// being witnesses of a conforming type they are compiled for that type's `evaluate`. Those of
/// singles evaluate in double and round each result once: for + - * / and roots that is single
/// arithmetic itself (Figueroa: When is double rounding innocuous?, 1995).
/// Operands and result may be the same memory; `count` may be any number from 0.
package protocol UnaryKernel: Sendable {
  /// The function on any lane, by the same operations.
  static func evaluate<L: Lane>(_ x: L) -> L
  static func map(
    _ x: UnsafePointer<Double>, _ result: UnsafeMutablePointer<Double>, _ count: Int)
  static func map(_ x: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>, _ count: Int)
  /// A kernel for this function and another of the same operand, where both share work; nil, the
  /// default, where they do not.
  static func together(with other: any UnaryKernel.Type) -> (any PairKernel.Type)?
  /// The kernel for operands that are singles, and a result that is rounded to one; by default
  /// this.
  static var inSingle: any UnaryKernel.Type { get }
}

/// Two functions of one operand that share work, with the bits that each has alone.
package protocol PairKernel: Sendable {
  static func evaluate<L: Lane>(_ x: L) -> (L, L)
  static func map(
    _ x: UnsafePointer<Double>, _ first: UnsafeMutablePointer<Double>,
    _ second: UnsafeMutablePointer<Double>, _ count: Int)
  static func map(
    _ x: UnsafePointer<Float>, _ first: UnsafeMutablePointer<Float>,
    _ second: UnsafeMutablePointer<Float>, _ count: Int)
}

/// A kernel of two operands; what `UnaryKernel` says of `map` holds here, too.
package protocol BinaryKernel: Sendable {
  static func evaluate<L: Lane>(_ x: L, _ y: L) -> L
  static func map(
    _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>,
    _ result: UnsafeMutablePointer<Double>, _ count: Int)
  static func map(
    _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>,
    _ count: Int)
  /// A shorter kernel for a second operand that always is `y`; nil, the default, for none.
  static func withSecond(_ y: Double) -> (any UnaryKernel.Type)?
}

/// A kernel of three operands; what `UnaryKernel` says of `map` holds here, too.
package protocol TernaryKernel: Sendable {
  static func evaluate<L: Lane>(_ x: L, _ y: L, _ z: L) -> L
  static func map(
    _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, _ z: UnsafePointer<Double>,
    _ result: UnsafeMutablePointer<Double>, _ count: Int)
  static func map(
    _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, _ z: UnsafePointer<Float>,
    _ result: UnsafeMutablePointer<Float>, _ count: Int)
}

/// The kernel of an operator.
package enum Kernel: Sendable {
  case unary(any UnaryKernel.Type)
  case binary(any BinaryKernel.Type)
  case ternary(any TernaryKernel.Type)
}
