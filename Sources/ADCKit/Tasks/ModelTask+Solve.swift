import ADCTraining

extension ModelTask {
  /// Finds the minimum by the model's solver.
  func solve(
    _ settings: TrainingOptions, wantsJSON: Bool, onNews: @escaping (TrainingNews) -> Void
  ) throws(TaskFailure) -> TrainingOutcome {
    guard options.batch == nil else {
      throw TaskFailure(
        "a solver looks at all rows at once: `--batch` is for optimizers", code: "AD0703",
        fault: .commandLine, file: "--batch")
    }
    guard options.checkpointFile == nil else {
      throw TaskFailure(
        "a solver's run has nothing to resume: start from its parameters with `--from`",
        code: "AD0703", fault: .commandLine, file: "--resume")
    }
    let functions =
      (model.description.solver?.residuals ?? 0) > 0
      ? [FunctionName.jacobian, FunctionName.loss] : [FunctionName.gradient, FunctionName.loss]
    let session = try session(for: functions)
    guard
      var run = SolverRun(
        session, options: settings,
        report: { event in onNews(Self.news(event, wantsJSON: wantsJSON)) })
    else { throw TaskFailure("the model has no solver", code: "AD0703", file: path) }
    do throws(RunError) {
      let (result, summary) = try run.run()
      let parameters = try session.parameters()
      return TrainingOutcome(
        report: SolverText(result, summary, parameters).report,
        file: ParameterFile(
          model: model.description.hash, parameters: parameters, state: nil, run: runRecord),
        failure: failure(result, parameters),
        fitView: { [model] in FitView(model, session) })
    } catch {
      throw TaskFailure(error)
    }
  }
}

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

  private var text: String {
    var lines = ["loss  \(result.loss.brief)"]
    if let statistics = summary.statistics {
      lines = fitLines(statistics)
    } else {
      lines += parameters.map { "\($0.name)  \($0.array.brief)" }
    }
    lines.append("\(result.isConverged ? "converged" : "stopped"): \(result.reason.rawValue)")
    var how = summary.method
    if !summary.explanation.isEmpty { how += ": \(summary.explanation)" }
    lines.append("\(how); \(result.gradientEvaluations) gradients")
    if summary.attempts.count > 1 {
      let reached = summary.attempts.count { attempt in
        abs(attempt.loss - result.loss) <= 1e-6 * max(abs(result.loss), 1e-12)
      }
      lines.append("\(reached) of \(summary.attempts.count) starts reached this loss")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func fitLines(_ statistics: FitStatistics) -> [String] {
    var rows = [["", "estimate", "standard error", "95 % confidence interval"]]
    for (place, name) in summary.names.enumerated() {
      let (value, error) = (summary.values[place], statistics.standardErrors[place])
      let half = statistics.halfWidth(place, level: 0.95)
      rows.append([
        name, value.brief, error.isNaN ? "-" : error.brief,
        half.isNaN ? "-" : "\((value - half).brief) to \((value + half).brief)",
      ])
    }
    var lines = Self.aligned(rows)
    let freedom = statistics.degreesOfFreedom
    lines += [
      "",
      "residual standard error  \(statistics.residualStandardError.brief) on \(freedom) degrees of "
        + "freedom",
      "residual sum of squares  \(statistics.residualSumOfSquares.brief)",
      "AIC  \(statistics.akaike.brief)  BIC  \(statistics.bayesian.brief)  condition number  "
        + statistics.conditionNumber.brief,
    ]
    for direction in statistics.undetermined {
      lines.append("the data do not determine  " + combination(direction))
    }
    lines += strongCorrelations(statistics)
    return lines
  }

  /// Pairs of parameters that can hardly be told apart.
  private func strongCorrelations(_ statistics: FitStatistics) -> [String] {
    var lines: [String] = []
    for row in summary.names.indices {
      for column in 0..<row {
        let value = statistics.correlations[row, column]
        guard abs(value) > 0.95, lines.count < 10 else { continue }
        lines.append(
          "correlation  \(summary.names[column]), \(summary.names[row])  \(value.brief)")
      }
    }
    return lines
  }

  private func combination(_ direction: [Double]) -> String {
    zip(summary.names, direction).filter { abs($1) > 1e-8 }.map { name, factor in
      factor == 1 ? name : factor == -1 ? "-\(name)" : "\(factor.brief)*\(name)"
    }.joined(separator: " + ").replacing("+ -", with: "- ")
  }

  /// Columns side by side, numbers to the right.
  private static func aligned(_ rows: [[String]]) -> [String] {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let gap = String(repeating: " ", count: widths[column] - cell.count)
        line += column == 0 ? cell + gap : "  " + gap + cell
      }
      return line
    }
  }

  private var members: [JSONValue.Member] {
    var members: [JSONValue.Member] = [
      .init("event", .string("done")), .init("loss", .number(result.loss)),
      .init("epochs", .number(Double(result.epochs))),
      .init("steps", .number(Double(result.steps))),
      .init("loss_evaluations", .number(Double(result.lossEvaluations))),
      .init("gradient_evaluations", .number(Double(result.gradientEvaluations))),
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
    return members
  }

  private func append(_ statistics: FitStatistics, to members: inout [JSONValue.Member]) {
    members += [
      .init("standard_errors", shaped(statistics.standardErrors)),
      .init(
        "confidence_95", shaped(summary.names.indices.map { statistics.halfWidth($0, level: 0.95) })
      ),
      .init("residual_sum_of_squares", .number(statistics.residualSumOfSquares)),
      .init("degrees_of_freedom", .number(Double(statistics.degreesOfFreedom))),
      .init("residual_standard_error", .number(statistics.residualStandardError)),
      .init("aic", .number(statistics.akaike)), .init("bic", .number(statistics.bayesian)),
      .init("condition_number", .number(statistics.conditionNumber)),
    ]
    let names = summary.names
    members.append(
      .init(
        "correlations",
        .array(
          names.indices.map { row in
            .array(names.indices.map { .number(statistics.correlations[row, $0]) })
          })))
    if !statistics.undetermined.isEmpty {
      members.append(
        .init(
          "undetermined", .array(statistics.undetermined.map { .string(combination($0)) })))
    }
  }

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
