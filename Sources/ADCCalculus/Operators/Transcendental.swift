/// Operators that the engine builds; their lines in the catalogue say what they are.
extension OperatorID {
  // Places, as those of arithmetic.
  package static var exp: OperatorID { OperatorID(18) }
  package static var log: OperatorID { OperatorID(20) }
  static let sin = Catalogue.required("sin")
  static let cos = Catalogue.required("cos")
  static let tan = Catalogue.required("tan")
  static let sinh = Catalogue.required("sinh")
  static let cosh = Catalogue.required("cosh")
  static let tanh = Catalogue.required("tanh")
  static let lgamma = Catalogue.required("lgamma")
  static let polygamma = Catalogue.required("polygamma")
  static let atan2 = Catalogue.required("atan2")
}

extension Catalogue {
  static let exponential: [Operator] = [
    .unary(
      "exp", "e to the power of `x`.", domain: -2...2, derivative: { _ in .result },
      kernel: Exp.self, precise: { $0.exponential }
    ).spelled(libm: "exp", numpy: "exp", onnx: "Exp").set(.exponential("e")),
    .unary(
      "expm1", "`exp(x) - 1`, accurate near 0.", domain: -2...2, derivative: { x in exp(x) },
      kernel: Expm1.self, precise: { $0.exponentialLessOne }
    ).spelled(libm: "expm1", numpy: "expm1")
      .composed(in: .onnx) { x in tanh(x[0] / 2) * (exp(x[0]) + 1) },
    .unary(
      "log", "The natural logarithm of `x`.", domain: 0.5...4, derivative: { x in 1 / x },
      kernel: Log.self, precise: { $0.logarithm }
    ).spelled(libm: "log", numpy: "log", onnx: "Log").set(.function("\\log")),
    .unary(
      "log1p", "`log(1 + x)`, accurate near 0.", domain: -0.5...2,
      derivative: { x in 1 / (1 + x) }, kernel: Log1p.self, precise: { $0.logarithmOfOnePlus }
    ).spelled(libm: "log1p", numpy: "log1p")
      // The error of 1 + x is that of the quotient, too (Kahan; in Goldberg, 1991, theorem 4).
      .composed(in: .onnx) { x in
        let (x, sum) = (x[0], 1 + x[0])
        return select(
          equal(sum, 1), x, log(sum) * select(equal(sum, x), 1, x / (sum - 1)))
      },
    .unary(
      "log2", "The logarithm of `x` to base 2.", domain: 0.5...4,
      derivative: { x in 1 / (0.6931471805599453 * x) }, kernel: Log2.self,
      precise: { x in x.wider { $0.logarithm / .logarithmOfTwo(like: $0) } }
    ).spelled(libm: "log2", numpy: "log2")
      .composed(in: .onnx) { x in log(x[0]) / 0.6931471805599453 }
      .set(.symbol(latex: "\\log_{2}", unicode: "log₂")),
    .unary(
      "log10", "The logarithm of `x` to base 10.", domain: 0.5...4,
      derivative: { x in 1 / (2.302585092994046 * x) }, kernel: Log10.self,
      precise: { x in x.wider { $0.logarithm / .logarithmOfTen(like: $0) } }
    ).spelled(libm: "log10", numpy: "log10")
      .composed(in: .onnx) { x in log(x[0]) / 2.302585092994046 }
      .set(.symbol(latex: "\\log_{10}", unicode: "log₁₀")),
    .unary(
      "sigmoid", "`1/(1 + exp(-x))`, without overflow.", domain: -2...2,
      derivative: { x in .result * sigmoid(-x) }, kernel: Sigmoid.self, precise: { $0.logistic }
    ).spelled(
      c: .call(
        "sigmoid",
        """
        static inline double sigmoid(double x) {
            const double e = exp(-fabs(x));
            return (x < 0 ? e : 1) / (1 + e);
        }
        """),
      swift: .call(
        "sigmoid",
        """
        private func sigmoid(_ x: Double) -> Double {
          let e = exp(-abs(x))
          return (x < 0 ? e : 1) / (1 + e)
        }
        """),
      numpy: .call(
        "sigmoid",
        """
        def sigmoid(x):
            e = np.exp(-np.abs(x))
            return np.where(x < 0, e, 1.0) / (1.0 + e)
        """), jax: .call("jax.nn.sigmoid"), tensorflow: .call("tf.sigmoid"), onnx: "Sigmoid"
    ).set(.symbol(latex: "\\sigma", unicode: "σ"))
      .cheap(by: "softplus") { x, softplus in exp(x - softplus) },
    .unary(
      "softplus", "`log(1 + exp(x))`, without overflow.", domain: -2...2,
      derivative: { x in sigmoid(x) }, kernel: Softplus.self,
      precise: { $0.logarithmOfOnePlusExponential }
    ).spelled(
      c: .call(
        "softplus",
        """
        static inline double softplus(double x) {
            return (x > 0 ? x : 0) + log1p(exp(-fabs(x)));
        }
        """),
      swift: .call(
        "softplus",
        """
        private func softplus(_ x: Double) -> Double {
          (x > 0 ? x : 0) + log1p(exp(-abs(x)))
        }
        """),
      numpy: .call(
        "softplus",
        """
        def softplus(x):
            return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))
        """), jax: .call("jax.nn.softplus"), tensorflow: .call("tf.math.softplus")
    ).composed(in: .onnx) { x in
      .apply("max", [x[0], 0]) + log1p(exp(-abs(x[0])))
    },
  ]

