import ADCKit
import ADCSyntax
import ADCTraining
import TestSupport
import Testing

/// Expressions of every kind that people write: what cancels, what overflows, what does neither.
private let expressions = [
  "x^2 - 3*x + 2", "x^3 - 6*x^2 + 11*x - 6", "(x + 1)^5/(x - 2)", "x/(1 + x^2)", "1/x - 1/(x + 1)",
  "x^2 + y^2 - 2*x*y", "(x - y)/(x + y)", "x*y + y/x - 3", "2*x/(3*y)*x", "x^0.5*x^1.5",
  "sqrt(x + 1) - sqrt(x)", "sqrt(x^2 + 1) - x", "sqrt(x^2 + y^2)", "x - sqrt(x^2 - 1)",
  "(-y + sqrt(y^2 - 4*x))/2", "cbrt(x + 1) - cbrt(x)", "abs(x)*sqrt(abs(x))", "max(x, y)^2 - x",
  "exp(x) - 1", "(exp(x) - 1)/x", "(exp(x) - 1 - x)/x^2", "exp(x) - exp(-x)", "exp(x)/(1 + exp(x))",
  "exp(-x^2/2)/sqrt(2*pi)", "exp(x + y)/exp(x)", "x*exp(-x)*y", "2^x - 3^x", "x^x - 1",
  "exp(x) - 2",
  "log(1 + x)", "log(1 + exp(x))", "log(x + 1) - log(x)", "log(x)^2 - 1", "log(x^2 + y^2)/2",
  "log(exp(x) + exp(y))", "x*log(x) - x", "log(x) - 1", "log(x*y) - log(y)", "log2(x) + log10(x)",
  "-log(1/(1 + exp(-x)))", "x*log(y) + (1 - x)*log(1 - y)", "log(cosh(x))", "log(1 - exp(-x))",
  "(1 - cos(x))/x^2", "sin(x)/x", "(x - sin(x))/x^3", "1 - cos(x)", "sin(x) - cos(x)", "tan(x) - 1",
  "cos(x) - x", "sin(x)^2 + cos(x)^2 - 1", "sin(x + y) - sin(x)", "tan(x)*cos(x)",
  "sin(2*x)/cos(x)",
  "asin(x) - acos(x)", "atan(x + 1) - atan(x)", "atan2(y, x) - atan(y/x)", "acos(1 - x)",
  "tanh(x) - x", "1 - tanh(x)", "1 - tanh(x)^2", "cosh(x) - 1", "sinh(x)/cosh(x)",
  "asinh(x) - log(x)",
  "acosh(x) - log(2*x)", "atanh(x) - x", "cosh(x)^2 - sinh(x)^2", "coth(x) - 1/x",
  "1 - erf(x)", "erf(x + y) - erf(x)", "exp(x^2)*erfc(x)", "x*erfc(x)", "lgamma(x + 1) - lgamma(x)",
  "digamma(x) - log(x)", "gamma(x)*x", "lgamma(x)", "sigmoid(x)*(1 - sigmoid(x))",
  "softplus(x) - x",
  "silu(x)", "relu(x - 1)^2", "(1 - x)^2 + 100*(y - x^2)^2", "if x > 0 then sqrt(x) else -x",
  "x/sqrt(1 - x^2)", "1/sqrt(1 - x^2) - 1", "(1 + x)^(1/x)", "hypot(x, 1) - 1",
  "x^2*y^3*exp(x - y)",
]

/// Models of the kinds that people train, with the inputs drawn where they have some.
private let models = [
  "param x = -1.2\nparam y = 1\nminimize (1 - x)^2 + 100*(y - x^2)^2",
  "param x = [3, -1, 0.5]\nminimize sum((x - mean(x))^2)/2",
  "param a = 2\nparam b = 0.3\ninput x: [n]\ninput y: [n]\nminimize sum((y - a*exp(-b*x))^2)",
  "param w: [3] = 0.5\ninput X: [n, 3]\ninput y: [n]\nminimize mean(log(1 + exp(-(y*(X @ w)))))",
  "param m = 0\nparam s = 1 in 0.01...inf\ninput x: [n]\n"
    + "minimize sum(log(s) + (x - m)^2/(2*s^2) + log(2*pi)/2)",
  "param z: [4] = [1, 2, 3, 4]\nminimize log(sum(exp(z))) - z[0]",
  "param x = 0.7\nminimize sqrt(1 + x^2) - 1 + log(1 + x^2)",
  "param a = [1, 2]\nparam b = [3, -1]\nminimize -sum(a*b)/(norm(a)*norm(b))",
  "param r = 0.5\nlet s = scan(t in 0..<6, h = 0.3: r*h*(1 - h))\nminimize sum(s^2)",
  "param w = 0.4\ninput x: [n]\nminimize mean(sigmoid(w*x)*(1 - sigmoid(w*x)) + abs(w))",
  "param x = 2\nparam y = 3\nminimize (x^2 - y^2)^2/(x^2 + y^2) + (x - y)^4",
  "param p: [3] = [0.2, 0.3, 0.5]\nminimize sum(p*log(p)) + (sum(p) - 1)^2",
]

@Suite("No rewrite makes a sample worse by more than a unit")
struct RewriteAccuracyTests {
  /// As many samples as `ADC_RANDOM` says.
  @Test("of the value or of a first derivative", arguments: expressions)
  func expression(_ text: String) throws {
    var request = AccuracyRequest(text)
    request.samples = max(RandomSeeds.count(24), 1)
    #expect(try AccuracyTask(request).worstGrowth == 0)
  }

  /// As many samples as `ADC_RANDOM` says.
  @Test("of a model's loss or of an entry of its gradient", arguments: models)
  func model(_ text: String) throws {
    let compiled = try Compiler.compile(SourceText(name: "m.ad", text: text + "\n"))
    let task = ModelTask(path: "m.ad", model: compiled)
    let accuracy = try ModelAccuracy(task, samples: max(RandomSeeds.count(24), 1), seed: 0)
    #expect(accuracy.worstGrowth == 0)
  }
}
