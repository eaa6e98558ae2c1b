/// How long a step may be, and how much damping gave the last one its length (Moré, 1978).
struct TrustRegion {
  var radius: Double
  var damping = 0.0

  /// Trusts more where a step brought what it promised, and less where it did not.
  mutating func adjust(after trial: TriedStep) {
    if trial.ratio <= 0.25 {
      var factor = 0.5
      if trial.actual < 0 {
        factor = 0.5 * trial.slope / (trial.slope + trial.actual)
        if !(factor >= 0.1) || trial.actual <= -1 { factor = 0.1 }
        factor = min(factor, 0.5)
      }
      radius = factor * min(radius, trial.length * 10)
      damping /= factor
    } else if damping == 0 || trial.ratio >= 0.75 {
      radius = trial.length * 2
      damping /= 2
    }
  }
}

/// A step that was tried. Where it was accelerated, its length and what it promised are those of
/// the step before that.
struct TriedStep {
  var length: Double
  /// By how much the objective should fall, as a share of what it was.
  var predicted: Double
  /// The slope along the step, as a share of the objective.
  var slope: Double
  /// Whether it is the whole step to the minimum of the linear model.
  var isWhole: Bool
  var isAccelerated = false
  /// By how much the objective fell.
  var actual = 0.0

  var ratio: Double { predicted > 0 ? actual / predicted : 0 }
  var isAccepted: Bool { ratio >= 1e-4 }

  func hasSettled(_ tolerance: Double) -> Bool {
    abs(actual) <= tolerance && predicted <= tolerance && ratio <= 2
  }
}
