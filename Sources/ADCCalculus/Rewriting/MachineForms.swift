// What is computed in another form than people write. x*log(x) is 0 at 0, and so are x^n*log(x)
// and the x^y*log(x) that the derivative of x^y by y is: plain arithmetic has no value there. And
// 1 - tanh(x)^2 is 1/cosh(x)^2, which keeps its digits where tanh(x) is near 1. Programs over
// arrays have more such forms, for values whose digits nothing looks after.

extension OperatorID {
  fileprivate static let xlogy = Catalogue.required("xlogy")
}

extension ExpressionGraph {
  /// The nodes in forms that have a value at limits and, of arrays, keep digits and stay finite.
  package mutating func inMachineForms(_ roots: [NodeID]) -> [NodeID] {
    let needed = reachable(from: roots)
    guard
      needed.indices.contains(where: { needed[$0] && Self.isConcerned[operatorID(at: $0).index] })
    else { return roots }
    // What numbers alone lose is found out and computed with more digits.
    return inMachineForms(roots, ofArrays: !recurrences.isEmpty || !areScalars(roots))
  }

  private mutating func inMachineForms(_ roots: [NodeID], ofArrays: Bool) -> [NodeID] {
    guard !recurrences.isEmpty else { return inPlainMachineForms(roots, ofArrays: ofArrays) }
    let open = replaced(roots) { graph, node in
      guard var body = graph.recurrence(of: node) else { return node }
      let origin = graph.origin
      defer { graph.origin = origin }
      body.setRoots(graph.inMachineForms(body.roots, ofArrays: ofArrays))
      return graph.scan(body, graph.operands(node))
    }
    return inPlainMachineForms(open, ofArrays: ofArrays)
  }

  /// The functions that some machine form is about; a loop may hold any.
  private static let isConcerned = Catalogue.isOne(of: [
    "log", "tanh", "power", "norm", "hypot", "sqrt", "exp", "exp2", "exp10", "sin", "sinh",
    "cosm1", "coshm1", "expm1", "log1p", "tan", "scan", "digamma", "lgamma", "sigmoid", "erf",
    "divide",
  ])

  private mutating func inPlainMachineForms(_ roots: [NodeID], ofArrays: Bool) -> [NodeID] {
    guard let last = roots.max() else { return roots }
    let needed = reachable(from: roots)
    var mapped: [NodeID: NodeID] = [:]
    for slot in 0...last.slot where needed[slot] {
      var node = NodeID(slot)
      let operands = operands(node)
      origin = origin(at: slot)
      if operands.contains(where: { mapped[$0] != nil }) {
        node = insert(
          operatorID(at: slot), operands.map { mapped[$0] ?? $0 }, attribute(NodeID(slot)))
      }
      if operatorID(node) == .multiply, let limit = withLimit(node) { node = limit }
      if operatorID(node) == .multiply, let limit = withVanishingFactor(node) { node = limit }
      if operatorID(node) == .multiply, let quotient = overLength(node) { node = quotient }
      if operatorID(node) == .divide, let safe = quotientOfLength(node) { node = safe }
      if operatorID(node) == .add, let square = squareOfSecant(node) { node = square }
      if ofArrays, let form = accurateValue(of: node) { node = form }
      passName(of: NodeID(slot), to: node)
      if node.slot != slot { mapped[NodeID(slot)] = node }
    }
    origin = -1
    let results = roots.map { mapped[$0] ?? $0 }
    // Last, for other forms look for the squares.
    return ofArrays
      ? replaced(results) { graph, node in graph.squareDifference(node) ?? node } : results
  }

  /// Forms that programs over arrays compute values in.
  private mutating func accurateValue(of node: NodeID) -> NodeID? {
    switch operatorID(node) {
    case .add: accurateSum(node)
    case .log: accurateLogarithm(node)
    case .log1p: accurateLogarithmOfOneMore(node)
    case .multiply, .divide: finiteProduct(node)
    default: nil
    }
  }

  private static let leastSquareThatCancels = 0.25

  /// `1/cosh(x)^2` for `1 - tanh(x)^2` where digits cancel, and its opposite; elsewhere the
  /// difference has more.
  private mutating func squareOfSecant(_ node: NodeID) -> NodeID? {
    let terms = operands(node)
    guard terms.count == 2, let one = terms.first(where: { number($0)?.magnitude == 1 }),
      let other = terms.first(where: { $0 != one })
    else { return nil }
    let isOpposite = number(one) == -1
    if let argument = cotangent(other, isNegative: !isOpposite), shape(argument) == shape(node) {
      // 1 - 1/tanh(x)^2 is -1/sinh(x)^2.
      let cosecant = insert(.power, [insert(.sinh, [argument]), constant(-2)])
      return isOpposite ? cosecant : insert(.negate, [cosecant])
    }
    guard isOpposite || operatorID(other) == .negate else { return nil }
    let square = isOpposite ? other : operands(other)[0]
    guard operatorID(square) == .power, number(operands(square)[1]) == 2,
      operatorID(operands(square)[0]) == .tanh, shape(square) == shape(node)
    else { return nil }
    let cosh = insert(.cosh, operands(operands(square)[0]))
    var secant = insert(.power, [cosh, constant(-2)])
    if isOpposite { secant = insert(.negate, [secant]) }
    let isSmall = insert(.less, [square, constant(Self.leastSquareThatCancels)])
    return insert(.select, [isSmall, node, secant])
  }

