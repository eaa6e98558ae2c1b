/// Long lines of Python.
enum PythonLines {
  /// A statement broken within brackets where it is long, as `black` and `ruff format` do it.
  static func broken(_ text: String, width: Int) -> [String] {
    guard text.utf8.count > width else { return [text] }
    let (head, value) = parts(text)
    // Many targets of one name.
    if head.utf8.count > width / 2, brackets(value) == nil, split(value, at: ",").count == 1 {
      return lines("", text[...], width)
    }
    return lines(head, value, width)
  }

  /// What stands before a statement's value: `return `, or the targets of an assignment.
  private static func parts(_ text: String) -> (head: String, value: Substring) {
    if text.hasPrefix("return ") { return ("return ", text.dropFirst(7)) }
    var depth = 0
    var last: Character = " "
    for place in text.indices {
      let character = text[place]
      depth += change(character)
      // `=` between spaces is no comparison and no named argument.
      if depth == 0, character == "=", last == " " || "+-".contains(last) {
        let next = text.index(after: place)
        if next < text.endIndex, text[next] == " " {
          let start = text.index(after: next)
          return (String(text[..<start]), text[start...])
        }
      }
      last = character
    }
    return ("", text[...])
  }

  private static func lines(_ head: String, _ value: Substring, _ width: Int) -> [String] {
    if head.utf8.count + value.utf8.count <= width { return [head + value] }
    let elements = split(value, at: ",")
    if elements.count > 1, !head.isEmpty {
      return [head + "("] + indented(listed(elements, width - 4)) + [")"]
    }
    let terms = splitAtOperators(value)
    if terms.count > 1 {
      return head.isEmpty
        ? filled(terms, width) : [head + "("] + indented(filled(terms, width - 4)) + [")"]
    }
    // The last brackets on the outside.
    guard let (open, close) = brackets(value), value.index(after: open) < close else {
      return [head + value]
    }
    let inner = value[value.index(after: open)..<close]
    let first = head + value[...open]
    let last = String(value[close...])
    if inner.utf8.count <= width - 4, split(inner, at: ",").count < 2 || !isTuple(value, open) {
      return [first, "    " + inner, last]
    }
    let parts = split(inner, at: ",").filter { !$0.allSatisfy { $0 == " " } }
    let body =
      parts.count > 1 || inner.hasSuffix(",")
      ? listed(parts, width - 4) : lines("", inner, width - 4)
    return [first] + indented(body) + [last]
  }

  private static func indented(_ lines: [String]) -> [String] { lines.map { "    " + $0 } }

  /// Elements with a comma behind each: numbers fill lines, others have one each.
  private static func listed(_ elements: [Substring], _ width: Int) -> [String] {
    if elements.count > 12,
      elements.allSatisfy({
        $0.utf8.count < 24 && $0.first.map { $0 == "-" || $0.isNumber } == true
      })
    {
      var result: [String] = []
      for element in elements {
        let text = element + ","
        if let last = result.last, last.utf8.count + 1 + text.utf8.count <= width {
          result[result.count - 1] += " " + text
        } else {
          result.append(String(text))
        }
      }
      return result
    }
    return elements.flatMap { element in
      var result = lines("", element, width - 1)
      result[result.count - 1] += ","
      return result
    }
  }

  /// Terms that begin with operators on lines, as long as there is room.
  private static func filled(_ terms: [Substring], _ width: Int) -> [String] {
    var result: [String] = []
    for term in terms {
      if let last = result.last, last.utf8.count + 1 + term.utf8.count <= width {
        result[result.count - 1] += " " + term
      } else if term.utf8.count > width, let (open, _) = brackets(term), open > term.startIndex {
        result += lines(String(term[..<open]), term[open...], width)
      } else {
        result.append(String(term))
      }
    }
    return result
  }

  /// Whether brackets are those of a tuple, and not of a call or an index.
  private static func isTuple(_ text: Substring, _ open: Substring.Index) -> Bool {
    guard open > text.startIndex else { return true }
    let before = text[text.index(before: open)]
    return !(before.isLetter || before.isNumber || "_)]".contains(before))
  }

  private static func change(_ character: Character) -> Int {
    "([{".contains(character) ? 1 : ")]}".contains(character) ? -1 : 0
  }

  /// The brackets that the text ends with but for a colon; nil for other text.
  private static func brackets(
    _ text: Substring
  ) -> (open: Substring.Index, close: Substring.Index)? {
    var depth = 0
    var close: Substring.Index?
    for place in text.indices.reversed() {
      depth -= change(text[place])
      if depth == 1, close == nil { close = place }
      if depth == 0, let close { return (place, close) }
    }
    return nil
  }

  /// The parts between separators that stand outside of brackets.
  private static func split(_ text: Substring, at separator: Character) -> [Substring] {
    var result: [Substring] = []
    var depth = 0
    var start = text.startIndex
    for place in text.indices {
      depth += change(text[place])
      if depth == 0, text[place] == separator {
        result.append(text[start..<place])
        start = text.index(after: place)
      }
    }
    result.append(text[start...])
    return result.map { $0.drop { $0 == " " } }
  }

  /// The terms of an expression, each with its operator before it: those of a sum, or of a product
  /// where there is no sum.
  private static func splitAtOperators(_ text: Substring) -> [Substring] {
    for operators: Set<Substring> in [["if", "else"], ["+", "-"], ["*", "/", "@"]] {
      var result: [Substring] = []
      var depth = 0
      var start = text.startIndex
      var word = text.startIndex
      for place in text.indices {
        depth += change(text[place])
        guard text[place] == " " else { continue }
        if depth == 0, operators.contains(text[word..<place]), word > start {
          result.append(text[start..<text.index(before: word)])
          start = word
        }
        word = text.index(after: place)
      }
      result.append(text[start...])
      if result.count > 1 { return result }
    }
    return [text]
  }

  /// Text as it stands in a string of three quotation marks.
  static func quoted(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"\"\"", with: "\\\"\\\"\\\"")
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
}
