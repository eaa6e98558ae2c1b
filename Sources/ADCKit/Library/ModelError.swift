import ADCMachine
import ADCSyntax
import ADCTraining

/// What is wrong with a model, with data, or with a call: one message or more.
public struct ModelError: Error, Sendable, Hashable, CustomStringConvertible {
  /// One message.
  public struct Diagnostic: Sendable, Hashable {
    /// The kind of mistake, such as `AD0301`; stable over releases.
    public let code: String
    /// One sentence without a full stop.
    public let message: String
    /// The line in the source text or the file of data, from 1; nil where there is no place.
    public let line: Int?
    /// The column in the line, from 1; nil where there is none.
    public let column: Int?
    /// The message as people read it, on several lines: place, text with the mistake underlined,
    /// notes, the likely fix.
    public let text: String
  }

  /// At least one, in the order of their places.
  public let diagnostics: [Diagnostic]

  /// All messages as people read them.
  public var description: String { diagnostics.map(\.text).joined(separator: "\n") }
}

extension ModelError {
  init(_ code: String, _ message: String) {
    diagnostics = [
      Diagnostic(
        code: code, message: message, line: nil, column: nil, text: "error \(code): \(message)")
    ]
  }

  init(_ error: CompilationError) {
    diagnostics = error.diagnostics.map { Diagnostic($0, in: error.source) }
  }

  init(_ error: DataError) {
    diagnostics = [
      Diagnostic(
        code: "AD0701", message: error.message, line: error.line, column: error.character,
        text: "error AD0701: \(error.description)")
    ]
  }

  init(_ error: RunError) {
    switch error {
    case .data(let error): self.init(error)
    case .machine(let error), .placed(let error, _): self.init(error)
    case .setting(let message, _): self.init("AD0703", message)
    }
  }

  init(_ error: MachineError) {
    self.init("AD0702", error.description)
  }
}

extension ModelError.Diagnostic {
  init(_ diagnostic: ADCSyntax.Diagnostic, in source: SourceText) {
    let position = source.position(of: diagnostic.range.lower)
    self.init(
      code: diagnostic.code, message: diagnostic.message, line: position.line,
      column: position.column, text: rendered(diagnostic, in: source, colour: false))
  }
}
