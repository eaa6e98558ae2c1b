import ADCSyntax
import Testing

@Suite("Diagnostics are shown with their line")
struct DiagnosticRendererTests {
  @Test("Place, range, note and fix")
  func whole() {
    let source = SourceText(name: "line.ad", text: "param W: [4]\n\n\nlet p = x @ W\n")
    let diagnostic = Diagnostic(
      "AD0203", "the inner dimensions differ", at: SourceRange(23, 28),
      notes: [Diagnostic.Note("declared here", at: SourceRange(6, 7))], fix: "write `W'`")
    #expect(
      rendered(diagnostic, in: source, colour: false) == """
        line.ad:4:9: error AD0203: the inner dimensions differ
          4 | let p = x @ W
            |         ^^^^^
          note: line.ad:1:7: declared here
          1 | param W: [4]
            |       ^
          help: write `W'`
        """)
  }

  @Test("Colour changes nothing but colour")
  func colour() {
    let source = SourceText(name: "m", text: "let a = b c")
    let diagnostic = Diagnostic("AD0105", "two", at: SourceRange(10, 11), severity: .warning)
    let coloured = rendered(diagnostic, in: source, colour: true)
    #expect(coloured.contains("\u{1B}["))
    var plain = ""
    var isInCode = false
    for character in coloured {
      if character == "\u{1B}" { isInCode = true }
      if !isInCode { plain.append(character) }
      if character == "m", isInCode { isInCode = false }
    }
    #expect(plain == rendered(diagnostic, in: source, colour: false))
  }

  @Test("A line of a megabyte is cut around the range")
  func longLine() {
    let filler = String(repeating: "β + ", count: 200_000)
    let source = SourceText(name: "m", text: filler + "x y" + filler)
    let place = filler.utf8.count + 2
    let diagnostic = Diagnostic("AD0105", "two", at: SourceRange(place, place + 1))
    let rows = rendered(diagnostic, in: source, colour: false).split(separator: "\n")
    #expect(rows.count == 3)
    #expect(rows[0].hasPrefix("m:1:800003: "))
    #expect(rows[1].count < 200 && rows[1].contains("x y"))
    let column = rows[2].prefix { $0 != "^" }.count
    #expect(Array(rows[1])[column] == "y")
  }

  @Test("A range over several lines, past the end, or empty")
  func oddRanges() {
    let source = SourceText(name: "m", text: "let a\nlet b")
    for (range, marks) in [
      (SourceRange(4, 11), "    ^"), (SourceRange(11, 11), "     ^"),
      (SourceRange(90, 99), "     ^"),
      (SourceRange(-5, 2), "^^"),
    ] {
      let rows = rendered(Diagnostic("AD0101", "odd", at: range), in: source, colour: false)
        .split(separator: "\n")
      #expect(rows.last == "    | \(marks)")
    }
  }

  @Test("Nothing in a text moves the cursor")
  func controls() {
    let source = SourceText(name: "a\u{1B}[2Jb", text: "\u{1B}[31m\u{7}\u{202E}x")
    let text = rendered(
      Diagnostic("AD0002", "found \u{1B}[0m", at: SourceRange(5, 6)), in: source, colour: false)
    #expect(!text.unicodeScalars.contains { $0.value < 32 && $0 != "\n" || $0.value == 0x202E })
    #expect(text.contains("<U+001B>[31m<U+0007><U+202E>x"))
  }
}
