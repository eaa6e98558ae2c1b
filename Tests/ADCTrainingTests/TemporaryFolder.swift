import ADCPlatform
import FoundationEssentials

/// A folder of its own for a test, gone with it.
struct TemporaryFolder: ~Copyable {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory.appendingPathComponent("adc-test-\(UUID())").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a file of these bytes, named as it is.
  func file(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
    let file = path + "/" + name
    try? FileSystem.remove(file)
    // Not through Data, which waits for the disk.
    let descriptor = try FileDescriptor.creating(file)
    try Array(bytes).withUnsafeBytes { try descriptor.writeAll($0) }
    try descriptor.close()
    return file
  }

  func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: path + "/" + name)))
  }

  func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }
}
