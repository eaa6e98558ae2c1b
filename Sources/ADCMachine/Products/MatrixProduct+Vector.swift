extension MatrixProduct {
  /// A matrix by a vector, reading a matrix with contiguous rows or columns in memory order.
  static func timesVector(
    _ a: Operand, rows: Int, inner: Int,
    _ x: (start: UnsafePointer<Number>, stride: Int),
    into y: (start: UnsafeMutablePointer<Number>, stride: Int),
    _ scratch: UnsafeMutablePointer<Number>
  ) {
    if a.column == 1 || a.row != 1 || rows == 1 {
      let vector = x.stride == 1 ? x.start : gathered(x, inner, into: scratch)
      for i in 0..<rows {
        let row = a.from(row: i, column: 0).start
        y.start[i &* y.stride] =
          a.column == 1 ? dot(row, vector, inner) : dot(row, a.column, vector, inner)
      }
    } else {
      let sums = y.stride == 1 ? y.start : scratch
      combination(a, rows: rows, inner: inner, x, into: sums)
      guard y.stride != 1 else { return }
      for i in 0..<rows { y.start[i &* y.stride] = sums[i] }
    }
  }

  private static func gathered(
    _ x: (start: UnsafePointer<Number>, stride: Int), _ count: Int,
    into scratch: UnsafeMutablePointer<Number>
  ) -> UnsafePointer<Number> {
    for i in 0..<count { scratch[i] = x.start[i &* x.stride] }
    return UnsafePointer(scratch)
  }

  /// Sixteen interleaved partial sums, added pairwise.
  @inline(__always)
  private static func dot(
    _ x: UnsafePointer<Number>, _ y: UnsafePointer<Number>, _ count: Int
  ) -> Number {
    var (s0, s1, s2, s3) = (Row(), Row(), Row(), Row())
    var i = 0
    while i &+ 16 <= count {
      s0 += load(x + i) * load(y + i)
      s1 += load(x + i + 4) * load(y + i + 4)
      s2 += load(x + i + 8) * load(y + i + 8)
      s3 += load(x + i + 12) * load(y + i + 12)
      i &+= 16
    }
    while i &+ 4 <= count {
      s0 += load(x + i) * load(y + i)
      i &+= 4
    }
    var rest = Number.zero
    while i < count {
      rest += x[i] * y[i]
      i &+= 1
    }
    let all = (s0 + s1) + (s2 + s3)
    let two = all.lowHalf + all.highHalf
    return two.x + two.y + rest
  }

  /// The same sums where x is strided.
  private static func dot(
    _ x: UnsafePointer<Number>, _ stride: Int, _ y: UnsafePointer<Number>, _ count: Int
  ) -> Number {
    var sums = Row()
    var i = 0
    while i &+ 4 <= count {
      let at = x + i &* stride
      sums += Row(at[0], at[stride], at[2 &* stride], at[3 &* stride]) * load(y + i)
      i &+= 4
    }
    var rest = Number.zero
    while i < count {
      rest += x[i &* stride] * y[i]
      i &+= 1
    }
    let two = sums.lowHalf + sums.highHalf
    return two.x + two.y + rest
  }

  /// The sum of the contiguous columns of `a`, each times its element of x; four columns at a
  /// time, so that the sums are read and written a quarter as often.
  private static func combination(
    _ a: Operand, rows: Int, inner: Int,
    _ x: (start: UnsafePointer<Number>, stride: Int), into y: UnsafeMutablePointer<Number>
  ) {
    y.update(repeating: 0, count: rows)
    var l = 0
    while l &+ 4 <= inner {
      let column = a.from(row: 0, column: l).start
      let at = x.start + l &* x.stride
      let factors = Row(at[0], at[x.stride], at[2 &* x.stride], at[3 &* x.stride])
      addColumns(column, apart: a.column, factors, rows, to: y)
      l &+= 4
    }
    while l < inner {
      let column = a.from(row: 0, column: l).start
      let factor = x.start[l &* x.stride]
      for i in 0..<rows { y[i] += column[i] * factor }
      l &+= 1
    }
  }

  @inline(__always)
  private static func addColumns(
    _ a: UnsafePointer<Number>, apart step: Int, _ x: Row, _ rows: Int,
    to y: UnsafeMutablePointer<Number>
  ) {
    let (a1, a2, a3) = (a + step, a + 2 &* step, a + 3 &* step)
    var i = 0
    while i &+ 4 <= rows {
      let first = load(a + i) * x[0] + load(a1 + i) * x[1]
      let second = load(a2 + i) * x[2] + load(a3 + i) * x[3]
      let sum = load(y + i) + (first + second)
      UnsafeMutableRawPointer(y + i).storeBytes(of: sum, as: Row.self)
      i &+= 4
    }
    while i < rows {
      y[i] += (a[i] * x[0] + a1[i] * x[1]) + (a2[i] * x[2] + a3[i] * x[3])
      i &+= 1
    }
  }
}
