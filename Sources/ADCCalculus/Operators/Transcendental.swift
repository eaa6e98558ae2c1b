extension OperatorID {
  package static let exp = Catalogue.required("exp")
  package static let log = Catalogue.required("log")
}

extension Catalogue {
  static let exponential: [Operator] = [
    .unary(
      "exp", "e to the power of `x`.", domain: -2...2, derivative: { _ in .result },
      kernel: Exp.self, precise: \.exponential
    ).set(.exponential("e")),
    .unary(
      "expm1", "`exp(x) - 1`, accurate near 0.", domain: -2...2, derivative: { x in exp(x) },
      kernel: Expm1.self, precise: \.exponentialLessOne),
    .unary(
      "log", "The natural logarithm of `x`.", domain: 0.5...4, derivative: { x in 1 / x },
      kernel: Log.self, precise: \.logarithm
    ).set(.function("\\log")),
    .unary(
      "log1p", "`log(1 + x)`, accurate near 0.", domain: -0.5...2,
      derivative: { x in 1 / (1 + x) }, kernel: Log1p.self, precise: \.logarithmOfOnePlus),
    .unary(
      "log2", "The logarithm of `x` to base 2.", domain: 0.5...4,
      derivative: { x in 1 / (0.6931471805599453 * x) }, kernel: Log2.self,
      precise: { x in x.wider { $0.logarithm / .logarithmOfTwo(like: $0) } }
    ).set(.symbol(latex: "\\log_{2}", unicode: "log₂")),
    .unary(
      "log10", "The logarithm of `x` to base 10.", domain: 0.5...4,
      derivative: { x in 1 / (2.302585092994046 * x) }, kernel: Log10.self,
      precise: { x in x.wider { $0.logarithm / .logarithmOfTen(like: $0) } }
    ).set(.symbol(latex: "\\log_{10}", unicode: "log₁₀")),
    .unary(
      "sigmoid", "`1/(1 + exp(-x))`, without overflow.", domain: -2...2,
      derivative: { x in .result * sigmoid(-x) }, kernel: Sigmoid.self, precise: \.logistic
    ).set(.symbol(latex: "\\sigma", unicode: "σ")),
    .unary(
      "softplus", "`log(1 + exp(x))`, without overflow.", domain: -2...2,
      derivative: { x in sigmoid(x) }, kernel: Softplus.self,
      precise: \.logarithmOfOnePlusExponential),
  ]

  static let trigonometric: [Operator] = [
    .unary(
      "sin", "The sine of `x`, in radians.", domain: -4...4, derivative: { x in cos(x) },
      kernel: Sin.self, precise: \.sine
    ).set(.function("\\sin")),
    .unary(
      "cos", "The cosine of `x`, in radians.", domain: -4...4, derivative: { x in -sin(x) },
      kernel: Cos.self, precise: \.cosine
    ).set(.function("\\cos")),
    .unary(
      "tan", "The tangent of `x`, in radians.", domain: -1...1,
      derivative: { _ in 1 + square(.result) }, kernel: Tan.self, precise: \.tangent
    ).set(.function("\\tan")),
    .unary(
      "asin", "The angle in [-pi/2, pi/2] whose sine is `x`.", domain: -0.8...0.8,
      derivative: { x in 1 / sqrt(1 - square(x)) }, kernel: Asin.self, precise: \.arcSine
    ).set(.function("\\arcsin")),
    .unary(
      "acos", "The angle in [0, pi] whose cosine is `x`.", domain: -0.8...0.8,
      derivative: { x in -(1 / sqrt(1 - square(x))) }, kernel: Acos.self, precise: \.arcCosine
    ).set(.function("\\arccos")),
    .unary(
      "atan", "The angle in (-pi/2, pi/2) whose tangent is `x`.", domain: -4...4,
      derivative: { x in 1 / (1 + square(x)) }, kernel: Atan.self, precise: \.arcTangent
    ).set(.function("\\arctan")),
    .binary(
      "atan2", "The angle of the point (`x`, `y`), written `atan2(y, x)`, in (-pi, pi].",
      domain: [0.5...2, 0.5...2], kinks: "derivatives 0 at (0, 0), of every order",
      partials: { y, x in
        let inverse = inverseLength(square(x) + square(y))
        return [x * inverse, -(y * inverse)]
      }, kernel: Atan2.self, precise: { y, x in y.angle(over: x) }
    ).atKink { x in equal(square(x[0]) + square(x[1]), 0) },
  ]

