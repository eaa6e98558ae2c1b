import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Every model in `Samples`, from its text to what it is there to find.
@Suite struct SampleTests {
  static let names = [
    "adsorption", "autoencoder", "convolution", "digits", "gaussian_mixture", "kalman",
    "linear_regression", "logistic_regression", "lstm", "matrix_factorization", "polynomial",
    "rosenbrock", "softmax_regression",
  ]

  /// The table of a sample; none of a function alone.
  private static func data(of name: String) -> [String] {
    switch name {
    case "rosenbrock": []
    case "autoencoder", "convolution": ["--data", "Samples/digits.csv"]
    default: ["--data", "Samples/\(name).csv"]
    }
  }

  private let folder = Folder(samples: true)

  private func adc(_ arguments: String...) -> Outcome {
    Executable.adc.run(arguments, in: folder)
  }

  private func table(_ name: String) -> Table { Table(folder.text(of: name)) }

  /// Trains a sample and gives its last event.
  private func trained(_ name: String, _ arguments: String...) throws -> JSON {
    let outcome = Executable.adc.run(
      ["train", "Samples/\(name).ad", "--json"] + arguments, in: folder)
    #expect(outcome.status == 0, "\(outcome.output.suffix(300))")
    return try #require(JSON.lines(outcome.output).last)
  }

  @Test func allOfThemAreTested() {
    let samples = Executable.script("cd Samples && ls *.ad", in: folder).output
    let names = (Self.names + FitSampleTests.samples.map(\.name)).sorted()
    #expect(samples == names.map { "\($0).ad\n" }.joined())
  }

  @Test(arguments: names) func gradientIsRightAndCheap(name: String) throws {
    var arguments = ["check", "Samples/\(name).ad"]
    if ["autoencoder", "convolution"].contains(name) {
      // Thousands of parameters, each of which is moved: twenty pictures tell as much as all.
      let lines = folder.text(of: "Samples/digits.csv").split(separator: "\n").prefix(21)
      folder.write(lines.joined(separator: "\n") + "\n", to: "few.csv")
      arguments += ["--data", "few.csv"]
    }
    let check = Executable.adc.run(arguments, in: folder, limit: 60)
    #expect(check.status == 0, "\(check.output)\(check.errors)")
    let report = try JSON(adc("compile", "Samples/\(name).ad", "--json").output)
    #expect(try #require(report["ratio"].number) <= 4)
  }

  @Test(arguments: names) func runsAreTheSameBitForBitAndFromBytecode(name: String) {
    let first = adc("train", "Samples/\(name).ad", "--save", "first.json")
    let second = adc("train", "Samples/\(name).ad", "--save", "second.json")
    #expect(first.status == 0 && second.status == 0)
    #expect(first.output == second.output)
    #expect(!folder.bytes(of: "first.json").isEmpty)
    #expect(folder.bytes(of: "first.json") == folder.bytes(of: "second.json"))
    #expect(adc("compile", "Samples/\(name).ad").status == 0)
    let compiled = adc("train", "Samples/\(name).adb", "--save", "third.json")
    #expect(compiled.output == first.output, "\(compiled.errors)")
    #expect(folder.bytes(of: "third.json") == folder.bytes(of: "first.json"))
  }

  /// What `diff` prints is a model; its outputs are the loss and the gradient.
  @Test(arguments: names) func printedGradientComputesTheSame(name: String) throws {
    #expect(adc("train", "Samples/\(name).ad", "--steps", "1", "--save", "p.json").status == 0)
    let printed = adc("diff", "Samples/\(name).ad")
    #expect(printed.status == 0)
    folder.write(printed.output, to: "gradient.ad")
    let data = Self.data(of: name)
    let outputs = Executable.adc.run(
      ["predict", "gradient.ad", "--from", "p.json", "--json"] + data, in: folder)
    #expect(outputs.status == 0, "\(outputs.output)")
    let found = try JSON(outputs.output)
    let wanted = try JSON(
      adc("gradient", "Samples/\(name).ad", "--from", "p.json", "--json").output)
    compare(found["loss"], wanted["loss"], "loss")
    #expect(!wanted["gradient"].members.isEmpty)
    for (parameter, derivative) in wanted["gradient"].members {
      compare(found["d_\(parameter)"], derivative, parameter)
    }
  }

