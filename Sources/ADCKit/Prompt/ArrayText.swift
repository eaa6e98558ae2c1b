import ADCTraining

extension ShapedValues {
  /// More numbers than this are shown by their corners.
  private static let most = 200
  /// The rows and columns that are shown at each end of a long axis.
  private static let edge = 3

  /// The array as people read it at a prompt: a number with all its digits, an array by rows with
  /// six, and of a large one the corners with its shape.
  func reading(columns: Int) -> String {
    if shape.isEmpty { return (values.first ?? .nan).exactText }
    let isLarge = values.count > Self.most
    if shape.count > 2 || values.isEmpty {
      return isLarge ? brief : Self.nested(values[...], shape[...])
    }
    let rows = shape.count == 1 ? 1 : shape[0]
    let width = shape[shape.count - 1]
    let shownRows = Self.shown(rows, isLarge)
    var shownColumns = Self.shown(width, isLarge)
    var text = lines(shownRows, shownColumns, width)
    var edge = Self.edge
    if shape.count == 1, !isLarge { return Self.wrapped(text[0], columns) }
    while text.contains(where: { $0.count > columns }), shownColumns.count > 1, edge > 0 {
      shownColumns = Self.ends(width, edge)
      text = lines(shownRows, shownColumns, width)
      edge -= 1
    }
    let isCut = shownRows.count < rows || shownColumns.count < width
    return text.joined(separator: "\n")
      + (isCut ? "\nshape [\(shape.map(String.init).joined(separator: ", "))]" : "")
  }

  private static func shown(_ count: Int, _ isLarge: Bool) -> [Int] {
    isLarge ? ends(count, edge) : Array(0..<count)
  }

  private static func ends(_ count: Int, _ edge: Int) -> [Int] {
    count <= 2 * edge ? Array(0..<count) : Array(0..<edge) + Array(count - edge..<count)
  }

  /// The rows with aligned columns; a gap in the places is `…`.
  private func lines(_ rows: [Int], _ columns: [Int], _ width: Int) -> [String] {
    let texts = rows.map { row in columns.map { values[row * width + $0].brief } }
    let isMatrix = shape.count == 2
    let widths = columns.indices.map { column in
      isMatrix ? texts.map { $0[column].count }.max() ?? 0 : 0
    }
    var lines: [String] = []
    for (place, row) in rows.enumerated() {
      if place > 0, row > rows[place - 1] + 1 { lines.append(" …") }
      var line = isMatrix ? (place == 0 ? "[[" : " [") : "["
      for (column, text) in texts[place].enumerated() {
        if column > 0 { line += columns[column] > columns[column - 1] + 1 ? ", …, " : ", " }
        line += String(repeating: " ", count: max(0, widths[column] - text.count)) + text
      }
      line += isMatrix ? (place == rows.count - 1 ? "]]" : "],") : "]"
      lines.append(line)
    }
    return lines
  }

  /// A long row on several lines, broken behind commas.
  private static func wrapped(_ text: String, _ columns: Int) -> String {
    var lines: [String] = []
    var line = ""
    for part in text.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + part.count > columns {
        lines.append(line)
        line = " " + part
      } else {
        line += (line.isEmpty ? "" : " ") + part
      }
    }
    return (lines + [line]).joined(separator: "\n")
  }
}

extension Double {
  /// The shortest text that reads back to the same number.
  var exactText: String {
    guard isFinite else { return isNaN ? "nan" : self < 0 ? "-inf" : "inf" }
    return JSONValue.number(self).description
  }
}
