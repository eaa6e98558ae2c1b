import ADCCalculus
import ADCMachine
import ADCPlatform

/// Runs the update program over mini-batches.
package struct Trainer {
  /// Updates without an end in sight are ended after this many epochs.
  static let epochLimit = 100_000

  let session: Session
  let options: TrainingOptions
  let report: (TrainingEvent) -> Void
  private let random: Philox
  var training: [Int32] = []
  var held: [Int32] = []
  /// Whether `training` is 0, 1, 2, … so that rows can be read where they lie.
  var isInOrder = true
  /// The parameters of the best epoch, where the model stops without improvement.
  var best: [[Double]]?
  /// The most rows that a loss is computed of at once; nil for all.
  var chunk: Int?
  var kept: [[Double]] = []
  var room: BatchRoom?
  /// What holds the number of the update, for programs that ask for it.
  let stepSymbol: Int?
  let parameterSymbols: [Int]
  /// Batches of an update.
  let accumulated: Int
  /// The rows that the last update was made from.
  var previous = Session.FedRows.range(0..<0)
  /// Told of a loss that is not finite while the session still holds what made it: where the
  /// parameters themselves are not, those and the rows of the update before.
  package var onFailure: ((Session, FailureMoment) -> Void)?
  /// Asked after every update whether the run is to be kept, and then given what can be gone on
  /// from.
  package var savesNow: ((Int) -> Bool)?
  /// Told of a checkpoint after an update for which `savesNow` was true; an error ends the run.
  package var onCheckpoint: ((Session, Checkpoint) throws(RunError) -> Void)?

  /// What the session holds when `onFailure` is called.
  package enum FailureMoment: Sendable {
    /// The parameters and rows of the loss that is not finite.
    case loss
    /// Those of the update that made parameters which are not.
    case update
  }

  /// A run of the session's model. Nothing happens before `run`.
  package init(
    _ session: Session, options: TrainingOptions, report: @escaping (TrainingEvent) -> Void
  ) {
    self.session = session
    self.options = options
    self.report = report
    random = Philox(seed: session.seed)
    stepSymbol = session.description.environment["step"]
    parameterSymbols = session.description.parameters.map(\.symbol)
    accumulated = session.description.settings.accumulated ?? 1
  }

  var settings: RunDescription.Settings { session.description.settings }

  /// Trains, and leaves the parameters in the session.
  ///
  /// Where a loss is not finite the run ends with the last parameters whose loss was.
  package mutating func run() throws(RunError) -> TrainingResult {
    session.guardsDigits = false
    defer { session.guardsDigits = true }
    try check()
    splitRows()
    // More rows than there are would only make the sums below overflow.
    let batch = min(options.batch ?? settings.batch ?? training.count, max(training.count, 1))
    if session.dataset.stream != nil { chunk = batch }
    let isCut = options.batch != nil || settings.batch != nil
    let shuffles = isCut && settings.shuffle ?? true
    let (epochs, steps) = limits
    let batchCount =
      (training.isEmpty ? 1 : (training.count + batch - 1) / batch) / (settings.accumulated ?? 1)
    var progress = Progress(
      total: steps
        ?? epochs.flatMap { epochs in
          let (total, overflow) = epochs.multipliedReportingOverflow(by: batchCount)
          return overflow ? nil : total
        }, from: options.checkpoint)
    if options.checkpoint == nil { try initializeStates() }
    best = options.checkpoint?.bestParameters
    session.setEnvironment("training", 1)
    let start = MonotonicClock.seconds()
    var reason: TrainingResult.Reason?
    if let steps, progress.step >= steps { reason = .steps }
    if let epochs, progress.epoch >= epochs { reason = .epochs }
    while reason == nil {
      reason = try epoch(&progress, batch: batch, shuffles: shuffles, stepLimit: steps)
      if reason != .notFinite, progress.isEpochComplete { try judge(&progress) }
      guard reason == nil else { break }
      if let patience = settings.patience, progress.epochsSinceBest >= patience {
        reason = .noImprovement
        break
      }
      if let epochs {
        if progress.epoch >= epochs { reason = .epochs }
      } else if steps == nil {
        if progress.hasSettled {
          reason = .converged
        } else if progress.epoch >= Self.epochLimit {
          reason = .epochLimit
        }
      }
      // Who was told of the epoch may have had enough; another update would be one too many.
      if reason == nil, options.isInterrupted() { reason = .interrupted }
    }
    let seconds = MonotonicClock.seconds() - start
    session.setEnvironment("training", 0)
    let checkpoint = checkpoint(progress)
    session.guardsDigits = true
    takeResult(isFinite: reason != .notFinite)
    var loss = try trainingLoss()
    if !loss.value.isFinite, reason != .notFinite {
      // The last update's parameters were never looked at before.
      reason = .notFinite
      progress.failure = failure(loss.function, step: progress.step)
      bringBack()
      loss = try trainingLoss()
    }
    return TrainingResult(
      reason: reason ?? .epochs, loss: loss.value, epochs: progress.epoch, steps: progress.step,
      lossEvaluations: progress.evaluations + 1, gradientEvaluations: progress.evaluations,
      seconds: seconds, failure: progress.failure,
      checkpoint: reason == .notFinite ? nil : checkpoint, validation: try validationLoss(),
      metrics: try metrics(), bestEpoch: best == nil ? nil : progress.bestEpoch)
  }

  /// Epochs and updates at which the run ends; an option wins over both of the model's.
  private var limits: (epochs: Int?, steps: Int?) {
    if options.epochs != nil || options.steps != nil { return (options.epochs, options.steps) }
    return (settings.epochs, settings.steps)
  }

  private func check() throws(RunError) {
    guard session.description.hasObjective else {
      throw .setting("the model has no objective: there is nothing to train")
    }
    guard session.description.isTrainable else {
      throw .setting(
        "no optimizer is named: write `train { optimizer adam(rate: 0.01) }` in the model",
        remedy: .optimizer)
    }
    if session.description.parameters.isEmpty {
      throw .setting("the model has no parameters: there is nothing to train")
    }
  }

  /// Which rows are trained on, and which are held back.
  mutating func splitRows() {
    let count = session.dataset.rowCount ?? 0
    training = (0..<Int32(clamping: count)).map { $0 }
    if let fold = options.fold {
      hold(fold, of: count)
      return
    }
    guard let share = settings.validation, count > 1, !options.holdsNothingBack else { return }
    let held = min(max(Int((Double(count) * share).rounded()), 1), count - 1)
    if !settings.validatesLast {
      random.permutation(count, stream: Draw.splitStream, into: &training)
      isInOrder = false
    }
    self.held = Array(training.suffix(held))
    training.removeLast(held)
    if !settings.validatesLast {
      // In the order of the file, so that `shuffle false` means what it says.
      training.sort()
      self.held.sort()
    }
  }

  /// Holds one part of the shuffled rows back; the parts differ by one row at most.
  private mutating func hold(_ fold: (part: Int, of: Int), of count: Int) {
    random.permutation(count, stream: Draw.splitStream, into: &training)
    let lower = count * fold.part / fold.of
    let upper = count * (fold.part + 1) / fold.of
    held = training[lower..<upper].sorted()
    training.removeSubrange(lower..<upper)
    training.sort()
    isInOrder = false
  }

  private func initializeStates() throws(RunError) {
    guard session.program.function(named: FunctionName.start) != nil else { return }
    let function = try session.function(FunctionName.start, rows: session.allRows.count)
    do throws(MachineError) { try function.run(session.memory) } catch { throw .machine(error) }
  }

  /// One pass over the training rows; a reason where the run ends within it.
  private mutating func epoch(
    _ progress: inout Progress, batch: Int, shuffles: Bool, stepLimit: Int?
  ) throws(RunError) -> TrainingResult.Reason? {
    session.setEnvironment("epoch", Double(progress.epoch))
    let first = progress.beginEpoch()
    var order = training
    if shuffles, order.count > 1 {
      var places: [Int32] = []
      random.permutation(
        order.count, stream: Draw.shuffleStream + UInt64(progress.epoch), into: &places)
      for (place, row) in places.enumerated() { order[place] = training[Int(row)] }
    }
    var start = min(first, order.count)
    repeat {
      let several =
        shuffles
        ? 0
        : batchesAtOnce(
          from: start, of: order.count, batch: batch,
          stepsLeft: stepLimit.map { $0 - progress.step })
      if several > 0, progress.batchesOfUpdate == 0 {
        let rows = min(batch, order.count - start)
        let done = try update(&progress, batches: several, from: start, batch: rows)
        start += rows * done
        progress.row = start
        if start >= order.count { progress.endEpoch() }
        if let stepLimit, progress.step >= stepLimit { return .steps }
        if options.isInterrupted() { return .interrupted }
        if done == several { continue }
      }
      let end = min(start + batch, order.count)
      if shuffles || !isInOrder {
        session.feed(order[start..<end])
      } else {
        session.feed(rows: start..<end)
      }
      let isFinite =
        progress.batchesOfUpdate + 1 < accumulated
        ? try accumulate(&progress, rowCount: end - start)
        : try update(&progress, rowCount: end - start)
      if !isFinite { return .notFinite }
      start = end
      progress.row = end
      if start >= order.count { progress.endEpoch() }
      if let savesNow, progress.batchesOfUpdate == 0, !progress.isEpochComplete,
        savesNow(progress.step)
      {
        try onCheckpoint?(session, checkpoint(progress))
      }
      if let stepLimit, progress.step >= stepLimit { return .steps }
      if options.isInterrupted() { return .interrupted }
    } while start < order.count
    return nil
  }

  /// One update; false, and the last good parameters back, where the loss is not finite.
  private mutating func update(
    _ progress: inout Progress, rowCount: Int
  ) throws(RunError) -> Bool {
    let function = try session.function(FunctionName.step, rows: rowCount)
    if let stepSymbol { session.memory.setNumber(Double(progress.step), of: stepSymbol) }
    try session.evaluate(function)
    guard let loss = finiteLoss(of: function, &progress) else { return false }
    keep()
    previous = session.fed
    try session.commit(function)
    progress.add(loss)
    if !options.trace.isEmpty, options.trace.contains(progress.step) {
      let shown = session.program.precision.written(loss)
      report(.step(progress.step, loss: shown, parameters: try session.parameters()))
    }
    report(.progress(step: progress.step, of: progress.total, loss: loss))
    return true
  }

  /// The gradient of one batch of several, kept for the update to come; as `update` for the rest.
  private mutating func accumulate(
    _ progress: inout Progress, rowCount: Int
  ) throws(RunError) -> Bool {
    let function = try session.function(FunctionName.accumulate, rows: rowCount)
    if let stepSymbol { session.memory.setNumber(Double(progress.step), of: stepSymbol) }
    try session.evaluate(function)
    guard let loss = finiteLoss(of: function, &progress) else { return false }
    try session.commit(function)
    progress.addPart(loss)
    return true
  }

  /// The loss that a function has just computed; nil, and the last good parameters back, where it
  /// is not finite.
  private mutating func finiteLoss(
    of function: BoundFunction, _ progress: inout Progress
  ) -> Double? {
    let loss = function.scalar(ofOutput: 0)
    if loss.isFinite { return loss }
    progress.failure = failure(function, step: progress.step)
    bringBack()
    return nil
  }

  /// What is to blame for the loss that a function has just computed.
  private func failure(_ function: BoundFunction, step: Int) -> TrainingFailure {
    let loss = function.scalar(ofOutput: 0)
    investigate(step)
    let origin = function.firstNonFinite(session.memory)
    let place = session.description.rowDimension.flatMap { origin?.place(along: $0) }
    return TrainingFailure(
      step: step, loss: loss, origin: origin, row: place.flatMap { session.dataRow($0) })
  }

  private func investigate(_ step: Int) {
    guard let onFailure else { return }
    let parameters = session.description.parameters.map { session.memory.values(of: $0.symbol) }
    guard !kept.isEmpty, parameters.contains(where: { !$0.allSatisfy(\.isFinite) }) else {
      onFailure(session, .loss)
      return
    }
    let rows = session.fed
    bringBack()
    session.feed(again: previous)
    session.setEnvironment("step", Double(step - 1))
    onFailure(session, .update)
    session.setEnvironment("step", Double(step))
    for (place, parameter) in session.description.parameters.enumerated() {
      session.memory.set(parameter.symbol, parameters[place])
    }
    session.feed(again: rows)
  }

  /// Remembers the parameters, whose loss is known to be finite.
  private mutating func keep() {
    if kept.isEmpty {
      kept = parameterSymbols.map { session.memory.values(of: $0) }
      return
    }
    for place in parameterSymbols.indices {
      kept[place].withUnsafeMutableBufferPointer { values in
        guard let target = values.baseAddress else { return }
        session.memory.copyValues(of: parameterSymbols[place], to: target)
      }
    }
  }

  private func bringBack() {
    for (place, parameter) in session.description.parameters.enumerated()
    where place < kept.count {
      session.memory.set(parameter.symbol, kept[place])
    }
  }
}
