// Functions of one matrix of doubles, row-major without gaps, on one thread.
// A singular matrix is no error: it gives infinities and NaN, and the determinant 0.

/// What `MatrixFunction`s compute.
package struct MatrixKernel: Sendable {
  /// What is done to each matrix.
  package let function: MatrixFunction
  /// The sizes of the matrix, and the columns of the right side.
  package let rows: Int
  /// Of the matrix.
  package let columns: Int
  /// Of the right side, where the function has one.
  package let rightColumns: Int

  /// Room for one matrix of these sizes at a time.
  package init(_ function: MatrixFunction, rows: Int, columns: Int, rightColumns: Int) {
    self.function = function
    self.rows = rows
    self.columns = columns
    self.rightColumns = rightColumns
  }

  /// The elements of one result.
  package var resultCount: Int {
    switch function {
    case .determinant, .logDeterminant: 1
    case .solve, .solveLower, .solveUpper: rows &* rightColumns
    case .inverse, .adjugate, .adjugateAlong, .cholesky, .pseudoInverse: rows &* columns
    }
  }

  /// The doubles of scratch memory that `run` needs beside the matrix.
  package var scratchCount: Int {
    switch function {
    case .inverse, .determinant, .logDeterminant, .solve: rows
    case .adjugate: 3 &* rows
    case .adjugateAlong: 5 &* rows
    case .pseudoInverse: 2 &* rows &* columns &+ rows &+ columns
    case .cholesky, .solveLower, .solveUpper: 0
    }
  }

  /// Computes the result; the matrix is used up. A right side is in `result` when this begins.
  package func run(
    _ a: UnsafeMutablePointer<Double>, _ result: UnsafeMutablePointer<Double>,
    _ scratch: UnsafeMutablePointer<Double>
  ) {
    switch function {
    case .inverse:
      _ = Elimination.factor(a, rows, scratch)
      MatrixRows.setIdentity(result, rows)
      Elimination.solve(a, rows, scratch, result, rows)
    case .determinant: result.pointee = Elimination.determinant(a, rows, scratch).value
    case .logDeterminant:
      result.pointee = Elimination.determinant(a, rows, scratch).logarithmOfMagnitude
    case .solve:
      _ = Elimination.factor(a, rows, scratch)
      Elimination.solve(a, rows, scratch, result, rightColumns)
    case .solveLower: Triangular.solveLower(a, rows, result, rightColumns)
    case .solveUpper: Triangular.solveUpper(a, rows, result, rightColumns)
    case .adjugate: Adjugate(a, rows, scratch).value(result)
    case .adjugateAlong:
      Adjugate(a, rows, scratch).change(result, others: scratch + 3 &* rows)
    case .cholesky: Triangular.cholesky(a, rows, result)
    case .pseudoInverse: PseudoInverse.run(a, rows, columns, result, scratch)
    }
  }
}

/// Operations on rows.
enum MatrixRows {
  /// y - factor x in the place of y.
  @inline(__always)
  static func subtract(
    _ factor: Double, _ x: UnsafePointer<Double>, from y: UnsafeMutablePointer<Double>,
    _ count: Int
  ) {
    var place = 0
    let factors = SIMD8<Double>(repeating: factor)
    while place &+ 8 <= count {
      let left = UnsafeRawPointer(y + place).loadUnaligned(as: SIMD8<Double>.self)
      let right = UnsafeRawPointer(x + place).loadUnaligned(as: SIMD8<Double>.self)
      UnsafeMutableRawPointer(y + place)
        .storeBytes(of: left - factors * right, as: SIMD8<Double>.self)
      place &+= 8
    }
    while place < count {
      y[place] -= factor * x[place]
      place &+= 1
    }
  }

  /// The sum of products, in an order that depends on the count alone.
  @inline(__always)
  static func dot(_ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, _ count: Int) -> Double {
    var place = 0
    var sums = SIMD8<Double>()
    while place &+ 8 <= count {
      let left = UnsafeRawPointer(x + place).loadUnaligned(as: SIMD8<Double>.self)
      let right = UnsafeRawPointer(y + place).loadUnaligned(as: SIMD8<Double>.self)
      sums += left * right
      place &+= 8
    }
    var rest = 0.0
    while place < count {
      rest += x[place] * y[place]
      place &+= 1
    }
    let four = sums.lowHalf + sums.highHalf
    let two = four.lowHalf + four.highHalf
    return two.x + two.y + rest
  }

  static func scale(_ x: UnsafeMutablePointer<Double>, by factor: Double, _ count: Int) {
    for place in 0..<count { x[place] *= factor }
  }

  static func divide(_ x: UnsafeMutablePointer<Double>, by divisor: Double, _ count: Int) {
    for place in 0..<count { x[place] /= divisor }
  }

  static func swapRows(_ a: UnsafeMutablePointer<Double>, _ i: Int, _ j: Int, _ columns: Int) {
    guard i != j else { return }
    for column in 0..<columns {
      let value = a[i &* columns &+ column]
      a[i &* columns &+ column] = a[j &* columns &+ column]
      a[j &* columns &+ column] = value
    }
  }

  static func swapColumns(
    _ a: UnsafeMutablePointer<Double>, _ i: Int, _ j: Int, rows: Int, _ columns: Int
  ) {
    guard i != j else { return }
    for row in 0..<rows {
      let value = a[row &* columns &+ i]
      a[row &* columns &+ i] = a[row &* columns &+ j]
      a[row &* columns &+ j] = value
    }
  }

  static func setIdentity(_ a: UnsafeMutablePointer<Double>, _ n: Int) {
    a.update(repeating: 0, count: n &* n)
    for place in 0..<n { a[place &* n &+ place] = 1 }
  }
}

/// A product of many numbers that neither overflows nor underflows before its end.
struct ScaledProduct {
  private var significand = 1.0
  private var exponent = 0

  init(_ sign: Double) { significand = sign }

  mutating func multiply(_ factor: Double) {
    guard factor.isFinite, factor != 0, significand.isNormal else {
      significand *= factor
      return
    }
    exponent &+= Int(factor.exponent)
    significand *= factor.sign == .minus ? -factor.significand : factor.significand
    if significand.magnitude >= 2 {
      significand *= 0.5
      exponent &+= 1
    }
  }

  var value: Double {
    guard significand.isNormal else { return significand }
    return Double(sign: .plus, exponent: max(-3000, min(3000, exponent)), significand: significand)
  }

  /// Of the product where it is in range: the logarithm of two parts would lose digits near 1.
  var logarithmOfMagnitude: Double {
    let product = value.magnitude
    if product.isNormal || !significand.isNormal { return Log.evaluate(product) }
    return Log.evaluate(significand.magnitude) + Double(exponent) * 0.6931471805599453
  }
}
