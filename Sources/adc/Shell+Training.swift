import ADCKit
import ADCPlatform

extension Shell {
  mutating func train(_ arguments: Arguments) throws(TaskFailure) {
    let task = try task(arguments)
    let wantsJSON = arguments.has("--json")
    var trace: Set<Int> = []
    for part in arguments.value("--trace").map({ $0.split(separator: ",") }) ?? [] {
      guard let step = Int(part), step >= 1 else {
        throw TaskFailure(
          "`--trace` takes numbers of updates, `1,2,5`, and `\(part)` is none", code: "AD1003",
          fault: .commandLine)
      }
      trace.insert(step)
    }
    CurrentProcess.catchInterruptions()
    let display = TrainingDisplay(console: console, wantsJSON: wantsJSON)
    let outcome: TrainingOutcome
    do throws(TaskFailure) {
      outcome = try task.train(
        trace: trace, isInterrupted: { CurrentProcess.isInterrupted }, wantsJSON: wantsJSON,
        onNews: { display.show($0) })
    } catch {
      display.finish()
      throw error
    }
    display.finish()
    if let path = arguments.value("--save") { try ModelTask.save(outcome, to: path) }
    if let failure = outcome.failure { throw failure }
    try show(outcome.report, arguments)
    if CurrentProcess.isInterrupted {
      throw TaskFailure("interrupted", code: "AD0902", fault: .interruption)
    }
  }
}
