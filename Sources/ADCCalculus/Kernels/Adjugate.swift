/// The adjugate and its derivative, right for matrices of any rank.
///
/// From P A Q = L D U with complete pivoting, where only D may be singular:
/// adj(A) = det(P) det(Q) Q inv(U) adj(D) inv(L) P (Stewart: On the adjugate matrix, 1998).
struct Adjugate {
  /// L below the diagonal, U above, both with ones on it, and D on it.
  private let factors: UnsafeMutablePointer<Double>
  private let n: Int
  private let rowPivots: UnsafeMutablePointer<Double>
  private let columnPivots: UnsafeMutablePointer<Double>
  /// For products of all diagonal elements but one.
  private let others: UnsafeMutablePointer<Double>
  private var sign = 1.0

  /// - Parameter scratch: room for 3 n doubles.
  init(
    _ a: UnsafeMutablePointer<Double>, _ n: Int, _ scratch: UnsafeMutablePointer<Double>
  ) {
    factors = a
    self.n = n
    rowPivots = scratch
    columnPivots = scratch + n
    others = scratch + 2 &* n
    for k in 0..<n { eliminate(k) }
  }

  private mutating func eliminate(_ k: Int) {
    let a = factors
    var best = (row: k, column: k)
    for i in k..<n {
      for j in k..<n
      where a[i &* n &+ j].magnitude > a[best.row &* n &+ best.column].magnitude {
        best = (i, j)
      }
    }
    rowPivots[k] = Double(best.row)
    columnPivots[k] = Double(best.column)
    MatrixRows.swapRows(a, k, best.row, n)
    MatrixRows.swapColumns(a, k, best.column, rows: n, n)
    if (best.row == k) != (best.column == k) { sign = -sign }
    let pivot = a[k &* n &+ k]
    // All that is left is 0.
    if pivot == 0 { return }
    let row = a + (k &* n &+ k &+ 1)
    for i in k &+ 1..<max(n, k &+ 1) {
      let factor = a[i &* n &+ k] / pivot
      a[i &* n &+ k] = factor
      MatrixRows.subtract(factor, row, from: a + (i &* n &+ k &+ 1), n &- k &- 1)
    }
    MatrixRows.divide(row, by: pivot, n &- k &- 1)
  }

  private func diagonal(_ k: Int) -> Double { factors[k &* n &+ k] }

  func value(_ x: UnsafeMutablePointer<Double>) {
    MatrixRows.setIdentity(x, n)
    for k in 0..<n { MatrixRows.swapRows(x, k, Int(rowPivots[k]), n) }
    solveLower(x)
    setOthers(but: -1, others)
    for k in 0..<n { MatrixRows.scale(x + k &* n, by: others[k], n) }
    solveUpper(x)
    undoColumnPivots(x)
    MatrixRows.scale(x, by: sign, n &* n)
  }

  /// The direction in `x` becomes the change of the adjugate along it.
  ///
  /// - Parameter products: room for 2 n doubles.
  func change(_ x: UnsafeMutablePointer<Double>, others products: UnsafeMutablePointer<Double>) {
    for k in 0..<n { MatrixRows.swapRows(x, k, Int(rowPivots[k]), n) }
    solveLower(x)
    for k in 0..<n { MatrixRows.swapColumns(x, k, Int(columnPivots[k]), rows: n, n) }
    for row in 0..<n {
      for i in 0..<n {
        let place = x + (row &* n &+ i)
        MatrixRows.subtract(
          place.pointee, factors + (i &* n &+ i &+ 1), from: place + 1, n &- i &- 1)
      }
    }
    setDiagonalChange(x, products)
    solveUpper(x)
    undoColumnPivots(x)
    for row in 0..<n {
      for i in stride(from: n &- 1, through: 1, by: -1) {
        let place = x + row &* n
        MatrixRows.subtract(place[i], factors + i &* n, from: place, i)
      }
    }
    for k in stride(from: n &- 1, through: 0, by: -1) {
      MatrixRows.swapColumns(x, k, Int(rowPivots[k]), rows: n, n)
    }
    MatrixRows.scale(x, by: sign, n &* n)
  }

  /// How adj(D) changes when D changes by x: -x beside the diagonal and the sum of the other
  /// diagonal elements on it, each times the product of the elements of D that are neither's.
  private func setDiagonalChange(
    _ x: UnsafeMutablePointer<Double>, _ products: UnsafeMutablePointer<Double>
  ) {
    let old = products + n
    for k in 0..<n { old[k] = x[k &* n &+ k] }
    for i in 0..<n {
      setOthers(but: i, products)
      var sum = 0.0
      for j in 0..<n where j != i {
        sum += old[j] * products[j]
        x[i &* n &+ j] *= -products[j]
      }
      x[i &* n &+ i] = sum
    }
  }

  /// For every k the product of the diagonal without k and without `left`.
  private func setOthers(but left: Int, _ products: UnsafeMutablePointer<Double>) {
    var before = 1.0
    for k in 0..<n {
      products[k] = before
      if k != left { before *= diagonal(k) }
    }
    var after = 1.0
    for k in stride(from: n &- 1, through: 0, by: -1) {
      products[k] *= after
      if k != left { after *= diagonal(k) }
    }
  }

  private func solveLower(_ x: UnsafeMutablePointer<Double>) {
    for i in 0..<n {
      for j in 0..<i { MatrixRows.subtract(factors[i &* n &+ j], x + j &* n, from: x + i &* n, n) }
    }
  }

  private func solveUpper(_ x: UnsafeMutablePointer<Double>) {
    for i in stride(from: n &- 2, through: 0, by: -1) {
      for j in i &+ 1..<n {
        MatrixRows.subtract(factors[i &* n &+ j], x + j &* n, from: x + i &* n, n)
      }
    }
  }

  private func undoColumnPivots(_ x: UnsafeMutablePointer<Double>) {
    for k in stride(from: n &- 1, through: 0, by: -1) {
      MatrixRows.swapRows(x, k, Int(columnPivots[k]), n)
    }
  }
}
