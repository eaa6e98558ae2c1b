/// Special functions for languages whose libraries lack them, by what these have.
enum SpecialDefinitions {
  /// The recurrence to 8, then the asymptotic series (DLMF 5.11.2); reflection below 0.
  static let digamma = (
    c: Spelling(
      .call("digamma"),
      definition: """
        static double digamma(double x) {
            double terms = 0.0, z = x;
            if (x == 0.0) return -1.0 / x;
            if (x < 0.0) {
                const double fraction = x - rint(x);
                if (!isfinite(x) || fraction == 0.0) return NAN;
                return digamma(-x) - 1.0 / x - 3.141592653589793 / tan(3.141592653589793 * fraction);
            }
            for (; z < 8.0; z += 1.0) terms += 1.0 / z;
            const double u = 1.0 / (z * z);
            double series = 691.0 / 32760.0 - u * (1.0 / 12.0 - u * (3617.0 / 8160.0));
            series = 1.0 / 120.0 - u * (1.0 / 252.0 - u * (1.0 / 240.0 - u * (1.0 / 132.0 - u * series)));
            return log(z) - (terms + (0.5 / z + u * (1.0 / 12.0 - u * series)));
        }
        """, isInDouble: true),
    swift: Spelling(
      .call("digamma"),
      definition: """
        private func digamma(_ x: Double) -> Double {
          if x == 0 { return -1 / x }
          if x < 0 {
            let fraction = x - x.rounded(.toNearestOrEven)
            if !x.isFinite || fraction == 0 { return .nan }
            return digamma(-x) - 1 / x - Double.pi / tan(Double.pi * fraction)
          }
          var (terms, z) = (0.0, x)
          while z < 8 {
            terms += 1 / z
            z += 1
          }
          let u = 1 / (z * z)
          var series = 691.0 / 32760 - u * (1.0 / 12 - u * (3617.0 / 8160))
          series = 1.0 / 240 - u * (1.0 / 132 - u * series)
          series = 1.0 / 120 - u * (1.0 / 252 - u * series)
          return log(z) - (terms + (0.5 / z + u * (1.0 / 12 - u * series)))
        }
        """, isInDouble: true)
  )

  /// The recurrence to 12, then the asymptotic series (DLMF 5.15.8); reflection below 0.
  static let trigamma = (
    c: Spelling(
      .call("trigamma"),
      definition: """
        static double trigamma(double x) {
            double terms = 0.0, z = x;
            if (x <= 0.0) {
                const double s = sin(3.141592653589793 * (x - rint(x))) / 3.141592653589793;
                if (!isfinite(x)) return NAN;
                return s == 0.0 ? (double)INFINITY : 1.0 / (s * s) - trigamma(1.0 - x);
            }
            for (; z < 12.0; z += 1.0) terms += 1.0 / (z * z);
            const double u = 1.0 / (z * z);
            double series = 5.0 / 66.0 - u * (691.0 / 2730.0 - u * (7.0 / 6.0 - u * (3617.0 / 510.0)));
            series = u * (1.0 / 6.0 - u * (1.0 / 30.0 - u * (1.0 / 42.0 - u * (1.0 / 30.0 - u * series))));
            return terms + (0.5 * u + (1.0 + series) / z);
        }
        """, isInDouble: true),
    swift: Spelling(
      .call("trigamma"),
      definition: """
        private func trigamma(_ x: Double) -> Double {
          if x <= 0 {
            let s = sin(Double.pi * (x - x.rounded(.toNearestOrEven))) / Double.pi
            if !x.isFinite { return .nan }
            return s == 0 ? .infinity : 1 / (s * s) - trigamma(1 - x)
          }
          var (terms, z) = (0.0, x)
          while z < 12 {
            terms += 1 / (z * z)
            z += 1
          }
          let u = 1 / (z * z)
          var series = 5.0 / 66 - u * (691.0 / 2730 - u * (7.0 / 6 - u * (3617.0 / 510)))
          series = 1.0 / 42 - u * (1.0 / 30 - u * series)
          series = u * (1.0 / 6 - u * (1.0 / 30 - u * series))
          return terms + (0.5 * u + (1 + series) / z)
        }
        """, isInDouble: true)
  )

