extension PreciseNumber {
  private var one: PreciseNumber { PreciseNumber(1, precision: precision) }
  private var nan: PreciseNumber { PreciseNumber(kind: .nan, precision: precision) }

  /// The number of quarter turns, modulo 4, and the angle that is left, at most an eighth turn.
  private var quarterTurns: (turns: Int, rest: PreciseNumber) {
    // As many more limbs as the whole part has.
    let wide = precision + 2 + max(exponent, 0) / 64
    let x = extended(to: wide)
    let quarter = Self.pi(precision: wide).scaled(by: -1)
    let turns = (x / quarter).rounded
    let rest = (x - turns * quarter).extended(to: precision + 1)
    let four = PreciseNumber(4, precision: wide)
    let modulo = turns - (turns.scaled(by: -2)).truncated * four
    return ((modulo.int ?? 0) & 3, rest)
  }

  /// The sine or cosine of a small angle by its power series.
  private func circularSeries(from first: Int) -> PreciseNumber {
    if isZero { return first == 1 ? self : one }
    let square = -(self * self)
    var term = first == 1 ? self : one
    var sum = term
    var order = first
    while !term.isZero, term.exponent > sum.exponent - 64 * precision {
      term = (term * square).divided(by: (order + 1) * (order + 2))
      order += 2
      sum = sum + term
    }
    return sum
  }

  package var sine: PreciseNumber {
    if isZero { return self }
    guard isFinite, exponent < 1 << 20 else { return nan }
    let (turns, rest) = quarterTurns
    let value = rest.circularSeries(from: turns & 1 == 0 ? 1 : 0).extended(to: precision)
    return turns >= 2 ? -value : value
  }

  package var cosine: PreciseNumber {
    if isZero { return one }
    guard isFinite, exponent < 1 << 20 else { return nan }
    let (turns, rest) = quarterTurns
    let value = rest.circularSeries(from: turns & 1 == 0 ? 0 : 1).extended(to: precision)
    return turns == 1 || turns == 2 ? -value : value
  }

  package var tangent: PreciseNumber { isZero ? self : sine / cosine }

  package var inverseTangent: PreciseNumber {
    switch kind {
    case .nan, .zero: return self
    case .infinite:
      let quarter = Self.pi(precision: precision).scaled(by: -1)
      return isNegative ? -quarter : quarter
    case .finite: break
    }
    let wide = precision + 1
    var x = magnitude.extended(to: wide)
    let one = PreciseNumber(1, precision: wide)
    let isSteep = one < x
    if isSteep { x = one / x }
    // atan(x) = 2*atan(x/(1 + sqrt(1 + x^2)))
    let halvings = 3
    for _ in 0..<halvings { x = x / (one + (one + x * x).squareRoot()) }
    var angle = x.inverseTangentSeries(isHyperbolic: false).scaled(by: halvings)
    if isSteep { angle = Self.pi(precision: wide).scaled(by: -1) - angle }
    let result = angle.extended(to: precision)
    return isNegative ? -result : result
  }

  package var inverseSine: PreciseNumber {
    if isZero { return self }
    let size = magnitude
    if isNaN || one < size { return nan }
    let cosine = ((one - size) * (one + size)).squareRoot()
    if cosine.isZero {
      let quarter = Self.pi(precision: precision).scaled(by: -1)
      return isNegative ? -quarter : quarter
    }
    return (self / cosine).inverseTangent
  }

  package var inverseCosine: PreciseNumber {
    if isNaN || one < magnitude { return nan }
    if (self + one).isZero { return Self.pi(precision: precision) }
    return ((one - self) / (one + self)).squareRoot().inverseTangent.scaled(by: 1)
  }

  /// The angle of the point (x, y), y being this number.
  package func angle(x: PreciseNumber) -> PreciseNumber {
    if isNaN || x.isNaN { return nan }
    let pi = Self.pi(precision: precision)
    if isZero {
      let turned = x.isNegative ? pi : PreciseNumber(kind: .zero, precision: precision)
      return isNegative ? -turned : turned
    }
    let angle: PreciseNumber
    if isInfinite, x.isInfinite {
      angle = pi.scaled(by: -2)
    } else {
      angle = (magnitude / x.magnitude).inverseTangent
    }
    let turned = x.isNegative ? pi - angle : angle
    return isNegative ? -turned : turned
  }
}
