/// An upper triangular matrix with a right side, on memory that someone else owns: n columns of n
/// numbers, the right side, and the inverses of the diagonal.
struct Triangle {
  typealias Place = UnsafeMutablePointer<Double>

  let order: Int
  let entries: Place
  let right: Place
  private let inverses: Place

  /// The numbers that a matrix takes.
  static func storage(_ order: Int) -> Int { order * (order + 2) }

  init(_ order: Int, _ storage: Place) {
    self.order = order
    entries = storage
    right = storage + order * order
    inverses = right + order
  }

  func invertDiagonal() {
    var diagonal = entries
    for place in 0..<order {
      inverses[place] = 1 / diagonal.pointee
      diagonal += order + 1
    }
  }

  /// R^-1 b for the leading block.
  @inline(__always)
  func solve(_ vector: Place, rank: Int) {
    var column = rank
    var own = entries + rank * order
    while column > 0 {
      column -= 1
      own -= order
      let value = vector[column] * inverses[column]
      vector[column] = value
      for row in 0..<column { vector[row] -= own[row] * value }
    }
  }

  /// R'^-1 b.
  @inline(__always)
  func solveTransposed(_ vector: Place) {
    var own = entries
    for row in 0..<order {
      var sum = vector[row]
      for column in 0..<row { sum -= own[column] * vector[column] }
      vector[row] = sum * inverses[row]
      own += order
    }
  }

  /// R' R of another one, above the diagonal, and R' b.
  func takeProducts(_ other: Triangle) {
    for column in 0..<order + 1 {
      let first = other.entries + column * order
      for row in 0..<min(column + 1, order) {
        let second = other.entries + row * order
        var sum = 0.0
        for place in 0..<row + 1 { sum += first[place] * second[place] }
        entries[column * order + row] = sum
      }
    }
  }

  /// Becomes the triangle of another one over a diagonal matrix by Cholesky's factorisation of the
  /// products of the other one, with the diagonal's squares added (Golub and Van Loan, Matrix
  /// Computations, algorithm 4.2.1): half the digits, and a third of the work of `take`.
  /// - Returns: false where more digits than these would be lost.
  func takeRoughly(_ products: Triangle, over diagonal: Place) -> Bool {
    var own = entries
    var known = products.entries
    for column in 0..<order + 1 {
      // What is above the diagonal, and the right side, are solved for by the columns before.
      for row in 0..<column {
        let former = entries + row * order
        var sum = known[row]
        for place in 0..<row { sum -= own[place] * former[place] }
        own[row] = sum * inverses[row]
      }
      guard column < order else { break }
      let whole = known[column] + diagonal[column] * diagonal[column]
      var left = whole
      for place in 0..<column { left -= own[place] * own[place] }
      guard left > 1e-8 * whole, whole > 1e-280, whole < 1e280 else { return false }
      let root = left.squareRoot()
      own[column] = root
      inverses[column] = 1 / root
      own += order
      known += order
    }
    return true
  }

  /// Becomes the triangle of another one over a diagonal matrix, [R; D], by reflections that leave
  /// alone what is zero in it; the right side [b; 0] is reflected with them.
  /// - Parameters:
  ///   - diagonal: D.
  ///   - lower: room for what the reflections put into the place of D, n + 1 columns of n numbers.
  func take(_ other: Triangle, over diagonal: Place, lower: Place) {
    entries.update(from: other.entries, count: order * (order + 1))
    lower.update(repeating: 0, count: order * (order + 1))
    var own = lower
    for step in 0..<order {
      own[step] = diagonal[step]
      reflect(step, own)
      own += order
    }
    invertDiagonal()
  }

  /// Eliminates the first numbers of a column of what lies below.
  @inline(__always)
  private func reflect(_ step: Int, _ own: Place) {
    let top = entries + step * (order + 1)
    var first = top.pointee
    var squares = first * first
    for row in 0..<step + 1 { squares += own[row] * own[row] }
    var norm = squares.squareRoot()
    if !(squares > 1e-280 && squares < 1e280) {
      norm = max(VectorMath.norm(own, step + 1), abs(first))
      guard norm > 0, norm.isFinite else { return }
      // Lengths near 1 have squares in the range of numbers.
      for row in 0..<step + 1 { own[row] /= norm }
      first /= norm
      top.pointee = norm
      squares = first * first
      for row in 0..<step + 1 { squares += own[row] * own[row] }
      norm = squares.squareRoot()
      top.pointee *= first > 0 ? -norm : norm
    } else {
      top.pointee = first > 0 ? -norm : norm
    }
    let head = first > 0 ? first + norm : first - norm
    let scale = 1 / (norm * (norm + abs(first)))
    var (other, place) = (own, top)
    for _ in step..<order {
      other += order
      place += order
      var dot = head * place.pointee
      for row in 0..<step + 1 { dot += own[row] * other[row] }
      dot *= scale
      place.pointee -= dot * head
      for row in 0..<step + 1 { other[row] -= dot * own[row] }
    }
  }
}
