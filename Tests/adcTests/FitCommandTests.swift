import Testing

/// `fit` and the solvers through the command line.
@Suite struct FitCommandTests {
  private let folder = Folder(samples: true)

  private func train(_ model: String, data: String? = nil, _ arguments: String...) -> Outcome {
    folder.write(model, to: "m.ad")
    var all = ["train", "m.ad"]
    if let data {
      folder.write(data, to: "d.csv")
      all += ["--data", "d.csv"]
    }
    return Executable.adc.run(all + arguments, in: folder)
  }

  private func done(_ outcome: Outcome) throws -> JSON {
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try #require(JSON.lines(outcome.output).last)
  }

  private let line = "x,y\n0,1.1\n1,2.9\n2,5.2\n3,6.8\n"
  private let head = "input x: [n]\ninput y: [n]\nparam a = 0\nparam b = 0\n"

  /// What a fit tells is that of the point where it ends, not of one that was tried before it.
  @Test func theLossIsThatOfTheParameters() throws {
    let model = "input x: [n]\ninput y: [n]\nparam a = 1\nparam b = 2\n"
    let outcome = train(
      model + "fit y ~ exp(a*x) + 2*exp(b*x)", data: "x,y\n0.4,1.8\n2.2,0\n1.4,0.5\n1.5,0.4\n",
      "--json")
    let report = try done(outcome)
    let loss = try #require(report["loss"].number)
    #expect(abs(loss - 0.028_391_9) < 1e-5)
    #expect(report["residual_sum_of_squares"].number == loss)
  }

  /// Where every parameter is held there is nothing to be uncertain of.
  @Test func heldParametersHaveNoErrors() throws {
    let rows = (0..<1000).map { "\($0),\(5 + $0)\n" }.joined()
    let outcome = train(
      "input x: [n]\ninput y: [n]\nparam a = 1 in 0...1\nfit y ~ a*x\n", data: "x,y\n" + rows,
      "--json")
    #expect(try done(outcome)["parameters"]["a"].number == 1)
  }

  /// NIST's certified values of Misra1a.
  @Test func certifiedValues() throws {
    let outcome = Executable.adc.run(["train", "Samples/adsorption.ad", "--json"], in: folder)
    let report = try done(outcome)
    let expected: [(String, Double, Double)] = [
      ("b1", 2.389_421_291_8e+02, 2.707_007_524_1e+00),
      ("b2", 5.501_564_318_1e-01, 7.266_868_820_2e-03),
    ]
    for (name, value, error) in expected {
      let found = try #require(report["parameters"][name].number)
      let deviation = try #require(report["standard_errors"][name].number)
      #expect(abs(found - value) < 1e-9 * value)
      #expect(abs(deviation - error) < 1e-7 * error)
    }
    #expect(report["degrees_of_freedom"].number == 12)
    #expect(report["converged"] == .truth(true))
  }

  /// y = 1.06 + 1.96 x, by hand: the sums are 6 and 16, the products 34.1.
  @Test func linearModelsAreSolvedAtOnce() throws {
    let outcome = train(head + "fit y ~ a + b*x\n", data: line, "--json")
    let report = try done(outcome)
    #expect(report["method"].string == "linear least squares")
    #expect(abs(try #require(report["parameters"]["a"].number) - 1.09) < 1e-14)
    #expect(abs(try #require(report["parameters"]["b"].number) - 1.94) < 1e-14)
  }

  @Test func weightsCountMoreWhereErrorsAreSmall() throws {
    let data = "x,y,s\n0,0,1\n1,1,1\n2,4,1000\n"
    let outcome = train(
      "input x: [n]\ninput y: [n]\ninput s: [n]\nparam a = 0\nparam b = 0\n"
        + "fit y ~ a + b*x with sigma: s\n", data: data, "--json")
    let report = try done(outcome)
    #expect(abs(try #require(report["parameters"]["b"].number) - 1) < 1e-5)
  }

