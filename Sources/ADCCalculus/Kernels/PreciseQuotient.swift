/// (n + nTail) / (d + dTail) as a head of 26 bits and what is to be added, whose sum rounds to
/// within 0.51 ulp; for tails below 2^-50 of their heads.
///
/// The quotient's leading 26 bits leave a remainder that is computed exactly (Dekker, 1971), so
/// one division serves and its rounding counts 2^-26 times.
@inline(__always)
func quotientTerms<L: Lane>(_ n: L, _ nTail: L, _ d: L, _ dTail: L) -> (head: L, rest: L) {
  let inverse = L(1) / d
  let q = leadingHalf(n * inverse)
  let dHead = leadingHalf(d)
  let remainder = ((n - q * dHead) - q * (d - dHead)) + (nTail - q * dTail)
  return (q, remainder * inverse)
}

/// The sum of `quotientTerms`.
@inline(__always)
func quotient<L: Lane>(_ n: L, _ nTail: L, _ d: L, _ dTail: L) -> L {
  let terms = quotientTerms(n, nTail, d, dTail)
  return terms.head + terms.rest
}

/// The nearest number of 26 bits (Veltkamp, 1968), for |x| < 2^995.
@inline(__always)
func leadingHalf<L: Lane>(_ x: L) -> L {
  let scaled = x * L(0x8000001)
  return scaled - (scaled - x)
}
