import ADCTraining
import Testing

/// Factorisations and least squares on problems whose solutions are known.
@Suite struct LeastSquaresTests {
  /// Powers 0...degree of some places, one column for each.
  private func powers(_ places: [Double], _ degree: Int) -> ColumnMatrix {
    var matrix = ColumnMatrix(rowCount: places.count, columnCount: degree + 1)
    for (row, place) in places.enumerated() {
      var power = 1.0
      for column in 0...degree {
        matrix[row, column] = power
        power *= place
      }
    }
    return matrix
  }

  @Test func factorsMultiplyToTheMatrix() {
    let matrix = powers([-1, 0.5, 2, 3], 2)
    let qr = PivotedQR(matrix)
    for (column, pivot) in qr.pivots.enumerated() {
      let r = (0..<4).map { $0 < 3 ? qr.r($0, column) : 0 }
      let product = qr.q(times: r)
      for row in 0..<4 { #expect(abs(product[row] - matrix[row, pivot]) < 1e-14) }
    }
    #expect(qr.rank(tolerance: 1e-12) == 3)
  }

  /// Wampler's polynomial: all coefficients 1, sums that doubles hold exactly.
  @Test func linearSolutionsAreRefined() {
    let matrix = powers((0...20).map(Double.init), 5)
    let right = matrix.times([1, 1, 1, 1, 1, 1])
    let solution = LinearLeastSquares(matrix).solve(right)
    for value in solution.parameters { #expect(abs(value - 1) < 1e-13) }
    for residual in solution.residuals { #expect(abs(residual) < 1e-8) }
  }

  @Test func directionsWithoutEffectAreFound() {
    // The third column is the sum of the others.
    var matrix = ColumnMatrix(rowCount: 4, columnCount: 3)
    for row in 0..<4 {
      matrix[row, 0] = Double(row + 1)
      matrix[row, 1] = Double(row * row)
      matrix[row, 2] = matrix[row, 0] + matrix[row, 1]
    }
    let statistics = FitStatistics(residuals: [1, -1, 1, -1], jacobian: matrix)
    #expect(statistics.undetermined.count == 1)
    let direction = statistics.undetermined[0]
    for value in matrix.times(direction) { #expect(abs(value) < 1e-13) }
    #expect(statistics.degreesOfFreedom == 2)
    let known = statistics.standardErrors.filter { !$0.isNaN }
    #expect(known.isEmpty)
  }

  /// Tables of Student's distribution, to all their digits.
  @Test(arguments: [
    (1.0, 12.706204736174694), (2, 4.302652729749464), (12, 2.178812829667228),
    (100, 1.983971518523552),
  ])
  func quantiles(_ freedom: Double, _ expected: Double) {
    let found = StudentT.quantile(0.975, degreesOfFreedom: freedom)
    #expect(abs(found - expected) < 1e-11 * expected)
  }

  /// Residuals (1 - x), 10 (y - x²); tells of every x that they are asked for.
  private func rosenbrock(
    _ box: Box, _ visit: @escaping (Double) -> Void = { _ in }
  ) -> LeastSquaresFunction {
    func residuals(_ x: UnsafePointer<Double>) -> [Double] {
      visit(x[0])
      return [1 - x[0], 10 * (x[1] - x[0] * x[0])]
    }
    var slope = 0.0
    return LeastSquaresFunction(
      box: box, count: 2,
      residuals: { (x, values) throws(RunError) in
        values.update(from: residuals(x), count: 2)
      },
      linearization: { (x, values) throws(RunError) in
        values.update(from: residuals(x), count: 2)
        slope = -20 * x[0]
      },
      derivatives: { rows, target, distance in
        for row in rows {
          target[row - rows.lowerBound] = [-1, slope][row]
          target[distance + row - rows.lowerBound] = [0, 10][row]
        }
      })
  }

  @Test func levenbergMarquardtFindsTheValley() throws {
    let found = try LevenbergMarquardt().minimize(
      rosenbrock(Box(unbounded: 2)), from: [-1.2, 1])
    #expect(found.reason == .converged)
    #expect(found.parameters == [1, 1])
  }

  /// With x at most 0.5 the minimum is at its bound, and y at 0.25.
  @Test func boundsAreKept() throws {
    let box = Box(lower: [-2, -2], upper: [0.5, 2])
    var seen: [Double] = []
    let problem = rosenbrock(box) { seen.append($0) }
    let found = try LevenbergMarquardt().minimize(problem, from: [-1.2, 1])
    #expect(found.parameters[0] == 0.5)
    #expect(abs(found.parameters[1] - 0.25) < 1e-12)
    let outside = seen.filter { $0 > 0.5 }
    #expect(outside.isEmpty && seen.count > 5)
  }

  @Test func runsThatAreEndedSaySo() throws {
    let found = try LevenbergMarquardt().minimize(
      rosenbrock(Box(unbounded: 2)), from: [-1.2, 1]
    ) { $0.iteration < 3 }
    #expect(found.reason == .interrupted && found.iterations == 3)
  }
}
