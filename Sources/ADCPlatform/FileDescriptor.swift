#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A refusal of the operating system, with its own words for it.
package struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The value of `errno`.
  package var code: Int32

  /// The error of a value of `errno`.
  package init(code: Int32) { self.code = code }

  static var latest: SystemError { SystemError(code: errno) }

  /// What the system says of a directory where it wants a file.
  package static var isDirectory: SystemError { SystemError(code: EISDIR) }

  /// There is no file of that name.
  package var isMissingFile: Bool { code == ENOENT }

  /// A file of that name is there already.
  package var isExistingFile: Bool { code == EEXIST }

  /// The system's text, such as `No space left on device`.
  package var description: String {
    guard let text = strerror(code) else { return "error \(code)" }
    return String(cString: text)
  }
}

/// What a path leads to.
package struct FileStatus: Sendable {
  /// What kinds of files are told apart; a link is one only where it is not followed.
  package enum Kind: Sendable {
    case regular, directory, link, other
  }

  /// What it is.
  package var kind: Kind
  /// In bytes; only a regular file's means anything.
  package var size: Int
  /// The lower twelve bits of the mode.
  package var permissions: UInt32
  /// The same for two names of one file, and for no others.
  package var identity: [UInt64]

  init(_ status: stat) {
    switch status.st_mode & S_IFMT {
    case S_IFREG: kind = .regular
    case S_IFDIR: kind = .directory
    case S_IFLNK: kind = .link
    default: kind = .other
    }
    size = Int(status.st_size)
    permissions = UInt32(status.st_mode & 0o7777)
    identity = [UInt64(truncatingIfNeeded: status.st_dev), UInt64(status.st_ino)]
  }
}

/// An open file, closed when it goes out of use.
package struct FileDescriptor: ~Copyable, Sendable {
  private let number: Int32

  private init(number: Int32) { self.number = number }

  private init(opening path: String, _ flags: Int32, _ permissions: mode_t = 0) throws(SystemError)
  {
    number = path.withCString { pointer in
      var result: Int32
      repeat {
        result = open(pointer, flags | O_CLOEXEC, permissions)
      } while result < 0
        && errno == EINTR
      return result
    }
    if number < 0 { throw SystemError.latest }
  }

  deinit { _ = systemClose(number) }

  /// Opens a file that is there for reading; a directory opens too, and refuses to be read.
  package static func reading(_ path: String) throws(SystemError) -> FileDescriptor {
    try FileDescriptor(opening: path, O_RDONLY)
  }

  /// Makes a file that is not there yet, with the permissions that the process gives new files.
  package static func creating(_ path: String) throws(SystemError) -> FileDescriptor {
    try FileDescriptor(opening: path, O_WRONLY | O_CREAT | O_EXCL, 0o666)
  }

  /// Opens a file for writing behind its end, wherever that is by then; makes it where it is
  /// missing.
  package static func appending(
    _ path: String, permissions: UInt32 = 0o666
  ) throws(SystemError) -> FileDescriptor {
    try FileDescriptor(opening: path, O_RDWR | O_CREAT | O_APPEND, mode_t(permissions))
  }

  /// Opens a device, a pipe or the process's own standard output for writing.
  package static func writingDirectly(_ path: String) throws(SystemError) -> FileDescriptor {
    // Opened anew, a stream that is a file would be written from its beginning.
    guard let stream = FileSystem.openStream(path) else {
      return try FileDescriptor(opening: path, O_WRONLY)
    }
    let copy = dup(stream)
    if copy < 0 { throw SystemError.latest }
    return FileDescriptor(number: copy)
  }

  /// What the open file is, at this moment.
  package func status() throws(SystemError) -> FileStatus {
    var result = stat()
    if fstat(number, &result) != 0 { throw SystemError.latest }
    return FileStatus(result)
  }

  /// Reads up to as many bytes as the buffer holds; 0 at the end of the file.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
    while true {
      let count = systemRead(number, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      if errno != EINTR { throw SystemError.latest }
    }
  }

  /// Writes every byte of the buffer.
  package func writeAll(_ buffer: UnsafeRawBufferPointer) throws(SystemError) {
    var rest = buffer
    while !rest.isEmpty {
      let count = systemWrite(number, rest.baseAddress, rest.count)
      if count >= 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
      } else if errno != EINTR {
        throw SystemError.latest
      }
    }
  }

  /// Makes a file for reading and writing that has no name any more: it is gone with the process.
  package static func temporary(in folder: String) throws(SystemError) -> FileDescriptor {
    var attempt = 0
    while true {
      let name = folder + "/.adc-\(FileSystem.processNumber)-\(attempt).rows"
      do throws(SystemError) {
        let file = try FileDescriptor(opening: name, O_RDWR | O_CREAT | O_EXCL, 0o600)
        try FileSystem.remove(name)
        return file
      } catch {
        guard error.isExistingFile, attempt < 1000 else { throw error }
        attempt += 1
      }
    }
  }

  /// Fills the buffer with the bytes from an offset on; false where the file ends before.
  package func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int
  ) throws(SystemError) -> Bool {
    var done = 0
    while done < buffer.count {
      let count = pread(
        number, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(offset + done))
      if count == 0 { return false }
      if count > 0 { done += count } else if errno != EINTR { throw SystemError.latest }
    }
    return true
  }

  /// Writes all bytes behind the end of a file, or none: what a full disk cut off is taken back.
  package func append(_ bytes: [UInt8]) throws(SystemError) {
    let before = try status()
    var failure: SystemError?
    bytes.withUnsafeBytes { buffer in
      do throws(SystemError) { try writeAll(buffer) } catch { failure = error }
    }
    guard let failure else { return }
    if before.kind == .regular { _ = ftruncate(number, off_t(before.size)) }
    throw failure
  }

  /// The last byte of a file; nil where there is none, or it is no file.
  package func lastByte() throws(SystemError) -> UInt8? {
    let status = try status()
    guard status.kind == .regular, status.size > 0 else { return nil }
    var byte: UInt8 = 0
    return pread(number, &byte, 1, off_t(status.size - 1)) == 1 ? byte : nil
  }

  /// Waits until what was written is on the disk.
  package func synchronize() throws(SystemError) {
    if fsync(number) != 0 { throw SystemError.latest }
  }

  /// Sets the lower twelve bits of the mode.
  package func setPermissions(_ permissions: UInt32) throws(SystemError) {
    if fchmod(number, mode_t(permissions)) != 0 { throw SystemError.latest }
  }

  /// Closes the file and reports what only closing finds, such as a quota.
  package consuming func close() throws(SystemError) {
    let number = number
    discard self
    if systemClose(number) != 0 { throw SystemError.latest }
  }
}

