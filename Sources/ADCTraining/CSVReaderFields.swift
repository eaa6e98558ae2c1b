/// Cuts a file of comma-separated values into fields.
struct CSVScanner: ~Copyable {
  enum Ending {
    case comma, line, endOfFile
  }

  /// A field as the bytes `start..<end` of the buffer, good until the next one is asked for.
  struct Field {
    var start: Int
    var end: Int
    var isQuoted: Bool
    var ending: Ending

    /// Nothing at all, not even quotes.
    var isEmpty: Bool { start == end && !isQuoted }
  }

  private static let quote: UInt8 = 0x22
  static let comma: UInt8 = 0x2C
  private static let semicolon: UInt8 = 0x3B
  private static let lineFeed: UInt8 = 0x0A
  private static let carriageReturn: UInt8 = 0x0D

  private(set) var input: FileReading
  /// The line on which the latest field began, from 1.
  private(set) var line = 1
  private var nextLine = 1

  /// What stands between two fields: a comma, a semicolon or a tab.
  private(set) var separator: UInt8
  /// No byte above it ends a field.
  private var highestSeparator: UInt8

  init(_ input: consuming FileReading, separator: UInt8 = CSVScanner.comma) {
    self.input = input
    self.separator = separator
    highestSeparator = max(separator, CSVScanner.comma)
  }

  /// Takes semicolons for the separators where the first line has them and no commas, as tables
  /// have where a comma is the decimal sign; passes over a first line `sep=;`.
  mutating func settleSeparator() throws(DataError) {
    guard separator == CSVScanner.comma else { return }
    var line = try firstLine()
    if line.count == 5, line.starts(with: "sep=".utf8), [0x2C, 0x3B, 0x09].contains(line[4]) {
      (separator, highestSeparator) = (line[4], max(line[4], CSVScanner.comma))
      while line.last != CSVScanner.lineFeed, try has(line.count) {
        line.append(input.bytes[input.start + line.count])
      }
      input.start += line.count
      nextLine += 1
      return
    }
    var isQuoted = false
    var semicolons = 0
    for byte in line {
      if byte == CSVScanner.quote { isQuoted.toggle() }
      if isQuoted { continue }
      if byte == CSVScanner.comma { return }
      if byte == CSVScanner.semicolon { semicolons += 1 }
    }
    if semicolons > 0 {
      (separator, highestSeparator) = (CSVScanner.semicolon, CSVScanner.semicolon)
    }
  }

  /// The bytes up to the first line end, as far as they are at hand in a few blocks.
  private mutating func firstLine() throws(DataError) -> [UInt8] {
    var line: [UInt8] = []
    while line.count < 1 << 20, try has(line.count) {
      let byte = input.bytes[input.start + line.count]
      if byte == CSVScanner.lineFeed || byte == CSVScanner.carriageReturn { break }
      line.append(byte)
    }
    return line
  }

  /// The number that a field's text is where commas are decimal signs; nil where it is none.
  func numberWithComma(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
    guard separator == CSVScanner.semicolon, text.count < 400,
      text.count(where: { $0 == CSVScanner.comma }) == 1, !text.contains(0x2E)
    else { return nil }
    return text.map { $0 == CSVScanner.comma ? 0x2E : $0 }.withUnsafeBufferPointer {
      DecimalNumber.parse($0)
    }
  }

  var path: String { input.path }

  /// The bytes of the file before the next field, for an estimate of the rows to come.
  var consumed: Int { input.total - (input.end - input.start) }

  func error(_ message: String, column: String? = nil) -> DataError {
    DataError(message, file: path, line: line, column: column)
  }

  mutating func skipByteOrderMark() throws(DataError) {
    while input.end - input.start < 3 {
      guard try input.more() else { return }
    }
    let bytes = input.bytes + input.start
    if bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { input.start += 3 }
  }

