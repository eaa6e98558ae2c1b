import ADCCalculus
import ADCEmission
import TestSupport
import Testing

/// An expression over matrices that a law rewrites, and how the result prints.
private struct MatrixLawCase: Sendable, CustomTestStringConvertible {
  let law: Law
  let before: String
  let after: String

  init(_ law: Law, _ before: String, _ after: String) {
    self.law = law
    self.before = before
    self.after = after
  }

  var testDescription: String { "\(law.name): \(before)" }
}

private let cases: [MatrixLawCase] = [
  MatrixLawCase(.transposeOfProduct, "A: [n, m], B: [m, k] | (A @ B)'", "B' @ A'"),
  MatrixLawCase(.transposeOfOuter, "a: [n], b: [m] | outer(a, b)'", "outer(b, a)"),
  MatrixLawCase(.symmetric, "X: [n, m] | (X' @ X)'", "X' @ X"),
  MatrixLawCase(.symmetric, "A: [n, n] | (A + A')'", "A + A'"),
  MatrixLawCase(.symmetric, "A: [n, m], S: [n, n] | (A' @ (S + S') @ A)'", "A' @ (S + S') @ A"),
  MatrixLawCase(.transposeInside, "A: [n, n] | det(A')", "det(A)"),
  MatrixLawCase(.transposeInside, "A: [n, n] | inv(A')", "inv(A)'"),
  MatrixLawCase(.transposeInside, "A: [n, m] | sum(A')", "sum(A)"),
  MatrixLawCase(.vectorTransposed, "A: [n, m], x: [n] | x @ A", "A' @ x"),
  MatrixLawCase(.vectorTransposed, "A: [n, m], x: [m] | x @ A'", "A @ x"),
  MatrixLawCase(.matrixChain, "A: [n, m], B: [m, k], x: [k] | A @ B @ x", "A @ (B @ x)"),
  MatrixLawCase(
    .matrixChain, "A: [2, 9], B: [9, 2], C: [2, 9] | A @ (B @ C)", "A @ B @ C"),
  MatrixLawCase(
    .matrixChain, "A: [9, 2], B: [2, 9], C: [9, 2], D: [2, 9] | A @ B @ C @ D",
    "A @ (B @ C) @ D"),
  MatrixLawCase(.matrixChain, "A: [n, n], B: [n, n], C: [n, n] | A @ (B @ C)", "A @ B @ C"),
  MatrixLawCase(.matrixChain, "A: [n, n], B: [n, n], X: [n, 2] | A @ B @ X", "A @ (B @ X)"),
  MatrixLawCase(.commonMatrix, "A: [n, n], x: [n] | A @ x + x @ A", "(A + A') @ x"),
  MatrixLawCase(
    .commonMatrix, "A: [n, m], B: [n, m], X: [m, k] | 2 * A @ X - 2 * B @ X", "2 * (A - B) @ X"),
  MatrixLawCase(
    .commonMatrix, "A: [n, m], B: [m, k], C: [m, k], D: [n, k] | A @ B + D + A @ C",
    "A @ (B + C) + D"),
  MatrixLawCase(.productWithOnes, "A: [n, m] | A @ ones(m)", "sum(A, axis: 1)"),
  MatrixLawCase(.productWithOnes, "A: [n, m] | ones(n) @ A", "sum(A, axis: 0)"),
  MatrixLawCase(
    .productWithOnes, "A: [n, m], B: [m, k] | A @ ones(m, k)",
    "broadcast(sum(A, axis: 1)[:, new], [n, k])"),
  MatrixLawCase(.productWithOuter, "a: [n], b: [m], x: [m] | outer(a, b) @ x", "b @ x * a"),
  MatrixLawCase(
    .productWithOuter, "A: [k, n], a: [n], b: [m] | A @ outer(a, b)", "outer(A @ a, b)"),
  MatrixLawCase(.productWithDiagonal, "A: [n, m], x: [m] | A @ diag(x)", "A*x"),
  MatrixLawCase(.productWithDiagonal, "A: [n, m], x: [n] | diag(x) @ A", "A*x[:, new]"),
  MatrixLawCase(.productWithDiagonal, "x: [n], y: [n] | diag(x) @ diag(y)", "diag(x*y)"),
  MatrixLawCase(.sumOfProduct, "A: [n, m], x: [m] | sum(A @ x)", "sum(A, axis: 0) @ x"),
  MatrixLawCase(.diagonalOfParts, "a: [n], b: [n] | diagonal(outer(a, b))", "a*b"),
  MatrixLawCase(
    .diagonalOfProduct, "A: [n, m], B: [m, n] | diagonal(A @ B)", "sum(A*B', axis: 1)"),
  MatrixLawCase(.traceOfParts, "x: [n] | trace(diag(x))", "sum(x)"),
  MatrixLawCase(.traceOfParts, "A: [n, n], x: [n] | trace(A @ diag(x))", "diagonal(A) @ x"),
  MatrixLawCase(.traceOfProduct, "A: [n, m], B: [m, n] | trace(A @ B)", "sum(A*B')"),
  MatrixLawCase(.traceOfProduct, "A: [n, m], B: [n, m] | trace(A' @ B)", "sum(A*B)"),
  MatrixLawCase(.sumOfDiagonal, "A: [n, n] | sum(diagonal(A))", "trace(A)"),
  MatrixLawCase(.sumOfDiagonal, "A: [n, n] | sum(eye(n)*A)", "trace(A)"),
  MatrixLawCase(
    .kroneckerProducts, "A: [2, 3], B: [n, m], C: [3, 2], D: [m, k] | kron(A, B) @ kron(C, D)",
    "kron(A @ C, B @ D)"),
  MatrixLawCase(.kroneckerProducts, "A: [2, 3], B: [n, m] | kron(A, B)'", "kron(A', B')"),
  MatrixLawCase(
    .kroneckerProducts, "A: [2, 2], B: [n, n] | trace(kron(A, B))", "trace(A)*trace(B)"),
  MatrixLawCase(
    .kroneckerInverse, "A: [2, 2], B: [n, n] | inv(kron(A, B))", "kron(inv(A), inv(B))"),
  MatrixLawCase(
    .kroneckerInverse, "A: [2, 2], B: [n, n] | det(kron(A, B))", "det(A)^n*det(B)^2"),
  MatrixLawCase(.doubleInverse, "A: [n, n] | inv(inv(A))", "A"),
  MatrixLawCase(.inverseOfParts, "x: [n] | inv(diag(x))", "diag(1/x)"),
  MatrixLawCase(.inverseOfParts, "A: [n, n], c: [] | inv(c*A)", "inv(A)/c"),
  MatrixLawCase(.inverseOfParts, "A: [n, n] | inv(-A)", "-inv(A)"),
  MatrixLawCase(.inverseTimes, "A: [n, n], b: [n] | inv(A) @ b", "solve(A, b)"),
  MatrixLawCase(.inverseTimes, "A: [n, n], b: [n] | b @ inv(A)", "solve(A', b)"),
  MatrixLawCase(.timesInverse, "A: [n, n] | A @ inv(A)", "eye(n)"),
  MatrixLawCase(.timesInverse, "A: [n, n], B: [n, m] | solve(A, A @ B)", "B"),
  MatrixLawCase(.solveOfParts, "x: [n], b: [n] | solve(diag(x), b)", "b/x"),
  MatrixLawCase(.solveOfParts, "A: [n, n] | solve(A, eye(n))", "inv(A)"),
  MatrixLawCase(.determinantOfParts, "L: [n, n] | det(tril(L))", "prod(diagonal(L))"),
  MatrixLawCase(.determinantOfProduct, "A: [n, n], B: [n, n] | det(A @ B)", "det(A)*det(B)"),
  MatrixLawCase(
    .determinantOfProduct, "A: [n, n], B: [n, n] | logdet(A @ B)", "logdet(A) + logdet(B)"),
  MatrixLawCase(.determinantOfInverse, "A: [n, n] | det(inv(A))", "1/det(A)"),
  MatrixLawCase(.determinantOfInverse, "A: [n, n] | logdet(inv(A))", "-logdet(A)"),
  MatrixLawCase(.determinantOfMultiple, "A: [n, n], c: [] | det(c*A)", "c^n*det(A)"),
  MatrixLawCase(
    .determinantOfMultiple, "A: [n, n], c: [] | logdet(c*A)", "n*log(abs(c)) + logdet(A)"),
  MatrixLawCase(.logOfDeterminant, "A: [n, n] | log(abs(det(A)))", "logdet(A)"),
  MatrixLawCase(.logOfDeterminant, "X: [n, m] | log(det(X' @ X))", "logdet(X' @ X)"),
  MatrixLawCase(
    .logOfDeterminant, "X: [n, m] | log(det(X @ X' + 2*eye(n)))", "logdet(X @ X' + 2*eye(n))"),
  MatrixLawCase(.adjugateByDeterminant, "A: [n, n] | adjugate(A)/det(A)", "inv(A)"),
  MatrixLawCase(
    .choleskyDeterminant, "X: [n, m] | logdet(cholesky(X' @ X))", "0.5*logdet(X' @ X)"),
  MatrixLawCase(.signByMagnitude, "x: [n] | sign(x)/abs(x)", "1/x"),
  MatrixLawCase(.squareOfNorm, "x: [n] | norm(x)^3/norm(x)", "sum(x^2)"),
]

