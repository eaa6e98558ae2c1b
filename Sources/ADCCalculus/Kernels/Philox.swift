/// Random numbers that are a pure function of (seed, stream, position): Philox4x32-10.
///
/// Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3 (2011). Streams are
/// independent of each other, and any position is reached in constant time.
package struct Philox: Sendable {
  private let key: (UInt32, UInt32)

  /// A generator whose key is the seed.
  package init(seed: UInt64) {
    key = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed &>> 32))
  }

  /// The 128 random bits of a 128-bit counter, low words first.
  @inline(__always)
  package func block(_ counter: (UInt64, UInt64)) -> (UInt32, UInt32, UInt32, UInt32) {
    var x = (
      UInt32(truncatingIfNeeded: counter.0), UInt32(truncatingIfNeeded: counter.0 &>> 32),
      UInt32(truncatingIfNeeded: counter.1), UInt32(truncatingIfNeeded: counter.1 &>> 32)
    )
    var k = key
    for _ in 0..<10 {
      let a = UInt64(x.0) &* 0xD251_1F53
      let b = UInt64(x.2) &* 0xCD9E_8D57
      x = (
        UInt32(truncatingIfNeeded: b &>> 32) ^ x.1 ^ k.0, UInt32(truncatingIfNeeded: b),
        UInt32(truncatingIfNeeded: a &>> 32) ^ x.3 ^ k.1, UInt32(truncatingIfNeeded: a)
      )
      k = (k.0 &+ 0x9E37_79B9, k.1 &+ 0xBB67_AE85)
    }
    return x
  }

  /// Two words of 64 random bits.
  private func words(_ stream: UInt64, _ position: UInt64) -> (UInt64, UInt64) {
    let bits = block((position, stream))
    return (UInt64(bits.1) &<< 32 | UInt64(bits.0), UInt64(bits.3) &<< 32 | UInt64(bits.2))
  }

  /// A multiple of 2^-53 in [0, 1). A block holds two neighbouring positions.
  package func uniform(stream: UInt64, position: UInt64) -> Double {
    let pair = words(stream, position &>> 1)
    return Self.unit(position & 1 == 0 ? pair.0 : pair.1)
  }

  /// The draws of `uniform(stream:position:)` at `count` positions from `position` on, at half
  /// the cost; positions wrap around at 2^64.
  package func fillUniform(
    _ result: UnsafeMutablePointer<Double>, _ count: Int, stream: UInt64, from position: UInt64
  ) {
    var place = 0
    if position & 1 == 1 && count > 0 {
      result[0] = uniform(stream: stream, position: position)
      place = 1
    }
    while place &+ 2 <= count {
      let pair = words(stream, (position &+ UInt64(truncatingIfNeeded: place)) &>> 1)
      result[place] = Self.unit(pair.0)
      result[place &+ 1] = Self.unit(pair.1)
      place &+= 2
    }
    guard place < count else { return }
    let last = position &+ UInt64(truncatingIfNeeded: place)
    result[place] = uniform(stream: stream, position: last)
  }

  @inline(__always)
  private static func unit(_ bits: UInt64) -> Double { Double(bits &>> 11) * 0x1p-53 }

  /// A draw of the standard normal distribution, by Box and Muller; never infinite.
  package func normal(stream: UInt64, position: UInt64) -> Double {
    let bits = words(stream, position)
    // In (0, 1]: the logarithm of zero stays out.
    let radius = (-2 * Log.evaluate(Double(bits.0 &>> 11 &+ 1) * 0x1p-53)).squareRoot()
    return radius * Cos.evaluate(2 * .pi * (Double(bits.1 &>> 11) * 0x1p-53))
  }

  /// One of 0..<n, all equally likely; 0 where n < 2.
  ///
  /// Lemire: Fast random integer generation in an interval (2019). Where a draw must be refused
  /// the next ones come from counters that no other position uses in practice.
  package func index(below n: Int, stream: UInt64, position: UInt64) -> Int {
    guard n > 1 else { return 0 }
    let bound = UInt64(n)
    let bits = words(stream, position)
    var product = bits.0.multipliedFullWidth(by: bound)
    // Mostly true, and saves the division.
    if product.low >= bound { return Int(product.high) }
    let threshold = (0 &- bound) % bound
    if product.low >= threshold { return Int(product.high) }
    product = bits.1.multipliedFullWidth(by: bound)
    var attempt: UInt64 = 1
    while product.low < threshold {
      let salt = bits.0 &+ attempt &* 0x9E37_79B9_7F4A_7C15
      product = words(stream ^ bits.1, salt).0.multipliedFullWidth(by: bound)
      attempt &+= 1
    }
    return Int(product.high)
  }

  /// A random order of 0..<count for a stream, by Fisher and Yates; replaces what `order` held.
  ///
  /// All orders are equally likely. Allocates only where `order` has less room than `count`,
  /// which must fit an `Int32`; otherwise the order is empty.
  package func permutation(_ count: Int, stream: UInt64, into order: inout [Int32]) {
    order.removeAll(keepingCapacity: true)
    guard count > 0, let end = Int32(exactly: count) else { return }
    order.append(contentsOf: 0..<end)
    for last in stride(from: count - 1, to: 0, by: -1) {
      let other = index(below: last + 1, stream: stream, position: UInt64(last))
      order.swapAt(last, other)
    }
  }
}

extension Philox {
  /// The draws of a seed that a program computes with.
  package init(wholeSeed: Double) { self.init(seed: Self.whole(wholeSeed)) }

  /// The stream of a place of a program in one step.
  package static func stream(step: Double, place: Int) -> UInt64 {
    whole(step) &<< 24 ^ UInt64(truncatingIfNeeded: place)
  }

  /// A whole number as one; the bits of what is none.
  private static func whole(_ value: Double) -> UInt64 {
    value >= 0 && value < 0x1p63 && value == value.rounded(.down)
      ? UInt64(value) : value.bitPattern
  }
}
