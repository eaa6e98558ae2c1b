import Testing

/// Command lines that other tools would take, or that say something else than is meant.
@Suite struct MisreadingTests {
  private let folder = Folder()

  init() {
    folder.write(
      "param a = 1\nconst c = 2\nminimize (a - c)^2\ntrain { optimizer adam(rate: 0.1); epochs 5 }\n",
      to: "m.ad")
    folder.write("x,y\n1,2\n2,3.5\n", to: "two.csv")
    folder.write("x,y\n1,2\n2,3.5\n3,9\n4,11\n", to: "four.csv")
  }

  @Test(
    arguments: [
      (["diff", "sqrt(x)//2"], "write `floor(a/b)`"),
      (["accuracy", "sqrt(x)//2"], "write `floor(a/b)`"),
      (["diff", "-x"], "`adc diff -- '-x'`"),
      (["diff", "x^2", "--at", "x=1", "x=2"], "`x=2` is no expression"),
      (["diff", "x^2", "--at", "x=y"], "`x=y` is no name and number"),
      (["train", "m.ad", "--set", "c=3,d=2"], "write `--set` before each name"),
      (["train", "m.ad", "--rate", "0.1"], "`--optimizer 'adam(rate: 0.01)'`"),
      (["train", "two.csv"], "two.csv: error AD1003: this looks like data"),
      (["graph", "m.ad", "-o", "x.png"], "write `-o x.svg`"),
      (["plot", "m.ad", "-o", "x.PDF"], "write `-o x.svg`"),
      (["emit", "m.ad", "--to", "c", "--what", "predict"], "the model has no outputs"),
    ])
  func advice(_ arguments: [String], _ advice: String) {
    let outcome = Executable.adc.run(arguments, in: folder)
    #expect(outcome.status != 0 && outcome.output.isEmpty)
    #expect(outcome.errors.contains(advice), "\(outcome.errors)")
    #expect(outcome.errors.utf8.count < 400)
  }

  @Test func adviceIsTaken() {
    #expect(Executable.adc.run(["diff", "--", "-x"], in: folder).output == "-1\n")
    let point = Executable.adc.run(["diff", "x^2", "--at", "x=pi/2"], in: folder)
    #expect(point.output.contains("d/dx 3.14159"))
  }

  @Test func whatIsNoTextIsSaidInOneLine() {
    folder.write("let a\u{0}b = 1\n", to: "program")
    let outcome = Executable.adc.run(["train", "program"], in: folder)
    #expect(outcome.errors == "program: error AD1003: this is no text; MODEL is an `.ad` file\n")
  }

  @Test func strangersAreNoted() {
    let outcome = Executable.adc.run(["diff", "x^2", "--by", "z"], in: folder)
    #expect(outcome.output == "0\n")
    #expect(outcome.errors == "note: `x^2` does not depend on `z`\n")
    let constants = Executable.adc.run(["diff", "E^x + 2*π"], in: folder)
    #expect(constants.errors.contains("note: `E` is a variable here; the number is `e`\n"))
    #expect(constants.errors.contains("note: `π` is a variable here; the number is `pi`\n"))
    #expect(Executable.adc.run(["diff", "E^2", "--by", "E"], in: folder).errors.isEmpty)
  }

  @Test func filesOfOtherNamesAreNamed() {
    let other = Executable.adc.run(["emit", "m.ad", "--to", "c", "-o", "line.txt"], in: folder)
    #expect(other.errors == "written: line.h, line.c\n")
    let same = Executable.adc.run(["emit", "m.ad", "--to", "c", "-o", "line.c"], in: folder)
    #expect(same.errors.isEmpty)
  }

  @Test func parametersAtLimitsSayWhatHoldsThem() {
    func fit(_ parameter: String, _ rest: String = "", data: String = "four.csv") -> String {
      folder.write(
        "input x: [n]\ninput y: [n]\nparam a = 1\(parameter)\nparam b = 0\nfit y ~ a*x + b\n\(rest)",
        to: "f.ad")
      return Executable.adc.run(["train", "f.ad", "--data", data], in: folder).output
    }
    #expect(fit(" in 0...2").contains("at its bound"))
    #expect(fit("", "subject to a <= 3\n").contains("held by a constraint"))
    let exact = fit("", data: "two.csv")
    #expect(exact.contains("nothing is left to tell errors by"))
    #expect(!exact.contains("nan") && !exact.contains("AIC") && !exact.contains("bound"))
  }

  @Test func promptsTakeWhatTheirHelpShows() {
    let outcome = Executable.script(
      "printf 'f(y) = y^2\\n:plot f [-3..3]\\n7 // 2\\n2*π\\n2*3 // six\\n' | $ADC repl", in: folder
    )
    #expect(outcome.output.contains("d/dy  2*y"))
    #expect(outcome.output.contains("\n6\n"))
    #expect(outcome.errors.contains("`//` begins a comment"))
    #expect(outcome.errors.contains("the number is `pi`"))
  }

  @Test func interruptedFoldsSaveNothing() {
    folder.write(
      "input x: [n]\ninput y: [n]\nparam a = 1\nminimize mean((y - a*x)^2)\n"
        + "train { optimizer sgd(rate: 1e-9); epochs 100000000 }\n", to: "slow.ad")
    var ticks = 0
    let outcome = Executable.adc.run(
      ["train", "slow.ad", "--data", "four.csv", "--folds", "2", "--save", "r.json"], in: folder,
      interruptWhen: {
        ticks += 1
        return ticks == 500
      })
    #expect(outcome.status == 130)
    #expect(outcome.errors.contains("the run over all rows had not begun, so nothing is saved"))
    #expect(folder.text(of: "r.json").isEmpty)
    ticks = 0
    let plain = Executable.adc.run(
      ["train", "slow.ad", "--data", "four.csv", "--save", "r.json"], in: folder,
      interruptWhen: {
        ticks += 1
        return ticks == 500
      })
    #expect(plain.errors.contains("`--resume r.json` goes on"))
  }
}
