extension JSONValue {
  /// The deepest that arrays and objects may nest.
  static let depthLimit = 200
  /// The most bytes that are read of a file of JSON.
  static let sizeLimit = 1 << 31

  /// The value in a file.
  package static func read(path: String) throws(DataError) -> JSONValue {
    try parse(try FileReading.contents(of: path, limit: sizeLimit), file: path)
  }

  /// The one value that a text of JSON is (RFC 8259, UTF-8), numbers as the nearest doubles.
  ///
  /// Anything that the standard does not allow, a name that an object has twice, and numbers too
  /// large for a double are errors with their line; `file` is the name for these.
  package static func parse(_ bytes: [UInt8], file: String) throws(DataError) -> JSONValue {
    var failure: DataError?
    let value = bytes.withUnsafeBufferPointer { buffer -> JSONValue in
      var reader = JSONReader(bytes: buffer, file: file)
      do throws(DataError) {
        return try reader.document()
      } catch {
        failure = error
        return .null
      }
    }
    if let failure { throw failure }
    return value
  }
}

private struct JSONReader {
  let bytes: UnsafeBufferPointer<UInt8>
  let file: String
  private var at = 0
  private var depth = 0

  init(bytes: UnsafeBufferPointer<UInt8>, file: String) {
    self.bytes = bytes
    self.file = file
  }

  mutating func document() throws(DataError) -> JSONValue {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
    let value = try value()
    skipSpace()
    guard at == bytes.count else { throw unexpected("the end of the text") }
    return value
  }

  private mutating func value() throws(DataError) -> JSONValue {
    skipSpace()
    guard let byte = peek else { throw unexpected("a value") }
    switch byte {
    case UInt8(ascii: "{"): return try nested { reader throws(DataError) in try reader.object() }
    case UInt8(ascii: "["): return try nested { reader throws(DataError) in try reader.array() }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return .number(try number())
    }
  }

  private mutating func nested(
    _ read: (inout JSONReader) throws(DataError) -> JSONValue
  ) throws(DataError) -> JSONValue {
    guard depth < JSONValue.depthLimit else {
      throw error("nested more than \(JSONValue.depthLimit) deep")
    }
    depth += 1
    at += 1
    let value = try read(&self)
    depth -= 1
    return value
  }

  private mutating func array() throws(DataError) -> JSONValue {
    var elements: [JSONValue] = []
    skipSpace()
    if take("]") { return .array(elements) }
    while true {
      elements.append(try value())
      skipSpace()
      if take("]") { return .array(elements) }
      guard take(",") else { throw unexpected("`,` or `]`") }
    }
  }

  private mutating func object() throws(DataError) -> JSONValue {
    var members: [JSONValue.Member] = []
    var names: Set<String> = []
    skipSpace()
    if take("}") { return .object(members) }
    while true {
      skipSpace()
      guard peek == UInt8(ascii: "\"") else { throw unexpected("a name in quotes") }
      let start = at
      let name = try string()
      guard names.insert(name).inserted else {
        at = start
        throw error("the name \(excerpt(name)) appears twice in this object")
      }
      skipSpace()
      guard take(":") else { throw unexpected("`:`") }
      members.append(JSONValue.Member(name, try value()))
      skipSpace()
      if take("}") { return .object(members) }
      guard take(",") else { throw unexpected("`,` or `}`") }
    }
  }

  private mutating func word(
    _ word: StaticString, _ value: JSONValue
  ) throws(DataError) -> JSONValue {
    for offset in 0..<word.utf8CodeUnitCount {
      guard at + offset < bytes.count, bytes[at + offset] == word.utf8Start[offset] else {
        throw unexpected("a value")
      }
    }
    at += word.utf8CodeUnitCount
    return value
  }

  private mutating func number() throws(DataError) -> Double {
    let start = at
    _ = take("-")
    let whole = at
    guard digits() > 0 else { throw unexpected("a value") }
    if at - whole > 1, bytes[whole] == UInt8(ascii: "0") {
      at = start
      throw error("a number begins with a needless 0")
    }
    if take("."), digits() == 0 { throw unexpected("a digit") }
    if take("e") || take("E") {
      _ = take("+") || take("-")
      if digits() == 0 { throw unexpected("a digit") }
    }
    let value = DecimalNumber.parse(UnsafeBufferPointer(rebasing: bytes[start..<at]))
    guard let value, value.isFinite else {
      at = start
      throw error("a number too large for a double")
    }
    return value
  }

  private mutating func digits() -> Int {
    let start = at
    while let byte = peek, byte &- 0x30 < 10 { at += 1 }
    return at - start
  }

  private mutating func string() throws(DataError) -> String {
    at += 1
    let start = at
    while let byte = peek, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 {
      at += 1
    }
    let plain = bytes[start..<at]
    if take("\"") { return try text(plain, from: start) }
    var unescaped = Array(plain)
    while let byte = peek, byte >= 0x20 {
      at += 1
      if byte == UInt8(ascii: "\"") { return try text(unescaped, from: start) }
      if byte == UInt8(ascii: "\\") { try escape(&unescaped) } else { unescaped.append(byte) }
    }
    if peek == nil {
      at = start - 1
      throw error("a quote is opened here and never closed")
    }
    throw error("a control character within quotes")
  }

  private func text(_ utf8: some Sequence<UInt8>, from start: Int) throws(DataError) -> String {
    if let text = String(validating: utf8, as: UTF8.self) { return text }
    var reader = self
    reader.at = start
    throw reader.error("a string is not UTF-8 text")
  }

  private mutating func escape(_ text: inout [UInt8]) throws(DataError) {
    guard let byte = peek else { throw unexpected("a character after `\\`") }
    at += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): text.append(contentsOf: String(try escapedScalar()).utf8)
    default:
      at -= 1
      throw unexpected("one of `\"\\/bfnrtu` after `\\`")
    }
  }

  /// What follows `\u`, both halves of a pair.
  private mutating func escapedScalar() throws(DataError) -> Unicode.Scalar {
    let unit = try hexadecimal()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    guard unit < 0xDC00, take("\\"), take("u") else { throw error("half of a surrogate pair") }
    let second = try hexadecimal()
    guard 0xDC00...0xDFFF ~= second,
      let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (second - 0xDC00))
    else { throw error("half of a surrogate pair") }
    return scalar
  }

  private mutating func hexadecimal() throws(DataError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw unexpected("four hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
      at += 1
    }
    return value
  }

  private var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: character) else { return false }
    at += 1
    return true
  }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
  }

  private func error(_ message: String) -> DataError {
    let before = bytes[..<min(at, bytes.count)]
    let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    return DataError(
      message, file: file, line: before.count { $0 == 0x0A } + 1, character: at - lineStart + 1)
  }

  private func unexpected(_ expected: String) -> DataError {
    guard at < bytes.count else { return error("the text ends where \(expected) is expected") }
    let end = bytes[at...].dropFirst().prefix(4).firstIndex { $0 & 0xC0 != 0x80 }
    let character = String(decoding: bytes[at..<(end ?? min(at + 4, bytes.count))], as: UTF8.self)
    return error("\(excerpt(character)) where \(expected) is expected")
  }
}
