extension Simplifier {
  /// Opens factors that others use too where the product is no longer for it: `y*(1/s)` is `y/s`,
  /// `z*(x/(y*z)^2)` is `x/(y^2*z)`, and `z*(x/(y*z))` is `x/y`.
  mutating func openShared(_ coefficient: inout Coefficient, _ factors: inout [Factor]) {
    guard factors.contains(where: { isProductOrQuotient($0.base) }) else { return }
    // Every opening leaves smaller parts; four levels are more than derivatives make.
    for _ in 0..<4 {
      guard let place = factors.indices.first(where: { isQuotientOfNumber(factors[$0].base) })
      else { break }
      guard let opened = opening(place, coefficient, factors) else { break }
      fire(.flatProduct)
      (coefficient, factors) = opened
    }
    guard factors.count >= 2, factors.count <= FewNodes.limit else { return }
    for _ in 0..<4 {
      let cost = self.cost(coefficient, factors)
      var bases = FewNodes()
      for factor in factors { bases.append(factor.base) }
      var better: (coefficient: Coefficient, factors: [Factor])?
      for place in factors.indices where better == nil {
        guard mayShrink(factors[place].base, bases),
          let opened = opening(place, coefficient, factors)
        else {
          continue
        }
        if isAtMost(factors.count, cost, opened) {
          better = opened
          continue
        }
        // What comes together may be one level further down.
        for inner in opened.factors.indices.suffix(2) where better == nil {
          guard let twice = opening(inner, opened.coefficient, opened.factors),
            twice.factors.count <= opened.factors.count, isAtMost(factors.count, cost, twice)
          else { continue }
          better = twice
        }
      }
      guard let better else { return }
      fire(.flatProduct)
      (coefficient, factors) = better
    }
  }

  private mutating func isProductOrQuotient(_ node: NodeID) -> Bool {
    let op = graph.operatorID(node)
    return op == .multiply || op == .divide
  }

  /// Whether what a factor is made of, down to the second level, can come together with another one
  /// of `bases` or with the number in front; else opening it leaves more factors than there were.
  mutating func mayShrink(_ node: NodeID, _ bases: FewNodes) -> Bool {
    switch graph.operatorID(node) {
    case .multiply where graph.operandPlaces(node.slot).count == 2: break
    case .divide: break
    default: return false
    }
    let (left, right) = (graph.operand(node, 0), graph.operand(node, 1))
    let parts = (base(of: left), base(of: right))
    if parts.0 == parts.1 || meets(parts.0, bases) || meets(parts.1, bases) { return true }
    for side in 0..<2 {
      let part = side == 0 ? parts.0 : parts.1
      let op = graph.operatorID(part)
      guard op == .multiply || op == .divide else { continue }
      for place in graph.operandPlaces(part.slot) {
        let inner = base(of: graph.operand(at: place))
        if inner == parts.0 || inner == parts.1 || meets(inner, bases) { return true }
      }
    }
    return false
  }

  /// Whether a part of a factor is a number, or a factor itself.
  private mutating func meets(_ part: NodeID, _ bases: FewNodes) -> Bool {
    graph.operatorID(part) == .number || bases.contains(part)
  }

  /// What a whole power is a power of; another node itself.
  private mutating func base(of node: NodeID) -> NodeID {
    graph.operatorID(node) == .power && wholeExponent(of: node) != nil
      ? graph.operand(node, 0) : node
  }

  /// Whether a product has no more factors than another and costs no more.
  private func isAtMost(
    _ count: Int, _ cost: Int, _ product: (coefficient: Coefficient, factors: [Factor])
  ) -> Bool {
    product.factors.count <= count && self.cost(product.coefficient, product.factors) <= cost
  }

  private func isQuotientOfNumber(_ node: NodeID) -> Bool {
    guard graph.operatorID(node) == .divide else { return false }
    let numerator = graph.operand(node, 0)
    return graph.number(numerator).map { !isNamed($0) && $0.isFinite && $0 != 0 } ?? false
  }

  /// The product with one factor, a product or quotient of two, taken apart; nil where it is none.
  private mutating func opening(
    _ place: Int, _ coefficient: Coefficient, _ factors: [Factor]
  ) -> (coefficient: Coefficient, factors: [Factor])? {
    let factor = factors[place]
    switch graph.operatorID(factor.base) {
    case .multiply where graph.operandPlaces(factor.base.slot).count == 2: break
    case .divide: break
    default: return nil
    }
    let operands = graph.operands(factor.base)
    let signs: [Double] = [1, graph.operatorID(factor.base) == .divide ? -1 : 1]
    var (coefficient, result) = (coefficient, factors)
    result.remove(at: place)
    for (operand, sign) in zip(operands, signs) {
      var (base, exponent) = (operand, factor.exponent * sign)
      if let value = graph.number(base), !isNamed(value) {
        guard let power = numberPower(value, exponent), let product = coefficient.times(power)
        else { return nil }
        coefficient = product
        continue
      }
      if graph.operatorID(base) == .power, let inner = wholeExponent(of: base) {
        base = graph.operands(base)[0]
        exponent *= inner
      }
      if let known = result.firstIndex(where: { $0.base == base }) {
        result[known].exponent += exponent
        if result[known].exponent == 0 { result.remove(at: known) }
      } else {
        result.append(Factor(base: base, exponent: exponent))
      }
    }
    guard coefficient.isUsable, result.allSatisfy({ $0.exponent.magnitude <= 64 }) else {
      return nil
    }
    return (coefficient, result)
  }

  /// The operations of a product whose factors are there already.
  private func cost(_ coefficient: Coefficient, _ factors: [Factor]) -> Int {
    let above = factors.count { $0.exponent > 0 }
    let below = factors.count { $0.exponent < 0 } + (coefficient.denominator == 1 ? 0 : 1)
    let hasNumber = coefficient.numerator.magnitude != 1 || above == 0
    let powers = factors.count { $0.exponent.magnitude != 1 }
    return powers + above + (hasNumber ? 1 : 0) - 1 + below
  }
}
