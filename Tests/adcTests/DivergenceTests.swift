import Testing

/// Runs whose loss grows, stays, or is lost.
@Suite struct DivergenceTests {
  private let folder = Folder()

  private func train(_ model: String, _ options: String...) -> Outcome {
    folder.write(model, to: "m.ad")
    return Executable.adc.run(["train", "m.ad"] + options, in: folder)
  }

  @Test func aGrowingLossIsNotConverged() throws {
    let model = "param x = 1\nminimize x^2\ntrain { optimizer sgd(rate: 1.1) }\n"
    let outcome = train(model)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("training diverged: the loss became inf at step 1947"))
    let cut = train(model, "--epochs", "20", "--json")
    #expect(cut.status == 0)
    #expect(try JSON.lines(cut.output).last?["converged"] == .truth(false))
  }

  @Test(arguments: ["(x - 3)^2 + 1", "(x - 3)^2", "1e-30 * (x - 1/3)^2"])
  func aLossThatStaysIs(objective: String) throws {
    let rate = objective.hasPrefix("1e-30") ? "1e29" : "0.1"
    let outcome = train(
      "param x = 1\nminimize \(objective)\ntrain { optimizer sgd(rate: \(rate)) }\n", "--json")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let done = try #require(JSON.lines(outcome.output).last)
    #expect(done["converged"] == .truth(true))
    #expect((done["epochs"].number ?? .infinity) < 2000)
  }

  @Test func aRunWithoutEndEndsUnconverged() throws {
    let outcome = train(
      "param x = 1\nminimize -x\ntrain { optimizer sgd(rate: 0.1) }\n", "--json")
    #expect(outcome.status == 0)
    let line = try #require(outcome.output.split(separator: "\n").last)
    let done = try JSON(String(line))
    #expect(done["epochs"].number == 100_000)
    #expect(done["converged"] == .truth(false))
    #expect(done["reason"].string?.contains("still changes") == true)
  }

  /// A solver, too, says what in the model was to blame.
  @Test func solversNameTheOperation() {
    let outcome = train("param x = 1\nparam y = 2\nminimize (y - 1)^2 + log(-x^2)\n")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("m.ad:3:22: error AD0901"), "\(outcome.errors)")
    #expect(outcome.errors.contains("`log(-x^2)` is nan"), "\(outcome.errors)")
  }

  /// The loss of the last update's parameters is the first to be infinite.
  @Test func theLastUpdateIsLookedAt() throws {
    let outcome = train(
      "param x = 1\nminimize x^2\ntrain { optimizer sgd(rate: 1e200, momentum: 0.5); steps 1 }\n",
      "--save", "p.json")
    #expect(outcome.status == 1)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("the loss became inf at step 1"))
    #expect(outcome.errors.contains("last good parameters: x = 1\n"))
    let file = try JSON(folder.text(of: "p.json"))
    #expect(file["parameters"]["x"].number == 1)
    // Older parameters and newer values of the optimizer would be no run at all.
    #expect(!file.names.contains("state"))
  }

  @Test func rowsAreNamedWhereTheyAreRows() {
    folder.write("x\n1\n2\n3\n-4\n5\n", to: "x.csv")
    let parameters = train(
      """
      input x: [n]
      param w = [1, 2, 3, 800]
      minimize sum(exp(w)) + mean(x)
      train { data "x.csv"; optimizer sgd(rate: 0.1) }

      """)
    #expect(parameters.status == 1)
    #expect(parameters.errors.contains("`exp(w)` is inf at [3]"), "\(parameters.errors)")
    #expect(!parameters.errors.contains("data row"))
    let rows = train(
      """
      input x: [n]
      param w = 1
      minimize mean(log(w * x))
      train { data "x.csv"; optimizer sgd(rate: 0.1); batch 2; seed 3 }

      """)
    #expect(rows.status == 1)
    #expect(rows.errors.contains("`log(w*x)` is nan"))
    #expect(rows.errors.contains("data row 4"), "\(rows.errors)")
  }

  @Test func symbolsAreNamedAlone() {
    folder.write(
      #"{"format":"adc-parameters","version":1,"model":"","parameters":{"p":"nan"}}"#, to: "p.json")
    let outcome = train(
      "param p = 1\nminimize p^2\ntrain { optimizer sgd(rate: 0.1) }\n", "--from", "p.json")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("`p` is nan"), "\(outcome.errors)")
    #expect(!outcome.errors.contains("of ,"))
  }
}
