import ADCShell
import Testing

/// The line that a terminal shows, for runs that are resumed and numbers that are out of range.
@Suite struct ProgressBarTests {
  private func text(
    step: Int, total: Int?, firstStep: Int = 0, seconds: Double = 2, columns: Int = 80
  ) -> String {
    ProgressBar(
      step: step, total: total, firstStep: firstStep, seconds: seconds, columns: columns
    ).text(loss: "0.5")
  }

  @Test func halfWay() {
    #expect(
      text(step: 50, total: 100)
        == "\r[==========          ] 50%  3 s left  step 50  loss 0.5  25 steps/s\u{1B}[K")
  }

  @Test func everythingThatFits() {
    var bar = ProgressBar(step: 50, total: 100, firstStep: 0, seconds: 200, columns: 130)
    bar.validation = "0.75"
    bar.rate = "0.01"
    for place in 0..<1000 { bar.losses.add(Double(1000 - place)) }
    #expect(
      bar.text(loss: "0.5")
        == "\r[==========          ] 50%  3 min 21 s left  step 50  loss 0.5  validation 0.75  "
        + "rate 0.01  0 steps/s  ██████▇▇▇▇▇▇▇▇▇▆▆▆▆▅▅▅▄▁\u{1B}[K")
    bar.columns = 60
    let line = bar.text(loss: "0.5")
    #expect(line.contains("loss 0.5") && !line.contains("[" + "=") && line.count <= 60 + 4)
  }

  @Test func sparklines() {
    var line = Sparkline()
    #expect(line.text(width: 10).isEmpty)
    for value in [1.0, .nan, 1] { line.add(value) }
    #expect(line.text(width: 10) == "▁▁")
    line.add(9)
    #expect(line.text(width: 10) == "▁▁█" && line.text(width: 0).isEmpty)
  }

  /// A run that goes on with a larger batch may be past the updates that it would take now.
  @Test func pastTheEnd() {
    #expect(text(step: 900, total: 100, firstStep: 890).contains("[====================] 100%"))
    #expect(text(step: 900, total: 100, firstStep: 890).contains("900  loss 0.5  5 steps/s"))
  }

  @Test func numbersOutOfRange() {
    let first = text(step: 64, total: Int.max, firstStep: 64, seconds: 0, columns: 0)
    #expect(first.contains("0%  step 64"))
    #expect(text(step: Int.max, total: Int.max, seconds: 0).contains("100%"))
    #expect(text(step: 1, total: Int.max, seconds: 1e300).contains("min left"))
    #expect(!text(step: 10, total: nil).contains("%"))
  }
}
