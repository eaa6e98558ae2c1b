// A line being typed: keys in, text of the terminal out. Knows no terminal and no clock.

package import ADCKit

/// What the editor asks of those who know the language.
package struct EditorAssistance {
  /// The prompt of the first line, and of those that follow it.
  package var prompt = "> "
  /// As wide as `prompt`, so that lines stand below each other.
  package var continuation = "… "
  /// Whether a text goes on in the next line.
  package var isIncomplete: (String) -> Bool = { _ in false }
  /// The text with colours; of the same width.
  package var coloured: (String) -> String = { $0 }
  /// What a text before the cursor could go on with.
  package var completions: (String) -> Completion = { _ in Completion() }
  /// Whether the terminal understands colours.
  package var usesColour = false

  /// An editor that knows nothing: every line is complete, in one colour.
  package init() {}
}

/// What a name could become.
package struct Completion {
  /// One way to go on.
  package struct Candidate {
    /// What a list of candidates shows.
    package var name: String
    /// What is inserted, which begins with the name.
    package var insertion: String
    /// The line that is shown of it.
    package var description: String

    /// A candidate of a name that the insertion begins with.
    package init(name: String, insertion: String, description: String) {
      self.name = name
      self.insertion = insertion
      self.description = description
    }
  }

  /// Nothing is known.
  package init() {}

  /// What the prompt knows of a text.
  package init(_ found: PromptCompletion) {
    replaced = found.replaced
    hint = found.hint
    candidates = found.candidates.map {
      Candidate(name: $0.name, insertion: $0.insertion, description: $0.description)
    }
  }

  /// The characters before the cursor that a candidate takes the place of.
  package var replaced = 0
  /// What fits, in the order in which it is listed.
  package var candidates: [Candidate] = []
  /// What is shown where there is nothing to insert.
  package var hint: String?
}

