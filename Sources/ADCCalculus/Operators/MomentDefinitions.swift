/// Moments (`exp_moment`, `cos_moment` …) for languages whose libraries lack them: by Gauss and
/// Legendre's rule of 20 points where the integrand is tame, beyond by integration by parts, whose
/// sums are finite. About 1e-14 of the largest value; `erfcx_moment` by the continued fraction of its
/// recurrence n E(n - 1) = 2 E(n + 1) + 2 x E(n).
enum MomentDefinitions {
  static let ruleInC = """
    /* The points of Gauss and Legendre's rule below 1/2, each with its weight. */
    static const double moment_rule[10][2] = {
        {0.0034357004074525377, 0.008807003569576059}, {0.018014036361043106, 0.02030071490019347},
        {0.04388278587433705, 0.031336024167054534}, {0.0804415140888906, 0.04163837078835238},
        {0.1268340467699246, 0.05096505990862022}, {0.1819731596367425, 0.059097265980759206},
        {0.24456649902458646, 0.06584431922458832}, {0.3131469556422902, 0.07104805465919102},
        {0.38610707442917747, 0.07458649323630187}, {0.46173673943325133, 0.07637669356536292},
    };
    """

  static let ruleInSwift = """
    /// The points of Gauss and Legendre's rule below 1/2, each with its weight.
    private let momentRule: [(Double, Double)] = [
      (0.0034357004074525377, 0.008807003569576059), (0.018014036361043106, 0.02030071490019347),
      (0.04388278587433705, 0.031336024167054534), (0.0804415140888906, 0.04163837078835238),
      (0.1268340467699246, 0.05096505990862022), (0.1819731596367425, 0.059097265980759206),
      (0.24456649902458646, 0.06584431922458832), (0.3131469556422902, 0.07104805465919102),
      (0.38610707442917747, 0.07458649323630187), (0.46173673943325133, 0.07637669356536292),
    ]
    """

  static let ruleInPython = """
    MOMENT_RULE = [
        (0.0034357004074525377, 0.008807003569576059), (0.018014036361043106, 0.02030071490019347),
        (0.04388278587433705, 0.031336024167054534), (0.0804415140888906, 0.04163837078835238),
        (0.1268340467699246, 0.05096505990862022), (0.1819731596367425, 0.059097265980759206),
        (0.24456649902458646, 0.06584431922458832), (0.3131469556422902, 0.07104805465919102),
        (0.38610707442917747, 0.07458649323630187), (0.46173673943325133, 0.07637669356536292),
    ]
    """

  private static let inC = """
    /* The sum over j of s^j C(q, j) (p + j)! / y^(p + j + 1), or with i y for y: real and imaginary part. */
    static void moment_end(double p, double q, double y, double s, int is_turned, double end[2]) {
        double term = 1.0 / y;
        end[0] = end[1] = 0.0;
        for (double k = 1.0; k <= p; k += 1.0) term *= k / y;
        for (double j = 0.0; j <= q; j += 1.0) {
            const int turns = is_turned ? (int)(p + j + 1.0) % 4 : 0;
            end[turns % 2] += turns == 0 || turns == 3 ? term : -term;
            term *= s * (q - j) * (p + j + 1.0) / ((j + 1.0) * y);
        }
    }

    /* The integral over t from 0 to 1 of t^a (1 - t)^b f(x t); f is exp, cosh, sinh, cos, sin for kind 0 to 4. */
    static double moment(int kind, double a, double b, double x) {
        const double y = fabs(x), sign = fmod(a, 2.0) == 0.0 ? -1.0 : 1.0;
        double one[2], zero[2];
        if (isnan(x)) return x;
        if (y < fmin(24.0, fmax(12.0, 4.0 * (a + b)))) {
            double sum = 0.0;
            for (int i = 0; i < 20; ++i) {
                const double t = i < 10 ? moment_rule[i][0] : 1.0 - moment_rule[i - 10][0], z = x * t;
                const double f = kind == 0 ? exp(z) : kind == 1 ? cosh(z) : kind == 2 ? sinh(z)
                    : kind == 3 ? cos(z) : sin(z);
                sum += moment_rule[i % 10][1] * pow(t, a) * pow(1.0 - t, b) * f;
            }
            return sum;
        }
        if (kind == 1) return 0.5 * moment(0, a, b, y) + 0.5 * moment(0, a, b, -y);
        if (kind == 2) return copysign(0.5 * moment(0, a, b, y) - 0.5 * moment(0, a, b, -y), x);
        if (kind > 2 && isinf(x)) return 0.0;
        if (kind == 0 && x > 3000.0) return (double)INFINITY;
        moment_end(b, a, kind == 0 ? x : y, -1.0, kind != 0, one);
        moment_end(a, b, kind == 0 ? x : y, 1.0, kind != 0, zero);
        if (kind == 0) return exp(0.5 * x) * one[0] * exp(0.5 * x) + sign * zero[0];
        if (kind == 3) return one[0] * cos(y) - one[1] * sin(y) + sign * zero[0];
        return copysign(1.0, x) * (one[1] * cos(y) + one[0] * sin(y) + sign * zero[1]);
    }
    """

