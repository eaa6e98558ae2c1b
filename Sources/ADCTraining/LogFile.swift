import ADCPlatform

/// A file that grows by whole lines while a run goes on, and that others may read meanwhile.
package final class LogFile {
  /// As it was given; messages name it.
  package let path: String
  private let file: FileDescriptor

  /// Opens a file, behind what it holds; makes it where it is missing.
  package init(path: String) throws(DataError) {
    self.path = path
    do throws(SystemError) {
      if let status = try? FileSystem.status(of: path), status.kind == .directory {
        throw SystemError.isDirectory
      }
      file = try FileDescriptor.appending(path)
      // A process that was killed may have left a line without its end.
      if let last = try file.lastByte(), last != UInt8(ascii: "\n") {
        try file.append([UInt8(ascii: "\n")])
      }
    } catch {
      throw DataError("cannot write it: \(error)", file: path)
    }
  }

  /// Adds a line, whole or not at all.
  package func append(_ line: String) throws(DataError) {
    do throws(SystemError) {
      try file.append(Array((line + "\n").utf8))
    } catch {
      throw DataError("cannot write it: \(error)", file: path)
    }
  }
}
