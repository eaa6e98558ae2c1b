/// Operators that the engine builds; their lines in the catalogue say what they are.
extension OperatorID {
  // Asked for at every node of a graph, so they are places in the catalogue and not looked up; the
  // tests of the catalogue compare them with the names.
  package static var add: OperatorID { OperatorID(4) }
  package static var multiply: OperatorID { OperatorID(5) }
  package static var divide: OperatorID { OperatorID(6) }
  package static var subtract: OperatorID { OperatorID(7) }
  package static var negate: OperatorID { OperatorID(8) }
  package static var abs: OperatorID { OperatorID(9) }
  package static var sign: OperatorID { OperatorID(10) }
  package static var power: OperatorID { OperatorID(11) }
  package static var sqrt: OperatorID { OperatorID(13) }
  package static var cbrt: OperatorID { OperatorID(14) }
  package static var inverseLength: OperatorID { OperatorID(17) }
}

/// More operands than any chain that fits in memory.
private let anyNumber = 2...Int.max

extension Catalogue {
  static let arithmetic: [Operator] = [
    Operator(
      "add", "The sum of two or more terms.", arity: anyNumber, shape: Shapes.elementwise,
      domain: [-2...2, -2...2], derivative: .partials { $0.map { _ in 1 } },
      execution: .elementwise(.binary(Add.self)),
      precise: { $0.dropFirst().reduce($0[0], +) }
    ).spelled(.infix("+", .sum), onnx: "Add").differentiated(by: "sum rule"),
    Operator(
      "multiply", "The product of two or more factors.", arity: anyNumber,
      shape: Shapes.elementwise, domain: [-2...2, -2...2],
      derivative: .pullback(productPullback), execution: .elementwise(.binary(Multiply.self)),
      precise: { $0.dropFirst().reduce($0[0], *) }
    ).spelled(.infix("*", .product), onnx: "Mul").differentiated(
      by: "product rule", alone: "constant factor"),
    .binary(
      "divide", "The quotient of `x` and `y`.", domain: [-2...2, 0.5...2],
      partials: { x, y in [1 / y, -(.result / y)] }, kernel: Divide.self,
      precise: { x, y in x / y }, call: nil
    ).spelled(.infix("/", .product), onnx: "Div").differentiated(
      by: "quotient rule", alone: "constant factor", "quotient rule"),
    .binary(
      "subtract", "The difference of `x` and `y`; made for the machine from sums.",
      domain: [-2...2, -2...2], partials: { _, _ in [1, -1] }, kernel: Subtract.self,
      precise: { x, y in x - y }, call: nil
    ).spelled(.infix("-", .sum), onnx: "Sub").differentiated(by: "sum rule"),
    .unary(
      "negate", "The negative of `x`.", domain: -2...2, derivative: { _ in -1 },
      kernel: Negate.self, precise: { x in -x }, call: nil
    ).spelled(.prefix("-"), onnx: "Neg").differentiated(by: "constant factor"),
    .unary(
      "abs", "The magnitude of `x`.", domain: 0.5...2, kinks: "derivative 0 at 0",
      derivative: { x in sign(x) }, kernel: Abs.self, precise: { $0.magnitude }
    ).spelled(
      c: .call("fabs"), swift: .call("abs"), numpy: .call("np.abs"), jax: .call("jnp.abs"),
      tensorflow: .call("tf.abs"), onnx: "Abs"
    ).set(.fences("\\lvert", "\\rvert", unicode: ("|", "|"))).atKink { x in equal(x[0], 0) },
    .flat(
      "sign", "-1, 0 or 1 as `x` is.", kinks: "derivative 0 at 0", kernel: Sign.self,
      precise: { $0.sign }
    ).spelled(
      c: .call(
        "sign_of", "static inline double sign_of(double x) { return x > 0 ? 1 : x < 0 ? -1 : x; }"),
      swift: .call(
        "signOf",
        """
        private func signOf(_ x: Double) -> Double {
          x > 0 ? 1 : x < 0 ? -1 : x
        }
        """), numpy: .call("np.sign"), jax: .call("jnp.sign"), tensorflow: .call("tf.sign"),
      onnx: "Sign"
    ).set(.symbol(latex: "\\operatorname{sgn}", unicode: "sgn")).atKink { x in equal(x[0], 0) },
    .binary(
      "power", "`x` to the power of `y`.", domain: [0.5...2, -2...2],
      partials: { x, y in [y * power(x, y - 1), .result * log(x)] }, kernel: Power.self,
      precise: { x, y in x.power(y) },
      call: nil
    ).spelled(libm: "pow", numpy: "power", tensorflow: "tf.pow", onnx: "Pow").differentiated(
      by: "power with a variable exponent", alone: "power rule", "exponential rule",
      isChained: true),
    .abbreviation(
      "pow", "`x` to the power of `y`.", arity: 2...2, shape: Shapes.elementwise,
      domain: [0.5...2, -2...2], call: .operands,
      definition: { graph, node in graph.insert(.power, graph.operands(node)) }),
    .unary(
      "sqrt", "The square root of `x`.", domain: 0.5...4, kinks: "infinite at 0",
      derivative: { _ in 1 / (2 * .result) },
      kernel: Sqrt.self, precise: { x in x.squareRoot() }
    ).spelled(
      c: .call("sqrt"), swift: Spelling(.suffix(".squareRoot()")), numpy: .call("np.sqrt"),
      jax: .call("jnp.sqrt"), tensorflow: .call("tf.sqrt"), onnx: "Sqrt"
    ).set(.root(2)).atKink { x in equal(x[0], 0) },
    .unary(
      "cbrt", "The real cube root of `x`.", domain: 0.5...4,
      derivative: { _ in 1 / (3 * square(.result)) }, kernel: Cbrt.self, precise: { $0.cubeRoot }
    ).spelled(libm: "cbrt", numpy: "cbrt", tensorflow: nil).set(.root(3)).composed(in: .onnx) { x in
      sign(x[0]) * power(abs(x[0]), 0.3333333333333333)
    },
    .abbreviation(
      "square", "`x^2`.", shape: Shapes.elementwise, call: .operands,
      definition: { graph, node in
        let two = graph.constant(2)
        return graph.insert(.power, [graph.operands(node)[0], two])
      }),
    .binary(
      "hypot", "The length of the hypotenuse, `sqrt(x^2 + y^2)` without overflow.",
      domain: [0.5...2, 0.5...2], kinks: "derivatives 0 at (0, 0), of every order",
      partials: { x, y in [x * inverseLength(.result), y * inverseLength(.result)] },
      kernel: Hypot.self, precise: { x, y in x.hypotenuse(y) }
    ).spelled(libm: "hypot", numpy: "hypot", tensorflow: nil).atKink { _ in equal(.result, 0) }
      .composed(in: .onnx) { x in hypotenuse(x[0], x[1]) },
    .unary(
      "inverse_length",
      "`1/x`, and 0 at 0: what derivatives of lengths have in them, printed as a division by `x`.",
      domain: 0.5...2, kinks: "derivatives 0 at 0, of every order",
      derivative: { _ in -square(.result) }, kernel: InverseLength.self,
      precise: { x in x.isZero ? x : x.reciprocal }, call: nil
    ).spelled(
      c: .call(
        "inverse_length",
        "static inline double inverse_length(double x) { return x == 0 ? x : 1 / x; }"),
      swift: .call(
        "inverseLength",
        """
        private func inverseLength(_ x: Double) -> Double {
          x == 0 ? x : 1 / x
        }
        """),
      numpy: .call(
        "inverse_length",
        """
        def inverse_length(x):
            return np.where(x == 0, 0.0, 1.0 / np.where(x == 0, 1.0, x))
        """),
      jax: .call(
        "inverse_length",
        """
        def inverse_length(x):
            return jnp.where(x == 0, 0.0, 1.0 / jnp.where(x == 0, 1.0, x))
        """)
    ).atKink { x in equal(x[0], 0) },
  ]

