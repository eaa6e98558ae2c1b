/// Reads a text into a tree by recursive descent over `Grammar/ad.ebnf`.
///
/// A method that is named like a production of the grammar reads that production. Nothing throws:
/// the first mistake of a statement is reported, the rest of the statement is skipped, and reading
/// goes on with the next one. Time and memory grow with the length of the text.
package struct Parser {
  /// The largest height of an expression's tree, and the most brackets open at one place.
  ///
  /// Trees can thus be walked by recursion, also on a stack of 512 KB.
  package static let nestingLimit = 200
  /// After this many errors the rest of the text is not read.
  package static let diagnosticLimit = 20

  let source: SourceText
  let tokens: [Token]
  let descriptions: [Int: String]
  var diagnostics: [Diagnostic]
  /// The comments between the tokens.
  let comments: [Comment]
  /// The places of the tokens before which a line's end was found to end a statement.
  private(set) var lineEnds: [Int] = []
  /// The place of the current token.
  var index = 0
  /// The brackets that are open here.
  var openBrackets: [Token] = []
  /// Whether the current token is hidden behind the end of its statement's last line.
  var isAtLineEnd = false
  /// Whether a mistake was reported in this statement: all readers then see the end of the text.
  var isRecovering = false
  /// Whether a constraint is read, where `and` joins nothing.
  var isInConstraint = false
  /// The height of the tree that was read last.
  var height = 0
  /// How many nodes of an expression are under way: their operands are being read.
  var depth = 0

  /// Reads a model file.
  /// - Returns: what could be read, and what is wrong, in the order of the text; at most
  ///   `diagnosticLimit` errors.
  package static func parse(
    _ source: SourceText
  ) -> (file: SourceFile, diagnostics: [Diagnostic]) {
    var parser = Parser(source)
    let file = parser.wholeFile()
    return (file, parser.orderedDiagnostics())
  }

  private mutating func wholeFile() -> SourceFile {
    isRecovering ? SourceFile(statements: []) : file()
  }

  /// A parser that has read a whole file, with its tokens and what it found out about their lines.
  static func reading(_ source: SourceText) -> (parser: Parser, diagnostics: [Diagnostic]) {
    var parser = Parser(source)
    _ = parser.wholeFile()
    return (parser, parser.orderedDiagnostics())
  }

  /// Reads a single expression from an offset on; anything after it is an error.
  package static func parseExpression(
    _ source: SourceText, from start: Int = 0
  ) -> (expression: Expression, diagnostics: [Diagnostic]) {
    var parser = Parser(source, from: start)
    let expression = parser.wholeExpression()
    return (expression, parser.orderedDiagnostics())
  }

  init(_ source: SourceText, from start: Int = 0) {
    self.source = source
    let lexer = Lexer.read(source, from: start)
    tokens = lexer.tokens
    descriptions = lexer.descriptions
    diagnostics = lexer.diagnostics
    comments = lexer.comments
    isRecovering = diagnostics.first?.code == "AD0001"
  }

  private mutating func wholeExpression() -> Expression {
    let value = expression()
    if kind == .lineEnd {
      isAtLineEnd = false
    }
    if kind != .end { reportLeftover() }
    return value
  }

  func orderedDiagnostics() -> [Diagnostic] {
    let ordered = diagnostics.enumerated().sorted {
      ($0.element.range.lower, $0.offset) < ($1.element.range.lower, $1.offset)
    }
    return ordered.prefix(Parser.diagnosticLimit).map(\.element)
  }
}

// Tokens

extension Parser {
  /// The token at the current place, whatever the lines.
  var token: Token { tokens[min(index, tokens.count - 1)] }

  func token(after distance: Int) -> Token { tokens[min(index + distance, tokens.count - 1)] }

  /// What a reader sees at the current place.
  var kind: Token.Kind {
    if isRecovering { return .end }
    return isAtLineEnd ? .lineEnd : token.kind
  }

  /// The end of what was read last.
  var previousEnd: Int { index > 0 ? tokens[index - 1].range.upper : 0 }

  func text(_ token: Token) -> String { source.text(token.range) }

