/// Operators that the engine builds; their lines in the catalogue say what they are.
extension OperatorID {
  package static let sum = Catalogue.required("sum")
  package static let mean = Catalogue.required("mean")
  package static let product = Catalogue.required("prod")
  package static let maximumOver = Catalogue.required("max_over")
  package static let logsumexp = Catalogue.required("logsumexp")
  package static let softmax = Catalogue.required("softmax")
  package static let cumulativeSum = Catalogue.required("cumsum")
  package static let exclusiveProduct = Catalogue.required("product_of_others")
  static let norm = Catalogue.required("norm")
  static let variance = Catalogue.required("var")
  static let logSoftmax = Catalogue.required("log_softmax")
  static let minimumOver = Catalogue.required("min_over")
}

extension Catalogue {
  static let reductions: [Operator] = [
    reduction(
      "sum", "The sum of the elements.", .sum, derivative: .pullback { [$0.spread($0.adjoint)] },
      linearity: .together(1)
    ).set(.overElements(latex: "\\sum", unicode: "∑")).differentiated(by: "sum over elements"),
    reduction(
      "prod", "The product of the elements.", .product, shape: Shapes.reductionOfNeighbours,
      derivative: .pullback { pullback in
        // Products of the others, never a division: right where an element is 0.
        let x = pullback.graph.operands(pullback.node)[0]
        let others = pullback.graph.insert(
          .exclusiveProduct, [x], pullback.graph.attribute(pullback.node))
        let spread = pullback.spread(pullback.adjoint)
        return [pullback.graph.insert(.multiply, [spread, others])]
      }
    ).set(.overElements(latex: "\\prod", unicode: "∏")),
    reduction(
      "max_over", "The greatest element.", .maximum, spelling: "max",
      kinks: "equal shares where several elements are the greatest",
      derivative: .pullback(extremePullback)
    ).set(.overElements(latex: "\\max", unicode: "max")).atKink(nodes: hasEquals),
    reduction(
      "min_over", "The least element.", .minimum, spelling: "min",
      kinks: "equal shares where several elements are the least",
      derivative: .pullback(extremePullback)
    ).set(.overElements(latex: "\\min", unicode: "min")).atKink(nodes: hasEquals),
    reduction(
      "argmax", "The index of the greatest element along an axis, the first of equal ones.",
      .indexOfMaximum, shape: Shapes.reductionOfOneAxis, derivative: .zero),
    reduction(
      "argmin", "The index of the least element along an axis, the first of equal ones.",
      .indexOfMinimum, shape: Shapes.reductionOfOneAxis, derivative: .zero),
    .abbreviation(
      "mean", "The mean of the elements.", shape: Shapes.reduction, call: .reduction,
      definition: { graph, node in graph.mean(of: node) }
    ).set(.mean),
    Operator(
      "var", "The variance of the elements, divided by their number.", arity: 1...1,
      shape: Shapes.reduction, domain: [-2...2],
      derivative: .pullback { pullback in
        // The deviations' own mean is 0, so that the mean's derivative leaves nothing.
        let deviation = pullback.graph.deviation(of: pullback.node)
        let two = pullback.graph.constant(2)
        let count = pullback.graph.reducedCount(of: pullback.node)
        let share = pullback.graph.insert(.divide, [two, count])
        let spread = pullback.spread(pullback.adjoint)
        return [pullback.graph.insert(.multiply, [share, spread, deviation])]
      }, execution: .byDefinition, definition: { graph, node in graph.variance(of: node) },
      call: .reduction),
    Operator(
      "std", "The standard deviation of the elements, by their number.", arity: 1...1,
      shape: Shapes.reduction, domain: [-2...2],
      kinks: "derivatives 0 where all elements are equal, of every order",
      derivative: .pullback { pullback in
        let deviation = pullback.graph.deviation(of: pullback.node)
        let std = pullback.spread(pullback.node)
        let count = pullback.graph.reducedCount(of: pullback.node)
        let share = pullback.graph.insert(.divide, [deviation, count])
        let inverse = pullback.graph.insert(.inverseLength, [std])
        let spread = pullback.spread(pullback.adjoint)
        return [pullback.graph.insert(.multiply, [spread, share, inverse])]
      }, execution: .byDefinition,
      definition: { graph, node in
        let variance = graph.variance(of: node)
        return graph.insert(.sqrt, [variance])
      }, call: .reduction
    ).atKink { _ in equal(.result, 0) },
    Operator(
      "norm", "The square root of the sum of squares: Euclidean, of a matrix Frobenius.",
      arity: 1...1, shape: Shapes.reduction, domain: [-2...2],
      kinks: "derivatives 0 where all elements are 0, of every order",
      derivative: .pullback { pullback in
        let x = pullback.graph.operands(pullback.node)[0]
        let norm = pullback.spread(pullback.node)
        let inverse = pullback.graph.insert(.inverseLength, [norm])
        let spread = pullback.spread(pullback.adjoint)
        return [pullback.graph.insert(.multiply, [spread, x, inverse])]
      }, execution: .byDefinition,
      definition: { graph, node in
        let two = graph.constant(2)
        let squares = graph.insert(.power, [graph.operands(node)[0], two])
        let sum = graph.insert(.sum, [squares], graph.attribute(node))
        return graph.insert(.sqrt, [sum])
      }, call: .reduction
    ).set(.fences("\\lVert", "\\rVert", unicode: ("‖", "‖"))).atKink { _ in equal(.result, 0) },
    Operator(
      "logsumexp", "`log(sum(exp(x)))`, without overflow.", arity: 1...1,
      shape: Shapes.reduction, domain: [-2...2],
      derivative: .pullback { pullback in
        let x = pullback.graph.operands(pullback.node)[0]
        let attribute = pullback.graph.attribute(pullback.node)
        let share: NodeID
        if case .axes(let axes, _) = attribute, axes.count == 1 {
          share = pullback.graph.insert(.softmax, [x], .axes(axes, keep: true))
        } else {
          let total = pullback.spread(pullback.node)
          let minus = pullback.graph.insert(.negate, [total])
          let difference = pullback.graph.insert(.add, [x, minus])
          share = pullback.graph.insert(.exp, [difference])
        }
        let spread = pullback.spread(pullback.adjoint)
        return [pullback.graph.insert(.multiply, [spread, share])]
      }, execution: .byDefinition,
      definition: { graph, node in graph.logsumexp(of: node) }, call: .reduction
    ).spelled(
      numpy: .call(
        "logsumexp",
        """
        def logsumexp(x, axis, keepdims=False):
            most = x.max(axis=axis, keepdims=True)
            total = most + np.log(np.exp(x - most).sum(axis=axis, keepdims=True))
            return total if keepdims else total.squeeze(axis=axis)
        """), jax: .call("jax.nn.logsumexp"), tensorflow: .call("tf.reduce_logsumexp"),
      onnx: "ReduceLogSumExp"
    ),
    Operator(
      "softmax", "`exp(x)/sum(exp(x))` along an axis, without overflow.", arity: 1...1,
      shape: Shapes.alongAxis, domain: [-2...2],
      derivative: .pullback { pullback in
        let attribute = pullback.graph.attribute(pullback.node)
        let weighted = pullback.graph.insert(.multiply, [pullback.adjoint, pullback.node])
        let mean = pullback.graph.insert(.sum, [weighted], attribute)
        let minus = pullback.graph.insert(.negate, [mean])
        let difference = pullback.graph.insert(.add, [pullback.adjoint, minus])
        return [pullback.graph.insert(.multiply, [pullback.node, difference])]
      }, execution: .byDefinition,
      definition: { graph, node in
        let powers = graph.powersBelowMaximum(node)
        let total = graph.insert(.sum, [powers], graph.attribute(node))
        return graph.insert(.divide, [powers, total])
      }, call: .alongAxis
    ).spelled(
      numpy: .call(
        "softmax",
        """
        def softmax(x, axis):
            powers = np.exp(x - x.max(axis=axis, keepdims=True))
            return powers / powers.sum(axis=axis, keepdims=True)
        """), jax: .call("jax.nn.softmax"), tensorflow: .call("tf.nn.softmax"), onnx: "Softmax"
    ).cheap(by: "log_softmax") { _, logarithm in exp(logarithm) },
    Operator(
      "log_softmax", "`log(softmax(x))` along an axis, without overflow.", arity: 1...1,
      shape: Shapes.alongAxis, domain: [-2...2],
      derivative: .pullback { pullback in
        let x = pullback.graph.operands(pullback.node)[0]
        let attribute = pullback.graph.attribute(pullback.node)
        let full = pullback.full(pullback.adjoint)
        let total = pullback.graph.insert(.sum, [full], attribute)
        let softmax = pullback.graph.insert(.softmax, [x], attribute)
        let product = pullback.graph.insert(.multiply, [softmax, total])
        let minus = pullback.graph.insert(.negate, [product])
        return [pullback.graph.insert(.add, [pullback.adjoint, minus])]
      }, execution: .byDefinition,
      definition: { graph, node in
        let shifted = graph.shiftedByMaximum(node)
        let powers = graph.insert(.exp, [shifted])
        let total = graph.insert(.sum, [powers], graph.attribute(node))
        let logarithm = graph.insert(.log, [total])
        let minus = graph.insert(.negate, [logarithm])
        return graph.insert(.add, [shifted, minus])
      }, call: .alongAxis
    ).spelled(
      numpy: .call(
        "log_softmax",
        """
        def log_softmax(x, axis):
            shifted = x - x.max(axis=axis, keepdims=True)
            return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
        """), jax: .call("jax.nn.log_softmax"), tensorflow: .call("tf.nn.log_softmax"),
      onnx: "LogSoftmax"
    ),
    Operator(
      "product_of_others",
      "For every element the product of all others along the axes.",
      arity: 1...1, shape: Shapes.sameOverNeighbours, domain: [-2...2],
      derivative: .pullback { pullback in
        let full = pullback.full(pullback.adjoint)
        return [pullback.graph.adjointOfOthers(pullback.node, full)]
      },
      execution: .byDefinition,
      definition: { graph, node in graph.productOfOthers(of: node) }, call: .reduction),
    Operator(
      "cumsum", "The sums of the elements up to each along an axis.", arity: 1...1,
      shape: Shapes.alongAxis, domain: [-2...2],
      derivative: .pullback { pullback in
        guard case .scan(let axis, let reversed) = pullback.graph.attribute(pullback.node) else {
          return [nil]
        }
        let full = pullback.full(pullback.adjoint)
        let op = pullback.graph.operatorID(pullback.node)
        return [pullback.graph.insert(op, [full], .scan(axis: axis, reversed: !reversed))]
      }, execution: .cumulativeSum, call: .scan, linearity: .together(1)),
  ]

