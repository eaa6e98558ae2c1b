import ADCCalculus
import ADCMachine
package import ADCTraining

/// A training run that ended, well or not.
package struct TrainingOutcome {
  /// What the run says at its end, for people and for programs.
  package var report: TaskReport
  /// Parameters and where the run stands, as `--from` and `--resume` read them.
  package var file: ParameterFile
  /// Set where the run ended because the loss was not finite or the user interrupted it.
  package var failure: TaskFailure?
  /// How far the run came, of one that `--resume` can go on from.
  package var place: String?
  /// Of a fit, data and curve; made when it is asked for.
  package var fitView: () -> FitView? = { nil }
}

/// Where a run is kept as it goes, and how often.
package struct RunSaving: Sendable {
  /// The file, replaced as a whole at each write, so that it is never half written.
  package var path: String
  /// The updates between two writes; nil where the run is written about once a minute.
  package var interval: Int?

  /// Writes about once a minute unless updates are counted.
  package init(path: String, interval: Int? = nil) {
    self.path = path
    self.interval = interval
  }
}

/// What happens in a run, in the forms in which it is shown.
package struct TrainingNews {
  /// Who a piece of news is for.
  package enum Kind: Sendable {
    case epoch
    /// An update whose parameters were asked for.
    case step
    /// What only a progress bar shows.
    case progress
    /// What is shown at once, whatever else is: a warning, or a part of the work that is done.
    case remark
  }

  /// Who it is for.
  package var kind: Kind
  /// A line for people; nil for what only a progress bar shows.
  package var text: String?
  /// An object for programs and logs; nil likewise.
  package var record: JSONValue?
  /// The updates made, how many there will be if that is known, and the loss.
  package var step: Int
  /// The updates that there will be; nil where the run ends when the loss settles.
  package var total: Int?
  /// That of the update; after an epoch the mean of its batches.
  package var loss: Double
  /// The loss of the rows held back, after an epoch.
  package var validation: Double?
  /// The number of the epoch that has ended.
  package var epoch: Int?
  /// What the optimizer's arguments are.
  package var schedules: Schedules?

  /// The object as a line, without its end.
  package var json: String? { record?.line }
}

extension ModelTask {
  /// Trains the model; `onNews` gets every event.
  package func train(
    trace: Set<Int> = [], isInterrupted: @escaping @Sendable () -> Bool,
    wantsJSON: Bool = false, saving: RunSaving? = nil, onNews: @escaping (TrainingNews) -> Void
  ) throws(TaskFailure) -> TrainingOutcome {
    try requireObjective()
    if let saving { try Self.checkPlace(of: saving.path) }
    var settings = trainingOptions(trace, isInterrupted)
    if model.description.solver != nil {
      return try solve(settings, wantsJSON: wantsJSON, onNews: onNews)
    }
    let dataset = try dataset(
      needing: model.neededSymbols(model.trainingFunctions),
      mayStream: true)
    if dataset.dropped > 0 { onNews(Self.dropped(dataset)) }
    let session = try session(with: dataset)
    var record = runRecord
    let schedules = Schedules(model)
    if let path = options.checkpointFile {
      let (checkpoint, earlier) = try restore(path, into: session)
      settings.checkpoint = checkpoint
      if let earlier { record.resume(earlier) }
    }
    var folds: [FoldResult] = []
    if let count = options.folds ?? model.description.settings.folds {
      folds = try crossValidate(count, dataset, settings, onNews: onNews)
      settings.holdsNothingBack = true
      if isInterrupted() {
        throw TaskFailure(
          "interrupted after \(folds.count) of \(count) folds: the run over all rows had not begun, "
            + "so nothing is saved", code: "AD0902", fault: .interruption)
      }
    }
    var trainer = Trainer(session, options: settings) { event in
      var news = Self.news(event, wantsJSON: wantsJSON)
      news.schedules = schedules
      if news.kind == .epoch, let epoch = news.record { record.add(epoch) }
      onNews(news)
    }
    if let saving { keep(saving, in: &trainer, record: { record }, onNews: onNews) }
    var trap: Trapped?
    if let symbolic = model.symbolic {
      trainer.onFailure = { session, moment in
        trap = TrapInquiry(symbolic, session).trapped(moment)
      }
    }
    do throws(RunError) {
      let result = try trainer.run()
      return try outcome(result, session, &record, folds, trap)
    } catch {
      throw TaskFailure(error)
    }
  }

  private func trainingOptions(
    _ trace: Set<Int>, _ isInterrupted: @escaping @Sendable () -> Bool
  ) -> TrainingOptions {
    var settings = TrainingOptions()
    settings.epochs = options.epochs
    settings.steps = options.steps
    settings.batch = options.batch
    settings.trace = trace
    settings.level = options.level
    settings.profiles = options.profiles
    settings.isInterrupted = isInterrupted
    return settings
  }