  static let trigonometric: [Operator] = [
    .unary(
      "sin", "The sine of `x`, in radians.", domain: -4...4, derivative: { x in cos(x) },
      kernel: Sin.self, precise: { $0.sine }
    ).spelled(libm: "sin", numpy: "sin", onnx: "Sin").set(.function("\\sin")),
    .unary(
      "cos", "The cosine of `x`, in radians.", domain: -4...4, derivative: { x in -sin(x) },
      kernel: Cos.self, precise: { $0.cosine }
    ).spelled(libm: "cos", numpy: "cos", onnx: "Cos").set(.function("\\cos")),
    .unary(
      "tan", "The tangent of `x`, in radians.", domain: -1...1,
      derivative: { _ in 1 + square(.result) }, kernel: Tan.self, precise: { $0.tangent }
    ).spelled(libm: "tan", numpy: "tan").set(.function("\\tan")).composed(in: .onnx) { x in
      sin(x[0]) / cos(x[0])
    },
    .unary(
      "asin", "The angle in [-pi/2, pi/2] whose sine is `x`.", domain: -0.8...0.8,
      derivative: { x in 1 / sqrt(1 - square(x)) }, kernel: Asin.self, precise: { $0.arcSine }
    ).spelled(
      libm: "asin", numpy: "arcsin", tensorflow: "tf.math.asin", onnx: "Asin", isOnlySingle: true
    ).set(
      .function("\\arcsin")),
    .unary(
      "acos", "The angle in [0, pi] whose cosine is `x`.", domain: -0.8...0.8,
      derivative: { x in -(1 / sqrt(1 - square(x))) }, kernel: Acos.self, precise: { $0.arcCosine }
    ).spelled(
      libm: "acos", numpy: "arccos", tensorflow: "tf.math.acos", onnx: "Acos", isOnlySingle: true
    ).set(
      .function("\\arccos")),
    .unary(
      "atan", "The angle in (-pi/2, pi/2) whose tangent is `x`.", domain: -4...4,
      derivative: { x in 1 / (1 + square(x)) }, kernel: Atan.self, precise: { $0.arcTangent }
    ).spelled(
      libm: "atan", numpy: "arctan", tensorflow: "tf.math.atan", onnx: "Atan", isOnlySingle: true
    ).set(
      .function("\\arctan")),
    .binary(
      "atan2", "The angle of the point (`x`, `y`), written `atan2(y, x)`, in (-pi, pi].",
      domain: [0.5...2, 0.5...2], kinks: "derivatives 0 at (0, 0), of every order",
      partials: { y, x in
        let inverse = inverseLength(square(x) + square(y))
        return [x * inverse, -(y * inverse)]
      }, kernel: Atan2.self, precise: { y, x in y.angle(over: x) }
    ).spelled(libm: "atan2", numpy: "arctan2", tensorflow: "tf.math.atan2").atKink { x in
      equal(square(x[0]) + square(x[1]), 0)
    },
  ]

  static let hyperbolic: [Operator] = [
    .unary(
      "sinh", "The hyperbolic sine of `x`.", domain: -2...2, derivative: { x in cosh(x) },
      kernel: Sinh.self, precise: { $0.hyperbolicSine }
    ).spelled(libm: "sinh", numpy: "sinh").set(.function("\\sinh")).composed(in: .onnx) { x in
      (expm1(x[0]) - expm1(-x[0])) / 2
    },
    .unary(
      "cosh", "The hyperbolic cosine of `x`.", domain: -2...2, derivative: { x in sinh(x) },
      kernel: Cosh.self, precise: { $0.hyperbolicCosine }
    ).spelled(libm: "cosh", numpy: "cosh").set(.function("\\cosh")).composed(in: .onnx) { x in
      (exp(x[0]) + exp(-x[0])) / 2
    },
    .unary(
      "tanh", "The hyperbolic tangent of `x`.", domain: -2...2,
      derivative: { _ in 1 - square(.result) }, kernel: Tanh.self, precise: { $0.hyperbolicTangent }
    ).spelled(libm: "tanh", numpy: "tanh", onnx: "Tanh").set(.function("\\tanh")),
    .unary(
      "asinh", "The inverse of `sinh`.", domain: -2...2,
      derivative: { x in 1 / sqrt(square(x) + 1) }, kernel: Asinh.self,
      precise: { $0.inverseHyperbolicSine }
    ).spelled(libm: "asinh", numpy: "arcsinh", tensorflow: "tf.math.asinh").composed(in: .onnx) {
      x in sign(x[0]) * log1p(abs(x[0]) + square(x[0]) / (1 + sqrt(square(x[0]) + 1)))
    },
    .unary(
      "acosh", "The inverse of `cosh`, at least 0.", domain: 1.5...4,
      derivative: { x in 1 / sqrt(square(x) - 1) }, kernel: Acosh.self,
      precise: { $0.inverseHyperbolicCosine }
    ).spelled(libm: "acosh", numpy: "arccosh", tensorflow: "tf.math.acosh").composed(in: .onnx) {
      x in log(x[0] + sqrt((x[0] - 1) * (x[0] + 1)))
    },
    .unary(
      "atanh", "The inverse of `tanh`.", domain: -0.8...0.8,
      derivative: { x in 1 / (1 - square(x)) }, kernel: Atanh.self,
      precise: { $0.inverseHyperbolicTangent }
    ).spelled(libm: "atanh", numpy: "arctanh", tensorflow: "tf.math.atanh").composed(in: .onnx) {
      x in (log1p(x[0]) - log1p(-x[0])) / 2
    },
  ]

