/// Arrays combined with others element by element, `totals` being changed in place.
enum Combining {
  static func add<Number: BinaryFloatingPoint>(
    _ x: UnsafePointer<Number>, to totals: UnsafeMutablePointer<Number>, _ count: Int
  ) {
    for index in 0..<count { totals[index] += x[index] }
  }

  /// Adds four arrays that lie behind each other, one after the other.
  static func addFour(
    _ x: UnsafePointer<Double>, to totals: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    let (first, second, third, fourth) = (x, x + count, x + 2 &* count, x + 3 &* count)
    for index in 0..<count {
      totals[index] =
        (((totals[index] + first[index]) + second[index]) + third[index]) + fourth[index]
    }
  }

  static func multiply<Number: BinaryFloatingPoint>(
    _ x: UnsafePointer<Number>, into totals: UnsafeMutablePointer<Number>, _ count: Int
  ) {
    for index in 0..<count { totals[index] *= x[index] }
  }

  static func keepLesser<Number: BinaryFloatingPoint>(
    _ x: UnsafePointer<Number>, in totals: UnsafeMutablePointer<Number>, _ count: Int
  ) {
    for index in 0..<count { totals[index] = lesser(totals[index], x[index]) }
  }

  static func keepGreater<Number: BinaryFloatingPoint>(
    _ x: UnsafePointer<Number>, in totals: UnsafeMutablePointer<Number>, _ count: Int
  ) {
    for index in 0..<count { totals[index] = greater(totals[index], x[index]) }
  }

  /// The lesser of two; NaN where one is.
  @inline(__always)
  static func lesser<Number: BinaryFloatingPoint>(_ left: Number, _ right: Number) -> Number {
    right < left || right != right ? right : left
  }

  /// The greater of two; NaN where one is.
  @inline(__always)
  static func greater<Number: BinaryFloatingPoint>(_ left: Number, _ right: Number) -> Number {
    right > left || right != right ? right : left
  }
}
