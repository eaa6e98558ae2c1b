package import ADCPlatform

/// Writes files whole or not at all.
package enum FileWriting {
  /// Puts the bytes in place of the file, whose permissions it keeps.
  ///
  /// They go to a new file beside it, which takes its name once it is on the disk; where anything
  /// fails, the old file stays as it is and nothing is left beside it. A link stays, and the file
  /// that it points to is replaced. What is no regular file, such as `/dev/stdout` or a pipe, is
  /// written directly.
  /// - Parameter permissions: what the file has from now on; nil keeps them.
  package static func replace(
    path: String, with bytes: [UInt8], permissions: UInt32? = nil
  ) throws(DataError) {
    try replace(path: path) { file throws(SystemError) in
      if let permissions { try file.setPermissions(permissions) }
      var failure: SystemError?
      bytes.withUnsafeBytes { buffer in
        do throws(SystemError) {
          try file.writeAll(buffer)
        } catch {
          failure = error
        }
      }
      if let failure { throw failure }
    }
  }

  /// Puts what `write` writes in place of the file, under the same terms.
  package static func replace(
    path: String, by write: (borrowing FileDescriptor) throws(SystemError) -> Void
  ) throws(DataError) {
    do throws(SystemError) {
      try replaceFile(path, write)
    } catch {
      throw DataError("cannot write it: \(error)", file: path)
    }
  }

  /// Whether the file could be replaced as things are: its folder is there and takes files, and it
  /// is neither a folder nor protected. Nothing is left or changed.
  ///
  /// - Throws: what `replace` would throw.
  package static func check(path: String) throws(DataError) {
    do throws(SystemError) {
      let target = try followLinks(path)
      do throws(SystemError) {
        let status = try FileSystem.status(of: target)
        if status.kind == .directory { throw SystemError.isDirectory }
        if status.kind != .regular || FileSystem.openStream(target) != nil { return }
        try FileSystem.checkWritable(target)
      } catch {
        guard error.isMissingFile else { throw error }
      }
      try FileSystem.remove(create(beside: target))
    } catch {
      throw DataError("cannot write it: \(error)", file: path)
    }
  }

  private static func replaceFile(
    _ path: String, _ write: (borrowing FileDescriptor) throws(SystemError) -> Void
  ) throws(SystemError) {
    let target = try followLinks(path)
    var permissions: UInt32?
    do throws(SystemError) {
      let status = try FileSystem.status(of: target)
      if status.kind == .directory { throw SystemError.isDirectory }
      if status.kind != .regular || FileSystem.openStream(target) != nil {
        let device = try FileDescriptor.writingDirectly(target)
        try write(device)
        try device.close()
        return
      }
      try FileSystem.checkWritable(target)
      permissions = status.permissions
    } catch {
      guard error.isMissingFile else { throw error }
    }
    let temporary = try create(beside: target)
    do throws(SystemError) {
      try fill(temporary, permissions, write)
      try FileSystem.rename(temporary, to: target)
    } catch {
      try? FileSystem.remove(temporary)
      throw error
    }
    // The name is only safe with its folder; where that cannot be synchronized, the file stands.
    let folder = try? FileDescriptor.reading(self.folder(of: target))
    try? folder?.synchronize()
  }

  private static func fill(
    _ path: String, _ permissions: UInt32?,
    _ write: (borrowing FileDescriptor) throws(SystemError) -> Void
  ) throws(SystemError) {
    let file = try FileDescriptor.writingDirectly(path)
    if let permissions { try file.setPermissions(permissions) }
    try write(file)
    try file.synchronize()
    try file.close()
  }

  /// Makes an empty file of a new name in the folder of `path`.
  private static func create(beside path: String) throws(SystemError) -> String {
    var attempt = 0
    while true {
      let name = folder(of: path) + "/.adc-\(FileSystem.processNumber)-\(attempt).tmp"
      do throws(SystemError) {
        try FileDescriptor.creating(name).close()
        return name
      } catch {
        guard error.isExistingFile, attempt < 1000 else { throw error }
        attempt += 1
      }
    }
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Where a path leads through links in its last place, the file there or not.
  private static func followLinks(_ path: String) throws(SystemError) -> String {
    var current = path
    for _ in 0..<40 {
      do throws(SystemError) {
        let status = try FileSystem.status(of: current, followingLinks: false)
        if status.kind != .link || FileSystem.openStream(current) != nil {
          return current
        }
      } catch {
        guard error.isMissingFile else { throw error }
        return current
      }
      let destination = try FileSystem.destination(ofLink: current)
      current = destination.hasPrefix("/") ? destination : folder(of: current) + "/" + destination
    }
    return current
  }
}
