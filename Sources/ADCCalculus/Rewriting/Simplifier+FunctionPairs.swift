// Laws of functions that belong together: sin and cos, sinh and cosh, roots, exponentials.

extension OperatorID {
  fileprivate static let sin = Catalogue.required("sin")
  fileprivate static let cos = Catalogue.required("cos")
  fileprivate static let tan = Catalogue.required("tan")
  fileprivate static let sinh = Catalogue.required("sinh")
  fileprivate static let cosh = Catalogue.required("cosh")
  fileprivate static let tanh = Catalogue.required("tanh")
}

extension Simplifier {
  /// Whether some law here looks for a function.
  static func isPaired(_ op: OperatorID) -> Bool {
    switch op {
    case .sin, .cos, .sinh, .cosh, .exp, .sqrt: true
    default: false
    }
  }

  /// A polynomial with the squares of one function of a pair replaced by the other's: `sin(x)^2` by
  /// `1 - cos(x)^2` and the reverse, `cosh(x)^2` by `1 + sinh(x)^2` and the reverse.
  func squaresReplaced(_ polynomial: Polynomial, _ forms: NormalForms) -> [Polynomial] {
    var atoms: [Int32] = []
    for term in polynomial.terms {
      for power in term.monomial.powers where power.exponent >= 2 && !atoms.contains(power.atom) {
        atoms.append(power.atom)
      }
    }
    return atoms.compactMap { atom -> Polynomial? in
      guard let (other, constant, square) = partner(of: forms.atoms[Int(atom)]),
        let otherAtom = forms.knownAtom(other),
        let replacement = Polynomial(Fraction(constant)).plus(
          Polynomial(Fraction(square), Monomial(atom: otherAtom, exponent: 2)))
      else { return nil }
      return replacing(atom, by: replacement, in: polynomial)
    }
  }

  /// The function whose square goes with a node's: f^2 = constant + square * g^2.
  private func partner(of node: NodeID) -> (node: NodeID, constant: Int, square: Int)? {
    let (op, constant, square): (OperatorID, Int, Int)
    switch graph.operatorID(node) {
    case .sin: (op, constant, square) = (.cos, 1, -1)
    case .cos: (op, constant, square) = (.sin, 1, -1)
    case .cosh: (op, constant, square) = (.sinh, 1, 1)
    case .sinh: (op, constant, square) = (.cosh, -1, 1)
    default: return nil
    }
    return graph.existing(op, graph.operands(node)).map { ($0, constant, square) }
  }

  /// Squares of an atom replaced.
  private func replacing(
    _ atom: Int32, by square: Polynomial, in polynomial: Polynomial
  ) -> Polynomial? {
    var result = Polynomial()
    for term in polynomial.terms {
      let exponent = term.monomial.exponent(of: atom)
      guard exponent >= 2 else {
        if !result.add(term) { return nil }
        continue
      }
      let rest = term.monomial.times(Monomial(atom: atom, exponent: exponent / 2 * 2), sign: -1)
      guard let power = square.raised(to: Int(exponent / 2)),
        let product = power.times(term.coefficient, rest), let sum = result.plus(product)
      else { return nil }
      result = sum
    }
    return result
  }

  /// Factors with two functions written as one: `sin(x)/cos(x)`, `sin(x)*cos(x)`,
  /// `exp(x)*exp(y)`, `sqrt(x)*sqrt(y)`.
  mutating func functionsJoined(
    _ factors: [Factor]
  ) -> [(law: Law, (factors: [Factor], coefficient: Coefficient))] {
    guard factors.count <= 12 else { return [] }
    var result: [(law: Law, (factors: [Factor], coefficient: Coefficient))] = []
    for (place, factor) in factors.enumerated()
    where graph.operatorID(factor.base) == .exp && factor.exponent.magnitude >= 2 {
      var other = factors
      let (number, argument) = split(graph.operand(factor.base, 0))
      guard let multiple = number.times(Coefficient(factor.exponent)) else { continue }
      let node = graph.insert(.exp, scaled(argument, by: multiple))
      other[place] = Factor(base: node, exponent: 1)
      result.append((.powerOfExponential, (other, .one)))
    }
    for left in factors.indices {
      for right in factors.indices where right != left {
        if let joined = pair(factors[left], factors[right], isFirst: left < right) {
          var rest = factors
          rest[left] = Factor(base: joined.node, exponent: joined.exponent)
          rest[right].exponent -= joined.taken
          rest.append(
            Factor(base: factors[left].base, exponent: factors[left].exponent - joined.leftTaken))
          rest.removeAll { $0.exponent == 0 }
          result.append((joined.law, (rest, joined.coefficient)))
        }
      }
    }
    return result
  }

