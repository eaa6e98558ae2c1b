import ADCKit

/// The model of most tests here: a line through points.
enum Line {
  static let text = """
    input x: [n, 1]
    input y: [n, 1]
    param W: [1, 1] = 0.5
    param b: [1] = -1
    let prediction = x @ W + b
    minimize mean((prediction - y)^2)
    output prediction
    train { optimizer sgd(rate: 0.1); epochs 400 }
    """

  /// Points on y = 3x + 2, up and down by 1 in a pattern that has neither slope nor mean.
  static let x: [Double] = [-2, -1, 0, 1, 2]
  static let y: [Double] = [-4 + 1, -1 - 2, 2 + 0, 5 + 2, 8 - 1]

  static func data() throws -> Model.Data {
    [
      "x": try Tensor(shape: [x.count, 1], values: x),
      "y": try Tensor(shape: [y.count, 1], values: y),
    ]
  }

  /// The least squares by their textbook formulas.
  static var optimum: (slope: Double, shift: Double) {
    let count = Double(x.count)
    let (meanX, meanY) = (x.reduce(0, +) / count, y.reduce(0, +) / count)
    let covariance = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
    let variance = x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
    return (covariance / variance, meanY - covariance / variance * meanX)
  }

  /// Loss and gradient by hand.
  static func expected(
    _ slope: Double, _ shift: Double
  ) -> (loss: Double, slope: Double, shift: Double) {
    let count = Double(x.count)
    let residuals = zip(x, y).map { slope * $0 + shift - $1 }
    return (
      residuals.reduce(0) { $0 + $1 * $1 } / count,
      zip(x, residuals).reduce(0) { $0 + 2 * $1.0 * $1.1 } / count,
      residuals.reduce(0) { $0 + 2 * $1 } / count
    )
  }
}

extension Double {
  func isClose(to other: Double, within tolerance: Double = 1e-12) -> Bool {
    (self - other).magnitude <= tolerance * max(1, other.magnitude)
  }
}
