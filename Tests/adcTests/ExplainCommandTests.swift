import ADCKit
import Testing

/// The examples of `adc explain` that are commands, and the command itself.
@Suite struct ExplainCommandTests {
  static let commands = ErrorCode.all.filter { entry in
    [entry.wrong, entry.right].contains { $0.command != nil && !$0.isSwift }
  }.map(\.code)

  private func run(_ example: ErrorCode.Example, interrupted: Bool = false) -> Outcome {
    let folder = Folder()
    if !example.model.isEmpty { folder.write(example.bytes, to: "model.ad") }
    for (name, text) in example.files { folder.write(text, to: name) }
    let command = example.command ?? ""
    if interrupted {
      var ticks = 0
      return Executable.adc.run(
        command.split(separator: " ").dropFirst().map(String.init), in: folder,
        interruptWhen: {
          ticks += 1
          return ticks == 500
        })
    }
    let script = command.split(separator: " ", omittingEmptySubsequences: false)
      .map { $0 == "adc" ? "\"$ADC\"" : String($0) }.joined(separator: " ")
    return Executable.script(script, in: folder)
  }

  @Test(arguments: commands)
  func commandsAreWrongAndRight(code: String) throws {
    let entry = try #require(ErrorCode.named(code))
    let wrong = run(entry.wrong, interrupted: code == "AD0902")
    #expect(wrong.status != 0 && wrong.signal == 0)
    #expect(wrong.errors.contains("error \(code)"), "\(wrong.errors)")
    #expect(wrong.errors.split(separator: "error AD").count <= 2, "\(wrong.errors)")
    let right = run(entry.right)
    #expect(right.status == 0, "\(right.errors)")
  }

  private func adc(_ arguments: String...) -> Outcome {
    Executable.adc.run(arguments, in: Folder())
  }

  @Test func explanations() {
    let list = adc("explain")
    #expect(list.status == 0)
    #expect(list.output.split(separator: "\n").count == ErrorCode.all.count)
    #expect(list.output.contains("AD0201  a name that nothing has\n"))
    let one = adc("explain", "ad0302")
    #expect(one.status == 0)
    #expect(one.output.hasPrefix("AD0302: a matrix product whose inner dimensions differ\n\n"))
    #expect(one.output.contains("\nwrong:\n\n  input x: [n, 3]\n"))
    let none = adc("explain", "AD0320")
    #expect(none.status == 2)
    #expect(none.errors.contains("there is no code `AD0320`; did you mean `AD0"))
  }
}
