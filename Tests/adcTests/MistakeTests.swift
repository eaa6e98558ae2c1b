import Testing

/// Expressions, models and data that are wrong: each gets a message with its place and its cause.
@Suite struct MistakeTests {
  private let folder = Folder()

  private func expectMistake(
    _ outcome: Outcome, _ place: String, _ causes: [String], status: Int32 = 1,
    location: SourceLocation = #_sourceLocation
  ) {
    #expect(outcome.status == status, sourceLocation: location)
    #expect(outcome.output.isEmpty, sourceLocation: location)
    #expect(outcome.errors.contains(place), "\(outcome.errors)", sourceLocation: location)
    for cause in causes {
      #expect(outcome.errors.contains(cause), "\(outcome.errors)", sourceLocation: location)
    }
    #expect(outcome.errors.utf8.count < 5000, sourceLocation: location)
    #expect(outcome.errors.last == "\n", sourceLocation: location)
    #expect(outcome.seconds < 10, sourceLocation: location)
  }

  @Test(
    arguments: [
      ("(a + 2 * (b - 1)", "1:1", ["`(` is never closed"]),
      ("a - 4) * 3", "1:6", ["`)` closes nothing"]),
      ("(a * [2 + b)]", "1:12", ["expected `]`", "1:6"]),
      ("", "1:1", ["expected an expression"]),
      (" \t ", "1:", ["expected an expression"]),
      ("a - ", "1:4", ["after `-`", "end of the text"]),
      ("/ a", "1:1", ["found `/`"]),
      ("a / * b", "1:5", ["found `*`"]),
      ("a b", "1:3", ["operator is missing"]),
      ("3a - 1", "1:1", ["write `3*a`"]),
      ("4.5.6 - a", "1:1", ["two decimal points"]),
      ("2e - a", "1:1", ["exponent", "no digits"]),
      ("sqr(a) - 1", "1:1", ["no function `sqr`", "did you mean `sqrt`?"]),
      ("Cos(a)", "1:1", ["no function `Cos`", "did you mean `cos`?"]),
      ("cos a", "1:5", ["`cos(a)`"]),
      ("atan2(a)", "1:1", ["takes 2 arguments, 1 given"]),
      ("log(a, b)", "1:1", ["takes 1 argument, 2 given"]),
      ("exp()", "1:1", ["takes 1 argument, 0 given"]),
      ("min(a, b,)", "1:9", ["after `,`"]),
      ("a = 3 + b", "1:3", ["`=` is no operator"]),
      ("a + $b", "1:5", ["`$` (U+0024)"]),
      ("a \u{2212} 1 \u{D7} b", "1:3", ["U+2212", "U+00D7", "1:7"]),
      ("a + \u{FF13}\u{FF14}", "1:5", ["U+FF13", "write `34`"]),
      ("a + 1e999", "1:5", ["`1e999` is too large"]),
      ("a + \u{0} b", "1:5", ["NUL (U+0000)"]),
    ] as [(String, String, [String])])
  func expressions(text: String, place: String, causes: [String]) {
    let piped = Executable.adc.run(["diff", "-"], input: text, in: folder)
    expectMistake(piped, "expression:\(place)", causes)
    guard !text.contains("\u{0}") else { return }
    let argument = Executable.adc.run(["diff", "--", text], in: folder)
    #expect(argument.errors == piped.errors)
    #expect(argument.status == 1)
  }

  @Test func longExpressions() {
    let deep = 100_000
    let cases: [(String, [String])] = [
      (String(repeating: "9", count: 400) + " * a", ["too large"]),
      (
        String(repeating: "(", count: deep) + "a" + String(repeating: ")", count: deep),
        ["nested too deeply"]
      ),
      (
        String(repeating: "cos(", count: deep) + "a" + String(repeating: ")", count: deep),
        ["nested too deeply"]
      ),
      (String(repeating: "z", count: 1_000_000) + " + 1", ["name is too long"]),
      (String(repeating: "[", count: deep), ["nested too deeply"]),
    ]
    for (text, causes) in cases {
      expectMistake(
        Executable.adc.run(["diff", "-"], input: text, in: folder), "expression:1:", causes)
    }
  }

