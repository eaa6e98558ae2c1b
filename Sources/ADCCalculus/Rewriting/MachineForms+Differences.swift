// Values that lose digits where their derivatives do not: differences of logarithms and of squares,
// logarithms of what overflows, powers less 1.

extension ExpressionGraph {
  /// A sum in a form that keeps its digits; nil where nothing of it is known to lose them.
  mutating func accurateSum(_ node: NodeID) -> NodeID? {
    seriesRemainder(node) ?? accurateRootDifference(node, ofNumbers: true) ?? powerLessOne(node)
      ?? logarithmDifference(node) ?? softplusNearZero(node) ?? gammaDifference(node)
      ?? scaledComplement(node)
  }

  /// `c^x - 1` by `expm1` near 0, of arrays: what an optimizer makes of the number of the step is
  /// computed as it is written.
  private mutating func powerLessOne(_ node: NodeID) -> NodeID? {
    let terms = operands(node)
    guard !isScalar(node), terms.count == 2,
      let one = terms.first(where: { number($0)?.magnitude == 1 }),
      let other = terms.first(where: { $0 != one })
    else { return nil }
    let isOpposite = number(one) == 1
    guard !isOpposite || operatorID(other) == .negate else { return nil }
    let power = isOpposite ? operand(other, 0) : other
    guard let parts = constantPower(power) else { return nil }
    let argument = naturalExponent(parts)
    var form = insert(.expm1, [argument])
    if isOpposite { form = insert(.negate, [form]) }
    return choice(isBelow(1, argument), form, node, within: shape(node))
  }

  /// `softplus(x) - log(2)` as `log1p(expm1(x)/2)` near 0.
  private mutating func softplusNearZero(_ node: NodeID) -> NodeID? {
    let terms = operands(node).map { factored($0) }
    guard terms.count == 2, !terms.contains(where: \.isLost) else { return nil }
    for (place, term) in terms.enumerated() {
      guard
        let power = term.powers.first(where: {
          operatorID($0.base) == .softplus && $0.exponent == 1
        })
      else { continue }
      var scale = term
      scale.multiply(by: power.base, -1)
      var opposite = scale.negated
      opposite.multiply(by: insert(.log, [constant(2)]), 1)
      guard terms[1 - place] == opposite else { continue }
      let x = operand(power.base, 0)
      let half = insert(.multiply, [constant(0.5), insert(.expm1, [x])])
      let form = product(scale, times: [(insert(.log1p, [half]), 1)], within: shape(node))
      return choice(isBelow(1, x), form, node, within: shape(node))
    }
    return nil
  }

  private static let nearestRatio = 0.5

  /// `log(x) - log(y)` as `log1p((x - y)/y)` where x is near y and their difference known without
  /// cancellation.
  private mutating func logarithmDifference(_ node: NodeID) -> NodeID? {
    let nodes = operands(node)
    guard nodes.count <= 4, nodes.count(where: { isLogarithm($0) }) >= 2 else { return nil }
    let whole = shape(node)
    for (place, left) in nodes.enumerated() where isLogarithm(left) {
      for (other, right) in nodes.enumerated() where other > place && isLogarithm(right) {
        let (one, two) = (factored(left), factored(right))
        guard one.powers.count == 1, two.powers.count == 1, one.number == two.number.negated,
          let gap = gapOfArguments(one.powers[0].base, two.powers[0].base, whole)
        else { continue }
        let below = argument(ofLogarithm: two.powers[0].base)
        let size = insert(.abs, [gap])
        let near = insert(.multiply, [constant(Self.nearestRatio), below])
        let isNear = insertFitting(.less, [size, near], within: whole)
        let quotient = insertFitting(.divide, [gap, below], within: whole)
        var scale = Factored()
        scale.number = one.number
        let log = product(scale, times: [(insert(.log1p, [quotient]), 1)], within: whole)
        let plain = insertFitting(.add, [left, right], within: whole)
        let value = choice(isNear, log, plain, within: whole)
        return replacing([place, other], of: node, by: [value])
      }
    }
    return nil
  }

  private func isLogarithm(_ node: NodeID) -> Bool {
    isMultiple(node) { $0 == .log || $0 == .log1p }
  }

  private mutating func argument(ofLogarithm node: NodeID) -> NodeID {
    let inner = operand(node, 0)
    return operatorID(node) == .log
      ? inner : insertFitting(.add, [constant(1), inner], within: shape(node))
  }

