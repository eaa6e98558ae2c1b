/// A named rewrite: what it says, and what it takes for granted.
package struct Law: Hashable, Sendable {
  /// What must hold for both sides to be the same number.
  package enum Assumption: String, Sendable {
    /// Nothing: the same bits, or the same but for rounding.
    case exact
    /// That no operand is infinite or NaN (`0*x` is 0).
    case finite
    /// That no divisor is 0 (`x/x` is 1).
    case nonzero
    /// That no radicand is negative (`sqrt(x)^2` is x).
    case nonnegative
    /// That every function is used where it is defined (`exp(log(x))` is x).
    case defined
  }

  /// Unique among the laws; what steps and tests call it.
  package var name: String
  /// Both sides in the language, with `→` between them.
  package var statement: String
  /// What must hold for both sides to be equal.
  package var assumption: Assumption
  /// Of a law that keeps digits and may cost more: what is gained. Empty for one that shortens.
  package var gain: String

  init(
    _ name: String, _ statement: String, _ assumption: Assumption = .exact, gain: String = ""
  ) {
    self.name = name
    self.statement = statement
    self.assumption = assumption
    self.gain = gain
  }
}

extension Law {
  // A law is its name, which no other has.

  package static func == (left: Law, right: Law) -> Bool { left.name == right.name }

  package func hash(into hasher: inout Hasher) { hasher.combine(name.utf8.count) }
}

/// The laws that shorten; the statement of each is its documentation.
extension Law {
  package static let constants = Law("constant-folding", "an operation of numbers is its value")
  package static let flatSum = Law("flat-sum", "a + (b + c) → a + b + c")
  package static let likeTerms = Law("like-terms", "a*x + b*x → (a + b)*x", .finite)
  package static let commonFactors = Law(
    "common-factors", "a*f(x) + b*f(x) → f(x)*(a + b)", .finite)
  package static let flatProduct = Law("flat-product", "a*(b*c) → a*b*c, (a/b)/c → a/(b*c)")
  package static let lengthCancelled = Law(
    "length-cancelled", "norm(x)*(x/norm(x)) → x", .exact)
  package static let likeFactors = Law("like-factors", "x^a*x^b → x^(a + b)", .nonzero)
  package static let zeroFactor = Law("zero-factor", "0*x → 0", .finite)
  package static let powerOfPower = Law("power-of-power", "(x^a)^b → x^(a*b) for whole a and b")
  package static let rootOfSquare = Law("root-of-square", "sqrt(x^2) → abs(x), sqrt(x^4) → x^2")
  package static let cubeRootOfCube = Law("cube-root-of-cube", "cbrt(x^3) → x")
  package static let sigmoidOfOpposite = Law(
    "sigmoid-of-opposite", "a*sigmoid(x) - b*sigmoid(-x) → (a + b)*sigmoid(x) - b")
  package static let squareOfRoot = Law("square-of-root", "sqrt(x)^2 → x", .nonnegative)
  package static let evenFunction = Law(
    "even-function", "cos(-x) → cos(x), and for cosh, abs and normal_pdf")
  package static let logOfExponential = Law("log-of-exponential", "log(exp(x)) → x", .finite)
  package static let functionOfInverse = Law(
    "function-of-inverse",
    "exp(log(x)) → x, exp(a*log(x)) → x^a, sin(asin(x)) → x and so for "
      + "other inverses, cos(asin(x)) → sqrt(1 - x^2)", .defined)
  package static let inverseOfFunction = Law(
    "inverse-of-function", "log1p(expm1(x)) → x, and for asinh, atanh, logit, probit and erfinv",
    .finite)
  package static let commonDenominator = Law(
    "common-denominator", "a/x + b/y → (a*y + b*x)/(x*y), sums divided by what they contain",
    .nonzero)
  package static let squaresOfFunctions = Law(
    "squares-of-functions",
    "sin(x)^2 + cos(x)^2 → 1, 1 - cos(x)^2 → sin(x)^2, 1 + sinh(x)^2 → cosh(x)^2, "
      + "hypot(x, y)^2 - x^2 → y^2")
  package static let quotientOfPair = Law(
    "quotient-of-pair", "sin(x)/cos(x) → tan(x), sinh(x)/cosh(x) → tanh(x)")
  package static let doubleAngle = Law(
    "double-angle",
    "sin(x)*cos(x) → sin(2*x)/2, cos(x)^2 - sin(x)^2 → cos(2*x), 2*cosh(x)^2 - 1 → cosh(2*x)")
  package static let powerOfExponential = Law("power-of-exponential", "exp(x)^n → exp(n*x)")
  package static let rootsOfOneBase = Law(
    "roots-of-one-base", "x/sqrt(x) → sqrt(x), cbrt(x)^3 → x", .nonzero)
  package static let knownSign = Law(
    "known-sign",
    "abs(x) → x, sign(x) → 1, step(x) → 1, relu(x) → x, log(x^2) → 2*log(x) for x known positive",
    .finite)
  package static let signOfItself = Law(
    "sign-of-itself", "x*sign(x) → abs(x), abs(x)*sign(x) → x")
  package static let sumOfTable = Law("sum-of-table", "sum([1, 2]) → 3")
  package static let sumOfSoftmax = Law("sum-of-softmax", "sum(softmax(x)) → 1", .finite)
  package static let sumOfPadding = Law(
    "sum-of-padding", "sum(pad(x, [1], [9])) → sum(x)")
  package static let softmaxQuotient = Law("softmax-quotient", "exp(x)/sum(exp(x)) → softmax(x)")
  package static let entries = Law(
    "entries", "pad(a, [0], [2]) + pad(b, [1], [2]) → concat(a, b)")
  package static let sharedFactors = Law(
    "shared-factors", "x*z*s, y*z*s → x*t, y*t with t = z*s")
  package static let signOfFactor = Law("sign-of-factor", "-2*(1 - x) → 2*(x - 1)")
  package static let productOfExponentials = Law(
    "product-of-exponentials", "exp(x)*exp(y) → exp(x + y)")
  package static let productOfRoots = Law(
    "product-of-roots", "sqrt(x)*sqrt(y) → sqrt(x*y), sqrt(x)/sqrt(y) → sqrt(x/y)", .nonnegative)
  package static let signInside = Law(
    "sign-inside", "-(x*(a - b)) → x*(b - a) where b - a or its multiple is there")
  package static let choice = Law(
    "decided-choice",
    "if 1 then a else b → a; if c then a else a → a; if x > 0 then 1 else 0 → step(x); c or 1 → 1; "
      + "c and 0 → 0")
  package static let doubleTranspose = Law("double-transpose", "(A')' → A")
  package static let identityMatrix = Law(
    "identity-matrix", "eye(n) @ A → A, A @ eye(n) → A, eye(n)' → eye(n)")
  package static let diagonalProduct = Law(
    "diagonal-product", "eye(n)*A → diag(diagonal(A)), eye(n)*v → diag(v)", .finite)
  package static let diagonalMatrix = Law(
    "diagonal-matrix",
    "diag(u) + diag(v) → diag(u + v), sum(diag(v), axis: 0) → v, A @ diag(v) → A*v", .finite)
  package static let outerProduct = Law(
    "outer-product", "u[:, new]*v[new, :] → outer(u, v)")
  package static let symmetricMatrix = Law("symmetric-part", "symmetric(A + A') → A + A'")
  package static let scalarOutOfProduct = Law("scalar-out-of-product", "(c*A) @ B → c*(A @ B)")
  package static let scalarOutside = Law(
    "scalar-outside", "(c*A)' → c*A', and for cumsum, pad and scatter_add")
  package static let scalarOutOfSum = Law("scalar-out-of-sum", "sum(c*x) → c*sum(x)")
  package static let nestedSums = Law("nested-sums", "sum(sum(x, axis: 1)) → sum(x)")
  package static let sumOfRepeats = Law("sum-of-repeats", "sum(broadcast(x, [n])) → n*x")
  package static let implicitBroadcast = Law(
    "implicit-broadcast", "broadcast(x, s) + y → x + y where y has shape s")
  package static let sumOfProducts = Law(
    "sum-of-products", "sum(x*y) → x @ y, sum(A[:, :, new]*B[new, :, :], axis: 1) → A @ B")
  package static let nestedPermutations = Law(
    "nested-permutations", "permute(permute(x, p), q) → permute(x, r)")
  package static let lastState = Law(
    "last-state", "scan(t in 0..<n, h = h0: …)[n - 1] → the last state, and no other is stored")
  package static let deadStates = Law(
    "dead-states", "a state of scan that no result comes from is left out")
  package static let fixedStates = Law(
    "fixed-states", "a state of scan that no step changes is a value that all steps share")
  package static let nestedShapes = Law(
    "nested-shapes", "reshape(reshape(x, s), t) → reshape(x, t)")
}