  /// The mean of numbers with known errors: 1 over the root of the sum of their weights.
  @Test func knownErrorsAreNotScaled() throws {
    let model =
      "input y: [n]\ninput s: [n]\nparam m = 0\nfit y ~ m with sigma: s, absolute: true\n"
    let report = try done(train(model, data: "y,s\n1,0.1\n2,0.2\n4,0.1\n", "--json"))
    let error = 1 / (100.0 + 25 + 100).squareRoot()
    #expect(abs(try #require(report["standard_errors"]["m"].number) - error) < 1e-15)
    // The normal distribution's 0.975.
    let upper = try #require(report["confidence"]["upper"]["m"].number)
    let mean = (100.0 + 50 + 400) / 225
    #expect(abs(upper - mean - 1.959963984540054 * error) < 1e-13)
  }

  @Test(arguments: ["huber", "soft_l1", "cauchy", "arctan"])
  func robustLossesPassOverOutliers(_ loss: String) throws {
    let rows = (0..<20).map { "\($0),\($0 == 13 ? 500 : 2 * $0 + 1)" }
    let data = "x,y\n" + rows.joined(separator: "\n") + "\n"
    let plain = try done(train(head + "fit y ~ a + b*x\n", data: data, "--json"))
    let robust = try done(
      train(head + "fit y ~ a + b*x with loss: \(loss)(0.1)\n", data: data, "--json"))
    #expect(abs(try #require(plain["parameters"]["b"].number) - 2) > 0.5)
    #expect(abs(try #require(robust["parameters"]["a"].number) - 1) < 0.05)
    #expect(abs(try #require(robust["parameters"]["b"].number) - 2) < 0.05)
    // The sum of the squares themselves cannot be less than the least there is.
    let least = try #require(plain["residual_sum_of_squares"].number)
    #expect(try #require(robust["residual_sum_of_squares"].number) > least)
  }

  /// The derivative of x^b by b is x^b log(x), which is 0 at x = 0.
  @Test func powersOfZeroAreFitted() throws {
    let data = "x,y\n0,0\n1,2.1\n2,5.5\n3,9.8\n4,15.2\n5,21\n"
    let report = try done(train(head + "fit y ~ a*x^b\n", data: data, "--json"))
    // By SciPy's `curve_fit`.
    #expect(abs(try #require(report["parameters"]["a"].number) - 1.984624) < 1e-5)
    #expect(abs(try #require(report["parameters"]["b"].number) - 1.465700) < 1e-5)
  }

  /// The standard errors are wider than the way to the pole at k = -x; the ends were computed with
  /// SciPy's root finder on the sum of squares over the other parameter.
  @Test func profilesEndBeforePoles() throws {
    let model =
      "input x: [n]\ninput y: [n]\nparam top = 5\nparam k = 5\nfit y ~ top*x/(k + x)\n"
    let data = "x,y\n0.1,0.1\n0.2,0.21\n0.3,0.29\n0.4,0.42\n0.5,0.48\n"
    let lower = try done(train(model, data: data, "--json", "--profile"))["confidence"]["lower"]
    #expect(abs(try #require(lower["top"].number) - 1.26746) < 1e-5)
    #expect(abs(try #require(lower["k"].number) - 0.886475) < 1e-5)
  }

  @Test func whatOnlyOptimizersHeedIsSaid() {
    let model = head + "fit y ~ a + b*x\ntrain { folds 3 }\n"
    let told = train(model, data: "x,y\n0,1\n1,2\n2,4\n3,4\n")
    #expect(told.status == 0)
    #expect(told.errors.contains("a solver looks at all rows at once: `folds` says nothing to it"))
    let refused = train(model, data: "x,y\n0,1\n1,2\n2,4\n3,4\n", "--folds", "3")
    #expect(refused.status == 2 && refused.errors.contains("AD0703"))
  }

