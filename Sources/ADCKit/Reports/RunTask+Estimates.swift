import ADCModel
import ADCTraining

extension RunTask {
  /// More parameters than these have no table of correlations.
  private static let correlationLimit = 12

  /// Estimates with their intervals, and how good the fit is.
  func estimates(_ fit: RecordedFit) -> String {
    let rows = fit.estimates.map { estimate in
      [
        estimate.name, estimate.value.brief, estimate.error.isNaN ? "–" : estimate.error.brief,
        estimate.lower.isNaN ? "–" : "\(estimate.lower.brief) to \(estimate.upper.brief)",
      ] + meaning(estimate.name)
    }
    return HTML.table(["", "estimate", "standard error", fit.interval], rows)
      + HTML.list(fit.qualities) + correlations(fit)
  }

  /// What the model reports beside its parameters, and what binds them.
  func furtherValues() -> String {
    guard let run = file.run else { return "" }
    let reports = HTML.table(["value", "", "standard error"], run.reports)
    let constraints = HTML.table(["subject to", "violation", "multipliers"], run.constraints)
    return reports + constraints
  }

  /// What a model says of a parameter, by the name of one of its components; empty for nothing.
  func meaning(_ component: String) -> [String] {
    let name = component.prefix { $0 != "[" }
    let parameter = task.model.symbolic?.model.parameters.first { $0.name == name }
    return parameter?.description.map { [$0] } ?? []
  }

  private func correlations(_ fit: RecordedFit) -> String {
    let names = fit.estimates.map(\.name)
    guard names.count > 1, names.count <= Self.correlationLimit, !fit.correlations.isEmpty else {
      return ""
    }
    let rows = names.indices.map { row in
      [names[row]]
        + names.indices.map { column in
          let value = fit.correlations[row][column]
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
      [response.fitChart(level: level), response.residualChart]
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
}
