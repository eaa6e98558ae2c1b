/// Sums over vectors that the solvers share, in a fixed order.
enum VectorMath {
  /// A power of two near a norm, so that dividing by it rounds nothing; 1 for none.
  static func scale(ofNorm norm: Double) -> Double {
    norm == 0 || !norm.isFinite
      ? 1 : Double(sign: .plus, exponent: norm.exponent, significand: 1)
  }

  /// The Euclidean norm, scaled where squares would overflow or vanish.
  static func norm(_ vector: some Collection<Double>) -> Double {
    var sum = 0.0
    for value in vector { sum += value * value }
    if sum > 1e-280, sum < 1e300 { return sum.squareRoot() }
    var largest = 0.0
    for value in vector { largest = max(largest, abs(value)) }
    guard largest > 0, largest.isFinite, !sum.isNaN else { return sum.isNaN ? .nan : largest }
    sum = 0
    for value in vector { sum += (value / largest) * (value / largest) }
    return largest * sum.squareRoot()
  }

  /// The same of so many numbers from a place on.
  @inline(__always)
  static func norm(_ vector: UnsafePointer<Double>, _ count: Int) -> Double {
    var sum = 0.0
    for place in 0..<count { sum += vector[place] * vector[place] }
    return norm(vector, count, squares: sum)
  }

  /// The same where the sum of the squares is known.
  @inline(__always)
  static func norm(_ vector: UnsafePointer<Double>, _ count: Int, squares sum: Double) -> Double {
    if sum > 1e-280, sum < 1e300 { return sum.squareRoot() }
    return norm(UnsafeBufferPointer(start: vector, count: count))
  }

  /// The norm of the products of so many numbers, for which there is room should squares not do.
  @inline(__always)
  static func norm(
    of left: UnsafePointer<Double>, times right: UnsafePointer<Double>, _ count: Int,
    room: UnsafeMutablePointer<Double>
  ) -> Double {
    var sum = 0.0
    for place in 0..<count {
      let product = left[place] * right[place]
      sum += product * product
    }
    if sum > 1e-280, sum < 1e300 { return sum.squareRoot() }
    for place in 0..<count { room[place] = left[place] * right[place] }
    return norm(room, count, squares: sum)
  }

  /// The sum of the squares of so many numbers, in eight parts.
  static func squares(_ vector: UnsafePointer<Double>, _ count: Int) -> Double {
    var (first, second) = (SIMD4<Double>(), SIMD4<Double>())
    var place = 0
    while place + 8 <= count {
      let left = UnsafeRawPointer(vector + place).loadUnaligned(as: SIMD4<Double>.self)
      let right = UnsafeRawPointer(vector + place + 4).loadUnaligned(as: SIMD4<Double>.self)
      first += left * left
      second += right * right
      place += 8
    }
    first += second
    var rest = 0.0
    while place < count {
      rest += vector[place] * vector[place]
      place += 1
    }
    return ((first.x + first.z) + (first.y + first.w)) + rest
  }

  static func dot(
    _ left: UnsafePointer<Double>, _ right: UnsafePointer<Double>, _ count: Int
  ) -> Double {
    var sum = 0.0
    for place in 0..<count { sum += left[place] * right[place] }
    return sum
  }

  static func dot(_ left: [Double], _ right: [Double]) -> Double {
    var sum = 0.0
    for place in left.indices { sum += left[place] * right[place] }
    return sum
  }

  /// left + factor * right.
  static func sum(_ left: [Double], _ factor: Double, _ right: [Double]) -> [Double] {
    var result = left
    for place in result.indices { result[place] += factor * right[place] }
    return result
  }

  static func largest(_ vector: [Double]) -> Double {
    var largest = 0.0
    for value in vector { largest = abs(value) > largest || value.isNaN ? abs(value) : largest }
    return largest
  }
}