  @Test func longExpressionsThatAreRight() {
    let cases = [
      ("0." + String(repeating: "3", count: 10_000) + " + a", "1\n"),
      (String(repeating: "-", count: 100_000) + "a", "1\n"),
      (String(repeating: "-", count: 100_001) + "a", "-1\n"),
      ("a" + String(repeating: " + a", count: 50_000), "50001\n"),
    ]
    for (text, derivative) in cases {
      let outcome = Executable.adc.run(["diff", "-"], input: text, in: folder)
      #expect(outcome.output == derivative, "\(outcome.errors)")
      #expect(outcome.status == 0)
    }
    let tower = Array(repeating: "a", count: 20_000).joined(separator: "^")
    let outcome = Executable.adc.run(["diff", "-"], input: tower, in: folder)
    #expect(outcome.status == 0 || outcome.errors.contains("nested too deeply"))
  }

  private func compile(_ text: String) -> Outcome { compile(Array(text.utf8)) }

  private func compile(_ bytes: [UInt8]) -> Outcome {
    folder.write(bytes, to: "m.ad")
    return Executable.adc.run(["compile", "m.ad"], in: folder)
  }

  @Test func bytesThatAreNoText() {
    let model = Array("param w = 1\nminimize w^2 + ".utf8)
    expectMistake(
      compile(model + [0xff, 0xfe] + Array("*w\n".utf8)), "m.ad:2:16",
      ["not valid UTF-8", "offset 27"])
    expectMistake(compile([]), "m.ad", ["no model"])
    #expect(!folder.exists("m.adb"))
  }

  @Test func marksAndLineEndsOfOtherSystems() {
    let model = "param w = 2\nminimize (w - 1)^2\n"
    #expect(compile([0xef, 0xbb, 0xbf] + Array(model.utf8)).status == 0)
    let plain = folder.bytes(of: "m.adb")
    #expect(!plain.isEmpty)
    let lines = { (text: String) in
      text.split(separator: "\n").joined(separator: "\r\n") + "\r\n"
    }
    #expect(compile(lines(model)).status == 0)
    expectMistake(
      compile(lines("param w = 2\nparam v = 1\nminimize (w - q)^2\n")), "m.ad:3:15",
      ["`q` is not defined"])
  }

  @Test(
    arguments: [
      (
        "param weight = 1\nminimize (wieght - 2)^2\n", "m.ad:2:11",
        ["`wieght` is not defined", "did you mean `weight`?"]
      ),
      ("param w = 1\nparam w = 2\nminimize w^2\n", "m.ad:2:7", ["defined twice", "m.ad:1:7"]),
      (
        "param w = 1\nlet p = q + w\nlet q = r + 1\nlet r = p * 2\nminimize p^2\n", "m.ad:2:",
        ["p -> q -> r -> p"]
      ),
      ("param w = 1\nlet p = p + 1\nminimize p*w\n", "m.ad:2:9", ["`p` is defined by itself"]),
      (
        "param A: [3, 2] = 1\nparam v: [4] = 0\nminimize sum((A @ v)^2)\n", "m.ad:3:",
        ["[3, 2]", "[4]", "2 and 4"]
      ),
      ("param exp = 1\nminimize exp(exp)\n", "m.ad:2:10", ["`exp` is a parameter", "m.ad:1:7"]),
    ] as [(String, String, [String])])
  func models(text: String, place: String, causes: [String]) {
    expectMistake(compile(text), place, causes)
  }

