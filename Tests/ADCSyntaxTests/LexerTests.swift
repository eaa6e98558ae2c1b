import ADCSyntax
import Testing

@Suite("Characters become tokens")
struct LexerTests {
  private func kinds(_ text: String) -> [Token.Kind] {
    Lexer.tokens(of: SourceText(name: "t", text: text)).tokens.dropLast().map(\.kind)
  }

  @Test(
    "Numbers",
    arguments: [
      ("1e-3", 1e-3), ("2.5E-2", 0.025), (".5", 0.5), ("5.", 5), ("1_000", 1000), ("5.e2", 500),
      ("0", 0), ("1e+2", 100), ("1_0.2_5", 10.25), ("4.9e-324", .leastNonzeroMagnitude),
      ("1e-999", 0),
      ("1.7976931348623157e308", .greatestFiniteMagnitude),
    ])
  func numbers(text: String, value: Double) {
    let (tokens, _, diagnostics) = Lexer.tokens(of: SourceText(name: "t", text: text))
    #expect(diagnostics.isEmpty)
    #expect(tokens.map(\.kind) == [.number, .end])
    #expect(tokens.first?.value == value)
  }

  @Test("The points of a range do not belong to a number")
  func ranges() {
    #expect(kinds("0..<3") == [.number, .halfOpenRange, .number])
    #expect(kinds("2...") == [.number, .closedRange])
    #expect(kinds("2....5") == [.number, .closedRange, .number])
    #expect(kinds("1.5...2.") == [.number, .closedRange, .number])
    #expect(kinds("\"p0\"..\"p9\"") == [.string, .span, .string])
  }

  @Test("Names of all scripts, and words that are reserved")
  func names() {
    #expect(kinds("β θ_1 größe 数 _x n\u{302}") == Array(repeating: .name, count: 6))
    #expect(
      kinds("if then else and or not") == [
        .ifWord, .thenWord, .elseWord, .andWord, .orWord, .notWord,
      ])
    #expect(kinds("iff If input param") == [.name, .name, .name, .name])
  }

  @Test("Dots and digits of other scripts do not hide in names")
  func hiddenCharacters() {
    for text in ["a\u{B7}b", "a\u{FF11}", "a\u{200D}b", "a\u{FE0F}", "a\u{203F}b"] {
      #expect(!Lexer.tokens(of: SourceText(name: "t", text: text)).diagnostics.isEmpty, "\(text)")
    }
  }

  @Test("Descriptions belong to the token below them")
  func descriptions() {
    let text = """
      /// first
      ///   second \u{20}
      let a = 1 /// no
      //// no
      // no
      let b = 2
      ///
      let c = 3
      """
    let file = Parser.parse(SourceText(name: "t", text: text)).file
    #expect(file.statements.map(\.description) == ["first\n  second", nil, ""])
    let printed = TreePrinter.print(file)
    #expect(printed.hasPrefix("/// first\n///   second\nlet a = 1\nlet b = 2\n///\n"))
  }

  @Test("What a text says")
  func texts() {
    let source = SourceText(name: "t", text: #"train { data "a\"b\\c\td", "größe" }"#)
    guard case .train(let settings)? = Parser.parse(source).file.statements.first?.form else {
      Issue.record("no training")
      return
    }
    #expect(settings.first?.values.map(\.form) == [.string("a\"b\\c\td"), .string("größe")])
  }
}
