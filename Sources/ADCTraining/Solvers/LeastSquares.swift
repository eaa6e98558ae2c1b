/// Residuals of parameters, whose sum of squares is to be small.
package struct LeastSquaresFunction {
  /// Where numbers are written.
  package typealias Place = UnsafeMutablePointer<Double>

  /// Where the parameters may be.
  package var box: Box
  /// The number of residuals.
  package var count: Int
  /// Writes the residuals.
  package var residuals: (_ point: [Double], _ residuals: Place) throws(RunError) -> Void
  /// The same, and works out their derivatives by the parameters.
  package var linearization: (_ point: [Double], _ residuals: Place) throws(RunError) -> Void
  /// Writes some rows of the derivatives that were worked out last, columns a distance apart.
  package var derivatives: (_ rows: Range<Int>, _ target: Place, _ distance: Int) -> Void

  /// A function of closures that write `count` numbers, and columns of as many.
  package init(
    box: Box, count: Int,
    residuals: @escaping (_ point: [Double], _ residuals: Place) throws(RunError) -> Void,
    linearization: @escaping (_ point: [Double], _ residuals: Place) throws(RunError) -> Void,
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
  private(set) var point: [Double]
  let columnCount: Int
  /// Whether parameters may come to bounds.
  private let isBounded: Bool
  /// The sum of squares.
  private(set) var loss = 0.0
  /// The parameters that may move.
  private(set) var free: [Int]
  var isWholeFree: Bool { free.count == columnCount }
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
    gradient = .allocate(capacity: 2 * columnCount)
    norms = gradient + columnCount
    point = [Double](repeating: 0, count: columnCount)
    free = Array(0..<columnCount)
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

  deinit { gradient.deallocate() }

  /// The model around the point at which a function was linearized last.
  mutating func take(
    _ next: [Double], _ function: LeastSquaresFunction, _ residuals: UnsafePointer<Double>,
    _ panel: borrowing RowPanel
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
    free.removeAll(keepingCapacity: true)
    for place in 0..<columnCount
    where !box.holds(place, value: point[place], slope: gradient[place]) {
      free.append(place)
    }
  }

  /// Lets what stands on a bound and would be pushed through it by a step no longer move.
  /// - Returns: false where that is nothing, or everything.
  mutating func restrict(_ step: UnsafePointer<Double>, _ box: Box) -> Bool {
    let rest = free.filter { !box.blocks($0, point[$0], step[$0]) }
    guard rest.count < free.count, !rest.isEmpty else { return false }
    (free, isFactorised) = (rest, false)
    return true
  }

  var isFinite: Bool {
    for place in 0..<columnCount where !gradient[place].isFinite { return false }
    return loss.isFinite
  }

  /// The largest cosine of the angle between the residuals and a free column of the derivatives:
  /// 0 where the residuals are orthogonal to all directions in which they can be changed.
  var largestCosine: Double {
    let length = loss.squareRoot()
    guard length > 0 else { return 0 }
    var largest = 0.0
    for index in 0..<free.count {
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
    change.update(repeating: 0, count: columnCount)
    for place in 0..<columnCount where step[place] != 0 {
      let (column, size) = (factor.entries + place * columnCount, step[place])
      for row in 0..<place + 1 { change[row] += column[row] * size }
    }
  }

  /// By how much the sum of squares falls for what a step adds, if the model were linear.
  func predictedReduction(ofChange change: UnsafePointer<Double>) -> Double {
    -(2 * VectorMath.dot(factor.right, change, columnCount)
      + VectorMath.dot(change, change, columnCount))
  }
}
