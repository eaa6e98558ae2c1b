/// The laws of whole matrices; the statement of each is its documentation.
extension Law {
  package static let transposeOfProduct = Law("transpose-of-product", "(A @ B)' → B' @ A'")
  package static let transposeOfOuter = Law("transpose-of-outer", "outer(a, b)' → outer(b, a)")
  package static let symmetric = Law("symmetric-matrix", "A' → A where A is diag(x), X' @ X, …")
  package static let transposeInside = Law(
    "transpose-inside", "det(A') → det(A), inv(A') → inv(A)', sum(A') → sum(A), …")
  package static let vectorTransposed = Law(
    "vector-times-matrix", "x @ A → A' @ x, and x @ A' → A @ x")
  package static let matrixChain = Law(
    "matrix-chain", "(A @ B) @ x → A @ (B @ x), and what else costs less")
  package static let commonMatrix = Law(
    "common-matrix", "A @ X + B @ X → (A + B) @ X, A @ x + x @ A → (A + A') @ x")
  package static let productWithOnes = Law(
    "product-with-ones", "A @ ones(n) → sum(A, axis: 1), outer(x, ones(n)) repeats x")
  package static let productWithOuter = Law(
    "product-with-outer", "outer(a, b) @ x → a*(b @ x), A @ outer(a, b) → outer(A @ a, b)")
  package static let productWithDiagonal = Law(
    "product-with-diagonal", "A @ diag(x) → A*x, diag(x) @ A → x[:, new]*A")
  package static let sumOfProduct = Law("sum-of-product", "sum(A @ x) → sum(A, axis: 0) @ x")
  package static let diagonalOfParts = Law(
    "diagonal-of-parts", "diagonal(diag(x)) → x, diagonal(outer(a, b)) → a*b")
  package static let diagonalOfProduct = Law(
    "diagonal-of-product", "diagonal(A @ B) → sum(A*B', axis: 1)",
    gain: "only the elements that are needed")
  package static let traceOfParts = Law(
    "trace-of-parts", "trace(eye(n)) → n, trace(diag(x)) → sum(x), trace(outer(a, b)) → a @ b")
  package static let traceOfProduct = Law(
    "trace-of-product", "trace(A @ B) → sum(A*B'), the same for B @ A")
  package static let sumOfDiagonal = Law(
    "sum-of-diagonal", "sum(diagonal(A)) → trace(A), and sum(eye(n)*A)")
  package static let kroneckerProducts = Law(
    "kronecker-products", "kron(A, B) @ kron(C, D) → kron(A @ C, B @ D), kron(A, B)' and trace too",
    gain: "small matrices instead of a large one")
  package static let kroneckerInverse = Law(
    "kronecker-inverse", "inv(kron(A, B)) → kron(inv(A), inv(B)), and for det and logdet", .nonzero,
    gain: "small matrices instead of a large one")
  package static let doubleInverse = Law("double-inverse", "inv(inv(A)) → A", .nonzero)
  package static let inverseOfParts = Law(
    "inverse-of-parts", "inv(eye(n)) → eye(n), inv(diag(x)) → diag(1/x), inv(c*A) → inv(A)/c",
    .nonzero)
  package static let inverseTimes = Law("inverse-times", "inv(A) @ b → solve(A, b)")
  package static let timesInverse = Law(
    "times-inverse", "A @ inv(A) → eye(n), solve(A, A @ x) → x", .nonzero)
  package static let solveOfParts = Law(
    "solve-of-parts", "solve(A, eye(n)) → inv(A), solve(eye(n), b) → b, solve(diag(x), b) → b/x")
  package static let determinantOfParts = Law(
    "determinant-of-parts", "det(diag(x)) → prod(x), det(tril(A)) → prod(diagonal(A))")
  package static let determinantOfProduct = Law(
    "determinant-of-product", "det(A @ B) → det(A)*det(B), logdet(A @ B) → logdet(A) + logdet(B)",
    gain: "no matrix product, and a derivative by each factor alone")
  package static let determinantOfInverse = Law(
    "determinant-of-inverse", "det(inv(A)) → 1/det(A), logdet(inv(A)) → -logdet(A)", .nonzero)
  package static let determinantOfMultiple = Law(
    "determinant-of-multiple", "det(c*A) → c^n*det(A), logdet(c*A) → n*log(abs(c)) + logdet(A)",
    gain: "no multiple of a matrix")
  package static let logOfDeterminant = Law(
    "log-of-determinant",
    "log(abs(det(A))) → logdet(A), log(det(A)) too where det(A) is not negative")
  package static let adjugateByDeterminant = Law(
    "adjugate-by-determinant", "adjugate(A)/det(A) → inv(A)", .nonzero)
  package static let choleskyDeterminant = Law(
    "cholesky-determinant", "logdet(cholesky(S)) → logdet(S)/2 for a symmetric S", .nonnegative)
  package static let signByMagnitude = Law(
    "sign-by-magnitude", "sign(x)/abs(x) → 1/x", .nonzero)
  package static let squareOfNorm = Law("square-of-norm", "norm(x)^2 → sum(x^2)")

  /// All of them.
  package static let matrices: [Law] = [
    .transposeOfProduct, .transposeOfOuter, .symmetric, .transposeInside, .vectorTransposed,
    .matrixChain, .commonMatrix, .productWithOnes, .productWithOuter, .productWithDiagonal,
    .sumOfProduct, .diagonalOfParts, .diagonalOfProduct, .traceOfParts, .traceOfProduct,
    .sumOfDiagonal, .kroneckerProducts, .kroneckerInverse, .doubleInverse, .inverseOfParts,
    .inverseTimes, .timesInverse, .solveOfParts, .determinantOfParts, .determinantOfProduct,
    .determinantOfInverse, .determinantOfMultiple, .logOfDeterminant, .adjugateByDeterminant,
    .choleskyDeterminant, .signByMagnitude, .squareOfNorm,
  ]
}
