extension Operator {
  /// An elementwise formula under a name, replaced by the formula at once.
  ///
  /// - Parameter defaults: what stands for the last operands where a call has fewer.
  static func formula(
    _ name: String, _ summary: String, _ operands: Int, defaults: [Double] = [],
    domain: [ClosedRange<Double>]? = nil, kinks: String = "",
    _ template: @escaping @Sendable ([Template]) -> Template
  ) -> Operator {
    let least = operands - defaults.count
    var result = Operator.abbreviation(
      name, summary, arity: least...operands, shape: Shapes.elementwise,
      domain: domain ?? [ClosedRange](repeating: 0.2...0.8, count: operands), call: .operands,
      definition: { graph, node in
        let given = graph.operands(node).count
        var arguments = (0..<given).map { Template.argument($0) }
        for value in defaults.dropFirst(given - least) { arguments.append(.constant(value)) }
        return graph.insert(template(arguments), for: node)
      })
    result.kinks = kinks
    return result
  }
}

private func lgamma(_ x: Template) -> Template { .apply("lgamma", [x]) }
private func max(_ x: Template, _ y: Template) -> Template { .apply("max", [x, y]) }
private func min(_ x: Template, _ y: Template) -> Template { .apply("min", [x, y]) }

extension Catalogue {
  /// What layers of networks are made of, with the constants of Keras and PyTorch.
  static let activations: [Operator] = [
    .formula(
      "leaky_relu", "`x` where it is positive, else `slope*x`, written `leaky_relu(x, 0.01)`.", 2,
      defaults: [0.01], kinks: "derivative `slope` at 0"
    ) { x in select(less(0, x[0]), x[0], x[1] * x[0]) },
    .formula(
      "elu", "`x` where it is positive, else `a*(exp(x) - 1)`, written `elu(x, 1)`.", 2,
      defaults: [1], kinks: "derivative `a` at 0"
    ) { x in select(less(0, x[0]), x[0], x[1] * expm1(x[0])) },
    .formula(
      "selu", "`elu` scaled so that means and variances stay.", 1,
      kinks: "derivative of the negative side at 0"
    ) { x in
      1.0507009873554805 * select(less(0, x[0]), x[0], 1.6732632423543772 * expm1(x[0]))
    },
    .formula("gelu", "`x` times the normal distribution function of `x`.", 1) { x in
      x[0] * .apply("normal_cdf", [x[0]])
    },
    .formula("gelu_tanh", "`gelu` as it is approximated by `tanh`.", 1) { x in
      0.5 * x[0] * (1 + tanh(0.7978845608028654 * (x[0] + 0.044715 * power(x[0], 3))))
    },
    .formula("silu", "`x*sigmoid(x)`, also called swish.", 1) { x in x[0] * sigmoid(x[0]) },
    .formula("mish", "`x*tanh(softplus(x))`.", 1) { x in x[0] * tanh(softplus(x[0])) },
    .formula(
      "hard_sigmoid", "`x/6 + 0.5`, but not below 0 or above 1.", 1,
      kinks: "derivative 0 at -3, 1/6 at 3"
    ) { x in min(max(x[0] / 6 + 0.5, 0), 1) },
    .formula(
      "hard_tanh", "`x`, but not below -1 or above 1.", 1, kinks: "derivative 0 at -1 and 1"
    ) { x in min(max(x[0], -1), 1) },
    .formula("softsign", "`x/(1 + abs(x))`.", 1) { x in x[0] / (1 + abs(x[0])) },
    .formula(
      "huber", "`x^2/2` up to `d`, from there a straight line, written `huber(x, 1)`.", 2,
      defaults: [1]
    ) { x in
      select(
        .apply("less_equal", [abs(x[0]), x[1]]), 0.5 * square(x[0]),
        x[1] * (abs(x[0]) - 0.5 * x[1]))
    },
    .formula(
      "hinge", "`1 - x*y` where it is positive, else 0, for a score `x` and a class of -1 or 1.", 2,
      kinks: "derivative 0 where `x*y` is 1"
    ) { x in max(1 - x[0] * x[1], 0) },
    .formula(
      "sigmoid_cross_entropy", "`-log` of what `sigmoid(x)` gives a class of 0 or 1.", 2
    ) { x in softplus(x[0]) - x[0] * x[1] },
    .abbreviation(
      "softmax_cross_entropy", "`-sum(y*log_softmax(x))` along the last axis.", arity: 2...2,
      shape: Shapes.lastAxisOfTwo, domain: [-2...2, 0...1], call: .operands,
      definition: { graph, node in
        let last = graph.lastAxis(node)
        let operands = graph.operands(node)
        let logs = graph.insert(.logSoftmax, [operands[0]], last.kept)
        let products = graph.insert(.multiply, [operands[1], logs])
        return graph.insert(.negate, [graph.insert(.sum, [products], last.dropped)])
      }),
    .abbreviation(
      "cosine_similarity", "The cosine of the angle between vectors along the last axis.",
      arity: 2...2, shape: Shapes.lastAxisOfTwo, domain: [-2...2, -2...2], call: .operands,
      definition: { graph, node in
        let last = graph.lastAxis(node)
        let operands = graph.operands(node)
        let products = graph.insert(.multiply, operands)
        let inverses = operands.map { operand in
          let norm = graph.insert(.norm, [operand], last.dropped)
          return graph.insert(.inverseLength, [norm])
        }
        let sum = graph.insert(.sum, [products], last.dropped)
        return graph.insert(.multiply, [sum] + inverses)
      }),
    .abbreviation(
      "kl_divergence", "`sum(p*log(p/q))` along the last axis, 0 where `p` is 0.", arity: 2...2,
      shape: Shapes.lastAxisOfTwo, domain: [0.1...0.9, 0.1...0.9], call: .operands,
      definition: { graph, node in
        let last = graph.lastAxis(node)
        let operands = graph.operands(node)
        let isSome = graph.insert(.less, [graph.constant(0), operands[0]])
        let ratio = graph.insert(.log, [graph.insert(.divide, operands)])
        let product = graph.insert(.multiply, [operands[0], ratio])
        let parts = graph.insert(.select, [isSome, product, graph.constant(0)])
        return graph.insert(.sum, [parts], last.dropped)
      }),
    meanOf("mse", "The mean of the squares of the differences.") { graph, difference in
      graph.insert(.power, [difference, graph.constant(2)])
    },
    meanOf("mae", "The mean of the magnitudes of the differences.") { graph, difference in
      graph.insert(.abs, [difference])
    },
    .abbreviation(
      "layer_norm", "The last axis less its mean, over `sqrt(var + 1e-5)`.",
      shape: Shapes.array, call: .operands,
      definition: { graph, node in
        let x = graph.operands(node)[0]
        let last = graph.lastAxis(node)
        let mean = graph.build(.mean, [x], last.kept)
        let deviation = graph.insert(.add, [x, graph.insert(.negate, [mean])])
        let variance = graph.insert(.variance, [x], last.kept)
        let total = graph.insert(.add, [variance, graph.constant(1e-5)])
        return graph.insert(.divide, [deviation, graph.insert(.sqrt, [total])])
      }),
  ]

