import Testing

/// `param k = 1 in 0...inf`.
@Suite struct BoundsTests {
  private let folder = Folder()

  private func outcome(of model: String, _ command: String = "diff") -> Outcome {
    folder.write(model + "\n", to: "m.ad")
    return Executable.adc.run([command, "m.ad"], in: folder)
  }

  @Test func simplifierUsesThem() {
    let bounded = outcome(
      of: "param k = 1 in 0...inf\noutput log(k^2) + sqrt(k^2) as f\nminimize k")
    #expect(bounded.output.contains("param k = 1 in 0...inf\n"))
    let free = outcome(of: "param k = 1\nminimize sqrt(k^2)")
    #expect(free.output.contains("abs(k)") || free.output.contains("sign(k)"))
    let root = outcome(of: "param k = 1 in 0...inf\nminimize sqrt(k^2)")
    #expect(root.status == 0 && root.output.contains("output 1 as d_k\n"))
    let log = outcome(of: "param k = 2 in 1...5\nminimize log(k^2)*k")
    #expect(log.status == 0 && log.output.contains("2*log(k)"))
  }

  @Test(arguments: [
    ("param k = 1 in 2...0", "AD0319"), ("param k = 1 in 2...3", "AD0319"),
    ("param k = [1, 9] in 0...3", "AD0319"), ("param k = 1 in 0", "AD0110"),
    ("param k = 1 in [1, 2]...3", "AD0319"),
  ])
  func mistakes(line: String, code: String) {
    let outcome = outcome(of: line + "\nminimize sum(k)")
    #expect(outcome.status == 1 && outcome.errors.contains("error \(code)"), "\(outcome.errors)")
  }

  /// A step that leads out ends on the bound.
  @Test func trainingKeepsThem() throws {
    let outcome = outcome(
      of: "param k = 1 in 0.25...inf\nminimize k^2\ntrain { optimizer sgd(rate: 0.1); steps 50 }",
      "train")
    #expect(outcome.status == 0 && outcome.output.contains("k  0.25\n"), "\(outcome.output)")
  }
}