  private static func reduction(
    _ name: String, _ summary: String, _ kind: Reduction, spelling: String? = nil,
    shape: @escaping ShapeRule = Shapes.reduction, kinks: String = "", derivative: Derivative,
    linearity: Linearity = .none
  ) -> Operator {
    Operator(
      name, summary, arity: 1...1, shape: shape, domain: [-2...2], kinks: kinks,
      derivative: derivative, execution: .reduction(kind), spelling: spelling, call: .reduction,
      linearity: linearity)
  }

  /// Whether more than one element is the extreme one.
  @Sendable private static func hasEquals(
    _ graph: inout ExpressionGraph, _ node: NodeID
  ) -> NodeID {
    var pullback = Pullback(graph: graph, node: node, adjoint: node)
    let spread = pullback.spread(node)
    graph = pullback.graph
    let isExtreme = graph.insert(.equal, [graph.operands(node)[0], spread])
    let count = graph.insert(.sum, [isExtreme], graph.attribute(node))
    return graph.insert(.less, [graph.constant(1), count])
  }

  @Sendable private static func extremePullback(_ pullback: inout Pullback) -> [NodeID?] {
    let x = pullback.graph.operands(pullback.node)[0]
    let extreme = pullback.spread(pullback.node)
    let isExtreme = pullback.graph.insert(.equal, [x, extreme])
    let count = pullback.graph.insert(
      .sum, [isExtreme], pullback.graph.attribute(pullback.node))
    let share = pullback.graph.insert(
      .divide, [pullback.spread(pullback.adjoint), pullback.spread(count)])
    let zero = pullback.graph.constant(0)
    return [pullback.graph.insert(.select, [isExtreme, share, zero])]
  }
}

