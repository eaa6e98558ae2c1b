import ADCKit
import Testing

@Suite struct TrainingTests {
  @Test func reachesTheOptimum() throws {
    let model = try Model(parsing: Line.text)
    let run = try model.train(on: try Line.data())
    let optimum = Line.optimum
    #expect(try #require(run.parameters["W"]?.number).isClose(to: optimum.slope, within: 1e-9))
    #expect(try #require(run.parameters["b"]?.number).isClose(to: optimum.shift, within: 1e-9))
    #expect(run.loss.isClose(to: Line.expected(optimum.slope, optimum.shift).loss, within: 1e-9))
    #expect(run.reason == .finished)
    #expect(run.history.count == 400)
    #expect(run.history.map(\.number) == Array(1...400))
    #expect(run.steps == 400)
    #expect(run.failure == nil)
  }

  @Test func callsBackAndStops() throws {
    let model = try Model(parsing: Line.text)
    var losses: [Double] = []
    let run = try model.train(on: try Line.data()) { epoch in
      losses.append(epoch.loss)
      return epoch.number < 5
    }
    #expect(run.reason == .interrupted)
    #expect(losses.count == 5)
    #expect(run.steps == 5)
    #expect(run.history.map(\.loss) == losses)
  }

  @Test func goesOnFromParameters() throws {
    let model = try Model(parsing: Line.text)
    let data = try Line.data()
    let half = try model.train(on: data, options: .init(epochs: 20))
    let rest = try model.train(on: data, from: half.parameters, options: .init(epochs: 20))
    // Plain gradient descent has no memory: two halves are the whole.
    let whole = try model.train(on: data, options: .init(epochs: 40))
    #expect(rest.parameters == whole.parameters)
    #expect(try model.train(on: data, options: .init(steps: 0)).loss == model.value(on: data))
  }

  @Test func divergenceIsAReason() throws {
    let model = try Model(parsing: Line.text, optimizer: "sgd(rate: 100)")
    let run = try model.train(on: try Line.data())
    #expect(run.reason == .notFinite)
    #expect(run.failure != nil)
    #expect(run.parameters.values.allSatisfy { $0.values.allSatisfy(\.isFinite) })
  }

  @Test func cancellationEndsARun() async throws {
    let model = try Model(parsing: Line.text)
    let data = try Line.data()
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try model.train(on: data)
    }
    #expect(try await task.value.reason == .interrupted)
  }

  @Test(arguments: [
    Training.Options(epochs: -1), Training.Options(steps: -1), Training.Options(batch: 0),
    Training.Options(epochs: .max), Training.Options(steps: .max), Training.Options(batch: .max),
  ])
  func refusesSettingsOutOfRange(_ options: Training.Options) throws {
    let model = try Model(parsing: Line.text)
    #expect(throws: ModelError.self) { try model.train(on: Line.data(), options: options) }
  }

  @Test func hugeSettingsInRangeDoNotOverflow() throws {
    let model = try Model(parsing: Line.text)
    let options = Training.Options(epochs: Int(Int32.max), batch: 1)
    #expect(try model.train(on: Line.data(), options: options) { _ in false }.steps == 5)
  }
}
