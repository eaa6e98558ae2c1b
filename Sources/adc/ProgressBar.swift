/// The line that shows on a terminal how far a run is.
package struct ProgressBar {
  var step: Int
  /// How many updates there will be, where that is known; a resumed run may be past it.
  var total: Int?
  /// The update that this process began with.
  var firstStep: Int
  /// Since then.
  var seconds: Double
  /// The terminal's width.
  var columns: Int

  package init(step: Int, total: Int?, firstStep: Int, seconds: Double, columns: Int) {
    self.step = step
    self.total = total
    self.firstStep = firstStep
    self.seconds = seconds
    self.columns = columns
  }

  /// Updates a second in this process.
  private var rate: Double { Double(max(0, step - firstStep)) / max(seconds, 1e-9) }

  /// The line, from the return to its start to the clearing of its rest.
  package func text(loss: String) -> String {
    var text = "\r"
    if let total, total > 0 {
      let width = max(10, min(40, columns - 60))
      let part = min(1, max(0, Double(step) / Double(total)))
      let filled = Self.whole(part * Double(width))
      text += "[" + String(repeating: "=", count: filled)
      text += String(repeating: " ", count: max(0, width - filled)) + "] "
      text += "\(Self.whole(100 * part))%  "
      let left = Double(max(0, total - step)) / max(rate, 1e-9)
      if rate > 0 { text += "\(Self.whole(left) + 1) s left  " }
    }
    return text + "step \(step)  loss \(loss)  \(Self.whole(rate)) steps/s\u{1B}[K"
  }

  /// A quotient as a whole number, whatever it is.
  private static func whole(_ value: Double) -> Int {
    value.isNaN ? 0 : Int(min(max(value, 0), 1e15))
  }
}
