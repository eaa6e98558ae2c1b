// What stands between operators: numbers, names, calls, brackets.

extension Parser {
  mutating func primary() -> Expression {
    let start = token.range.lower
    height = 0
    switch kind {
    case .number:
      let value = token.value
      advance()
      return node(.number(value), from: start, over: 0)
    case .string:
      let contents = Lexer.contents(of: token, in: source)
      advance()
      return node(.string(contents), from: start, over: 0)
    case .name:
      if token(after: 1).kind == .leftParenthesis, !isSplit(after: index) { return call() }
      let text = text(token)
      advance()
      return node(.name(text), from: start, over: 0)
    case .leftParenthesis:
      return parenthesized()
    case .leftBracket:
      return array()
    default:
      reportMissingOperand()
      return missing()
    }
  }

  /// Whether a statement ends between a token and the next.
  func isSplit(after place: Int) -> Bool {
    place + 1 < tokens.count && tokens[place + 1].startsLine && lineEnds(before: place + 1)
  }

  mutating func parenthesized() -> Expression {
    let start = token.range.lower
    let opener = open()
    if kind == .rightParenthesis {
      fail("AD0102", "expected an expression between `(` and `)`")
    }
    var value = expression()
    if kind == .comma {
      fail(
        "AD0120", "`(a, b)` is no value: parentheses hold a single expression", at: opener.range,
        fix: "write `[a, b]` for an array")
    }
    close(opener)
    if !isRecovering { value.range = range(from: start) }
    return value
  }

  mutating func array() -> Expression {
    let start = token.range.lower
    let opener = open()
    if kind == .rightBracket {
      fail("AD0119", "an array has at least one element", at: opener.range)
    }
    if kind == .name, token(after: 1).kind == .name, text(token(after: 1)) == "in" {
      fail("AD0195", "arrays over a range, `[i in 0..<m: …]`, are not supported yet")
    }
    var elements: [Expression] = []
    let tallest = list(until: .rightBracket) { parser in elements.append(parser.expression()) }
    close(opener)
    return node(.array(elements), from: start, over: tallest)
  }

  /// Reads entries between commas, up to a closing bracket; returns the height of the tallest.
  mutating func list(
    until closer: Token.Kind, entry: (inout Parser) -> Void
  ) -> Int {
    var tallest = 0
    guard kind != closer else { return 0 }
    while !isRecovering {
      height = 0
      entry(&self)
      tallest = max(tallest, height)
      guard let comma = take(.comma) else { break }
      if kind == closer {
        fail(
          "AD0111", "expected another entry after `,`, found \(found)", at: comma.range,
          fix: "take the comma away")
      }
    }
    return tallest
  }

  mutating func call() -> Expression {
    let start = token.range.lower
    let name = Name(text(token), token.range)
    advance()
    var places: [Argument] = []
    let tallest = arguments(of: name, into: &places)
    return node(.call(name, places), from: start, over: tallest)
  }

  /// `(a, axis: 1)`; returns the height of the tallest argument.
  mutating func arguments(of name: Name, into places: inout [Argument]) -> Int {
    let opener = open()
    reportLoop(in: name)
    var read: [Argument] = []
    let tallest = list(until: .rightParenthesis) { parser in read.append(parser.argument()) }
    places = read
    close(opener)
    return tallest
  }

  /// `sum(i in 0..<3: …)` and `scan(t in …)`, which this release does not have.
  private mutating func reportLoop(in name: Name) {
    let next = token(after: 1)
    guard kind == .name, next.kind == .name, text(next) == "in" else { return }
    if name.text == "scan" {
      fail("AD0193", "`scan` over a range is not supported yet", at: name.range)
    } else {
      fail(
        "AD0194",
        "loops over a range, `\(brief(name.range))(i in 0..<n: …)`, are not supported yet",
        at: name.range)
    }
  }

  mutating func argument() -> Argument {
    let next = token(after: 1).kind
    guard kind == .name, next == .colon || next == .equals else {
      return Argument(label: nil, value: expression())
    }
    let label = Name(text(token), token.range)
    if next == .equals {
      fail(
        "AD0106", "an argument's name is followed by `:`, not `=`", at: token(after: 1).range,
        fix: "write `\(brief(label.range)): …`, or `==` to compare")
    }
    advance()
    advance()
    return Argument(label: label, value: expression())
  }

  mutating func subscripts() -> [Subscript] {
    let opener = open()
    if kind == .rightBracket {
      fail("AD0119", "expected an index between `[` and `]`", at: opener.range)
    }
    var places: [Subscript] = []
    height = list(until: .rightBracket) { parser in places.append(parser.subscriptPlace()) }
    close(opener)
    return places
  }

  /// One place of `x[…]`; the production `subscript` of the grammar.
  mutating func subscriptPlace() -> Subscript {
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
    if kind == .colon { reportSlice() }
    if kind == .span {
      fail("AD0118", "`..` is not a range of indices", fix: "write `..<` or `...`")
    }
    return .index(lower)
  }

  private mutating func reportSlice() {
    fail(
      "AD0118", "a range of indices is not written with `:`",
      fix: "write `1..<3`, `1...` or `..<3`")
  }

  private mutating func rangePlace(from lower: Expression?, _ start: Int) -> Subscript {
    let lowerHeight = lower == nil ? 0 : height
    let isOpenEnded = kind == .closedRange
    let sign = kind.rawValue
    advance()
    height = 0
    var upper: Expression?
    if kind != .comma, kind != .rightBracket {
      upper = expression()
    } else if lower == nil || !isOpenEnded {
      fail(
        "AD0118", "expected an index after `\(sign)`, found \(found)",
        fix: "write `:` for the whole dimension, `a...` for all from `a` on")
    }
    height = max(lowerHeight, height)
    return .range(lower: lower, upper: upper, includesUpper: isOpenEnded, range(from: start))
  }

  /// Nothing here that a value could begin with.
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
    default:
      fail("AD0102", "expected an expression\(place), found \(found)")
    }
  }
}
