import ADCTraining

/// What is said of a solver's result.
struct SolverText {
  private let result: TrainingResult
  private let summary: SolverReport
  private let parameters: [ParameterFile.Entry]

  init(_ result: TrainingResult, _ summary: SolverReport, _ parameters: [ParameterFile.Entry]) {
    self.result = result
    self.summary = summary
    self.parameters = parameters
  }

  var report: TaskReport { TaskReport(text: text, json: .object(members)) }

  /// What a file of parameters keeps of it: all but the parameters, which it has, and the time.
  var record: JSONValue {
    .object(members.filter { !["event", "seconds", "parameters"].contains($0.name) })
  }

  private var text: String {
    var lines = ["loss  \(result.loss.brief)"]
    if let statistics = summary.statistics {
      lines = fitLines(statistics)
    } else {
      lines += parameters.map { "\($0.name)  \($0.array.brief)" }
    }
    lines += ReportText(summary.reports).lines
    lines += constraintLines
    lines.append("\(result.isConverged ? "converged" : "stopped"): \(result.reason.rawValue)")
    var how = summary.method
    if !summary.explanation.isEmpty { how += ": \(summary.explanation)" }
    how += "; \(result.gradientEvaluations) gradients"
    if summary.hessianEvaluations > 0 {
      how += ", \(summary.hessianEvaluations) Hessians or products with one"
    }
    lines.append(how)
    if summary.attempts.count > 1 { lines.append(startsLine) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The losses that the starts reached, each with how many did, from the lowest.
  private var startsLine: String {
    let losses = summary.attempts.map(\.loss)
    var groups: [(loss: Double, count: Int)] = []
    for loss in losses.filter(\.isFinite).sorted() {
      if let last = groups.last?.loss, loss - last <= 1e-6 * max(abs(last), 1e-12) {
        groups[groups.count - 1].count += 1
      } else {
        groups.append((loss, 1))
      }
    }
    var parts = groups.prefix(Self.shownLosses).map { "\($0.count) reached \($0.loss.brief)" }
    let higher = groups.dropFirst(Self.shownLosses).reduce(0) { $0 + $1.count }
    if higher > 0 { parts.append("\(higher) more") }
    let without = losses.count { !$0.isFinite }
    if without > 0 { parts.append("\(without) found none") }
    return "\(losses.count) starts: " + parts.joined(separator: ", ")
  }

  private static let shownLosses = 4

  private func fitLines(_ statistics: FitStatistics) -> [String] {
    let level = (100 * summary.level).brief
    let kind = summary.isProfiled ? "profile interval" : "confidence interval"
    var rows = [["", "estimate", "standard error", "\(level) % \(kind)"]]
    let intervals = summary.intervals
    for (place, name) in summary.names.enumerated() {
      let (value, error) = (summary.values[place], statistics.standardErrors[place])
      let (lower, upper) = intervals[place]
      rows.append([
        name, value.brief, error.isNaN ? "-" : error.brief,
        standing(place, statistics)
          ?? (lower.isNaN ? "-" : "\(lower.brief) to \(upper.brief)"),
      ])
    }
    var lines = TextTable.aligned(rows)
    lines += [
      "", spread(statistics),
      "residual sum of squares  \(summary.residualSumOfSquares.brief)" + determination,
      (statistics.akaike.isFinite
        ? "AIC  \(statistics.akaike.brief)  BIC  \(statistics.bayesian.brief)  " : "")
        + "condition number  \(statistics.conditionNumber.brief)",
    ]
    if statistics.isRobust {
      lines.append(
        "robust loss  \(statistics.residualSumOfSquares.brief); errors are those of an M-estimate")
    }
    for direction in statistics.undetermined {
      lines.append("the data do not determine  " + combination(direction))
    }
    lines += strongCorrelations(statistics)
    return lines
  }

  /// How far the observations are from the model, in numbers.
  private func spread(_ statistics: FitStatistics) -> String {
    let freedom = statistics.degreesOfFreedom
    let free = "on \(freedom) degree\(freedom == 1 ? "" : "s") of freedom"
    if statistics.isAbsolute, !statistics.isRobust {
      let square = statistics.residualSumOfSquares
      let reduced = freedom > 0 ? ", reduced  \((square / Double(freedom)).brief)" : ""
      return "chi squared  \(square.brief) \(free)" + reduced
    }
    if freedom > 0 {
      let without = statistics.isRobust ? ", without outliers" : ""
      return "residual standard error  \(statistics.residualStandardError.brief) \(free)" + without
    }
    let relation =
      summary.names.count > statistics.observations
      ? "more parameters than observations" : "as many parameters as observations"
    return "there are \(relation): nothing is left to tell errors by"
  }

  /// What holds a component that has no error of its own; nil for one that may move.
  private func standing(_ place: Int, _ statistics: FitStatistics) -> String? {
    let error = statistics.standardErrors[place]
    if error == 0, statistics.residualSumOfSquares > 0 { return "held by a constraint" }
    let isDetermined = statistics.undetermined.allSatisfy { abs($0[place]) <= 1e-8 }
    let hasErrors = statistics.isAbsolute || statistics.degreesOfFreedom > 0
    return error.isNaN && isDetermined && hasErrors ? "at its bound" : nil
  }

  /// Pairs of parameters that can hardly be told apart.
  private func strongCorrelations(_ statistics: FitStatistics) -> [String] {
    var lines: [String] = []
    let correlations = statistics.correlations
    for row in summary.names.indices {
      for column in 0..<row {
        let value = correlations[row, column]
        guard abs(value) > 0.95, lines.count < 10 else { continue }
        lines.append(
          "correlation  \(summary.names[column]), \(summary.names[row])  \(value.brief)")
      }
    }
    return lines
  }

  private func combination(_ direction: [Double]) -> String {
    var terms = zip(summary.names, direction).filter { abs($1) > 1e-8 }
    // What is not subtracted stands first, so that the sum does not begin with a sign.
    if let first = terms.firstIndex(where: { $1 > 0 }) {
      terms.insert(terms.remove(at: first), at: 0)
    }
    return terms.map { name, factor in
      let brief = factor.brief
      return brief == "1" ? name : brief == "-1" ? "-\(name)" : "\(brief)*\(name)"
    }.joined(separator: " + ").replacing("+ -", with: "- ")
  }

  private var determination: String {
    summary.determinations.filter { !$0.share.isNaN }.map { entry in
      let name = summary.determinations.count == 1 ? "" : " of \(entry.response)"
      return "  R squared\(name)  \(entry.share.brief)"
    }.joined()
  }

  private var constraintLines: [String] {
    let lines = summary.constraints.map { constraint in
      let isActive = constraint.multipliers.contains { $0 != 0 }
      var line = "subject to \(constraint.text)  "
      if result.reason == .infeasible, constraint.violation > 0 {
        line += "violated by \(constraint.violation.brief)"
      } else {
        line += constraint.violation > 0 ? "met to \(constraint.violation.brief)" : "met"
      }
      if isActive, constraint.multipliers.count == 1 {
        line += ", multiplier \(constraint.multipliers[0].brief)"
      }
      return line
    }
    return lines.isEmpty ? [] : lines + ["optimality residual  \(summary.optimality.brief)"]
  }

  private var members: [JSONValue.Member] {
    var members: [JSONValue.Member] = [
      .init("event", .string("done")), .init("loss", .number(result.loss)),
      .init("epochs", .number(Double(result.epochs))),
      .init("steps", .number(Double(result.steps))),
      .init("loss_evaluations", .number(Double(result.lossEvaluations))),
      .init("gradient_evaluations", .number(Double(result.gradientEvaluations))),
      .init("hessian_evaluations", .number(Double(summary.hessianEvaluations))),
      .init("seconds", .number(result.seconds)),
      .init("converged", .bool(result.isConverged)),
      .init("reason", .string(result.reason.rawValue)),
      .init("method", .string(summary.method)),
      .init("optimality", .number(summary.optimality)),
      .init(
        "parameters", .object(parameters.map { .init($0.name, .nested($0.array)) })),
    ]
    if summary.attempts.count > 1 {
      members.append(.init("starts", .array(summary.attempts.map { .number($0.loss) })))
    }
    if let statistics = summary.statistics { append(statistics, to: &members) }
    if !summary.constraints.isEmpty {
      members.append(
        .init(
          "constraints",
          .array(
            summary.constraints.map { constraint in
              .object([
                .init("constraint", .string(constraint.text)),
                .init("violation", .number(constraint.violation)),
                .init("multipliers", .array(constraint.multipliers.map { .number($0) })),
              ])
            })))
    }
    members += ReportText(summary.reports).members
    return members
  }

  private func append(_ statistics: FitStatistics, to members: inout [JSONValue.Member]) {
    members += [
      .init("standard_errors", shaped(statistics.standardErrors)),
      .init(
        "confidence",
        .object([
          .init("level", .number(summary.level)),
          .init("method", .string(summary.isProfiled ? "profile" : "asymptotic")),
          .init("lower", shaped(summary.intervals.map(\.lower))),
          .init("upper", shaped(summary.intervals.map(\.upper))),
        ])),
      .init(
        "r_squared",
        .object(
          summary.determinations.map {
            .init($0.response, known($0.share))
          })),
      .init("residual_sum_of_squares", .number(summary.residualSumOfSquares)),
      .init("degrees_of_freedom", .number(Double(statistics.degreesOfFreedom))),
      .init("residual_standard_error", .number(statistics.residualStandardError)),
      .init("aic", known(statistics.akaike)), .init("bic", known(statistics.bayesian)),
      .init("condition_number", .number(statistics.conditionNumber)),
    ]
    let (names, correlations) = (summary.names, statistics.correlations)
    members.append(
      .init(
        "correlations",
        .array(
          names.indices.map { row in
            .array(names.indices.map { .number(correlations[row, $0]) })
          })))
    if !statistics.undetermined.isEmpty {
      members.append(
        .init(
          "undetermined", .array(statistics.undetermined.map { .string(combination($0)) })))
    }
  }

  /// A number that there may be no sense in.
  private func known(_ value: Double) -> JSONValue { value.isNaN ? .null : .number(value) }

  /// One number for each component, in the parameters' shapes.
  private func shaped(_ values: [Double]) -> JSONValue {
    var rest = values[...]
    return .object(
      parameters.map { entry in
        let count = entry.array.values.count
        defer { rest = rest.dropFirst(count) }
        return .init(
          entry.name,
          .nested(ShapedValues(shape: entry.array.shape, values: Array(rest.prefix(count)))))
      })
  }
}
