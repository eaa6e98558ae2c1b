import ADCTraining
import Testing

/// Least squares by damped steps, on problems that ask for what the ordinary ones do not.
@Suite struct LevenbergMarquardtTests {
  /// Residuals of a point and their derivatives by its components, row by row.
  private func function(
    count: Int, _ residuals: @escaping ([Double]) -> [Double],
    _ derivatives: @escaping ([Double]) -> [[Double]]
  ) -> LeastSquaresFunction {
    var rows: [[Double]] = []
    let columns = derivatives([1, 1, 1])[0].count
    func vector(_ point: UnsafePointer<Double>) -> [Double] {
      Array(UnsafeBufferPointer(start: point, count: columns))
    }
    return LeastSquaresFunction(
      box: Box(unbounded: columns), count: count,
      residuals: { (point, values) throws(RunError) in
        values.update(from: residuals(vector(point)), count: count)
      },
      linearization: { (point, values) throws(RunError) in
        values.update(from: residuals(vector(point)), count: count)
        rows = derivatives(vector(point))
      },
      derivatives: { own, target, distance in
        for (place, row) in own.enumerated() {
          for column in 0..<columns { target[column * distance + place] = rows[row][column] }
        }
      })
  }

  /// (x + 1, a x² + x - 1) is least at 0, which plain steps come to by a factor of -a each (Dennis
  /// and Schnabel, Numerical Methods for Unconstrained Optimization, 1983, example 10.2.4).
  @Test(arguments: [-0.6, -0.4, 0.3, 0.6])
  func slowStepsAreAccelerated(_ a: Double) throws {
    let problem = function(
      count: 2, { x in [x[0] + 1, a * x[0] * x[0] + x[0] - 1] }, { x in [[1], [2 * a * x[0] + 1]] })
    var solver = LevenbergMarquardt()
    solver.limits.tolerance = 1e-12
    let fast = try solver.minimize(problem, from: [0.4])
    solver.isAccelerated = false
    let plain = try solver.minimize(problem, from: [0.4])
    #expect(abs(fast.parameters[0]) < 1e-9 && fast.reason == .converged)
    #expect(abs(plain.parameters[0]) < 1e-5)
    #expect(2 * fast.iterations <= plain.iterations + 4)
  }

  /// A line through more rows than are factorised at once, with parameters in units so far apart
  /// that squares leave the range of numbers.
  @Test(arguments: [(1.0, 1.0), (1e-200, 1), (1e-170, 1e170), (1e200, 1e-200)])
  func unitsDoNotMatter(_ units: (Double, Double)) throws {
    let count = 1000
    let places = (0..<count).map { Double($0) / 100 }
    let data = places.enumerated().map { 2 + 3 * $1 + ($0.isMultiple(of: 2) ? 0.5 : -0.5) }
    let problem = function(
      count: count,
      { x in
        places.indices.map { data[$0] - x[0] * units.0 - x[1] * units.1 * places[$0] }
      }, { _ in places.map { [-units.0, -units.1 * $0] } })
    let found = try LevenbergMarquardt().minimize(problem, from: [0, 0])
    var matrix = ColumnMatrix(rowCount: count, columnCount: 2)
    for (row, place) in places.enumerated() { (matrix[row, 0], matrix[row, 1]) = (1, place) }
    let expected = LinearLeastSquares(matrix).solve(data).parameters
    #expect(found.reason == .converged)
    #expect(abs(found.parameters[0] * units.0 - expected[0]) < 1e-10)
    #expect(abs(found.parameters[1] * units.1 - expected[1]) < 1e-10)
  }

  /// Columns that depend on each other leave a direction open; the residuals are as small as they
  /// can be all the same.
  @Test func dependentColumnsAreNoObstacle() throws {
    let data = [1.0, 2, 4, 7, 11]
    let problem = function(
      count: 5, { x in data.indices.map { data[$0] - (x[0] + x[1]) - x[2] * Double($0) } },
      { _ in data.indices.map { [-1, -1, -Double($0)] } })
    let found = try LevenbergMarquardt().minimize(problem, from: [3, -1, 0])
    #expect(found.reason == .converged)
    #expect(abs(found.parameters[0] + found.parameters[1]) < 1e-12)
    #expect(abs(found.parameters[2] - 2.5) < 1e-12)
  }

  /// Errors of well-conditioned fits, which come from a factor of the derivatives, against those of
  /// a line in closed form.
  @Test func errorsAgreeWithTheirFormula() {
    let places = (0..<300).map { Double($0) / 30 }
    var matrix = ColumnMatrix(rowCount: 300, columnCount: 2)
    for (row, place) in places.enumerated() { (matrix[row, 0], matrix[row, 1]) = (1, place) }
    let residuals = places.indices.map { $0.isMultiple(of: 3) ? 2.0 : -1 }
    let statistics = FitStatistics(residuals: residuals, jacobian: matrix)
    let mean = places.reduce(0, +) / 300
    let spread = places.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let variance = residuals.reduce(0) { $0 + $1 * $1 } / 298
    let slope = (variance / spread).squareRoot()
    let intercept = (variance * (1 / 300 + mean * mean / spread)).squareRoot()
    #expect(abs(statistics.standardErrors[1] - slope) < 1e-13 * slope)
    #expect(abs(statistics.standardErrors[0] - intercept) < 1e-13 * intercept)
    let correlation = -mean / (spread / 300 + mean * mean).squareRoot()
    #expect(abs(statistics.correlations[0, 1] - correlation) < 1e-13)
  }
}
