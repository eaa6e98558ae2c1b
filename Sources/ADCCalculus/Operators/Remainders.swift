extension OperatorID {
  static let sinmxcos = Catalogue.required("sinmxcos")
  static let xcoshmsinh = Catalogue.required("xcoshmsinh")
}

extension Catalogue {
  /// Functions less the leading terms of their series. Each family is closed: a derivative is the
  /// remainder one term shorter, or a function that cancels nowhere.
  static let remainders: [Operator] = [
    .unary(
      "expm1mx", "`exp(x) - 1 - x`, accurate near 0.", domain: -2...2,
      derivative: { x in expm1(x) }, kernel: Expm1mx.self,
      precise: { x in x.sum { [$0.exponentialLessOne, -$0] } }),
    .unary(
      "log1pmx", "`log(1 + x) - x`, accurate near 0.", domain: -0.5...2,
      derivative: { x in -(x / (1 + x)) }, kernel: Log1pmx.self,
      precise: { x in x.sum { [$0.logarithmOfOnePlus, -$0] } }),
    .unary(
      "cosm1", "`cos(x) - 1`, accurate near 0.", domain: -4...4, derivative: { x in -sin(x) },
      kernel: Cosm1.self, precise: { $0.cosineLessOne }
    ).spelled(
      c: .call(
        "cosm1",
        """
        static inline double cosm1(double x) {
            const double s = sin(0.5 * x);
            return -2.0 * (s * s);
        }
        """),
      swift: .call(
        "cosm1",
        """
        private func cosm1(_ x: Double) -> Double {
          let s = sin(0.5 * x)
          return -2 * (s * s)
        }
        """),
      numpy: .call("cosm1", "def cosm1(x):\n    return -2.0 * np.sin(0.5 * x) ** 2"),
      jax: .call("cosm1", "def cosm1(x):\n    return -2.0 * jnp.sin(0.5 * x) ** 2")
    ).composed(in: .onnx) { x in -2 * square(sin(x[0] / 2)) },
    .unary(
      "sinmx", "`sin(x) - x`, accurate near 0.", domain: -4...4, derivative: { x in cosm1(x) },
      kernel: Sinmx.self,
      precise: { x in x.isFinite ? x.sum { [$0.sine, -$0] } : x.constant(.nan) }
    ).spelled(c: RemainderDefinitions.sinmx.c, swift: RemainderDefinitions.sinmx.swift),
    .unary(
      "tanmx", "`tan(x) - x`, accurate near 0.", domain: -1...1,
      derivative: { x in square(tan(x)) }, kernel: Tanmx.self,
      precise: { x in x.isFinite ? x.sum { [$0.tangent, -$0] } : x.constant(.nan) }
    ).spelled(c: RemainderDefinitions.tanmx.c, swift: RemainderDefinitions.tanmx.swift),
    .unary(
      "sinmxcos", "`sin(x) - x*cos(x)`, accurate near 0.", domain: -4...4,
      derivative: { x in x * sin(x) }, kernel: Sinmxcos.self,
      precise: { x in
        x.isFinite ? x.sum { [$0.sine, -($0 * $0.cosine)] } : x.constant(.nan)
      }
    ).spelled(c: RemainderDefinitions.sinmxcos.c, swift: RemainderDefinitions.sinmxcos.swift),
    .unary(
      "coshm1", "`cosh(x) - 1`, accurate near 0.", domain: -2...2, derivative: { x in sinh(x) },
      kernel: Coshm1.self, precise: { $0.hyperbolicCosineLessOne }
    ).composedOfArrays { x in 2 * square(sinh(x[0] / 2)) },
    .unary(
      "sinhmx", "`sinh(x) - x`, accurate near 0.", domain: -2...2,
      derivative: { x in coshm1(x) }, kernel: Sinhmx.self,
      precise: { x in x.sum { [$0.hyperbolicSine, -$0] } }),
    .unary(
      "tanhmx", "`tanh(x) - x`, accurate near 0.", domain: -2...2,
      derivative: { x in -square(tanh(x)) }, kernel: Tanhmx.self,
      precise: { x in x.sum { [$0.hyperbolicTangent, -$0] } }),
    .unary(
      "xcoshmsinh", "`x*cosh(x) - sinh(x)`, accurate near 0.", domain: -2...2,
      derivative: { x in x * sinh(x) }, kernel: Xcoshmsinh.self,
      precise: { x in
        x.magnitude > 1e6
          ? x * x.constant(.infinity)
          : x.sum { [$0 * $0.hyperbolicCosine, -$0.hyperbolicSine] }
      }),
  ]

