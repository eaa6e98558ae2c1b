import ADCKit
import ADCShell
import Testing

/// The line editor: bytes of a keyboard in, the picture of a screen out.
@Suite struct LineEditorTests {
  /// An editor at a terminal.
  private struct Desk {
    var decoder = KeyDecoder()
    var editor: LineEditor
    var screen: VirtualTerminal
    var lines: [LineEditor.Outcome] = []

    init(
      columns: Int = 20, lines: Int = 12, history: [String] = [], colour: Bool = false,
      completions: @escaping (String) -> Completion = { _ in Completion() }
    ) {
      var assistance = EditorAssistance()
      assistance.isIncomplete = { text in
        text.filter { $0 == "(" }.count > text.filter { $0 == ")" }.count
      }
      assistance.completions = completions
      if colour { assistance.coloured = PromptText.coloured }
      editor = LineEditor(assistance, history: History(history), columns: columns, lines: lines)
      screen = VirtualTerminal(columns: columns, lines: lines)
      screen.write(editor.start())
    }

    mutating func type(_ text: String) {
      for key in decoder.keys(Array(text.utf8)) { press(key) }
    }

    mutating func press(_ key: Key) { screen.write(editor.press(key)) }

    mutating func resize(_ columns: Int) {
      screen.resize(columns: columns)
      screen.write(editor.resize(columns: columns, lines: screen.lines))
    }
  }

  private func picture(_ text: String, columns: Int = 20) -> [String] {
    var desk = Desk(columns: columns)
    desk.type(text)
    return desk.screen.picture
  }

  private static let (left, right, up, down) = ("\u{1B}[D", "\u{1B}[C", "\u{1B}[A", "\u{1B}[B")

  @Test func typingAndMoving() {
    #expect(picture("x + 1") == ["> x + 1|"])
    #expect(picture("ab\(Self.left)c") == ["> ac|b"])
    #expect(picture("ab\u{1}x\u{5}y") == ["> xaby|"])
    #expect(picture("ab\u{1B}[Hx\u{1B}[Fy\u{1B}OHz") == ["> z|xaby"])
    #expect(picture("ab\u{2}\u{2}\u{6}c") == ["> ac|b"])
    #expect(picture("one two_2 (3)\u{1B}b\u{1B}b") == ["> one |two_2 (3)"])
    #expect(picture("one two\u{1}\u{1B}f!") == ["> one!| two"])
    #expect(picture("one two\u{1B}[1;5D!\u{1B}[1;5C?") == ["> one !two?|"])
  }

  @Test func deletingAndPuttingBack() {
    #expect(picture("abc\u{7F}\u{8}") == ["> a|"])
    #expect(picture("abc\u{1}\u{1B}[3~\u{4}") == ["> |c"])
    #expect(picture("one two\u{17}\u{19}\u{19}") == ["> one twotwo|"])
    #expect(picture("one two\u{15}\u{19}") == ["> one two|"])
    #expect(picture("one two\u{1}\u{1B}d\u{B}\u{19}") == ["> one two|"])
    #expect(picture("one two\u{17}\u{17}\u{19}") == ["> one two|"])
    #expect(picture("f(x)\u{1B}\u{7F}") == ["> f(|"])
    #expect(picture("ab\u{14}") == ["> ba|"])
    #expect(picture("abc\(Self.left)\u{14}") == ["> acb|"])
  }

  @Test func undoing() {
    #expect(picture("one\u{15}\u{1F}") == ["> one|"])
    #expect(picture("one two\u{17}\u{1F}\u{1F}") == ["> |"])
    #expect(picture("abc\u{7F}\u{7F}\u{1F}") == ["> abc|"])
    #expect(picture("\u{1F}") == ["> |"])
  }

