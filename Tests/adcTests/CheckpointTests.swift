import Testing

/// Runs that end in every way, and go on.
@Suite struct CheckpointTests {
  private let folder = Folder(samples: true)

  init() {
    var data = "x,y\n"
    for row in 0..<200 {
      data += "\(Double(row) / 100 - 1),\(Double((row * 37) % 19) / 10 + Double(row) / 50)\n"
    }
    folder.write(data, to: "points.csv")
    folder.write(Self.model, to: "m.ad")
  }

  private static let model = """
    input x: [n]
    input y: [n]
    param a: [4] ~ normal(0, 1)
    param b = 0
    let p = a[0] + a[1]*x + a[2]*x^2 + a[3]*x^3 + dropout(b*x, 0.2)
    minimize mean((p - y)^2)
    metric error = mean(abs(p - y))
    train {
      data "points.csv"
      validate 20%
      optimizer adam(rate: 0.01, average: 0.9)
      epochs 30
      batch 16
      accumulate 3
      standardize x
      stop after 25 epochs without improvement
    }

    """

  private func train(_ arguments: String...) -> Outcome {
    Executable.adc.run(["train", "m.ad"] + arguments, in: folder)
  }

  /// A run of many updates is killed where it stands; from its last file another one goes on to the
  /// same bytes as a run that nobody disturbed.
  @Test func killedRunsGoOnToTheSameBytes() throws {
    #expect(train("--save", "whole.json").status == 0)
    let killed = Executable.script(
      """
      "$ADC" train m.ad --epochs 1000000 --save part.json --save-every 1 > /dev/null 2>&1 &
      adc=$!
      while ! grep -q '"run"' part.json 2> /dev/null; do sleep 0.01; done
      kill -9 $adc
      wait $adc
      """, in: folder)
    #expect(killed.status == 137)
    let step = try #require(JSON(folder.text(of: "part.json"))["state"]["run"][0].number)
    #expect(step >= 1)
    // Where it was killed depends on the clock; what follows from there does not.
    if step < 90 {
      #expect(train("--resume", "part.json", "--save", "both.json").status == 0)
      #expect(folder.bytes(of: "both.json") == folder.bytes(of: "whole.json"))
    }
  }

  /// Every place in an epoch, and between two batches of one update, is one to go on from.
  @Test(arguments: [1, 2, 3, 4, 7, 11, 40], ["double", "single"])
  func stepsAddUp(steps: Int, precision: String) {
    folder.write("precision \(precision)\n" + Self.model, to: "m.ad")
    #expect(train("--steps", "60", "--save", "whole.json").status == 0)
    #expect(train("--steps", "\(steps)", "--save", "part.json").status == 0)
    #expect(train("--steps", "60", "--resume", "part.json", "--save", "both.json").status == 0)
    #expect(folder.bytes(of: "both.json") == folder.bytes(of: "whole.json"))
  }

  @Test func runsWithoutImprovementEndWithTheBest() throws {
    folder.write(
      Self.model.replacing("rate: 0.01", with: "rate: 0.5").replacing("after 25", with: "after 3"),
      to: "m.ad")
    let outcome = train("--epochs", "500", "--json", "--save", "p.json")
    let events = try JSON.lines(outcome.output)
    let end = try #require(events.last)
    #expect(end["reason"].string?.hasPrefix("the loss has not become better") == true)
    let best = try #require(end["best_epoch"].number)
    #expect(end["epochs"].number == best + 3)
    let losses = events.compactMap { $0["event"].string == "epoch" ? $0["validation"].number : nil }
    #expect(end["validation"].number == losses.min())
    let file = try JSON(folder.text(of: "p.json"))
    #expect(file["parameters"]["b"].number == end["parameters"]["b"].number)
    #expect(file["state"]["last b"].number != file["parameters"]["b"].number)
    #expect(end["validation_metrics"]["error"].number != nil)
  }

  @Test func filesOfOtherModelsAreRefusedWithTheDifference() {
    #expect(train("--epochs", "1", "--save", "p.json").status == 0)
    let others = [
      ("param b = 0", "param c = 0", "it has no parameter `c`"),
      ("a: [4]", "a: [5]", "`a` has the shape [4] there, and [5] here"),
      ("batch 16", "batch 8", "`batch 16` there is `batch 8` here"),
      ("x^3 +", "x^4 +", "there is"),
    ]
    for (old, new, message) in others {
      var text = Self.model.replacing(old, with: new)
      if new == "param c = 0" { text = text.replacing("b*x", with: "c*x") }
      folder.write(text, to: "m.ad")
      let outcome = train("--resume", "p.json")
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains("the file is of another model"), "\(outcome.errors)")
      #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }
  }

  /// A disk that is full in the middle of a run costs no file, and does not end the run.
  @Test func theLastGoodFileStays() {
    #expect(train("--epochs", "2", "--save", "good.json").status == 0)
    let before = folder.bytes(of: "good.json")
    // No file may grow past a few bytes: as on a full disk, every write of the run fails.
    let outcome = Executable.script(
      "(trap '' XFSZ; ulimit -f 0; \"$ADC\" train m.ad --save good.json --save-every 10 2>&1) | cat",
      in: folder)
    #expect(outcome.output.contains("warning: the run is not saved"), "\(outcome.output)")
    #expect(outcome.output.contains("cannot write it"), "\(outcome.output)")
    #expect(folder.bytes(of: "good.json") == before)
    #expect(folder.names == ["Samples", "good.json", "m.ad", "points.csv"])
  }

  @Test func missingFoldersAreFoundBeforeTheRun() {
    let outcome = train("--epochs", "1000000", "--save", "nowhere/p.json")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("`nowhere`"), "\(outcome.errors)")
    #expect(outcome.seconds < 10)
  }

  @Test func foldsHoldEveryPartBackOnce() throws {
    let outcome = train("--folds", "4", "--json", "--epochs", "5")
    let events = try JSON.lines(outcome.output)
    let folds = events.compactMap { $0["event"].string == "fold" ? $0["validation"].number : nil }
    #expect(folds.count == 4)
    let mean = try #require(events.last?["folds"]["validation"]["mean"].number)
    #expect((mean - folds.reduce(0, +) / 4).magnitude < 1e-12 * mean)
    #expect(events.last?["folds"]["error"]["deviation"].number != nil)
    #expect(events.last?["validation"].number == nil)
  }
}
