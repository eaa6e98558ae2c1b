/// Sums over vectors that the solvers share, in a fixed order.
enum VectorMath {
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
