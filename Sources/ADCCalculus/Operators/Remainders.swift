extension Catalogue {
  /// Functions less the leading terms of their series. Each family is closed: a derivative is the
  /// remainder one term shorter, or a function that cancels nowhere.
  static let remainders: [Operator] = [
    .unary(
      "expm1mx", "`exp(x) - 1 - x`, accurate near 0.", domain: -2...2,
      derivative: { x in expm1(x) }, kernel: Expm1mx.self),
    .unary(
      "log1pmx", "`log(1 + x) - x`, accurate near 0.", domain: -0.5...2,
      derivative: { x in -(x / (1 + x)) }, kernel: Log1pmx.self),
    .unary(
      "cosm1", "`cos(x) - 1`, accurate near 0.", domain: -4...4, derivative: { x in -sin(x) },
      kernel: Cosm1.self),
    .unary(
      "sinmx", "`sin(x) - x`, accurate near 0.", domain: -4...4, derivative: { x in cosm1(x) },
      kernel: Sinmx.self),
    .unary(
      "tanmx", "`tan(x) - x`, accurate near 0.", domain: -1...1,
      derivative: { x in square(tan(x)) }, kernel: Tanmx.self),
    .unary(
      "sinmxcos", "`sin(x) - x*cos(x)`, accurate near 0.", domain: -4...4,
      derivative: { x in x * sin(x) }, kernel: Sinmxcos.self),
    .unary(
      "coshm1", "`cosh(x) - 1`, accurate near 0.", domain: -2...2, derivative: { x in sinh(x) },
      kernel: Coshm1.self),
    .unary(
      "sinhmx", "`sinh(x) - x`, accurate near 0.", domain: -2...2,
      derivative: { x in coshm1(x) }, kernel: Sinhmx.self),
    .unary(
      "tanhmx", "`tanh(x) - x`, accurate near 0.", domain: -2...2,
      derivative: { x in -square(tanh(x)) }, kernel: Tanhmx.self),
    .unary(
      "xcoshmsinh", "`x*cosh(x) - sinh(x)`, accurate near 0.", domain: -2...2,
      derivative: { x in x * sinh(x) }, kernel: Xcoshmsinh.self),
  ]

  /// Quotients that have a value at 0, and the integrals that they and their derivatives are.
  static let quotients: [Operator] = [
    .unary(
      "exprel", "`(exp(x) - 1)/x`, and 1 at 0.", domain: -2...2,
      derivative: { x in moment("exp", 1, 0, x) }, kernel: Exprel.self),
    .unary(
      "log1prel", "`log(1 + x)/x`, and 1 at 0.", domain: -0.5...2,
      derivative: { x in -log_moment(1, x) }, kernel: Log1prel.self),
    .unary(
      "sinc", "`sin(x)/x`, and 1 at 0.", domain: -4...4,
      derivative: { x in -moment("sin", 1, 0, x) }, kernel: Sinc.self),
    .unary(
      "sinhc", "`sinh(x)/x`, and 1 at 0.", domain: -2...2,
      derivative: { x in moment("sinh", 1, 0, x) }, kernel: Sinhc.self),
    .moment("exp", kernel: ExpMoment.self) { a, b, x in moment("exp", a + 1, b, x) },
    .moment("cos", kernel: CosMoment.self) { a, b, x in -moment("sin", a + 1, b, x) },
    .moment("sin", kernel: SinMoment.self) { a, b, x in moment("cos", a + 1, b, x) },
    .moment("cosh", kernel: CoshMoment.self) { a, b, x in moment("sinh", a + 1, b, x) },
    .moment("sinh", kernel: SinhMoment.self) { a, b, x in moment("cosh", a + 1, b, x) },
    .binary(
      "log_moment",
      "The integral over 0...1 of `t^n/(1 + x*t)^(n + 1)`, written `log_moment(n, x)`.",
      domain: [1...1, -0.5...2], partials: { n, x in [0, -(n + 1) * log_moment(n + 1, x)] },
      kernel: LogMoment.self),
  ]
}

extension Operator {
  fileprivate static func moment(
    _ function: String, kernel: any TernaryKernel.Type,
    derivative: @escaping @Sendable (Template, Template, Template) -> Template
  ) -> Operator {
    Operator(
      function + "_moment",
      "The integral over 0...1 of `t^a*(1 - t)^b*\(function)(x*t)`, written "
        + "`\(function)_moment(a, b, x)`.",
      arity: 3...3, shape: Shapes.elementwise, domain: [1...1, 2...2, -2...2],
      derivative: .partials { [0, 0, derivative($0[0], $0[1], $0[2])] },
      execution: .elementwise(.ternary(kernel)), call: .operands)
  }
}
