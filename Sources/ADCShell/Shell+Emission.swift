import ADCKit

extension Shell {
  /// `emit`: the model in another language.
  mutating func emit(_ arguments: Arguments) throws(TaskFailure) {
    let names = EmissionLanguage.allCases.map(\.rawValue).joined(separator: ", ")
    guard let word = arguments.value("--to") else {
      throw TaskFailure(
        "`--to` says in which language: \(names)", code: "AD1003", fault: .commandLine)
    }
    guard let language = EmissionLanguage(rawValue: word) else {
      let near = EmissionLanguage.allCases.map(\.rawValue).first { $0.hasPrefix(word) }
      throw TaskFailure(
        "`--to` takes \(names), and not `\(word)`" + (near.map { "; did you mean `\($0)`?" } ?? ""),
        code: "AD1003", fault: .commandLine)
    }
    var request = EmissionOptions(language: language)
    request.parts = (arguments.value("--what") ?? "").split(separator: ",").map(String.init)
    request.prefix = arguments.value("--prefix")
    if let word = arguments.value("--functions") {
      guard let functions = EmissionOptions.Functions(rawValue: word) else {
        throw TaskFailure(
          "`--functions` takes `auto`, `own` or `library`, and not `\(word)`", code: "AD1003",
          fault: .commandLine)
      }
      request.functions = functions
    }
    request.isDistributed = arguments.hasFlag("--distributed")
    var settings = try options(arguments)
    settings.keepsNames = true
    let task = try ModelTask(path: arguments.operands[0], options: settings)
    if !task.warnings.isEmpty { console.message(task.warnings) }
    let output = arguments.value("-o")
    request.stem = output.map { ModelTask.stem(of: $0) }
    let files = try task.emitted(request)
    guard let output else {
      for file in files { console.output(String(decoding: file.bytes, as: UTF8.self)) }
      return
    }
    let written = try ModelTask.write(files, to: output)
    if !written.contains(output) {
      console.message("written: \(written.joined(separator: ", "))\n")
    }
  }
}
