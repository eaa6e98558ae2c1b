/// The numbers that a program is run with. Graphs know nothing of it: their constants are doubles
/// or exact, whatever the program that they become.
package enum Precision: String, Hashable, Sendable, CaseIterable {
  /// IEEE 754 binary64.
  case double
  /// IEEE 754 binary32.
  case single

  /// The bytes of a number in memory.
  package var bytes: Int { self == .double ? 8 : 4 }

  /// The nearest number of this precision.
  package func rounded(_ value: Double) -> Double {
    self == .double ? value : Double(Float(value))
  }

  /// The double that is written with the fewest digits that read back to the same number of this
  /// precision; what is no such number stays.
  package func written(_ value: Double) -> Double {
    let single = Float(value)
    guard self == .single, value.isFinite, Double(single) == value else { return value }
    return Double(single.description) ?? value
  }

  /// Up to here every whole number is one of this precision.
  package var mostWhole: Int { self == .double ? 1 << 53 : 1 << 24 }
}