@Suite("Laws of matrices")
struct MatrixLawTests {
  private static let sizes = ["n": 3, "m": 2, "k": 4]

  @Test("fire where they apply, give what they say, and keep the value", arguments: cases)
  fileprivate func firing(item: MatrixLawCase) throws {
    var reading = try Reading(item.before)
    let (roots, firings) = Simplifier.simplify(&reading.graph, [reading.node])
    #expect(firings[item.law, default: 0] > 0, "fired: \(firings.keys.map(\.name))")
    #expect(Written(reading.graph, roots, style: .inline(limit: 60)).roots[0] == item.after)
    if item.law.gain.isEmpty {
      let before = reading.graph.operationCount([reading.node])
      #expect(reading.graph.operationCount(roots) <= before)
    }
    var random = SeededGenerator(seed: 23)
    let symbols = reading.graph.symbols.map { symbol in
      let sizes = symbol.shape.dimensions.map { $0.value(Self.sizes) ?? 0 }
      return NaiveArray.make(sizes) { index in
        let isDiagonal = sizes.count == 2 && index[0] == index[1]
        return Double.random(in: 0.2...1.2, using: &random) + (isDiagonal ? 2 : 0)
      }.values
    }
    let prepared = reading.graph.prepare([reading.node, roots[0]])
    let values = ReferenceEvaluator(graph: reading.graph, sizes: Self.sizes, symbols: symbols)
      .evaluate(prepared)
    #expect(values[0].sizes == values[1].sizes)
    for (before, after) in zip(values[0].values, values[1].values) {
      #expect((before - after).magnitude <= 1e-12 * max(1, before.magnitude))
    }
  }

