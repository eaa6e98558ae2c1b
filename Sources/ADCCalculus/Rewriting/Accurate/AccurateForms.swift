// What the machine differentiates in the place of what people write. The derivative of sin(x)/x is
// (x*cos(x) - sin(x))/x^2, which has no digits near 0; that of sinc(x) has them all. Both are the
// same function, so the first is printed and the second computed. Numbers alone need none of this:
// what is lost there is found out and computed with more digits.

extension OperatorID {
  fileprivate static let acos = Catalogue.required("acos")
  fileprivate static let acosh = Catalogue.required("acosh")
  fileprivate static let asin = Catalogue.required("asin")
  fileprivate static let asinh = Catalogue.required("asinh")
  static let erfc = Catalogue.required("erfc")
  static let erfcx = Catalogue.required("erfcx")
  static let normalCDF = Catalogue.required("normal_cdf")
}

extension ExpressionGraph {
  /// The roots in forms that keep digits and stay finite where their derivatives else would not,
  /// to the second order; linear in the nodes that the roots need.
  ///
  /// Forms differ from what they replace by rounding alone. Programs of numbers stay as they are.
  package mutating func inAccurateForms(_ roots: [NodeID]) -> [NodeID] {
    let needed = reachable(from: roots)
    guard
      needed.indices.contains(where: { needed[$0] && Self.isTrigger[operatorID(at: $0).index] })
        || !recurrences.isEmpty, !areScalars(roots)
    else { return roots }
    return inAccurateFormsOfArrays(roots)
  }

  private mutating func inAccurateFormsOfArrays(_ roots: [NodeID]) -> [NodeID] {
    replaced(roots) { graph, node in
      if var body = graph.recurrence(of: node) {
        let origin = graph.origin
        defer { graph.origin = origin }
        let forms = graph.inAccurateFormsOfArrays(body.roots)
        guard forms != body.roots else { return node }
        body.setRoots(forms)
        return graph.scan(body, graph.operands(node))
      }
      return graph.accurateForm(of: node) ?? node
    }
  }

  /// The functions that some form is about.
  private static let isTrigger = Catalogue.isOne(of: [
    "sin", "tan", "sinh", "tanh", "expm1", "log1p", "cosm1", "coshm1", "acos", "acosh", "sqrt",
    "hypot", "normal_cdf", "erfc", "prod", "power", "exp2", "exp10", "gamma",
  ])

  private mutating func accurateForm(of node: NodeID) -> NodeID? {
    switch operatorID(node) {
    case .divide, .multiply: return accurateQuotient(node)
    case .add: return accurateRootDifference(node, ofNumbers: false)
    case .acos: return arcCosineNearOne(node)
    case .acosh: return areaCosineNearOne(node)
    case .log:
      return logarithmOfTail(node) ?? logarithmOfProduct(node) ?? logarithmOfPower(node)
    default: return nil
    }
  }

  // MARK: Angles near 0

  private static let largestHalfAngle = 0.5

  /// `acos(1 - v)` as the angle of the half chord, for small v.
  private mutating func arcCosineNearOne(_ node: NodeID) -> NodeID? {
    guard let rest = lessOne(operand(node, 0)) else { return nil }
    let v = insert(.negate, [rest])
    let root = insert(.sqrt, [insert(.multiply, [constant(0.5), v])])
    let angle = insert(.multiply, [constant(2), insert(.asin, [root])])
    let isSmall = insert(.less, [v, constant(Self.largestHalfAngle)])
    return choice(isSmall, angle, node, within: shape(node))
  }

  /// `acosh(1 + v)` as `2*asinh(sqrt(v/2))`.
  private mutating func areaCosineNearOne(_ node: NodeID) -> NodeID? {
    guard let v = lessOne(operand(node, 0)) else { return nil }
    let root = insert(.sqrt, [insert(.multiply, [constant(0.5), v])])
    return spread(
      insert(.multiply, [constant(2), insert(.asinh, [root])]), to: shape(node))
  }

  /// A sum with a term 1 without it.
  private mutating func lessOne(_ node: NodeID) -> NodeID? {
    guard operatorID(node) == .add else { return nil }
    var terms = operands(node)
    guard let place = terms.firstIndex(where: { number($0) == 1 }) else { return nil }
    terms.remove(at: place)
    return terms.count == 1 ? terms[0] : insertFitting(.add, terms, within: shape(node))
  }

  // MARK: Logarithms of what vanishes

  /// `log(erfc(x))` and `log(normal_cdf(x))` by the scaled function where the tail is thin; a
  /// positive factor becomes a term.
  private mutating func logarithmOfTail(_ node: NodeID) -> NodeID? {
    let product = factored(operand(node, 0))
    guard product.powers.count == 1, product.powers[0].exponent == 1, !product.number.isNegative
    else { return nil }
    let tail = product.powers[0].base
    guard let (scaled, exponent, isThin) = scaledTail(tail) else { return nil }
    let whole = shape(node)
    let factor = constant(product.number.numerator / product.number.denominator)
    let inner = product.number.isOne ? scaled : insert(.multiply, [factor, scaled])
    let log = insertFitting(.add, [insert(.log, [inner]), exponent], within: whole)
    return choice(isThin, log, node, within: whole)
  }

  func isTail(_ node: NodeID) -> Bool {
    operatorID(node) == .erfc || operatorID(node) == .normalCDF
  }

  /// `erfcx` in the place of a tail, the exponent that it is scaled by, and where that is better.
  private mutating func scaledTail(
    _ tail: NodeID
  ) -> (scaled: NodeID, exponent: NodeID, isThin: NodeID)? {
    guard isTail(tail) else { return nil }
    let x = operand(tail, 0)
    let square = insert(.power, [x, constant(2)])
    let isComplement = operatorID(tail) == .erfc
    let isThin = insert(.less, isComplement ? [constant(0.5), x] : [x, constant(0)])
    // Where the tail is not thin, the scaled function must not overflow.
    let thin = choice(isThin, x, constant(0), within: shape(x))
    guard !isComplement else { return (insert(.erfcx, [thin]), insert(.negate, [square]), isThin) }
    let distance = insert(.multiply, [constant(-0.7071067811865476), thin])
    return (
      insert(.multiply, [constant(0.5), insert(.erfcx, [distance])]),
      insert(.multiply, [constant(-0.5), square]), isThin
    )
  }

  /// `log(prod(x))` as the sum of the logarithms, where the product is not negative.
  private mutating func logarithmOfProduct(_ node: NodeID) -> NodeID? {
    let product = operand(node, 0)
    guard operatorID(product) == .product else { return nil }
    let sizes = insert(.abs, [operand(product, 0)])
    let sum = insert(.sum, [insert(.log, [sizes])], attribute(product))
    // Of the signs, as the product itself may vanish.
    let signs = insert(.sign, [operand(product, 0)])
    let isNegative = insert(
      .less, [insert(.product, [signs], attribute(product)), constant(0)])
    return choice(isNegative, node, sum, within: shape(node))
  }
}
