internal import ADCPlatform

/// Integrals of t^a (1 - t)^b e^(x t) and its relatives over t from 0 to 1.
///
/// For moderate x the series in x, whose terms follow from beta functions; far out the sum that
/// integration by parts gives, exact and finite. Series are summed in twofold arithmetic, so the
/// alternating ones lose nothing that counts.
enum Moments {
  /// Which terms of the series count, and with what signs.
  private enum Part {
    case exponential, hyperbolicCosine, hyperbolicSine, cosine, sine
  }

  static func exponential(_ a: Double, _ b: Double, _ x: Double) -> Double {
    guard isOrder(a), isOrder(b), !x.isNaN else { return .nan }
    // e^x is far above any power of x there, and no term but the first counts.
    if x > 3000 { return .infinity }
    if x < -1e250 { return a == 0 ? -1 / x : 0 }
    if x < -1 { return falling(b, a, -x) }
    if x.magnitude <= reach(a, b) { return series(a, b, x, .exponential) }
    return grown(by: x, ends(a, b, x).one) + ends(a, b, x).zero
  }

  static func hyperbolicCosine(_ a: Double, _ b: Double, _ x: Double) -> Double {
    guard isOrder(a), isOrder(b), !x.isNaN else { return .nan }
    let y = x.magnitude
    if y <= reach(a, b) { return series(a, b, y, .hyperbolicCosine) }
    return 0.5 * exponential(a, b, y) + 0.5 * exponential(a, b, -y)
  }

  static func hyperbolicSine(_ a: Double, _ b: Double, _ x: Double) -> Double {
    guard isOrder(a), isOrder(b), !x.isNaN else { return .nan }
    let y = x.magnitude
    let size =
      y <= reach(a, b)
      ? series(a, b, y, .hyperbolicSine)
      : 0.5 * exponential(a, b, y) - 0.5 * exponential(a, b, -y)
    return size.withSign(of: x)
  }

  static func cosine(_ a: Double, _ b: Double, _ x: Double) -> Double {
    guard isOrder(a), isOrder(b), x.isFinite else { return x.magnitude == .infinity ? 0 : .nan }
    let y = x.magnitude
    if y > turn(a, b) { return oscillating(a, b, y).cosine }
    return y <= alternatingReach
      ? series(a, b, y, .cosine) : precise(a, b, y) { $0.cosineMoment($1, $2) }
  }

  static func sine(_ a: Double, _ b: Double, _ x: Double) -> Double {
    guard isOrder(a), isOrder(b), x.isFinite else { return x.magnitude == .infinity ? 0 : .nan }
    let y = x.magnitude
    let value =
      y > turn(a, b)
      ? oscillating(a, b, y).sine
      : y <= alternatingReach
        ? series(a, b, y, .sine) : precise(a, b, y) { $0.sineMoment($1, $2) }
    return x.sign == .minus ? -value : value
  }

  /// Whole numbers whose factorials stay far from overflow.
  private static func isOrder(_ a: Double) -> Bool { a >= 0 && a <= 60 && a == a.roundedDown() }

  private static func reach(_ a: Double, _ b: Double) -> Double { 40 + 4 * (a + b) }
  private static func turn(_ a: Double, _ b: Double) -> Double { max(1, 4 * (a + b)) }

  /// Up to here the terms of an alternating series, of the size of e^y, leave twofold arithmetic
  /// enough of what they cancel to.
  private static let alternatingReach = 20.0

  /// Between the reach of both formulas, which only derivatives of high order meet: some 50 µs.
  private static func precise(
    _ a: Double, _ b: Double, _ y: Double,
    _ moment: (PreciseNumber, PreciseNumber, PreciseNumber) -> PreciseNumber
  ) -> Double {
    let (first, second) = (PreciseNumber(a, bits: 128), PreciseNumber(b, bits: 128))
    return moment(PreciseNumber(y, bits: 128), first, second).nearestDouble
  }

  /// e^-y times the integral for y > 1.
  private static func falling(_ a: Double, _ b: Double, _ y: Double) -> Double {
    if y <= reach(a, b) { return LibM.exp(-y) * series(a, b, y, .exponential) }
    let ends = ends(a, b, y)
    return ends.one + grown(by: -y, ends.zero)
  }

