import Testing

/// Help, versions, and what is said of a command line that is wrong.
@Suite struct CommandLineTests {
  private static let commands = [
    "compile", "train", "gradient", "predict", "diff", "check", "bench", "disassemble", "emit",
  ]

  @Test func overviewNamesEveryCommand() {
    let folder = Folder()
    for arguments in [["help"], ["--help"], ["-h"]] {
      let outcome = Executable.adc.run(arguments, in: folder)
      #expect(outcome.status == 0)
      #expect(outcome.errors.isEmpty)
      for command in Self.commands { #expect(outcome.output.contains("\n  \(command) ")) }
    }
    let bare = Executable.adc.run([], in: folder)
    #expect(bare.status == 2)
    #expect(bare.output.isEmpty)
    #expect(bare.errors.contains("usage: adc"))
  }

  @Test(arguments: commands) func everyCommandExplainsItself(command: String) {
    let folder = Folder()
    let help = Executable.adc.run(["help", command], in: folder)
    #expect(help.status == 0)
    #expect(help.output.hasPrefix("usage: adc \(command)"))
    #expect(help.output.contains("\nexample: adc \(command) "))
    for asked in [[command, "--help"], [command, "nosuch.ad", "-h"]] {
      #expect(Executable.adc.run(asked, in: folder).output == help.output)
    }
  }

  /// An example in the help is a command that works.
  @Test func examplesInTheHelpRun() {
    let folder = Folder(samples: true)
    for command in Self.commands where command != "bench" {
      let help = Executable.adc.run(["help", command], in: folder).output
      guard let line = help.split(separator: "\n").last(where: { $0.hasPrefix("example: adc ") })
      else { continue }
      let outcome = Executable.script(
        "adc() { \"$ADC\" \"$@\"; }; " + line.dropFirst("example: ".count), in: folder)
      #expect(outcome.status == 0, "\(line): \(outcome.errors)")
    }
  }

  @Test func version() {
    let outcome = Executable.adc.run(["--version"], in: Folder())
    #expect(outcome.status == 0)
    #expect(outcome.output.wholeMatch(of: /adc \d+\.\d+\.\d+\n/) != nil)
  }

  @Test(
    arguments: [
      (["trian", "m.ad"], "`train`"), (["gradeint", "m.ad"], "`gradient`"),
      (["help", "dif"], "`diff`"), (["train", "--epoch", "3", "m.ad"], "`--epochs`"),
      (["diff", "x", "--ordr", "2"], "`--order`"),
      (["train", "--svae=p.json", "m.ad"], "`--save`"),
    ]) func mistypedWordsGetTheNearest(arguments: [String], proposed: String)
  {
    let outcome = Executable.adc.run(arguments, in: Folder())
    #expect(outcome.status == 2)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("did you mean \(proposed)?"))
  }

  @Test(
    arguments: [
      ["train"], ["train", "a.ad", "b.ad"], ["nonsense-of-a-command"], [""], ["--nosuch"],
      ["train", "m.ad", "--epochs"], ["train", "m.ad", "--epochs", "x"],
      ["train", "m.ad", "--epochs", "1", "--steps", "1"], ["train", "m.ad", "--epochs", "-3"],
      ["train", "m.ad", "--batch", "0"], ["train", "m.ad", "--seed", "1.5"],
      ["train", "m.ad", "--steps", "99999999999999999999999"], ["train", "m.ad", "--epochs", ""],
      ["train", "m.ad", "--set", "w"], ["train", "m.ad", "--set", "=1"],
      ["train", "m.ad", "--input", "x"], ["train", "m.ad", "--save", "a", "--save", "b"],
      ["bench", "m.ad", "--what", "nothing"], ["diff", "x", "--at", "x"],
      ["diff", "x", "--at", "x=one"], ["diff", "x", "--order", "0"],
      ["diff", "x", "--simplify", "some"], ["train", "m.ad", "--engine", "steam"],
      ["train", "m.ad", "--threads", "0"], ["gradient", "m.ad", "--threads", "two"],
    ]) func wrongCommandLinesEndWith2(arguments: [String])
  {
    let folder = Folder()
    folder.write(
      "param w = 2\nminimize (w - 1)^2\ntrain { optimizer sgd(); steps 5 }\n", to: "m.ad")
    let outcome = Executable.adc.run(arguments, in: folder)
    #expect(outcome.status == 2)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("error AD"))
    #expect(outcome.errors.last == "\n")
  }

  @Test func errorsAreJSONWhereAsked() throws {
    let folder = Folder()
    folder.write("param weight = 1\nminimize (wieght - 2)^2\n", to: "m.ad")
    let model = Executable.adc.run(["train", "m.ad", "--json"], in: folder)
    #expect(model.status == 1)
    let event = try JSON(model.output)
    #expect(event["event"].string == "error")
    #expect(event["file"].string == "m.ad")
    #expect(event["line"].number == 2)
    #expect(event["column"].number == 11)
    #expect(event["code"].string?.hasPrefix("AD") == true)
    #expect(event["message"].string?.contains("wieght") == true)
    let line = Executable.adc.run(["train", "--json", "--nosuch"], in: folder)
    #expect(line.status == 2)
    #expect(try JSON(line.output)["event"].string == "error")
  }
}
