/// A message about a source text: what is wrong, where, and what would be right.
package struct Diagnostic: Hashable, Sendable {
  package enum Severity: String, Sendable {
    case error, warning
  }

  /// A second place that matters, such as the first of two equal declarations.
  package struct Note: Hashable, Sendable {
    package var range: SourceRange
    package var message: String

    package init(_ message: String, at range: SourceRange) {
      self.message = message
      self.range = range
    }
  }

  package var severity: Severity
  /// The code of the kind of mistake, `AD0101` and so on; stable, and documented in `Grammar/`.
  package var code: String
  /// One sentence without a full stop: what was found and what was expected.
  package var message: String
  package var range: SourceRange
  package var notes: [Note]
  /// The likely fix, as one sentence; nil where none is likely.
  package var fix: String?

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
