/// Files of several arrays in NumPy's `.npz` format: a ZIP archive of `.npy` files, stored as they
/// are (`savez`) or compressed (`savez_compressed`).
package struct NumPyArchive {
  /// An array's name and where it lies.
  private struct Member {
    var name: String
    var isCompressed: Bool
    var checksum: UInt32
    var packed: Int
    var size: Int
    var offset: Int
  }

  private let path: String
  private let bytes: [UInt8]
  private var members: [Member] = []

  /// The names of the arrays, in the order of the file.
  package var names: [String] { members.map(\.name) }

  /// Reads the list of arrays; the file has at most 1 GB.
  package init(path: String) throws(DataError) {
    try self.init(bytes: try WholeFile.read(path), path: path)
  }

  init(bytes: [UInt8], path: String) throws(DataError) {
    self.path = path
    self.bytes = bytes
    try readMembers()
  }

  /// The array of a name; nil where there is none.
  package func array(_ name: String) throws(DataError) -> ShapedValues? {
    guard let member = members.first(where: { $0.name == name }) else { return nil }
    // The name and the extra field before the contents have lengths of their own here.
    guard number(4, at: member.offset) == 0x0403_4b50,
      let nameLength = number(2, at: member.offset + 26),
      let extraLength = number(2, at: member.offset + 28)
    else { throw damaged("the array `\(name)` is not where it should be") }
    let start = member.offset + 30 + nameLength + extraLength
    guard member.packed <= bytes.count, start <= bytes.count - member.packed else {
      throw damaged("the file ends within the array `\(name)`")
    }
    let packed = bytes[start..<start + member.packed]
    var contents = Array(packed)
    if member.isCompressed {
      // DEFLATE makes nothing smaller than this.
      guard member.size <= 1100 * member.packed + 64 else { throw damaged("a size is wrong") }
      do throws(Inflate.Mistake) {
        contents = try Inflate.expand(packed, size: member.size)
      } catch {
        throw damaged("the array `\(name)`: \(error.message)")
      }
    }
    guard Self.checksum(contents) == member.checksum else {
      throw damaged("the checksum of the array `\(name)` is wrong")
    }
    var reading = FileReading(contents: contents, path: "\(path)[\(name)]")
    return try NumPyArray.read(&reading)
  }

  private func damaged(_ message: String) -> DataError {
    DataError("it is no whole `.npz` file: \(message)", file: path)
  }

  private func number(_ width: Int, at place: Int) -> Int? {
    guard place >= 0, place <= bytes.count - width else { return nil }
    var value = 0
    for offset in (0..<width).reversed() { value = value << 8 | Int(bytes[place + offset]) }
    return value
  }

  private mutating func readMembers() throws(DataError) {
    // The end of the directory may have a comment of up to 65535 bytes behind it.
    var end = bytes.count - 22
    let least = max(0, end - 65_535)
    while end >= least, number(4, at: end) != 0x0605_4b50 { end -= 1 }
    guard end >= least, let count = number(2, at: end + 10), var place = number(4, at: end + 16)
    else { throw damaged("it has no directory") }
    for _ in 0..<count {
      guard number(4, at: place) == 0x0201_4b50, let method = number(2, at: place + 10),
        let checksum = number(4, at: place + 16), let packed = number(4, at: place + 20),
        let size = number(4, at: place + 24), let nameLength = number(2, at: place + 28),
        let extraLength = number(2, at: place + 30), let noteLength = number(2, at: place + 32),
        let offset = number(4, at: place + 42), place + 46 + nameLength <= bytes.count
      else { throw damaged("its directory is cut off") }
      var name = String(decoding: bytes[place + 46..<place + 46 + nameLength], as: UTF8.self)
      if name.hasSuffix(".npy") { name.removeLast(4) }
      guard method == 0 || method == 8 else {
        throw damaged("the array `\(name)` is compressed in a way that is not known")
      }
      guard max(packed, size, offset) < 0xFFFF_FFFF, method == 8 || packed == size else {
        throw damaged("the array `\(name)` is too large")
      }
      members.append(
        Member(
          name: name, isCompressed: method == 8, checksum: UInt32(truncatingIfNeeded: checksum),
          packed: packed, size: size, offset: offset))
      place += 46 + nameLength + extraLength + noteLength
    }
  }

  /// CRC-32 as in ISO 3309.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var result: UInt32 = 0xFFFF_FFFF
    for byte in bytes { result = result >> 8 ^ table[Int((result ^ UInt32(byte)) & 0xFF)] }
    return ~result
  }

  private static let table: [UInt32] = (0..<256).map { place in
    (0..<8).reduce(UInt32(place)) { value, _ in
      value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1
    }
  }
}