  /// What is shown and kept of an optimizer's run that has ended.
  private func outcome(
    _ result: TrainingResult, _ session: Session, _ record: inout RunRecord,
    _ folds: [FoldResult], _ trap: Trapped?
  ) throws(RunError) -> TrainingOutcome {
    let parameters = try session.parameters()
    let reported = try session.reportedValues(nil)
    record.result = .object(
      [
        .init("converged", .bool(result.isConverged)),
        .init("reason", .string(result.reason.rawValue)),
      ] + ReportText(reported).members)
    return TrainingOutcome(
      report: report(result, parameters, reported, folds),
      file: try file(session, result.checkpoint, record),
      failure: failure(result, parameters, trap),
      place: result.epochs > 0
        ? "in epoch \(result.epochs + 1), after \(result.steps) updates"
        : "after \(result.steps) updates")
  }

  /// What is written of a run: the parameters that it ends with, and where it stands.
  func file(
    _ session: Session, _ checkpoint: Checkpoint?, _ record: RunRecord
  ) throws(RunError) -> ParameterFile {
    var file = ParameterFile(
      model: model.description.hash, parameters: try session.parameters(),
      state: try checkpoint?.entries(session), run: record)
    file.preparation = session.dataset.preparation
    file.text = model.description.text
    return file
  }

  private func restore(
    _ path: String, into session: Session
  ) throws(TaskFailure) -> (Checkpoint, RunRecord?) {
    let file: ParameterFile
    do throws(DataError) {
      file = try ParameterFile.read(path: path)
    } catch {
      throw TaskFailure(error)
    }
    do throws(RunError) {
      return (try Checkpoint.restore(file, path: path, into: session), file.run)
    } catch {
      throw TaskFailure(error)
    }
  }

  /// A number of the model as it is written.
  func written(_ value: Double) -> Double { model.program.precision.written(value) }

  func report(
    _ result: TrainingResult, _ parameters: [ParameterFile.Entry], _ reports: [ReportedValue],
    _ folds: [FoldResult] = []
  ) -> TaskReport {
    var text = "loss  \(result.loss.brief)\n"
    if let validation = result.validation { text += "validation  \(validation.brief)\n" }
    for metric in result.metrics { text += Self.text(metric) + "\n" }
    if result.reason == .noImprovement {
      text += "stopped after epoch \(result.epochs): \(result.reason.rawValue)\n"
    }
    if let epoch = result.bestEpoch { text += "the parameters are those of epoch \(epoch)\n" }
    for entry in parameters { text += "\(entry.name)  \(entry.array.brief)\n" }
    var members: [JSONValue.Member] = [
      .init("event", .string("done")), .init("loss", .number(written(result.loss))),
      .init("epochs", .number(Double(result.epochs))),
      .init("steps", .number(Double(result.steps))),
      .init("loss_evaluations", .number(Double(result.lossEvaluations))),
      .init("gradient_evaluations", .number(Double(result.gradientEvaluations))),
      .init("seconds", .number(result.seconds)),
      .init("converged", .bool(result.isConverged)),
      .init("reason", .string(result.reason.rawValue)),
    ]
    if let validation = result.validation {
      members.append(.init("validation", .number(written(validation))))
    }
    members += Self.json(result.metrics)
    if let epoch = result.bestEpoch { members.append(.init("best_epoch", .number(Double(epoch)))) }
    if let summary = FoldResult.summary(of: folds) {
      text += summary.text
      members.append(.init("folds", summary.json))
    }
    members.append(.init("parameters", Self.json(parameters)))
    for line in ReportText(reports).lines { text += line + "\n" }
    members += ReportText(reports).members
    return TaskReport(text: text, json: .object(members))
  }

  /// `"metrics": {…}` and, of the rows held back, `"validation_metrics": {…}`.
  static func json(_ metrics: [MetricValue]) -> [JSONValue.Member] {
    guard !metrics.isEmpty else { return [] }
    let training = metrics.map { JSONValue.Member($0.name, .number($0.training)) }
    let held = metrics.compactMap { metric in
      metric.validation.map { JSONValue.Member(metric.name, .number($0)) }
    }
    return [.init("metrics", .object(training))]
      + (held.isEmpty ? [] : [.init("validation_metrics", .object(held))])
  }

  static func text(_ metric: MetricValue) -> String {
    "\(metric.name) \(metric.training.brief)"
      + (metric.validation.map { " (\($0.brief) held back)" } ?? "")
  }

  private static func json(_ parameters: [ParameterFile.Entry]) -> JSONValue {
    .object(parameters.map { .init($0.name, .nested($0.array)) })
  }

  /// What a file of parameters says of this run.
  var runRecord: RunRecord {
    // The same run, whether from source or from what was compiled of it.
    var record = RunRecord(model: path.hasSuffix(".adb") ? String(path.dropLast()) : path)
    record.data = options.data
    record.inputs = options.inputs.map { "\($0.name)=\($0.path)" }
    record.values = options.values.map { "\($0.name)=\($0.text)" }
    record.optimizer = options.optimizer
    return record
  }

