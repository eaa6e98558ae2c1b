import ADCPlatform
import ADCTraining

/// A file of the person who runs the process, that nobody else may read.
package enum PrivateFile {
  /// The file's text; nil where it cannot be read.
  package static func read(_ path: String) -> String? {
    guard let bytes = try? WholeFile.read(path) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Puts the text in place of the file, whole or not at all; makes the folders that lead to it.
  package static func write(_ text: String, to path: String) -> Bool {
    makeFolders(to: path)
    return (try? FileWriting.replace(path: path, with: Array(text.utf8), permissions: 0o600)) != nil
  }

  /// Puts the text behind what the file holds, in one piece; others may do so at the same time.
  package static func append(_ text: String, to path: String) -> Bool {
    makeFolders(to: path)
    guard let file = try? FileDescriptor.appending(path, permissions: 0o600) else { return false }
    return (try? file.append(Array(text.utf8))) != nil
  }

  private static func makeFolders(to path: String) {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    if !folder.isEmpty { FileSystem.makeFolders(folder, permissions: 0o700) }
  }
}
