import FoundationEssentials
import TestSupport

/// A temporary folder that goes when the test is over.
final class Folder: Sendable {
  let path: String

  /// An empty folder.
  init() {
    path =
      FileManager.default.temporaryDirectory.path
      + "/adc-tests-\(UInt64.random(in: 0...UInt64.max))"
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  /// A folder that has a copy of `Samples` in it.
  convenience init(samples: Bool) {
    self.init()
    guard samples else { return }
    try? FileManager.default.copyItem(atPath: Self.package + "/Samples", toPath: path + "/Samples")
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The folder of the package, two above this file.
  static let package = Repository.root

  /// Writes a file of the folder.
  func write(_ text: String, to name: String) { write(Array(text.utf8), to: name) }

  /// Writes a file of the folder.
  func write(_ bytes: [UInt8], to name: String) { Self.write(bytes, to: path + "/" + name) }

  /// The text of a file of the folder, empty where there is none.
  func text(of name: String) -> String { Self.text(of: path + "/" + name) }

  /// The bytes of a file of the folder, none where it cannot be read.
  func bytes(of name: String) -> [UInt8] {
    FileManager.default.contents(atPath: path + "/" + name).map { Array($0) } ?? []
  }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }

  /// The names of the files, sorted, those of streams left out.
  var names: [String] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return all.filter { !$0.hasPrefix(".stream-") }.sorted()
  }

  static func write(_ bytes: [UInt8], to path: String) {
    _ = FileManager.default.createFile(atPath: path, contents: Data(bytes))
  }

  static func text(of path: String) -> String {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
