import ADCKit
import FoundationEssentials
import TestSupport
import Testing

/// Sessions at the prompt, as one would see them: what is typed stands behind `> `, lines that go
/// on behind `. `, and answers below.
@Suite struct PromptTests {
  private static let folder = Repository.root + "/Tests/Golden/Sessions"
  static let sessions = Repository.files(in: folder, ending: ".txt")

  @Test func thereAreSome() { #expect(Self.sessions.count >= 6) }

  /// With `ADC_RECORD=1` in the environment the answers are written, and the test fails.
  @Test(arguments: sessions)
  func transcripts(_ file: String) throws {
    let path = "\(Self.folder)/\(file)"
    let recorded = try String(contentsOfFile: path, encoding: .utf8)
    let found = Self.transcript(of: Self.entries(in: recorded))
    #expect(try GoldenFile(path).mismatch(with: found) == nil)
  }

  private static func entries(in transcript: String) -> [String] {
    var entries: [String] = []
    for line in transcript.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("> ") {
        entries.append(String(line.dropFirst(2)))
      } else if line.hasPrefix(". ") {
        entries[entries.count - 1] += "\n" + line.dropFirst(2)
      }
    }
    return entries
  }

  private static func transcript(of entries: [String]) -> String {
    var session = PromptSession()
    var text = ""
    let scratch =
      FileManager.default.temporaryDirectory.path + "/adc-\(UInt64.random(in: 0...UInt64.max))"
    try? FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    for entry in entries {
      text += "> " + entry.split(separator: "\n").joined(separator: "\n. ") + "\n"
      let typed = entry.replacing("SAMPLES", with: Repository.root + "/Samples")
        .replacing("SCRATCH", with: scratch)
      let answer = session.answer(typed)
      var shown = answer.text
      shown += answer.failure?.text(colour: false, under: typed, indent: 2, columns: 80) ?? ""
      shown += answer.remarks
      text += shown.replacing(Repository.root + "/Samples", with: "SAMPLES").replacing(
        scratch, with: "SCRATCH")
      if answer.ends { break }
    }
    return text
  }

  // What a transcript does not show.

  private func answers(_ lines: String...) -> [PromptAnswer] {
    var session = PromptSession()
    return lines.map { session.answer($0) }
  }

  @Test func aLineIsTakenWholeOrNotAtAll() {
    let found = answers("a = 1", "a = 2; b = sni(a)", "a", "b")
    #expect(found[1].failure != nil && found[1].text == "")
    #expect(found[2].text == "1\n")
    #expect(found[3].text == "b\n")
  }

  @Test func linesOfInputAreCounted() throws {
    let found = answers("a = 1", "f(x) = {\n  let y = x\n  y\n}", "", "f(1, 2)")
    let message = try #require(found[3].failure).text(colour: false)
    #expect(message.hasPrefix("input:7:1: error AD0402"), "\(message)")
  }

  @Test func deepAndLongLinesAreAnswered() {
    let deep = String(repeating: "(", count: 10_000) + "x" + String(repeating: ")", count: 10_000)
    let long = String(repeating: "x+", count: 20_000) + "x"
    let found = answers(deep, long, String(repeating: "sin ", count: 1000))
    #expect(found[0].failure != nil)
    #expect(found[1].text == "20001*x\n")
    #expect(found[2].failure != nil)
  }

  @Test func longChainsOfDefinitionsAreAnswered() {
    var session = PromptSession()
    _ = session.answer("x0 = 1")
    for place in 1...200 { _ = session.answer("x\(place) = x\(place - 1) + 1") }
    #expect(session.answer("x200").text == "201\n")
    #expect(session.answer("x0 = x200").failure != nil)
    #expect(session.answer("x0 = 401").failure == nil)
    #expect(session.answer("x200").text == "601\n")
  }

  @Test func completionKnowsCommandsNamesAndSignatures() {
    var session = PromptSession()
    _ = session.answer("signal(t, k) = sin(k*t)")
    let names = session.completion(of: "2*sig").candidates
    #expect(names.map(\.name).starts(with: ["sigmoid", "sigmoid_cross_entropy", "sign", "signal"]))
    #expect(names.contains { $0.description == "signal(t, k)" && $0.insertion == "signal(" })
    #expect(session.completion(of: ":pl").candidates.map(\.insertion) == [":plot "])
    #expect(session.completion(of: "signal(").hint == "signal(t, k)")
    #expect(session.completion(of: "qqq").candidates.isEmpty)
  }

  @Test func linesAreJoinedWhileABracketIsOpen() {
    var lines = PromptLines()
    #expect(lines.add("sum([1,") == nil)
    #expect(lines.isWaiting)
    #expect(lines.add("2])") == "sum([1,\n2])")
    #expect(lines.add("x +") == nil)
    #expect(lines.add("1") == "x +\n1")
    #expect(lines.add(":save (") == ":save (")
    #expect(lines.add("x)") == "x)")
    #expect(lines.rest() == nil)
  }

  @Test func coloursKeepTheText() {
    for text in [
      "f(x) = x^2 + \"a\" // c", ":plot sin(x) -3..3", "2x § ≤ é", "if a then 1 else 2", ":",
    ] {
      let plain = PromptText.coloured(text).replacing(/\u{1B}\[[0-9;]*m/, with: "")
      #expect(plain == text)
    }
  }
}
