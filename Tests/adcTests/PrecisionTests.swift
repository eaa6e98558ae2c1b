import Testing

/// Models that say `precision single`.
@Suite struct PrecisionTests {
  private let folder = Folder(samples: true)

  private static let model = """
    input x: [n]
    input y: [n]
    param w: [3] ~ normal(0, 0.5)
    param b = 0.1
    let p = w[0]*tanh(w[1]*x + w[2]) + b
    minimize mean((p - y)^2)
    output p
    train { data "points.csv"; optimizer adam(rate: 0.01); epochs 40; batch 16; shuffle false }

    """

  init() {
    var data = "x,y\n"
    for row in 0..<200 {
      data += "\(Double(row) / 100 - 1),\(Double((row * 37) % 19) / 10 + Double(row) / 50)\n"
    }
    folder.write(data, to: "points.csv")
    for word in ["single", "double"] {
      folder.write("precision \(word)\n" + Self.model, to: "\(word).ad")
    }
  }

  private func adc(_ arguments: String...) -> Outcome { Executable.adc.run(arguments, in: folder) }

  private func numbers(_ json: JSON) -> [Double] {
    (0..<3).compactMap { json["w"][$0].number } + [json["b"].number].compactMap { $0 }
  }

  /// All numbers of a model in single are singles, written with their own digits.
  @Test func numbersAreSingles() throws {
    let outcome = adc("gradient", "single.ad", "--json")
    let found = try JSON(outcome.output)
    let values = numbers(found["gradient"]) + [try #require(found["loss"].number)]
    #expect(values.count == 5)
    for value in values {
      #expect(Double("\(Float(value))") == value, "\(value)")
    }
    let expected = try JSON(adc("gradient", "double.ad", "--json").output)
    for (single, double) in zip(numbers(found["gradient"]), numbers(expected["gradient"])) {
      #expect((single - double).magnitude < 1e-6)
    }
  }

  /// A run follows that in double, and has the same bytes with every engine, number of threads, and
  /// from a compiled file.
  @Test func runsAreTheSameEverywhere() throws {
    #expect(adc("compile", "single.ad").status == 0)
    let settings = [
      ["--engine", "interpreter"], ["--engine", "native"], ["--threads", "2"],
      ["--engine", "native", "--threads", "3"],
    ]
    var ends: [String] = []
    for file in ["single.ad", "single.adb"] {
      for setting in settings {
        let run = Executable.adc.run(
          ["train", file, "--json", "--trace", "1,10,100"] + setting, in: folder)
        let lines = run.output.split(separator: "\n").filter { !$0.contains("\"epoch\"") }
        ends.append(lines.map { Self.withoutSeconds(String($0)) }.joined())
      }
    }
    #expect(ends.count == 8 && ends.allSatisfy { $0 == ends[0] })
    let double = try #require(try JSON.lines(adc("train", "double.ad", "--json").output).last)
    let single = try #require(try JSON.lines(adc("train", "single.ad", "--json").output).last)
    let pairs = zip(numbers(single["parameters"]), numbers(double["parameters"]))
    for (found, expected) in pairs { #expect((found - expected).magnitude < 1e-4) }
  }

  private static func withoutSeconds(_ line: String) -> String {
    let parts = line.split(separator: "\"seconds\":", maxSplits: 1)
    guard parts.count == 2 else { return line }
    return String(parts[0]) + String(parts[1].drop { $0 != "," })
  }

  /// Parameters of the other precision are read, and rounded.
  @Test func parametersGoBetweenPrecisions() throws {
    #expect(adc("train", "double.ad", "--save", "d.json").status == 0)
    #expect(adc("train", "single.ad", "--save", "s.json").status == 0)
    for (model, file) in [("single.ad", "d.json"), ("double.ad", "s.json")] {
      let outcome = adc("predict", model, "--from", file)
      #expect(outcome.status == 0 && outcome.output.hasPrefix("p\n"), "\(outcome)")
    }
  }

  @Test func checksAndReportsWork() {
    #expect(adc("check", "single.ad").status == 0)
    #expect(adc("accuracy", "single.ad", "--samples", "3").status == 0)
    #expect(adc("cost", "single.ad").status == 0)
    #expect(adc("disassemble", "single.ad").status == 0)
  }

  @Test(arguments: ["ad", "c", "swift", "python", "jax", "tensorflow", "onnx"])
  func otherLanguagesHaveSingles(language: String) {
    let outcome = adc("emit", "single.ad", "--to", language)
    #expect(outcome.status == 0, "\(outcome)")
  }

  @Test(arguments: [
    ("precision half\nparam x = 1\nminimize x^2", "AD0109"),
    ("precision single\nprecision single\nparam x = 1\nminimize x^2", "AD0515"),
    ("param x = 1\nprecision single\nminimize x^2", "AD0516"),
    ("precision single\ninput x: [n]\nparam a = 1\nfit x ~ a", "AD0517"),
    ("precision single\nparam a = 1\nminimize a^2\nsubject to a >= 1", "AD0517"),
    ("precision single\nparam a = 1\nminimize 1e300*a^2", "AD0518"),
  ])
  func mistakesAreTold(text: String, code: String) {
    folder.write(text, to: "m.ad")
    let outcome = adc("gradient", "m.ad")
    #expect(outcome.status == 1 && outcome.errors.contains(code), "\(outcome)")
  }

  @Test func solversAndSeedsAreRefused() {
    let solver = adc("train", "single.ad", "--optimizer", "bfgs()")
    #expect(solver.status == 2 && solver.errors.contains("AD0517"), "\(solver)")
    folder.write(
      "precision single\nparam a = 1\nminimize sum(dropout(a*[1, 2], 0.5))^2\n"
        + "train { optimizer sgd(); steps 2 }", to: "m.ad")
    #expect(adc("train", "m.ad", "--seed", "16777216").status == 0)
    let seed = adc("train", "m.ad", "--seed", "16777217")
    #expect(seed.status == 1 && seed.errors.contains("16777216"), "\(seed)")
  }
}
