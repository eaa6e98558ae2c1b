/// The integrals of `Moments`: by the series, or by parts far out, with as many bits more as
/// signs cost.
extension PreciseNumber {
  /// f(this) / this, and 1 at 0.
  package func quotient(_ function: (PreciseNumber) -> PreciseNumber) -> PreciseNumber {
    if isZero { return constant(1) }
    // Beyond, nothing changes but that infinities would meet.
    let finite = isInfinite ? constant(isNegative ? -1 : 1).scaled(1 << 59) : self
    return finite.wider { function($0) / $0 }
  }

  private static func isOrder(_ a: PreciseNumber) -> Bool {
    (a.isZero || !a.isNegative) && a <= 60 && a.roundedDown == a
  }

  /// `Moments` of exp; NaN where an order is no whole number from 0 to 60.
  package func exponentialMoment(_ a: PreciseNumber, _ b: PreciseNumber) -> PreciseNumber {
    guard Self.isOrder(a), Self.isOrder(b), !isNaN else { return constant(.nan) }
    if isInfinite || exponent > 40 {
      if !isInfinite, isNegative { return ends(a.nearestDouble, b.nearestDouble).exponential }
      return constant(isNegative ? 0 : .infinity)
    }
    if isNegative { return wider { x in x.exponential * (-x).exponentialMoment(b, a) } }
    let (first, second) = (a.nearestDouble, b.nearestDouble)
    return self > 400
      ? ends(first, second).exponential : momentSeries(first, second, step: 1, turns: false)
  }

  /// `Moments` of cosh, the mean of those of exp at this and at its negative.
  package func hyperbolicCosineMoment(_ a: PreciseNumber, _ b: PreciseNumber) -> PreciseNumber {
    wider { ($0.exponentialMoment(a, b) + (-$0).exponentialMoment(a, b)).scaled(-1) }
  }

  /// `Moments` of sinh, by a series of odd powers where the difference would cancel.
  package func hyperbolicSineMoment(_ a: PreciseNumber, _ b: PreciseNumber) -> PreciseNumber {
    guard Self.isOrder(a), Self.isOrder(b), isFinite, exponent < 9 else {
      return wider { ($0.exponentialMoment(a, b) - (-$0).exponentialMoment(a, b)).scaled(-1) }
    }
    return momentSeries(
      a.nearestDouble, b.nearestDouble, step: 2, turns: false, first: 1)
  }

  /// `Moments` of cos; 0 at infinities.
  package func cosineMoment(_ a: PreciseNumber, _ b: PreciseNumber) -> PreciseNumber {
    guard Self.isOrder(a), Self.isOrder(b), !isNaN else { return constant(.nan) }
    if isInfinite { return constant(0) }
    let (first, second) = (a.nearestDouble, b.nearestDouble)
    return magnitude > 100
      ? magnitude.ends(first, second).cosine
      : momentSeries(first, second, step: 2, turns: true)
  }

  /// `Moments` of sin; 0 at infinities.
  package func sineMoment(_ a: PreciseNumber, _ b: PreciseNumber) -> PreciseNumber {
    guard Self.isOrder(a), Self.isOrder(b), !isNaN else { return constant(.nan) }
    if isInfinite { return constant(0) }
    let (first, second) = (a.nearestDouble, b.nearestDouble)
    if magnitude > 100 {
      let value = magnitude.ends(first, second).sine
      return isNegative ? -value : value
    }
    return momentSeries(first, second, step: 2, turns: true, first: 1)
  }

