import ADCPlatform

/// What a least-squares fit says of its parameters, from the residuals and their Jacobian there.
///
/// Standard errors are the usual asymptotic ones, s² (J' J)^-1 with s² the residual sum of squares
/// over the degrees of freedom, so that weights are relative (Seber and Wild, Nonlinear Regression,
/// 1989, section 2.1.2). Of a robust loss they are those of an M-estimate, see `ResidualInfluence`.
package struct FitStatistics: Sendable {
  /// What was minimised: weighted, and of a robust loss the loss.
  package let residualSumOfSquares: Double
  /// The number of residuals.
  package let observations: Int
  /// Observations less the parameters that the data determine.
  package let degreesOfFreedom: Int
  /// One for each parameter; NaN where nothing is left to estimate it from or the data say nothing.
  package private(set) var standardErrors: [Double]
  /// Correlations where constraints leave fewer directions than parameters.
  private var restrictedCorrelations: ColumnMatrix?
  /// The ratio of the largest to the smallest singular direction, roughly: of R's diagonal, after
  /// each column was divided by its norm.
  package let conditionNumber: Double
  /// Combinations of parameters that the data do not determine; coefficients with the largest 1.
  package let undetermined: [[Double]]

  /// Whether the errors of the observations are known, and not only their ratios.
  package let isAbsolute: Bool
  private let solver: LinearLeastSquares
  /// What the covariances are multiples of.
  private let variance: Double
  private let influence: ResidualInfluence?
  /// Whether outliers count for less than their squares: what was minimised is a robust loss.
  package var isRobust: Bool { influence != nil }
  /// The sum of the logarithms of the errors that residuals were divided by.
  private let logarithmOfErrors: Double
  /// The parameters that may move, and where constraints leave fewer directions than these, an
  /// orthonormal basis of those (one column each).
  private let free: [Int]
  private let basis: ColumnMatrix?

  /// - Parameters:
  ///   - fixed: parameters that stand on a bound; they count as given.
  ///   - isAbsolute: Whether residuals are divided by errors that are known, so that their own
  ///     spread says nothing about those.
  ///   - influence: what a robust loss makes of the residuals; nil for squares.
  ///   - logarithmOfErrors: the sum of the logarithms of the errors that residuals are divided by.
  ///   - restrictions: the derivatives of the constraints that hold with equality, a row for each;
  ///     parameters move only where these stay as they are.
  package init(
    residuals: [Double], jacobian: ColumnMatrix, fixed: Set<Int> = [],
    restrictions: ColumnMatrix? = nil, isAbsolute: Bool = false,
    influence: ResidualInfluence? = nil, logarithmOfErrors: Double = 0
  ) {
    let jacobian = influence?.straightened(jacobian) ?? jacobian
    let count = jacobian.columnCount
    let free = (0..<count).filter { !fixed.contains($0) }
    let moving = free.count == count ? jacobian : jacobian.columns(free)
    let basis = restrictions.flatMap {
      $0.rowCount > 0 ? Self.basis(besides: $0.columns(free)) : nil
    }
    self.init(
      LinearLeastSquares(condensing: basis.map { moving.times($0) } ?? moving), of: count,
      observations: residuals.count, squares: VectorMath.dot(residuals, residuals), free: free,
      basis: basis, isAbsolute: isAbsolute, influence: influence,
      logarithmOfErrors: logarithmOfErrors)
  }

  /// The same from what a search by residuals ended with; nil where that could cost digits that
  /// count.
  init?(
    _ result: SolverResult, observations: Int, fixed: Set<Int>, isAbsolute: Bool,
    logarithmOfErrors: Double
  ) {
    guard let triangle = result.tangent?.triangle else { return nil }
    let count = triangle.columnCount
    let free = (0..<count).filter { !fixed.contains($0) }
    guard observations >= count,
      let solver = LinearLeastSquares(
        standingFor: free.count == count ? triangle : triangle.columns(free).triangle)
    else { return nil }
    self.init(
      solver, of: count, observations: observations, squares: result.loss, free: free,
      basis: nil, isAbsolute: isAbsolute, influence: nil, logarithmOfErrors: logarithmOfErrors)
  }

  private init(
    _ solver: LinearLeastSquares, of count: Int, observations: Int, squares sum: Double,
    free: [Int], basis: ColumnMatrix?, isAbsolute: Bool, influence: ResidualInfluence?,
    logarithmOfErrors: Double
  ) {
    (self.isAbsolute, self.influence) = (isAbsolute, influence)
    self.logarithmOfErrors = logarithmOfErrors
    let freedom = observations - solver.rank
    let variance =
      influence?.variance(parameters: solver.rank)
      ?? (isAbsolute ? 1 : freedom > 0 ? sum / Double(freedom) : .nan)
    let null = solver.nullDirections.map { direction in
      var whole = [Double](repeating: 0, count: count)
      for (place, value) in zip(free, basis?.times(direction) ?? direction) { whole[place] = value }
      return whole
    }
    var errors = [Double](repeating: .nan, count: count)
    if basis == nil {
      for (place, column) in free.enumerated()
      where null.allSatisfy({ abs($0[column]) < 1e-8 }) {
        errors[column] = (variance * solver.inverseGramDiagonal(place)).squareRoot()
      }
    }
    (self.solver, self.variance, self.free, self.basis) = (solver, variance, free, basis)
    (residualSumOfSquares, self.observations, degreesOfFreedom) = (sum, observations, freedom)
    standardErrors = errors
    conditionNumber = solver.conditionNumber
    undetermined = null
    if basis != nil { restrict(count) }
  }

  /// Standard errors and correlations where constraints leave fewer directions than parameters.
  private mutating func restrict(_ count: Int) {
    let images = (0..<count).map { place in
      var unit = [Double](repeating: 0, count: count)
      unit[place] = 1
      return image(of: unit)
    }
    standardErrors = images.map { image in
      image.map { variance.squareRoot() * VectorMath.norm($0) } ?? .nan
    }
    var correlations = ColumnMatrix(rowCount: count, columnCount: count)
    for (row, first) in images.enumerated() {
      for (column, second) in images.enumerated() {
        guard let first, let second else {
          correlations[row, column] = .nan
          continue
        }
        let size = VectorMath.norm(first) * VectorMath.norm(second)
        correlations[row, column] = row == column ? 1 : VectorMath.dot(first, second) / size
      }
    }
    restrictedCorrelations = correlations
  }

  /// An orthonormal basis of what is orthogonal to some rows.
  private static func basis(besides rows: ColumnMatrix) -> ColumnMatrix {
    var columns = ColumnMatrix(rowCount: rows.columnCount, columnCount: rows.rowCount)
    for row in 0..<rows.rowCount {
      // Of length 1, so that units of constraints do not matter to the rank.
      let norm = VectorMath.norm((0..<rows.columnCount).map { rows[row, $0] })
      for column in 0..<rows.columnCount where norm > 0 {
        columns[column, row] = rows[row, column] / norm
      }
    }
    let factors = PivotedQR(columns)
    let rank = factors.rank(tolerance: 1e-12)
    var entries: [Double] = []
    for place in rank..<max(rows.columnCount, rank) {
      var unit = [Double](repeating: 0, count: rows.columnCount)
      unit[place] = 1
      entries += factors.q(times: unit)
    }
    return ColumnMatrix(
      rowCount: rows.columnCount, columnCount: rows.columnCount - rank, entries: entries)
  }

  /// R'^-1 g of a gradient by all parameters: the norm, times the residual standard error, is the
  /// standard error of what has that gradient. Nil where the data do not determine it.
  private func image(of gradient: [Double]) -> [Double]? {
    let moving = free.map { gradient[$0] }
    let own = basis?.transposedTimes(moving) ?? moving
    let size = VectorMath.norm(own)
    for direction in solver.nullDirections {
      let share = abs(VectorMath.dot(own, direction)) / max(VectorMath.norm(direction), 1e-300)
      if share > 1e-8 * size { return nil }
    }
    let scaled = own.indices.map { own[$0] / solver.norms[$0] }
    return solver.factors.solveTransposedR(solver.factors.pivoted(scaled), rank: solver.rank)
  }

  /// The standard error of a value with a gradient by all parameters (the delta method); NaN where
  /// the data do not determine it.
  package func standardError(ofGradient gradient: [Double]) -> Double {
    image(of: gradient).map { variance.squareRoot() * VectorMath.norm($0) } ?? .nan
  }

  /// Correlations between the parameters, worked out here; NaN beside one that is not determined.
  package var correlations: ColumnMatrix {
    restrictedCorrelations ?? solver.correlations(among: free, of: standardErrors.count)
  }

  /// The covariances of all parameters, 0 beside what stands on a bound; NaN where the data do not
  /// determine one.
  package var covariances: ColumnMatrix {
    var result = correlations
    for row in 0..<result.rowCount {
      for column in 0..<result.columnCount {
        if !free.contains(row) || !free.contains(column) {
          result[row, column] = 0
        } else if standardErrors[row] == 0 || standardErrors[column] == 0 {
          result[row, column] = 0
        } else {
          result[row, column] *= standardErrors[row] * standardErrors[column]
        }
      }
    }
    return result
  }

  /// The standard deviation of an observation whose error is given as 1.
  package var residualStandardError: Double {
    guard degreesOfFreedom > 0 else { return .nan }
    return influence?.deviation(parameters: solver.rank)
      ?? (residualSumOfSquares / Double(degreesOfFreedom)).squareRoot()
  }

  /// Akaike's criterion for normal errors, -2 log L + 2 (p + 1), with one variance estimated, that
  /// of an observation whose error is given as 1; of known errors 2 p. The likelihood is that of
  /// R's `logLik` of an `nls`. NaN for a robust loss, which has none.
  package var akaike: Double { deviance + 2 * Double(estimated) }

  /// Schwarz's criterion, -2 log L + (p + 1) log n; p log n of known errors.
  package var bayesian: Double { deviance + Double(estimated) * LibM.log(Double(observations)) }

  private var estimated: Int { observations - degreesOfFreedom + (isAbsolute ? 0 : 1) }

  /// -2 log L.
  private var deviance: Double {
    if influence != nil { return .nan }
    let n = Double(observations)
    let ofErrors = 2 * logarithmOfErrors
    if isAbsolute { return residualSumOfSquares + n * LibM.log(2 * .pi) + ofErrors }
    return n * (LibM.log(2 * .pi * residualSumOfSquares / n) + 1) + ofErrors
  }

  /// By how many standard errors a confidence interval reaches to both sides.
  package func reach(level: Double) -> Double {
    StudentT.quantile(0.5 + level / 2, degreesOfFreedom: errorFreedom)
  }

  /// The standard deviation of an observation whose error is given as 1, and the degrees of freedom
  /// that the errors were estimated with.
  package var errorScale: Double { isAbsolute ? 1 : residualStandardError }
  /// The degrees of freedom for quantiles of Student's t; infinite where the errors are given, so
  /// that normal quantiles hold, and NaN where no observation is left over.
  package var errorFreedom: Double {
    isAbsolute && influence == nil
      ? .infinity : degreesOfFreedom > 0 ? Double(degreesOfFreedom) : .nan
  }

  /// By how much the loss grows where a parameter is one standard error away from its estimate and
  /// the others are the best, to second order.
  var growthOfOneError: Double { variance * (influence?.meanSlope ?? 1) }
}

