/// When a search by steps of Newton's kind has come to its end: by what a step promises, which says
/// more than what the last one brought.
struct RestingPoint {
  private let highest: Double
  /// The largest value that each parameter had: what it moves by is measured by that.
  private var sizes: [Double]
  private let tolerance: Double

  /// A step that promises a smaller share than this of all that was gained counts as none, where it
  /// also hardly moves the parameters: for minima of 0, near which no share of the value is small.
  private let share: Double
  private static let movement = 1e-6

  init(_ start: EvaluatedPoint, _ limits: SolverLimits, share: Double = 1e-18) {
    let origin = limits.origin ?? (start.point, start.value)
    highest = max(start.value, origin.value.isFinite ? origin.value : start.value)
    sizes = start.point.indices.map { max(abs(start.point[$0]), abs(origin.point[$0])) }
    tolerance = limits.tolerance
    self.share = share
  }

  /// Takes note of a point that the search came to.
  mutating func visit(_ point: EvaluatedPoint) {
    for place in sizes.indices { sizes[place] = max(sizes[place], abs(point.point[place])) }
  }

  /// Whether a direction, whose whole length is the step to the minimum of a quadratic model,
  /// promises nothing that counts.
  func isReached(by direction: [Double], from current: EvaluatedPoint) -> Bool {
    let promise = -VectorMath.dot(direction, current.gradient) / 2
    if promise <= tolerance * abs(current.value) { return true }
    return promise <= share * (highest - current.value)
      && direction.indices.allSatisfy { place in
        abs(direction[place]) <= Self.movement * sizes[place]
      }
  }

  /// Whether the promise is so small that rounding of the value may hide it.
  func isWithinRounding(_ direction: [Double], from current: EvaluatedPoint) -> Bool {
    -VectorMath.dot(direction, current.gradient) / 2 <= 1e-12 * abs(current.value)
  }

  /// The same for a step that was taken.
  func isReached(by next: EvaluatedPoint, from current: EvaluatedPoint) -> Bool {
    current.value - next.value <= tolerance * abs(next.value) || isWithinShare(next, from: current)
  }

  /// Whether a step gained no share that counts of all that was gained, and hardly moved.
  func isWithinShare(_ next: EvaluatedPoint, from current: EvaluatedPoint) -> Bool {
    current.value - next.value <= share * (highest - next.value)
      && next.point.indices.allSatisfy { place in
        abs(next.point[place] - current.point[place]) <= Self.movement * sizes[place]
      }
  }
}
