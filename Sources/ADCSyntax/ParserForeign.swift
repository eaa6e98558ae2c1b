// Mistakes that come from other languages and notations, with what to write instead.

extension Parser {
  /// `x y`: two values without an operator.
  @inline(never)
  mutating func reportSideBySide() {
    if isWord("in") { return reportMisplacedIn() }
    let before = index > 0 ? tokens[index - 1] : token
    let left = brief(before.range)
    var fix = "write an operator, such as `*`, between two values"
    if before.kind == .name, let advice = ForeignSpellings.words[left] {
      fix = advice
    } else if kind == .ifWord {
      fix = "write `(if … then \(left) else …)`"
    } else if openBrackets.last?.kind == .leftBrace || startsStatement(index) {
      fix = "end the line, or write `;`, before what follows"
    } else if before.kind == .name, kind == .name || kind == .number {
      let right = brief(token.range)
      let product = "`\(left)*\(right)` for a product"
      let isDerivative = ["diff", "grad", "jacobian", "hessian"].contains(left)
      let by = token(after: 1).kind == .name ? brief(token(after: 1).range) : "x"
      let call = "`\(left)(\(right)\(isDerivative ? ", \(by)" : ""))` for a call"
      // Names of one letter are rarely functions.
      fix = "write " + (left.count > 1 ? "\(call), or \(product)" : "\(product), or \(call)")
    }
    fail("AD0105", "an operator is missing between `\(left)` and \(found)", fix: fix)
  }

  private mutating func reportMisplacedIn() {
    let isFor = index > 1 && text(tokens[index - 2]) == "for"
    fail(
      "AD0125", "`in` belongs to a loop, and none can begin here",
      at: isFor ? SourceRange(tokens[index - 2].range.lower, token.range.upper) : nil,
      fix: ForeignSpellings.words["for"])
  }

  /// `0 < x < 1`: reported with the `and` that says it; the further comparisons are skipped.
  @inline(never)
  mutating func reportChain(_ left: Expression, _ first: Token, _ middle: Expression) {
    let start = left.range.lower
    let second = token
    var count = 0
    while kind.comparison != nil {
      count += 1
      advance()
      _ = sum()
    }
    let whole = range(from: start)
    let parts = [
      brief(SourceRange(start, middle.range.upper)),
      brief(SourceRange(middle.range.lower, whole.upper)),
    ]
    var fix = "write `\(parts[0]) and \(parts[1])`"
    if isInConstraint {
      // A constraint holds on its boundary too.
      func joined(_ left: String, _ sign: Token, _ right: String) -> String {
        let sign = text(sign)
        return "`subject to \(left) \(sign == "<" || sign == ">" ? sign + "=" : sign) \(right)`"
      }
      let between = brief(middle.range)
      let last = brief(SourceRange(second.range.upper, whole.upper)).drop { $0 == " " }
      fix = "write two lines, " + joined(brief(left.range), first, between) + " and "
      fix += joined(between, second, String(last))
    }
    if count > 1 || fix.contains("…") {
      fix = isInConstraint ? "write a line `subject to` for each" : "join them with `and`"
    }
    report(
      "AD0107", "comparisons do not chain: `\(text(second))` follows `\(text(first))`",
      at: whole, fix: fix)
  }

  /// `sin^2(x)`, whose parenthesis is the current token, as it is to be written; nil where a
  /// product is likelier.
  var poweredCall: String? {
    guard index >= 3, tokens[index - 1].kind == .number, tokens[index - 2].kind == .caret,
      tokens[index - 3].kind == .name
    else { return nil }
    let name = brief(tokens[index - 3].range)
    return name.count > 1 ? "\(name)(…)^\(brief(tokens[index - 1].range))" : nil
  }

  /// `input x, y`: a declaration has one name.
  mutating func checkOneName(_ word: String) {
    guard kind == .comma else { return }
    fail("AD0110", "each `\(word)` declares one name", fix: "write a line `\(word) …` for each")
  }

  /// `param a > 0`.
  mutating func reportComparedParameter(_ name: Name) {
    let isLower = kind == .greater || kind == .greaterOrEqual
    let limit = token(after: 1).kind == .number ? brief(token(after: 1).range) : "0"
    let bounds = isLower ? "\(limit)...inf" : "-inf...\(limit)"
    fail(
      "AD0110", "the bounds of a parameter follow `in`, found \(found)",
      fix: "write `param \(brief(name.range)) = … in \(bounds)`")
  }

  /// `0...2` where `0..2`, `0..<2` or `0:2` is written, and the current token stands after the
  /// lower bound; nil where something else is.
  func dottedBounds(from lower: SourceRange) -> String? {
    guard kind == .span || kind == .halfOpenRange || kind == .colon else { return nil }
    let hasSign = token(after: 1).kind == .minus
    let upper = token(after: hasSign ? 2 : 1)
    guard upper.kind == .number || upper.kind == .name else { return nil }
    return "\(brief(lower))...\(hasSign ? "-" : "")\(brief(upper.range))"
  }

  /// How the bounds `(0, 3)` or `[0, 3]`, which begin at the current token, are written; nil where
  /// no pair stands here.
  var pairOfBounds: String? {
    guard kind == .leftParenthesis || kind == .leftBracket else { return nil }
    var depth = 0
    var comma: Int?
    for distance in 0..<min(40, tokens.count - index) {
      let next = token(after: distance)
      if next.kind.opensBracket { depth += 1 }
      if next.kind.closesBracket { depth -= 1 }
      if depth == 1, next.kind == .comma { comma = comma ?? index + distance }
      guard depth == 0 else { continue }
      // `in [1, 2]...3` is a range, of which one end is wrong.
      guard let comma, comma > index + 1, index + distance > comma + 1,
        token(after: distance + 1).kind != .closedRange
      else { return nil }
      let lower = SourceRange(tokens[index + 1].range.lower, tokens[comma - 1].range.upper)
      let upper = SourceRange(
        tokens[comma + 1].range.lower, tokens[index + distance - 1].range.upper)
      return "write `in \(brief(lower))...\(brief(upper))`"
    }
    return nil
  }

  /// Whether `optimizer adam`, without a body, stands at the top level of a model.
  var isOptimizerUsed: Bool {
    switch kind {
    case .lineEnd, .semicolon: return true
    case .end: return !isRecovering
    case .leftParenthesis: break
    default: return false
    }
    let (first, second) = (token(after: 1), token(after: 2))
    if first.kind == .rightParenthesis { return second.kind != .leftBrace }
    return first.kind == .number || first.kind == .name && second.kind == .colon
  }

  /// A model declares optimizers and uses them in `train { }`.
  mutating func reportMisplacedOptimizer() {
    let start = tokens[index - 2].range.lower
    var end = index
    while tokens[end].kind != .end, !tokens[end].startsLine { end += 1 }
    let range = SourceRange(start, max(start, tokens[max(0, end - 1)].range.upper))
    let use = brief(range)
    fail(
      "AD0110", "`optimizer` here declares one; which one trains is said in `train { }`", at: range,
      fix: "write `train { \(use.contains("…") ? "optimizer …" : use) }`")
  }
}
