/// What is known of the inverse of the second derivatives.
protocol InverseHessian {
  /// Whether nothing was learned yet.
  var isInitial: Bool { get }
  /// Gets to know the point from which the next step goes, and the components that may move.
  mutating func look(at current: EvaluatedPoint, free: [Int]) throws(RunError)
  /// Gets to know how the gradient changed along a step.
  mutating func learn(step: [Double], change: [Double])
  func times(_ vector: [Double]) throws(RunError) -> [Double]
}

extension InverseHessian {
  mutating func look(at current: EvaluatedPoint, free: [Int]) throws(RunError) {}
  mutating func learn(step: [Double], change: [Double]) {}
}

/// The curvature along a step, where it is positive beyond rounding: of nothing else is anything
/// learned that stays positive definite.
private func learnable(_ step: [Double], _ change: [Double]) -> Double? {
  let curvature = VectorMath.dot(step, change)
  let least = 1e-14 * VectorMath.norm(step) * VectorMath.norm(change)
  return curvature > least && curvature > 0 ? curvature : nil
}

/// The whole matrix, by the BFGS formula.
struct DenseInverseHessian: InverseHessian {
  private(set) var isInitial = true
  private var matrix: ColumnMatrix

  init(count: Int) { matrix = ColumnMatrix(rowCount: count, columnCount: count) }

  mutating func learn(step: [Double], change: [Double]) {
    guard let curvature = learnable(step, change) else { return }
    let count = step.count
    if isInitial {
      for place in 0..<count { matrix[place, place] = 1 }
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
    guard let curvature = learnable(step, change) else { return }
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
