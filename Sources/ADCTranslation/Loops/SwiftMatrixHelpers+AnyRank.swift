extension Helper {
  /// The definition in Swift of what is right for matrices of any rank; empty for anything else.
  var adjugateInSwift: String {
    switch self {
    case .diagonalize:
      """
      /// P A Q = L D U in the place of A with complete pivoting, where only D may be singular: L below
      /// the diagonal and U above, both with ones on it, and D on it. Returns the sign of P and Q.
      private func diagonalize(
        _ n: Int, _ a: UnsafeMutablePointer<Double>, _ rowPivots: UnsafeMutablePointer<Double>,
        _ columnPivots: UnsafeMutablePointer<Double>
      ) -> Double {
        var sign = 1.0
        for k in 0..<n {
          var best = (row: k, column: k)
          for i in k..<n {
            for j in k..<n where abs(a[i * n + j]) > abs(a[best.row * n + best.column]) {
              best = (i, j)
            }
          }
          rowPivots[k] = Double(best.row)
          columnPivots[k] = Double(best.column)
          swapRows(a, n, k, best.row)
          swapColumns(a, n, k, best.column)
          if (best.row == k) != (best.column == k) { sign = -sign }
          let row = a + (k * n + k)
          if row[0] == 0 { continue }
          for i in (k + 1)..<max(n, k + 1) {
            let other = a + (i * n + k)
            other[0] /= row[0]
            subtractRow(other[0], row + 1, other + 1, n - k - 1)
          }
          divideRow(row + 1, row[0], n - k - 1)
        }
        return sign
      }

      /// For every k the product of the diagonal without k and without `left`.
      private func productsOfOthers(
        _ n: Int, _ a: UnsafePointer<Double>, _ left: Int, _ products: UnsafeMutablePointer<Double>
      ) {
        var (before, after) = (1.0, 1.0)
        for k in 0..<n {
          products[k] = before
          if k != left { before *= a[k * n + k] }
        }
        for k in (0..<n).reversed() {
          products[k] *= after
          if k != left { after *= a[k * n + k] }
        }
      }

      /// X becomes P X, and that inv(L) P X.
      private func solveUnitLower(
        _ n: Int, _ a: UnsafePointer<Double>, _ rowPivots: UnsafePointer<Double>,
        _ x: UnsafeMutablePointer<Double>
      ) {
        for k in 0..<n { swapRows(x, n, k, Int(rowPivots[k])) }
        for i in 0..<n {
          for j in 0..<i { subtractRow(a[i * n + j], x + j * n, x + i * n, n) }
        }
      }

      /// X becomes inv(U) X, and that Q inv(U) X.
      private func solveUnitUpper(
        _ n: Int, _ a: UnsafePointer<Double>, _ columnPivots: UnsafePointer<Double>,
        _ x: UnsafeMutablePointer<Double>
      ) {
        for i in (0..<n).reversed() {
          for j in (i + 1)..<max(n, i + 1) { subtractRow(a[i * n + j], x + j * n, x + i * n, n) }
        }
        for k in (0..<n).reversed() { swapRows(x, n, k, Int(columnPivots[k])) }
      }
      """
    case .adjugateOf:
      """
      /// The adjugate of a matrix of any rank (Stewart: On the adjugate matrix, 1998):
      /// det(P) det(Q) Q inv(U) adj(D) inv(L) P. A is used up; `work` has room for 3 n numbers.
      private func adjugateOf(
        _ n: Int, _ a: UnsafeMutablePointer<Double>, _ x: UnsafeMutablePointer<Double>,
        _ work: UnsafeMutablePointer<Double>
      ) {
        let (columnPivots, others) = (work + n, work + 2 * n)
        let sign = diagonalize(n, a, work, columnPivots)
        setIdentity(n, x)
        solveUnitLower(n, a, work, x)
        productsOfOthers(n, a, n, others)
        for k in 0..<n { scaleRow(x + k * n, others[k], n) }
        solveUnitUpper(n, a, columnPivots, x)
        scaleRow(x, sign, n * n)
      }
      """
    case .adjugateAlong:
      """
      /// How the adjugate changes when the matrix changes by X, in the place of X. A is used up;
      /// `work` has room for 5 n numbers.
      private func adjugateAlong(
        _ n: Int, _ a: UnsafeMutablePointer<Double>, _ x: UnsafeMutablePointer<Double>,
        _ work: UnsafeMutablePointer<Double>
      ) {
        let (columnPivots, products, old) = (work + n, work + 3 * n, work + 4 * n)
        let sign = diagonalize(n, a, work, columnPivots)
        solveUnitLower(n, a, work, x)
        for k in 0..<n { swapColumns(x, n, k, Int(columnPivots[k])) }
        for row in 0..<n {
          for i in 0..<n {
            let place = x + (row * n + i)
            subtractRow(place[0], a + (i * n + i + 1), place + 1, n - i - 1)
          }
        }
        // How adj(D) changes when D changes by x: -x beside the diagonal and the sum of the other
        // diagonal elements on it, each times the elements of D that are neither's.
        for k in 0..<n { old[k] = x[k * n + k] }
        for i in 0..<n {
          productsOfOthers(n, a, i, products)
          var sum = 0.0
          for j in 0..<n where j != i {
            sum += old[j] * products[j]
            x[i * n + j] *= -products[j]
          }
          x[i * n + i] = sum
        }
        solveUnitUpper(n, a, columnPivots, x)
        for row in 0..<n {
          for i in (0..<n).reversed() { subtractRow(x[row * n + i], a + i * n, x + row * n, i) }
        }
        for k in (0..<n).reversed() { swapColumns(x, n, k, Int(work[k])) }
        scaleRow(x, sign, n * n)
      }
      """
    case .pseudoInverse:
      """
      private func setTranspose(
        _ rows: Int, _ columns: Int, _ a: UnsafePointer<Double>, _ result: UnsafeMutablePointer<Double>
      ) {
        for i in 0..<rows {
          for j in 0..<columns { result[j * rows + i] = a[i * columns + j] }
        }
      }

      /// Reflects one row after the other onto an axis: it then holds its part of R up to the
      /// diagonal, and from there the unit vector of its reflection.
      private func reflectRows(
        _ rows: Int, _ columns: Int, _ v: UnsafeMutablePointer<Double>,
        _ diagonal: UnsafeMutablePointer<Double>
      ) {
        for k in 0..<rows {
          let vector = v + (k * columns + k)
          let rest = columns - k
          var greatest = 0.0
          for i in 0..<rest where abs(vector[i]) >= greatest { greatest = abs(vector[i]) }
          diagonal[k] = 0
          guard greatest > 0 else { continue }
          divideRow(vector, greatest, rest)
          let length = rowProduct(vector, vector, rest).squareRoot()
          let turned = vector[0] > 0 ? -length : length
          diagonal[k] = turned * greatest
          vector[0] -= turned
          divideRow(vector, rowProduct(vector, vector, rest).squareRoot(), rest)
          for j in (k + 1)..<max(rows, k + 1) {
            let other = v + (j * columns + k)
            subtractRow(2 * rowProduct(vector, other, rest), vector, other, rest)
          }
        }
      }

      /// The pseudo-inverse of a matrix of full rank by Householder's reflections (Golub and Van Loan:
      /// Matrix Computations, 5.2). `work` has room for 2 rows columns + rows + columns numbers.
      private func pseudoInverse(
        _ rows: Int, _ columns: Int, _ a: UnsafePointer<Double>,
        _ result: UnsafeMutablePointer<Double>, _ work: UnsafeMutablePointer<Double>
      ) {
        let isTall = rows >= columns
        let (n, m) = (min(rows, columns), max(rows, columns))
        let (v, basis, diagonal) = (work, work + n * m, work + 2 * n * m)
        if isTall { setTranspose(rows, columns, a, v) } else { v.update(from: a, count: n * m) }
        reflectRows(n, m, v, diagonal)
        // The first columns of Q, as rows.
        basis.update(repeating: 0, count: n * m)
        for k in 0..<n { basis[k * m + k] = 1 }
        for k in (0..<n).reversed() {
          let vector = v + (k * m + k)
          for j in 0..<n {
            let row = basis + (j * m + k)
            subtractRow(2 * rowProduct(vector, row, m - k), vector, row, m - k)
          }
        }
        // R X = Q' in the place of Q'.
        for i in (0..<n).reversed() {
          for j in (i + 1)..<max(n, i + 1) {
            subtractRow(v[j * m + i], basis + j * m, basis + i * m, m)
          }
          divideRow(basis + i * m, diagonal[i], m)
        }
        if isTall { result.update(from: basis, count: n * m) } else { setTranspose(n, m, basis, result) }
      }
      """
    default: ""
    }
  }
}
