// What is not a statement.

extension Parser {
  mutating func reportNoStatement() {
    switch kind {
    case .rightParenthesis, .rightBracket, .rightBrace: reportLeftover()
    default:
      fail(
        "AD0101", "expected a statement, found \(found)",
        fix: "an expression follows `let name =`, `minimize` or `output`")
    }
  }

  mutating func reportBareAssignment() {
    let name = brief(token.range)
    fail(
      "AD0123", "a definition starts with `let`, `const` or `param`", at: token.range,
      fix: "write `let \(name) = …`")
  }

  mutating func reportUnknownStatement(_ word: String) {
    let next = token(after: 1)
    if next.kind == .equals, !next.startsLine { return reportBareAssignment() }
    let shown = brief(token.range)
    if !next.startsLine, next.kind == .tilde {
      return fail(
        "AD0101", "expected a statement, found `\(shown)`",
        fix: "write `fit \(shown) ~ …`, with what the model gives for `\(shown)`")
    }
    if !next.startsLine, next.kind != .end,
      let fix = ForeignSpellings.words[word] ?? ForeignSpellings.statements[word]
    {
      return fail("AD0101", "`\(shown)` does not start a statement", fix: fix)
    }
    if !next.startsLine, next.kind == .name,
      let word = nearest(to: word, in: Parser.statementWords)
    {
      return fail("AD0101", "`\(shown)` does not start a statement", fix: "did you mean `\(word)`?")
    }
    fail(
      "AD0101", "expected a statement, found `\(shown)`",
      fix: "an expression follows `let name =`, `minimize` or `output`")
  }

  /// The word with the fewest edits, where they are few.
  private func nearest(to word: String, in words: [String]) -> String? {
    guard word.utf8.count <= 20 else { return nil }
    let ranked = words.map { (edits(Array(word.lowercased().utf8), Array($0.utf8)), $0) }
    guard let best = ranked.min(by: { $0.0 < $1.0 }), best.0 <= 2, best.0 < word.utf8.count
    else { return nil }
    return best.1
  }

  private func edits(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, b) in right.enumerated() {
        let substituted = diagonal + (a == b ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substituted, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[right.count]
  }
}
