import ADCKit
import Testing

@Suite struct FormulaTests {
  @Test func differentiates() throws {
    let formula = try Formula("x^2 * sin(x)")
    #expect(formula.variables == ["x"])
    let slope = try formula.derivative(by: "x")
    #expect(slope.description.contains("cos(x)"))
    let (x, sine, cosine) = (1.0, 0.8414709848078965, 0.5403023058681398)
    #expect(try formula.value(at: ["x": x]).isClose(to: sine))
    #expect(try slope.value(at: ["x": x]).isClose(to: 2 * sine + cosine))
    let second = try slope.derivative(by: "x")
    #expect(try second.value(at: ["x": x]).isClose(to: 2 * sine + 4 * cosine - sine))
  }

  @Test func derivativesThatAreNumbers() throws {
    let slope = try Formula("3*x + y").derivative(by: "x")
    #expect(slope.description == "3")
    #expect(try slope.value() == 3)
    #expect(try Formula("x").derivative(by: "z").description == "0")
  }

  @Test func printedFormsAreFormulasAgain() throws {
    let slope = try Formula("log(1 + exp(-a*b)) / (a^2 + b^2)").derivative(by: "a")
    let again = try Formula(slope.description)
    let point = ["a": 0.3, "b": -1.7]
    #expect(try again.value(at: point).isClose(to: try slope.value(at: point)))
  }

  @Test(arguments: ["", "x +", "sin(", "[1, 2]", "sinn(x)", "x @ y", "\u{0}", ")"])
  func refusesMistakes(_ text: String) {
    #expect { try Formula(text) } throws: { error in
      guard let error = error as? ModelError else { return false }
      return !error.diagnostics.isEmpty && error.diagnostics.allSatisfy { !$0.text.isEmpty }
    }
  }

  @Test func asksForMissingValues() throws {
    let formula = try Formula("x + y")
    #expect(throws: ModelError.self) { try formula.value(at: ["x": 1]) }
    #expect(try formula.value(at: ["x": 1, "y": .nan, "z": 0]).isNaN)
  }
}
