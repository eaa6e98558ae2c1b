import ADCCalculus
import Testing

private func expect(
  _ kernel: any UnaryKernel.Type, _ pairs: KeyValuePairs<Double, Double>,
  _ location: SourceLocation = #_sourceLocation
) {
  for (x, expected) in pairs {
    let y = value(kernel, at: x)
    // The sign of zero counts, the bits of NaN do not.
    let same = expected.isNaN ? y.isNaN : y.bitPattern == expected.bitPattern
    #expect(same, "\(kernel)(\(x)) = \(y), not \(expected)", sourceLocation: location)
  }
}

@Suite("Kernels at special values")
struct KernelSpecialValueTests {
  private let inf = Double.infinity
  private let nan = Double.nan
  private let tiny = 0x1p-1074

  @Test("exponentials: limits, thresholds and signs of zero")
  func exponentials() {
    expect(
      Exp.self,
      [
        0: 1, -0.0: 1, inf: inf, -inf: 0, nan: nan, 709.7827128933841: inf, 1e300: inf,
        -745.1332191019411: tiny, -745.1332191019413: 0, -1e300: 0,
      ])
    expect(
      Expm1.self, [0: 0, -0.0: -0.0, inf: inf, -inf: -1, nan: nan, tiny: tiny, 710: inf, -800: -1])
    expect(Sigmoid.self, [0: 0.5, inf: 1, -inf: 0, nan: nan, 800: 1, -800: 0])
    expect(Softplus.self, [inf: inf, -inf: 0, nan: nan, 1e300: 1e300, -800: 0])
    expect(Tanh.self, [0: 0, -0.0: -0.0, inf: 1, -inf: -1, nan: nan, tiny: tiny, 1e300: 1])
    expect(Sinh.self, [0: 0, -0.0: -0.0, inf: inf, -inf: -inf, nan: nan, 711: inf, tiny: tiny])
    expect(Cosh.self, [0: 1, inf: inf, -inf: inf, nan: nan, -711: inf])
    expect(Asinh.self, [0: 0, -0.0: -0.0, inf: inf, -inf: -inf, nan: nan, tiny: tiny])
    expect(Acosh.self, [1: 0, inf: inf, 0.5: nan, -inf: nan, nan: nan])
    expect(Atanh.self, [0: 0, -0.0: -0.0, 1: inf, -1: -inf, 1.5: nan, -inf: nan, nan: nan])
  }

  @Test("logarithms and roots: poles, and NaN outside the domain")
  func logarithms() {
    let limits: KeyValuePairs<Double, Double> = [
      0: -inf, -0.0: -inf, 1: 0, inf: inf, -inf: nan, -1: nan, -0x1p-1074: nan, nan: nan,
    ]
    expect(Log.self, limits)
    expect(Log2.self, limits)
    expect(Log10.self, limits)
    expect(Log2.self, [8: 3, 0x1p-1074: -1074, 0.25: -2])
    expect(Log10.self, [1000: 3, 1e22: 22])
    expect(
      Log1p.self,
      [0: 0, -0.0: -0.0, -1: -inf, inf: inf, -inf: nan, -1.0000000000000002: nan, nan: nan])
    expect(Sqrt.self, [0: 0, -0.0: -0.0, 4: 2, inf: inf, -1: nan, nan: nan])
    expect(Cbrt.self, [0: 0, -0.0: -0.0, -27: -3, 8: 2, inf: inf, -inf: -inf, nan: nan])
  }

  @Test("circular functions: zeros, infinities and poles")
  func circle() {
    expect(Sin.self, [0: 0, -0.0: -0.0, inf: nan, -inf: nan, nan: nan, tiny: tiny])
    expect(Cos.self, [0: 1, -0.0: 1, inf: nan, nan: nan, tiny: 1])
    expect(Tan.self, [0: 0, -0.0: -0.0, inf: nan, nan: nan, -tiny: -tiny])
    expect(Asin.self, [0: 0, -0.0: -0.0, 1: .pi / 2, -1: -.pi / 2, 1.5: nan, nan: nan])
    expect(Acos.self, [1: 0, -1: .pi, 0: .pi / 2, -1.5: nan, nan: nan])
    expect(Atan.self, [0: 0, -0.0: -0.0, inf: .pi / 2, -inf: -.pi / 2, 1: .pi / 4, nan: nan])
    #expect(value(Atan2.self, at: 0, -1) == .pi)
    #expect(value(Atan2.self, at: -0.0, -1) == -.pi)
    #expect(value(Atan2.self, at: 1, 0) == .pi / 2)
    #expect(value(Atan2.self, at: inf, inf) == .pi / 4)
  }

