/// Choices, comparisons and functions composed of others, for the entries of the catalogue.
extension PreciseNumber {
  /// 1 or 0.
  package func truth(_ holds: Bool) -> PreciseNumber { constant(holds ? 1 : 0) }

  /// What counts as true: everything but 0.
  package var isTrue: Bool { !isZero }

  /// -1, 0 or 1; zeros and NaN stay.
  package var sign: PreciseNumber {
    isZero || isNaN ? self : constant(isNegative ? -1 : 1)
  }

  /// The smaller one; NaN where either is.
  package func minimum(_ other: PreciseNumber) -> PreciseNumber {
    isNaN || self < other ? self : other
  }

  /// The larger one; NaN where either is.
  package func maximum(_ other: PreciseNumber) -> PreciseNumber {
    isNaN || self > other ? self : other
  }

  /// This where it is positive, else 0; NaN stays.
  package var positivePart: PreciseNumber { self <= 0 ? constant(0) : self }

  package var roundedUp: PreciseNumber {
    let value = -(-self).roundedDown
    return value.isZero ? PreciseNumber(isNegative ? -0.0 : 0, width: width) : value
  }

  package var reciprocal: PreciseNumber { constant(1) / self }

  /// The value of `body` at this, a limb wider on the way.
  package func wider(_ body: (PreciseNumber) -> PreciseNumber) -> PreciseNumber {
    body(widened(to: width + 1)).widened(to: width)
  }

  /// The value of `body` at this and another, a limb wider on the way.
  package func wider(
    _ other: PreciseNumber, _ body: (PreciseNumber, PreciseNumber) -> PreciseNumber
  ) -> PreciseNumber {
    let width = max(width, other.width)
    return body(widened(to: width + 1), other.widened(to: width + 1)).widened(to: width)
  }

  /// A sum of numbers that may cancel, with as many more digits as that takes: `terms` makes them
  /// of this with any width.
  package func sum(of terms: (PreciseNumber) -> [PreciseNumber]) -> PreciseNumber {
    Self.settled(width) { room in
      let terms = terms(widened(to: room))
      let largest = terms.compactMap { $0.isFiniteNonzero ? $0.exponent : nil }.max() ?? 0
      return (terms.dropFirst().reduce(terms[0], +), largest)
    }
  }

  /// 1 / (1 + e^-x).
  package var logistic: PreciseNumber { wider { ((-$0).exponential + 1).reciprocal } }

  /// log(1 + e^x).
  package var logarithmOfOnePlusExponential: PreciseNumber {
    wider { x in
      let rest = (-x.magnitude).exponential.logarithmOfOnePlus
      return rest.isZero ? x.positivePart : rest + x.positivePart
    }
  }

  /// sqrt(x^2 + y^2).
  package func hypotenuse(_ other: PreciseNumber) -> PreciseNumber {
    if isInfinite || other.isInfinite { return constant(.infinity) }
    return wider(other) { ($0.squared + $1.squared).squareRoot() }
  }
}
