extension Simplifier {
  /// Puts sigmoids in the place of quotients of exponentials: exp(v)^j/(1 + exp(v))^m is
  /// sigmoid(v)^j*sigmoid(-v)^(m - j), and exp(a)/(exp(a) + exp(b)) is sigmoid(a - b).
  mutating func stabilizeFactors(_ factors: inout [Factor]) {
    for place in factors.indices where factors[place].exponent < 0 {
      let base = factors[place].base
      guard graph.operatorID(base) == .add, graph.operandPlaces(base.slot).count == 2 else {
        continue
      }
      let terms = graph.operands(base)
      guard let first = exponent(of: terms[0]), let second = exponent(of: terms[1]) else {
        continue
      }
      let powers = -factors[place].exponent
      // The exponentials above the line, one factor each, that the denominator has too.
      let ups = terms.map { term in factors.firstIndex { $0.base == term && $0.exponent > 0 } }
      let counts = terms.indices.map { side -> Double in
        ups[side].map { min(factors[$0].exponent, powers) } ?? 0
      }
      let isOne = terms.map { graph.number($0) == 1 }
      let taken = counts[0] + counts[1]
      guard taken <= powers else { continue }
      // 1/(exp(a) + exp(b)) has no sigmoid in it; with a 1 in the sum, 1 is above the line too.
      var shares = counts
      if isOne[0] {
        shares[0] = powers - counts[1]
      } else if isOne[1] {
        shares[1] = powers - counts[0]
      } else if taken != powers {
        continue
      }
      fire(.logistic)
      let shape = graph.shape(base)
      let gap = difference(first, second, shape: shape)
      factors[place].exponent = 0
      for side in 0..<2 where shares[side] > 0 {
        let argument = side == 0 ? gap : negated(gap)
        if let up = ups[side] { factors[up].exponent -= counts[side] }
        let sigmoid = fitted(graph.insert(.sigmoid, [argument]), to: shape)
        if let known = factors.firstIndex(where: { $0.base == sigmoid }) {
          factors[known].exponent += shares[side]
        } else {
          factors.append(Factor(base: sigmoid, exponent: shares[side]))
        }
      }
    }
  }
}