  /// A start that is good to a few digits, then Halley's method, and Newton's on the logarithm,
  /// where tails are straight.
  private static let inverseErrorInC = """
    static double inverse_erfc(double x);

    /* The y with erf(y) = x. */
    static double inverse_erf(double x) {
        double y = x * 0.886226925452758 * (1.0 + 0.2618 * x * x);
        if (!(fabs(x) < 1.0)) return fabs(x) == 1.0 ? x * (double)INFINITY : (double)NAN;
        if (fabs(x) > 0.5) return copysign(inverse_erfc(1.0 - fabs(x)), x);
        for (int i = 0; i < 4; ++i) {
            const double step = (erf(y) - x) * 0.886226925452758 * exp(y * y);
            y -= step / (1.0 + y * step);
        }
        return y;
    }

    /* The y with erfc(y) = x. */
    static double inverse_erfc(double x) {
        if (!(x > 0.0 && x < 2.0)) {
            return x == 0.0 ? (double)INFINITY : x == 2.0 ? -(double)INFINITY : (double)NAN;
        }
        if (x > 0.5) return x < 1.5 ? inverse_erf(1.0 - x) : -inverse_erfc(2.0 - x);
        double y = sqrt(-log(x));
        for (int i = 0; i < 9; ++i) {
            const double tail = erfc(y);
            y += (log(tail) - log(x)) * (tail * exp(y * y)) * 0.886226925452758;
        }
        return y;
    }
    """

  private static let inverseErrorInSwift = """
    /// The y with erf(y) = x.
    private func inverseErf(_ x: Double) -> Double {
      guard abs(x) < 1 else { return abs(x) == 1 ? x * .infinity : .nan }
      if abs(x) > 0.5 { return x < 0 ? -inverseErfc(1 + x) : inverseErfc(1 - x) }
      var y = x * 0.886226925452758 * (1 + 0.2618 * x * x)
      for _ in 0..<4 {
        let step = (erf(y) - x) * 0.886226925452758 * exp(y * y)
        y -= step / (1 + y * step)
      }
      return y
    }

    /// The y with erfc(y) = x.
    private func inverseErfc(_ x: Double) -> Double {
      guard x > 0, x < 2 else { return x == 0 ? .infinity : x == 2 ? -.infinity : .nan }
      if x > 0.5 { return x < 1.5 ? inverseErf(1 - x) : -inverseErfc(2 - x) }
      var y = (-log(x)).squareRoot()
      for _ in 0..<9 {
        let tail = erfc(y)
        y += (log(tail) - log(x)) * (tail * exp(y * y)) * 0.886226925452758
      }
      return y
    }
    """

  static let erfinv = (
    c: Spelling(.call("inverse_erf"), definition: inverseErrorInC, isInDouble: true),
    swift: Spelling(.call("inverseErf"), definition: inverseErrorInSwift, isInDouble: true)
  )
  static let erfcinv = (
    c: Spelling(.call("inverse_erfc"), definition: inverseErrorInC, isInDouble: true),
    swift: Spelling(.call("inverseErfc"), definition: inverseErrorInSwift, isInDouble: true)
  )
  static let probit = (
    c: Spelling(
      .call("normal_quantile"),
      definition: """
        /* The y that a standard normal number is below with probability x. */
        static double normal_quantile(double x) {
            if (x > 0.25 && x < 0.75) return 1.4142135623730951 * inverse_erf(2.0 * (x - 0.5));
            return x < 0.5 ? -1.4142135623730951 * inverse_erfc(2.0 * x)
                           : 1.4142135623730951 * inverse_erfc(2.0 * (1.0 - x));
        }
        """, needs: [inverseErrorInC], isInDouble: true),
    swift: Spelling(
      .call("normalQuantile"),
      definition: """
        /// The y that a standard normal number is below with probability x.
        private func normalQuantile(_ x: Double) -> Double {
          if x > 0.25, x < 0.75 { return 1.4142135623730951 * inverseErf(2 * (x - 0.5)) }
          return x < 0.5
            ? -1.4142135623730951 * inverseErfc(2 * x) : 1.4142135623730951 * inverseErfc(2 * (1 - x))
        }
        """, needs: [inverseErrorInSwift], isInDouble: true)
  )
}