  /// The difference of what two logarithms are taken of, where terms of the two cancel and not more
  /// than one is left.
  private mutating func gapOfArguments(
    _ left: NodeID, _ right: NodeID, _ whole: Shape
  ) -> NodeID? {
    func parts(_ node: NodeID) -> [Factored] {
      let terms = terms(of: operand(node, 0)).map { factored($0) }
      return operatorID(node) == .log ? terms : terms + [Factored()]
    }
    let (own, taken) = (parts(left), parts(right))
    guard own.count + taken.count <= 8 else { return nil }
    let (rest, added) = difference(own, taken)
    guard rest.count == 1, added < taken.count, !rest[0].isLost else { return nil }
    return sum(rest, within: whole)
  }

  /// A function less 1, where that has a form of its own.
  mutating func complement(of node: NodeID) -> NodeID? {
    guard let argument = operands(node).first else { return nil }
    func apply(_ name: String, _ x: NodeID) -> NodeID { insert(Catalogue.required(name), [x]) }
    switch op(node).name {
    case "exp": return apply("expm1", argument)
    case "cos": return apply("cosm1", argument)
    case "cosh": return apply("coshm1", argument)
    case "erf": return insert(.negate, [apply("erfc", argument)])
    case "sigmoid":
      return insert(.negate, [apply("sigmoid", insert(.negate, [argument]))])
    case "normal_cdf":
      return insert(.negate, [apply("normal_cdf", insert(.negate, [argument]))])
    case "tanh":
      let rest = apply("sigmoid", insert(.multiply, [constant(-2), argument]))
      return insert(.multiply, [constant(-2), rest])
    default: return nil
    }
  }

  /// `a*f(x) - a` for a function f near 1, and `a - a*x/(x + y)` as `a*y/(x + y)`.
  private mutating func scaledComplement(_ node: NodeID) -> NodeID? {
    let nodes = operands(node)
    guard nodes.count <= 4 else { return nil }
    var isZero: NodeID?
    let open = nodes.map { withoutGuard($0, &isZero) }
    let terms = open.map { withSizes(factored($0)) }
    guard !terms.contains(where: \.isLost) else { return nil }
    for (place, term) in terms.enumerated() {
      for power in term.powers {
        for (other, second) in terms.enumerated() where other != place {
          guard
            let value = lessFactor(power, of: term, second)
              ?? lessShare(power.base, of: term, second, shape(node))
          else { continue }
          let form = replacing([place, other], of: node, by: [value])
          return isZero.map { choice($0, node, form, within: shape(node)) } ?? form
        }
      }
    }
    return nil
  }

  /// A product with abs(x) in the place of x*sign(x), where there is such a node.
  private func withSizes(_ product: Factored) -> Factored {
    var result = product
    for power in product.powers where operatorID(power.base) == .sign && power.exponent == 1 {
      let x = operand(power.base, 0)
      guard product.exponent(of: x) >= 1, let size = existing(.abs, [x]) else { continue }
      result.multiply(by: x, -1)
      result.multiply(by: power.base, -1)
      result.multiply(by: size, 1)
    }
    return result
  }

  /// A term without the choice of 0 where a length is 0.
  private mutating func withoutGuard(_ node: NodeID, _ isZero: inout NodeID?) -> NodeID {
    let isOpposite = operatorID(node) == .negate
    let inner = isOpposite ? operand(node, 0) : node
    guard operatorID(inner) == .select, number(operand(inner, 1)) == 0,
      operatorID(operand(inner, 0)) == .equal, isLength(operand(operand(inner, 0), 0))
    else { return node }
    isZero = operand(inner, 0)
    let value = operand(inner, 2)
    return isOpposite ? insert(.negate, [value]) : value
  }

