// What stands between braces: blocks, optimizers, settings of training.

extension Parser {
  /// Reads items separated by line ends or `;` up to the closing brace.
  /// - Parameter words: the words of a model's statements that may begin an item here.
  private mutating func braced(inner words: [String], item: (inout Parser) -> Void) {
    guard kind == .leftBrace else {
      fail("AD0110", "expected `{`, found \(found)")
      return
    }
    let opener = open()
    let level = openBrackets.count
    separators()
    // A statement of the model in here means that a brace is missing.
    while kind != .rightBrace, kind != .end, diagnostics.count < Parser.diagnosticLimit {
      if token.startsLine, startsStatement(index), !words.contains(text(token)) { break }
      let start = index
      item(&self)
      if !isRecovering { endItem() }
      recover(from: start, level: level)
      separators()
    }
    close(opener)
  }

  private mutating func endItem() {
    if kind == .rightBrace || kind == .lineEnd || kind == .semicolon || kind == .end { return }
    reportLeftover()
  }

  /// `{ let …; value }`, the body of a function.
  mutating func block() -> Expression {
    let start = token.range.lower
    let (declarations, value) = blockParts { parser in parser.expression() }
    guard let value else { return missing() }
    return node(.block(declarations, value: value), from: start, over: height)
  }

  /// `{ let …; value }`, the body of a loop; several values are written `(a, b)`.
  mutating func loopBlock() -> (lets: [LetDeclaration], values: [Expression]) {
    descend()
    defer { ascend() }
    let (declarations, values) = blockParts { parser in parser.loopValues() }
    return (declarations, values ?? [missing()])
  }

  /// The declarations and the value of a block; leaves the height of the tallest.
  private mutating func blockParts<Value>(
    _ read: (inout Parser) -> Value
  ) -> ([LetDeclaration], Value?) {
    let start = token.range.lower
    var declarations: [LetDeclaration] = []
    var value: (read: Value, range: SourceRange)?
    var tallest = 0
    braced(inner: ["let"]) { parser in
      let description = parser.descriptions[parser.index]
      if let value {
        return parser.fail(
          "AD0121", "a block ends with its value: nothing follows it",
          notes: [
            Diagnostic.Note("the value is here", at: value.range)
          ])
      }
      parser.height = 0
      if parser.isWord("let"),
        parser.token(after: 1).kind == .name || parser.startsSeveralNames(after: 1)
      {
        declarations.append(parser.letDeclaration(description))
      } else {
        let start = parser.token.range.lower
        value = (read(&parser), parser.range(from: start))
      }
      tallest = max(tallest, parser.height)
    }
    height = tallest
    if value == nil {
      fail(
        "AD0121", "a block ends with its value: expected an expression before `}`",
        at: SourceRange(max(start, previousEnd - 1), previousEnd))
    }
    return (declarations, value?.read)
  }

  mutating func optimizer() -> Statement.Form {
    advance()
    let name = declaredName("optimizer")
    if isOptimizerUsed { reportMisplacedOptimizer() }
    let places = formals("optimizer")
    var body: [OptimizerStatement] = []
    braced(inner: ["let"]) { parser in
      if let read = parser.optimizerStatement(), !parser.isRecovering { body.append(read) }
    }
    return .optimizer(name, places, body: body)
  }

  /// `state name = value`, `let name = value` or `name := value`.
  mutating func optimizerStatement() -> OptimizerStatement? {
    let start = token.range.lower
    let description = descriptions[index]
    let next = token(after: 1)
    if kind == .name, next.kind == .assign {
      let name = Name(text(token), token.range)
      advance()
      advance()
      return .assignment(name, value: expression(), range(from: start))
    }
    if isWord("state") {
      advance()
      let name = declaredName("state")
      _ = expect(.equals, "after the name of a state")
      return .state(name, initial: expression(), range(from: start))
    }
    if isWord("let") { return .binding(letDeclaration(description)) }
    if kind == .name, next.kind == .equals {
      fail(
        "AD0123", "an assignment in an optimizer is written `:=`", at: next.range,
        fix: "write `\(brief(token.range)) := …`, or `let` for a new name")
    }
    fail(
      "AD0101", "expected `state`, `let` or an assignment such as `param := …`, found \(found)")
    return nil
  }

  mutating func train() -> Statement.Form {
    advance()
    var settings: [TrainSetting] = []
    braced(inner: ["optimizer", "precision"]) { parser in
      let setting = parser.setting()
      if !parser.isRecovering { settings.append(setting) }
    }
    return .train(settings)
  }

  /// `epochs 100`, `validate last 20%`, `data "a.csv", "b.csv"`.
  mutating func setting() -> TrainSetting {
    let start = token.range.lower
    if kind != .name {
      fail("AD0109", "expected the name of a setting, such as `epochs`, found \(found)")
    }
    let name = Name(text(token), token.range)
    if !isRecovering { advance() }
    if kind == .equals || kind == .colon {
      fail(
        "AD0126", "a setting is its name and its value, without `\(token.kind.rawValue)`",
        fix: "write `\(brief(name.range)) …`")
    }
    var modifiers: [Name] = []
    while kind == .name, startsSettingValue(index + 1) {
      modifiers.append(Name(text(token), token.range))
      advance()
    }
    if kind == .lineEnd || kind == .semicolon || kind == .rightBrace {
      fail("AD0126", "expected a value after `\(brief(name.range))`, found \(found)")
    }
    var values: [Expression] = []
    repeat { values.append(expression()) } while take(.comma) != nil
    let isPercentage = take(.percent) != nil
    let isPatience = !isPercentage && isWord("epochs") && !token.startsLine
    if isPatience { patience() }
    return TrainSetting(
      name: name, modifiers: modifiers, values: values, isPercentage: isPercentage,
      isPatience: isPatience, range: range(from: start))
  }

  /// The words behind a number in `stop after 10 epochs without improvement`.
  private mutating func patience() {
    for word in ["epochs", "without", "improvement"] {
      guard isWord(word) else {
        fail(
          "AD0126", "expected `\(word)`, found \(found)",
          fix: "write `stop after 10 epochs without improvement`")
        return
      }
      advance()
    }
  }

  /// Whether a value goes on the line after a word, so that the word is a modifier.
  private func startsSettingValue(_ place: Int) -> Bool {
    guard place < tokens.count, !tokens[place].startsLine else { return false }
    switch tokens[place].kind {
    case .number, .string, .name, .ifWord, .notWord: return true
    // After a value it would be an index, which begins otherwise.
    case .leftBracket: return startsLoopRange(after: place + 1 - index)
    default: return false
    }
  }
}
