// A session at a prompt: what was defined, a model with its data, and answers to what is typed.
// In: lines of text. Out: what to show. Must not know terminals.

import ADCModel
import ADCSyntax
import ADCTraining

/// What a prompt shows for what was typed.
package struct PromptAnswer: Sendable {
  /// Results, with their line ends.
  package var text = ""
  /// Remarks beside the results, with their line ends.
  package var remarks = ""
  /// Why there is no result; nil where there is one or none was asked for.
  package var failure: PromptFailure?
  /// Whether the results are in the language.
  package var isSource = true
  /// Whether the session is over.
  package var ends = false

  /// An answer that says nothing.
  package init() {}
}

/// What a session may use of the place in which it runs.
package struct PromptSurroundings {
  /// The characters that fit in a line.
  package var columns = 80
  /// The lines that fit on the screen, which bound the height of plots.
  package var lines = 24
  /// Whether answers are read at a terminal, where a fit is drawn without being asked.
  package var isTerminal = false
  /// Whether results may hold colours.
  package var usesColour = false
  /// Asked during long work; true ends it with a failure.
  package var isInterrupted: @Sendable () -> Bool = { false }
  /// Gets the events of a training run.
  package var onNews: (TrainingNews) -> Void = { _ in }

  /// A pipe: no terminal, no colours, 80 columns.
  package init() {}
}

/// A session at a prompt. A line that fails leaves it as it was.
package struct PromptSession {
  /// The name of the last result.
  static let lastResult = "ans"
  /// The name of what is minimised.
  static let objective = "loss"
  /// The word that messages about typed lines begin with.
  static let inputName = "input"

  var scope = PromptScope()
  /// The model's text, if there is one, and everything that was typed.
  var source = SourceText(name: "", text: "")
  var loaded: LoadedModel?
  /// Statements that make a model of the session: the objective, outputs, training.
  var modelStatements: [Statement] = []
  var surroundings: PromptSurroundings
  /// The lines typed so far.
  private(set) var lineCount = 0
  /// How many files are being loaded, one from within the other.
  var loadDepth = 0

  /// A session without definitions or a model.
  package init(surroundings: PromptSurroundings = PromptSurroundings()) {
    self.surroundings = surroundings
    _ = source.append("", name: Self.inputName)
  }

  /// What the surroundings are from now on.
  package mutating func move(to surroundings: PromptSurroundings) {
    self.surroundings = surroundings
  }

  /// The answer to a line, or to several that belong together.
  package mutating func answer(_ text: String) -> PromptAnswer {
    let start = source.bytes.count
    source.append(text + "\n")
    lineCount += text.utf8.reduce(1) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
    // Whatever fails in the middle leaves the session as it is here.
    var next = self
    var answer = PromptAnswer()
    do throws(PromptFailure) {
      try next.perform(text, at: start, &answer)
      if Self.stops(text), surroundings.isInterrupted() { throw .interruption }
      let typed = source
      self = next
      // A file that was loaded has its text after the line that loads it.
      if source.bytes.count < typed.bytes.count { source = typed }
    } catch {
      answer = PromptAnswer()
      let isStopped = Self.stops(text) && surroundings.isInterrupted()
      answer.failure = isStopped ? .interruption : error
    }
    return answer
  }

  /// Makes lines that are typed from here on lines of `input` again.
  mutating func returnToInput() {
    _ = source.append("", name: Self.inputName, from: lineCount + 1)
  }

  mutating func perform(
    _ text: String, at start: Int, _ answer: inout PromptAnswer
  ) throws(PromptFailure) {
    if let command = try command(in: text, at: start) {
      answer.isSource = false
      try perform(command, &answer)
      return
    }
    let (entries, mistakes) = Parser.parseEntries(source, from: start)
    guard mistakes.isEmpty else { throw failure(mistakes) }
    if loadDepth == 0, let cut = Parser.cutExpression(source, from: start, isCertain: false) {
      throw failure([cut])
    }
    for entry in entries {
      switch entry {
      case .expression(let expression): try show(expression, &answer)
      case .statement(let statement):
        let hidden = hiddenNames(statement)
        try define(statement)
        answer.remarks += hidden
      }
    }
  }

  /// The value of an expression; a function alone is shown as it is defined.
  private mutating func show(
    _ expression: Expression, _ answer: inout PromptAnswer
  ) throws(PromptFailure) {
    if case .name(let name) = expression.form, let source = functionSource(name) {
      answer.text += source
      return
    }
    answer.text += try value(of: expression, &answer)
  }

  func failure(_ diagnostics: [Diagnostic]) -> PromptFailure {
    PromptFailure(CompilationError(source: source, diagnostics: diagnostics))
  }

  func failure(
    _ code: String, _ message: String, at range: SourceRange, fix: String? = nil
  ) -> PromptFailure {
    failure([Diagnostic(code, message, at: range, fix: fix)])
  }
}
