import ADCCalculus
import ADCEmission
import TestSupport
import Testing

private let cases: [LawCase] = [
  LawCase(.transposeOfProduct, "A: [n, m], B: [m, k] | (A @ B)'", "B' @ A'"),
  LawCase(.transposeOfOuter, "a: [n], b: [m] | outer(a, b)'", "outer(b, a)"),
  LawCase(.symmetric, "X: [n, m] | (X' @ X)'", "X' @ X"),
  LawCase(.symmetric, "A: [n, n] | (A + A')'", "A + A'"),
  LawCase(.symmetric, "A: [n, m], S: [n, n] | (A' @ (S + S') @ A)'", "A' @ (S + S') @ A"),
  LawCase(.transposeInside, "A: [n, n] | det(A')", "det(A)"),
  LawCase(.transposeInside, "A: [n, n] | inv(A')", "inv(A)'"),
  LawCase(.transposeInside, "A: [n, m] | sum(A')", "sum(A)"),
  LawCase(.vectorTransposed, "A: [n, m], x: [n] | x @ A", "A' @ x"),
  LawCase(.vectorTransposed, "A: [n, m], x: [m] | x @ A'", "A @ x"),
  LawCase(.matrixChain, "A: [n, m], B: [m, k], x: [k] | A @ B @ x", "A @ (B @ x)"),
  LawCase(
    .matrixChain, "A: [2, 9], B: [9, 2], C: [2, 9] | A @ (B @ C)", "A @ B @ C"),
  LawCase(
    .matrixChain, "A: [9, 2], B: [2, 9], C: [9, 2], D: [2, 9] | A @ B @ C @ D",
    "A @ (B @ C) @ D"),
  LawCase(.matrixChain, "A: [n, n], B: [n, n], C: [n, n] | A @ (B @ C)", "A @ B @ C"),
  LawCase(.matrixChain, "A: [n, n], B: [n, n], X: [n, 2] | A @ B @ X", "A @ (B @ X)"),
  LawCase(.commonMatrix, "A: [n, n], x: [n] | A @ x + x @ A", "(A + A') @ x"),
  LawCase(
    .commonMatrix, "A: [n, m], B: [n, m], X: [m, k] | 2 * A @ X - 2 * B @ X", "2 * (A - B) @ X"),
  LawCase(
    .commonMatrix, "A: [n, m], B: [m, k], C: [m, k], D: [n, k] | A @ B + D + A @ C",
    "A @ (B + C) + D"),
  LawCase(.productWithOnes, "A: [n, m] | A @ ones(m)", "sum(A, axis: 1)"),
  LawCase(.productWithOnes, "A: [n, m] | ones(n) @ A", "sum(A, axis: 0)"),
  LawCase(
    .productWithOnes, "A: [n, m], B: [m, k] | A @ ones(m, k)",
    "broadcast(sum(A, axis: 1)[:, new], [n, k])"),
  LawCase(.productWithOuter, "a: [n], b: [m], x: [m] | outer(a, b) @ x", "b @ x * a"),
  LawCase(
    .productWithOuter, "A: [k, n], a: [n], b: [m] | A @ outer(a, b)", "outer(A @ a, b)"),
  LawCase(.productWithDiagonal, "A: [n, m], x: [m] | A @ diag(x)", "A*x"),
  LawCase(.productWithDiagonal, "A: [n, m], x: [n] | diag(x) @ A", "A*x[:, new]"),
  LawCase(.productWithDiagonal, "x: [n], y: [n] | diag(x) @ diag(y)", "diag(x*y)"),
  LawCase(.sumOfProduct, "A: [n, m], x: [m] | sum(A @ x)", "sum(A, axis: 0) @ x"),
  LawCase(.diagonalOfParts, "a: [n], b: [n] | diagonal(outer(a, b))", "a*b"),
  LawCase(
    .diagonalOfProduct, "A: [n, m], B: [m, n] | diagonal(A @ B)", "sum(A*B', axis: 1)"),
  LawCase(.traceOfParts, "x: [n] | trace(diag(x))", "sum(x)"),
  LawCase(.traceOfParts, "A: [n, n], x: [n] | trace(A @ diag(x))", "diagonal(A) @ x"),
  LawCase(.traceOfProduct, "A: [n, m], B: [m, n] | trace(A @ B)", "sum(A*B')"),
  LawCase(.traceOfProduct, "A: [n, m], B: [n, m] | trace(A' @ B)", "sum(A*B)"),
  LawCase(.sumOfDiagonal, "A: [n, n] | sum(diagonal(A))", "trace(A)"),
  LawCase(.sumOfDiagonal, "A: [n, n] | sum(eye(n)*A)", "trace(A)"),
  LawCase(
    .kroneckerProducts, "A: [2, 3], B: [n, m], C: [3, 2], D: [m, k] | kron(A, B) @ kron(C, D)",
    "kron(A @ C, B @ D)"),
  LawCase(.kroneckerProducts, "A: [2, 3], B: [n, m] | kron(A, B)'", "kron(A', B')"),
  LawCase(
    .kroneckerProducts, "A: [2, 2], B: [n, n] | trace(kron(A, B))", "trace(A)*trace(B)"),
  LawCase(
    .kroneckerInverse, "A: [2, 2], B: [n, n] | inv(kron(A, B))", "kron(inv(A), inv(B))"),
  LawCase(
    .kroneckerInverse, "A: [2, 2], B: [n, n] | det(kron(A, B))", "det(A)^n*det(B)^2"),
  LawCase(.doubleInverse, "A: [n, n] | inv(inv(A))", "A"),
  LawCase(.inverseOfParts, "x: [n] | inv(diag(x))", "diag(1/x)"),
  LawCase(.inverseOfParts, "A: [n, n], c: [] | inv(c*A)", "inv(A)/c"),
  LawCase(.inverseOfParts, "A: [n, n] | inv(-A)", "-inv(A)"),
  LawCase(.inverseTimes, "A: [n, n], b: [n] | inv(A) @ b", "solve(A, b)"),
  LawCase(.inverseTimes, "A: [n, n], b: [n] | b @ inv(A)", "solve(A', b)"),
  LawCase(.timesInverse, "A: [n, n] | A @ inv(A)", "eye(n)"),
  LawCase(.timesInverse, "A: [n, n], B: [n, m] | solve(A, A @ B)", "B"),
  LawCase(.solveOfParts, "x: [n], b: [n] | solve(diag(x), b)", "b/x"),
  LawCase(.solveOfParts, "A: [n, n] | solve(A, eye(n))", "inv(A)"),
  LawCase(.determinantOfParts, "L: [n, n] | det(tril(L))", "prod(diagonal(L))"),
  LawCase(.determinantOfProduct, "A: [n, n], B: [n, n] | det(A @ B)", "det(A)*det(B)"),
  LawCase(
    .determinantOfProduct, "A: [n, n], B: [n, n] | logdet(A @ B)", "logdet(A) + logdet(B)"),
  LawCase(.determinantOfInverse, "A: [n, n] | det(inv(A))", "1/det(A)"),
  LawCase(.determinantOfInverse, "A: [n, n] | logdet(inv(A))", "-logdet(A)"),
  LawCase(.determinantOfMultiple, "A: [n, n], c: [] | det(c*A)", "c^n*det(A)"),
  LawCase(
    .determinantOfMultiple, "A: [n, n], c: [] | logdet(c*A)", "n*log(abs(c)) + logdet(A)"),
  LawCase(.logOfDeterminant, "A: [n, n] | log(abs(det(A)))", "logdet(A)"),
  LawCase(.logOfDeterminant, "X: [n, m] | log(det(X' @ X))", "logdet(X' @ X)"),
  LawCase(
    .logOfDeterminant, "X: [n, m] | log(det(X @ X' + 2*eye(n)))", "logdet(X @ X' + 2*eye(n))"),
  LawCase(.adjugateByDeterminant, "A: [n, n] | adjugate(A)/det(A)", "inv(A)"),
  LawCase(
    .choleskyDeterminant, "X: [n, m] | logdet(cholesky(X' @ X))", "0.5*logdet(X' @ X)"),
  LawCase(.signByMagnitude, "x: [n] | sign(x)/abs(x)", "1/x"),
  LawCase(.squareOfNorm, "x: [n] | norm(x)^3/norm(x)", "sum(x^2)"),
]

@Suite("Laws of matrices")
struct MatrixLawTests {
  private static let sizes = ["n": 3, "m": 2, "k": 4]

  @Test("fire where they apply, give what they say, and keep the value", arguments: cases)
  fileprivate func firing(item: LawCase) throws {
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
