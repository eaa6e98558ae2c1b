/// A message about a source text: what is wrong, where, and what would be right.
package struct Diagnostic: Hashable, Sendable {
  /// Whether the text can still be used; the raw value begins the message.
  package enum Severity: String, Sendable {
    case error, warning
  }

  /// A second place that matters, such as the first of two equal declarations.
  package struct Note: Hashable, Sendable {
    /// In the same text as the diagnostic's own place.
    package var range: SourceRange
    /// A phrase that is shown beside the place.
    package var message: String

    /// A note is shown below the message that it belongs to.
    package init(_ message: String, at range: SourceRange) {
      self.message = message
      self.range = range
    }
  }

  /// An error unless said otherwise.
  package var severity: Severity
  /// The code of the kind of mistake, `AD0101` and so on; stable, and documented in `Grammar/`.
  package var code: String
  /// One sentence without a full stop: what was found and what was expected.
  package var message: String
  /// What the message underlines; empty at a place where something is missing.
  package var range: SourceRange
  /// Further places, in the order in which they are shown.
  package var notes: [Note]
  /// The likely fix, as one sentence; nil where none is likely.
  package var fix: String?

  /// A diagnostic of a code that is in the catalogue of codes.
  package init(
    _ code: String, _ message: String, at range: SourceRange, notes: [Note] = [],
    fix: String? = nil,
    severity: Severity = .error
  ) {
    self.code = code
    self.message = message
    self.range = range
    self.notes = notes
    self.fix = fix
    self.severity = severity
  }
}
