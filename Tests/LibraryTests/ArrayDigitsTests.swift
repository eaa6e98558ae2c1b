import ADCKit
import Testing

/// An expression that loses digits or overflows as it is written, and points where it does.
private struct DigitsCase: Sendable, CustomTestStringConvertible {
  let text: String
  let points: [Double]
  /// How far second derivatives may be off: some have no form that keeps all digits.
  let second: Double

  init(_ text: String, _ points: [Double], second: Double = 1e-12) {
    (self.text, self.points, self.second) = (text, points, second)
  }

  var testDescription: String { text }
}

private let small = [1e-100, 1e-8, -1e-8, 1e-5, 1e-3, -1e-3, 0.1, 0.7, -0.9, 1.1, 3]

private let cases = [
  DigitsCase("sin(x)/x", small + [20, 1e4]),
  DigitsCase("3*sin(2*x)/(5*x)", small), DigitsCase("x/sin(x)", small),
  DigitsCase("tan(x)/x", small),
  DigitsCase("(exp(x) - 1)/x", small + [-20, 100]),
  DigitsCase("(1 - exp(-2*x))/x", small + [20]),
  DigitsCase("x/(exp(x) - 1)", small + [-800, 40, 710, 800]),
  DigitsCase("sinh(x)/x", small), DigitsCase("x/sinh(x)", small + [40, 800, -800]),
  DigitsCase("tanh(x)/x", small + [20, -800]),
  DigitsCase("(1 - cos(x))/x^2", small + [100]),
  DigitsCase("log(1 + x)/x", [1e-100, 1e-8, -1e-8, 1e-3, -0.5, 3, 1e4]),
  DigitsCase("x/log(1 + x)", [1e-100, 1e-8, -1e-8, 1e-3, -0.5, 3, 1e4]),
  DigitsCase("(2^x - 1)/x", [1e-100, 1e-10, -1e-10, 1e-3, 0.5, -0.7, 3, 100]),
  DigitsCase("log(x + 1) - log(x)", [1e-8, 0.1, 1, 10, 1e4, 1e8, 1e15]),
  DigitsCase("log(x) - log(x + 3)", [1e-8, 0.1, 1, 10, 1e4, 1e8]),
  DigitsCase("sqrt(x^2 + 1) - x", [-3, 1e-8, 0.5, 10, 1e4, 1e8]),
  DigitsCase("x + sqrt(x^2 + 2)", [3, -1e-8, -0.5, -10, -1e4]),
  DigitsCase("sqrt(1 + x^2) - 1", [1e-100, 1e-8, 0.1, 1, 1e4]),
  DigitsCase("sqrt(1 + x) - 1", [1e-100, 1e-8, -0.5, 1, 1e4]),
  DigitsCase("1 - sqrt(1 - x^2)", [1e-100, 1e-8, -1e-6, 0.1, 0.999]),
  DigitsCase("x - sin(x)", [1e-8, -1e-3, 0.7, 20]),
  DigitsCase("tanh(x) - x", [1e-8, 1e-3, 0.7, 20]),
  DigitsCase("tan(x) - sin(x)", [1e-8, -1e-3, 0.7, 1.2, 3]),
  DigitsCase("exp(x) - 1 - x - x^2/2", [1e-8, -1e-3, 0.7, -40]),
  DigitsCase("x - log(1 + x)", [1e-8, -1e-3, 0.7, 40]),
  DigitsCase("acos(1 - x)", [1e-100, 1e-10, 0.1, 0.5, 1, 1.9]),
  DigitsCase("acosh(1 + x)", [1e-100, 1e-10, 0.1, 1, 1e9]),
  DigitsCase("asin(x)", [0.3, 0.9999999, -0.99999999999]),
  DigitsCase("2^x - 1", [1e-100, -1e-10, 0.5, -3, 100]),
  DigitsCase("exp(x)*exp(-x - 1)", [-800, 3, 800]),
  DigitsCase("(exp(2*x) - 1)/(exp(2*x) + 1)", [-800, -3, 1e-8, 0.5, 40, 800]),
  DigitsCase("2^x/(1 + 2^x)", [-1000, -3, 0.5, 40, 2000], second: .infinity),
  DigitsCase("log2(2^x + 1)", [-1000, -3, 0.5, 40, 2000]),
  DigitsCase("cosh(x) - sinh(x)", [-3, 0.5, 40, 800]),
  DigitsCase("log(sinh(x))", [0.5, 2, 40, 800]),
  DigitsCase("log(erfc(x))", [-5, -0.5, 1e-10, 0.4, 2, 10, 30, 1e4]),
  DigitsCase("exp(x^2)*erfc(x)", [-5, 0.5, 2, 10, 30, 1e4]),
  DigitsCase("log(normal_cdf(x))", [-1e4, -50, -10, -0.5, 0.5, 2, 10, 30]),
  DigitsCase("log(1 - normal_cdf(x))", [1e4, 50, 10, 0.5, -0.5, -2]),
  DigitsCase("normal_pdf(x)/normal_cdf(-x)", [-10, 0.5, 3, 50], second: 1e-7),
  DigitsCase("log(gamma(x))", [0.5, 2.5, 20, 200]),
  DigitsCase("log(x^2)", [1e200, 1e-200, -3, 1.0000001]),
  DigitsCase("log(x^100)", [1e10, 1e-10, -3, 1.0000001]),
  DigitsCase("logit(sigmoid(x))", [-40, 0.5, 40, 800]),
  DigitsCase("exp(-exp(x))", [-800, 0.5, 3, 800], second: .infinity),
  DigitsCase("tanh(exp(x))", [-800, 0.5, 3, 800], second: .infinity),
  DigitsCase("sigmoid(exp(x))", [-800, 0.5, 3, 800], second: .infinity),
  DigitsCase("atan(exp(x))", [-800, 0.5, 3, 800], second: .infinity),
  DigitsCase("coth(x)", [1e-5, 0.5, 3, 20, 300]), DigitsCase("log1mexp(x)", [-800, -3, -1e-10]),
  DigitsCase("softsign(x)", [-1e10, -1, 0.5, 1e5]), DigitsCase("hypot(x, 1)", [1e-5, 2]),
  DigitsCase("(1 - cos(x))/sin(x)", [1e-100, 1e-5, 0.5, 2]),
  DigitsCase("gamma(x + 0.5)/gamma(x)", [0.5, 20, 200, 1e5], second: 1e-9),
  DigitsCase("lbeta(x, 1.5)", [0.5, 20, 1e10, 1e15], second: .infinity),
  DigitsCase("lchoose(x, 2)", [7, 1e10, 1e15], second: .infinity),
]

