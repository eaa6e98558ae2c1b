import Testing

/// `adc fmt` on files and on standard input.
@Suite struct FormatCommandTests {
  private let folder = Folder()
  private let untidy = "param x=1 // start\nminimize   x ^ 2\n"
  private let tidy = "param x = 1  // start\nminimize x^2\n"

  private func adc(_ arguments: String..., input: String = "") -> Outcome {
    Executable.adc.run(arguments, input: input, in: folder)
  }

  @Test func filesAreLaidOutInPlace() {
    folder.write(untidy, to: "a.ad")
    folder.write(tidy, to: "b.ad")
    let outcome = adc("fmt", "a.ad", "b.ad")
    #expect(outcome.status == 0 && outcome.output.isEmpty && outcome.errors.isEmpty)
    #expect(folder.text(of: "a.ad") == tidy)
    #expect(folder.text(of: "b.ad") == tidy)
    #expect(folder.names == ["a.ad", "b.ad"])
  }

  @Test func checkNamesWhatWouldChange() {
    folder.write(untidy, to: "a.ad")
    folder.write(tidy, to: "b.ad")
    let outcome = adc("fmt", "--check", "a.ad", "b.ad")
    #expect(outcome.status == 1)
    #expect(outcome.output == "a.ad\n")
    #expect(outcome.errors.contains("AD0610"))
    #expect(folder.text(of: "a.ad") == untidy)
    #expect(adc("fmt", "--check", "b.ad").status == 0)
  }

  @Test func standardInputGoesToStandardOutput() {
    #expect(adc("fmt", "-", input: untidy).output == tidy)
    #expect(adc("fmt", "--check", "-", input: untidy).status == 1)
    #expect(adc("fmt", "-", input: "\u{FEFF}param x = 1\r\n").output == "param x = 1\n")
  }

  @Test func filesWithMistakesStayAsTheyAre() {
    folder.write("param x=(1\n", to: "bad.ad")
    folder.write(untidy, to: "a.ad")
    let outcome = adc("fmt", "bad.ad", "missing.ad", "a.ad")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("bad.ad:1:9: error AD0103"))
    #expect(outcome.errors.contains("missing.ad"))
    #expect(folder.text(of: "bad.ad") == "param x=(1\n")
    #expect(folder.text(of: "a.ad") == tidy)
  }
}
