/// A derivative by central differences of ever smaller steps, extrapolated to none (Ridders 1982).
struct ExtrapolatedSlope {
  /// By how much each step is smaller than the one before.
  let ratio: Double
  private(set) var value = Double.nan
  /// What the last extrapolation changed, and what rounding may have.
  private(set) var error = Double.infinity
  /// The last extrapolation, whether or not it is the best.
  private(set) var last = (value: Double.nan, error: Double.infinity)
  /// Of the last step: its difference quotient, then what it gives with more and more before it.
  private var row: [Double] = []
  /// By how much the last quotients differ.
  private var change = Double.infinity

  /// More orders than this gain nothing of numbers with 16 digits.
  private static let orderLimit = 6

  init(ratio: Double) { self.ratio = ratio }

  /// Takes the difference quotient of the next step.
  ///
  /// Steps at which the quotients do not come nearer to each other are too large for the function,
  /// whatever extrapolation makes of them.
  /// - Parameter noise: What rounding of the function's values may have made of the quotient.
  mutating func add(_ quotient: Double, noise: Double = 0) {
    last = (.nan, .infinity)
    guard quotient.isFinite else {
      (row, change) = ([], .infinity)
      return
    }
    let before = change
    change = row.isEmpty ? .infinity : (quotient - row[0]).magnitude
    let isSettling = row.count > 1 && change <= before / 2 + noise
    var next = [quotient]
    var power = 1.0
    for (order, before) in row.prefix(Self.orderLimit).enumerated() {
      power *= ratio * ratio
      let finer = next[order] + (next[order] - before) / (power - 1)
      let change = max((finer - next[order]).magnitude, (finer - before).magnitude) + noise
      next.append(finer)
      if isSettling, change < last.error { last = (finer, change) }
    }
    row = next
    if last.error < error { (value, error) = last }
  }
}
