/// Reads numbers from bytes that nobody vouches for.
///
/// Counts of things that follow are checked against the bytes that are left, so that nothing is
/// allocated that the file is too short to fill.
struct ByteReader {
  private let bytes: [UInt8]
  private(set) var position: Int
  private let end: Int

  init(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    position = max(0, range.lowerBound)
    end = min(range.upperBound, bytes.count)
  }

  var isAtEnd: Bool { position >= end }
  var remaining: Int { end - position }

  func malformed(_ what: String) -> ProgramFileError { .malformed(at: position, what) }

  mutating func byte() throws(ProgramFileError) -> UInt8 {
    guard position < end else { throw malformed("a section ends too early") }
    position += 1
    return bytes[position - 1]
  }

  mutating func fixed<T: FixedWidthInteger>(_ type: T.Type) throws(ProgramFileError) -> T {
    var value: T = 0
    for index in 0..<T.bitWidth / 8 {
      value |= T(truncatingIfNeeded: try byte()) << (8 * index)
    }
    return value
  }

  /// A number from 0 up to what an `Int32` holds: an index or a count.
  mutating func count() throws(ProgramFileError) -> Int {
    let value = try wide()
    guard value <= UInt64(Int32.max) else { throw malformed("a number is too large") }
    return Int(value)
  }

  private mutating func wide() throws(ProgramFileError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let next = try byte()
      guard shift < 63 || next <= 1 else { throw malformed("a number is too large") }
      value |= UInt64(next & 0x7F) << shift
      if next < 0x80 { return value }
      shift += 7
    }
  }

  /// A signed number of up to 48 bits: room for every size, and for sums of a few.
  mutating func signed() throws(ProgramFileError) -> Int {
    let value = try wide()
    guard value < 1 << 49 else { throw malformed("a number is too large") }
    return Int(value >> 1) ^ -Int(value & 1)
  }

  mutating func number() throws(ProgramFileError) -> Double {
    Double(bitPattern: try fixed(UInt64.self))
  }

  /// The number of elements that follow, each of at least so many bytes.
  mutating func listCount(bytesEach: Int = 1) throws(ProgramFileError) -> Int {
    let count = try count()
    guard count <= remaining / bytesEach else { throw malformed("a list is longer than the file") }
    return count
  }

  mutating func list<T>(
    bytesEach: Int = 1, _ read: (inout ByteReader) throws(ProgramFileError) -> T
  ) throws(ProgramFileError) -> [T] {
    let count = try listCount(bytesEach: bytesEach)
    var values: [T] = []
    values.reserveCapacity(count)
    for _ in 0..<count { values.append(try read(&self)) }
    return values
  }

  mutating func text() throws(ProgramFileError) -> String {
    let count = try listCount()
    position += count
    return String(decoding: bytes[position - count..<position], as: UTF8.self)
  }

  mutating func rest() -> [UInt8] {
    defer { position = end }
    return Array(bytes[position..<end])
  }
}
