/// The folders that tests read and record.
package enum Repository {
  /// Without a slash at the end.
  package static let root = String(
    #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
      .joined(separator: "/"))
}
