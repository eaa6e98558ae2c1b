extension OperatorID {
  static let logCosh = Catalogue.required("log_cosh")
}

extension Catalogue {
  /// Compositions that overflow or cancel when they are written out.
  static let stableComposites: [Operator] = [
    .binary(
      "logaddexp", "`log(exp(x) + exp(y))`, without overflow.", domain: [-2...2, -2...2],
      partials: { x, y in [sigmoid(x - y), sigmoid(y - x)] }, kernel: Logaddexp.self,
      precise: { x, y in x.logarithmOfSum(y) }
    ).spelled(numpy: .call("np.logaddexp"), jax: .call("jnp.logaddexp")).composed(in: .onnx) { x in
      .apply("max", [x[0], x[1]]) + log1p(exp(-abs(x[0] - x[1])))
    },
    .abbreviation(
      "logdiffexp", "`log(exp(x) - exp(y))`, without overflow.", arity: 2...2,
      shape: Shapes.elementwise, domain: [0.5...2, -2...0], call: .operands,
      template: { x in x[0] + log1mexp(x[1] - x[0]) }),
    .unary(
      "log1mexp", "`log(1 - exp(x))` for negative `x`, accurate near 0 and far below.",
      domain: -4 ... -0.2, derivative: { x in -(1 / expm1(-x)) }, kernel: Log1mexp.self,
      precise: { x in
        x.wider {
          $0 < -1 ? (-$0.exponential).logarithmOfOnePlus : (-$0.exponentialLessOne).logarithm
        }
      }
    ).composedOfArrays { x in
      select(less(-0.6931471805599453, x[0]), log(-expm1(x[0])), log1p(-exp(x[0])))
    },
    .abbreviation(
      "log1pexp", "`log(1 + exp(x))`, another name of `softplus`.", shape: Shapes.elementwise,
      call: .operands, template: { x in softplus(x[0]) }),
    .abbreviation(
      "log_sigmoid", "`log(sigmoid(x))`, without overflow.", shape: Shapes.elementwise,
      call: .operands, template: { x in -softplus(-x[0]) }),
    .abbreviation(
      "log1mx", "`log(1 - x)`, accurate near 0.", shape: Shapes.elementwise,
      domain: [-2...0.5], call: .operands, template: { x in log1p(-x[0]) }),
    .unary(
      "logit", "`log(x/(1 - x))`, the inverse of `sigmoid`.", domain: 0.1...0.9,
      derivative: { x in 1 / (x * (1 - x)) }, kernel: Logit.self,
      precise: { x in
        x == 0.5 ? x.constant(0) : x.sum { [$0.logarithm, -(-$0).logarithmOfOnePlus] }
      }
    ).composedOfArrays { x in log(x[0]) - log1p(-x[0]) },
    .unary(
      "log_cosh", "`log(cosh(x))`, without overflow.", domain: -2...2,
      derivative: { x in tanh(x) }, kernel: LogCosh.self,
      precise: { x in
        x.isFinite && !x.isZero && x.exponent < 20
          ? x.wider { $0.hyperbolicCosineLessOne.logarithmOfOnePlus }
          : x.magnitude - .logarithmOfTwo(like: x) * (x.isZero ? 0 : 1)
      }),
    .binary(
      "xlogy", "`x*log(y)`, and 0 where `x` is 0.", domain: [0.5...2, 0.5...2],
      kinks: "no derivative by `y` at (0, 0)",
      partials: { x, y in [log(y), x / y] }, kernel: Xlogy.self,
      precise: { x, y in
        x.isZero && !y.isNaN ? x.constant(0) : x.wider(y) { $0 * $1.logarithm }
      }
    ).atKink { x in equal(square(x[0]) + square(x[1]), 0) }.composedOfArrays { x in
      select(equal(x[0], 0), 0, x[0] * log(x[1]))
    },
    .binary(
      "xlog1py", "`x*log(1 + y)`, and 0 where `x` is 0.", domain: [0.5...2, -0.5...2],
      kinks: "no derivative by `y` at (0, -1)",
      partials: { x, y in [log1p(y), x / (1 + y)] }, kernel: Xlog1py.self,
      precise: { x, y in
        x.isZero && !y.isNaN ? x.constant(0) : x.wider(y) { $0 * $1.logarithmOfOnePlus }
      }
    ).composedOfArrays { x in select(equal(x[0], 0), 0, x[0] * log1p(x[1])) },
    .unary(
      "exp2", "2 to the power of `x`.", domain: -2...2,
      derivative: { _ in 0.6931471805599453 * .result }, kernel: Exp2.self,
      precise: { x in x.constant(2).power(x) }
    ).spelled(libm: "exp2", numpy: "exp2").set(.exponential("2")).composed(in: .onnx) { x in
      power(2, x[0])
    },
    .unary(
      "exp10", "10 to the power of `x`.", domain: -2...2,
      derivative: { _ in 2.302585092994046 * .result }, kernel: Exp10.self,
      precise: { x in x.constant(10).power(x) }
    ).set(.exponential("10")).composedOfArrays { x in power(10, x[0]) },
    .abbreviation(
      "rsqrt", "`1/sqrt(x)`.", shape: Shapes.elementwise, domain: [0.5...4], call: .operands,
      template: { x in 1 / sqrt(x[0]) }),
  ]

