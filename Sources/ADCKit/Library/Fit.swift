import ADCTraining

/// What a least-squares fit says of its parameters.
public struct Fit: Sendable {
  /// The standard error of each parameter, in its shape; NaN where the data do not determine it, or
  /// where it stands on a bound.
  public let standardErrors: [String: Tensor]
  /// The ends of the confidence intervals, in the parameters' shapes.
  public let lowerBounds: [String: Tensor]
  public let upperBounds: [String: Tensor]
  /// The names of the parameters' components, `b` or `W[2, 0]`, in the order of `correlations`.
  public let componentNames: [String]
  /// Between components, row by row.
  public let correlations: Tensor
  /// The share of the observations' variance that the model explains, by response.
  public let rSquared: [String: Double]
  public let residualSumOfSquares: Double
  public let residualStandardError: Double
  /// Observations less the parameters that the data determine.
  public let degreesOfFreedom: Int
  public let akaikeCriterion: Double
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
