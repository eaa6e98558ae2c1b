// Operators and punctuation, and the ones that belong to other languages.

extension Lexer {
  /// All signs, longer ones before those they begin with.
  private static let signs: [([UInt8], Token.Kind)] = [
    "...", "..<", "..", ":=", "<=", ">=", "==", "!=", "(", ")", "[", "]", "{", "}", ",", ";", ":",
    "=", "~", "%", "'", "+", "-", "*", "/", "@", "^", "<", ">",
  ].compactMap { text in Token.Kind(rawValue: text).map { (Array(text.utf8), $0) } }

  /// The signs that begin with each byte.
  private static let signsByFirst: [[([UInt8], Token.Kind)]] = {
    var result = [[([UInt8], Token.Kind)]](repeating: [], count: 128)
    for sign in signs { result[Int(sign.0[0])].append(sign) }
    return result
  }()

  private func starts(with text: [UInt8]) -> Bool {
    offset + text.count <= bytes.count
      && text.indices.allSatisfy { bytes[offset + $0] == text[$0] }
  }

  mutating func readSign() {
    let start = offset
    let first = bytes[offset]
    if first == Ascii.slash, peek(1) == UInt8(ascii: "*") { return readForeignComment() }
    for (text, kind, fix) in ForeignSpellings.signs where text[0] == first && starts(with: text) {
      offset += text.count
      let shown = String(decoding: text, as: UTF8.self)
      report("AD0012", "`\(shown)` is not an operator of the language", start, offset, fix: fix)
      return append(kind, from: start)
    }
    for (text, kind) in Lexer.signsByFirst[Int(first)] where starts(with: text) {
      offset += text.count
      return append(kind, from: start)
    }
    readStraySign(Unicode.Scalar(bytes[offset]))
  }

  /// `/* … */`: skipped as a whole, after saying so once.
  private mutating func readForeignComment() {
    let start = offset
    offset += 2
    while offset < bytes.count, !starts(with: [UInt8(ascii: "*"), Ascii.slash]) { offset += 1 }
    offset = min(offset + 2, bytes.count)
    report(
      "AD0012", "`/*` does not start a comment", start, start + 2,
      fix: "write `//` in front of each line of the comment")
  }

  private mutating func readStraySign(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "." where readMember(), "|" where readBars(), "!" where readFactorial():
      break
    case "!":
      offset += 1
      report(
        "AD0012", "`!` is not an operator of the language", offset - 1, offset, fix: "write `not`")
      append(.notWord, from: offset - 1)
    case "#":
      let start = offset
      while offset < bytes.count, bytes[offset] != Ascii.newline { offset += 1 }
      report(
        "AD0012", "`#` does not start a comment", start, start + 1, fix: "comments start with `//`")
    default:
      readStray(scalar, length: 1)
    }
  }
}
