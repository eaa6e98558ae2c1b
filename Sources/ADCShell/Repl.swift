import ADCKit
import ADCPlatform

/// `adc repl`: a session at a terminal, or over lines that come from elsewhere.
struct Repl {
  private var console: Console
  private var session: PromptSession
  private var isRight = true

  init(console: Console, session: PromptSession) {
    self.console = console
    self.session = session
  }

  /// Runs until the lines end; false where lines that nobody typed at a terminal failed.
  mutating func run() -> Bool {
    let isTyped = CurrentProcess.isTerminal(0) && CurrentProcess.isTerminal(1)
    let terminal = CurrentProcess.variable("TERM") ?? "dumb"
    if isTyped, terminal != "dumb", Terminal.begin() {
      runAtTerminal()
      return true
    }
    runOverLines(prompting: isTyped)
    return isTyped || isRight
  }

  private mutating func runOverLines(prompting: Bool) {
    var input = StandardInputLines()
    var lines = PromptLines()
    func prompt() {
      guard prompting else { return }
      console.output(lines.isWaiting ? Self.continuation : Self.prompt)
      console.flush()
    }
    prompt()
    while let line = input.next() {
      if let text = lines.add(line), perform(text) { return }
      prompt()
    }
    if let text = lines.rest() { _ = perform(text) }
    console.flush()
  }

  /// Answers one entry; whether it ends the session.
  private mutating func perform(_ text: String) -> Bool {
    let answer = session.answer(text)
    console.output(answer.text)
    if answer.ends { console.flush() }
    // What was computed before stands before the message where both go to one place.
    if answer.failure != nil || !answer.remarks.isEmpty { console.flush() }
    if let failure = answer.failure {
      isRight = false
      console.message(failure.text(colour: console.usesColour))
    }
    console.message(answer.remarks)
    return answer.ends
  }

  // At a terminal.

  private static let prompt = "adc> "
  private static let continuation = "   … "

  private mutating func runAtTerminal() {
    defer { Terminal.set(.original) }
    let file = HistoryFile()
    var lines = TerminalLines(history: file.read())
    let usesColour = console.usesColour
    console.message("adc \(Version.current): type an expression, or `:help`; Ctrl-D leaves\n")
    CurrentProcess.catchInterruptions(patience: 2)
    while true {
      switch lines.next(assistance(usesColour)) {
      case .line(let text):
        file.append(text)
        if answer(text, usesColour) { return }
      case .interrupted: continue
      case .endOfInput:
        return console.message("\n")
      case .editing, .suspended: continue
      }
    }
  }

  private func assistance(_ usesColour: Bool) -> EditorAssistance {
    var assistance = EditorAssistance()
    assistance.prompt = Self.prompt
    assistance.continuation = Self.continuation
    assistance.usesColour = usesColour
    assistance.isIncomplete = { text in
      var lines = PromptLines()
      for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
        _ = lines.add(String(line))
      }
      return lines.isWaiting
    }
    if usesColour { assistance.coloured = PromptText.coloured }
    assistance.completions = { [session] text in Completion(session.completion(of: text)) }
    return assistance
  }

  /// Answers what was typed, which may be several entries; whether one ends the session.
  private mutating func answer(_ text: String, _ usesColour: Bool) -> Bool {
    var lines = PromptLines()
    var parts: [String] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if let part = lines.add(String(line)) { parts.append(part) }
    }
    if let part = lines.rest() { parts.append(part) }
    for part in parts {
      let display = TrainingDisplay(console: console, wantsJSON: false)
      var surroundings = PromptSurroundings()
      (surroundings.columns, surroundings.lines) = Terminal.size
      surroundings.isTerminal = true
      surroundings.usesColour = usesColour
      surroundings.isInterrupted = { CurrentProcess.isInterrupted }
      surroundings.onNews = { display.show($0) }
      session.move(to: surroundings)
      CurrentProcess.forgetInterruptions(stoppingEvaluation: PromptSession.stops(part))
      let answer = session.answer(part)
      display.finish()
      show(answer, to: part, isLast: parts.count == 1, usesColour)
      CurrentProcess.forgetInterruptions(stoppingEvaluation: false)
      if answer.ends { return true }
      if answer.failure != nil { return false }
    }
    return false
  }

  private mutating func show(
    _ answer: PromptAnswer, to part: String, isLast: Bool, _ usesColour: Bool
  ) {
    console.output(
      usesColour && answer.isSource ? PromptText.coloured(answer.text) : answer.text)
    console.flush()
    if let failure = answer.failure {
      console.message(
        isLast
          ? failure.text(
            colour: usesColour, under: part, indent: Self.prompt.count,
            columns: Terminal.size.columns)
          : failure.text(colour: usesColour))
    }
    console.message(answer.remarks)
  }
}
