/// The step that minimises a linear model within a length, ‖D p‖ ≤ Δ (Moré, The
/// Levenberg-Marquardt algorithm: implementation and theory, 1978); in memory that is taken once
/// for all models of a size.
///
/// All vectors hold the components that are free.
struct DampedStep: ~Copyable {
  typealias Place = UnsafeMutablePointer<Double>

  /// The step found last.
  let step: Place
  private let room: Int
  private let pivots: UnsafeMutablePointer<Int>
  /// The lengths by which components are measured, in the order of the columns.
  private let scale: Place
  private let work: Place
  /// The numbers of R, of the damped R, and of what reflections put beside it.
  private let outer: Place
  private let inner: Place
  private let lower: Place
  /// The products of R's columns, once they were asked for.
  private let products: Place
  private var knowsProducts = false
  private var triangle: Triangle
  private var rank = 0

  init(columnCount: Int) {
    room = columnCount
    // Where columns may depend on each other, their factors lie where the damped ones come.
    let size = max(Triangle.storage(columnCount), QRFactors.storage(columnCount, columnCount))
    step = .allocate(capacity: 3 * columnCount + 4 * size)
    scale = step + columnCount
    work = scale + columnCount
    outer = work + columnCount
    inner = outer + size
    lower = inner + size
    products = lower + size
    pivots = .allocate(capacity: columnCount)
    triangle = Triangle(0, outer)
  }

  deinit {
    step.deallocate()
    pivots.deallocate()
  }

  private var count: Int { triangle.order }

  /// Takes a model and the lengths by which its components are measured.
  mutating func take(_ model: inout LinearizedResiduals, scale lengths: UnsafePointer<Double>) {
    if model.isWholeFree {
      scale.update(from: lengths, count: room)
    } else {
      for place in 0..<model.freeCount { scale[place] = lengths[model.free[place]] }
    }
    guard !model.isFactorised else { return }
    triangle = Triangle(model.freeCount, outer)
    if model.isIndependent, model.isWholeFree {
      outer.update(from: model.factor.entries, count: room * (room + 1))
      for place in 0..<room { pivots[place] = place }
      rank = room
    } else {
      takeByPivots(model)
    }
    for place in 0..<count { triangle.right[place] = -triangle.right[place] }
    triangle.invertDiagonal()
    (knowsProducts, model.isFactorised) = (false, true)
  }

  /// Orders the columns so that those come last that depend on the others, whatever their lengths.
  private mutating func takeByPivots(_ model: borrowing LinearizedResiduals) {
    let lengths = work
    for place in 0..<count {
      let column = inner + place * room
      column.update(from: model.factor.entries + model.free[place] * room, count: room)
      lengths[place] = VectorMath.scale(ofNorm: VectorMath.norm(column, room))
      for row in 0..<room { column[row] /= lengths[place] }
    }
    let factors = QRFactors(room, count, inner, pivots)
    factors.factorise()
    lower.update(from: model.factor.right, count: room)
    factors.applyTransposedQ(to: lower)
    rank = factors.rank(tolerance: 1e-15)
    for column in 0..<count {
      let length = lengths[pivots[column]]
      for row in 0..<column + 1 { outer[column * count + row] = factors.r(row, column) * length }
    }
    triangle.right.update(from: lower, count: count)
  }

  /// Finds the step without damping; of the shortest ones where columns depend on each other,
  /// roughly.
  @inline(__always)
  func findNewton() {
    work.update(from: triangle.right, count: rank)
    triangle.solve(work, rank: rank)
    if rank < count { step.update(repeating: 0, count: count) }
    for place in 0..<rank { step[pivots[place]] = work[place] }
  }

  /// Finds the step.
  /// - Returns: the damping that gives it its length.
  mutating func find(radius: Double, damping: Double) -> Double {
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
  @inline(__always)
  private var norm: Double { VectorMath.norm(of: step, times: scale, count, room: work) }

  /// ‖R'^-1 P' D² p‖ / ‖D p‖ of the step.
  @inline(__always)
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
  @inline(__always)
  private var gradientNorm: Double {
    var squares = 0.0
    for column in 0..<count {
      var sum = 0.0
      let own = triangle.entries + column * count
      for row in 0..<column + 1 { sum += own[row] * triangle.right[row] }
      let size = sum / scale[pivots[column]]
      work[column] = size
      squares += size * size
    }
    return VectorMath.norm(work, count, squares: squares)
  }

  /// Solves [R; sqrt(damping) D] p = [Q' (-r); 0].
  @inline(__always)
  private mutating func findDamped(_ damping: Double) -> Triangle {
    let damped = Triangle(count, inner)
    let root = damping.squareRoot()
    for place in 0..<count { work[place] = root * scale[pivots[place]] }
    let products = Triangle(count, products)
    if !knowsProducts { products.takeProducts(triangle) }
    knowsProducts = true
    if !damped.takeRoughly(products, over: work) {
      damped.take(triangle, over: work, lower: lower)
    }
    damped.solve(damped.right, rank: count)
    for place in 0..<count { step[pivots[place]] = damped.right[place] }
    return damped
  }
}
