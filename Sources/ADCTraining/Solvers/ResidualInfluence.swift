/// What a robust loss makes of the residuals of a fit, at its end.
package struct ResidualInfluence: Sendable {
  /// The residuals over their errors, not bent.
  let residuals: [Double]
  /// psi, the derivative of half the loss by the residual, and the derivative of that.
  private let values: [Double]
  private let slopes: [Double]
  /// The derivative of each bent residual by the residual.
  private let bends: [Double]

  /// - Parameters:
  ///   - bent: the residuals whose squares are the loss.
  ///   - values: psi of each residual.
  ///   - slopes: the derivative of psi.
  package init(residuals: [Double], bent: [Double], values: [Double], slopes: [Double]) {
    (self.residuals, self.values, self.slopes) = (residuals, values, slopes)
    // Half the loss is half the square of a bent residual, whence psi = bent * bent'.
    bends = zip(values, bent).map { $1 == 0 ? 1 : $0 / $1 }
  }

  /// The derivatives of the residuals, from those of the bent ones.
  func straightened(_ jacobian: ColumnMatrix) -> ColumnMatrix {
    var result = jacobian
    for column in 0..<jacobian.columnCount {
      for row in 0..<jacobian.rowCount { result[row, column] /= bends[row] }
    }
    return result
  }

  /// What (J' J)^-1 is multiplied by for the covariances of an M-estimate of p parameters:
  /// K² sum(psi²) / (n - p) / mean(psi')², K = 1 + p/n var(psi') / mean(psi')² (Huber, Robust
  /// Statistics, 1981, section 7.6, equation 6.5). It is the residual variance where the loss is
  /// the square; NaN where more residuals are passed over than hold the parameters.
  func variance(parameters: Int) -> Double {
    let (n, mean) = (Double(values.count), meanSlope)
    let freedom = n - Double(parameters)
    guard freedom > 0, mean > 0 else { return .nan }
    let spread = slopes.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
    let correction = 1 + Double(parameters) / n * spread / (mean * mean)
    let ratio = correction / mean
    return VectorMath.dot(values, values) / freedom * ratio * ratio
  }

  /// The curvature that the loss keeps of that of squares.
  var meanSlope: Double { slopes.reduce(0, +) / Double(slopes.count) }

  /// The standard deviation of the observations that are no outliers, from the median of the sizes
  /// of residuals, where as many of the least are left out as parameters make 0.
  func deviation(parameters: Int) -> Double {
    let sizes = residuals.map(abs).sorted().dropFirst(parameters)
    guard let last = sizes.indices.last else { return .nan }
    let (low, high) = ((sizes.startIndex + last) / 2, (sizes.startIndex + last + 1) / 2)
    return (sizes[low] + sizes[high]) / 2 / Self.normalQuartile
  }

  /// Half of normal numbers are less than this many standard deviations away from their mean.
  private static let normalQuartile = 0.674_489_750_196_081_7
}