/// Models over arrays compute in doubles alone: what their numbers would lose is kept by the forms
/// that are computed, and formulas of numbers, which are computed with as many digits as they need,
/// tell what is right.
@Suite struct ArrayDigitsTests {
  @Test(arguments: cases)
  fileprivate func valuesAndDerivatives(_ item: DigitsCase) throws {
    let formula = try Formula(item.text)
    let first = try formula.derivative(by: "x")
    let numbers = item.points.map { "\($0)" }.joined(separator: ", ")
    let ones = item.points.map { _ in "1" }.joined(separator: ", ")
    let text =
      "param x = [\(numbers)]\nparam c = [\(ones)]\nminimize sum(c*(\(item.text)))\n"
    let gradient = try Model(parsing: text).valueAndGradient().gradient
    let plain = try Model(parsing: "param x = [\(numbers)]\nminimize sum(\(item.text))\n")
    let alone = try plain.valueAndGradient().gradient["x"]
    for (place, point) in item.points.enumerated() {
      let value = try formula.value(at: ["x": point])
      let slope = try first.value(at: ["x": point])
      expect(gradient["c"]?.values[place], value, 1e-13, item, "value at \(point)")
      expect(gradient["x"]?.values[place], slope, 1e-13, item, "times a factor at \(point)")
      expect(alone?.values[place], slope, 1e-13, item, "at \(point)")
    }
    guard item.second.isFinite else { return }
    let second = try first.derivative(by: "x")
    let hessian = try plain.hessian()
    for (place, point) in item.points.enumerated() {
      let curvature = try second.value(at: ["x": point])
      expect(hessian[place, place], curvature, item.second, item, "second at \(point)")
    }
  }

  private func expect(
    _ value: Double?, _ wanted: Double, _ tolerance: Double, _ item: DigitsCase, _ what: String
  ) {
    guard let value, wanted.isFinite else { return }
    let isClose =
      (value - wanted).magnitude <= tolerance * wanted.magnitude
      || max(value.magnitude, wanted.magnitude) < 1e-290
    #expect(isClose, "\(item.text), \(what): \(value) in the place of \(wanted)")
  }

  @Test("Shapes and views are no hindrance")
  func views() throws {
    let text = """
      param A = [[0.00001, 0.7], [0.001, 3]]
      param b = 0.5
      minimize sum(sin(A')/A') + sum(sin(b*A[0])/(b*A[0])) + sum(reshape(exp(A) - 1, [4])/reshape(A, [4]))
      """
    let gradient = try Model(parsing: text + "\n").valueAndGradient().gradient
    let formula = try Formula("sin(x)/x + (exp(x) - 1)/x").derivative(by: "x")
    let row = try Formula("sin(x/2)/(x/2)").derivative(by: "x")
    for (place, x) in [0.00001, 0.7, 0.001, 3].enumerated() {
      let extra = place < 2 ? try row.value(at: ["x": x]) : 0
      let wanted = try formula.value(at: ["x": x]) + extra
      let value = try #require(gradient["A"]?.values[place])
      #expect((value - wanted).magnitude <= 1e-14 * max(1, wanted.magnitude))
    }
  }

  @Test("The gradient of a long product is linear and has no division")
  func products() throws {
    let numbers = (0..<40).map { $0 == 7 ? "0" : "\(1 + 0.01 * Double($0))" }
    let gradient = try Model(
      parsing: "param x = [\(numbers.joined(separator: ", "))]\nminimize prod(x)\n"
    ).valueAndGradient().gradient
    var others = 1.0
    for place in 0..<40 where place != 7 { others *= 1 + 0.01 * Double(place) }
    for place in 0..<40 {
      let value = try #require(gradient["x"]?.values[place])
      let wanted = place == 7 ? others : 0
      #expect((value - wanted).magnitude <= 1e-13 * wanted)
    }
    let many = try Model(parsing: "param x: [100000] = 1\nminimize prod(x)\n")
      .valueAndGradient().gradient
    #expect(many["x"]?.values.allSatisfy { $0 == 1 } ?? false)
  }
}
