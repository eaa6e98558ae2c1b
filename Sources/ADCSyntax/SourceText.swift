/// A place in a source text, as a half-open range of UTF-8 offsets.
package struct SourceRange: Hashable, Sendable {
  /// The first byte.
  package var lower: Int
  /// The byte behind the last; equal to `lower` where the range is empty.
  package var upper: Int

  /// Offsets in ascending order, which is not checked.
  package init(_ lower: Int, _ upper: Int) {
    self.lower = lower
    self.upper = upper
  }

  /// The smallest range that covers both.
  package func union(_ other: SourceRange) -> SourceRange {
    SourceRange(min(lower, other.lower), max(upper, other.upper))
  }
}

/// A position as people count it: both numbers start at 1, columns count characters.
package struct SourcePosition: Hashable, Sendable {
  /// From 1, in the file that the line is part of.
  package var line: Int
  /// From 1, in characters and not in bytes.
  package var column: Int
}

/// The text of a model (or of an expression from the command line) and the name that messages give
/// it.
package struct SourceText: Sendable {
  /// The file's path as the user wrote it, or a word such as `expression`.
  package let name: String
  /// The text's bytes, without a byte-order mark.
  package private(set) var bytes: [UInt8]
  /// Where each line starts; found once, when the text comes.
  package private(set) var lineStarts: [Int]
  /// Texts of other names that follow: what each is called, its first line among all lines, and the
  /// number that people know that line by.
  private var parts: [(name: String, firstLine: Int, number: Int)] = []

  /// Takes bytes that need not be UTF-8; the parser reports what is not.
  package init(name: String, bytes: [UInt8]) {
    self.name = name
    let hasMark = bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF
    let text = hasMark ? Array(bytes.dropFirst(3)) : bytes
    self.bytes = text
    var starts = [0]
    for (offset, byte) in text.enumerated() where byte == UInt8(ascii: "\n") {
      starts.append(offset + 1)
    }
    lineStarts = starts
  }

  /// Takes a text that is UTF-8 by its type.
  package init(name: String, text: String) {
    self.init(name: name, bytes: Array(text.utf8))
  }

  /// Adds a text with a name of its own, which starts a line.
  /// - Parameter number: the number of its first line.
  /// - Returns: the offset at which it starts.
  package mutating func append(_ text: String, name: String, from number: Int = 1) -> Int {
    if bytes.last ?? UInt8(ascii: "\n") != UInt8(ascii: "\n") { append("\n") }
    parts.append((name, lineStarts.count, number))
    let start = bytes.count
    append(text)
    return start
  }

  /// Adds to the last text.
  package mutating func append(_ text: String) {
    for byte in text.utf8 {
      bytes.append(byte)
      if byte == UInt8(ascii: "\n") { lineStarts.append(bytes.count) }
    }
  }

  /// The text up to an offset; the time grows with it.
  package func prefix(_ end: Int) -> SourceText {
    var result = self
    result.bytes = Array(bytes.prefix(end))
    result.lineStarts = lineStarts.filter { $0 <= end }
    return result
  }

  /// The name and the line number that people know a line by, which is counted from 1 here.
  package func place(ofLine line: Int) -> (name: String, line: Int) {
    guard let part = parts.last(where: { $0.firstLine <= line }) else { return (name, line) }
    return (part.name, line - part.firstLine + part.number)
  }

  /// The line and column of a UTF-8 offset; the time grows with the line's length.
  package func position(of offset: Int) -> SourcePosition {
    let offset = min(max(offset, 0), bytes.count)
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    let prefix = String(decoding: bytes[lineStarts[low]..<offset], as: UTF8.self)
    return SourcePosition(line: low + 1, column: prefix.count + 1)
  }

  /// The text of a range.
  package func text(_ range: SourceRange) -> String {
    let lower = min(max(range.lower, 0), bytes.count)
    let upper = min(max(range.upper, lower), bytes.count)
    return String(decoding: bytes[lower..<upper], as: UTF8.self)
  }

  /// The text of a line, counted from 1, without its line end.
  package func line(_ number: Int) -> String {
    guard number >= 1, number <= lineStarts.count else { return "" }
    let start = lineStarts[number - 1]
    var end = number < lineStarts.count ? lineStarts[number] - 1 : bytes.count
    if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }
}
