import ADCKit
import ADCPlatform

// What belongs to writing models: their layout, what messages mean, and the editor's server.

extension Shell {
  mutating func format(_ arguments: Arguments) throws(TaskFailure) {
    let isCheck = arguments.has("--check")
    if arguments.operands == ["-"] {
      let bytes = CurrentProcess.readStandardInput(limit: 1 << 28)
      let task = try FormatTask(path: "standard input", bytes: bytes)
      if !isCheck { console.output(task.text) }
      if isCheck, task.changes { throw Self.wouldChange(1) }
      return
    }
    var failures: [TaskFailure] = []
    var changed = 0
    for path in arguments.operands {
      do throws(TaskFailure) {
        let task = try FormatTask(path: path)
        guard task.changes else { continue }
        changed += 1
        if isCheck { console.output(path + "\n") } else { try task.write() }
      } catch {
        failures.append(error)
      }
    }
    if let failure = TaskFailure(failures) { throw failure }
    if isCheck, changed > 0 { throw Self.wouldChange(changed) }
  }

  mutating func explain(_ arguments: Arguments) throws(TaskFailure) {
    guard let code = arguments.operands.first else {
      console.output(ExplainTask.list)
      return
    }
    console.output(try ExplainTask.explanation(of: code))
  }

  /// Answers an editor until it says `exit` or is gone.
  mutating func serve() {
    var server = LanguageServer()
    while !server.hasEnded {
      let bytes = CurrentProcess.readStandardInput()
      var problem = ""
      guard !bytes.isEmpty,
        CurrentProcess.write(server.receive(bytes), to: 1, problem: &problem)
      else { break }
    }
    status = server.status
  }

  private static func wouldChange(_ count: Int) -> TaskFailure {
    TaskFailure(
      count == 1
        ? "one file is not laid out; `adc fmt` does it"
        : "\(count) files are not laid out; `adc fmt` does it", code: "AD0610")
  }
}