  @Test("have names and statements, each of its own, and a case here")
  func isComplete() {
    let tested = Set(cases.map(\.law))
    for law in Law.matrices { #expect(tested.contains(law), "\(law.name)") }
    #expect(Set(Law.matrices.map(\.name)).count == Law.matrices.count)
    #expect(Set(Law.matrices.map(\.statement)).count == Law.matrices.count)
    #expect(tested.count == Law.matrices.count)
  }

  @Test(
    "leave alone what only looks alike",
    arguments: [
      "A: [n, n] | log(det(A))", "A: [n, n], B: [n, n] | log(det(A + B))",
      "A: [n, n], x: [n], y: [n] | x @ A @ y", "A: [n, n] | A @ A", "A: [n, n] | A + A'",
      "A: [n, m], B: [n, m], x: [m], y: [m] | A @ x + B @ y", "x: [n] | norm(x)^3",
      "A: [n, n] | (inv(A) @ exp(inv(A)))", "X: [n, m] | logdet(X' @ X)",
      "A: [n, m], B: [m, k], C: [k, n] | A @ B @ C",
    ])
  func exceptions(text: String) throws {
    var reading = try Reading(text)
    let roots = Simplifier.simplify(&reading.graph, [reading.node]).roots
    #expect(roots == [reading.node], "\(Written(reading.graph, roots).roots[0])")
  }

  @Test("keep NaN for the logarithm of a negative determinant")
  func negativeDeterminants() throws {
    var reading = try Reading("A: [2, 2] | log(det(A))")
    let root = Simplifier.simplify(&reading.graph, [reading.node]).roots[0]
    let prepared = reading.graph.prepare([root])
    let value = ReferenceEvaluator(graph: reading.graph, symbols: [[0, 1, 1, 0]]).evaluate(prepared)
    #expect(value[0].values[0].isNaN)
  }
}
