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
    guard options.folds == nil else {
      throw TaskFailure(
        "a solver's run holds no rows back: `--folds` is for optimizers", code: "AD0703",
        fault: .commandLine, file: "--folds")
    }
    guard options.checkpointFile == nil else {
      throw TaskFailure(
        "a solver's run has nothing to resume: start from its parameters with `--from`",
        code: "AD0703", fault: .commandLine, file: "--resume")
    }
    let session = try session(for: model.solverFunctions)
    if session.dataset.dropped > 0 { onNews(Self.dropped(session.dataset)) }
    let idle = settingsOfOptimizers
    if !idle.isEmpty {
      onNews(
        Self.warning(
          "warning: a solver looks at all rows at once: \(idle.joined(separator: ", ")) "
            + "\(idle.count == 1 ? "says" : "say") nothing to it"))
    }
    guard
      let run = SolverRun(
        session, options: settings,
        report: { event in onNews(Self.news(event, wantsJSON: wantsJSON)) })
    else { throw TaskFailure("the model has no solver", code: "AD0703", file: path) }
    do throws(RunError) {
      let (result, summary) = try run.run()
      let parameters = try session.parameters()
      let text = SolverText(result, summary, parameters)
      var record = runRecord
      record.result = text.record
      var file = ParameterFile(
        model: model.description.hash, parameters: parameters, fit: summary.fitEntries,
        run: record)
      file.preparation = session.dataset.preparation
      return TrainingOutcome(
        report: text.report, file: file,
        failure: failure(result, parameters, trapped(result, session)),
        fitView: { [model, file] in FitView(model, session, errors: FitErrors(file)) })
    } catch {
      throw TaskFailure(error)
    }
  }
}

extension ModelTask {
  /// What is to blame where the loss is no number, in the words of the model.
  private func trapped(_ result: TrainingResult, _ session: Session) -> Trapped? {
    guard result.reason == .notFinite, let symbolic = model.symbolic else { return nil }
    return TrapInquiry(symbolic, session).trapped(.loss)
  }

  /// What `train { }` says that only optimizers heed.
  private var settingsOfOptimizers: [String] {
    let settings = model.description.settings
    let said = [
      ("batch", settings.batch != nil), ("validate", settings.validation != nil),
      ("folds", settings.folds != nil), ("stop", settings.patience != nil),
      ("accumulate", settings.accumulated != nil),
    ]
    return said.filter(\.1).map { "`\($0.0)`" }
  }
}

extension SolverReport {
  /// What a file of parameters keeps of a fit's errors.
  fileprivate var fitEntries: [ParameterFile.Entry]? {
    guard let statistics else { return nil }
    func number(_ value: Double) -> ShapedValues { ShapedValues(shape: [], values: [value]) }
    let count = names.count
    return [
      .init(
        name: "covariances",
        array: ShapedValues(shape: [count, count], values: statistics.covariances.entries)),
      .init(
        name: "error_scale", array: number(statistics.errorScale)),
      .init(name: "degrees_of_freedom", array: number(statistics.errorFreedom)),
    ]
  }
}