  /// Goes on to the next token, and finds out whether the line between them ends a statement.
  @inline(never)
  mutating func advance() {
    guard index < tokens.count - 1 else { return }
    index += 1
    isAtLineEnd = tokens[index].startsLine && lineEnds(before: index)
    if isAtLineEnd { lineEnds.append(index) }
  }

  /// The rule about lines, for a token that starts one.
  func lineEnds(before place: Int) -> Bool {
    guard place > 0, tokens[place].kind != .end else { return false }
    if let open = openBrackets.last, open.kind != .leftBrace { return false }
    if tokens[place - 1].kind.continuesAtLineEnd { return false }
    let next = tokens[place]
    if next.kind == .thenWord || next.kind == .elseWord { return false }
    return !(next.kind.isInfixOperator && next.spaceFollows)
  }

  @inline(never)
  mutating func take(_ wanted: Token.Kind) -> Token? {
    guard kind == wanted else { return nil }
    let taken = token
    advance()
    return taken
  }

  /// Whether the current token is this word and not hidden.
  func isWord(_ word: String) -> Bool { kind == .name && text(token) == word }

  @inline(never)
  mutating func open() -> Token {
    let opener = token
    openBrackets.append(opener)
    advance()
    return opener
  }

  /// Reads the bracket that closes the one opened last.
  @inline(never)
  mutating func close(_ opener: Token) {
    guard kind == opener.kind.closer else { return reportUnclosed(opener) }
    if !openBrackets.isEmpty { openBrackets.removeLast() }
    advance()
  }

  func range(from start: Int) -> SourceRange { SourceRange(start, max(start, previousEnd)) }
}

// Mistakes

extension Parser {
  /// Reports a mistake and stops reading this statement; mistakes that follow from it are silent.
  @inline(never)
  mutating func fail(
    _ code: String, _ message: String, at range: SourceRange? = nil,
    notes: [Diagnostic.Note] = [], fix: String? = nil
  ) {
    guard !isRecovering else { return }
    if range != nil || token.kind != .invalid {
      report(code, message, at: range ?? currentRange, notes: notes, fix: fix)
    }
    isRecovering = true
  }

  /// Reports a mistake that leaves no doubt about what was meant; reading goes on.
  @inline(never)
  mutating func report(
    _ code: String, _ message: String, at range: SourceRange, notes: [Diagnostic.Note] = [],
    fix: String? = nil
  ) {
    guard !isRecovering else { return }
    diagnostics.append(Diagnostic(code, message, at: range, notes: notes, fix: fix))
  }

  /// Where a message about the current token points: just behind what was read where a line or
  /// the text ends.
  var currentRange: SourceRange {
    let isPastEnd = isAtLineEnd || token.kind == .end && index > 0
    return isPastEnd ? SourceRange(previousEnd, previousEnd) : token.range
  }

  /// The current token in words.
  var found: String {
    switch kind {
    case .lineEnd, .end: kind.rawValue
    case .number, .name: "`\(brief(token.range))`"
    case .string: "the text \(brief(token.range))"
    default: "`\(token.kind.rawValue)`"
    }
  }

  /// The text of a range, cut where it is long.
  func brief(_ range: SourceRange) -> String {
    let cut = SourceRange(range.lower, min(range.upper, range.lower + 40))
    let text = source.text(cut).split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    return cut == range && text.utf8.count == range.upper - range.lower ? text : text + "…"
  }

  mutating func expect(_ wanted: Token.Kind, _ place: String) -> Token? {
    if let token = take(wanted) { return token }
    fail("AD0110", "expected `\(wanted.rawValue)` \(place), found \(found)")
    return nil
  }

  /// A bracket that is not closed where it must be.
  @inline(never)
  mutating func reportUnclosed(_ opener: Token) {
    guard !isRecovering, token.kind != .invalid else {
      isRecovering = true
      return
    }
    let sign = opener.kind.rawValue
    let closer = opener.kind.closer.rawValue
    let note = Diagnostic.Note("`\(sign)` is opened here", at: opener.range)
    switch kind {
    case .end, .lineEnd, .leftBrace:
      fail("AD0103", "`\(sign)` is never closed", at: opener.range, fix: "add `\(closer)`")
    case _ where startsStatement(index) && token.startsLine:
      fail("AD0103", "`\(sign)` is never closed", at: opener.range, fix: "add `\(closer)`")
    case .rightParenthesis, .rightBracket, .rightBrace:
      fail("AD0104", "expected `\(closer)`, found \(found)", notes: [note])
    case .equals:
      reportEquals()
    case .closedRange, .halfOpenRange, .span, .colon:
      reportLeftover()
    case _ where kind.startsOperand:
      reportLeftover()
    default:
      fail("AD0110", "expected `\(closer)`, found \(found)", notes: [note])
    }
  }

