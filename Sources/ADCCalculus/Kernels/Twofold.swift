/// A number as the sum of two lanes, the second below half a unit in the last place of the first:
/// about 106 bits.
///
/// What kernels compute with where a few bits past double precision decide; the operations are
/// those of Dekker (1971) and Knuth, wrong by some 2^-104, and recorded like any others. Products
/// hold for heads below 2^995, and no part may be infinite.
struct Twofold<L: Lane> {
  var head: L
  var tail: L

  @inline(__always)
  init(_ head: L, _ tail: L) {
    self.head = head
    self.tail = tail
  }

  @inline(__always)
  init(_ value: L) { self.init(value, L(0)) }

  /// A constant and what its nearest double leaves out.
  @inline(__always)
  init(_ head: Double, _ tail: Double) { self.init(L(head), L(tail)) }

  /// x + y, exactly.
  @inline(__always)
  init(sum x: L, _ y: L) {
    let sum = x + y
    let other = sum - x
    self.init(sum, (x - (sum - other)) + (y - other))
  }

  /// x + y, exactly, for x that is 0 or no smaller in size than y.
  @inline(__always)
  init(large x: L, small y: L) {
    let sum = x + y
    self.init(sum, y - (sum - x))
  }

  /// x y, exactly.
  @inline(__always)
  init(product x: L, _ y: L) {
    let product = x * y
    let (a, c) = (leadingHalf(x), leadingHalf(y))
    let (b, d) = (x - a, y - c)
    self.init(product, (((a * c - product) + a * d) + b * c) + b * d)
  }

  /// The nearest lane.
  @inline(__always)
  var rounded: L { head + tail }
}

extension Twofold {
  @inline(__always)
  static func + (x: Self, y: Self) -> Self {
    let sum = Self(sum: x.head, y.head)
    let rest = Self(sum: x.tail, y.tail)
    let first = Self(large: sum.head, small: sum.tail + rest.head)
    return Self(large: first.head, small: first.tail + rest.tail)
  }

  @inline(__always)
  static func + (x: Self, y: L) -> Self {
    let sum = Self(sum: x.head, y)
    return Self(large: sum.head, small: sum.tail + x.tail)
  }

  @inline(__always)
  static prefix func - (x: Self) -> Self { Self(-x.head, -x.tail) }

  @inline(__always)
  static func - (x: Self, y: Self) -> Self { x + -y }

  @inline(__always)
  static func - (x: Self, y: L) -> Self { x + -y }

  @inline(__always)
  static func * (x: Self, y: Self) -> Self {
    let product = Self(product: x.head, y.head)
    return Self(
      large: product.head, small: product.tail + (x.head * y.tail + x.tail * y.head))
  }

  @inline(__always)
  static func * (x: Self, y: L) -> Self {
    let product = Self(product: x.head, y)
    return Self(large: product.head, small: product.tail + x.tail * y)
  }

  @inline(__always)
  static func / (x: Self, y: Self) -> Self {
    let inverse = L(1) / y.head
    let first = x.head * inverse
    let remainder = x - y * first
    return Self(large: first, small: (remainder.head + remainder.tail) * inverse)
  }

  /// Both parts times a power of two, or any factor by which their products are exact.
  @inline(__always)
  func scaled(_ factor: L) -> Self { Self(head * factor, tail * factor) }

  @inline(__always)
  var squared: Self { self * self }

  /// The square root of a positive number.
  @inline(__always)
  func squareRoot() -> Self {
    let root = head.squareRoot()
    let remainder = self - Self(product: root, root)
    return Self(large: root, small: (remainder.head + remainder.tail) / (root + root))
  }

  @inline(__always)
  static func select(_ mask: L.Mask, _ yes: Self, _ no: Self) -> Self {
    Self(L.select(mask, yes.head, no.head), L.select(mask, yes.tail, no.tail))
  }
}

/// The polynomial with these coefficients, the constant one first.
@inline(__always)
func polynomial<let count: Int, L: Lane>(_ coefficients: [count of Double], _ x: L) -> L {
  var sum = L(coefficients[count - 1])
  var place = count - 2
  while place >= 0 {
    sum = sum * x + L(coefficients[place])
    place -= 1
  }
  return sum
}

/// start x^count + the polynomial with these coefficients, each as a head and a tail.
@inline(__always)
func polynomial<let count: Int, L: Lane>(
  _ coefficients: [count of (Double, Double)], _ x: Twofold<L>, start: L
) -> Twofold<L> {
  var sum = Twofold(start)
  var place = count - 1
  while place >= 0 {
    sum = sum * x + Twofold(coefficients[place].0, coefficients[place].1)
    place -= 1
  }
  return sum
}
