// Numbers and texts.

extension Lexer {
  /// A number, from a digit or from a point before a digit on.
  mutating func readNumber() {
    let start = offset
    var isWellFormed = true
    isWellFormed = skipDigits() && isWellFormed
    if hasDecimalPoint {
      offset += 1
      isWellFormed = skipDigits() && isWellFormed
      if hasDecimalPoint { return readNumberWithPoints(from: start) }
    }
    let significandEnd = offset
    if let digits = exponentLength() {
      offset += digits
      isWellFormed = skipDigits() && isWellFormed
    }
    if !isWellFormed {
      report(
        "AD0007", "an underscore in a number stands between two digits", start, offset,
        fix: "take the underscore away")
    }
    if significandEnd == offset, peek() | 0x20 == UInt8(ascii: "e"), !isNameAfterExponent {
      return readEmptyExponent(from: start)
    }
    finishNumber(from: start)
  }

  /// A point that belongs to the number, not to a range.
  private var hasDecimalPoint: Bool { peek() == Ascii.point && peek(1) != Ascii.point }

  /// Skips digits and underscores; false where an underscore is not between two digits.
  private mutating func skipDigits() -> Bool {
    var isWellFormed = true
    var previous: UInt8 = 0
    while Ascii.isDigit(peek()) || (peek() == Ascii.underscore && offset < bytes.count) {
      let byte = bytes[offset]
      if byte == Ascii.underscore, !Ascii.isDigit(previous) || !Ascii.isDigit(peek(1)) {
        isWellFormed = false
      }
      previous = byte
      offset += 1
    }
    return isWellFormed
  }

  /// The length of `e`, `e-` or `e+` where digits follow; nil where there is no exponent.
  private func exponentLength() -> Int? {
    guard peek() | 0x20 == UInt8(ascii: "e") else { return nil }
    if Ascii.isDigit(peek(1)) { return 1 }
    let isSigned = peek(1) == UInt8(ascii: "-") || peek(1) == UInt8(ascii: "+")
    return isSigned && Ascii.isDigit(peek(2)) ? 2 : nil
  }

  /// Whether the `e` at this place starts a longer name, as in `2exp(x)`.
  private var isNameAfterExponent: Bool {
    let next = peek(1)
    return Ascii.isLetter(next) || next == Ascii.underscore || next >= 0x80
  }

  private mutating func readEmptyExponent(from start: Int) {
    offset += 1
    let text = shown(start, offset)
    report(
      "AD0005", "the exponent of `\(text)` has no digits", start, offset,
      fix: "write `1e-3` for a power of ten, or `2*e` for a multiple of `e`")
    append(.number, from: start, value: 1)
  }

  private mutating func readNumberWithPoints(from start: Int) {
    while Ascii.isDigit(peek()) || hasDecimalPoint { offset += 1 }
    report("AD0004", "the number `\(shown(start, offset))` has two decimal points", start, offset)
    append(.number, from: start, value: 1)
  }

  private func shown(_ lower: Int, _ upper: Int) -> String {
    upper - lower <= 40
      ? source.text(SourceRange(lower, upper)) : source.text(SourceRange(lower, lower + 20)) + "…"
  }

  private mutating func finishNumber(from start: Int) {
    if let value = wholeNumber(from: start) {
      append(.number, from: start, value: value)
      return reportJoinedName(from: start)
    }
    let digits = bytes[start..<offset].filter { $0 != Ascii.underscore }
    var text = String(decoding: digits, as: UTF8.self)
    if text.utf8.first == Ascii.point { text = "0" + text }
    let value = Double(completed(text)) ?? 0
    let end = offset
    if !value.isFinite {
      report(
        "AD0006", "the number `\(shown(start, end))` is too large: the largest is about 1.8e308",
        start, end, fix: "write `inf` where infinity is meant")
    }
    append(.number, from: start, value: value)
    reportJoinedName(from: start)
  }

  /// The value of up to 15 digits and nothing else, which is exact.
  private func wholeNumber(from start: Int) -> Double? {
    guard offset - start <= 15 else { return nil }
    var value = 0
    for place in start..<offset {
      guard Ascii.isDigit(bytes[place]) else { return nil }
      value = 10 * value + Int(bytes[place] - Ascii.zero)
    }
    return Double(value)
  }

  /// Gives `5.` and `5.e3` the digit that the standard library wants after the point.
  private func completed(_ text: String) -> String {
    guard let point = text.firstIndex(of: ".") else { return text }
    let next = text.index(after: point)
    if next < text.endIndex, text[next].isNumber { return text }
    return text[..<next] + "0" + text[next...]
  }

  /// `2x`: reported, and read as the product it looks like.
  private mutating func reportJoinedName(from start: Int) {
    let next = peek()
    let isLetter =
      Ascii.isLetter(next) || next >= 0x80 && (scalar(at: offset).map { $0.0.startsName } ?? false)
    guard isLetter else { return }
    let number = shown(start, offset)
    let end = offset
    append(.times, from: end)
    readName()
    let name = shown(end, offset)
    report(
      "AD0008", "`\(number)` and `\(name)` stand together without an operator", start, offset,
      fix: "write `\(number)*\(name)`")
  }

  /// A text in double quotes.
  mutating func readString() {
    let start = offset
    var kind = Token.Kind.string
    offset += 1
    while true {
      guard offset < bytes.count, bytes[offset] != Ascii.newline else {
        if offset > start, bytes[offset - 1] == Ascii.carriageReturn { offset -= 1 }
        report(
          "AD0010", "this text has no closing `\"` in its line", start, start + 1,
          fix: "end the text with `\"`")
        return append(.invalid, from: start)
      }
      let byte = bytes[offset]
      offset += 1
      if byte == Ascii.quote { return append(kind, from: start) }
      if byte == Ascii.backslash {
        readEscape()
      } else if byte < 0x20 || byte == 0x7F, byte != Ascii.tab, !isLineEnd(byte) {
        report(
          "AD0002", "a control character (\(Unicode.Scalar(byte).codePoint)) stands in a text",
          offset - 1, offset)
        kind = .invalid
      }
    }
  }

  /// Whether a byte just read is the first of a line end of two.
  private func isLineEnd(_ byte: UInt8) -> Bool {
    byte == Ascii.carriageReturn && (peek() == Ascii.newline || offset >= bytes.count)
  }

  private mutating func readEscape() {
    guard offset < bytes.count, bytes[offset] != Ascii.newline else { return }
    if Lexer.escapes[bytes[offset]] == nil {
      report(
        "AD0011", "a backslash in a text stands before `\"`, `\\`, `n` or `t`", offset - 1,
        offset, fix: "write `\\\\` for a backslash")
    } else {
      offset += 1
    }
  }

  private static let escapes: [UInt8: UInt8] = [
    Ascii.quote: Ascii.quote, Ascii.backslash: Ascii.backslash,
    UInt8(ascii: "n"): Ascii.newline, UInt8(ascii: "t"): Ascii.tab,
  ]

  /// What a text token says: without its quotes, escapes replaced.
  static func contents(of token: Token, in source: SourceText) -> String {
    let bytes = source.bytes
    var result: [UInt8] = []
    var place = token.range.lower + 1
    let end = min(token.range.upper - 1, bytes.count)
    while place < end {
      if bytes[place] == Ascii.backslash, place + 1 < end, let byte = escapes[bytes[place + 1]] {
        result.append(byte)
        place += 2
      } else {
        result.append(bytes[place])
        place += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
