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

  /// A long assignment with its value in parentheses, broken before operators; nil where there is
  /// none that stands outside of others.
  static func parenthesised(_ text: String, width: Int) -> [String]? {
    guard text.utf8.count > width, let equals = text.firstRange(of: " = ") else { return nil }
    let inner = pieces(text[equals.upperBound...], width: width - 4)
    guard inner.count > 1, inner.allSatisfy({ $0.utf8.count <= width - 4 }) else { return nil }
    return [text[..<equals.upperBound] + "("] + inner.map { "    " + $0 } + [")"]
  }

  /// Lines of text, filled anew where one is too long.
  static func filled(_ lines: [String], width: Int) -> [String] {
    guard lines.contains(where: { $0.utf8.count > width }) else { return lines }
    var result: [String] = []
    for line in lines {
      if line.isEmpty || result.last?.isEmpty ?? true { result.append("") }
      for word in line.split(separator: " ") {
        let last = result[result.count - 1]
        if last.utf8.count + word.utf8.count < width {
          result[result.count - 1] += (last.isEmpty ? "" : " ") + word
        } else {
          result.append(String(word))
        }
      }
    }
    return result
  }

  /// An expression on lines that begin with operators.
  private static func pieces(_ text: Substring, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    var depth = 0
    for word in text.split(separator: " ") {
      let isOperator = depth == 0 && ["+", "-", "*", "/", "@"].contains(String(word))
      if isOperator || line.isEmpty {
        lines.append(String(word))
      } else {
        lines[lines.count - 1] += " " + word
      }
      line = lines[lines.count - 1]
      depth += word.count { "([{".contains($0) } - word.count { ")]}".contains($0) }
    }
    // Terms go on a line as long as there is room.
    var filled: [String] = []
    for part in lines {
      if let last = filled.last, last.utf8.count + 1 + part.utf8.count <= width {
        filled[filled.count - 1] += " " + part
      } else {
        filled.append(part)
      }
    }
    return filled
  }

  /// How many parentheses some lines leave open.
  private static func open(_ lines: [String]) -> Int {
    lines.reduce(0) { count, line in
      count + line.count { "([{".contains($0) } - line.count { ")]}".contains($0) }
    }
  }
}