  /// The sum of x^n / n! B(a + n + 1, b + 1) over every n or every second one.
  private func momentSeries(
    _ a: Double, _ b: Double, step: Int, turns: Bool, first: Int = 0
  ) -> PreciseNumber {
    Self.settled(width) { room in
      let x = widened(to: room)
      var term = x.constant(1)
      for k in stride(from: 1, through: b, by: 1) { term = term * k / (a + k) }
      term = term / (a + b + 1)
      var n = 0.0
      func advance() {
        term = term * x * (a + n + 1) / ((n + 1) * (a + b + n + 2))
        n += 1
      }
      for _ in 0..<first { advance() }
      var (sum, largest) = (term, term.isZero ? 0 : term.exponent)
      while term.isFiniteNonzero, term.exponent >= largest - room * 64 {
        for _ in 0..<step { advance() }
        if turns { term = -term }
        sum = sum + term
        if term.isFiniteNonzero { largest = max(largest, term.exponent) }
      }
      return (sum, largest)
    }
  }

  /// The integrals for a large positive number, by parts: e^x times a sum for the upper end and a
  /// sum for the lower one; exact.
  private func ends(_ a: Double, _ b: Double) -> (
    exponential: PreciseNumber, cosine: PreciseNumber, sine: PreciseNumber
  ) {
    let x = widened(to: width + 3)
    let upper = x.end(b, a, mirrored: true)
    let lower = x.end(a, b, mirrored: false)
    let isEven = a.truncatingRemainder(dividingBy: 2) == 0
    let real = { (turn: [PreciseNumber]) in turn[0] - turn[2] }
    let imaginary = { (turn: [PreciseNumber]) in turn[3] - turn[1] }
    let (u, v) = (real(upper), imaginary(upper))
    let (sine, cosine) = x.sineAndCosine
    let (p, q) = isEven ? (-real(lower), -imaginary(lower)) : (real(lower), imaginary(lower))
    let top = upper[0] + upper[1] + upper[2] + upper[3]
    let bottom = lower[0] + lower[1] + lower[2] + lower[3]
    let growth = isNegative ? x.constant(0) : x.exponential
    let whole =
      isNegative ? (isEven ? -bottom : bottom) : growth * top + (isEven ? -bottom : bottom)
    return (
      whole.widened(to: width), (u * cosine - v * sine + p).widened(to: width),
      (v * cosine + u * sine + q).widened(to: width)
    )
  }

  /// The terms (∓1)^j C(b, j) (a + j)! / x^(a + j + 1), added up by a + j + 1 modulo 4.
  private func end(_ a: Double, _ b: Double, mirrored: Bool) -> [PreciseNumber] {
    var sums = [PreciseNumber](repeating: constant(0), count: 4)
    var term = reciprocal
    for k in stride(from: 1, through: a, by: 1) { term = term * k / self }
    for j in stride(from: 0, through: b, by: 1) {
      let turn = Int(a + j + 1) & 3
      sums[turn] = sums[turn] + term
      term = term * ((b - j) * (a + j + 1)) / (self * (j + 1))
      if mirrored { term = -term }
    }
    return sums
  }

  /// The integral of t^n / (1 + x t)^(n + 1).
  package func logarithmicMoment(_ order: PreciseNumber) -> PreciseNumber {
    guard Self.isOrder(order), !isNaN, !(self < -1) else { return constant(.nan) }
    if self == -1 { return constant(.infinity) }
    if isInfinite { return constant(0) }
    let n = order.nearestDouble
    if isZero { return constant(1) / (n + 1) }
    if exponent < -3 {
      return Self.settled(width) { room in
        let x = widened(to: room)
        var power = x.constant(1)
        let sum = Self.series(x.constant(1) / (n + 1)) { _, k in
          power = -(power * x * (n + k)) / k
          return power / (n + k + 1)
        }
        return (sum, 1)
      }
    }
    return Self.settled(width) { room in
      let x = widened(to: room)
      let w = x / (x + 1)
      let whole = x.logarithmOfOnePlus
      var (rest, power, largest) = (whole, x.constant(1), whole.exponent)
      for j in stride(from: 1, through: n, by: 1) {
        power = power * w
        let term = power / j
        largest = max(largest, term.exponent)
        rest = rest - term
      }
      let scale = x.power(PreciseNumber(n + 1, width: 1))
      return (rest / scale, largest - scale.exponent)
    }
  }
}
