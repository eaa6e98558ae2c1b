/// A picture of dots, two by four of them in each character.
struct BrailleCanvas {
  let columns: Int
  let rows: Int
  private var cells: [UInt8]

  init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
    cells = [UInt8](repeating: 0, count: columns * rows)
  }

  /// The dots from left to right, and from top to bottom.
  var width: Int { 2 * columns }
  var height: Int { 4 * rows }

  /// The bit of each dot of a character, by row and column (Unicode, block U+2800).
  private static let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]

  /// Sets a dot; outside the picture nothing happens.
  mutating func set(_ x: Int, _ y: Int) {
    guard x >= 0, x < width, y >= 0, y < height else { return }
    cells[(y / 4) * columns + x / 2] |= Self.bits[y % 4][x % 2]
  }

  /// Sets the dots of a column between two heights.
  mutating func fill(_ x: Int, from first: Int, to last: Int) {
    let (low, high) = (max(0, min(first, last)), min(height - 1, max(first, last)))
    guard low <= high else { return }
    for y in low...high { set(x, y) }
  }

  /// Sets the dots of a straight line, or every second, third, … of them.
  mutating func draw(from first: (x: Int, y: Int), to last: (x: Int, y: Int), gap: Int = 1) {
    let steps = max(abs(last.x - first.x), abs(last.y - first.y))
    guard steps > 0 else { return set(first.x, first.y) }
    for step in 0...min(steps, 4 * (width + height)) where (first.x + step) % gap == 0 {
      let part = Double(step) / Double(steps)
      set(
        first.x + Int((part * Double(last.x - first.x)).rounded()),
        first.y + Int((part * Double(last.y - first.y)).rounded()))
    }
  }

  /// The dots of a character, as the low bits of its scalar.
  func cell(_ row: Int, _ column: Int) -> UInt8 { cells[row * columns + column] }

  /// A row as text; characters without dots are spaces.
  func text(ofRow row: Int) -> String {
    var text = ""
    for cell in cells[row * columns..<(row + 1) * columns] {
      let scalar = cell == 0 ? " " : Unicode.Scalar(0x2800 + UInt32(cell)) ?? " "
      text.unicodeScalars.append(scalar)
    }
    return text
  }
}