  /// `a*f(x) - a`.
  private mutating func lessFactor(
    _ power: Factored.Power, of term: Factored, _ other: Factored
  ) -> NodeID? {
    let isSquare = power.exponent.magnitude == 2 && operatorID(power.base) == .tanh
    guard power.exponent == 1 || isSquare else { return nil }
    var cofactor = term
    cofactor.multiply(by: power.base, -power.exponent)
    guard other == cofactor.negated else { return nil }
    let whole = shape(power.base)
    if isSquare {
      // tanh(x)^2 - 1 is -1/cosh(x)^2, and 1/tanh(x)^2 - 1 is 1/sinh(x)^2.
      let isTangent = power.exponent > 0
      let function = insert(isTangent ? .cosh : .sinh, [operand(power.base, 0)])
      return product(
        isTangent ? cofactor.negated : cofactor, times: [(function, -2)], within: whole)
    }
    guard let value = complement(of: power.base) else { return nil }
    return product(cofactor, times: [(value, 1)], within: whole)
  }

  /// `a - a*x/(x + y)`, and with roots and lengths: `a - a*x^2/hypot(x, y)^2`.
  private mutating func lessShare(
    _ base: NodeID, of term: Factored, _ other: Factored, _ whole: Shape
  ) -> NodeID? {
    guard term.exponent(of: base) < 0 else { return nil }
    let (parts, step) = partsOfPower(base)
    guard parts.count > 1, parts.count <= 6 else { return nil }
    // The other term is the opposite of this one with the whole sum in the place of a part of it.
    for (place, part) in parts.enumerated() {
      var expected = term.negated
      expected.multiply(by: part, raisedTo: -1)
      expected.multiply(by: base, step)
      guard expected == other else { continue }
      let rest = parts.indices.filter { $0 != place }.map { parts[$0].negated }
      guard !rest.contains(where: \.isLost) else { return nil }
      var cofactor = term
      cofactor.multiply(by: part, raisedTo: -1)
      guard !cofactor.isLost else { return nil }
      return product(cofactor, times: [(sum(rest, within: shape(base)), 1)], within: whole)
    }
    return nil
  }

  /// The terms that a power of a node is the sum of, and the exponent.
  private func partsOfPower(_ node: NodeID) -> (parts: [Factored], exponent: Double) {
    if let radicand = radicand(of: node) { return (radicand, 2) }
    return operatorID(node) == .add ? (operands(node).map { factored($0) }, 1) : ([], 1)
  }

  /// `a^2 - b^2` as `(a - b)*(a + b)`, terms that cancel in a factor left out.
  mutating func squareDifference(_ node: NodeID) -> NodeID? {
    guard operatorID(node) == .add else { return nil }
    let terms = operands(node)
    guard terms.count == 2, let one = square(terms[0]), let two = square(terms[1]),
      one.isNegative != two.isNegative, one.root != two.root
    else { return nil }
    let (a, b) = one.isNegative ? (two.root, one.root) : (one.root, two.root)
    guard operatorID(a) != .tanh, operatorID(b) != .tanh, number(a) == nil || number(b) == nil
    else { return nil }
    let whole = shape(node)
    let minus = combined(a, b, isDifference: true, whole)
    let plus = combined(a, b, isDifference: false, whole)
    return spread(insertFitting(.multiply, [minus, plus], within: whole), to: whole)
  }

  private mutating func square(_ node: NodeID) -> (root: NodeID, isNegative: Bool)? {
    if let value = number(node) {
      let root = value.magnitude.squareRoot()
      // Exactly, not only rounded.
      guard (-value.magnitude).addingProduct(root, root) == 0, value != 0 else { return nil }
      return (constant(root), value < 0)
    }
    let isNegative = operatorID(node) == .negate
    let power = isNegative ? operand(node, 0) : node
    guard operatorID(power) == .power, number(operand(power, 1)) == 2 else { return nil }
    return (operand(power, 0), isNegative)
  }

  private mutating func combined(
    _ a: NodeID, _ b: NodeID, isDifference: Bool, _ whole: Shape
  ) -> NodeID {
    var rest = terms(of: a).map { factored($0) }
    for term in terms(of: b).map({ factored($0) }) {
      let signed = isDifference ? term.negated : term
      if let shorter = cancelling(rest, signed), !shorter.isEmpty {
        rest = shorter
      } else if signed.powers.isEmpty, let place = rest.firstIndex(where: \.powers.isEmpty),
        let total = rest[place].number.plus(signed.number)
      {
        rest[place].number = total
      } else {
        rest.append(signed)
      }
    }
    guard rest.contains(where: \.isLost) else { return sum(rest, within: whole) }
    let second = isDifference ? insert(.negate, [b]) : b
    return insertFitting(.add, [a, second], within: whole)
  }
}
