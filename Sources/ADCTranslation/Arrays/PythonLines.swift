/// Long lines of Python.
enum PythonLines {
  /// A statement broken within its parentheses where it is long.
  static func wrapped(_ text: String, width: Int) -> [String] {
    var rest = Substring(text)
    var lines: [String] = []
    while rest.utf8.count > width - (lines.isEmpty ? 0 : 4) {
      var depth = 0
      var best: Substring.Index?
      var place = rest.startIndex
      var count = 0
      while place < rest.endIndex, count < width - (lines.isEmpty ? 0 : 4) {
        let character = rest[place]
        if "([{".contains(character) { depth += 1 }
        if ")]}".contains(character) { depth -= 1 }
        if character == " ", depth + open(lines) > 0 { best = place }
        place = rest.index(after: place)
        count += 1
      }
      guard let best, best > rest.startIndex else { break }
      lines.append(String(rest[..<best]))
      rest = rest[rest.index(after: best)...]
    }
    lines.append(String(rest))
    return lines
  }

  /// How many parentheses some lines leave open.
  private static func open(_ lines: [String]) -> Int {
    lines.reduce(0) { count, line in
      count + line.count { "([{".contains($0) } - line.count { ")]}".contains($0) }
    }
  }
}
