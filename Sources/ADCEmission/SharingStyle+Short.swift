extension SharingStyle {
  /// A longer text than this gets named lines for what it repeats.
  package static let short = SharingStyle.inline(limit: 40)
}
