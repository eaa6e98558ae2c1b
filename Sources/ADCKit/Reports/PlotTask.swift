import ADCTraining

/// What `adc plot` draws.
package enum PlotSubject: String, CaseIterable, Sendable {
  case schedule, training, fit
}

extension ModelTask {
  /// The schedules of a model, before a run.
  package func schedulePlots() throws(TaskFailure) -> [Chart] {
    // How many updates an epoch has depends on the data.
    let rows = try session(for: [FunctionName.loss]).allRows.count
    guard let charts = scheduleCharts(rows: rows) else {
      throw TaskFailure(
        model.symbolic == nil
          ? "schedules need the model's source, and \(path) is compiled"
          : "the model has no optimizer whose rate could be drawn; a run that was saved has more "
            + "to show", code: "AD0704", fault: .commandLine, file: path)
    }
    return charts
  }
}

extension RunTask {
  /// What a run has to show; of a fit its data and curve, unless something else is asked for.
  package func plots(_ subject: PlotSubject?) throws(TaskFailure) -> [Chart] {
    let session = try session()
    let fit = FitView(task.model, session, errors: FitErrors(file))?.charts ?? []
    let training = file.run?.charts ?? []
    let charts =
      switch subject ?? (fit.isEmpty ? .training : .fit) {
      case .schedule: task.scheduleCharts(rows: session.allRows.count) ?? []
      case .training: training
      case .fit: fit
      }
    guard charts.contains(where: { !$0.isEmpty }) else {
      let message =
        switch subject {
        case .training? where !fit.isEmpty:
          "a fit has no epochs to draw: `--what fit` draws its data and curve"
        case .training?: "the file tells of no epochs"
        case .fit? where !training.isEmpty:
          "the model is no `fit`: `--what training` draws its epochs"
        case .schedule?: "the model has no optimizer whose rate could be drawn"
        default: "there is nothing to draw: the model is no `fit`, and the file tells of no epochs"
        }
      throw TaskFailure(message, code: "AD0703", file: path)
    }
    return charts
  }
}
