// Loops over known ranges: `sum(i in 0..<n: …)`, `[i in 0..<n: …]`, `scan(t in 0..<T, h = h0: …)`.

extension Parser {
  /// Whether `i in …` begins at a place.
  func startsLoopRange(after distance: Int) -> Bool {
    let (name, word) = (token(after: distance), token(after: distance + 1))
    return name.kind == .name && word.kind == .name && text(word) == "in"
  }

  /// `sum(i in 0..<n: …)`, at the name.
  @inline(never)
  mutating func loop() -> Expression {
    let start = token.range.lower
    let callee = Name(text(token), token.range)
    advance()
    let opener = open()
    descend()
    defer { ascend() }
    var loop = Loop(callee: callee)
    var tallest = head(of: &loop)
    (loop.lets, loop.body) = loopBody()
    tallest = max(tallest, height)
    while anotherEntry(until: .rightParenthesis) {
      guard kind == .name, token(after: 1).kind == .colon else {
        fail(
          "AD0110", "expected `)` or a named argument after the body of a loop, found \(found)",
          fix: "several results stand in parentheses: `(a, b)`")
        break
      }
      loop.options.append(argument())
      tallest = max(tallest, height)
    }
    close(opener)
    return node(.loop(loop), from: start, over: tallest)
  }

  /// `[i in 0..<n: …]`, behind the bracket.
  @inline(never)
  mutating func arrayLoop(_ opener: Token, from start: Int) -> Expression {
    descend()
    defer { ascend() }
    var loop = Loop(callee: nil)
    var tallest = head(of: &loop)
    (loop.lets, loop.body) = loopBody()
    tallest = max(tallest, height)
    close(opener)
    return node(.loop(loop), from: start, over: tallest)
  }

  /// Ranges, states and the colon; gives the height of the tallest part.
  private mutating func head(of loop: inout Loop) -> Int {
    var tallest = 0
    repeat {
      if startsLoopRange(after: 0), loop.states.isEmpty {
        loop.ranges.append(loopRange())
      } else if loop.callee != nil {
        loop.states.append(loopState())
      } else {
        fail("AD0110", "expected a further range, `j in 0..<n`, found \(found)")
      }
      tallest = max(tallest, height)
    } while anotherEntry(until: .colon)
    if take(.colon) == nil {
      fail(
        "AD0110", "expected `:` before the body of a loop, found \(found)",
        fix: "write `i in 0..<n: …`")
    }
    return tallest
  }

  mutating func loopRange() -> LoopRange {
    let start = token.range.lower
    let name = Name(text(token), token.range)
    advance()
    advance()
    height = 0
    let lower = expression()
    let lowerHeight = height
    let includesUpper = kind == .closedRange
    if take(.closedRange) == nil, take(.halfOpenRange) == nil {
      fail(
        "AD0118", "a loop runs over a range, and `..<` or `...` is missing: found \(found)",
        fix: "write `\(brief(name.range)) in 0..<\(brief(lower.range))`")
    }
    height = 0
    let upper = expression()
    height = max(lowerHeight, height)
    return LoopRange(
      name: name, lower: lower, upper: upper, includesUpper: includesUpper,
      range: range(from: start))
  }

  mutating func loopState() -> LoopState {
    height = 0
    let name = Name(text(token), token.range)
    guard kind == .name, token(after: 1).kind == .equals else {
      fail(
        "AD0110",
        "expected another range, `j in 0..<n`, or a state of `scan`, `h = h0`, "
          + "found \(found)")
      return LoopState(name: name, initial: missing())
    }
    advance()
    advance()
    return LoopState(name: name, initial: expression())
  }

  /// What a step makes: a value, `(a, b)` for several states, or a block that ends with either.
  mutating func loopBody() -> (lets: [LetDeclaration], values: [Expression]) {
    kind == .leftBrace ? loopBlock() : ([], loopValues())
  }

  mutating func loopValues() -> [Expression] {
    height = 0
    guard kind == .leftParenthesis, isTuple() else { return [expression()] }
    let opener = open()
    var values: [Expression] = []
    var tallest = 0
    repeat {
      values.append(expression())
      tallest = max(tallest, height)
    } while anotherEntry(until: .rightParenthesis)
    close(opener)
    height = tallest
    return values
  }

  /// Whether the parentheses that open here hold a comma of their own and end the body.
  private func isTuple() -> Bool {
    var depth = 0
    var hasComma = false
    for place in index..<tokens.count {
      let kind = tokens[place].kind
      if kind == .comma, depth == 1 { hasComma = true }
      if kind.opensBracket { depth += 1 }
      guard kind.closesBracket else { continue }
      depth -= 1
      guard depth == 0 else { continue }
      let next = tokens[min(place + 1, tokens.count - 1)]
      let ends: Set<Token.Kind> = [
        .comma, .rightParenthesis, .rightBracket, .rightBrace, .semicolon,
      ]
      return hasComma && (ends.contains(next.kind) || next.startsLine)
    }
    return false
  }
}
