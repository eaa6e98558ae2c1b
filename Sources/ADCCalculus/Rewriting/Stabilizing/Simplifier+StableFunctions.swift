extension OperatorID {
  static let softplus = Catalogue.required("softplus")
  static let sigmoid = Catalogue.required("sigmoid")
  static let log1p = Catalogue.required("log1p")
  static let expm1 = Catalogue.required("expm1")
  static let hypot = Catalogue.required("hypot")
  static let logaddexp = Catalogue.required("logaddexp")
  fileprivate static let log2 = Catalogue.required("log2")
  fileprivate static let log10 = Catalogue.required("log10")
  fileprivate static let log1mexp = Catalogue.required("log1mexp")
}

extension Simplifier {
  /// A function of one operand in a form that loses fewer digits; views between the function and
  /// what it is taken of (`log((1 + exp(x))')`) are looked through.
  ///
  /// - Parameter ofExponentialsAlone: Whether only logarithms that need no other logarithm are
  ///   meant.
  mutating func stableFunction(
    _ op: OperatorID, _ operand: NodeID, ofExponentialsAlone: Bool = false
  ) -> NodeID? {
    if op == .log1p { return logOfOneMore(operand) }
    if op == .log2 || op == .log10 { return logToBase(op == .log2 ? 2 : 10, operand) }
    guard op == .log || op == .sqrt else { return nil }
    var views: [NodeID] = []
    var inner = operand
    while isView(inner) {
      views.append(inner)
      inner = graph.operand(inner, 0)
    }
    var result: NodeID
    if op == .sqrt {
      guard let root = stableRoot(inner) else { return nil }
      result = root
    } else if !views.isEmpty, graph.operatorID(inner) == .exp {
      fire(.logOfExponential)
      result = graph.operand(inner, 0)
    } else {
      let isOther = ofExponentialsAlone && Self.mayBeNegative.contains(graph.operatorID(inner))
      guard !isOther, let log = stableLog(inner) ?? logOfExponentialArray(inner) else {
        return nil
      }
      result = log
    }
    for view in views.reversed() {
      let operands = graph.operands(view)
      result = fitted(result, to: graph.shape(operands[0]))
      result = graph.insert(
        graph.operatorID(view), [result] + operands.dropFirst(), graph.attribute(view))
    }
    return result
  }

  /// A logarithm to another base of a sum that has a natural one of its own.
  private mutating func logToBase(_ base: Double, _ operand: NodeID) -> NodeID? {
    guard graph.operatorID(operand) == .add, let log = stableLog(operand) else { return nil }
    let unit = graph.insert(.log, [graph.constant(base)])
    return graph.insertFitting(.divide, [log, unit], within: graph.shape(operand))
  }

  /// What has a logarithm of its own, and not only where it is positive by itself.
  private static let mayBeNegative: Set<OperatorID> = [.add, .negate, .multiply, .divide]

  /// Whether a node has entries of its first operand and nothing else.
  private func isView(_ node: NodeID) -> Bool {
    if graph.operatorID(node) == .gather { return true }
    if case .view = graph.execution(node) { return graph.operands(node).count == 1 }
    return false
  }

  private mutating func stableLog(_ operand: NodeID) -> NodeID? {
    if graph.operatorID(operand) == .sigmoid {
      fire(.logOfSigmoid)
      let positive = graph.insert(.softplus, [negated(graph.operands(operand)[0])])
      return graph.insert(.negate, [positive])
    }
    if graph.operatorID(operand) == .cosh {
      fire(.logOfCosh)
      return graph.insert(.logCosh, [graph.operands(operand)[0]])
    }
    if graph.operatorID(operand) == .beta {
      fire(.logOfBeta)
      return graph.insert(.lbeta, graph.operands(operand))
    }
    if graph.operatorID(operand) == .negate,
      graph.operatorID(graph.operands(operand)[0]) == .expm1
    {
      fire(.logOfOneLessExponential)
      let argument = graph.operands(graph.operands(operand)[0])[0]
      return graph.insert(.log1mexp, [argument])
    }
    if graph.operatorID(operand) == .expm1 {
      fire(.logOfExponentialLessOne)
      let exponent = graph.operand(operand, 0)
      let rest = graph.insert(.log1mexp, [negated(exponent)])
      return sum([(exponent, false), (rest, false)], shape: graph.shape(operand))
    }
    guard graph.operatorID(operand) == .add else { return nil }
    let terms = graph.operands(operand)
    if let difference = logOfDifference(terms, graph.shape(operand)) { return difference }
    if let exponents = logs(ofTerms: terms) {
      if let place = terms.firstIndex(where: { graph.number($0) == 1 }), terms.count == 2 {
        fire(.softplusOfLog)
        return graph.insert(.softplus, [exponents[1 - place]])
      }
      fire(.logOfExponentials)
      return exponents.dropFirst().reduce(exponents[0]) {
        graph.insertFitting(.logaddexp, [$0, $1], within: graph.shape(operand))
      }
    }
    guard let one = terms.firstIndex(where: { graph.number($0) == 1 }) else { return nil }
    var rest = terms
    rest.remove(at: one)
    if rest.count == 1, let argument = argumentOfTanhSquared(rest[0]) {
      fire(.logOfCosh)
      let log = graph.insert(.logCosh, [argument])
      return fitted(graph.insert(.multiply, [graph.constant(-2), log]), to: graph.shape(operand))
    }
    fire(.log1p)
    return graph.insert(.log1p, [joined(.add, rest, within: graph.shape(operand))])
  }