/// Remainders of sine and tangent: near 0 by what is left of the series.
enum RemainderDefinitions {
  private static let inC = """
    /* sin(x) - x for k = 0, sin(x) - x cos(x) for k = 1, for |x| < 2.5: what is left of the series. */
    static double rest_of_sine(double x, int k) {
        double term = x, sum = 0.0;
        for (int i = 2; i < 30; i += 2) {
            term *= -x * x / (i * (i + 1));
            sum += k == 0 ? term : -i * term;
        }
        return sum;
    }
    """

  private static let inSwift = """
    /// sin(x) - x for k = 0, sin(x) - x cos(x) for k = 1, for |x| < 2.5: what is left of the series.
    private func restOfSine(_ x: Double, _ k: Int) -> Double {
      var (term, sum) = (x, 0.0)
      for i in stride(from: 2.0, to: 30, by: 2) {
        term *= -x * x / (i * (i + 1))
        sum += k == 0 ? term : -i * term
      }
      return sum
    }
    """

  private static func spelling(
    _ name: String, _ definition: String, needs: [String]
  ) -> Spelling {
    Spelling(.call(name), definition: definition, needs: needs, isInDouble: true)
  }

  static let sinmx = (
    c: spelling(
      "sin_minus_x",
      """
      static double sin_minus_x(double x) {
          return fabs(x) < 2.5 ? rest_of_sine(x, 0) : sin(x) - x;
      }
      """, needs: [inC]),
    swift: spelling(
      "sinMinusX",
      """
      private func sinMinusX(_ x: Double) -> Double {
        abs(x) < 2.5 ? restOfSine(x, 0) : sin(x) - x
      }
      """, needs: [inSwift])
  )
  static let sinmxcos = (
    c: spelling(
      "sin_minus_x_cos",
      """
      static double sin_minus_x_cos(double x) {
          return fabs(x) < 2.5 ? rest_of_sine(x, 1) : sin(x) - x * cos(x);
      }
      """, needs: [inC]),
    swift: spelling(
      "sinMinusXCos",
      """
      private func sinMinusXCos(_ x: Double) -> Double {
        abs(x) < 2.5 ? restOfSine(x, 1) : sin(x) - x * cos(x)
      }
      """, needs: [inSwift])
  )
  static let tanmx = (
    c: spelling(
      "tan_minus_x",
      """
      static double tan_minus_x(double x) {
          return fabs(x) < 1.5 ? rest_of_sine(x, 1) / cos(x) : tan(x) - x;
      }
      """, needs: [inC]),
    swift: spelling(
      "tanMinusX",
      """
      private func tanMinusX(_ x: Double) -> Double {
        abs(x) < 1.5 ? restOfSine(x, 1) / cos(x) : tan(x) - x
      }
      """, needs: [inSwift])
  )
  static let sinc = (
    c: spelling(
      "sinc",
      """
      static double sinc(double x) {
          return x == 0.0 ? 1.0 : isinf(x) ? 0.0 : sin(x) / x;
      }
      """, needs: []),
    swift: spelling(
      "sinc",
      """
      private func sinc(_ x: Double) -> Double {
        x == 0 ? 1 : x.isInfinite ? 0 : sin(x) / x
      }
      """, needs: [])
  )
}
