import ADCCalculus
import Testing

/// The digits are those of published tables; the identities hold at every precision.
@Suite("Numbers with more digits than a double")
struct PreciseNumberTests {
  private static let precisions = [2, 4, 8]

  private func number(_ value: Double, _ precision: Int) -> PreciseNumber {
    PreciseNumber(value, bits: 64 * precision)
  }

  /// Digits d1d2d3… of 0.d1d2d3… as a number.
  private func decimal(_ digits: String, point: Int, _ precision: Int) -> PreciseNumber {
    var value = number(0, precision + 1)
    let ten = number(10, precision + 1)
    for digit in digits {
      value = value * ten + number(Double(digit.wholeNumberValue ?? 0), precision + 1)
    }
    for _ in 0..<digits.count - point { value = value / ten }
    return value.with(bits: 64 * precision)
  }

  /// Whether two numbers agree to all bits but some at the end.
  private func agree(_ a: PreciseNumber, _ b: PreciseNumber, slack: Int = 12) -> Bool {
    let difference = (a - b).magnitude
    if difference.isZero { return true }
    let unit = b.magnitude.scaled(slack - min(a.bits, b.bits))
    return difference < unit
  }

  @Test("Doubles go in and come out as they are")
  func doubles() {
    let values: [Double] = [
      0, -0.0, 1, -1, 0.1, .pi, 1e308, -1e-308, Double.leastNonzeroMagnitude,
      2.2250738585072014e-308, .infinity,
      -.infinity, 4503599627370497.5, 0x1.fffffffffffffp1023,
    ]
    for value in values {
      #expect(number(value, 3).nearestDouble.bitPattern == value.bitPattern)
    }
    #expect(number(.nan, 2).nearestDouble.isNaN)
  }

  @Test("Rounds once, halves to even, and to subnormal numbers")
  func rounding() {
    let one = number(1, 2)
    let half = number(0x1p-53, 2)
    #expect((one + half).nearestDouble == 1)
    #expect((one + half + number(0x1p-100, 2)).nearestDouble == 1.0.nextUp)
    #expect((number(1.0.nextUp, 2) + half).nearestDouble == 1.0.nextUp.nextUp)
    #expect((number(Double.leastNonzeroMagnitude, 2) * number(0.5, 2)).nearestDouble == 0)
    #expect(
      (number(Double.leastNonzeroMagnitude, 2) * number(0.75, 2)).nearestDouble
        == Double.leastNonzeroMagnitude)
    #expect((number(1e300, 2) * number(1e300, 2)).nearestDouble == .infinity)
    #expect((number(1e300, 2) * number(1e300, 2) / number(1e300, 2)).nearestDouble == 1e300)
  }

  @Test("Arithmetic keeps its identities", arguments: precisions)
  func arithmetic(precision: Int) {
    let values = [0.1, 3, -7.25, 1e20, 1e-20, .pi].map { number($0, precision) }
    for a in values {
      for b in values {
        #expect(agree((a + b) - b, a, slack: 150))
        #expect(agree(a * b / b, a))
        #expect((a - a).isZero)
      }
      #expect(agree(a.magnitude.squareRoot() * a.magnitude.squareRoot(), a.magnitude))
      #expect(agree(a / 7 * number(7, precision), a))
    }
  }

  @Test("Exponents end at infinity and at 0", arguments: precisions)
  func exponents(precision: Int) {
    var (large, small) = (number(3, precision), number(0.1, precision))
    for _ in 0..<200 {
      large = large.squared
      small = small.squared
    }
    #expect(large.isInfinite && !large.isNegative)
    #expect(small.isZero)
    #expect((-large).squared.isInfinite)
    #expect(number(1, precision).scaled(1 << 62).isInfinite)
    #expect(number(-1, precision).scaled(-(1 << 62)).isZero)
    let far = number(1, precision).scaled(1 << 60)
    #expect((far * far / far / far).isNaN == false)
    #expect(far.remainder(dividingBy: number(3, precision)).isNaN)
    #expect((far + 1).nearestDouble == .infinity)
  }

  @Test("Constants have their digits", arguments: precisions)
  func constants(precision: Int) {
    let precision = min(precision, 4)
    let pi = decimal(
      "314159265358979323846264338327950288419716939937510582097494459230781640628620899862803",
      point: 1, precision)
    #expect(agree(PreciseNumber.pi(bits: 64 * precision), pi))
    let e = decimal(
      "271828182845904523536028747135266249775724709369995957496696762772407663035354759457138",
      point: 1, precision)
    #expect(agree(number(1, precision).exponential, e))
    let ln2 = decimal(
      "693147180559945309417232121458176568075500134360255254120680009493393621969694715605863",
      point: 0, precision)
    #expect(agree(PreciseNumber.logarithmOfTwo(bits: 64 * precision), ln2))
  }

  @Test("Special functions have the digits of the tables")
  func special() {
    let cases: [(PreciseNumber, String, Int, Bool)] = [
      (
        number(1, 2).errorFunction, "84270079294971486934122063508260925929606699796630291", 0,
        false
      ),
      (
        number(1, 2).complementaryErrorFunction,
        "15729920705028513065877936491739074070393300203369709", 0, false
      ),
      (
        number(0.5, 2).gamma, "17724538509055160272981674833411451827975494561223871282138", 1,
        false
      ),
      (
        number(0.5, 2).logarithmOfGamma, "572364942924700087071713675676529355823647406457655785",
        0, false
      ),
      (
        number(1, 2).digamma, "57721566490153286060651209008240243104215933593992359880577", 0,
        true
      ),
      (
        number(1, 2).polygamma(order: number(1, 2)),
        "16449340668482264364724151666460251892189499012067984377356", 1,
        false
      ),
      (
        number(1, 2).polygamma(order: number(2, 2)),
        "24041138063191885707994763230228999815299725846809977635845", 1,
        true
      ),
    ]
    for (value, digits, point, isNegative) in cases {
      #expect(value.isNegative == isNegative)
      #expect(agree(value.magnitude, decimal(digits, point: point, 2), slack: 16))
    }
  }

  @Test(
    "The logarithm of a far number keeps its exponent",
    arguments: [1e16, 1e17, 1e18, -1e16, -1e17, -1e18])
  func logarithmsOfFarNumbers(exponent: Double) {
    let x = number(exponent, 2)
    #expect(agree(x.exponential.logarithm, x))
    #expect((x.exponential.logarithm - x).magnitude < 1e-15)
  }

  @Test("Functions undo each other", arguments: precisions)
  func inverses(precision: Int) {
    for value in [0.3, 0.9, 1e-12, 0.5] {
      let x = number(value, precision)
      #expect(agree(x.exponential.logarithm, x, slack: 60))
      #expect(agree(x.exponentialLessOne.logarithmOfOnePlus, x))
      #expect(agree(x.sine.arcSine, x))
      #expect(agree(x.tangent.arcTangent, x))
      #expect(agree(x.cosine.arcCosine, x, slack: 96))
      #expect(agree(x.hyperbolicSine.inverseHyperbolicSine, x))
      #expect(agree(x.hyperbolicTangent.inverseHyperbolicTangent, x))
      #expect(agree(x.cubeRoot * x.cubeRoot * x.cubeRoot, x))
      #expect(
        agree(
          x.power(number(4.25, precision)) / x.power(number(0.25, precision)),
          x.power(number(4, precision))))
      let (sine, cosine) = (x.sine, x.cosine)
      #expect(agree(sine * sine + cosine * cosine, number(1, precision)))
      #expect(agree(x.errorFunction + x.complementaryErrorFunction, number(1, precision)))
    }
  }

  @Test("Recurrences hold on both sides of 0", arguments: precisions)
  func recurrences(precision: Int) {
    for value in [0.25, 3.5, -0.75, -4.125, 40.5] {
      let x = number(value, precision)
      let next = x + number(1, precision)
      #expect(agree(x.gamma * x, next.gamma, slack: 20))
      #expect(agree(x.digamma + number(1, precision) / x, next.digamma, slack: 20))
      #expect(
        agree(
          x.polygamma(order: number(1, 2)) - number(1, precision) / (x * x),
          next.polygamma(order: number(1, 2)), slack: 24))
    }
    for value in [2.0, 6, 9, 15, 40] {
      let x = number(value, precision)
      // erfc falls as exp(-x^2): the two ways to compute it meet.
      let product = (x * x).exponential * x.complementaryErrorFunction
      #expect(agree(product, x.scaledComplementaryErrorFunction, slack: 24))
    }
  }
}

