internal import ADCPlatform

/// A file read block after block into one buffer, in which the part that is not yet used up stays
/// together.
struct FileReading: ~Copyable {
  /// The longest run of bytes that `more` keeps together; a longer field or header is refused.
  static let longestRun = 1 << 24

  let path: String
  /// The size of a regular file; nil of a pipe or a device.
  let size: Int?
  private let file: FileDescriptor?
  private(set) var bytes: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  /// The bytes at `start..<end` are read and not used up.
  private(set) var end = 0
  var start = 0
  /// The bytes read so far, used up or not.
  private(set) var total = 0

  /// Opens the file; fails where there is none, where it is a directory, or where it may not be
  /// read.
  init(path: String, block: Int = 1 << 18) throws(DataError) {
    let size: Int?
    if path == FileReading.standardInput {
      do throws(SystemError) {
        file = try FileDescriptor.reading("/dev/stdin")
      } catch {
        throw DataError("cannot read it: \(error)", file: "standard input")
      }
      self.path = "standard input"
      self.size = nil
      capacity = block
      bytes = .allocate(capacity: block)
      return
    }
    do throws(SystemError) {
      let status = try FileSystem.status(of: path)
      if status.kind == .directory { throw SystemError.isDirectory }
      size = status.kind == .regular ? status.size : nil
      file = try FileDescriptor.reading(path)
    } catch {
      throw DataError("cannot read it: \(error)", file: path)
    }
    self.path = path
    self.size = size
    capacity = block
    bytes = .allocate(capacity: block)
  }

  /// Reads what is in memory already, such as a part of a file.
  init(contents: [UInt8], path: String) {
    self.path = path
    size = contents.count
    file = nil
    capacity = max(contents.count, 1)
    bytes = .allocate(capacity: capacity)
    bytes.update(from: contents, count: contents.count)
    end = contents.count
    total = contents.count
  }

  /// What stands for standard input in the place of a path.
  package static let standardInput = "-"

  deinit { bytes.deallocate() }

  /// Reads on behind the bytes from `start`, which move to the front of the buffer; false at the
  /// end of the file.
  mutating func more() throws(DataError) -> Bool {
    guard file != nil else { return false }
    let kept = end - start
    if start > 0 {
      bytes.update(from: bytes + start, count: kept)
      start = 0
      end = kept
    } else if kept == capacity {
      try grow()
    }
    let free = UnsafeMutableRawBufferPointer(start: bytes + end, count: capacity - end)
    do {
      let count = try file?.read(into: free) ?? 0
      end += count
      total += count
      return count > 0
    } catch {
      throw DataError("cannot read it: \(error)", file: path)
    }
  }

  private mutating func grow() throws(DataError) {
    guard capacity < FileReading.longestRun else {
      throw DataError("more than \(capacity) bytes without a separator", file: path)
    }
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity * 2)
    larger.update(from: bytes, count: end)
    bytes.deallocate()
    bytes = larger
    capacity *= 2
  }

  /// The bytes of a file that is used as a whole; fails where it has more than `limit`.
  static func contents(of path: String, limit: Int) throws(DataError) -> [UInt8] {
    var file = try FileReading(path: path)
    var result: [UInt8] = []
    if let size = file.size, size <= limit { result.reserveCapacity(size) }
    while try file.more() {
      result.append(contentsOf: UnsafeBufferPointer(start: file.bytes, count: file.end))
      file.start = file.end
      guard result.count <= limit else {
        throw DataError("larger than \(limit) bytes, the most that is read", file: path)
      }
    }
    return result
  }
}

/// The size of a table before it is read.
package enum TableSize {
  /// The bytes of a regular file; 0 of all else.
  package static func bytes(of path: String) -> Int {
    guard let status = try? FileSystem.status(of: path), status.kind == .regular else { return 0 }
    return status.size
  }
}

/// A file read as a whole.
package enum WholeFile {
  /// The file's bytes; at most 1 GB.
  package static func read(_ path: String) throws(DataError) -> [UInt8] {
    var reading = try FileReading(path: path)
    var result: [UInt8] = []
    if let size = reading.size { result.reserveCapacity(min(size, 1 << 30)) }
    while try reading.more() {
      result.append(
        contentsOf: UnsafeBufferPointer(
          start: reading.bytes + reading.start, count: reading.end - reading.start))
      reading.start = reading.end
      if result.count > 1 << 30 { throw DataError("the file is larger than 1 GB", file: path) }
    }
    return result
  }
}
