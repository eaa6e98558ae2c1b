import Testing

/// The samples with `fit`, against what others found in the same data.
@Suite struct FitSampleTests {
  private let folder = Folder(samples: true)

  struct Estimate: Sendable {
    var name: String
    var value: Double
    /// By how much what is found may differ.
    var tolerance: Double
    var error: Double?

    init(_ name: String, _ value: Double, within tolerance: Double, error: Double? = nil) {
      (self.name, self.value, self.tolerance, self.error) = (name, value, tolerance, error)
    }
  }

  struct Sample: Sendable, CustomTestStringConvertible {
    var name: String
    var estimates: [Estimate]
    var testDescription: String { name }
  }

  static let samples: [Sample] = [
    // SciPy's `curve_fit` on the same data, with the same sigma.
    Sample(
      name: "alpha_particles",
      estimates: [
        Estimate("rate", 3.84992, within: 1e-5, error: 0.03749),
        Estimate("total", 2590.013, within: 1e-3, error: 50.9046),
      ]),
    // R's `nls` on the same data (Bates and Watts, 1988, section 3.11).
    Sample(
      name: "enzyme_kinetics",
      estimates: [
        Estimate("fastest", 166.604, within: 1e-3, error: 5.807),
        Estimate("added", 42.026, within: 1e-3, error: 6.272),
        Estimate("half", 0.05797, within: 1e-5, error: 0.005910),
      ]),
    // York, Evensen, Martinez and De Basabe Delgado, Unified equations for the slope, intercept,
    // and standard errors of the best straight line, 2004.
    Sample(
      name: "errors_in_both",
      estimates: [
        Estimate("a", 5.47991, within: 1e-5, error: 0.2950),
        Estimate("b", -0.480533, within: 1e-6, error: 0.05799),
      ]),
    // What the data were made with.
    Sample(
      name: "oscillation",
      estimates: [
        Estimate("amplitude", 2.5, within: 0.06), Estimate("decay", 6, within: 0.2),
        Estimate("frequency", 2.2, within: 0.006), Estimate("phase", 0.4, within: 0.022),
        Estimate("offset", 0.1, within: 0.013),
      ]),
    // The posterior means of B. Carpenter, Predator-Prey Population Dynamics: the Lotka-Volterra
    // model in Stan, 2018, whose priors are wide.
    Sample(
      name: "predator_prey",
      estimates: [
        Estimate("birth", 0.55, within: 0.02), Estimate("taken", 0.028, within: 0.002),
        Estimate("death", 0.80, within: 0.02), Estimate("grown", 0.024, within: 0.001),
        Estimate("hare0", 33.9, within: 1), Estimate("lynx0", 5.9, within: 0.2),
      ]),
  ]

  @Test(arguments: samples) func estimates(_ sample: Sample) throws {
    let outcome = Executable.adc.run(["train", "Samples/\(sample.name).ad", "--json"], in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let report = try #require(JSON.lines(outcome.output).last)
    #expect(report["converged"] == .truth(true))
    for estimate in sample.estimates {
      let found = try #require(report["parameters"][estimate.name].number)
      #expect(abs(found - estimate.value) <= estimate.tolerance, "\(estimate.name) \(found)")
      guard let error = estimate.error else { continue }
      let own = try #require(report["standard_errors"][estimate.name].number)
      #expect(abs(own - error) <= 2e-3 * error, "\(estimate.name) \(own)")
    }
  }

  @Test(arguments: samples) func gradientsAreRight(_ sample: Sample) {
    let check = Executable.adc.run(["check", "Samples/\(sample.name).ad"], in: folder)
    #expect(check.status == 0, "\(check.output)\(check.errors)")
  }
}
