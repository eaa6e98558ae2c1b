/// What is wrong with a file of data, and where in it.
package struct DataError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The path as the caller gave it.
  package var file: String
  /// Counts from 1; nil where the mistake has no line.
  package var line: Int?
  /// Counts from 1 within the line, in bytes; known for JSON only.
  package var character: Int?
  /// The name of the column of a table.
  package var column: String?
  /// One sentence without a full stop, without the place.
  package var message: String
  /// What a caller may give instead; nil where only the file or the model mends it.
  package var remedy: RunRemedy?

  /// `line` and `character` count from 1; `column` is a name of the header.
  package init(
    _ message: String, file: String, line: Int? = nil, character: Int? = nil, column: String? = nil,
    remedy: RunRemedy? = nil
  ) {
    self.message = message
    self.file = file
    self.line = line
    self.character = character
    self.column = column
    self.remedy = remedy
  }

  /// `data.csv: line 3, column y: "n/a" is not a number`.
  package var description: String {
    var place: [String] = []
    if let line { place.append("line \(line)") }
    if let character { place.append("character \(character)") }
    if let column { place.append("column \(column)") }
    return ([file, place.joined(separator: ", "), message].filter { !$0.isEmpty })
      .joined(separator: ": ")
  }
}

/// A text of a file as it goes into a message: quoted, short, and on one line.
func excerpt(_ text: String) -> String {
  var result = "`"
  for (count, scalar) in text.unicodeScalars.enumerated() {
    if count == 40 {
      result += "…"
      break
    }
    let isControl = scalar.value < 32 || (127..<160).contains(scalar.value)
    result += isControl ? scalar.escaped(asASCII: true) : String(scalar)
  }
  return result + "`"
}

/// `1 field`, `2 fields`.
func counted(_ count: Int, _ noun: String) -> String {
  count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
}
