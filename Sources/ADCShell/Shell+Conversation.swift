import ADCKit

extension Shell {
  /// `adc repl`.
  mutating func converse(_ arguments: Arguments) throws(TaskFailure) {
    var session = PromptSession()
    if let path = arguments.operands.first {
      let remark = try session.load(model: path, options: try options(arguments))
      console.message(remark)
    }
    var repl = Repl(console: console, session: session)
    if !repl.run() { status = TaskFailure.Fault.model.rawValue }
  }
}
