/// Anderson's acceleration of a sequence of Gauss-Newton steps, which alone come nearer to a
/// minimum only by a share each where residuals are large (Walker and Ni, Anderson acceleration for
/// fixed-point iterations, 2011); steps are measured by what they add to the residuals. In memory
/// that is taken once.
struct StepAcceleration: ~Copyable {
  typealias Place = UnsafeMutablePointer<Double>

  /// The most earlier steps that are looked at.
  private static let depth = 3
  /// What is left of a difference beside newer ones, as a share, below which it says nothing new.
  private static let share = 1e-8

  private let count: Int
  /// Where steps began, the oldest first, and the steps.
  private let points: Place
  private let steps: Place
  /// What the differences of steps add to the residuals, made orthogonal.
  private let changes: Place
  /// The differences of points and of steps, added.
  private let moves: Place
  private let work: Place
  private var known = 0
  /// Whether the last step was accelerated.
  private var isUnderWay = false

  init(columnCount: Int) {
    count = columnCount
    let room = Self.depth * columnCount
    points = .allocate(capacity: 4 * room + columnCount)
    steps = points + room
    changes = steps + room
    moves = changes + room
    work = moves + room
  }

  deinit { points.deallocate() }

  mutating func forget() { (known, isUnderWay) = (0, false) }

  /// Takes note of a step that was found at a point, and of whether another one was taken in its
  /// place.
  mutating func remember(
    _ point: UnsafePointer<Double>, _ step: UnsafePointer<Double>, wasAccelerated: Bool
  ) {
    isUnderWay = wasAccelerated
    if known == Self.depth {
      let kept = (Self.depth - 1) * count
      for place in 0..<kept {
        points[place] = points[place + count]
        steps[place] = steps[place + count]
      }
      known -= 1
    }
    for place in 0..<count {
      points[known * count + place] = point[place]
      steps[known * count + place] = step[place]
    }
    known += 1
  }

  /// Whether steps shrink by so little that the next is worth changing, and so much that they are
  /// near a minimum.
  func isWorthwhile(_ change: UnsafePointer<Double>, _ model: borrowing LinearizedResiduals) -> Bool
  {
    guard known > 0 else { return false }
    let (size, before) = (VectorMath.norm(change, count), formerSize(model))
    if size < before, isUnderWay { return true }
    return size < before && size > 0.1 * before && size * size < 0.1 * model.loss
  }

  /// Whether a step is worth changing near a minimum: where plain steps come to it by themselves,
  /// they do so at once.
  func isWorthwhileAtEnd(
    _ change: UnsafePointer<Double>, _ model: borrowing LinearizedResiduals
  ) -> Bool {
    known > 0 && VectorMath.norm(change, count) > 0.003 * formerSize(model)
  }

  /// What the step before the next adds to the residuals.
  private func formerSize(_ model: borrowing LinearizedResiduals) -> Double {
    model.findChange(steps + (known - 1) * count, work)
    return VectorMath.norm(work, count)
  }

  /// Replaces a step from a point by the one that would follow from all of them if each step
  /// depended linearly on where it begins.
  /// - Parameter change: what the step adds to the residuals; used up.
  func improve(
    _ step: Place, at point: UnsafePointer<Double>, _ change: Place,
    _ model: borrowing LinearizedResiduals
  ) {
    // Newer ones first.
    var used = 0
    for back in 1..<known + 1 {
      let place = known - back
      let (move, own) = (moves + used * count, changes + used * count)
      for component in 0..<count {
        let isNewest = back == 1
        let after = (place + 1) * count + component
        let (x, p) =
          isNewest ? (point[component], step[component]) : (points[after], steps[after])
        work[component] = p - steps[place * count + component]
        move[component] = x - points[place * count + component] + work[component]
      }
      model.findChange(work, own)
      if orthogonalise(own, move, against: used) { used += 1 }
    }
    for index in 0..<used {
      let (own, move) = (changes + index * count, moves + index * count)
      let factor = VectorMath.dot(own, change, count) / VectorMath.dot(own, own, count)
      for place in 0..<count {
        change[place] -= factor * own[place]
        step[place] -= factor * move[place]
      }
    }
  }

  /// Makes a change orthogonal to those before it, and does the same to its move.
  /// - Returns: whether anything is left of it.
  private func orthogonalise(_ own: Place, _ move: Place, against used: Int) -> Bool {
    let size = VectorMath.norm(own, count)
    for index in 0..<used {
      let other = changes + index * count
      let factor = VectorMath.dot(own, other, count) / VectorMath.dot(other, other, count)
      for place in 0..<count {
        own[place] -= factor * other[place]
        move[place] -= factor * moves[index * count + place]
      }
    }
    let rest = VectorMath.norm(own, count)
    return rest > Self.share * size && rest.isFinite
  }
}
