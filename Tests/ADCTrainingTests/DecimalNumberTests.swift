import ADCTraining
import Testing

@Suite struct DecimalNumberTests {
  private func parse(_ text: String) -> Double? {
    Array(text.utf8).withUnsafeBufferPointer { DecimalNumber.parse($0) }
  }

  @Test func agreesWithTheStandardLibraryToTheLastBit() {
    var generator = SplitMix(state: 1)
    for _ in 0..<200_000 {
      let text = generator.decimal()
      let value = parse(text)
      if value != Double(text) { Issue.record("\(text) gave \(String(describing: value))") }
    }
  }

  @Test func readsBackWhatIsPrinted() {
    var generator = SplitMix(state: 2)
    for _ in 0..<100_000 {
      let value = Double(bitPattern: generator.next())
      if value.isFinite, parse(value.description) != value { Issue.record("\(value)") }
      let near = Double.random(in: -1e6...1e6, using: &generator)
      if parse(near.description) != near { Issue.record("\(near)") }
    }
  }

  /// Numbers halfway between two doubles, and just beside the middle.
  @Test(arguments: [
    ("9007199254740993", 9_007_199_254_740_992.0), ("9007199254740995", 9_007_199_254_740_996.0),
    ("9007199254740993.0000000000000000000001", 9_007_199_254_740_994.0),
    ("1.00000000000000011102230246251565", 1.0),
    ("1.00000000000000011102230246251566", 1.000_000_000_000_000_2),
    ("18446744073709551615", 18_446_744_073_709_551_616.0), ("-0", 0), ("0e999999999999", 0),
    ("1e-999999999999", 0), ("1e999999999999", .infinity), ("4.9e-324", .leastNonzeroMagnitude),
    ("000000000000000000000000000001", 1),
    ("2.2250738585072011e-308", Double.leastNormalMagnitude.nextDown),
  ])
  func roundsToTheNearestEven(text: String, value: Double) {
    #expect(parse(text) == value)
  }

  @Test(arguments: [
    "", "+", "-", ".", "e1", "1e", "1e+", "1 ", " 1", "1,2", "0x1p3", "nan", "inf", "--1", "1.2.3",
    "1e5.0", "١",
  ])
  func refusesWhatIsNoDecimal(text: String) {
    #expect(parse(text) == nil)
  }
}

/// Pseudo-random numbers that are the same on every run.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
    return bits ^ bits >> 31
  }

  /// A decimal text of up to 24 digits with or without sign, point and exponent.
  mutating func decimal() -> String {
    let count = Int.random(in: 1...24, using: &self)
    var text = Bool.random(using: &self) ? "-" : ""
    let point = Int.random(in: 0...(count * 2), using: &self)
    for place in 0..<count {
      if place == point { text += "." }
      text += String(Int.random(in: 0...9, using: &self))
    }
    if Bool.random(using: &self) {
      let reach = Bool.random(using: &self) ? 30 : 340
      text += "e\(Int.random(in: -reach...reach, using: &self))"
    }
    return text
  }
}
