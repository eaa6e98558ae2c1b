import Testing

/// Options whose values are of every form, and options that do not apply.
@Suite struct OptionTests {
  private let folder = Folder()

  init() {
    folder.write(
      """
      input x: [n]
      const k = 1
      param w = 2
      minimize mean((w - k*x)^2)
      train { optimizer sgd(rate: 0.1); steps 2 }

      """, to: "m.ad")
    folder.write("x\n1\n", to: "a.csv")
  }

  private func adc(_ arguments: String...) -> Outcome {
    Executable.adc.run(arguments, in: folder)
  }

  private func expectMistake(
    _ outcome: Outcome, _ causes: String..., location: SourceLocation = #_sourceLocation
  ) {
    #expect(outcome.status == 2, "\(outcome.errors)", sourceLocation: location)
    #expect(outcome.output.isEmpty, sourceLocation: location)
    for cause in causes {
      #expect(outcome.errors.contains(cause), "\(outcome.errors)", sourceLocation: location)
    }
  }

  /// A value behind `=` may have any sign of an expression in it.
  @Test func valuesBehindEqualSigns() {
    let path = folder.path + "/a.csv"
    let gradient = adc("gradient", "m.ad", "--data=\(path)", "--set=k=2*3")
    #expect(gradient.output == "loss  16\nd/dw  -8\n", "\(gradient.errors)")
    let apart = adc("train", "m.ad", "--data", path, "--optimizer", "sgd(rate: 0.5)")
    let joined = adc("train", "m.ad", "--data=\(path)", "--optimizer=sgd(rate: 0.5)")
    #expect(joined.status == 0, "\(joined.errors)")
    #expect(joined.output == apart.output)
    #expect(adc("compile", "m.ad", "-o=./b.adb").status == 0)
    #expect(folder.exists("b.adb"))
  }

  @Test func expressionsThatBeginWithASign() {
    #expect(adc("diff", "-2*x").output == "-2\n")
    #expect(adc("diff", "-x^2", "--by=x").output == "-2*x\n")
    #expect(adc("diff", "-(x + 1)").output == "-1\n")
    expectMistake(adc("diff", "--x + 1"), "no option")
  }

  @Test func namesToDifferentiateBy() {
    #expect(adc("diff", "x^2*y", "--by", " x, y ").output == "d/dx  2*x*y\nd/dy  x^2\n")
    for by in ["x,,y", "", "x,", "2", "x y", "x+y", "sin(x)"] {
      expectMistake(adc("diff", "x^2*y", "--by", by), "`--by` takes names")
    }
    expectMistake(adc("diff", "x^2*y", "--by", "x, x"), "names `x` twice")
  }

  @Test func optionsThatDoNotApply() {
    for option in ["--by=w", "--order=2", "--at=w=1"] {
      expectMistake(adc("diff", "m.ad", option), "does not apply to `m.ad`")
    }
    expectMistake(adc("diff", "k*x", "--set", "k=2"), "`--set` does not apply")
  }

  @Test func programsInJSON() throws {
    let program = adc("diff", "m.ad").output
    #expect(program.contains("output"))
    #expect(try JSON(adc("diff", "m.ad", "--json").output)["program"].string == program)
    let listing = adc("disassemble", "m.ad").output
    #expect(try JSON(adc("disassemble", "m.ad", "--json").output)["program"].string == listing)
  }

  @Test func highOrdersOfNothing() {
    let outcome = adc("diff", "3", "--order", "1000000000")
    #expect(outcome.status == 0)
    #expect(outcome.seconds < 5)
  }

  @Test func namesThatTheModelHasNot() throws {
    expectMistake(
      adc("gradient", "m.ad", "--input", "nosuch=a.csv"), "--input nosuch: ", "`nosuch`", "`x`")
    expectMistake(adc("gradient", "m.ad", "--set", "nosuch=1"), "--set nosuch: ", "AD0215")
    let event = try JSON(adc("gradient", "m.ad", "--set", "nosuch=1", "--json").output)
    #expect(event["file"].string == "--set nosuch")
    #expect(event["line"] == .null)
    expectMistake(adc("train", "m.ad", "--optimizer", "x()"), "--optimizer:1:1", "`x`")
    expectMistake(adc("gradient", "m.ad", "--set", "k=2*"), "--set k:1")
    expectMistake(adc("gradient", "m.ad", "--set", "k=nosuch"), "`nosuch`")
    expectMistake(adc("gradient", "m.ad", "--set", "w=[1, 2, 3]"))
    folder.write("const k = 1\nparam w = 2\nminimize w^k + nosuch\n", to: "wrong.ad")
    #expect(adc("gradient", "wrong.ad", "--set", "k=2").status == 1)
  }

  /// Its text is not the model's.
  @Test func messagesQuoteTheOverride() {
    let outcome = adc("gradient", "m.ad", "--set", "k=sum([1, 2], 0)")
    expectMistake(outcome, "`axis: 0`")
  }

  @Test func runsThatDivergeAreNotTimed() {
    folder.write(
      "param w = 10\nminimize w^4\ntrain { optimizer sgd(rate: 1); epochs 500 }\n", to: "d.ad")
    folder.write(
      "param w = 1\nminimize log(w - 1)\ntrain { optimizer sgd(); steps 5 }\n", to: "s.ad")
    for what in ["step", "train"] {
      for model in ["d.ad", "s.ad"] {
        let outcome = adc("bench", model, "--what", what)
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("AD0901"), "\(outcome.errors)")
      }
    }
  }

  @Test func compilationIsTimedWithItsSettings() {
    let wrong = adc("bench", "m.ad", "--what", "compile", "--set", "nosuch=1")
    #expect(wrong.status == 2)
    #expect(adc("bench", "m.ad", "--what", "compile", "--set", "k=3").status == 0)
  }
}
