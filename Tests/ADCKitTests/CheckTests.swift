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

  /// Differences follow the size of the parameter and how fast the loss moves with it.
  @Test(arguments: [
    "param b = 1e-4\nminimize exp(-800*b)", "param b = 0\nminimize exp(1e5*b) + sin(1000*b)",
    "param b = 1e-9\nminimize log(1 + 1e9*b)", "param b = 3e-5\nminimize exp(-(b/1e-4)^2)",
    "param b = 1e6\nminimize (b - 1e6)^3 + b/1000", "param b = 5e-8\nminimize 3*tanh(1e8*b)^2",
    "param b = 0\nminimize sin(2*pi*1000*b + 1)",
    "param b = [1e-12, 5e7]\nminimize sum(log(1 + 1000*b))",
  ])
  func parametersOfAnySizeAreCompared(text: String) throws {
    let model = try compiled(text + "\n")
    #expect(try ModelTask(path: "m.ad", model: model).check().isRight)
    // What is wrong by a thousandth stays wrong.
    var wrong = model
    wrong.program = try compiled(
      text.replacing("minimize ", with: "minimize 1.001*(") + ")\n"
    ).program
    #expect(try !ModelTask(path: "m.ad", model: wrong).check().isRight)
  }

  @Test func kinksAreNoMistakes() throws {
    let model = try compiled("param a = 0\nparam c = 2\nminimize relu(a) + abs(c - 2) + a^2\n")
    let (report, isRight) = try ModelTask(path: "m.ad", model: model).check()
    #expect(isRight)
    #expect(report.text.contains("1 is at a kink"))
  }

  @Test func whatIsMeantIsNoMistake() throws {
    let start = "param a = 2\nparam b = 0.5\nfn clipped(x) = max(min(x, 1), -1)\n"
    let rule = "derivative clipped(x) as meant = 1\n"
    let model = try compiled(start + rule + "minimize clipped(a)^2 + b^2\n")
    let (report, isRight) = try ModelTask(path: "m.ad", model: model).check()
    #expect(isRight)
    #expect(
      report.text.contains("1 differs as meant by the derivative of `clipped`: a  gradient 2"))
    // A rule that is meant to differ hides no other mistake.
    var wrong = model
    wrong.program = try compiled(start + rule + "minimize clipped(a)^2 + 2*b^2 - 0.25\n").program
    #expect(try !ModelTask(path: "m.ad", model: wrong).check().isRight)
  }
}