  private static func meanOf(
    _ name: String, _ summary: String,
    _ part: @escaping @Sendable (inout ExpressionGraph, NodeID) -> NodeID
  ) -> Operator {
    .abbreviation(
      name, summary, arity: 2...2,
      shape: { query in Shapes.elementwise(query).map { _ in .scalar } },
      domain: [-2...2, -2...2], call: .operands,
      definition: { graph, node in
        let operands = graph.operands(node)
        let minus = graph.insert(.negate, [operands[1]])
        let difference = graph.insert(.add, [operands[0], minus])
        let parts = part(&graph, difference)
        let axes = Array(0..<graph.shape(parts).rank)
        return axes.isEmpty ? parts : graph.build(.mean, [parts], .axes(axes, keep: false))
      })
  }

  /// Logarithms of densities and probabilities, element by element.
  static let densities: [Operator] = [
    .formula(
      "normal_logpdf",
      "The logarithm of the normal density, written `normal_logpdf(x, mean, deviation)`.", 3
    ) { x in
      -0.5 * square((x[0] - x[1]) / x[2]) - log(x[2]) - 0.9189385332046728
    },
    .formula(
      "lognormal_logpdf",
      "The density of what has a normal logarithm, written `lognormal_logpdf(x, mean, deviation)`.",
      3
    ) { x in
      -0.5 * square((log(x[0]) - x[1]) / x[2]) - log(x[2]) - log(x[0]) - 0.9189385332046728
    },
    .formula(
      "exponential_logpdf", "The exponential density, written `exponential_logpdf(x, rate)`.", 2
    ) { x in select(less(x[0], 0), .constant(-.infinity), log(x[1]) - x[1] * x[0]) },
    .formula(
      "gamma_logpdf", "The gamma density, written `gamma_logpdf(x, shape, rate)`.", 3
    ) { x in
      x[1] * log(x[2]) + (x[1] - 1) * log(x[0]) - x[2] * x[0] - lgamma(x[1])
    },
    .formula("beta_logpdf", "The beta density, written `beta_logpdf(x, a, b)`.", 3) { x in
      (x[1] - 1) * log(x[0]) + (x[2] - 1) * log1p(-x[0]) + lgamma(x[1] + x[2]) - lgamma(x[1])
        - lgamma(x[2])
    },
    .formula(
      "student_t_logpdf", "Student's density, written `student_t_logpdf(x, freedom, mean, scale)`.",
      4
    ) { x in
      lgamma(0.5 * (x[1] + 1)) - lgamma(0.5 * x[1]) - 0.5 * log(.constant(.pi) * x[1]) - log(x[3])
        - 0.5 * (x[1] + 1) * log1p(square((x[0] - x[2]) / x[3]) / x[1])
    },
    .formula(
      "laplace_logpdf", "Laplace's density, written `laplace_logpdf(x, mean, scale)`.", 3
    ) { x in -abs(x[0] - x[1]) / x[2] - log(2 * x[2]) },
    .formula(
      "cauchy_logpdf", "Cauchy's density, written `cauchy_logpdf(x, median, scale)`.", 3
    ) { x in -log(.constant(.pi) * x[2]) - log1p(square((x[0] - x[1]) / x[2])) },
    .formula(
      "bernoulli_logit_logpmf",
      "The probability of 0 or 1, written `bernoulli_logit_logpmf(y, logit)`.", 2
    ) { x in x[0] * x[1] - softplus(x[1]) },
    .formula(
      "poisson_log_logpmf", "Poisson's probability, written `poisson_log_logpmf(count, log_rate)`.",
      2
    ) { x in x[0] * x[1] - exp(x[1]) - lgamma(x[0] + 1) },
    .abbreviation(
      "categorical_logit_logpmf",
      "Of a class by logits along the last axis, written `categorical_logit_logpmf(class, logits)`.",
      arity: 2...2,
      shape: { query in
        let (index, logits) = (query.operands[0], query.operands[1])
        guard logits.rank >= 1, Array(logits.dimensions.dropLast()) == index.dimensions else {
          return .failure(
            ShapeProblem(
              "classes of shape \(index) and logits of shape \(logits) do not go together"))
        }
        return .success(index)
      }, domain: [0...0, -2...2], call: .operands,
      definition: { graph, node in
        let operands = graph.operands(node)
        let shape = graph.shape(operands[1])
        let last = shape.rank - 1
        let chosen = graph.insert(.oneHot, [operands[0]], .shape(shape))
        let logs = graph.insert(
          .logSoftmax, [operands[1]], .axes([last], keep: true))
        let products = graph.insert(.multiply, [chosen, logs])
        return graph.insert(.sum, [products], .axes([last], keep: false))
      }),
  ]
}

extension ExpressionGraph {
  fileprivate func lastAxis(_ node: NodeID) -> (kept: Attribute, dropped: Attribute) {
    let last = shape(operands(node)[0]).rank - 1
    return (.axes([last], keep: true), .axes([last], keep: false))
  }
}

extension Shapes {
  /// Two arrays of one shape, without its last axis.
  static let lastAxisOfTwo: ShapeRule = { query in
    let (first, second) = (query.operands[0], query.operands[1])
    guard first.rank >= 1, first == second else {
      return .failure(
        ShapeProblem("two arrays of one shape are expected, and they are \(first) and \(second)"))
    }
    return .success(Shape(Array(first.dimensions.dropLast())))
  }
}
