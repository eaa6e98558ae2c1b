/// The pseudo-inverse of a matrix of full rank by Householder's reflections
/// (Golub and Van Loan: Matrix Computations, 5.2).
enum PseudoInverse {
  /// Of A, `rows` × `columns`, into `columns` × `rows`.
  static func run(
    _ a: UnsafeMutablePointer<Double>, _ rows: Int, _ columns: Int,
    _ result: UnsafeMutablePointer<Double>, _ scratch: UnsafeMutablePointer<Double>
  ) {
    // The columns of the tall one of A and A', each without gaps.
    let (short, long) = (min(rows, columns), max(rows, columns))
    let isTall = rows >= columns
    let vectors = scratch
    if isTall {
      transpose(a, rows, columns, vectors)
    } else {
      vectors.update(from: a, count: rows &* columns)
    }
    let basis = scratch + short &* long
    let diagonal = scratch + 2 &* short &* long
    reflect(vectors, short, long, diagonal)
    setBasis(vectors, short, long, basis)
    solve(vectors, diagonal, short, long, basis)
    if isTall {
      result.update(from: basis, count: short &* long)
    } else {
      transpose(basis, short, long, result)
    }
  }

  private static func transpose(
    _ a: UnsafePointer<Double>, _ rows: Int, _ columns: Int,
    _ result: UnsafeMutablePointer<Double>
  ) {
    for i in 0..<rows {
      for j in 0..<columns { result[j &* rows &+ i] = a[i &* columns &+ j] }
    }
  }

  /// Reflects one column after the other onto an axis: each row of `vectors` then holds its
  /// column of R up to the diagonal, and from there the unit vector of its reflection.
  private static func reflect(
    _ vectors: UnsafeMutablePointer<Double>, _ short: Int, _ long: Int,
    _ diagonal: UnsafeMutablePointer<Double>
  ) {
    for k in 0..<short {
      let vector = vectors + (k &* long &+ k)
      let rest = long &- k
      let greatest = (0..<rest).reduce(0.0) { max($0, vector[$1].magnitude) }
      guard greatest > 0 else {
        diagonal[k] = 0
        continue
      }
      MatrixRows.divide(vector, by: greatest, rest)
      let length = MatrixRows.dot(vector, vector, rest).squareRoot()
      let turned = vector[0] > 0 ? -length : length
      diagonal[k] = turned * greatest
      vector[0] -= turned
      let size = MatrixRows.dot(vector, vector, rest).squareRoot()
      MatrixRows.divide(vector, by: size, rest)
      for j in k &+ 1..<max(short, k &+ 1) {
        let other = vectors + (j &* long &+ k)
        MatrixRows.subtract(2 * MatrixRows.dot(vector, other, rest), vector, from: other, rest)
      }
    }
  }

  /// The first columns of Q as rows.
  private static func setBasis(
    _ vectors: UnsafePointer<Double>, _ short: Int, _ long: Int,
    _ basis: UnsafeMutablePointer<Double>
  ) {
    basis.update(repeating: 0, count: short &* long)
    for k in 0..<short { basis[k &* long &+ k] = 1 }
    for k in stride(from: short &- 1, through: 0, by: -1) {
      let vector = vectors + (k &* long &+ k)
      for j in 0..<short {
        let row = basis + (j &* long &+ k)
        MatrixRows.subtract(
          2 * MatrixRows.dot(vector, row, long &- k), vector, from: row, long &- k)
      }
    }
  }

  /// R X = Q' in the place of Q'.
  private static func solve(
    _ vectors: UnsafePointer<Double>, _ diagonal: UnsafePointer<Double>, _ short: Int, _ long: Int,
    _ x: UnsafeMutablePointer<Double>
  ) {
    for i in stride(from: short &- 1, through: 0, by: -1) {
      for j in i &+ 1..<max(short, i &+ 1) {
        MatrixRows.subtract(vectors[j &* long &+ i], x + j &* long, from: x + i &* long, long)
      }
      MatrixRows.divide(x + i &* long, by: diagonal[i], long)
    }
  }
}
