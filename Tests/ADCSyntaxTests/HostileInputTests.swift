import ADCSyntax
import Testing

@Suite("Hostile input gets a message, never a trap")
struct HostileInputTests {
  /// What must be refused, the code that says why, and the offset that the message points at.
  struct Mistake: CustomTestStringConvertible {
    var text: String
    var code: String
    var offset: Int

    init(_ text: String, _ code: String, at offset: Int) {
      self.text = text
      self.code = code
      self.offset = offset
    }

    var testDescription: String { "\(code): \(text.prefix(24))" }
  }

  static let mistakes = [
    Mistake("((a + 1) * (b - 2)", "AD0103", at: 0),
    Mistake("a * 2) + 3", "AD0104", at: 5),
    Mistake("[a + (1 - b])", "AD0104", at: 11),
    Mistake("", "AD0102", at: 0),
    Mistake(" \t  \n ", "AD0102", at: 6),
    Mistake("a - ", "AD0102", at: 3),
    Mistake("/ a", "AD0102", at: 0),
    Mistake("a / * b", "AD0102", at: 4),
    Mistake("a b", "AD0105", at: 2),
    Mistake("cos a", "AD0105", at: 4),
    Mistake("3a - 1", "AD0008", at: 0),
    Mistake("a + 0.1.2", "AD0004", at: 4),
    Mistake("2E * a", "AD0005", at: 0),
    Mistake("min(a, b,)", "AD0111", at: 8),
    Mistake("a = 1 + b", "AD0106", at: 2),
    Mistake("a * ?b", "AD0002", at: 4),
    Mistake("a \u{2212} b", "AD0003", at: 2),
    Mistake("a \u{D7} b", "AD0003", at: 2),
    Mistake("a + \u{FF13}\u{FF14}", "AD0003", at: 4),
    Mistake("a + 1e400", "AD0006", at: 4),
    Mistake("a * \u{0} + b", "AD0002", at: 4),
    Mistake("a\n b", "AD0105", at: 3),
  ]

  @Test("Mistakes in an expression", arguments: mistakes)
  func expression(mistake: Mistake) throws {
    let source = SourceText(name: "expression", text: mistake.text)
    let diagnostics = Parser.parseExpression(source).diagnostics
    let first = try #require(diagnostics.first)
    #expect(first.code == mistake.code)
    #expect(first.range.lower == mistake.offset)
    #expect(rendered(first, in: source, colour: true).contains(mistake.code))
  }

  @Test("Two look-alikes in one expression are both named")
  func lookAlikes() {
    let source = SourceText(name: "expression", text: "a \u{2212} 3 \u{D7} b")
    let (expression, diagnostics) = Parser.parseExpression(source)
    #expect(diagnostics.map(\.fix) == ["write `-`", "write `*`"])
    #expect(diagnostics.map(\.message).joined().contains("U+2212"))
    #expect(diagnostics.map(\.message).joined().contains("U+00D7"))
    #expect(TreePrinter.print(expression) == "a - 3*b")
  }

  @Test("Numbers of any length")
  func longNumbers() {
    let wide = SourceText(name: "e", text: String(repeating: "8", count: 500) + " * a")
    #expect(Parser.parseExpression(wide).diagnostics.map(\.code) == ["AD0006"])
    let fine = SourceText(name: "e", text: "0." + String(repeating: "6", count: 10_000))
    let (expression, diagnostics) = Parser.parseExpression(fine)
    #expect(diagnostics.isEmpty)
    #expect(expression.form == .number(2.0 / 3))
  }

  @Test(
    "Deep nesting is refused once",
    arguments: [
      ("(", ")"), ("sin(", ")"), ("[", "]"), ("x[", "]"), ("if x then ", " else y"), ("-(", ")"),
      ("1 + (", ")"), ("-+", ""), ("2^-", ""), ("", "'"), ("", "[0]"), ("not (", ")"),
      ("a or b and not c < d + e * -f^g(h, ", ")"),
    ])
  func deepNesting(open: String, close: String) {
    let text =
      String(repeating: open, count: 50_000) + "x" + String(repeating: close, count: 50_000)
    let source = SourceText(name: "expression", text: text)
    #expect(Parser.parseExpression(source).diagnostics.map(\.code) == ["AD0108"])
    let model = SourceText(name: "model", text: "let a = \(text)\nlet b = 1")
    let (file, diagnostics) = Parser.parse(model)
    #expect(diagnostics.map(\.code) == ["AD0108"])
    #expect(file.statements.count == 1)
  }

  @Test("Nesting up to a hundred levels is read")
  func allowedNesting() {
    for (open, close) in [("(", ")"), ("sin(", ")"), ("-(", ")"), ("1/(1 + ", ")")] {
      let count = open == "1/(1 + " ? 66 : 150
      let text =
        String(repeating: open, count: count) + "x" + String(repeating: close, count: count)
      #expect(Parser.parseExpression(SourceText(name: "e", text: text)).diagnostics.isEmpty)
    }
  }

