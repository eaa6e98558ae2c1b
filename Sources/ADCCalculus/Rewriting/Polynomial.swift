/// A product of powers of atoms, numbered as `NormalForms` meets them; exponents may be negative.
struct Monomial: Hashable {
  struct Power: Hashable {
    var atom: Int32
    var exponent: Int32
  }

  /// In the order of the atoms, no exponent 0.
  private(set) var powers: [Power] = []

  static let one = Monomial()

  /// Larger exponents are in no form, so that those of two forms can be added, and multiplied by
  /// the powers that are written out.
  static let exponentLimit: Int32 = 1 << 12

  init() {}

  init(atom: Int32, exponent: Int32 = 1) {
    if exponent != 0 { powers = [Power(atom: atom, exponent: exponent)] }
  }

  /// Powers in the order of the atoms, no exponent 0.
  init(_ powers: ArraySlice<Power>) { self.powers = Array(powers) }

  /// Whether no exponent is beyond the limit.
  var isWithinLimit: Bool {
    powers.allSatisfy { $0.exponent.magnitude <= Self.exponentLimit.magnitude }
  }

  func exponent(of atom: Int32) -> Int32 {
    powers.first { $0.atom == atom }?.exponent ?? 0
  }

  func times(_ other: Monomial, sign: Int32 = 1) -> Monomial {
    if other.powers.isEmpty { return self }
    var result = Monomial()
    result.powers.reserveCapacity(powers.count + other.powers.count)
    var (left, right) = (0, 0)
    while left < powers.count || right < other.powers.count {
      if right == other.powers.count
        || (left < powers.count && powers[left].atom < other.powers[right].atom)
      {
        result.powers.append(powers[left])
        left += 1
      } else if left == powers.count || other.powers[right].atom < powers[left].atom {
        let power = other.powers[right]
        result.powers.append(Power(atom: power.atom, exponent: sign * power.exponent))
        right += 1
      } else {
        let exponent = powers[left].exponent + sign * other.powers[right].exponent
        if exponent != 0 {
          result.powers.append(Power(atom: powers[left].atom, exponent: exponent))
        }
        left += 1
        right += 1
      }
    }
    return result
  }

  /// Every exponent times a number.
  func raised(to exponent: Int32) -> Monomial {
    var result = self
    for place in powers.indices { result.powers[place].exponent *= exponent }
    if exponent == 0 { result.powers = [] }
    return result
  }

  /// For each atom the lesser exponent.
  func common(with other: Monomial) -> Monomial {
    var result = Monomial()
    for power in powers {
      let exponent = min(power.exponent, other.exponent(of: power.atom))
      if exponent != 0 { result.powers.append(Power(atom: power.atom, exponent: exponent)) }
    }
    for power in other.powers where power.exponent < 0 && exponent(of: power.atom) == 0 {
      result.powers.append(power)
    }
    result.powers.sort { $0.atom < $1.atom }
    return result
  }

  /// Whether no exponent is less than another's; neither has negative ones.
  func isMultiple(of other: Monomial) -> Bool {
    var place = 0
    for power in other.powers {
      while place < powers.count, powers[place].atom < power.atom { place += 1 }
      guard place < powers.count, powers[place].atom == power.atom,
        powers[place].exponent >= power.exponent
      else { return false }
      place += 1
    }
    return true
  }

  /// Whether it comes before another: by the exponents, first atom first.
  func precedes(_ other: Monomial) -> Bool {
    for (left, right) in zip(powers, other.powers) where left != right {
      if left.atom == right.atom { return left.exponent > right.exponent }
      return left.atom < right.atom ? left.exponent > 0 : right.exponent < 0
    }
    if powers.count == other.powers.count { return false }
    return powers.count > other.powers.count
      ? powers[other.powers.count].exponent > 0 : other.powers[powers.count].exponent < 0
  }
}

/// A sum of monomials with exact coefficients; negative exponents are allowed.
struct Polynomial: Hashable {
  struct Term: Hashable {
    var coefficient: Fraction
    var monomial: Monomial
  }

  /// As first met, no coefficient 0, no monomial twice.
  private(set) var terms: [Term] = []

  /// More terms than this are no polynomial that anybody would write out.
  static let limit = 24

  init() {}

  init(_ coefficient: Fraction, _ monomial: Monomial = .one) {
    if !coefficient.isZero { terms = [Term(coefficient: coefficient, monomial: monomial)] }
  }

  /// Terms of different monomials, no coefficient 0.
  init(_ terms: [Term]) { self.terms = terms }

  var isZero: Bool { terms.isEmpty }
  /// The only term, if there is no other.
  var single: Term? { terms.count == 1 ? terms[0] : nil }