  @Test func widthsOfUnicode() {
    #expect(picture("漢字x\(Self.left)\(Self.left)") == ["> 漢|字x"])
    #expect(picture("e\u{301}=2\u{1}\(Self.right)") == ["> e\u{301}|=2"])
    #expect(picture("👩‍👧α\u{7F}\u{7F}b") == ["> b|"])
    // A wide character does not fit in the last column.
    #expect(picture("1234567漢", columns: 10) == ["> 1234567", "漢|"])
    #expect(PromptText.width(of: "e\u{301}") == 1)
    #expect(PromptText.width(of: "\u{200B}") == 0)
    #expect(PromptText.width(of: "한") == 2)
    #expect(PromptText.width(of: "👍🏽") == 2)
    #expect(PromptText.width(of: "❤️") == 2)
    #expect(PromptText.width(of: "🇩🇪") == 2)
    #expect(PromptText.width(of: "∂²ﬁ") == 3)
  }

  @Test func longLinesAreWrapped() {
    #expect(picture("abcdefgh", columns: 10) == ["> abcdefgh", "|"])
    #expect(picture("abcdefghij\u{1}", columns: 10) == ["> |abcdefgh", "ij"])
    #expect(picture("abcdefghij\u{7F}\u{7F}\u{7F}", columns: 10) == ["> abcdefg|"])
    let text = String(repeating: "0123456789", count: 12)
    var desk = Desk(columns: 10, lines: 4)
    desk.type(text)
    // Higher than the terminal: the part around the cursor is seen.
    #expect(desk.screen.picture.count == 4)
    #expect(desk.screen.picture.last == "89|")
    desk.type("\u{1}")
    #expect(desk.screen.picture.first == "> |01234567")
  }

  @Test func otherWidths() {
    var desk = Desk(columns: 20)
    desk.type("0123456789abcdefghijkl")
    desk.resize(12)
    #expect(desk.screen.picture == ["> 0123456789", "abcdefghijkl", "|"])
    desk.resize(30)
    #expect(desk.screen.picture == ["> 0123456789abcdefghijkl|"])
    desk.type("\u{1}x")
    #expect(desk.screen.picture == ["> x|0123456789abcdefghijkl"])
  }

  @Test func linesGoOnWhileABracketIsOpen() {
    var desk = Desk()
    desk.type("f(1,\r2")
    #expect(desk.screen.picture == ["> f(1,", "… 2|"])
    desk.type("\(Self.up)0\(Self.down))\r")
    #expect(desk.editor.outcome == .line("f0(1,\n2)"))
    #expect(desk.screen.picture == ["> f0(1,", "… 2)", "|"])
  }

  @Test func aBlankLineEndsWhatIsIncomplete() {
    var desk = Desk()
    desk.type("f(1\r\r")
    #expect(desk.editor.outcome == .line("f(1\n"))
  }

  @Test func pastesAreTakenAsTheyAre() {
    var desk = Desk()
    desk.type("\u{1B}[200~a = 1\r\nb = 2\t+ 1\u{3}\u{1B}[201~!")
    #expect(desk.editor.outcome == .editing)
    #expect(desk.screen.picture == ["> a = 1", "… b = 2  + 1!|"])
    // In pieces, as a slow line sends them.
    var slow = Desk()
    for byte in "\u{1B}[200~é漢\u{1B}[201~".utf8 {
      for key in slow.decoder.keys([byte]) { slow.press(key) }
    }
    #expect(slow.screen.picture == ["> é漢|"])
  }

  @Test func endsOfALine() {
    for (text, outcome) in [
      ("x\r", LineEditor.Outcome.line("x")), ("x\u{3}", .interrupted), ("\u{4}", .endOfInput),
      ("x\u{1}\u{4}", .editing), ("x\u{1A}", .suspended), ("\r", .line("")),
    ] {
      var desk = Desk()
      desk.type(text)
      #expect(desk.editor.outcome == outcome, "\(text.debugDescription)")
    }
  }

