// Statements and what stands in braces.

extension LayoutBuilder {
  mutating func item(_ kind: ItemKind) -> Layout {
    guard kind == .block else { return statement(kind) }
    let isDeclaration =
      isWord("let", at: index)
      && (tokens[index + 1].kind == .name || namesSeveral(at: index + 1))
    return isDeclaration ? statement(.block) : .group([expression(isNested: true)])
  }

  /// Whether `(a, b) =` stands at a place.
  private func namesSeveral(at start: Int) -> Bool {
    var place = start
    guard tokens[place].kind == .leftParenthesis else { return false }
    repeat {
      guard tokens[place + 1].kind == .name else { return false }
      place += 2
    } while tokens[place].kind == .comma
    return tokens[place].kind == .rightParenthesis && tokens[place + 1].kind == .equals
  }

  /// A word, then its clauses.
  private mutating func statement(_ kind: ItemKind) -> Layout {
    let word = source.text(token.range)
    var parts = [take()]
    if kind != .settings, ["input", "param", "const", "let", "state"].contains(word),
      self.kind == .name
    {
      parts += [.space, take()]
    }
    while !isAtEnd { parts += clause(of: word, kind) }
    return .group(parts)
  }

  private var isAtEnd: Bool {
    switch kind {
    case .lineEnd, .semicolon, .rightBrace, .end: true
    default: false
    }
  }

  private mutating func clause(of word: String, _ kind: ItemKind) -> [Layout] {
    switch self.kind {
    case .colon: return [take()]
    case .comma: return [take(), .nest([.line, expression(isNested: true)])]
    case .percent: return [take()]
    case .span, .closedRange, .halfOpenRange: return [take(), expression(isNested: true)]
    case .equals, .assign, .tilde: return assignment()
    case .leftBrace:
      let isBody = word == "fn" || word == "derivative"
      let inner: ItemKind =
        isBody ? .block : word == "optimizer" ? .optimizerStatements : .settings
      return [.text(isBody ? " =" : ""), .space, block(inner)]
    case .name where word == "param" && kind == .statements && isWord("in", at: index):
      return [.space, take()]
    default: return [.space, expression(isNested: true)]
    }
  }

  /// A sign and the value behind it, which has a line of its own where it is too long for this one
  /// and does not break in brackets.
  private mutating func assignment() -> [Layout] {
    let sign = take()
    if kind == .leftBrace { return [.space, sign, .space, block(.block)] }
    let value = expression(isNested: false)
    let isSplit = value.isChain || sign.endsWithComment || value.startsWithComment
    if isSplit { return [.space, sign, .group([.nest([.line, value])])] }
    return [.space, sign, .space, value]
  }
}