  /// The rest of the circular and hyperbolic functions.
  static let reciprocals: [Operator] = [
    .unary(
      "sinpi", "The sine of `pi*x`, exact at whole and half numbers.", domain: -2...2,
      derivative: { x in 3.141592653589793 * cospi(x) }, kernel: Sinpi.self,
      precise: { $0.sineOfHalfTurns }
    ).composedOfArrays { x in
      let whole = Template.apply("round", [x[0]])
      return (1 - 2 * .apply("mod", [whole, 2])) * sin(3.141592653589793 * (x[0] - whole))
    },
    .unary(
      "cospi", "The cosine of `pi*x`, exact at whole and half numbers.", domain: -2...2,
      derivative: { x in -3.141592653589793 * sinpi(x) }, kernel: Cospi.self,
      precise: { $0.cosineOfHalfTurns }
    ).composedOfArrays { x in
      let whole = Template.apply("round", [x[0]])
      let angle = 3.141592653589793 * (0.5 - abs(x[0] - whole))
      return (1 - 2 * .apply("mod", [whole, 2])) * sin(angle)
    },
    .abbreviation(
      "sec", "`1/cos(x)`.", shape: Shapes.elementwise, domain: [-1...1], call: .operands,
      template: { x in 1 / cos(x[0]) }
    ).set(.function("\\sec")),
    .abbreviation(
      "csc", "`1/sin(x)`.", shape: Shapes.elementwise, domain: [0.5...2], call: .operands,
      template: { x in 1 / sin(x[0]) }
    ).set(.function("\\csc")),
    .abbreviation(
      "cot", "`1/tan(x)`.", shape: Shapes.elementwise, domain: [0.5...1], call: .operands,
      template: { x in 1 / tan(x[0]) }
    ).set(.function("\\cot")),
    .abbreviation(
      "sech", "`1/cosh(x)`.", shape: Shapes.elementwise, call: .operands,
      template: { x in 1 / cosh(x[0]) }),
    .abbreviation(
      "csch", "`1/sinh(x)`.", shape: Shapes.elementwise, domain: [0.5...2], call: .operands,
      template: { x in 1 / sinh(x[0]) }),
    .abbreviation(
      "coth", "`1/tanh(x)`.", shape: Shapes.elementwise, domain: [0.5...2], call: .operands,
      template: { x in 1 / tanh(x[0]) }
    ).set(.function("\\coth")),
    .unary(
      "asec", "The angle in [0, pi] whose secant is `x`.", domain: 1.5...4,
      derivative: { x in 1 / (abs(x) * sqrt((x - 1) * (x + 1))) }, kernel: Asec.self,
      precise: { x in x.wider { $0.legOfSecant.angle(over: $0.constant($0.isNegative ? -1 : 1)) } }
    ).composedOfArrays { x in .apply("acos", [1 / x[0]]) },
    .unary(
      "acsc", "The angle in [-pi/2, pi/2] whose cosecant is `x`.", domain: 1.5...4,
      derivative: { x in -(1 / (abs(x) * sqrt((x - 1) * (x + 1)))) }, kernel: Acsc.self,
      precise: { x in x.wider { $0.constant($0.isNegative ? -1 : 1).angle(over: $0.legOfSecant) } }
    ).composedOfArrays { x in .apply("asin", [1 / x[0]]) },
    .unary(
      "acot", "The angle in [-pi/2, pi/2] whose cotangent is `x`.", domain: 0.5...4,
      kinks: "a step at 0; derivative -1", derivative: { x in -(1 / (1 + square(x))) },
      kernel: Acot.self,
      precise: { x in
        x.wider { $0.constant($0.isNegative ? -1 : 1).angle(over: $0.magnitude) }
      }
    ).composedOfArrays { x in .apply("atan", [1 / x[0]]) },
    .unary(
      "asech", "The inverse of `sech`, at least 0.", domain: 0.2...0.8,
      derivative: { x in -(1 / (x * sqrt((1 - x) * (1 + x)))) }, kernel: Asech.self,
      precise: { x in x.wider { $0.inverseHyperbolicSecant } }
    ).composedOfArrays { x in .apply("acosh", [1 / x[0]]) },
    .unary(
      "acsch", "The inverse of `csch`.", domain: 0.5...4,
      derivative: { x in -(1 / (abs(x) * hypot(1, x))) }, kernel: Acsch.self,
      precise: { x in x.wider { $0.reciprocal.inverseHyperbolicSine } }
    ).composedOfArrays { x in .apply("asinh", [1 / x[0]]) },
    .unary(
      "acoth", "The inverse of `coth`.", domain: 1.5...4,
      derivative: { x in 1 / ((1 - x) * (1 + x)) }, kernel: Acoth.self,
      precise: { x in x.wider { $0.inverseHyperbolicCotangent } }
    ).composedOfArrays { x in .apply("atanh", [1 / x[0]]) },
  ]
}
