import ADCTraining
import Testing

/// The solvers for smooth functions, on functions whose minima are known.
@Suite struct MinimizationTests {
  enum Method: CaseIterable { case bfgs, lbfgs, newton, newtonCG, conjugateGradient, nelderMead }

  private func minimize(
    _ method: Method, _ function: SmoothFunction, from start: [Double]
  ) throws(RunError) -> SolverResult {
    switch method {
    case .bfgs: return try NewtonMethod(.learned).minimize(function, from: start)
    case .lbfgs: return try NewtonMethod(.learnedFromLast(5)).minimize(function, from: start)
    case .newton: return try NewtonMethod(.exact).minimize(function, from: start)
    case .newtonCG: return try NewtonMethod(.products).minimize(function, from: start)
    case .conjugateGradient: return try ConjugateGradient().minimize(function, from: start)
    case .nelderMead: return try NelderMead().minimize(function, from: start)
    }
  }

  private func rosenbrock(_ box: Box) -> SmoothFunction {
    func value(_ x: [Double]) -> Double {
      (1 - x[0]) * (1 - x[0]) + 100 * (x[1] - x[0] * x[0]) * (x[1] - x[0] * x[0])
    }
    func second(_ x: [Double]) -> ColumnMatrix {
      ColumnMatrix(
        rowCount: 2, columnCount: 2,
        entries: [2 - 400 * (x[1] - 3 * x[0] * x[0]), -400 * x[0], -400 * x[0], 200])
    }
    var function = SmoothFunction(
      box: box, value: { (x) throws(RunError) in value(x) },
      gradient: { (x) throws(RunError) in
        let slope = 200 * (x[1] - x[0] * x[0])
        return (value(x), [-2 * (1 - x[0]) - 2 * x[0] * slope, slope])
      })
    function.hessian = { (x) throws(RunError) in second(x) }
    function.hessianProduct = { (x, d) throws(RunError) in second(x).times(d) }
    return function
  }

  @Test(arguments: Method.allCases) func valley(_ method: Method) throws {
    let found = try minimize(method, rosenbrock(Box(unbounded: 2)), from: [-1.2, 1])
    #expect(found.reason == .converged)
    for value in found.parameters { #expect(abs(value - 1) < 1e-5, "\(found)") }
  }

  /// With y at least 2, x is near the root of 2.
  @Test(arguments: [Method.bfgs, .lbfgs, .newton, .newtonCG, .conjugateGradient])
  func bounds(_ method: Method) throws {
    let box = Box(lower: [-.infinity, 2], upper: [.infinity, .infinity])
    let found = try minimize(method, rosenbrock(box), from: [1.2, 3])
    #expect(found.parameters[1] == 2)
    // 400 x³ - 798 x - 2 = 0.
    #expect(abs(found.parameters[0] - 1.4137) < 1e-3, "\(found)")
    let x = found.parameters[0]
    #expect(abs(400 * x * x * x - 798 * x - 2) < 1e-3, "\(found)")
  }

  /// A function that is no number on one side of where it starts.
  @Test(arguments: Method.allCases) func domains(_ method: Method) throws {
    var function = SmoothFunction(
      box: Box(unbounded: 1),
      value: { (x) throws(RunError) in x[0] > 0 ? 1 / x[0] + x[0] : .nan },
      gradient: { (x) throws(RunError) in
        x[0] > 0 ? (1 / x[0] + x[0], [1 - 1 / (x[0] * x[0])]) : (.nan, [.nan])
      })
    function.hessian = { (x) throws(RunError) in
      ColumnMatrix(rowCount: 1, columnCount: 1, entries: [2 / (x[0] * x[0] * x[0])])
    }
    function.hessianProduct = { (x, d) throws(RunError) in [2 / (x[0] * x[0] * x[0]) * d[0]] }
    let found = try minimize(method, function, from: [0.01])
    #expect(abs(found.parameters[0] - 1) < 1e-5, "\(found)")
  }

  @Test(arguments: Method.allCases) func startsWithoutAValue(_ method: Method) throws {
    let function = SmoothFunction(
      box: Box(unbounded: 1), value: { (_) throws(RunError) in .nan },
      gradient: { (_) throws(RunError) in (.nan, [.nan]) })
    #expect(try minimize(method, function, from: [1]).reason == .notFinite)
  }
}