extension ExpressionGraph {
  /// The number of elements that a reduction takes together, as a node.
  package mutating func reducedCount(of reduction: NodeID) -> NodeID {
    guard case .axes(let axes, _) = attribute(reduction) else { return constant(1) }
    let dimensions = shape(operands(reduction)[0]).dimensions
    return size(axes.map { dimensions[$0] })
  }

  /// The product of dimensions as a scalar node.
  package mutating func size(_ dimensions: [Dimension]) -> NodeID {
    var known = 1.0
    var factors: [NodeID] = []
    for dimension in dimensions {
      if let number = dimension.known {
        known *= Double(number)
      } else {
        factors.append(insert(.size, [], .dimension(dimension)))
      }
    }
    if known != 1 || factors.isEmpty { factors.insert(constant(known), at: 0) }
    return factors.count == 1 ? factors[0] : insert(.multiply, factors)
  }

  fileprivate mutating func mean(of node: NodeID) -> NodeID {
    let sum = insert(.sum, operands(node), attribute(node))
    return insert(.divide, [sum, reducedCount(of: node)])
  }

  /// The operand less its mean along the node's axes.
  fileprivate mutating func deviation(of node: NodeID) -> NodeID {
    guard case .axes(let axes, _) = attribute(node) else { return node }
    let x = operands(node)[0]
    let sum = insert(.sum, [x], .axes(axes, keep: true))
    let mean = insert(.divide, [sum, reducedCount(of: node)])
    return insert(.add, [x, insert(.negate, [mean])])
  }

