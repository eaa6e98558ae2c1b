/// What error codes mean, for people to read.
package enum ExplainTask {
  /// All codes with their titles, one a line.
  package static var list: String {
    ErrorCode.all.map { "\($0.code)  \($0.title)\n" }.joined()
  }

  /// What one code means, with a wrong and a right example.
  package static func explanation(of text: String) throws(TaskFailure) -> String {
    guard let code = ErrorCode.named(text) else {
      let near = ErrorCode.nearest(to: text).map { "; did you mean `\($0)`?" }
      throw TaskFailure(
        "there is no code `\(text.prefix(60))`" + (near ?? "; `adc explain` lists them"),
        code: "AD1003", fault: .commandLine)
    }
    var result = "\(code.code): \(code.title)\n\n\(wrapped(code.explanation, width: 80))\n"
    result += "\nwrong:\n\n\(indented(shown(code.wrong)))"
    result += "\nright:\n\n\(indented(shown(code.right)))"
    return result
  }

  /// The page of all codes.
  package static var page: String {
    var page = """
      # Codes of messages

      What every code means, with an example that gets it and one that does not. Made from the table \
      that `adc explain` reads; a test runs the examples, fails when the page is stale, and writes it \
      again with `ADC_RECORD=1`.

      """
    for code in ErrorCode.all {
      page += "\n## \(code.code)\n\n**\(capitalized(code.title)).** \(code.explanation)\n"
      page += "\nWrong:\n\n```\n\(shown(code.wrong))```\n"
      page += "\nRight:\n\n```\n\(shown(code.right))```\n"
    }
    return page
  }

  private static func capitalized(_ title: String) -> String {
    title.prefix(1).uppercased() + title.dropFirst()
  }

  /// The files of an example and its command, long lines and long texts cut.
  private static func shown(_ example: ErrorCode.Example) -> String {
    var text = ""
    func add(_ contents: String) {
      let lines = contents.split(separator: "\n", omittingEmptySubsequences: false)
      let cut = lines.count > 16 ? lines.prefix(4) + ["…"] + lines.suffix(2) : lines[...]
      for line in cut where !(line.isEmpty && cut.last == line) {
        text += line.count > 90 ? "\(line.prefix(60))…\n" : "\(line)\n"
      }
    }
    if let command = example.command, !example.isSwift { text += "$ \(command)\n" }
    if let line = example.command, example.isSwift { text += line + "\n" }
    if !example.model.isEmpty {
      if example.command != nil { text += "// model.ad\n" }
      add(example.model)
    }
    for (name, contents) in example.files {
      text += "// \(name)\n"
      add(contents)
    }
    return text
  }

  private static func indented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: true).map { "  \($0)\n" }.joined()
  }

  private static func wrapped(_ text: String, width: Int) -> String {
    var lines = [""]
    for word in text.split(separator: " ") {
      if !lines[lines.count - 1].isEmpty, lines[lines.count - 1].count + word.count >= width {
        lines.append("")
      }
      lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + word
    }
    return lines.joined(separator: "\n")
  }
}