  /// A parameter named like a constant is that parameter everywhere.
  @Test func namesHideConstants() {
    folder.write("param pi = 1\nminimize (pi - 2)^2\n", to: "m.ad")
    let outcome = Executable.adc.run(["gradient", "m.ad"], in: folder)
    #expect(outcome.output == "loss  1\nd/dpi  -2\n")
  }

  private static let line = """
    input x: [n]
    input y: [n]
    param w = 1
    minimize mean((w*x - y)^2)
    train { data "d.csv"; optimizer sgd(rate: 0.1); epochs 3 }

    """

  @Test(
    arguments: [
      ("x,z\n1,2\n3,4\n", ["d.csv", "no column `y`", "`x`, `z`"]),
      ("x,b,y\n1,2,3\n4,5\n6,7,8\n", ["d.csv", "line 3", "2 fields where 3 are expected"]),
      ("x,y\n1,2\n2,n/a\n", ["d.csv", "line 3", "column y", "`n/a`"]),
      ("x,y\n1,2\nNaN,3\n", ["d.csv", "line 3", "column x", "`NaN`"]),
      ("x,y\n1,2\n3,1e999\n", ["d.csv", "line 3", "column y"]),
      ("", ["d.csv", "empty"]),
      ("x,y\n", ["d.csv", "no rows"]),
    ]) func data(text: String, causes: [String])
  {
    folder.write(Self.line, to: "m.ad")
    folder.write(text, to: "d.csv")
    expectMistake(Executable.adc.run(["train", "m.ad"], in: folder), "d.csv", causes)
  }

  @Test func headersOfTenMillionColumns() {
    folder.write(Self.line, to: "m.ad")
    var header: [UInt8] = []
    for column in 0..<10_000_000 { header += Array("c\(column),".utf8) }
    folder.write(header + Array("\n".utf8), to: "d.csv")
    let outcome = Executable.adc.run(["train", "m.ad"], in: folder)
    expectMistake(outcome, "d.csv", ["columns"])
  }

  private func train(_ model: String, _ arguments: String...) -> Outcome {
    folder.write(model, to: "m.ad")
    return Executable.adc.run(["train", "m.ad"] + arguments, in: folder)
  }

  @Test func lossesThatAreNoNumbers() {
    let start = train("param w = 1\nminimize 1/(w - 1)\ntrain { optimizer sgd(); steps 5 }\n")
    expectMistake(start, "m.ad:2", ["at the start (step 0)", "1/(w - 1)"])
    let root = train(
      "param w = 0.3\nminimize sqrt(w)\ntrain { optimizer sgd(rate: 0.2); steps 50 }\n")
    expectMistake(
      root, "m.ad:2", ["nan at step 2", "last good parameters: w = 0.117", "`sqrt(w)`"])
    let escape = train("param w = 10\nminimize w^4\ntrain { optimizer sgd(rate: 1); steps 500 }\n")
    expectMistake(escape, "m.ad:2", ["diverged", "step 4", "smaller rate"])
  }

  @Test func settingsOutOfRange() {
    folder.write("x,y\n" + (1...20).map { "0.\($0),\($0)\n" }.joined(), to: "d.csv")
    let change = { (old: String, new: String) in
      Self.line.split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
    }
    expectMistake(train(change("0.1", "-0.1")), "m.ad:5:43", ["rate", "-0.1"])
    expectMistake(train(change("0.1", "0")), "m.ad:5:43", ["rate"])
    expectMistake(train(change("epochs 3", "epochs 0")), "m.ad:5:56", ["`epochs`"])
    expectMistake(train(change("epochs 3", "batch 0")), "m.ad:5:55", ["`batch`"])
    let option = train(Self.line, "--optimizer", "sgd(rate: -1)")
    expectMistake(option, "--optimizer:1:11", ["rate"], status: 2)
    // A batch of more rows than there are is all rows.
    let whole = train(Self.line)
    let large = train(Self.line, "--batch", "1000")
    #expect(large.status == 0)
    #expect(large.output == whole.output)
  }
}
