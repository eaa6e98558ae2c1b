import ADCKit
import Testing

@Suite struct ErrorTests {
  /// The error of a call that must not succeed.
  private func mistake(_ body: () throws -> Void) throws -> ModelError {
    do {
      try body()
    } catch {
      return try #require(error as? ModelError)
    }
    throw Missing()
  }

  private struct Missing: Error {}

  @Test func mistakesInTextsHavePlaces() throws {
    let error = try mistake {
      _ = try Model(parsing: "param w = 1\nminimize sinn(w)", name: "m.ad")
    }
    let first = try #require(error.diagnostics.first)
    #expect(first.line == 2)
    #expect(first.column == 10)
    #expect(first.code.hasPrefix("AD"))
    #expect(first.message.contains("sinn"))
    #expect(first.text.hasPrefix("m.ad:2:10: error"))
    #expect(first.text.contains("minimize sinn(w)"))
    #expect(error.description == error.diagnostics.map(\.text).joined(separator: "\n"))
  }

  @Test func missingFilesAreErrors() throws {
    let error = try mistake { _ = try Model(contentsOfFile: "/nowhere/at/all.ad") }
    #expect(error.description.contains("/nowhere/at/all.ad"))
    let model = try Model(parsing: Line.text)
    #expect(throws: ModelError.self) { try model.value(on: .table(path: "/nowhere.csv")) }
    #expect(throws: ModelError.self) { try model.value() }
  }

  @Test func dataOfOtherShapesAreErrors() throws {
    let model = try Model(parsing: Line.text)
    let column = try Tensor(shape: [2, 1], values: [1, 2])
    let wrong: [Model.Data] = [
      [:], ["x": column], ["x": column, "y": [1, 2]], ["x": column, "y": 3],
      ["x": column, "y": try Tensor(shape: [3, 1], values: [1, 2, 3])],
      ["x": column, "y": try Tensor(shape: [1, 2], values: [1, 2])],
      ["x": column, "y": column, "z": column],
      ["x": try Tensor(shape: [0, 0], values: []), "y": column],
    ]
    for data in wrong {
      #expect(throws: ModelError.self) { try model.value(on: data) }
      #expect(throws: ModelError.self) { try model.valueAndGradient(on: data) }
      #expect(throws: ModelError.self) { try model.train(on: data) }
      #expect(throws: ModelError.self) { _ = try model.evaluator(for: data) }
    }
    #expect(throws: ModelError.self) { try model.predict(on: ["y": column]) }
  }

  @Test func parametersOfOtherShapesAreErrors() throws {
    let model = try Model(parsing: Line.text)
    let data = try Line.data()
    let matrix = try Tensor(rows: [[1]])
    let wrong: [[String: Tensor]] = [
      [:], ["W": matrix], ["W": matrix, "b": 1], ["W": [1], "b": [1]],
      ["W": matrix, "b": [1, 2]], ["W": matrix, "b": [1], "c": 0],
      ["W": try Tensor(shape: [1, 0], values: []), "b": [1]],
    ]
    for parameters in wrong {
      #expect(throws: ModelError.self) { try model.value(at: parameters, on: data) }
      #expect(throws: ModelError.self) { try model.valueAndGradient(at: parameters, on: data) }
      #expect(throws: ModelError.self) { try model.predict(at: parameters, on: data) }
      #expect(throws: ModelError.self) { try model.train(on: data, from: parameters) }
    }
    let near = try mistake { _ = try model.value(at: ["W": matrix, "b": [1], "bb": 0], on: data) }
    #expect(near.description.contains("`b`"))
  }

  @Test func numbersThatAreNoneAreNumbers() throws {
    let model = try Model(parsing: Line.text)
    let column = try Tensor(shape: [2, 1], values: [1, .nan])
    #expect(try model.value(on: ["x": column, "y": column]).isNaN)
    let run = try model.train(on: ["x": column, "y": column])
    #expect(run.reason == .notFinite)
    #expect(run.steps == 0)
    #expect(run.parameters["W"]?.number == 0.5)
    let start: [String: Tensor] = ["W": try Tensor(rows: [[.infinity]]), "b": [0]]
    let finite = try Tensor(shape: [1, 1], values: [1])
    #expect(try model.value(at: start, on: ["x": finite, "y": finite]) == .infinity)
  }

  @Test func noRowsAtAll() throws {
    let model = try Model(parsing: Line.text)
    let none = try Tensor(shape: [0, 1], values: [])
    let data: Model.Data = ["x": none, "y": none]
    #expect(try model.value(on: data).isNaN)
    #expect(try model.predict(on: data)["prediction"]?.shape == [0, 1])
    let evaluator = try model.evaluator(for: data)
    #expect(try evaluator.value(at: evaluator.start).isNaN)
    let outcome = Result { try model.train(on: data) }
    switch outcome {
    case .success(let run): #expect(run.reason == .notFinite)
    case .failure(let error): #expect(error is ModelError)
    }
  }

  @Test func modelsWithoutAnObjective() throws {
    let model = try Model(parsing: "input x: [n]\nlet double = 2 * x\noutput double")
    #expect(model.gradient == nil)
    #expect(throws: ModelError.self) { try model.value(on: ["x": [1]]) }
    #expect(throws: ModelError.self) { try model.train(on: ["x": [1]]) }
    #expect(throws: ModelError.self) { _ = try model.evaluator(for: ["x": [1]]) }
    #expect(try model.predict(on: ["x": [1, 2]])["double"] == [2, 4])
  }

  @Test func indicesOutOfTheTable() throws {
    let model = try Model(
      parsing: """
        input i: [n]
        param E: [3, 2] = 1
        minimize sum(E[i])
        """)
    #expect(try model.value(on: ["i": [0, 2]]) == 4)
    for wrong in [3, -1, 0.5, .nan, .infinity, 1e300] {
      #expect(throws: ModelError.self) { try model.value(on: ["i": Tensor([wrong])]) }
    }
  }

  @Test func tensorsKeepTheirPromise() throws {
    #expect(throws: ModelError.self) { try Tensor(shape: [2, 2], values: [1, 2, 3]) }
    #expect(throws: ModelError.self) { try Tensor(shape: [-1, -1], values: [1]) }
    #expect(throws: ModelError.self) { try Tensor(shape: [.max, 2], values: []) }
    #expect(throws: ModelError.self) { try Tensor(rows: [[1, 2], [3]]) }
    #expect(try Tensor(rows: []).shape == [0, 0])
    #expect(try Tensor(rows: [[1, 2], [3, 4]]).description == "[[1, 2], [3, 4]]")
    #expect(Tensor(2.5).description == "2.5")
    #expect(try Tensor(shape: [2, 0], values: []).description.isEmpty == false)
    #expect((1.5 as Tensor).shape == [])
    #expect(([1, 2] as Tensor).number == nil)
  }
}
