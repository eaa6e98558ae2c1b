/// The factors of the terms of a sum, all in one buffer that serves one sum after another.
struct OpenedTerms {
  private(set) var factors: [Factor] = []
  private(set) var terms: [(coefficient: Coefficient, end: Int)] = []
  var stack: [(node: NodeID, sign: Double, isOwn: Bool)] = []

  /// Ends the term that is open.
  mutating func close(_ coefficient: Coefficient) {
    terms.append((coefficient, factors.count))
  }

  /// The factors of a term.
  func places(_ term: Int) -> Range<Int> {
    (term == 0 ? 0 : terms[term - 1].end)..<terms[term].end
  }

  /// Adds a factor to the term that is open.
  mutating func append(_ factor: Factor) {
    for place in (terms.last?.end ?? 0)..<factors.count where factors[place].base == factor.base {
      factors[place].exponent += factor.exponent
      return
    }
    factors.append(factor)
  }

  /// Whether two terms have a factor in common.
  func isShared() -> Bool {
    if factors.count <= 12 {
      for place in factors.indices {
        for other in 0..<place where factors[place].base == factors[other].base { return true }
      }
      return false
    }
    var known = NodePlaces()
    for factor in factors {
      if known[factor.base] != nil { return true }
      known[factor.base] = 0
    }
    return false
  }

  /// The exponent of a base in a term; nil where it is no factor.
  func exponent(of base: NodeID, in term: Int) -> Double? {
    for place in places(term) where factors[place].base == base { return factors[place].exponent }
    return nil
  }

  mutating func removeAll() {
    factors.removeAll(keepingCapacity: true)
    terms.removeAll(keepingCapacity: true)
  }
}
