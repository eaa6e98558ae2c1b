/// Circular and hyperbolic functions and their inverses.
extension PreciseNumber {
  /// The sine and 1 - cosine of this less a multiple of pi/2, and the multiple modulo 4.
  private var quarterTurn: (sine: PreciseNumber, versine: PreciseNumber, quarters: Int) {
    var wide = widened(to: width + 1)
    if exponent <= 0, magnitude < 0.75 { return wide.shortTurn(0) }
    var room = width + 1 + max(0, exponent) / 64 + 1
    while true {
      wide = widened(to: room)
      let half = Self.pi(width: room).scaled(-1)
      let k = (wide / half).roundedToEven
      let rest = wide - k * half
      let quarters = k - (k.scaled(-2).roundedDown).scaled(2)
      let lost = max(0, exponent) - (rest.isZero ? -room * 64 : rest.exponent)
      if lost + (width + 1) * 64 <= room * 64 || room > 60 + width + max(0, exponent) / 64 {
        return rest.widened(to: width + 1).shortTurn(quarters.wholeValue & 3)
      }
      room = width + 2 + lost / 64
    }
  }

  /// For |this| < 0.8: by Taylor's series for a 2^n-th part, doubled n times.
  private func shortTurn(_ quarters: Int) -> (
    sine: PreciseNumber, versine: PreciseNumber, quarters: Int
  ) {
    guard isFiniteNonzero else { return (self, constant(0), quarters) }
    let halvings = max(0, min(6 + width, exponent + 6 + width))
    let part = scaled(-halvings).widened(to: width + 1)
    let z = part.squared
    var sine = Self.series(part) { term, k in -(term * z / ((2 * k) * (2 * k + 1))) }
    var versine = Self.series(z.scaled(-1)) { term, k in
      -(term * z / ((2 * k + 1) * (2 * k + 2)))
    }
    for _ in 0..<halvings {
      sine = (sine * (constant(1) - versine)).scaled(1)
      versine = (versine * (constant(2) - versine)).scaled(1)
    }
    return (sine.widened(to: width), versine.widened(to: width), quarters)
  }

  /// The exponent of the largest multiple that is taken away to find a rest.
  static let largestTurn = 8192

  /// The sine and the cosine; NaN from 2^8192 on, where only what overflowed on its way could be.
  package var sineAndCosine: (sine: PreciseNumber, cosine: PreciseNumber) {
    guard isFinite, exponent <= Self.largestTurn else { return (constant(.nan), constant(.nan)) }
    if isZero { return (self, constant(1)) }
    let turn = quarterTurn
    let sine = turn.sine.widened(to: width)
    let cosine = (constant(1) - turn.versine).widened(to: width)
    return switch turn.quarters {
    case 0: (sine, cosine)
    case 1: (cosine, -sine)
    case 2: (-sine, -cosine)
    default: (-cosine, sine)
    }
  }

  /// sin(this); NaN as `sineAndCosine` is.
  package var sine: PreciseNumber { sineAndCosine.sine }
  /// cos(this); NaN as `sineAndCosine` is.
  package var cosine: PreciseNumber { sineAndCosine.cosine }

  /// tan(this), from both with a limb more.
  package var tangent: PreciseNumber {
    let (sine, cosine) = widened(to: width + 1).sineAndCosine
    return (sine / cosine).widened(to: width)
  }

  /// cos(this) - 1.
  package var cosineLessOne: PreciseNumber {
    let sine = widened(to: width + 1).scaled(-1).sine
    return -(sine.squared.scaled(1)).widened(to: width)
  }

  /// The sine of pi times this; 0 at whole numbers.
  package var sineOfHalfTurns: PreciseNumber {
    guard isFinite else { return constant(.nan) }
    let nearest = roundedToEven
    let rest = (self - nearest).widened(to: width + 1)
    if rest.isZero { return PreciseNumber(.zero, isNegative: isNegative, width: width) }
    let value = (rest * Self.pi(width: width + 1)).sine.widened(to: width)
    return nearest.scaled(-1).roundedDown == nearest.scaled(-1) ? value : -value
  }

  /// The cosine of pi times this; 0 at halves.
  package var cosineOfHalfTurns: PreciseNumber {
    guard isFinite else { return constant(.nan) }
    // An eighth of a turn away the other one is the accurate one.
    let double = magnitude.scaled(1)
    let whole = double.roundedToEven
    let isOdd = !(whole.scaled(-1).roundedDown == whole.scaled(-1))
    if isOdd { return (magnitude + 0.5).sineOfHalfTurns }
    let nearest = whole.scaled(-1)
    let rest = (magnitude - nearest).widened(to: width + 1) * Self.pi(width: width + 1)
    let value = rest.cosine.widened(to: width)
    return nearest.scaled(-1).roundedDown == nearest.scaled(-1) ? value : -value
  }

