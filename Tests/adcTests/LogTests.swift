import Testing

/// What a run leaves beside its parameters: `--log` and the record in the file of `--save`.
@Suite struct LogTests {
  private let folder = Folder(samples: true)

  private func train(_ arguments: String...) -> Outcome {
    Executable.adc.run(["train", "Samples/polynomial.ad"] + arguments, in: folder)
  }

  @Test func linesAreThoseOfJSON() {
    folder.write("{\"torn", to: "log.jsonl")
    let outcome = train("--epochs", "3", "--json", "--log", "log.jsonl")
    func plain(_ text: String) -> [Substring] {
      text.split(separator: "\n").map { $0.prefix { $0 != "s" } }
    }
    #expect(plain(folder.text(of: "log.jsonl")) == ["{\"torn"] + plain(outcome.output))
    #expect(train("--epochs", "3", "--log", "log.jsonl").status == 0)
    #expect(folder.text(of: "log.jsonl").split(separator: "\n").count == 9)
  }

  @Test func troubleWithTheFile() {
    let full = train("--epochs", "3", "--log", "/dev/full")
    #expect(full.status == 0 && full.output.hasPrefix("loss"))
    #expect(full.errors.contains("warning AD0701: /dev/full: cannot write it: No space left"))
    #expect(full.errors.split(separator: "the log ends here").count == 2)
    let missing = train("--log", "none/log.jsonl")
    #expect(missing.status == 1 && missing.errors.hasPrefix("error AD0701: none/log.jsonl"))
  }

  /// A run that was interrupted and resumed leaves the same file as one that was not.
  @Test func recordOfARun() throws {
    #expect(train("--epochs", "1500", "--save", "whole.json").status == 0)
    #expect(train("--epochs", "701", "--save", "half.json").status == 0)
    #expect(train("--epochs", "1500", "--resume", "half.json", "--save", "both.json").status == 0)
    #expect(folder.bytes(of: "whole.json") == folder.bytes(of: "both.json"))
    let run = try JSON(folder.text(of: "whole.json"))["run"]
    #expect(run["model"].string == "Samples/polynomial.ad")
    let epochs = run["epochs"].entries.compactMap { $0["epoch"].number }
    #expect(epochs.prefix(3) == [1, 3, 5] && epochs.suffix(2) == [1499, 1500])
  }
}
