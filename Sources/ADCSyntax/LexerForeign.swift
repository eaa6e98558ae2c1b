// Notations of other languages that are no single sign: members, factorials, bars.

extension Lexer {
  /// The token that ends where the current character begins.
  private var neighbour: Token? {
    guard let last = tokens.last, last.range.upper == offset else { return nil }
    return last
  }

  /// A value as it is shown in a proposal.
  private func shown(_ token: Token?) -> String {
    guard let token, token.kind == .name || token.kind == .number,
      token.range.upper - token.range.lower <= 40
    else { return "…" }
    return source.text(token.range)
  }

  /// `np.sin(x)`, `x.sum()`, `x.T`: reported as a whole; false where no name follows the point.
  mutating func readMember() -> Bool {
    guard Ascii.isLetter(peek(1)) else { return false }
    let owner = neighbour
    let start = offset
    offset += 1
    skipNameCharacters()
    let member = source.text(SourceRange(start + 1, min(offset, start + 41)))
    report(
      "AD0002", "`.` (U+002E) is not a character of the language: nothing has parts", start, offset,
      fix: fix(forMember: member, of: owner))
    append(.invalid, from: start)
    return true
  }

  private func fix(forMember member: String, of owner: Token?) -> String {
    let value = shown(owner)
    if ForeignSpellings.modules.contains(value) {
      return "take `\(value).` away: functions stand alone, as in `sin(x)`"
    }
    if member == "T" || member == "transpose" {
      return value == "…" ? "write `'` behind a matrix to transpose it" : "write `\(value)'`"
    }
    if member == "shape" { return "write `size(\(value), axis: 0)` for the length of an axis" }
    if ForeignSpellings.methods.contains(member) { return "write `\(member)(\(value))`" }
    return "functions take their values in parentheses: `f(x)`"
  }

  /// `3!`: reported; false where the sign follows no value.
  mutating func readFactorial() -> Bool {
    guard let operand = neighbour else { return false }
    switch operand.kind {
    case .number, .name, .rightParenthesis, .rightBracket: break
    default: return false
    }
    offset += 1
    report(
      "AD0012", "`!` is not an operator of the language", offset - 1, offset,
      fix: "write `factorial(\(shown(operand)))`")
    return true
  }

  /// `|x|`: reported as a whole; false where no second bar follows on the line.
  mutating func readBars() -> Bool {
    var end = offset + 1
    while end < bytes.count, bytes[end] != UInt8(ascii: "|"), bytes[end] != Ascii.newline {
      end += 1
    }
    guard end > offset + 1, end < bytes.count, bytes[end] == UInt8(ascii: "|") else { return false }
    let start = offset
    let inner = source.text(SourceRange(start + 1, end))
    offset = end + 1
    report(
      "AD0012", "`|` is not an operator of the language", start, offset,
      fix: "write `abs(\(inner.utf8.count <= 40 ? inner : "…"))`")
    append(.invalid, from: start)
    return true
  }

  /// `sin²(x)`: what to write for a power between a name and its arguments; nil elsewhere.
  func fix(forPower power: String, endingAt end: Int, length: Int) -> String? {
    guard power.hasPrefix("^"), end < bytes.count, bytes[end] == UInt8(ascii: "("),
      let name = tokens.last, name.kind == .name, name.range.upper == end - length
    else { return nil }
    return "write `\(shown(name))(…)\(power)`"
  }
}
