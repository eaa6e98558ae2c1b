import ADCCalculus
import FoundationEssentials
import TestSupport
import Testing

/// Points over the whole domain of an operator: numbers of every size and sign, numbers near 1,
/// special ones.
private struct DomainSample {
  private static let special: [Double] = [
    0, -0.0, 1, -1, .infinity, -.infinity, .nan, 0x1p-1074, -0x1p-1074, 0x1p-1022, 0.5, -0.5, 2,
    -2, 3, -3, 1e300, 1e-300, 27, 170.6, 710, -745.5, 1e5, .pi / 2, .greatestFiniteMagnitude,
  ]

  let points: [[Double]]

  init(_ op: Operator, count: Int) {
    var random = SeededGenerator(seed: 17)
    var points = (0..<count).map { _ in op.domain.map { Self.number($0, &random) } }
    if op.name == "power" { points += (0..<count).map { _ in Self.power(&random) } }
    if ["beta", "lbeta", "lchoose"].contains(op.name) {
      points += (0..<count).map { _ in Self.positive(isOrdered: op.name == "lchoose", &random) }
    }
    if op.domain.count == 1 {
      points += Self.special.map { [$0] }
    } else if op.domain.count == 2 {
      let isWhole = op.domain[0].lowerBound == op.domain[0].upperBound
      let first = isWhole ? [0, 1, 2, 3, -1, 0.5, .nan, .infinity] : Self.special
      points += first.flatMap { x in Self.special.map { [x, $0] } }
    }
    self.points = points
  }

  private static func number(
    _ domain: ClosedRange<Double>, _ random: inout SeededGenerator
  ) -> Double {
    if domain.lowerBound == domain.upperBound {
      return Double(Int.random(in: 0...6, using: &random))
    }
    switch Int.random(in: 0..<10, using: &random) {
    case 0...2: return size(-1074...1023.9, &random)
    case 3...5: return size(-30...10, &random)
    case 6: return size(0...0, &random) + size(-52 ... -1, &random)
    case 7: return size(-3...3, &random)
    default: return Double.random(in: domain, using: &random)
    }
  }

  private static func size(
    _ exponents: ClosedRange<Double>, _ random: inout SeededGenerator
  ) -> Double {
    let value = Exp2.evaluate(Double.random(in: exponents, using: &random))
    return Bool.random(using: &random) ? value : -value
  }

  /// Pairs of positive numbers of all sizes, half of them moderate, perhaps the first the larger.
  private static func positive(isOrdered: Bool, _ random: inout SeededGenerator) -> [Double] {
    let sizes = Bool.random(using: &random) ? -20.0...20 : -1022...1023.9
    let pair = [size(sizes, &random).magnitude, size(sizes, &random).magnitude]
    return isOrdered ? [max(pair[0], pair[1]), min(pair[0], pair[1])] : pair
  }

  /// Powers whose results are doubles of all sizes.
  private static func power(_ random: inout SeededGenerator) -> [Double] {
    let x =
      Bool.random(using: &random)
      ? size(-1074...1023.9, &random).magnitude : 1 + size(-52 ... -1, &random)
    return [x, size(-10...0, &random) * 740 / Log.evaluate(x).magnitude]
  }
}

/// The error of a kernel in units in the last place.
private struct KernelError {
  let op: Operator
  let kernel: Kernel
  let precise: PreciseFunction

  /// nil where both are no numbers, or infinite alike.
  func units(at point: [Double]) -> Double? {
    let found = Differences.value(kernel, point)
    let wide = precise(point.map { PreciseNumber($0, bits: 128) })
    let expected = wide.nearestDouble
    if expected.isNaN || found.isNaN { return expected.isNaN == found.isNaN ? nil : .infinity }
    if expected.isInfinite || found.isInfinite {
      let isNear = min(expected.magnitude, found.magnitude) >= 0x1.ffffffffffff0p1023
      return isNear && (expected < 0) == (found < 0) ? nil : .infinity
    }
    let difference = (PreciseNumber(found, bits: 128) - wide).magnitude
    let units = (difference / unit(expected.magnitude)).nearestDouble
    guard units > op.errorBound else { return units }
    let change = changeNearZero(point)
    return change > expected.magnitude ? (difference / unit(change)).nearestDouble : units
  }

  private func unit(_ value: Double) -> PreciseNumber {
    PreciseNumber(max(value.ulp, 0x1p-1074), bits: 128)
  }

  /// The largest x times derivative by an operand towards which a zero is near; 0 without one.
  private func changeNearZero(_ point: [Double]) -> Double {
    let wide = point.map { PreciseNumber($0, bits: 256) }
    let value = precise(wide)
    var change = 0.0
    for place in point.indices where point[place].isFinite && point[place] != 0 {
      var moved = wide
      moved[place] = wide[place] + wide[place].scaled(-80)
      let slope = (precise(moved) - value).scaled(80)
      guard slope.isFinite, !slope.isZero else { continue }
      // Beyond the zero that the tangent shows the sign is the other one.
      moved[place] = wide[place] - wide[place] * (value / slope).scaled(1)
      let other = precise(moved)
      if !other.isNaN, !value.isZero, other.isNegative != value.isNegative {
        change = max(change, slope.magnitude.nearestDouble)
      }
    }
    return change
  }
}

@Suite("Kernels against numbers of many digits, over their whole domains")
struct KernelPrecisionTests {
  /// `ADC_POINTS` in the environment asks for more points.
  private static let count =
    ProcessInfo.processInfo.environment["ADC_POINTS"].flatMap { Int($0) } ?? 1000
  /// What takes long to judge: integrals and gamma functions of arguments of any size.
  private static let slow: Set<String> = [
    "beta", "lbeta", "gamma", "lgamma", "digamma", "trigamma", "polygamma", "erfinv", "erfcinv",
    "probit",
  ]

  @Test("stay within the catalogue's bounds", arguments: CatalogueEntry.elementwise)
  func bounds(entry: CatalogueEntry) throws {
    let precise = try #require(entry.op.precise)
    let kernel = try #require(entry.kernel)
    let isSlow = Self.slow.contains(entry.op.name)
    let error = KernelError(op: entry.op, kernel: kernel, precise: precise)
    let sample = DomainSample(entry.op, count: isSlow ? Self.count / 8 : Self.count)
    var worst = (units: 0.0, point: [Double]())
    for point in sample.points where isModerate(point, entry.op) {
      guard let units = error.units(at: point) else { continue }
      if !(units <= worst.units) { worst = (units, point) }
    }
    #expect(worst.units <= entry.op.errorBound, "\(worst.units) units at \(worst.point)")
  }

  /// The beta function and its relatives keep their bounds for numbers of moderate size only, as
  /// their kernels say.
  private func isModerate(_ point: [Double], _ op: Operator) -> Bool {
    guard ["beta", "lbeta", "lchoose"].contains(op.name) else { return true }
    let least = op.name == "lchoose" ? 0.5 : 1e-6
    return point.allSatisfy { $0.magnitude < 1e6 && $0 > least }
  }
}
