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

  @Test(arguments: ["auto()", "bfgs()", "lbfgs(memory: 5)", "levenberg_marquardt()"])
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
    ("fit y ~ a + b*x with sgma: 2", "AD0511", "did you mean `sigma`?"),
    ("fit y ~ a + b*x with sigma: a", "AD0511", "cannot depend on a parameter"),
    ("fit y ~ a + b*x with loss: hubr(1)", "AD0511", "did you mean `huber`?"),
    ("fit y ~ a + b*x with sigma: 0", "AD0511", "greater than 0"),
    ("fit y = a + b*x", "AD0", "~"),
    ("fit y ~ a + b*x\nminimize a^2", "AD0211", "the first"),
    ("minimize sum(abs(y - a*x))\ntrain { optimizer levenberg_marquardt() }", "AD0512", "bfgs()"),
    ("minimize sum((y - a*x)^2)\ntrain { optimizer lbfgs(memory: 0) }", "AD0508", "whole number"),
    ("minimize sum((y - a*x)^2)\ntrain { optimizer lbfg() }", "AD0507", "did you mean `lbfgs`?"),
  ])
  func mistakes(_ statements: String, _ code: String, _ part: String) {
    let outcome = train(head + statements + "\n", data: line)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains(code) && outcome.errors.contains(part), "\(outcome.errors)")
  }
}