  /// `=` where a value goes on.
  mutating func reportEquals() {
    fail(
      "AD0106", "`=` is no operator in an expression",
      fix: "write `==` to compare, or `let name = …` in a model to name a value")
  }

  /// Something that cannot follow a complete expression.
  @inline(never)
  mutating func reportLeftover() {
    guard !isRecovering else { return }
    switch kind {
    case .rightParenthesis, .rightBracket, .rightBrace:
      fail("AD0104", "\(found) closes nothing: no bracket is open here", fix: "take it away")
    case .equals:
      reportEquals()
    case .closedRange, .halfOpenRange, .span:
      fail("AD0118", "a range stands only in brackets after a value, as in `x[0..<3]`")
    case .colon where openBrackets.last?.kind == .leftBracket:
      fail("AD0118", "a range is not written with `:`", fix: "write `x[1..<3]`")
    case .lessOrEqual, .less, .greater, .greaterOrEqual, .equal, .notEqual:
      fail("AD0107", "comparisons do not chain", fix: "join two comparisons with `and`")
    case .tilde:
      fail("AD0113", "`~` stands only in `param name ~ distribution(…)`")
    case .assign:
      fail(
        "AD0113", "`:=` stands only in the body of an `optimizer`",
        fix: "a definition is written with `=`")
    case .percent:
      fail(
        "AD0113", "`%` stands only after the value of a setting, as in `validate 20%`",
        fix: "write `mod(a, b)` for the remainder of a division")
    case .leftBrace:
      fail("AD0121", "`{` cannot stand here: a block is the body of a `fn`, written after `=`")
    case _ where kind.startsOperand:
      reportSideBySide()
    default:
      fail("AD0113", "\(found) cannot follow a complete expression")
    }
  }

}

// Statement ends

extension Parser {
  /// The words that begin a statement of a model.
  package static let statementWords = [
    "input", "param", "const", "let", "fn", "derivative", "minimize", "maximize", "fit", "metric",
    "output", "report", "subject", "optimizer", "train", "precision",
  ]

  /// Whether a token looks like the start of a model's statement: one of its words, then a name.
  func startsStatement(_ place: Int) -> Bool {
    guard tokens[place].kind == .name, place + 1 < tokens.count else { return false }
    let next = tokens[place + 1]
    guard !next.startsLine else { return false }
    let word = text(tokens[place])
    if word == "train" { return next.kind == .leftBrace }
    guard Parser.statementWords.contains(word) else { return false }
    return next.kind == .name
      || (next.kind == .number && (word == "minimize" || word == "maximize"))
  }

  /// Skips to the end of a statement that could not be read.
  /// - Parameters:
  ///   - start: the place where the statement began; at least one token is skipped.
  ///   - level: how many brackets are open around the statement.
  mutating func recover(from start: Int, level: Int) {
    guard isRecovering else { return }
    isRecovering = false
    var open = max(0, openBrackets.count - level)
    openBrackets.removeLast(min(openBrackets.count, open))
    if index == start { step(&open) }
    while token.kind != .end {
      if token.startsLine, startsStatement(index) { break }
      if open == 0 {
        if token.kind == .semicolon || (level > 0 && token.kind == .rightBrace) { break }
        if token.startsLine, lineEnds(before: index) { break }
      }
      step(&open)
    }
    isAtLineEnd = token.startsLine && index > start && token.kind != .end
  }

  private mutating func step(_ open: inout Int) {
    if token.kind.opensBracket { open += 1 }
    if token.kind.closesBracket, open > 0 { open -= 1 }
    index = min(index + 1, tokens.count - 1)
  }

  /// Reads line ends and semicolons.
  mutating func separators() {
    while true {
      if isAtLineEnd {
        isAtLineEnd = false
      } else if kind == .semicolon {
        advance()
      } else {
        return
      }
    }
  }
}
