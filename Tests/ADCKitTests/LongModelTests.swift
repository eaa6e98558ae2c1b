import ADCCalculus
import ADCKit
import ADCMachine
import ADCSyntax
import ADCTraining
import Testing

/// Models that are long in one direction: the time must grow with their length, and the stack must
/// not grow at all.
@Suite(.serialized) struct LongModelTests {
  private static func compile(
    _ text: String, _ what: String
  ) throws -> (model: CompiledModel, time: Duration) {
    var model: CompiledModel?
    let time = try ContinuousClock().measure {
      model = try Compiler.compile(SourceText(name: what, text: text))
    }
    print("\(what): compiled in \(time)")
    return (try #require(model), time)
  }

  private static func gradient(_ model: CompiledModel) throws -> (Double, Double) {
    let session = try Session(model.program, model.description, dataset: Dataset())
    let function = try session.evaluate(FunctionName.gradient, rows: session.allRows)
    return (function.scalar(ofOutput: 0), function.scalar(ofOutput: 1))
  }

  /// One sum of a million terms of four kinds.
  @Test func oneExpressionOfAMillionTerms() throws {
    var text = "param x = 2\nminimize 0"
    for place in 0..<250_000 { text += " + x*1.0001 + 0.5 - x/3 + sin(x + \(place))" }
    let (model, time) = try Self.compile(text, "a sum of 1000000 terms")
    #expect(time < .seconds(60))
    let (_, slope) = try Self.gradient(model)
    #expect(slope.isFinite)
  }

  /// Each line uses the one before, twice.
  @Test func aHundredThousandLines() throws {
    let count = 100_000
    var text = "param x = 0.5\nlet f0 = x\n"
    for k in 1...count { text += "let f\(k) = f\(k - 1) + 0.00001 * sin(f\(k - 1))\n" }
    text += "minimize f\(count)"
    let (model, time) = try Self.compile(text, "a chain of \(count) lines")
    #expect(time < .seconds(60))
    let symbolic = try #require(model.symbolic)
    #expect(symbolic.gradientOperations <= 4 * symbolic.lossOperations)
    var (value, slope) = (0.5, 1.0)
    for _ in 0..<count {
      slope *= 1 + 0.00001 * cosine(value)
      value += 0.00001 * sine(value)
    }
    let (loss, derivative) = try Self.gradient(model)
    #expect((loss - value).magnitude <= 1e-9)
    #expect((derivative - slope).magnitude <= 1e-9)
  }

  /// Exponents that multiply to more than an integer holds.
  @Test(arguments: ["x", "x*y", "2*x", "x + y", "1/x", "1/(x + y)", "x/(1 + y)"])
  func powersOfPowers(_ base: String) throws {
    var power = "(\(base))"
    for _ in 0..<14 { power = "(\(power))^8" }
    let text = "param x = 1\nparam y = 0\nminimize \(power)*\(power) + x/\(power) + y"
    let (model, _) = try Self.compile(text, "powers of powers of \(base)")
    let symbolic = try #require(model.symbolic)
    #expect(symbolic.gradientOperations > 0)
  }

  /// Each line is a product with the one before, which nothing else uses; and products of as many
  /// factors as are kept in one place, within others.
  @Test func aChainOfProducts() throws {
    let count = 100_000
    var text = "param x = 0.5\nlet f0 = x\n"
    for k in 1...count { text += "let f\(k) = f\(k - 1)*sin(x + \(k % 7))\n" }
    let few = (0..<15).map { "sin(x + \($0))" }.joined(separator: "*")
    let more = (0..<15).map { "cos(x + \($0))" }.joined(separator: "*")
    text += "minimize f\(count) + \(few)*(\(more))*(\(few))"
    let (model, time) = try Self.compile(text, "a chain of \(count) products")
    #expect(time < .seconds(60))
    let (_, slope) = try Self.gradient(model)
    #expect(slope.isFinite)
  }

  /// Each line chooses by the one before, what is taken being on one side or on both; or it is the
  /// square of the one before.
  @Test(arguments: [
    "max(1.0001*#, x)", "min(abs(#)*1.0001, 5 + y)", "clamp(#*1.0001, 0.1, 10)*cos(y)",
    "if # > 0 then sqrt(#)*1.01 else 0", "hinge(#, y)",
    "if # > 0 then (if # > 0.5 then sqrt(#) else #*1.01) else (if # < -1 then #/2 else #*x)",
    "if x > y then # else 0", "#^2",
  ]) func aChainOf(_ line: String) throws {
    let count = 20_000
    var text = "param x = 0.5\nparam y = 0.3\nlet f0 = x\n"
    for k in 1...count {
      let value = line.split(separator: "#", omittingEmptySubsequences: false)
        .joined(separator: "f\(k - 1)")
      text += "let f\(k) = \(value)\n"
    }
    text += "minimize f\(count)*y"
    let (model, time) = try Self.compile(text, "a chain of \(count) lines \(line)")
    #expect(time < .seconds(60))
    let (_, slope) = try Self.gradient(model)
    #expect(slope.isFinite)
  }

  /// Operators that cannot be one list: products and quotients within sums, by turns.
  @Test func aDeepMixtureOfOperators() throws {
    let count = 30_000
    var text = "param x = 0.5\nlet f0 = x\n"
    for k in 1...count { text += "let f\(k) = (f\(k - 1) * 1.0001 + 0.5 - x/3) / 1.5\n" }
    text += "minimize f\(count)"
    let (model, time) = try Self.compile(text, "a mixture of \(count) lines")
    #expect(time < .seconds(60))
    var (value, slope) = (0.5, 1.0)
    for _ in 0..<count {
      value = (value * 1.0001 + 0.5 - 0.5 / 3) / 1.5
      slope = (slope * 1.0001 - 1.0 / 3) / 1.5
    }
    let (loss, derivative) = try Self.gradient(model)
    #expect((loss - value).magnitude <= 1e-9 * value.magnitude)
    #expect((derivative - slope).magnitude <= 1e-9 * slope.magnitude)
  }

  private func sine(_ x: Double) -> Double { Sin.evaluate(x) }
  private func cosine(_ x: Double) -> Double { Cos.evaluate(x) }
}
