extension OperatorID {
  static let isFinite = Catalogue.required("isfinite")
  static let beta = Catalogue.required("beta")
  static let lbeta = Catalogue.required("lbeta")
}

extension Catalogue {
  /// The error function's, the normal distribution's and the beta function's relatives.
  static let distributions: [Operator] = [
    .unary(
      "erfcx", "`exp(x^2)*erfc(x)`, without overflow.", domain: -2...2,
      derivative: { x in -2.0 * erfcxMoment(1, x) * 1.1283791670955126 }, kernel: Erfcx.self,
      precise: { $0.scaledComplementaryErrorFunction }
    ).spelled(numpy: .call("special.erfcx")).composed(in: .jax, .tensorflow) { x in
      1.1283791670955126 * erfcxMoment(0, x[0])
    },
    .binary(
      "erfcx_moment",
      "The integral of `t^n*exp(-t^2 - 2*x*t)` over t from 0, written `erfcx_moment(n, x)`.",
      domain: [1...1, -2...2], partials: { n, x in [0, -2.0 * erfcxMoment(n + 1, x)] },
      kernel: ErfcxMoment.self, precise: { n, x in x.errorMoment(n) }
    ).spelled(
      c: IntegralDefinitions.error.c, swift: IntegralDefinitions.error.swift,
      numpy: IntegralDefinitions.error.numpy, jax: IntegralDefinitions.error.jax,
      tensorflow: IntegralDefinitions.error.tensorflow),
    .unary(
      "erfinv", "The number whose `erf` is `x`.", domain: -0.8...0.8,
      derivative: { _ in 0.886226925452758 * exp(square(.result)) }, kernel: Erfinv.self,
      precise: { $0.inverseErrorFunction }
    ).spelled(c: SpecialDefinitions.erfinv.c, swift: SpecialDefinitions.erfinv.swift)
      .spelled(
        numpy: .call("special.erfinv"), jax: .call("jax.scipy.special.erfinv"),
        tensorflow: .call("tf.math.erfinv")),
    .unary(
      "erfcinv", "The number whose `erfc` is `x`.", domain: 0.2...1.8,
      derivative: { _ in -0.886226925452758 * exp(square(.result)) }, kernel: Erfcinv.self,
      precise: { $0.inverseComplementaryErrorFunction }
    ).spelled(
      c: SpecialDefinitions.erfcinv.c, swift: SpecialDefinitions.erfcinv.swift,
      numpy: .call("special.erfcinv"), tensorflow: .call("tf.math.erfcinv")
    ).composed(in: .jax) { x in -0.7071067811865476 * .apply("probit", [0.5 * x[0]]) },
    .unary(
      "normal_cdf", "The probability that a standard normal number is below `x`.",
      domain: -2...2, derivative: { x in normalPDF(x) }, kernel: NormalDistribution.self,
      precise: { $0.normalDistribution }
    ).set(.symbol(latex: "\\Phi", unicode: "Φ")).spelled(
      numpy: .call("special.ndtr"), jax: .call("jax.scipy.special.ndtr")
    ).composed(in: .tensorflow) { x in 0.5 * .apply("erfc", [-0.7071067811865476 * x[0]]) }
      .composed(in: .onnx) { x in 0.5 * (1 + .apply("erf", [0.7071067811865476 * x[0]])) },
    .unary(
      "normal_pdf", "The density of the standard normal distribution.", domain: -2...2,
      derivative: { x in -(x * .result) }, kernel: NormalDensity.self,
      precise: { $0.normalDensity }
    ).set(.symbol(latex: "\\varphi", unicode: "φ")).composedOfArrays { x in
      0.3989422804014327 * exp(-0.5 * square(x[0]))
    },
    .unary(
      "probit", "The quantile of the standard normal distribution, the inverse of `normal_cdf`.",
      domain: 0.1...0.9, derivative: { _ in 1 / normalPDF(.result) }, kernel: Probit.self,
      precise: { $0.normalQuantile }
    ).spelled(c: SpecialDefinitions.probit.c, swift: SpecialDefinitions.probit.swift)
      .spelled(
        numpy: .call("special.ndtri"), jax: .call("jax.scipy.special.ndtri"),
        tensorflow: .call("tf.math.ndtri")),
    .binary(
      "beta", "The beta function `gamma(x)*gamma(y)/gamma(x + y)` of positive numbers.",
      domain: [0.5...4, 0.5...4],
      partials: { x, y in
        [.result * (digamma(x) - digamma(x + y)), .result * (digamma(y) - digamma(x + y))]
      }, kernel: Beta.self, precise: { x, y in x.wider(y) { $0.betaFunction($1) } }
    ).set(.symbol(latex: "\\mathrm{B}", unicode: "Β")).spelled(
      c: GammaDefinitions.beta.c, swift: GammaDefinitions.beta.swift,
      numpy: .call("special.beta")
    ).composed(in: .jax, .tensorflow) { x in exp(.apply("lbeta", [x[0], x[1]])) },
    .binary(
      "lbeta", "The logarithm of `beta(x, y)`, without overflow.", domain: [0.5...4, 0.5...4],
      partials: { x, y in [digamma(x) - digamma(x + y), digamma(y) - digamma(x + y)] },
      kernel: Lbeta.self, precise: { x, y in x.logarithmOfBeta(y) }
    ).spelled(
      c: GammaDefinitions.logarithmOfBeta.c, swift: GammaDefinitions.logarithmOfBeta.swift,
      numpy: .call("special.betaln"), jax: GammaDefinitions.logarithmOfBeta.jax,
      tensorflow: GammaDefinitions.logarithmOfBeta.tensorflow),
    .binary(
      "lchoose", "The logarithm of the binomial coefficient, written `lchoose(n, k)`.",
      domain: [5...8, 1...4],
      partials: { n, k in
        let others = digamma(n - k + 1)
        return [digamma(n + 1) - others, others - digamma(k + 1)]
      }, kernel: Lchoose.self, precise: { n, k in n.logarithmOfBinomial(k) }
    ).spelled(
      c: GammaDefinitions.logarithmOfBinomial.c, swift: GammaDefinitions.logarithmOfBinomial.swift
    ).composed(in: .numpy, .jax, .tensorflow) { x in
      -.apply("lbeta", [x[0] - x[1] + 1, x[1] + 1]) - log1p(x[0])
    },
    .abbreviation(
      "factorial", "`gamma(x + 1)`.", shape: Shapes.elementwise, domain: [0.5...4],
      call: .operands, template: { x in .apply("gamma", [x[0] + 1]) }
    ).set(.suffix(latex: "!", unicode: "!")),
  ]

