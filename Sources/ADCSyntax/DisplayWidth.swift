/// The columns that text takes in a terminal.
package enum DisplayWidth {
  /// The columns of a text without line ends: the sum of those of its characters.
  package static func of(_ text: some StringProtocol) -> Int {
    text.reduce(0) { $0 + of($1) }
  }

  /// The columns of a character: two for wide ones, none for what only combines.
  ///
  /// Wide are the East Asian wide and full-width blocks (UAX #11) and what is shown as an emoji.
  package static func of(_ character: Character) -> Int {
    var width = 0
    for scalar in character.unicodeScalars {
      // U+FE0F asks for the emoji form of what precedes it.
      if scalar.value == 0xFE0F, width == 1, isEmoji(character) { return 2 }
      width = max(width, of(scalar))
    }
    return width
  }

  private static func isEmoji(_ character: Character) -> Bool {
    character.unicodeScalars.first?.properties.isEmoji ?? false
  }

  private static func of(_ scalar: Unicode.Scalar) -> Int {
    if scalar.value < 0x7F { return scalar.value < 0x20 ? 0 : 1 }
    switch scalar.properties.generalCategory {
    case .control, .format, .nonspacingMark, .enclosingMark, .lineSeparator, .paragraphSeparator:
      // A soft hyphen is drawn.
      return scalar.value == 0xAD ? 1 : 0
    default: break
    }
    // Vowels and finals of a Hangul syllable written in parts.
    if (0x1160...0x11FF).contains(scalar.value) { return 0 }
    return wide.contains { $0.contains(scalar.value) }
      || scalar.properties.isEmojiPresentation ? 2 : 1
  }

  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0xA4CF,
    0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
    0xFFE0...0xFFE6, 0x17000...0x18CD5, 0x1B000...0x1B2FB, 0x1F200...0x1F2FF, 0x20000...0x3FFFD,
  ]
}
