// Logarithms of what is made of exponentials: their sums, products and quotients. The exponentials
// overflow and vanish far from 0; the exponents do not.

extension Simplifier {
  /// The logarithm of a sum, a product or an entry of exponentials, without them; nil where there
  /// are none.
  mutating func logOfExponentialArray(_ operand: NodeID) -> NodeID? {
    switch graph.operatorID(operand) {
    case .softmax:
      fire(.logOfSoftmax)
      return graph.insert(.logSoftmax, graph.operands(operand), graph.attribute(operand))
    case .sum, .mean: return logOfSum(operand)
    case .product: return logOfReducedProduct(operand)
    case .multiply, .divide:
      guard let (logs, rest) = logsOfFactors(operand) else { return nil }
      fire(.logOfExponentialProduct)
      let shape = graph.shape(operand)
      return fitted(sum(logs + logOfRest(rest), shape: shape), to: shape)
    default: return nil
    }
  }

  /// `logsumexp(x)` for the logarithm of `sum(exp(x))`; positive factors of exp(x) become terms of
  /// x.
  mutating func logOfSum(_ operand: NodeID) -> NodeID? {
    let inner = graph.operand(operand, 0)
    let shape = graph.shape(inner)
    guard !shape.isScalar, case .axes(let axes, _) = graph.attribute(operand) else { return nil }
    var exponent: NodeID
    if graph.operatorID(inner) == .exp {
      exponent = graph.operand(inner, 0)
    } else {
      guard [.multiply, .divide, .power].contains(graph.operatorID(inner)),
        let (logs, rest) = logsOfFactors(inner), arePositive(rest)
      else {
        return nil
      }
      exponent = sum(logs + logOfRest(rest), shape: shape)
    }
    exponent = fitted(exponent, to: shape)
    fire(.logOfSumOfExponentials)
    let result = graph.insert(.logsumexp, [exponent], graph.attribute(operand))
    guard graph.operatorID(operand) == .mean else { return result }
    let count = graph.size(axes.map { shape.dimensions[$0] })
    let logOfCount = graph.insert(.log, [count])
    return sum([(result, false), (logOfCount, true)], shape: graph.shape(operand))
  }

  /// The sum of logarithms for the logarithm of a product of what is positive.
  private mutating func logOfReducedProduct(_ operand: NodeID) -> NodeID? {
    let inner = graph.operand(operand, 0)
    guard graph.sign(of: inner) == .positive else { return nil }
    fire(.logOfProduct)
    let log = logOfExponential(inner) ?? graph.insert(.log, [inner])
    return graph.insert(.sum, [fitted(log, to: graph.shape(inner))], graph.attribute(operand))
  }

  /// A factor of a product, or what it is divided by.
  private typealias Part = (node: NodeID, isDivisor: Bool)

  /// The logarithms of those factors of a product or quotient that are exponentials, and the other
  /// factors; nil where none is.
  private mutating func logsOfFactors(
    _ node: NodeID
  ) -> (logs: [(node: NodeID, isNegative: Bool)], rest: [Part])? {
    var logs: [(node: NodeID, isNegative: Bool)] = []
    var rest: [Part] = []
    for part in parts(of: node) {
      if let log = logOfExponential(part.node) {
        logs.append((log, part.isDivisor))
      } else {
        rest.append(part)
      }
    }
    return logs.isEmpty ? nil : (logs, rest)
  }

  private func parts(of node: NodeID) -> [Part] {
    func factors(_ node: NodeID) -> [NodeID] {
      graph.operatorID(node) == .multiply ? graph.operands(node) : [node]
    }
    guard graph.operatorID(node) == .divide else { return factors(node).map { ($0, false) } }
    // The 1 of 1/x is no factor.
    return factors(graph.operand(node, 0)).filter { graph.number($0) != 1 }.map { ($0, false) }
      + factors(graph.operand(node, 1)).map { ($0, true) }
  }

  private func arePositive(_ parts: [Part]) -> Bool {
    parts.allSatisfy { graph.sign(of: $0.node) == .positive }
  }

  /// The logarithm of a product of factors and divisors as one term; none where it is 0.
  private mutating func logOfRest(_ parts: [Part]) -> [(node: NodeID, isNegative: Bool)] {
    func product(_ isDivisor: Bool) -> NodeID? {
      let nodes = parts.filter { $0.isDivisor == isDivisor }.map(\.node)
      guard let first = nodes.first else { return nil }
      let shape = nodes.dropFirst().reduce(graph.shape(first)) {
        $0.broadcast(with: graph.shape($1)) ?? $0
      }
      return nodes.count == 1 ? first : joined(.multiply, nodes, within: shape)
    }
    switch (product(false), product(true)) {
    case (nil, nil): return []
    case (let above?, nil): return [(graph.insert(.log, [above]), false)]
    case (nil, let below?): return [(graph.insert(.log, [below]), true)]
    case (let above?, let below?):
      let whole = graph.shape(above).broadcast(with: graph.shape(below)) ?? graph.shape(above)
      let quotient = graph.insertFitting(.divide, [above, below], within: whole)
      return [(graph.insert(.log, [quotient]), false)]
    }
  }

  /// The logarithm of exp(x), softmax(x), sigmoid(x), a sum of exponentials, or of entries of them.
  private mutating func logOfExponential(_ node: NodeID) -> NodeID? {
    if graph.operatorID(node) == .exp { return graph.operand(node, 0) }
    if graph.operatorID(node) == .power, graph.operatorID(graph.operand(node, 0)) == .exp,
      graph.number(graph.operand(node, 1)) != nil
    {
      let factors = [graph.operand(node, 1), graph.operand(graph.operand(node, 0), 0)]
      return joined(.multiply, factors, within: graph.shape(node))
    }
    if graph.operatorID(node) == .multiply || graph.operatorID(node) == .divide { return nil }
    return stableFunction(.log, node, ofExponentialsAlone: true)
  }
}
