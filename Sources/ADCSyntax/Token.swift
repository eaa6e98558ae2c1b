/// A word, number, text or sign of the language, and where it stands.
package struct Token: Hashable, Sendable {
  /// What a token is; the raw value of a sign or a reserved word is its spelling.
  package enum Kind: String, CaseIterable, Hashable, Sendable {
    case number, string, name
    /// Something the lexer has already reported.
    case invalid
    case lineEnd = "end of the line"
    case end = "end of the text"
    case leftParenthesis = "("
    case rightParenthesis = ")"
    case leftBracket = "["
    case rightBracket = "]"
    case leftBrace = "{"
    case rightBrace = "}"
    case comma = ","
    case semicolon = ";"
    case colon = ":"
    case assign = ":="
    case equals = "="
    case tilde = "~"
    case percent = "%"
    case prime = "'"
    case plus = "+"
    case minus = "-"
    case times = "*"
    case divide = "/"
    case at = "@"
    case caret = "^"
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case equal = "=="
    case notEqual = "!="
    case span = ".."
    case closedRange = "..."
    case halfOpenRange = "..<"
    case ifWord = "if"
    case thenWord = "then"
    case elseWord = "else"
    case andWord = "and"
    case orWord = "or"
    case notWord = "not"
  }

  /// The value of a number; 0 for all else.
  package var value: Double
  // A text has as many tokens as anything: offsets take half the memory of a range.
  private var lower: Int32
  private var upper: Int32
  /// What it is.
  package var kind: Kind
  /// Whether nothing but white space and comments precedes it in its line.
  package var startsLine: Bool
  /// Whether white space or the end of the text follows it.
  package var spaceFollows: Bool

  /// A token at a range, whose offsets are kept in 32 bits: beyond 2 GiB they are clamped.
  package init(
    kind: Kind, range: SourceRange, value: Double, startsLine: Bool, spaceFollows: Bool
  ) {
    self.value = value
    lower = Int32(clamping: range.lower)
    upper = Int32(clamping: range.upper)
    self.kind = kind
    self.startsLine = startsLine
    self.spaceFollows = spaceFollows
  }

  /// Where it stands.
  package var range: SourceRange { SourceRange(Int(lower), Int(upper)) }
}

/// A comment, and where it stands among the tokens.
package struct Comment: Hashable, Sendable {
  /// From its slashes to the end of its line.
  package var range: SourceRange
  /// The place of the token that follows it.
  package var token: Int
  /// Whether nothing but white space precedes it in its line.
  package var startsLine: Bool
}

extension Token.Kind {
  /// Words that are never names.
  package static let reservedWords: [String: Token.Kind] = [
    "if": .ifWord, "then": .thenWord, "else": .elseWord,
    "and": .andWord, "or": .orWord, "not": .notWord,
  ]

  var isReservedWord: Bool {
    switch self {
    case .ifWord, .thenWord, .elseWord, .andWord, .orWord, .notWord: true
    default: false
    }
  }

  /// Operators with an operand on both sides, in the sense of the rule about lines.
  var isInfixOperator: Bool {
    switch self {
    case .plus, .minus, .times, .divide, .at, .caret, .andWord, .orWord, .less, .lessOrEqual,
      .greater, .greaterOrEqual, .equal, .notEqual:
      true
    default: false
    }
  }

  /// Whether a line that ends in it goes on in the next.
  package var continuesAtLineEnd: Bool {
    switch self {
    case .comma, .equals, .assign, .colon, .tilde, .span, .thenWord, .elseWord: true
    default: isInfixOperator
    }
  }

  var comparison: ComparisonOperator? {
    switch self {
    case .less: .less
    case .lessOrEqual: .lessOrEqual
    case .greater: .greater
    case .greaterOrEqual: .greaterOrEqual
    case .equal: .equal
    case .notEqual: .notEqual
    default: nil
    }
  }

  /// Whether it is `(`, `[` or `{`.
  package var opensBracket: Bool {
    self == .leftParenthesis || self == .leftBracket || self == .leftBrace
  }

  /// Whether it is `)`, `]` or `}`.
  package var closesBracket: Bool {
    self == .rightParenthesis || self == .rightBracket || self == .rightBrace
  }

  /// The sign that closes this one.
  var closer: Token.Kind {
    switch self {
    case .leftParenthesis: .rightParenthesis
    case .leftBracket: .rightBracket
    case .leftBrace: .rightBrace
    default: .end
    }
  }

  /// Whether a value can begin with it.
  var startsOperand: Bool {
    switch self {
    case .number, .string, .name, .leftParenthesis, .leftBracket, .ifWord, .notWord: true
    default: false
    }
  }
}
