import ADCKit
import Testing

/// Values of operators at single points, by SciPy and by hand.
@Suite struct OperatorValueTests {
  private static let values: [(String, Double)] = [
    ("leaky_relu(-2)", -0.02),
    ("leaky_relu(-2, 0.2)", -0.4),
    ("leaky_relu(3)", 3.0),
    ("elu(-1)", -0.6321205588285577),
    ("elu(-1, 2)", -1.2642411176571153),
    ("elu(2)", 2.0),
    ("selu(-1)", -1.1113307378125625),
    ("selu(1)", 1.0507009873554805),
    ("gelu(-3)", -0.00404969409489028),
    ("gelu(0.5)", 0.34573123063700656),
    ("gelu(-10)", -7.61985302416047e-23),
    ("gelu_tanh(0.5)", 0.34571400982514394),
    ("silu(1.5)", 1.2263617142904655),
    ("mish(1.5)", 1.4033782663958028),
    ("hard_sigmoid(1)", 0.6666666666666666),
    ("hard_sigmoid(-4)", 0.0),
    ("hard_sigmoid(4)", 1.0),
    ("hard_tanh(-2)", -1.0),
    ("hard_tanh(0.5)", 0.5),
    ("softsign(-3)", -0.75),
    ("huber(0.5)", 0.125),
    ("huber(-3)", 2.5),
    ("huber(3, 2)", 4.0),
    ("hinge(0.3, 1)", 0.7),
    ("hinge(2, 1)", 0.0),
    ("sigmoid_cross_entropy(1.3, 1)", 0.24100845383299221),
    ("sigmoid_cross_entropy(1.3, 0)", 1.5410084538329922),
    ("softmax_cross_entropy([1, -0.5, 2], [0, 1, 0])", 2.871539031852683),
    ("cosine_similarity([1, 2, 3], [-1, 0.5, 2])", 0.6998542122237652),
    ("kl_divergence([0.2, 0.8, 0], [0.5, 0.25, 0.25])", 0.7472625014697136),
    ("mse([1, 2], [3, 5])", 6.5),
    ("mae([1, 2], [3, 5])", 2.5),
    ("layer_norm([1, 2, 6])[2]", 1.3887286617360581),
    ("normal_logpdf(0.7, 0.2, 1.5)", -1.3799591968683926),
    ("lognormal_logpdf(0.7, 0.2, 1.5)", -1.0365924736428136),
    ("exponential_logpdf(0.7, 1.5)", -0.6445348918918357),
    ("exponential_logpdf(-1, 2)", -.infinity),
    ("gamma_logpdf(0.7, 2.5, 1.5)", -0.8560325161106068),
    ("beta_logpdf(0.7, 2.5, 1.5)", 0.4908600183193146),
    ("student_t_logpdf(0.7, 4, 0.2, 1.5)", -1.4547917965901767),
    ("laplace_logpdf(0.7, 0.2, 1.5)", -1.431945622001443),
    ("cauchy_logpdf(0.7, 0.2, 1.5)", -1.6555555096153909),
    ("bernoulli_logit_logpmf(1, 0.4)", -0.5130152523999526),
    ("poisson_log_logpmf(3, 0.4)", -2.083584166869325),
    ("categorical_logit_logpmf(2, [1, -0.5, 2])", -0.371539031852683),
    ("median([3, -1, 2, 7, 0.5, 2.5])", 2.25),
    ("quantile([3, -1, 2, 7, 0.5, 2.5], 0.3)", 1.25),
    ("quantile([3, -1, 2, 7, 0.5, 2.5], 1)", 7.0),
    ("quantile([3, -1, 2, 7, 0.5, 2.5], 0)", -1.0),
    ("median([4, 1, 2])", 2.0),
    ("sort([3, -1, 2, 7, 0.5, 2.5])[1]", 0.5),
    ("argsort([3, -1, 2, 7, 0.5, 2.5])[0]", 1.0),
    ("flip([3, -1, 2, 7, 0.5, 2.5])[0]", 2.5),
    ("roll([3, -1, 2, 7, 0.5, 2.5], 2)[0]", 0.5),
    ("roll([3, -1, 2, 7, 0.5, 2.5], -1)[0]", -1.0),
    ("repeat([1, 2], 3)[3]", 2.0),
    ("tile([1, 2], 3)[3]", 2.0),
    ("flatten([[1, 2], [3, 4]])[2]", 3.0),
    ("norm1([[1, -2], [3, -4]])", 10.0),
    ("norm_inf([[1, -2], [3, -4]])", 4.0),
    ("sumsq([1, 2, 3])", 14.0),
    ("count([1, 0, 3])", 2.0),
    ("norm_p([3, -4, 5], 3)", 5.999999999999999),
    ("norm_p([3e200, 4e200], 2)", 5e+200),
    ("norm_p([0, 0], 3)", 0.0),
    ("trace([[1, 2], [3, 4]])", 5.0),
    ("det([[1, 2], [3, 4]])", -2.0),
    ("logdet([[1, 2], [3, 4]])", 0.6931471805599453),
    ("inv([[1, 2], [3, 4]])[1, 0]", 1.5),
    ("solve([[2, 1], [1, 3]], [3, 5])[0]", 0.8),
    ("cholesky([[4, 2], [2, 5]])[1, 1]", 2.0),
    ("adjugate([[1, 2], [2, 4]])[0, 1]", -2.0),
    ("pinv([[1], [2]])[0, 1]", 0.4),
    ("lstsq([[1, 0], [1, 1], [1, 2]], [1, 2, 4])[1]", 1.5),
    ("cross([1, 2, 3], [4, 5, 6])[1]", 6.0),
    ("kron([[1, 2]], [[0, 3]])[0, 3]", 6.0),
    ("tril([[1, 2], [3, 4]])[0, 1]", 0.0),
    ("triu([[1, 2], [3, 4]])[0, 1]", 2.0),
    ("diag([1, 2])[1, 1]", 2.0),
    ("diag([[1, 2], [3, 4]])[1]", 4.0),
    ("quad_form([[1, 2], [3, 4]], [1, 2])", 27.0),
    ("solve_lower([[2, 9], [1, 4]], [2, 5])[1]", 1.0),
    ("solve_upper([[2, 1], [9, 4]], [3, 4])[0]", 1.0),
    ("conv1d([[1, 2, 3, 4]], [[[1, -1]]])[0, 2]", -1.0),
    ("conv1d([[1, 2, 3, 4]], [[[1, -1]]], stride: 2, padding: 1)[0, 2]", 4.0),
    ("max_pool([[1, 5, 2, 0], [3, 4, 1, 9]], size: 2)[0, 1]", 9.0),
    ("avg_pool([1, 5, 2, 0], size: [2], stride: 1)[1]", 3.5),
    ("windows([1, 2, 3, 4], [2], stride: 2)[1, 1]", 4.0),
    ("overlap_add([[1, 2, 3], [4, 5, 6]], [4])[1]", 6.0),
    ("sum(i in 0..<4, j in 0..<i: 10*i + j)", 144.0),
    ("sum(i in 0..<4: sum(j in 0..<i: [1, 2, 3, 4][i - j - 1]))", 10.0),
    ("sum(i in 0..<3, j in i...2, k in 0..<j - i: [1, 2, 3][j - k - 1])", 6.0),
    ("prod(i in 1...3, j in 1...i: j)", 12.0),
    ("max(i in 0..<3, j in 0..<i: j - 5*i)", -5.0),
    ("sum(i in 0..<1, j in 0..<i: 1/i)", 0.0),
    ("[i in 0..<3: sum(j in 0..<i: j)][2]", 1.0),
    ("sum(i in 0..<4: if i < 3 then [1, 2, 3][i] else 0)", 6.0),
    ("sum(i in 0..<3: if i == 0 then 5 else if i > 1 then [1, 2, 3][i - 2] else [7, 8][i])", 14.0),
    ("sum(i in 0..<3, j in 0..<3: if j < i then [4, 5, 6][i*(i - 1)/2 + j] else 0)", 15.0),
    ("scan(t in 0..<4, h = 1: if t > 0 then h + [1, 2, 3][t - 1] else h)[-1]", 7.0),
    ("scan(t in 0..<4, h = 1: h + sum(k in 0..<t: [0, 1, 2][t - k - 1]))[-1]", 5.0),
  ]