/// The line editor's state.
package struct LineEditor {
  /// What came of the keys so far.
  package enum Outcome: Equatable {
    case editing
    case line(String)
    case interrupted
    case endOfInput
    case suspended
  }

  private(set) var buffer = EditBuffer()
  /// What the last key led to; anything but `editing` ends the line.
  package private(set) var outcome = Outcome.editing
  private let assistance: EditorAssistance
  private var history: History
  /// What is shown below the text until the next key.
  private var hints: [String] = []
  private var screen: EditorScreen
  private var search: HistorySearch?
  private var undo = UndoStack()
  private var killed = ""
  private var wasKill = false
  private var previous: Key?

  /// An editor of an empty line on a screen of so many columns and lines.
  package init(_ assistance: EditorAssistance, history: History, columns: Int, lines: Int) {
    self.assistance = assistance
    self.history = history
    screen = EditorScreen(columns: columns, lines: lines)
  }

  /// The first drawing.
  package mutating func start() -> String { draw() }

  /// What the terminal shows after a key.
  package mutating func press(_ key: Key) -> String {
    hints = []
    let isKill = wasKill
    wasKill = false
    if let output = pressInSearch(key) {
      previous = key
      return output
    }
    if let output = finish(key) { return output }
    undo.record(buffer, before: key, after: previous)
    edit(key, afterKill: isKill)
    previous = key
    return draw()
  }

  /// The drawing for a terminal of another size.
  package mutating func resize(columns: Int, lines: Int) -> String {
    screen.resize(columns: columns, lines: lines) + draw()
  }

  /// The drawing after someone else wrote to the terminal.
  mutating func redraw(clearing: Bool = false) -> String {
    screen.forget()
    return (clearing ? "\u{1B}[H\u{1B}[2J" : "") + draw()
  }

  /// Keys that end the editing.
  private mutating func finish(_ key: Key) -> String? {
    switch key {
    case .enter:
      // A blank line ends what would go on for ever.
      if !endsInBlankLine, assistance.isIncomplete(buffer.text) { return nil }
      return end(.line(buffer.text))
    case .control("C"): return end(.interrupted, mark: "^C")
    case .control("D") where buffer.isEmpty: return end(.endOfInput)
    case .control("Z"):
      outcome = .suspended
      return ""
    case .control("L"): return redraw(clearing: true)
    default: return nil
    }
  }

  /// Whether the cursor stands in a blank line below others, at the end of the text.
  private var endsInBlankLine: Bool {
    buffer.cursor == buffer.characters.count && buffer.lineStart > 0
      && buffer.characters[buffer.lineStart...].allSatisfy(\.isWhitespace)
  }

  private mutating func end(_ outcome: Outcome, mark: String = "") -> String {
    self.outcome = outcome
    buffer.move(to: buffer.characters.count)
    return draw() + mark + "\r\n"
  }

  /// Goes on after a suspension.
  mutating func resume() -> String {
    outcome = .editing
    return redraw()
  }

  private mutating func edit(_ key: Key, afterKill: Bool) {
    switch key {
    case .text(let text), .paste(let text): buffer.insert(text)
    case .enter: buffer.insert("\n")
    case .tab: complete()
    case .backspace, .control("H"):
      if buffer.cursor > 0 { buffer.remove(buffer.cursor - 1..<buffer.cursor) }
    case .delete, .control("D"):
      if buffer.cursor < buffer.characters.count {
        buffer.remove(buffer.cursor..<buffer.cursor + 1)
      }
    case .control("K"): kill(buffer.cursor..<killEnd, afterKill, isAfter: true)
    case .control("U"): kill(buffer.lineStart..<buffer.cursor, afterKill, isAfter: false)
    case .control("W"): kill(buffer.blankStart..<buffer.cursor, afterKill, isAfter: false)
    case .deleteWordBack: kill(buffer.wordStart..<buffer.cursor, afterKill, isAfter: false)
    case .alt("d"): kill(buffer.cursor..<buffer.wordEnd, afterKill, isAfter: true)
    case .control("Y"): buffer.insert(killed)
    case .control("T"): buffer.transpose()
    case .control("_"): undo.undo(&buffer)
    case .control("R"): search = HistorySearch(kept: buffer)
    default: move(key)
    }
  }

  private mutating func move(_ key: Key) {
    switch key {
    case .left, .control("B"): buffer.move(to: buffer.cursor - 1)
    case .right, .control("F"): buffer.move(to: buffer.cursor + 1)
    case .wordLeft, .alt("b"): buffer.move(to: buffer.wordStart)
    case .wordRight, .alt("f"): buffer.move(to: buffer.wordEnd)
    case .home, .control("A"): buffer.move(to: buffer.lineStart)
    case .end, .control("E"): buffer.move(to: buffer.lineEnd)
    case .up: if !buffer.moveLine(down: false) { recall(older: true) }
    case .down: if !buffer.moveLine(down: true) { recall(older: false) }
    case .control("P"): recall(older: true)
    case .control("N"): recall(older: false)
    case .alt("<"): while recall(older: true) {}
    case .alt(">"): while recall(older: false) {}
    default: break
    }
  }

  /// The end of the line, or the line end itself where the cursor stands before it.
  private var killEnd: Int {
    let end = buffer.lineEnd
    return end == buffer.cursor && end < buffer.characters.count ? end + 1 : end
  }

  private mutating func kill(_ range: Range<Int>, _ afterKill: Bool, isAfter: Bool) {
    let text = buffer.remove(range)
    if !afterKill {
      killed = text
    } else {
      killed = isAfter ? killed + text : text + killed
    }
    wasKill = true
  }

  @discardableResult
  private mutating func recall(older: Bool) -> Bool {
    guard let text = older ? history.older(keeping: buffer.text) : history.newer() else {
      return false
    }
    buffer = EditBuffer(text)
    return true
  }

  // Completion.

  private mutating func complete() {
    let completion = assistance.completions(buffer.beforeCursor)
    let found = completion.candidates
    let range = buffer.cursor - min(completion.replaced, buffer.cursor)..<buffer.cursor
    guard let first = found.first else {
      hints = completion.hint.map { [$0] } ?? []
      return
    }
    let typed = String(buffer.characters[range])
    if found.count == 1 {
      buffer.replace(range, with: first.insertion)
      if first.description != first.name { hints = [first.description] }
      return
    }
    let common = found.dropFirst().reduce(first.name) { $0.commonPrefix(with: $1.name) }
    if common.count > typed.count {
      buffer.replace(range, with: common)
      return
    }
    let most = max(3, screen.lines - screen.rowCount - 2)
    hints = found.prefix(most).map(\.description)
    if found.count > most { hints.append("… and \(found.count - most) more") }
  }

  // Search.

  /// Handles keys while a search is open; nil where the key is an ordinary one.
  private mutating func pressInSearch(_ key: Key) -> String? {
    guard var open = search else { return nil }
    switch key {
    case .text(let text): open.pattern += text
    case .backspace: if !open.pattern.isEmpty { open.pattern.removeLast() }
    case .control("R"):
      open.skip(in: history)
      search = open
      return draw()
    case .control("G"), .control("C"), .escape:
      buffer = open.kept
      search = nil
      return draw()
    default:
      if let found = open.match(in: history) { buffer = EditBuffer(found) }
      search = nil
      return nil
    }
    open.start(in: history)
    search = open
    return draw()
  }

  // Drawing.

  private mutating func draw() -> String {
    if let search {
      let found = search.match(in: history)
      let label = found == nil && !search.pattern.isEmpty ? "no line with" : "search"
      return screen.draw(
        EditorScreen.Content(
          prompt: "(\(label) `\(search.pattern)`) ", continuation: assistance.continuation,
          text: found ?? "", shown: assistance.coloured(found ?? ""), cursor: 0, hints: [],
          usesColour: assistance.usesColour))
    }
    return screen.draw(
      EditorScreen.Content(
        prompt: assistance.prompt, continuation: assistance.continuation, text: buffer.text,
        shown: assistance.coloured(buffer.text), cursor: buffer.cursor, hints: hints,
        usesColour: assistance.usesColour))
  }
}

extension String {
  fileprivate func commonPrefix(with other: String) -> String {
    String(zip(self, other).prefix { $0 == $1 }.map(\.0))
  }
}
