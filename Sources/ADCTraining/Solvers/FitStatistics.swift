import ADCPlatform

/// What a least-squares fit says of its parameters, from the residuals and their Jacobian there.
///
/// Standard errors are the usual asymptotic ones, s² (J' J)^-1 with s² the residual sum of squares
/// over the degrees of freedom, so that weights are relative (Seber and Wild, Nonlinear Regression,
/// 1989, section 2.1.2).
package struct FitStatistics: Sendable {
  package let residualSumOfSquares: Double
  package let observations: Int
  /// Observations less the parameters that the data determine.
  package let degreesOfFreedom: Int
  /// One for each parameter; NaN where nothing is left to estimate it from or the data say nothing.
  package let standardErrors: [Double]
  /// Between the parameters; NaN beside one that is not determined.
  package let correlations: ColumnMatrix
  /// The ratio of the largest to the smallest singular direction, roughly: of R's diagonal, after
  /// each column was divided by its norm.
  package let conditionNumber: Double
  /// Combinations of parameters that the data do not determine; coefficients with the largest 1.
  package let undetermined: [[Double]]

  /// - Parameter fixed: parameters that stand on a bound; they count as given.
  package init(residuals: [Double], jacobian: ColumnMatrix, fixed: Set<Int> = []) {
    let free = (0..<jacobian.columnCount).filter { !fixed.contains($0) }
    let solver = LinearLeastSquares(jacobian.columns(free))
    residualSumOfSquares = VectorMath.dot(residuals, residuals)
    observations = residuals.count
    degreesOfFreedom = residuals.count - solver.rank
    let variance =
      degreesOfFreedom > 0 ? residualSumOfSquares / Double(degreesOfFreedom) : .nan
    let null = solver.nullDirections
    var errors = [Double](repeating: .nan, count: jacobian.columnCount)
    for (place, column) in free.enumerated()
    where null.allSatisfy({ abs($0[place]) < 1e-8 }) {
      errors[column] = (variance * solver.inverseGramDiagonal(place)).squareRoot()
    }
    standardErrors = errors
    correlations = solver.correlations(among: free, of: jacobian.columnCount)
    conditionNumber = solver.conditionNumber
    undetermined = null.map { direction in
      var whole = [Double](repeating: 0, count: jacobian.columnCount)
      for (place, column) in free.enumerated() { whole[column] = direction[place] }
      return whole
    }
  }

  package var residualStandardError: Double {
    degreesOfFreedom > 0 ? (residualSumOfSquares / Double(degreesOfFreedom)).squareRoot() : .nan
  }

  /// Akaike's criterion for normal errors, -2 log L + 2 (p + 1), with the variance estimated.
  package var akaike: Double { deviance + 2 * Double(estimated) }

  /// Schwarz's criterion, -2 log L + (p + 1) log n.
  package var bayesian: Double { deviance + Double(estimated) * LibM.log(Double(observations)) }

  private var estimated: Int { observations - degreesOfFreedom + 1 }

  private var deviance: Double {
    let n = Double(observations)
    return n * (LibM.log(2 * .pi * residualSumOfSquares / n) + 1)
  }

  /// Half the width of the confidence interval of a parameter.
  package func halfWidth(_ place: Int, level: Double) -> Double {
    guard degreesOfFreedom > 0 else { return .nan }
    return standardErrors[place]
      * StudentT.quantile(0.5 + level / 2, degreesOfFreedom: Double(degreesOfFreedom))
  }
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
    let columns = (0..<rank).map { column in
      var unit = [Double](repeating: 0, count: rank)
      unit[column] = 1
      return factors.solveR(unit, rank: rank)
    }
    let rows = (0..<rank).map { row in columns.map { $0[row] } }
    for (row, first) in factors.pivots.enumerated() {
      for (column, second) in factors.pivots.enumerated() {
        let cosine =
          row == column
          ? 1
          : VectorMath.dot(rows[row], rows[column])
            / (VectorMath.norm(rows[row]) * VectorMath.norm(rows[column]))
        result[places[first], places[second]] = cosine
      }
    }
    return result
  }
}
