import ADCSyntax
import ADCTraining

/// The colours of a text by the meaning of its names.
enum SemanticTokens {
  /// In the order of the legend; the names are the protocol's.
  enum Kind: Int, CaseIterable {
    case keyword, variable, parameter, function, property, type, number, string, comment, `operator`
  }

  /// In the order of the legend: the first is bit 0.
  static let modifiers = ["declaration", "readonly", "defaultLibrary"]

  struct Mark {
    var range: SourceRange
    var kind: Kind
    var modifiers = 0
  }
}

extension TextDocument {
  /// Five numbers for each token: lines and units from the one before, length, kind, modifiers.
  mutating func semanticTokens() -> JSONValue {
    var data: [JSONValue] = []
    var (line, unit) = (0, 0)
    let names = analysed { $0.names }
    for mark in marks(names) {
      let position = self.line(of: mark.range.lower)
      let start = source.lineStarts[position]
      let column = Self.units(source.bytes[start..<mark.range.lower])
      let length = Self.units(source.bytes[mark.range.lower..<mark.range.upper])
      let gap = position == line ? column - unit : column
      for number in [position - line, gap, length, mark.kind.rawValue, mark.modifiers] {
        data.append(.number(Double(number)))
      }
      (line, unit) = (position, column)
    }
    return ["data": .array(data)]
  }

  /// All tokens in the order of the text; names that are no declared or known name are words of
  /// the language.
  private func marks(_ names: NameTable) -> [SemanticTokens.Mark] {
    let places = Dictionary(
      names.places.map { ($0.name.range.lower, $0) }, uniquingKeysWith: { first, _ in first })
    let (tokens, comments) = Lexer.tokensAndComments(of: source)
    var marks = comments.map { SemanticTokens.Mark(range: $0.range, kind: .comment) }
    for token in tokens {
      switch token.kind {
      case .name:
        let place = places[token.range.lower].map { mark($0, names) }
        marks.append(place ?? SemanticTokens.Mark(range: token.range, kind: .keyword))
      case .number: marks.append(SemanticTokens.Mark(range: token.range, kind: .number))
      case .string: marks.append(SemanticTokens.Mark(range: token.range, kind: .string))
      case .ifWord, .thenWord, .elseWord, .andWord, .orWord, .notWord:
        marks.append(SemanticTokens.Mark(range: token.range, kind: .keyword))
      case .invalid, .lineEnd, .end, .leftParenthesis, .rightParenthesis, .leftBracket,
        .rightBracket, .leftBrace, .rightBrace, .comma, .semicolon, .colon:
        break
      default: marks.append(SemanticTokens.Mark(range: token.range, kind: .operator))
      }
    }
    return marks.sorted { $0.range.lower < $1.range.lower }
  }

  private func mark(_ place: NameTable.Place, _ names: NameTable) -> SemanticTokens.Mark {
    var mark = SemanticTokens.Mark(range: place.name.range, kind: .variable)
    guard let number = place.declaration else {
      switch place.role {
      case .setting, .label: mark.kind = .property
      case .call:
        mark.kind = .function
        mark.modifiers = 4
      case .declaration, .use:
        if KnownName.builtIn(place.name.text) != nil { mark.modifiers = 6 }
      }
      return mark
    }
    switch names.declarations[number].kind {
    case .function, .distribution, .optimizer: mark.kind = .function
    case .argument, .index, .state: mark.kind = .parameter
    case .dimension: mark.kind = .type
    case .input, .constant, .number: mark.modifiers = 2
    case .output: mark.kind = .property
    case .parameter, .binding, .setting, .statement, .word: break
    }
    if place.role == .declaration { mark.modifiers |= 1 }
    return mark
  }
}
