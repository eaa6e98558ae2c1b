// Statements of a model.

extension Parser {
  mutating func file() -> SourceFile {
    var statements: [Statement] = []
    separators()
    while token.kind != .end, diagnostics.count < Parser.diagnosticLimit {
      let start = index
      if let read = statement(), !isRecovering { statements.append(read) }
      if !isRecovering { endStatement() }
      recover(from: start, level: 0)
      separators()
    }
    return SourceFile(statements: statements)
  }

  /// Checks that nothing stands between a statement and the end of its line.
  mutating func endStatement() {
    switch kind {
    case .lineEnd, .semicolon, .end: return
    case .rightBrace where !openBrackets.isEmpty: return
    default: reportLeftover()
    }
  }

  mutating func statement() -> Statement? {
    let start = token.range.lower
    let description = descriptions[index]
    guard kind == .name else {
      reportNoStatement()
      return nil
    }
    let word = text(token)
    let declaring = ["let", "param", "const", "fn"]
    if Parser.statementWords.contains(word), !declaring.contains(word),
      token(after: 1).kind == .equals
    {
      reportBareAssignment()
      return nil
    }
    let form: Statement.Form?
    switch word {
    case "input": form = input()
    case "param": form = parameter()
    case "const": form = constant()
    case "let": form = .binding(letDeclaration(description))
    case "fn": form = function()
    case "derivative": form = derivativeRule()
    case "minimize", "maximize": form = objective()
    case "fit": form = fit()
    case "metric": form = metric()
    case "output": form = output()
    case "report": form = report()
    case "subject": form = constraint()
    case "optimizer": form = optimizer()
    case "train": form = train()
    case "precision": form = precision()
    default:
      reportUnknownStatement(word)
      form = nil
    }
    return form.map { Statement($0, description: description, range: range(from: start)) }
  }

  /// Reads the name that a declaration defines.
  mutating func declaredName(_ word: String) -> Name {
    let range = token.range
    if kind.isReservedWord {
      fail("AD0116", "`\(text(token))` is a word of the language and cannot be a name")
    } else if kind != .name {
      fail("AD0109", "expected a name after `\(word)`, found \(found)")
    }
    let name = Name(text(token), range)
    if !isRecovering { advance() }
    return name
  }

  /// `precision single`.
  mutating func precision() -> Statement.Form? {
    advance()
    let word = token
    guard isWord("single") || isWord("double") else {
      fail(
        "AD0109", "expected `single` or `double` after `precision`, found \(found)",
        fix: "write `precision single` for numbers of 32 bits")
      return nil
    }
    advance()
    return .precision(Name(text(word), word.range))
  }

  mutating func input() -> Statement.Form {
    advance()
    let name = declaredName("input")
    checkOneName("input")
    let shape = optionalShape()
    var list: ColumnList?
    if isWord("from") { list = columns() }
    return .input(name, shape, columns: list)
  }

  mutating func optionalShape() -> ShapeSyntax? {
    if kind == .leftBracket {
      fail("AD0110", "expected `:` before a shape, found `[`", fix: "write `: [`")
    }
    guard take(.colon) != nil else { return nil }
    return shape()
  }

  mutating func shape() -> ShapeSyntax {
    let start = token.range.lower
    guard kind == .leftBracket else {
      fail("AD0110", "expected a shape such as `[n, 3]` after `:`, found \(found)")
      return ShapeSyntax(dimensions: [], range: range(from: start))
    }
    let opener = open()
    var dimensions: [Expression] = []
    if kind != .rightBracket {
      repeat { dimensions.append(expression()) } while anotherEntry(until: .rightBracket)
    }
    close(opener)
    return ShapeSyntax(dimensions: dimensions, range: range(from: start))
  }

  /// `from "a"`, `from "a", "b"`, `from "p0".."p63"` or `from "species" as category`.
  mutating func columns() -> ColumnList? {
    advance()
    let start = token.range.lower
    guard let first = columnName() else { return nil }
    if take(.span) != nil {
      guard let last = columnName() else { return nil }
      return .span(first: first, last: last, range(from: start))
    }
    var names = [first]
    while take(.comma) != nil {
      guard let name = columnName() else { return nil }
      names.append(name)
    }
    if isWord("as") {
      advance()
      guard isWord("category") else {
        fail(
          "AD0109", "expected `category` after `as`, found \(found)",
          fix: "write `from \"column\" as category`")
        return nil
      }
      advance()
      return .categories(names, range(from: start))
    }
    return .names(names, range(from: start))
  }

  private mutating func columnName() -> String? {
    guard kind == .string else {
      fail("AD0110", "expected a text in double quotes, found \(found)")
      return nil
    }
    let contents = Lexer.contents(of: token, in: source)
    advance()
    return contents
  }

  mutating func parameter() -> Statement.Form {
    advance()
    let name = declaredName("param")
    checkOneName("param")
    let shape = optionalShape()
    if kind.comparison != nil { reportComparedParameter(name) }
    var value: InitialValue?
    if take(.equals) != nil {
      value = .value(expression())
    } else if take(.tilde) != nil {
      value = distribution()
    } else if isWord("from") {
      advance()
      let start = token.range.lower
      if let path = columnName() { value = .file(path, range(from: start)) }
    }
    return .parameter(name, shape, value, isWord("in") ? bounds() : nil)
  }

