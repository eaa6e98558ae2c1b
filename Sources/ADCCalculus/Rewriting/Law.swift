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
  }

  package var name: String
  package var statement: String
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
  package static let constants = Law("constant-folding", "an operation of numbers is its value")
  package static let flatSum = Law("flat-sum", "a + (b + c) → a + b + c")
  package static let likeTerms = Law("like-terms", "a*x + b*x → (a + b)*x", .finite)
  package static let commonFactors = Law(
    "common-factors", "a*f(x) + b*f(x) → f(x)*(a + b)", .finite)
  package static let flatProduct = Law("flat-product", "a*(b*c) → a*b*c, (a/b)/c → a/(b*c)")
  package static let likeFactors = Law("like-factors", "x^a*x^b → x^(a + b)", .nonzero)
  package static let zeroFactor = Law("zero-factor", "0*x → 0", .finite)
  package static let powerOfPower = Law("power-of-power", "(x^a)^b → x^(a*b) for whole a and b")
  package static let rootOfSquare = Law("root-of-square", "sqrt(x^2) → abs(x)")
  package static let squareOfRoot = Law("square-of-root", "sqrt(x)^2 → x", .nonnegative)
  package static let evenFunction = Law("even-function", "cos(-x) → cos(x), and for cosh and abs")
  package static let logOfExponential = Law("log-of-exponential", "log(exp(x)) → x", .finite)
  package static let choice = Law(
    "decided-choice", "if 1 then a else b → a; if c then a else a → a")
  package static let doubleTranspose = Law("double-transpose", "(A')' → A")
  package static let identityMatrix = Law(
    "identity-matrix", "eye(n) @ A → A, A @ eye(n) → A, eye(n)' → eye(n)")
  package static let diagonalProduct = Law(
    "diagonal-product", "eye(n)*A → diag(diagonal(A)), eye(n)*v → diag(v)", .finite)
  package static let diagonalMatrix = Law(
    "diagonal-matrix", "diag(u) + diag(v) → diag(u + v), sum(diag(v), axis: 0) → v, A @ diag(v) → A*v", .finite)
  package static let outerProduct = Law(
    "outer-product", "u[:, new]*v[new, :] → outer(u, v)")
  package static let symmetricMatrix = Law("symmetric-matrix", "symmetric(A + A') → A + A'")
  package static let scalarOutOfProduct = Law("scalar-out-of-product", "(c*A) @ B → c*(A @ B)")
  package static let scalarOutside = Law("scalar-outside", "(c*A)' → c*A', and for cumsum")
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
  package static let nestedShapes = Law(
    "nested-shapes", "reshape(reshape(x, s), t) → reshape(x, t)")
}
