/// Residuals of parameters, whose sum of squares is to be small.
package struct LeastSquaresFunction {
  /// Where numbers are written.
  package typealias Place = UnsafeMutablePointer<Double>
  /// Work at a point, one number for each parameter, that leaves residuals.
  package typealias Evaluation =
    (_ point: UnsafePointer<Double>, _ residuals: Place) throws(RunError) -> Void

  /// Where the parameters may be.
  package var box: Box
  /// The number of residuals.
  package var count: Int
  /// Writes the residuals.
  package var residuals: Evaluation
  /// The same, and works out their derivatives by the parameters.
  package var linearization: Evaluation
  /// Writes some rows of the derivatives that were worked out last, columns a distance apart.
  package var derivatives: (_ rows: Range<Int>, _ target: Place, _ distance: Int) -> Void

  /// A function of closures that write `count` numbers, and columns of as many.
  package init(
    box: Box, count: Int,
    residuals: @escaping Evaluation, linearization: @escaping Evaluation,
    derivatives: @escaping (_ rows: Range<Int>, _ target: Place, _ distance: Int) -> Void
  ) {
    (self.box, self.count) = (box, count)
    self.residuals = residuals
    self.linearization = linearization
    self.derivatives = derivatives
  }
}

/// A linear model of residuals around a point, restricted to the parameters that may move: R of
/// their derivatives, and the residuals as Q sees them. In memory that is taken once for all
/// points.
struct LinearizedResiduals: ~Copyable {
  let columnCount: Int
  let point: UnsafeMutablePointer<Double>
  /// Whether parameters may come to bounds.
  private let isBounded: Bool
  /// The sum of squares.
  private(set) var loss = 0.0
  /// The parameters that may move, and their number.
  let free: UnsafeMutablePointer<Int>
  private(set) var freeCount: Int
  var isWholeFree: Bool { freeCount == columnCount }
  /// Whether `DampedStep` has taken this model.
  var isFactorised = false
  /// Whether the columns are surely far from depending on each other.
  private(set) var isIndependent = false
  let factor: TallFactor
  /// Half the derivatives of the sum of squares.
  let gradient: UnsafeMutablePointer<Double>
  /// Of the columns.
  let norms: UnsafeMutablePointer<Double>

  /// Room for a model, which is none before it takes a point.
  init(columnCount: Int, isBounded: Bool) {
    (self.columnCount, self.isBounded) = (columnCount, isBounded)
    factor = TallFactor(order: columnCount)
    gradient = .allocate(capacity: 3 * columnCount)
    norms = gradient + columnCount
    point = norms + columnCount
    (free, freeCount) = (.allocate(capacity: columnCount), columnCount)
    for place in 0..<columnCount { free[place] = place }
  }

  /// The model around a point, once.
  init(_ function: LeastSquaresFunction, at point: [Double]) throws(RunError) {
    self.init(columnCount: point.count, isBounded: !function.box.isUnbounded)
    let panel = RowPanel(rows: function.count, columns: columnCount)
    let residuals = UnsafeMutablePointer<Double>.allocate(capacity: function.count)
    defer { residuals.deallocate() }
    try function.linearization(point, residuals)
    take(point, function, residuals, panel)
  }

  deinit {
    gradient.deallocate()
    free.deallocate()
  }

  /// The model around the point at which a function was linearized last.
  mutating func take(
    _ next: UnsafePointer<Double>, _ function: LeastSquaresFunction,
    _ residuals: UnsafePointer<Double>, _ panel: borrowing RowPanel
  ) {
    for place in 0..<columnCount { point[place] = next[place] }
    factor.take(function.derivatives, residuals, panel)
    loss = VectorMath.squares(residuals, function.count)
    var independence = 1.0
    for place in 0..<columnCount {
      let column = factor.entries + place * columnCount
      var (slope, squares) = (0.0, 0.0)
      for row in 0..<place + 1 {
        slope += column[row] * factor.right[row]
        squares += column[row] * column[row]
      }
      gradient[place] = slope
      norms[place] = VectorMath.norm(column, place + 1, squares: squares)
      independence *= abs(column[place]) / norms[place]
    }
    // Of columns of length 1 the least singular value is above half the determinant.
    isIndependent = independence > 1e-13
    isFactorised = false
    if isBounded { findFree(function.box) }
  }

  private mutating func findFree(_ box: Box) {
    freeCount = 0
    for place in 0..<columnCount
    where !box.holds(place, value: point[place], slope: gradient[place]) {
      free[freeCount] = place
      freeCount += 1
    }
  }

  /// Lets what stands on a bound and would be pushed through it by a step no longer move.
  /// - Returns: false where that is nothing, or everything.
  mutating func restrict(_ step: UnsafePointer<Double>, _ box: Box) -> Bool {
    let rest = (0..<freeCount).map { free[$0] }.filter { !box.blocks($0, point[$0], step[$0]) }
    guard rest.count < freeCount, !rest.isEmpty else { return false }
    free.update(from: rest, count: rest.count)
    (freeCount, isFactorised) = (rest.count, false)
    return true
  }

  var isFinite: Bool {
    for place in 0..<columnCount where !gradient[place].isFinite { return false }
    return loss.isFinite
  }

  /// The largest cosine of the angle between the residuals and a free column of the derivatives:
  /// 0 where the residuals are orthogonal to all directions in which they can be changed.
  @inline(__always)
  var largestCosine: Double {
    let length = loss.squareRoot()
    guard length > 0 else { return 0 }
    var largest = 0.0
    for index in 0..<freeCount {
      let place = free[index]
      guard norms[place] != 0 else { continue }
      largest = max(largest, abs(gradient[place]) / norms[place] / length)
    }
    return largest
  }

  /// R and the gradient, to be kept.
  var tangent: SolverResult.Tangent {
    let order = columnCount
    let entries = UnsafeBufferPointer(start: factor.entries, count: order * order)
    return SolverResult.Tangent(
      triangle: ColumnMatrix(rowCount: order, columnCount: order, entries: Array(entries)),
      gradient: Array(UnsafeBufferPointer(start: gradient, count: order)))
  }

  /// R times a step: what it adds to the residuals, as Q sees them.
  func findChange(_ step: UnsafePointer<Double>, _ change: UnsafeMutablePointer<Double>) {
    for row in 0..<columnCount {
      let entries = factor.entries + row
      var sum = 0.0
      for place in row..<columnCount where step[place] != 0 {
        sum += entries[place * columnCount] * step[place]
      }
      change[row] = sum
    }
  }

  /// By how much the sum of squares falls for what a step adds, if the model were linear.
  func predictedReduction(ofChange change: UnsafePointer<Double>) -> Double {
    -(2 * VectorMath.dot(factor.right, change, columnCount)
      + VectorMath.dot(change, change, columnCount))
  }
}