  private func compare(_ found: JSON, _ wanted: JSON, _ name: String) {
    let (left, right) = (found.numbers, wanted.numbers)
    #expect(left.count == right.count && !right.isEmpty, "\(name)")
    let size = right.map(abs).max() ?? 0
    for (one, other) in zip(left, right) {
      #expect(abs(one - other) <= 1e-12 * size, "\(name): \(one), \(other)")
    }
  }

  @Test func linearRegression() throws {
    let parameters = try trained("linear_regression")["parameters"]
    let data = table("Samples/linear_regression.csv")
    let fit = LeastSquares([data["x"].map { _ in 1 }, data["x"]], data["y"])
    let line = [parameters["b"][0].number ?? .nan, parameters["W"][0][0].number ?? .nan]
    for (found, (truth, place)) in zip(line, [(2.0, 0), (3.0, 1)]) {
      #expect(abs(found - truth) <= 2 * fit.standardErrors[place])
      #expect(abs(found - fit.solution[place]) <= fit.standardErrors[place])
    }
  }

  /// Against the normal equations, solved here.
  @Test func polynomial() throws {
    let parameters = try trained("polynomial")["parameters"]
    let data = table("Samples/polynomial.csv")
    let x = data["x"]
    let fit = LeastSquares(
      [x.map { _ in 1 }, x, x.map { $0 * $0 }, x.map { $0 * $0 * $0 }], data["y"])
    for (place, truth) in [1, -2, 0, 0.5].enumerated() {
      let found = try #require(parameters["c\(place)"].number)
      #expect(abs(found - fit.solution[place]) < 1e-6)
      #expect(abs(found - truth) <= 3 * fit.standardErrors[place])
    }
  }

  @Test func rosenbrock() throws {
    let done = try trained("rosenbrock")
    for name in ["x", "y"] {
      #expect(abs((done["parameters"][name].number ?? 0) - 1) < 1e-8)
    }
    #expect((done["loss"].number ?? 1) < 1e-16)
  }

  /// Every fifth row is kept from training and predicted afterwards.
  @Test func logisticRegression() throws {
    let predicted = try heldOut("logistic_regression")
    let right = zip(predicted["probability"], table("held.csv")["malignant"])
      .count { ($0 > 0.5) == ($1 > 0.5) }
    #expect(right * 100 >= 92 * predicted["probability"].count)
    #expect(predicted["probability"].allSatisfy { (0...1).contains($0) })
  }

  /// Every fifth row is kept from training and predicted afterwards.
  @Test func digits() throws {
    let predicted = try heldOut("digits")
    let right = zip(predicted["predicted"], table("held.csv")["label"]).count { $0 == $1 }
    #expect(right * 100 > 95 * predicted["predicted"].count)
  }

  private func heldOut(_ name: String) throws -> Table {
    let lines = folder.text(of: "Samples/\(name).csv").split(separator: "\n")
    let header = lines.prefix(1)
    let rows = lines.dropFirst().enumerated()
    let held = rows.filter { $0.offset % 5 == 4 }.map(\.element)
    let used = rows.filter { $0.offset % 5 != 4 }.map(\.element)
    folder.write((header + held).joined(separator: "\n") + "\n", to: "held.csv")
    folder.write((header + used).joined(separator: "\n") + "\n", to: "used.csv")
    _ = try trained(name, "--data", "used.csv", "--save", "p.json")
    let outcome = adc(
      "predict", "Samples/\(name).ad", "--from", "p.json", "--data", "held.csv")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let predicted = Table(outcome.output)
    #expect(predicted.count == held.count && predicted.count > 100)
    return predicted
  }

