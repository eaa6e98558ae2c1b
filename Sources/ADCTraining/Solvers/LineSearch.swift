/// Finds a step along a direction of descent that satisfies the strong Wolfe conditions: the value
/// falls enough, and the slope is flat enough (Nocedal and Wright, Numerical Optimization, 2006,
/// algorithms 3.5 and 3.6, with cubic interpolation).
struct LineSearch {
  /// The share of the first slope by which the value must fall, and that may be left.
  var decrease = 1e-4
  var curvature = 0.9
  var evaluations = 40

  let function: SmoothFunction
  let start: EvaluatedPoint
  let direction: [Double]
  private let slope: Double
  /// Where the first bound is met.
  private let longest: Double

  init(_ function: SmoothFunction, from start: EvaluatedPoint, along direction: [Double]) {
    self.function = function
    self.start = start
    self.direction = direction
    slope = VectorMath.dot(start.gradient, direction)
    var longest = Double.infinity
    for place in direction.indices {
      let (position, change) = (start.point[place], direction[place])
      if change > 0 { longest = min(longest, (function.box.upper[place] - position) / change) }
      if change < 0 { longest = min(longest, (function.box.lower[place] - position) / change) }
    }
    self.longest = longest
  }

  /// A place on the line.
  private struct Place {
    var step: Double
    var value: Double
    var slope: Double
    var point: EvaluatedPoint?
  }

  private func place(at step: Double) throws(RunError) -> Place {
    var point = VectorMath.sum(start.point, step, direction)
    // On the bound, not a rounding away from it.
    point = function.box.clipped(point)
    let found = try EvaluatedPoint(function, at: point)
    guard found.isFinite else { return Place(step: step, value: .infinity, slope: .nan) }
    return Place(
      step: step, value: found.value, slope: VectorMath.dot(found.gradient, direction),
      point: found)
  }

  private func falls(_ place: Place) -> Bool {
    place.value <= start.value + decrease * place.step * slope
  }

  /// The value may differ by its rounding where the slope says that it falls (Hager and Zhang, 2005,
  /// the approximate Wolfe conditions).
  private func fallsWithinRounding(_ place: Place) -> Bool {
    place.value <= start.value + 1e-14 * abs(start.value)
      && place.slope <= (2 * decrease - 1) * slope
  }

  private func isFlat(_ place: Place) -> Bool { abs(place.slope) <= -curvature * slope }

  /// The point found; nil where no step makes the value smaller.
  func search(first: Double) throws(RunError) -> EvaluatedPoint? {
    guard slope < 0, longest > 0 else { return nil }
    var previous = Place(step: 0, value: start.value, slope: slope, point: nil)
    var step = min(first, longest)
    for trial in 0..<evaluations {
      let current = try place(at: step)
      if !(falls(current) || fallsWithinRounding(current))
        || (trial > 0 && current.value >= previous.value && previous.step > 0)
      {
        return try zoom(low: previous, high: current, left: evaluations - trial)
      }
      if isFlat(current) || step >= longest { return current.point }
      if current.slope >= 0 {
        return try zoom(low: current, high: previous, left: evaluations - trial)
      }
      let next = interpolated(previous, current) ?? step * 2
      previous = current
      step = min(max(next, step * 1.5), step * 8, longest)
    }
    return previous.point
  }

  /// Narrows an interval in which such a step lies; `low` has the smaller value.
  private func zoom(low: Place, high: Place, left: Int) throws(RunError) -> EvaluatedPoint? {
    var (low, high) = (low, high)
    for _ in 0..<left {
      let width = high.step - low.step
      if abs(width) <= 1e-16 * max(abs(high.step), abs(low.step)) { break }
      // What can still be gained is less than a rounding of the value.
      if abs(width * slope) <= 1e-17 * abs(start.value) { break }
      var step = interpolated(low, high) ?? (low.step + width / 2)
      let (near, far) = (low.step + 0.1 * width, low.step + 0.9 * width)
      step = min(max(step, min(near, far)), max(near, far))
      let current = try place(at: step)
      if !(falls(current) || fallsWithinRounding(current)) || current.value > low.value {
        high = current
      } else {
        if isFlat(current) { return current.point }
        if current.slope * (high.step - low.step) >= 0 { high = low }
        low = current
      }
    }
    return low.point
  }

  /// The minimum of the cubic through two places, values and slopes; nil where there is none.
  private func interpolated(_ first: Place, _ second: Place) -> Double? {
    guard second.slope.isFinite, second.value.isFinite else { return nil }
    let width = second.step - first.step
    let sum = first.slope + second.slope - 3 * (second.value - first.value) / width
    let square = sum * sum - first.slope * second.slope
    guard square >= 0 else { return nil }
    let root = square.squareRoot() * (width < 0 ? -1 : 1)
    let result =
      second.step - width * (second.slope + root - sum) / (second.slope - first.slope + 2 * root)
    return result.isFinite ? result : nil
  }
}
