/// Takes messages out of a stream of bytes: headers, a blank line, and as many bytes as
/// `Content-Length` says (Language Server Protocol 3.17, base protocol).
///
/// What is no header is skipped up to the next line that begins with one, so that a broken message
/// costs itself alone.
struct MessageFrames {
  /// The most bytes of a message.
  static let sizeLimit = 1 << 26

  /// The most bytes without a line end that may still become a header.
  private static let lineLimit = 1 << 12

  private var bytes: [UInt8] = []
  private var start = 0

  mutating func append(_ more: some Sequence<UInt8>) {
    if start > 1 << 16 {
      bytes.removeFirst(start)
      start = 0
    }
    bytes.append(contentsOf: more)
  }

  /// The body of the next message; nil where it has not come as a whole.
  mutating func next() -> [UInt8]? {
    var length: Int?
    var place = start
    while let end = bytes[place...].firstIndex(of: UInt8(ascii: "\n")) {
      var line = bytes[place..<end]
      if line.last == UInt8(ascii: "\r") { line.removeLast() }
      place = end + 1
      if line.isEmpty, let count = length {
        guard place + count <= bytes.count else { return nil }
        start = place + count
        return Array(bytes[place..<start])
      }
      if let count = Self.length(line) {
        length = count
      } else if line.isEmpty || length == nil, !Self.isHeader(line) {
        // Nothing that belongs to a message.
        start = place
        length = nil
      }
    }
    if bytes.count - place > Self.lineLimit { start = bytes.count }
    return nil
  }

  /// The bytes of a framed message.
  static func framed(_ body: [UInt8]) -> [UInt8] {
    Array("Content-Length: \(body.count)\r\n\r\n".utf8) + body
  }

  private static func isHeader(_ line: ArraySlice<UInt8>) -> Bool {
    let name = line.prefix { $0 != UInt8(ascii: ":") }
    return name.count < line.count && !name.isEmpty
      && name.allSatisfy { Unicode.Scalar($0).properties.isAlphabetic || $0 == UInt8(ascii: "-") }
  }

  private static func length(_ line: ArraySlice<UInt8>) -> Int? {
    let text = String(decoding: line, as: UTF8.self)
    guard text.lowercased().hasPrefix("content-length:") else { return nil }
    let digits = text.dropFirst(15).filter { $0 != " " }
    guard let count = Int(digits), count >= 0, count <= sizeLimit else { return nil }
    return count
  }
}
