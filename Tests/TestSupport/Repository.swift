import FoundationEssentials

/// The folders that tests read and record.
package enum Repository {
  /// Without a slash at the end.
  package static let root = String(
    #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
      .joined(separator: "/"))

  /// The names of files of a folder that end in a way, in alphabetical order; none where there is no
  /// such folder.
  package static func files(in folder: String, ending: String) -> [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return files.filter { $0.hasSuffix(ending) }.sorted()
  }
}
