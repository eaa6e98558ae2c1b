import ADCMachine
import ADCSyntax

/// Finds the statement (or the setting of `train`) that a node was written in, by its offset.
struct StatementTags: Sendable {
  private var ranges: [SourceRange] = []
  private var tags: [SourceTag] = []

  init() {}

  init(_ source: SourceText, _ file: SourceFile) {
    for statement in file.statements {
      if case .train(let settings) = statement.form {
        for setting in settings { append(setting.range, source) }
      } else {
        append(statement.range, source)
      }
    }
  }

  private mutating func append(_ range: SourceRange, _ source: SourceText) {
    let position = source.position(of: range.lower)
    let text = source.line(position.line).drop { $0 == " " || $0 == "\t" }
    ranges.append(range)
    tags.append(
      SourceTag(line: position.line, column: position.column, text: String(text.prefix(200))))
  }

  func tag(_ offset: Int32) -> SourceTag? {
    guard offset >= 0 else { return nil }
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upper <= Int(offset) { low = middle + 1 } else { high = middle }
    }
    guard low < ranges.count, ranges[low].lower <= Int(offset) else { return nil }
    return tags[low]
  }
}
