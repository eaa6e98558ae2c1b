/// The step that minimises a linear model within a length, ‖D p‖ ≤ Δ (Moré, The
/// Levenberg-Marquardt algorithm: implementation and theory, 1978); in memory that is taken once for
/// all models of a size.
///
/// All vectors but the target hold the components that are free.
struct DampedStep: ~Copyable {
  typealias Place = UnsafeMutablePointer<Double>

  /// The step found last.
  let step: Place
  private let room: Int
  private let pivots: UnsafeMutablePointer<Int>
  /// Q' (-r).
  private let target: Place
  /// The lengths by which components are measured, in the order of the columns.
  private let scale: Place
  private let work: Place
  private let right: Place
  /// The numbers of R, of the damped R, and of what reflections put beside it.
  private let outer: Place
  private let inner: Place
  private let lower: Place
  private var triangle: Triangle
  private var rank = 0

  init(columnCount: Int) {
    room = columnCount
    // Where columns may depend on each other, their factors lie where the damped ones come.
    let size = max(Triangle.storage(columnCount), QRFactors.storage(columnCount, columnCount))
    step = .allocate(capacity: 5 * columnCount + 3 * size)
    scale = step + columnCount
    work = scale + columnCount
    right = work + columnCount
    target = right + columnCount
    outer = target + columnCount
    inner = outer + size
    lower = inner + size
    pivots = .allocate(capacity: columnCount)
    triangle = Triangle(0, outer)
  }

  deinit {
    step.deallocate()
    pivots.deallocate()
  }

  private var count: Int { triangle.order }

  /// Takes a model and the lengths by which its components are measured.
  mutating func take(_ model: inout LinearizedResiduals, scale lengths: [Double]) {
    for place in 0..<model.free.count { scale[place] = lengths[model.free[place]] }
    guard !model.isFactorised else { return }
    triangle = Triangle(model.free.count, outer)
    for row in 0..<room { target[row] = -model.factor.right[row] }
    if model.isIndependent, count == room {
      outer.update(from: model.factor.entries, count: room * room)
      for place in 0..<count { pivots[place] = place }
      rank = count
    } else {
      takeByPivots(model)
    }
    triangle.invertDiagonal()
    model.isFactorised = true
  }

  /// Orders the columns so that those come last that depend on the others.
  private mutating func takeByPivots(_ model: borrowing LinearizedResiduals) {
    for place in 0..<count {
      (inner + place * room).update(
        from: model.factor.entries + model.free[place] * room, count: room)
    }
    let factors = QRFactors(room, count, inner, pivots)
    factors.factorise()
    factors.applyTransposedQ(to: target)
    rank = factors.rank(tolerance: 1e-15)
    for column in 0..<count {
      for row in 0...column { outer[column * count + row] = factors.r(row, column) }
    }
  }

  /// Finds the step without damping; of the shortest ones where columns depend on each other,
  /// roughly.
  func findNewton() {
    work.update(from: target, count: rank)
    triangle.solve(work, rank: rank)
    step.update(repeating: 0, count: count)
    for place in 0..<rank { step[pivots[place]] = work[place] }
  }

  /// Finds the step.
  /// - Returns: the damping that gives it its length.
  func find(radius: Double, damping: Double) -> Double {
    findNewton()
    var length = norm
    if length <= 1.1 * radius { return 0 }
    var excess = length - radius
    var lower = 0.0
    if rank == count {
      let slope = slope(triangle, length)
      lower = excess / radius / (slope * slope)
    }
    let gradient = gradientNorm
    var upper = gradient / radius
    if upper == 0 { upper = .leastNormalMagnitude / min(radius, 0.1) }
    var damping = min(max(damping, lower), upper)
    if damping == 0 { damping = gradient / length }
    for _ in 0..<12 {
      if damping == 0 { damping = max(.leastNormalMagnitude, 0.001 * upper) }
      let damped = findDamped(damping)
      length = norm
      let before = excess
      excess = length - radius
      if abs(excess) <= 0.1 * radius || (lower == 0 && excess <= before && before < 0) { break }
      let slope = slope(damped, length)
      let change = excess / radius / (slope * slope)
      if excess > 0 { lower = max(lower, damping) } else { upper = min(upper, damping) }
      damping = max(lower, damping + change)
    }
    return damping
  }

  /// ‖D p‖ of the step.
  private var norm: Double {
    for place in 0..<count { work[place] = step[place] * scale[place] }
    return VectorMath.norm(work, count)
  }

  /// ‖R'^-1 P' D² p‖ / ‖D p‖ of the step.
  private func slope(_ triangle: Triangle, _ length: Double) -> Double {
    let inverse = 1 / length
    for column in 0..<count {
      let place = pivots[column]
      work[column] = scale[place] * (scale[place] * step[place] * inverse)
    }
    triangle.solveTransposed(work)
    return VectorMath.norm(work, count)
  }

  /// ‖D^-1 J' r‖.
  private var gradientNorm: Double {
    for column in 0..<count {
      var sum = 0.0
      for row in 0...column { sum += triangle.entries[column * count + row] * target[row] }
      work[column] = sum / scale[pivots[column]]
    }
    return VectorMath.norm(work, count)
  }

  /// Solves [R; sqrt(damping) D] p = [Q' (-r); 0].
  private func findDamped(_ damping: Double) -> Triangle {
    let damped = Triangle(count, inner)
    let root = damping.squareRoot()
    for place in 0..<count { work[place] = root * scale[pivots[place]] }
    right.update(from: target, count: count)
    damped.take(triangle, over: work, right: right, lower: lower)
    damped.solve(right, rank: count)
    for place in 0..<count { step[pivots[place]] = right[place] }
    return damped
  }
}