  /// `in 0...1`.
  mutating func bounds() -> Bounds? {
    advance()
    let start = token.range.lower
    if let fix = pairOfBounds {
      fail("AD0110", "bounds are written with `...` between them, found \(found)", fix: fix)
      return nil
    }
    let lower = expression()
    guard take(.closedRange) != nil else {
      fail(
        "AD0110", "expected `...` and the upper bound after the lower one, found \(found)",
        fix:
          "write `in \(dottedBounds(from: lower.range) ?? "0...1")`, or `in 0...inf` where there is "
          + "no upper one")
      return nil
    }
    let upper = expression()
    return Bounds(lower: lower, upper: upper, range: range(from: start))
  }

  mutating func distribution() -> InitialValue? {
    guard kind == .name, token(after: 1).kind == .leftParenthesis, !isSplit(after: index) else {
      let fix = kind == .name ? "write `\(brief(token.range))()`" : nil
      fail("AD0110", "expected a distribution such as `normal(0, 1)` after `~`", fix: fix)
      return nil
    }
    let name = Name(text(token), token.range)
    advance()
    return .distribution(name, arguments())
  }

  mutating func constant() -> Statement.Form {
    advance()
    let name = declaredName("const")
    checkOneName("const")
    let shape = optionalShape()
    _ = expect(.equals, "after the name of a constant")
    return .constant(name, shape, expression())
  }

  /// Whether `(a, b) =` stands at a place.
  func startsSeveralNames(after distance: Int) -> Bool {
    var place = distance
    guard token(after: place).kind == .leftParenthesis else { return false }
    repeat {
      guard token(after: place + 1).kind == .name else { return false }
      place += 2
    } while token(after: place).kind == .comma
    return token(after: place).kind == .rightParenthesis && token(after: place + 1).kind == .equals
  }

  /// `let name = value`, `let (a, b) = value`, at top level and in bodies.
  mutating func letDeclaration(_ description: String?) -> LetDeclaration {
    let start = token.range.lower
    advance()
    let opener = kind == .leftParenthesis ? open() : nil
    let name = declaredName("let")
    var others: [Name] = []
    if let opener {
      while anotherEntry(until: .rightParenthesis) { others.append(declaredName("let")) }
      if others.isEmpty {
        fail(
          "AD0110", "`let (…)` names several results, and here is one", at: opener.range,
          fix: "take the parentheses away")
      }
      close(opener)
    }
    if opener == nil, kind == .leftParenthesis {
      fail(
        "AD0110", "`let` names a value, and this is a function",
        fix: "write `fn \(brief(name.range))(…) = …`"
          + (openBrackets.isEmpty ? "" : ", outside of every block"))
    }
    if kind == .colon {
      fail("AD0110", "a `let` takes its shape from its value: expected `=`, found `:`")
    }
    _ = expect(.equals, "after the name")
    let value = expression()
    return LetDeclaration(
      name: name, others: others, value: value, description: description, range: range(from: start))
  }

  mutating func function() -> Statement.Form {
    advance()
    let name = declaredName("fn")
    let places = formals("fn")
    return .function(name, places, body: body("after the arguments of a function"))
  }

  /// `= value`, `= { … }` or `{ … }`.
  mutating func body(_ place: String) -> Expression {
    let hasEquals = take(.equals) != nil
    if kind == .leftBrace { return block() }
    if !hasEquals { _ = expect(.equals, place) }
    return expression()
  }

  /// `derivative f(a, b) by a as meant = value`.
  mutating func derivativeRule() -> Statement.Form {
    advance()
    let function = declaredName("derivative")
    let arguments = names()
    var by: Name?
    if isWord("by") {
      advance()
      by = declaredName("by")
    }
    let isMeant = isWord("as")
    if isMeant {
      advance()
      if isWord("meant") {
        advance()
      } else {
        fail("AD0110", "expected `meant` after `as`, found \(found)")
      }
    }
    return .derivative(
      DerivativeRule(
        function: function, arguments: arguments, by: by, isMeant: isMeant,
        body: body("after the arguments of a derivative")))
  }

  /// `(a, b)` of a rule.
  mutating func names() -> [Name] {
    guard kind == .leftParenthesis else {
      fail("AD0110", "expected `(` after the name of the function, found \(found)")
      return []
    }
    let opener = open()
    var names: [Name] = []
    repeat { names.append(declaredName("(")) } while anotherEntry(until: .rightParenthesis)
    close(opener)
    return names
  }

  /// `(a, b = 2)` of a function or an optimizer.
  mutating func formals(_ word: String) -> [FormalParameter] {
    guard kind == .leftParenthesis else {
      fail("AD0110", "expected `(` after the name of the `\(word)`, found \(found)")
      return []
    }
    let opener = open()
    var places: [FormalParameter] = []
    if kind != .rightParenthesis {
      repeat { places.append(formal()) } while anotherEntry(until: .rightParenthesis)
    }
    close(opener)
    return places
  }

  mutating func formal() -> FormalParameter {
    let name = declaredName("(")
    let value = take(.equals) == nil ? nil : expression()
    return FormalParameter(name: name, defaultValue: value)
  }
}
