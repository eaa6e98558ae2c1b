import ADCKit
import Testing

/// The README's examples of the library.
@Suite struct LibraryExample {
  @Test func trains() throws {
    let model = try Model(
      parsing: """
        input x: [n]
        input y: [n]
        param slope = 0
        param shift = 0
        minimize mean((slope * x + shift - y)^2)
        train { optimizer sgd(rate: 0.1); epochs 500 }
        """)
    let run = try model.train(on: ["x": [0, 1, 2], "y": [1, 3, 5]])
    print(run.loss, run.parameters["slope"]?.number ?? 0)
    print(model.gradient?["slope"] ?? "")
    print(try Formula("x^2 * sin(x)").derivative(by: "x"))
    #expect(run.loss < 1e-12)
    #expect(abs((run.parameters["slope"]?.number ?? 0) - 2) < 1e-6)
    #expect(model.gradient?["slope"]?.isEmpty == false)
    #expect(try Formula("x^2 * sin(x)").derivative(by: "x").description.contains("cos(x)"))
  }

  @Test func evaluates() throws {
    let evaluator = try Model(contentsOfFile: "Samples/rosenbrock.ad").evaluator()
    var (point, gradient) = (evaluator.start, evaluator.start)
    for _ in 0..<10_000 {
      _ = try evaluator.valueAndGradient(at: point, into: &gradient)
      for place in point.indices { point[place] -= 1e-3 * gradient[place] }
    }
    print(evaluator.places, point)
    #expect(point.allSatisfy { abs($0 - 1) < 0.1 })
  }
}
