import ADCKit
import Testing

/// A model in single precision beside the same one in double.
@Suite struct PrecisionTests {
  private let single: Model
  private let double: Model

  init() throws {
    single = try Model(parsing: "precision single\n" + Line.text)
    double = try Model(parsing: "precision double\n" + Line.text)
  }

  @Test func valuesAreSingles() throws {
    let data = try Line.data()
    let found = try single.valueAndGradient(on: data)
    let expected = try double.valueAndGradient(on: data)
    #expect(found.value == Double(Float(found.value)))
    #expect(found.value.isClose(to: expected.value, within: 1e-6))
    for name in ["W", "b"] {
      let (value, other) = (found.gradient[name]?.number ?? 0, expected.gradient[name]?.number ?? 1)
      #expect(value == Double(Float(value)) && value.isClose(to: other, within: 1e-5))
    }
  }

  @Test func evaluatorsTakePoints() throws {
    let evaluator = try single.evaluator(for: try Line.data())
    let reference = try double.evaluator(for: try Line.data())
    var (gradient, expected) = ([0.0, 0.0], [0.0, 0.0])
    for step in 0..<20 {
      let point = [Double(step) * 0.1, 1 - Double(step) * 0.05]
      _ = try evaluator.valueAndGradient(at: point, into: &gradient)
      _ = try reference.valueAndGradient(at: point, into: &expected)
      for (value, other) in zip(gradient, expected) {
        #expect(value.isClose(to: other, within: 1e-5))
      }
    }
    // Second derivatives are computed in double, of data in single.
    let hessians = (try evaluator.hessian(at: [0, 0]), try reference.hessian(at: [0, 0]))
    for (value, other) in zip(hessians.0.values, hessians.1.values) {
      #expect(value.isClose(to: other, within: 1e-6))
    }
  }
}
