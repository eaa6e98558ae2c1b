import ADCKit
import ADCPlatform

/// Lines typed at a terminal, edited and remembered.
struct TerminalLines {
  private static let pasteOn = "\u{1B}[?2004h"
  private static let pasteOff = "\u{1B}[?2004l"
  /// How long the rest of a key's sequence may take.
  private static let sequenceMilliseconds: Int32 = 50

  private(set) var history: History
  private var decoder = KeyDecoder()
  /// Keys that were typed before they could be taken.
  private var waiting: [Key] = []

  init(history: History) { self.history = history }

  /// The next line; nil where there will be none.
  mutating func next(_ assistance: EditorAssistance) -> LineEditor.Outcome {
    Terminal.set(.keys)
    let size = Terminal.size
    var editor = LineEditor(
      assistance, history: history, columns: size.columns, lines: size.lines)
    Self.write(Self.pasteOn + editor.start())
    defer {
      Self.write(Self.pasteOff)
      Terminal.set(.working)
    }
    while true {
      while !waiting.isEmpty {
        let key = waiting.removeFirst()
        Self.write(editor.press(key))
        switch editor.outcome {
        case .editing: continue
        case .suspended:
          Self.write(Self.pasteOff)
          Terminal.suspend()
          Terminal.set(.keys)
          Self.write(Self.pasteOn + editor.resume())
        case .line(let text):
          history.add(text)
          return .line(text)
        case .interrupted, .endOfInput: return editor.outcome
        }
      }
      switch Terminal.wait(milliseconds: decoder.isWaiting ? Self.sequenceMilliseconds : -1) {
      case .bytes(let bytes): waiting += decoder.keys(bytes)
      case .nothing: waiting += decoder.flush()
      case .resized:
        let size = Terminal.size
        Self.write(editor.resize(columns: size.columns, lines: size.lines))
      case .end: return .endOfInput
      }
    }
  }

  static func write(_ text: String) {
    guard !text.isEmpty else { return }
    var problem = ""
    _ = CurrentProcess.write(Array(text.utf8), to: 1, problem: &problem)
  }
}
