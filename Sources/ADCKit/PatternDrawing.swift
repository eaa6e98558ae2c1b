import ADCCalculus
import ADCTraining

/// Patterns of matrices as text.
enum PatternDrawing {
  /// Up to this size each element has a sign of its own.
  private static let limit = 48
  private static let shades: [Character] = ["·", "░", "▒", "▓", "█"]

  /// The matrix as lines; a large one in blocks, shaded by the share that may be other than 0.
  static func draw(_ pattern: SparsityPattern) -> String {
    let height = min(pattern.rows, limit / 2 * (pattern.rows <= limit ? 2 : 1))
    let width = min(pattern.columns, limit)
    guard height > 0, width > 0 else { return "" }
    var counts = [Int](repeating: 0, count: height * width)
    for row in 0..<pattern.rows {
      for column in pattern[row] {
        counts[row * height / pattern.rows * width + Int(column) * width / pattern.columns] += 1
      }
    }
    var text = ""
    for line in 0..<height {
      let rows = size(line, of: height, in: pattern.rows)
      for place in 0..<width {
        let full = rows * size(place, of: width, in: pattern.columns)
        text.append(shade(counts[line * width + place], of: full))
      }
      text += "\n"
    }
    return text
  }

  /// How many of `count` lie in a block.
  private static func size(_ block: Int, of blocks: Int, in count: Int) -> Int {
    let first = (block * count + blocks - 1) / blocks
    return ((block + 1) * count + blocks - 1) / blocks - first
  }

  private static func shade(_ count: Int, of full: Int) -> Character {
    if count == 0 { return shades[0] }
    if count >= full { return shades[4] }
    return shades[1 + min(2, 3 * count / max(full, 1))]
  }

  /// The drawing, its summary and `how` the elements are found; as JSON the columns of every row.
  static func report(
    _ pattern: SparsityPattern, _ colouring: Colouring, how: String
  ) -> TaskReport {
    TaskReport(
      text: draw(pattern) + summary(pattern) + "; \(how)\n",
      json: .object([
        .init("rows", .number(Double(pattern.rows))),
        .init("columns", .number(Double(pattern.columns))),
        .init("nonzeros", .number(Double(pattern.count))),
        .init("colours", .number(Double(colouring.count))),
        .init(
          "pattern",
          .array(
            (0..<pattern.rows).map { row in
              .array(pattern[row].map { .number(Double($0)) })
            })),
      ]))
  }

  /// `1000 x 1000, 2998 of 1000000 elements can be other than 0`.
  static func summary(_ pattern: SparsityPattern) -> String {
    let all = Double(pattern.rows) * Double(pattern.columns)
    return "\(pattern.rows) x \(pattern.columns), \(pattern.count) of \(all.brief) elements can be "
      + "other than 0"
  }
}
