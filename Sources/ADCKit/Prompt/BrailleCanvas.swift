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
