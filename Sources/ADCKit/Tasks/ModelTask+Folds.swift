import ADCTraining

/// What one part of the rows, held back, says of a model trained on the others.
struct FoldResult {
  var validation: Double
  var metrics: [MetricValue]
}

extension ModelTask {
  /// Trains once for each part of the rows that is held back, each time from the same first values.
  ///
  /// - Throws: where a run fails, or where there are fewer rows than parts.
  func crossValidate(
    _ count: Int, _ dataset: Dataset, _ settings: TrainingOptions,
    onNews: @escaping (TrainingNews) -> Void
  ) throws(TaskFailure) -> [FoldResult] {
    if options.checkpointFile != nil {
      throw TaskFailure(
        "a run with folds cannot be resumed: leave `--resume` or the folds out", code: "AD0703",
        fault: .commandLine)
    }
    var results: [FoldResult] = []
    for part in 0..<count {
      let session = try session(with: dataset)
      let rows = session.dataset.rowCount ?? 0
      guard rows >= count else {
        throw TaskFailure(
          "\(count) folds need as many rows, and there are \(rows)", code: "AD0703", file: path)
      }
      var settings = settings
      settings.fold = (part, count)
      var trainer = Trainer(session, options: settings) { event in
        // Epochs of the folds would look like those of the run.
        if case .progress = event { onNews(Self.news(event, wantsJSON: false)) }
      }
      let result: TrainingResult
      do throws(RunError) {
        result = try trainer.run()
      } catch {
        throw TaskFailure(error)
      }
      if let failure = failure(result, []) { throw failure }
      let fold = FoldResult(validation: result.validation ?? .nan, metrics: result.metrics)
      results.append(fold)
      onNews(fold.news(part + 1, of: count, result))
      if result.reason == .interrupted { break }
    }
    return results
  }
}

extension FoldResult {
  fileprivate func news(_ number: Int, of count: Int, _ result: TrainingResult) -> TrainingNews {
    var text = "fold \(number) of \(count)  loss \(result.loss.brief)"
    text += "  validation \(validation.brief)"
    for metric in metrics { text += "  \(ModelTask.text(metric))" }
    let members: [JSONValue.Member] = [
      .init("event", .string("fold")), .init("fold", .number(Double(number))),
      .init("loss", .number(result.loss)), .init("validation", .number(validation)),
    ]
    return TrainingNews(
      kind: .remark, text: text, record: .object(members + ModelTask.json(metrics)),
      step: result.steps, loss: result.loss)
  }
}

extension FoldResult {
  /// The means over folds with their standard deviations (divided by one less than the folds).
  static func summary(of folds: [FoldResult]) -> (text: String, json: JSONValue)? {
    guard folds.count >= 2 else { return nil }
    var series: [(name: String, values: [Double])] = [("validation", folds.map(\.validation))]
    for (place, metric) in folds[0].metrics.enumerated() {
      series.append((metric.name, folds.compactMap { $0.metrics[place].validation }))
    }
    var text = ""
    var members: [JSONValue.Member] = []
    for (name, values) in series {
      let count = Double(values.count)
      let mean = values.reduce(0, +) / count
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let deviation = (squares / (count - 1)).squareRoot()
      text += "\(name) over \(values.count) folds  \(mean.brief) ± \(deviation.brief)\n"
      members.append(
        .init(
          name, .object([.init("mean", .number(mean)), .init("deviation", .number(deviation))])))
    }
    return (text, .object(members))
  }
}