/// Operations on names of files.
package enum FileSystem {
  /// What the path leads to, a link followed to its end unless `followingLinks` is false.
  package static func status(
    of path: String, followingLinks: Bool = true
  ) throws(SystemError) -> FileStatus {
    var result = stat()
    let failed = followingLinks ? stat(path, &result) : lstat(path, &result)
    if failed != 0 { throw SystemError.latest }
    return FileStatus(result)
  }

  /// Where a link points, as it is written in the link.
  package static func destination(ofLink path: String) throws(SystemError) -> String {
    var failure: SystemError?
    let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
      let length = buffer.withMemoryRebound(to: CChar.self) { text in
        text.baseAddress.map { readlink(path, $0, text.count) } ?? 0
      }
      if length < 0 { failure = SystemError.latest }
      count = max(0, length)
    }
    if let failure { throw failure }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Gives a file another name, in place of a file that had it.
  package static func rename(_ path: String, to target: String) throws(SystemError) {
    if systemRename(path, target) != 0 { throw SystemError.latest }
  }

  /// Removes a file or a link, not a directory.
  package static func remove(_ path: String) throws(SystemError) {
    if unlink(path) != 0 { throw SystemError.latest }
  }

  /// The number of the open file that a path such as `/dev/stdout` or `/dev/fd/3` stands for.
  package static func openStream(_ path: String) -> Int32? {
    switch path {
    case "/dev/stdout": 1
    case "/dev/stderr": 2
    default:
      ["/dev/fd/", "/proc/self/fd/"].lazy.filter(path.hasPrefix).compactMap {
        Int32(path.dropFirst($0.count))
      }.first
    }
  }

  /// Fails where this process may not write the file.
  package static func checkWritable(_ path: String) throws(SystemError) {
    if access(path, W_OK) != 0 { throw SystemError.latest }
  }

  /// Makes a folder and those that lead to it; what is there or cannot be made is passed over.
  package static func makeFolders(_ path: String, permissions: UInt32) {
    var end = path.startIndex
    while end < path.endIndex {
      end = path[path.index(after: end)...].firstIndex(of: "/") ?? path.endIndex
      _ = mkdir(String(path[..<end]), mode_t(permissions))
    }
  }

  /// The names in a folder that begin with a text, folders with `/` behind them, in order; none
  /// where it cannot be read.
  package static func names(in folder: String, beginningWith prefix: String) -> [String] {
    guard let stream = opendir(folder.isEmpty ? "." : folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name != ".", name != "..", name.hasPrefix(prefix) else { continue }
      let path = folder.isEmpty ? name : folder.hasSuffix("/") ? folder + name : folder + "/" + name
      let isFolder = (try? status(of: path))?.kind == .directory
      names.append(isFolder ? name + "/" : name)
    }
    return names.sorted()
  }

  /// The number of this process, for names of temporary files.
  package static var processNumber: Int { Int(getpid()) }
}

// The methods above hide the functions of the same name.
private func systemClose(_ number: Int32) -> Int32 { close(number) }

private func systemRead(_ number: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  read(number, buffer, count)
}

private func systemWrite(_ number: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
  write(number, buffer, count)
}

private func systemRename(_ path: String, _ target: String) -> Int32 { rename(path, target) }
