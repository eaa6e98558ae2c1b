extension OperatorID {
  package static let exp = Catalogue.required("exp")
  package static let log = Catalogue.required("log")
}

extension Catalogue {
  static let exponential: [Operator] = [
    .unary(
      "exp", "e to the power of `x`.", domain: -2...2, derivative: { _ in .result },
      kernel: Exp.self),
    .unary(
      "expm1", "`exp(x) - 1`, accurate near 0.", domain: -2...2, derivative: { x in exp(x) },
      kernel: Expm1.self),
    .unary(
      "log", "The natural logarithm of `x`.", domain: 0.5...4, derivative: { x in 1 / x },
      kernel: Log.self),
    .unary(
      "log1p", "`log(1 + x)`, accurate near 0.", domain: -0.5...2,
      derivative: { x in 1 / (1 + x) }, kernel: Log1p.self),
    .unary(
      "log2", "The logarithm of `x` to base 2.", domain: 0.5...4,
      derivative: { x in 1 / (0.6931471805599453 * x) }, kernel: Log2.self),
    .unary(
      "log10", "The logarithm of `x` to base 10.", domain: 0.5...4,
      derivative: { x in 1 / (2.302585092994046 * x) }, kernel: Log10.self),
    .unary(
      "sigmoid", "`1/(1 + exp(-x))`, without overflow.", domain: -2...2,
      derivative: { x in .result * sigmoid(-x) }, kernel: Sigmoid.self),
    .unary(
      "softplus", "`log(1 + exp(x))`, without overflow.", domain: -2...2,
      derivative: { x in sigmoid(x) }, kernel: Softplus.self),
  ]

  static let trigonometric: [Operator] = [
    .unary(
      "sin", "The sine of `x`, in radians.", domain: -4...4, derivative: { x in cos(x) },
      kernel: Sin.self),
    .unary(
      "cos", "The cosine of `x`, in radians.", domain: -4...4, derivative: { x in -sin(x) },
      kernel: Cos.self),
    .unary(
      "tan", "The tangent of `x`, in radians.", domain: -1...1,
      derivative: { _ in 1 + square(.result) }, kernel: Tan.self),
    .unary(
      "asin", "The angle in [-pi/2, pi/2] whose sine is `x`.", domain: -0.8...0.8,
      derivative: { x in 1 / sqrt(1 - square(x)) }, kernel: Asin.self),
    .unary(
      "acos", "The angle in [0, pi] whose cosine is `x`.", domain: -0.8...0.8,
      derivative: { x in -(1 / sqrt(1 - square(x))) }, kernel: Acos.self),
    .unary(
      "atan", "The angle in (-pi/2, pi/2) whose tangent is `x`.", domain: -4...4,
      derivative: { x in 1 / (1 + square(x)) }, kernel: Atan.self),
    .binary(
      "atan2", "The angle of the point (`x`, `y`), written `atan2(y, x)`, in (-pi, pi].",
      domain: [0.5...2, 0.5...2],
      partials: { y, x in
        [x / (square(x) + square(y)), -(y / (square(x) + square(y)))]
      }, kernel: Atan2.self),
  ]

  static let hyperbolic: [Operator] = [
    .unary(
      "sinh", "The hyperbolic sine of `x`.", domain: -2...2, derivative: { x in cosh(x) },
      kernel: Sinh.self),
    .unary(
      "cosh", "The hyperbolic cosine of `x`.", domain: -2...2, derivative: { x in sinh(x) },
      kernel: Cosh.self),
    .unary(
      "tanh", "The hyperbolic tangent of `x`.", domain: -2...2,
      derivative: { _ in 1 - square(.result) }, kernel: Tanh.self),
    .unary(
      "asinh", "The inverse of `sinh`.", domain: -2...2,
      derivative: { x in 1 / sqrt(square(x) + 1) }, kernel: Asinh.self),
    .unary(
      "acosh", "The inverse of `cosh`, at least 0.", domain: 1.5...4,
      derivative: { x in 1 / sqrt(square(x) - 1) }, kernel: Acosh.self),
    .unary(
      "atanh", "The inverse of `tanh`.", domain: -0.8...0.8,
      derivative: { x in 1 / (1 - square(x)) }, kernel: Atanh.self),
  ]

  static let special: [Operator] = [
    .unary(
      "erf", "The error function, `2/sqrt(pi)` times the integral of `exp(-t^2)` from 0 to `x`.",
      domain: -2...2, derivative: { x in 1.1283791670955126 * exp(-square(x)) }, kernel: Erf.self),
    .unary(
      "erfc", "`1 - erf(x)`, accurate for large `x`.", domain: -2...2,
      derivative: { x in -1.1283791670955126 * exp(-square(x)) }, kernel: Erfc.self),
    .unary(
      "gamma", "The gamma function, `(x - 1)!` at whole numbers.", domain: 0.5...4,
      derivative: { x in .result * digamma(x) }, kernel: Gamma.self),
    .unary(
      "lgamma", "The logarithm of the magnitude of gamma.", domain: 0.5...4,
      derivative: { x in digamma(x) }, kernel: Lgamma.self),
    .unary(
      "digamma", "The derivative of `lgamma`.", domain: 0.5...4,
      derivative: { x in trigamma(x) }, kernel: Digamma.self),
    .unary(
      "trigamma", "The second derivative of `lgamma`.", domain: 0.5...4,
      derivative: { x in polygamma(2, x) }, kernel: Trigamma.self),
    .binary(
      "polygamma", "The derivative of `digamma` of whole order `n`, written `polygamma(n, x)`.",
      domain: [1...1, 0.5...4], partials: { n, x in [0, polygamma(n + 1, x)] },
      kernel: Polygamma.self),
  ]
}