  func bytes(_ field: Field) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: input.bytes + field.start, count: field.end - field.start)
  }

  /// The field's text, without the spaces around it where it is not quoted.
  func text(_ field: Field) throws(DataError) -> String {
    let bytes = field.isQuoted ? self.bytes(field) : self.bytes(trimmed(field))
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw error("\(excerpt(String(decoding: bytes.prefix(80), as: UTF8.self))) is not UTF-8 text")
    }
    return text
  }

  /// The field without the spaces and tabs around it.
  @inline(__always)
  func trimmed(_ field: Field) -> Field {
    var result = field
    while result.start < result.end, isSpace(input.bytes[result.start]) { result.start += 1 }
    while result.start < result.end, isSpace(input.bytes[result.end - 1]) { result.end -= 1 }
    return result
  }

  @inline(__always)
  private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  /// The next field; past the end of the file, an empty one that ends there.
  @inline(__always)
  mutating func next() throws(DataError) -> Field {
    line = nextLine
    let start = input.start
    let end = input.end
    let bytes = input.bytes
    if start < end, bytes[start] != CSVScanner.quote {
      var at = start
      // Little of what numbers are written with comes before the comma in ASCII.
      let highest = highestSeparator
      while at < end, bytes[at] > highest || !isSeparator(bytes[at]) { at += 1 }
      if at < end, bytes[at] != CSVScanner.carriageReturn {
        let isComma = bytes[at] == separator
        input.start = at + 1
        if !isComma { nextLine &+= 1 }
        return Field(start: start, end: at, isQuoted: false, ending: isComma ? .comma : .line)
      }
    }
    return try nextSlowly()
  }

  @inline(__always)
  private func isSeparator(_ byte: UInt8) -> Bool {
    byte == separator || byte == CSVScanner.lineFeed || byte == CSVScanner.carriageReturn
  }

  /// A field that is quoted, crosses blocks, or ends in a carriage return or with the file.
  private mutating func nextSlowly() throws(DataError) -> Field {
    guard try has(0) else {
      return Field(start: input.start, end: input.start, isQuoted: false, ending: .endOfFile)
    }
    if input.bytes[input.start] == CSVScanner.quote { return try quoted() }
    var length = 0
    while try has(length), !isSeparator(input.bytes[input.start + length]) { length += 1 }
    return try ended(length: length, used: length, isQuoted: false)
  }

  /// Whether the file has a byte so far behind the beginning of the field; reads on if it must.
  @inline(__always)
  private mutating func has(_ offset: Int) throws(DataError) -> Bool {
    if input.start + offset < input.end { return true }
    do {
      return try input.more()
    } catch {
      throw located(error)
    }
  }

  private func located(_ error: DataError) -> DataError {
    var result = error
    result.line = line
    return result
  }

  /// The field from its opening quote on; its text moves forward over quotes that were doubled.
  private mutating func quoted() throws(DataError) -> Field {
    var read = 1
    var written = 0
    while true {
      guard try has(read) else { throw error("a quote is opened here and never closed") }
      let byte = input.bytes[input.start + read]
      read += 1
      if byte == CSVScanner.quote {
        guard try has(read), input.bytes[input.start + read] == CSVScanner.quote else { break }
        read += 1
      } else if byte == CSVScanner.lineFeed {
        nextLine &+= 1
      }
      input.bytes[input.start + written] = byte
      written += 1
    }
    if try has(read), !isSeparator(input.bytes[input.start + read]) {
      let sign =
        separator == CSVScanner.comma
        ? "a comma" : separator == CSVScanner.semicolon ? "a semicolon" : "a tab"
      throw error("\(sign) or the end of the line is expected after a closing quote")
    }
    return try ended(length: written, used: read, isQuoted: true)
  }

  /// The field of `length` bytes; what ends it comes `used` bytes behind its beginning.
  private mutating func ended(length: Int, used: Int, isQuoted: Bool) throws(DataError) -> Field {
    var ending = Ending.endOfFile
    var separator = 0
    if try has(used) {
      let byte = input.bytes[input.start + used]
      ending = byte == self.separator ? .comma : .line
      separator = 1
      if byte == CSVScanner.carriageReturn, try has(used + 1),
        input.bytes[input.start + used + 1] == CSVScanner.lineFeed
      {
        separator = 2
      }
    }
    if ending == .line { nextLine &+= 1 }
    let start = input.start
    input.start += used + separator
    return Field(start: start, end: start + length, isQuoted: isQuoted, ending: ending)
  }
}
