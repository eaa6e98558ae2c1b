import Testing

/// Interruptions, full disks, closed pipes, and files that are none.
@Suite struct SystemTests {
  private let folder = Folder()

  init() {
    folder.write(
      "param x = -1.2\nparam y = 1\nminimize (1 - x)^2 + 100*(y - x^2)^2\n"
        + "output x + y as total\ntrain { optimizer adam(rate: 0.001); steps 2000000000 }\n",
      to: "long.ad")
    folder.write(
      "param w = 2\nminimize (w - 1)^2\noutput w\ntrain { optimizer sgd(rate: 0.1); steps 20 }\n",
      to: "m.ad")
  }

  /// What a command reads stays as it is, whatever name an output is given.
  @Test(arguments: [
    ["train", "--save", "m.ad"], ["train", "--log", "d.csv"], ["train", "--save", "./d.csv"],
    ["predict", "--from", "run.json", "-o", "d.csv"],
    ["predict", "--from", "run.json", "-o", "run.json"], ["compile", "-o", "m.ad"],
    ["emit", "--to", "ad", "-o", "m.ad"], ["plot", "--from", "run.json", "-o", "run.json"],
    ["train", "--save", "new.json", "--log", "new.json"],
  ])
  func inputsAreNotOverwritten(_ arguments: [String]) {
    folder.write("x,y\n0,1\n1,3\n2,5.5\n", to: "d.csv")
    folder.write(
      "input x: [n]\ninput y: [n]\nparam a = 0\nparam b = 1\nfit y ~ a + b*x\noutput a + b*x as m\n"
        + "train { data \"d.csv\" }\n", to: "m.ad")
    #expect(Executable.adc.run(["train", "m.ad", "--save", "run.json"], in: folder).status == 0)
    let names = ["m.ad", "d.csv", "run.json"]
    let before = names.map { folder.text(of: $0) }
    let outcome = Executable.adc.run(
      [arguments[0], "m.ad"] + arguments.dropFirst(), in: folder)
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("would overwrite"), "\(outcome.errors)")
    #expect(names.map { folder.text(of: $0) } == before)
  }

  /// Ctrl-C ends training with what it has so far; another run goes on from there.
  @Test func interruptionsSave() throws {
    var ticks = 0
    let outcome = Executable.adc.run(
      ["train", "long.ad", "--save", "p.json"], in: folder,
      interruptWhen: {
        ticks += 1
        return ticks == 300
      })
    #expect(outcome.status == 130)
    #expect(outcome.signal == 0)
    #expect(outcome.errors.contains("interrupted"))
    let parameters = try JSON(folder.text(of: "p.json"))["parameters"]
    #expect(parameters.names == ["x", "y"])
    #expect(parameters["x"].number != -1.2)
    let next = Executable.adc.run(
      ["train", "long.ad", "--from", "p.json", "--steps", "1"], in: folder)
    #expect(next.status == 0, "\(next.errors)")
    let start = Executable.adc.run(["gradient", "long.ad", "--json"], in: folder)
    let there = Executable.adc.run(
      ["gradient", "long.ad", "--from", "p.json", "--json"], in: folder)
    #expect(
      try #require(JSON(there.output)["loss"].number)
        < #require(JSON(start.output)["loss"].number))
  }

  @Test(
    arguments: [
      "compile m.ad -o /dev/full", "train m.ad --save /dev/full", "train m.ad > /dev/full",
      "train m.ad --json > /dev/full", "diff x^2 > /dev/full", "help > /dev/full",
      "gradient m.ad > /dev/full", "disassemble m.ad > /dev/full",
      "predict m.ad -o /dev/full", "predict m.ad > /dev/full", "check m.ad > /dev/full",
    ]) func fullDisks(command: String)
  {
    let outcome = Executable.script("\"$ADC\" \(command)", in: folder)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("No space left on device"), "\(outcome.errors)")
    #expect(folder.names == ["long.ad", "m.ad"])
  }

  @Test(
    arguments: [
      "train long.ad --json --trace 1,2,3 --steps 1000 | head -1", "diff x^2 | true",
      "disassemble m.ad | head -1", "help train | true",
    ]) func closedPipes(command: String)
  {
    let outcome = Executable.script("\"$ADC\" \(command)", in: folder)
    #expect(outcome.status == 0)
    #expect(!outcome.errors.contains("error"), "\(outcome.errors)")
    #expect(!outcome.errors.contains("Fatal"))
  }

  /// A file is replaced whole or not at all.
  @Test func savesAreAtomic() {
    folder.write("precious", to: "p.json")
    let failing = Executable.adc.run(["train", "nosuch.ad", "--save", "p.json"], in: folder)
    #expect(failing.status == 1)
    #expect(folder.text(of: "p.json") == "precious")
    let limited = Executable.script(
      "(ulimit -f 0; trap '' XFSZ; \"$ADC\" train m.ad --save p.json 2>&1) | cat", in: folder)
    #expect(limited.output.contains("cannot write"), "\(limited.output)")
    #expect(folder.text(of: "p.json") == "precious")
    #expect(folder.names == ["long.ad", "m.ad", "p.json"])
    #expect(Executable.adc.run(["train", "m.ad", "--save", "p.json"], in: folder).status == 0)
    #expect(folder.text(of: "p.json").hasPrefix("{"))
    #expect(folder.names == ["long.ad", "m.ad", "p.json"])
  }

  @Test(
    arguments: [
      (["compile", "nosuch.ad"], "nosuch.ad"), (["compile", "."], "Is a directory"),
      (["train", ".", "--json"], ""), (["train", ""], "error"),
      (["gradient", "/dev/null"], "no model"),
      (["train", "m.ad", "--from", "nosuch.json"], "nosuch.json"),
      (["train", "m.ad", "--from", "."], "Is a directory"),
      (["train", "m.ad", "--from", "m.ad"], "m.ad"),
      (["train", "m.ad", "--save", "."], "directory"),
      (["train", "m.ad", "--save", "no/such/folder.json"], "No such file"),
      (["train", "m.ad", "--save", ""], "error"), (["compile", "m.ad", "-o", ""], "error"),
      (["compile", "m.ad", "-o", "."], "directory"),
      (["train", "m.ad", "--input", "w=nosuch.npy"], "nosuch.npy"),
    ]) func filesThatAreNone(arguments: [String], cause: String)
  {
    expectMistake(Executable.adc.run(arguments, in: folder), cause, status: 1)
  }

  @Test(
    arguments: [
      (["train", "m.ad", "--input", "q=m.ad"], "`q`"),
      (["train", "m.ad", "--set", "q=1"], "`q`"), (["train", "m.ad", "--set", "w="], "error"),
      (["train", "m.ad", "--set", "w=1e999"], "1e999"),
      (["train", "m.ad", "--optimizer", ""], "error"),
      (["train", "m.ad", "--optimizer", "nosuch()"], "nosuch"),
    ]) func valuesThatAreNone(arguments: [String], cause: String)
  {
    expectMistake(Executable.adc.run(arguments, in: folder), cause, status: 2)
  }

  private func expectMistake(_ outcome: Outcome, _ cause: String, status: Int32) {
    #expect(outcome.status == status, "\(outcome.output)")
    if !outcome.output.hasPrefix("{") {
      #expect(outcome.output.isEmpty)
      #expect(outcome.errors.contains(cause), "\(outcome.errors)")
    }
    #expect(folder.names == ["long.ad", "m.ad"])
  }

  /// Bytes that are no UTF-8 reach the process as they are.
  @Test func argumentsThatAreNoText() {
    for command in [
      "diff \"$(printf 'x + \\377\\376')\"", "\"$(printf '\\377')\"",
      "train \"$(printf '\\300.ad')\"",
      "train m.ad \"$(printf -- '--\\377')\"", "train m.ad --set \"$(printf '\\377=1')\"",
      "train m.ad --save \"$(printf 'no/\\377')\"",
    ] {
      let outcome = Executable.script("\"$ADC\" \(command)", in: folder)
      #expect(outcome.status == 1 || outcome.status == 2, "\(command)")
      #expect(outcome.errors.contains("error AD"), "\(command)")
    }
  }

  @Test func unreadableFiles() {
    let outcome = Executable.script(
      "chmod 0 m.ad; test -r m.ad && exit 77; \"$ADC\" compile m.ad", in: folder)
    if outcome.status == 77 { return }
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("Permission denied"))
  }

  /// Numbers at the edges of what fits end in a result or a message.
  @Test(
    arguments: [
      ["--seed", "9223372036854775807"], ["--steps", "1", "--batch", "9223372036854775807"],
      ["--steps", "1", "--trace", "1,9223372036854775807"], ["--seed", "18446744073709551616"],
      ["--epochs", "00000000000000000000000000000001"], ["--trace", "0"], ["--trace", ","],
    ]) func edgesOfNumbers(options: [String])
  {
    let outcome = Executable.adc.run(["train", "m.ad"] + options, in: folder)
    #expect(outcome.status == 0 || outcome.status == 2)
    #expect((outcome.status == 0) == !outcome.output.isEmpty)
  }

  @Test(arguments: ["x", "x^x", "sin(x*y*z*u*v*w)"]) func hugeOrders(expression: String) {
    let outcome = Executable.adc.run(
      ["diff", expression, "--order", "9223372036854775807"], in: folder, limit: 60)
    #expect(outcome.status == 1)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("too many or too long"))
  }
}
