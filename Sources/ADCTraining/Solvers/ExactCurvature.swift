/// The second derivatives themselves; where they are not positive definite, a multiple of the unit
/// matrix is added until they are (Nocedal and Wright, 2006, algorithm 3.3).
struct ExactInverseHessian: InverseHessian {
  let isInitial = false
  private let function: SmoothFunction
  private var free: [Int] = []
  private var factor = ColumnMatrix(rowCount: 0, columnCount: 0)

  init(_ function: SmoothFunction) { self.function = function }

  mutating func look(at current: EvaluatedPoint, free: [Int]) throws(RunError) {
    self.free = free
    guard let whole = try function.hessian?(current.point) else { return }
    var matrix = ColumnMatrix(rowCount: free.count, columnCount: free.count)
    for (column, second) in free.enumerated() {
      for (row, first) in free.enumerated() { matrix[row, column] = whole[first, second] }
    }
    factor = Self.factor(matrix)
  }

  func times(_ vector: [Double]) -> [Double] {
    guard factor.rowCount == free.count else { return vector }
    var part = free.map { vector[$0] }
    let count = part.count
    for row in 0..<count {
      for column in 0..<row { part[row] -= factor[row, column] * part[column] }
      part[row] /= factor[row, row]
    }
    for row in (0..<count).reversed() {
      for below in row + 1..<max(count, row + 1) { part[row] -= factor[below, row] * part[below] }
      part[row] /= factor[row, row]
    }
    var result = [Double](repeating: 0, count: vector.count)
    for (place, value) in zip(free, part) { result[place] = value }
    return result
  }

  /// The Cholesky factor of a matrix that is made positive definite; the unit matrix where its
  /// entries are no numbers.
  private static func factor(_ matrix: ColumnMatrix) -> ColumnMatrix {
    let count = matrix.rowCount
    let size = VectorMath.norm(matrix.entries)
    let diagonal = (0..<count).map { matrix[$0, $0] }
    guard size.isFinite, let least = diagonal.min() else { return unit(count) }
    var shift = least > 0 ? 0 : 1e-3 * size - least
    while true {
      if let found = cholesky(matrix, adding: shift) { return found }
      shift = max(2 * shift, 1e-3 * size)
      if !shift.isFinite || shift == 0 { return unit(count) }
    }
  }

  private static func unit(_ count: Int) -> ColumnMatrix {
    var matrix = ColumnMatrix(rowCount: count, columnCount: count)
    for place in 0..<count { matrix[place, place] = 1 }
    return matrix
  }

  private static func cholesky(_ matrix: ColumnMatrix, adding shift: Double) -> ColumnMatrix? {
    let count = matrix.rowCount
    var factor = ColumnMatrix(rowCount: count, columnCount: count)
    for column in 0..<count {
      var pivot = matrix[column, column] + shift
      let whole = pivot
      for place in 0..<column { pivot -= factor[column, place] * factor[column, place] }
      // A pivot that is only rounding says nothing.
      guard pivot > 1e-15 * whole, whole > 0 else { return nil }
      let root = pivot.squareRoot()
      factor[column, column] = root
      for row in column + 1..<max(count, column + 1) {
        var sum = matrix[row, column]
        for place in 0..<column { sum -= factor[row, place] * factor[column, place] }
        factor[row, column] = sum / root
      }
    }
    return factor
  }
}

/// The second derivatives by their products with vectors: an inexact solution by conjugate
/// gradients, which stops at a direction of negative curvature (Nocedal and Wright, 2006, algorithm
/// 7.1).
struct ConjugateInverseHessian: InverseHessian {
  let isInitial = false
  private let function: SmoothFunction
  private var point: [Double] = []
  private var free: [Int] = []

  init(_ function: SmoothFunction) { self.function = function }

  mutating func look(at current: EvaluatedPoint, free: [Int]) throws(RunError) {
    (point, self.free) = (current.point, free)
  }

  func times(_ vector: [Double]) throws(RunError) -> [Double] {
    guard let product = function.hessianProduct else { return vector }
    // Sums of magnitudes, so that no small component goes unseen beside a large one.
    let size = vector.reduce(0) { $0 + abs($1) }
    let tolerance = min(0.5, size.squareRoot()) * size
    var solution = [Double](repeating: 0, count: vector.count)
    var residual = vector
    var direction = vector
    var square = VectorMath.dot(residual, residual)
    for step in 0..<max(2 * free.count, 20) {
      if residual.reduce(0, { $0 + abs($1) }) <= tolerance { break }
      let image = masked(try product(point, direction))
      let curvature = VectorMath.dot(direction, image)
      guard curvature > 0 else {
        // As far along the gradient as the curvature would lead if it were positive.
        if step > 0 { return solution }
        return curvature < 0 ? vector.map { $0 * square / -curvature } : vector
      }
      let length = square / curvature
      solution = VectorMath.sum(solution, length, direction)
      residual = VectorMath.sum(residual, -length, image)
      let next = VectorMath.dot(residual, residual)
      direction = VectorMath.sum(residual, next / square, direction)
      square = next
    }
    return solution
  }

  private func masked(_ vector: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: vector.count)
    for place in free { result[place] = vector[place] }
    return result
  }
}