  /// The logarithms of a few terms that are 1, exponentials or sums of them; nil where one is not.
  private mutating func logs(ofTerms terms: [NodeID]) -> [NodeID]? {
    guard terms.count <= 8, terms.allSatisfy({ exponent(of: $0) != nil || isSum($0) }) else {
      return nil
    }
    var logs: [NodeID] = []
    for term in terms {
      guard let log = exponent(of: term) ?? logOfSum(term) else { return nil }
      logs.append(log)
    }
    return logs
  }

  private func isSum(_ node: NodeID) -> Bool {
    graph.operatorID(node) == .sum || graph.operatorID(node) == .mean
  }

  /// `log1p(x)` for an x that is an exponential, a sum of them, or less than 0 by one.
  private mutating func logOfOneMore(_ operand: NodeID) -> NodeID? {
    if graph.operatorID(operand) == .negate {
      let inner = graph.operand(operand, 0)
      switch graph.operatorID(inner) {
      case .exp:
        fire(.logOfOneLessExponential)
        return graph.insert(.log1mexp, graph.operands(inner))
      case .sigmoid:
        fire(.logOfSigmoid)
        return negated(graph.insert(.softplus, graph.operands(inner)))
      default: return nil
      }
    }
    // Of 2^x by itself the exponent has more digits than its product with a logarithm.
    guard graph.number(operand) == nil, graph.operatorID(operand) == .exp || isSum(operand),
      let logs = logs(ofTerms: [operand])
    else { return nil }
    fire(.softplusOfLog)
    return graph.insert(.softplus, logs)
  }

  /// The logarithm of exp(x) - exp(y).
  private mutating func logOfDifference(_ terms: [NodeID], _ shape: Shape) -> NodeID? {
    guard terms.count == 2 else { return nil }
    let isFirst = graph.operatorID(terms[1]) == .negate
    let (greater, lesser) = isFirst ? (terms[0], terms[1]) : (terms[1], terms[0])
    guard graph.operatorID(greater) == .exp, graph.operatorID(lesser) == .negate,
      graph.operatorID(graph.operand(lesser, 0)) == .exp
    else { return nil }
    fire(.logOfExponentialDifference)
    let (x, y) = (graph.operand(greater, 0), graph.operand(graph.operand(lesser, 0), 0))
    let rest = graph.insert(.log1mexp, [fitted(difference(y, x, shape: shape), to: shape)])
    return fitted(sum([(x, false), (rest, false)], shape: shape), to: shape)
  }

  /// The x of `-tanh(x)^2`.
  private func argumentOfTanhSquared(_ node: NodeID) -> NodeID? {
    guard graph.operatorID(node) == .negate else { return nil }
    let square = graph.operand(node, 0)
    guard graph.operatorID(square) == .power, graph.number(graph.operand(square, 1)) == 2,
      graph.operatorID(graph.operand(square, 0)) == .tanh
    else { return nil }
    return graph.operand(graph.operand(square, 0), 0)
  }

  private mutating func stableRoot(_ operand: NodeID) -> NodeID? {
    guard graph.operatorID(operand) == .add, graph.operands(operand).count == 2 else { return nil }
    let legs = graph.operands(operand).compactMap { term -> NodeID? in
      guard graph.operatorID(term) == .power, graph.number(graph.operands(term)[1]) == 2 else {
        return nil
      }
      return graph.operands(term)[0]
    }
    guard legs.count == 2 else { return nil }
    fire(.hypotenuse)
    return graph.insertFitting(.hypot, legs, within: graph.shape(operand))
  }

  /// The u of exp(u), and of other positive numbers to a power; 0 for the number 1.
  mutating func exponent(of node: NodeID) -> NodeID? {
    if graph.operatorID(node) == .exp { return graph.operands(node)[0] }
    if let power = graph.constantPower(node) { return graph.naturalExponent(power) }
    return graph.number(node) == 1 ? graph.constant(0) : nil
  }

  /// `-x`, written into a sum or a product where there is one.
  mutating func negated(_ node: NodeID) -> NodeID {
    if graph.operatorID(node) == .negate { return graph.operands(node)[0] }
    if let value = graph.number(node) { return graph.constant(-value) }
    let shape = graph.shape(node)
    let parts = graph.operatorID(node) == .add ? graph.operands(node) : [node]
    return fitted(sum(parts.map { ($0, true) }, shape: shape), to: shape)
  }

  /// `x - y`, like terms joined.
  mutating func difference(_ left: NodeID, _ right: NodeID, shape: Shape) -> NodeID {
    sum([(left, false), (right, true)], shape: shape, opening: true)
  }
}
