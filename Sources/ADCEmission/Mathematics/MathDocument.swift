package import ADCSyntax

/// Lines of mathematics under each other, aligned at their relations.
package struct MathDocument {
  /// A line in three columns and a note.
  package struct Row {
    /// What stands before the relation; empty where the line goes on from the one above.
    package var left: String
    /// `=`, `∈` or none.
    package var relation: String
    /// The right side in pieces between which a line may break.
    package var pieces: [String]
    /// What stands behind the line; empty for nothing.
    package var note: String
    /// Whether the note is a formula and not words.
    package var noteIsFormula = false
  }

  /// What turns expressions to mathematics; its names may be changed between lines.
  package var writer: MathWriter
  /// The lines so far.
  package private(set) var rows: [Row] = []
  private var used: Set<String> = []

  /// A line of LaTeX is broken where it would be wider than so many characters.
  private static let widthLimit = 84

  /// A document without lines.
  package init(_ writer: MathWriter) { self.writer = writer }

  private var isLaTeX: Bool { writer.isLaTeX }

  /// Begins anew with what was learnt.
  package mutating func removeRows() { rows = [] }

  /// A line `name = value`.
  package mutating func append(name: String, _ value: Expression) {
    append(writer.name(name).text, value)
  }

  /// A line `left = value`.
  package mutating func append(_ left: String, _ value: Expression, note: String = "") {
    rows.append(Row(left: left, relation: "=", pieces: writer.pieces(value), note: note))
  }

  /// A line `subject to` a condition.
  package mutating func append(constraint condition: Expression) {
    rows.append(
      Row(left: "", relation: "", pieces: writer.pieces(condition), note: "subject to"))
  }

  /// A line with a relation and a right side that are set already.
  package mutating func append(_ left: String, _ relation: String, _ right: String) {
    rows.append(Row(left: left, relation: relation, pieces: [right], note: ""))
  }

  /// `x ∈ ℝⁿ`, of a name whose shape is known.
  package mutating func append(member name: String, note: String) {
    let sizes = writer.shapes[name] ?? []
    let left = writer.name(name).text
    let set = MathPiece(isLaTeX ? "\\mathbb{R}" : "ℝ")
    let power = MathPiece(sizes.joined(separator: isLaTeX ? " \\times " : "×"), .product)
    let right = sizes.isEmpty ? set : writer.raised(set, power)
    rows.append(
      Row(left: left, relation: isLaTeX ? "\\in" : "∈", pieces: [right.text], note: note))
  }

  /// `f(x, y) = …`.
  package mutating func append(function name: String, _ formals: [String], _ body: Expression) {
    var inner = writer
    for formal in formals { inner.forget(formal) }
    let arguments = formals.map { inner.name($0).text }.joined(separator: ", ")
    let left = "\(writer.name(name).text)(\(arguments))"
    rows.append(Row(left: left, relation: "=", pieces: inner.pieces(body), note: ""))
  }

  /// Tells of named parts before they are used.
  package mutating func learn(_ lines: [WrittenLine]) {
    for line in lines { used.formUnion(line.names) }
    for line in lines where line.names.count == 1 { writer.learn(line.names[0], line.value) }
  }

  /// `where`, and named parts.
  package mutating func append(parts lines: [WrittenLine]) {
    guard !lines.isEmpty else { return }
    append(words: "where")
    for line in lines { append(line: line.names, line.value) }
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
    // What a step declares is another number in every step, and may be called as elsewhere.
    for declaration in loop.lets {
      for name in declaration.names {
        let own = writer.name(free(name.text))
        writer.renamed[name.text] = writer.lowered(own, index).text
      }
    }
    for (name, value) in zip(names, loop.body) {
      append(writer.lowered(writer.name(name), index).text, value)
    }
    for declaration in loop.lets { append(line: declaration.names.map(\.text), declaration.value) }
    writer = outer
    let end = loop.ranges[0]
    let above = end.includesUpper ? bounds.upper + "+1" : writer.text(end.upper)
    var first = above
    if !isReversed {
      let lower = Expression.Link(.subtract, end.range, Expression(.number(1), end.range))
      first = writer.text(Expression(.sum(end.lower, [lower]), end.range))
      if case .number(let value) = end.lower.form { first = writer.number(value - 1).text }
    }
    for (name, state) in zip(names, loop.states) {
      append(writer.lowered(writer.name(name), first).text, state.initial)
    }
    rows[rows.count - 1].note =
      isLaTeX
      ? "\(bounds.lower), \\ldots, \(bounds.upper)" : "\(bounds.lower), …, \(bounds.upper)"
    rows[rows.count - 1].noteIsFormula = true
  }

  /// A word that no loop before has used for its own.
  private mutating func free(_ word: String) -> String {
    var name = word
    var number = 1
    while !used.insert(name).inserted {
      name = "u\(number)"
      number += 1
    }
    return name
  }

  /// A line of words.
  package mutating func append(words: String, formula: String? = nil) {
    var row = Row(left: "", relation: "", pieces: [], note: words)
    if let formula {
      row.note = isLaTeX ? "\\text{\(words) } \(formula)" : "\(words) \(formula)"
      row.noteIsFormula = true
    }
    rows.append(row)
  }

  /// The whole text: an `align*` of LaTeX, or plain lines.
  package var text: String { isLaTeX ? latex : unicode }

  private var latex: String {
    var lines: [String] = []
    for row in rows {
      if row.pieces.isEmpty {
        lines.append("\(row.laTeXNote) &")
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
