/// Makes the layout of a text that parses: its own tokens in their order, comments in their places.
///
/// Statements end where the parser found that they do. Only `;` and line breaks are left out, `=`
/// is put before a block, and numbers lose a point without a digit beside it.
struct LayoutBuilder {
  let source: SourceText
  let tokens: [Token]
  private let comments: [Comment]
  /// Tokens before which a statement ends with its line.
  private let endsBefore: Set<Int>
  /// The current token.
  var index = 0
  private var nextComment = 0

  /// Takes over what a parser has read without mistakes.
  init(_ parser: Parser) {
    source = parser.source
    tokens = parser.tokens
    comments = parser.comments
    endsBefore = Set(parser.lineEnds)
  }

  /// The layout of the whole file.
  static func layout(of parser: Parser) -> Layout {
    var builder = LayoutBuilder(parser)
    return .sequence(builder.items(.statements))
  }

  // Tokens

  var token: Token { tokens[index] }

  /// What stands at the current place; `lineEnd` where a statement ends before it.
  var kind: Token.Kind { isAtLineEnd ? .lineEnd : tokens[index].kind }

  var isAtLineEnd: Bool { endsBefore.contains(index) && index != itemStart }
  /// The first token of the current item, which no line end hides.
  var itemStart = 0

  func isWord(_ word: String, at place: Int) -> Bool {
    place < tokens.count && tokens[place].kind == .name && source.text(tokens[place].range) == word
  }

  /// Whether `i in …` begins at a place.
  func startsLoopRange(at place: Int) -> Bool {
    place < tokens.count && tokens[place].kind == .name && isWord("in", at: place + 1)
  }

  /// The current token with the comments before it and behind it.
  ///
  /// A comment touches a sign before it: with a space, a sign that begins a line is an operator.
  mutating func take(isSign: Bool = false) -> Layout {
    var parts = ownComments()
    parts.append(.text(spelling(token)))
    index += 1
    if let comment = trailingComment(isTight: isSign) { parts.append(comment) }
    return .sequence(parts)
  }

  /// The comments before the current token, which have lines of their own.
  mutating func ownComments() -> [Layout] {
    var found: [Layout] = []
    while let comment = comment(before: index) { found.append(.ownComment(text(comment))) }
    return found
  }

  private mutating func comment(before place: Int) -> Comment? {
    guard nextComment < comments.count, comments[nextComment].token <= place else { return nil }
    defer { nextComment += 1 }
    return comments[nextComment]
  }

  /// The comment behind the token that was taken last, in its line.
  mutating func trailingComment(isTight: Bool = false) -> Layout? {
    guard nextComment < comments.count, comments[nextComment].token <= index,
      !comments[nextComment].startsLine
    else { return nil }
    defer { nextComment += 1 }
    return .trailingComment(text(comments[nextComment]), isTight: isTight)
  }

  private func text(_ comment: Comment) -> String {
    var range = comment.range
    while range.upper > range.lower, Ascii.isBlank(source.bytes[range.upper - 1]) {
      range.upper -= 1
    }
    return source.text(range)
  }

  private func spelling(_ token: Token) -> String {
    let text = source.text(token.range)
    guard token.kind == .number else { return text }
    var number = text.lowercased()
    if number.first == "." { number = "0" + number }
    if let point = number.firstIndex(of: "."),
      !(number[number.index(after: point)...].first?.isNumber ?? false)
    {
      number.remove(at: point)
    }
    return number
  }

  /// Whether a blank line stands before an offset.
  private func isAfterBlankLine(_ offset: Int) -> Bool {
    var place = offset - 1
    var count = 0
    while place >= 0, Ascii.isBlank(source.bytes[place]) || source.bytes[place] == Ascii.newline {
      if source.bytes[place] == Ascii.newline { count += 1 }
      place -= 1
    }
    return count >= 2 && place >= 0
  }

  // Items

  enum ItemKind {
    case statements, settings, optimizerStatements, block
  }

  /// The items up to the closing brace or the end, each on a line of its own, with the blank lines
  /// between them.
  mutating func items(_ kind: ItemKind) -> [Layout] {
    var parts: [Layout] = []
    var isFirst = true
    func separate(_ offset: Int) {
      if !isFirst || kind != .statements {
        parts.append(.hardLine(isBlank: !isFirst && isAfterBlankLine(offset)))
      }
      isFirst = false
    }
    while true {
      while tokens[index].kind == .semicolon {
        index += 1
        if let comment = trailingComment() { parts.append(comment) }
      }
      while let comment = comment(before: index) {
        separate(comment.range.lower)
        parts.append(.ownComment(text(comment)))
      }
      if tokens[index].kind == .semicolon { continue }
      guard tokens[index].kind != .rightBrace, tokens[index].kind != .end else { return parts }
      separate(tokens[index].range.lower)
      let outer = itemStart
      itemStart = index
      parts.append(item(kind))
      itemStart = outer
    }
  }

  /// `{ … }` with an item a line.
  mutating func block(_ kind: ItemKind) -> Layout {
    let opener = take()
    let inner = items(kind)
    let parts = [Layout.nest(inner), .hardLine(), take()]
    return .sequence([opener] + parts)
  }
}
