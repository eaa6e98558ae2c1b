/// Minimisation by quasi-Newton steps and a strong Wolfe line search, with bounds: BFGS with a whole
/// matrix, or L-BFGS, which keeps the last few steps (Nocedal and Wright, 2006, algorithms 6.1 and
/// 7.4).
package struct QuasiNewton {
  package var limits = SolverLimits()
  /// How many steps L-BFGS remembers; nil for a whole matrix.
  package var memory: Int?

  package init() {}

  /// - Parameter report: told of every iteration; ends the run by returning false.
  package func minimize(
    _ function: SmoothFunction, from start: [Double],
    report: (SolverProgress) -> Bool = { _ in true }
  ) throws(RunError) -> SolverResult {
    var current = try EvaluatedPoint(function, at: function.box.clipped(start))
    guard current.isFinite else { return result(current, function, 0, .notFinite) }
    var curvature: any InverseHessian = initialCurvature(current.point.count)
    var free = function.box.free(at: current.point, gradient: current.gradient)
    var quiet = 0
    for iteration in 0..<limits.iterations {
      if current.optimality(in: function.box) == 0 {
        return result(current, function, iteration, .converged)
      }
      var found = try step(function, current, curvature, free)
      if found == nil, !curvature.isInitial {
        // What was learned of the curvature may be wrong here: begin again from the gradient.
        curvature = initialCurvature(current.point.count)
        found = try step(function, current, curvature, free)
      }
      guard let next = found else {
        return result(current, function, iteration, reasonAtRest(current, function))
      }
      curvature.learn(
        step: VectorMath.sum(next.point, -1, current.point),
        change: VectorMath.sum(next.gradient, -1, current.gradient))
      let fall = current.value - next.value
      quiet = fall <= limits.tolerance * max(abs(next.value), .leastNormalMagnitude) ? quiet + 1 : 0
      current = next
      let moving = function.box.free(at: current.point, gradient: current.gradient)
      if moving != free { (free, curvature) = (moving, initialCurvature(current.point.count)) }
      let progress = SolverProgress(
        iteration: iteration + 1, loss: current.value, parameters: current.point)
      guard report(progress) else {
        return result(current, function, iteration + 1, .interrupted)
      }
      if quiet >= 3 { return result(current, function, iteration + 1, .converged) }
    }
    return result(current, function, limits.iterations, .iterationLimit)
  }

  private func initialCurvature(_ count: Int) -> any InverseHessian {
    if let memory { return LimitedMemoryInverseHessian(memory: memory) }
    return DenseInverseHessian(count: count)
  }

  private func step(
    _ function: SmoothFunction, _ current: EvaluatedPoint, _ curvature: any InverseHessian,
    _ free: [Int]
  ) throws(RunError) -> EvaluatedPoint? {
    var gradient = [Double](repeating: 0, count: current.point.count)
    for place in free { gradient[place] = current.gradient[place] }
    let whole = curvature.times(gradient).map { -$0 }
    var direction = [Double](repeating: 0, count: whole.count)
    for place in free {
      let position = current.point[place]
      let leaves =
        (whole[place] < 0 && position <= function.box.lower[place])
        || (whole[place] > 0 && position >= function.box.upper[place])
      if !leaves { direction[place] = whole[place] }
    }
    if !(VectorMath.dot(direction, gradient) < 0) { direction = gradient.map { -$0 } }
    // Without any knowledge of curvature: a step of length 1, or less where the slope is small.
    let first = curvature.isInitial ? min(1, 1 / VectorMath.norm(direction)) : 1
    return try LineSearch(function, from: current, along: direction).search(first: first)
  }

  /// Where no step is found: at a minimum to within rounding, or stuck.
  private func reasonAtRest(
    _ current: EvaluatedPoint, _ function: SmoothFunction
  ) -> SolverResult.Reason {
    let size = current.point.reduce(1) { max($0, abs($1)) }
    let scale = max(abs(current.value), 1)
    return current.optimality(in: function.box) * size <= 1e-5 * scale ? .converged : .stalled
  }

  private func result(
    _ current: EvaluatedPoint, _ function: SmoothFunction, _ iterations: Int,
    _ reason: SolverResult.Reason
  ) -> SolverResult {
    SolverResult(
      parameters: current.point, loss: current.value, iterations: iterations, reason: reason,
      optimality: current.optimality(in: function.box))
  }
}

/// What is known of the inverse of the second derivatives.
protocol InverseHessian {
  /// Whether nothing was learned yet.
  var isInitial: Bool { get }
  mutating func learn(step: [Double], change: [Double])
  func times(_ vector: [Double]) -> [Double]
}

/// The whole matrix, by the BFGS formula.
struct DenseInverseHessian: InverseHessian {
  private(set) var isInitial = true
  private var matrix: ColumnMatrix

  init(count: Int) { matrix = ColumnMatrix(rowCount: count, columnCount: count) }

  mutating func learn(step: [Double], change: [Double]) {
    let curvature = VectorMath.dot(step, change)
    guard curvature > 1e-14 * VectorMath.norm(step) * VectorMath.norm(change), curvature > 0 else {
      return
    }
    let count = step.count
    if isInitial {
      let scale = curvature / VectorMath.dot(change, change)
      for place in 0..<count { matrix[place, place] = scale }
      isInitial = false
    }
    let product = matrix.times(change)
    let factor = (1 + VectorMath.dot(change, product) / curvature) / curvature
    for column in 0..<count {
      for row in 0..<count {
        matrix[row, column] +=
          factor * step[row] * step[column]
          - (product[row] * step[column] + step[row] * product[column]) / curvature
      }
    }
  }

  func times(_ vector: [Double]) -> [Double] { isInitial ? vector : matrix.times(vector) }
}

/// The last steps, applied by the two-loop recursion.
struct LimitedMemoryInverseHessian: InverseHessian {
  let memory: Int
  private var pairs: [(step: [Double], change: [Double], curvature: Double)] = []

  init(memory: Int) { self.memory = memory }

  var isInitial: Bool { pairs.isEmpty }

  mutating func learn(step: [Double], change: [Double]) {
    let curvature = VectorMath.dot(step, change)
    guard curvature > 1e-14 * VectorMath.norm(step) * VectorMath.norm(change), curvature > 0 else {
      return
    }
    if pairs.count == memory { pairs.removeFirst() }
    pairs.append((step, change, curvature))
  }

  func times(_ vector: [Double]) -> [Double] {
    guard let last = pairs.last else { return vector }
    var result = vector
    var weights: [Double] = []
    for pair in pairs.reversed() {
      let weight = VectorMath.dot(pair.step, result) / pair.curvature
      weights.append(weight)
      result = VectorMath.sum(result, -weight, pair.change)
    }
    let scale = last.curvature / VectorMath.dot(last.change, last.change)
    for place in result.indices { result[place] *= scale }
    for (pair, weight) in zip(pairs, weights.reversed()) {
      let back = VectorMath.dot(pair.change, result) / pair.curvature
      result = VectorMath.sum(result, weight - back, pair.step)
    }
    return result
  }
}
