/// The step that minimises a linear model within a length, ‖D p‖ ≤ Δ (Moré, The
/// Levenberg-Marquardt algorithm: implementation and theory, 1978); in memory that is taken once for
/// all models of a size.
///
/// All vectors but the target hold the components that are free.
struct DampedStep: ~Copyable {
  /// The step found last.
  let step: UnsafeMutablePointer<Double>
  private let rowCount: Int
  private let pivots: UnsafeMutablePointer<Int>
  /// Q' (-r).
  private let target: UnsafeMutablePointer<Double>
  /// The lengths by which components are measured, in the order of the columns.
  private let scale: UnsafeMutablePointer<Double>
  private let work: UnsafeMutablePointer<Double>
  private let right: UnsafeMutablePointer<Double>
  private let outer: UnsafeMutablePointer<Double>
  private let inner: UnsafeMutablePointer<Double>
  private var factors: QRFactors
  private var rank = 0

  init(rowCount: Int, columnCount: Int) {
    self.rowCount = rowCount
    let own = QRFactors.storage(rowCount, columnCount)
    let damped = QRFactors.storage(2 * columnCount, columnCount)
    step = .allocate(capacity: own + damped + rowCount + 5 * columnCount)
    scale = step + columnCount
    work = scale + columnCount
    right = work + columnCount
    target = right + 2 * columnCount
    outer = target + rowCount
    inner = outer + own
    pivots = .allocate(capacity: 2 * columnCount)
    factors = QRFactors(rowCount, 0, outer, pivots)
  }

  deinit {
    step.deallocate()
    pivots.deallocate()
  }

  private var count: Int { factors.columnCount }

  /// Takes a model and the lengths by which its components are measured.
  mutating func take(_ model: inout LinearizedResiduals, scale lengths: [Double]) {
    for (place, column) in model.free.enumerated() { scale[place] = lengths[column] }
    guard !model.isFactorised else { return }
    for (place, column) in model.free.enumerated() {
      (outer + place * rowCount).update(
        from: model.jacobian + column * rowCount, count: rowCount)
    }
    factors = QRFactors(rowCount, model.free.count, outer, pivots)
    factors.factorise()
    for row in 0..<rowCount { target[row] = -model.residuals[row] }
    factors.applyTransposedQ(to: target)
    rank = factors.rank(tolerance: 1e-15)
    model.isFactorised = true
  }

  /// Finds the step without damping; of the shortest ones where columns depend on each other,
  /// roughly.
  func findNewton() {
    work.update(from: target, count: rank)
    factors.solveR(work, rank: rank)
    step.update(repeating: 0, count: count)
    for place in 0..<rank { step[factors.pivots[place]] = work[place] }
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
      let slope = slope(factors, length)
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
  private func slope(_ factors: QRFactors, _ length: Double) -> Double {
    for column in 0..<count {
      let place = factors.pivots[column]
      work[column] = scale[place] * (scale[place] * step[place] / length)
    }
    factors.solveTransposedR(work, rank: count)
    return VectorMath.norm(work, count)
  }

  /// ‖D^-1 J' r‖.
  private var gradientNorm: Double {
    for column in 0..<count {
      var sum = 0.0
      for row in 0..<min(column + 1, factors.depth) { sum += factors.r(row, column) * target[row] }
      work[column] = sum / scale[factors.pivots[column]]
    }
    return VectorMath.norm(work, count)
  }

  /// Solves [R; sqrt(damping) D] p = [Q' (-r); 0].
  private func findDamped(_ damping: Double) -> QRFactors {
    let depth = factors.depth
    let stacked = QRFactors(depth + count, count, inner, pivots + count)
    inner.update(repeating: 0, count: stacked.rowCount * count)
    let root = damping.squareRoot()
    for column in 0..<count {
      let place = factors.pivots[column]
      let start = inner + place * stacked.rowCount
      for row in 0..<min(column + 1, depth) { start[row] = factors.r(row, column) }
      start[depth + place] = root * scale[place]
    }
    stacked.factorise()
    right.update(from: target, count: depth)
    (right + depth).update(repeating: 0, count: count)
    stacked.applyTransposedQ(to: right)
    stacked.solveR(right, rank: count)
    for place in 0..<count { step[stacked.pivots[place]] = right[place] }
    return stacked
  }
}