extension LinearLeastSquares {
  /// Directions along which A x does not change, in the order of the columns; the largest
  /// coefficient of each is 1.
  var nullDirections: [[Double]] {
    (rank..<max(matrix.columnCount, rank)).map { column in
      let right = (0..<rank).map { -factors.r($0, column) }
      var direction = factors.solveR(right, rank: rank)
      direction += [Double](repeating: 0, count: matrix.columnCount - rank)
      direction[column] = 1
      var result = factors.unpivoted(direction)
      for place in result.indices { result[place] /= norms[place] }
      let largest = result.max { abs($0) < abs($1) } ?? 1
      return result.map { $0 / largest }
    }
  }

  /// The ratio of R's largest and smallest diagonal entry; infinite where the rank is not full.
  var conditionNumber: Double {
    guard rank == matrix.columnCount, rank > 0 else { return rank == 0 ? .nan : .infinity }
    return abs(factors.r(0, 0) / factors.r(rank - 1, rank - 1))
  }

  /// Correlations from the rows of R^-1.
  func correlations(among places: [Int], of count: Int) -> ColumnMatrix {
    var result = ColumnMatrix(
      rowCount: count, columnCount: count, entries: [Double](repeating: .nan, count: count * count))
    guard rank == matrix.columnCount else { return result }
    let sizes = (0..<rank).map { norm(ofInverseRow: $0) }
    for row in 0..<rank {
      let first = places[factors.pivots[row]]
      result[first, first] = 1
      for other in 0..<row {
        var product = 0.0
        for column in row..<rank {
          product += inverse[column * rank + row] * inverse[column * rank + other]
        }
        let second = places[factors.pivots[other]]
        let cosine = product / (sizes[row] * sizes[other])
        (result[first, second], result[second, first]) = (cosine, cosine)
      }
    }
    return result
  }
}
