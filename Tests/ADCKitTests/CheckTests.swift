import ADCKit
import ADCSyntax
import Testing

/// `check` is a judge of its own: it sees what is wrong with a program that it did not make.
@Suite struct CheckTests {
  private func compiled(_ text: String) throws -> CompiledModel {
    try Compiler.compile(SourceText(name: "m.ad", text: text))
  }

  @Test func rightProgramsPass() throws {
    let model = try compiled("param w = 3\nminimize w^2\n")
    #expect(try ModelTask(path: "m.ad", model: model).check().isRight)
  }

  /// As a wrong law would: loss and gradient agree with each other and not with the source.
  @Test(arguments: ["2*w^2", "w^2 + 1", "w^2*1.0001"])
  func programsOfAnotherLossDoNot(other: String) throws {
    var model = try compiled("param w = 3\nminimize w^2\n")
    model.program = try compiled("param w = 3\nminimize \(other)\n").program
    let (report, isRight) = try ModelTask(path: "m.ad", model: model).check()
    #expect(!isRight)
    #expect(report.text.contains("as it is written 9"))
  }
}
