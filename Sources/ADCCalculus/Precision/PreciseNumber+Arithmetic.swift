extension PreciseNumber {
  package static prefix func - (value: PreciseNumber) -> PreciseNumber {
    var result = value
    result.isNegative.toggle()
    return result
  }

  package var magnitude: PreciseNumber {
    var result = self
    result.isNegative = false
    return result
  }

  package static func + (left: PreciseNumber, right: PreciseNumber) -> PreciseNumber {
    let precision = max(left.precision, right.precision)
    if left.isNaN || right.isNaN { return PreciseNumber(kind: .nan, precision: precision) }
    if left.isInfinite {
      let isOpposite = right.isInfinite && right.isNegative != left.isNegative
      return isOpposite ? PreciseNumber(kind: .nan, precision: precision) : left
    }
    if right.isInfinite { return right }
    if left.isZero {
      if right.isZero {
        return PreciseNumber(
          kind: .zero, negative: left.isNegative && right.isNegative, precision: precision)
      }
      return right.extended(to: precision)
    }
    if right.isZero { return left.extended(to: precision) }
    let isLeftGreater = isMagnitude(right, lessThan: left)
    let (great, small) = isLeftGreater ? (left, right) : (right, left)
    // One limb more on both, so that what is cancelled was there.
    var a = [UInt64](repeating: 0, count: precision + 1)
    var b = a
    copy(great, into: &a, shift: 0)
    copy(small, into: &b, shift: great.exponent - small.exponent)
    if left.isNegative == right.isNegative {
      var carry = false
      for place in a.indices {
        let (first, one) = a[place].addingReportingOverflow(b[place])
        let (second, two) = first.addingReportingOverflow(carry ? 1 : 0)
        a[place] = second
        carry = one || two
      }
      if !carry { return normalized(a, great.exponent, great.isNegative, precision) }
      for place in 0..<a.count - 1 { a[place] = a[place] >> 1 | a[place + 1] << 63 }
      a[a.count - 1] = a[a.count - 1] >> 1 | 1 << 63
      return normalized(a, great.exponent + 1, great.isNegative, precision)
    }
    var borrow = false
    for place in a.indices {
      let (first, one) = a[place].subtractingReportingOverflow(b[place])
      let (second, two) = first.subtractingReportingOverflow(borrow ? 1 : 0)
      a[place] = second
      borrow = one || two
    }
    return normalized(a, great.exponent, great.isNegative, precision)
  }

  package static func - (left: PreciseNumber, right: PreciseNumber) -> PreciseNumber {
    left + -right
  }

  package static func * (left: PreciseNumber, right: PreciseNumber) -> PreciseNumber {
    let precision = max(left.precision, right.precision)
    let isNegative = left.isNegative != right.isNegative
    if left.isNaN || right.isNaN { return PreciseNumber(kind: .nan, precision: precision) }
    if left.isInfinite || right.isInfinite {
      let isNaN = left.isZero || right.isZero
      return PreciseNumber(kind: isNaN ? .nan : .infinite, negative: isNegative, precision: precision)
    }
    if left.isZero || right.isZero {
      return PreciseNumber(kind: .zero, negative: isNegative, precision: precision)
    }
    let (a, b) = (left.limbs, right.limbs)
    var product = [UInt64](repeating: 0, count: a.count + b.count)
    for (i, factor) in a.enumerated() where factor != 0 {
      var carry: UInt64 = 0
      for j in b.indices {
        let (high, low) = factor.multipliedFullWidth(by: b[j])
        let (first, one) = product[i + j].addingReportingOverflow(low)
        let (second, two) = first.addingReportingOverflow(carry)
        product[i + j] = second
        carry = high &+ (one ? 1 : 0) &+ (two ? 1 : 0)
      }
      product[i + b.count] = carry
    }
    return normalized(product, left.exponent + right.exponent, isNegative, precision)
  }

  package static func / (left: PreciseNumber, right: PreciseNumber) -> PreciseNumber {
    let precision = max(left.precision, right.precision)
    let isNegative = left.isNegative != right.isNegative
    if left.isNaN || right.isNaN || (left.isZero && right.isZero)
      || (left.isInfinite && right.isInfinite)
    {
      return PreciseNumber(kind: .nan, precision: precision)
    }
    if left.isInfinite || right.isZero {
      return PreciseNumber(kind: .infinite, negative: isNegative, precision: precision)
    }
    if left.isZero || right.isInfinite {
      return PreciseNumber(kind: .zero, negative: isNegative, precision: precision)
    }
    // Newton's iteration for the reciprocal, the digits doubled by each turn.
    let wide = precision + 1
    let top = Double(right.limbs[right.limbs.count - 1]) * 0x1p-64
    var inverse = PreciseNumber(1 / top, precision: wide)
    let divisor = PreciseNumber(negative: false, exponent: 0, limbs: right.limbs)
      .extended(to: wide)
    let two = PreciseNumber(2, precision: wide)
    var good = 50
    while good < 64 * wide {
      inverse = inverse * (two - divisor * inverse)
      good *= 2
    }
    var quotient = (left.extended(to: wide) * inverse).extended(to: precision)
    quotient.isNegative = isNegative
    return quotient.scaled(by: -right.exponent)
  }

  /// Dividing by a small whole number, which is much cheaper.
  package func divided(by divisor: Int) -> PreciseNumber {
    guard kind == .finite else { return self }
    var quotient = [UInt64](repeating: 0, count: limbs.count + 1)
    var rest: UInt64 = 0
    let small = UInt64(divisor.magnitude)
    for place in quotient.indices.reversed() {
      let low = place == 0 ? 0 : limbs[place - 1]
      (quotient[place], rest) = small.dividingFullWidth((rest, low))
    }
    return Self.normalized(quotient, exponent, isNegative != (divisor < 0), limbs.count)
  }

  package func squareRoot() -> PreciseNumber {
    switch kind {
    case .nan, .zero: return self
    case .infinite: return isNegative ? PreciseNumber(kind: .nan, precision: precision) : self
    case .finite: break
    }
    if isNegative { return PreciseNumber(kind: .nan, precision: precision) }
    // The reciprocal root of m*2^parity in [1/2, 2), then times it.
    let parity = exponent & 1
    let wide = precision + 1
    let value = PreciseNumber(negative: false, exponent: parity, limbs: limbs).extended(to: wide)
    let start = 1 / value.double.squareRoot()
    var inverse = PreciseNumber(start, precision: wide)
    let three = PreciseNumber(3, precision: wide)
    var good = 48
    while good < 64 * wide {
      inverse = (inverse * (three - value * inverse * inverse)).scaled(by: -1)
      good *= 2
    }
    var root = value * inverse
    // One step on the root itself takes away what the reciprocal left.
    root = root + ((value - root * root) * inverse).scaled(by: -1)
    return root.extended(to: precision).scaled(by: (exponent - parity) / 2)
  }

  package static func < (left: PreciseNumber, right: PreciseNumber) -> Bool {
    if left.isNaN || right.isNaN { return false }
    let difference = left - right
    if difference.isNaN { return false }
    return !difference.isZero && difference.isNegative
  }

  package static func == (left: PreciseNumber, right: PreciseNumber) -> Bool {
    if left.isNaN || right.isNaN { return false }
    if left.isInfinite || right.isInfinite {
      return left.isInfinite && right.isInfinite && left.isNegative == right.isNegative
    }
    return (left - right).isZero
  }

  // MARK: Limbs

  private static func isMagnitude(_ left: PreciseNumber, lessThan right: PreciseNumber) -> Bool {
    if left.exponent != right.exponent { return left.exponent < right.exponent }
    let count = max(left.limbs.count, right.limbs.count)
    for place in 1...count {
      let a = place <= left.limbs.count ? left.limbs[left.limbs.count - place] : 0
      let b = place <= right.limbs.count ? right.limbs[right.limbs.count - place] : 0
      if a != b { return a < b }
    }
    return false
  }

  /// The limbs of a number at the top of an array, moved down by some bits.
  private static func copy(_ number: PreciseNumber, into target: inout [UInt64], shift: Int) {
    let (whole, bits) = (shift / 64, UInt64(shift % 64))
    for place in number.limbs.indices {
      let top = target.count - number.limbs.count + place - whole
      if top >= 0, top < target.count { target[top] |= number.limbs[place] >> bits }
      if bits > 0, top - 1 >= 0, top - 1 < target.count {
        target[top - 1] |= number.limbs[place] << (64 - bits)
      }
    }
  }

  /// The number of a mantissa whose first bits may be zero, cut to a precision.
  private static func normalized(
    _ limbs: [UInt64], _ exponent: Int, _ isNegative: Bool, _ precision: Int
  ) -> PreciseNumber {
    guard let top = limbs.lastIndex(where: { $0 != 0 }) else {
      return PreciseNumber(kind: .zero, precision: precision)
    }
    let shift = UInt64(limbs[top].leadingZeroBitCount)
    var result = [UInt64](repeating: 0, count: precision)
    for place in 0..<precision {
      let source = top - place
      guard source >= 0 else { break }
      var limb = limbs[source] << shift
      if shift > 0, source > 0 { limb |= limbs[source - 1] >> (64 - shift) }
      result[precision - 1 - place] = limb
    }
    let dropped = 64 * (limbs.count - 1 - top) + Int(shift)
    return PreciseNumber(negative: isNegative, exponent: exponent - dropped, limbs: result)
  }
}