  /// The variances that Durbin and Koopman (Time Series Analysis by State Space Methods, 2012,
  /// section 2.10.3) give for these data.
  @Test func kalman() throws {
    let parameters = try trained("kalman")["parameters"]
    #expect(abs(exp(parameters["log_noise"].number ?? 0) - 15_099) < 1)
    #expect(abs(exp(parameters["log_drift"].number ?? 0) - 1469.1) < 0.2)
  }

  /// The loss that is reported is that of the network step by step, here in plain Swift; it leaves
  /// less than a hundredth of the series' variance unexplained.
  @Test func lstm() throws {
    #expect(adc("train", "Samples/lstm.ad", "--save", "p.json").status == 0)
    let outcome = adc("gradient", "Samples/lstm.ad", "--from", "p.json", "--json")
    let loss = try #require(JSON(outcome.output)["loss"].number)
    let data = table("Samples/lstm.csv")
    let network = try LongShortTermMemory(JSON(folder.text(of: "p.json")))
    let direct = network.loss(data["now"], data["next"])
    #expect(abs(loss - direct) <= 1e-12 * direct, "\(loss), \(direct)")
    let mean = data["next"].reduce(0, +) / Double(data.count)
    let variance = data["next"].reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(data.count)
    #expect(loss < 0.01 * variance, "\(loss) of \(variance)")
  }

  /// The validation loss of the run leaves under a tenth of the ratings' variance unexplained.
  @Test func matrixFactorization() throws {
    let outcome = adc("train", "Samples/matrix_factorization.ad", "--json")
    let epochs = try JSON.lines(outcome.output).filter { $0["event"].string == "epoch" }
    let validation = try #require(epochs.last?["validation"].number)
    let ratings = table("Samples/matrix_factorization.csv")["rating"]
    let mean = ratings.reduce(0, +) / Double(ratings.count)
    let variance = ratings.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(ratings.count)
    #expect(validation < 0.1 * variance, "\(validation) of \(variance)")
  }

  /// Of the flowers held back, at least nineteen of twenty are told apart, after fewer epochs than
  /// there may be.
  @Test func softmaxRegression() throws {
    let done = try trained("softmax_regression")
    #expect(try #require(done["validation_metrics"]["accuracy"].number) >= 0.95)
    #expect(try #require(done["epochs"].number) < 500)
    #expect(done["best_epoch"].number == done["epochs"].number.map { $0 - 50 })
  }

  /// The three normal distributions that the points were drawn from, within four standard errors.
  @Test func gaussianMixture() throws {
    let parameters = try trained("gaussian_mixture")["parameters"]
    let centers = [[-2, 0.5], [1.5, 2], [1, -2]]
    let deviations = [[0.5, 1], [1, 0.4], [0.6, 0.6]]
    let shares = [0.5, 0.3, 0.2]
    let weights = parameters["weight"].numbers.map { exp($0) }
    for place in 0..<3 {
      let count = 400 * shares[place]
      for axis in 0..<2 {
        let error = deviations[place][axis] / count.squareRoot()
        let center = try #require(parameters["center"][place][axis].number)
        #expect(abs(center - centers[place][axis]) < 4 * error)
        let spread = try #require(parameters["spread"][place][axis].number)
        #expect(abs(exp(spread) - deviations[place][axis]) < 4 * error)
      }
      let share = weights[place] / weights.reduce(0, +)
      #expect(abs(share - shares[place]) < 4 * (shares[place] / 400).squareRoot())
    }
  }

  /// Ten numbers keep more than three quarters of the variance of pictures that were never seen.
  @Test func autoencoder() throws {
    let done = try trained("autoencoder")
    #expect(try #require(done["validation_metrics"]["kept"].number) > 0.75)
  }

  /// More than 97 of 100 pictures that were never seen are read right.
  @Test func convolution() throws {
    let done = try trained("convolution")
    #expect(try #require(done["validation_metrics"]["accuracy"].number) > 0.97)
  }
}
