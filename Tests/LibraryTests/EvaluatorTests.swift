import ADCKit
import Testing

@Suite struct EvaluatorTests {
  @Test func agreesWithTheModel() throws {
    let model = try Model(parsing: Line.text)
    let data = try Line.data()
    let evaluator = try model.evaluator(for: data)
    #expect(evaluator.count == 2)
    #expect(evaluator.places.map(\.name) == ["W", "b"])
    #expect(evaluator.places.map(\.range) == [0..<1, 1..<2])
    #expect(evaluator.start == [0.5, -1])
    var gradient = [0.0, 0.0]
    for step in 0..<50 {
      let point = [Double(step) * 0.1, 1 - Double(step) * 0.05]
      let parameters: [String: Tensor] = [
        "W": try Tensor(shape: [1, 1], values: [point[0]]), "b": Tensor([point[1]]),
      ]
      let expected = try model.valueAndGradient(at: parameters, on: data)
      #expect(try evaluator.value(at: point) == expected.value)
      #expect(try evaluator.valueAndGradient(at: point, into: &gradient) == expected.value)
      #expect(gradient[0] == expected.gradient["W"]?.number)
      #expect(gradient[1] == expected.gradient["b"]?.number)
    }
  }

  @Test func descendsByHand() throws {
    let evaluator = try Model(parsing: Line.text).evaluator(for: try Line.data())
    var point = evaluator.start
    var gradient = [Double](repeating: 0, count: evaluator.count)
    for _ in 0..<400 {
      _ = try evaluator.valueAndGradient(at: point, into: &gradient)
      for index in point.indices { point[index] -= 0.1 * gradient[index] }
    }
    #expect(point[0].isClose(to: Line.optimum.slope, within: 1e-9))
    #expect(point[1].isClose(to: Line.optimum.shift, within: 1e-9))
  }

  @Test func refusesOtherLengths() throws {
    let evaluator = try Model(parsing: Line.text).evaluator(for: try Line.data())
    var gradient = [1.0, 2.0]
    #expect(throws: ModelError.self) { try evaluator.value(at: [1]) }
    #expect(throws: ModelError.self) {
      try evaluator.valueAndGradient(at: [1, 2, 3], into: &gradient)
    }
    #expect(gradient == [1, 2])
    var short = [1.0]
    #expect(throws: ModelError.self) {
      try evaluator.valueAndGradient(at: [1, 2], into: &short)
    }
  }

  @Test func readsMatrixGradients() throws {
    let model = try Model(
      parsing: "param A: [2, 3] = [[1, 2, 3], [4, 5, 6]]\nparam v = [1, 2]\nminimize sum(v @ A)")
    let evaluator = try model.evaluator()
    var gradient = [Double](repeating: .nan, count: 8)
    let value = try evaluator.valueAndGradient(at: evaluator.start, into: &gradient)
    #expect(value == 9 + 12 + 15)
    #expect(gradient == [1, 1, 1, 2, 2, 2, 6, 15])
  }
}
