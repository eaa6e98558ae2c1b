import ADCSyntax
import ADCTraining

/// A model's source in its canonical layout.
package struct FormatTask: Sendable {
  /// The file; it is read only, and whoever calls writes `text`.
  package let path: String
  /// The source as it is to be.
  package let text: String
  /// Whether the source differs from that.
  package let changes: Bool

  /// Reads and lays out a file; a text with a mistake is a failure that shows it.
  package init(path: String) throws(TaskFailure) {
    if path.hasSuffix(".adb") {
      throw TaskFailure(
        "`adc fmt` lays out source, and \(path) is compiled", code: "AD0704", fault: .commandLine)
    }
    try self.init(path: path, bytes: try ModelTask.read(path))
  }

  /// Lays out a text; `path` is its name for messages.
  package init(path: String, bytes: [UInt8]) throws(TaskFailure) {
    let source = SourceText(name: path, bytes: bytes)
    let (text, diagnostics) = Formatter.format(source)
    guard let text else {
      throw TaskFailure(CompilationError(source: source, diagnostics: diagnostics))
    }
    self.path = path
    self.text = text
    changes = Array(text.utf8) != bytes
  }

  /// Replaces the file, whole or not at all; one that is laid out already is not touched.
  package func write() throws(TaskFailure) {
    if changes { try ModelTask.write(Array(text.utf8), to: path) }
  }
}
