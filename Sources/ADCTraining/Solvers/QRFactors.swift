/// The work of `PivotedQR` on memory that someone else owns: the m n entries column by column, the
/// heads of the reflections' vectors and their scales, min(m, n) of each, and n pivots.
///
/// Vectors are changed in place, and nothing is allocated.
struct QRFactors {
  typealias Place = UnsafeMutablePointer<Double>

  let rowCount: Int
  let columnCount: Int
  /// First A; then R on and above the diagonal, the reflections' vectors below it.
  let entries: Place
  /// The first entries of the reflections' vectors, and 2 / (v' v).
  private let heads: Place
  private let scales: Place
  /// The place in A of each column of R.
  let pivots: UnsafeMutablePointer<Int>

  init(
    _ rowCount: Int, _ columnCount: Int, _ storage: Place, _ pivots: UnsafeMutablePointer<Int>
  ) {
    (self.rowCount, self.columnCount, self.pivots) = (rowCount, columnCount, pivots)
    entries = storage
    heads = storage + rowCount * columnCount
    scales = heads + min(rowCount, columnCount)
  }

  /// The numbers that the factorisation of a matrix keeps.
  static func storage(_ rowCount: Int, _ columnCount: Int) -> Int {
    rowCount * columnCount + 2 * min(rowCount, columnCount)
  }

  /// The number of reflections.
  var depth: Int { min(rowCount, columnCount) }

  func factorise() {
    for column in 0..<columnCount { pivots[column] = column }
    for step in 0..<depth { reflect(step, norm: bringLargest(to: step)) }
  }

  /// - Returns: the norm of what is left of the column.
  private func bringLargest(to step: Int) -> Double {
    var (best, largest, norm) = (step, -1.0, Double.nan)
    let count = rowCount - step
    // Four sums at once, each in its order: one alone waits for every addition.
    for group in stride(from: step, to: columnCount, by: 4) {
      let own = squares(group, step, count)
      for column in group..<min(group + 4, columnCount) {
        let own = VectorMath.norm(place(column, step), count, squares: own[column - group])
        // The first of equal ones, so that the order is the same on every run.
        if own > largest { (best, largest, norm) = (column, own, own) }
      }
    }
    guard best != step else { return norm }
    (pivots[step], pivots[best]) = (pivots[best], pivots[step])
    let (left, right) = (entries + step * rowCount, entries + best * rowCount)
    for row in 0..<rowCount { (left[row], right[row]) = (right[row], left[row]) }
    return norm
  }

  /// Where a column's rows from a step on begin; of the last column for those behind it.
  @inline(__always)
  private func place(_ column: Int, _ step: Int) -> Place {
    entries + (min(column, columnCount - 1) * rowCount + step)
  }

  /// The sums of the squares of four columns.
  @inline(__always)
  private func squares(_ column: Int, _ step: Int, _ count: Int) -> SIMD4<Double> {
    let (first, second) = (place(column, step), place(column + 1, step))
    let (third, fourth) = (place(column + 2, step), place(column + 3, step))
    var sums = SIMD4<Double>()
    for row in 0..<count {
      let values = SIMD4(first[row], second[row], third[row], fourth[row])
      sums += values * values
    }
    return sums
  }

  private func reflect(_ step: Int, norm: Double) {
    guard norm > 0, norm.isFinite else {
      heads[step] = 0
      scales[step] = 0
      return
    }
    let vector = entries + (step * rowCount + step)
    let count = rowCount - step
    let first = vector[0]
    let corner = first > 0 ? -norm : norm
    // v = x - corner e1, scaled by the norm so that squares cannot overflow.
    let head = (first - corner) / norm
    for row in 1..<max(count, 1) { vector[row] /= norm }
    heads[step] = head
    vector[0] = head
    // v' v is summed beside the products with the first columns.
    var dots = products(vector, count, vector, step + 1, step)
    let scale = 2 / dots[0]
    scales[step] = scale
    vector[0] = corner
    dots *= scale
    for column in step + 1..<max(min(step + 4, columnCount), step + 1) {
      subtract(vector, count, head, dots[column - step], place(column, step))
    }
    for group in stride(from: step + 4, to: columnCount, by: 4) {
      vector[0] = head
      dots = products(vector, count, place(group, step), group + 1, step) * scale
      vector[0] = corner
      for column in group..<min(group + 4, columnCount) {
        subtract(vector, count, head, dots[column - group], place(column, step))
      }
    }
  }

  /// The products of a vector with a place, and with three columns from one on.
  @inline(__always)
  private func products(
    _ vector: Place, _ count: Int, _ first: Place, _ column: Int, _ step: Int
  ) -> SIMD4<Double> {
    let (second, third) = (place(column, step), place(column + 1, step))
    let fourth = place(column + 2, step)
    var sums = vector[0] * SIMD4(first[0], second[0], third[0], fourth[0])
    for row in 1..<max(count, 1) {
      sums += vector[row] * SIMD4(first[row], second[row], third[row], fourth[row])
    }
    return sums
  }

  @inline(__always)
  private func subtract(
    _ vector: Place, _ count: Int, _ head: Double, _ dot: Double, _ other: Place
  ) {
    other[0] -= dot * head
    for row in 1..<max(count, 1) { other[row] -= dot * vector[row] }
  }

  @inline(__always)
  private func apply(
    _ vector: Place, _ count: Int, _ head: Double, _ scale: Double, to other: Place
  ) {
    var dot = head * other[0]
    for row in 1..<max(count, 1) { dot += vector[row] * other[row] }
    subtract(vector, count, head, dot * scale, other)
  }

  /// An entry of R on or above the diagonal.
  func r(_ row: Int, _ column: Int) -> Double { entries[column * rowCount + row] }

  /// The number of diagonal entries of R above a share of the largest; columns should be scaled.
  func rank(tolerance: Double) -> Int {
    guard depth > 0 else { return 0 }
    let limit = abs(entries[0]) * tolerance
    for place in 0..<depth where !(abs(r(place, place)) > limit) { return place }
    return depth
  }

  private func applyReflection(_ step: Int, to vector: Place) {
    apply(
      entries + (step * rowCount + step), rowCount - step, heads[step], scales[step],
      to: vector + step)
  }

  /// Q' b, of m numbers.
  func applyTransposedQ(to vector: Place) {
    for step in 0..<depth { applyReflection(step, to: vector) }
  }

  /// Q b, of m numbers.
  func applyQ(to vector: Place) {
    for step in (0..<depth).reversed() { applyReflection(step, to: vector) }
  }

  /// R^-1 b for the leading block of R, in the order of the pivots.
  func solveR(_ vector: Place, rank: Int) {
    var row = rank - 1
    while row >= 0 {
      var sum = vector[row]
      for column in row + 1..<max(rank, row + 1) { sum -= r(row, column) * vector[column] }
      vector[row] = sum / r(row, row)
      row -= 1
    }
  }

  /// R'^-1 b for the leading block of R, in the order of the pivots.
  func solveTransposedR(_ vector: Place, rank: Int) {
    for row in 0..<rank {
      var sum = vector[row]
      for column in 0..<row { sum -= r(column, row) * vector[column] }
      vector[row] = sum / r(row, row)
    }
  }
}
