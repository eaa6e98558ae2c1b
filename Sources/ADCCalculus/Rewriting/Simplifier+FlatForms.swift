extension Simplifier {
  /// Gives a node a flat form; false where it has none, or not before its operands have.
  mutating func setFlatForm(_ node: NodeID, _ refinement: inout Refinement) -> Bool {
    guard let form = flatForm(node, &refinement) else { return false }
    refinement.forms.set(form, of: node)
    return true
  }

  private mutating func flatForm(
    _ node: NodeID, _ refinement: inout Refinement
  ) -> FlatForms.Form? {
    let places = graph.operandPlaces(node.slot)
    guard isArithmetic(node) else { return flatLeaf(node, &refinement) }
    guard places.count <= 12 else { return atomForm(node, &refinement) }
    let first = places.lowerBound
    switch graph.operatorID(node) {
    case .add: return flatSum(node, &refinement)
    case .negate:
      guard let form = flatOperand(first, of: node, &refinement) else { return nil }
      return refinement.forms.flat.negative(of: form)
    case .multiply:
      guard var result = flatFactor(first, of: node, &refinement) else { return nil }
      for place in places.dropFirst() {
        guard let factor = flatFactor(place, of: node, &refinement),
          let product = refinement.forms.flat.product(result, factor)
        else { return nil }
        result = product
      }
      return result
    case .divide:
      guard let above = flatFactor(first, of: node, &refinement),
        let below = flatFactor(first + 1, of: node, &refinement), below.count == 1,
        let inverse = refinement.forms.flat.power(below, -1)
      else { return nil }
      return refinement.forms.flat.product(above, inverse)
    case .power:
      guard let exponent = wholeExponent(of: node), exponent != 0, exponent.magnitude <= 8,
        let base = flatFactor(first, of: node, &refinement), base.count == 1
      else { return nil }
      return refinement.forms.flat.power(base, Int32(exponent))
    default: return nil
    }
  }

  private mutating func flatSum(_ node: NodeID, _ refinement: inout Refinement) -> FlatForms.Form? {
    for place in graph.operandPlaces(node.slot) {
      let operand = graph.operand(at: place)
      guard isWithin(operand, node) else { continue }
      guard let form = refinement.forms.flatForm(operand), form.count > 0 else { return nil }
    }
    var sum = refinement.forms.flat.open()
    for place in graph.operandPlaces(node.slot) {
      let operand = graph.operand(at: place)
      if isWithin(operand, node), let form = refinement.forms.flatForm(operand) {
        refinement.forms.flat.add(form, to: &sum)
      } else {
        addAtom(operand, to: &sum, &refinement)
      }
    }
    return refinement.forms.flat.hasTwins(sum) ? nil : sum
  }

  /// The form of a factor of some terms.
  private mutating func flatFactor(
    _ place: Int, of node: NodeID, _ refinement: inout Refinement
  ) -> FlatForms.Form? {
    guard var form = flatOperand(place, of: node, &refinement), form.count > 0 else { return nil }
    if form.count > 1, graph.operatorID(graph.operand(at: place)) == .add { form.hasSums = true }
    return form
  }

  /// The form of an operand: as an atom where its shape is not that of the whole.
  private mutating func flatOperand(
    _ place: Int, of node: NodeID, _ refinement: inout Refinement
  ) -> FlatForms.Form? {
    let operand = graph.operand(at: place)
    if isWithin(operand, node) { return refinement.forms.flatForm(operand) }
    return atomForm(operand, &refinement)
  }

  private mutating func isWithin(_ operand: NodeID, _ node: NodeID) -> Bool {
    graph.isScalar(operand) || graph.haveOneShape(operand, node)
  }

  private mutating func atomForm(_ node: NodeID, _ refinement: inout Refinement) -> FlatForms.Form {
    var form = refinement.forms.flat.open()
    addAtom(node, to: &form, &refinement)
    return form
  }

  private mutating func addAtom(
    _ node: NodeID, to sum: inout FlatForms.Form, _ refinement: inout Refinement
  ) {
    let atom = atom(node, &refinement)
    let function = Self.pairedFunction(graph.operatorID(node))
    let argument = function == .none ? node : graph.operand(node, 0)
    refinement.forms.flat.add(atom, 1, function, of: argument, to: &sum)
  }

  /// The form of what is no sum, product or whole power of others; nil where others may be
  /// opposite.
  private mutating func flatLeaf(_ node: NodeID, _ refinement: inout Refinement) -> FlatForms.Form?
  {
    let op = graph.operatorID(node)
    if op == .number, let value = graph.number(node), !isNamed(value),
      let fraction = Fraction(value)
    {
      var form = refinement.forms.flat.open()
      refinement.forms.flat.add(fraction, to: &form)
      return form
    }
    guard op == .exp || op == .sigmoid else { return atomForm(node, &refinement) }
    let form = leafForm(node, &refinement)
    guard form.sums.isEmpty, let power = form.numerator.single?.monomial.powers.first else {
      return nil
    }
    var flat = refinement.forms.flat.open()
    refinement.forms.flat.add(
      power.atom, power.exponent, op == .exp ? .exponential : .none, to: &flat)
    flat.mayChange = true
    return flat
  }
}
