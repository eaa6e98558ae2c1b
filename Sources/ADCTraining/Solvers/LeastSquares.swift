/// Residuals of parameters, whose sum of squares is to be small.
package struct LeastSquaresFunction {
  package typealias Place = UnsafeMutablePointer<Double>

  package var box: Box
  /// The number of residuals.
  package var count: Int
  /// Writes the residuals.
  package var residuals: (_ point: [Double], _ residuals: Place) throws(RunError) -> Void
  /// Writes the residuals, and their derivatives by the parameters, one column after another.
  package var linearization:
    (_ point: [Double], _ residuals: Place, _ jacobian: Place) throws(RunError) -> Void

  package init(
    box: Box, count: Int,
    residuals: @escaping (_ point: [Double], _ residuals: Place) throws(RunError) -> Void,
    linearization:
      @escaping (_ point: [Double], _ residuals: Place, _ jacobian: Place) throws(RunError) -> Void
  ) {
    (self.box, self.count) = (box, count)
    self.residuals = residuals
    self.linearization = linearization
  }
}

/// A linear model of residuals around a point, restricted to the parameters that may move; in memory
/// that is taken once for all points.
struct LinearizedResiduals: ~Copyable {
  private(set) var point: [Double]
  let rowCount: Int
  let columnCount: Int
  let residuals: UnsafeMutablePointer<Double>
  /// Column by column.
  let jacobian: UnsafeMutablePointer<Double>
  let gradient: UnsafeMutablePointer<Double>
  /// Of the columns.
  let norms: UnsafeMutablePointer<Double>
  private let change: UnsafeMutablePointer<Double>
  /// The sum of squares.
  private(set) var loss = 0.0
  var free: [Int] {
    didSet { isFactorised = false }
  }
  /// Whether `DampedStep` has factorised this model.
  var isFactorised = false

  init(_ function: LeastSquaresFunction, at point: [Double]) throws(RunError) {
    self.init(rowCount: function.count, columnCount: point.count)
    try move(to: point, function)
  }

  /// Room for a model, which is none before it is moved somewhere.
  init(rowCount: Int, columnCount: Int) {
    (self.rowCount, self.columnCount) = (rowCount, columnCount)
    residuals = .allocate(capacity: rowCount * (columnCount + 2) + 2 * columnCount)
    change = residuals + rowCount
    jacobian = change + rowCount
    gradient = jacobian + rowCount * columnCount
    norms = gradient + columnCount
    point = [Double](repeating: 0, count: columnCount)
    free = []
    free.reserveCapacity(columnCount)
  }

  deinit { residuals.deallocate() }

  /// The model around another point.
  mutating func move(to next: [Double], _ function: LeastSquaresFunction) throws(RunError) {
    for place in 0..<columnCount { point[place] = next[place] }
    try function.linearization(next, residuals, jacobian)
    for place in 0..<columnCount {
      let column = jacobian + place * rowCount
      gradient[place] = VectorMath.dot(column, residuals, rowCount)
      norms[place] = VectorMath.norm(column, rowCount)
    }
    loss = VectorMath.dot(residuals, residuals, rowCount)
    isFactorised = false
    free.removeAll(keepingCapacity: true)
    for place in 0..<columnCount
    where !function.box.holds(place, value: point[place], slope: gradient[place]) {
      free.append(place)
    }
  }

  var isFinite: Bool {
    for place in 0..<columnCount where !gradient[place].isFinite { return false }
    return loss.isFinite
  }

  /// The largest cosine of the angle between the residuals and a free column of the Jacobian:
  /// 0 where the residuals are orthogonal to all directions in which they can be changed.
  var largestCosine: Double {
    let length = loss.squareRoot()
    guard length > 0 else { return 0 }
    var largest = 0.0
    for place in free where norms[place] != 0 {
      largest = max(largest, abs(gradient[place]) / norms[place] / length)
    }
    return largest
  }

  /// By how much the sum of squares falls for a step, if the model were linear.
  func predictedReduction(_ step: UnsafePointer<Double>) -> Double {
    change.update(repeating: 0, count: rowCount)
    for place in 0..<columnCount where step[place] != 0 {
      let (column, factor) = (jacobian + place * rowCount, step[place])
      for row in 0..<rowCount { change[row] += column[row] * factor }
    }
    return
      -(2 * VectorMath.dot(residuals, change, rowCount)
      + VectorMath.dot(change, change, rowCount))
  }
}