  static let hyperbolic: [Operator] = [
    .unary(
      "sinh", "The hyperbolic sine of `x`.", domain: -2...2, derivative: { x in cosh(x) },
      kernel: Sinh.self, precise: \.hyperbolicSine
    ).set(.function("\\sinh")),
    .unary(
      "cosh", "The hyperbolic cosine of `x`.", domain: -2...2, derivative: { x in sinh(x) },
      kernel: Cosh.self, precise: \.hyperbolicCosine
    ).set(.function("\\cosh")),
    .unary(
      "tanh", "The hyperbolic tangent of `x`.", domain: -2...2,
      derivative: { _ in 1 - square(.result) }, kernel: Tanh.self, precise: \.hyperbolicTangent
    ).set(.function("\\tanh")),
    .unary(
      "asinh", "The inverse of `sinh`.", domain: -2...2,
      derivative: { x in 1 / sqrt(square(x) + 1) }, kernel: Asinh.self,
      precise: \.inverseHyperbolicSine),
    .unary(
      "acosh", "The inverse of `cosh`, at least 0.", domain: 1.5...4,
      derivative: { x in 1 / sqrt(square(x) - 1) }, kernel: Acosh.self,
      precise: \.inverseHyperbolicCosine),
    .unary(
      "atanh", "The inverse of `tanh`.", domain: -0.8...0.8,
      derivative: { x in 1 / (1 - square(x)) }, kernel: Atanh.self,
      precise: \.inverseHyperbolicTangent),
  ]

  static let special: [Operator] = [
    .unary(
      "erf", "The error function, `2/sqrt(pi)` times the integral of `exp(-t^2)` from 0 to `x`.",
      domain: -2...2, derivative: { x in 1.1283791670955126 * exp(-square(x)) }, kernel: Erf.self,
      precise: \.errorFunction),
    .unary(
      "erfc", "`1 - erf(x)`, accurate for large `x`.", domain: -2...2,
      derivative: { x in -1.1283791670955126 * exp(-square(x)) }, kernel: Erfc.self,
      precise: \.complementaryErrorFunction),
    .unary(
      "gamma", "The gamma function, `(x - 1)!` at whole numbers.", domain: 0.5...4,
      derivative: { x in .result * digamma(x) }, kernel: Gamma.self, precise: \.gamma
    ).set(.symbol(latex: "\\Gamma", unicode: "Γ")),
    .unary(
      "lgamma", "The logarithm of the magnitude of gamma.", domain: 0.5...4,
      derivative: { x in digamma(x) }, kernel: Lgamma.self, precise: \.logarithmOfGamma),
    .unary(
      "digamma", "The derivative of `lgamma`.", domain: 0.5...4,
      derivative: { x in trigamma(x) }, kernel: Digamma.self, precise: \.digamma
    ).set(.symbol(latex: "\\psi", unicode: "ψ")),
    .unary(
      "trigamma", "The second derivative of `lgamma`.", domain: 0.5...4,
      derivative: { x in polygamma(2, x) }, kernel: Trigamma.self,
      precise: { x in x.polygamma(order: x.constant(1)) }),
    .binary(
      "polygamma", "The derivative of `digamma` of whole order `n`, written `polygamma(n, x)`.",
      domain: [1...1, 0.5...4], partials: { n, x in [0, polygamma(n + 1, x)] },
      kernel: Polygamma.self, precise: { n, x in x.polygamma(order: n) }),
  ]
}