@Suite("Formulas whose digits are looked after")
struct GuardedFormulaTests {
  /// (x - sin(x))/x^3 and other expressions, made by hand so that no law is in between.
  private func value(
    at x: Double, _ build: (inout ExpressionGraph, NodeID) -> NodeID
  ) throws -> Double {
    var graph = ExpressionGraph()
    let symbol = graph.symbol(Symbol(name: "x", role: .variable, shape: .scalar))
    let root = build(&graph, symbol)
    let guarded = graph.guarding([root], in: [root])[0]
    guard case .formula(let formula) = graph.attribute(guarded) else {
      Issue.record("plain evaluation was thought good enough")
      return .nan
    }
    var evaluation = GuardedEvaluation(formula)
    return evaluation.value { _ in x }
  }

  private func id(_ name: String) throws -> OperatorID {
    try #require(Catalogue.id(named: name))
  }

  @Test("What cancels at 0 and at infinity is right to the last bit")
  func cancellation() throws {
    let (sin, sqrt) = (try id("sin"), try id("sqrt"))
    for (x, expected) in [(1e-6, 0.16666666666665833), (1e-150, 0.16666666666666666)] {
      let found = try value(at: x) { graph, x in
        let difference = graph.insert(.add, [x, graph.insert(.negate, [graph.insert(sin, [x])])])
        let cube = graph.insert(.power, [x, graph.constant(3)])
        return graph.insert(.divide, [difference, cube])
      }
      #expect(found == expected)
    }
    let far = try value(at: 1e100) { graph, x in
      let square = graph.insert(.power, [x, graph.constant(2)])
      let root = graph.insert(sqrt, [graph.insert(.add, [square, graph.constant(1)])])
      return graph.insert(.add, [root, graph.insert(.negate, [x])])
    }
    #expect(far == 5e-101)
  }

  @Test("What is lost nowhere stays a plain formula")
  func plain() {
    var graph = ExpressionGraph()
    let x = graph.symbol(Symbol(name: "x", role: .variable, shape: .scalar))
    let y = graph.symbol(Symbol(name: "y", role: .variable, shape: .scalar))
    let square = graph.insert(.power, [x, graph.constant(2)])
    let gap = graph.insert(.add, [y, graph.insert(.negate, [square])])
    let product = graph.insert(.multiply, [graph.constant(200), gap])
    #expect(graph.guarding([product], in: [product]) == [product])
  }

  @Test("Arrays are never guarded")
  func arrays() {
    var graph = ExpressionGraph()
    let v = graph.symbol(Symbol(name: "v", role: .variable, shape: Shape([4])))
    let sum = graph.insert(.sum, [v], .axes([0], keep: false))
    let root = graph.insert(.add, [graph.insert(.log, [sum]), graph.constant(-1)])
    #expect(graph.guarding([root], in: [root]) == [root])
  }
}
