import ADCSyntax
import FoundationEssentials
import TestSupport
import Testing

@Suite("Source has one layout")
struct FormatterTests {
  private func formatted(_ text: String) throws -> String {
    let (result, diagnostics) = Formatter.format(SourceText(name: "model", text: text))
    return try #require(result, "\(diagnostics)\n\(text)")
  }

  /// The texts of the comments, without white space behind them.
  private func comments(_ text: String) -> [String] {
    Lexer.comments(of: SourceText(name: "model", text: text)).map { comment in
      var bytes = Array(text.utf8)[comment.range.lower..<comment.range.upper]
      while let last = bytes.last, last == 0x20 || last == 0x09 || last == 0x0D {
        bytes.removeLast()
      }
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  /// Checks that the layout keeps the tree and the comments and is its own layout.
  private func check(_ text: String, _ name: Testing.Comment) throws {
    let result = try formatted(text)
    let (before, after) = (
      Parser.parse(SourceText(name: "model", text: text)),
      Parser.parse(SourceText(name: "model", text: result))
    )
    try #require(after.diagnostics.isEmpty, "\(name): \(after.diagnostics)\n\(text)\n->\n\(result)")
    try #require(
      before.file.erasingRanges == after.file.erasingRanges, "\(name)\n\(text)\n->\n\(result)")
    try #require(comments(text) == comments(result), "\(name)\n\(text)\n->\n\(result)")
    let again = try formatted(result)
    try #require(again == result, "\(name)\n\(text)\n->\n\(result)\n->\n\(again)")
  }

  @Test("Random programs keep their tree and their comments, and have one layout")
  func randomPrograms() throws {
    let seed: UInt64 = 4
    var generator = ProgramGenerator(try Grammar.ofTheLanguage(), seed: seed)
    var spelling = Spelling(random: SeededGenerator(seed: seed))
    for round in 0..<3000 {
      let text = spelling.text(of: generator.tokens(of: "file", depth: 12 + round % 28))
      try check(text, "seed \(seed), round \(round)")
    }
  }

  @Test("Samples keep their tree and their comments, and those for reading are laid out already")
  func samples() throws {
    for folder in ["Samples", "Samples/benchmarks", "Samples/benchmarks/symbolic"] {
      let path = "\(Repository.root)/\(folder)"
      let files = try FileManager.default.contentsOfDirectory(atPath: path)
        .filter { $0.hasSuffix(".ad") }
      #expect(files.count >= 5)
      for file in files {
        let text = try String(contentsOfFile: "\(path)/\(file)", encoding: .utf8)
        try check(text, "\(file)")
        guard folder == "Samples" else { continue }
        #expect(try formatted(text) == text, "\(file): run `adc fmt`")
      }
    }
  }

  @Test("Golden layouts")
  func golden() throws {
    let folder = Repository.root + "/Tests/Golden/Layout"
    let files = Repository.files(in: folder, ending: ".ad")
    #expect(files.count >= 4)
    for file in files {
      let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
      try check(text, "\(file)")
      let path = "\(folder)/\(file.dropLast(3)).expected"
      let found = try formatted(text)
      #expect(try GoldenFile(path).mismatch(with: found) == nil)
    }
  }

  @Test("Lines end before column 100 where there is a place to break them")
  func width() throws {
    let sum = (0..<40).map { "weight\($0)*feature[\($0), :]" }.joined(separator: "+")
    let call = "f(" + (0..<40).map { "argument\($0)" }.joined(separator: ",") + ")"
    let array = "[" + (0..<300).map { "\($0)" }.joined(separator: ",") + "]"
    for value in [sum, call, array, "if \(sum)>0 then \(call) else \(sum)", "g(\(sum), \(call))"] {
      let text = try formatted("let x=\(value)\nminimize \(value)\n")
      #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 }, "\(text)")
      try check(text, "\(value)")
    }
  }

  @Test("A text with a mistake has no layout")
  func mistakes() {
    let (text, diagnostics) = Formatter.format(SourceText(name: "model", text: "let x = (1 +"))
    #expect(text == nil && !diagnostics.isEmpty)
  }

  @Test("Brackets as deep as they may be")
  func deepBrackets() throws {
    let depth = Parser.nestingLimit - 2
    for (open, close) in [("(", ")"), ("[", "]"), ("f(1 + 2*(", "))"), ("sin(-", ")")] {
      let count = depth / open.filter { "([".contains($0) }.count / (open.count > 4 ? 4 : 1)
      let value =
        String(repeating: open, count: count) + "x" + String(repeating: close, count: count)
      try check("let y = \(value) // deep\n", "\(open) \(count) times")
    }
  }

  @Test("A long model takes time that grows with its length")
  func longModel() throws {
    var text = ""
    for line in 0..<10_000 {
      text += "let a\(line)=sin(x\(line) )* 2+[1,2,  3][\(line % 3)]//note\n"
    }
    let result = try formatted(text)
    #expect(result.split(separator: "\n").count == 10_000)
  }
}