  private static let inSwift = """
    /// The sum over j of s^j C(q, j) (p + j)! / y^(p + j + 1), or with i y for y.
    private func momentEnd(
      _ p: Double, _ q: Double, _ y: Double, _ s: Double, isTurned: Bool
    ) -> (real: Double, imaginary: Double) {
      var (term, real, imaginary) = (1 / y, 0.0, 0.0)
      for k in stride(from: 1, through: p, by: 1) { term *= k / y }
      for j in stride(from: 0, through: q, by: 1) {
        switch isTurned ? Int(p + j + 1) % 4 : 0 {
        case 0: real += term
        case 1: imaginary -= term
        case 2: real -= term
        default: imaginary += term
        }
        term *= s * (q - j) * (p + j + 1) / ((j + 1) * y)
      }
      return (real, imaginary)
    }

    /// The integral over t from 0 to 1 of t^a (1 - t)^b f(x t); nil where x is too far out for the rule.
    private func nearMoment(
      _ a: Double, _ b: Double, _ x: Double, _ f: (Double) -> Double
    ) -> Double? {
      guard abs(x) < min(24, max(12, 4 * (a + b))) else { return nil }
      var sum = 0.0
      for (t, weight) in momentRule {
        let u = 1 - t
        sum += weight * (pow(t, a) * pow(u, b) * f(x * t) + pow(u, a) * pow(t, b) * f(x * u))
      }
      return sum
    }

    /// The integrals over t from 0 to 1 of t^a (1 - t)^b exp(x t) for x far out, and of its relatives.
    private func farMoment(_ a: Double, _ b: Double, _ x: Double) -> Double {
      if x.isNaN || x > 3000 { return x.isNaN ? x : .infinity }
      let sign = a.truncatingRemainder(dividingBy: 2) == 0 ? -1.0 : 1.0
      let one = momentEnd(b, a, x, -1, isTurned: false).real
      return exp(0.5 * x) * one * exp(0.5 * x) + sign * momentEnd(a, b, x, 1, isTurned: false).real
    }

    private func farWaves(_ a: Double, _ b: Double, _ y: Double) -> (cosine: Double, sine: Double) {
      if y.isInfinite { return (0, 0) }
      let sign = a.truncatingRemainder(dividingBy: 2) == 0 ? -1.0 : 1.0
      let one = momentEnd(b, a, y, -1, isTurned: true)
      let zero = momentEnd(a, b, y, 1, isTurned: true)
      return (
        one.real * cos(y) - one.imaginary * sin(y) + sign * zero.real,
        one.imaginary * cos(y) + one.real * sin(y) + sign * zero.imaginary
      )
    }
    """

  private static func inPython(_ module: String) -> String {
    """
    def moment_parts(a, b, x):
        # Where x is far out, x there and x elsewhere, for moments of t**a (1 - t)**b.
        reach = min(24.0, max(12.0, 4.0 * (a + b)))
        far = \(module).abs(x) >= reach
        return far, \(module).where(far, x, reach), \(module).where(far, 0.0, x)


    def near_moment(f, a, b, x):
        # The integral over t from 0 to 1 of t**a (1 - t)**b f(x t): Gauss and Legendre's rule.
        total = 0.0
        for t, weight in MOMENT_RULE:
            u = 1.0 - t
            total = total + weight * (t**a * u**b * f(x * t) + u**a * t**b * f(x * u))
        return total


    def moment_end(p, q, y, s, is_turned):
        # The sum over j of s**j C(q, j) (p + j)! / y**(p + j + 1), or with i y for y.
        end = [0.0, 0.0]
        term = 1.0 / y
        for k in range(1, int(p) + 1):
            term = term * (k / y)
        for j in range(int(q) + 1):
            turns = (int(p) + j + 1) % 4 if is_turned else 0
            end[turns % 2] = end[turns % 2] + (term if turns in (0, 3) else -term)
            term = term * (s * (q - j) * (p + j + 1.0) / (j + 1.0)) / y
        return end


    def far_waves(a, b, y):
        # The integrals of t**a (1 - t)**b cos(y t) and sin(y t) by parts.
        sign = -1.0 if a % 2 == 0 else 1.0
        one = moment_end(b, a, y, -1.0, True)
        zero = moment_end(a, b, y, 1.0, True)
        cosine = one[0] * \(module).cos(y) - one[1] * \(module).sin(y) + sign * zero[0]
        sine = one[1] * \(module).cos(y) + one[0] * \(module).sin(y) + sign * zero[1]
        return cosine, sine
    """
  }

