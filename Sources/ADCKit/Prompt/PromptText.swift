import ADCModel
import ADCSyntax

/// What a piece of a prompt's text is, for its colour.
package enum TextRole: Sendable, CaseIterable {
  case number, function, keyword, `operator`, string, comment, command, mistake

  /// The terminal's code for it.
  var colour: String {
    switch self {
    case .number: "36"
    case .function: "34"
    case .keyword: "35"
    case .operator: "33"
    case .string: "32"
    case .comment: "2"
    case .command: "1;35"
    case .mistake: "31"
    }
  }
}

/// Text of a prompt as a terminal shows it.
package enum PromptText {
  /// The columns that a text takes.
  package static func width(of text: some StringProtocol) -> Int { DisplayWidth.of(text) }

  /// The columns that a character takes: 0, 1 or 2.
  package static func width(of character: Character) -> Int { DisplayWidth.of(character) }

  /// The text with a colour for each role.
  package static func coloured(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var result = ""
    var place = 0
    for (range, role) in roles(in: text) where range.lowerBound >= place {
      result += String(decoding: bytes[place..<range.lowerBound], as: UTF8.self)
      result += "\u{1B}[\(role.colour)m"
      result += String(decoding: bytes[range], as: UTF8.self)
      result += "\u{1B}[0m"
      place = range.upperBound
    }
    return result + String(decoding: bytes[place...], as: UTF8.self)
  }

  /// The pieces of a text that have a role, in order, as ranges of UTF-8 offsets.
  package static func roles(in text: String) -> [(range: Range<Int>, role: TextRole)] {
    let source = SourceText(name: "", text: text)
    var roles: [(range: Range<Int>, role: TextRole)] = []
    var start = 0
    if PromptLines.isCommand(text), let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) {
      let lower = text.utf8.distance(from: text.startIndex, to: colon)
      start = lower + text.utf8[colon...].prefix { $0 != UInt8(ascii: " ") }.count
      let word = String(source.text(SourceRange(lower + 1, start)))
      roles.append((lower..<start, PromptSession.command(named: word) == nil ? .mistake : .command))
      guard PromptSession.takesExpression(word) else { return roles }
    }
    let (tokens, _, mistakes) = Lexer.tokens(of: source, from: start)
    var end = start
    for (place, token) in tokens.enumerated() {
      if let comment = comment(in: source, end..<token.range.lower) {
        roles.append((comment, .comment))
      }
      end = token.range.upper
      guard !token.range.isEmpty,
        let role = role(of: token, before: tokens[min(place + 1, tokens.count - 1)], source)
      else { continue }
      roles.append((token.range.lower..<token.range.upper, role))
    }
    for mistake in mistakes where mistake.range.upper <= source.bytes.count {
      roles.removeAll { $0.range.overlaps(mistake.range.lower..<mistake.range.upper) }
      if !mistake.range.isEmpty {
        roles.append((mistake.range.lower..<mistake.range.upper, .mistake))
      }
    }
    return roles.sorted { $0.range.lowerBound < $1.range.lowerBound }
  }

  private static func comment(in source: SourceText, _ range: Range<Int>) -> Range<Int>? {
    guard range.lowerBound < range.upperBound,
      let slash = source.bytes[range].firstIndex(of: UInt8(ascii: "/"))
    else { return nil }
    let last = source.bytes[range].lastIndex { !Self.isBlank($0) } ?? slash
    return slash..<last + 1
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 10 || byte == 9 }

  private static func role(of token: Token, before next: Token, _ source: SourceText) -> TextRole? {
    switch token.kind {
    case .number: return .number
    case .string: return .string
    case .invalid: return .mistake
    case .name:
      if next.kind == .leftParenthesis, !next.startsLine { return .function }
      let word = source.text(token.range)
      let starts = KnownName.ofStatements.contains { $0.name == word }
      return starts && next.kind == .name && token.startsLine ? .keyword : nil
    case .ifWord, .thenWord, .elseWord, .andWord, .orWord, .notWord: return .keyword
    case .leftParenthesis, .rightParenthesis, .leftBracket, .rightBracket, .leftBrace,
      .rightBrace, .comma, .semicolon, .colon, .lineEnd, .end:
      return nil
    default: return .operator
    }
  }
}

extension SourceRange {
  fileprivate var isEmpty: Bool { upper <= lower }
}

extension PromptSession {
  /// Whether a command is followed by something in the language.
  static func takesExpression(_ word: String) -> Bool {
    switch command(named: word)?.name {
    case nil, "load", "save", "help", "quit", "vars": false
    default: true
    }
  }
}
