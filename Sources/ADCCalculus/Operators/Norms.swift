extension Catalogue {
  /// Norms of all elements or along axes; `norm` itself is with the reductions.
  static let norms: [Operator] = [
    .abbreviation(
      "sumsq", "The sum of the elements' squares.", shape: Shapes.reduction, call: .reduction,
      definition: { graph, node in
        let squares = graph.insert(.power, [graph.operands(node)[0], graph.constant(2)])
        return graph.insert(.sum, [squares], graph.attribute(node))
      }),
    .abbreviation(
      "norm1", "The sum of the elements' magnitudes.", shape: Shapes.reduction, call: .reduction,
      definition: { graph, node in
        let sizes = graph.insert(.abs, graph.operands(node))
        return graph.insert(.sum, [sizes], graph.attribute(node))
      }
    ).set(.fences("\\lVert", "\\rVert_{1}", unicode: ("‖", "‖₁"))),
    .abbreviation(
      "norm_inf", "The greatest of the elements' magnitudes.", shape: Shapes.reduction,
      call: .reduction,
      definition: { graph, node in
        let sizes = graph.insert(.abs, graph.operands(node))
        return graph.insert(.maximumOver, [sizes], graph.attribute(node))
      }
    ).set(.fences("\\lVert", "\\rVert_{\\infty}", unicode: ("‖", "‖_∞"))),
    Operator(
      "norm_p", "The p-norm `sum(abs(x)^p)^(1/p)` without overflow, written `norm_p(x, p)`.",
      arity: 2...2,
      shape: { query in
        guard query.operands[1].isScalar else {
          return .failure(
            ShapeProblem("the order is one number, and its shape is \(query.operands[1])"))
        }
        return Shapes.reduction(query)
      }, domain: [-2...2, 1.5...3], kinks: "derivative 0 where all elements are 0",
      derivative: .pullback(normPullback), execution: .byDefinition,
      definition: { graph, node in
        let operands = graph.operands(node)
        guard case .axes(let axes, _) = graph.attribute(node) else { return node }
        let sizes = graph.insert(.abs, [operands[0]])
        let greatest = graph.insert(.maximumOver, [sizes], .axes(axes, keep: true))
        let isZero = graph.insert(.equal, [greatest, graph.constant(0)])
        let scale = graph.insert(.select, [isZero, graph.constant(1), greatest])
        let powers = graph.insert(
          .power, [graph.insert(.divide, [sizes, scale]), operands[1]])
        let sum = graph.insert(.sum, [powers], .axes(axes, keep: true))
        let root = graph.insert(
          .power, [sum, graph.insert(.divide, [graph.constant(1), operands[1]])])
        let result = graph.insert(.multiply, [greatest, root])
        let shape = graph.shape(node)
        return graph.shape(result) == shape
          ? result : graph.insert(.reshape, [result], .shape(shape))
      }, call: .reduction),
    .abbreviation(
      "count", "How many elements are not 0.", shape: Shapes.reduction, call: .reduction,
      definition: { graph, node in
        let isSet = graph.insert(.notEqual, [graph.operands(node)[0], graph.constant(0)])
        return graph.insert(.sum, [isSet], graph.attribute(node))
      }),
  ]

  /// With t = |x|/norm: x gets sign(x) t^(p - 1), p gets norm/p times the sum of t^p log(t).
  @Sendable private static func normPullback(_ pullback: inout Pullback) -> [NodeID?] {
    let operands = pullback.graph.operands(pullback.node)
    let (x, p) = (operands[0], operands[1])
    let norm = pullback.spread(pullback.node)
    let (zero, one) = (pullback.graph.constant(0), pullback.graph.constant(1))
    let isZero = pullback.graph.insert(.equal, [norm, zero])
    let scale = pullback.graph.insert(.select, [isZero, one, norm])
    let size = pullback.graph.insert(.abs, [x])
    let share = pullback.graph.insert(.divide, [size, scale])
    let less = pullback.graph.insert(.add, [p, pullback.graph.constant(-1)])
    let slope = pullback.graph.insert(.power, [share, less])
    let sign = pullback.graph.insert(.sign, [x])
    let spread = pullback.spread(pullback.adjoint)
    let unit = pullback.graph.insert(.multiply, [sign, slope])
    let forElements = pullback.graph.insert(.multiply, [spread, unit])
    let isNone = pullback.graph.insert(.equal, [share, zero])
    let safe = pullback.graph.insert(.select, [isNone, one, share])
    let logs = pullback.graph.insert(
      .multiply,
      [pullback.graph.insert(.power, [share, p]), pullback.graph.insert(.log, [safe])])
    let weighed = pullback.graph.insert(.multiply, [spread, norm, logs])
    let axes = Array(0..<pullback.graph.shape(x).rank)
    let total = pullback.graph.insert(.sum, [weighed], .axes(axes, keep: false))
    return [forElements, pullback.graph.insert(.divide, [total, p])]
  }
}