  fileprivate mutating func variance(of node: NodeID) -> NodeID {
    let squares = insert(.power, [deviation(of: node), constant(2)])
    let total = insert(.sum, [squares], attribute(node))
    return insert(.divide, [total, reducedCount(of: node)])
  }

  /// The operand less its maximum along the node's axes: what makes exponentials safe.
  fileprivate mutating func shiftedByMaximum(_ node: NodeID) -> NodeID {
    guard case .axes(let axes, _) = attribute(node) else { return node }
    let x = operands(node)[0]
    let maximum = insert(.maximumOver, [x], .axes(axes, keep: true))
    return insert(.add, [x, insert(.negate, [maximum])])
  }

  /// exp(x - max(x)), within two units in the last place.
  ///
  /// Where x is 50 below the maximum, rounding of the difference alone would be 25 units of the
  /// power, so what the difference lacks is found (Knuth, TAOCP volume 2, 4.2.2, theorem B).
  fileprivate mutating func powersBelowMaximum(_ node: NodeID) -> NodeID {
    guard case .axes(let axes, _) = attribute(node) else { return node }
    func sum(_ x: NodeID, _ y: NodeID) -> NodeID { insert(.add, [x, y]) }
    func negated(_ x: NodeID) -> NodeID { insert(.negate, [x]) }
    let maximum = insert(.maximumOver, [operands(node)[0]], .axes(axes, keep: true))
    // The power is 0 from there on, and the difference stays finite. Far from 0 numbers are more
    // than 800 apart, singles too.
    let size = insert(.abs, [maximum])
    let reach = sum(constant(-800), insert(.multiply, [constant(-0x1p-20), size]))
    let x = insert(.maximum, [operands(node)[0], sum(maximum, reach)])
    let minus = negated(maximum)
    let difference = sum(x, minus)
    let part = sum(difference, negated(x))
    let lacking = sum(sum(x, negated(sum(difference, negated(part)))), sum(minus, negated(part)))
    let power = insert(.exp, [difference])
    return sum(power, insert(.multiply, [power, lacking]))
  }

  fileprivate mutating func logsumexp(of node: NodeID) -> NodeID {
    guard case .axes(let axes, let keep) = attribute(node) else { return node }
    let x = operands(node)[0]
    let maximum = insert(.maximumOver, [x], .axes(axes, keep: true))
    // Where the maximum is infinite, x - maximum is NaN; the maximum itself is the answer there.
    let zero = constant(0)
    let isFinite = insert(.equal, [insert(.add, [maximum, insert(.negate, [maximum])]), zero])
    let shift = insert(.select, [isFinite, maximum, zero])
    let powers = insert(.exp, [insert(.add, [x, insert(.negate, [shift])])])
    let total = insert(.log, [insert(.sum, [powers], .axes(axes, keep: true))])
    let result = insert(.add, [shift, total])
    return keep ? result : insert(.reshape, [result], .shape(shape(node)))
  }
}
