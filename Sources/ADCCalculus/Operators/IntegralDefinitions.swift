/// The remaining integrals for languages whose libraries lack them.
enum IntegralDefinitions {
  private static let errorInC = """
    /* The integral of t^n exp(-t^2 - 2 x t) over t from 0: a continued fraction, for small x the recurrence. */
    static double erfcx_moment(double n, double x) {
        if (x > 1.0) {
            double ratio = 0.0, value = 1.0;
            for (double k = 200.0; k > 0.0; k -= 1.0) {
                ratio = 0.5 * k / (x + ratio);
                if (k <= n) value *= ratio;
            }
            return value * (0.5 / (x + ratio));
        }
        double last = 0.5, value = 0.886226925452758 * exp(x * x) * erfc(x);
        for (double k = 0.0; k < n; k += 1.0) {
            const double next = (k == 0.0 ? last : 0.5 * k * last) - x * value;
            last = value;
            value = next;
        }
        return value;
    }
    """

  private static let errorInSwift = """
    /// The integral of t^n exp(-t^2 - 2 x t) over t from 0: a continued fraction, for small x the
    /// recurrence.
    private func erfcxMoment(_ n: Double, _ x: Double) -> Double {
      if x > 1 {
        var (ratio, value) = (0.0, 1.0)
        for k in stride(from: 200.0, to: 0, by: -1) {
          ratio = 0.5 * k / (x + ratio)
          if k <= n { value *= ratio }
        }
        return value * (0.5 / (x + ratio))
      }
      var (last, value) = (0.5, 0.886226925452758 * exp(x * x) * erfc(x))
      for k in stride(from: 0, to: n, by: 1) {
        (last, value) = (value, (k == 0 ? last : 0.5 * k * last) - x * value)
      }
      return value
    }
    """

  private static func errorInPython(_ module: String, _ scaled: String) -> Spelling {
    Spelling(
      .call("erfcx_moment"),
      definition: """
        def erfcx_moment(n, x):
            # The integral of t**n exp(-t**2 - 2 x t) over t from 0.
            y = \(module).where(x > 1.0, x, 1.0)
            ratio, far = 0.0, 1.0
            for k in range(200, 0, -1):
                ratio = 0.5 * k / (y + ratio)
                if k <= n:
                    far = far * ratio
            z = \(module).where(x > 1.0, 0.0, x)
            last, near = 0.5, 0.886226925452758 * \(scaled)
            for k in range(int(n)):
                last, near = near, (last if k == 0 else 0.5 * k * last) - z * near
            return \(module).where(x > 1.0, far * (0.5 / (y + ratio)), near)
        """)
  }

  static let error = (
    c: Spelling(.call("erfcx_moment"), definition: errorInC, isInDouble: true),
    swift: Spelling(.call("erfcxMoment"), definition: errorInSwift, isInDouble: true),
    numpy: errorInPython("np", "special.erfcx(z)"),
    jax: errorInPython("jnp", "jnp.exp(z * z) * jax.scipy.special.erfc(z)"),
    tensorflow: errorInPython("tnp", "tnp.exp(z * z) * tf.math.erfc(z)")
  )

  /// By the rule of the other moments near 0, beyond by the logarithm less its series in x/(1 + x).
  private static let logarithmInC = """
    /* The integral over t from 0 to 1 of t^n / (1 + x t)^(n + 1). */
    static double log_moment(double n, double x) {
        double sum = 0.0, power = 1.0;
        if (!(x > -1.0)) return x == -1.0 ? (double)INFINITY : (double)NAN;
        if (isinf(x)) return 0.0;
        if (x > -0.5 && x < fmin(6.0, 1.0 + n)) {
            for (int i = 0; i < 20; ++i) {
                const double t = i < 10 ? moment_rule[i][0] : 1.0 - moment_rule[i - 10][0];
                sum += moment_rule[i % 10][1] * pow(t / (1.0 + x * t), n) / (1.0 + x * t);
            }
            return sum;
        }
        sum = log1p(x);
        for (double j = 1.0; j <= n; j += 1.0) {
            power *= x / (1.0 + x);
            sum -= power / j;
        }
        for (double j = 0.0; j <= n; j += 1.0) sum /= x;
        return sum;
    }
    """

  private static let logarithmInSwift = """
    /// The integral over t from 0 to 1 of t^n / (1 + x t)^(n + 1).
    private func logMoment(_ n: Double, _ x: Double) -> Double {
      guard x > -1, x < .infinity else { return x == -1 ? .infinity : x > 0 ? 0 : .nan }
      var (sum, power) = (0.0, 1.0)
      if x > -0.5, x < min(6, 1 + n) {
        for (point, weight) in momentRule {
          for t in [point, 1 - point] { sum += weight * pow(t / (1 + x * t), n) / (1 + x * t) }
        }
        return sum
      }
      sum = log1p(x)
      for j in stride(from: 1, through: n, by: 1) {
        power *= x / (1 + x)
        sum -= power / j
      }
      for _ in stride(from: 0, through: n, by: 1) { sum /= x }
      return sum
    }
    """

  private static func logarithmInPython(_ module: String) -> Spelling {
    Spelling(
      .call("log_moment"),
      definition: """
        def log_moment(n, x):
            # The integral over t from 0 to 1 of t**n / (1 + x t)**(n + 1).
            is_near = (x > -0.5) & (x < min(6.0, 1.0 + n))
            z = \(module).where(is_near, x, 0.0)
            near = 0.0
            for point, weight in MOMENT_RULE:
                for t in (point, 1.0 - point):
                    near = near + weight * (t / (1.0 + z * t)) ** n / (1.0 + z * t)
            y = \(module).where(is_near, 1.0, x)
            far, power = \(module).log1p(y), 1.0
            for j in range(1, int(n) + 1):
                power = power * (y / (1.0 + y))
                far = far - power / j
            for j in range(int(n) + 1):
                far = far / y
            return \(module).where(is_near, near, far)
        """, needs: [MomentDefinitions.ruleInPython])
  }

  static let logarithm = (
    c: Spelling(
      .call("log_moment"), definition: logarithmInC, needs: [MomentDefinitions.ruleInC],
      isInDouble: true),
    swift: Spelling(
      .call("logMoment"), definition: logarithmInSwift, needs: [MomentDefinitions.ruleInSwift],
      isInDouble: true),
    numpy: logarithmInPython("np"), jax: logarithmInPython("jnp")
  )
}
