/// Reductions of contiguous doubles, in an order that depends on the count alone.
package enum ReductionKernel {
  /// The sum; eight interleaved partial sums, added pairwise. 0 for none.
  package static func sum(_ x: UnsafePointer<Double>, _ count: Int) -> Double {
    guard count < 16 else { return sum(x, from: 0, to: count, SIMD8(), SIMD8()) }
    return sum(x, from: count & 8, to: count, count < 8 ? SIMD8() : SIMD8() + load(x))
  }

  /// The same sum from a place on, a multiple of 8, with the partial sums of what is before: of
  /// the lanes whose place is below 8 modulo 16, and of the others.
  @inline(__always)
  static func sum(
    _ x: UnsafePointer<Double>, from start: Int, to count: Int, _ below: SIMD8<Double>,
    _ above: SIMD8<Double>
  ) -> Double {
    var place = start
    var (first, second) = (below, above)
    if place % 16 != 0, place &+ 8 <= count {
      second += load(x + place)
      place &+= 8
    }
    while place &+ 16 <= count {
      first += load(x + place)
      second += load(x + place + 8)
      place &+= 16
    }
    if place &+ 8 <= count {
      first += load(x + place)
      place &+= 8
    }
    return sum(x, from: place, to: count, first + second)
  }

  /// The partial sums, and what is left from a place on, at most seven numbers.
  @inline(__always)
  private static func sum(
    _ x: UnsafePointer<Double>, from start: Int, to count: Int, _ all: SIMD8<Double>
  ) -> Double {
    var place = start
    var rest = 0.0
    while place < count {
      rest += x[place]
      place &+= 1
    }
    let four = all.lowHalf + all.highHalf
    let two = four.lowHalf + four.highHalf
    return two.x + two.y + rest
  }

  /// The product; 1 for none.
  package static func product(_ x: UnsafePointer<Double>, _ count: Int) -> Double {
    var place = 0
    var lanes = SIMD8<Double>(repeating: 1)
    while place &+ 8 <= count {
      lanes *= load(x + place)
      place &+= 8
    }
    var rest = 1.0
    while place < count {
      rest *= x[place]
      place &+= 1
    }
    let four = lanes.lowHalf * lanes.highHalf
    let two = four.lowHalf * four.highHalf
    return two.x * two.y * rest
  }

  /// The largest, NaN where one is NaN; -infinity for none.
  package static func maximum(_ x: UnsafePointer<Double>, _ count: Int) -> Double {
    extreme(
      x, count, -.infinity, { $1 > $0 ? $1 : $0 }, { $0.replacing(with: $1, where: $1 .> $0) })
  }

  /// The smallest, NaN where one is NaN; infinity for none.
  package static func minimum(_ x: UnsafePointer<Double>, _ count: Int) -> Double {
    extreme(
      x, count, .infinity, { $1 < $0 ? $1 : $0 }, { $0.replacing(with: $1, where: $1 .< $0) })
  }

  /// What `better` leaves of all, which keeps the first of two numbers where one is NaN.
  @inline(__always)
  private static func extreme(
    _ x: UnsafePointer<Double>, _ count: Int, _ start: Double,
    _ better: (Double, Double) -> Double,
    _ betterLanes: (SIMD8<Double>, SIMD8<Double>) -> SIMD8<Double>
  ) -> Double {
    var place = 0
    var lanes = SIMD8<Double>(repeating: start)
    var areNaN = SIMD8<Int64>()
    while place &+ 8 <= count {
      let next = load(x + place)
      lanes = betterLanes(lanes, next)
      areNaN |= unsafeBitCast(next .!= next, to: SIMD8<Int64>.self)
      place &+= 8
    }
    let four = areNaN.lowHalf | areNaN.highHalf
    let two = four.lowHalf | four.highHalf
    if two.x | two.y != 0 { return firstNaN(x) }
    var result = better(
      better(better(lanes[0], lanes[4]), better(lanes[1], lanes[5])),
      better(better(lanes[2], lanes[6]), better(lanes[3], lanes[7])))
    while place < count {
      if x[place].isNaN { return x[place] }
      result = better(result, x[place])
      place &+= 1
    }
    return result
  }

  /// The first NaN of numbers among which there is one.
  private static func firstNaN(_ x: UnsafePointer<Double>) -> Double {
    var place = 0
    while !x[place].isNaN { place &+= 1 }
    return x[place]
  }

  @inline(__always)
  private static func load(_ place: UnsafePointer<Double>) -> SIMD8<Double> {
    UnsafeRawPointer(place).loadUnaligned(as: SIMD8<Double>.self)
  }
}

/// A running sum that keeps what rounding loses: the result is as if summed in twice the
/// precision and rounded once.
///
/// Neumaier: Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen (1974).
package struct CompensatedSum: Hashable, Sendable {
  private var sum = 0.0
  private var lost = 0.0

  /// A sum of nothing, 0.
  package init() {}

  /// Adds a number, and what its rounding loses to a second sum (Neumaier's variant of Kahan's).
  package mutating func add(_ x: Double) {
    let next = sum + x
    lost += sum.magnitude >= x.magnitude ? (sum - next) + x : (x - next) + sum
    sum = next
  }

  /// The sum so far; infinities and NaN come through.
  package var value: Double { sum.isFinite && lost.isFinite ? sum + lost : sum }
}
