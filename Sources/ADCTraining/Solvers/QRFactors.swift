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
    var column = step
    // Four sums at once, each in its order: one alone waits for every addition.
    while column + 4 <= columnCount {
      let own = squares(entries + (column * rowCount + step), rowCount - step)
      for place in 0..<4 {
        let own = VectorMath.norm(
          entries + ((column + place) * rowCount + step), rowCount - step, squares: own[place])
        if own > largest { (best, largest, norm) = (column + place, own, own) }
      }
      column += 4
    }
    while column < columnCount {
      let own = VectorMath.norm(entries + (column * rowCount + step), rowCount - step)
      // The first of equal ones, so that the order is the same on every run.
      if own > largest { (best, largest, norm) = (column, own, own) }
      column += 1
    }
    guard best != step else { return norm }
    (pivots[step], pivots[best]) = (pivots[best], pivots[step])
    let (left, right) = (entries + step * rowCount, entries + best * rowCount)
    for row in 0..<rowCount { (left[row], right[row]) = (right[row], left[row]) }
    return norm
  }

  /// The sums of the squares of four columns.
  private func squares(_ first: Place, _ count: Int) -> SIMD4<Double> {
    let (second, third, fourth) = (first + rowCount, first + 2 * rowCount, first + 3 * rowCount)
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
    var square = head * head
    for row in 1..<max(count, 1) { square += vector[row] * vector[row] }
    heads[step] = head
    scales[step] = 2 / square
    vector[0] = corner
    var column = step + 1
    while column + 4 <= columnCount {
      applyToFour(vector, count, head, 2 / square, entries + (column * rowCount + step))
      column += 4
    }
    while column < columnCount {
      apply(vector, count, head, 2 / square, to: entries + (column * rowCount + step))
      column += 1
    }
  }

  /// Four columns at once, whose sums do not wait for each other.
  private func applyToFour(
    _ vector: Place, _ count: Int, _ head: Double, _ scale: Double, _ first: Place
  ) {
    let (second, third, fourth) = (first + rowCount, first + 2 * rowCount, first + 3 * rowCount)
    var dots = head * SIMD4(first[0], second[0], third[0], fourth[0])
    for row in 1..<max(count, 1) {
      dots += vector[row] * SIMD4(first[row], second[row], third[row], fourth[row])
    }
    dots *= scale
    subtract(vector, count, head, dots[0], first)
    subtract(vector, count, head, dots[1], second)
    subtract(vector, count, head, dots[2], third)
    subtract(vector, count, head, dots[3], fourth)
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
