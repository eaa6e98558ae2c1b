import ADCKit
import Testing

/// Errors of a fit through the library.
@Suite struct FitTests {
  private static let model = """
    input x: [n]
    input y: [n]
    param a = 0
    param b = 0
    fit y ~ a + b*x
    report a/b as root
    """

  private func data() -> Model.Data { ["x": [0, 1, 2, 3], "y": [1.1, 2.9, 5.2, 6.8]] }

  /// By hand: the slope is 1.94, and the sum of squares about the mean of x is 5.
  @Test func errorsOfALine() throws {
    let run = try Model(parsing: Self.model).train(on: data())
    let fit = try #require(run.fit)
    #expect(run.reason == .converged)
    #expect(fit.degreesOfFreedom == 2)
    let scale = (0.082 / 2).squareRoot()
    #expect(abs(fit.residualStandardError - scale) < 1e-12)
    let error = try #require(fit.standardErrors["b"]?.number)
    #expect(abs(error - scale / 5.0.squareRoot()) < 1e-12)
    let half = 0.95 * (2 / (4 * 0.975 * 0.025)).squareRoot() * error
    #expect(abs(try #require(fit.upperBounds["b"]?.number) - 1.94 - half) < 1e-10)
    #expect(fit.componentNames == ["a", "b"])
    #expect(abs(fit.correlations.values[1] + 1.5 / 3.5.squareRoot()) < 1e-12)
    #expect(abs(try #require(run.reports["root"]?.number) - 1.09 / 1.94) < 1e-12)
    #expect(try #require(fit.reportErrors["root"]?.number) > 0)
    #expect(abs(try #require(fit.rSquared["y"]) - (1 - 0.082 / 18.9)) < 1e-12)
  }

  @Test func profilesAndLevels() throws {
    var options = Training.Options()
    options.confidenceLevel = 0.5
    options.profilesLikelihood = true
    let model = try Model(parsing: Self.model)
    let wide = try #require(try model.train(on: data()).fit)
    let narrow = try #require(try model.train(on: data(), options: options).fit)
    let (outer, inner) = (wide.upperBounds["a"]?.number, narrow.upperBounds["a"]?.number)
    #expect(try #require(outer) > #require(inner))
    options.confidenceLevel = 1
    #expect(throws: ModelError.self) { try model.train(on: data(), options: options) }
  }

  @Test func whatIsNoFitHasNoErrors() throws {
    let model = try Model(parsing: "param x = 1\nminimize (x - 2)^2\nreport x^2 as square")
    let run = try model.train()
    #expect(run.fit == nil)
    #expect(abs(try #require(run.reports["square"]?.number) - 4) < 1e-12)
  }
}
