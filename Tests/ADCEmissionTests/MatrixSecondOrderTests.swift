import ADCCalculus
import TestSupport
import Testing

/// A function of a matrix with its second derivative along E by hand.
private struct SecondDerivative: CustomTestStringConvertible {
  let function: String
  let byHand: String

  init(_ function: String, _ byHand: String) { (self.function, self.byHand) = (function, byHand) }

  var testDescription: String { function }
}

// With M = inv(A): d M = -M E M, so d log det(A) = tr(M E) and d² M = 2 M E M E M.
// With the lower half P of inv(L) E inv(L)' and its diagonal halved, d L = L P, and inv(L) E
// inv(L)' changes by -P S - S P' (Murray 2016, equations 8 and 10).
private let half = "(tril(ones(n, n)) - 0.5*eye(n))"
private let factor = "inv(cholesky(A))"
private let lower = "(\(half)*(\(factor) @ E @ \(factor)'))"
private let moved =
  "(\(half)*(\(lower) @ \(factor) @ E @ \(factor)' + \(factor) @ E @ \(factor)' @ \(lower)'))"

private let cases = [
  SecondDerivative("logdet(A)", "-trace(inv(A) @ E @ inv(A) @ E)"),
  SecondDerivative("sum(W*inv(A))", "2*sum(W*(inv(A) @ E @ inv(A) @ E @ inv(A)))"),
  SecondDerivative("u @ solve(A, v)", "2*(u @ inv(A) @ E @ inv(A) @ E @ inv(A) @ v)"),
  SecondDerivative("sum(W*solve(A, W))", "2*sum(W*(inv(A) @ E @ inv(A) @ E @ inv(A) @ W))"),
  SecondDerivative(
    "sum(W*cholesky(A))", "sum(W*(cholesky(A) @ (\(lower) @ \(lower) - \(moved))))"),
  SecondDerivative("det(A)", "det(A)*(trace(inv(A) @ E)^2 - trace(inv(A) @ E @ inv(A) @ E))"),
  SecondDerivative(
    "log(v @ solve(A, v))",
    "2*(v @ inv(A) @ E @ inv(A) @ E @ inv(A) @ v)/(v @ inv(A) @ v)"
      + " - ((v @ inv(A) @ E @ inv(A) @ v)/(v @ inv(A) @ v))^2"),
]

@Suite("Second derivatives of functions of matrices")
struct MatrixSecondOrderTests {
  private static let declarations = "A: [n, n], E: [n, n], W: [n, n], u: [n], v: [n] | "
  private static let size = 4

  /// Positive definite and symmetric, as `cholesky` takes it, and directions that are so too.
  private static let values: [String: [Double]] = {
    var random = SeededGenerator(seed: 5)
    func draw(_ count: Int) -> [Double] {
      (0..<count).map { _ in Double.random(in: -1...1, using: &random) }
    }
    func symmetric(_ diagonal: Double) -> [Double] {
      let x = draw(size * size)
      return (0..<size * size).map { place in
        let (row, column) = (place / size, place % size)
        return x[place] + x[column * size + row] + (row == column ? diagonal : 0)
      }
    }
    return [
      "A": symmetric(6), "E": symmetric(0), "W": draw(size * size), "u": draw(size),
      "v": draw(size),
    ]
  }()

  private func value(_ text: String, moved: Double = 0) throws -> Double {
    let reading = try Reading(Self.declarations + text)
    var values = Self.values
    values["A"] = zip(values["A"] ?? [], values["E"] ?? []).map { $0 + moved * $1 }
    var (graph, node) = (reading.graph, reading.node)
    node = Simplifier.simplify(&graph, [node]).roots[0]
    let prepared = graph.prepare([node])
    return ReferenceEvaluator(
      graph: graph, sizes: ["n": Self.size],
      symbols: graph.symbols.map { values[$0.name] ?? [] }
    ).evaluate(prepared)[0].values[0]
  }

  @Test("agree with hand formulas and differences, whatever the sweeps", arguments: cases)
  private func secondDerivatives(of function: SecondDerivative) throws {
    let slope = "sum(grad(\(function.function), A)*E)"
    let byDifferences = try Differences.derivative(at: 0, step: 0.02) { moved in
      try value(slope, moved: moved)
    }
    let byHand = try value(function.byHand)
    let scale = max(1, byHand.magnitude)
    #expect((byHand - byDifferences).magnitude <= 1e-8 * scale)
    let sweeps = [
      "sum(grad(\(slope), A)*E)", "sum(hvp(\(function.function), A, E)*E)",
      "jvp(\(slope), A, E)", "sum(jvp(grad(\(function.function), A), A, E)*E)",
      "jvp(jvp(\(function.function), A, E), A, E)",
    ]
    for sweep in sweeps {
      let found = try value(sweep)
      #expect((found - byHand).magnitude <= 1e-11 * scale, "\(sweep)")
    }
  }
}