  /// Whether some atom has a negative exponent.
  var hasDivisors: Bool {
    terms.contains { $0.monomial.powers.contains { $0.exponent < 0 } }
  }

  /// Adds a term; false where a coefficient leaves the range of exact numbers.
  mutating func add(_ term: Term) -> Bool {
    guard let place = terms.firstIndex(where: { $0.monomial == term.monomial }) else {
      if !term.coefficient.isZero { terms.append(term) }
      return terms.count <= 2 * Self.limit
    }
    guard let sum = terms[place].coefficient.plus(term.coefficient) else { return false }
    terms[place].coefficient = sum
    if sum.isZero { terms.remove(at: place) }
    return true
  }

  func plus(_ other: Polynomial) -> Polynomial? {
    var result = self
    for term in other.terms where !result.add(term) { return nil }
    return result
  }

  func times(_ other: Polynomial) -> Polynomial? {
    guard terms.count * other.terms.count <= 4 * Self.limit else { return nil }
    var result = Polynomial()
    for left in terms {
      for right in other.terms {
        guard let coefficient = left.coefficient.times(right.coefficient) else { return nil }
        let term = Term(
          coefficient: coefficient, monomial: left.monomial.times(right.monomial))
        if !term.monomial.isWithinLimit || !result.add(term) { return nil }
      }
    }
    return result
  }

  func times(_ coefficient: Fraction, _ monomial: Monomial) -> Polynomial? {
    if coefficient == .one, monomial.powers.isEmpty { return self }
    if coefficient.isZero { return Polynomial() }
    // Different monomials stay different.
    var result = self
    for place in terms.indices {
      guard let product = terms[place].coefficient.times(coefficient) else { return nil }
      result.terms[place].coefficient = product
      let power = terms[place].monomial.times(monomial)
      guard power.isWithinLimit else { return nil }
      result.terms[place].monomial = power
    }
    return result
  }

  func raised(to exponent: Int) -> Polynomial? {
    guard exponent <= 8 else { return nil }
    var result = Polynomial(.one)
    for _ in 0..<exponent {
      guard let next = result.times(self) else { return nil }
      result = next
    }
    return result
  }

  /// The monomial that all terms have in common.
  var commonMonomial: Monomial {
    guard let first = terms.first else { return .one }
    return terms.dropFirst().reduce(first.monomial) { $0.common(with: $1.monomial) }
  }

  /// What makes all coefficients whole and without a common divisor, with the leading one's sign.
  var content: Fraction {
    var (above, below) = (0, 1)
    for term in terms {
      above = Self.divisor(above, term.coefficient.numerator)
      let shared = Self.divisor(below, term.coefficient.denominator)
      let (multiple, overflow) = (below / shared).multipliedReportingOverflow(
        by: term.coefficient.denominator)
      if overflow { return .one }
      below = multiple
    }
    return Fraction(above, over: below) ?? .one
  }

  /// The greatest common divisor.
  static func divisor(_ left: Int, _ right: Int) -> Int {
    var (a, b) = (abs(left), abs(right))
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }

  /// The term that comes first by its exponents.
  var leading: Term? { terms.isEmpty ? nil : terms[leadingPlace] }

  private var leadingPlace: Int {
    var best = 0
    for place in terms.indices.dropFirst()
    where terms[place].monomial.precedes(terms[best].monomial) { best = place }
    return best
  }

  private var lastPlace: Int {
    var last = 0
    for place in terms.indices.dropFirst()
    where terms[last].monomial.precedes(terms[place].monomial) { last = place }
    return last
  }

  /// The quotient where a division leaves nothing; neither has negative exponents.
  func divided(by divisor: Polynomial) -> Polynomial? {
    // The first and the last term of a product are those of its factors multiplied.
    if isZero { return self }
    guard !divisor.isZero,
      terms[leadingPlace].monomial.isMultiple(of: divisor.terms[divisor.leadingPlace].monomial),
      terms[lastPlace].monomial.isMultiple(of: divisor.terms[divisor.lastPlace].monomial)
    else { return nil }
    guard let head = divisor.leading, let inverse = head.coefficient.inverse else { return nil }
    var (rest, quotient) = (self, Polynomial())
    // Every step removes the leading term, and what it adds comes later.
    for _ in 0..<4 * Self.limit {
      guard let top = rest.leading else { return quotient }
      let monomial = top.monomial.times(head.monomial, sign: -1)
      guard monomial.powers.allSatisfy({ $0.exponent > 0 }),
        let coefficient = top.coefficient.times(inverse),
        quotient.add(Term(coefficient: coefficient, monomial: monomial)),
        let product = divisor.times(coefficient.negated, monomial),
        let next = rest.plus(product)
      else { return nil }
      rest = next
    }
    return nil
  }
}
