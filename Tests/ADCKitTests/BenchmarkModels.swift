/// The log-likelihood of a Gaussian mixture and bundle adjustment, as ADBench states them.
enum BenchmarkModels {
  /// Mixture of `components` Gaussians over points of `dimensions` coordinates, with a Wishart
  /// prior; the lower factors of the inverse covariances have their diagonals as logarithms first,
  /// then what is below, column by column.
  static func mixture(
    dimensions d: Int, components k: Int, gamma: Double, wishart m: Int
  ) -> String {
    let below = (0..<d).flatMap { column in
      (column + 1..<max(d, column + 1)).map { $0 * d + column }
    }
    let rest = d * (d - 1) / 2
    let factor =
      rest == 0
      ? "diagonal_matrix(exp(q))"
      : """
      reshape(icf[:, \(d)...] @ one_hot(\(below), \(d * d)), [\(k), \(d), \(d)]) \
      + diagonal_matrix(exp(q))
      """
    return """
      input X: [n, \(d)]
      param alphas: [\(k)] = 0
      param means: [\(k), \(d)] = 0
      param icf: [\(k), \(d + rest)] = 0
      let q = icf[:, 0..<\(d)]
      let L = \(factor)
      let y = L @ (X'[new] - means[:, :, new])
      let inner = (alphas + sum(q, axis: 1))[:, new] - 0.5*sum(y^2, axis: 1)
      let freedom = \(d + m + 1)
      let normalizer = freedom*\(d)*(log(\(gamma)) - 0.5*log(2)) - \(d)*(\(d) - 1)/4*log(pi) \
        - sum(lgamma(0.5*freedom - 0.5*iota(\(d))))
      let prior = 0.5*\(gamma)^2*(sum(exp(2*q)) + \(rest == 0 ? "0" : "sum(icf[:, \(d)...]^2)")) \
        - \(m)*sum(q) - \(k)*normalizer
      let points = ones(n)
      let count = sum(points)
      minimize sum(logsumexp(inner, axis: 0)) - count*(\(d)*0.5*log(2*pi) + logsumexp(alphas)) + prior
      """
  }

  /// Observations of points by cameras, each with a weight; a camera is a rotation vector, a
  /// centre, a focal length, a principal point and two radial distortions.
  static func adjustment(cameras: Int, points: Int, observations: Int) -> String {
    """
    input camera: [\(observations)]
    input point: [\(observations)]
    input feature: [\(observations), 2]
    param cameras: [\(cameras), 11] = 0
    param points: [\(points), 3] = 0
    param weights: [\(observations)] = 0
    \(residuals)
    minimize sum(error^2) + sum((1 - weights^2)^2)
    """
  }

  /// The Jacobian of one observation: the gradients of both residuals and of the weight's.
  static let jacobian = """
    input camera: [n]
    input point: [n]
    input feature: [n, 2]
    input cameras: [1, 11]
    input points: [1, 3]
    input weights: [n]
    \(residuals)
    let first = sum(error[:, 0])
    let second = sum(error[:, 1])
    let third = sum(1 - weights^2)
    output first
    output second
    output third
    output grad(first, cameras) as first_by_camera
    output grad(first, points) as first_by_point
    output grad(first, weights) as first_by_weight
    output grad(second, cameras) as second_by_camera
    output grad(second, points) as second_by_point
    output grad(second, weights) as second_by_weight
    output grad(third, weights) as third_by_weight
    """

  private static let residuals = """
    let view = cameras[camera]
    let axis = view[:, 0..<3]
    let angle = norm(axis, axis: 1, keep: true)
    let k = axis/angle
    let P = points[point] - view[:, 3..<6]
    let turned = P*cos(angle) + cross(k, P)*sin(angle) \
      + k*(sum(k*P, axis: 1, keep: true)*(1 - cos(angle)))
    let s = turned[:, 0..<2]/turned[:, 2..<3]
    let r = sum(s^2, axis: 1, keep: true)
    let distorted = s*(1 + view[:, 9..<10]*r + view[:, 10..<11]*r^2)
    let error = weights[:, new]*(distorted*view[:, 6..<7] + view[:, 7..<9] - feature)
    """
}
