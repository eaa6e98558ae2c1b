import ADCCalculus
import ADCKit
import ADCMachine
import ADCSyntax
import ADCTraining
import TestSupport
import Testing

/// What is done for many small runs at once, beside the same one by one by the interpreter.
@Suite("Short runs have the bits of long ones")
struct ShortRunTests {
  private static let vectors: [Assembler.Vector] = [.four, .eight].filter {
    $0.rawValue <= ProcessorFeatures.widestVector?.rawValue ?? 0
  }

  private static let settings: [ExecutionSettings] =
    [ExecutionSettings(engine: .interpreter), ExecutionSettings()]
    + vectors.flatMap { vector in
      [Engine.automatic, .native].map { ExecutionSettings(engine: $0, vector: vector) }
    }

  private static func session(
    _ text: String, _ settings: ExecutionSettings, rows: Int = 45
  ) throws -> Session {
    let model = try Compiler.compile(SourceText(name: "test", text: text))
    let x = (0..<rows).map { Double(($0 * 37) % 101) / 50 - 1 }
    let y = (0..<rows).map { Double(($0 * 29) % 31) / 15 - 1 }
    let dataset = try Dataset.load(
      model.description, model.program, needed: [],
      arrays: [
        "x": ShapedValues(shape: [rows], values: x), "y": ShapedValues(shape: [rows], values: y),
      ])
    return try Session(
      model.program, model.description, dataset: dataset, settings: settings)
  }

  private struct Outcome: Equatable {
    var parameters: [UInt64] = []
    var losses: [UInt64] = []
    var step = 0
    var failure: Int?
  }

  /// - Parameter traced: whether each update is told of, so that they are done one by one.
  private static func train(
    _ text: String, _ settings: ExecutionSettings, traced: Bool
  ) throws -> Outcome {
    let session = try session(text, settings)
    var options = TrainingOptions()
    if traced { options.trace = [0] }
    var outcome = Outcome()
    var trainer = Trainer(session, options: options) { event in
      if case .epoch(_, _, let loss, _, _) = event { outcome.losses.append(loss.bitPattern) }
    }
    let result = try trainer.run()
    outcome.parameters = try session.parameters().flatMap { $0.array.values.map(\.bitPattern) }
    (outcome.step, outcome.failure) = (result.steps, result.failure?.step)
    return outcome
  }

  /// Trains one by one by the interpreter, and several at once with all settings.
  private static func compare(_ text: String) throws -> Outcome {
    let expected = try train(text, settings[0], traced: true)
    for settings in settings {
      #expect(try train(text, settings, traced: false) == expected, "\(settings)")
    }
    return expected
  }

  @Test(
    "for updates from batches",
    arguments: [1, 2, 7, 8, 15, 16, 17, 32, 44, 45], ["sgd(rate: 0.01)", "adam(rate: 0.01)"])
  func updates(batch: Int, optimizer: String) throws {
    for precision in ["", "precision single\n"] {
      let outcome = try Self.compare(
        """
        \(precision)input x: [n]
        input y: [n]
        param W = 2
        param b: [2] = [0, 1]
        let z = W * x + b[0] + exp(b[1] * x)
        minimize mean((z - y)^2)
        train { optimizer \(optimizer); epochs 60; batch \(batch); shuffle false }
        """)
      #expect(outcome.losses.count == 60)
    }
  }

  @Test("where the loss stops being finite, with the last good parameters")
  func divergence() throws {
    let outcome = try Self.compare(
      """
      input x: [n]
      input y: [n]
      param W = 2
      minimize mean((W * x - y)^2)
      train { optimizer sgd(rate: 9); epochs 60; batch 6; shuffle false }
      """)
    #expect(outcome.failure != nil)
  }

  @Test("for evaluations, also where some lanes have exceptions")
  func evaluations() throws {
    let text = """
      input x: [n]
      input y: [n]
      param a = 1
      param b = 1
      minimize sum((a * sin(b * x) - y)^2) + cos(b) * a
      """
    let sessions = try Self.settings.map { try Self.session(text, $0, rows: 21) }
    let functions = try sessions.map { session in
      session.feed(rows: session.allRows)
      return try session.function(FunctionName.gradient, rows: 21)
    }
    // The code has no sines of large angles.
    let points = [0.5, 1e7, -3, .infinity, 0, 2e9, .nan, 1]
    for call in 0..<3000 {
      let point = points[call % points.count]
      var found: [[UInt64]] = []
      for (session, function) in zip(sessions, functions) {
        for parameter in session.description.parameters {
          session.memory.write([point], to: parameter.symbol)
        }
        try session.evaluate(function)
        found.append(
          (0..<3).map {
            let value = function.scalar(ofOutput: $0)
            return value.isNaN ? 0 : value.bitPattern
          })
      }
      #expect(found.allSatisfy { $0 == found[0] }, "call \(call)")
    }
  }
}