  @Test func historyUpAndDown() {
    var desk = Desk(history: ["one", "two", "f(1,\n2)"])
    desk.type("new\(Self.up)")
    #expect(desk.screen.picture == ["> f(1,", "… 2)|"])
    desk.type("\(Self.up)\(Self.up)")
    #expect(desk.screen.picture == ["> two|"])
    desk.type("\(Self.up)\(Self.up)\(Self.down)\(Self.down)\u{E}")
    #expect(desk.screen.picture == ["> new|"])
    desk.type("\u{10}\u{10}\r")
    #expect(desk.editor.outcome == .line("two"))
  }

  @Test func searchingTheHistory() {
    var desk = Desk(columns: 40, history: ["diff(x^2, x)", "sin(1)", "diff(y, y)"])
    desk.type("new\u{12}dif")
    #expect(desk.screen.picture == ["(search `dif`) |diff(y, y)"])
    desk.type("\u{12}")
    #expect(desk.screen.picture == ["(search `dif`) |diff(x^2, x)"])
    desk.type("q")
    #expect(desk.screen.picture == ["(no line with `difq`) |"])
    desk.type("\u{7}")
    #expect(desk.screen.picture == ["> new|"])
    desk.type("\u{12}sin\u{5}!")
    #expect(desk.screen.picture == ["> sin(1)!|"])
    desk.type("\u{15}\u{12}x^2\r")
    #expect(desk.editor.outcome == .line("diff(x^2, x)"))
  }

  @Test func completing() {
    var session = PromptSession()
    _ = session.answer("signal(t) = t")
    let known = session
    let completions = { (text: String) in Completion(known.completion(of: text)) }
    var desk = Desk(columns: 60, completions: completions)
    desk.type("1 + signa\t")
    #expect(desk.screen.picture == ["> 1 + signal(|", "signal(t)"])
    desk.type("2")
    #expect(desk.screen.picture == ["> 1 + signal(2|"])
    desk.type("\t")
    #expect(desk.screen.picture == ["> 1 + signal(2|", "signal(t)"])
    desk.type("\u{15}sig\t\t")
    #expect(desk.screen.picture.count > 3)
    #expect(desk.screen.picture[0] == "> sig|")
    desk.type("\u{15}:pl\t")
    #expect(desk.screen.picture[0] == "> :plot |")
  }

  @Test func coloursChangeNothingElse() {
    for text in ["f(x) = 2*x + \"a\" // 漢", ":plot sin(x) -3..3", "(1 +\r2"] {
      var (plain, coloured) = (Desk(), Desk(colour: true))
      plain.type(text + Self.left)
      coloured.type(text + Self.left)
      #expect(plain.screen.picture == coloured.screen.picture)
    }
  }

  @Test func oddBytesDoNoHarm() {
    for text in ["\u{1B}", "\u{1B}[", "\u{1B}[99;99;99~x", "\u{1B}O", "\u{1B}\u{1B}[A", "\0x"] {
      var desk = Desk(history: ["old"])
      desk.type(text)
      for key in desk.decoder.flush() { desk.press(key) }
      #expect(desk.editor.outcome == .editing)
    }
    var decoder = KeyDecoder()
    #expect(decoder.keys([0xC3]) == [] && decoder.isWaiting)
    #expect(decoder.keys([0xA9]) == [.text("é")])
    #expect(decoder.keys([0xFF, 0x41]) != [] || !decoder.flush().isEmpty)
  }

  @Test func historyFiles() {
    var history = History(file: "one\ntwo\\nlines\n\\\\x\n")
    #expect(history.lines == ["one", "two\nlines", "\\x"])
    history.add("one")
    history.add("   ")
    #expect(history.lines == ["two\nlines", "\\x", "one"])
    #expect(History(file: history.file) == history)
    #expect(History(file: history.file + "other\n\\\\x\n").lines.suffix(2) == ["other", "\\x"])
    #expect(History.entry("  ") == nil && History.entry("a\nb") == "a\\nb\n")
    for place in 0..<3000 { history.add("line \(place)") }
    #expect(history.lines.count == History.most)
  }
}
