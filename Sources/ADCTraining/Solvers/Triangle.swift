/// An upper triangular matrix on memory that someone else owns: n columns of n numbers, and the
/// inverses of the diagonal.
struct Triangle {
  typealias Place = UnsafeMutablePointer<Double>

  let order: Int
  let entries: Place
  let inverses: Place

  /// The numbers that a matrix takes.
  static func storage(_ order: Int) -> Int { order * (order + 1) }

  init(_ order: Int, _ storage: Place) {
    self.order = order
    entries = storage
    inverses = storage + order * order
  }

  func invertDiagonal() {
    for place in 0..<order { inverses[place] = 1 / entries[place * order + place] }
  }

  /// R^-1 b for the leading block.
  @inline(__always)
  func solve(_ vector: Place, rank: Int) {
    for column in (0..<rank).reversed() {
      let (value, own) = (vector[column] * inverses[column], entries + column * order)
      vector[column] = value
      for row in 0..<column { vector[row] -= own[row] * value }
    }
  }

  /// R'^-1 b.
  @inline(__always)
  func solveTransposed(_ vector: Place) {
    for row in 0..<order {
      let own = entries + row * order
      var sum = vector[row]
      for column in 0..<row { sum -= own[column] * vector[column] }
      vector[row] = sum * inverses[row]
    }
  }

  /// Becomes the triangle of another one over a diagonal matrix, [R; D], by reflections that leave
  /// alone what is zero in it; the right side [b; 0] is reflected with them.
  /// - Parameters:
  ///   - diagonal: D.
  ///   - right: b.
  ///   - lower: room for what the reflections put beside D, n + 1 columns of n numbers.
  func take(_ other: Triangle, over diagonal: Place, right: Place, lower: Place) {
    for column in 0..<order {
      let start = column * order
      for row in 0...column { entries[start + row] = other.entries[start + row] }
      for row in 0..<column { lower[start + row] = 0 }
      lower[start + column] = diagonal[column]
    }
    (lower + order * order).update(repeating: 0, count: order)
    for step in 0..<order { reflect(step, right, lower) }
    invertDiagonal()
  }

  @inline(__always)
  private func reflect(_ step: Int, _ right: Place, _ lower: Place) {
    let (own, first) = (lower + step * order, entries[step * order + step])
    var squares = first * first
    for row in 0...step { squares += own[row] * own[row] }
    var norm = squares.squareRoot()
    if !(squares > 1e-280 && squares < 1e300) {
      let norms = (VectorMath.norm(own, step + 1), abs(first))
      let largest = max(norms.0, norms.1)
      guard largest > 0, largest.isFinite else { return }
      let (x, y) = (norms.0 / largest, norms.1 / largest)
      norm = largest * (x * x + y * y).squareRoot()
    }
    let corner = first > 0 ? -norm : norm
    // Divided by the norm, so that squares cannot overflow: v' v is then twice the head.
    let inverse = 1 / norm
    let head = (first - corner) * inverse
    let scale = 1 / abs(head)
    for row in 0...step { own[row] *= inverse }
    entries[step * order + step] = corner
    for column in step + 1...order {
      let top = column < order ? entries + (column * order + step) : right + step
      let other = lower + column * order
      var dot = head * top.pointee
      for row in 0...step { dot += own[row] * other[row] }
      dot *= scale
      top.pointee -= dot * head
      for row in 0...step { other[row] -= dot * own[row] }
    }
  }
}
