/// A function of several variables that is to be small, with its gradient.
package struct SmoothFunction {
  /// What a gradient is computed with: the value at the same point.
  package typealias Evaluation = (value: Double, gradient: [Double])

  /// Where the parameters may be.
  package var box: Box
  /// The value at a point inside the box; infinite or NaN where there is none.
  package var value: ([Double]) throws(RunError) -> Double
  /// The value and the gradient, one number for each parameter.
  package var gradient: ([Double]) throws(RunError) -> Evaluation
  /// The second derivatives, for Newton's method; symmetric.
  package var hessian: (([Double]) throws(RunError) -> ColumnMatrix)?
  /// Their product with a direction, the second argument.
  package var hessianProduct: (([Double], [Double]) throws(RunError) -> [Double])?

  /// A function without second derivatives, which may be set afterwards.
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
  /// One number for each parameter.
  package var point: [Double]
  /// The function there; may be infinite or NaN.
  package var value: Double
  /// By each parameter.
  package var gradient: [Double]

  /// Evaluates the value and the gradient once.
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
