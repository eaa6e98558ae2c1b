extension Simplifier {
  /// Other nodes of the same value, and the laws that they come from.
  mutating func proposals(
    for node: NodeID, _ refinement: inout Refinement
  ) -> [(law: Law, node: NodeID)] {
    var result: [(law: Law, node: NodeID)] = []
    if let flipped = withSignInside(node) { result.append((.signInside, flipped)) }
    if let turned = withFactorTurned(node) { result.append((.signOfFactor, turned)) }
    let isShortened = purpose == .result && graph.operatorID(node) == .add
    guard refinement.forms.mayHaveOthers(node, isShortened: isShortened) else { return result }
    writeForm(node, &refinement)
    guard let form = refinement.forms.form(node) else { return result }
    let hasFunctions = refinement.forms.hasFunctions(form)
    let isSum = graph.operatorID(node) == .add
    let shape = graph.shape(node)
    // 1/(1/a + 1/b) by what the sum is without its divisors.
    let hasInnerFractions = form.denominators.contains {
      hasDivisors(refinement.forms.sums[Int($0.sum)], refinement.live)
    }
    if !form.isJoined, !hasFunctions, !hasInnerFractions {
      guard isSum, purpose == .result else { return result }
      let isPrimitive = form.numerator.commonMonomial == .one && form.numerator.content == .one
      if isPrimitive { return result }
    }
    let sums = NormalForms.united(form.denominators.map(\.sum), form.sums)
    let parts = refinement.forms.factors(of: form.numerator, among: sums)
    let rest = parts.rest.isZero ? form.numerator : parts.rest
    let squares = squaresReplaced(rest, &refinement)
    let isShared =
      purpose == .result && isSum && parts.rest.terms.count > 1
      && (parts.coefficient != .one || parts.monomial != .one)
    var isWrittenOut = false
    if form.isJoined || isShared || !squares.isEmpty {
      let node = written(parts, form, &refinement, shape, isWrittenOut: &isWrittenOut)
      add(.commonDenominator, node, to: &result)
    }
    if form.isJoined || !squares.isEmpty, form.denominators.isEmpty {
      let numerator = form.numerator
      if !isWrittenOut {
        add(.commonDenominator, sum(of: numerator, refinement.forms, shape), to: &result)
      }
      add(.commonDenominator, overMonomial(numerator, refinement.forms, shape), to: &result)
    }
    if hasInnerFractions {
      add(
        .commonDenominator, written(parts, form, &refinement, shape, anew: true), to: &result)
    }
    if form.isJoined, form.denominators.isEmpty {
      for other in complementsReplaced(form.numerator, &refinement) {
        add(.sigmoidOfOpposite, sum(of: other, refinement.forms, shape), to: &result)
      }
    }
    for square in squares {
      if square.isZero {
        result.append((.squaresOfFunctions, graph.constant(0)))
        continue
      }
      var other = refinement.forms.factors(of: square, among: sums)
      if !parts.rest.isZero {
        guard let coefficient = other.coefficient.times(parts.coefficient) else { continue }
        other.coefficient = coefficient
        other.monomial = other.monomial.times(parts.monomial)
        other.powers += parts.powers
      }
      add(.squaresOfFunctions, written(other, form, &refinement, shape), to: &result)
    }
    for (law, angle) in functionsOfSums(
      parts.rest.isZero ? form.numerator : parts.rest, shape,
      refinement.forms)
    {
      let isWhole = parts.rest.isZero
      let denominators = form.denominators.map { SumPower(sum: $0.sum, exponent: -$0.exponent) }
      let node = product(
        isWhole ? .one : parts.coefficient, isWhole ? .one : parts.monomial,
        (isWhole ? [] : parts.powers) + denominators, [Factor(base: angle, exponent: 1)],
        refinement.forms, shape)
      add(law, node, to: &result)
    }
    if parts.rest.isZero {
      let atoms = factors(of: parts.monomial, refinement.forms).factors
      for (law, joined) in functionsJoined(atoms) {
        add(law, product(joined, parts, form, refinement.forms, shape), to: &result)
      }
    }
    return result
  }

  /// Whether a sum has divisors that it could do without, for all that else it is used for.
  private func hasDivisors(_ sum: KnownSum, _ live: LiveNodes) -> Bool {
    guard sum.shift.powers.contains(where: { $0.exponent < 0 }) else { return false }
    guard let node = sum.node, let root = graph.existing(.sqrt, [node]) else { return true }
    return !live.isUsed(root)
  }

  private func add(
    _ law: Law, _ node: NodeID?, to proposals: inout [(law: Law, node: NodeID)]
  ) {
    if let node { proposals.append((law, node)) }
  }

  /// What becomes of a product when some of its atoms are written as one function.
  private mutating func product(
    _ joined: (factors: [Factor], coefficient: Coefficient), _ parts: Parts, _ form: NormalForm,
    _ forms: NormalForms, _ shape: Shape
  ) -> NodeID? {
    let denominators = form.denominators.map { SumPower(sum: $0.sum, exponent: -$0.exponent) }
    let numbers = factors(of: parts.monomial, forms).coefficient
    guard
      let sums = product(.one, .one, parts.powers + denominators, [], forms, shape),
      let numbered = parts.coefficient.coefficient.times(numbers),
      let total = numbered.times(joined.coefficient)
    else { return nil }
    var factors = joined.factors
    if graph.operatorID(sums) == .divide, graph.number(graph.operand(sums, 0)) == 1 {
      factors.append(Factor(base: graph.operand(sums, 1), exponent: -1))
    } else if graph.operatorID(sums) == .power, let exponent = wholeExponent(of: sums) {
      factors.append(Factor(base: graph.operand(sums, 0), exponent: exponent))
    } else if graph.number(sums) != 1 {
      factors.append(Factor(base: sums, exponent: 1))
    }
    return product(factors, coefficient: total, shape: shape)
  }

  private typealias Parts = (
    coefficient: Fraction, monomial: Monomial, powers: [SumPower], rest: Polynomial
  )

  /// The product of what a numerator was taken apart into, over the form's denominators; `anew`
  /// says that sums are written without the divisors that their nodes have.
  private mutating func written(
    _ parts: Parts, _ form: NormalForm, _ refinement: inout Refinement, _ shape: Shape,
    anew: Bool = false
  ) -> NodeID? {
    var isWrittenOut = false
    return written(parts, form, &refinement, shape, anew: anew, isWrittenOut: &isWrittenOut)
  }

  /// The same; `isWrittenOut` becomes true where it is a sum of the rest's terms and no more.
  private mutating func written(
    _ parts: Parts, _ form: NormalForm, _ refinement: inout Refinement, _ shape: Shape,
    anew: Bool = false, isWrittenOut: inout Bool
  ) -> NodeID? {
    if form.numerator.isZero { return graph.constant(0) }
    var powers = parts.powers
    var (coefficient, rest) = (parts.coefficient, [Factor]())
    if !parts.rest.isZero {
      if let known = refinement.forms.sum(parts.rest, node: nil),
        let node = refinement.forms.sums[Int(known.place)].node, refinement.live.isUsed(node),
        let scaled = coefficient.times(known.scale)
      {
        coefficient = scaled
        powers.append(SumPower(sum: known.place, exponent: 1))
      } else {
        guard let base = sum(of: parts.rest, refinement.forms, shape) else { return nil }
        if coefficient == .one, parts.monomial == .one, powers.isEmpty, form.denominators.isEmpty {
          isWrittenOut = true
          return base
        }
        rest = [Factor(base: base, exponent: 1)]
      }
    }
    let denominators = form.denominators.map { SumPower(sum: $0.sum, exponent: -$0.exponent) }
    return product(
      coefficient, parts.monomial, powers + denominators, rest, refinement.forms, shape,
      anew: anew)
  }

  /// A product of powers of atoms and of sums, and of further factors.
  private mutating func product(
    _ coefficient: Fraction, _ monomial: Monomial, _ powers: [SumPower], _ more: [Factor],
    _ forms: NormalForms, _ shape: Shape, anew: Bool = false
  ) -> NodeID? {
    var (coefficient, monomial) = (coefficient, monomial)
    var factors: [Factor] = []
    for power in powers {
      let known = forms.sums[Int(power.sum)]
      let written = anew ? nil : known.node
      guard let base = written ?? sum(of: known.polynomial, forms, shape) else { return nil }
      factors.append(Factor(base: base, exponent: Double(power.exponent)))
      guard written != nil else { continue }
      // The node is scale*shift times the polynomial that the power is of.
      monomial = monomial.times(known.shift.raised(to: -power.exponent))
      guard let scale = power.exponent > 0 ? known.scale.inverse : known.scale else { return nil }
      for _ in 0..<power.exponent.magnitude {
        guard let product = coefficient.times(scale) else { return nil }
        coefficient = product
      }
    }
    let atoms = self.factors(of: monomial, forms)
    guard let total = coefficient.coefficient.times(atoms.coefficient) else { return nil }
    return product(merged(atoms.factors + factors + more), coefficient: total, shape: shape)
  }

  /// A polynomial over what its terms are all divided by: `(a + b)/x`; nil where that is nothing.
  private mutating func overMonomial(
    _ polynomial: Polynomial, _ forms: NormalForms, _ shape: Shape
  ) -> NodeID? {
    var divisor = Monomial.one
    for power in polynomial.commonMonomial.powers where power.exponent < 0 {
      divisor = divisor.times(Monomial(atom: power.atom, exponent: power.exponent))
    }
    if divisor == .one { return nil }
    guard let numerator = polynomial.times(.one, Monomial.one.times(divisor, sign: -1)) else {
      return sum(of: polynomial, forms, shape)
    }
    let atoms = factors(of: divisor, forms)
    guard let base = sum(of: numerator, forms, shape) else { return nil }
    return product(
      atoms.factors + [Factor(base: base, exponent: 1)], coefficient: atoms.coefficient,
      shape: shape)
  }

  /// A polynomial as the sum of its terms, or a node that is there for it.
  private mutating func sum(
    of polynomial: Polynomial, _ forms: NormalForms, _ shape: Shape
  ) -> NodeID? {
    var leaves: [(node: NodeID, isNegative: Bool)] = []
    for term in inReadingOrder(polynomial) {
      let atoms = factors(of: term.monomial, forms)
      let isNegative = term.coefficient.isNegative
      let magnitude = isNegative ? term.coefficient.negated : term.coefficient
      guard let coefficient = magnitude.coefficient.times(atoms.coefficient) else { return nil }
      leaves.append((product(atoms.factors, coefficient: coefficient, shape: shape), isNegative))
    }
    return sum(leaves, shape: shape)
  }

  /// `x^2 + 3*x + 1` by falling powers where there is but one atom; else as first met.
  private func inReadingOrder(_ polynomial: Polynomial) -> [Polynomial.Term] {
    let atoms = Set(polynomial.terms.flatMap { $0.monomial.powers.map(\.atom) })
    guard atoms.count == 1 else { return polynomial.terms }
    return polynomial.terms.sorted { $0.monomial.precedes($1.monomial) }
  }

  /// A monomial's factors; numbers that are no exact fractions go to the coefficient.
  private mutating func factors(
    of monomial: Monomial, _ forms: NormalForms
  ) -> (factors: [Factor], coefficient: Coefficient) {
    var coefficient = Coefficient.one
    var factors: [Factor] = []
    for power in monomial.powers {
      let node = forms.atoms[Int(power.atom)]
      let exponent = Double(power.exponent)
      if let value = graph.number(node), !isNamed(value), let number = numberPower(value, exponent),
        let product = coefficient.times(number)
      {
        coefficient = product
      } else if power.exponent < 0, let inverse = forms.inverses[power.atom] {
        factors.append(Factor(base: inverse, exponent: -exponent))
      } else {
        factors.append(Factor(base: node, exponent: exponent))
      }
    }
    return (factors, coefficient)
  }

  /// Factors of one base as one.
  private func merged(_ factors: [Factor]) -> [Factor] {
    var result: [Factor] = []
    for factor in factors {
      if let place = result.firstIndex(where: { $0.base == factor.base }) {
        result[place].exponent += factor.exponent
      } else {
        result.append(factor)
      }
    }
    return result.filter { $0.exponent != 0 }
  }
}
