extension PreciseNumber {
  /// The number that a double stands for in a formula: pi and e where it is the double next to
  /// them, and small multiples of what derivative rules are written with, 2/sqrt(pi), log(2),
  /// log(10) and 1/sqrt(2 pi), where it is one but for rounding.
  package init(constant value: Double, bits: Int) {
    let size = value.magnitude
    var magnitude = PreciseNumber(size, bits: bits)
    if size == Double.pi {
      magnitude = Self.pi(bits: bits)
    } else if size == 2.718281828459045 {
      magnitude = Self.e(bits: bits)
    } else {
      for (base, exact) in Self.factors {
        guard let multiple = Self.multiple(size, of: base) else { continue }
        magnitude = (exact(bits + 64) * multiple.above / multiple.below).with(bits: bits)
        break
      }
    }
    self = value.sign == .minus ? -magnitude : magnitude
  }

  private static let factors: [(Double, @Sendable (Int) -> PreciseNumber)] = [
    (1.1283791670955126, { twoOverRootPi(bits: $0) }),
    (0.886226925452758, { pi(bits: $0).squareRoot().scaled(-1) }),
    (0.6931471805599453, { logarithmOfTwo(bits: $0) }),
    (2.302585092994046, { logarithmOfTen(bits: $0) }),
    (0.3989422804014327, { (pi(bits: $0) * 2).squareRoot().reciprocal }),
  ]

  /// above/below with value = base*above/below but for the rounding of a few operations.
  private static func multiple(_ value: Double, of base: Double) -> (above: Double, below: Double)?
  {
    guard value > base / 64, value < base * 1024 else { return nil }
    for below in [1.0, 3, 64] {
      let above = (value / base * below).rounded()
      guard above >= 1, (above / below * base - value).magnitude <= 2 * value.ulp else { continue }
      return (above, below)
    }
    return nil
  }
}
