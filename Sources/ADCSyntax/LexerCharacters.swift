// Characters outside ASCII and signs: encoding, letters, look-alikes, what is foreign.

extension Unicode.Scalar {
  /// Whether a name may begin with it: a letter of any script.
  var startsName: Bool { properties.isXIDStart }

  /// Whether a name may go on with it: letters and visible combining marks. Digits and joining
  /// punctuation are those of ASCII only, so that nothing that looks like a sign hides in a name.
  var continuesName: Bool {
    if startsName { return true }
    let isMark =
      properties.generalCategory == .nonspacingMark || properties.generalCategory == .spacingMark
    return isMark && !properties.isDefaultIgnorableCodePoint
  }

  /// `U+2212`, with at least four digits.
  var codePoint: String {
    let digits = String(value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}

extension Lexer {
  /// The scalar that starts at an offset and its length in bytes; nil where the bytes are not
  /// well-formed UTF-8 (overlong forms, surrogates and values past U+10FFFF included).
  func scalar(at offset: Int) -> (Unicode.Scalar, Int)? {
    guard offset < bytes.count else { return nil }
    let first = UInt32(bytes[offset])
    if first < 0x80 { return (Unicode.Scalar(UInt8(first)), 1) }
    let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
    guard first >= 0xC2, first <= 0xF4, offset + length <= bytes.count else { return nil }
    var value = first & (0xFF >> UInt32(length + 1))
    for place in 1..<length {
      let byte = UInt32(bytes[offset + place])
      guard byte & 0xC0 == 0x80 else { return nil }
      value = value << 6 | byte & 0x3F
    }
    let smallest: UInt32 = length == 4 ? 0x10000 : length == 3 ? 0x800 : 0x80
    guard value >= smallest, let scalar = Unicode.Scalar(value) else { return nil }
    return (scalar, length)
  }

  /// The first place where the text is not UTF-8.
  func invalidEncoding() -> Diagnostic? {
    var place = offset
    while place < bytes.count {
      if bytes[place] < 0x80 {
        place += 1
      } else if let (_, length) = scalar(at: place) {
        place += length
      } else {
        let line = source.position(of: place).line
        let byte = String(bytes[place], radix: 16, uppercase: true)
        return Diagnostic(
          "AD0001",
          "the text is not valid UTF-8: byte 0x\(byte) at byte offset \(place), in line \(line)",
          at: SourceRange(place, place + 1), fix: "save the text as UTF-8")
      }
    }
    return nil
  }

  /// What people type, or paste, for a sign of the language.
  private static let lookAlikes: [Unicode.Scalar: Token.Kind] = [
    "\u{2212}": .minus, "\u{2010}": .minus, "\u{2011}": .minus, "\u{2012}": .minus,
    "\u{2013}": .minus, "\u{2014}": .minus, "\u{FE63}": .minus, "\u{FF0D}": .minus,
    "\u{D7}": .times, "\u{B7}": .times, "\u{22C5}": .times, "\u{2217}": .times,
    "\u{2022}": .times, "\u{FF0A}": .times, "\u{F7}": .divide, "\u{2215}": .divide,
    "\u{2044}": .divide, "\u{FF0F}": .divide, "\u{FF0B}": .plus, "\u{FF3E}": .caret,
    "\u{2264}": .lessOrEqual, "\u{2265}": .greaterOrEqual, "\u{2260}": .notEqual,
    "\u{FF1C}": .less, "\u{FF1E}": .greater, "\u{FF1D}": .equals, "\u{FF08}": .leftParenthesis,
    "\u{FF09}": .rightParenthesis, "\u{FF3B}": .leftBracket, "\u{FF3D}": .rightBracket,
    "\u{FF0C}": .comma, "\u{3001}": .comma, "\u{FF1A}": .colon, "\u{FF1B}": .semicolon,
    "\u{2026}": .closedRange, "\u{2032}": .prime, "\u{2019}": .prime, "\u{B4}": .prime,
    "\u{2254}": .assign, "\u{2227}": .andWord, "\u{2228}": .orWord, "\u{AC}": .notWord,
    "\u{223C}": .tilde, "\u{FF5E}": .tilde,
  ]

  /// What to write in place of characters that stand for no single sign.
  private static let replacements: [Unicode.Scalar: String] = [
    "\u{201C}": "\"", "\u{201D}": "\"", "\u{201E}": "\"", "\u{AB}": "\"", "\u{BB}": "\"",
    "\u{221E}": "inf", "\u{221A}": "sqrt(x)", "\u{2211}": "sum(x)", "\u{220F}": "prod(x)",
    "\u{2207}": "grad(f, x)", "\u{2202}": "diff(f, x)", "\u{B0}": "pi/180", "\u{B9}": "^1",
    "\u{B2}": "^2", "\u{B3}": "^3", "\u{2070}": "^0", "\u{207B}": "^-", "\u{22A4}": "'",
  ]

  /// Reports a character that is not of the language, and adds the token it stands for, if any.
  mutating func readStray(_ scalar: Unicode.Scalar, length: Int) {
    let start = offset
    if let kind = Lexer.lookAlikes[scalar] {
      offset += length
      report(
        "AD0003", "`\(scalar)` (\(scalar.codePoint)) looks like `\(kind.rawValue)` but is not it",
        start, offset, fix: "write `\(kind.rawValue)`")
      append(kind, from: start)
    } else if scalar.properties.generalCategory == .decimalNumber {
      readForeignDigits()
    } else {
      offset += length
      report(
        "AD0002", "\(described(scalar)) is not a character of the language", start, offset,
        fix: fix(for: scalar, length: length))
      append(.invalid, from: start)
    }
  }

  private func described(_ scalar: Unicode.Scalar) -> String {
    switch scalar.properties.generalCategory {
    case .control, .format, .privateUse, .unassigned, .surrogate, .lineSeparator,
      .paragraphSeparator, .nonspacingMark, .enclosingMark, .spacingMark:
      let name =
        scalar.value == 0
        ? "NUL" : scalar.properties.name ?? scalar.properties.nameAlias ?? "the character"
      return "\(name) (\(scalar.codePoint))"
    default:
      return "`\(scalar)` (\(scalar.codePoint))"
    }
  }

  private func fix(for scalar: Unicode.Scalar, length: Int) -> String? {
    if let fix = ForeignSpellings.characters[scalar] { return fix }
    var text = Lexer.replacements[scalar]
    if scalar.value >= 0x2074, scalar.value <= 0x2079 { text = "^\(scalar.value - 0x2070)" }
    if let text {
      return fix(forPower: text, endingAt: offset, length: length) ?? "write `\(text)`"
    }
    if scalar.value >= 0x2080, scalar.value <= 0x2089 { return "write `_\(scalar.value - 0x2080)`" }
    return nil
  }

  /// Digits of other scripts: reported once, and read as the number they spell.
  private mutating func readForeignDigits() {
    let start = offset
    var digits = ""
    while let (scalar, length) = scalar(at: offset),
      scalar.properties.generalCategory == .decimalNumber,
      let value = scalar.properties.numericValue, value >= 0, value <= 9
    {
      digits += String(Int(value))
      offset += length
    }
    let first = scalar(at: start).map { $0.0.codePoint } ?? ""
    let shown = digits.utf8.count <= 20 ? "write `\(digits)`" : "write the digits 0 to 9"
    report("AD0003", "these are not the digits 0 to 9 (\(first))", start, offset, fix: shown)
    append(.number, from: start, value: Double(digits) ?? 0)
  }
}
