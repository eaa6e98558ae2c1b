import ADCTraining
import Synchronization

/// A training run that ended.
public struct Training: Sendable {
  /// Settings of a run; what is nil is the model's.
  public struct Options: Sendable {
    /// How often all rows are used.
    public var epochs: Int?
    /// How many updates are made; it wins over `epochs` where both are set.
    public var steps: Int?
    /// The rows of one update.
    public var batch: Int?
    /// Of the first values, of the order of rows and of the rows held back.
    public var seed: Int?
    /// The probability that a fit's intervals cover.
    public var confidenceLevel = 0.95
    /// Whether a fit's intervals come from the profile of its likelihood, instead of the asymptotic
    /// errors: some dozens of further fits for each parameter.
    public var profilesLikelihood = false

    /// Settings that are all the model's but those given.
    public init(epochs: Int? = nil, steps: Int? = nil, batch: Int? = nil, seed: Int? = nil) {
      self.epochs = epochs
      self.steps = steps
      self.batch = batch
      self.seed = seed
    }
  }

  /// What is known after an epoch.
  public struct Epoch: Sendable, Hashable {
    /// Counted from 1.
    public let number: Int
    /// The updates made so far.
    public let steps: Int
    /// The mean loss of the epoch's updates.
    public let loss: Double
    /// The loss of the rows held back, where there are any.
    public let validationLoss: Double?
  }

  /// Why a run ended.
  public enum Reason: String, Sendable {
    /// All epochs or steps that were asked for are done.
    case finished
    /// The loss no longer changes.
    case converged
    /// No step makes the loss smaller, and its gradient is not 0.
    case stalled
    /// The constraints are not met, and no step brings them nearer to being met.
    case infeasible
    /// Neither epochs nor steps were asked for, and the loss still changed after 100 000 epochs.
    case epochLimit
    /// The callback said so, or the task was cancelled.
    case interrupted
    /// The loss was infinite or no number; the parameters are the last ones with a good loss.
    case notFinite
    /// The loss did not become better for as many epochs as the model allows; the parameters are
    /// the best ones.
    case noImprovement
  }

  /// The parameters that the run ended with, by name.
  public let parameters: [String: Tensor]
  /// The loss over all training rows, at these parameters.
  public let loss: Double
  /// Why the run ended.
  public let reason: Reason
  /// One entry for every whole epoch.
  public let history: [Epoch]
  /// The number of updates made.
  public let steps: Int
  /// Of the updates alone.
  public let seconds: Double
  /// What went wrong and at which step, where `reason` is `notFinite`.
  public let failure: String?
  /// What is known of the errors of the parameters, for a model with `fit`.
  public let fit: Fit?
  /// The values that the model reports, by name.
  public let reports: [String: Tensor]
}

extension Model {
  /// Trains with the model's optimizer and settings.
  ///
  /// The run ends early when the task that it runs in is cancelled. The same model, data, seed and
  /// options give the same bits. Nothing is allocated from update to update.
  ///
  /// - Parameters:
  ///   - data: The rows to learn from.
  ///   - parameters: A value for every parameter to start from; the first values where nil.
  ///   - onEpoch: Called after every epoch; false ends the run.
  /// - Throws: `ModelError` for a model without an objective, optimizer or parameters, for settings
  ///   out of range, and where data do not fit. A loss that is not finite is a `Reason`.
  public func train(
    on data: Data = .declared, from parameters: [String: Tensor]? = nil,
    options: Training.Options = Training.Options(), onEpoch: ((Training.Epoch) -> Bool)? = nil
  ) throws(ModelError) -> Training {
    try requireObjective()
    let settings = try Self.settings(options)
    let isSolved = compiled.description.solver != nil
    let session = try session(
      at: parameters, on: data,
      for: isSolved ? compiled.solverFunctions : compiled.trainingFunctions,
      seed: options.seed)
    let log = EpochLog()
    var runOptions = settings
    runOptions.isInterrupted = { log.isStopped.load(ordering: .relaxed) || Task.isCancelled }
    let report: (TrainingEvent) -> Void = { event in
      guard case .epoch(let number, let steps, let loss, let validation, _) = event else { return }
      let epoch = Training.Epoch(
        number: number, steps: steps, loss: loss, validationLoss: validation)
      log.history.withLock { $0.append(epoch) }
      if let onEpoch, !onEpoch(epoch) { log.isStopped.store(true, ordering: .relaxed) }
    }
    let result: TrainingResult
    var summary: SolverReport?
    var reports: [ReportedValue] = []
    do throws(RunError) {
      if let run = SolverRun(session, options: runOptions, report: report) {
        let found = try run.run()
        (result, summary, reports) = (found.0, found.1, found.1.reports)
      } else {
        var trainer = Trainer(session, options: runOptions, report: report)
        result = try trainer.run()
        reports = try session.reportedValues(nil)
      }
    } catch {
      throw ModelError(error)
    }
    return Training(
      parameters: try Self.parameters(of: session), loss: result.loss,
      reason: Training.Reason(result.reason), history: log.history.withLock { $0 },
      steps: result.steps, seconds: result.seconds,
      failure: result.failure.map { failure in
        "the loss is \(failure.loss.brief) at step \(failure.step)"
          + (failure.origin.map { ": \($0.blame)" } ?? "")
      }, fit: try Fit(summary, session),
      reports: Dictionary(uniqueKeysWithValues: reports.map { ($0.name, Tensor($0.array)) }))
  }

  private static func settings(
    _ options: Training.Options
  ) throws(ModelError) -> TrainingOptions {
    let counts = [
      ("epochs", options.epochs, 0), ("steps", options.steps, 0), ("batch", options.batch, 1),
    ]
    for (name, count, least) in counts {
      guard let count else { continue }
      guard count >= least, count <= Int(Int32.max) else {
        throw ModelError("AD0703", "\(name) is \(count), and must be in \(least)...\(Int32.max)")
      }
    }
    var settings = TrainingOptions()
    settings.epochs = options.steps == nil ? options.epochs : nil
    settings.steps = options.steps
    settings.batch = options.batch
    guard options.confidenceLevel > 0, options.confidenceLevel < 1 else {
      throw ModelError(
        "AD0703",
        "the level of intervals is \(options.confidenceLevel), and must be above 0 and below 1")
    }
    settings.level = options.confidenceLevel
    settings.profiles = options.profilesLikelihood
    return settings
  }
}

/// What the callbacks of a run share.
private final class EpochLog: Sendable {
  let history = Mutex<[Training.Epoch]>([])
  let isStopped = Atomic<Bool>(false)
}

extension Training.Reason {
  init(_ reason: TrainingResult.Reason) {
    switch reason {
    case .epochs, .steps: self = .finished
    case .converged, .minimum: self = .converged
    case .stalled: self = .stalled
    case .infeasible: self = .infeasible
    case .epochLimit: self = .epochLimit
    case .interrupted: self = .interrupted
    case .notFinite, .unbounded: self = .notFinite
    case .noImprovement: self = .noImprovement
    }
  }
}
