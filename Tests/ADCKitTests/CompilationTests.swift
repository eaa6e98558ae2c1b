import ADCCalculus
import ADCKit
import ADCMachine
import ADCSyntax
import ADCTraining
import Testing

@Suite struct CompilationTests {
  private static func compile(_ text: String) throws -> CompiledModel {
    try Compiler.compile(SourceText(name: "test", text: text))
  }

  private static func gradient(_ model: CompiledModel) throws -> (Double, [ShapedValues]) {
    let session = try Session(model.program, model.description, dataset: Dataset())
    let function = try session.evaluate(FunctionName.gradient, rows: session.allRows)
    return (
      function.scalar(ofOutput: 0),
      model.description.parameters.indices.map { place in
        ShapedValues(
          shape: function.sizes(ofOutput: place + 1), values: function.values(ofOutput: place + 1))
      }
    )
  }

  @Test func ignoredParametersGetZerosAndAWarning() throws {
    let model = try Self.compile("param used = 2\nparam idle = [1, 2]\nminimize used^2")
    let warning = try #require(model.warnings.first)
    #expect(model.warnings.count == 1)
    #expect(warning.severity == .warning)
    #expect(warning.message.contains("`idle`"))
    let source = try #require(model.symbolic?.source)
    #expect(source.text(warning.range) == "idle")
    let (_, gradients) = try Self.gradient(model)
    #expect(gradients.map(\.values) == [[4], [0, 0]])
  }

  /// A tree of 2^60 leaves is a graph of 60 products.
  @Test func repeatedSquaresStayLinear() throws {
    let clock = ContinuousClock()
    var text = "param x = 0.9999\nlet f0 = x\n"
    for k in 1...60 { text += "let f\(k) = f\(k - 1) * f\(k - 1)\n" }
    text += "minimize f60"
    var model: CompiledModel?
    let time = try clock.measure { model = try Self.compile(text) }
    let symbolic = try #require(model?.symbolic)
    #expect(symbolic.lossOperations <= 60)
    #expect(symbolic.gradientOperations <= 4 * 60)
    #expect(time < .seconds(1))
    let tame = text.replacing("minimize f60", with: "minimize f6")
    let (loss, gradients) = try Self.gradient(try Self.compile(tame))
    var power = 1.0
    for _ in 0..<63 { power *= 0.9999 }
    #expect((loss - power * 0.9999).magnitude <= 1e-14)
    #expect((gradients[0].values[0] - 64 * power).magnitude <= 1e-12)
  }

  @Test(arguments: [
    "if x > 0 then sqrt(x) else 0", "if x == 0 then 1 else sin(x)/x",
    "if x > 0 then x*log(x) else 0", "if x > 0 then x^1.5/x else 0",
    "sum(if [x, 1] > 0 then sqrt([x, 1]) else [0, 0])",
    "(if x > 0 then sqrt(x) else 0) + (if x > 1 then 2*sqrt(x) else x)",
    "sum(if x > 0 then sqrt(x)*[1, 2] else [0, x])",
  ])
  func branchesNotTakenDoNotReachTheGradient(_ loss: String) throws {
    let (value, gradients) = try Self.gradient(try Self.compile("param x = 0\nminimize \(loss)"))
    #expect(value.isFinite)
    for slope in gradients[0].values { #expect(slope.isFinite) }
  }

  @Test func secondDerivativesOfBranchesNotTaken() throws {
    let (value, gradients) = try Self.gradient(
      try Self.compile(
        "param x = 0\nlet f = if x > 0 then sqrt(x) else x^2\nminimize diff(f, x, x) + x"))
    #expect(value == 2)
    #expect(gradients[0].values == [1])
  }
}
