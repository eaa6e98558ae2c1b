import ADCSyntax

/// Why a line at a prompt has no answer.
package struct PromptFailure: Error, Sendable {
  fileprivate enum Kind: Sendable {
    case diagnostics(SourceText, [Diagnostic])
    case task(TaskFailure)
    case interruption
  }

  fileprivate var kind: Kind

  private init(_ kind: Kind) { self.kind = kind }

  /// The user wanted no answer any more.
  static let interruption = PromptFailure(.interruption)

  init(_ error: CompilationError) { kind = .diagnostics(error.source, error.diagnostics) }

  /// The failure of a command that works on files, with its message.
  package init(_ failure: TaskFailure) { kind = .task(failure) }

  /// The message as a text of its own, line ends included.
  package func text(colour: Bool) -> String {
    switch kind {
    case .interruption: "interrupted\n"
    case .task(let failure): colour ? failure.colouredText : failure.text
    case .diagnostics(let source, let diagnostics):
      diagnostics.map { rendered($0, in: source, colour: colour) + "\n" }.joined()
    }
  }

  /// The message for one who just typed the line: where the first mistake is in it, the marks alone
  /// stand under it.
  ///
  /// - Parameters:
  ///   - line: what was typed.
  ///   - indent: the columns before it, where its last row of the terminal begins with it.
  package func text(colour: Bool, under line: String, indent: Int, columns: Int) -> String {
    guard case .diagnostics(let source, let diagnostics) = kind, let first = diagnostics.first,
      let (blank, carets) = source.marks(of: first.range, inLast: line),
      indent + blank + carets <= columns
    else { return text(colour: colour) }
    let (red, end) = colour ? ("\u{1B}[1;31m", "\u{1B}[0m") : ("", "")
    let marks = String(repeating: " ", count: indent + blank)
    var rows = [marks + red + String(repeating: "^", count: carets) + end]
    for (place, diagnostic) in diagnostics.enumerated() {
      var text = rendered(diagnostic, in: source, colour: colour).split(
        separator: "\n", omittingEmptySubsequences: false
      ).map(String.init)
      if place == 0, text.count >= 3 {
        // The place and the excerpt are what the marks show.
        let severity = "\(red)\(diagnostic.severity.rawValue) \(diagnostic.code):\(end)"
        text.replaceSubrange(0..<3, with: ["\(severity) \(visible(diagnostic.message))"])
      }
      rows += text
    }
    return rows.joined(separator: "\n") + "\n"
  }
}

extension SourceText {
  /// The columns before a range and in it, where it lies in the text's last line, which is `line`.
  fileprivate func marks(
    of range: SourceRange, inLast line: String
  ) -> (blank: Int, carets: Int)? {
    guard !line.contains(where: \.isNewline), !line.contains("\t") else { return nil }
    let start = bytes.count - line.utf8.count - 1
    guard start >= 0, text(SourceRange(start, bytes.count - 1)) == line, range.lower >= start,
      range.upper < bytes.count
    else { return nil }
    let blank = DisplayWidth.of(text(SourceRange(start, range.lower)))
    return (blank, max(1, DisplayWidth.of(text(range))))
  }
}

extension PromptFailure {
  /// The failure as a task has it.
  var taskFailure: TaskFailure {
    switch kind {
    case .interruption: TaskFailure("interrupted", code: "AD0902", fault: .interruption)
    case .task(let failure): failure
    case .diagnostics(let source, let diagnostics):
      TaskFailure(CompilationError(source: source, diagnostics: diagnostics))
    }
  }
}
