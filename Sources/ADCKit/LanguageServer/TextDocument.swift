import ADCSyntax
import ADCTraining

/// A text that an editor has open, with places as the protocol counts them: lines from 0, and in a
/// line units of UTF-16.
struct TextDocument {
  let uri: String
  private(set) var version: Int?
  private(set) var analysis: ModelAnalysis

  var source: SourceText { analysis.source }

  init(uri: String, version: Int?, text: String) {
    self.uri = uri
    self.version = version
    analysis = ModelAnalysis(SourceText(name: Self.name(of: uri), text: text))
  }

  /// The analysis, with what has been computed kept for the next question.
  mutating func analysed<Result>(_ body: (inout ModelAnalysis) -> Result) -> Result {
    body(&analysis)
  }

  /// The path of a file, for messages and for the tables beside it; other addresses as they are.
  static func name(of uri: String) -> String {
    guard uri.hasPrefix("file://") else { return uri }
    let path = uri.dropFirst(7)
    return decoded(path.first == "/" ? path : path.drop { $0 != "/" })
  }

  /// A text with `%20` and such replaced.
  private static func decoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Applies one change: of a range, or of the whole text where it names none.
  mutating func apply(_ change: JSONValue, version: Int?) {
    guard let text = change["text"]?.text else { return }
    self.version = version
    var bytes = Array(text.utf8)
    if let range = change["range"], let place = self.range(range) {
      bytes = source.bytes[..<place.lower] + bytes + source.bytes[place.upper...]
    }
    analysis = ModelAnalysis(SourceText(name: source.name, bytes: bytes))
  }

  // Places

  /// The offset of a position; past the end of a line, the line's end.
  func offset(_ position: JSONValue?) -> Int? {
    guard let line = position?["line"]?.number(), let character = position?["character"]?.number(),
      line >= 0, character >= 0
    else { return nil }
    guard line < Double(source.lineStarts.count) else { return source.bytes.count }
    var offset = source.lineStarts[Int(line)]
    var units = min(character, 1e9)
    while units > 0, offset < source.bytes.count {
      let byte = source.bytes[offset]
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { break }
      let length = byte < 0x80 ? 1 : byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
      units -= length == 4 ? 2 : 1
      offset = min(offset + length, source.bytes.count)
    }
    return offset
  }

  func range(_ range: JSONValue) -> SourceRange? {
    guard let start = offset(range["start"]), let end = offset(range["end"]) else { return nil }
    return SourceRange(start, max(start, end))
  }

  func position(_ offset: Int) -> JSONValue {
    let line = line(of: offset)
    let units = Self.units(source.bytes[source.lineStarts[line]..<min(offset, source.bytes.count)])
    return ["line": .number(Double(line)), "character": .number(Double(units))]
  }

  func range(_ range: SourceRange) -> JSONValue {
    ["start": position(range.lower), "end": position(max(range.lower, range.upper))]
  }

  /// The line of an offset, from 0.
  func line(of offset: Int) -> Int {
    var (low, high) = (0, source.lineStarts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if source.lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }

  /// The units of UTF-16 that bytes of UTF-8 take: one for each character's first byte, and another
  /// for those of four bytes.
  static func units(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : $1 >= 0xF0 ? 2 : 1) }
  }
}