  static func news(_ event: TrainingEvent, wantsJSON: Bool) -> TrainingNews {
    switch event {
    case .progress(let step, let total, let loss):
      TrainingNews(kind: .progress, step: step, total: total, loss: loss)
    case .epoch(let epoch, let step, let loss, let validation, _):
      TrainingNews(
        kind: .epoch, text: wantsJSON ? nil : text(event), record: record(event), step: step,
        loss: loss, validation: validation, epoch: epoch)
    case .step(let step, let loss, _):
      TrainingNews(
        kind: .step, text: wantsJSON ? nil : text(event), record: record(event), step: step,
        loss: loss)
    }
  }

  /// An event as an object; nil for what only progress bars show.
  private static func record(_ event: TrainingEvent) -> JSONValue? {
    switch event {
    case .epoch(let epoch, let step, let loss, let validation, let metrics):
      var members: [JSONValue.Member] = [
        .init("event", .string("epoch")), .init("epoch", .number(Double(epoch))),
        .init("step", .number(Double(step))), .init("loss", .number(loss)),
      ]
      if let validation { members.append(.init("validation", .number(validation))) }
      members += Self.json(metrics)
      return .object(members)
    case .step(let step, let loss, let parameters):
      return .object([
        .init("event", .string("step")), .init("step", .number(Double(step))),
        .init("loss", .number(loss)), .init("parameters", json(parameters)),
      ])
    case .progress: return nil
    }
  }

  /// An epoch as a line for people; nil for what only progress bars show.
  private static func text(_ event: TrainingEvent) -> String? {
    switch event {
    case .epoch(let epoch, _, let loss, let validation, let metrics):
      "epoch \(epoch)  loss \(loss.brief)"
        + (validation.map { "  validation \($0.brief)" } ?? "")
        + metrics.map { "  " + text($0) }.joined()
    case .step(let step, let loss, let parameters):
      "step \(step)  loss \(loss.brief)  "
        + parameters.map { "\($0.name) \($0.array.brief)" }.joined(separator: "  ")
    case .progress: nil
    }
  }

  func failure(
    _ result: TrainingResult, _ parameters: [ParameterFile.Entry], _ trap: Trapped? = nil
  ) -> TaskFailure? {
    guard result.reason == .notFinite, let failure = result.failure else { return nil }
    let isFirst = failure.step == 0
    var message = Self.whatHappened(failure)
    var rest = ""
    if !isFirst {
      rest = "\n  last good parameters: "
      rest += parameters.map { "\($0.name) = \($0.array.brief)" }.joined(separator: ", ")
      rest += "\n  help: a smaller rate often helps"
    }
    if let trap, let symbolic = model.symbolic {
      var failure = trap.failure(in: symbolic, path: path, before: message)
      failure.text += String(rest.dropFirst()) + (rest.isEmpty ? "" : "\n")
      failure.colouredText += String(rest.dropFirst()) + (rest.isEmpty ? "" : "\n")
      return failure
    }
    var line: Int?
    var column: Int?
    if let origin = failure.origin {
      message += "; \(origin.blame)"
      if let row = failure.row { message += ", data row \(row + 1)" }
      if let tag = origin.tag {
        message += "\n  \(path):\(tag.line): \(tag.text)"
        (line, column) = (tag.line, tag.column)
      }
    }
    message += rest
    return TaskFailure(message, code: "AD0901", file: path, line: line, column: column)
  }

  /// What the loss, or where that is finite a derivative of it, has become, and when.
  private static func whatHappened(_ failure: TrainingFailure) -> String {
    let (loss, step) = (failure.loss, failure.step)
    if loss.isFinite {
      let moment = step == 0 ? "the start (step 0)" : "step \(step)"
      return "a derivative is not finite at \(moment), where the loss is \(loss.brief)"
        + "\n  help: `adc gradient --trap nan` finds the operation and the data row"
    }
    if step == 0 { return "the loss is \(loss.brief) at the start (step 0)" }
    return loss.isNaN
      ? "the loss became nan at step \(step)"
      : "training diverged: the loss became \(loss.brief) at step \(step)"
  }

  /// Writes parameters so that `--from` can read them.
  package static func save(_ outcome: TrainingOutcome, to path: String) throws(TaskFailure) {
    do throws(DataError) {
      try outcome.file.write(path: path)
    } catch {
      throw TaskFailure(error)
    }
  }
}

extension NonFiniteOrigin {
  /// A part of a sentence on what made the loss what it is.
  var blame: String {
    isSymbol
      ? "`\(operation)` is \(result.brief)" : "the first to blame is \(brief)"
  }

  /// What was computed from what.
  var brief: String {
    if operation == "settled", let last = operands.first {
      return "`root`, which did not converge: it stopped at \(last.brief)"
    }
    if operands.isEmpty { return "`\(operation)`, which gives \(result.brief)" }
    let operands = operands.map(\.brief).joined(separator: ", ")
    return "`\(operation)` of \(operands), which gives \(result.brief)"
  }
}