  /// Two terms that are one function: `cos(x)^2 - sin(x)^2` as `cos(2*x)`.
  mutating func functionsOfSums(
    _ polynomial: Polynomial, _ shape: Shape, _ forms: NormalForms
  ) -> [(law: Law, node: NodeID)] {
    guard polynomial.terms.count == 2 else { return [] }
    let (first, second) = (polynomial.terms[0], polynomial.terms[1])
    let areOpposed = first.coefficient == second.coefficient.negated
    guard areOpposed || first.coefficient == second.coefficient,
      let left = first.monomial.powers.first, let right = second.monomial.powers.first,
      first.monomial.powers.count == 1, second.monomial.powers.count == 1
    else { return [] }
    let node = forms.atoms[Int(left.atom)]
    let other = forms.atoms[Int(right.atom)]
    guard areOpposed, left.exponent == 2, right.exponent == 2, graph.shape(node) == shape,
      graph.operands(node) == graph.operands(other),
      Set([graph.operatorID(node), graph.operatorID(other)]) == [.sin, .cos]
    else { return [] }
    let (number, argument) = split(graph.operand(node, 0))
    guard let twice = number.times(Coefficient(2)) else { return [] }
    let function = graph.insert(.cos, scaled(argument, by: twice))
    let ofCosine = graph.operatorID(node) == .cos ? first.coefficient : second.coefficient
    return [(.doubleAngle, scaled(function, by: ofCosine.coefficient))]
  }

  private typealias Joined = (
    law: Law, node: NodeID, exponent: Double, leftTaken: Double, taken: Double,
    coefficient: Coefficient
  )

  private mutating func pair(_ left: Factor, _ right: Factor, isFirst: Bool) -> Joined? {
    let ops = (graph.operatorID(left.base), graph.operatorID(right.base))
    let areOpposed = left.exponent * right.exponent < 0
    switch ops {
    case (.sin, .cos), (.sinh, .cosh):
      guard graph.operands(left.base) == graph.operands(right.base) else { return nil }
      let argument = graph.operand(left.base, 0)
      let count = min(left.exponent.magnitude, right.exponent.magnitude)
      let exponent = left.exponent < 0 ? -count : count
      if areOpposed {
        let node = graph.insert(ops.0 == .sin ? .tan : .tanh, argument)
        return (.quotientOfPair, node, exponent, exponent, -exponent, .one)
      }
      let (coefficient, base) = split(argument)
      guard let twice = coefficient.times(Coefficient(2)) else { return nil }
      let node = graph.insert(ops.0, scaled(base, by: twice))
      guard exponent == 1 else { return nil }
      return (
        .doubleAngle, node, 1, 1, 1, Coefficient(numerator: 1, denominator: 2).normalized
      )
    case (.exp, .exp)
    where isFirst && left.exponent.magnitude == 1 && right.exponent.magnitude == 1:
      let shape = graph.shape(left.base)
      guard shape == graph.shape(right.base) else { return nil }
      let exponent = sum(
        [
          (graph.operand(left.base, 0), left.exponent < 0),
          (graph.operand(right.base, 0), right.exponent < 0),
        ], shape: shape, opening: true)
      return (
        .productOfExponentials, graph.insert(.exp, exponent), 1, left.exponent, right.exponent, .one
      )
    case (.sqrt, .sqrt) where purpose == .result && (isFirst || areOpposed):
      guard left.exponent == 1, right.exponent.magnitude == 1,
        graph.shape(left.base) == graph.shape(right.base)
      else { return nil }
      let inner = [
        Factor(base: graph.operand(left.base, 0), exponent: 1),
        Factor(base: graph.operand(right.base, 0), exponent: right.exponent),
      ]
      let radicand = product(inner, coefficient: .one, shape: graph.shape(left.base))
      return (.productOfRoots, graph.insert(.sqrt, radicand), 1, 1, right.exponent, .one)
    default: return nil
    }
  }
}
