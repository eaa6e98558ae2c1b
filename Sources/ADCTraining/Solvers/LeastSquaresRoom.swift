/// What the steps of a least-squares search are worked out in, taken once.
struct LeastSquaresRoom: ~Copyable {
  typealias Place = UnsafeMutablePointer<Double>

  var steps: DampedStep
  var acceleration: StepAcceleration
  /// The point that was tried last.
  let point: Place
  let step: Place
  /// The step as it was before it was accelerated.
  let plain: Place
  /// What a step adds to the residuals.
  let change: Place
  /// The lengths by which components are measured.
  let scale: Place
  /// Whether there are no bounds.
  let isUnbounded: Bool
  private let panel: RowPanel
  private let count: Int
  private let products: Place
  private let residuals: Place
  /// Whether the derivatives at the point that was tried last are known.
  private var isLinearized = false
  /// Whether points are worth their derivatives before they are known to be better: after one that
  /// was.
  private var expectsMore = true

  init(_ function: LeastSquaresFunction, columnCount: Int) {
    let rowCount = function.count
    (count, isUnbounded) = (columnCount, function.box.isUnbounded)
    steps = DampedStep(columnCount: columnCount)
    acceleration = StepAcceleration(columnCount: columnCount)
    panel = RowPanel(rows: rowCount, columns: columnCount)
    step = .allocate(capacity: 6 * columnCount + rowCount)
    plain = step + columnCount
    change = plain + columnCount
    scale = change + columnCount
    products = scale + columnCount
    point = products + columnCount
    residuals = point + columnCount
  }

  deinit { step.deallocate() }

  /// Measures each component by the largest norm that its column had; at the start by the first.
  func measure(_ model: borrowing LinearizedResiduals, isFirst: Bool = false) {
    for place in 0..<count {
      let norm = model.norms[place]
      scale[place] = isFirst ? (norm == 0 ? 1 : norm) : max(scale[place], norm)
    }
  }

  @inline(__always)
  func length(_ vector: UnsafePointer<Double>) -> Double {
    VectorMath.norm(of: vector, times: scale, count, room: products)
  }

  /// Spreads the step that was found to all components; those that are not free stay.
  @inline(__always)
  func spread(_ model: borrowing LinearizedResiduals) {
    if model.isWholeFree {
      step.update(from: steps.step, count: count)
      return
    }
    step.update(repeating: 0, count: count)
    for place in 0..<model.freeCount { step[model.free[place]] = steps.step[place] }
  }

  /// Whether the step from a point stays within bounds.
  @inline(__always)
  func isInside(_ box: Box, from start: UnsafePointer<Double>) -> Bool {
    if isUnbounded { return true }
    for place in 0..<count {
      let value = start[place] + step[place]
      guard value >= box.lower[place], value <= box.upper[place] else { return false }
    }
    return true
  }

  /// Goes as far as bounds allow; the step is then the one that was taken.
  @inline(__always)
  mutating func go(from start: UnsafePointer<Double>, within box: Box) {
    isLinearized = false
    for place in 0..<count {
      let value = start[place] + step[place]
      point[place] = isUnbounded ? value : box.clipped(value, place)
      step[place] = point[place] - start[place]
    }
  }

  /// Whether the step changes each component by no more than a share of it.
  func isBelow(_ share: Double, of start: UnsafePointer<Double>) -> Bool {
    for place in 0..<count where !(abs(step[place]) <= share * abs(start[place])) { return false }
    return true
  }

  /// The sum of squares at the point.
  mutating func loss(_ function: LeastSquaresFunction) throws(RunError) -> Double {
    isLinearized = expectsMore
    if isLinearized {
      try function.linearization(point, residuals)
    } else {
      try function.residuals(point, residuals)
    }
    expectsMore = false
    return VectorMath.squares(residuals, function.count)
  }

  /// Makes the point that of a model.
  mutating func accept(
    _ model: inout LinearizedResiduals, _ function: LeastSquaresFunction
  ) throws(RunError) {
    if !isLinearized { try function.linearization(point, residuals) }
    model.take(point, function, residuals, panel)
    (isLinearized, expectsMore) = (false, true)
  }
}
