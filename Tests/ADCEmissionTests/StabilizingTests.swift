import ADCCalculus
import TestSupport
import Testing

/// An expression that loses digits, and the form that a law gives it.
private struct StableCase: Sendable, CustomTestStringConvertible {
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

private let cases = [
  StableCase(.softplusOfLog, "log(1 + exp(x))", "softplus(x)"),
  StableCase(.softplusOfLog, "3*log(exp(2*x) + 1)", "3*softplus(2*x)"),
  StableCase(.log1p, "log(1 + x)", "log1p(x)"),
  StableCase(.log1p, "log(1 - x^2)", "log1p(-x^2)"),
  StableCase(.expm1, "exp(x) - 1", "expm1(x)"),
  StableCase(.expm1, "2 - 2*exp(-x*y)", "-2*expm1(-x*y)"),
  StableCase(.logOfSigmoid, "log(sigmoid(x))", "-softplus(-x)"),
  StableCase(.logOfSigmoid, "log(1 - sigmoid(x))", "-softplus(x)"),
  StableCase(.logistic, "1/(1 + exp(-x))", "sigmoid(x)"),
  StableCase(.logistic, "exp(x)/(1 + exp(x))", "sigmoid(x)"),
  StableCase(.logistic, "y/(1 + exp(2 - 3*x))", "y*sigmoid(3*x - 2)"),
  StableCase(.logistic, "exp(x)/(1 + exp(x))^2", "sigmoid(-x)*sigmoid(x)"),
  StableCase(.logistic, "exp(x)/(exp(x) + exp(y))", "sigmoid(x - y)"),
  StableCase(.complement, "1 - erf(x)", "erfc(x)"),
  StableCase(.complement, "1 - erfc(x)", "erf(x)"),
  StableCase(.complement, "1 - sigmoid(x)", "sigmoid(-x)"),
  StableCase(.complement, "1 - tanh(x)", "2*sigmoid(-2*x)"),
  StableCase(.hyperbolicPair, "exp(x) - exp(-x)", "2*sinh(x)"),
  StableCase(.hyperbolicPair, "exp(-x)/2 + exp(x)/2", "cosh(x)"),
  StableCase(.exponentialPair, "cosh(x) - sinh(x)", "exp(-x)"),
  StableCase(.exponentialPair, "2*sinh(x) + 2*cosh(x)", "2*exp(x)"),
  StableCase(.halfArgument, "(exp(2*x) - 1)/(exp(2*x) + 1)", "tanh(x)"),
  StableCase(.halfArgument, "(1 - exp(-x))/(1 + exp(-x))", "tanh(x/2)"),
  StableCase(.halfArgument, "(1 - cos(x))/sin(x)", "tan(x/2)"),
  StableCase(.exponentialQuotient, "x*exp(x)/(exp(x) - 1)", "-x/expm1(-x)"),
  StableCase(.logOfBeta, "log(beta(x, y))", "lbeta(x, y)"),
  StableCase(.logistic, "2^x/(1 + 2^x)", "1/(1 + 2^-x)"),
  StableCase(.softplusOfLog, "log2(1 + 2^x)", "softplus(x*log(2))/log(2)"),
  StableCase(.complement, "1 - normal_cdf(x)", "normal_cdf(-x)"),
  StableCase(.lessOne, "cosh(x) - 1", "coshm1(x)"),
  StableCase(.lessOne, "1 - cos(x)", "-cosm1(x)"),
  StableCase(.logOfCosh, "log(cosh(x))", "log_cosh(x)"),
  StableCase(.logOfCosh, "log(1 - tanh(x)^2)", "-2*log_cosh(x)"),
  StableCase(.logOfOneLessExponential, "log(1 - exp(-x))", "log1mexp(-x)"),
  StableCase(.logOfOneLessExponential, "log1p(-exp(-x))", "log1mexp(-x)"),
  StableCase(.logOfExponentialLessOne, "log(exp(x) - 1)", "x + log1mexp(-x)"),
  StableCase(.logOfExponentialDifference, "log(exp(x) - exp(y))", "x + log1mexp(y - x)"),
  StableCase(.softplusOfLog, "log1p(exp(x))", "softplus(x)"),
  StableCase(.logOfSigmoid, "log1p(-sigmoid(x))", "-softplus(x)"),
  StableCase(.logOfExponentials, "log(exp(x) + exp(y))", "logaddexp(x, y)"),
  StableCase(.logOfSumOfExponentials, "v: [n] | log(sum(exp(v)))", "logsumexp(v)"),
  StableCase(
    .logOfSumOfExponentials, "v: [n], w: [n] | log(sum(sigmoid(w)*exp(v)))",
    "logsumexp(v - softplus(-w))"),
  StableCase(
    .logOfSumOfExponentials, "v: [n] | log(1 + sum(exp(v)))", "softplus(logsumexp(v))"),
  StableCase(
    .logOfSumOfExponentials, "v: [n], w: [n] | log(sum(exp(v)) + sum(exp(w)))",
    "logaddexp(logsumexp(v), logsumexp(w))"),
  StableCase(
    .logOfSumOfExponentials, "v: [n] | log(mean(exp(-v^2)))", "logsumexp(-v^2) - log(n)"),
  StableCase(
    .logOfSoftmax, "v: [n], k: [m] | sum(log(gather(softmax(v), k)))",
    "sum(gather(log_softmax(v), k))"),
  StableCase(
    .logOfSoftmax, "A: [n, 3], y: [n, 3] | sum(y*log(softmax(A)))", "sum(y*log_softmax(A))"),
  StableCase(.logOfExponentialProduct, "log(exp(-x^2)/y)", "-x^2 - log(y)"),
  StableCase(
    .logOfExponentialProduct, "v: [3] | log(exp(v[0])/sum(exp(v)))", "v[0] - logsumexp(v)"),
  StableCase(.logOfProduct, "v: [n] | log(prod(sigmoid(v)))", "-sum(softplus(-v))"),
  StableCase(.hypotenuse, "sqrt(x^2 + y^2)", "hypot(x, y)"),
  StableCase(.conjugateRoots, "sqrt(x + 1) - sqrt(x)", "1/(sqrt(x + 1) + sqrt(x))"),
  StableCase(.fractionDifference, "1/x - 1/(x + 1)", "1/(x*(x + 1))"),
  StableCase(.angleDifference, "atan(x + 1) - atan(x)", "atan2(1, 1 + x*(x + 1))"),
  StableCase(.logDifference, "log(softplus(x) + 2) - log(softplus(x))", "log1p(2/softplus(x))"),
  StableCase(.perfectSquare, "x^2 + y^2 - 2*x*y", "(x - y)^2"),
]

@Suite("Laws that keep digits")
struct StabilizingTests {
  @Test("A law writes the form that keeps them", arguments: cases)
  fileprivate func form(_ example: StableCase) throws {
    var reading = try Reading(example.before)
    let result = Simplifier.simplify(&reading.graph, [reading.node])
    #expect(Written(reading.graph, result.roots).roots[0] == example.after)
    #expect(result.firings[example.law, default: 0] > 0)
  }

  @Test("A function of a view is the view of its stable form")
  func views() throws {
    var graph = ExpressionGraph()
    let n = Dimension(named: "n")
    let x = graph.symbol(Symbol(name: "x", role: .variable, shape: Shape([n, 3])))
    let one = graph.constant(1)
    let sum = graph.insert(.add, [one, graph.insert(.exp, [x])])
    let turned = graph.insert(.transpose, [sum])
    let log = graph.insert(.log, [turned])
    let root = Simplifier.simplify(&graph, [log]).roots[0]
    let softplus = try #require(Catalogue.id(named: "softplus"))
    let expected = graph.insert(.transpose, [graph.insert(softplus, [x])])
    #expect(root == expected)
  }

  @Test("Every law that keeps digits has an example")
  func isComplete() {
    let shown = Set(cases.map(\.law))
    #expect(Law.stabilizing.allSatisfy { shown.contains($0) })
  }
}
