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
    let interval = try arguments.count("--save-every", least: 1)
    let saving = arguments.value("--save").map { RunSaving(path: $0, interval: interval) }
    if interval != nil, saving == nil {
      throw TaskFailure(
        "`--save-every` needs a file: add `--save FILE`", code: "AD1003", fault: .commandLine)
    }
    let log = try arguments.value("--log").map { path throws(TaskFailure) in
      try TrainingLog(path: path)
    }
    CurrentProcess.catchInterruptions()
    let display = TrainingDisplay(console: console, wantsJSON: wantsJSON)
    let outcome: TrainingOutcome
    do throws(TaskFailure) {
      outcome = try task.train(
        trace: trace, isInterrupted: { CurrentProcess.isInterrupted }, wantsJSON: wantsJSON,
        saving: saving,
        onNews: { news in
          display.show(news)
          if let trouble = log?.add(news) { display.remark(trouble) }
        })
    } catch {
      display.finish()
      if let trouble = log?.add(error.json) { console.message(trouble) }
      throw error
    }
    display.finish()
    if let trouble = log?.end(outcome) { console.message(trouble) }
    var failure = outcome.failure
    if let path = arguments.value("--save") {
      // What a run has found is shown even where it cannot be kept.
      do throws(TaskFailure) { try ModelTask.save(outcome, to: path) } catch {
        if failure == nil { show(outcome.report, arguments) }
        failure = error
      }
    }
    if let failure { throw failure }
    show(outcome.report, arguments)
    if !wantsJSON, arguments.has("--plot") || CurrentProcess.isTerminal(1),
      let fit = outcome.fitView()
    {
      console.output("\n")
      draw(fit.charts)
    }
    if CurrentProcess.isInterrupted {
      throw Self.interruption(of: outcome, savedAs: arguments.value("--save"))
    }
  }

  /// Where a run was interrupted, and how it goes on.
  private static func interruption(
    of outcome: TrainingOutcome, savedAs path: String?
  ) -> TaskFailure {
    var message = "interrupted" + (outcome.place.map { " \($0)" } ?? "")
    if let path {
      message += "; \(path) has the parameters, and "
      message +=
        outcome.place == nil ? "`--from \(path)` starts there" : "`--resume \(path)` goes on"
    } else {
      message += "; nothing is saved, which takes `--save FILE`"
    }
    return TaskFailure(message, code: "AD0902", fault: .interruption)
  }
}