  /// Two quantities that share a parameter.
  @Test func severalResponses() throws {
    let outcome = train(
      "input x: [n]\ninput y: [n]\ninput z: [n]\nparam a = 0\nparam b = 0\nparam c = 0\n"
        + "fit y ~ a + b*x\nfit z ~ a + c*x\n",
      data: "x,y,z\n0,1,1\n1,3,0\n2,5,-1\n", "--json")
    let report = try done(outcome)
    for (name, value) in [("a", 1.0), ("b", 2), ("c", -1)] {
      #expect(abs(try #require(report["parameters"][name].number) - value) < 1e-14)
    }
    #expect(report["degrees_of_freedom"].number == 3)
  }

  @Test func combinationsThatDataDoNotDetermineAreNamed() {
    let outcome = train(head + "fit y ~ (a + b)*x\n", data: line)
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("the data do not determine  a - b\n"), "\(outcome.output)")
  }

  @Test func boundsHold() throws {
    let model = "input x: [n]\ninput y: [n]\nparam a = 0\nparam b = 1 in 0...1.5\nfit y ~ a + b*x\n"
    let report = try done(train(model, data: line, "--json"))
    #expect(report["parameters"]["b"].number == 1.5)
    #expect(abs(try #require(report["parameters"]["a"].number) - 1.75) < 1e-12)
  }

  @Test(arguments: [
    "auto()", "bfgs()", "lbfgs(memory: 5)", "levenberg_marquardt()", "newton()", "newton_cg()",
    "conjugate_gradient()", "nelder_mead()",
  ])
  func minimaWithoutData(_ solver: String) throws {
    let model = "param x = -1.2\nparam y = 1\nminimize (1 - x)^2 + 100*(y - x^2)^2\n"
    let report = try done(train(model, "--optimizer", solver, "--json"))
    #expect(abs(try #require(report["parameters"]["x"].number) - 1) < 1e-6)
    #expect(report["converged"] == .truth(true))
  }

  /// Ten minima lie between the start and the lowest one.
  @Test func furtherStartsLeaveLocalMinima() throws {
    let model =
      "param x = 2.2\nparam y = -1.3\n"
      + "minimize 20 + x^2 - 10*cos(2*pi*x) + y^2 - 10*cos(2*pi*y)\n"
    let report = try done(train(model, "--json"))
    #expect(abs(try #require(report["loss"].number)) < 1e-12)
    let again = try done(train(model, "--json"))
    #expect(again["parameters"]["x"].number == report["parameters"]["x"].number)
  }

  @Test(arguments: [
    ("fit y ~ a + b*x with absolute: 2", "AD0511", "true or false"),
    ("fit y ~ a + b*x with absolute: true\nfit x ~ b", "AD0511", "for none"),
    ("fit y ~ a + b*x with sgma: 2", "AD0511", "did you mean `sigma`?"),
    ("fit y ~ a + b*x with sigma: a", "AD0511", "cannot depend on a parameter"),
    ("fit y ~ a + b*x with loss: hubr(1)", "AD0511", "did you mean `huber`?"),
    ("fit y ~ a + b*x with sigma: 0", "AD0511", "greater than 0"),
    ("fit y = a + b*x", "AD0", "~"),
    ("fit y ~ a + b*x\nminimize a^2", "AD0211", "the first"),
    ("minimize sum(abs(y - a*x))\ntrain { optimizer levenberg_marquardt() }", "AD0512", "bfgs()"),
    ("minimize sum((y - a*x)^2)\ntrain { optimizer lbfgs(memory: 0) }", "AD0508", "whole number"),
    ("minimize sum((y - a*x)^2)\ntrain { optimizer lbfg() }", "AD0507", "did you mean `lbfgs`?"),
    ("fit y ~ a*x\nsubject to a > 1", "AD0513", "write `>=`"),
    ("fit y ~ a*x\nsubject to a + 1", "AD0513", "comparison"),
    ("fit y ~ a*x\nsubject to sum(x) <= 1", "AD0513", "no parameter"),
    ("fit y ~ a*x\nsubject to a = 1", "AD0110", "write `==`"),
    ("fit y ~ a*x\nsubject a == 1", "AD0110", "subject to"),
    ("minimize a^2\nsubject to a >= 1\ntrain { optimizer sgd() }", "AD0514", "auto()"),
    ("fit y ~ a*x\nreport a\nreport a", "AD0202", "reported twice"),
  ])
  func mistakes(_ statements: String, _ code: String, _ part: String) {
    let outcome = train(head + statements + "\n", data: line)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains(code) && outcome.errors.contains(part), "\(outcome.errors)")
  }

  /// y = a + b x by hand: the mean of x is 1.5, the sum of squares about it 5.
  @Test func reportsHaveErrorsByTheDeltaMethod() throws {
    let model = head + "fit y ~ a + b*x\nreport a/b as root\nreport exp(b)\n"
    let report = try done(train(model, data: line, "--json"))
    let (a, b) = (1.09, 1.94)
    let s = try #require(report["residual_standard_error"].number)
    let (vaa, vbb, vab) = (s * s * (0.25 + 2.25 / 5), s * s / 5, -s * s * 1.5 / 5)
    let root = report["reports"]["root"]
    #expect(abs(try #require(root["value"].number) - a / b) < 1e-13)
    let (da, db) = (1 / b, -a / (b * b))
    let error = (da * da * vaa + 2 * da * db * vab + db * db * vbb).squareRoot()
    #expect(abs(try #require(root["standard_error"].number) - error) < 1e-12 * error)
    let exponential = try #require(report["reports"]["exp(b)"]["standard_error"].number)
    #expect(abs(exponential - 6.958750970637267 * vbb.squareRoot()) < 1e-12)
    let share = try #require(report["r_squared"]["y"].number)
    let rss = try #require(report["residual_sum_of_squares"].number)
    #expect(abs(share - (1 - rss / 18.9)) < 1e-12)
  }

  /// In a linear model the profile of the likelihood is the asymptotic interval.
  @Test func profilesOfLinearModelsAreAsymptotic() throws {
    let model = head + "fit y ~ a + b*x\n"
    let plain = try done(train(model, data: line, "--json", "--level", "0.9"))["confidence"]
    let profile = try done(train(model, data: line, "--json", "--level", "0.9", "--profile"))
    #expect(profile["confidence"]["method"].string == "profile")
    for (name, end) in [("a", "lower"), ("a", "upper"), ("b", "lower"), ("b", "upper")] {
      let found = try #require(profile["confidence"][end][name].number)
      let expected = try #require(plain[end][name].number)
      #expect(abs(found - expected) < 1e-7, "\(name) \(end)")
    }
  }

  /// The Michaelis-Menten fit of Bates and Watts (1988), example Puromycin, treated; the ends of
  /// the intervals were computed with SciPy's root finder on the sum of squares over the other
  /// parameter.
  @Test func profilesOfEnzymeKinetics() throws {
    let data = """
      conc,rate
      0.02,76
      0.02,47
      0.06,97
      0.06,107
      0.11,123
      0.11,139
      0.22,159
      0.22,152
      0.56,191
      0.56,201
      1.10,207
      1.10,200

      """
    let model =
      "input conc: [n]\ninput rate: [n]\nparam Vm = 200\nparam K = 0.05\n"
      + "fit rate ~ Vm*conc/(K + conc)\n"
    let report = try done(train(model, data: data, "--json", "--profile"))["confidence"]
    let expected: [(String, String, Double, Double)] = [
      ("Vm", "lower", 197.3019329, 1e-6), ("Vm", "upper", 229.2890551, 1e-6),
      ("K", "lower", 0.04692034203517, 1e-10), ("K", "upper", 0.08615691342714, 1e-10),
    ]
    for (name, end, value, tolerance) in expected {
      let found = try #require(report[end][name].number)
      #expect(abs(found - value) < tolerance, "\(name) \(end) \(found)")
    }
  }

  /// Bands about a line, by hand: the variance at x is s²(1/4 + (x - 1.5)²/5), and 1 more for an
  /// observation.
  @Test(arguments: ["confidence", "prediction"])
  func bandsAboutOutputs(_ kind: String) throws {
    let model = head + "let m = a + b*x\nfit y ~ m\noutput m as line\n"
    let report = try done(train(model, data: line, "--json", "--save", "p.json"))
    let s = try #require(report["residual_standard_error"].number)
    folder.write("x\n0\n4\n", to: "new.csv")
    let outcome = Executable.adc.run(
      ["predict", "m.ad", "--from", "p.json", "--data", "new.csv", "--interval", kind, "--json"],
      in: folder)
    let bands = try done(outcome)
    for (place, x) in [0.0, 4].enumerated() {
      let share = 0.25 + (x - 1.5) * (x - 1.5) / 5 + (kind == "prediction" ? 1 : 0)
      // Student's t for 2 degrees of freedom at 0.975.
      let half = 0.95 * (2 / (4 * 0.975 * 0.025)).squareRoot() * s * share.squareRoot()
      let lower = try #require(bands["line_lower"][place].number)
      let upper = try #require(bands["line_upper"][place].number)
      #expect(abs(upper - lower - 2 * half) < 1e-11)
      #expect(abs(lower + half - (1.09 + 1.94 * x)) < 1e-12)
    }
  }

  struct Problem: Sendable, CustomStringConvertible {
    var description: String
    var model: String
    var minimum: Double
  }

  /// Of Hock and Schittkowski, Test Examples for Nonlinear Programming Codes, 1981.
  static let problems: [Problem] = [
    Problem(
      description: "6",
      model: "param x = [-1.2, 1]\nminimize (1 - x[0])^2\nsubject to 10*(x[1] - x[0]^2) == 0\n",
      minimum: 0),
    Problem(
      description: "28",
      model: """
        param x = [-4, 1, 1]
        minimize (x[0] + x[1])^2 + (x[1] + x[2])^2
        subject to x[0] + 2*x[1] + 3*x[2] == 1
        """, minimum: 0),
    Problem(
      description: "35",
      model: """
        param x = [0.5, 0.5, 0.5] in 0...inf
        minimize 9 - 8*x[0] - 6*x[1] - 4*x[2] + 2*x[0]^2 + 2*x[1]^2 + x[2]^2 + 2*x[0]*x[1]
          + 2*x[0]*x[2]
        subject to x[0] + x[1] + 2*x[2] <= 3
        """, minimum: 1.0 / 9),
    Problem(
      description: "43",
      model: """
        param x = [0, 0, 0, 0]
        minimize x[0]^2 + x[1]^2 + 2*x[2]^2 + x[3]^2 - 5*x[0] - 5*x[1] - 21*x[2] + 7*x[3]
        subject to 8 - sum(x^2) - x[0] + x[1] - x[2] + x[3] >= 0
        subject to 10 - x[0]^2 - 2*x[1]^2 - x[2]^2 - 2*x[3]^2 + x[0] + x[3] >= 0
        subject to 5 - 2*x[0]^2 - x[1]^2 - x[2]^2 - 2*x[0] + x[1] + x[3] >= 0
        """, minimum: -44),
    Problem(
      description: "71",
      model: """
        param x = [1, 5, 5, 1] in 1...5
        minimize x[0]*x[3]*(x[0] + x[1] + x[2]) + x[2]
        subject to prod(x) >= 25
        subject to sum(x^2) == 40
        """, minimum: 17.0140173),
  ]

  @Test(arguments: problems)
  func constraintsHold(_ problem: Problem) throws {
    for solver in ["auto(starts: 3)", "newton()", "lbfgs()"] {
      let report = try done(train(problem.model, "--json", "--optimizer", solver))
      let loss = try #require(report["loss"].number)
      #expect(abs(loss - problem.minimum) < 1e-6, "\(solver): \(loss)")
      #expect(report["converged"] == .truth(true))
      guard case .array(let constraints) = report["constraints"] else {
        Issue.record("no constraints")
        return
      }
      for constraint in constraints {
        #expect(try #require(constraint["violation"].number) < 1e-8)
      }
    }
  }

  /// Data of another scale than the start, in what the model is linear in: y = 3e6*exp(-x/2) + 1e5.
  @Test func dataMayBeFarFromTheStart() throws {
    let shares = Self.powers(of: 0.6065306597126334, 9)
    let values = shares.enumerated().map { place, share in
      3e6 * share + 1e5 + (place.isMultiple(of: 2) ? 1 : -1)
    }
    let report = try fit("a*exp(-x/t) + c", values, starts: ["a": 1, "t": 1, "c": 0])
    #expect(abs(try #require(report["parameters"]["a"].number) - 3e6) < 10)
    #expect(abs(try #require(report["parameters"]["t"].number) - 2) < 1e-4)
  }

  /// Where the objective at the start is huge, minima are still told apart.
  @Test func aHugeStartHidesNoMinimum() throws {
    let values = Self.powers(of: 4.4816890703380645, 11).map { 0.002 * $0 + 4 }
    let report = try fit("a*exp(10*b*x) + c", values, starts: ["a": 1, "b": 1, "c": 0])
    #expect(abs(try #require(report["parameters"]["b"].number) - 0.15) < 1e-6)
  }

  /// The report of a fit of values at 0, 1, 2 and so on.
  private func fit(
    _ formula: String, _ values: [Double], starts: KeyValuePairs<String, Double>
  ) throws -> JSON {
    let rows = values.enumerated().map { "\($0),\($1)\n" }.joined()
    let parameters = starts.map { "param \($0.key) = \($0.value)\n" }.joined()
    let model = "input x: [n]\ninput y: [n]\n" + parameters + "fit y ~ \(formula)\n"
    return try done(train(model, data: "x,y\n" + rows, "--json"))
  }

  private static func powers(of base: Double, _ count: Int) -> [Double] {
    (1..<count).reduce(into: [1]) { powers, _ in powers.append(powers[powers.count - 1] * base) }
  }

  @Test(arguments: ["-a^2", "a - a^3"])
  func aLossWithoutEndIsNoMinimum(_ loss: String) throws {
    let outcome = train("param a = 1\nminimize \(loss)\n", "--json")
    let report = try done(outcome)
    #expect(report["converged"] == .truth(false))
    #expect(report["reason"].string?.contains("without end") == true)
  }

  @Test func constraintsThatContradictEachOtherAreTold() throws {
    let outcome = train(
      "param x = 0\nminimize x^2\nsubject to x >= 1\nsubject to x <= 0\n", "--json")
    let report = try done(outcome)
    #expect(report["converged"] == .truth(false))
    #expect(report["reason"].string?.contains("constraints are not met") == true)
  }

  /// The slope is held: what is left is the mean of y - 2 x, with 3 degrees of freedom.
  @Test func constraintsOfFitsLeaveFewerParameters() throws {
    let model = head + "fit y ~ a + b*x\nsubject to b == 2\n"
    let report = try done(train(model, data: line, "--json"))
    #expect(report["degrees_of_freedom"].number == 3)
    #expect(abs(try #require(report["parameters"]["a"].number) - 1) < 1e-9)
    let rest = [0.1, -0.1, 0.2, -0.2].map { $0 * $0 }.reduce(0, +)
    let error = (rest / 3 / 4).squareRoot()
    #expect(abs(try #require(report["standard_errors"]["a"].number) - error) < 1e-9)
    #expect(abs(try #require(report["standard_errors"]["b"].number)) < 1e-12)
  }

  @Test func compiledFitsSayTheSame() throws {
    let model = head + "let m = a + b*x\nfit y ~ m\noutput m\nreport a/b\nsubject to a <= 1\n"
    let source = train(model, data: line, "--json")
    let compiled = Executable.adc.run(["compile", "m.ad"], in: folder)
    #expect(compiled.status == 0, "\(compiled.errors)")
    let binary = Executable.adc.run(["train", "m.adb", "--data", "d.csv", "--json"], in: folder)
    func plain(_ text: String) -> String {
      text.replacing(/"seconds":[^,]*,/, with: "")
    }
    #expect(plain(source.output) == plain(binary.output))
  }
}
