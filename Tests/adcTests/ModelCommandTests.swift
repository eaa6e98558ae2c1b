import Testing

/// The commands that take a model, on models small enough to know every number.
@Suite struct ModelCommandTests {
  private let folder = Folder()

  init() {
    folder.write(
      """
      input x: [n]
      input y: [n]
      param w = 1
      param b = [0.5, 0.25]
      let prediction = w * x + b[0] + b[1]
      minimize mean((prediction - y)^2)
      output prediction as fitted
      train { data "line.csv"; optimizer sgd(rate: 0.1); epochs 4 }

      """, to: "line.ad")
    folder.write("x,y\n0,1\n1,3\n2,5\n3,7\n", to: "line.csv")
  }

  private func adc(_ arguments: String...) -> Outcome {
    Executable.adc.run(arguments, in: folder)
  }

  @Test func compileWritesBesideTheModel() throws {
    let outcome = adc("compile", "line.ad")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("parameter b: [2]\n"))
    #expect(outcome.output.contains("ratio"))
    #expect(folder.exists("line.adb"))
    let report = try JSON(adc("compile", "line.ad", "-o", "other.adb", "--json").output)
    #expect(folder.bytes(of: "other.adb") == folder.bytes(of: "line.adb"))
    #expect(report["bytes"].number == Double(folder.bytes(of: "other.adb").count))
    #expect(report["file"].string == "other.adb")
    let operations = try #require(report["gradient_operations"].number)
    let ratio = operations / (report["loss_operations"].number ?? 0)
    #expect(report["ratio"].number == ratio)
  }

  /// The residuals are -0.25, -1.25, -2.25, -3.25.
  @Test func gradientInTextAndJSON() throws {
    #expect(adc("gradient", "line.ad").output == "loss  4.3125\nd/dw  -7.75\nd/db  [-3.5, -3.5]\n")
    #expect(
      adc("gradient", "line.ad", "--json").output
        == #"{"loss":4.3125,"gradient":{"w":-7.75,"b":[-3.5,-3.5]}}"# + "\n")
    let set = try JSON(adc("gradient", "line.ad", "--set", "w=2", "--json").output)
    #expect(set["gradient"]["w"].number == -0.75)
  }

  @Test func dataFromTheCommandLine() throws {
    folder.write("y,x\n1,0\n3,1\n", to: "a.csv")
    folder.write("x,y\n2,5\n3,7\n", to: "b.csv")
    let whole = adc("gradient", "line.ad", "--json").output
    #expect(
      adc("gradient", "line.ad", "--data", "a.csv", "--data", "b.csv", "--json").output == whole)
    folder.write("x\n0\n1\n2\n3\n", to: "x.csv")
    folder.write("[1, 3, 5, 7]", to: "y.json")
    let fed = adc(
      "gradient", "line.ad", "--input", "x=x.csv", "--input", "y=y.json", "--json")
    #expect(fed.output == whole, "\(fed.errors)")
  }

  @Test func trainingInJSON() throws {
    let outcome = adc("train", "line.ad", "--json", "--trace", "1,2")
    #expect(outcome.status == 0)
    #expect(outcome.errors.isEmpty)
    #expect(longNumbers(in: outcome.output).isEmpty)
    let events = try JSON.lines(outcome.output)
    let epochs = events.filter { $0["event"].string == "epoch" }
    #expect(epochs.map { $0["epoch"].number } == [1, 2, 3, 4])
    #expect(epochs.first?["loss"].number == 4.3125)
    let steps = events.filter { $0["event"].string == "step" }
    #expect(steps.map { $0["step"].number } == [1, 2])
    let first = try #require(steps.first?["parameters"]["w"].number)
    #expect(abs(first - 1.775) < 1e-15)
    let done = try #require(events.last)
    #expect(done["event"].string == "done")
    #expect(
      done.names == [
        "converged", "epochs", "event", "gradient_evaluations", "loss", "loss_evaluations",
        "parameters", "reason", "seconds", "steps",
      ])
    #expect(done["epochs"].number == 4)
    #expect(done["steps"].number == 4)
    #expect(done["parameters"]["b"].entries.count == 2)
  }

  @Test func settingsOfTheCommandLineWin() throws {
    let run = { (arguments: [String]) throws -> JSON in
      let outcome = Executable.adc.run(["train", "line.ad", "--json"] + arguments, in: folder)
      return try #require(JSON.lines(outcome.output).last)
    }
    #expect(try run(["--epochs", "7"])["steps"].number == 7)
    #expect(try run(["--steps", "3"])["steps"].number == 3)
    #expect(try run(["--batch", "2"])["steps"].number == 8)
    let adam = try run(["--steps", "1", "--optimizer", "adam(rate: 0.5)"])
    #expect(abs((adam["parameters"]["w"].number ?? 0) - 1.5) < 1e-6)
    #expect(
      try run(["--batch", "1", "--seed", "1"])["parameters"]
        != run(["--batch", "1", "--seed", "2"])["parameters"])
  }

  @Test func savedParametersAreReadAgain() throws {
    let trained = adc("train", "line.ad", "--save", "p.json")
    #expect(trained.status == 0)
    let file = try JSON(folder.text(of: "p.json"))
    #expect(file.names.contains("parameters") && file.names.contains("version"))
    let event = try #require(JSON.lines(adc("train", "line.ad", "--json").output).last)
    #expect(file["parameters"] == event["parameters"])
    let loss = try JSON(adc("gradient", "line.ad", "--from", "p.json", "--json").output)["loss"]
    #expect(loss == event["loss"])
    #expect(adc("train", "line.ad", "--from", "p.json").status == 0)
  }

  @Test func predictions() throws {
    folder.write(
      #"{"format":"adc-parameters","version":1,"model":"","parameters":{"w":2,"b":[1,0.5]}}"#,
      to: "p.json")
    folder.write("x\n10\n20\n", to: "new.csv")
    let outcome = adc("predict", "line.ad", "--from", "p.json", "--data", "new.csv")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output == "fitted\n21.5\n41.5\n")
    let file = adc(
      "predict", "line.ad", "--from", "p.json", "--data", "new.csv", "-o", "out.csv")
    #expect(file.output.isEmpty)
    #expect(folder.text(of: "out.csv") == "fitted\n21.5\n41.5\n")
    let json = adc("predict", "line.ad", "--from", "p.json", "--data", "new.csv", "--json")
    #expect(json.output == #"{"fitted":[21.5,41.5]}"# + "\n")
  }

  /// Rows are told by the name of their dimension, not by a size that happens to be theirs.
  @Test func outputsOfTheSizeOfTheData() {
    folder.write(
      "input x: [n]\nparam v = [1, 2]\nminimize mean((x - sum(v))^2)\n"
        + "output v as weights\noutput 2*x as doubled\n", to: "two.ad")
    folder.write("x\n10\n20\n", to: "two.csv")
    let outcome = adc("predict", "two.ad", "--data", "two.csv")
    #expect(outcome.output == "doubled\n20\n40\n", "\(outcome.errors)")
    #expect(outcome.errors.contains("weights  [1, 2]"))
  }

  @Test func outputsThatNeedNoData() {
    let text = "input x: [n]\nparam v = [1, 2]\nminimize mean((x - sum(v))^2)\n"
    folder.write(text + "output 2*v as doubled\n", to: "free.ad")
    let outcome = adc("predict", "free.ad")
    #expect(outcome.output == "doubled  [2, 4]\n", "\(outcome.errors)")
    folder.write(text + "output sum(ones(n)) as rows\n", to: "rows.ad")
    #expect(adc("predict", "rows.ad").status == 1)
  }

  /// The differences are of a second compilation; a compiled model has no source for one.
  @Test func checkingSaysWhatItComparesWith() throws {
    let source = try JSON(adc("check", "line.ad", "--json").output)
    #expect(source["independent"] == .truth(true))
    #expect(source["reference_loss"].number == source["loss"].number)
    #expect(adc("compile", "line.ad").status == 0)
    let compiled = adc("check", "line.adb")
    #expect(compiled.status == 0)
    #expect(compiled.output.contains("line.adb is compiled: the loss is simplified"))
    #expect(try JSON(adc("check", "line.adb", "--json").output)["independent"] == .truth(false))
  }

  /// However a kink is spelled, its derivative is the same inside `diff` and of the objective.
  @Test(arguments: ["max(0, x)", "max(x, 0)", "relu(x)", "-min(0, -x)", "-min(-x, 0)"])
  func kinks(text: String) {
    folder.write(
      "param x = 0\nlet d = diff(\(text), x)\nminimize \(text)\noutput d\n", to: "kink.ad")
    #expect(adc("predict", "kink.ad").output == "d  0\n")
    #expect(adc("gradient", "kink.ad").output == "loss  0\nd/dx  0\n")
    #expect(adc("check", "kink.ad").output.contains("gradient 0"))
  }

  @Test func checking() throws {
    let outcome = adc("check", "line.ad")
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("3 entries of the gradient compared"))
    let report = try JSON(adc("check", "line.ad", "--json").output)
    #expect(report["passed"] == .truth(true))
    #expect(report["entries"].number == 3)
    #expect((report["error"].number ?? 1) < 1e-8)
  }

  /// At a jump the differences of the loss are no derivative.
  @Test func checkNamesTheWorst() {
    folder.write("param a = 0.5\nparam b = 2\nminimize a^2 + floor(b)\n", to: "jump.ad")
    let outcome = adc("check", "jump.ad")
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("worst: b  gradient 0  difference "))
    #expect(outcome.errors.contains("do not agree"))
  }

  @Test(arguments: ["step", "gradient", "train", "compile"])
  func benchmarks(what: String) throws {
    let outcome = adc("bench", "line.ad", "--what", what, "--json")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let report = try JSON(outcome.output)
    #expect((report["seconds"].number ?? 0) > 0)
    #expect((report["evaluations"].number ?? 0) >= 1)
    if what != "compile" { #expect(report["loss"].number?.isFinite == true) }
  }

  @Test func disassembly() {
    let outcome = adc("disassemble", "line.ad")
    #expect(outcome.status == 0)
    for function in ["loss", "gradient", "step"] {
      #expect(outcome.output.contains("function \(function)\n"))
    }
    #expect(outcome.output.contains("6: minimize mean((prediction - y)^2)"))
    #expect(adc("compile", "line.ad").status == 0)
    #expect(adc("disassemble", "line.adb").output == outcome.output)
  }
}
