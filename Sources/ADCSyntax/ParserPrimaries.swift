// What stands between operators: numbers, names, calls, brackets.

extension Parser {
  mutating func primary() -> Expression {
    height = 0
    switch kind {
    case .number, .string:
      return literal()
    case .name where token.startsLine && startsStatement(index):
      reportMissingOperand()
      return missing()
    case .name:
      guard token(after: 1).kind == .leftParenthesis, !isSplit(after: index) else { return name() }
      return startsLoopRange(after: 2) ? loop() : call()
    case .leftParenthesis:
      return parenthesized()
    case .leftBracket:
      return array()
    default:
      reportMissingOperand()
      return missing()
    }
  }

  @inline(never)
  private mutating func literal() -> Expression {
    let literal = token
    let form: Expression.Form =
      literal.kind == .number
      ? .number(literal.value) : .string(Lexer.contents(of: literal, in: source))
    advance()
    return node(form, from: literal.range.lower, over: 0)
  }

  @inline(never)
  private mutating func name() -> Expression {
    let name = token
    advance()
    return node(.name(text(name)), from: name.range.lower, over: 0)
  }

  /// Whether a statement ends between a token and the next.
  func isSplit(after place: Int) -> Bool {
    place + 1 < tokens.count && tokens[place + 1].startsLine && lineEnds(before: place + 1)
  }

  @inline(never)
  mutating func parenthesized() -> Expression {
    let start = token.range.lower
    let opener = open()
    var value = expression()
    if kind == .comma { reportPair(opener) }
    close(opener)
    if !isRecovering { value.range = range(from: start) }
    return value
  }

  @inline(never)
  private mutating func reportPair(_ opener: Token) {
    fail(
      "AD0120", "`(a, b)` is no value: parentheses hold a single expression", at: opener.range,
      fix: "write `[a, b]` for an array")
  }

  @inline(never)
  mutating func array() -> Expression {
    let start = token.range.lower
    let opener = open()
    if kind == .rightBracket {
      fail("AD0119", "an array has at least one element", at: opener.range)
    }
    if startsLoopRange(after: 0), !isRecovering { return arrayLoop(opener, from: start) }
    descend()
    defer { ascend() }
    var elements: [Expression] = []
    var tallest = 0
    repeat {
      elements.append(expression())
      tallest = max(tallest, height)
    } while anotherEntry(until: .rightBracket)
    close(opener)
    return node(.array(elements), from: start, over: tallest)
  }

  /// Reads the comma before a further entry of a list; false at the list's end.
  @inline(never)
  mutating func anotherEntry(until closer: Token.Kind) -> Bool {
    guard let comma = take(.comma) else { return false }
    if kind == closer {
      fail(
        "AD0111", "expected another entry after `,`, found \(found)", at: comma.range,
        fix: "take the comma away")
    }
    return !isRecovering
  }

  @inline(never)
  mutating func call() -> Expression {
    let start = token.range.lower
    let name = Name(text(token), token.range)
    advance()
    let places = arguments()
    return node(.call(name, places), from: start, over: height)
  }

  /// `(a, axis: 1)`; leaves the height of the tallest argument.
  mutating func arguments() -> [Argument] {
    let opener = open()
    descend()
    defer { ascend() }
    var places: [Argument] = []
    var tallest = 0
    if kind != .rightParenthesis {
      repeat {
        places.append(argument())
        tallest = max(tallest, height)
      } while anotherEntry(until: .rightParenthesis)
    }
    close(opener)
    height = tallest
    return places
  }

  mutating func argument() -> Argument {
    let label = label()
    return Argument(label: label, value: expression())
  }

  /// The name and the colon before an argument, where there are any.
  @inline(never)
  private mutating func label() -> Name? {
    let next = token(after: 1)
    guard kind == .name, next.kind == .colon || next.kind == .equals else { return nil }
    let label = Name(text(token), token.range)
    if next.kind == .equals {
      fail(
        "AD0106", "an argument's name is followed by `:`, not `=`", at: next.range,
        fix: "write `\(brief(label.range)): …`, or `==` to compare")
      return nil
    }
    advance()
    advance()
    return label
  }

