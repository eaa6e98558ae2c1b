/// Relatives of the gamma function for languages whose libraries lack them.
enum GammaDefinitions {
  /// Both large: Stirling's series for each (DLMF 5.11.1), whose large parts cancel as written.
  private static let logarithmOfBetaInC = """
    /* What Stirling's formula for log gamma lacks, for z from 10. */
    static double stirling_rest(double z) {
        const double u = 1.0 / (z * z);
        const double series = 1.0 / 1260.0 - u * (1.0 / 1680.0 - u * (1.0 / 1188.0 - u * (691.0 / 360360.0)));
        return (1.0 / 12.0 - u * (1.0 / 360.0 - u * series)) / z;
    }

    /* log(gamma(x) gamma(y) / gamma(x + y)) for positive x and y. */
    static double log_beta(double x, double y) {
        const double large = fmax(x, y), small = fmin(x, y), share = small / large;
        if (!(small > 0.0) || isnan(x) || isnan(y)) return small == 0.0 ? (double)INFINITY : (double)NAN;
        if (isinf(large)) return -(double)INFINITY;
        if (large < 10.0) return lgamma(x) + lgamma(y) - lgamma(x + y);
        const double rest = stirling_rest(large) - stirling_rest(large + small);
        if (small < 10.0) {
            return lgamma(small) + small - (large + small - 0.5) * log1p(share) - small * log(large) + rest;
        }
        return 0.9189385332046727 - 0.5 * log(small) - (large - 0.5) * log1p(share)
            - small * log1p(large / small) + rest + stirling_rest(small);
    }
    """

  private static let logarithmOfBetaInSwift = """
    /// What Stirling's formula for log gamma lacks, for z from 10.
    private func stirlingRest(_ z: Double) -> Double {
      let u = 1 / (z * z)
      let series = 1.0 / 1260 - u * (1.0 / 1680 - u * (1.0 / 1188 - u * (691.0 / 360360)))
      return (1.0 / 12 - u * (1.0 / 360 - u * series)) / z
    }

    /// log(gamma(x) gamma(y) / gamma(x + y)) for positive x and y.
    private func logBeta(_ x: Double, _ y: Double) -> Double {
      let (large, small) = (max(x, y), min(x, y))
      guard small > 0, large > 0 else { return small == 0 ? .infinity : .nan }
      if large.isInfinite { return -.infinity }
      if large < 10 { return lgamma(x).0 + lgamma(y).0 - lgamma(x + y).0 }
      let rest = stirlingRest(large) - stirlingRest(large + small)
      let growth = (large + small - 0.5) * log1p(small / large)
      if small < 10 { return lgamma(small).0 + small - growth - small * log(large) + rest }
      let main = (large - 0.5) * log1p(small / large) + small * log1p(large / small)
      return 0.9189385332046727 - 0.5 * log(small) - main + rest + stirlingRest(small)
    }
    """

  /// JAX's own is off by 1e-8 where one argument is large, and TensorFlow has none.
  private static func logarithmOfBetaInPython(_ module: String, _ lgamma: String) -> Spelling {
    Spelling(
      .call("log_beta"),
      definition: """
        def stirling_rest(z):
            # What Stirling's formula for log gamma lacks, for z from 10.
            u = 1.0 / (z * z)
            series = 1.0 / 1260.0 - u * (1.0 / 1680.0 - u * (1.0 / 1188.0 - u * (691.0 / 360360.0)))
            return (1.0 / 12.0 - u * (1.0 / 360.0 - u * series)) / z


        def log_beta(x, y):
            # log(gamma(x) gamma(y) / gamma(x + y)) for positive x and y.
            large, small = \(module).maximum(x, y), \(module).minimum(x, y)
            tail = \(module).maximum(large, 10.0)
            both = \(module).maximum(small, 10.0)
            share = \(module).log1p(small / tail)
            rest = stirling_rest(tail) - stirling_rest(tail + small)
            one = \(lgamma)(small) + small - (tail + small - 0.5) * share - small * \(module).log(tail)
            two = 0.9189385332046727 - 0.5 * \(module).log(both) + stirling_rest(both)
            two = two - (tail - 0.5) * share - both * \(module).log1p(tail / both)
            none = \(lgamma)(large) + \(lgamma)(small) - \(lgamma)(large + small)
            value = \(module).where(small < 10.0, one, two) + rest
            return \(module).where(large < 10.0, none, value)
        """)
  }

  static let logarithmOfBeta = (
    c: Spelling(.call("log_beta"), definition: logarithmOfBetaInC, isInDouble: true),
    swift: Spelling(.call("logBeta"), definition: logarithmOfBetaInSwift, isInDouble: true),
    jax: logarithmOfBetaInPython("jnp", "jax.scipy.special.gammaln"),
    tensorflow: logarithmOfBetaInPython("tnp", "tf.math.lgamma")
  )

