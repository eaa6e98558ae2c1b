/// Gaussian elimination with partial pivoting (Golub and Van Loan: Matrix Computations, 3.4).
enum Elimination {
  /// P A = L U in the place of A: U on and above the diagonal, L without its ones below.
  ///
  /// Returns the sign of P; `pivots[k]` becomes the row that was swapped with row k. Of equal
  /// candidates the first is taken, so that the result is the same every time.
  static func factor(
    _ a: UnsafeMutablePointer<Double>, _ n: Int, _ pivots: UnsafeMutablePointer<Double>
  ) -> Double {
    var sign = 1.0
    for k in 0..<n {
      var best = k
      for i in k &+ 1..<max(n, k &+ 1)
      where a[i &* n &+ k].magnitude > a[best &* n &+ k].magnitude {
        best = i
      }
      pivots[k] = Double(best)
      if best != k {
        MatrixRows.swapRows(a, k, best, n)
        sign = -sign
      }
      let pivot = a[k &* n &+ k]
      if pivot == 0 { continue }
      let row = a + (k &* n &+ k &+ 1)
      for i in k &+ 1..<max(n, k &+ 1) {
        let factor = a[i &* n &+ k] / pivot
        a[i &* n &+ k] = factor
        if factor != 0 {
          MatrixRows.subtract(factor, row, from: a + (i &* n &+ k &+ 1), n &- k &- 1)
        }
      }
    }
    return sign
  }

  /// The solution of A X = B in the place of B, of `columns` columns, from the factors of A.
  static func solve(
    _ factors: UnsafePointer<Double>, _ n: Int, _ pivots: UnsafePointer<Double>,
    _ x: UnsafeMutablePointer<Double>, _ columns: Int
  ) {
    for k in 0..<n { MatrixRows.swapRows(x, k, Int(pivots[k]), columns) }
    for i in 0..<n {
      for j in 0..<i {
        MatrixRows.subtract(
          factors[i &* n &+ j], x + j &* columns, from: x + i &* columns, columns)
      }
    }
    Triangular.solveUpper(factors, n, x, columns)
  }

  static func determinant(
    _ a: UnsafeMutablePointer<Double>, _ n: Int, _ pivots: UnsafeMutablePointer<Double>
  ) -> ScaledProduct {
    var product = ScaledProduct(factor(a, n, pivots))
    for k in 0..<n { product.multiply(a[k &* n &+ k]) }
    return product
  }
}

/// Triangular matrices, and the Cholesky factor.
enum Triangular {
  /// The solution of L X = B in the place of B.
  static func solveLower(
    _ a: UnsafePointer<Double>, _ n: Int, _ x: UnsafeMutablePointer<Double>, _ columns: Int
  ) {
    for i in 0..<n {
      let row = x + i &* columns
      for j in 0..<i { MatrixRows.subtract(a[i &* n &+ j], x + j &* columns, from: row, columns) }
      MatrixRows.divide(row, by: a[i &* n &+ i], columns)
    }
  }

  /// The solution of U X = B in the place of B.
  static func solveUpper(
    _ a: UnsafePointer<Double>, _ n: Int, _ x: UnsafeMutablePointer<Double>, _ columns: Int
  ) {
    for i in stride(from: n &- 1, through: 0, by: -1) {
      let row = x + i &* columns
      for j in i &+ 1..<max(n, i &+ 1) {
        MatrixRows.subtract(a[i &* n &+ j], x + j &* columns, from: row, columns)
      }
      MatrixRows.divide(row, by: a[i &* n &+ i], columns)
    }
  }

  /// L with L L' = (A + A')/2; NaN from the first row on where that is not positive definite.
  static func cholesky(
    _ a: UnsafePointer<Double>, _ n: Int, _ result: UnsafeMutablePointer<Double>
  ) {
    for i in 0..<n {
      let row = result + i &* n
      for j in 0...i {
        let (below, above) = (a[i &* n &+ j], a[j &* n &+ i])
        let other = result + j &* n
        let rest = 0.5 * below + 0.5 * above - MatrixRows.dot(row, other, j)
        row[j] = i == j ? rest.squareRoot() : rest / other[j]
      }
      (row + (i &+ 1)).update(repeating: 0, count: n &- i &- 1)
    }
  }
}
