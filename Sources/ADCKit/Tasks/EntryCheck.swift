import ADCTraining

/// An entry of a gradient beside differences of the loss, of the steps that suit it.
///
/// First two steps that suit a parameter and a function of ordinary size. Where these do not agree
/// with the entry, steps from a tenth of the parameter, or of 1, down to where rounding drowns the
/// difference: a parameter may be 0 or 1e-9, and the loss may move with it a million times faster.
struct EntryCheck {
  /// What can be said of the entry.
  enum Verdict { case agrees, differs, isKink }

  /// An entry and a difference may differ by this much, relative to the greater.
  static let tolerance = 1e-5
  /// The steps, each a quarter of the one before: over 24 orders of magnitude.
  private static let levels = 40
  /// The relative error that two values of a loss may have.
  private static let rounding = 0x1p-50

  let gradient: Double
  private(set) var difference: Double
  /// What the difference may be off by.
  private(set) var uncertainty: Double
  /// Relative to the entry, or to what rounding leaves of so large a loss.
  private(set) var error: Double
  private(set) var verdict = Verdict.differs
  private let scale: Double

  /// - Parameters:
  ///   - gradient: The entry.
  ///   - floor: What counts as the size of an entry that is smaller.
  ///   - refines: Whether further steps are tried.
  ///   - loss: The loss with the parameter at a value.
  init(
    _ gradient: Double, at value: Double, floor: Double, refines: Bool,
    loss: (Double) throws(RunError) -> Double
  ) throws(RunError) {
    self.gradient = gradient
    scale = max(gradient.magnitude, floor)
    (difference, uncertainty, error) = (.nan, .infinity, .nan)
    let step = 4e-4 * max(value.magnitude, 1)
    let wide = try Self.quotient(at: value, step, loss).quotient
    let narrow = try Self.quotient(at: value, step / 2, loss).quotient
    take((4 * narrow - wide) / 3, 0)
    if verdict == .agrees || !refines { return }
    try refine(at: value, loss)
    if verdict == .differs { try lookForKink(at: value, loss) }
  }

  private mutating func take(_ difference: Double, _ uncertainty: Double) {
    self.difference = difference
    self.uncertainty = uncertainty
    let size = max(scale, difference.magnitude)
    let distance = (gradient - difference).magnitude
    error = distance / size
    // What is known to less than a twentieth says nothing.
    let allowed = Self.tolerance * size + min(4 * uncertainty, 0.05 * size)
    verdict = distance <= allowed ? .agrees : .differs
  }

  private mutating func refine(
    at value: Double, _ loss: (Double) throws(RunError) -> Double
  ) throws(RunError) {
    var slope = ExtrapolatedSlope(ratio: 4)
    // No round number: steps that are whole periods of the loss would see none of it.
    var step = 0.1047 * max(value.magnitude, 1)
    for _ in 0..<Self.levels {
      guard value + step != value else { break }
      let (quotient, noise) = try Self.quotient(at: value, step, loss)
      slope.add(quotient, noise: noise)
      if slope.last.error <= Self.tolerance * max(scale, slope.last.value.magnitude) {
        take(slope.last.value, slope.last.error)
        if verdict == .agrees { return }
      }
      // A loss that is flat from afar may still move near by.
      if noise > 0.05 * scale, noise > slope.error { break }
      step /= 4
    }
    take(slope.value, slope.error)
  }

  private static func quotient(
    at value: Double, _ step: Double, _ loss: (Double) throws(RunError) -> Double
  ) throws(RunError) -> (quotient: Double, noise: Double) {
    let (above, below) = (value + step, value - step)
    let (upper, lower) = (try loss(above), try loss(below))
    let width = above - below
    return (
      (upper - lower) / width, rounding * max(upper.magnitude, lower.magnitude) / width
    )
  }

  /// At a kink the slopes of both sides differ however near one looks, and any number between them
  /// is a derivative.
  private mutating func lookForKink(
    at value: Double, _ loss: (Double) throws(RunError) -> Double
  ) throws(RunError) {
    let here = try loss(value)
    var sides: [[Double]] = []
    for step in [1e-5, 1e-6, 1e-7].map({ $0 * max(value.magnitude, 1) }) {
      let (above, below) = (value + step, value - step)
      sides.append([
        (try loss(above) - here) / (above - value), (here - (try loss(below))) / (value - below),
      ])
    }
    let gaps = sides.map { ($0[0] - $0[1]).magnitude }
    let isSteady = gaps.allSatisfy {
      $0 > 1e-2 * scale && ($0 - gaps[0]).magnitude <= 0.1 * gaps[0]
    }
    guard isSteady, let low = sides[2].min(), let high = sides[2].max() else { return }
    let slack = 1e-3 * (high - low)
    if low - slack...high + slack ~= gradient { verdict = .isKink }
  }
}