  /// Quotients that have a value at 0, and the integrals that they and their derivatives are.
  static let quotients: [Operator] = [
    .unary(
      "exprel", "`(exp(x) - 1)/x`, and 1 at 0.", domain: -2...2,
      derivative: { x in moment("exp", 1, 0, x) }, kernel: Exprel.self,
      precise: { x in x.quotient(\.exponentialLessOne) }
    ).composedOfArrays { x in select(equal(x[0], 0), 1, expm1(x[0]) / x[0]) },
    .unary(
      "log1prel", "`log(1 + x)/x`, and 1 at 0.", domain: -0.5...2,
      derivative: { x in -logMoment(1, x) }, kernel: Log1prel.self,
      precise: { x in x.quotient(\.logarithmOfOnePlus) }
    ).composedOfArrays { x in select(equal(x[0], 0), 1, log1p(x[0]) / x[0]) },
    .unary(
      "sinc", "`sin(x)/x`, and 1 at 0.", domain: -4...4,
      derivative: { x in -moment("sin", 1, 0, x) }, kernel: Sinc.self,
      precise: { x in x.isInfinite ? x.constant(0) : x.quotient(\.sine) }
    ).spelled(c: RemainderDefinitions.sinc.c, swift: RemainderDefinitions.sinc.swift)
      .composedOfArrays { x in select(equal(x[0], 0), 1, sin(x[0]) / x[0]) },
    .unary(
      "sinhc", "`sinh(x)/x`, and 1 at 0.", domain: -2...2,
      derivative: { x in moment("sinh", 1, 0, x) }, kernel: Sinhc.self,
      precise: { x in x.quotient(\.hyperbolicSine) }
    ).composedOfArrays { x in select(equal(x[0], 0), 1, sinh(x[0]) / x[0]) },
    .moment(
      "exp", derivative: { a, b, x in moment("exp", a + 1, b, x) }, kernel: ExpMoment.self,
      precise: { $2.exponentialMoment($0, $1) }),
    .moment(
      "cos", derivative: { a, b, x in -moment("sin", a + 1, b, x) }, kernel: CosMoment.self,
      precise: { $2.cosineMoment($0, $1) }),
    .moment(
      "sin", derivative: { a, b, x in moment("cos", a + 1, b, x) }, kernel: SinMoment.self,
      precise: { $2.sineMoment($0, $1) }),
    .moment(
      "cosh", derivative: { a, b, x in moment("sinh", a + 1, b, x) }, kernel: CoshMoment.self,
      precise: { $2.hyperbolicCosineMoment($0, $1) }),
    .moment(
      "sinh", derivative: { a, b, x in moment("cosh", a + 1, b, x) }, kernel: SinhMoment.self,
      precise: { $2.hyperbolicSineMoment($0, $1) }),
    .binary(
      "log_moment",
      "The integral over 0...1 of `t^n/(1 + x*t)^(n + 1)`, written `log_moment(n, x)`.",
      domain: [1...1, -0.5...2], partials: { n, x in [0, -(n + 1) * logMoment(n + 1, x)] },
      kernel: LogMoment.self, precise: { n, x in x.logarithmicMoment(n) }
    ).spelled(
      c: IntegralDefinitions.logarithm.c, swift: IntegralDefinitions.logarithm.swift,
      numpy: IntegralDefinitions.logarithm.numpy, jax: IntegralDefinitions.logarithm.jax),
  ]
}

extension Operator {
  fileprivate static func moment(
    _ function: String,
    derivative: @escaping @Sendable (Template, Template, Template) -> Template,
    kernel: any TernaryKernel.Type,
    precise: @escaping @Sendable (PreciseNumber, PreciseNumber, PreciseNumber) -> PreciseNumber
  ) -> Operator {
    Operator(
      function + "_moment",
      "The integral over 0...1 of `t^a*(1 - t)^b*\(function)(x*t)`, written "
        + "`\(function)_moment(a, b, x)`.",
      arity: 3...3, shape: Shapes.elementwise, domain: [1...1, 2...2, -2...2],
      derivative: .partials { [0, 0, derivative($0[0], $0[1], $0[2])] },
      execution: .elementwise(.ternary(kernel)), precise: { precise($0[0], $0[1], $0[2]) },
      call: .operands
    ).spelled(
      c: MomentDefinitions.spellings(of: function).c,
      swift: MomentDefinitions.spellings(of: function).swift,
      numpy: MomentDefinitions.spellings(of: function).numpy,
      jax: MomentDefinitions.spellings(of: function).jax)
  }
}
