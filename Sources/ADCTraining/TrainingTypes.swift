package import ADCMachine

/// What one training run is to do; settings that are nil come from the model.
package struct TrainingOptions: Sendable {
  /// Passes over the data; at most one of `epochs` and `steps` is set.
  package var epochs: Int?
  /// Updates in all, those before a checkpoint included.
  package var steps: Int?
  /// Rows in a mini-batch.
  package var batch: Int?
  /// The numbers of updates after which the parameters are reported.
  package var trace: Set<Int> = []
  /// Asked after every update; true ends the run.
  package var isInterrupted: @Sendable () -> Bool = { false }
  /// A checkpoint to go on from, exactly.
  package var checkpoint: Checkpoint?
  /// The part of the rows that is held back, counted from 0, and of how many parts; replaces what
  /// the model holds back.
  package var fold: (part: Int, of: Int)?
  /// Whether no rows are held back at all.
  package var holdsNothingBack = false
  /// The level of a fit's confidence intervals, and whether they come from the profile of the
  /// likelihood instead of the asymptotic errors.
  package var level = 0.95
  /// Whether intervals come from the profile of the likelihood.
  package var profiles = false

  /// As the model says, 95 % for intervals, without a checkpoint.
  package init() {}
}

/// What happens in a run, as it happens.
package enum TrainingEvent: Sendable {
  /// After an epoch: the mean loss of its batches, the loss of the rows held back, and the metrics
  /// of both.
  case epoch(Int, step: Int, loss: Double, validation: Double?, metrics: [MetricValue])
  /// After an update that was to be reported.
  case step(Int, loss: Double, parameters: [ParameterFile.Entry])
  /// Within an epoch, for progress bars: updates made, and how many there will be (if known).
  case progress(step: Int, of: Int?, loss: Double)
}

/// A number that a model reports beside its loss.
package struct MetricValue: Equatable, Sendable {
  /// As in the model.
  package var name: String
  /// Over all training rows.
  package var training: Double
  /// Over the rows held back; nil where there are none.
  package var validation: Double?
}

/// How a run ended.
package struct TrainingResult: Sendable {
  /// Why a run ended; the raw value is the phrase that people read.
  package enum Reason: String, Sendable {
    case epochs = "all epochs are done"
    case steps = "all steps are done"
    case converged = "the loss no longer changes"
    case minimum = "a minimum is reached"
    case unbounded = "the loss falls without end: it has no minimum"
    case infeasible = "the constraints are not met, and no step brings them nearer"
    case stalled = "no step makes the loss smaller, and its gradient is not 0"
    case epochLimit = "the loss still changes after the most epochs that a run may have"
    case interrupted = "interrupted"
    case notFinite = "the loss is not finite"
    case noImprovement = "the loss has not become better for as many epochs as it may"
  }

  /// Why it ended.
  package var reason: Reason
  /// Over all training rows, at the parameters that the run ends with.
  package var loss: Double
  /// Epochs that are complete, or iterations of a solver.
  package var epochs: Int
  /// Updates that were made, those before a checkpoint included.
  package var steps: Int
  /// How often the loss was computed, alone or with its gradient.
  package var lossEvaluations: Int
  /// How often the gradient was computed.
  package var gradientEvaluations: Int
  /// Of training alone.
  package var seconds: Double
  /// Where `reason` is `notFinite`: the update, counted from 0, at which the loss was not finite,
  /// what it was, and the first operation to blame.
  package var failure: TrainingFailure?
  /// Where the run stands, to go on from; nil where `reason` is `notFinite`, as the parameters are
  /// then older than the optimizer's values.
  package var checkpoint: Checkpoint?
  /// The loss of the rows held back, and the metrics, at the parameters that the run ends with.
  package var validation: Double?
  /// In the order of the model; empty where it has none.
  package var metrics: [MetricValue] = []
  /// The epoch that the parameters are from, where the run ends with its best ones.
  package var bestEpoch: Int?

  /// Whether the run ended because there was nothing left to gain.
  package var isConverged: Bool { reason == .converged || reason == .minimum }
}

/// Where a loss stopped being a finite number.
package struct TrainingFailure: Sendable {
  /// Updates made before.
  package var step: Int
  /// NaN or an infinity.
  package var loss: Double
  /// The first operation that gave NaN or an infinity from finite numbers.
  package var origin: NonFiniteOrigin?
  /// The row of the data, counted from 0 in the order of the files, where the operation has one.
  package var row: Int?
}
