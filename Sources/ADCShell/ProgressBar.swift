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
  package var columns: Int
  /// The last loss of rows held back, and what updates are scaled by.
  package var validation: String?
  /// What updates are scaled by, as it is shown; nil for nothing.
  package var rate: String?
  /// The losses so far, drawn small.
  package var losses = Sparkline()

  /// `total` is nil where nobody knows the number of updates; `firstStep` is where this run began.
  package init(step: Int, total: Int?, firstStep: Int, seconds: Double, columns: Int) {
    self.step = step
    self.total = total
    self.firstStep = firstStep
    self.seconds = seconds
    self.columns = columns
  }

  /// Updates a second in this process.
  private var speed: Double { Double(max(0, step - firstStep)) / max(seconds, 1e-9) }

  /// The line, from the return to its start to the clearing of its rest; what does not fit is left
  /// out, the least needed first.
  package func text(loss: String) -> String {
    var fields = ["step \(step)", "loss \(loss)", "\(Self.whole(speed)) steps/s"]
    var width = fields.reduce(0) { $0 + $1.count + 2 }
    func add(_ field: String, at place: Int) {
      // The last column stays free: some terminals would go on in the next line.
      guard width + field.count + 2 <= max(columns - 1, 0) else { return }
      fields.insert(field, at: min(place, fields.count))
      width += field.count + 2
    }
    if let total, total > 0 {
      let part = min(1, max(0, Double(step) / Double(total)))
      let left = Double(max(0, total - step)) / max(speed, 1e-9)
      fields.insert("\(Self.whole(100 * part))%", at: 0)
      width += fields[0].count + 2
      if speed > 0 { add(Self.duration(Self.whole(left) + 1) + " left", at: 1) }
      if let validation { add("validation \(validation)", at: fields.count - 1) }
      if let rate { add("rate \(rate)", at: fields.count - 1) }
      let bar = min(20, columns - 1 - width - 3)
      if bar >= 10 {
        let filled = Self.whole(part * Double(bar))
        fields[0] =
          "[" + String(repeating: "=", count: filled)
          + String(repeating: " ", count: max(0, bar - filled)) + "] " + fields[0]
        width += bar + 3
      }
    } else {
      if let validation { add("validation \(validation)", at: fields.count - 1) }
      if let rate { add("rate \(rate)", at: fields.count - 1) }
    }
    let line = losses.text(width: min(24, columns - 1 - width))
    if line.count >= 4 { fields.append(line) }
    return "\r" + fields.joined(separator: "  ") + "\u{1B}[K"
  }

  private static func duration(_ seconds: Int) -> String {
    if seconds < 100 { return "\(seconds) s" }
    if seconds < 6000 { return "\(seconds / 60) min \(seconds % 60) s" }
    return "\(seconds / 3600) h \(seconds / 60 % 60) min"
  }

  /// A quotient as a whole number, whatever it is.
  private static func whole(_ value: Double) -> Int {
    value.isNaN ? 0 : Int(min(max(value, 0), 1e15))
  }
}
