#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// The platform's mathematical library: the only door to it.
///
/// IEEE 754 at special values; on glibc within about 1 ulp, a few for `erfc`. All are pure and may
/// run on any thread.
package enum LibM {
  /// Sine of radians.
  package static func sin(_ x: Double) -> Double { platformSin(x) }
  /// e^x.
  package static func exp(_ x: Double) -> Double { platformExp(x) }
  /// Natural logarithm.
  package static func log(_ x: Double) -> Double { platformLog(x) }
  /// log(1 + x) without cancellation.
  package static func log1p(_ x: Double) -> Double { platformLog1p(x) }
  /// Logarithm to base 10.
  package static func log10(_ x: Double) -> Double { platformLog10(x) }
  /// Error function.
  package static func erf(_ x: Double) -> Double { platformErf(x) }
  /// 1 - erf(x) without cancellation.
  package static func erfc(_ x: Double) -> Double { platformErfc(x) }
  /// x^y.
  package static func pow(_ x: Double, _ y: Double) -> Double { platformPow(x, y) }
  /// x - n y with n the quotient truncated; exact.
  package static func fmod(_ x: Double, _ y: Double) -> Double { platformFmod(x, y) }
  /// Logarithm of |gamma(x)|, without the global sign variable of C's `lgamma`.
  package static func lgamma(_ x: Double) -> Double {
    var sign: Int32 = 0
    return lgamma_r(x, &sign)
  }
}

// Inside `LibM` these names would mean its own members.
private func platformSin(_ x: Double) -> Double { sin(x) }
private func platformExp(_ x: Double) -> Double { exp(x) }
private func platformLog(_ x: Double) -> Double { log(x) }
private func platformLog1p(_ x: Double) -> Double { log1p(x) }
private func platformLog10(_ x: Double) -> Double { log10(x) }
private func platformErf(_ x: Double) -> Double { erf(x) }
private func platformErfc(_ x: Double) -> Double { erfc(x) }
private func platformPow(_ x: Double, _ y: Double) -> Double { pow(x, y) }
private func platformFmod(_ x: Double, _ y: Double) -> Double { fmod(x, y) }
