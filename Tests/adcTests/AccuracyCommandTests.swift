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

  @Test func mistakesSayWhatIsWrong() {
    #expect(accuracy("sin(").status == 1)
    #expect(accuracy("x^2", "--samples", "0").status == 2)
    #expect(accuracy("[x, y]").status == 1)
  }
}
