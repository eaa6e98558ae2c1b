/// x less the nearest multiple of pi/2, as r - excess, and the multiple modulo 4.
///
/// Cody and Waite's reduction with pi/2 in pieces of 37, 37 and 53 bits: for |x| < `limit` the
/// products with the multiple are exact, and the error is below 2^-112, under 2^-55 of the
/// smallest remainder there is. Signs are arranged so that -0 stays -0.
struct QuarterTurns<L: Lane> {
  static var limit: Double { 100_000 }

  let r: L
  let excess: L
  /// A number from the quarter turns n: shifted by `phase`, -2...1.
  let quadrant: L

  @inline(__always)
  init(r: L, excess: L, quadrant: L) {
    self.r = r
    self.excess = excess
    self.quadrant = quadrant
  }

  /// Sine is phase 0, cosine phase 1.
  @inline(__always)
  init(_ x: L, phase: Double) {
    let shift = L(0x1.8p52)
    let n = (x * L(0x1.45f306dc9c882p-1) + shift) - shift
    let first = x - n * L(0x1.921fb54440000p+0)
    let second = n * L(0x1.68c234c4c0000p-39)
    let high = first - second
    // Exact though `first` may be the smaller one: then `high` is exact and this is zero.
    let rounding = second - (first - high)
    let low = n * L(-0x1.98a2e03707344p-77) - rounding
    r = high + low
    excess = (r - high) - low
    let turned = n + L(phase)
    quadrant = turned - L(4) * ((turned * L(0.25) + L(0.125) + shift) - shift)
  }

  /// The sine of r - excess as a difference of two numbers; relative error below 2^-57.
  @inline(__always)
  var sineTerms: (L, L) {
    let z = r * r
    var p = L(-0x1.5d9c3b4c30c89p-33)
    p = p * z + L(0x1.ae5e8a78c2cabp-26)
    p = p * z + L(-0x1.71de35ad69c7ap-19)
    p = p * z + L(0x1.a01a019c5b654p-13)
    p = p * z + L(-0x1.111111110fb58p-7)
    p = p * z + L(0x1.555555555554bp-3)
    return (r, excess * (L(1) - L(0.5) * z) + r * z * p)
  }

  /// The cosine of r - excess as a difference of two numbers.
  @inline(__always)
  var cosineTerms: (L, L) {
    let z = r * r
    var p = L(0x1.8fff89f97e310p-37)
    p = p * z + L(-0x1.1eea91848a27ap-29)
    p = p * z + L(0x1.27e4f90d4e175p-22)
    p = p * z + L(-0x1.a01a019e31f26p-16)
    p = p * z + L(0x1.6c16c16c16208p-10)
    p = p * z + L(-0x1.5555555555554p-5)
    let half = L(0.5) * z
    let main = L(1) - half
    return (main, (half - (L(1) - main)) + (z * z * p - r * excess))
  }

  @inline(__always)
  var isOdd: L.Mask { L.isEqual(quadrant.magnitude, L(1)) }

  /// The sine of the whole turn.
  @inline(__always)
  var value: L {
    let (sine, cosine) = (sineTerms, cosineTerms)
    let value = L.select(isOdd, cosine.0, sine.0) - L.select(isOdd, cosine.1, sine.1)
    return L.select(L.isLess(quadrant, L(0)), -value, value)
  }

  /// The sine and the cosine of the whole turn, for phase 0.
  @inline(__always)
  var sineAndCosine: (L, L) {
    let (s, c) = (sineTerms, cosineTerms)
    let isOdd = isOdd
    let sine = L.select(isOdd, c.0, s.0) - L.select(isOdd, c.1, s.1)
    let cosine = L.select(isOdd, s.0, c.0) - L.select(isOdd, s.1, c.1)
    // The cosine is the sine a quarter turn on: negative after turns -2 and 1.
    let isNegative = L.isEqual((quadrant + L(0.5)).magnitude, L(1.5))
    return (
      L.select(L.isLess(quadrant, L(0)), -sine, sine), L.select(isNegative, -cosine, cosine)
    )
  }
}
