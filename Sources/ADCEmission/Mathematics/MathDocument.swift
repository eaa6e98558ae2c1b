package import ADCSyntax

/// Lines of mathematics under each other, aligned at their relations.
package struct MathDocument {
  package struct Row {
    /// What stands before the relation; empty where the line goes on from the one above.
    package var left: String
    /// `=`, `∈` or none.
    package var relation: String
    /// The right side in pieces between which a line may break.
    package var pieces: [String]
    package var note: String
    /// Whether the note is a formula and not words.
    package var noteIsFormula = false
  }

  package var writer: MathWriter
  package private(set) var rows: [Row] = []

  /// A line of LaTeX is broken where it would be wider than so many characters.
  private static let widthLimit = 84

  package init(_ writer: MathWriter) { self.writer = writer }

  private var isLaTeX: Bool { writer.isLaTeX }

  /// A line `left = value`.
  package mutating func append(_ left: String, _ value: Expression, note: String = "") {
    rows.append(Row(left: left, relation: "=", pieces: writer.pieces(value), note: note))
  }

  /// A line with a relation and a right side that are set already.
  package mutating func append(_ left: String, _ relation: String, _ right: String) {
    rows.append(Row(left: left, relation: relation, pieces: [right], note: ""))
  }

  /// A named part: `t = …`, and of a loop the step from one state to the next.
  package mutating func append(line names: [String], _ value: Expression) {
    if case .loop(let loop) = value.form, loop.callee?.text == "scan", loop.ranges.count == 1,
      names.count == loop.states.count, loop.body.count == names.count
    {
      appendSteps(names, loop)
      return
    }
    let left = names.map { writer.name($0).text }.joined(separator: ", ")
    append(names.count == 1 ? left : "(\(left))", value)
  }

  /// `hs` of a scan as a recurrence, from the states before it.
  private mutating func appendSteps(_ names: [String], _ loop: Loop) {
    let isReversed = loop.options.contains { $0.label?.text == "reversed" }
    let index = writer.name(loop.ranges[0].name.text).text
    let before = isReversed ? "\(index)+1" : isLaTeX ? "\(index)-1" : "\(index)−1"
    let bounds = writer.bounds(loop.ranges[0])
    var inner = writer
    for (name, state) in zip(names, loop.states) {
      let array = writer.name(name)
      inner.renamed[state.name.text] = writer.lowered(array, before).text
    }
    let outer = writer
    writer = inner
    for (name, value) in zip(names, loop.body) {
      append(writer.lowered(writer.name(name), index).text, value)
    }
    for declaration in loop.lets { append(line: declaration.names.map(\.text), declaration.value) }
    writer = outer
    let first = isReversed ? bounds.upper + (isLaTeX ? " + 1" : "+1") : isLaTeX ? "-1" : "−1"
    for (name, state) in zip(names, loop.states) {
      append(writer.lowered(writer.name(name), first).text, state.initial)
    }
    rows[rows.count - 1].note =
      isLaTeX
      ? "\(bounds.lower), \\ldots, \(bounds.upper)" : "\(bounds.lower), …, \(bounds.upper)"
    rows[rows.count - 1].noteIsFormula = true
  }

  /// A line of words.
  package mutating func append(words: String) {
    rows.append(Row(left: "", relation: "", pieces: [], note: words))
  }

  /// The whole text: an `align*` of LaTeX, or plain lines.
  package var text: String { isLaTeX ? latex : unicode }

  private var latex: String {
    var lines: [String] = []
    for row in rows {
      if row.pieces.isEmpty {
        lines.append("&\\text{\(row.note)}")
        continue
      }
      let note = row.note.isEmpty ? "" : " && " + row.laTeXNote
      var parts: [String] = []
      var width = 0
      for piece in row.pieces {
        let size = Self.width(piece)
        if parts.isEmpty || width + size > Self.widthLimit {
          parts.append(piece)
          width = size
        } else {
          parts[parts.count - 1] += piece
          width += size
        }
      }
      for (place, part) in parts.enumerated() {
        let head = place == 0 ? "\(row.left) &\(row.relation) " : "&\\quad {}"
        lines.append(head + part + (place == parts.count - 1 ? note : ""))
      }
    }
    return "\\begin{align*}\n" + lines.joined(separator: " \\\\\n") + "\n\\end{align*}\n"
  }

  /// About how wide a text of LaTeX is, in letters.
  private static func width(_ text: String) -> Int {
    var count = 0
    var isCommand = false
    for character in text {
      if character == "\\" {
        isCommand = true
        count += 1
      } else if isCommand, character.isLetter {
        continue
      } else {
        isCommand = false
        if character != "{", character != "}", character != " ", character != "_", character != "^"
        {
          count += 1
        }
      }
    }
    return count
  }

  private var unicode: String {
    let left = rows.map(\.left.count).max() ?? 0
    let bodies = rows.map { $0.pieces.joined() }
    let column = min(
      rows.indices.map { rows[$0].note.isEmpty ? 0 : bodies[$0].count }.max() ?? 0, 56)
    var text = ""
    for (row, body) in zip(rows, bodies) {
      if row.pieces.isEmpty {
        text += row.note + "\n"
        continue
      }
      var line = row.left + String(repeating: " ", count: left - row.left.count)
      line += (line.isEmpty ? "" : " ") + row.relation + " " + body
      if !row.note.isEmpty {
        line += String(repeating: " ", count: max(0, column - body.count) + 3) + row.note
      }
      text += line + "\n"
    }
    return text
  }
}

extension MathDocument.Row {
  fileprivate var laTeXNote: String { noteIsFormula ? note : "\\text{\(note)}" }
}

extension MathWriter {
  /// A right side as pieces that a line may break between: the terms of a sum.
  package mutating func pieces(_ e: Expression) -> [String] {
    guard case .sum(let first, let links) = e.form, isLaTeX else { return [text(e)] }
    var result = [parenthesized(piece(first, []), .sum).text]
    for link in links {
      let one = Expression(.sum(Expression(.number(0), e.range), [link]), e.range)
      // The sign is written by the sum itself.
      result.append(String(piece(one, []).text.dropFirst()))
    }
    return result
  }
}
