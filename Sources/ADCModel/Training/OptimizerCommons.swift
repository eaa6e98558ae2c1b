import ADCCalculus
import ADCSyntax

// What every optimizer understands, as Keras does it: the gradient is clipped first, then the
// parameter decays, then the optimizer's own update follows.

extension OptimizerUse {
  /// The written value of an argument.
  func argument(_ name: String) -> Argument? { arguments.first { $0.name == name } }
}

extension CheckedModel {
  /// The gradients of all parameters, scaled together where `global_clip_norm` says so: by
  /// `clip / length` where the length of all of them as one vector is greater than `clip`.
  ///
  /// - Parameter graph: the model's graph, or one grown from it. The cost is that of the length.
  func globallyClipped(
    _ gradients: [NodeID], by use: OptimizerUse, in graph: inout ExpressionGraph
  ) -> [NodeID] {
    guard let clip = use.argument("global_clip_norm")?.node, !gradients.isEmpty else {
      return gradients
    }
    let two = graph.constant(2)
    let sums = gradients.map { gradient in
      let squares = graph.build(Known.power, [gradient, two])
      let axes = Array(0..<graph.shape(gradient).rank)
      return axes.isEmpty ? squares : graph.build(Known.sum, [squares], .axes(axes, keep: false))
    }
    let total = sums.count == 1 ? sums[0] : graph.build(Known.add, sums)
    let length = graph.build(Known.sqrt, [total])
    return gradients.map { graph.clipped($0, to: clip, length: length) }
  }
}

extension ExpressionGraph {
  /// A gradient shortened to a length where its own (or the common) one is greater.
  fileprivate mutating func clipped(
    _ gradient: NodeID, to limit: NodeID, length: NodeID
  ) -> NodeID {
    let isLonger = build(Known.less, [limit, length])
    let scaled = build(Known.divide, [build(Known.multiply, [gradient, limit]), length])
    return build(Known.select, [isLonger, scaled, gradient])
  }
}

extension Elaborator {
  /// The gradient after `clip_value` and `clip_norm`.
  mutating func clippedGradient(_ gradient: NodeID, by use: OptimizerUse) throws(Reported) -> NodeID
  {
    var result = gradient
    if let limit = use.argument("clip_value")?.node {
      result = try apply(Known.least, [result, limit], at: use.range)
      result = try apply(
        Known.greatest, [result, negated(limit, at: use.range)], at: use.range)
    }
    if let limit = use.argument("clip_norm")?.node {
      let axes = Array(0..<graph.shape(result).rank)
      let length = try apply(Known.norm, [result], .axes(axes, keep: false), at: use.range)
      result = graph.clipped(result, to: limit, length: length)
      record(use.range)
    }
    return result
  }

  /// The parameter after `weight_decay`, where the optimizer has no such argument itself.
  mutating func decayedParameter(
    _ parameter: NodeID, by use: OptimizerUse, of definition: OptimizerDefinition
  ) throws(Reported) -> NodeID {
    guard let decay = use.argument("weight_decay"),
      !definition.arguments.contains(where: { $0.name.text == "weight_decay" })
    else { return parameter }
    guard let rate = binding("rate"), case .node(let rateNode) = rate.meaning,
      rate.kind == .argument
    else {
      throw report(
        "AD0508", "`weight_decay` is scaled by the rate, and `\(use.name)` has no argument `rate`",
        at: decay.range)
    }
    let loss = try apply(Known.multiply, [parameter, decay.node, rateNode], at: decay.range)
    let negative = negated(loss, at: decay.range)
    return try apply(Known.add, [parameter, negative], at: decay.range)
  }
}
