import ADCTraining

/// What a least-squares fit says of its parameters.
public struct Fit: Sendable {
  /// The standard error of each parameter, in its shape; NaN where the data do not determine it, or
  /// where it stands on a bound.
  public let standardErrors: [String: Tensor]
  /// The lower ends of the confidence intervals, in the parameters' shapes.
  public let lowerBounds: [String: Tensor]
  /// The upper ends of the confidence intervals, in the parameters' shapes.
  public let upperBounds: [String: Tensor]
  /// The names of the parameters' components, `b` or `W[2, 0]`, in the order of `correlations`.
  public let componentNames: [String]
  /// Between components, row by row.
  public let correlations: Tensor
  /// The share of the observations' variance that the model explains, by response.
  public let rSquared: [String: Double]
  /// The sum of the squares of the weighted residuals.
  public let residualSumOfSquares: Double
  /// The square root of that sum over the degrees of freedom.
  public let residualStandardError: Double
  /// Observations less the parameters that the data determine.
  public let degreesOfFreedom: Int
  /// Akaike's information criterion.
  public let akaikeCriterion: Double
  /// The Bayesian information criterion (Schwarz, 1978).
  public let bayesianCriterion: Double
  /// The ratio of the Jacobian's largest to its smallest direction, with columns of length 1.
  public let conditionNumber: Double
  /// The standard errors of what the model reports, by name.
  public let reportErrors: [String: Tensor]

  /// Nil where the model is no fit or its residuals are not finite.
  init?(_ summary: SolverReport?, _ session: Session) throws(ModelError) {
    guard let summary, let statistics = summary.statistics else { return nil }
    let entries: [ParameterFile.Entry]
    do throws(RunError) {
      entries = try session.parameters()
    } catch {
      throw ModelError(error)
    }
    func shaped(_ values: [Double]) -> [String: Tensor] {
      var rest = values[...]
      var result: [String: Tensor] = [:]
      for entry in entries {
        let count = entry.array.values.count
        result[entry.name] = Tensor(
          ShapedValues(shape: entry.array.shape, values: Array(rest.prefix(count))))
        rest = rest.dropFirst(count)
      }
      return result
    }
    standardErrors = shaped(statistics.standardErrors)
    lowerBounds = shaped(summary.intervals.map(\.lower))
    upperBounds = shaped(summary.intervals.map(\.upper))
    componentNames = summary.names
    let count = summary.names.count
    correlations = Tensor(
      ShapedValues(shape: [count, count], values: statistics.correlations.entries))
    rSquared = Dictionary(
      summary.determinations.map { ($0.response, $0.share) }, uniquingKeysWith: { $1 })
    residualSumOfSquares = summary.residualSumOfSquares
    residualStandardError = statistics.residualStandardError
    degreesOfFreedom = statistics.degreesOfFreedom
    akaikeCriterion = statistics.akaike
    bayesianCriterion = statistics.bayesian
    conditionNumber = statistics.conditionNumber
    reportErrors = Dictionary(
      uniqueKeysWithValues: summary.reports.compactMap { report in
        report.errors.map { (report.name, Tensor($0)) }
      })
  }
}
