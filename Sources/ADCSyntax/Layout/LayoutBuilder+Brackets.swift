// What stands in parentheses and brackets.

extension LayoutBuilder {
  /// Entries between commas: in one line, or each on its own.
  mutating func bracketed() -> Layout {
    if startsLoopRange(at: index + 1) { return loop() }
    let isNumbers = holdsNumbers()
    let isAlone = holdsOneEntry()
    let opener = take()
    var parts: [Layout] = []
    while kind != .rightParenthesis, kind != .rightBracket {
      var entry = entry(isNested: !isAlone)
      if kind == .comma { entry = .sequence([entry, take()]) }
      if parts.isEmpty {
        parts = [.softLine, entry]
      } else {
        // Numbers fill their lines.
        parts.append(isNumbers ? .group([.line, entry]) : .sequence([.line, entry]))
      }
    }
    if parts.isEmpty { return .sequence([opener, take()]) }
    // Comments behind the last entry are with the entries.
    parts += ownComments()
    return .group([opener, .nest(parts), .softLine, take()])
  }

  /// Where the bracket opened at the current place closes, and whether it holds a comma of its own.
  private func extent() -> (closer: Int, hasComma: Bool) {
    var depth = 0
    var hasComma = false
    var place = index
    while place < tokens.count - 1 {
      let kind = tokens[place].kind
      if kind.opensBracket { depth += 1 }
      if kind.closesBracket { depth -= 1 }
      if kind == .comma, depth == 1 { hasComma = true }
      if depth == 0 { break }
      place += 1
    }
    return (place, hasComma)
  }

  private func holdsOneEntry() -> Bool { !extent().hasComma }

  /// Whether nothing but numbers stands in the bracket.
  private func holdsNumbers() -> Bool {
    var place = index + 1
    while true {
      switch tokens[place].kind {
      case .number, .comma, .minus: place += 1
      case .rightBracket: return place > index + 2
      default: return false
      }
    }
  }

  /// A value, `name: value`, `name = value`, or an index of any form.
  private mutating func entry(isNested: Bool) -> Layout {
    var parts: [Layout] = []
    while true {
      switch kind {
      case .comma, .rightParenthesis, .rightBracket: return .sequence(parts)
      case .colon where parts.isEmpty: parts.append(take())
      case .colon: parts += [take(), .space]
      case .equals: parts += [.space, take(), .space]
      case .span, .closedRange, .halfOpenRange: parts.append(take())
      default: parts.append(expression(isNested: isNested))
      }
    }
  }

  /// `(i in 0..<n, h = h0: body)`: the head, then the body on a line of its own where both are
  /// long.
  private mutating func loop() -> Layout {
    let opener = take()
    var head: [Layout] = []
    while kind != .colon {
      head.append(headEntry())
      if kind == .comma { head += [take(), .line] }
    }
    head.append(take())
    let isBlock = kind == .leftBrace
    let body = isBlock ? block(.block) : expression(isNested: true)
    var options: [Layout] = []
    while kind == .comma { options += [take(), .line, entry(isNested: true)] }
    let closer = take()
    if isBlock {
      return .sequence(
        [opener, .group([.nest(head)]), .space, body, .group(options), closer])
    }
    return .group(
      [opener, .nest([.softLine, .group(head), .line, body] + options), .softLine, closer])
  }

  private mutating func headEntry() -> Layout {
    var parts: [Layout] = []
    if startsLoopRange(at: index) { parts = [take(), .space, take(), .space] }
    while true {
      switch kind {
      case .comma, .colon: return .sequence(parts)
      case .equals: parts += [.space, take(), .space]
      case .closedRange, .halfOpenRange: parts.append(take())
      default: parts.append(expression(isNested: true))
      }
    }
  }
}
