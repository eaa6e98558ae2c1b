// What is typed at a prompt.

/// A statement, or an expression whose value is asked for.
package enum Entry: Hashable, Sendable {
  /// `x = 3` and `f(x) = x^2` are `let` and `fn` without the word.
  case statement(Statement)
  case expression(Expression)
}

extension Parser {
  /// Reads what is typed at a prompt, from an offset of the text on.
  /// - Returns: what could be read, and what is wrong, in the order of the text.
  package static func parseEntries(
    _ source: SourceText, from start: Int = 0
  ) -> (entries: [Entry], diagnostics: [Diagnostic]) {
    var parser = Parser(source, from: start)
    let entries = parser.isRecovering ? [] : parser.entries()
    return (entries, parser.orderedDiagnostics())
  }

  /// `7 // 2` where no comment is expected: the mistake; nil where every comment has a line alone.
  ///
  /// - Parameter isCertain: Whether a comment behind a value is a mistake whatever it says, and not
  ///   only where it reads like the divisor that it is elsewhere.
  package static func cutExpression(
    _ source: SourceText, from start: Int = 0, isCertain: Bool = true
  ) -> Diagnostic? {
    let bytes = source.bytes
    let slash = UInt8(ascii: "/")
    guard
      (start..<max(start, bytes.count - 1)).contains(where: {
        bytes[$0] == slash && bytes[$0 + 1] == slash
      })
    else { return nil }
    for comment in Lexer.read(source, from: start).comments where !comment.startsLine {
      let range = comment.range
      if !isCertain {
        let divisor = Parser(source, from: range.lower + 2).tokens.first?.kind
        guard divisor == .number || divisor == .leftParenthesis else { continue }
      }
      return Diagnostic(
        "AD0012", "`//` begins a comment: what follows it is not read",
        at: SourceRange(range.lower, range.lower + 2),
        fix: "write `floor(a/b)` for a whole quotient")
    }
    return nil
  }

  /// Whether a text is so far the beginning of something: a bracket is open, or its last line goes
  /// on by the rule about lines.
  package static func isIncomplete(_ text: String) -> Bool {
    let (tokens, _, mistakes) = Lexer.tokens(of: SourceText(name: "", text: text))
    guard mistakes.isEmpty else { return false }
    var open = 0
    for token in tokens {
      if token.kind.opensBracket { open += 1 }
      if token.kind.closesBracket { open -= 1 }
      // What closes nothing will not get better.
      if open < 0 { return false }
    }
    guard open == 0, tokens.count > 1 else { return open > 0 }
    let last = tokens[tokens.count - 2]
    // `:` alone at the end of a complete line is a mistake of its own.
    return last.kind.continuesAtLineEnd && last.kind != .colon
  }

  /// Reads `x = 1, y = [1, 2]` from an offset on, as far as it goes.
  /// - Returns: names with their values, the offset behind them, and what is wrong.
  package static func parsePoint(
    _ source: SourceText, from start: Int
  ) -> (pairs: [(name: Name, value: Expression)], end: Int, diagnostics: [Diagnostic]) {
    var parser = Parser(source, from: start)
    var pairs: [(name: Name, value: Expression)] = []
    var end = start
    while parser.kind == .name, parser.token(after: 1).kind == .equals {
      let name = parser.declaredName("")
      parser.advance()
      pairs.append((name, parser.expression()))
      end = parser.isRecovering ? end : parser.token.range.lower
      if parser.take(.comma) == nil { break }
      end = parser.token.range.lower
    }
    return (pairs, end, parser.orderedDiagnostics())
  }

  /// Reads settings of a run, as `train { }` has them, from an offset on.
  package static func parseSettings(
    _ source: SourceText, from start: Int
  ) -> (settings: [TrainSetting], diagnostics: [Diagnostic]) {
    var parser = Parser(source, from: start)
    var settings: [TrainSetting] = []
    parser.separators()
    while parser.token.kind != .end, !parser.isRecovering {
      settings.append(parser.setting())
      if !parser.isRecovering { parser.endStatement() }
      parser.separators()
    }
    return (settings, parser.orderedDiagnostics())
  }

  mutating func entries() -> [Entry] {
    var entries: [Entry] = []
    separators()
    while token.kind != .end, diagnostics.count < Parser.diagnosticLimit {
      let start = index
      if let read = entry(), !isRecovering { entries.append(read) }
      if !isRecovering { endStatement() }
      recover(from: start, level: 0)
      separators()
    }
    return entries
  }

  mutating func entry() -> Entry? {
    if startsDefinition { return definition() }
    if startsEntryStatement { return statement().map { .statement($0) } }
    return .expression(expression())
  }

  /// `x = 3`, `f(x) = x^2`.
  mutating func definition() -> Entry {
    let start = token.range.lower
    let description = descriptions[index]
    let name = declaredName("")
    let form: Statement.Form
    if kind == .leftParenthesis {
      let places = formals("fn")
      form = .function(name, places, body: body("after the arguments of a function"))
    } else {
      _ = expect(.equals, "after the name")
      let value = expression()
      form = .binding(
        LetDeclaration(
          name: name, value: value, description: description, range: range(from: start)))
    }
    return .statement(Statement(form, description: description, range: range(from: start)))
  }

  /// Whether a name with `=` behind it, or with arguments and `=`, stands here.
  private var startsDefinition: Bool {
    guard kind == .name else { return false }
    if token(after: 1).kind == .equals { return true }
    guard token(after: 1).kind == .leftParenthesis else { return false }
    var depth = 0
    var place = 1
    repeat {
      let next = token(after: place).kind
      if next == .end { return false }
      if next.opensBracket { depth += 1 }
      if next.closesBracket { depth -= 1 }
      place += 1
    } while depth > 0
    return token(after: place).kind == .equals && !token(after: place).startsLine
  }

  /// Whether a statement of a model stands here: one of its words with something behind it that no
  /// expression could have there.
  private var startsEntryStatement: Bool {
    guard kind == .name else { return false }
    let next = token(after: 1)
    guard !next.startsLine else { return false }
    switch text(token) {
    case "train": return next.kind == .leftBrace
    case "let": return next.kind == .leftParenthesis || next.kind == .name
    case "minimize", "maximize", "fit", "output", "report":
      return next.kind.startsOperand || next.kind == .minus
    case let word: return Parser.statementWords.contains(word) && next.kind == .name
    }
  }
}
