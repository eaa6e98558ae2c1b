import FoundationEssentials

/// A file with the text that a test expects.
package struct GoldenFile {
  /// The whole path, or one from the folder in which the tests run.
  package let path: String

  /// A file that need not exist yet.
  package init(_ path: String) { self.path = path }

  /// Whether files are written and not only compared: with `ADC_RECORD=1` in the environment.
  package static let isRecording = ProcessInfo.processInfo.environment["ADC_RECORD"] == "1"

  /// Where a text first differs from the file's; nil where it is the same. A file that differs is
  /// written where files are recorded, and the answer says so, that no test passes for it.
  package func mismatch(with found: String) throws -> String? {
    let recorded = try? String(contentsOfFile: path, encoding: .utf8)
    guard recorded != found else { return nil }
    if Self.isRecording {
      try Data(found.utf8).write(to: URL(filePath: path))
      return "recorded \(path)"
    }
    guard let recorded else { return "there is no \(path): record it with ADC_RECORD=1" }
    let (old, new) = (Self.lines(recorded), Self.lines(found))
    let place =
      zip(old, new).enumerated().first { $1.0 != $1.1 }?.offset ?? min(old.count, new.count)
    return "line \(place + 1) of \(path) is \(Self.quoted(old, place)), and was found to be "
      + "\(Self.quoted(new, place)); run with ADC_RECORD=1 to record, after reading the difference"
  }

  private static func lines(_ text: String) -> [Substring] {
    text.split(separator: "\n", omittingEmptySubsequences: false)
  }

  private static func quoted(_ lines: [Substring], _ place: Int) -> String {
    lines.indices.contains(place) ? "\"\(lines[place])\"" : "missing"
  }
}