  @Test("rounding: halves to even, signs of zero, numbers without a fraction")
  func rounding() {
    let large = 0x1p52 + 1
    expect(
      Round.self,
      [
        0.5: 0, -0.5: -0.0, 1.5: 2, 2.5: 2, -2.5: -2, 0.49999999999999994: 0, large: large,
        inf: inf,
      ])
    expect(
      Floor.self, [0.7: 0, -0.3: -1, -0.0: -0.0, 2: 2, -large: -large, -inf: -inf, nan: nan])
    expect(Ceil.self, [0.3: 1, -0.7: -0.0, -0.0: -0.0, 2: 2, large: large, inf: inf, nan: nan])
    expect(Step.self, [0: 0, -0.0: 0, tiny: 1, -1: 0, inf: 1, nan: 0])
    expect(Sign.self, [0: 0, -0.0: -0.0, -3: -1, inf: 1, nan: nan])
    expect(Relu.self, [0: 0, -0.0: 0, -3: 0, 3: 3, nan: nan, inf: inf])
    expect(Not.self, [0: 1, -0.0: 1, 2: 0, nan: 0])
    expect(Abs.self, [-0.0: 0, -3: 3, -inf: inf, nan: nan])
  }

  @Test("minimum and maximum are NaN where an operand is")
  func extremes() {
    #expect(value(Min.self, at: 1, 2) == 1)
    #expect(value(Max.self, at: 1, 2) == 2)
    for kernel: any BinaryKernel.Type in [Min.self, Max.self] {
      #expect(value(kernel, at: nan, 2).isNaN)
      #expect(value(kernel, at: 2, nan).isNaN)
    }
    #expect(value(Min.self, at: -inf, inf) == -inf)
    #expect(value(Max.self, at: -inf, inf) == inf)
  }

  @Test("comparisons and logic give 0 or 1, and NaN compares false")
  func comparisons() {
    let table: [(any BinaryKernel.Type, [Double])] = [
      (Less.self, [1, 0, 0, 0]), (LessOrEqual.self, [1, 1, 0, 0]), (Equal.self, [0, 1, 0, 0]),
      (NotEqual.self, [1, 0, 1, 1]), (And.self, [0, 1, 0, 1]), (Or.self, [1, 1, 1, 1]),
    ]
    for (kernel, expected) in table {
      let pairs = [(0.0, 2.0), (2, 2), (2, 0), (nan, 2)]
      #expect(pairs.map { value(kernel, at: $0, $1) } == expected, "\(kernel)")
    }
    #expect(value(Or.self, at: 0, -0.0) == 0)
  }

  @Test("powers keep IEEE's special values")
  func powers() {
    #expect(value(Power.self, at: nan, 0) == 1)
    #expect(value(Power.self, at: 1, nan) == 1)
    #expect(value(Power.self, at: -8, 1.0 / 3).isNaN)
    #expect(value(Power.self, at: -2, 3) == -8)
    #expect(value(Power.self, at: 0, -1) == inf)
    #expect(value(Power.self, at: -0.0, -1) == -inf)
    #expect(value(Power.self, at: -inf, 2) == inf)
    #expect(value(Power.self, at: 10, 22) == 1e22)
  }

  @Test("hypotenuses neither overflow nor underflow")
  func hypotenuses() {
    #expect(value(Hypot.self, at: 3e300, 4e300) == 5e300)
    #expect(value(Hypot.self, at: 3 * 0x1p-1070, 4 * 0x1p-1070) == 5 * 0x1p-1070)
    #expect(value(Hypot.self, at: nan, inf) == inf)
    #expect(value(Hypot.self, at: 0, -2) == 2)
  }
}
