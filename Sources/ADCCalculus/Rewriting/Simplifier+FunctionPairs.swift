// Laws of functions that belong together: sin and cos, sinh and cosh, roots, exponentials.

extension Simplifier {
  /// Which of the functions that some law here looks for an operator is.
  static func pairedFunction(_ op: OperatorID) -> PairedFunction { pairedFunctions[op.index] }

  private static let pairedFunctions: [PairedFunction] = {
    var result = [PairedFunction](repeating: .none, count: Catalogue.operators.count)
    let functions: [(OperatorID, PairedFunction)] = [
      (.sin, .sine), (.cos, .cosine), (.sinh, .hyperbolicSine), (.cosh, .hyperbolicCosine),
      (.exp, .exponential), (.sqrt, .squareRoot), (.hypot, .length),
    ]
    for (op, function) in functions { result[op.index] = function }
    return result
  }()

  /// A polynomial with the squares of one function of a pair replaced by the other's: `sin(x)^2` by
  /// `1 - cos(x)^2` and the reverse, `cosh(x)^2` by `1 + sinh(x)^2` and the reverse; and those of a
  /// length, `hypot(x, y)^2` by `x^2 + y^2`.
  mutating func squaresReplaced(
    _ polynomial: Polynomial, _ refinement: inout Refinement
  ) -> [Polynomial] {
    var atoms: [Int32] = []
    for term in polynomial.terms {
      for power in term.monomial.powers where power.exponent >= 2 && !atoms.contains(power.atom) {
        atoms.append(power.atom)
      }
    }
    var result: [Polynomial] = []
    for atom in atoms {
      guard let replacement = squareReplacement(refinement.forms.atoms[Int(atom)], &refinement),
        let replaced = replacing(atom, each: 2, by: replacement, in: polynomial)
      else { continue }
      result.append(replaced)
    }
    return result
  }

  /// A polynomial with `1 - sigmoid(-x)` in the place of a `sigmoid(x)` that others know as that.
  mutating func complementsReplaced(
    _ polynomial: Polynomial, _ refinement: inout Refinement
  ) -> [Polynomial] {
    var atoms: [Int32] = []
    for power in polynomial.terms.flatMap(\.monomial.powers) where !atoms.contains(power.atom) {
      let node = refinement.forms.atoms[Int(power.atom)]
      if power.exponent > 0, graph.operatorID(node) == .sigmoid { atoms.append(power.atom) }
    }
    var result: [Polynomial] = []
    for atom in atoms {
      let node = refinement.forms.atoms[Int(atom)]
      guard let opposite = opposite(of: graph.operand(node, 0)),
        let other = graph.existing(.sigmoid, [opposite]), refinement.live.isUsed(other),
        let complement = Polynomial(.one).plus(
          Polynomial(Fraction(-1), Monomial(atom: refinement.forms.atom(other)))),
        let replaced = replacing(atom, each: 1, by: complement, in: polynomial)
      else { continue }
      result.append(replaced)
    }
    return result
  }

  /// What the square of an atom is by other atoms.
  private mutating func squareReplacement(
    _ node: NodeID, _ refinement: inout Refinement
  ) -> Polynomial? {
    if graph.operatorID(node) == .hypot {
      let legs = graph.operands(node)
      guard
        legs.allSatisfy({
          Self.isNoForm[graph.operatorID($0).index] && graph.number($0) == nil
        })
      else { return nil }
      let squares = legs.map {
        Polynomial(.one, Monomial(atom: refinement.forms.atom($0), exponent: 2))
      }
      return squares[0].plus(squares[1])
    }
    guard let (other, constant, square) = partner(of: node) else { return nil }
    let partner = Monomial(atom: refinement.forms.atom(other), exponent: 2)
    return Polynomial(Fraction(constant)).plus(Polynomial(Fraction(square), partner))
  }

  /// By operator, whether a node of it is an atom of normal forms and not a sum, product or power.
  private static let isNoForm: [Bool] = {
    let forms: [OperatorID] = [.add, .multiply, .divide, .negate, .power, .broadcast]
    return Catalogue.operators.indices.map { !forms.contains(OperatorID($0)) }
  }()

  /// The function whose square goes with a node's: f^2 = constant + square * g^2.
  private mutating func partner(
    of node: NodeID
  ) -> (node: NodeID, constant: Int, square: Int)? {
    let (op, constant, square): (OperatorID, Int, Int)
    switch graph.operatorID(node) {
    case .sin: (op, constant, square) = (.cos, 1, -1)
    case .cos: (op, constant, square) = (.sin, 1, -1)
    case .cosh: (op, constant, square) = (.sinh, 1, 1)
    case .sinh: (op, constant, square) = (.cosh, -1, 1)
    default: return nil
    }
    return (graph.insert(op, graph.operand(node, 0)), constant, square)
  }

  /// Squares, or other whole powers, of an atom replaced.
  private func replacing(
    _ atom: Int32, each degree: Int32, by square: Polynomial, in polynomial: Polynomial
  ) -> Polynomial? {
    var result = Polynomial()
    for term in polynomial.terms {
      let exponent = term.monomial.exponent(of: atom)
      guard exponent >= degree else {
        if !result.add(term) { return nil }
        continue
      }
      let whole = exponent / degree
      let rest = term.monomial.times(Monomial(atom: atom, exponent: whole * degree), sign: -1)
      guard let power = square.raised(to: Int(whole)),
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

  /// Two terms that are one function: `cos(x)^2 - sin(x)^2` and `2*cos(x)^2 - 1` as `cos(2*x)`.
  mutating func functionsOfSums(
    _ polynomial: Polynomial, _ shape: Shape, _ forms: NormalForms
  ) -> [(law: Law, node: NodeID)] {
    guard polynomial.terms.count == 2, let half = Fraction(1, over: 2) else { return [] }
    var (rest, multiple) = (Fraction(0), Fraction(0))
    var function: (op: OperatorID, argument: NodeID)?
    for term in polynomial.terms {
      var (own, share) = (term.coefficient, Fraction(0))
      if term.monomial != .one {
        guard let power = term.monomial.powers.first, power.exponent == 2,
          term.monomial.powers.count == 1,
          let square = halves(of: forms.atoms[Int(power.atom)], shape),
          function.map({ $0.op == square.op && $0.argument == square.argument }) ?? true,
          let constant = half.times(Fraction(square.constant))?.times(own),
          let linear = half.times(Fraction(square.multiple))?.times(own)
        else { return [] }
        function = (square.op, square.argument)
        (own, share) = (constant, linear)
      }
      guard let sum = rest.plus(own), let total = multiple.plus(share) else { return [] }
      (rest, multiple) = (sum, total)
    }
    guard let function, rest.isZero, !multiple.isZero else { return [] }
    let (number, argument) = split(function.argument)
    guard let twice = number.times(Coefficient(2)) else { return [] }
    let node = graph.insert(function.op, scaled(argument, by: twice))
    return [(.doubleAngle, scaled(node, by: multiple.coefficient))]
  }

  /// A square by the function of the double argument: f(x)^2 = (constant + multiple*op(2*x))/2.
  private func halves(
    of node: NodeID, _ shape: Shape
  ) -> (constant: Int, multiple: Int, op: OperatorID, argument: NodeID)? {
    guard graph.shape(node) == shape, let argument = graph.operands(node).first else { return nil }
    switch graph.operatorID(node) {
    case .cos: return (1, 1, .cos, argument)
    case .sin: return (1, -1, .cos, argument)
    case .cosh: return (1, 1, .cosh, argument)
    case .sinh: return (-1, 1, .cosh, argument)
    default: return nil
    }
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