  @Test(arguments: values.indices)
  func value(place: Int) throws {
    let (text, expected) = Self.values[place]
    let found = try Formula(text).value()
    if expected.isFinite {
      let isClose = (found - expected).magnitude <= 1e-13 * max(1, expected.magnitude)
      #expect(isClose, "\(text): \(found), should be \(expected)")
    } else {
      #expect(found == expected || (found.isNaN && expected.isNaN), "\(text): \(found)")
    }
  }

  @Test(arguments: [
    "inv([1, 2])", "inv([[1, 2, 3], [4, 5, 6]])", "solve([[1, 2], [3, 4]], [1, 2, 3])",
    "det(3)", "kron([1, 2], [3, 4])", "cross([1, 2], [3, 4])", "conv2d([[1]], [[1]])",
    "conv1d([[1, 2]], [[[1, 2, 3]]])", "conv1d([[1, 2]], [[[1]], [[1]]], stride: 0)",
    "max_pool([1, 2, 3])", "max_pool([[1, 2], [3, 4]], size: 3)", "windows([1, 2, 3], [0])",
    "windows([1, 2, 3], [2, 2])", "overlap_add([[1, 2]], [5])", "quantile([[1, 2], [3, 4]], 0.5)",
    "roll([1, 2, 3], 4)", "repeat([1, 2], -1)", "repeat([1, 2], 0.5)", "take_along([1, 2], [1])",
    "sort(3)", "tril([1, 2])", "softmax_cross_entropy([1, 2], [1])", "flip(2)",
    "sum(i in 0..<3, j in 0..<i: [1, 2][i + j])", "quantile([1, 2, 3], 1.5)",
    "var([1, 2, 3], ddof: 3)", "std([1, 2, 3], ddof: -1)",
    "conv1d([[1, 2, 3]], [[[1]]], stride: [1, 2])", "max_pool([[1]], size: 1e300)",
  ])
  func refuses(_ text: String) {
    #expect(throws: ModelError.self, "\(text)") { try Formula(text).value() }
  }

  /// What is not within a range that changes with another index does not count, at no order.
  @Test(arguments: [(2.0, 23.0), (0.0, 3.0)])
  func trianglesAreDifferentiated(_ point: Double, _ expected: Double) throws {
    let sum = try Formula("sum(i in 1...4, j in 1...i: x^(i - j))").derivative(by: "x")
    #expect(try sum.value(at: ["x": point]) == expected)
  }

  /// An index or an order is no number to move a little; one that is rounded counts as constant.
  @Test(arguments: [
    "polygamma(ORDER, 2)", "[1, 2, 3][ORDER]", "take_along([1, 2], [ORDER, 0], axis: 0)[0]",
  ])
  func wholeNumbersHaveNoDerivatives(_ text: String) throws {
    func derivative(by order: String) throws -> Double {
      try Formula(text.replacing("ORDER", with: order)).derivative(by: "x").value(at: ["x": 1])
    }
    #expect(throws: ModelError.self) { try derivative(by: "x") }
    #expect(try derivative(by: "round(x)") == 0)
  }
}
