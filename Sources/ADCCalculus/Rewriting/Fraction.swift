/// A quotient of whole numbers, exact: the coefficient of a `Monomial`.
struct Fraction: Hashable {
  private(set) var numerator: Int
  /// At least 1, and without a factor in common with the numerator.
  private(set) var denominator: Int

  static let zero = Fraction(0)
  static let one = Fraction(1)

  init(_ value: Int) {
    numerator = value
    denominator = 1
  }

  /// Nil where the denominator is 0 or a part leaves the range of whole numbers.
  init?(_ numerator: Int, over denominator: Int) {
    guard denominator != 0, numerator != .min, denominator != .min else { return nil }
    var (a, b) = (numerator.magnitude, denominator.magnitude)
    while b != 0 { (a, b) = (b, a % b) }
    let divisor = denominator < 0 ? -Int(max(a, 1)) : Int(max(a, 1))
    self.numerator = numerator / divisor
    self.denominator = denominator / divisor
  }

  /// A number that is exactly a quotient with a small power of two below; nil for others.
  init?(_ value: Double) {
    let scaled = value * 16
    guard scaled.rounded() == scaled, scaled.magnitude < 1e12 else { return nil }
    self.init(Int(scaled), over: 16)
  }

  var isZero: Bool { numerator == 0 }
  var isNegative: Bool { numerator < 0 }
  var isWhole: Bool { denominator == 1 }
  var negated: Fraction { times(Fraction(-1)) ?? self }
  var inverse: Fraction? { Fraction(denominator, over: numerator) }
  var coefficient: Coefficient {
    Coefficient(numerator: Double(numerator), denominator: Double(denominator)).normalized
  }

  func times(_ other: Fraction) -> Fraction? {
    let (above, first) = numerator.multipliedReportingOverflow(by: other.numerator)
    let (below, second) = denominator.multipliedReportingOverflow(by: other.denominator)
    guard !first, !second, above.magnitude < Self.limit, below < Self.limit else { return nil }
    return below == 1 ? Fraction(above) : Fraction(above, over: below)
  }

  func plus(_ other: Fraction) -> Fraction? {
    let (left, first) = numerator.multipliedReportingOverflow(by: other.denominator)
    let (right, second) = other.numerator.multipliedReportingOverflow(by: denominator)
    let (sum, third) = left.addingReportingOverflow(right)
    let (below, fourth) = denominator.multipliedReportingOverflow(by: other.denominator)
    guard !first, !second, !third, !fourth, sum.magnitude < Self.limit, below < Self.limit else {
      return nil
    }
    return Fraction(sum, over: below)
  }

  /// Whole numbers up to here are doubles without rounding.
  private static let limit = 1 << 52
}
