/// Arrays combined with others element by element, `totals` being changed in place.
enum Combining {
  static func add(
    _ x: UnsafePointer<Double>, to totals: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    for index in 0..<count { totals[index] += x[index] }
  }

  static func multiply(
    _ x: UnsafePointer<Double>, into totals: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    for index in 0..<count { totals[index] *= x[index] }
  }

  static func keepLesser(
    _ x: UnsafePointer<Double>, in totals: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    for index in 0..<count { totals[index] = lesser(totals[index], x[index]) }
  }

  static func keepGreater(
    _ x: UnsafePointer<Double>, in totals: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    for index in 0..<count { totals[index] = greater(totals[index], x[index]) }
  }

  /// The lesser of two; NaN where one is.
  @inline(__always)
  static func lesser(_ left: Double, _ right: Double) -> Double {
    right < left || right != right ? right : left
  }

  /// The greater of two; NaN where one is.
  @inline(__always)
  static func greater(_ left: Double, _ right: Double) -> Double {
    right > left || right != right ? right : left
  }
}
