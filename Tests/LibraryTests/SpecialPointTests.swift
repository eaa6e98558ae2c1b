import ADCKit
import Testing

/// Derivatives to third order of expressions at points where plain formulas have no value.
@Suite struct SpecialPointTests {
  private static let cases: [(String, Double, [Double])] = [
    ("x^2", 0, [0, 0, 2, 0]), ("x^3", 0, [0, 0, 0, 6]), ("x^1", 0, [0, 1, 0, 0]),
    ("x^2.5", 0, [0, 0, 0, .infinity]), ("sqrt(x^2)", 0, [0, 0, 0, 0]),
    ("sqrt(x^4)", 0, [0, 0, 2, 0]), ("cbrt(x^3)", 0, [0, 1, 0, 0]),
    ("x*abs(x)", 0, [0, 0, 0, 0]), ("abs(x)", 0, [0, 0, 0, 0]),
    ("x^3*log(x)", 0, [0, 0, 0, -.infinity]), ("x^4*log(x)", 0, [0, 0, 0, 0]),
    ("x^2*log(x)", 0, [0, 0, -.infinity, .infinity]),
    ("if x > 0 then sqrt(x) else 0", 0, [0, 0, 0, 0]),
    ("if x > 0 then x*log(x) else 0", 0, [0, 0, 0, 0]),
    ("if x == 0 then 1 else sin(x)/x", 0, [1, 0, 0, 0]),
    ("sinc(x)", 0, [1, 0, -1.0 / 3, 0]), ("prod([x, x, 2])", 0, [0, 0, 4, 0]),
    ("prod([x, 0, 2])", 0, [0, 0, 0, 0]), ("norm([x, 2*x])", 0, [0, 0, 0, 0]),
    ("norm([x, 0])", 3, [3, 1, 0, 0]), ("norm([x, 1])", 0, [1, 0, 1, 0]),
    ("hypot(x, 0)", 0, [0, 0, 0, 0]), ("hypot(x, 1)", 0, [1, 0, 1, 0]),
    ("norm([x, x])^2", 0, [0, 0, 4, 0]), ("abs(x)^2", 0, [0, 0, 2, 0]),
    ("norm([x, 1])*norm([x, 1])", 0, [1, 0, 2, 0]), ("cosh(abs(x))", 0, [1, 0, 1, 0]),
    ("exp(-norm([x, x])^2)", 0, [1, 0, -4, 0]), ("sqrt(sum([x, x]^2))", 0, [0, 0, 0, 0]),
    ("sqrt([x, 2*x] @ [x, 2*x])", 0, [0, 0, 0, 0]), ("sqrt(mean([x, x]^2))", 0, [0, 0, 0, 0]),
    ("sqrt(var([x, -x]))", 0, [0, 0, 0, 0]),
    ("sqrt(relu(x))", -1, [0, 0, 0, 0]), ("relu(x)*log(relu(x))", 0, [0, 0, 0, 0]),
    ("std([x, -x])", 0, [0, 0, 0, 0]),
    ("atan2(x, 0)", 0, [0, 0, 0, 0]), ("atan2(x, 1)", 0, [0, 1, 0, -2]),
    ("det([[x, x], [x, x]])", 0, [0, 0, 0, 0]),
    ("det([[x, 1, 0], [1, x, 1], [0, 1, x]])", 0, [0, -2, 0, 6]),
    ("det([[x, 0, 0], [0, x, 0], [0, 0, x]])", 0, [0, 0, 0, 6]),
    ("logsumexp([x, -x])", 0, [0.6931471805599453, 0, 1, 0]),
    ("max([x, -x, 0])", 1, [1, 1, 0, 0]),
  ]

  @Test(arguments: cases)
  func thirdOrder(_ text: String, _ x: Double, _ expected: [Double]) throws {
    var formula = try Formula(text)
    for (order, wanted) in expected.enumerated() {
      let value = try formula.value(at: ["x": x])
      let isClose = (value - wanted).magnitude <= 1e-13 * max(1, wanted.magnitude)
      #expect(value == wanted || isClose, "order \(order): \(formula)")
      if order + 1 < expected.count { formula = try formula.derivative(by: "x") }
    }
  }

  /// A model's second derivative where every power but one is infinite times 0.
  @Test(arguments: [
    "diff(sum(i in 0..<3: x^i), x, x)", "diff(sum(x^k), x, x)",
    "diff(sum(i in 0..<3: k[i]^0*x^i), x, x)",
  ])
  func exponentsOfAnArray(_ second: String) throws {
    let model = try Model(parsing: "const k = [0, 1, 2]\nparam x = 0\nminimize \(second)")
    #expect(try model.value() == 2)
  }

  private static let powers: [(Double, [String], Double)] = [
    (2.5, ["x", "x", "y"], 0), (4, ["x", "x", "y"], 0), (3, ["x", "y", "y"], 0),
    (1, ["x", "x"], 0), (1, ["x", "x", "x"], 0), (2, ["x", "x", "x"], 0), (2, ["x", "x"], 2),
    (3, ["x", "x", "x"], 6), (0.5, ["y", "y", "y"], 0), (2, ["x", "x", "y"], -.infinity),
  ]

  /// Derivatives of x^y by x and y at x = 0.
  @Test(arguments: powers)
  func powersOfZero(_ y: Double, _ by: [String], _ expected: Double) throws {
    var formula = try Formula("x^y")
    for name in by { formula = try formula.derivative(by: name) }
    #expect(try formula.value(at: ["x": 0, "y": y]) == expected)
  }
}
