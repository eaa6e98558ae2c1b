/// Finds a step along a direction of descent that satisfies the strong Wolfe conditions: the value
/// falls enough, and the slope is flat enough (Moré and Thuente, Line search algorithms with
/// guaranteed sufficient decrease, 1994).
package struct LineSearch {
  /// The share of the first slope by which the value must fall, and that may be left.
  package var decrease = 1e-4
  /// The share of the first slope, as a magnitude, that may be left where the search ends.
  package var curvature = 0.9
  var evaluations = 40

  let function: SmoothFunction
  let start: EvaluatedPoint
  let direction: [Double]
  private let slope: Double
  /// Where the first bound is met.
  private let longest: Double

  /// A search along a direction in which the function falls, as far as the first bound.
  package init(
    _ function: SmoothFunction, from start: EvaluatedPoint, along direction: [Double]
  ) {
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
  struct Place {
    var step: Double
    var value: Double
    var slope: Double
    var point: EvaluatedPoint?

    /// How far the curve is above a line through the start.
    func above(_ line: Double) -> Place {
      Place(step: step, value: value - line * step, slope: slope - line, point: point)
    }
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

  /// A value may differ from the first by its rounding where the slope says that it falls (Hager
  /// and Zhang, 2005, the approximate Wolfe conditions).
  private func fallsWithinRounding(_ place: Place) -> Bool {
    abs(place.value - start.value) <= 1e-14 * abs(start.value)
      && place.slope <= (2 * decrease - 1) * slope
  }

  private func isFlat(_ place: Place) -> Bool { abs(place.slope) <= -curvature * slope }

  /// The point found; nil where no step makes the value smaller.
  package func search(first: Double) throws(RunError) -> EvaluatedPoint? {
    guard slope < 0, longest > 0 else { return nil }
    var step = min(first, longest)
    var interval = StepInterval(
      from: Place(step: 0, value: start.value, slope: slope, point: nil), first: step)
    var isBelow = false
    for _ in 0..<evaluations {
      let current = try place(at: step)
      guard current.value.isFinite, current.slope.isFinite else {
        // There is nothing to interpolate: much nearer to where there are values.
        step = interval.best.step + (step - interval.best.step) / 8
        interval.begin(with: step)
        continue
      }
      let falls = falls(current)
      if falls || fallsWithinRounding(current), isFlat(current) { return current.point }
      if step >= longest, falls { return current.point }
      isBelow = isBelow || (falls && current.slope >= 0)
      // Until a step falls enough, what lies below the line of enough is looked for.
      let isLowered = !isBelow && !falls && current.value <= interval.best.value
      step = min(interval.next(after: current, below: isLowered ? decrease * slope : 0), longest)
      // What can still be gained is less than a rounding of the value.
      if interval.isBracketed,
        interval.length <= 1e-16 * step || interval.length * -slope <= 1e-17 * abs(start.value)
      {
        break
      }
    }
    return interval.best.point
  }
}
