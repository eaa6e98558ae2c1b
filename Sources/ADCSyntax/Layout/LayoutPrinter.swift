/// Chooses the line breaks of a layout and writes it. Time and memory grow with its size.
struct LayoutPrinter {
  /// The column that lines end before, where there is a place to break them.
  static let width = 100

  private struct Command {
    var layout: Layout
    var level: Int
    var isBroken: Bool
  }

  /// A finished line: its code with the indentation, and the comment behind it.
  private struct Line {
    var code: String
    var comment: String?
  }

  private enum Gap {
    case none, space
    case newLine(isBlank: Bool)
  }

  private var lines: [Line] = []
  private var code = ""
  private var column = 0
  private var comment: String?
  private var gap = Gap.none
  private var stack: [Command] = []

  /// The text of a layout, each line with its end, comments of consecutive lines aligned.
  static func print(_ layout: Layout) -> String {
    var printer = LayoutPrinter()
    printer.stack = [Command(layout: layout, level: 0, isBroken: true)]
    while let command = printer.stack.popLast() { printer.perform(command) }
    printer.endLine()
    return printer.text()
  }

  private mutating func perform(_ command: Command) {
    switch command.layout.form {
    case .text(" "): if case .none = gap { gap = .space }
    case .text(let text): write(text, level: command.level)
    case .line(let flat):
      if command.isBroken {
        breakLine(isBlank: false)
      } else if !flat.isEmpty, case .none = gap {
        gap = .space
      }
    case .hardLine(let isBlank): breakLine(isBlank: isBlank)
    case .whenBroken(let text): if command.isBroken { write(text, level: command.level) }
    case .sequence(let parts):
      for part in parts.reversed() {
        stack.append(Command(layout: part, level: command.level, isBroken: command.isBroken))
      }
    case .group(let inner):
      stack.append(
        Command(
          layout: inner, level: command.level, isBroken: inner.mustBreak || !fits(inner)))
    case .nest(let inner):
      stack.append(
        Command(layout: inner, level: command.level + 1, isBroken: command.isBroken))
    case .trailingComment(let text, let isTight): writeComment(text, isTight: isTight)
    case .ownComment(let text):
      if !code.isEmpty { breakLine(isBlank: false) }
      write(text, level: command.level)
      gap = .newLine(isBlank: false)
    }
  }

  private mutating func breakLine(isBlank: Bool) {
    if case .newLine(true) = gap { return }
    gap = .newLine(isBlank: isBlank)
  }

  private mutating func write(_ text: String, level: Int) {
    guard !text.isEmpty else { return }
    switch gap {
    case .none: break
    case .space:
      code += " "
      column += 1
    case .newLine(let isBlank):
      endLine()
      if isBlank { lines.append(Line(code: "", comment: nil)) }
    }
    gap = .none
    if code.isEmpty {
      code = String(repeating: "  ", count: level)
      column = 2 * level
    }
    code += text
    column += text.count
  }

  private mutating func writeComment(_ text: String, isTight: Bool) {
    if isTight || code.isEmpty {
      gap = .none
      write(text, level: 0)
    } else {
      comment = text
    }
    gap = .newLine(isBlank: false)
  }

  private mutating func endLine() {
    guard !code.isEmpty else { return }
    lines.append(Line(code: code, comment: comment))
    code = ""
    column = 0
    comment = nil
  }

  /// Whether a group and what follows it up to the next place to break fit in the line.
  private func fits(_ layout: Layout) -> Bool {
    var room = Self.width - column
    if case .space = gap { room -= 1 }
    if case .newLine = gap { room = Self.width - 2 * (stack.last?.level ?? 0) }
    var inside = [layout]
    while let next = inside.popLast() {
      switch next.form {
      case .text(let text): room -= text.count
      case .line(let flat): room -= flat.count
      case .hardLine, .trailingComment: return room >= 0
      case .whenBroken, .ownComment: break
      case .sequence(let parts): inside.append(contentsOf: parts.reversed())
      case .group(let inner), .nest(let inner): inside.append(inner)
      }
      if room < 0 { return false }
    }
    return restFits(room)
  }

  private func restFits(_ available: Int) -> Bool {
    var room = available
    for command in stack.reversed() {
      var inside = [command.layout]
      while let next = inside.popLast() {
        switch next.form {
        case .text(let text): room -= text.count
        case .line(let flat):
          if command.isBroken { return true }
          room -= flat.count
        case .hardLine, .trailingComment, .ownComment: return true
        case .whenBroken: break
        case .sequence(let parts): inside.append(contentsOf: parts.reversed())
        case .group(let inner), .nest(let inner): inside.append(inner)
        }
        if room < 0 { return false }
      }
    }
    return true
  }

  private func text() -> String {
    var text = ""
    var place = 0
    while place < lines.count {
      var end = place
      while end < lines.count, lines[end].comment != nil { end += 1 }
      let width = lines[place..<end].map { $0.code.count }.max() ?? 0
      for line in lines[place..<max(end, place + 1)] {
        text += line.code
        if let comment = line.comment {
          text += String(repeating: " ", count: width - line.code.count + 2) + comment
        }
        text += "\n"
      }
      place = max(end, place + 1)
    }
    return text
  }
}
