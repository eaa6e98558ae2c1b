extension Simplifier {
  /// Gives a node its normal form, and all that it is made of: one that is written out only where
  /// it has to be.
  mutating func fill(_ node: NodeID, _ refinement: inout Refinement) {
    if refinement.forms.isKnown(node) { return }
    if setFlatForm(node, &refinement) { return }
    var stack = [node]
    while let top = stack.last {
      guard !refinement.forms.isKnown(top) else {
        stack.removeLast()
        continue
      }
      if hasShortForm(top) {
        let count = stack.count
        for place in graph.operandPlaces(top.slot) {
          let operand = graph.operand(at: place)
          if !refinement.forms.isKnown(operand) { stack.append(operand) }
        }
        if stack.count > count { continue }
      }
      stack.removeLast()
      if !setFlatForm(top, &refinement) { writeForm(top, &refinement) }
    }
  }

  /// Gives a node a normal form that is written out.
  mutating func writeForm(_ node: NodeID, _ refinement: inout Refinement) {
    var stack = [node]
    while let top = stack.last {
      guard !refinement.forms.hasForm(top) else {
        stack.removeLast()
        continue
      }
      let isShort = hasShortForm(top)
      let missing = isShort ? graph.operands(top).filter { !refinement.forms.hasForm($0) } : []
      if !missing.isEmpty {
        stack += missing
        continue
      }
      stack.removeLast()
      if isShort, let form = arithmeticForm(top, &refinement) {
        refinement.forms.set(form, of: top)
      } else {
        refinement.forms.set(leafForm(top, &refinement), of: top)
      }
    }
  }

  /// Whether a node's form is made of those of its operands.
  private mutating func hasShortForm(_ node: NodeID) -> Bool {
    isArithmetic(node) && graph.operandPlaces(node.slot).count <= 12
  }

  /// The form of an operand: as an atom where its shape is not that of the whole.
  private mutating func form(
    _ operand: NodeID, within shape: Shape, _ refinement: inout Refinement
  ) -> NormalForm {
    let own = graph.shape(operand)
    if own == shape || own.isScalar, let form = refinement.forms.form(operand) { return form }
    return atomForm(operand, &refinement)
  }

  /// The atom of a node, with what laws of functions want to know of it.
  mutating func atom(_ node: NodeID, _ refinement: inout Refinement) -> Int32 {
    let atom = refinement.forms.atom(node)
    let function = Self.pairedFunction(graph.operatorID(node))
    if function != .none {
      refinement.forms.setFunction(atom, function, of: graph.operand(node, 0))
    }
    return atom
  }

  private mutating func atomForm(_ node: NodeID, _ refinement: inout Refinement) -> NormalForm {
    let atom = atom(node, &refinement)
    return NormalForm(numerator: Polynomial(.one, Monomial(atom: atom)))
  }

  private mutating func arithmeticForm(
    _ node: NodeID, _ refinement: inout Refinement
  ) -> NormalForm? {
    let shape = graph.shape(node)
    let operands = graph.operands(node)
    switch graph.operatorID(node) {
    case .add:
      // Not in one line, which would be given a copy of all forms.
      let terms = operands.map { form($0, within: shape, &refinement) }
      return refinement.forms.sum(of: terms)
    case .negate:
      var result = form(operands[0], within: shape, &refinement)
      guard let numerator = result.numerator.times(Fraction(-1), .one) else { return nil }
      result.numerator = numerator
      return result
    case .multiply:
      var result = factorForm(operands[0], within: shape, &refinement)
      for operand in operands.dropFirst() {
        let factor = factorForm(operand, within: shape, &refinement)
        guard let product = refinement.forms.product(result, factor) else { return nil }
        result = product
      }
      return result
    case .divide:
      let numerator = factorForm(operands[0], within: shape, &refinement)
      let denominator = factorForm(operands[1], within: shape, &refinement)
      guard let inverse = refinement.forms.inverse(denominator) else { return nil }
      return refinement.forms.product(numerator, inverse)
    case .power:
      guard let exponent = wholeExponent(of: node).map({ Int($0) }), exponent.magnitude <= 8 else {
        return nil
      }
      let base = factorForm(operands[0], within: shape, &refinement)
      if exponent > 0 { return refinement.forms.power(base, exponent) }
      guard exponent < 0, let inverse = refinement.forms.inverse(base) else { return nil }
      return refinement.forms.power(inverse, -exponent)
    default: return nil
    }
  }

  /// The form of a factor; what is a sum is one of the sums that results are divided by.
  private mutating func factorForm(
    _ node: NodeID, within shape: Shape, _ refinement: inout Refinement
  ) -> NormalForm {
    var result = form(node, within: shape, &refinement)
    guard graph.operatorID(node) == .add, result.denominators.isEmpty,
      let known = refinement.forms.sum(result.numerator, node: node)
    else { return result }
    result.sums = NormalForms.united(result.sums, [known.place])
    return result
  }

  /// The form of what is no sum, product or whole power of others.
  mutating func leafForm(_ node: NodeID, _ refinement: inout Refinement) -> NormalForm {
    if let value = graph.number(node), !isNamed(value), let fraction = Fraction(value) {
      return NormalForm(numerator: Polynomial(fraction))
    }
    let op = graph.operatorID(node)
    if op == .exp || op == .sigmoid, graph.shape(node) == graph.shape(graph.operand(node, 0)),
      let opposite = opposite(of: graph.operand(node, 0)),
      let other = graph.existing(op, [opposite]), other < node, refinement.live.isUsed(other)
    {
      let atom = refinement.forms.atom(other)
      if op == .exp {
        refinement.forms.setInverse(of: atom, node)
        return NormalForm(numerator: Polynomial(.one, Monomial(atom: atom, exponent: -1)))
      }
      if let form = complement(atom, node, &refinement) { return form }
    }
    return atomForm(node, &refinement)
  }

  /// `sigmoid(-x)` as 1 - `sigmoid(x)`.
  private mutating func complement(
    _ atom: Int32, _ node: NodeID, _ refinement: inout Refinement
  ) -> NormalForm? {
    let negative = Polynomial(Fraction(-1), Monomial(atom: atom))
    guard let polynomial = Polynomial(.one).plus(negative),
      let known = refinement.forms.sum(polynomial, node: node)
    else { return nil }
    var form = NormalForm(numerator: polynomial)
    form.sums = [known.place]
    form.isJoined = true
    return form
  }

  /// The node of -x, or x of -x, if there is one.
  mutating func opposite(of node: NodeID) -> NodeID? {
    if graph.operatorID(node) == .negate { return graph.operand(node, 0) }
    if let negative = graph.existing(.negate, [node]) { return negative }
    if graph.operatorID(node) == .divide {
      let operands = graph.operands(node)
      guard let above = opposite(of: operands[0]) else { return nil }
      return graph.existing(.divide, [above, operands[1]])
    }
    if graph.operatorID(node) == .add {
      let terms = graph.operands(node).compactMap { opposite(of: $0) }
      guard terms.count == graph.operandPlaces(node.slot).count else { return nil }
      return reordered(.add, terms.span)
    }
    if let value = graph.number(node) { return graph.existing(.number, [], .number(-value)) }
    guard graph.operatorID(node) == .multiply, let value = graph.number(graph.operand(node, 0)),
      let negated = graph.existing(.number, [], .number(-value))
    else { return nil }
    return graph.existing(.multiply, [negated] + graph.operands(node).dropFirst())
  }
}
