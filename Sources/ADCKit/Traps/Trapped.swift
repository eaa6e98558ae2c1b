import ADCCalculus
import ADCModel
import ADCSyntax
import ADCTraining

/// What made a training run lose its loss.
enum Trapped {
  /// An operation of the loss or of the gradient that the update before was made from.
  case operation(TrapReport, Trainer.FailureMoment)
  /// An update that overflowed, though its gradient was finite: the parameter, and its gradient.
  case update(parameter: String, gradient: String, range: SourceRange)
}

extension TrapInquiry {
  /// What is to blame at a moment of a run; nil where nothing is found.
  func trapped(_ moment: Trainer.FailureMoment) -> Trapped? {
    if let report = report(.inf) {
      // Where a NaN came from an infinity, both are told.
      return .operation(report, moment)
    }
    guard moment == .update else { return nil }
    return overflow().map { .update(parameter: $0.name, gradient: $0.gradient, range: $0.range) }
  }
}

extension Trapped {
  /// The failure of the run, after what happened to its loss.
  func failure(in symbolic: SymbolicModel, path: String, before: String) -> TaskFailure {
    switch self {
    case .operation(let report, .loss):
      return report.failure(in: symbolic, path: path, before: before + "; ")
    case .operation(let report, .update):
      return report.failure(
        in: symbolic, path: path, before: before + "; in the update before, ")
    case .update(let parameter, let gradient, let range):
      return TaskFailure(
        CompilationError(
          source: symbolic.source,
          diagnostics: [
            Diagnostic(
              "AD0901",
              before + "; the update of `\(parameter)` overflowed, where \(gradient)", at: range)
          ]))
    }
  }
}