  static let beta = (
    c: Spelling(
      .call("beta"),
      definition: """
        /* gamma(x) gamma(y) / gamma(x + y) for positive x and y. */
        static double beta(double x, double y) {
            const double large = fmax(x, y), small = fmin(x, y);
            return small > 1e-300 && large < 80.0 ? tgamma(x) / tgamma(x + y) * tgamma(y)
                                                  : exp(log_beta(x, y));
        }
        """, needs: [logarithmOfBetaInC], isInDouble: true),
    swift: Spelling(
      .call("beta"),
      definition: """
        /// gamma(x) gamma(y) / gamma(x + y) for positive x and y.
        private func beta(_ x: Double, _ y: Double) -> Double {
          min(x, y) > 1e-300 && max(x, y) < 80
            ? tgamma(x) / tgamma(x + y) * tgamma(y) : exp(logBeta(x, y))
        }
        """, needs: [logarithmOfBetaInSwift], isInDouble: true)
  )

  static let logarithmOfBinomial = (
    c: Spelling(
      .call("log_choose"),
      definition: """
        /* The logarithm of n over k, for -1 < k < n + 1. */
        static double log_choose(double n, double k) {
            return k == 0.0 || k == n ? 0.0 * n : -log_beta(n - k + 1.0, k + 1.0) - log1p(n);
        }
        """, needs: [logarithmOfBetaInC], isInDouble: true),
    swift: Spelling(
      .call("logChoose"),
      definition: """
        /// The logarithm of n over k, for -1 < k < n + 1.
        private func logChoose(_ n: Double, _ k: Double) -> Double {
          k == 0 || k == n ? 0 * n : -logBeta(n - k + 1, k + 1) - log1p(n)
        }
        """, needs: [logarithmOfBetaInSwift], isInDouble: true)
  )

  /// By Hurwitz's zeta function (DLMF 5.15.1 and 25.11.5), on the left of 0 by the terms of all whole
  /// numbers less those beside x.
  static let polygamma = (
    c: Spelling(
      .call("polygamma"),
      definition: """
        /* The sum over i from 0 of (x + i)^-s for s > 1 and x > 0. */
        static double hurwitz_zeta(double s, double x) {
            static const double bernoulli[10] = {
                1.0 / 6.0, -1.0 / 30.0, 1.0 / 42.0, -1.0 / 30.0, 5.0 / 66.0, -691.0 / 2730.0, 7.0 / 6.0,
                -3617.0 / 510.0, 43867.0 / 798.0, -174611.0 / 330.0};
            double sum = 0.0;
            for (; x < 12.0 + s; x += 1.0) sum += pow(x, -s);
            double tail = x / (s - 1.0) + 0.5, factor = s / x;
            for (int k = 1; k <= 10; ++k) {
                factor /= k == 1 ? 2.0 : (2.0 * k - 1.0) * 2.0 * k;
                tail += bernoulli[k - 1] * factor;
                factor *= (s + 2.0 * k - 1.0) * (s + 2.0 * k) / (x * x);
            }
            return sum + pow(x, -s) * tail;
        }

        /* The derivative of digamma of whole order n. */
        static double polygamma(double n, double x) {
            const double s = n + 1.0, sign = fmod(n, 2.0) == 1.0 ? 1.0 : -1.0;
            if (n < 0.0 || n != floor(n) || isnan(x)) return (double)NAN;
            if (n == 0.0) return digamma(x);
            if (x > 0.0) return sign * tgamma(s) * hurwitz_zeta(s, x);
            const double part = x - floor(x);
            if (part == 0.0 || !isfinite(x)) return sign > 0.0 && isfinite(x) ? (double)INFINITY : (double)NAN;
            const double left = hurwitz_zeta(s, 1.0 - part) - hurwitz_zeta(s, 1.0 - x);
            return sign * tgamma(s) * (hurwitz_zeta(s, part) + sign * left);
        }
        """, needs: [SpecialDefinitions.digamma.c.definition], isInDouble: true),
    swift: Spelling(
      .call("polygamma"),
      definition: """
        /// The sum over i from 0 of (x + i)^-s for s > 1 and x > 0.
        private func hurwitzZeta(_ s: Double, _ x: Double) -> Double {
          let bernoulli: [Double] = [
            1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6, -3617.0 / 510,
            43867.0 / 798, -174611.0 / 330,
          ]
          var (sum, large) = (0.0, x)
          while large < 12 + s {
            sum += pow(large, -s)
            large += 1
          }
          var (tail, factor) = (large / (s - 1) + 0.5, s / large)
          for (place, number) in bernoulli.enumerated() {
            let even = Double(2 * place + 2)
            factor /= place == 0 ? 2 : (even - 1) * even
            tail += number * factor
            factor *= (s + even - 1) * (s + even) / (large * large)
          }
          return sum + pow(large, -s) * tail
        }

        /// The derivative of digamma of whole order n.
        private func polygamma(_ n: Double, _ x: Double) -> Double {
          guard n >= 0, n == n.rounded(), !x.isNaN else { return .nan }
          if n == 0 { return digamma(x) }
          let (s, sign) = (n + 1, n.truncatingRemainder(dividingBy: 2) == 1 ? 1.0 : -1.0)
          if x > 0 { return sign * tgamma(s) * hurwitzZeta(s, x) }
          let part = x - x.rounded(.down)
          guard part != 0, x.isFinite else { return sign > 0 && x.isFinite ? .infinity : .nan }
          let left = hurwitzZeta(s, 1 - part) - hurwitzZeta(s, 1 - x)
          return sign * tgamma(s) * (hurwitzZeta(s, part) + sign * left)
        }
        """, needs: [SpecialDefinitions.digamma.swift.definition], isInDouble: true)
  )
}