  private static let inNumpy = inPython("np")
  private static let inJax = inPython("jnp")

  private static func exponentialInPython(_ module: String) -> String {
    """
    def exp_moment(a, b, x):
        # The integral over t from 0 to 1 of t**a (1 - t)**b exp(x t).
        far, y, z = moment_parts(a, b, x)
        sign = -1.0 if a % 2 == 0 else 1.0
        half = \(module).exp(0.5 * y)
        one = half * (half * moment_end(b, a, y, -1.0, False)[0])
        value = one + sign * moment_end(a, b, y, 1.0, False)[0]
        return \(module).where(far, value, near_moment(\(module).exp, a, b, z))
    """
  }

  private static let exponentialInNumpy = exponentialInPython("np")
  private static let exponentialInJax = exponentialInPython("jnp")

  /// The five families, in the order of `kind` in C.
  private static let functions = ["exp", "cosh", "sinh", "cos", "sin"]

  private static func swift(_ function: String) -> String {
    let far =
      switch function {
      case "exp": "farMoment(a, b, x)"
      case "cosh": "0.5 * farMoment(a, b, x) + 0.5 * farMoment(a, b, -x)"
      case "sinh": "0.5 * farMoment(a, b, x) - 0.5 * farMoment(a, b, -x)"
      case "cos": "farWaves(a, b, abs(x)).cosine"
      default: "(x < 0 ? -1 : 1) * farWaves(a, b, abs(x)).sine"
      }
    return """
      private func \(function)Moment(_ a: Double, _ b: Double, _ x: Double) -> Double {
        nearMoment(a, b, x, { \(function)($0) }) ?? (\(far))
      }
      """
  }

  private static func python(_ function: String, _ module: String) -> String {
    let far =
      switch function {
      case "cosh": "0.5 * exp_moment(a, b, y) + 0.5 * exp_moment(a, b, -y)"
      case "sinh": "0.5 * exp_moment(a, b, y) - 0.5 * exp_moment(a, b, -y)"
      case "cos": "far_waves(a, b, \(module).abs(y))[0]"
      default: "\(module).sign(y) * far_waves(a, b, \(module).abs(y))[1]"
      }
    return """
      def \(function)_moment(a, b, x):
          # The integral over t from 0 to 1 of t**a (1 - t)**b \(function)(x t).
          far, y, z = moment_parts(a, b, x)
          return \(module).where(far, \(far), near_moment(\(module).\(function), a, b, z))
      """
  }

  /// How the moment of a function is written in the languages; TensorFlow has JAX's text.
  static func spellings(of function: String)
    -> (c: Spelling, swift: Spelling, numpy: Spelling, jax: Spelling)
  {
    let name = function + "_moment"
    let kind = functions.firstIndex(of: function) ?? 0
    let c = """
      static double \(name)(double a, double b, double x) { return moment(\(kind), a, b, x); }
      """
    func array(_ module: String, _ common: String, _ exponential: String) -> Spelling {
      function == "exp"
        ? Spelling(.call(name), definition: exponential, needs: [ruleInPython, common])
        : Spelling(
          .call(name), definition: python(function, module),
          needs: [ruleInPython, common, exponential])
    }
    return (
      c: Spelling(.call(name), definition: c, needs: [ruleInC, inC], isInDouble: true),
      swift: Spelling(
        .call(function + "Moment"), definition: swift(function),
        needs: [ruleInSwift, inSwift], isInDouble: true),
      numpy: array("np", inNumpy, exponentialInNumpy), jax: array("jnp", inJax, exponentialInJax)
    )
  }
}
