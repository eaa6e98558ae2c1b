/// Minimisation without derivatives by a simplex that walks, stretches and shrinks (Nelder and
/// Mead, 1965), with coefficients that depend on the number of parameters (Gao and Han, 2012).
package struct NelderMead {
  /// When the search ends; the tolerance is coarser than that of solvers with derivatives.
  package var limits = SolverLimits()

  /// The method with a tolerance of 1e-12.
  package init() { limits.tolerance = 1e-12 }

  private struct Corner {
    var point: [Double]
    var value: Double
  }

  /// - Parameter report: told of every iteration; ends the run by returning false.
  package func minimize(
    _ function: SmoothFunction, from start: [Double],
    report: (SolverProgress) -> Bool = { _ in true }
  ) throws(RunError) -> SolverResult {
    func corner(_ point: [Double]) throws(RunError) -> Corner {
      let inside = function.box.clipped(point)
      let value = try function.value(inside)
      return Corner(point: inside, value: value.isNaN ? .infinity : value)
    }
    let count = start.count
    let n = Double(max(count, 2))
    let (expansion, contraction, shrinkage) = (1 + 2 / n, 0.75 - 1 / (2 * n), 1 - 1 / n)
    var corners = [try corner(start)]
    guard corners[0].value.isFinite else { return result(corners[0], 0, .notFinite) }
    for place in 0..<count {
      var point = corners[0].point
      let step = point[place] == 0 ? 0.00025 : 0.05 * point[place]
      point[place] += point[place] + step > function.box.upper[place] ? -step : step
      corners.append(try corner(point))
    }
    for iteration in 0..<limits.iterations {
      // Stable, so that ties keep their order on every run.
      corners.sort { $0.value < $1.value }
      if hasSettled(corners) { return result(corners[0], iteration, .converged) }
      var centre = [Double](repeating: 0, count: count)
      for corner in corners.dropLast() { centre = VectorMath.sum(centre, 1, corner.point) }
      centre = centre.map { $0 / Double(count) }
      let worst = corners[count]
      func along(_ factor: Double) throws(RunError) -> Corner {
        try corner(centre.indices.map { centre[$0] + factor * (centre[$0] - worst.point[$0]) })
      }
      let reflected = try along(1)
      var better: Corner?
      if reflected.value < corners[0].value {
        let expanded = try along(expansion)
        better = expanded.value < reflected.value ? expanded : reflected
      } else if reflected.value < corners[max(count - 1, 0)].value {
        better = reflected
      } else {
        let isOutside = reflected.value < worst.value
        let contracted = try along(isOutside ? contraction : -contraction)
        if contracted.value < min(reflected.value, worst.value) { better = contracted }
      }
      if let better {
        corners[count] = better
      } else {
        for place in 1...max(count, 1) {
          let point = corners[place].point
          let best = corners[0].point
          corners[place] = try corner(
            best.indices.map { best[$0] + shrinkage * (point[$0] - best[$0]) })
        }
      }
      let progress = SolverProgress(iteration: iteration + 1, loss: corners[0].value)
      guard report(progress) else { return result(corners[0], iteration + 1, .interrupted) }
    }
    corners.sort { $0.value < $1.value }
    return result(corners[0], limits.iterations, .iterationLimit)
  }

  private func hasSettled(_ corners: [Corner]) -> Bool {
    let best = corners[0]
    return corners.dropFirst().allSatisfy { corner in
      abs(corner.value - best.value) <= limits.tolerance * max(abs(best.value), 1)
        && best.point.indices.allSatisfy {
          abs(corner.point[$0] - best.point[$0])
            <= limits.tolerance.squareRoot() * max(abs(best.point[$0]), 1e-3)
        }
    }
  }

  private func result(
    _ corner: Corner, _ iterations: Int, _ reason: SolverResult.Reason
  ) -> SolverResult {
    SolverResult(
      parameters: corner.point, loss: corner.value, iterations: iterations, reason: reason,
      optimality: .nan)
  }
}