  private static func grown(by x: Double, _ value: Double) -> Double {
    let root = Exp.evaluate(0.5 * x)
    return x.magnitude < 700 ? Exp.evaluate(x) * value : root * value * root
  }

  /// The sum over n of x^n / n! B(a + n + 1, b + 1), or of every second term, for x from -1.
  private static func series(_ a: Double, _ b: Double, _ x: Double, _ part: Part) -> Double {
    var term = Twofold<Double>(1.0)
    var k = 1.0
    while k <= b {
      term = term * (Twofold(k) / Twofold(a + k))
      k += 1
    }
    term = term / Twofold(a + b + 1)
    func next(_ n: Double) {
      term = term * Twofold(product: x, a + n + 1) / Twofold(product: n + 1, a + b + n + 2)
    }
    var n = 0.0
    if part == .hyperbolicSine || part == .sine {
      next(n)
      n = 1
    }
    var sum = term
    var largest = term.head.magnitude
    while n < 2000 {
      next(n)
      n += 1
      if part != .exponential {
        next(n)
        n += 1
      }
      if part == .sine || part == .cosine { term = -term }
      sum = sum + term
      largest = max(largest, sum.head.magnitude)
      if term.head.magnitude <= largest * 0x1p-100 { break }
    }
    return sum.rounded
  }

  /// What the two ends of the interval give: the integral is e^y one + zero.
  private static func ends(_ a: Double, _ b: Double, _ y: Double) -> (one: Double, zero: Double) {
    let one = derivatives(b, a, y, alternating: true)
    let zero = derivatives(a, b, y, alternating: false)
    return (one, a.truncatingRemainder(dividingBy: 2) == 0 ? -zero : zero)
  }

  /// The sum over j of (±1)^j C(b, j) (a + j)! / y^(a + j + 1).
  private static func derivatives(_ a: Double, _ b: Double, _ y: Double, alternating: Bool)
    -> Double
  {
    var term = Twofold(1.0) / Twofold(y)
    var k = 1.0
    while k <= a {
      term = term * Twofold(k) / Twofold(y)
      k += 1
    }
    var sum = term
    var j = 0.0
    while j < b {
      term = term * Twofold(product: b - j, a + j + 1) / Twofold(product: j + 1, y)
      if alternating { term = -term }
      sum = sum + term
      j += 1
    }
    return sum.rounded
  }

  /// The same by parts with an imaginary exponent.
  private static func oscillating(_ a: Double, _ b: Double, _ y: Double)
    -> (cosine: Double, sine: Double)
  {
    // In units of 1 / (i y)^(j + 1), which turns by a quarter with every j.
    var one = (0.0, 0.0)
    var zero = (0.0, 0.0)
    func sum(_ first: Double, _ second: Double, _ into: inout (Double, Double), _ mirror: Double) {
      var term = 1 / y
      var k = 1.0
      while k <= first {
        term *= k / y
        k += 1
      }
      var j = 0.0
      while j <= second {
        add(term, turns: first + j + 1, to: &into)
        term *= mirror * (second - j) * (first + j + 1) / ((j + 1) * y)
        j += 1
      }
    }
    sum(b, a, &one, -1)
    sum(a, b, &zero, 1)
    let sign = a.truncatingRemainder(dividingBy: 2) == 0 ? -1.0 : 1.0
    let (sine, cosine) = SineAndCosine.evaluate(y)
    // The one among the first few whose zeros are double.
    if a == 0, b == 1 {
      let half = Sin.evaluate(0.5 * y)
      return (2 * (half / y) * (half / y), (y - sine) / y / y)
    }
    return (
      (one.0 * cosine - one.1 * sine) + sign * zero.0,
      (one.1 * cosine + one.0 * sine) + sign * zero.1
    )
  }

  /// Adds term / i^turns.
  private static func add(_ term: Double, turns: Double, to sum: inout (Double, Double)) {
    switch Int(turns) & 3 {
    case 0: sum.0 += term
    case 1: sum.1 -= term
    case 2: sum.0 -= term
    default: sum.1 += term
    }
  }
}
