/// The product of two matrices of doubles.
package enum MatrixProduct {
  /// The doubles of scratch memory that `run` needs for these dimensions; may be 0.
  package static func scratchCount(rows m: Int, columns n: Int, inner k: Int) -> Int { 0 }

  /// c = a b, with a of m × k, b of k × n and c of m × n, replacing what c held.
  ///
  /// Element (i, j) of an operand is `i * row + j * column` doubles behind its pointer, so a
  /// transposed or broadcast operand costs no copy; rows of c are contiguous, `leading` doubles
  /// apart. c must not overlap the operands. The order of every sum depends on the dimensions
  /// and strides alone.
  package static func run(
    rows m: Int, columns n: Int, inner k: Int,
    a: UnsafePointer<Double>, aStrides: (row: Int, column: Int),
    b: UnsafePointer<Double>, bStrides: (row: Int, column: Int),
    c: UnsafeMutablePointer<Double>, leading: Int, scratch: UnsafeMutablePointer<Double>
  ) {
    for i in 0..<m {
      for j in 0..<n {
        var sum = 0.0
        for l in 0..<k {
          sum +=
            a[i * aStrides.row + l * aStrides.column] * b[l * bStrides.row + j * bStrides.column]
        }
        c[i * leading + j] = sum
      }
    }
  }
}
