extension Catalogue {
  /// Losses and layers of networks that are written with other operators.
  static let networkComposites: [Operator] = [
    .abbreviation(
      "batch_norm",
      "The first axis less its mean, over `sqrt(var + 1e-5)`: each column of a batch.",
      shape: Shapes.array, call: .operands,
      definition: { graph, node in
        let x = graph.operands(node)[0]
        let first = Attribute.axes([0], keep: true)
        let mean = graph.build(.mean, [x], first)
        let deviation = graph.insert(.add, [x, graph.insert(.negate, [mean])])
        let variance = graph.insert(.variance, [x], first)
        let total = graph.insert(.add, [variance, graph.constant(1e-5)])
        return graph.insert(.divide, [deviation, graph.insert(.sqrt, [total])])
      }),
    // Lin and others: Focal loss for dense object detection (2017), equation 4 with γ = 2.
    .abbreviation(
      "focal_loss", "Of a logit `x` and a label `y`: cross-entropy times the square of the miss.",
      arity: 2...2, shape: Shapes.elementwise, domain: [-2...2, 0...1], call: .operands,
      template: { x in
        x[1] * square(sigmoid(-x[0])) * softplus(-x[0])
          + (1 - x[1]) * square(sigmoid(x[0])) * softplus(x[0])
      }),
    .abbreviation(
      "smooth_max", "`t*log(exp(x/t) + exp(y/t))`: `max(x, y)` to within `t*log(2)`.",
      arity: 3...3, shape: Shapes.elementwise, domain: [-2...2, -2...2, 0.5...2],
      call: .operands,
      template: { x in x[2] * .apply("logaddexp", [x[0] / x[2], x[1] / x[2]]) }),
    .abbreviation(
      "smooth_min", "`-t*log(exp(-x/t) + exp(-y/t))`: `min(x, y)` to within `t*log(2)`.",
      arity: 3...3, shape: Shapes.elementwise, domain: [-2...2, -2...2, 0.5...2],
      call: .operands,
      template: { x in -(x[2] * .apply("logaddexp", [-x[0] / x[2], -x[1] / x[2]])) }),
  ]
}
