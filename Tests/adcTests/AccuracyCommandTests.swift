import Testing

/// `adc accuracy`: errors in units in the last place, before and after rewriting.
@Suite struct AccuracyCommandTests {
  private let folder = Folder()

  private func accuracy(_ arguments: String...) -> Outcome {
    Executable.adc.run(["accuracy"] + arguments, in: folder)
  }

  @Test func whatCancelsIsFoundAndKept() throws {
    let outcome = accuracy("(1 - cos(x))/x^2", "--samples", "200", "--json")
    #expect(outcome.status == 0)
    let report = try JSON(outcome.output)
    #expect(report["samples"].number == 200)
    let quantities = report["quantities"].entries
    #expect(quantities.count == 2)
    for quantity in quantities {
      #expect((quantity["before"]["units"].number ?? .infinity) > 1e6)
      #expect((quantity["after"]["units"].number ?? .infinity) <= 8)
    }
  }

  @Test func whatDoesNotCancelIsAccurateAsItIs() throws {
    let report = try JSON(accuracy("exp(x) + y^2", "--json").output)
    for quantity in report["quantities"].entries {
      #expect((quantity["before"]["units"].number ?? .infinity) <= 4)
    }
  }

  @Test func theSeedFixesThePoints() {
    let (first, second) = (accuracy("log(1 + x)"), accuracy("log(1 + x)"))
    #expect(first.output == second.output)
    #expect(first.output != accuracy("log(1 + x)", "--seed", "5").output)
    #expect(first.output.contains("outside the domain"))
  }

  @Test func aModelIsJudgedByParameter() throws {
    folder.write(
      """
      input x: [n]
      param a = 1
      param b: [2] = [0.5, 2]
      minimize sum(log(1 + exp(a*x))) + sum(1 - cos(b))
      """, to: "m.ad")
    let drawn = try JSON(accuracy("m.ad", "--samples", "6", "--json").output)
    #expect(drawn["drawn"] == .truth(true))
    let quantities = drawn["quantities"].entries
    #expect(quantities.map { $0["by"].entries.count } == [0, 1, 1])
    folder.write("x\n1\n-700\n800\n", to: "x.csv")
    let fed = accuracy("m.ad", "--data", "x.csv", "--samples", "9")
    #expect(fed.status == 0)
    #expect(fed.output.contains("on 3 rows"))
    #expect(fed.output.contains("inf"), "exp(800) as it is written")
    let loss = try JSON(accuracy("m.ad", "--data", "x.csv", "--samples", "9", "--json").output)[
      "quantities"][0]
    #expect(loss["before"]["units"] == .text("inf"))
    #expect((loss["after"]["units"].number ?? .infinity) <= 8)
    #expect(fed.output == accuracy("m.ad", "--data", "x.csv", "--samples", "9").output)
  }

  @Test func whatIsHardToJudgeTakesNoLongerThanOneWaits() throws {
    for text in ["gamma(x)/gamma(x + 1)", "tan(sin(exp(x/3)))", "x*y - y*x + lgamma(x)"] {
      let report = try JSON(accuracy(text, "--samples", "20", "--json").output)
      #expect((report["samples"].number ?? 0) > 5)
    }
  }

  @Test func whatGrowsBeyondEveryNumberIsJudged() {
    for text in ["mod(exp(exp(exp(x))), 3)", "((((x^1000)^1000)^1000)^1000)^1000*x"] {
      #expect(accuracy(text, "--samples", "20").status == 0)
    }
    folder.write(
      """
      param a = 1.5
      let end = scan(k in 0..<300, x = a: x*x)[-1]
      minimize end
      """, to: "grown.ad")
    #expect(accuracy("grown.ad", "--samples", "3").signal == 0)
  }

  @Test func mistakesSayWhatIsWrong() {
    #expect(accuracy("x^2", "--data", "x.csv").status == 2)
    #expect(accuracy("no-such.ad").status == 1)
    #expect(accuracy("sin(").status == 1)
    #expect(accuracy("x^2", "--samples", "0").status == 2)
    #expect(accuracy("[x, y]").status == 1)
  }
}