  /// The angle whose tangent is this.
  package var arcTangent: PreciseNumber {
    if isNaN || isZero { return self }
    if isInfinite {
      let half = Self.pi(width: width).scaled(-1)
      return isNegative ? -half : half
    }
    if isNegative { return -(-self).arcTangent }
    let wide = widened(to: width + 1)
    if self > 1 {
      return (Self.pi(width: width + 1).scaled(-1) - (wide.constant(1) / wide).arcTangent)
        .widened(to: width)
    }
    if exponent < -8 {
      let z = wide.squared
      var power = wide
      return Self.series(wide) { _, k in
        power = -(power * z)
        return power / (2 * k + 1)
      }.widened(to: width)
    }
    var y = PreciseNumber(Atan.evaluate(nearestDouble), width: width + 1)
    var bits = 45
    while bits < (width + 1) * 64 {
      let (sine, cosine) = y.sineAndCosine
      y = y + (wide * cosine - sine) / (cosine + wide * sine)
      bits *= 3
    }
    return y.widened(to: width)
  }

  /// The angle of the point (x, this), from -pi to pi.
  package func angle(over x: PreciseNumber) -> PreciseNumber {
    let width = max(width, x.width)
    if isNaN || x.isNaN { return PreciseNumber(.nan, width: width) }
    let pi = Self.pi(width: width + 1)
    let size: PreciseNumber
    if isZero {
      size = x.isNegative ? pi : PreciseNumber(0, width: width)
    } else if x.isZero {
      size = pi.scaled(-1)
    } else if isInfinite, x.isInfinite {
      size = x.isNegative ? (pi * 3).scaled(-2) : pi.scaled(-2)
    } else {
      let acute = (magnitude.widened(to: width + 1) / x.magnitude).arcTangent
      size = x.isNegative ? pi - acute : acute
    }
    return (isNegative ? -size : size).widened(to: width)
  }

  /// asin(this), by the angle over sqrt((1 - x)(1 + x)); NaN beyond 1.
  package var arcSine: PreciseNumber {
    if isNaN || isZero { return self }
    let wide = widened(to: width + 1)
    if magnitude > 1 { return constant(.nan) }
    let other = ((wide.constant(1) - wide) * (wide + 1)).squareRoot()
    return wide.angle(over: other).widened(to: width)
  }

  /// acos(this), by the angle of the same triangle, whose digits stay near 1; NaN beyond 1.
  package var arcCosine: PreciseNumber {
    if isNaN { return self }
    let wide = widened(to: width + 1)
    if magnitude > 1 { return constant(.nan) }
    let other = ((wide.constant(1) - wide) * (wide + 1)).squareRoot()
    return other.angle(over: wide).widened(to: width)
  }

  /// sinh(this), from e^x - 1, whose digits stay near 0.
  package var hyperbolicSine: PreciseNumber {
    guard isFiniteNonzero else { return self }
    // (e + e / (1 + e)) / 2 for e = e^x - 1.
    let e = magnitude.widened(to: width + 1).exponentialLessOne
    let value = e.isInfinite ? e : (e + e / (e + 1)).scaled(-1)
    return (isNegative ? -value : value).widened(to: width)
  }

  /// cosh(this), from e^|x|.
  package var hyperbolicCosine: PreciseNumber {
    guard !isNaN else { return self }
    let e = magnitude.widened(to: width + 1).exponential
    return (e + e.constant(1) / e).scaled(-1).widened(to: width)
  }

  /// cosh(this) - 1.
  package var hyperbolicCosineLessOne: PreciseNumber {
    widened(to: width + 1).scaled(-1).hyperbolicSine.squared.scaled(1).widened(to: width)
  }

  /// tanh(this), from e^2x - 1, whose digits stay near 0.
  package var hyperbolicTangent: PreciseNumber {
    guard !isNaN, !isZero else { return self }
    let e = magnitude.widened(to: width + 1).scaled(1).exponentialLessOne
    let value = e.isInfinite ? constant(1) : (e / (e + 2)).widened(to: width)
    return isNegative ? -value : value
  }

  /// asinh(this), by log(1 + z) with z small near 0.
  package var inverseHyperbolicSine: PreciseNumber {
    guard isFiniteNonzero else { return self }
    let x = magnitude.widened(to: width + 1)
    let value = (x + x.squared / ((x.squared + 1).squareRoot() + 1)).logarithmOfOnePlus
    return (isNegative ? -value : value).widened(to: width)
  }

  /// acosh(this), by log(1 + z) with z small near 1; NaN below 1.
  package var inverseHyperbolicCosine: PreciseNumber {
    if isNaN || self < 1 { return constant(.nan) }
    if isInfinite { return self }
    let x = widened(to: width + 1) - 1
    return (x + (x * (x + 2)).squareRoot()).logarithmOfOnePlus.widened(to: width)
  }

  /// atanh(this), by log(1 + 2x/(1 - x))/2; NaN beyond 1.
  package var inverseHyperbolicTangent: PreciseNumber {
    if isNaN || isZero { return self }
    if magnitude > 1 { return constant(.nan) }
    let x = magnitude.widened(to: width + 1)
    let value = (x.scaled(1) / (x.constant(1) - x)).logarithmOfOnePlus.scaled(-1)
    return (isNegative ? -value : value).widened(to: width)
  }
}
