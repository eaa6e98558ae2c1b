#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// The platform's mathematical library: the only door to it.
///
/// IEEE 754 at special values; on glibc within about 1 ulp, a few for `tgamma`, `erfc` and the
/// hyperbolic functions. All are pure and may run on any thread.
package enum LibM {
  /// Sine of radians.
  package static func sin(_ x: Double) -> Double { platformSin(x) }
  /// Cosine of radians.
  package static func cos(_ x: Double) -> Double { platformCos(x) }
  /// Tangent of radians.
  package static func tan(_ x: Double) -> Double { platformTan(x) }
  /// Arc sine, in radians.
  package static func asin(_ x: Double) -> Double { platformAsin(x) }
  /// Arc cosine, in radians.
  package static func acos(_ x: Double) -> Double { platformAcos(x) }
  /// Arc tangent, in radians.
  package static func atan(_ x: Double) -> Double { platformAtan(x) }
  /// Hyperbolic sine.
  package static func sinh(_ x: Double) -> Double { platformSinh(x) }
  /// Hyperbolic cosine.
  package static func cosh(_ x: Double) -> Double { platformCosh(x) }
  /// Hyperbolic tangent.
  package static func tanh(_ x: Double) -> Double { platformTanh(x) }
  /// Inverse hyperbolic sine.
  package static func asinh(_ x: Double) -> Double { platformAsinh(x) }
  /// Inverse hyperbolic cosine.
  package static func acosh(_ x: Double) -> Double { platformAcosh(x) }
  /// Inverse hyperbolic tangent.
  package static func atanh(_ x: Double) -> Double { platformAtanh(x) }
  /// e^x.
  package static func exp(_ x: Double) -> Double { platformExp(x) }
  /// e^x - 1 without cancellation.
  package static func expm1(_ x: Double) -> Double { platformExpm1(x) }
  /// Natural logarithm.
  package static func log(_ x: Double) -> Double { platformLog(x) }
  /// log(1 + x) without cancellation.
  package static func log1p(_ x: Double) -> Double { platformLog1p(x) }
  /// Logarithm to base 2.
  package static func log2(_ x: Double) -> Double { platformLog2(x) }
  /// Logarithm to base 10.
  package static func log10(_ x: Double) -> Double { platformLog10(x) }
  /// Real cube root.
  package static func cbrt(_ x: Double) -> Double { platformCbrt(x) }
  /// Error function.
  package static func erf(_ x: Double) -> Double { platformErf(x) }
  /// 1 - erf(x) without cancellation.
  package static func erfc(_ x: Double) -> Double { platformErfc(x) }
  /// Gamma function.
  package static func tgamma(_ x: Double) -> Double { platformTgamma(x) }
  /// Angle of the point (x, y), in radians.
  package static func atan2(_ y: Double, _ x: Double) -> Double { platformAtan2(y, x) }
  /// x^y.
  package static func pow(_ x: Double, _ y: Double) -> Double { platformPow(x, y) }
  /// sqrt(x^2 + y^2) without overflow or underflow.
  package static func hypot(_ x: Double, _ y: Double) -> Double { platformHypot(x, y) }
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
private func platformCos(_ x: Double) -> Double { cos(x) }
private func platformTan(_ x: Double) -> Double { tan(x) }
private func platformAsin(_ x: Double) -> Double { asin(x) }
private func platformAcos(_ x: Double) -> Double { acos(x) }
private func platformAtan(_ x: Double) -> Double { atan(x) }
private func platformSinh(_ x: Double) -> Double { sinh(x) }
private func platformCosh(_ x: Double) -> Double { cosh(x) }
private func platformTanh(_ x: Double) -> Double { tanh(x) }
private func platformAsinh(_ x: Double) -> Double { asinh(x) }
private func platformAcosh(_ x: Double) -> Double { acosh(x) }
private func platformAtanh(_ x: Double) -> Double { atanh(x) }
private func platformExp(_ x: Double) -> Double { exp(x) }
private func platformExpm1(_ x: Double) -> Double { expm1(x) }
private func platformLog(_ x: Double) -> Double { log(x) }
private func platformLog1p(_ x: Double) -> Double { log1p(x) }
private func platformLog2(_ x: Double) -> Double { log2(x) }
private func platformLog10(_ x: Double) -> Double { log10(x) }
private func platformCbrt(_ x: Double) -> Double { cbrt(x) }
private func platformErf(_ x: Double) -> Double { erf(x) }
private func platformErfc(_ x: Double) -> Double { erfc(x) }
private func platformTgamma(_ x: Double) -> Double { tgamma(x) }
private func platformAtan2(_ y: Double, _ x: Double) -> Double { atan2(y, x) }
private func platformPow(_ x: Double, _ y: Double) -> Double { pow(x, y) }
private func platformHypot(_ x: Double, _ y: Double) -> Double { hypot(x, y) }
private func platformFmod(_ x: Double, _ y: Double) -> Double { fmod(x, y) }