  /// Parts of numbers and tests of them.
  static let parts: [Operator] = [
    .flat(
      "trunc", "The whole number next to `x` on the side of 0.",
      kinks: "derivative 0 at whole numbers", kernel: Trunc.self,
      precise: { x in
        let size = x.magnitude.roundedDown
        return x.isNegative ? -size : size
      }
    ).spelled(libm: "trunc", numpy: "trunc").spelled(
      tensorflow: .call(
        "trunc", "def trunc(x):\n    return tnp.sign(x) * tnp.floor(tnp.abs(x))")
    ).composed(in: .onnx) { x in sign(x[0]) * .apply("floor", [abs(x[0])]) },
    .binary(
      "rem", "`x - y*trunc(x/y)`, of the sign of `x`.", domain: [2.2...2.4, 0.9...0.95],
      kinks: "derivative 1 by `x` where it jumps",
      partials: { x, y in [1, -.apply("round", [(x - .result) / y])] }, kernel: Rem.self,
      precise: { x, y in x.remainder(dividingBy: y) }
    ).spelled(libm: "fmod", numpy: "fmod").spelled(
      tensorflow: .call(
        "fmod",
        """
        def fmod(x, y):
            return tf.truncatemod(tnp.asarray(x), tnp.asarray(y))
        """)
    ).composed(in: .onnx) { x in x[0] - x[1] * .apply("trunc", [x[0] / x[1]]) },
    .binary(
      "mod", "`x - y*floor(x/y)`, of the sign of `y`.", domain: [2.2...2.4, 0.9...0.95],
      kinks: "derivative 1 by `x` where it jumps",
      partials: { x, y in [1, -.apply("round", [(x - .result) / y])] }, kernel: Mod.self,
      precise: { x, y in
        let rest = x.remainder(dividingBy: y)
        return !rest.isZero && rest.isNegative != y.isNegative ? rest + y : rest
      }
    ).spelled(
      c: Spelling(
        .call("modulo"),
        definition: """
          static inline double modulo(double x, double y) {
              const double rest = fmod(x, y);
              return (rest < 0 && 0 < y) || (0 < rest && y < 0) ? rest + y : rest;
          }
          """),
      swift: Spelling(
        .call("modulo"),
        definition: """
          private func modulo(_ x: Double, _ y: Double) -> Double {
            let rest = fmod(x, y)
            return (rest < 0 && 0 < y) || (0 < rest && y < 0) ? rest + y : rest
          }
          """),
      numpy: .call("np.mod"), jax: .call("jnp.mod"), tensorflow: .call("tf.math.floormod")
    ).composed(in: .onnx) { x in x[0] - x[1] * .apply("floor", [x[0] / x[1]]) },
    .binary(
      "copysign", "The magnitude of `x` with the sign of `y`.", domain: [0.5...2, 0.5...2],
      kinks: "derivative 0 by `x` at 0, by `y` everywhere",
      partials: { x, y in [sign(x) * copysign(1, y), 0] }, kernel: Copysign.self,
      precise: { x, y in x.isNegative == y.isNegative ? x : -x }
    ).spelled(libm: "copysign", numpy: "copysign").composed(in: .tensorflow, .onnx) { x in
      select(less(x[1], 0), -abs(x[0]), abs(x[0]))
    },
    Operator(
      "fma", "`x*y + z`, rounded once.", arity: 3...3, shape: Shapes.elementwise,
      domain: [-2...2, -2...2, -2...2], derivative: .partials { [$0[1], $0[0], 1] },
      execution: .elementwise(.ternary(FusedMultiplyAdd.self)),
      precise: { x in x[0].product(x[1], plus: x[2]) }, call: .operands
    ).spelled(c: .call("fma"), swift: .call("fma"))
      .composedOfArrays { x in x[0] * x[1] + x[2] },
    .flat(
      "stop_gradient", "`x`, taken for a constant in derivatives.",
      kinks: "derivative 0 everywhere", kernel: Identity.self, precise: { $0 }
    ).spelled(.prefix("")).composed(in: .onnx) { x in x[0] },
    .flat(
      "isnan", "1 where `x` is NaN, else 0.", kinks: "derivative 0", kernel: IsNotANumber.self,
      precise: { x in x.truth(x.isNaN) }
    ).spelled(
      c: .call("is_nan", "static inline double is_nan(double x) { return x != x ? 1 : 0; }"),
      swift: .call(
        "isNaN",
        """
        private func isNaN(_ x: Double) -> Double {
          x.isNaN ? 1 : 0
        }
        """)
    ).composedOfArrays { x in .apply("not_equal", [x[0], x[0]]) },
    .flat(
      "isfinite", "1 where `x` is neither infinite nor NaN, else 0.", kinks: "derivative 0",
      kernel: IsFinite.self, precise: { x in x.truth(x.isFinite) }
    ).spelled(
      c: .call(
        "is_finite", "static inline double is_finite(double x) { return x - x == 0 ? 1 : 0; }"),
      swift: .call(
        "isFinite",
        """
        private func isFinite(_ x: Double) -> Double {
          x.isFinite ? 1 : 0
        }
        """)
    ).composedOfArrays { x in equal(x[0] - x[0], 0) },
  ]
}