  @Test("Chains of one operator are one node, whatever their length")
  func longChains() {
    let signs = SourceText(name: "e", text: String(repeating: "-", count: 100_000) + "x")
    let signed = Parser.parseExpression(signs)
    #expect(signed.diagnostics.isEmpty)
    guard case .prefix(.minus, count: 100_000, _) = signed.expression.form else {
      Issue.record("not one node of signs")
      return
    }
    for (separator, printed) in [("^", "^"), ("+", " + "), ("*", "*"), (" or ", " or ")] {
      let text = Array(repeating: "x", count: 20_000).joined(separator: separator)
      let (expression, diagnostics) = Parser.parseExpression(SourceText(name: "e", text: text))
      #expect(diagnostics.isEmpty)
      let expected = Array(repeating: "x", count: 20_000).joined(separator: printed)
      #expect(TreePrinter.print(expression) == expected)
    }
    let choices = String(repeating: "if x then 1 else ", count: 20_000) + "2"
    let choice = Parser.parseExpression(SourceText(name: "e", text: choices))
    #expect(choice.diagnostics.isEmpty)
  }

  @Test("A name of a megabyte is refused without repeating it")
  func longName() throws {
    let source = SourceText(name: "e", text: String(repeating: "n", count: 1_000_000) + " - 1")
    let diagnostics = Parser.parseExpression(source).diagnostics
    #expect(diagnostics.map(\.code) == ["AD0009"])
    let first = try #require(diagnostics.first)
    #expect(rendered(first, in: source, colour: false).utf8.count < 600)
  }

  @Test("Files: encoding, byte-order mark, line ends, emptiness")
  func files() {
    let broken = SourceText(name: "m", bytes: Array("let a = 1\nlet b = ".utf8) + [0xC3, 0x28])
    let problems = Parser.parse(broken).diagnostics
    #expect(problems.map(\.code) == ["AD0001"])
    #expect(problems.first?.message.contains("byte offset 18, in line 2") ?? false)

    let marked = SourceText(name: "m", bytes: [0xEF, 0xBB, 0xBF] + Array("let a = 1".utf8))
    #expect(Parser.parse(marked).diagnostics.isEmpty)

    let text = "// first\r\nlet a = 1 +\r\n  2\r\n\r\nlet b = a a\r\n"
    let windows = SourceText(name: "m", text: text)
    let found = Parser.parse(windows).diagnostics
    #expect(found.map { windows.position(of: $0.range.lower).line } == [5])
    #expect(found.map { windows.position(of: $0.range.lower).column } == [11])

    #expect(Parser.parse(SourceText(name: "m", text: "")).file.statements.isEmpty)
    #expect(Parser.parse(SourceText(name: "m", text: "")).diagnostics.isEmpty)
  }

  @Test("Random bytes, and programs with random bytes in them")
  func randomBytes() throws {
    let seed: UInt64 = 4
    var generator = ProgramGenerator(try Grammar.ofTheLanguage(), seed: seed)
    var spelling = Spelling(random: SeededGenerator(seed: seed))
    var total = 0
    for round in 0..<1500 {
      var bytes = Array(spelling.text(of: generator.tokens(of: "file", depth: 16)).utf8)
      for _ in 0..<(1 + round % 6) {
        let byte = UInt8.random(in: 0...(round % 4 == 0 ? 255 : 127), using: &generator.random)
        bytes.insert(byte, at: Int.random(in: 0...bytes.count, using: &generator.random))
      }
      if round % 5 == 0 { bytes.removeLast(bytes.count / 2) }
      let source = SourceText(name: "bytes", bytes: bytes)
      let (file, diagnostics) = Parser.parse(source)
      #expect(diagnostics.count <= Parser.diagnosticLimit)
      for diagnostic in diagnostics {
        total += 1
        let lines = rendered(diagnostic, in: source, colour: false)
        try #require(lines.contains(diagnostic.code), "seed \(seed), round \(round)")
        try #require(!lines.unicodeScalars.contains { $0.value < 9 || $0.value == 0x1B })
      }
      let printed = TreePrinter.print(file)
      let again = Parser.parse(SourceText(name: "printed", text: printed))
      try #require(again.diagnostics.isEmpty, "\(again.diagnostics)\n\(printed)")
      let expression = Parser.parseExpression(source)
      try #require(expression.diagnostics.count <= Parser.diagnosticLimit)
    }
    #expect(total > 1000)
  }

  @Test("At most twenty errors are reported")
  func manyErrors() {
    let text = String(repeating: "let a = 1 2\n", count: 1000)
    #expect(Parser.parse(SourceText(name: "m", text: text)).diagnostics.count == 20)
    let stray = String(repeating: "$", count: 1000)
    #expect(Parser.parse(SourceText(name: "m", text: stray)).diagnostics.count == 20)
  }
}
