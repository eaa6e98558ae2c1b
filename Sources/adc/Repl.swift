import ADCKit
import ADCPlatform

/// `adc repl`: a session at a terminal, or over lines that come from elsewhere.
struct Repl {
  private var console: Console
  private var session: PromptSession

  init(console: Console, session: PromptSession) {
    self.console = console
    self.session = session
  }

  /// Runs until the lines end; false where any of them failed.
  mutating func run() -> Bool {
    var input = StandardInputLines()
    var lines = PromptLines()
    var isRight = true
    while let line = input.next() {
      guard let text = lines.add(line) else { continue }
      guard let ends = perform(text, &isRight) else { continue }
      if ends { return isRight }
    }
    if let text = lines.rest() { _ = perform(text, &isRight) }
    console.flush()
    return isRight
  }

  /// Answers one entry; whether it ends the session.
  private mutating func perform(_ text: String, _ isRight: inout Bool) -> Bool? {
    let answer = session.answer(text)
    console.output(answer.text)
    if let failure = answer.failure {
      isRight = false
      // What was computed before stands before the message where both go to one place.
      console.flush()
      console.message(failure.text(colour: console.usesColour))
    }
    if !answer.remarks.isEmpty {
      console.flush()
      console.message(answer.remarks)
    }
    return answer.ends
  }
}
