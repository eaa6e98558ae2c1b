/// Functions of matrices in Swift: the steps of `MatrixKernel`, one for one, row-major without
/// gaps.
extension Helper {
  /// The definition in Swift; empty for what has to do with no matrix.
  var matrixInSwift: String {
    switch self {
    case .subtractRow:
      """
      /// y - factor x in the place of y.
      private func subtractRow(
        _ factor: Double, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, _ count: Int
      ) {
        for i in 0..<count { y[i] -= factor * x[i] }
      }
      """
    case .divideRow:
      """
      private func divideRow(_ x: UnsafeMutablePointer<Double>, _ divisor: Double, _ count: Int) {
        for i in 0..<count { x[i] /= divisor }
      }
      """
    case .scaleRow:
      """
      private func scaleRow(_ x: UnsafeMutablePointer<Double>, _ factor: Double, _ count: Int) {
        for i in 0..<count { x[i] *= factor }
      }
      """
    case .swapRows:
      """
      private func swapRows(_ a: UnsafeMutablePointer<Double>, _ columns: Int, _ i: Int, _ j: Int) {
        guard i != j else { return }
        for k in 0..<columns {
          let value = a[i * columns + k]
          a[i * columns + k] = a[j * columns + k]
          a[j * columns + k] = value
        }
      }
      """
    case .swapColumns:
      """
      private func swapColumns(_ a: UnsafeMutablePointer<Double>, _ n: Int, _ i: Int, _ j: Int) {
        guard i != j else { return }
        for k in 0..<n {
          let value = a[k * n + i]
          a[k * n + i] = a[k * n + j]
          a[k * n + j] = value
        }
      }
      """
    case .rowProduct:
      """
      /// The sum of products: eight interleaved sums, added pairwise.
      private func rowProduct(
        _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, _ count: Int
      ) -> Double {
        func eight(_ x: UnsafePointer<Double>) -> SIMD8<Double> {
          UnsafeRawPointer(x).loadUnaligned(as: SIMD8<Double>.self)
        }
        var sums = SIMD8<Double>()
        var i = 0
        while i + 8 <= count {
          sums += eight(x + i) * eight(y + i)
          i += 8
        }
        var rest = 0.0
        while i < count {
          rest += x[i] * y[i]
          i += 1
        }
        let four = sums.lowHalf + sums.highHalf
        let two = four.lowHalf + four.highHalf
        return two.x + two.y + rest
      }
      """
    case .setIdentity:
      """
      private func setIdentity(_ n: Int, _ a: UnsafeMutablePointer<Double>) {
        a.update(repeating: 0, count: n * n)
        for i in 0..<n { a[i * n + i] = 1 }
      }
      """
    case .eliminate:
      """
      /// P A = L U in the place of A, by elimination with partial pivoting: U on and above the
      /// diagonal, L without its ones below. Row k was swapped with row `pivots[k]`. Returns the sign
      /// of P.
      private func eliminate(
        _ n: Int, _ a: UnsafeMutablePointer<Double>, _ pivots: UnsafeMutablePointer<Double>
      ) -> Double {
        var sign = 1.0
        for k in 0..<n {
          var best = k
          for i in k..<n where abs(a[i * n + k]) > abs(a[best * n + k]) { best = i }
          pivots[k] = Double(best)
          if best != k {
            swapRows(a, n, k, best)
            sign = -sign
          }
          let row = a + (k * n + k)
          if row[0] == 0 { continue }
          for i in (k + 1)..<max(n, k + 1) {
            let other = a + (i * n + k)
            other[0] /= row[0]
            if other[0] != 0 { subtractRow(other[0], row + 1, other + 1, n - k - 1) }
          }
        }
        return sign
      }
      """
    case .solveUpper:
      """
      /// The solution of U X = B in the place of B, which has so many columns.
      private func solveUpper(
        _ n: Int, _ columns: Int, _ u: UnsafePointer<Double>, _ x: UnsafeMutablePointer<Double>
      ) {
        for i in (0..<n).reversed() {
          let row = x + i * columns
          for j in (i + 1)..<max(n, i + 1) {
            subtractRow(u[i * n + j], x + j * columns, row, columns)
          }
          divideRow(row, u[i * n + i], columns)
        }
      }
      """
    case .solveLower:
      """
      /// The solution of L X = B in the place of B, which has so many columns.
      private func solveLower(
        _ n: Int, _ columns: Int, _ l: UnsafePointer<Double>, _ x: UnsafeMutablePointer<Double>
      ) {
        for i in 0..<n {
          let row = x + i * columns
          for j in 0..<i { subtractRow(l[i * n + j], x + j * columns, row, columns) }
          divideRow(row, l[i * n + i], columns)
        }
      }
      """
    case .solveSystem:
      """
      /// The solution of A X = B in the place of B, which has so many columns; A is used up, and
      /// `pivots` has room for n numbers.
      private func solveSystem(
        _ n: Int, _ columns: Int, _ a: UnsafeMutablePointer<Double>, _ x: UnsafeMutablePointer<Double>,
        _ pivots: UnsafeMutablePointer<Double>
      ) {
        _ = eliminate(n, a, pivots)
        for k in 0..<n { swapRows(x, columns, k, Int(pivots[k])) }
        for i in 0..<n {
          for j in 0..<i { subtractRow(a[i * n + j], x + j * columns, x + i * columns, columns) }
        }
        solveUpper(n, columns, a, x)
      }
      """
    case .invert:
      """
      /// The inverse of A, which is used up; `pivots` has room for n numbers.
      private func invert(
        _ n: Int, _ a: UnsafeMutablePointer<Double>, _ result: UnsafeMutablePointer<Double>,
        _ pivots: UnsafeMutablePointer<Double>
      ) {
        setIdentity(n, result)
        solveSystem(n, n, a, result, pivots)
      }
      """
    case .determinantParts:
      """
      /// The determinant of A as a number in 1..<2, with a sign, times a power of two: a product that
      /// neither overflows nor underflows. A is used up, and `pivots` has room for n numbers.
      private func determinantParts(
        _ n: Int, _ a: UnsafeMutablePointer<Double>, _ pivots: UnsafeMutablePointer<Double>
      ) -> (product: Double, exponent: Int) {
        var product = eliminate(n, a, pivots)
        var exponent = 0
        for k in 0..<n {
          let factor = a[k * n + k]
          guard factor.isFinite, factor != 0, product.isNormal else {
            product *= factor
            continue
          }
          exponent += Int(factor.exponent)
          product *= factor < 0 ? -factor.significand : factor.significand
          exponent += Int(product.exponent)
          product = product < 0 ? -product.significand : product.significand
        }
        return (product, exponent)
      }
      """
    case .determinantOf:
      """
      private func determinantOf(
        _ n: Int, _ a: UnsafeMutablePointer<Double>, _ pivots: UnsafeMutablePointer<Double>
      ) -> Double {
        let (product, exponent) = determinantParts(n, a, pivots)
        guard product.isNormal else { return product }
        return Double(sign: .plus, exponent: exponent, significand: product)
      }
      """
    case .logDeterminantOf:
      """
      /// The logarithm of the magnitude of the determinant: of the product where it is in range, as
      /// the logarithms of its two parts would lose digits near 1.
      private func logDeterminantOf(
        _ n: Int, _ a: UnsafeMutablePointer<Double>, _ pivots: UnsafeMutablePointer<Double>
      ) -> Double {
        let (product, exponent) = determinantParts(n, a, pivots)
        guard product.isNormal else { return log(abs(product)) }
        guard (-1022...1023).contains(exponent) else {
          return log(abs(product)) + Double(exponent) * 0.6931471805599453
        }
        return log(abs(Double(sign: .plus, exponent: exponent, significand: product)))
      }
      """
    case .choleskyFactor:
      """
      /// L with L L' = (A + A') / 2; NaN from the first row on where that is not positive definite.
      private func choleskyFactor(
        _ n: Int, _ a: UnsafePointer<Double>, _ l: UnsafeMutablePointer<Double>
      ) {
        for i in 0..<n {
          let row = l + i * n
          for j in 0...i {
            let other = l + j * n
            let rest = 0.5 * a[i * n + j] + 0.5 * a[j * n + i] - rowProduct(row, other, j)
            row[j] = i == j ? rest.squareRoot() : rest / other[j]
          }
          for j in (i + 1)..<max(n, i + 1) { row[j] = 0 }
        }
      }
      """
    default: adjugateInSwift
    }
  }
}
