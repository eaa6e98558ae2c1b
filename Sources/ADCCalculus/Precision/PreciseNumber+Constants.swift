import Synchronization

extension PreciseNumber {
  /// Constants that took some work, by precision.
  private struct Known: Sendable {
    var pi: [Int: PreciseNumber] = [:]
    var ln2: [Int: PreciseNumber] = [:]
    var bernoulli: [Int: [PreciseNumber]] = [:]
  }

  private static let known = Mutex(Known())

  /// pi = 16 atan(1/5) - 4 atan(1/239) (J. Machin, 1706).
  package static func pi(precision: Int) -> PreciseNumber {
    if let value = known.withLock({ $0.pi[precision] }) { return value }
    let wide = precision + 1
    let value =
      (inverseTangent(of: 5, precision: wide).scaled(by: 4)
      - inverseTangent(of: 239, precision: wide).scaled(by: 2)).extended(to: precision)
    known.withLock { $0.pi[precision] = value }
    return value
  }

  /// log(2) = 18 atanh(1/26) - 2 atanh(1/4801) + 8 atanh(1/8749).
  package static func ln2(precision: Int) -> PreciseNumber {
    if let value = known.withLock({ $0.ln2[precision] }) { return value }
    let wide = precision + 1
    func series(_ divisor: Int) -> PreciseNumber {
      inverseTangent(of: divisor, precision: wide, isHyperbolic: true)
    }
    let eighteen = PreciseNumber(18, precision: wide)
    let value =
      (eighteen * series(26) - series(4801).scaled(by: 1) + series(8749).scaled(by: 3))
      .extended(to: precision)
    known.withLock { $0.ln2[precision] = value }
    return value
  }

  /// atan(1/divisor), or atanh(1/divisor).
  private static func inverseTangent(
    of divisor: Int, precision: Int, isHyperbolic: Bool = false
  ) -> PreciseNumber {
    var power = PreciseNumber(1, precision: precision).divided(by: divisor)
    var sum = power
    var order = 1
    while !power.isZero, power.exponent > sum.exponent - 64 * precision {
      power = power.divided(by: divisor * divisor)
      if !isHyperbolic { power = -power }
      order += 2
      sum = sum + power.divided(by: order)
    }
    return sum
  }

  /// The Bernoulli numbers B_2, B_4, …, `count` of them: from
  /// sum over k of binomial(2n + 1, 2k) B_2k = (2n + 1)/2 - 1.
  static func bernoulli(_ count: Int, precision: Int) -> [PreciseNumber] {
    if let values = known.withLock({ $0.bernoulli[precision] }), values.count >= count {
      return values
    }
    // The recurrence loses about two bits a step.
    let wide = precision + count / 24 + 2
    var values: [PreciseNumber] = []
    for n in 1...max(count, 1) {
      let odd = 2 * n + 1
      var sum = PreciseNumber(odd - 2, precision: wide).scaled(by: -1)
      var binomial = PreciseNumber(1, precision: wide)
      for k in 1..<max(n, 1) {
        let factor = PreciseNumber((odd - 2 * k + 2) * (odd - 2 * k + 1), precision: wide)
        binomial = (binomial * factor).divided(by: (2 * k - 1) * 2 * k)
        sum = sum - binomial * values[k - 1]
      }
      values.append(sum.divided(by: odd))
    }
    let result = values.map { $0.extended(to: precision) }
    known.withLock { $0.bernoulli[precision] = result }
    return result
  }

  /// The number that a double stands for in a formula: pi and e where it is the double next to
  /// them, and small multiples of what derivative rules are written with, 2/sqrt(pi), log(2),
  /// log(10) and 1/sqrt(2 pi), where it is one but for rounding.
  package init(constant value: Double, precision: Int) {
    let size = value.magnitude
    var magnitude = PreciseNumber(size, precision: precision)
    if size == Double.pi {
      magnitude = Self.pi(precision: precision)
    } else if size == 2.718281828459045 {
      magnitude = PreciseNumber(1, precision: precision).exponential
    } else {
      for (base, exact) in Self.factors {
        guard let multiple = Self.multiple(size, of: base) else { continue }
        let whole = PreciseNumber(multiple.above, precision: precision + 1)
        magnitude = (whole * exact(precision + 1)).divided(by: multiple.below)
          .extended(to: precision)
        break
      }
    }
    self = value.sign == .minus ? -magnitude : magnitude
  }

  private static let factors: [(Double, @Sendable (Int) -> PreciseNumber)] = [
    (
      1.1283791670955126,
      { PreciseNumber(2, precision: $0) / pi(precision: $0).squareRoot() }
    ),
    (0.6931471805599453, { ln2(precision: $0) }),
    (2.302585092994046, { PreciseNumber(10, precision: $0).logarithm }),
    (
      0.3989422804014327,
      { PreciseNumber(1, precision: $0) / pi(precision: $0).scaled(by: 1).squareRoot() }
    ),
  ]

  /// above/below with value = base*above/below but for the rounding of a few operations.
  private static func multiple(_ value: Double, of base: Double) -> (above: Int, below: Int)? {
    guard value > base / 64, value < base * 1024 else { return nil }
    for below in [1, 3, 64] {
      let above = (value / base * Double(below)).rounded()
      guard above >= 1, (above / Double(below) * base - value).magnitude <= 2 * value.ulp else {
        continue
      }
      return (Int(above), below)
    }
    return nil
  }
}
