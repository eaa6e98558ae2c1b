import ADCKit

/// Lays a text out in the rows of a terminal, and writes what makes them so.
struct EditorScreen {
  struct Content {
    var prompt: String
    var continuation: String
    var text: String
    /// The text with colours.
    var shown: String
    /// The place of the cursor in the characters of `text`.
    var cursor: Int
    var hints: [String]
    var usesColour: Bool
  }

  private(set) var columns: Int
  private(set) var lines: Int
  /// The widths of the rows that are drawn, and where the cursor stands among them.
  private var widths: [Int] = []
  private var cursorRow = 0
  private var cursorColumn = 0

  init(columns: Int, lines: Int) {
    self.columns = max(8, columns)
    self.lines = max(2, lines)
  }

  var rowCount: Int { max(1, widths.count) }

  /// Takes nothing for drawn: the cursor stands at the start of a free row.
  mutating func forget() {
    widths = []
    (cursorRow, cursorColumn) = (0, 0)
  }

  /// Goes to the first row that is drawn, where the terminal has broken all rows anew.
  mutating func resize(columns: Int, lines: Int) -> String {
    self.columns = max(8, columns)
    self.lines = max(2, lines)
    // Each row is a line of its own, which the terminal wraps where it is now too long.
    let above = widths.prefix(cursorRow).reduce(0) { $0 + max(1, ($1 + columns - 1) / columns) }
    let up = above + max(0, cursorColumn - 1) / columns
    forget()
    return "\r" + (up > 0 ? "\u{1B}[\(up)A" : "") + "\u{1B}[J"
  }

  /// A row: what is written, and its width.
  private struct Row {
    var text = ""
    var width = 0
  }

  /// What brings the terminal from what is drawn to this.
  mutating func draw(_ content: Content) -> String {
    var (rows, row, column) = layOut(content)
    for hint in content.hints {
      let cut = Self.cut(hint, columns)
      let text = content.usesColour ? "\u{1B}[2m\(cut)\u{1B}[0m" : cut
      rows.append(Row(text: text, width: PromptText.width(of: cut)))
    }
    // What is higher than the terminal is seen around the cursor.
    if rows.count > lines {
      let first = min(max(0, row - lines / 2), rows.count - lines)
      rows = Array(rows[first..<first + lines])
      row -= first
    }
    var output = "\r" + (cursorRow > 0 ? "\u{1B}[\(cursorRow)A" : "") + "\u{1B}[J"
    output += rows.map(\.text).joined(separator: "\r\n")
    let up = rows.count - 1 - row
    if up > 0 { output += "\u{1B}[\(up)A" }
    output += "\r" + (column > 0 ? "\u{1B}[\(column)C" : "")
    widths = rows.map(\.width)
    (cursorRow, cursorColumn) = (row, column)
    return output
  }

  private func layOut(_ content: Content) -> (rows: [Row], row: Int, column: Int) {
    var rows = [Row(text: content.prompt, width: PromptText.width(of: content.prompt))]
    var (cursorRow, cursorColumn) = (0, rows[0].width)
    var place = 0
    var style = ""
    var isStyle = false
    // The shown text is the text with escape sequences between its characters.
    for character in content.shown {
      if isStyle {
        style.append(character)
        if character == "m" {
          isStyle = false
          rows[rows.count - 1].text += style
        }
        continue
      }
      if character == "\u{1B}" {
        isStyle = true
        style = "\u{1B}"
        continue
      }
      if place == content.cursor {
        (cursorRow, cursorColumn) = (rows.count - 1, rows[rows.count - 1].width)
      }
      place += 1
      if character.isNewline {
        rows.append(
          Row(text: content.continuation, width: PromptText.width(of: content.continuation)))
        continue
      }
      let width = PromptText.width(of: character)
      if rows[rows.count - 1].width + width > columns {
        if cursorRow == rows.count - 1, place - 1 == content.cursor {
          (cursorRow, cursorColumn) = (rows.count, 0)
        }
        rows.append(Row())
      }
      rows[rows.count - 1].text.append(character)
      rows[rows.count - 1].width += width
    }
    if place == content.cursor {
      (cursorRow, cursorColumn) = (rows.count - 1, rows[rows.count - 1].width)
    }
    // A cursor behind the last column stands in the next row.
    if cursorColumn >= columns {
      if cursorRow == rows.count - 1 { rows.append(Row()) }
      (cursorRow, cursorColumn) = (cursorRow + 1, 0)
    }
    return (rows, cursorRow, cursorColumn)
  }

  /// The beginning of a text that fits in a row.
  private static func cut(_ text: String, _ columns: Int) -> String {
    guard PromptText.width(of: text) > columns else { return text }
    var result = ""
    var width = 0
    for character in text {
      width += PromptText.width(of: character)
      if width > columns - 1 { break }
      result.append(character)
    }
    return result + "…"
  }
}
