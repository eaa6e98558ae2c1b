import ADCTraining
import Testing

/// The strong Wolfe conditions hold for the steps that are found, on curves of the kinds that Moré
/// and Thuente (1994) tried their search on.
@Suite struct LineSearchTests {
  enum Curve: CaseIterable {
    /// Falls slowly to its only minimum.
    case flat
    /// Falls steeply close to the end of a plateau.
    case steep
    /// Has no value from 1 on.
    case undefined

    /// The value and the slope.
    func at(_ a: Double) -> (Double, Double) {
      switch self {
      case .flat:
        let size = a * a + 2
        return (-a / size, (a * a - 2) / (size * size))
      case .steep:
        let b = a + 0.004
        return (b * b * b * b * (b - 2), b * b * b * (5 * b - 8))
      case .undefined:
        return a < 1 ? (-a - 0.01 / (a - 1), -1 + 0.01 / ((a - 1) * (a - 1))) : (.nan, .nan)
      }
    }
  }

  @Test(arguments: Curve.allCases, [1e-3, 1e-1, 1, 1e1, 1e3])
  func stepsSatisfyTheConditions(_ curve: Curve, first: Double) throws {
    let function = SmoothFunction(
      box: Box(unbounded: 1), value: { (x) throws(RunError) in curve.at(x[0]).0 },
      gradient: { (x) throws(RunError) in (curve.at(x[0]).0, [curve.at(x[0]).1]) })
    let start = try EvaluatedPoint(function, at: [0])
    for curvature in [0.1, 0.9] {
      var search = LineSearch(function, from: start, along: [1])
      search.curvature = curvature
      let found = try #require(try search.search(first: first))
      let slope = start.gradient[0]
      #expect(found.value <= start.value + 1e-4 * found.point[0] * slope)
      #expect(abs(found.gradient[0]) <= curvature * -slope)
    }
  }

  /// Where the value falls up to a bound, the step ends there.
  @Test func stepsEndAtBounds() throws {
    let function = SmoothFunction(
      box: Box(lower: [-1], upper: [3]), value: { (x) throws(RunError) in -x[0] },
      gradient: { (x) throws(RunError) in (-x[0], [-1]) })
    let start = try EvaluatedPoint(function, at: [0])
    let found = try LineSearch(function, from: start, along: [1]).search(first: 0.1)
    #expect(found?.point == [3])
  }
}