  /// The x of `1/tanh(x)^2`, or of its opposite.
  private func cotangent(_ node: NodeID, isNegative: Bool) -> NodeID? {
    guard [.divide, .negate, .power].contains(operatorID(node)) else { return nil }
    let term = factored(node)
    let inverse = isNegative ? term.negated : term
    guard inverse.number.isOne, inverse.powers.count == 1, inverse.powers[0].exponent == -2,
      operatorID(inverse.powers[0].base) == .tanh
    else { return nil }
    return operand(inverse.powers[0].base, 0)
  }

  /// A product with one of its logarithms in `xlogy`.
  private mutating func withLimit(_ node: NodeID) -> NodeID? {
    var factors = operands(node)
    for (place, factor) in factors.enumerated() {
      guard let (argument, exponent) = logarithm(factor),
        let other = factors.indices.first(where: {
          $0 != place && vanishes(factors[$0], with: argument)
        })
      else { continue }
      var product = factors[other]
      for _ in 0..<exponent { product = insert(.xlogy, [product, argument]) }
      factors[min(place, other)] = product
      factors.remove(at: max(place, other))
      return factors.count == 1
        ? factors[0] : insertFitting(.multiply, factors, within: shape(node))
    }
    return nil
  }

  private static let mostSums = 8

  /// A product that is 0 where a factor is, though another one is infinite there: x^2*(3*log(x) +
  /// 1) where x^2 is 0, and y*x^(y - 1) where y is.
  private mutating func withVanishingFactor(_ node: NodeID) -> NodeID? {
    let factors = operands(node)
    let others = factors.filter { operatorID($0) == .add || operatorID($0) == .power }
    // More of them are no derivative of a power or a logarithm.
    guard others.count <= Self.mostSums else { return nil }
    var result = node
    // Products that several powers share are nodes of their own.
    let candidates = factors.flatMap {
      operatorID($0) == .multiply ? operands($0).filter { number($0) == nil } : [$0]
    }
    for factor in candidates where shape(factor) == shape(node) {
      let isLimit = others.contains { other in
        other != factor
          && (operatorID(other) == .add
            && vanishesMoreThanLogarithm(factor, in: other, depth: Self.deepestSum)
            || isExponent(factor, of: other))
      }
      if isLimit {
        let zero = constant(0)
        result = insert(.select, [insert(.equal, [factor, zero]), zero, result])
      }
    }
    return result == node ? nil : result
  }

  private static let deepestSum = 3

  /// Whether a logarithm of x is a factor of a term of a sum, or of one within it, and `vanishing`
  /// is 0 where x is.
  private func vanishesMoreThanLogarithm(
    _ vanishing: NodeID, in sum: NodeID, depth: Int
  ) -> Bool {
    guard depth > 0 else { return false }
    return operands(sum).contains { term in
      let term = operatorID(term) == .negate ? operands(term)[0] : term
      let factors = operatorID(term) == .multiply ? operands(term) : [term]
      return factors.contains { factor in
        if operatorID(factor) == .add {
          return vanishesMoreThanLogarithm(vanishing, in: factor, depth: depth - 1)
        }
        guard let (argument, _) = logarithm(factor) else { return false }
        return vanishes(vanishing, with: argument)
      }
    }
  }

  /// Whether a node is x^e for an e that is another node less a positive number, so that it comes
  /// of differentiating by x.
  private func isExponent(_ factor: NodeID, of node: NodeID) -> Bool {
    guard operatorID(node) == .power, number(operands(node)[1]) == nil else { return false }
    if operatorID(operands(node)[1]) == .table { return operatorID(factor) == .table }
    guard operatorID(operands(node)[1]) == .add else { return false }
    func parts(_ node: NodeID, depth: Int = Self.deepestSum) -> (rest: [NodeID], number: Double) {
      if let value = number(node) { return ([], value) }
      guard operatorID(node) == .add, depth > 0 else { return ([node], 0) }
      let terms = operands(node).map { parts($0, depth: depth - 1) }
      return (terms.flatMap(\.rest), terms.reduce(0) { $0 + $1.number })
    }
    let (own, exponent) = (parts(factor), parts(operands(node)[1]))
    return own.number > exponent.number && own.rest.sorted() == exponent.rest.sorted()
  }

  /// The argument and the power of `log(x)` and of its small powers.
  private func logarithm(_ node: NodeID) -> (argument: NodeID, exponent: Int)? {
    if operatorID(node) == .log { return (operands(node)[0], 1) }
    guard operatorID(node) == .power, let exponent = number(operands(node)[1]),
      exponent == 2 || exponent == 3, operatorID(operands(node)[0]) == .log
    else { return nil }
    return (operands(operands(node)[0])[0], Int(exponent))
  }

  /// Whether a factor is 0 where x is, for positive exponents: x, a root, or a power of it.
  private func vanishes(_ node: NodeID, with x: NodeID) -> Bool {
    guard shape(node) == shape(x) else { return false }
    if node == x { return true }
    switch operatorID(node) {
    case .sqrt: return operands(node)[0] == x
    case .xlogy: return operands(node)[1] == x && vanishes(operands(node)[0], with: x)
    case .power:
      let exponent = number(operands(node)[1])
      return operands(node)[0] == x && (exponent.map { $0 > 0 } ?? true)
    default: return false
    }
  }
}