  /// By each factor: the product of the others, made from products of what is before and after it.
  @Sendable private static func productPullback(_ pullback: inout Pullback) -> [NodeID?] {
    let factors = pullback.graph.operands(pullback.node)
    let whole = pullback.graph.shape(pullback.node)
    func product(_ nodes: [NodeID]) -> NodeID {
      nodes.count == 1 ? nodes[0] : pullback.graph.insertFitting(.multiply, nodes, within: whole)
    }
    func product(_ left: NodeID, _ right: NodeID) -> NodeID {
      pullback.graph.isScalar(left) && pullback.graph.isScalar(right)
        ? pullback.graph.insert(.multiply, left, right) : product([left, right])
    }
    if factors.count == 2 {
      let first = pullback.scaled(by: factors[1])
      return [first, pullback.scaled(by: factors[0])]
    }
    if factors.count <= 3 {
      return factors.indices.map { place in
        var others = factors
        others.remove(at: place)
        return pullback.scaled(by: product(others))
      }
    }
    // What comes before each but the first, and what comes after it.
    var before = [factors[0]]
    before.reserveCapacity(factors.count)
    for factor in factors.dropFirst().dropLast() {
      before.append(product(before[before.count - 1], factor))
    }
    let last = factors.count - 1
    var result = [NodeID?](repeating: nil, count: factors.count)
    result[last] = pullback.scaled(by: before[last - 1])
    var after = factors[last]
    for place in (1..<last).reversed() {
      let others = product(before[place - 1], after)
      result[place] = pullback.scaled(by: others)
      after = product(factors[place], after)
    }
    result[0] = pullback.scaled(by: after)
    return result
  }
}
