/// Where on a line the search for a step goes on: between the best place so far and another one, or
/// beyond the best (Moré and Thuente, 1994, sections 2 and 4).
struct StepInterval {
  typealias Place = LineSearch.Place

  /// The place with the least value.
  private(set) var best: Place
  private var other: Place
  /// Whether the step that is looked for lies between the two.
  private(set) var isBracketed = false
  /// The steps that may be tried next.
  private var least = 0.0
  private var most: Double
  /// The length of the interval before the last one.
  private var lengthBefore = Double.infinity
  private(set) var length = Double.infinity

  init(from start: Place, first: Double) {
    (best, other) = (start, start)
    most = 5 * first
  }

  /// Begins again with a shorter first step.
  mutating func begin(with step: Double) {
    if !isBracketed { most = step + 4 * (step - best.step) }
  }

  /// Takes note of a place, and says which step to try next. The curve is judged by what it is
  /// above a line of a slope.
  mutating func next(after place: Place, below line: Double) -> Double {
    let (low, trial) = (best.above(line), place.above(line))
    var step = proposal(low, other.above(line), trial)
    if trial.value > low.value {
      (other, isBracketed) = (place, true)
    } else {
      if trial.slope * low.slope < 0 { (other, isBracketed) = (best, true) }
      best = place
    }
    guard isBracketed else {
      (least, most) = (step + 1.1 * (step - best.step), step + 4 * (step - best.step))
      return step
    }
    let now = abs(other.step - best.step)
    (least, most) = (min(best.step, other.step), max(best.step, other.step))
    // Where the interval hardly becomes shorter, it is halved.
    if now >= 0.66 * lengthBefore || !(step > least && step < most) {
      step = best.step + 0.5 * (other.step - best.step)
    }
    (lengthBefore, length) = (length, now)
    return step
  }

  /// The step at which cubics and parabolas through the places have their minimum, the safer of
  /// them in each of the four cases of section 4.
  private mutating func proposal(_ low: Place, _ far: Place, _ trial: Place) -> Double {
    let cubic = Self.cubic(low, trial)
    if trial.value > low.value {
      let width = trial.step - low.step
      let parabola =
        low.step + low.slope / ((low.value - trial.value) / width + low.slope) / 2 * width
      return abs(cubic - low.step) < abs(parabola - low.step) ? cubic : (cubic + parabola) / 2
    }
    let secant =
      trial.step + trial.slope / (trial.slope - low.slope) * (low.step - trial.step)
    if trial.slope * low.slope < 0 {
      return abs(cubic - trial.step) > abs(secant - trial.step) ? cubic : secant
    }
    if abs(trial.slope) < abs(low.slope) {
      let isBeyond = (cubic - trial.step) * (trial.step - low.step) > 0
      guard isBracketed else {
        let far = isBeyond ? cubic : trial.step > low.step ? most : least
        let step = abs(far - trial.step) > abs(secant - trial.step) ? far : secant
        return max(least, min(most, step))
      }
      let near = isBeyond && abs(cubic - trial.step) < abs(secant - trial.step) ? cubic : secant
      let limit = trial.step + 0.66 * (far.step - trial.step)
      return trial.step > low.step ? min(limit, near) : max(limit, near)
    }
    if isBracketed { return Self.cubic(far, trial) }
    return trial.step > low.step ? most : least
  }

  /// The minimum of the cubic through two places with their slopes; that of its slope where it has
  /// none.
  private static func cubic(_ first: Place, _ second: Place) -> Double {
    let width = second.step - first.step
    let sum = 3 * (first.value - second.value) / width + first.slope + second.slope
    let size = max(abs(sum), abs(first.slope), abs(second.slope))
    let square = (sum / size) * (sum / size) - (first.slope / size) * (second.slope / size)
    let root = size * max(0, square).squareRoot() * (width < 0 ? -1 : 1)
    return second.step
      - width * (second.slope + root - sum) / (second.slope - first.slope + 2 * root)
  }
}
