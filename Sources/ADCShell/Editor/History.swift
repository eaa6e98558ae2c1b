/// The lines typed before, the oldest first, and which of them is shown.
package struct History: Equatable {
  /// More lines than this are forgotten, the oldest first.
  package static let most = 2000

  /// As they were typed, line ends within them included.
  package private(set) var lines: [String]
  /// The place of the line that is shown; past the end, the one being typed.
  private var place: Int
  private var typed = ""

  /// Takes lines as they come, the oldest first.
  package init(_ lines: [String] = []) {
    self.lines = lines
    place = lines.count
  }

  /// Adds a line; an older one that is the same goes.
  package mutating func add(_ line: String) {
    guard !line.allSatisfy(\.isWhitespace) else { return leave() }
    lines.removeAll { $0 == line }
    lines.append(line)
    if lines.count > Self.most { lines.removeFirst(lines.count - Self.most) }
    leave()
  }

  /// Goes back to the line being typed.
  mutating func leave() {
    place = lines.count
    typed = ""
  }

  mutating func older(keeping text: String) -> String? {
    guard place > 0 else { return nil }
    if place == lines.count { typed = text }
    place -= 1
    return lines[place]
  }

  mutating func newer() -> String? {
    guard place < lines.count else { return nil }
    place += 1
    return place == lines.count ? typed : lines[place]
  }

  // The file: a line of it for each, line ends and backslashes written with a backslash.

  /// Reads a file to which sessions have added what was typed, the same line more than once.
  package init(file text: String) {
    var known: Set<String> = []
    var found: [String] = []
    for line in text.split(separator: "\n").reversed() where found.count < Self.most {
      let line = Self.unescaped(line)
      if known.insert(line).inserted { found.append(line) }
    }
    self.init(found.reversed())
  }

  /// The lines as a file has them.
  package var file: String { lines.compactMap(Self.entry).joined() }

  /// A line as a file has it; nil where it is blank.
  package static func entry(_ line: String) -> String? {
    line.allSatisfy(\.isWhitespace) ? nil : escaped(line) + "\n"
  }

  private static func escaped(_ line: String) -> String {
    var text = ""
    for scalar in line.unicodeScalars {
      switch scalar {
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  private static func unescaped(_ line: Substring) -> String {
    var text = ""
    var isEscaped = false
    for scalar in line.unicodeScalars {
      if isEscaped {
        text.unicodeScalars.append(scalar == "n" ? "\n" : scalar == "r" ? "\r" : scalar)
        isEscaped = false
      } else if scalar == "\\" {
        isEscaped = true
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}

/// A search back through the history for a part of a line.
struct HistorySearch {
  var pattern = ""
  /// What was typed before the search.
  let kept: EditBuffer
  /// The place of the line that was found.
  private var place: Int?

  init(kept: EditBuffer) { self.kept = kept }

  /// Searches from the newest line on.
  mutating func start(in history: History) {
    place = find(before: history.lines.count, in: history)
  }

  /// Goes on to an older line.
  mutating func skip(in history: History) {
    guard let current = place, let older = find(before: current, in: history) else { return }
    place = older
  }

  func match(in history: History) -> String? { place.map { history.lines[$0] } }

  private func find(before end: Int, in history: History) -> Int? {
    guard !pattern.isEmpty else { return nil }
    return history.lines[..<end].lastIndex { $0.contains(pattern) }
  }
}

/// Earlier states of the text.
struct UndoStack {
  private static let most = 500
  private var states: [EditBuffer] = []

  /// Keeps the text as it is before a key that may change it; letters typed in a row are one step.
  mutating func record(_ buffer: EditBuffer, before key: Key, after previous: Key?) {
    switch key {
    case .text(let text):
      if case .text? = previous, !states.isEmpty, text != " " { return }
    case .backspace:
      if previous == .backspace, !states.isEmpty { return }
    case .control("_"): return
    default: break
    }
    guard states.last?.text != buffer.text else { return }
    states.append(buffer)
    if states.count > Self.most { states.removeFirst() }
  }

  mutating func undo(_ buffer: inout EditBuffer) {
    while let last = states.popLast() {
      if last.text != buffer.text {
        buffer = last
        return
      }
    }
  }
}
