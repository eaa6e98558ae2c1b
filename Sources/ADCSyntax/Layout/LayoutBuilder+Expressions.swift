// Expressions: a chain of operators of one level breaks before each of them, or nowhere.

extension LayoutBuilder {
  /// The levels of operators that lines break before, from the loosest.
  private enum Level: Int {
    case disjunction, conjunction, comparison, sum, product
  }

  /// An expression.
  ///
  /// - Parameter isNested: whether lines that break in it are indented below its first one.
  mutating func expression(isNested: Bool) -> Layout {
    if kind == .ifWord { return choice(isNested: isNested) }
    let chain = chain(.disjunction)
    return isNested ? chain.hanging() : chain
  }

  private mutating func choice(isNested: Bool) -> Layout {
    var parts: [Layout] = []
    while kind == .ifWord {
      let condition = [take(), .space, expression(isNested: true)]
      let value = [take(), .space, expression(isNested: true)]
      parts.append(.group(condition + [.nest([.line] + value)]))
      let word = [.line, take(), Layout.space]
      parts.append(isNested ? .nest(word) : .sequence(word))
    }
    parts.append(expression(isNested: true))
    var result = Layout.group(parts)
    result.isChain = true
    return result
  }

  private func isOperator(of level: Level) -> Bool {
    switch (level, kind) {
    case (.disjunction, .orWord), (.conjunction, .andWord), (.sum, .plus), (.sum, .minus),
      (.product, .times), (.product, .divide), (.product, .at):
      true
    case (.comparison, let kind): kind.comparison != nil
    default: false
    }
  }

  private mutating func operand(of level: Level) -> Layout {
    if level == .conjunction, kind == .notWord { return negation() }
    guard let tighter = Level(rawValue: level.rawValue + 1) else { return signed() }
    return chain(tighter)
  }

  private mutating func negation() -> Layout {
    var parts: [Layout] = []
    while kind == .notWord { parts += [take(), .space] }
    return .sequence(parts + [chain(.comparison).hanging()])
  }

  /// A chain whose lines are not indented below its first one.
  private mutating func chain(_ level: Level) -> Layout {
    let first = operand(of: level)
    guard isOperator(of: level) else { return first }
    var links: [(sign: Token.Kind, parts: [Layout])] = []
    var longest = 0
    while isOperator(of: level) {
      let (sign, start) = (kind, index)
      links.append((sign, [take(), operand(of: level).hanging()]))
      longest = max(longest, index - start)
    }
    let parts = [first.hanging()] + joined(links, level)
    let isEnumeration = links.count > 7 && longest <= 10
    var result = Layout.group(parts)
    if isEnumeration, !result.mustBreak {
      // Many short operands fill their lines.
      result = .sequence([parts[0]] + parts.dropFirst().map { .group([$0]) })
    }
    result.isChain = true
    return result
  }

  /// `*` and `/` stand tight, unless `@` is among them: then only `/` before the first other one.
  private func joined(
    _ links: [(sign: Token.Kind, parts: [Layout])], _ level: Level
  ) -> [Layout] {
    let isTightThroughout = level == .product && !links.contains { $0.sign == .at }
    var isTight = level == .product
    return links.map { sign, parts in
      if sign != .divide, !isTightThroughout { isTight = false }
      let gap: Layout = isTight ? .softLine : .line
      let space: Layout = isTight ? .whenBroken(" ") : .space
      return .sequence([gap, parts[0], space, parts[1]])
    }
  }

  private mutating func signed() -> Layout {
    guard kind == .minus || kind == .plus else { return power() }
    var parts: [Layout] = []
    while kind == .minus || kind == .plus { parts.append(take(isSign: true)) }
    return .sequence(parts + [power()])
  }

  private mutating func power() -> Layout {
    var parts = [postfix()]
    while kind == .caret {
      let sign = take()
      parts.append(sign)
      // A line that begins with an operator goes on where a space follows it.
      if sign.startsWithComment || parts[parts.count - 2].endsWithComment { parts.append(.space) }
      while kind == .minus || kind == .plus { parts.append(take(isSign: true)) }
      parts.append(postfix())
    }
    return .sequence(parts)
  }

  private mutating func postfix() -> Layout {
    var parts = [primary()]
    while kind == .prime || kind == .leftBracket && !startsLoopRange(at: index + 1) {
      parts.append(kind == .prime ? take() : bracketed())
    }
    return .sequence(parts)
  }

  private mutating func primary() -> Layout {
    switch kind {
    case .leftParenthesis, .leftBracket: return bracketed()
    case .name where tokens[index + 1].kind == .leftParenthesis:
      let name = take()
      return isAtLineEnd ? name : .sequence([name, bracketed()])
    default: return take()
    }
  }
}
