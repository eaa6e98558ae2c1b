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
    var index = 0
    while index &+ 8 <= count {
      let sum =
        (((eight(totals + index) + eight(first + index)) + eight(second + index))
          + eight(third + index)) + eight(fourth + index)
      UnsafeMutableRawPointer(totals + index).storeBytes(of: sum, as: SIMD8<Double>.self)
      index &+= 8
    }
    while index < count {
      totals[index] =
        (((totals[index] + first[index]) + second[index]) + third[index]) + fourth[index]
      index &+= 1
    }
  }

  @inline(__always)
  private static func eight(_ place: UnsafePointer<Double>) -> SIMD8<Double> {
    UnsafeRawPointer(place).loadUnaligned(as: SIMD8<Double>.self)
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
