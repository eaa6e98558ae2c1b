// What is computed in another form than people write. x*log(x) is 0 at 0, and so are x^n*log(x)
// and the x^y*log(x) that the derivative of x^y by y is: plain arithmetic has no value there. And
// 1 - tanh(x)^2 is 1/cosh(x)^2, which keeps its digits where tanh(x) is near 1.

extension OperatorID {
  fileprivate static let xlogy = Catalogue.required("xlogy")
  fileprivate static let tanh = Catalogue.required("tanh")
  fileprivate static let cosh = Catalogue.required("cosh")
}

extension ExpressionGraph {
  /// The nodes with `xlogy` in the place of products of a logarithm and of what vanishes with its
  /// argument, and the squares of hyperbolic secants.
  package mutating func inMachineForms(_ roots: [NodeID]) -> [NodeID] {
    guard let last = roots.max() else { return roots }
    let needed = reachable(from: roots)
    let isConcerned = (0...last.slot).contains {
      needed[$0] && (operators[$0] == .log || operators[$0] == .tanh)
    }
    guard isConcerned else { return roots }
    var mapped: [NodeID: NodeID] = [:]
    for slot in 0...last.slot where needed[slot] {
      var node = NodeID(slot)
      let operands = operands(node)
      origin = origins[slot]
      if operands.contains(where: { mapped[$0] != nil }) {
        node = insert(operators[slot], operands.map { mapped[$0] ?? $0 }, attribute(NodeID(slot)))
      }
      if operatorID(node) == .multiply, let limit = withLimit(node) { node = limit }
      if operatorID(node) == .add, let square = squareOfSecant(node) { node = square }
      if node.slot != slot { mapped[NodeID(slot)] = node }
    }
    origin = -1
    return roots.map { mapped[$0] ?? $0 }
  }

  /// `1/cosh(x)^2` for `1 - tanh(x)^2`.
  private mutating func squareOfSecant(_ node: NodeID) -> NodeID? {
    let terms = operands(node)
    guard terms.count == 2, let one = terms.first(where: { number($0) == 1 }),
      let other = terms.first(where: { $0 != one }), operatorID(other) == .negate
    else { return nil }
    let square = operands(other)[0]
    guard operatorID(square) == .power, number(operands(square)[1]) == 2,
      operatorID(operands(square)[0]) == .tanh, shape(square) == shape(node)
    else { return nil }
    let cosh = insert(.cosh, operands(operands(square)[0]))
    return insert(.power, [cosh, constant(-2)])
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
    case .power:
      let exponent = number(operands(node)[1])
      return operands(node)[0] == x && (exponent.map { $0 > 0 } ?? true)
    default: return false
    }
  }
}
