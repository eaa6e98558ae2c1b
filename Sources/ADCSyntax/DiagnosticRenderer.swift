/// A diagnostic as people read it in a terminal: place, message, the line with the range
/// underlined, notes with their own lines, and the likely fix.
///
/// Long lines are cut to a window around the range, tabs stay tabs in both rows, and characters
/// that could change the terminal are shown as their code. The text ends without a line end.
package func rendered(_ d: Diagnostic, in source: SourceText, colour: Bool) -> String {
  DiagnosticRenderer(source: source, colour: colour).text(of: d)
}

/// A text in which nothing can move the cursor of a terminal or turn the direction of writing.
package func visible(_ text: String) -> String { LineExcerpt.visible(text) }

struct DiagnosticRenderer {
  let source: SourceText
  let colour: Bool

  private enum Style: String {
    case bold = "1"
    case red = "1;31"
    case yellow = "1;33"
    case blue = "1;34"
    case green = "1;32"
  }

  private func styled(_ text: String, _ style: Style) -> String {
    colour ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }

  func text(of diagnostic: Diagnostic) -> String {
    let places = [diagnostic.range] + diagnostic.notes.map(\.range)
    let lines = places.map { source.position(of: $0.lower).line }
    let width = lines.map { String(source.place(ofLine: $0).line).utf8.count }.max() ?? 1
    let style: Style = diagnostic.severity == .error ? .red : .yellow
    let label = styled("\(diagnostic.severity.rawValue) \(diagnostic.code):", style)
    let message = styled(LineExcerpt.visible(diagnostic.message), .bold)
    var rows = ["\(styled(place(diagnostic.range), .bold)): \(label) \(message)"]
    rows += excerpt(diagnostic.range, line: lines[0], width: width, style: style)
    for (note, line) in zip(diagnostic.notes, lines.dropFirst()) {
      let label = styled("note:", .blue)
      rows.append("  \(label) \(place(note.range)): \(LineExcerpt.visible(note.message))")
      rows += excerpt(note.range, line: line, width: width, style: .blue)
    }
    if let fix = diagnostic.fix {
      rows.append("  \(styled("help:", .green)) \(LineExcerpt.visible(fix))")
    }
    return rows.joined(separator: "\n")
  }

  private func place(_ range: SourceRange) -> String {
    let position = source.position(of: range.lower)
    let (name, line) = source.place(ofLine: position.line)
    return "\(LineExcerpt.visible(name)):\(line):\(position.column)"
  }

  private func excerpt(
    _ range: SourceRange, line: Int, width: Int, style: Style
  ) -> [String] {
    let (text, marks) = LineExcerpt(source: source, range: range, line: line).rows()
    let number = String(source.place(ofLine: line).line)
    let padding = String(repeating: " ", count: max(0, width - number.utf8.count))
    let blank = String(repeating: " ", count: width)
    return [
      "  \(padding)\(styled("\(number) |", .blue)) \(text)",
      "  \(blank) \(styled("|", .blue)) \(marks.blank)\(styled(marks.carets, style))",
    ]
  }
}

/// The part of a line around a range, and the marks to set under it.
struct LineExcerpt {
  let source: SourceText
  let range: SourceRange
  let line: Int

  /// The most characters of a line that are shown before and after the start of the range.
  private static let before = 60
  private static let after = 100
  /// Bytes that are looked at for them; a character may take several.
  private static let bytesPerCharacter = 8

  func rows() -> (text: String, marks: (blank: String, carets: String)) {
    let (start, end) = lineBounds()
    let lower = min(max(range.lower, start), end)
    let upper = min(max(range.upper, lower), end)
    let from = aligned(
      max(start, lower - LineExcerpt.before * LineExcerpt.bytesPerCharacter), start)
    let to = min(end, lower + LineExcerpt.after * LineExcerpt.bytesPerCharacter)
    let ahead = decoded(from, lower)
    let marked = decoded(lower, min(upper, to))
    let behind = decoded(min(upper, to), to)

    let shownAhead = ahead.suffix(LineExcerpt.before)
    let isCutAhead = from > start || shownAhead.count < ahead.count
    let shownMarked = marked.prefix(LineExcerpt.after)
    let room = LineExcerpt.after - shownMarked.count
    let shownBehind = shownMarked.count < marked.count ? "" : behind.prefix(room)
    let isCutBehind =
      to < end || shownMarked.count < marked.count || shownBehind.count < behind.count

    var text = isCutAhead ? "…" : ""
    var blank = isCutAhead ? " " : ""
    for character in shownAhead { append(character, to: &text, marks: &blank, mark: " ") }
    var carets = ""
    for character in shownMarked { append(character, to: &text, marks: &carets, mark: "^") }
    for character in shownBehind { text += LineExcerpt.visible(character) }
    if isCutBehind { text += "…" }
    return (text, (blank, carets.isEmpty ? "^" : carets))
  }

  private func append(
    _ character: Character, to text: inout String, marks: inout String, mark: String
  ) {
    let shown = LineExcerpt.visible(character)
    text += shown
    if character == "\t", mark == " " {
      marks += "\t"
    } else {
      let width = shown.count == 1 ? DisplayWidth.of(character) : shown.count
      marks += String(repeating: mark, count: width)
    }
  }

  private func lineBounds() -> (start: Int, end: Int) {
    let start = source.lineStarts[min(max(line - 1, 0), source.lineStarts.count - 1)]
    var end = line < source.lineStarts.count ? source.lineStarts[line] - 1 : source.bytes.count
    if end > start, source.bytes[end - 1] == Ascii.carriageReturn { end -= 1 }
    return (start, max(start, end))
  }

  /// Moves an offset forward to where a character's encoding begins.
  private func aligned(_ offset: Int, _ start: Int) -> Int {
    guard offset > start else { return start }
    var place = offset
    while place < source.bytes.count, source.bytes[place] & 0xC0 == 0x80 { place += 1 }
    return place
  }

  private func decoded(_ lower: Int, _ upper: Int) -> String {
    lower < upper ? String(decoding: source.bytes[lower..<upper], as: UTF8.self) : ""
  }

  /// A text in which nothing can move the cursor or turn the direction of writing.
  static func visible(_ text: String) -> String {
    text.unicodeScalars.contains(where: isUnsafe) ? text.map(visible).joined() : text
  }

  private static func visible(_ character: Character) -> String {
    guard character != "\t", character.unicodeScalars.contains(where: isUnsafe) else {
      return String(character)
    }
    return character.unicodeScalars.map { isUnsafe($0) ? "<\($0.codePoint)>" : String($0) }
      .joined()
  }

  private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value >= 0x20, scalar.value < 0x7F { return false }
    switch scalar.properties.generalCategory {
    case .control: return scalar != "\t"
    case .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
      return true
    default: return false
    }
  }
}
