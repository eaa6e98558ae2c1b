/// A number factor as a quotient, so that x/3 stays a division and 2*x/4 becomes x/2.
struct Coefficient: Hashable {
  var numerator: Double
  var denominator: Double

  static let one = Coefficient(numerator: 1, denominator: 1)

  init(numerator: Double, denominator: Double) {
    self.numerator = numerator
    self.denominator = denominator
  }

  init(_ value: Double) {
    self.init(numerator: value, denominator: 1)
  }

  var isZero: Bool { numerator == 0 }
  var isOne: Bool { numerator == 1 && denominator == 1 }
  var isMinusOne: Bool { numerator == -1 && denominator == 1 }
  var isNegative: Bool { numerator < 0 }
  var negated: Coefficient { Coefficient(numerator: -numerator, denominator: denominator) }
  /// 1 over a number other than 0.
  var inverse: Coefficient {
    Coefficient(numerator: denominator, denominator: numerator).normalized
  }
  var isUsable: Bool { numerator.isFinite && denominator.isFinite && denominator != 0 }

  /// The product; nil where a part of it leaves the range of numbers and the value would be lost.
  func times(_ other: Coefficient) -> Coefficient? {
    Coefficient(
      numerator: numerator * other.numerator, denominator: denominator * other.denominator
    ).kept(isZero: isZero || other.isZero)
  }

  /// The sum; nil where a part of it leaves the range of numbers and the value would be lost.
  func plus(_ other: Coefficient) -> Coefficient? {
    if denominator == other.denominator {
      let sum = numerator + other.numerator
      return Coefficient(numerator: sum, denominator: denominator).kept(isZero: sum == 0)
    }
    let (left, right) = (numerator * other.denominator, other.numerator * denominator)
    guard left.isNormal || isZero, right.isNormal || other.isZero else { return nil }
    let sum = left + right
    return Coefficient(numerator: sum, denominator: denominator * other.denominator)
      .kept(isZero: sum == 0)
  }

  private func kept(isZero: Bool) -> Coefficient? {
    guard numerator.isNormal || isZero, denominator.isNormal else { return nil }
    return normalized
  }

  /// Whole parts without a common factor, the sign above; powers of two divided out where exact.
  var normalized: Coefficient {
    var result = self
    if result.denominator < 0 {
      result = Coefficient(numerator: -result.numerator, denominator: -result.denominator)
    }
    let limit = 9007199254740992.0
    if result.denominator != 1, result.numerator.rounded() == result.numerator,
      result.denominator.rounded() == result.denominator, result.numerator.magnitude < limit,
      result.denominator < limit, result.numerator != 0
    {
      var (a, b) = (Int64(result.numerator.magnitude), Int64(result.denominator))
      while b != 0 { (a, b) = (b, a % b) }
      result.numerator /= Double(a)
      result.denominator /= Double(a)
    }
    if result.denominator != 1, result.denominator.significand == 1,
      result.numerator != 1, result.numerator != -1
    {
      let quotient = result.numerator / result.denominator
      if quotient.isNormal { return Coefficient(quotient) }
    }
    return result
  }
}