extension Law {
  /// The laws that shorten scalars, arrays and reductions.
  package static let shortening: [Law] = [
    .constants, .flatSum, .likeTerms, .commonFactors, .flatProduct, .likeFactors, .lengthCancelled,
    .zeroFactor,
    .powerOfPower, .rootOfSquare, .cubeRootOfCube, .squareOfRoot, .evenFunction, .logOfExponential,
    .functionOfInverse, .inverseOfFunction, .commonDenominator, .squaresOfFunctions,
    .quotientOfPair, .doubleAngle, .powerOfExponential, .rootsOfOneBase, .knownSign, .sumOfTable,
    .sumOfSoftmax, .sumOfPadding, .softmaxQuotient, .entries, .sharedFactors, .signOfFactor,
    .productOfExponentials, .signOfItself,
    .productOfRoots, .signInside, .choice, .doubleTranspose, .identityMatrix, .diagonalProduct,
    .diagonalMatrix, .outerProduct, .symmetricMatrix, .scalarOutOfProduct, .scalarOutside,
    .scalarOutOfSum, .nestedSums, .sumOfRepeats, .implicitBroadcast, .sumOfProducts,
    .nestedPermutations, .lastState, .deadStates, .fixedStates, .nestedShapes, .sigmoidOfOpposite,
  ]
}

extension Law {
  /// Whether a derivation passes over the law: numbers, order, signs and parentheses.
  package var isRoutine: Bool { Self.routine.contains(self) }

  private static let routine: Set<Law> = [
    .constants, .flatSum, .flatProduct, .likeFactors, .zeroFactor, .powerOfPower, .signInside,
    .signOfFactor, .scalarOutOfProduct, .scalarOutside, .implicitBroadcast, .nestedShapes,
    .nestedPermutations, .doubleTranspose,
  ]
}
