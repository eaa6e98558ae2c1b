import ADCKit
import ADCPlatform

/// Shows a run as it goes: a bar on a terminal, plain lines elsewhere, JSON where asked for.
final class TrainingDisplay {
  private var console: Console
  private let wantsJSON: Bool
  private let start = MonotonicClock.seconds()
  private var lastDrawn = 0.0
  private var lastLine = 0.0
  private var lastFlush = MonotonicClock.seconds()
  private var hasBar = false
  private var pendingLine: String?
  private var validation: Double?
  private var epoch = 0
  private var losses = Sparkline()
  /// The first step seen: a resumed run does not begin at 0.
  private var firstStep: Int?

  init(console: Console, wantsJSON: Bool) {
    self.console = console
    self.wantsJSON = wantsJSON
  }

  func show(_ news: TrainingNews) {
    if wantsJSON {
      if let json = news.json {
        console.output(json + "\n")
        // Whoever reads along sees every line soon; a short run is not slowed down by a hundred.
        let now = MonotonicClock.seconds()
        if now - lastFlush >= 0.02 {
          lastFlush = now
          console.flush()
        }
      }
      return
    }
    if news.kind == .remark, let text = news.text { return remark(text + "\n") }
    if console.isErrorTerminal {
      if news.kind == .progress { return draw(news) }
      pendingLine = news.text
      guard news.kind == .epoch else { return }
      epoch = news.epoch ?? epoch
      validation = news.validation
    } else if let text = news.text {
      line(text)
    }
  }

  /// A line for every epoch at first, and then about one a second.
  private func line(_ text: String) {
    let now = MonotonicClock.seconds()
    pendingLine = text
    guard now - start < 0.02 && lastLine == 0 || now - lastLine >= 1 else { return }
    lastLine = now
    pendingLine = nil
    console.message(text + "\n")
  }

  private func draw(_ news: TrainingNews) {
    if firstStep == nil { firstStep = news.step }
    // Looking at the clock at every update would cost more than small updates do.
    guard news.step & 63 == 0 else { return }
    let now = MonotonicClock.seconds()
    guard now - lastDrawn >= 0.1 else { return }
    lastDrawn = now
    hasBar = true
    losses.add(news.loss)
    var bar = ProgressBar(
      step: news.step, total: news.total, firstStep: firstStep ?? news.step, seconds: now - start,
      columns: CurrentProcess.columns(of: 2))
    bar.validation = validation.map(Self.short)
    bar.rate = news.schedules?.rate(step: news.step, epoch: epoch).map(Self.short)
    bar.losses = losses
    console.message(bar.text(loss: Self.short(news.loss)))
  }

  private static func short(_ value: Double) -> String {
    let text = value.description
    guard let exponent = text.firstIndex(of: "e") else { return String(text.prefix(8)) }
    return String(text[..<exponent].prefix(6)) + text[exponent...]
  }

  /// Says something beside the run.
  func remark(_ text: String) {
    console.message((hasBar ? "\r\u{1B}[K" : "") + text)
  }

  /// Takes the bar away and leaves the last line.
  func finish() {
    if hasBar { console.message("\r\u{1B}[K") }
    if let pendingLine { console.message(pendingLine + "\n") }
    console.flush()
  }
}
