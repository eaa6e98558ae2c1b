/// A function of several variables that is to be small, with its gradient.
package struct SmoothFunction {
  package typealias Evaluation = (value: Double, gradient: [Double])

  package var box: Box
  package var value: ([Double]) throws(RunError) -> Double
  package var gradient: ([Double]) throws(RunError) -> Evaluation
  /// The second derivatives, for Newton's method; symmetric.
  package var hessian: (([Double]) throws(RunError) -> ColumnMatrix)?
  /// Their product with a direction, the second argument.
  package var hessianProduct: (([Double], [Double]) throws(RunError) -> [Double])?

  package init(
    box: Box, value: @escaping ([Double]) throws(RunError) -> Double,
    gradient: @escaping ([Double]) throws(RunError) -> Evaluation
  ) {
    self.box = box
    self.value = value
    self.gradient = gradient
  }
}

/// A point, and the function there.
package struct EvaluatedPoint {
  package var point: [Double]
  package var value: Double
  package var gradient: [Double]

  package init(_ function: SmoothFunction, at point: [Double]) throws(RunError) {
    self.point = point
    (value, gradient) = try function.gradient(point)
  }

  var isFinite: Bool { value.isFinite && gradient.allSatisfy(\.isFinite) }

  /// The largest component of the gradient that no bound holds.
  func optimality(in box: Box) -> Double {
    VectorMath.largest(box.free(at: point, gradient: gradient).map { gradient[$0] })
  }
}
