/// Where a run stands between two updates; with the parameters, all that it needs to go on.
package struct Checkpoint: Equatable, Sendable {
  /// Updates and epochs made.
  package var step: Int
  /// Epochs that are complete.
  package var epoch: Int
  /// The place of the next batch in the epoch's order of rows.
  package var row: Int
  /// The sum of the epoch's losses so far, and of how many batches.
  package var sum: Double
  /// The batches that `sum` is of.
  package var batches: Int
  /// What ends a run that has no end: the best mean loss, and the epochs since.
  package var best: Double
  /// Epochs in a row whose loss gained less than counts.
  package var epochsWithoutGain: Int
  /// The greatest magnitude of a mean loss, which says how small a change is rounding alone.
  package var largest: Double
  /// The batches whose gradients wait for the update that they are part of.
  package var batchesOfUpdate: Int
  /// The best loss of an epoch (of the rows held back, where there are any), which epoch it was,
  /// and the epochs since; 0 epochs and infinity before the first.
  package var bestLoss: Double
  /// Counted from 1; 0 before the first.
  package var bestEpoch: Int
  /// Epochs that ended since that one.
  package var epochsSinceBest: Int
  /// The optimizer's values, in the order of the description's states.
  package var states: [[Double]]
  /// The parameters of the best epoch, in the order of the description; nil where none is kept.
  package var bestParameters: [[Double]]?
  /// The parameters after the last update, where the run ends with others.
  package var lastParameters: [[Double]]?
}

extension Checkpoint {
  /// The parameters that a run which stands here ends with, where they are not those after its last
  /// update: the best ones, or their averages.
  package func endedParameters(_ description: RunDescription) -> [[Double]]? {
    if let bestParameters { return bestParameters }
    guard var result = lastParameters else { return nil }
    for (state, values) in zip(description.states, states) {
      if let place = state.averaged { result[place] = values }
    }
    return result
  }
}

/// The counters of a run.
struct Progress {
  private(set) var step = 0
  private(set) var epoch = 0
  /// The rows of this epoch that are done.
  var row = 0
  let total: Int?
  /// Losses computed in this run, each with its gradient.
  private(set) var evaluations = 0
  var failure: TrainingFailure?
  private(set) var isEpochComplete = true
  private(set) var batchesOfUpdate = 0
  private(set) var bestLoss = Double.infinity
  private(set) var bestEpoch = 0
  private(set) var epochsSinceBest = 0
  private var sum = 0.0
  private var batches = 0
  private var best = Double.infinity
  private var epochsWithoutGain = 0
  private var largest = 0.0

  init(total: Int?, from checkpoint: Checkpoint?) {
    self.total = total
    guard let checkpoint else { return }
    step = checkpoint.step
    epoch = checkpoint.epoch
    row = checkpoint.row
    sum = checkpoint.sum
    batches = checkpoint.batches
    best = checkpoint.best
    epochsWithoutGain = checkpoint.epochsWithoutGain
    largest = checkpoint.largest
    batchesOfUpdate = checkpoint.batchesOfUpdate
    bestLoss = checkpoint.bestLoss
    bestEpoch = checkpoint.bestEpoch
    epochsSinceBest = checkpoint.epochsSinceBest
    isEpochComplete = row == 0
  }

  func checkpoint(states: [[Double]]) -> Checkpoint {
    Checkpoint(
      step: step, epoch: epoch, row: isEpochComplete ? 0 : row, sum: isEpochComplete ? 0 : sum,
      batches: isEpochComplete ? 0 : batches, best: best, epochsWithoutGain: epochsWithoutGain,
      largest: largest, batchesOfUpdate: batchesOfUpdate, bestLoss: bestLoss,
      bestEpoch: bestEpoch, epochsSinceBest: epochsSinceBest, states: states)
  }

  var meanLoss: Double { batches == 0 ? 0 : sum / Double(batches) }

  /// Whether the mean loss has stayed the same to twelve digits for ten epochs.
  var hasSettled: Bool { epochsWithoutGain >= 10 }

  /// The row to begin with: 0, but where an epoch is taken up again in its middle.
  mutating func beginEpoch() -> Int {
    guard isEpochComplete else { return row }
    sum = 0
    batches = 0
    row = 0
    isEpochComplete = false
    return 0
  }

  mutating func add(_ loss: Double) {
    step += 1
    evaluations += 1
    batches += 1
    batchesOfUpdate = 0
    sum += loss
  }

  /// Counts a batch whose gradient is part of an update to come.
  mutating func addPart(_ loss: Double) {
    evaluations += 1
    batches += 1
    batchesOfUpdate += 1
    sum += loss
  }

  /// Whether a complete epoch is the best so far by its loss.
  mutating func isBest(_ loss: Double) -> Bool {
    guard loss < bestLoss else {
      epochsSinceBest += 1
      return false
    }
    bestLoss = loss
    bestEpoch = epoch
    epochsSinceBest = 0
    return true
  }

  mutating func endEpoch() {
    epoch += 1
    isEpochComplete = true
    largest = max(largest, meanLoss.magnitude)
    if best == .infinity || meanLoss < best - 1e-12 * best.magnitude {
      best = min(best, meanLoss)
      epochsWithoutGain = 0
    } else if meanLoss - best <= 1e-12 * best.magnitude + 1e-24 * largest {
      // A sum of squares that is 0 but for rounding errors has no digits of its own to keep.
      epochsWithoutGain += 1
    } else {
      epochsWithoutGain = 0
    }
  }
}