  static let special: [Operator] = [
    .unary(
      "erf", "The error function, `2/sqrt(pi)` times the integral of `exp(-t^2)` from 0 to `x`.",
      domain: -2...2, derivative: { x in 1.1283791670955126 * exp(-square(x)) }, kernel: Erf.self,
      precise: { $0.errorFunction }
    ).spelled(
      libm: "erf", jax: "jax.scipy.special.erf", tensorflow: "tf.math.erf", onnx: "Erf",
      isOnlySingle: true
    ).spelled(numpy: .call("special.erf")),
    .unary(
      "erfc", "`1 - erf(x)`, accurate for large `x`.", domain: -2...2,
      derivative: { x in -1.1283791670955126 * exp(-square(x)) }, kernel: Erfc.self,
      precise: { $0.complementaryErrorFunction }
    ).spelled(libm: "erfc", jax: "jax.scipy.special.erfc", tensorflow: "tf.math.erfc")
      .spelled(numpy: .call("special.erfc")),
    .unary(
      "gamma", "The gamma function, `(x - 1)!` at whole numbers.", domain: 0.5...4,
      derivative: { x in .result * digamma(x) }, kernel: Gamma.self, precise: { $0.gamma }
    ).spelled(
      c: .call("tgamma"), swift: .call("tgamma"), numpy: .call("special.gamma"),
      jax: .call("jax.scipy.special.gamma")
    ).set(
      .symbol(latex: "\\Gamma", unicode: "Γ")),
    .unary(
      "lgamma", "The logarithm of the magnitude of gamma.", domain: 0.5...4,
      derivative: { x in digamma(x) }, kernel: Lgamma.self, precise: { $0.logarithmOfGamma }
    ).spelled(
      c: .call("lgamma"),
      swift: .call(
        "logGamma", "private func logGamma(_ x: Double) -> Double { lgamma(x).0 }"),
      numpy: .call("special.gammaln"), jax: .call("jax.scipy.special.gammaln"),
      tensorflow: .call("tf.math.lgamma")),
    .unary(
      "digamma", "The derivative of `lgamma`.", domain: 0.5...4,
      derivative: { x in trigamma(x) }, kernel: Digamma.self, precise: { $0.digamma }
    ).spelled(
      c: SpecialDefinitions.digamma.c, swift: SpecialDefinitions.digamma.swift,
      numpy: .call("special.digamma"), jax: .call("jax.scipy.special.digamma"),
      tensorflow: .call("tf.math.digamma")
    ).set(.symbol(latex: "\\psi", unicode: "ψ")),
    .unary(
      "trigamma", "The second derivative of `lgamma`.", domain: 0.5...4,
      derivative: { x in polygamma(2, x) }, kernel: Trigamma.self,
      precise: { x in x.polygamma(order: x.constant(1)) }
    ).spelled(c: SpecialDefinitions.trigamma.c, swift: SpecialDefinitions.trigamma.swift)
      .composed(in: .numpy, .jax, .tensorflow) { x in polygamma(1, x[0]) },
    .binary(
      "polygamma", "The derivative of `digamma` of whole order `n`, written `polygamma(n, x)`.",
      domain: [1...1, 0.5...4], partials: { n, x in [0, polygamma(n + 1, x)] },
      kernel: Polygamma.self, precise: { n, x in x.polygamma(order: n) }
    ).spelled(
      c: GammaDefinitions.polygamma.c, swift: GammaDefinitions.polygamma.swift,
      numpy: .call("special.polygamma"),
      jax: .call(
        "polygamma",
        """
        def polygamma(n, x):
            return jax.scipy.special.polygamma(jnp.asarray(n, int), x)
        """),
      tensorflow: .call(
        "polygamma",
        """
        def polygamma(n, x):
            x = tnp.asarray(x)
            return tf.math.polygamma(tnp.zeros_like(x) + n, x)
        """)),
  ]
}
