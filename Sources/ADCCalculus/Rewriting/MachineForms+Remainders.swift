// Functions less the leading terms of their series, in sums: x - sin(x), exp(x) - 1 - x - x^2/2.

/// A function by the terms of its series that its remainders lack.
private struct Series: Sendable {
  /// The coefficients' denominators with their signs, and the powers.
  var terms: [(denominator: Double, power: Double)]
  /// The function less its first term, where it has a kernel; the second derivative of the square
  /// at 0 tells whether two such cancel.
  var first: String?
  /// The function whose moments the further remainders are.
  var moment: String?
  /// By what sign each further remainder is multiplied.
  var sign: Double

  /// The remainder after some terms, as what a moment is multiplied by: sign, power, factorial.
  func rest(_ count: Int) -> (power: Double, factor: Double) {
    let power = terms[count - 1].power + (moment == "exp" ? 1 : 2)
    let factorial = stride(from: 2, to: power, by: 1).reduce(1, *)
    return (power, (count % 2 == 0 ? 1 : sign) / factorial)
  }
}

extension ExpressionGraph {
  private static let series: [Series?] = {
    let odd = [(1.0, 1.0), (6, 3), (120, 5)]
    let alternating = [(1.0, 1.0), (-6, 3), (120, 5)]
    let functions: [String: Series] = [
      "sin": Series(terms: alternating, first: "sinmx", moment: "cos", sign: -1),
      "sinh": Series(terms: odd, first: "sinhmx", moment: "cosh", sign: 1),
      "cosm1": Series(terms: [(-2, 2), (24, 4)], first: nil, moment: "cos", sign: 1),
      "coshm1": Series(terms: [(2, 2), (24, 4)], first: nil, moment: "cosh", sign: 1),
      "expm1": Series(terms: [(1, 1), (2, 2), (6, 3)], first: "expm1mx", moment: "exp", sign: 1),
      "log1p": Series(terms: [(1, 1)], first: "log1pmx", moment: nil, sign: 1),
      "tan": Series(terms: [(1, 1)], first: "tanmx", moment: nil, sign: 1),
      "tanh": Series(terms: [(1, 1)], first: "tanhmx", moment: nil, sign: 1),
    ]
    return Catalogue.table(functions)
  }()

  private static let mostTermsOfSeries = 6
  private static let remainderLimit = 8.0

  /// A sum in which a function stands with leading terms of its series, by the remainder; nil where
  /// none does.
  mutating func seriesRemainder(_ node: NodeID) -> NodeID? {
    let nodes = operands(node)
    guard nodes.count <= Self.mostTermsOfSeries, nodes.contains(where: { hasSeries($0) }) else {
      return nil
    }
    let terms = nodes.map { factored($0) }
    guard !terms.contains(where: \.isLost) else { return nil }
    for (place, term) in terms.enumerated() {
      guard let (function, argument, cofactor) = functionOfSeries(term),
        let series = Self.series[operatorID(function).index]
      else { continue }
      let inner = factored(argument)
      if let (other, value) = product(of: function, argument, in: terms, cofactor) {
        return replacing([place, other], of: node, by: [(cofactor, value)])
      }
      var taken: [Int] = []
      for (denominator, power) in series.terms {
        var leading = cofactor
        leading.multiply(by: inner, raisedTo: power)
        leading.multiply(by: Coefficient(numerator: -1, denominator: denominator).normalized)
        guard let other = terms.firstIndex(of: leading), other != place else { break }
        taken.append(other)
      }
      if !taken.isEmpty, let rest = remainder(series, taken.count, argument) {
        let form = replacing([place] + taken, of: node, by: [(cofactor, rest)])
        if taken.count == 1, series.first != nil { return form }
        // Far from 0 nothing cancels, and powers overflow.
        return choice(isBelow(Self.remainderLimit, argument), form, node, within: shape(node))
      }
      if let form = differenceOfFunctions(node, terms, place, series, argument, cofactor) {
        return form
      }
    }
    return nil
  }

  private func hasSeries(_ node: NodeID) -> Bool {
    hasFactor(node) { Self.series[$0.index] != nil }
  }

  /// The one function of a term that has a series, what it is taken of, and the other factors.
  private func functionOfSeries(
    _ term: Factored
  ) -> (function: NodeID, argument: NodeID, cofactor: Factored)? {
    let functions = term.powers.filter {
      $0.exponent == 1 && Self.series[operatorID($0.base).index] != nil
    }
    guard functions.count == 1 else { return nil }
    var cofactor = term
    cofactor.multiply(by: functions[0].base, -1)
    return (functions[0].base, operand(functions[0].base, 0), cofactor)
  }

  private mutating func remainder(
    _ series: Series, _ count: Int, _ argument: NodeID
  ) -> NodeID? {
    if count == 1, let first = series.first { return insert(Catalogue.required(first), [argument]) }
    guard let name = series.moment else { return nil }
    let (power, factor) = series.rest(count)
    let moment = insert(
      Catalogue.required(name + "_moment"), [constant(0), constant(power - 1), argument])
    let scale = insert(.multiply, [constant(factor), insert(.power, [argument, constant(power)])])
    return insert(.multiply, [scale, moment])
  }

  /// `sin(x) - x*cos(x)` and its like: the term that goes with a function, and the difference.
  private mutating func product(
    of function: NodeID, _ argument: NodeID, in terms: [Factored], _ cofactor: Factored
  ) -> (other: Int, value: NodeID)? {
    let partner: NodeID?
    switch operatorID(function) {
    case .sin: partner = existing(.cos, [argument])
    case .sinh: partner = existing(.cosh, [argument])
    case .expm1: partner = existing(.exp, [argument])
    default: partner = nil
    }
    guard let partner else { return nil }
    var product = cofactor.negated
    product.multiply(by: factored(argument), raisedTo: 1)
    product.multiply(by: partner, 1)
    guard let other = terms.firstIndex(of: product) else { return nil }
    switch operatorID(function) {
    case .sin: return (other, insert(.sinmxcos, [argument]))
    case .sinh:
      return (other, insert(.negate, [insert(.xcoshmsinh, [argument])]))
    default:
      let moment = insert(
        Catalogue.required("exp_moment"), [constant(1), constant(0), argument])
      let square = insert(.power, [argument, constant(2)])
      return (other, insert(.negate, [insert(.multiply, [square, moment])]))
    }
  }

  /// `tan(x) - sin(x)` as the difference of what each is less x, where x is small.
  private mutating func differenceOfFunctions(
    _ node: NodeID, _ terms: [Factored], _ place: Int, _ series: Series, _ argument: NodeID,
    _ cofactor: Factored
  ) -> NodeID? {
    guard series.terms[0].power == 1 else { return nil }
    for other in terms.indices where other > place {
      guard let (function, second, rest) = functionOfSeries(terms[other]), second == argument,
        rest == cofactor.negated, let next = Self.series[operatorID(function).index],
        next.terms[0].power == 1, let left = remainder(series, 1, argument),
        let right = remainder(next, 1, argument)
      else { continue }
      let form = replacing(
        [place, other], of: node, by: [(cofactor, left), (cofactor.negated, right)])
      return choice(isBelow(1, argument), form, node, within: shape(node))
    }
    return nil
  }

  /// A sum with other terms in the place of some.
  private mutating func replacing(
    _ places: [Int], of node: NodeID, by terms: [(cofactor: Factored, value: NodeID)]
  ) -> NodeID {
    var products: [NodeID] = []
    for term in terms {
      products.append(product(term.cofactor, times: [(term.value, 1)], within: shape(node)))
    }
    return replacing(places, of: node, by: products)
  }
}
