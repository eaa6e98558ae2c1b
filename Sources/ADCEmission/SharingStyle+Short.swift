extension SharingStyle {
  /// A longer text than this gets named lines for what it repeats.
  package static let shortLimit = 40

  /// For texts that people read: short ones in one line.
  package static let short = SharingStyle.inline(limit: shortLimit)
}
