import ADCCalculus
import TestSupport
import Testing

private let cases = [
  LawCase(.softplusOfLog, "log(1 + exp(x))", "softplus(x)"),
  LawCase(.softplusOfLog, "3*log(exp(2*x) + 1)", "3*softplus(2*x)"),
  LawCase(.log1p, "log(1 + x)", "log1p(x)"),
  LawCase(.log1p, "log(1 - x^2)", "log1p(-x^2)"),
  LawCase(.expm1, "exp(x) - 1", "expm1(x)"),
  LawCase(.expm1, "2 - 2*exp(-x*y)", "-2*expm1(-x*y)"),
  LawCase(.logOfSigmoid, "log(sigmoid(x))", "-softplus(-x)"),
  LawCase(.logOfSigmoid, "log(1 - sigmoid(x))", "-softplus(x)"),
  LawCase(.logistic, "1/(1 + exp(-x))", "sigmoid(x)"),
  LawCase(.logistic, "exp(x)/(1 + exp(x))", "sigmoid(x)"),
  LawCase(.logistic, "y/(1 + exp(2 - 3*x))", "y*sigmoid(3*x - 2)"),
  LawCase(.logistic, "exp(x)/(1 + exp(x))^2", "sigmoid(-x)*sigmoid(x)"),
  LawCase(.logistic, "exp(x)/(exp(x) + exp(y))", "sigmoid(x - y)"),
  LawCase(.complement, "1 - erf(x)", "erfc(x)"),
  LawCase(.complement, "1 - erfc(x)", "erf(x)"),
  LawCase(.complement, "1 - sigmoid(x)", "sigmoid(-x)"),
  LawCase(.complement, "1 - tanh(x)", "2*sigmoid(-2*x)"),
  LawCase(.hyperbolicPair, "exp(x) - exp(-x)", "2*sinh(x)"),
  LawCase(.hyperbolicPair, "exp(-x)/2 + exp(x)/2", "cosh(x)"),
  LawCase(.exponentialPair, "cosh(x) - sinh(x)", "exp(-x)"),
  LawCase(.exponentialPair, "2*sinh(x) + 2*cosh(x)", "2*exp(x)"),
  LawCase(.halfArgument, "(exp(2*x) - 1)/(exp(2*x) + 1)", "tanh(x)"),
  LawCase(.halfArgument, "(1 - exp(-x))/(1 + exp(-x))", "tanh(x/2)"),
  LawCase(.halfArgument, "(1 - cos(x))/sin(x)", "tan(x/2)"),
  LawCase(.exponentialQuotient, "x*exp(x)/(exp(x) - 1)", "-x/expm1(-x)"),
  LawCase(.logOfBeta, "log(beta(x, y))", "lbeta(x, y)"),
  LawCase(.logistic, "2^x/(1 + 2^x)", "1/(1 + 2^-x)"),
  LawCase(.softplusOfLog, "log2(1 + 2^x)", "softplus(x*log(2))/log(2)"),
  LawCase(.complement, "1 - normal_cdf(x)", "normal_cdf(-x)"),
  LawCase(.lessOne, "cosh(x) - 1", "coshm1(x)"),
  LawCase(.lessOne, "1 - cos(x)", "-cosm1(x)"),
  LawCase(.logOfCosh, "log(cosh(x))", "log_cosh(x)"),
  LawCase(.logOfCosh, "log(1 - tanh(x)^2)", "-2*log_cosh(x)"),
  LawCase(.logOfOneLessExponential, "log(1 - exp(-x))", "log1mexp(-x)"),
  LawCase(.logOfOneLessExponential, "log1p(-exp(-x))", "log1mexp(-x)"),
  LawCase(.logOfExponentialLessOne, "log(exp(x) - 1)", "x + log1mexp(-x)"),
  LawCase(.logOfExponentialDifference, "log(exp(x) - exp(y))", "x + log1mexp(y - x)"),
  LawCase(.softplusOfLog, "log1p(exp(x))", "softplus(x)"),
  LawCase(.logOfSigmoid, "log1p(-sigmoid(x))", "-softplus(x)"),
  LawCase(.logOfExponentials, "log(exp(x) + exp(y))", "logaddexp(x, y)"),
  LawCase(.logOfSumOfExponentials, "v: [n] | log(sum(exp(v)))", "logsumexp(v)"),
  LawCase(
    .logOfSumOfExponentials, "v: [n], w: [n] | log(sum(sigmoid(w)*exp(v)))",
    "logsumexp(v - softplus(-w))"),
  LawCase(
    .logOfSumOfExponentials, "v: [n] | log(1 + sum(exp(v)))", "softplus(logsumexp(v))"),
  LawCase(
    .logOfSumOfExponentials, "v: [n], w: [n] | log(sum(exp(v)) + sum(exp(w)))",
    "logaddexp(logsumexp(v), logsumexp(w))"),
  LawCase(
    .logOfSumOfExponentials, "v: [n] | log(mean(exp(-v^2)))", "logsumexp(-v^2) - log(n)"),
  LawCase(
    .logOfSoftmax, "v: [n], k: [m] | sum(log(gather(softmax(v), k)))",
    "sum(gather(log_softmax(v), k))"),
  LawCase(
    .logOfSoftmax, "A: [n, 3], y: [n, 3] | sum(y*log(softmax(A)))", "sum(y*log_softmax(A))"),
  LawCase(.logOfExponentialProduct, "log(exp(-x^2)/y)", "-x^2 - log(y)"),
  LawCase(
    .logOfExponentialProduct, "v: [3] | log(exp(v[0])/sum(exp(v)))", "v[0] - logsumexp(v)"),
  LawCase(.logOfProduct, "v: [n] | log(prod(sigmoid(v)))", "-sum(softplus(-v))"),
  LawCase(.hypotenuse, "sqrt(x^2 + y^2)", "hypot(x, y)"),
  LawCase(.conjugateRoots, "sqrt(x + 1) - sqrt(x)", "1/(sqrt(x + 1) + sqrt(x))"),
  LawCase(.fractionDifference, "1/x - 1/(x + 1)", "1/(x*(x + 1))"),
  LawCase(.angleDifference, "atan(x + 1) - atan(x)", "atan2(1, 1 + x*(x + 1))"),
  LawCase(.logDifference, "log(softplus(x) + 2) - log(softplus(x))", "log1p(2/softplus(x))"),
  LawCase(.perfectSquare, "x^2 + y^2 - 2*x*y", "(x - y)^2"),
]

@Suite("Laws that keep digits")
struct StabilizingTests {
  @Test("A law writes the form that keeps them", arguments: cases)
  fileprivate func form(_ example: LawCase) throws {
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
