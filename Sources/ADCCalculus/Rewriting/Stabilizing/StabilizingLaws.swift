// The laws that keep digits: both sides are the same number in exact arithmetic, and the right one
// loses less of it in floating point. They may cost more, by a few operations each; what they gain
// is said beside them. They run before differentiation and after it.

/// The laws that keep digits; the statement and the gain of each are its documentation.
extension Law {
  package static let softplusOfLog = Law(
    "softplus", "log(1 + exp(x)) → softplus(x)", gain: "no overflow, digits for negative x")
  package static let log1p = Law(
    "log1p", "log(1 + x) → log1p(x)", gain: "digits near x = 0")
  package static let expm1 = Law(
    "expm1", "exp(x) - 1 → expm1(x)", gain: "digits near x = 0")
  package static let logOfSigmoid = Law(
    "log-of-sigmoid", "log(sigmoid(x)) → -softplus(-x)",
    gain: "finite where sigmoid(x) is 0, digits where it is near 1")
  package static let logOfExponentials = Law(
    "log-of-exponentials", "log(exp(x) + exp(y)) → logaddexp(x, y)", gain: "no overflow")
  package static let logOfSumOfExponentials = Law(
    "log-of-sum-of-exponentials",
    "log(sum(exp(x))) → logsumexp(x), log(sum(w*exp(x))) → logsumexp(log(w) + x) for w known "
      + "positive", gain: "no overflow, nothing vanishes")
  package static let logOfSoftmax = Law(
    "log-of-softmax", "log(softmax(x)) → log_softmax(x)", gain: "finite where softmax(x) is 0")
  package static let logOfExponentialProduct = Law(
    "log-of-exponential-product", "log(exp(x)*y) → x + log(y), and for what else exponentials make",
    gain: "no overflow, finite where exp(x) is 0")
  package static let logOfProduct = Law(
    "log-of-product", "log(prod(x)) → sum(log(x)) for x known positive",
    gain: "no overflow, finite where the product is 0")
  package static let logistic = Law(
    "logistic",
    "1/(1 + exp(-x)) → sigmoid(x), and exp(x)/(exp(x) + exp(y)) → sigmoid(x - y), and so for 2^x",
    gain: "no infinity over infinity")
  package static let complement = Law(
    "complement", "1 - erf(x) → erfc(x), 1 - sigmoid(x) → sigmoid(-x), and such",
    gain: "digits where the function is near 1")
  package static let hyperbolicPair = Law(
    "hyperbolic-pair", "exp(x) - exp(-x) → 2*sinh(x), exp(x) + exp(-x) → 2*cosh(x)",
    gain: "digits of the difference near x = 0")
  package static let exponentialPair = Law(
    "exponential-pair", "cosh(x) - sinh(x) → exp(-x), cosh(x) + sinh(x) → exp(x)",
    gain: "no infinity less infinity, digits far from 0")
  package static let halfArgument = Law(
    "half-argument", "(exp(x) - 1)/(exp(x) + 1) → tanh(x/2), (1 - cos(x))/sin(x) → tan(x/2)",
    gain: "no infinity over infinity, nothing vanishes")
  package static let exponentialQuotient = Law(
    "exponential-quotient", "exp(x)/(exp(x) - 1) → 1/(1 - exp(-x))",
    gain: "no infinity over infinity")
  package static let lessOne = Law(
    "less-one", "cosh(x) - 1 → coshm1(x), cos(x) - 1 → cosm1(x)", gain: "digits near x = 0")
  package static let logOfBeta = Law(
    "log-of-beta", "log(beta(x, y)) → lbeta(x, y)", gain: "finite where beta(x, y) is 0")
  package static let logOfCosh = Law(
    "log-of-cosh", "log(cosh(x)) → log_cosh(x), log(1 - tanh(x)^2) → -2*log_cosh(x)",
    gain: "no overflow, digits near x = 0")
  package static let logOfOneLessExponential = Law(
    "log-of-one-less-exponential", "log(1 - exp(x)) → log1mexp(x)",
    gain: "digits near x = 0 and far below")
  package static let logOfExponentialLessOne = Law(
    "log-of-exponential-less-one", "log(exp(x) - 1) → x + log1mexp(-x)", gain: "no overflow")
  package static let logOfExponentialDifference = Law(
    "log-of-exponential-difference", "log(exp(x) - exp(y)) → x + log1mexp(y - x)",
    gain: "no overflow, digits where x is near y")
  package static let hypotenuse = Law(
    "hypotenuse", "sqrt(x^2 + y^2) → hypot(x, y)", gain: "no overflow or underflow of the squares")
  package static let conjugateRoots = Law(
    "conjugate-roots", "sqrt(x) - sqrt(y) → (x - y)/(sqrt(x) + sqrt(y)) where x - y is a number",
    gain: "digits where x and y are near each other")
  package static let fractionDifference = Law(
    "fraction-difference", "1/x - 1/y → (y - x)/(x*y) where y - x is a number",
    gain: "digits where x and y are near each other")
  package static let angleDifference = Law(
    "angle-difference", "atan(x) - atan(y) → atan2(x - y, 1 + x*y) where x - y is a number",
    gain: "digits where x and y are near each other")
  package static let logDifference = Law(
    "log-difference",
    "log(x) - log(y) → log1p((x - y)/y) where x - y is a number and y is positive",
    gain: "digits where x and y are near each other")
  package static let perfectSquare = Law(
    "perfect-square", "x^2 - 2*x*y + y^2 → (x - y)^2", gain: "digits where x is near y")
}

extension Law {
  /// All laws that keep digits.
  package static let stabilizing = [
    softplusOfLog, log1p, expm1, logOfSigmoid, logOfExponentials, logOfSumOfExponentials,
    logOfSoftmax, logOfExponentialProduct, logOfProduct, logistic, complement,
    hyperbolicPair, exponentialPair, halfArgument, exponentialQuotient, logOfBeta,
    lessOne, logOfCosh, logOfOneLessExponential,
    logOfExponentialLessOne, logOfExponentialDifference, hypotenuse,
    conjugateRoots, fractionDifference, angleDifference,
    logDifference, perfectSquare,
  ]
}
