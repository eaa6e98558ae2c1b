import ADCKit
import ADCPlatform

/// The two streams of a command: results on one, everything else on the other.
struct Console {
  /// Whether standard error is a terminal that can be drawn on.
  let isErrorTerminal = CurrentProcess.isTerminal(2) && Self.understandsCodes
  let usesColour =
    CurrentProcess.isTerminal(2) && Self.understandsCodes
    && CurrentProcess.variable("NO_COLOR") == nil
  private var pending: [UInt8] = []
  private static var understandsCodes: Bool { CurrentProcess.variable("TERM") != "dumb" }

  /// Results; ends the process where nobody reads them any more or the disk is full.
  mutating func output(_ text: String) {
    var text = text
    text.withUTF8 { pending.append(contentsOf: $0) }
    if pending.count > 1 << 16 { flush() }
  }

  /// Hands everything to the system. A closed pipe ends the process quietly.
  mutating func flush() {
    guard !pending.isEmpty else { return }
    var problem = ""
    let bytes = pending
    pending = []
    guard CurrentProcess.write(bytes, to: 1, problem: &problem) else {
      if problem != "Broken pipe" {
        message("error AD0701: standard output: \(problem)\n")
      }
      CurrentProcess.end(1)
    }
  }

  /// A chart in characters, as large as standard output's terminal has room for.
  func drawing(of chart: Chart) -> [String] {
    let isTerminal = CurrentProcess.isTerminal(1)
    return chart.drawing(
      columns: min(isTerminal ? CurrentProcess.columns(of: 1) : 80, 100), rows: 15,
      usesColour: isTerminal && Self.understandsCodes && CurrentProcess.variable("NO_COLOR") == nil)
  }

  /// Progress, warnings and errors.
  func message(_ text: String) {
    var problem = ""
    _ = CurrentProcess.write(Array(text.utf8), to: 2, problem: &problem)
  }
}
