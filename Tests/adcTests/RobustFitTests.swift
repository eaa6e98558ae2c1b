import Testing

/// What fits with robust losses and with given errors tell.
@Suite struct RobustFitTests {
  private let folder = Folder()

  private func done(_ outcome: Outcome) throws -> JSON {
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try #require(JSON.lines(outcome.output).last)
  }

  private func train(_ fit: String, data: String, _ arguments: String...) -> Outcome {
    let inputs = data.prefix { $0 != "\n" }.split(separator: ",").map { "input \($0): [n]\n" }
    folder.write(inputs.joined() + "param a = 1\nparam b = 2\n\(fit)\n", to: "m.ad")
    folder.write(data, to: "d.csv")
    return Executable.adc.run(["train", "m.ad", "--data", "d.csv"] + arguments, in: folder)
  }

  private let outlier =
    "x,y\n0,1.1\n1,2.9\n2,5.2\n3,6.8\n4,9.1\n5,30\n6,12.9\n7,15.2\n8,16.8\n9,19.1\n"

  struct Estimate: Sendable {
    var loss: String
    var values: (a: Double, b: Double)
    var errors: (a: Double, b: Double)
    var deviation: Double
  }

  /// Worked out with NumPy: Newton's method on the psi of each loss, then Huber's covariances.
  static let estimates: [Estimate] = [
    Estimate(
      loss: "huber", values: (1.06486486, 2.00040541), errors: (0.16468859, 0.030849),
      deviation: 0.24653270673934408),
    Estimate(
      loss: "soft_l1", values: (1.07049932, 2.00116987), errors: (0.18305884, 0.03429006),
      deviation: 0.2588532547736015),
    Estimate(
      loss: "cauchy", values: (1.02741854, 1.99731272), errors: (0.12414571, 0.02325462),
      deviation: 0.27379841308542063),
    Estimate(
      loss: "arctan", values: (1.02479081, 1.99705218), errors: (0.11223408, 0.02102337),
      deviation: 0.27943249423014943),
  ]

  @Test(arguments: estimates)
  func errorsAreThoseOfAnMEstimate(_ wanted: Estimate) throws {
    let report = try done(
      train("fit y ~ a + b*x with loss: \(wanted.loss)(0.5)", data: outlier, "--json"))
    func isNear(_ value: JSON, _ number: Double) throws -> Bool {
      abs(try #require(value.number) - number) < 2e-6 * abs(number)
    }
    #expect(try isNear(report["parameters"]["a"], wanted.values.a))
    #expect(try isNear(report["parameters"]["b"], wanted.values.b))
    #expect(try isNear(report["standard_errors"]["a"], wanted.errors.a))
    #expect(try isNear(report["standard_errors"]["b"], wanted.errors.b))
    #expect(try isNear(report["residual_standard_error"], wanted.deviation))
    #expect(report["aic"].number == nil)
  }

  /// Where no residual is bent the fit is one of least squares, in all that it tells.
  @Test func aLossThatBendsNothingIsThatOfSquares() throws {
    let data = "x,y\n0,1.1\n1,2.9\n2,5.2\n3,6.8\n"
    let plain = try done(train("fit y ~ a + b*x", data: data, "--json"))
    let huber = try done(train("fit y ~ a + b*x with loss: huber(100)", data: data, "--json"))
    for name in ["aic", "residual_standard_error"] {
      let (first, second) = (try #require(plain[name].number), try #require(huber[name].number))
      #expect(abs(first - second) < 1e-9 * abs(first))
    }
    let (first, second) = (
      plain["standard_errors"]["b"].number, huber["standard_errors"]["b"].number
    )
    #expect(abs(try #require(first) - (try #require(second))) < 1e-9)
  }

  /// -2 log L of normal numbers, by hand: the residuals of the mean 2 are -1, 0 and 1.
  @Test(arguments: [false, true])
  func criteriaHaveTheGivenErrorsInThem(isAbsolute: Bool) throws {
    let option = isAbsolute ? ", absolute: true" : ""
    let report = try done(
      train("fit y ~ a + 0*b with sigma: 2*s\(option)", data: "y,s\n1,1\n2,1\n3,1\n", "--json"))
    // log(2 pi), log(2), log(6).
    let (turn, two, six) = (1.8378770664093453, 0.6931471805599453, 1.791759469228055)
    let deviance =
      isAbsolute ? 0.5 + 3 * (turn + 2 * two) : 3 * (turn - six + 1) + 6 * two
    let wanted = deviance + (isAbsolute ? 2 : 4)
    #expect(abs(try #require(report["aic"].number) - wanted) < 1e-12)
  }

  @Test func errorsOfObservationsAreGreaterThanZero() {
    let outcome = train(
      "fit y ~ a + b*x with sigma: s", data: "x,y,s\n0,1,1\n1,2,1\n2,3,-1\n3,5,1\n")
    #expect(outcome.status != 0)
    #expect(outcome.errors.contains("`sigma` must be greater than 0"))
    #expect(outcome.errors.contains("data row 3"))
  }

  @Test func oneRowIsFewerThanTwoParameters() throws {
    let outcome = train("fit y ~ a + b*x", data: "x,y\n0,1\n")
    #expect(outcome.output.contains("more parameters than observations"))
    #expect(!outcome.output.contains("nan"))
    let report = try done(train("fit y ~ a + b*x", data: "x,y\n0,1\n", "--json"))
    #expect(report["r_squared"]["y"].number == nil)
  }

  @Test func oneDegreeOfFreedomIsNotSeveral() {
    let outcome = train(
      "fit y ~ a + b*x with sigma: 0.5, absolute: true", data: "x,y\n0,1\n1,2\n2,4\n")
    #expect(outcome.output.contains("on 1 degree of freedom, reduced  "))
  }
}
