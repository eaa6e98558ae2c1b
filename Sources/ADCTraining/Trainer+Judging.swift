import ADCMachine

// What a run is judged by: losses over all rows, metrics, and which epoch was the best.

extension Trainer {
  typealias Loss = (value: Double, function: BoundFunction)

  /// Reports a complete epoch, and remembers its parameters where they are the best so far.
  ///
  /// Where the optimizer keeps averages of the parameters, it is those that are judged.
  mutating func judge(_ progress: inout Progress) throws(RunError) {
    let live = presentAverages()
    let validation = try validationLoss()
    report(
      .epoch(
        progress.epoch, step: progress.step, loss: progress.meanLoss, validation: validation,
        metrics: try metrics()))
    if settings.patience != nil, progress.isBest(validation ?? progress.meanLoss) {
      best = parameterValues()
    }
    if let live { set(live) }
    if let savesNow, savesNow(progress.step) {
      try onCheckpoint?(session, checkpoint(progress))
    }
  }

  /// Where the run stands, with the session's parameters as they are trained.
  func checkpoint(_ progress: Progress) -> Checkpoint {
    let states = session.description.states.map { session.memory.values(of: $0.symbol) }
    var result = progress.checkpoint(states: states)
    result.bestParameters = best
    if best != nil || hasAverages { result.lastParameters = parameterValues() }
    return result
  }

  /// Leaves the parameters in the session that the run ends with: the best ones, or the averages,
  /// or those after the last update.
  ///
  /// - Parameter isFinite: Whether the loss stayed finite: else the averages have an update in them
  ///   that was taken back.
  func takeResult(isFinite: Bool) {
    if let best { set(best) } else if isFinite { _ = presentAverages() }
  }

  private var hasAverages: Bool {
    session.description.states.contains { $0.averaged != nil }
  }

  /// Puts the averages in the place of the parameters, and gives those; nil where there are none.
  private func presentAverages() -> [[Double]]? {
    guard hasAverages else { return nil }
    let live = parameterValues()
    var averages = live
    for state in session.description.states {
      guard let place = state.averaged else { continue }
      averages[place] = session.memory.values(of: state.symbol)
    }
    set(averages)
    return live
  }

  private func parameterValues() -> [[Double]] {
    session.description.parameters.map { session.memory.values(of: $0.symbol) }
  }

  private func set(_ values: [[Double]]) {
    for (parameter, values) in zip(session.description.parameters, values) {
      session.memory.set(parameter.symbol, values)
    }
  }

  func validationLoss() throws(RunError) -> Double? {
    guard !held.isEmpty else { return nil }
    return try loss(of: held).value
  }

  /// The loss over all training rows.
  func trainingLoss() throws(RunError) -> Loss {
    guard isInOrder, chunk == nil else { return try loss(of: training) }
    let function = try session.evaluate(FunctionName.loss, rows: 0..<training.count)
    return (function.scalar(ofOutput: 0), function)
  }

  private func loss(of rows: [Int32]) throws(RunError) -> Loss {
    let before = session.environment("training")
    session.setEnvironment("training", 0)
    defer { session.setEnvironment("training", before) }
    var sum = 0.0
    var start = 0
    repeat {
      let end = min(start + (chunk ?? rows.count), rows.count)
      session.feed(rows[start..<end])
      let function = try session.function(FunctionName.loss, rows: end - start)
      try session.evaluate(function)
      let value = function.scalar(ofOutput: 0)
      // A loss of all rows at once is what the model says; one of rows that do not fit into memory
      // is the mean over its parts.
      if start == 0, end == rows.count || !value.isFinite { return (value, function) }
      sum += value * Double(end - start)
      start = end
      if start >= rows.count || !value.isFinite {
        return (value.isFinite ? sum / Double(rows.count) : value, function)
      }
    } while true
  }

  /// The model's metrics over the training rows and those held back.
  func metrics() throws(RunError) -> [MetricValue] {
    guard !session.description.metrics.isEmpty else { return [] }
    let before = session.environment("training")
    session.setEnvironment("training", 0)
    defer { session.setEnvironment("training", before) }
    let ofTraining = try metrics(of: training)
    let ofHeld = held.isEmpty ? nil : try metrics(of: held)
    return session.description.metrics.enumerated().map { place, name in
      MetricValue(name: name, training: ofTraining[place], validation: ofHeld?[place])
    }
  }

  private func metrics(of rows: [Int32]) throws(RunError) -> [Double] {
    var sums = [Double](repeating: 0, count: session.description.metrics.count)
    var start = 0
    repeat {
      let end = min(start + (chunk ?? rows.count), rows.count)
      session.feed(rows[start..<end])
      let function = try session.function(FunctionName.metrics, rows: end - start)
      try session.evaluate(function)
      for place in sums.indices {
        let value = function.scalar(ofOutput: place)
        if start == 0, end == rows.count {
          sums[place] = value
        } else {
          sums[place] += value * (Double(end - start) / Double(rows.count))
        }
      }
      start = end
    } while start < rows.count
    return sums
  }
}