  /// `[1, :, 2...]`; leaves the height of the tallest index.
  @inline(never)
  mutating func subscripts() -> [Subscript] {
    let opener = open()
    if kind == .rightBracket { reportNoIndex(opener) }
    var places: [Subscript] = []
    var tallest = 0
    repeat {
      places.append(subscriptPlace())
      tallest = max(tallest, height)
    } while anotherEntry(until: .rightBracket)
    close(opener)
    height = tallest
    return places
  }

  @inline(never)
  private mutating func reportNoIndex(_ opener: Token) {
    fail("AD0119", "expected an index between `[` and `]`", at: opener.range)
  }

  /// One place of `x[…]`; the production `subscript` of the grammar.
  mutating func subscriptPlace() -> Subscript {
    height = 0
    let start = token.range.lower
    let isAlone = token(after: 1).kind == .comma || token(after: 1).kind == .rightBracket
    if kind == .colon {
      advance()
      if kind.startsOperand || kind == .minus { reportSlice() }
      return .range(lower: nil, upper: nil, includesUpper: false, range(from: start))
    }
    if isWord("new"), isAlone {
      advance()
      return .new(range(from: start))
    }
    if kind == .closedRange || kind == .halfOpenRange { return rangePlace(from: nil, start) }
    let lower = expression()
    if kind == .closedRange || kind == .halfOpenRange { return rangePlace(from: lower, start) }
    if kind == .colon || kind == .span { reportSlice() }
    return .index(lower)
  }

  @inline(never)
  private mutating func reportSlice() {
    fail(
      "AD0118", "a range of indices is not written with \(found)",
      fix: "write `1..<3`, `1...` or `..<3`")
  }

  @inline(never)
  private mutating func rangePlace(from lower: Expression?, _ start: Int) -> Subscript {
    let lowerHeight = height
    let sign = token
    advance()
    height = 0
    let isOpen = kind == .comma || kind == .rightBracket
    if isOpen, lower == nil || sign.kind == .halfOpenRange { reportNoBound(sign) }
    let upper = isOpen ? nil : expression()
    height = max(lowerHeight, height)
    return .range(
      lower: lower, upper: upper, includesUpper: sign.kind == .closedRange, range(from: start))
  }

  @inline(never)
  private mutating func reportNoBound(_ sign: Token) {
    fail(
      "AD0118", "expected an index after `\(sign.kind.rawValue)`, found \(found)",
      fix: "write `:` for the whole dimension, `a...` for all from `a` on")
  }

  /// Nothing here that a value could begin with.
  @inline(never)
  private mutating func reportMissingOperand() {
    guard !isRecovering else { return }
    let after = index > 0 && !tokens[index - 1].kind.opensBracket ? tokens[index - 1] : nil
    let place = after.map { " after `\(brief($0.range))`" } ?? ""
    switch kind {
    case .ifWord:
      fail(
        "AD0115", "an `if` inside a larger expression stands in parentheses",
        fix: "write `(if … then … else …)`")
    case .notWord:
      fail("AD0115", "`not` inside arithmetic stands in parentheses", fix: "write `(not …)`")
    case .thenWord, .elseWord:
      fail("AD0112", "\(found) has no `if` before it, or a value is missing\(place)")
    case .prime:
      fail(
        "AD0124", "`'` transposes the matrix before it; here is none",
        fix: "write texts in double quotes")
    case .rightParenthesis, .rightBracket, .rightBrace:
      if openBrackets.last.map({ $0.kind.closer == kind }) ?? false {
        fail("AD0102", "expected an expression\(place), found \(found)")
      } else if let opener = openBrackets.last {
        reportUnclosed(opener)
      } else {
        fail("AD0104", "\(found) closes nothing: no bracket is open here", fix: "take it away")
      }
    case .leftBrace:
      fail("AD0121", "`{` cannot stand here: a block is the body of a `fn`, written after `=`")
    case .closedRange, .halfOpenRange, .span:
      fail("AD0118", "a range stands only in brackets after a value, as in `x[0..<3]`")
    case .name:
      fail(
        "AD0102", "expected an expression\(place), found the statement `\(text(token)) …`",
        at: index > 0 ? tokens[index - 1].range : token.range)
    default:
      fail("AD0102", "expected an expression\(place), found \(found)")
    }
  }
}
