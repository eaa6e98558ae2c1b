import ADCSyntax

extension PromptSession {
  /// `:emit`: the model in another language, printed or written into files.
  func emit(_ typed: TypedCommand, _ answer: inout PromptAnswer) throws(PromptFailure) {
    let words = typed.operand.split(separator: " ").map(String.init)
    guard let word = words.first, let language = EmissionLanguage(rawValue: word), words.count < 3
    else {
      let names = EmissionLanguage.allCases.map(\.rawValue).joined(separator: ", ")
      throw failure(
        "AD1102", "`:emit` takes a language and a file", at: typed.range,
        fix: "write `:emit LANGUAGE`, where the language is \(names)")
    }
    let task = try modelTask(for: typed)
    var options = EmissionOptions(language: language)
    let output = words.count > 1 ? words[1] : nil
    options.stem = output.map { ModelTask.stem(of: $0) }
    do throws(TaskFailure) {
      let files = try task.emitted(options)
      guard let output else {
        for file in files { answer.text += String(decoding: file.bytes, as: UTF8.self) }
        return
      }
      answer.remarks += try ModelTask.write(files, to: output).map { "saved \($0)\n" }.joined()
    } catch {
      throw PromptFailure(error)
    }
  }
}

extension ModelTask {
  /// Refuses to write a picture under the name of another format.
  package static func checkPicture(_ path: String) throws(TaskFailure) {
    let name = path.lowercased()
    let foreign = [".png", ".jpg", ".jpeg", ".gif", ".webp", ".pdf", ".eps", ".ps", ".bmp"]
    guard let ending = foreign.first(where: name.hasSuffix) else { return }
    throw TaskFailure(
      "pictures are SVG: write `-o \(path.dropLast(ending.count)).svg`", code: "AD1003",
      fault: .commandLine, file: path)
  }

  /// Writes emitted files; several beside the one that is named. What was written.
  package static func write(
    _ files: [EmittedFile], to output: String
  ) throws(TaskFailure) -> [String] {
    let folder = output.lastIndex(of: "/").map { String(output[...$0]) } ?? ""
    var written: [String] = []
    for file in files {
      let path = files.count == 1 ? output : folder + file.name
      try write(file.bytes, to: path)
      written.append(path)
    }
    return written
  }
}
