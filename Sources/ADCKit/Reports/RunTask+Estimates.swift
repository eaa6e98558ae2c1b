import ADCTraining

extension RunTask {
  /// More parameters than these have no table of correlations.
  private static let correlationLimit = 12

  /// Estimates with their intervals, and how good the fit is.
  func estimates(_ fit: FitSummary, _ view: FitView?) -> String {
    let statistics = fit.statistics
    let rows = fit.names.indices.map { place in
      let (value, error) = (fit.values[place], statistics.standardErrors[place])
      let half = statistics.reach(level: 0.95) * error
      return [
        fit.names[place], value.brief, error.isNaN ? "–" : error.brief,
        half.isNaN ? "–" : "\((value - half).brief) to \((value + half).brief)",
      ]
    }
    var pairs: [(String, String)] = [
      (
        "residual standard error",
        "\(statistics.residualStandardError.brief) on \(statistics.degreesOfFreedom) degrees of freedom"
      ), ("residual sum of squares", statistics.residualSumOfSquares.brief),
    ]
    for response in view?.responses ?? [] {
      guard let determination = response.determination else { continue }
      let name = view?.responses.count == 1 ? "R²" : "R² of \(response.name)"
      pairs.append((name, determination.brief))
    }
    pairs += [
      ("AIC", statistics.akaike.brief), ("BIC", statistics.bayesian.brief),
      ("condition number", statistics.conditionNumber.brief),
    ]
    return HTML.table(["", "estimate", "standard error", "95 % confidence interval"], rows)
      + HTML.list(pairs) + correlations(fit)
  }

  private func correlations(_ fit: FitSummary) -> String {
    let names = fit.names
    guard names.count > 1, names.count <= Self.correlationLimit else { return "" }
    let rows = names.indices.map { row in
      [names[row]]
        + names.indices.map { column in
          let value = fit.statistics.correlations[row, column]
          return column > row ? "" : value.isNaN ? "–" : row == column ? "1" : value.brief
        }
    }
    return "<h3>Correlations</h3>\n" + HTML.table([""] + names, rows)
  }
}

extension FitView {
  /// Data and curve, and what is left over the input and over what the model says.
  var reportCharts: [Chart] {
    responses.flatMap { response in
      [response.fitChart, response.residualChart]
        + (response.input == nil ? [] : [response.overPredicted.residualChart])
    }
  }
}

extension FitView.Response {
  /// The response without its input, so that what the model says takes its place.
  fileprivate var overPredicted: FitView.Response {
    var copy = self
    copy.input = nil
    copy.places = predicted
    copy.curve = []
    return copy
  }

  /// The share of the variance that the model explains, where the data vary.
  fileprivate var determination: Double? {
    let mean = observed.reduce(0, +) / Double(observed.count)
    let total = observed.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let left = residuals.reduce(0) { $0 + $1 * $1 }
    return total > 0 ? 1 - left / total : nil
  }
}
