extension PreciseNumber {
  /// The sum, with the wider operand's bits; inf - inf is NaN.
  package static func + (x: PreciseNumber, y: PreciseNumber) -> PreciseNumber {
    let width = max(x.width, y.width)
    if x.isNaN || y.isNaN { return PreciseNumber(.notANumber, width: width) }
    if x.isInfinite || y.isInfinite {
      if x.isInfinite, y.isInfinite, x.isNegative != y.isNegative {
        return PreciseNumber(.notANumber, width: width)
      }
      return (x.isInfinite ? x : y).widened(to: width)
    }
    if x.isZero || y.isZero {
      if x.isZero, y.isZero {
        return PreciseNumber(.zero, isNegative: x.isNegative && y.isNegative, width: width)
      }
      return (x.isZero ? y : x).widened(to: width)
    }
    let isOrdered = x.comparedSize(with: y) >= 0
    let (large, small) = isOrdered ? (x, y) : (y, x)
    return sum(large, small, width: width)
  }

  /// For finite numbers, the first no smaller than the second in size.
  private static func sum(_ large: PreciseNumber, _ small: PreciseNumber, width: Int)
    -> PreciseNumber
  {
    // A limb more keeps what the shift would drop.
    let room = width + 1
    return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 2 * room) { memory in
      let a = UnsafeMutableBufferPointer(rebasing: memory[..<room])
      let b = UnsafeMutableBufferPointer(rebasing: memory[room...])
      fill(a, with: large.limbs, shiftedDown: 0)
      fill(b, with: small.limbs, shiftedDown: large.exponent - small.exponent)
      var exponent = large.exponent
      if large.isNegative == small.isNegative {
        var carry = false
        for place in 0..<room { (a[place], carry) = adding(a[place], b[place], carry) }
        if carry {
          for place in 0..<room {
            let above = place + 1 < room ? a[place + 1] : 1
            a[place] = a[place] >> 1 | above << 63
          }
          exponent += 1
        }
      } else {
        var borrow = false
        for place in 0..<room { (a[place], borrow) = subtracting(a[place], b[place], borrow) }
      }
      return normalized(
        UnsafeBufferPointer(a), exponent, isNegative: large.isNegative, width: width)
    }
  }

  /// Writes a fraction, its highest limb in the highest place, divided by a power of two.
  private static func fill(
    _ room: UnsafeMutableBufferPointer<UInt64>, with limbs: [UInt64], shiftedDown bits: Int
  ) {
    let part = UInt64(bits % 64)
    let first = limbs.count - room.count + (bits < room.count * 64 ? bits / 64 : room.count)
    for place in 0..<room.count {
      let source = place + first
      let low = source >= 0 && source < limbs.count ? limbs[source] : 0
      let high = source >= -1 && source + 1 < limbs.count ? limbs[source + 1] : 0
      room[place] = part == 0 ? low : low >> part | high << (64 - part)
    }
  }

  @inline(__always)
  private static func adding(_ x: UInt64, _ y: UInt64, _ carry: Bool) -> (UInt64, Bool) {
    let (first, over) = x.addingReportingOverflow(y)
    let (second, again) = first.addingReportingOverflow(carry ? 1 : 0)
    return (second, over || again)
  }

  @inline(__always)
  private static func subtracting(_ x: UInt64, _ y: UInt64, _ borrow: Bool) -> (UInt64, Bool) {
    let (first, under) = x.subtractingReportingOverflow(y)
    let (second, again) = first.subtractingReportingOverflow(borrow ? 1 : 0)
    return (second, under || again)
  }

  /// The number whose fraction these limbs are, their leading zeros removed; zero for zeros.
  private static func normalized(
    _ limbs: [UInt64], _ exponent: Int, isNegative: Bool, width: Int
  ) -> PreciseNumber {
    limbs.withUnsafeBufferPointer {
      normalized($0, exponent, isNegative: isNegative, width: width)
    }
  }

  private static func normalized(
    _ limbs: UnsafeBufferPointer<UInt64>, _ exponent: Int, isNegative: Bool, width: Int
  ) -> PreciseNumber {
    guard let top = limbs.lastIndex(where: { $0 != 0 }) else {
      return PreciseNumber(.zero, width: width)
    }
    let shift = UInt64(limbs[top].leadingZeroBitCount)
    let fraction = [UInt64](unsafeUninitializedCapacity: width) { fraction, count in
      for place in 0..<width {
        let source = top - (width - 1 - place)
        guard source >= 0 else {
          fraction[place] = 0
          continue
        }
        let low = source > 0 ? limbs[source - 1] : 0
        fraction[place] =
          shift == 0 ? limbs[source] : limbs[source] << shift | low >> (64 - shift)
      }
      count = width
    }
    let size = exponent - (limbs.count - 1 - top) * 64 - Int(shift)
    return PreciseNumber(isNegative: isNegative, exponent: size, limbs: fraction)
  }

  /// The difference, with the wider operand's bits.
  package static func - (x: PreciseNumber, y: PreciseNumber) -> PreciseNumber { x + -y }

  /// The product, with the wider operand's bits; 0 times infinity is NaN.
  package static func * (x: PreciseNumber, y: PreciseNumber) -> PreciseNumber {
    let width = max(x.width, y.width)
    let isNegative = x.isNegative != y.isNegative
    guard x.kind == .finite, y.kind == .finite else {
      if x.isNaN || y.isNaN || (x.isZero && y.isInfinite) || (x.isInfinite && y.isZero) {
        return PreciseNumber(.notANumber, width: width)
      }
      let kind: Kind = x.isInfinite || y.isInfinite ? .infinite : .zero
      return PreciseNumber(kind, isNegative: isNegative, width: width)
    }
    let room = x.width + y.width
    return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: room) { product in
      product.initialize(repeating: 0)
      x.limbs.withUnsafeBufferPointer { first in
        y.limbs.withUnsafeBufferPointer { second in multiply(first, second, into: product) }
      }
      return normalized(
        UnsafeBufferPointer(product), x.exponent + y.exponent, isNegative: isNegative,
        width: width)
    }
  }

  /// The product of two fractions, into as many limbs as both have, which are zero.
  private static func multiply(
    _ x: UnsafeBufferPointer<UInt64>, _ y: UnsafeBufferPointer<UInt64>,
    into product: UnsafeMutableBufferPointer<UInt64>
  ) {
    for i in 0..<x.count where x[i] != 0 {
      let a = x[i]
      var carry: UInt64 = 0
      for j in 0..<y.count {
        let (high, low) = a.multipliedFullWidth(by: y[j])
        let (first, over) = low.addingReportingOverflow(product[i + j])
        let (second, again) = first.addingReportingOverflow(carry)
        product[i + j] = second
        carry = high &+ (over ? 1 : 0) &+ (again ? 1 : 0)
      }
      product[i + y.count] = carry
    }
  }

  /// The quotient, with the wider operand's bits; 0/0 and inf/inf are NaN.
  package static func / (x: PreciseNumber, y: PreciseNumber) -> PreciseNumber {
    let width = max(x.width, y.width)
    let isNegative = x.isNegative != y.isNegative
    guard x.kind == .finite, y.kind == .finite else {
      if x.isNaN || y.isNaN || (x.isZero && y.isZero) || (x.isInfinite && y.isInfinite) {
        return PreciseNumber(.notANumber, width: width)
      }
      let kind: Kind = x.isInfinite || y.isZero ? .infinite : .zero
      return PreciseNumber(kind, isNegative: isNegative, width: width)
    }
    if let divisor = y.onlyLimb {
      return x.divided(by: divisor, y.exponent, isNegative: isNegative, width: width)
    }
    let quotient = quotient(x.widened(to: width).limbs, y.limbs.drop { $0 == 0 }.map { $0 }, width)
    return normalized(quotient, x.exponent - y.exponent + 64, isNegative: isNegative, width: width)
  }

  /// The highest limb, where all others are zero.
  private var onlyLimb: UInt64? { limbs.dropLast().allSatisfy { $0 == 0 } ? limbs.last : nil }

  /// This over a number of one limb: each limb is divided with the rest of the one above.
  private func divided(
    by divisor: UInt64, _ exponent: Int, isNegative: Bool, width: Int
  ) -> PreciseNumber {
    let size = self.exponent - exponent + 64
    // As many limbs as the result and one, and one for the overflow.
    return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: width + 2) { quotient in
      var rest: UInt64 = 0
      for place in stride(from: width + 1, through: 0, by: -1) {
        let source = limbs.count - 1 - (width + 1 - place)
        let next = source >= 0 ? limbs[source] : 0
        (quotient[place], rest) = divisor.dividingFullWidth((rest, next))
      }
      return Self.normalized(
        UnsafeBufferPointer(quotient), size, isNegative: isNegative, width: width)
    }
  }

  /// The limbs of x / y 2^(64 (width + 1)) by long division (Knuth, volume 2, 4.3.1 D), where y's
  /// highest bit is set.
  private static func quotient(_ x: [UInt64], _ y: [UInt64], _ width: Int) -> [UInt64] {
    let n = y.count
    // As many quotient limbs as the result and one, and one for the overflow.
    let digits = width + 2
    var rest = [UInt64](repeating: 0, count: digits + n)
    for place in 0..<min(x.count, rest.count - 1) {
      rest[rest.count - 2 - place] = x[x.count - 1 - place]
    }
    var result = [UInt64](repeating: 0, count: digits)
    for place in stride(from: digits - 1, through: 0, by: -1) {
      result[place] = digit(&rest, y, at: place)
    }
    return result
  }

  /// One limb of the quotient, whose multiple is taken from the rest.
  private static func digit(_ rest: inout [UInt64], _ y: [UInt64], at place: Int) -> UInt64 {
    let n = y.count
    let (high, next) = (rest[place + n], rest[place + n - 1])
    var guess = high >= y[n - 1] ? UInt64.max : y[n - 1].dividingFullWidth((high, next)).quotient
    var carry: UInt64 = 0
    var borrow = false
    for j in 0..<n {
      let (top, low) = guess.multipliedFullWidth(by: y[j])
      let (sum, over) = low.addingReportingOverflow(carry)
      carry = top &+ (over ? 1 : 0)
      (rest[place + j], borrow) = subtracting(rest[place + j], sum, borrow)
    }
    (rest[place + n], borrow) = subtracting(rest[place + n], carry, borrow)
    while borrow {
      guess -= 1
      var over = false
      for j in 0..<n { (rest[place + j], over) = adding(rest[place + j], y[j], over) }
      let (sum, wrapped) = adding(rest[place + n], 0, over)
      rest[place + n] = sum
      borrow = !wrapped
    }
    return guess
  }

  /// The sum with a double, which is exact as an operand.
  package static func + (x: PreciseNumber, y: Double) -> PreciseNumber {
    x + PreciseNumber(y, width: 1)
  }
  /// The difference from a double, which is exact as an operand.
  package static func - (x: PreciseNumber, y: Double) -> PreciseNumber {
    x + PreciseNumber(-y, width: 1)
  }
  /// The product with a double, which is exact as an operand.
  package static func * (x: PreciseNumber, y: Double) -> PreciseNumber {
    x * PreciseNumber(y, width: 1)
  }
  /// The quotient by a double, which is exact as an operand.
  package static func / (x: PreciseNumber, y: Double) -> PreciseNumber {
    x / PreciseNumber(y, width: 1)
  }

  /// The square, with as many bits.
  package var squared: PreciseNumber { self * self }

  /// The square root, from a double's by Newton's method; NaN below zero.
  package func squareRoot() -> PreciseNumber {
    if isZero || isNaN { return self }
    if isNegative { return PreciseNumber(.notANumber, width: width) }
    if isInfinite { return self }
    let half = exponent >> 1
    let scaled = scaled(-2 * half).widened(to: width + 1)
    var root = PreciseNumber(scaled.nearestDouble.squareRoot(), width: width + 1)
    var bits = 50
    while bits < (width + 1) * 64 {
      root = (root + scaled / root).scaled(-1)
      bits *= 2
    }
    return root.scaled(half).widened(to: width)
  }

  /// The largest whole number that is not above this.
  package var roundedDown: PreciseNumber {
    guard kind == .finite, exponent < width * 64 else { return self }
    var whole = self
    if exponent <= 0 {
      whole = PreciseNumber(.zero, isNegative: isNegative, width: width)
    } else {
      let dropped = width * 64 - exponent
      for place in 0..<(dropped / 64) { whole.limbs[place] = 0 }
      if dropped % 64 != 0 { whole.limbs[dropped / 64] &= ~(1 << UInt64(dropped % 64) - 1) }
    }
    return isNegative && whole.magnitude < magnitude ? whole - 1 : whole
  }

  /// The nearest whole number, halves to even.
  package var roundedToEven: PreciseNumber {
    guard kind == .finite else { return self }
    let low = roundedDown
    let rest = self - low
    let isOdd = !((low.scaled(-1)).roundedDown.scaled(1) == low)
    let isUp = rest > 0.5 || (rest == 0.5 && isOdd)
    var result = isUp ? low + 1 : low
    if result.isZero { result.isNegative = isNegative }
    return result
  }
}
