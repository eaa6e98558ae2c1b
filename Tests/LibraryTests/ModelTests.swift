import ADCKit
import Testing

@Suite struct ModelTests {
  @Test func describesItself() throws {
    let model = try Model(parsing: Line.text)
    #expect(model.parameters.map(\.name) == ["W", "b"])
    #expect(model.parameters.map(\.shape) == [["1", "1"], ["1"]])
    #expect(model.inputs.map(\.name) == ["x", "y"])
    #expect(model.inputs.map(\.shape) == [["n", "1"], ["n", "1"]])
    #expect(model.outputs == ["prediction"])
    #expect(model.warnings.isEmpty)
    let start = try model.initialParameters()
    #expect(start["W"]?.shape == [1, 1])
    #expect(start["W"]?.number == 0.5)
    #expect(start["b"]?.values == [-1])
  }

  @Test func evaluatesLossAndGradient() throws {
    let model = try Model(parsing: Line.text)
    let data = try Line.data()
    let expected = Line.expected(0.5, -1)
    #expect(try model.value(on: data).isClose(to: expected.loss))
    let other: [String: Tensor] = [
      "W": try Tensor(shape: [1, 1], values: [1.25]), "b": [0.75],
    ]
    let (value, gradient) = try model.valueAndGradient(at: other, on: data)
    let there = Line.expected(1.25, 0.75)
    #expect(value.isClose(to: there.loss))
    #expect(gradient["W"]?.shape == [1, 1])
    #expect(try #require(gradient["W"]?.number).isClose(to: there.slope))
    #expect(try #require(gradient["b"]?.number).isClose(to: there.shift))
    #expect(try model.value(at: other, on: data) == value)
  }

  @Test func predicts() throws {
    let model = try Model(parsing: Line.text)
    let parameters: [String: Tensor] = ["W": try Tensor(rows: [[2]]), "b": [1]]
    // No output reads y.
    let outputs = try model.predict(at: parameters, on: ["x": try Tensor(rows: [[3], [4]])])
    #expect(outputs["prediction"] == (try Tensor(rows: [[7], [9]])))
  }

  @Test func showsItsGradient() throws {
    let gradient = try #require(try Model(parsing: Line.text).gradient)
    let slope = try #require(gradient["W"])
    #expect(slope.contains("x' @"))
    #expect(gradient["b"] != nil)
    #expect(gradient["c"] == nil)
    // The printed program computes the gradient.
    let program = try Model(parsing: gradient.description)
    let outputs = try program.predict(on: try Line.data())
    let expected = Line.expected(0.5, -1)
    #expect(try #require(outputs["loss"]?.number).isClose(to: expected.loss))
    #expect(try #require(outputs["d_W"]?.number).isClose(to: expected.slope))
    #expect(try #require(outputs["d_b"]?.number).isClose(to: expected.shift))
  }

  @Test func drawsBySeed() throws {
    let model = try Model(parsing: "param w: [3] ~ normal(0, 1)\nminimize sum(w^2)")
    let first = try model.initialParameters(seed: 1)
    #expect(try model.initialParameters(seed: 1) == first)
    #expect(try model.initialParameters(seed: 2) != first)
  }

  @Test func takesValuesFromOutside() throws {
    let model = try Model(
      parsing: "const k = 2\nparam w = 1\nminimize k * w", values: ["k": "3", "w": "2^2"])
    #expect(try model.value() == 12)
  }

  @Test func threadsShareOneModel() async throws {
    let model = try Model(parsing: Line.text)
    let data = try Line.data()
    let alone = try model.train(on: data)
    let gradient = try model.valueAndGradient(on: data).gradient
    let runs = try await withThrowingTaskGroup(
      of: ([String: Tensor], [String: Tensor]).self
    ) { group in
      for _ in 0..<8 {
        group.addTask {
          (
            try model.train(on: data).parameters,
            try model.valueAndGradient(on: data).gradient
          )
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(runs.count == 8)
    for run in runs {
      #expect(run.0 == alone.parameters)
      #expect(run.1 == gradient)
    }
  }
}
