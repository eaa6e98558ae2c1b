import ADCKit

/// A terminal's screen: what programs write to it, as rows of characters.
struct VirtualTerminal {
  private(set) var columns: Int
  let lines: Int
  private(set) var rows: [[Character]]
  private(set) var row = 0
  private(set) var column = 0
  /// Whether the last column was written: the next character goes to the next row.
  private var isPastEnd = false

  init(columns: Int, lines: Int = 12) {
    self.columns = columns
    self.lines = lines
    rows = Array(repeating: [], count: lines)
  }

  /// The screen without blank ends, the cursor marked as `|`.
  var picture: [String] {
    var shown = rows.map { $0 }
    while shown[row].count < column { shown[row].append(" ") }
    // A wide character is followed by a place that is none.
    shown[row].insert("|", at: column)
    var texts = shown.map { String($0.filter { $0 != "\0" }) }
    texts = texts.map { text in String(text.reversed().drop { $0 == " " }.reversed()) }
    while texts.last == "" { texts.removeLast() }
    return texts
  }

  mutating func write(_ text: String) {
    var rest = text[...]
    while let character = rest.popFirst() {
      switch character {
      case "\r\n":
        column = 0
        lineFeed()
      case "\r":
        column = 0
        isPastEnd = false
      case "\n": lineFeed()
      case "\u{1B}": sequence(&rest)
      default: put(character)
      }
    }
  }

  private mutating func lineFeed() {
    isPastEnd = false
    if row == lines - 1 {
      rows.removeFirst()
      rows.append([])
    } else {
      row += 1
    }
  }

  private mutating func put(_ character: Character) {
    let width = PromptText.width(of: character)
    if isPastEnd || column + width > columns {
      column = 0
      lineFeed()
    }
    while rows[row].count < column + width { rows[row].append(" ") }
    rows[row][column] = character
    if width == 2 { rows[row][column + 1] = "\0" }
    column += width
    if column >= columns {
      column = columns - 1
      isPastEnd = true
    }
  }

  private mutating func sequence(_ rest: inout Substring) {
    guard rest.popFirst() == "[" else { return }
    var parameters = ""
    while let character = rest.popFirst() {
      guard character.isLetter else {
        parameters.append(character)
        continue
      }
      move(character, max(1, Int(parameters) ?? 1), parameters)
      return
    }
  }

  private mutating func move(_ final: Character, _ count: Int, _ parameters: String) {
    if final != "m" { isPastEnd = false }
    switch final {
    case "A": row = max(0, row - count)
    case "B": row = min(lines - 1, row + count)
    case "C": column = min(columns - 1, column + count)
    case "D": column = max(0, column - count)
    case "H": (row, column) = (0, 0)
    case "J":
      if parameters == "2" {
        rows = Array(repeating: [], count: lines)
      } else {
        rows[row] = Array(rows[row].prefix(column))
        for below in row + 1..<max(lines, row + 1) { rows[below] = [] }
      }
    case "K": rows[row] = Array(rows[row].prefix(column))
    default: break
    }
  }

  /// Another width: rows that are too long are broken, as terminals do.
  mutating func resize(columns: Int) {
    var broken: [[Character]] = []
    var (newRow, newColumn) = (0, 0)
    for (place, old) in rows.enumerated() {
      if place == row { (newRow, newColumn) = (broken.count + column / columns, column % columns) }
      var part = old[...]
      repeat {
        broken.append(Array(part.prefix(columns)))
        part = part.dropFirst(columns)
      } while !part.isEmpty
    }
    self.columns = columns
    rows = Array(broken.prefix(lines))
    (row, column) = (newRow, newColumn)
    isPastEnd = false
  }
}
